"""How long a person waits in the browser: from a control's change until the page shows what it leads to.

On Linux or macOS: a server is ended as Ctrl-C in its terminal does, with a signal to all of its processes.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

LONG_S = 180
LONG_MS = 1000 * LONG_S
ASKED_PER_S = 10

ROOT = Path(__file__).parents[1]
STOPWATCH = Path(__file__).with_name("stopwatch.js")
"""Runs in the page: what is timed, and when the page counts as showing it."""


def waiting_times(folder: str, changes: int) -> dict[str, Any]:
    """Seconds that a person waits for so many changes of each kind: ``footdrop serve``, seen with Chromium."""
    with _served(Path(folder)) as address, _page() as page:
        return waited(page, address, changes)


def waited(page: Any, address: str, changes: int) -> dict[str, Any]:
    """The same of a server that runs, in a page that has the stopwatch."""
    _open(page, address, "caseload")
    found = {"changes": changes, "patients": _people(page), "first": page.evaluate("stopwatch.first()")}
    seconds = {"filter": _filters(page, changes)}
    _leave(page, address)
    _open(page, address, "patient")
    seconds |= _patients(page, changes)
    return found | {kind: {"median": median(each), "longest": max(each)} for kind, each in seconds.items()}


def looking(parts: Path, ids: Sequence[str]) -> dict[str, Any]:
    """Seconds until the page of a patient is there, and until each of some other patients is, all sections open."""
    with _served(parts) as address, _page() as page:
        opened = _open(page, address, "patient")
        who = page.get_by_role("combobox", name="Patient", exact=True)
        seconds = [_timed(page, who.fill, one) for one in ids]
    return {"opened": opened, "median": median(seconds), "longest": max(seconds)}


def _filters(page: Any, changes: int) -> list[float]:
    """The caseload by states in turn with everybody, so that another number of patients is left each time."""
    state = page.get_by_label("State for review", exact=True)
    numbers = {one: re.sub(r".*\((\d+)\)", r"\1", one) for one in state.locator("option").all_inner_texts()}
    everybody, *others = {number: label for label, number in numbers.items()}.values()
    if not others:
        raise SystemExit(
            "benchmarks: all patients are in the same state; take a study in which a filter leaves some out."
        )
    wanted = [label for one in others for label in (one, everybody)] * changes
    return [_timed(page, state.select_option, label) for label in wanted[:changes]]


def _patients(page: Any, changes: int) -> dict[str, list[float]]:
    """Other patients, the most urgent first, and for each of them other days and exercises."""
    who = page.get_by_role("combobox", name="Patient", exact=True)
    ids = page.locator("datalist option").evaluate_all("(all, n) => all.slice(0, n).map(one => one.value)", changes + 1)
    first, last = page.get_by_label("First day"), page.get_by_label("Last day")
    end = date.fromisoformat(last.input_value())
    twelve_weeks, two_weeks = ((end - timedelta(weeks=weeks)).isoformat() for weeks in (12, 2))
    box = page.locator(".fd-dashboard input[type=checkbox]").first
    seconds: dict[str, list[float]] = {kind: [] for kind in ("patient", "start", "end", "exercise")}
    for patient_id in [one for one in ids if one != who.input_value()][:changes]:
        seconds["patient"].append(_timed(page, who.fill, patient_id))
        seconds["start"].append(_timed(page, first.fill, twelve_weeks))
        seconds["end"].append(_timed(page, last.fill, two_weeks))
        seconds["exercise"].append(_timed(page, box.uncheck))
        _timed(page, box.check)
        _timed(page, last.fill, end.isoformat())
        _timed(page, page.get_by_role("button", name="All", exact=True).click)
    return seconds


def _timed(page: Any, act: Callable[..., object], *arguments: str) -> float:
    """Seconds from what a control says until the changed page is painted."""
    page.evaluate("stopwatch.arm()")
    act(*arguments)
    return float(page.evaluate("stopwatch.stopped")) / 1000


def _people(page: Any) -> int:
    return int(re.findall(r" of ([\d,]+) patients", page.locator(".fd-head").inner_text())[0].replace(",", ""))


def _open(page: Any, address: str, name: str) -> float:
    """Open a page, and all that is folded; the seconds until it stood still."""
    begun = time.monotonic()
    page.goto(f"{_base(address)}/voila/render/{name}.ipynb?{address.partition('?')[2]}", timeout=LONG_MS)
    page.wait_for_function("window.stopwatch?.still()", timeout=LONG_MS)
    opened = time.monotonic() - begun
    # What is folded stands still too: the controls, and the sections below the first look.
    page.locator(".fd-chips").first.click()
    page.evaluate("document.querySelectorAll('.fd-dashboard details').forEach(one => { one.open = true; })")
    page.wait_for_function("window.stopwatch?.still()", timeout=LONG_MS)
    return opened


def _leave(page: Any, address: str) -> None:
    """Leave the page and wait for its process to end: two studies in memory are not what is measured."""
    kernel = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    page.goto(_base(address))
    for _ in range(LONG_S * ASKED_PER_S):
        # Asked by the page itself: outside of browsers few programs find a name that ends in .localhost.
        if page.evaluate("path => fetch(path).then(answer => answer.status)", f"/api/kernels/{kernel}") == 404:
            return
        page.wait_for_timeout(1000 / ASKED_PER_S)
    raise SystemExit("benchmarks: a page that was left kept its process.")


def _base(address: str) -> str:
    return address.partition("/?")[0]


@contextmanager
def _served(study: Path) -> Iterator[str]:
    """``footdrop serve``, and the address that it prints."""
    command = [sys.executable, "-m", "footdrop_analytics", "serve", str(study), "--no-browser", "--port", "0"]
    places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    around = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    with tempfile.TemporaryDirectory() as folder, Path(folder, "said").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=around, start_new_session=True)
        try:
            yield _address(process, Path(folder, "said"))
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
            process.wait()


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    end = time.monotonic() + LONG_S
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"http://\S+", said.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise SystemExit(f"benchmarks: footdrop serve gave no address:\n{said.read_text(encoding='utf-8')}")


@contextmanager
def _page() -> Iterator[Any]:
    """A page of 1280 × 900 pixels in Chromium."""
    from playwright.sync_api import sync_playwright

    names = (os.environ.get("FOOTDROP_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(LONG_MS)
        page.add_init_script(path=STOPWATCH)
        yield page
        browser.close()
