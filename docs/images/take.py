"""Take the pictures of the README anew: ``python docs/images/take.py`` from the top of a checkout; needs Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
DEMO = "footdrop_demo/study"
SHOWN_WIDTH = 1280
LOG = b"""Date,Exercise,Left Reps,Right Reps,Pain Level
13/01/2026,Heel raises,10,11,1
15/01/2026,Toe raises,12,12,0
16/01/2026,Heel raises,11,12,1
20/01/2026,Toe raises,12,11,2
"""
READY_MS = 90_000


def main() -> None:
    """Run the demo, photograph its terminal output, the head of one report, and the dashboards as pages."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        said = _run_demo(Path(folder))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _terminal(browser, said)
        _report(browser, Path(folder))
        _sheet(browser, Path(folder))
        with _served(Path(folder)) as address:
            _caseload(_dashboard(browser, address, "Caseload"))
            _patient(_dashboard(browser, address, "Patient"))
            _cohort(_dashboard(browser, address, "Cohort"))
            _import(_dashboard(browser, address, "Import"))
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
    """Two parts of one report: the visit sheet, and an exercise with its trend."""
    (report,) = (folder / "footdrop_demo" / "reports").glob(f"{PATIENT.lower()}*.html")
    page = browser.new_page(viewport={"width": WIDTH, "height": 900})
    page.goto(report.as_uri())
    page.wait_for_timeout(1500)
    for name, begin, end in (("report", None, "#record"), ("exercise", "#exercise-1", "#exercise-2")):
        top = 0 if begin is None else _top(page, begin) - MARGIN
        clip = {"x": 0, "y": top, "width": WIDTH, "height": _top(page, end) - top - MARGIN}
        page.screenshot(path=HERE / f"{name}.png", full_page=True, clip=clip)


def _sheet(browser: Browser, folder: Path) -> None:
    """The patient's sheet, as large as it is printed."""
    out = folder / "sheets"
    call = ["report", DEMO, "--out", str(out), "--patient", PATIENT, "--audience", "patient", "--anyway"]
    call += ["--contact", "Foot clinic, phone 555 0100"]
    subprocess.run(
        [sys.executable, "-m", "footdrop_analytics", *call],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        check=False,
        capture_output=True,
    )
    (sheet,) = out.glob(f"{PATIENT.lower()}*.html")
    page = browser.new_page(viewport={"width": WIDTH, "height": 900})
    page.goto(sheet.as_uri())
    height = page.locator("section.exercise").nth(1).bounding_box()["y"] - MARGIN  # type: ignore[index]
    page.screenshot(path=HERE / "sheet.png", full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of ``footdrop serve`` with the demo that is in a folder."""
    command = [
        sys.executable,
        "-m",
        "footdrop_analytics",
        "serve",
        "footdrop_demo/study",
        "--no-browser",
        "--port",
        "0",
    ]
    around = {**os.environ, "PYTHONPATH": str(Path.cwd()), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(command, cwd=folder, env=around, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield next(found[0] for line in server.stdout if (found := re.search(r"http://\S+", line)))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def _dashboard(browser: Browser, address: str, title: str) -> Page:
    """A dashboard in a window so high that nothing has to be scrolled."""
    page = browser.new_page(viewport={"width": SHOWN_WIDTH, "height": 4000})
    page.goto(address)
    page.get_by_role("link", name=title, exact=True).click()
    page.locator(".fd-dashboard .fd-head").last.wait_for(timeout=READY_MS)
    _settled(page)
    return page


def _settled(page: Page) -> None:
    """Wait until nothing is being worked out and every chart is drawn."""
    page.wait_for_timeout(1000)
    page.wait_for_function("!document.querySelector('.fd-dashboard .busy')", timeout=READY_MS)
    page.wait_for_function(
        "[...document.querySelectorAll('.fd-chart')].filter(one => one.querySelector('[data-chart]'))"
        ".every(one => one.classList.contains('fd-live') && one.querySelector('.main-svg'))",
        timeout=READY_MS,
    )
    page.wait_for_timeout(1500)


def _caseload(page: Page) -> None:
    """The head, the choices and the most urgent patients."""
    page.locator(".fd-patients tbody tr [data-place]").first.wait_for(timeout=READY_MS)
    _cut(page, "dashboard_caseload", ".fd-dashboard", ".fd-patients tbody tr:nth-child(9)")
    page.close()


def _patient(page: Page) -> None:
    """The most urgent patient's flags; then the trends of another in the last 12 weeks."""
    _cut(page, "dashboard_patient", ".fd-dashboard", "#adherence")
    search = page.locator(".fd-dashboard").get_by_label("Patient", exact=True)
    search.fill(PATIENT)
    search.press("Tab")
    page.get_by_role("heading", name=f"Patient {PATIENT}").wait_for(timeout=READY_MS)
    page.locator(".fd-chips").click()
    page.get_by_role("button", name="Last 12 weeks").click()
    page.locator(".fd-chips").click()
    page.locator("summary", has=page.locator("#trends")).click()
    _settled(page)
    _cut(page, "dashboard_trends", "#trends", "#ratings")
    page.close()


def _cohort(page: Page) -> None:
    """What the cohort's adherence is like, exercise by exercise."""
    _cut(page, "dashboard_cohort", ".fd-dashboard", ".fd-dashboard .wide table")
    page.close()


def _import(page: Page) -> None:
    """What the columns of an invented log are taken for, and a question that drawings answer."""
    page.set_viewport_size({"width": 1000, "height": 2500})
    page.locator("form.drop input").set_input_files([{"name": "log.csv", "mimeType": "text/csv", "buffer": LOG}])
    page.locator("form.questions fieldset").first.wait_for(timeout=READY_MS)
    page.locator("fieldset input[type=text]").fill("P1")
    page.get_by_role("button", name="Take these answers").click()
    page.get_by_text("All rows are those of").wait_for(timeout=READY_MS)
    page.locator("fieldset details").evaluate("one => { one.open = false; }")
    page.wait_for_timeout(1000)
    top, bottom = (_top(page, one) for one in (".fd-import h2", "form.questions .buttons"))
    clip = {"x": 0, "y": top - MARGIN, "width": 1000, "height": bottom - top + MARGIN}
    page.screenshot(path=HERE / "import.png", clip=clip)
    page.close()


def _cut(page: Page, name: str, begin: str, end: str) -> None:
    """What lies between the tops of two elements, over the whole width."""
    top = max(0, _top(page, begin) - MARGIN)
    clip = {"x": 0, "y": top, "width": SHOWN_WIDTH, "height": _top(page, end) - top - 2}
    page.screenshot(path=HERE / f"{name}.png", clip=clip)


def _top(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    if box is None:
        raise LookupError(f"the page has no {selector}")
    return box["y"]


if __name__ == "__main__":
    main()
