"""What all tests share: examples that are the same in every run, a browser, and the two servers of the dashboards.

``pytest --hypothesis-profile=search`` tries other and more examples; without it, a run that fails fails again.
"""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.servers import DEMO, SERVED, Running, assert_ctrl_c_ends_it_and_leaves_nothing, started

LONG = (
    "tests/fuzz/test_fuzz.py",
    "tests/reference/test_against_reference.py",
    "tests/report/test_browser.py",
    "tests/scale/test_partition.py",
)
"""Files of more than ten seconds; those with a server are longer still."""

# Kernels, servers and commands are started a hundred times: without its cache Python would compile all of it each time.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

gc.set_threshold(100_000, 10, 10)  # a page makes many objects and lets few go

# Nothing here depends on how fast or how busy the machine is, nor on what an earlier run has left in a folder.
settings.register_profile(
    "repeatable", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("repeatable"), derandomize=False)
settings.load_profile("repeatable")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Run the tests of a file in one process, and so those of a server, which starts once; lab is in a test's name.

    Not by marks of pytest-xdist's groups: it cannot see them under pytest 9.2 (its issue 1386), and says nothing.
    """
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file, _, test = nodeid.partition("::")
            if not file.startswith(SERVED):
                return file
            return "lab" if "lab" in test else "serve"

    # In the order of the collection: what takes longest is not what has most tests.
    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest by itself where tests run side by side, so that all processes end together."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: (not item.nodeid.startswith(SERVED), not item.nodeid.startswith(LONG)))


@pytest.fixture(autouse=True, scope="module")
def _what_is_loaded_stays() -> None:
    """Spare the collector what the modules before have loaded: it walked through all of it, over and over."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """A running Chromium; without one the test is skipped, or fails where FOOTDROP_REQUIRE_BROWSER is 1."""
    names = (os.environ.get("FOOTDROP_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found = None
    if found is None:
        reason = "needs Chromium and the Python package playwright"
        if os.environ.get("FOOTDROP_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _no_loop_of_a_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright's loop counts as running between its calls: a test without a browser would begin work in it."""
    loop = None if "chromium" in request.fixturenames else asyncio._get_running_loop()
    if loop is None:
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """``footdrop lab`` on the demo study, until Ctrl-C."""
    with started("lab", tmp_path_factory.mktemp("lab"), "--folder", "notebooks") as running:
        yield running
        assert_ctrl_c_ends_it_and_leaves_nothing(running)


@pytest.fixture(scope="session")
def voila_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """``footdrop serve`` on a copy of the demo study, in which a test may record, until Ctrl-C."""
    folder = tmp_path_factory.mktemp("serve")
    with started("serve", folder, study=shutil.copytree(DEMO, folder / "study")) as running:
        yield running
        assert_ctrl_c_ends_it_and_leaves_nothing(running)
