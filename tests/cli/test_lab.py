"""``footdrop lab`` and ``footdrop serve`` up to the moment when a server would start."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

from footdrop_analytics.cli.options import Showing, Written
from footdrop_analytics.cli.serving import lab, listening, serve, server, shown
from footdrop_analytics.cli.serving.listening import HERE, LOOPBACKS, READY
from footdrop_analytics.cli.serving.server import Server
from tests.project._tree import ROOT

Run = Callable[..., Result]
COMMANDS = {"lab": lab, "serve": serve}


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Server]:
    """The servers that would have been started, in an empty current folder."""
    found: list[Server] = []

    def start(server: Server, lines: list[str]) -> None:
        found.append(server)
        for one in server.sockets:
            one.close()

    for module in COMMANDS.values():
        monkeypatch.setattr(module, "run", start)
    monkeypatch.setattr(shown, "apart", lambda work, *arguments: work(*arguments))
    monkeypatch.chdir(tmp_path)
    return found


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("study", ["nowhere", "empty", "broken"])
def test_a_study_that_cannot_be_read_is_refused_before_anything_starts(
    run: Run, starts: list[Server], tmp_path: Path, command: str, study: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    for table in ("sessions", "prescriptions"):
        (tmp_path / "broken" / f"{table}.csv").write_text("one,two\n1,2\n", encoding="utf-8")
    result = run(command, study, "--no-browser")
    assert (result.exit_code, starts) == (2, [])
    assert result.stderr.startswith("Error: ")
    assert not (tmp_path / "footdrop_notebooks").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_exit_codes_are_those_of_every_command(
    run: Run, starts: list[Server], good: Path, bad: Path, command: str
) -> None:
    assert run(command, good, "--no-browser").exit_code == 0
    with_rejects = run(command, bad, "--no-browser")
    assert with_rejects.exit_code == 1
    assert "rejected" in with_rejects.stderr
    stated = ("--date-format", "%d/%m/%Y", "--timezone", "Europe/Berlin")
    assert run(command, bad, "--no-browser", "--read-only", *stated).exit_code == 1
    assert ["FOOTDROP_READ_ONLY" in server.environment(one) for one in starts] == [False, False, True]
    assert [one.asked.written for one in starts] == [Written(), Written(), Written("%d/%m/%Y", "Europe/Berlin")]
    assert {"FOOTDROP_TIMEZONE": "Europe/Berlin"}.items() <= server.environment(starts[-1]).items()
    assert all(one.study.samefile(path) for one, path in zip(starts, (good, bad, bad), strict=True))


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_study_the_first_page_asks_for_one(
    run: Run, starts: list[Server], good: Path, tmp_path: Path, command: str
) -> None:
    assert run(command, "--no-browser").exit_code == 0
    assert run(command, good, "--no-browser").exit_code == 0
    asked, named = starts
    assert (asked.study, Path(asked.page).name) == (None, "start.ipynb")
    assert Path(named.page).name != "start.ipynb"
    around = server.environment(asked), server.environment(named)
    assert ["FOOTDROP_STUDY" in one for one in around] == [False, True]
    assert ["FOOTDROP_CHOICE" in one for one in around] == [True, False]
    assert Path(around[0]["FOOTDROP_CHOICE"]).parent == asked.private
    assert not (tmp_path / "footdrop_demo").exists(), "nothing is written before it is asked for"


def test_others_can_open_no_study(run: Run, starts: list[Server]) -> None:
    result = run("serve", "--no-browser", "--host", "0.0.0.0")
    assert (result.exit_code, starts) == (2, [])
    assert "name the study" in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_port_in_use_is_explained(run: Run, starts: list[Server], good: Path, command: str) -> None:
    with socket.create_server((HERE, 0)) as taken:
        result = run(command, good, "--no-browser", "--port", taken.getsockname()[1])
    assert (result.exit_code, starts) == (2, [])
    assert "Name another --port" in result.stderr


def test_without_a_port_the_next_free_one_is_taken_and_held_on_both_addresses() -> None:
    with socket.create_server((HERE, 0)) as taken:
        port = taken.getsockname()[1]
        held = listening.listen(None, port)
    with contextlib.ExitStack() as opened:
        for one in held:
            opened.enter_context(one)
        assert listening.port_of(held) in range(port + 1, port + listening.PORTS_TRIED)
        assert [one.getsockname()[0] for one in held] == list(LOOPBACKS)
        for here in LOOPBACKS:  # whoever comes later has neither, however it asks
            with pytest.raises(click.ClickException, match="Address already in use"):
                listening.listen(listening.port_of(held), 0, here)


def test_a_port_of_which_somebody_has_half_is_not_taken() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as taken:
        with pytest.raises(click.ClickException, match="Name another --port"):
            listening.listen(taken.getsockname()[1], 0)
        socket.create_server((HERE, taken.getsockname()[1])).close()  # nothing of it is kept


def test_safari_is_led_by_number_where_the_system_does_not_know_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(address: str) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    assert listening.own_name() is not None
    monkeypatch.setattr(listening.sys, "platform", "darwin")
    for address, known in ((HERE, True), ("192.0.2.7", False)):
        monkeypatch.setattr(listening.socket, "getaddrinfo", lambda *_, address=address: resolved(address))
        assert (listening.own_name() is not None) == known


def test_kernels_are_heard_by_nobody_also_below_a_long_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with server.private_folder() as private:
        assert private.parent == server.SHORT.resolve()
        assert private.stat().st_mode & 0o077 == 0
        assert server.unheard(private) == {"transport": "ipc"}
    assert not private.exists()
    monkeypatch.setattr(server, "SHORT", long)
    with server.private_folder() as private:
        assert private.parent == long.resolve()
        assert server.unheard(private) == {"transport_encryption": "required"}


def test_no_data_of_jupyter_is_left_to_outside_settings(
    run: Run, starts: list[Server], good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_TOKEN", "known-to-others")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(good))
    monkeypatch.setenv("VOILA_IP", "0.0.0.0")
    run("lab", good, "--no-browser")
    around = server.environment(starts[0])
    assert "known-to-others" not in around.values()
    assert "VOILA_IP" not in around
    assert around["JUPYTER_NO_CONFIG"] == "1"
    assert around["FOOTDROP_STUDY"] == str(good.resolve())
    assert not {"FOOTDROP_DATE_FORMAT", "FOOTDROP_TIMEZONE"} & {*around}
    for place in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "TMPDIR"):
        assert Path(around[place]).is_relative_to(starts[0].private), place
    assert starts[0].config["KernelManager"] == {"transport_encryption": "required"}


def test_each_start_has_its_own_token_and_does_not_show_it_by_chance(
    run: Run, starts: list[Server], good: Path
) -> None:
    for command in ("lab", "serve", "serve"):
        run(command, good, "--no-browser")
    tokens = {one.token for one in starts}
    assert len(tokens) == 3
    assert all(len(token) >= 48 for token in tokens)
    assert not any(one.token in repr(one) for one in starts)
    assert starts[0].config["IdentityProvider"]["token"] == starts[0].token
    assert starts[1].config["Voila"]["token"] == starts[1].token


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", HERE), ("192.0.2.7", "192.0.2.7"), ("::", HERE)])
def test_another_address_is_named_with_what_it_exposes(
    run: Run, starts: list[Server], good: Path, monkeypatch: pytest.MonkeyPatch, host: str, shown: str
) -> None:
    monkeypatch.setattr(serve, "listen", lambda *_: [])
    monkeypatch.setattr(serve, "port_of", lambda _: 8866)
    result = run("serve", good, "--no-browser", "--host", host)
    assert result.exit_code == 0
    assert starts[0].config["Voila"]["ip"] == host
    (address,) = starts[0].addresses
    assert address.startswith(f"http://{shown}:8866/?token=")
    assert result.stderr.startswith(f"WARNING: --host {host} ")
    for told in ("8866", str(good), "3 patients", "notes", "unencrypted", "JupyterHub"):
        assert told in result.stderr


@pytest.mark.parametrize("host", [HERE, "localhost"])
def test_this_machine_alone_needs_no_warning(run: Run, starts: list[Server], good: Path, host: str) -> None:
    result = run("serve", good, "--no-browser", "--host", host)
    assert (result.exit_code, result.stderr) == (0, "")
    assert starts[0].config["Voila"]["ip"] == HERE
    assert starts[0].config["Voila"]["tornado_settings"]["allow_remote_access"] is False


@pytest.mark.parametrize("host", ["", "clinic.example", "0.0.0.0/0"])
def test_a_host_is_an_address(run: Run, starts: list[Server], good: Path, host: str) -> None:
    result = run("serve", good, "--host", host)
    assert (result.exit_code, starts) == (2, [])
    assert "IP address" in result.stderr


def test_lab_can_only_be_reached_from_here(run: Run, starts: list[Server], good: Path) -> None:
    assert run("lab", good, "--host", "0.0.0.0").exit_code == 2
    run("lab", good, "--no-browser")
    assert starts[0].config["ServerApp"]["ip"] == HERE


def test_notebooks_are_copied_and_a_changed_one_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "own"
    shown.copy_notebooks(folder)
    names = ["caseload.ipynb", "cohort.ipynb", "import.ipynb", "patient.ipynb", "start.ipynb"]
    assert sorted(path.name for path in folder.iterdir()) == names
    originals = {name: (ROOT / "notebooks" / name).read_bytes() for name in names}
    assert {name: (folder / name).read_bytes() for name in names} == originals

    ran = json.loads(originals["caseload.ipynb"])
    ran["cells"][1] |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["x"]}]}
    (folder / "caseload.ipynb").write_text(json.dumps(ran), encoding="utf-8")
    changed = json.loads(originals["cohort.ipynb"])
    changed["cells"][1]["source"] = ["mine()"]
    (folder / "cohort.ipynb").write_text(json.dumps(changed), encoding="utf-8")
    (folder / "patient.ipynb").write_text("no notebook", encoding="utf-8")
    shown.copy_notebooks(folder)
    said = capsys.readouterr().out
    assert (folder / "caseload.ipynb").read_bytes() == originals["caseload.ipynb"]
    assert json.loads((folder / "cohort.ipynb").read_text(encoding="utf-8")) == changed
    assert (folder / "patient.ipynb").read_text(encoding="utf-8") == "no notebook"
    assert [line.split(" is not ")[0] for line in said.splitlines()] == [
        str(folder / "cohort.ipynb"), str(folder / "patient.ipynb")
    ]  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="rights of a POSIX system")
def test_a_folder_that_others_can_write_into_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What another user puts into a notebook would run under the name of the person who opens it."""
    for name, mode in (("mine", 0o755), ("ours", 0o777)):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(mode)
        shown.copy_notebooks(tmp_path / name)
        assert (f"other users of this computer can write into {tmp_path / name}" in capsys.readouterr().err) == (
            name == "ours"
        )


