"""A person in front of a browser: opens a notebook in JupyterLab or its page in Voilà, and uses the dashboard."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.browser.messages import Answers
from tests.project._tree import ROOT
from tests.servers import Running

READY_MS = 90_000
SOON_MS = 60_000

# Said by the front ends about themselves; everything else on the console is a defect.
THEIR_OWN = (
    "Starting WebSocket", "Starting application in workspace", "Disabling terminals", "Unsatisfied version",
    "No satisfying version", "Kernel", "Connection lost", "Loading", "Ok, voila is still executing",
)  # fmt: skip

WATCH_THE_OPENING = """
window.opening = [];
const look = () => {
    const bar = document.querySelector(".fd-opening .progress-bar")?.style.width;
    const now = document.querySelector(".fd-dashboard .fd-head") ? "dashboard" : bar;
    if (now && opening.at(-1) !== now) opening.push(now);
    if (now === "dashboard") seen.disconnect();
};
const seen = new MutationObserver(look);
seen.observe(document, { subtree: true, childList: true, attributes: true });
"""
"""How wide the bar was, one value after the other, until the dashboard came."""

PRINTED = """() => {
    const all = [...document.querySelectorAll(".fd-dashboard, .fd-dashboard *")].filter(one => one.checkVisibility());
    const cuts = one => getComputedStyle(one).overflow !== "visible" && !one.closest("svg, .unseen")
        && (one.scrollHeight > one.clientHeight + 2 || one.scrollWidth > one.clientWidth + 2);
    const shown = one => one.matches(".jupyter-button, input, select, form") && !one.closest(".unseen");
    return { head: document.querySelector(".fd-dashboard .fd-head").innerText,
        cut: all.filter(cuts).map(one => one.className),
        controls: all.filter(shown).map(one => one.outerHTML.slice(0, 100)),
        links: [...document.querySelectorAll("nav.dashboards")].some(one => one.checkVisibility()) };
}"""


@dataclass
class Opened:
    """A dashboard in a page, and everything the page asked for or complained about."""

    page: Any
    running: Running
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    answers: Answers = field(default_factory=Answers)

    @property
    def root(self) -> Any:
        """The dashboard's part of the page; in JupyterLab, of the notebook that is in front."""
        return self.page.locator(".fd-dashboard:visible").last

    def filled(self, notebook: str) -> None:
        """Wait until the dashboard is there; if it never is, say what stands in its place and what was complained."""
        head = self.root.locator(".fd-head").last
        try:
            head.wait_for(timeout=READY_MS)
        except Exception as error:
            text = self.page.locator("body").inner_text()[:1500]
            sockets = [one for one in self.requests if "/channels" in one]
            raise AssertionError(
                f"{notebook} is not filled after {READY_MS} ms (bar and dashboard: {self.page.evaluate('opening')}, "
                f"{head.count()} heads, sockets: {sockets}).\nPage: {text}\nConsole: {self.complaints}\n"
                f"Server: {self.running.said[-1500:]}"
            ) from error

    def settled(self) -> None:
        """Wait until the kernel is through with all that it was told, and the page shows it."""
        quiet = waited = 0
        # An answer may make the page tell the kernel more.
        while quiet < 3 and waited < SOON_MS:
            self.page.wait_for_timeout(25)
            waited += 25
            quiet = 0 if self.answers.missing else quiet + 1
        self.page.wait_for_function("!document.querySelector('.fd-dashboard .busy')", timeout=SOON_MS)
        self.page.wait_for_timeout(50)

    def drawn(self) -> None:
        """Wait until every chart that has a still drawing shows plotly's in its place."""
        self.page.wait_for_function(
            "[...document.querySelectorAll('.fd-chart')].filter(one => one.querySelector('[data-chart]'))"
            ".filter(one => one.closest('.fd-dashboard').checkVisibility())"
            ".every(one => one.classList.contains('fd-live') && one.querySelector('.main-svg'))",
            timeout=SOON_MS,
        )

    def download(self, button: str, folder: Path) -> tuple[str, bytes]:
        """Press a button that exports something: the file's name and content."""
        with self.page.expect_download(timeout=SOON_MS) as waiting:
            self.root.get_by_role("button", name=button).first.click()
        name = waiting.value.suggested_filename
        waiting.value.save_as(folder / name)
        return name, (folder / name).read_bytes()

    def assert_nothing_left_the_machine(self) -> None:
        """No request went anywhere but to the server that was started, and its processes asked nobody."""
        assert any(one.startswith(self.running.base) for one in self.requests)
        away = [one for one in self.requests if not one.startswith((self.running.base, "blob:", "data:"))]
        assert away == []
        watched = [line for line in self.running.watched if line.startswith("watching ")]
        assert any("ipykernel" in line for line in watched)
        assert [line for line in self.running.watched if line not in watched] == []

    def assert_no_complaint(self) -> None:
        complaints = [text[:300] for text in self.complaints if not any(own in text for own in THEIR_OWN)]
        assert not complaints, complaints


