"""The servers of ``footdrop lab`` and ``footdrop serve`` as somebody without the token meets them."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from footdrop_analytics.cli.serving.listening import LOOPBACKS
from tests.each import each
from tests.servers import WATCH, Running, started

COMMANDS = {"lab": "lab_server", "serve": "voila_server"}


@pytest.fixture(params=COMMANDS)
def running(request: pytest.FixtureRequest) -> Running:
    """Each of the two servers."""
    found = request.getfixturevalue(COMMANDS[request.param])
    assert isinstance(found, Running)
    return found


def _asked(running: Running, path: str, token: str | None = None, **headers: str) -> tuple[int, str]:
    """Status and body of a page; a redirect is not followed."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    if token is not None:
        headers["Authorization"] = f"token {token}"
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", errors="replace")
    connection.close()
    return answer.status, body


LAB_PATHS = (
    "/lab", "/lab/tree/caseload.ipynb", "/api/me", "/api/contents", "/api/contents/caseload.ipynb",
    "/files/caseload.ipynb", "/nbconvert/html/caseload.ipynb", "/api/kernels", "/api/sessions",
)  # fmt: skip
VOILA_PATHS = (
    "/", "/voila/tree", "/voila/render/caseload.ipynb", "/voila/render/patient.ipynb",
    "/voila/api/contents/caseload.ipynb", "/voila/files/caseload.ipynb", "/voila/files/sessions.csv",
)  # fmt: skip


@each("path", LAB_PATHS)
def test_lab_shows_nothing_without_the_token(lab_server: Running, path: str) -> None:
    _assert_refused(lab_server, path)


@each("path", VOILA_PATHS)
def test_voila_shows_nothing_without_the_token(voila_server: Running, path: str) -> None:
    _assert_refused(voila_server, path)


def _assert_refused(running: Running, path: str) -> None:
    for token in (None, "", "0" * 48):
        status, body = _asked(running, path, token)
        assert status in {302, 403}, (path, token)
        assert "dashboard" not in body.lower()


def test_the_token_opens(running: Running) -> None:
    path = "/lab" if "/lab" in running.address else "/"
    status, body = _asked(running, path, running.token)
    assert status == 200
    assert "<html" in body.lower()


def test_a_kernel_talks_to_nobody_without_the_token(running: Running) -> None:
    kernel = "01234567-89ab-cdef-0123-456789abcdef"
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    status, _ = _asked(running, f"/api/kernels/{kernel}/channels", None, **upgrade)
    assert status == 403
    with_token, _ = _asked(running, f"/api/kernels/{kernel}/channels", running.token, **upgrade)
    assert with_token == 404


def test_a_kernel_of_lab_is_started_and_reached_with_the_token_only(lab_server: Running) -> None:
    request = urllib.request.Request(
        f"{lab_server.by_number}/api/kernels", data=b"{}", headers={"Authorization": f"token {lab_server.token}"}
    )
    with urllib.request.urlopen(request) as answer:
        kernel = json.load(answer)["id"]
    assert _asked(lab_server, f"/api/kernels/{kernel}")[0] in {302, 403}
    assert _asked(lab_server, f"/api/kernels/{kernel}", lab_server.token)[0] == 200
    (connection,) = (path for path in lab_server.temporary if path.name == f"kernel-{kernel}.json")
    assert json.loads(connection.read_text(encoding="utf-8"))["curve_publickey"], "others on the machine could listen"
    if os.name == "posix":
        private = next(path for path in lab_server.temporary if path.name.startswith("footdrop-"))
        assert private.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name != "posix", reason="there are no such sockets")
def test_a_page_and_its_kernel_speak_where_nobody_else_can_listen(voila_server: Running) -> None:
    status, _ = _asked(voila_server, "/voila/render/cohort.ipynb", voila_server.token)
    assert status == 200
    connections = [path for path in voila_server.temporary if path.match("kernel-*.json")]
    assert connections
    for connection in connections:
        assert json.loads(connection.read_text(encoding="utf-8"))["transport"] == "ipc"
        assert connection.parent.stat().st_mode & 0o077 == 0


def test_only_this_machine_can_connect(running: Running) -> None:
    for here in LOOPBACKS:  # a browser may try either: nobody else may have the other
        socket.create_connection((here, running.port), timeout=5).close()
    with pytest.raises(OSError, match=r"refused|unreachable|not available|assign|timed out"):
        socket.create_connection(("127.0.0.2", running.port), timeout=2)  # a server of all addresses would answer


def test_a_page_of_somebody_elses_name_is_refused(running: Running) -> None:
    """A name that an attacker points at this machine must not lead in."""
    path = "/lab" if "/lab" in running.address else "/"
    own = urlsplit(running.address).netloc
    assert re.fullmatch(rf"footdrop-[0-9a-f]{{8}}\.localhost:{running.port}", own)
    assert _asked(running, path, running.token, Host=own)[0] == 200
    for host in ("evil.example", "evil.localhost", f"footdrop-00000000.localhost:{running.port}"):
        assert _asked(running, path, running.token, Host=host)[0] == 403, host


def test_the_browser_is_told_to_ask_nobody_else(running: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    connection.request("GET", "/lab" if "/lab" in running.address else "/")
    headers = connection.getresponse().headers
    connection.close()
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert all("http" not in sources and "*" not in sources for sources in policy.values())
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_question_to_the_outside_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    around = {**os.environ, "PYTHONPATH": str(tmp_path), "FOOTDROP_WATCH": str(tmp_path / "log")}
    asks = (
        "import contextlib, socket\n"
        "with contextlib.suppress(OSError):\n    socket.getaddrinfo('news.example', 443)\n"
        "with contextlib.suppress(OSError), socket.socket() as one:\n"
        "    one.settimeout(0.01)\n    one.connect(('192.0.2.1', 443))\n"
        "with contextlib.suppress(OSError), socket.socket() as one:\n    one.connect(('127.0.0.1', 1))\n"
    )
    subprocess.run([sys.executable, "-c", asks], env=around, check=True)
    noticed = (tmp_path / "log").read_text(encoding="utf-8").splitlines()[1:]
    assert noticed == ["socket.getaddrinfo news.example", "socket.connect 192.0.2.1"]


def test_no_page_that_fails_writes_the_token_down(running: Running) -> None:
    for path in ("/voila/render/nothere.ipynb", "/nothere", "/voila/templates/footdrop/static/../index.html.j2"):
        _asked(running, f"{path}?token={running.token}")
        _asked(running, path)
    said = "".join(line for line in running.said.splitlines(keepends=True) if "http://" not in line)
    assert running.token not in said
    assert "Traceback" not in said


def test_a_full_server_says_so_and_the_launcher_holds_no_study(tmp_path: Path) -> None:
    with started("serve", tmp_path, "--viewers", "1") as running:
        assert "At most 1 page can be open at once" in running.said
        page = "/voila/render/caseload.ipynb"
        opened = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
        opened.request("GET", page, headers={"Authorization": f"token {running.token}"})
        assert opened.getresponse().status == 200
        status, body = _asked(running, page, running.token)
        assert status == 503
        assert "No more than 1 may be open at once" in body
        opened.close()
        if sys.platform == "linux":
            pages = int(Path(f"/proc/{running.process.pid}/statm").read_text(encoding="ascii").split()[1])
            assert pages * os.sysconf("SC_PAGE_SIZE") < 100_000_000
