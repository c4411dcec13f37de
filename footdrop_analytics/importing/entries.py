"""Forms: one row is one day of one person; what each column asks decides to which tables its answer goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from footdrop_analytics.importing.cells import ENTRY, KEPT_ASIDE, changed, column, counted, filled, stacked, taken
from footdrop_analytics.importing.meanings import TABLES_BESIDE, Meaning
from footdrop_analytics.importing.steps.base import IGNORE, Ask, How, by_reading, read_as
from footdrop_analytics.importing.steps.dates import Date
from footdrop_analytics.importing.steps.exercises import ExerciseStep, Holds
from footdrop_analytics.importing.steps.rows import Programme, Split
from footdrop_analytics.importing.steps.values import Marks
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.vocabulary import YES_NO

_START, _RECORDED = "plan_start", "recorded_at"
_COLUMNS = {"reps of": "reps", "seconds of": "hold_s", "sets of": "sets"}
"""The column of an exercise that each meaning fills."""
_EACH = re.compile(r"\s*(\d{1,4})\s*(?:reps?\s*)?(?:on\s+)?each(?:\s+(?:side|leg|foot))?\s*", re.IGNORECASE)
_FELL, _NEAR_FALLS, NEAR_FALL = "checkins.fell", "checkins.near_falls", "near fall"
"""A fall is asked for in words that many people answer with a near one."""
_YES, _NO = ("1", "yes", "checked", "true", "x", "✓", "y"), ("0", "no", "unchecked", "false", "n")


def _coded(table: pd.DataFrame, header: str, how: How) -> pd.Series:
    """The answers of a column in words: codes by the dictionary's choices."""
    choices = by_reading(how.choices.get(header, {}))
    return changed(table[header], lambda text: choices.get(read_as(text), text)) if choices else table[header]


def _key_column(texts: pd.Series, header: str, where: str, how: How) -> tuple[pd.Series, list[Ask]]:
    """Answers as keys of a column; words that nothing is known of are asked."""
    table, _, name = where.partition(".")
    spec = COLUMNS[table][name]
    if where == _NEAR_FALLS:
        return _numbers_of_near_falls(texts, header, how)
    if spec.kind != "key":
        return texts, []
    allowed = (*spec.allowed, NEAR_FALL) if where == _FELL else spec.allowed
    answered = by_reading(how.answers.values.get(header, {}))
    meant = {read_as(one): one for one in (*allowed, IGNORE)}
    known = {one: meant[read_as(said)] for one, said in answered.items() if read_as(said) in meant}
    yes_no = set(YES_NO) <= set(spec.allowed)

    def key(text: str) -> str | None:
        if read_as(text) in known:
            said = known[read_as(text)]
            return None if said == IGNORE else said
        if where == _FELL and load_names().key_of("kind", text) == "near_fall":
            return NEAR_FALL
        if text.casefold() in spec.allowed:
            return text.casefold()
        if yes_no and text.casefold() in (*_YES, *_NO):
            return "yes" if text.casefold() in _YES else "no"
        return load_names().key_of(name, text)

    expected, choices = f"one of {', '.join(allowed)}, or {IGNORE}", (*allowed, IGNORE)
    asks = [
        Ask(f"values.{header}", text, rows, "", expected, choices)
        for text, rows in counted(texts).items()
        if key(text) is None and read_as(text) not in known
    ]
    return changed(texts, lambda text: key(text) or (None if read_as(text) in known else text)), asks


def _numbers_of_near_falls(texts: pd.Series, header: str, how: How) -> tuple[pd.Series, list[Ask]]:
    """How many near falls there were: yes and no are one and none, other words are asked."""
    known = by_reading({**dict.fromkeys(_NO, "0"), **dict.fromkeys(_YES, "1")})
    known |= by_reading(how.answers.values.get(header, {}))

    def count(text: str) -> str | None:
        said = known.get(read_as(text), text)
        return said if said[:1].isdigit() or said == IGNORE else None

    expected = f"how many near falls that is, such as 1, or {IGNORE}"
    unknown = {text: rows for text, rows in counted(texts).items() if count(text) is None}
    asks = [Ask(f"values.{header}", text, rows, "", expected) for text, rows in unknown.items()]
    return changed(texts, lambda text: None if (said := count(text) or text) == IGNORE else said), asks


def with_day_and_patient(
    table: pd.DataFrame, meanings: Mapping[str, Meaning], how: How
) -> tuple[pd.DataFrame, list[Ask]]:
    """The rows with the day that each is about, and with whose it is if a column says so."""
    asks: list[Ask] = []
    for header, one in meanings.items():
        into = {"date": "performed_at", "plan start": _START, "recorded": _RECORDED}.get(one.what)
        if into is not None:
            others = tuple(
                name for name, other in meanings.items() if other.what in ("date", "recorded") and name != header
            )
            step = Date(columns=(header,), into=into, proof=others)
            table, more = step.take(table, how)
            asks += more
        elif one.what == "patient":
            known = table["patient_id"] if "patient_id" in table else table[header]
            table = table.assign(patient_id=filled(known, table[header]))
    return table, asks


