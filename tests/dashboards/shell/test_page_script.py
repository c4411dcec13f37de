"""The script of a page in a real browser, with stand-ins for JupyterLab's manager and models."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from footdrop_analytics.dashboards.shell import page as page_module

pytestmark = pytest.mark.browser

SCRIPT = Path(page_module.__file__).with_name("page.js")
BODY = """<div class="fd-dashboard" id="root"><div id="page"></div>
<label>Who <input id="who"></label>
<div id="panel"><select></select><details data-key="a"><summary>A</summary>one</details></div>
<details class="what"><summary>What</summary>it means</details>
<div id="far" style="margin-top: 3000px">far</div></div>"""
START = """async (text) => {
    class Base { _handle_comm_msg(message) { window.heard.push([this.model_id, message]); } }
    class AnyModel extends Base { async _handle_comm_msg() { throw new Error("too late"); } }
    class Plain extends Base {}
    window.heard = [];
    const make = (kind, id, values, el) => Object.assign(new kind(), {
        model_id: id, get: (name) => values[name], get_state: () => ({ value: "Ada" }),
        comm: { on_msg(listener) { this.listener = listener; } },
        views: el ? { 1: Promise.resolve({ el }) } : undefined,
    });
    const signal = () => {
        const slots = [];
        return { connect: (slot) => slots.push(slot), disconnect: (slot) => slots.splice(slots.indexOf(slot), 1),
            emit: () => slots.forEach((slot) => slot()) };
    };
    const one = (id) => document.getElementById(id);
    window.models = {
        page: make(AnyModel, "page", { _model_module: "anywidget" }),
        root: make(Plain, "root", { children: [] }, one("root")),
        who: make(Plain, "who", {}, one("who").parentElement),
        box: make(Plain, "box", {}, one("panel")),
        late: make(Plain, "late", {}),
        far: make(Plain, "far", {}, one("far")),
    };
    window.manager = {
        has_model: (id) => id in models,
        async get_model(id) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            if (!(id in models)) throw new Error("widget model not found");
            return models[id];
        },
        kernel: { status: "idle", connectionStatus: "connected",
            statusChanged: signal(), connectionStatusChanged: signal(), asked: 0, knows: ["page", "who"],
            async requestCommInfo() {
                this.asked += 1;
                return { content: { status: "ok", comms: Object.fromEntries(this.knows.map((id) => [id, {}])) } };
            } },
        get_state_sync: () => ({ state: { page: 1, root: 1, who: 1, late: 1, other: 1 } }),
    };
    const marks = { root: { lang: "en", role: "region" }, who: { "aria-label": "Patient" },
        box: { role: "region" }, gone: { lang: "en" } };
    const values = { models: ["page", "root", "gone", "who"], marks, lost: "The connection is lost." };
    window.model = fakeModel(values, { widget_manager: manager });
    const widget = await script(text);
    await widget.initialize({ model });
    window.before = [...model.sent];
    window.end = widget.render({ model, el: one("page") });
}"""


@pytest.fixture
def page(blank: Any) -> Any:
    blank.set_content(BODY)
    blank.add_script_tag(path=Path(__file__).with_name("fake_model.js"))
    blank.evaluate(START, SCRIPT.read_text(encoding="utf-8"))
    return blank


def _tidied(page: Any) -> None:
    """Wait until the script, which acts before the next frame, and the events of what it did are through."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")


def test_the_kernel_hears_of_a_look_when_nothing_can_be_stored_any_more(page: Any) -> None:
    assert page.evaluate("before") == []
    assert page.evaluate("model.sent") == [{"say": "look"}]
    assert page.evaluate("['page', 'root', 'who'].map(id => models[id].get_state())") == [{}, {}, {}]
    assert page.evaluate("manager.get_state_sync({}).state") == {"late": 1, "other": 1}


def test_a_page_that_is_asked_answers_when_new_widgets_cannot_be_stored(page: Any) -> None:
    page.evaluate("() => { model.set({ models: ['page', 'root', 'who', 'late'] }); model.hear({ do: 'answer' }); }")
    page.wait_for_function("model.sent.length === 2")
    assert page.evaluate("model.sent") == [{"say": "look"}, {"say": "look"}]
    assert page.evaluate("models.late.get_state()") == {}
    page.evaluate("end(); model.hear({ do: 'answer' })")
    page.wait_for_timeout(100)
    assert page.evaluate("model.sent.length") == 2


