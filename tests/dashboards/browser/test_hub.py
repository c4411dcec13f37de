"""A large study in somebody else's server below a path, set up with the files of docs/dashboards.md for JupyterHub."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from footdrop_analytics.cli.serving.server import SHARE
from tests.dashboards.browser.driver import READY_MS
from tests.dashboards.browser.progress import large_study, opened_after_a_bar_moved
from tests.project._tree import ROOT
from tests.servers import Running, launched, private_folder

pytestmark = [pytest.mark.browser, pytest.mark.skipif(os.name != "posix", reason="JupyterHub needs Linux or macOS")]

FILES = ("voila.json", "jupyter_server_config.json", "labconfig/page_config.json")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return large_study(tmp_path / "large")


@pytest.fixture
def server(tmp_path: Path, study: Path) -> Iterator[Running]:
    """What JupyterHub starts for a user, but for the login."""
    section = (ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8").split("JupyterHub\n", 1)[1]
    written = re.findall(r"```json\n(.*?)```", section, flags=re.DOTALL)
    for name, text in zip(FILES, written, strict=True):
        assert f"etc/jupyter/{name}`" in section
        path = tmp_path / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(json.loads(text)), encoding="utf-8")
    private = private_folder()
    places = {f"JUPYTER_{kind}_DIR": str(private / kind.lower()) for kind in ("RUNTIME", "DATA")}
    options = [
        "--allow-root",
        "--no-browser",
        "-y",
        "--ip=127.0.0.1",
        "--port=0",
        f"--ServerApp.root_dir={ROOT / 'notebooks'}",
    ]
    with launched(
        ["jupyter_server", *options, "--ServerApp.base_url=/user/anna/", "--ServerApp.default_url=/voila"],
        tmp_path,
        private,
        FOOTDROP_STUDY=str(study),
        JUPYTER_PATH=str(SHARE),
        JUPYTER_CONFIG_DIR=str(tmp_path / "config"),
        IPYTHONDIR=str(private / "ipython"),
        **places,
    ) as running:
        yield running
        _stopped(running)


def _stopped(running: Running) -> None:
    """End a server as JupyterHub does: it asks three times, each time less politely."""
    for word in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if running.process.poll() is None:
            os.killpg(running.process.pid, word)
            with suppress(subprocess.TimeoutExpired):
                running.process.wait(timeout=10)


def test_a_page_behind_a_hub_asks_nobody_else_and_its_kernel_is_heard_by_nobody(
    chromium: Any, server: Running, study: Path
) -> None:
    with opened_after_a_bar_moved(chromium, server, study) as shown:
        shown.root.locator(".fd-patients tbody tr [data-place]").first.click()
        shown.page.locator(".fd-part .fd-head").wait_for(timeout=READY_MS)
        shown.settled()
        shown.drawn()
        config = json.loads(shown.page.locator("#jupyter-config-data").inner_text())
        assert config["baseUrl"] == "/user/anna/"
        assert config["fullMathjaxUrl"] is None
        shown.assert_nothing_left_the_machine()
        (connection,) = (path for path in server.temporary if path.match("kernel-*.json"))
        assert json.loads(connection.read_text(encoding="utf-8"))["transport"] == "ipc"
        assert connection.parent.stat().st_mode & 0o077 == 0
