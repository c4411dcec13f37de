"""A page as PDF, through a Chromium, Chrome or Edge that is installed: without a network, a profile, or a window."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Literal

from footdrop_analytics.errors import InstallationError

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
"""The names under which such browsers are found on the PATH, in the order in which they are tried."""
TIMEOUT_S = 60.0
Paper = Literal["A4", "Letter"]
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    # No name is looked up, and what names no host goes to a port at which nothing answers.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--no-pdf-header-footer",
)
_INSTEAD = "Open the report in a browser and print it to a PDF there."


def find_browser() -> Path:
    """The first such browser on the PATH."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found and Path(found).is_absolute():  # Windows looks into the current folder first, a study's perhaps
            return Path(found)
    raise InstallationError(
        "No Chromium, Chrome or Edge is on the PATH, which making a PDF needs. Install one, or open the report in any "
        "browser and print it to a PDF there."
    )


def pdf_of(page: str, browser: Path, paper: Paper = "A4", timeout_s: float = TIMEOUT_S) -> bytes:
    """Print a page of ours.

    Returns
    -------
    bytes
        The PDF file.
    """
    with tempfile.TemporaryDirectory(prefix="footdrop-", ignore_cleanup_errors=True) as folder:
        source, made = Path(folder, "report.html"), Path(folder, "report.pdf")
        sized = page.replace("</head>", f"<style>@page {{ size: {paper}; }}</style></head>", 1)
        source.write_text(sized, encoding="utf-8")
        _run([str(browser), *_OPTIONS, *_as_root(), f"--user-data-dir={folder}/profile", f"--print-to-pdf={made}",
              source.as_uri()], timeout_s)  # fmt: skip
        content = made.read_bytes() if made.is_file() else b""
    if not _is_of(content, page):
        raise InstallationError(f"{browser.name} made no PDF within {timeout_s:g} seconds. {_INSTEAD}")
    return content


def take_away(made: Path, page: str) -> None:
    """Remove the PDF of an earlier version of a page, which would stand beside the new one; another PDF stays."""
    if made.is_file() and _is_of(made.read_bytes(), page):
        made.unlink()


def _as_root() -> list[str]:
    """Chromium's sandbox does not work for root; the page is ours, and its policy lets no foreign script run."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _run(command: list[str], timeout_s: float) -> None:
    """Run to the end, or stop it with everything that it started."""
    nowhere = subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    except OSError:
        return
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _is_of(content: bytes, page: str) -> bool:
    """Whether it is a PDF with the title of the page: a browser that may not open a file prints its own page."""
    title = re.search(r"<title>(\w+ \w+)", page)
    if not content.startswith(b"%PDF") or title is None:
        return False
    utf16 = title[1].encode("utf-16-be")
    written = (title[1].encode("utf-8"), utf16, utf16.hex().encode(), utf16.hex().upper().encode())
    return any(one in content for one in written)
