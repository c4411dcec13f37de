"""What the tests of all dashboards share: one analysis of the demo study, and one page for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import footdrop_analytics as fd
from tests.project._tree import ROOT


@pytest.fixture(scope="session")
def demo() -> fd.Analysis:
    """The demo study analysed; tests only read it."""
    return fd.analyse(fd.read_study(ROOT / "data" / "demo", today="2025-12-21"))


@pytest.fixture(scope="session")
def _window(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(offline=True, accept_downloads=True)
    page = context.new_page()
    page.complaints, page.requests = [], []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("request", lambda request: page.requests.append(request.url))
    yield page
    context.close()


@pytest.fixture
def blank(_window: Any) -> Any:
    """An empty page without a network, its complaints and requests noted: one for all, as it takes long to open."""
    _window.goto("about:blank")
    # What the page of an earlier test complained of meanwhile (after a minute plotly has not arrived) comes with this.
    _window.complaints, _window.requests = [], []
    _window.emulate_media(media="screen")
    _window.set_viewport_size({"width": 1280, "height": 900})
    return _window
