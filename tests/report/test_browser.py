"""Reports in a real browser: drawn offline, without a request, accessible, at a phone's width, and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd
from footdrop_analytics.report.kept import report_name
from footdrop_analytics.wording.language import LANGUAGES, Language
from tests.each import each
from tests.report._awkward import AWKWARD_IDS

pytestmark = pytest.mark.browser

KINDS = ("clinician", "patient", "german", "shared", "index")
PRINTED = {"clinician": "figure.chart svg.still", "patient": "svg.exercise"}
"""Pages that are printed, and what is drawn in them."""
PAPER_PX = {"A4": 210 / 25.4 * 96, "Letter": 8.5 * 96}
MARGINS_PX = 2 * 14 / 25.4 * 96
PARTS = ("section.exercise", ".picture", ".contact")


class _Opened:
    """A page opened with the network off, and what it asked for or complained about."""

    def __init__(self, browser: Any, path: Path, width: int = 1280, scripts: bool = True) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, java_script_enabled=scripts
        )
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri())
        self.page.wait_for_load_state("load")

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@each("kind", KINDS)
def test_a_page_stands_offline_at_every_width_on_paper_and_for_everybody(
    chromium: Any, pages: dict[str, Path], kind: str
) -> None:
    with _Opened(chromium, pages[kind], 1280 if kind == "clinician" else 320) as opened:
        _opens_without_a_request_or_complaint(opened, kind)
        if kind == "clinician":
            _the_keyboard_reaches_what_can_be_opened(opened)
        else:
            _nothing_runs_over_the_side(opened)
        if kind in ("patient", "shared", "index"):
            _axe_finds_nothing_serious(opened)
        if kind in PRINTED:
            _charts_and_drawings_fit_the_paper(opened, kind)


def _opens_without_a_request_or_complaint(opened: _Opened, kind: str) -> None:
    drawn = opened.page.locator("figure.drawn .main-svg").count()
    charts = opened.page.locator("figure.chart").count()
    opened.page.wait_for_timeout(200)
    assert opened.complaints == []
    assert all(address.startswith(("file:", "data:")) for address in opened.requests)
    assert len([one for one in opened.requests if one.startswith("file:")]) == (2 if kind == "shared" else 1)
    assert charts == 0 or drawn >= charts
    assert (charts > 0) == (kind in ("clinician", "shared"))
    if charts:
        _no_chart_has_a_share_button_a_logo_or_any_other_button(opened.page)


def _no_chart_has_a_share_button_a_logo_or_any_other_button(page: Any) -> None:
    page.locator("figure.drawn").first.hover()
    assert page.locator(".modebar-btn, .plotlyjsicon, .modebar-btn--logo").count() == 0
    settings = page.evaluate("[...document.querySelectorAll('.js-plotly-plot')].map(one => one._context)")
    assert settings
    for one in settings:
        assert (one["showSendToCloud"], one["plotlyServerURL"], one["displaylogo"]) == (False, "", False)


def _nothing_runs_over_the_side(opened: _Opened) -> None:
    for width in (320, 390, 1280):
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_from_right_to_left_a_sheet_is_mirrored(
    chromium: Any, analysis: fd.Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LANGUAGES, "ar", Language("ar", "made up"))
    patient = str(analysis.caseload["patient_id"].iloc[0])
    places = {}
    for code in ("en", "ar"):
        sheet = fd.write_report(analysis, patient, tmp_path / "sheet.html", audience="patient", language=code)
        with _Opened(chromium, sheet) as opened:
            boxes = [opened.page.locator(one).first.bounding_box() for one in PARTS]
            places[code] = [round(box["x"] + (0 if code == "en" else box["width"])) for box in boxes]
            width = opened.page.evaluate("document.documentElement.clientWidth")
            numbers = opened.page.locator(".picture").first.locator("svg.exercise > svg > text").all_text_contents()
            assert numbers == (["1", "2"] if code == "en" else ["2", "1"])
    assert places["ar"] == [width - place for place in places["en"]]


def _axe_finds_nothing_serious(opened: _Opened) -> None:
    axe = pytest.importorskip("axe_playwright_python").__path__[0]
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    opened.page.evaluate((Path(axe) / "axe.min.js").read_text(encoding="utf-8"))
    found = opened.page.evaluate("axe.run({resultTypes: ['violations']})")
    assert len(found["passes"]) > 5
    bad = [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]
           if one["impact"] in ("serious", "critical")]  # fmt: skip
    assert bad == []


def _the_keyboard_reaches_what_can_be_opened(opened: _Opened) -> None:
    wanted = opened.page.locator("summary").count() + opened.page.locator(".wide").count()
    opened.page.evaluate(
        "window.reached = new Set(); addEventListener('focusin', event => window.reached.add(event.target))"
    )
    for _ in range(opened.page.locator("a[href], button, input, summary, .wide").count() + 20):
        opened.page.keyboard.press("Tab")
    reached = opened.page.evaluate("[...window.reached].filter(one => one.matches('summary, .wide')).length")
    assert wanted
    assert reached >= wanted - _hidden(opened)
    opened.page.locator("summary").first.focus()
    opened.page.keyboard.press("Enter")
    assert opened.page.locator("details[open]").count() == 1


def _hidden(opened: _Opened) -> int:
    """Scrolling tables and summaries inside closed parts cannot be reached before these are opened."""
    count: int = opened.page.evaluate(
        "[...document.querySelectorAll('details:not([open]) .wide, details:not([open]) details summary')].length"
    )
    return count


def test_charts_and_texts_stand_without_scripts(chromium: Any, pages: dict[str, Path]) -> None:
    with _Opened(chromium, pages["clinician"], scripts=False) as opened:
        charts = opened.page.locator("figure.chart svg.still")
        assert charts.count() > 0
        for place in range(charts.count()):
            assert charts.nth(place).is_visible()
            label = charts.nth(place).get_attribute("aria-label") or ""
            assert label.split(".")[0] in opened.page.locator("main").inner_text()


def _charts_and_drawings_fit_the_paper(opened: _Opened, kind: str) -> None:
    if kind == "clinician":
        opened.page.check("#with-appendix")
    opened.page.emulate_media(media="print")
    for paper in PAPER_PX:
        _fit(opened, paper, PRINTED[kind])


def _fit(opened: _Opened, paper: str, drawings: str) -> None:
    inner = PAPER_PX[paper] - MARGINS_PX
    opened.page.set_viewport_size({"width": int(inner), "height": 900})
    boxes = opened.page.evaluate(
        f"[...document.querySelectorAll('{drawings}')].map(one => one.getBoundingClientRect())"
        ".map(box => [box.left, box.right, box.height])"
    )
    assert boxes
    for left, right, height in boxes:
        assert left >= 0
        assert right <= inner + 1
        assert 100 < height < 400
    assert opened.page.locator("figure.chart .live:visible").count() == 0
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= inner + 1
    assert opened.page.pdf(format=paper).startswith(b"%PDF")


def test_hostile_texts_run_nowhere(chromium: Any, awkward: fd.Analysis, tmp_path: Path) -> None:
    fd.write_reports(awkward, tmp_path)
    for patient in (AWKWARD_IDS[0], "<script>alert(1)</script>"):
        with _Opened(chromium, tmp_path / report_name(patient)) as opened:
            assert opened.page.evaluate("window.hacked") is None
            assert opened.complaints == []
            assert opened.page.locator("figure.drawn").count() > 0
            assert opened.page.locator("img").count() == 0
            assert opened.page.locator("svg a").count() == 0
