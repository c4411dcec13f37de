"""A page that somebody leaves takes its kernel, and the study in its memory, with it."""

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


def test_a_page_that_is_left_ends_its_kernel_and_nobody_else_can(chromium: Any, voila_server: Running) -> None:
    with opened(chromium, voila_server, "cohort.ipynb") as shown:
        kernel = _kernel(shown)
        address = f"{voila_server.base}/voila/api/shutdown/{kernel}"
        refused = shown.page.context.request.post(address, headers={"Origin": "http://evil.example"})
        assert refused.status == 404
        assert _runs(shown, kernel)
        shown.page.goto(voila_server.base)
        for _ in range(100):
            if not _runs(shown, kernel):
                break
            shown.page.wait_for_timeout(100)
        assert not _runs(shown, kernel)
