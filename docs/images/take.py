"""Take the pictures of the README anew: ``python docs/images/take.py`` from the top of a checkout; needs Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

HERE = Path(__file__).parent
COLUMNS = 96
SHOWN_LINES = 24
WIDTH, MARGIN = 1000, 16
PATIENT = "SIM-0003"


def main() -> None:
    """Run the demo, photograph its terminal output and the head of one report."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        said = _run_demo(Path(folder))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _terminal(browser, said)
        _report(browser, Path(folder))
        browser.close()


def _run_demo(folder: Path) -> str:
    command = [sys.executable, "-m", "footdrop_analytics", "demo"]
    around = {**os.environ, "COLUMNS": str(COLUMNS), "PYTHONPATH": str(Path.cwd())}
    return subprocess.run(command, cwd=folder, env=around, check=True, capture_output=True, text=True).stdout


def _terminal(browser: Browser, said: str) -> None:
    """The first rows of the caseload and where the reports are, as a drawing of a terminal without a remote font."""
    lines = said.splitlines()
    first_cut = next(number for number in range(SHOWN_LINES, len(lines)) if lines[number].startswith(" SIM-"))
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    console.print(Text("\n".join(["$ footdrop demo", *lines[:first_cut], " …", *lines[-2:], ""])))
    svg = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="footdrop demo", theme=MONOKAI), flags=re.DOTALL)
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.set_content(f"<body style='margin:0'>{svg.replace('Fira Code', 'DejaVu Sans Mono')}</body>")
    page.locator("svg").screenshot(path=HERE / "terminal.png")


def _report(browser: Browser, folder: Path) -> None:
    """Two parts of one report: its head with the flags, and an exercise with its trend."""
    (report,) = (folder / "footdrop_demo" / "reports").glob(f"{PATIENT.lower()}*.html")
    page = browser.new_page(viewport={"width": WIDTH, "height": 900})
    page.goto(report.as_uri())
    page.wait_for_timeout(1500)
    for name, begin, end in (("report", None, "#adherence"), ("exercise", "#exercise-1", "#exercise-2")):
        top = 0 if begin is None else _top(page, begin) - MARGIN
        clip = {"x": 0, "y": top, "width": WIDTH, "height": _top(page, end) - top - MARGIN}
        page.screenshot(path=HERE / f"{name}.png", full_page=True, clip=clip)


def _top(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    if box is None:
        raise LookupError(f"the report has no {selector}")
    return box["y"]


if __name__ == "__main__":
    main()
