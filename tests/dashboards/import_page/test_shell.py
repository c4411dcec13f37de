"""The import page's widgets: changed equals made anew, nothing before somebody looks, and the way to the caseload."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards import ImportSettings
from footdrop_analytics.dashboards.import_page import shell as page_module
from footdrop_analytics.dashboards.import_page.questions import Dropped, key_of
from footdrop_analytics.dashboards.import_page.shell import ImportPage
from footdrop_analytics.dashboards.import_page.view import ImportView
from footdrop_analytics.importing.profile import Answers
from tests.dashboards.import_page.test_view import RAISES, files
from tests.dashboards.pairs import state_of, walk
from tests.dashboards.shell._small import look

NOWHERE = "/nowhere/study"
RAISE = Answers(patient="P1", exercises={"Toe raises": "heel_raise"})
SETTINGS = (
    ImportSettings(folder=NOWHERE),
    ImportSettings(folder=NOWHERE, answers=RAISE),
    ImportSettings(folder=NOWHERE, answers=RAISE, plan="Heel raise 3x10, 5 d/wk"),
    ImportSettings(folder=NOWHERE, answers=RAISE, assume_plan="first week", why_not="Not here."),
)
NEEDLE = "Needle-4711"


@lru_cache(maxsize=1)
def _log() -> Dropped:
    return page_module.dropped(["log.csv"], [RAISES.encode()])


def _page(settings: ImportSettings, about: Dropped | None = None) -> ImportPage:
    page = ImportPage(settings)
    if about is not None:
        page.analysis = about
    look(page)
    assert page.last_view is not None
    assert "fd-stale" not in page.root._dom_classes, "an error is no view"
    return page


@lru_cache(maxsize=8)
def _created(number: int) -> dict[str, dict[str, Any]]:
    return state_of(_page(SETTINGS[number], _log()))


def test_update_equals_create() -> None:
    places = range(len(SETTINGS))
    assert all(_created(one) != _created(other) for one, other in combinations(places, 2))
    page = _page(SETTINGS[0], _log())
    for place in walk(places):
        before, wanted = page.settings, SETTINGS[place]
        page.change(**{name: getattr(wanted, name) for name in ("answers", "plan", "assume_plan", "why_not")})
        assert state_of(page) == _created(place), (before, wanted)


def test_other_files_equal_a_page_that_was_made_for_them() -> None:
    page = _page(ImportSettings(folder=NOWHERE))
    assert page.take(["log.csv"], [RAISES.encode()]) == ""
    assert state_of(page) == _created(0)
    page.change(answers=RAISE)
    assert page.take(["log.csv"], [RAISES.encode()]) == ""
    assert state_of(page) == _created(0), "answers are those to other files"


def test_nothing_of_a_file_is_in_a_widget_before_somebody_looks() -> None:
    page = ImportPage(ImportSettings(folder=f"/{NEEDLE}"))
    assert NEEDLE not in str(state_of(page))
    look(page)
    page.take(["log.csv"], [RAISES.replace("Toe raises", NEEDLE).encode()])
    assert NEEDLE in str(state_of(page))
    known = {widget["_model_name"] for widget in state_of(page).values()}
    assert "FileUploadModel" not in known, "a widget that holds a file would be stored"


def _told(page: ImportPage, form: str, **told: object) -> str:
    """What somebody sends a form of the page with, and what it answers."""
    sent: list[dict[str, str]] = []
    page.page.send = lambda content, buffers=None: sent.append(content)
    page.page._handle_custom_msg({"say": "fill", "offer": form, "told": told}, [])
    return next(one["wrong"] for one in sent if one["do"] == "filled")


def _asked(page: ImportPage) -> ImportView:
    assert isinstance(page.last_view, ImportView)
    return page.last_view


def test_from_the_file_to_the_caseload(tmp_path: Path) -> None:
    page = _page(ImportSettings(folder=str(tmp_path / "study")))
    page.page._handle_custom_msg(
        {"say": "files", "offer": "files", "names": ["log.csv"]}, [memoryview(RAISES.encode())]
    )
    first = key_of(_asked(page).asked)
    assert _told(page, first, q0="P1") == ""
    assert "changed meanwhile" in _told(page, first, q0="P2"), "a form of before"
    assert _told(page, key_of(_asked(page).asked)) == "Nothing was chosen yet."
    assert "missing" in _told(page, "save")
    assert _told(page, key_of(_asked(page).asked), q0="ankle_dorsiflexion active") == ""
    assert "'blurg', is not understood" in _told(page, "plan", plan="Heel raise 3x10 blurg, 5 d/wk")
    assert page.settings.plan == ""
    assert _told(page, "plan", plan="Heel raise 3x10, 5 d/wk") == ""
    assert not (tmp_path / "study").exists()
    assert _told(page, "save") == ""
    assert "3 new rows" in page.saved.value
    assert page.panel("save").value == "", "what is saved is not offered again"
    study = fd.read_study(tmp_path / "study")
    assert study.sessions["exercise"].tolist() == ["heel_raise", "heel_raise", "ankle_dorsiflexion"]
    assert study.sessions["mode"].tolist()[-1] == "active"
    assert _told(page, "caseload") == ""
    assert page.below.children
    assert "P1" in str(state_of(page))
    page.change(plan="")
    again = _page(ImportSettings(folder=str(tmp_path / "study")))
    assert again.take(["log.csv"], [RAISES.encode()]) == ""
    assert not _asked(again).asked, "the study knows the answers"
    assert "All rows are those of <strong>P1</strong>" in _asked(again).panels["questions"]
    assert _told(again, "whose", patient="P2") == ""
    assert _asked(again).imported.tables["sessions"]["patient_id"].unique().tolist() == ["P2"]  # type: ignore[union-attr]
    assert _told(again, "whose", patient="P1") == ""
    assert _told(again, "save") == ""
    assert "0 new rows" in again.saved.value


def test_a_file_that_is_no_log_is_said_in_words_and_changes_nothing() -> None:
    page = _page(ImportSettings(folder=NOWHERE), _log())
    before = state_of(page)
    assert "is no source that is known" in page.take(["bank.csv"], [b"IBAN,Amount\nDE1,3\n"])
    assert "cannot be read as JSON" in page.take(["a.json"], [b"{"])
    assert "drop both files together" in page.take(["d.csv"], [_dictionary()])
    assert state_of(page) == before


def _dictionary() -> bytes:
    (part,) = files("dictionary.csv").parts
    return ("\n".join(",".join(f'"{cell}"' for cell in line) for line in part.lines) + "\n").encode()


def test_where_nothing_may_be_saved_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTDROP_READ_ONLY", "1")
    settings = page_module._first_settings()
    page = _page(ImportSettings(folder=str(tmp_path / "study"), answers=RAISE, why_not=settings.why_not), _log())
    assert "open for reading only" in _asked(page).panels["save"]
    assert "changed meanwhile" in _told(page, "save")
    assert "changed meanwhile" in _told(page, "where", folder=str(tmp_path))
    assert not (tmp_path / "study").exists()
    monkeypatch.delenv("FOOTDROP_READ_ONLY")
    monkeypatch.setenv("FOOTDROP_SHARED", "1")
    (tmp_path / "SYNTHETIC.txt").touch()
    monkeypatch.setenv("FOOTDROP_STUDY", str(tmp_path))
    shared = page_module._first_settings()
    assert "Other machines" in shared.why_not
    assert shared.folder == str(tmp_path), "another study of the same person is not for those who see this one"


def test_no_caseload_is_opened_but_that_of_a_study_that_was_just_saved(tmp_path: Path) -> None:
    page = _page(ImportSettings(folder=str(tmp_path), why_not="Not here."), _log())
    assert "changed meanwhile" in _told(page, "caseload")
    assert not page.below.children


def test_the_folder_is_the_study_that_is_shown_unless_it_is_a_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for shown, expected in ((tmp_path, tmp_path), (tmp_path / "none", tmp_path / "footdrop_study")):
        monkeypatch.setenv("FOOTDROP_STUDY", str(shown))
        assert page_module._first_settings().folder == str(expected)
    (tmp_path / "SYNTHETIC.txt").touch()
    monkeypatch.setenv("FOOTDROP_STUDY", str(tmp_path))
    assert page_module._first_settings().folder == str(tmp_path / "footdrop_study")
    page = _page(ImportSettings(folder=NOWHERE))
    for written, place in (("clinic", tmp_path / "clinic"), ("~/a b", tmp_path / "a b"), (str(tmp_path), tmp_path)):
        assert _told(page, "where", folder=written) == ""
        assert page.settings.folder == str(place)
