"""What people see while a study is read and analysed, or when it cannot be, and what programs hear of it."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, current_thread
from typing import Any
from weakref import ref

import pytest

import footdrop_analytics as fd
from footdrop_analytics.analysis.partitions import Progress
from footdrop_analytics.dashboards import finished, loading
from footdrop_analytics.dashboards.desk import Desk
from footdrop_analytics.dashboards.loading import STUDY_VARIABLE, show
from footdrop_analytics.dashboards.shell import Page
from footdrop_analytics.dashboards.shell.page import below
from tests.dashboards.shell._small import NAME, Choice, Small, view
from tests.project._tree import ROOT

SMALL_STUDY = ROOT / "data" / "demo_mistakes"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(STUDY_VARIABLE, raising=False)


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(loading, "display", lambda bundle, raw: found.append(bundle))
    return found


def _run(cells: Callable[[], Coroutine[None, None, None]]) -> None:
    """Show it as a notebook does, in a running event loop."""
    asyncio.run(cells())


def _make(_analysis: fd.Analysis, path: str, _desk: Desk) -> Small:
    return Small(None, Choice(study=path), view)  # type: ignore[arg-type]


def test_one_output_with_an_empty_text_form(displayed: list[dict[str, Any]]) -> None:
    show(SMALL_STUDY, _make)
    (bundle,) = displayed
    assert bundle["text/plain"] == ""
    root = _root(bundle)
    (shell_root,) = root.children
    assert "fd-dashboard" in shell_root._dom_classes
    assert "fd-dashboard" not in root._dom_classes


def _slow(monkeypatch: pytest.MonkeyPatch, done: range, parts: int) -> Event:
    """An analysis that reports some parts as done and then waits for the event."""
    go_on = Event()

    def analyse(study: fd.Study, progress: Any) -> fd.Analysis:
        for number in done:
            progress(Progress.of(number, parts))
        go_on.wait(20)
        return fd.analyse(study)

    monkeypatch.setattr(loading, "analyse", analyse)
    return go_on


def _seen(displayed: list[dict[str, Any]]) -> bool:
    """A browser shows them, and says so."""
    for bundle in displayed:
        page = _root(bundle).children[0]
        page._handle_custom_msg({"say": "look"}, [])
    return True


async def _until(found: Callable[[], bool]) -> None:
    """What the event loop of a kernel does meanwhile: it goes on."""
    for _ in range(1000):
        if found():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


def test_the_cell_ends_at_once_and_the_bar_moves_while_parts_are_analysed(
    displayed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = _slow(monkeypatch, range(1, 3), 4)
    touched_by = []

    async def cell() -> None:
        here = current_thread()
        show(SMALL_STUDY, _make)
        root = _root(displayed[0])
        _, words, bar = root.children
        assert ("Starting" in words.value, bar.value) == (True, 0)
        bar.observe(lambda change: touched_by.append((change["new"], current_thread() is here)), "value")
        await _until(lambda: bar.value == 57)
        assert "Analysing 9 patients" in words.value
        assert root.children == (root.children[0], words, bar)
        go_on.set()
        await finished()
        assert "fd-dashboard" in root.children[0]._dom_classes

    _run(cell)
    assert touched_by == [(20, True), (38, True), (57, True), (100, True)]


def test_a_cell_that_is_run_twice_analyses_once_at_a_time(
    displayed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = _slow(monkeypatch, range(1, 2), 2)

    async def cell() -> None:
        show(SMALL_STUDY, _make)
        first = _root(displayed[0]).children[-1]
        await _until(lambda: first.value == 57)
        show(SMALL_STUDY, _make)
        _, words, second = _root(displayed[1]).children
        await _until(lambda: "Waiting for another dashboard" in words.value)
        assert second.value == 0
        go_on.set()
        await finished()

    _run(cell)
    assert ["fd-dashboard" in _root(one).children[0]._dom_classes for one in displayed] == [True, True]


def test_the_dashboard_is_made_when_a_browser_answers(
    displayed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Widgets that are made while a browser connects reach it in part: it says "widget model not found" for good."""
    asked: list[object] = []
    monkeypatch.setattr(Page, "send", lambda self, content, buffers=None: asked.append(content))
    monkeypatch.setattr(loading, "ANSWER_S", 0.2)
    made: list[str] = []

    async def cell() -> None:
        show(SMALL_STUDY, lambda analysis, path, desk: made.append(path) or _make(analysis, path, desk))  # type: ignore[func-returns-value]
        root = _root(displayed[0])
        _, words, bar = root.children
        # It was seen, but the page is loaded again: nobody knows whether its connection stands when the time comes.
        _seen(displayed)
        await _until(lambda: asked == [{"do": "answer"}])
        assert bar.value == 100
        assert "Analysed" in words.value
        await _until(lambda: "anywidget" in words.value)
        assert (made, root.children[-1]) == ([], bar)
        _seen(displayed)
        await _until(lambda: root.children[-1] is not bar)
        assert made == [str(SMALL_STUDY)]
        assert "fd-dashboard" in root.children[0]._dom_classes

    _run(cell)