@contextmanager
def watched(browser: Any, running: Running) -> Iterator[Opened]:
    """An empty page of which all is noted; its kernels end with it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True, bypass_csp=False)
    page = context.new_page()
    page.add_init_script(WATCH_THE_OPENING)
    found = Opened(page, running)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("websocket", lambda socket: found.requests.append(socket.url.replace("ws://", "http://", 1)))
    page.on("websocket", found.answers.watch)
    page.on("console", lambda message: found.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    try:
        yield found
    finally:
        shut_kernels(found)
        context.close()


@contextmanager
def opened(browser: Any, running: Running, notebook: str, study: str = "") -> Iterator[Opened]:
    """Open a notebook where the server shows it (in JupyterLab: for a study), run it, and wait until it is filled."""
    with watched(browser, running) as found:
        if "/lab/" in running.address:
            _run_in_lab(found, notebook, study)
        else:
            _run_in_voila(found, notebook)
        found.filled(notebook)
        found.settled()
        yield found


def _run_in_lab(found: Opened, notebook: str, study: str) -> None:
    text = (ROOT / "notebooks" / notebook).read_text(encoding="utf-8")
    notebook = "of-another-study.ipynb"
    (found.running.folder / "notebooks" / notebook).write_text(text.replace("()", f"({study!r})"), encoding="utf-8")
    place = f"{found.running.base}/lab/workspaces/{uuid.uuid4().hex}/tree/{notebook}"
    found.page.goto(f"{place}?token={found.running.token}")
    found.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=READY_MS)
    run_all(found)


def run_all(found: Opened) -> None:
    """Do what the notebook's text says: choose Run, then Run All Cells."""
    said = found.page.locator(".jp-Notebook:visible .jp-MarkdownCell .lab-only")
    said.wait_for(timeout=READY_MS)
    assert "Run ▸ Run All Cells" in said.inner_text()
    # Before its kernel has started, JupyterLab takes the command and runs nothing.
    found.page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=READY_MS)
    found.page.get_by_role("menuitem", name="Run", exact=True).click()
    found.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def _run_in_voila(found: Opened, notebook: str) -> None:
    found.page.goto(found.running.address)
    title = notebook.removesuffix(".ipynb").capitalize()
    found.page.get_by_role("link", name=title, exact=True).click()
    found.page.locator("#rendered_cells").wait_for(timeout=READY_MS)
    assert found.page.locator(".lab-only:visible, .jp-InputArea-editor, .jp-InputPrompt").count() == 0
    assert "import dashboards" not in found.page.content()
    linked = found.page.evaluate("[...document.querySelectorAll('[src], link')].map(one => one.src ?? one.href)")
    assert [one for one in linked if not one.startswith((found.running.base, "data:", "blob:"))] == []


def save_the_state_of_widgets(shown: Opened) -> None:
    """Switch on what is off by default, once: JupyterLab remembers it."""
    shown.page.get_by_role("menuitem", name="Settings", exact=True).click()
    item = shown.page.locator(".lm-Menu-item", has_text="Save Widget State Automatically").first
    item.wait_for()
    if "lm-mod-toggled" in item.get_attribute("class"):
        shown.page.keyboard.press("Escape")
    else:
        item.click()


def save_notebook(shown: Opened, stored: Path) -> None:
    """Save the notebook by JupyterLab's menu, and wait until its file is whole."""
    before = stored.stat().st_mtime_ns
    shown.page.get_by_role("menuitem", name="File", exact=True).click()
    shown.page.locator(".lm-Menu-item", has_text="Save Notebook").first.click()
    for _ in range(600):
        shown.page.wait_for_timeout(100)
        if stored.stat().st_mtime_ns > before and stored.read_bytes().endswith(b"}\n"):
            return
    raise AssertionError(f"{stored} was not saved")


