"""What stands behind a page of ``footdrop serve``: it runs no code of others, and ends when somebody leaves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.dashboards.browser.driver import Opened, opened
from tests.servers import Running

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("voila")]


def _kernel(shown: Opened) -> str:
    kernel: str = json.loads(shown.page.locator("#jupyter-config-data").inner_text())["kernelId"]
    return kernel


def _runs(shown: Opened, kernel: str) -> bool:
    token = {"Authorization": f"token {shown.running.token}"}
    status = shown.page.context.request.get(f"{shown.running.base}/api/kernels/{kernel}", headers=token).status
    assert status in {200, 404}
    return bool(status == 200)


ASK = """([address, kind, content]) => new Promise((answered) => {
    const socket = new WebSocket(address);
    const resolve = (answer) => {
        socket.close();
        answered(answer);
    };
    const header = {msg_id: kind, msg_type: kind, session: "test", username: "", version: "5.3", date: ""};
    const message = {header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: []};
    socket.onopen = () => socket.send(JSON.stringify(message));
    socket.onmessage = (event) => {
        const answer = JSON.parse(event.data);
        if (answer.parent_header.msg_id === kind && answer.channel === "shell") resolve(answer.header.msg_type);
    };
    setTimeout(resolve, 2000, "nothing");
})"""
"""Ask a kernel as the page's own scripts can."""


def test_a_page_shows_and_runs_nothing_else(chromium: Any, voila_server: Running) -> None:
    with opened(chromium, voila_server, "cohort.ipynb") as shown:
        _code_is_not_run(shown, _kernel(shown))
        _it_ends_with_its_page_and_for_nobody_else(shown, _kernel(shown))


def _code_is_not_run(shown: Opened, kernel: str) -> None:
    address = f"{shown.running.base.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
    assert shown.page.evaluate(ASK, [address, "kernel_info_request", {}]) == "kernel_info_reply"
    code = {"code": "1", "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    assert shown.page.evaluate(ASK, [address, "execute_request", code]) == "nothing"


def _it_ends_with_its_page_and_for_nobody_else(shown: Opened, kernel: str) -> None:
    address = f"{shown.running.base}/voila/api/shutdown/{kernel}"
    refused = shown.page.context.request.post(address, headers={"Origin": "http://evil.example"})
    assert refused.status == 404
    assert _runs(shown, kernel)
    shown.page.goto(shown.running.base)
    for _ in range(100):
        if not _runs(shown, kernel):
            break
        shown.page.wait_for_timeout(100)
    assert not _runs(shown, kernel)