def test_widgets_added_later_are_not_stored_either(page: Any) -> None:
    page.evaluate("model.set({ models: ['page', 'root', 'who', 'late'] })")
    page.wait_for_function("!('late' in manager.get_state_sync({}).state)")
    assert page.evaluate("models.late.get_state()") == {}


def test_a_widget_that_comes_late_to_the_browser_is_found(page: Any) -> None:
    page.evaluate("models.gone = { ...models.late, model_id: 'gone' }")
    page.evaluate("panel.append('something new')")
    page.wait_for_function("Object.keys(models.gone.get_state()).length === 0")


def test_no_message_to_an_anywidget_is_dropped_for_being_early(page: Any) -> None:
    page.evaluate("models.page.comm.listener('news')")
    assert page.evaluate("heard") == [["page", "news"]]
    assert page.evaluate("models.who.comm.listener === undefined")


def test_marks_reach_the_control_itself(page: Any) -> None:
    page.wait_for_function("document.querySelector('#who').getAttribute('aria-label') === 'Patient'")
    assert page.evaluate("[root.lang, root.getAttribute('role'), root.getAttribute('aria-label')]") == [
        "en", "region", None
    ]  # fmt: skip


def test_marks_are_not_set_again_while_somebody_types(page: Any) -> None:
    page.wait_for_function("document.querySelector('#who').getAttribute('aria-label') === 'Patient'")
    page.evaluate("""() => {
        window.again = [];
        new MutationObserver((all) => again.push(...all)).observe(who, { attributes: true });
        panel.removeAttribute('role');
        panel.append('something new');
    }""")
    # The region is marked after the name.
    page.wait_for_function("panel.getAttribute('role') === 'region'")
    assert page.evaluate("again.length") == 0


def test_a_region_is_marked_itself(page: Any) -> None:
    page.evaluate("panel.append(document.createElement('input'))")
    page.wait_for_function("panel.getAttribute('role') === 'region'")
    assert page.evaluate("panel.querySelector('input').getAttribute('role')") is None


def test_a_download_is_the_bytes_that_were_sent(page: Any, tmp_path: Path) -> None:
    content = bytes(range(256))
    with page.expect_download() as waiting:
        page.evaluate(
            "data => model.hear({ do: 'download', name: 'rows.csv', type: 'text/csv' }, [bytes(data)])",
            base64.b64encode(content).decode(),
        )
    waiting.value.save_as(tmp_path / "saved")
    assert waiting.value.suggested_filename == "rows.csv"
    assert (tmp_path / "saved").read_bytes() == content


def test_what_is_unfolded_stays_so_over_an_update(page: Any) -> None:
    page.locator("[data-key=a] summary").click()
    replace = "panel.innerHTML = '<details data-key=a><summary>A</summary>two</details>'"
    page.wait_for_function("document.querySelector('[data-key=a]').open")
    _tidied(page)
    page.evaluate(replace)
    page.wait_for_function("document.querySelector('[data-key=a]').open")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.locator("[data-key=a] summary").click()
    _tidied(page)
    page.evaluate(replace)
    _tidied(page)
    assert not page.evaluate("document.querySelector('[data-key=a]').open")


OPEN_BY_ITSELF = "panel.innerHTML = '<details open data-key=b><summary>B</summary>two</details>'"
NOT_OPEN = "panel.innerHTML = '<details data-key=b><summary>B</summary>two</details>'"
IS_OPEN = "document.querySelector('[data-key=b]').open"


def test_what_is_folded_stays_so_over_an_update(page: Any) -> None:
    page.evaluate(OPEN_BY_ITSELF)
    _tidied(page)
    page.locator("[data-key=b] summary").click()
    _tidied(page)
    page.evaluate(OPEN_BY_ITSELF)
    page.wait_for_function(f"!{IS_OPEN}")
    page.locator("[data-key=b] summary").click()
    _tidied(page)
    page.evaluate(NOT_OPEN)
    page.wait_for_function(IS_OPEN)


def test_what_came_open_was_unfolded_by_nobody(page: Any) -> None:
    page.evaluate(OPEN_BY_ITSELF)
    _tidied(page)
    page.evaluate(NOT_OPEN)
    _tidied(page)
    assert not page.evaluate(IS_OPEN)