def shut_kernels(found: Opened) -> None:
    """End the kernels of this page, so that the next one begins anew."""
    token = {"Authorization": f"token {found.running.token}"}
    api = f"{found.running.by_number}/api/sessions"
    if "/lab/" in found.running.address:
        for session in found.page.request.get(api, headers=token).json():
            found.page.request.delete(f"{api}/{session['id']}", headers=token)
        return
    # Voilà's page ends its kernel when it is left, which one that is closed with its context never is. What keeps a
    # page from being left is told by the test that it happens in.
    with suppress(Exception):
        found.page.goto("about:blank")
        # What it says then is on its way.
        found.page.wait_for_timeout(300)


def assert_the_wheel_reaches_the_end(shown: Opened) -> None:
    """Scrolling by script, as a click or a full-page picture does, would also reach what a person cannot."""
    size = shown.page.viewport_size
    shown.page.mouse.move(size["width"] * 0.6, size["height"] * 0.7)
    for _ in range(60):
        shown.page.mouse.wheel(0, 900)
        shown.page.wait_for_timeout(20)
        end = shown.root.bounding_box()
        if end["y"] < 0 and end["y"] + end["height"] <= size["height"]:
            return
    raise AssertionError("the last lines cannot be scrolled into sight")


def assert_accessible(shown: Opened, part: str = ".fd-dashboard", checks: int = 5) -> None:
    """axe-core finds no serious barrier in the dashboard or a part of it, with everything unfolded."""
    axe = pytest.importorskip("axe_playwright_python").__path__[0]
    shown.page.evaluate("document.querySelectorAll('.fd-dashboard details').forEach(one => { one.open = true; })")
    shown.page.add_script_tag(content=(Path(axe) / "axe.min.js").read_text(encoding="utf-8"))
    found = shown.page.evaluate("part => axe.run({include: [[part]]}, {resultTypes: ['violations']})", part)
    shown.page.evaluate("document.querySelectorAll('.fd-dashboard details').forEach(one => { one.open = false; })")
    assert len(found["passes"]) > checks
    serious = [one for one in found["violations"] if one["impact"] in {"serious", "critical"}]
    assert [(one["id"], len(one["nodes"]), one["nodes"][0]["html"][:300]) for one in serious] == []


def assert_readable_at_twice_the_size(shown: Opened, widths: tuple[int, ...] = (640, 390)) -> None:
    """Nothing of a served page runs over the side at 200 % of a 1280-pixel screen or on a phone, all of it unfolded."""
    unfold = "document.querySelectorAll('.fd-dashboard details:not(.what)').forEach(one => { one.open = %s; })"
    shown.page.evaluate(unfold % "true")
    for width in widths:
        shown.page.set_viewport_size({"width": width, "height": 900})
        shown.page.wait_for_function(f"document.documentElement.scrollWidth <= {width}", timeout=SOON_MS)
    shown.page.evaluate(unfold % "false")
    shown.page.set_viewport_size({"width": 1280, "height": 900})


def assert_the_keyboard_reaches_every_control(shown: Opened) -> None:
    """The Tab key comes to all that can be seen and used."""
    shown.page.evaluate("""() => {
        window.reached = new Set();
        document.addEventListener("focusin", (event) => window.reached.add(event.target));
        document.querySelector(".fd-dashboard").setAttribute("tabindex", "-1");
        document.querySelector(".fd-dashboard").focus();
    }""")
    count = "document.querySelectorAll('.fd-dashboard :is(input, select, button, summary, a[href])').length"
    for _ in range(shown.page.evaluate(count) + 20):
        shown.page.keyboard.press("Tab")
    missed = shown.page.evaluate("""() =>
        [...document.querySelectorAll(".fd-dashboard :is(input, select, button, summary, a[href])")]
        .filter((one) => one.checkVisibility() && !one.disabled && one.ariaDisabled !== "true")
        .filter((one) => !window.reached.has(one))
        .map((one) => one.outerHTML.slice(0, 200))
    """)
    assert missed == []


def assert_prints_whole(shown: Opened, pages: int, head: str) -> None:
    """On paper the head is there, nothing is cut off, no control is left, and no page is but for the links above."""
    shown.page.emulate_media(media="print")
    seen = shown.page.evaluate(PRINTED)
    assert head in seen["head"]
    assert seen["cut"] == []
    assert seen["controls"] == []
    assert not seen["links"]
    printed = shown.page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= pages
    shown.page.emulate_media(media="screen")