def test_what_is_wrong_is_told_when_a_browser_answers(
    displayed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(Page, "send", lambda self, content, buffers=None: asked.append(content))

    async def cell() -> None:
        show("no/such/folder", _make)
        root = _root(displayed[0])
        page, _, bar = root.children
        await _until(lambda: len(asked) == 1)
        assert root.children[-1] is bar
        _seen(displayed)
        # The place is there, and is filled when the browser knows that it is not to be stored.
        await _until(lambda: len(asked) == 2)
        assert root.children[0] is page
        assert root.children[1].value == ""
        _seen(displayed)
        assert "no/such/folder" in root.children[1].value
        with pytest.raises(fd.StudyError):
            await finished()

    _run(cell)


def test_programs_hear_of_a_failure_that_people_read(displayed: list[dict[str, Any]]) -> None:
    async def cells() -> None:
        show("no/such/folder", _make)
        show(SMALL_STUDY, _make)
        with pytest.raises(fd.StudyError, match="no/such/folder"):
            await finished()
        await finished()

    _run(cells)
    page = _root(displayed[0]).children[0]
    page._handle_custom_msg({"say": "look"}, [])
    assert "no/such/folder" in _root(displayed[0]).children[1].value
    assert "fd-dashboard" in _root(displayed[1]).children[0]._dom_classes


def test_the_study_of_a_cell_is_decided_before_it_ends(
    displayed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []

    async def cells() -> None:
        monkeypatch.setenv(STUDY_VARIABLE, str(SMALL_STUDY))
        show(
            None,
            lambda analysis, path, desk: shown.append((path, len(analysis.caseload))) or _make(analysis, path, desk),
        )  # type: ignore[func-returns-value]
        monkeypatch.setenv(STUDY_VARIABLE, "no/such/folder")
        await finished()

    _run(cells)
    assert shown == [(str(SMALL_STUDY), 9)]


def test_every_dashboard_is_waited_for_also_after_a_failure(displayed: list[dict[str, Any]]) -> None:
    async def cells() -> None:
        for study in ("no/such/first", "no/such/second", SMALL_STUDY):
            show(study, _make)
        with pytest.raises(fd.StudyError, match="no/such/first"):
            await finished()
        assert "fd-dashboard" in _root(displayed[2]).children[0]._dom_classes
        await finished()

    _run(cells)


@pytest.mark.parametrize("error", [fd.ParameterError, AttributeError, None])
def test_nothing_is_kept_of_what_nobody_waits_for(
    displayed: list[dict[str, Any]], error: type[Exception] | None
) -> None:
    analyses = []

    def make(analysis: fd.Analysis, path: str, desk: Desk) -> Small:
        analyses.append(ref(analysis))
        if error is None:
            return _make(analysis, path, desk)
        try:
            return analysis.nobody  # type: ignore[attr-defined,no-any-return]
        except AttributeError as found:
            if error is AttributeError:
                raise
            raise error("no such patient") from found

    async def cells() -> None:
        for _ in range(2):
            show(SMALL_STUDY, make)
        # Each is made when it is seen, and what is wrong with it is told when it is seen again.
        await _until(lambda: _seen(displayed) and len(analyses) == 2 and all(one.done() for one in loading._going_on))
        gc.collect()
        assert [one() for one in analyses] == [None] * 2
        if error is None:
            assert loading._going_on == {}
        else:
            with pytest.raises(Exception, match=r"no such patient|nobody"):
                await finished()

    _run(cells)


def test_a_script_keeps_its_event_loop(displayed: list[dict[str, Any]]) -> None:
    loop = asyncio.new_event_loop()

    def script() -> None:
        asyncio.set_event_loop(loop)
        show(SMALL_STUDY, _make)
        assert asyncio.get_event_loop() is loop

    with ThreadPoolExecutor(1) as alone:
        alone.submit(script).result()
    loop.close()


@pytest.mark.parametrize("study", ["no/such/folder", "."])
def test_a_study_that_cannot_be_read_is_a_sentence(displayed: list[dict[str, Any]], study: str) -> None:
    show(study, _make)
    root = _root(displayed[0])
    page, place = root.children
    assert place.value == ""
    page._handle_custom_msg({"say": "look"}, [])
    assert 'role="alert"' in place.value
    sentence = place.value.partition("<details>")[0]
    assert "Traceback" not in sentence
    assert place.model_id in page.models


def test_nothing_of_an_error_is_there_before_somebody_looks(displayed: list[dict[str, Any]]) -> None:
    def make(_analysis: fd.Analysis, _path: str, _desk: Desk) -> Small:
        raise fd.ParameterError(f"no rows of {NAME}")

    show(SMALL_STUDY, make)
    root = _root(displayed[0])
    assert NAME not in json.dumps([one.get_state() for one in below(root)], default=str)
    root.children[0]._handle_custom_msg({"say": "look"}, [])
    assert NAME in root.children[1].value


def test_an_error_that_nobody_thought_of_is_no_traceback_below_the_cell(
    displayed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> fd.Study:
        raise ValueError(f"could not convert {NAME}")

    monkeypatch.setattr(loading, "read_study", broken)
    show(SMALL_STUDY, _make)
    root = _root(displayed[0])
    assert NAME not in json.dumps([one.get_state() for one in below(root)], default=str)
    root.children[0]._handle_custom_msg({"say": "look"}, [])
    sentence, _, details = root.children[1].value.partition("<details>")
    assert "Something went wrong" in sentence
    assert NAME not in sentence
    assert NAME in details


def _root(bundle: dict[str, Any]) -> Any:
    import ipywidgets

    model = bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    return ipywidgets.widgets.widget._instances[model]
