"""What stands behind a page of ``footdrop serve``: it ends when somebody leaves, and for nobody else."""

from __future__ import annotations

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from tests.dashboards.browser.driver import Opened, opened
from tests.servers import Running

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("voila")]


def _kernel(shown: Opened) -> str:
    kernel: str = json.loads(shown.page.locator("#jupyter-config-data").inner_text())["kernelId"]
    return kernel


def _runs(shown: Opened, kernel: str) -> bool:
    token = {"Authorization": f"token {shown.running.token}"}
    status = shown.page.context.request.get(f"{shown.running.by_number}/api/kernels/{kernel}", headers=token).status
    assert status in {200, 404}
    return bool(status == 200)


def test_a_page_that_is_left_ends_its_kernel(chromium: Any, voila_server: Running) -> None:
    with opened(chromium, voila_server, "cohort.ipynb") as shown:
        _it_ends_with_its_page_and_for_nobody_else(shown, _kernel(shown))


def _it_ends_with_its_page_and_for_nobody_else(shown: Opened, kernel: str) -> None:
    login = "; ".join(f"{one['name']}={one['value']}" for one in shown.page.context.cookies())
    connection = http.client.HTTPConnection("127.0.0.1", shown.running.port, timeout=60)
    headers = {"Cookie": login, "Origin": "http://evil.example", "Host": urlsplit(shown.running.base).netloc}
    connection.request("POST", f"/voila/api/shutdown/{kernel}", headers=headers)
    assert connection.getresponse().status == 404
    connection.close()
    assert _runs(shown, kernel)
    shown.page.goto(shown.running.base)
    for _ in range(600):
        if not _runs(shown, kernel):
            break
        shown.page.wait_for_timeout(100)
    assert not _runs(shown, kernel)


class _Overheard(BaseHTTPRequestHandler):
    heard: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        self.heard.append(self.headers["Cookie"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_the_login_goes_to_no_other_port_of_this_machine(chromium: Any, voila_server: Running) -> None:
    with opened(chromium, voila_server, "cohort.ipynb") as shown, HTTPServer(("127.0.0.1", 0), _Overheard) as other:
        assert shown.page.context.cookies(voila_server.base)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        shown.page.goto(f"http://127.0.0.1:{other.server_port}/")
        shown.page.goto(f"http://localhost:{other.server_port}/")
        other.shutdown()
    assert len(_Overheard.heard) >= 2
    assert set(_Overheard.heard) == {None}