def tables_of_entries(
    table: pd.DataFrame, meanings: Mapping[str, Meaning], how: How, marks: Mapping[str, str]
) -> tuple[dict[str, pd.DataFrame], list[Ask]]:
    """Sessions, check-ins, patients and plan from the rows of a form; ``performed_at`` and ``patient_id`` are there."""
    asks: list[Ask] = []
    frames: dict[str, pd.DataFrame] = {}
    base = table[[*KEPT_ASIDE, *(name for name in ("patient_id", "performed_at", _RECORDED) if name in table)]]
    sessions = _done(table, base, meanings, how) + _listed(table, base, meanings, how)
    for found, more in (_cells(table, base, meanings, how), _whole(table, base, meanings, how, marks)):
        sessions += found
        asks += more
    if sessions:
        whole = stacked(sessions)
        asks += ExerciseStep().asks(whole, how)
        one_each = _one_row_each(ExerciseStep().apply(whole, how))
        frames["sessions"] = with_each(one_each.sort_values(ENTRY, kind="stable", ignore_index=True))
    for name in TABLES_BESIDE:
        frame, more = _of_table(table, base, meanings, name, how)
        asks += more
        if frame is not None:
            frames[name] = frame
    plan = _plan(table, base, meanings)
    if plan is not None:
        frames["prescriptions"], more = ExerciseStep().take(plan, how)
        asks += more
    return frames, asks


def _done(table: pd.DataFrame, base: pd.DataFrame, meanings: Mapping[str, Meaning], how: How) -> list[pd.DataFrame]:
    asked = [one for one in meanings.values() if one.exercise and not one.plan and one.what != "cell of"]
    exercises = dict.fromkeys(one.exercise for one in asked)
    found = []
    for exercise in exercises:
        own = {header: one.what for header, one in meanings.items() if one.exercise == exercise and not one.plan}
        ticks = [_coded(table, header, how) for header, what in own.items() if what == "done"]
        numbers = {what: table[header] for header, what in own.items() if what != "done"}
        kept = np.zeros(len(table), bool)
        for one in ticks:
            kept |= one.isin([text for text in one.cat.categories if text.casefold() in _YES]).to_numpy()
        for one in numbers.values():
            kept |= (one.notna() & ~one.isin(["0", "0.0"])).to_numpy()
        at = np.flatnonzero(kept)
        filled_ones = {_COLUMNS[what]: texts.iloc[at].array for what, texts in numbers.items()}
        found.append(taken(base, at).assign(exercise=column([exercise] * len(at)), **filled_ones))
    return [one for one in found if len(one)]


def _divided(text: str) -> str:
    """A list with a sign of its own between its parts; commas inside brackets do not divide."""
    parts, depth = [], 0
    for letter in text.strip(" ;,"):
        depth = max(0, depth + (letter == "(") - (letter == ")"))
        parts.append("\x1f" if letter in ",;" and not depth else letter)
    return "".join(parts)


def _cells(
    table: pd.DataFrame, base: pd.DataFrame, meanings: Mapping[str, Meaning], how: How
) -> tuple[list[pd.DataFrame], list[Ask]]:
    """A session for each cell of an exercise: a number, a tick, or a sign whose meaning is asked once for all."""
    parts = []
    for header in (name for name, one in meanings.items() if one.what == "cell of"):
        at = np.flatnonzero(table[header].notna().to_numpy())
        exercise = column([meanings[header].exercise] * len(at))
        parts.append(taken(base, at).assign(exercise=exercise, cell=table[header].iloc[at].array))
    if not sum(map(len, parts)):
        return [], []
    whole, asks = Marks(column="cell").take(stacked([one for one in parts if len(one)]), how)
    return [Holds().apply(whole, how)], asks


def _listed(table: pd.DataFrame, base: pd.DataFrame, meanings: Mapping[str, Meaning], how: How) -> list[pd.DataFrame]:
    """A session for each exercise named in one cell; commas inside brackets do not divide."""
    found = []
    for header in (name for name, one in meanings.items() if one.what == "exercises"):
        at = np.flatnonzero(table[header].notna().to_numpy())
        texts = changed(table[header], _divided)
        rows = taken(base, at).assign(exercise=texts.iloc[at].array)
        found.append(Split(column="exercise", at=("\x1f",)).apply(rows, how) if len(rows) else rows)
    return [one for one in found if len(one)]


