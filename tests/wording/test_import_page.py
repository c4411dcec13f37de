"""The import page in other languages: nothing left in English, and a language that changes words and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from footdrop_analytics.dashboards.import_page.questions import Dropped, ImportSettings, dropped, key_of
from footdrop_analytics.dashboards.import_page.shell import ImportPage
from footdrop_analytics.dashboards.import_page.view import ImportView, import_view
from footdrop_analytics.importing.profile import Answers
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.wording.language import LANGUAGES
from tests.dashboards.pairs import state_of
from tests.importing.test_sources import SOURCES, placed
from tests.wording.made_up import made_up
from tests.wording.test_dashboards import _left

_UNITS = ("kg", "lb", "Heel raise 3x10, 5 d/wk", "Europe/Berlin", "footdrop")
SLASHED = "Date,Exercise,Left Reps,Right Reps\n03/04/2026,Heel raises,10,\n05/04/2026,Wobble,1,2\n"


def _dropped(*files: Path) -> Dropped:
    return dropped([one.name for one in files], [one.read_bytes() for one in files])


def _from_files(view: ImportView, about: Dropped) -> Iterator[str]:
    """What stands on the page as it was written in a file."""
    yield from (*about.files, *_UNITS, *(one.name for one in LANGUAGES.values()))
    if view.imported is None:
        return
    for part in about.parts:
        yield from (part.label, part.sheet or "", *(cell for line in part.lines for cell in line))
    profile = view.imported.profile
    yield from (one for path in (profile.recognise.path or "", *profile.paths.values()) for one in path.split("."))
    columns, before, after = (view.tables[name] for name in ("columns", "before", "after"))
    yield from (str(one) for one in (*columns["column"], *columns["examples"], *before.columns))
    yield from (text for examples in columns["examples"] for text in examples.split(", "))
    keys = {name for specs in COLUMNS.values() for name, spec in specs.items() if spec.kind in ("key", "exercise")}
    for table in (before, after[[name for name in after if name not in keys]]):
        yield from (str(cell)[:80] for cell in table.to_numpy().ravel() if not pd.isna(cell))
    yield from (*view.imported.own_exercises, *(ask.text for ask in view.imported.questions))


def _page(about: Dropped, **settings: Any) -> tuple[ImportPage, ImportView]:
    page = ImportPage(ImportSettings(folder="/0", **settings))
    page.analysis = about
    page.open()
    assert isinstance(page.last_view, ImportView)
    return page, page.last_view


def _assert_nothing_left(page: ImportPage, view: ImportView, about: Dropped) -> None:
    own = [one for one in dict.fromkeys(_from_files(view, about)) if len(one.strip()) > 1]
    assert _left(page, own) == set(), about.files


def test_no_english_word_is_left_on_the_import_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = made_up(monkeypatch)
    page, view = _page(Dropped(), language=code)
    _assert_nothing_left(page, view, Dropped())
    asked = 0
    for source in {one.profile: one for one in SOURCES}.values():
        file, said = placed(source, tmp_path)
        beside = [said["dictionary"]] if "dictionary" in said else []
        given = said.get("answers", {}) | {name: said[name] for name in ("patient", "timezone") if name in said}
        for about, answers in ((_dropped(file), {}), (_dropped(file, *beside), given)):
            page, view = _page(about, language=code, answers=Answers.model_validate(answers))
            _assert_nothing_left(page, view, about)
            asked += len(view.asked)
    assert asked > 10


def test_in_another_language_the_same_is_asked_and_answered(tmp_path: Path) -> None:
    place = tmp_path / "log.csv"
    place.write_text(SLASHED, encoding="utf-8")
    about = _dropped(place)
    english, german = (import_view(about, ImportSettings(language=code)) for code in ("en", "de"))
    assert [one.ask._replace(expected="") for one in english.asked] == [
        one.ask._replace(expected="") for one in german.asked
    ]
    assert [one.words for one in german.asked[1].options] == ["Tag zuerst: 3. Apr. 2026", "Monat zuerst: 4. März 2026"]
    assert "Was daraus wird" in german.panels["rows"]
    assert "Diese Übersetzung wurde noch nicht" in german.panels["code"]
    answers = Answers(patient="P1", dates="DD/MM/YYYY", exercises={"Wobble": "ignore"})
    done = [import_view(about, ImportSettings(language=code, answers=answers)).imported for code in ("en", "de")]
    assert done[0] is not None
    assert done[1] is not None
    assert_frame_equal(done[0].tables["sessions"], done[1].tables["sessions"])
    assert done[1].left_out["reason"].tolist() == ["weggelassen, wie geantwortet"]


def test_a_language_that_is_changed_equals_one_from_the_start(tmp_path: Path) -> None:
    place = tmp_path / "log.csv"
    place.write_text(SLASHED, encoding="utf-8")
    about = _dropped(place)
    changed, _ = _page(about)
    made, _ = _page(about, language="fr")
    changed.change(language="fr")
    assert changed.address() == "language=fr"
    states = [state_of(page) for page in (changed, made)]
    for state in states:
        for widget in state.values():
            widget.pop("address", None)
    assert states[0] == states[1]
    assert "ne peut pas être choisi" in changed.fill(key_of(changed.last_view.asked), {"q1": "x"})  # type: ignore[union-attr]
    assert "n'est pas compris" in changed.fill("plan", {"plan": "Heel raise 3x10 blurg, 5 d/wk"})
    assert "source inconnue" in changed.take(["bank.csv"], [b"IBAN,Amount\nDE1,3\n"])
