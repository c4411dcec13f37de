"""A page of ``footdrop serve`` that somebody leaves: its kernel ends, for nobody else, and its login goes nowhere."""

from __future__ import annotations

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

from tests.dashboards.browser.driver import Opened


def _kernel(shown: Opened) -> str:
    kernel: str = json.loads(shown.page.locator("#jupyter-config-data").inner_text())["kernelId"]
    return kernel


def _status(shown: Opened, method: str, path: str, **headers: str) -> int:
    """What the server answers to somebody who is not the page's browser."""
    connection = http.client.HTTPConnection("127.0.0.1", shown.running.port, timeout=60)
    connection.request(method, path, headers={"Host": urlsplit(shown.running.base).netloc, **headers})
    status = connection.getresponse().status
    connection.close()
    return status


def _runs(shown: Opened, kernel: str) -> bool:
    status = _status(shown, "GET", f"/api/kernels/{kernel}", Authorization=f"token {shown.running.token}")
    assert status in {200, 404}
    return status == 200


class _Overheard(BaseHTTPRequestHandler):
    heard: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.heard.append(self.headers["Cookie"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def assert_leaving_ends_the_kernel(shown: Opened) -> None:
    """Nobody else can end it; two other servers of this machine, to which the page goes, get no login."""
    kernel, cookies = _kernel(shown), shown.page.context.cookies(shown.running.base)
    login = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
    assert login
    end = f"/voila/api/shutdown/{kernel}"
    assert _status(shown, "POST", end, Cookie=login, Origin="http://evil.example") == 404
    assert _runs(shown, kernel)
    with HTTPServer(("127.0.0.1", 0), _Overheard) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        for host in ("127.0.0.1", "localhost"):
            shown.page.goto(f"http://{host}:{other.server_port}/")
        other.shutdown()
    for _ in range(600):
        if not _runs(shown, kernel):
            break
        shown.page.wait_for_timeout(100)
    assert not _runs(shown, kernel)
    assert len(_Overheard.heard) >= 2
    assert set(_Overheard.heard) == {None}
