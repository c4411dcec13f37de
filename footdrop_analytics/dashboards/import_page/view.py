"""Everything that the import page shows for some files and answers, and the log as it would be saved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from footdrop_analytics.dashboards.import_page.questions import (
    MOST_BYTES,
    Dropped,
    ImportSettings,
    Question,
    key_of,
    may_be_left_out,
    questions,
)
from footdrop_analytics.dashboards.import_page.words import (
    GRID,
    OF_EXERCISE,
    ROWS,
    column_word,
    exercise_name,
    meaning_words,
    picture,
    pictures,
)
from footdrop_analytics.dashboards.view import View, fragment
from footdrop_analytics.importing import Imported, import_log
from footdrop_analytics.importing.cells import ROW
from footdrop_analytics.importing.columns import BY_HEADING, NOT_USED, PROOFS
from footdrop_analytics.importing.profile import built_in_profiles
from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.read_study import exercises_of
from footdrop_analytics.wording.language import current, in_language, marked, translated
from footdrop_analytics.wording.words import days as in_words
from footdrop_analytics.wording.words import spoken

ASSUMED_WORDS = {
    "first week": marked("the first week"),
    "first 2 weeks": marked("the first two weeks"),
    "first 4 weeks": marked("the first four weeks"),
}
_ASIDE = ("source_file", "exercise_written")
_KEYS = {name for specs in COLUMNS.values() for name, spec in specs.items() if spec.kind == "key"}
_LONGEST = 80
_QUOTED = re.compile("`([^`]*)`")


@dataclass(frozen=True, kw_only=True, eq=False)
class ImportView(View):
    """What is shown of an import.

    ``imported`` is the log, understood and not yet saved, None as long as no file was dropped; ``asked`` are the
    questions on the page.
    """

    imported: Imported | None = None
    asked: tuple[Question, ...] = ()


def import_view(dropped: Dropped, settings: ImportSettings) -> ImportView:
    """What the files come to, by the same function as ``footdrop import``.

    Parameters
    ----------
    dropped : Dropped
        The files.
    settings : ImportSettings
        What was said beside them.

    Returns
    -------
    ImportView
        Panels ``head``, ``drop``, ``where``, and as soon as there are files ``columns`` (what each column means),
        ``questions``, ``names``, ``plan``, ``rows`` (ten before and after, what is left out), ``save``, ``code``.
        Tables ``columns``, ``names``, ``before``, ``after``, ``left_out``: see
        :class:`footdrop_analytics.importing.Imported`.

    Raises
    ------
    FootdropError
        If the files are of no known kind, or something that was said does not fit them.
    """
    with in_language(settings.language):
        return _view(dropped, settings)


def _view(dropped: Dropped, settings: ImportSettings) -> ImportView:
    place = Path(settings.folder)
    holds_something = bool(settings.folder) and place.is_dir() and any(place.iterdir())
    about: dict[str, Any] = {"files": dropped.files, "settings": settings, "exists": holds_something}
    known = [translated(one.title) for one in built_in_profiles()]
    panels = {
        "head": fragment("import_head", **about),
        "drop": fragment("import_drop", **about, most_bytes=MOST_BYTES, known=known),
        "where": fragment("import_where", **about),
        "code": fragment("import_code", code="", reviewed=current().reviewed),
    }
    shared: dict[str, Any] = {"charts": {}, "choices": {}, "about": "import"}
    if not dropped.parts:
        return ImportView(panels=panels, tables={}, code="", as_of=date.min, **shared)
    done = import_log(
        list(dropped.parts),
        study=settings.folder or None,
        answers=settings.answers.left_blank().model_dump(exclude_defaults=True),
        plan=settings.plan.splitlines(),
        assume_plan=settings.assume_plan or None,
    )
    days = _days(done)
    catalog = exercises_of(Path(settings.folder) if settings.folder else None)
    asked = questions(done.questions, catalog)
    facts = about | _facts(done, catalog, asked) | {"has_dictionary": dropped.has_dictionary}
    facts |= {"days": in_words(*days) if days else ""}
    for name in ("columns", "questions", "names", "plan", "rows", "save"):
        panels[name] = fragment(f"import_{name}", **facts)
    panels["pictures"] = pictures(catalog)
    code = _code(dropped, settings)
    panels["code"] = fragment("import_code", code=code, reviewed=current().reviewed)
    tables = {"columns": done.columns, "names": done.understood, "before": done.before, "after": done.after}
    return ImportView(
        panels=panels,
        tables=tables | {"left_out": done.left_out},
        code=code,
        as_of=days[1] if days else date.min,
        imported=done,
        asked=asked,
        **shared,
    )


def _facts(done: Imported, catalog: ExerciseCatalog, asked: tuple[Question, ...]) -> dict[str, Any]:
    names = [
        (str(text), exercise_name(str(key), catalog), picture(str(key), catalog), int(rows))
        for text, key, rows in done.understood.to_numpy().tolist()
    ]
    return {
        "done": done,
        "columns": _columns(done, catalog),
        "open": len(done.questions) - len(asked),
        "asked": asked,
        "of_exercise": OF_EXERCISE,
        "form": key_of(asked),
        "may_leave": any(map(may_be_left_out, asked)),
        "assumed": [(one, translated(words)) for one, words in ASSUMED_WORDS.items()],
        "names": names,
        "before": _table(done.before.rename(columns={ROW: column_word(ROW)}), done.profile.recognise.across is None),
        "after": _table(_in_words(done.after, catalog)),
        "counts": [ROWS[name](len(frame)) for name, frame in done.tables.items()],
        "whose": done.profile.answers.patient if done.profile.identity == "ask" else "",
        "left_out": done.left_out.to_dict("records"),
    }


def _columns(done: Imported, catalog: ExerciseCatalog) -> list[dict[str, object]]:
    is_grid = done.profile.recognise.across is not None

    def named(column: str) -> str:
        """Its own heading, or in a grid which cells it stands for."""
        return translated(GRID[column]) if is_grid and column in GRID else column

    def because(why: str) -> str:
        if is_grid and why == BY_HEADING:
            return ""
        # What proves the order of dates is in the language already.
        return translated(why) if why in PROOFS else _QUOTED.sub(r"“\1”", why)

    return [
        {
            "name": named(line["column"]),
            "means": meaning_words(line["means"], catalog),
            "is_used": line["means"] != NOT_USED,
            "because": because(line["because"]),
            "examples": line["examples"],
            "rows": line["rows"],
        }
        for line in done.columns.to_dict("records")
    ]


def _table(frame: pd.DataFrame, is_named: bool = True) -> tuple[list[str], list[list[str]]]:
    """The filled columns of a few rows as texts; the lines of a grid have no names."""
    shown = [name for name in frame.columns if name not in _ASIDE and frame[name].notna().any()]
    cells = frame[shown].astype(object).where(frame[shown].notna(), "")
    # A table of what was written holds the words for missing cells.
    missing = ("nan", "<NA>", "None")
    rows = [["" if str(one) in missing else str(one)[:_LONGEST] for one in row] for row in cells.to_numpy().tolist()]
    return [str(name) if is_named else "" for name in shown], rows


def _in_words(frame: pd.DataFrame, catalog: ExerciseCatalog) -> pd.DataFrame:
    said = {name: [exercise_name(str(key), catalog) for key in frame[name]] for name in ("exercise",) if name in frame}
    said |= {name: frame[name].map(spoken, na_action="ignore").to_list() for name in frame.columns if name in _KEYS}
    return frame.assign(**said).rename(
        columns={name: column_word(str(name)) for name in frame.columns if name not in _ASIDE}
    )


def _days(done: Imported) -> tuple[date, date] | None:
    log = done.tables.get("sessions")
    if log is None:
        return None
    days = log["performed_at"].astype(str).str[:10]
    days = days[days.str.fullmatch(r"\d{4}-\d{2}-\d{2}")]
    return (date.fromisoformat(days.min()), date.fromisoformat(days.max())) if len(days) else None


def _code(dropped: Dropped, settings: ImportSettings) -> str:
    """The lines of Python that import the same files in the same way."""
    given = {
        "study": settings.folder,
        "answers": settings.answers.left_blank().model_dump(mode="json", exclude_defaults=True),
        "plan": settings.plan.splitlines(),
        "assume_plan": settings.assume_plan,
    }
    said = "".join(f", {name}={value!r}" for name, value in given.items() if value)
    return "\n".join(
        [
            "import footdrop_analytics as fd",
            "",
            f"log = fd.import_log({list(dropped.files)!r}{said})",
            f"log.write({settings.folder!r})",
            "",
        ]
    )