def test_a_part_below_has_folds_of_its_own(page: Any) -> None:
    page.evaluate("far.outerHTML = '<div class=fd-part><details data-key=a><summary>Far</summary>one</details></div>'")
    _tidied(page)
    page.locator("#panel [data-key=a] summary").click()
    _tidied(page)
    page.evaluate("document.querySelector('.fd-part').innerHTML += ' '")
    _tidied(page)
    assert page.evaluate("[...document.querySelectorAll('[data-key=a]')].map(one => one.open)") == [True, False]


@pytest.mark.parametrize("leave", ["Escape", "click"])
def test_explanations_close_like_menus(page: Any, leave: str) -> None:
    page.locator("summary", has_text="What").click()
    assert page.evaluate("document.querySelector('.what').open")
    if leave == "Escape":
        page.keyboard.press("Escape")
    else:
        page.locator("#who").click()
    assert not page.evaluate("document.querySelector('.what').open")


def test_a_widget_is_brought_into_sight_with_the_focus(page: Any) -> None:
    page.evaluate("model.hear({ do: 'reveal', model: 'far' })")
    page.wait_for_function("document.activeElement.id === 'far'")
    assert page.evaluate("far.getBoundingClientRect().top < innerHeight")


def test_a_dashboard_without_its_kernel_says_so(page: Any) -> None:
    lost = page.locator("#root > .fd-lost")
    page.evaluate("kernel => Object.assign(manager.kernel, kernel)", {"connectionStatus": "connecting"})
    page.evaluate("manager.kernel.connectionStatusChanged.emit()")
    assert lost.count() == 0, "a moment is nothing"
    lost.wait_for(timeout=20_000)
    assert lost.get_attribute("role") == "alert"
    page.evaluate("kernel => Object.assign(manager.kernel, kernel)", {"connectionStatus": "connected"})
    page.evaluate("manager.kernel.connectionStatusChanged.emit()")
    assert lost.count() == 0
    # One that was started anew is there again, and knows nothing of this dashboard.
    for status in ("restarting", "idle"):
        page.evaluate("kernel => Object.assign(manager.kernel, kernel)", {"status": status})
        page.evaluate("manager.kernel.statusChanged.emit()")
        assert lost.count() == 1
    page.evaluate("end()")


def test_a_dashboard_whose_kernel_was_started_anew_unseen_says_so_when_it_is_used(page: Any) -> None:
    """Started anew by somebody else, the kernel is idle and connected all the time, and knows nothing of widgets."""
    lost = page.locator("#root > .fd-lost")
    page.locator("#who").press("a")
    page.wait_for_function("manager.kernel.asked === 1")
    _tidied(page)
    assert lost.count() == 0
    page.evaluate("manager.kernel.knows = ['other']")
    page.locator("#who").press("b")
    lost.wait_for(timeout=20_000)
    page.evaluate("manager.kernel.statusChanged.emit()")
    assert lost.count() == 1


@pytest.mark.parametrize(("signal", "status"), [("statusChanged", "starting"), ("connectionStatusChanged", "idle")])
def test_a_kernel_that_comes_back_is_asked_whether_it_knows_the_dashboard(page: Any, signal: str, status: str) -> None:
    page.evaluate("manager.kernel.knows = []")
    page.evaluate("status => { manager.kernel.status = status; }", status)
    page.evaluate("signal => manager.kernel[signal].emit()", signal)
    page.locator("#root > .fd-lost").wait_for(timeout=20_000)


def test_a_kernel_that_works_and_rests_is_not_asked(page: Any) -> None:
    for status in ("busy", "idle"):
        page.evaluate("status => { manager.kernel.status = status; }", status)
        page.evaluate("manager.kernel.statusChanged.emit()")
    page.wait_for_timeout(1500)
    assert page.evaluate("manager.kernel.asked") == 0


def test_a_kernel_that_is_gone_already_is_told_at_once(page: Any) -> None:
    """Widgets may come into a page whose kernel died meanwhile; nothing changes any more then."""
    page.evaluate(
        """async (text) => {
        end();
        manager.kernel.status = "dead";
        (await script(text)).render({ model, el: document.getElementById("page") });
    }""",
        SCRIPT.read_text(encoding="utf-8"),
    )
    page.locator("#root > .fd-lost").wait_for(timeout=20_000)


FORM = """<details class="offer" open><summary>Seen</summary><form data-offer="flag:fall">
<select name="decision"><option value="seen" selected>Seen</option></select><input name="notes">
<input name="by" required><button>Save</button><span role="alert"></span></form></details>
<form data-offer="other"><input name="by"></form>"""