def test_an_installation_without_notebooks_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "PACKAGE", tmp_path / "footdrop_analytics")
    with pytest.raises(click.ClickException, match="Install it again"):
        shown.package_notebooks()


def _server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str) -> Server:
    """A server whose process does what is written here."""
    (tmp_path / "acts.py").write_text(f"import os, sys\n{child}", encoding="utf-8")
    monkeypatch.setattr(server, "CHILD", "acts")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sockets = listening.listen(0, 0)
    return Server(
        application="none", config={}, config_file="config.json", study=tmp_path, asked=Showing(written=Written()),
        private=tmp_path, sockets=sockets, port=listening.port_of(sockets), page="",
    )  # fmt: skip


def test_a_server_that_does_not_start_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(server.webbrowser, "open", opened.append)
    monkeypatch.setattr(server, "START_S", 1)
    for child, said in {
        "sys.exit(7)": "ended before it answered",
        "print('something else', flush=True)\nsys.stdin.read()": "ended before it answered",
        "sys.stdin.read()": "did not answer within 1 seconds",
    }.items():
        with pytest.raises(click.ClickException, match=said):
            server.run(_server(tmp_path, monkeypatch, child), lines=["Here: it is."])
    assert (opened, capsys.readouterr().out) == ([], ""), "an address was shown that nobody had answered at"


def test_the_browser_is_led_by_a_file_and_not_by_a_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(server.webbrowser, "open", opened.append)
    starting = _server(tmp_path, monkeypatch, f"print({READY.decode().strip()!r}, flush=True)")
    server.run(starting, lines=["Here: it is."])
    page = (tmp_path / "open.html").read_text(encoding="utf-8")
    assert opened == [(tmp_path / "open.html").as_uri()]
    assert starting.addresses[0] in page
    assert starting.name is not None
    assert starting.name in starting.addresses[0]
    assert starting.token not in opened[0]
    assert capsys.readouterr().out == "Here: it is.\n"
    if sys.platform != "win32":
        for name in ("open.html", "config.json"):
            assert (tmp_path / name).stat().st_mode & 0o077 == 0, name