def _whole(
    table: pd.DataFrame, base: pd.DataFrame, meanings: Mapping[str, Meaning], how: How, marks: Mapping[str, str]
) -> tuple[list[pd.DataFrame], list[Ask]]:
    """Sessions of the whole programme, from one answer for all of it."""
    found, asks = [], []
    for header in (name for name, one in meanings.items() if one.what == "programme"):
        rows = base.assign(**{header: table[header]})
        rows = taken(rows, np.flatnonzero(table[header].notna().to_numpy()))
        step = Marks(column=header, map=dict(marks))
        asks += step.asks(rows, how) + Programme().asks(rows, how)
        rows = Programme().apply(step.apply(rows, how), how)
        if "exercise" in rows:
            found.append(rows.drop(columns=header))
    return [one for one in found if len(one)], asks


def with_each(sessions: pd.DataFrame) -> pd.DataFrame:
    """Repetitions such as ``10 each`` are those of both sides, unless a side is named."""
    if "reps" not in sessions:
        return sessions
    both = changed(sessions["reps"], lambda text: "both" if _EACH.fullmatch(text) else None)
    if not both.notna().any():
        return sessions
    number = changed(sessions["reps"], lambda text: found[1] if (found := _EACH.fullmatch(text)) else text)
    return sessions.assign(reps=number, side=filled(sessions["side"], both) if "side" in sessions else both)


def _one_row_each(sessions: pd.DataFrame) -> pd.DataFrame:
    """An exercise that one row names twice (ticked, and with its number) is one entry."""
    keys = ["source_file", "source_row", "exercise", *(["mode"] if "mode" in sessions else [])]
    order = sessions.groupby(keys, observed=True, sort=False, dropna=False).ngroup().to_numpy()
    if len(np.unique(order)) == len(order):
        return sessions
    first = np.unique(order, return_index=True)[1]
    whole = taken(sessions, first)
    for name in (one for one in ("reps", "hold_s", "sets", "status") if one in sessions):
        texts = sessions[name].astype(object).where(sessions[name].notna(), None).groupby(order).first()
        whole[name] = column(texts.to_list())
    return whole


def _of_table(
    table: pd.DataFrame, base: pd.DataFrame, meanings: Mapping[str, Meaning], name: str, how: How
) -> tuple[pd.DataFrame | None, list[Ask]]:
    asks: list[Ask] = []
    columns: dict[str, pd.Series] = {}
    for header, one in meanings.items():
        if one.what.startswith(f"{name}."):
            texts, more = _key_column(_coded(table, header, how), header, one.what, how)
            columns[one.what.partition(".")[2]] = texts
            asks += more
        elif name == "checkins" and one.what in ("notes", "skip reason"):
            texts = _coded(table, header, how)
            if one.what == "skip reason":
                texts = changed(texts, partial("{}: {}".format, header))
            columns["notes"] = filled(columns["notes"], texts) if "notes" in columns else texts
    if not columns:
        return None, asks
    if name == "checkins":
        columns = _with_near_falls(columns)
    frame = base.assign(**columns)
    filled_rows = np.logical_or.reduce([one.notna().to_numpy() for one in columns.values()])
    if name != "patients" and "performed_at" in frame:
        frame = frame.rename(columns={"performed_at": "day" if name == "checkins" else "occurred_on"})
    if name == "patients":
        filled_rows &= (
            ~frame[["patient_id", *columns]].astype(str).duplicated().to_numpy() if "patient_id" in frame else True
        )
    return taken(frame, np.flatnonzero(filled_rows)), asks


def _with_near_falls(columns: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """An answer that is no fall but a near one is counted as that, also beside a 0."""
    nearly = changed(columns["fell"], lambda text: "1" if text == NEAR_FALL else None) if "fell" in columns else None
    if nearly is None or not nearly.notna().any():
        return columns
    fell = changed(columns["fell"], lambda text: "no" if text == NEAR_FALL else text)
    if "near_falls" in columns:
        counted_ones = changed(columns["near_falls"], lambda text: None if text == "0" else text)
        near = filled(filled(counted_ones, nearly), columns["near_falls"])
    else:
        near = nearly
    return columns | {"fell": fell, "near_falls": near}


def _plan(table: pd.DataFrame, base: pd.DataFrame, meanings: Mapping[str, Meaning]) -> pd.DataFrame | None:
    start = _START if _START in table else None
    days = next((header for header, one in meanings.items() if one.what == "plan days per week"), None)
    parts = []
    for exercise in dict.fromkeys(one.exercise for one in meanings.values() if one.plan):
        asked = {name: one.what for name, one in meanings.items() if one.plan and one.exercise == exercise}
        own = {_COLUMNS[what]: table[name] for name, what in asked.items()}
        at = np.flatnonzero(np.logical_or.reduce([texts.notna().to_numpy() for texts in own.values()]))
        more = {name: table[header] for name, header in (("start_date", start), ("days_per_week", days)) if header}
        rows = taken(base.drop(columns="performed_at", errors="ignore"), at)
        rows = rows.assign(
            exercise=column([exercise] * len(at)), **{name: one.iloc[at].array for name, one in (own | more).items()}
        )
        parts.append(rows)
    parts = [one for one in parts if len(one)]
    return stacked(parts) if parts else None