def test_a_form_is_sent_once_and_rests_until_it_is_answered(page: Any) -> None:
    # Without an address of its own a page has no storage.
    page.evaluate("Object.defineProperty(window, 'sessionStorage', { value: { kept: {}, setItem(name, value) {"
                  " this.kept[name] = value; }, getItem(name) { return this.kept[name] ?? null; } } })")  # fmt: skip
    page.evaluate("(html) => { document.getElementById('panel').innerHTML = html; }", FORM)
    form = page.locator('form[data-offer="flag:fall"]')
    form.locator("button").click()
    assert page.evaluate("model.sent.length") == 1, "nobody was named"
    form.locator("[name=notes]").fill("<b>fine</b>")
    form.locator("[name=by]").fill("MF")
    form.locator("[name=by]").press("Enter")
    form.evaluate("(one) => one.requestSubmit()")
    told = {"decision": "seen", "notes": "<b>fine</b>", "by": "MF"}
    assert page.evaluate("model.sent.slice(1)") == [{"say": "fill", "offer": "flag:fall", "told": told}]
    page.evaluate("model.hear({ do: 'filled', offer: 'flag:fall', wrong: 'The disk is <full>.' })")
    assert form.locator("[role=alert]").inner_text() == "The disk is <full>."
    assert form.locator("[name=notes]").input_value() == "<b>fine</b>"
    form.locator("button").click()
    assert page.evaluate("model.sent.length") == 3
    assert form.locator("[role=alert]").inner_text() == "", "what was wrong before is not said of this"
    page.evaluate("model.hear({ do: 'filled', offer: 'flag:fall', wrong: '' })")
    assert page.locator("details.offer").get_attribute("open") is None
    assert form.locator("[name=notes]").input_value() == ""
    assert page.locator('form[data-offer="other"] [name=by]').input_value() == "MF"


def test_the_kernel_is_asked_for_news_of_others_but_not_while_a_form_is_filled_in(page: Any) -> None:
    panel = '<details class="offer"{}><summary>S</summary><form data-offer="a"><input name="by"></form></details>'
    for opened, expected in ((" open", 1), ("", 2)):
        page.evaluate("html => document.getElementById('panel').innerHTML = html", panel.format(opened))
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        assert page.evaluate("model.sent.length") == expected
    assert page.evaluate("model.sent.at(-1)") == {"say": "again"}
    page.evaluate("end()")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    assert page.evaluate("model.sent.length") == 2


DROP = """<form data-offer="files" data-most="20"><input type="file" multiple><span role="alert"></span></form>"""


def test_files_that_are_dropped_or_chosen_are_sent_once(page: Any) -> None:
    page.evaluate("(html) => { document.getElementById('panel').innerHTML = html; }", DROP)
    dropping = """(texts) => {
        const data = new DataTransfer();
        for (const [name, text] of texts) data.items.add(new File([text], name));
        const drop = (kind) => new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
        const form = document.querySelector("form");
        const beside = drop("drop");
        document.getElementById("far").dispatchEvent(beside);
        form.dispatchEvent(drop("dragover"));
        const over = form.classList.contains("over");
        form.dispatchEvent(drop("drop"));
        form.dispatchEvent(drop("drop"));
        return [beside.defaultPrevented, over, form.classList.contains("over")];
    }"""
    files = [["log.csv", "a,b"], ["more.csv", "a,bc"]]
    assert page.evaluate(dropping, files) == [True, True, False], "missing the place opens no file in the page's stead"
    page.wait_for_function("model.sent.length > 1")
    sent = {"say": "files", "offer": "files", "names": ["log.csv", "more.csv"], "sizes": [3, 4]}
    assert page.evaluate("model.sent.slice(1)") == [sent], "sent twice, or with another message"
    page.evaluate("model.hear({ do: 'filled', offer: 'files', wrong: 'No <log>.' })")
    assert page.locator("form [role=alert]").inner_text() == "No <log>."
    chosen = {"name": "log.csv", "mimeType": "text/csv", "buffer": b"a,b\n"}
    page.locator("form input").set_input_files([chosen])
    page.wait_for_function("model.sent.length > 2")
    assert page.evaluate("model.sent[2].sizes") == [4]
    page.evaluate("model.hear({ do: 'filled', offer: 'files', wrong: '' })")
    page.evaluate(dropping, [["log.csv", "a" * 21]])
    assert "footdrop import" in page.locator("form [role=alert]").inner_text()
    assert page.evaluate("model.sent.length") == 3
