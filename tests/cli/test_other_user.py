"""Another user of the same computer, while ``footdrop serve`` and ``footdrop lab`` start, run and are killed."""

from __future__ import annotations

import codecs
import http.client
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from footdrop_analytics.cli.serving.listening import HERE, listen, port_of
from tests.project._tree import ROOT
from tests.servers import DEMO, Running, launched, private_folder, started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

NOBODY = 65534
EVERYWHERE = {HERE: socket.AF_INET, "0.0.0.0": socket.AF_INET, "::1": socket.AF_INET6, "::": socket.AF_INET6}

BROWSER = """
import html, http.client, pathlib, re, sys, urllib.parse, urllib.request
page = pathlib.Path(urllib.request.url2pathname(urllib.parse.urlsplit(sys.argv[1]).path)).read_text()
address = urllib.parse.urlsplit(html.unescape(re.search('href="([^"]+)"', page)[1]))
for host in ("127.0.0.1", "::1"):
    found = http.client.HTTPConnection(host, address.port, timeout=60)
    found.request("GET", f"{address.path}?{address.query}", headers={"Host": address.netloc})
    with open(sys.argv[2], "a") as said:
        said.write(f"{found.getresponse().status}\\n")
"""
"""Opens what it is given as a browser does, at both of the addresses that a browser may choose."""


class Attacker:
    """A process of another user, which reports what it found when it is told to stop."""

    def __init__(self, attack: Callable[[int, Connection], list[str]], port: int) -> None:
        self._ours, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("fork").Process(
            target=self._act, args=(attack, port, theirs), daemon=True
        )
        self._process.start()

    @staticmethod
    def _act(attack: Callable[[int, Connection], list[str]], port: int, told: Connection) -> None:
        for encoding in ("ascii", "latin-1", "idna"):
            codecs.lookup(encoding)  # that user may not be able to open Python's own files
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        told.send(attack(port, told))

    def found(self, word: str = "stop") -> list[str]:
        """Say the word on which it ends; what it got hold of."""
        self._ours.send(word)
        report: list[str] = self._ours.recv()
        self._process.join(30)
        return report


def _takes_the_port(port: int, told: Connection) -> list[str]:
    """From the moment when somebody listens there, try to listen there too, and note what comes in."""
    got: list[str] = []
    seen = False
    while not told.poll(0.002):
        if not seen:
            seen = f":{port:04X} 00000000:0000 0A" in Path("/proc/net/tcp").read_text(encoding="ascii")
            continue
        for host, family in EVERYWHERE.items():
            with suppress(OSError), socket.socket(family) as one:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                one.bind((host, port))
                one.listen()
                one.settimeout(2)
                got.append(f"took {host}")
                got.append(one.accept()[0].recv(500).decode())
    return got if seen else ["nobody ever listened there"]


def _holds_the_port(port: int, told: Connection) -> list[str]:
    with socket.create_server((HERE, port)) as one:
        one.settimeout(0.1)
        got = []
        while not told.poll():
            with suppress(OSError):
                got.append(one.accept()[0].recv(500).decode())
    return got


def _looks_around(port: int, told: Connection) -> list[str]:
    """Whatever of a server's secrets can be read from outside of it: command lines, folders, sockets, pages."""
    got = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            got.append((process / "cmdline").read_text(encoding="utf-8", errors="replace"))
            got.append((process / "environ").read_text(encoding="utf-8", errors="replace"))
    for line in Path("/proc/net/unix").read_text(encoding="utf-8").splitlines():
        with suppress(OSError, IndexError), socket.socket(socket.AF_UNIX) as one:
            one.connect(line.split()[7])
            got.append(f"connected to {line}")
    with suppress(OSError):
        got += [str(path) for path in Path(told.recv()).rglob("*")]
    connection = http.client.HTTPConnection(HERE, port, timeout=60)
    connection.request("GET", "/voila/render/caseload.ipynb")
    got.append(f"status {connection.getresponse().status}")
    return got


as_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can act as another user")


def _free_port() -> int:
    held = listen(0, 0)
    port = port_of(held)
    for one in held:
        one.close()
    return port


@as_root
def test_another_user_gets_neither_port_nor_token_and_serve_when_killed_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "browser.py").write_text(BROWSER, encoding="utf-8")
    said = tmp_path / "status"
    browser = f"{sys.executable} {tmp_path / 'browser.py'} %s {said}"
    port = _free_port()
    attacker = Attacker(_takes_the_port, port)
    call = ["footdrop_analytics", "serve", str(DEMO), "--port", str(port)]
    with launched(call, tmp_path, private_folder(), BROWSER=browser) as running:
        _until(lambda: said.exists() and said.read_text(encoding="utf-8").count("\n") == 2)
        seen = Attacker(_looks_around, port).found(str(running.private))
        assert attacker.found() == []
        _assert_all_ends_when_it_is_killed(running, "/voila/render/cohort.ipynb")
    assert said.read_text(encoding="utf-8").split() == ["200", "200"]
    assert any("footdrop_analytics" in one for one in seen), "it looked at nothing"
    assert not [one for one in seen if running.token in one or one.startswith(("connected", str(running.private)))]
    assert seen[-1] in {"status 302", "status 403"}


@as_root
def test_a_port_that_another_user_holds_is_not_spoken_to(tmp_path: Path) -> None:
    port = _free_port()
    attacker = Attacker(_holds_the_port, port)
    _until(lambda: _listens(port))
    call = [sys.executable, "-m", "footdrop_analytics", "serve", str(DEMO), "--no-browser", "--port", str(port)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, attacker.found()) == (2, [""])  # only this test's own look at whether it listens
    assert f"Cannot listen on port {port}" in done.stderr


def test_lab_when_killed_leaves_nothing(tmp_path: Path) -> None:
    with started("lab", tmp_path) as running:
        _assert_all_ends_when_it_is_killed(running, "/api/kernels", b"{}")


def _assert_all_ends_when_it_is_killed(running: Running, path: str, data: bytes | None = None) -> None:
    """Start a kernel by asking for a path, and kill the command."""
    token = {"Authorization": f"token {running.token}"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.by_number}{path}", data, token), timeout=90) as page:
        assert page.read()
    assert len(_processes(running)) >= 2
    os.kill(running.process.pid, signal.SIGKILL)
    _until(lambda: not _listens(running.port), 30)
    _until(lambda: _processes(running) == [], 30)
    _until(lambda: running.temporary == [], 30)


def _processes(running: Running) -> list[str]:
    """The server and its kernels: what was started in, or with a file of, the private folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            line = (process / "cmdline").read_text(encoding="utf-8", errors="replace")
            if str(running.private) in line + str((process / "cwd").readlink()):
                found.append(line)
    return found


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HERE, port), timeout=1):
        return True
    return False


def _until(happens: Callable[[], bool], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.1)
