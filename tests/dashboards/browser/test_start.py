"""What ``footdrop lab`` shows before anybody has done anything, at the address that it prints."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboards.browser.driver import READY_MS, Opened, run_all, shut_kernels
from tests.servers import Running

pytestmark = pytest.mark.browser


def test_lab_shows_the_dashboards_as_tabs_with_the_width_of_the_window(chromium: Any, lab_server: Running) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    shown = Opened(context.new_page(), lab_server)
    try:
        shown.page.goto(lab_server.address)
        shown.page.locator(".jp-Notebook:visible .jp-CodeCell").wait_for(timeout=READY_MS)
        tabs = shown.page.locator("#jp-main-dock-panel .lm-TabBar-tabLabel").all_inner_texts()
        assert tabs == ["caseload.ipynb", "patient.ipynb", "cohort.ipynb", "import.ipynb"]
        assert shown.page.locator(".jp-FileBrowser").is_hidden()
        run_all(shown)
        shown.root.locator(".fd-patients tbody [data-place]").first.wait_for(timeout=READY_MS)
        wide, seen = shown.root.locator(".fd-scroll").evaluate("one => [one.scrollWidth, one.clientWidth]")
        assert wide <= seen, "columns of the caseload are out of sight"
        shown.page.locator(".jp-SideBar [data-id=filebrowser]").click()
        shown.page.locator(".jp-DirListing-item", has_text="patient.ipynb").dblclick()
        shown.page.get_by_role("heading", name="One patient, before a visit").wait_for(timeout=READY_MS)
    finally:
        shut_kernels(shown)
        context.close()
