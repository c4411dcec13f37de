"""The one look at every logged row: how complete the rows of each source are, when sessions are done, how both came.

Ten million rows are counted in parts of whole patients, column by column; what is kept is small: a row for each
patient, exercise and source, one for each group of patients, exercise, weekday and hour, and one for each patient.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.analyse import WORKERS, Analysis
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Groups, Ints
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.log.day_values import DayRatings
from footdrop_analytics.analysis.log.entries import is_failed, is_late, patient_numbers
from footdrop_analytics.analysis.partitions import parts_of, side_by_side
from footdrop_analytics.model.days import DAY_US, HOUR_US, number_sessions
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.study import TABLES, Study
from footdrop_analytics.model.vocabulary import SOURCES

HOURS = 24
NO_HOUR = HOURS
"""The hour of a session none of whose done rows has a clock time."""
HOME, CLINIC = 0, 1
_KINDS = 2
_SLOTS = HOURS + 1
# Up to so many keys it is faster to count every one of them than to look for those that occur.
_FEW_KEYS = 2_000_000
_FAR = np.iinfo(np.int64).max
_COLUMNS = (
    *("patient_id", "performed_at", "exercise", "session_id", "daypart", "status", "reps", "hold_s"),
    *("effort_0_10", "pain_0_10", "source", "recorded_at"),
)
COUNTED = ("rows", "untimed", "tried", "no_pain", "no_effort", "recorded", "late")


@dataclass(frozen=True)
class LogCounts:
    """Counts of the log up to ``as_of``.

    ``rows`` has for each ``patient``, ``exercise`` and ``source`` (numbers) with rows: ``rows``; ``untimed`` (a date
    without a time); ``tried`` (not skipped), of which ``no_pain`` and ``no_effort`` have no such rating; ``recorded``
    (with the time of writing), of which ``late`` were written more than a day later. ``sessions`` has for each ``cell``
    (group of patients), ``exercise`` (the number after the last stands for any), ``kind`` (``HOME``, ``CLINIC``),
    ``weekday`` (Monday is 0) and ``hour`` (``NO_HOUR``: not known) the number of ``sessions``. ``recording`` says how
    each patient's log was written down: see :func:`recording_pattern`; ``tables`` how many ``valid`` rows and
    ``duplicates`` each input ``table`` has.
    """

    rows: pd.DataFrame
    sessions: pd.DataFrame
    recording: pd.DataFrame
    tables: pd.DataFrame


def log_counts(analysis: Analysis, patients: pd.Index, cell: Ints) -> LogCounts:
    """Count the log of an analysis; ``cell`` is the group of each patient."""
    counted, tables = [], []
    for log in analysis.logs():
        work = partial(_count_part, log=log, patients=patients, cell=cell)
        counted += side_by_side(work, parts_of(log.study, multiple_of=WORKERS), WORKERS)
        duplicates = log.study.duplicates["table"].value_counts()
        read = {name: (len(getattr(log.study, name)), int(duplicates.get(name, 0))) for name in TABLES}
        tables.append(pd.DataFrame.from_dict(read, orient="index", columns=["valid", "duplicates"]))
    rows, sessions, recording = zip(*counted, strict=True)
    keys = ["cell", "exercise", "kind", "weekday", "hour"]
    return LogCounts(
        pd.concat(rows).sort_values(["patient", "exercise", "source"], ignore_index=True),
        pd.concat(sessions).groupby(keys)["sessions"].sum().reset_index(),
        pd.concat([one.assign(patient_id=one["patient_id"].astype("str")) for one in recording], ignore_index=True),
        sum(tables[1:], start=tables[0]).rename_axis("table").reset_index(),
    )


def _count_part(
    study: Study, log: CodedLog, patients: pd.Index, cell: Ints
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    recording = recording_pattern_of(Performance(replace(log, study=study)))
    exercises = study.exercises
    table = study.sessions[list(_COLUMNS)]
    in_time = cols.day_numbers(table["performed_at"]) <= log.as_of_day
    # Columns are copied only where a row is left out.
    table = table if in_time.all() else table[in_time]
    patient = patient_numbers(table, patients)
    time = cols.microseconds(table["performed_at"])
    rows = _rows(table, patient, time, len(exercises.keys))
    taken = ~cols.holds_key(table["source"], "inferred")
    if not taken.all():
        table, patient, time = table[taken], patient[taken], time[taken]
    in_seconds = np.array([exercises[key].unit == "seconds" for key in exercises.keys], dtype=bool)
    return rows, _sessions(table, patient, time, in_seconds, cell), recording


def _rows(table: pd.DataFrame, patient: Ints, time: Ints, n_exercises: int) -> pd.DataFrame:
    sources = len(table["source"].cat.categories)
    exercise = table["exercise"].cat.codes.to_numpy()
    # Patients of a part have any numbers of the study: the counts are as long as there are patients here.
    owner, owners = pd.factorize(patient)
    key = (owner * n_exercises + exercise) * sources + table["source"].cat.codes.to_numpy()
    tried = cols.holds_key(table["status"], "done")
    recorded = table["recorded_at"].notna().to_numpy()
    marks = {
        "untimed": time % DAY_US == 0,
        "tried": tried,
        "no_pain": tried & table["pain_0_10"].isna().to_numpy(),
        "no_effort": tried & table["effort_0_10"].isna().to_numpy(),
        "recorded": recorded,
        "late": recorded & is_late(time, cols.microseconds(table["recorded_at"])) if recorded.any() else recorded,
    }
    total = np.bincount(key)
    here = np.flatnonzero(total)
    counts = {name: np.bincount(key[mark], minlength=len(total))[here] for name, mark in marks.items()}
    found = {"patient": owners[here // (sources * n_exercises)], "exercise": here // sources % n_exercises}
    return pd.DataFrame(found | {"source": here % sources, "rows": total[here]} | counts)


def _sessions(table: pd.DataFrame, patient: Ints, time: Ints, in_seconds: Bools, cell: Ints) -> pd.DataFrame:
    session, day = number_sessions(patient, time, table["session_id"].array, cols.codes_of(table["daypart"]))
    exercise = cols.codes_of(table["exercise"]).astype(np.int64)
    failed = is_failed(cols.numbers_of(table["reps"]), cols.numbers_of(table["hold_s"]), in_seconds[exercise])
    done = np.flatnonzero(cols.holds_key(table["status"], "done") & ~failed)
    n_exercises = len(in_seconds)
    # What all rows of a session have in common: who, and on which weekday.
    who = np.zeros(len(day), dtype=np.int64)
    who[session] = patient
    common = (cell[who] * (n_exercises + 1) * _KINDS * 7 + (day + 3) % 7) * _SLOTS
    clock = np.where(time % DAY_US == 0, _FAR, time)[done]
    at_home = ~cols.holds_key(table["source"], "clinic")[done]
    session, exercise = session[done], exercise[done]
    key = session * n_exercises + exercise
    # Logs mostly have this order already.
    if (np.diff(key) < 0).any():
        order = np.argsort(key, kind="stable")
        session, exercise, clock, at_home = session[order], exercise[order], clock[order], at_home[order]
    each = cols.run_starts(session, exercise)
    session, exercise = session[each], exercise[each]
    # The first time of a clock; a session is the clinic's only if all of its done rows are.
    clock, at_home = cols.reduced(np.minimum, clock, each), cols.reduced(np.logical_or, at_home, each)
    whole = cols.run_starts(session)
    of_any = (cols.reduced(np.minimum, clock, whole), cols.reduced(np.logical_or, at_home, whole))
    keys = (common[session] + _slot(exercise, clock, at_home), common[session[whole]] + _slot(n_exercises, *of_any))
    return _named(np.concatenate(keys), n_exercises + 1)


def _slot(exercise: Ints | int, clock: Ints, at_home: Bools) -> Ints:
    """The part of a session's key that its rows decide; ``_named`` takes the key apart."""
    hour = np.where(clock == _FAR, NO_HOUR, clock % DAY_US // HOUR_US)
    return (exercise * _KINDS + np.where(at_home, HOME, CLINIC)) * (7 * _SLOTS) + hour


def _named(every: Ints, n_exercises: int) -> pd.DataFrame:
    if every.max(initial=0) < _FEW_KEYS:
        total = np.bincount(every)
        keys = np.flatnonzero(total)
        sessions = total[keys]
    else:
        keys, sessions = np.unique(every, return_counts=True)
    slot, who = keys % (_KINDS * 7 * _SLOTS), keys // (_KINDS * 7 * _SLOTS)
    columns = {"cell": who // n_exercises, "exercise": who % n_exercises, "kind": slot // (7 * _SLOTS)}
    columns |= {"weekday": slot // _SLOTS % 7, "hour": slot % _SLOTS, "sessions": sessions.astype(np.int64)}
    return pd.DataFrame(columns)


UNREADABLE = "not readable"


def rejected_log_of(analysis: Analysis, patients: pd.Index) -> pd.DataFrame:
    """Each rejected row of the log once: ``patient`` (number, −1 if unknown), ``exercise``, ``source`` (as readable).

    A blank source is the default of the column, as in reading.
    """
    rejected = analysis.study.rejected_rows
    rows = rejected[rejected["table"] == "sessions"]
    cells = [json.loads(text) for text in rows["original"]]
    default = str(COLUMNS["sessions"]["source"].default)
    source = [_key(cell.get("source")) or default for cell in cells]
    return pd.DataFrame(
        {
            "patient": patients.get_indexer(pd.Index(rows["patient_id"].astype("str"), dtype="str")),
            "exercise": pd.Series([_key(cell.get("exercise")) for cell in cells], dtype="str"),
            "source": pd.Series([one if one in SOURCES else UNREADABLE for one in source], dtype="str"),
        }
    )


def _key(cell: object) -> str:
    """A key as reading understands it: trimmed, in lower case."""
    return str(cell or "").strip().lower()


def tables_read_of(analysis: Analysis, tables: pd.DataFrame) -> pd.DataFrame:
    """Valid rows, rejected rows and duplicates of each input table of the study; the first and the last are given."""
    rejected = analysis.study.rejected_rows["table"].value_counts()
    found = tables.assign(table=tables["table"].astype("str"))
    found.insert(2, "rejected", [int(rejected.get(name, 0)) for name in found["table"]])
    return found[found[["valid", "rejected", "duplicates"]].sum(axis=1) > 0].reset_index(drop=True)


OVER_COUNT = 220 / 176
"""Exercises in diaries for each one that a sensor counted (Nicolson 2018, medians over 12 weeks)."""
BATCH_DAYS = 3
"""Days written down on one day are a batch from so many on."""


def recording_pattern(study: Study, as_of: object = None) -> pd.DataFrame:
    """How each patient's log was written down. Counts only; much of it has harmless reasons.

    Parameters
    ----------
    study : Study
        A validated study.
    as_of : date, Timestamp or ISO text, optional
        The last day that counts. Default: the study's last day, never the clock.

    Returns
    -------
    DataFrame
        One row per patient, as whole numbers: ``entries_with_target`` (tried, with a prescribed dose) and of these
        ``entries_equal_to_target`` (repetitions, hold and sets as prescribed, all that are); ``days_written`` with a
        known ``recorded_at`` and of these ``days_in_batches`` (three or more days written down on one day);
        ``entries_off_fives`` (repetitions known, target no multiple of five) and of these ``multiples_of_five``
        (about one in five by chance); ``unchanged_pain_days`` and ``unchanged_effort_days``, the longest stretch of
        days over which every rating was the same.

    Raises
    ------
    ParameterError
        If ``as_of`` is no date.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> pattern = fd.recording_pattern(fd.simulate(patients=2, weeks=8, seed=1))
    >>> bool((pattern["entries_equal_to_target"] <= pattern["entries_with_target"]).all())
    True
    """
    log = open_log(study, as_of)
    return recording_pattern_of(Performance(log))


def recording_pattern_of(performance: Performance) -> pd.DataFrame:
    """:func:`recording_pattern` of what was performed up to the log's last day."""
    log, ratings = performance.log, performance.ratings
    counts = _against_target(performance) | _batches(log)
    counts |= {f"unchanged_{name}_days": _unchanged(log, ratings, name) for name in ("pain", "effort")}
    labels = log.patient_labels(np.arange(len(log.patients)))
    return cols.table_of({"patient_id": labels} | {name: cols.whole(count) for name, count in counts.items()})


def if_over_counted(share: float) -> float:
    """What a logged share would be if it was over-counted as diaries were against sensors."""
    return share / OVER_COUNT


def _against_target(performance: Performance) -> dict[str, Ints]:
    log = performance.log
    chosen = np.flatnonzero(log.tried & (performance.version >= 0))
    plan = log.versions.row[performance.version[chosen]]
    equal, asked_any = np.ones(len(chosen), dtype=bool), np.zeros(len(chosen), dtype=bool)
    for name in ("reps", "hold_s", "sets"):
        asked = cols.numbers_of(log.study.prescriptions[name])[plan]
        asked_any |= ~np.isnan(asked) & (name != "sets")
        equal &= np.isnan(asked) | (np.abs(log.entries.number(name, chosen) - asked) <= TOLERANCE)
    reps, target = log.reps[chosen], cols.numbers_of(log.study.prescriptions["reps"])[plan]
    off_fives = ~np.isnan(reps) & (reps > 0) & (np.nan_to_num(target % 5, nan=1.0) != 0)
    masks = {
        "entries_with_target": asked_any,
        "entries_equal_to_target": asked_any & equal,
        "entries_off_fives": off_fives,
        "multiples_of_five": off_fives & (reps % 5 == 0),
    }
    patient = log.series.patient[log.entries.series[chosen]]
    return {name: np.bincount(patient[mask], minlength=len(log.patients)) for name, mask in masks.items()}


def _batches(log: CodedLog) -> dict[str, Ints]:
    """Days with a known time of writing, and how many of them were written down with others."""
    table, entries, size = log.study.sessions, log.entries, len(log.patients)
    chosen = np.flatnonzero(~table["recorded_at"].array.isna()[entries.row])
    patient, day = log.series.patient[entries.series[chosen]], entries.day[chosen]
    written = cols.microseconds(table["recorded_at"])[entries.row[chosen]] // DAY_US
    order = np.lexsort((day, written, patient))
    once = order[cols.run_starts(patient[order], written[order], day[order])]
    of_batch = Groups(cols.day_keys(patient[once], written[once]))
    large = of_batch.sizes >= BATCH_DAYS
    whose = of_batch.highest(patient[once])
    in_batches = np.bincount(whose, weights=np.where(large, of_batch.sizes, 0), minlength=size)
    all_days = np.bincount(whose, weights=of_batch.sizes, minlength=size)
    return {"days_written": all_days.astype(np.int64), "days_in_batches": in_batches.astype(np.int64)}


def _unchanged(log: CodedLog, ratings: DayRatings, name: str) -> Ints:
    """The longest stretch of days, first to last, over which each patient's daily highest rating did not change."""
    values: Floats = getattr(ratings, name)
    known = np.flatnonzero(~np.isnan(values))
    patient, day = log.series.patient[ratings.series[known]], ratings.day[known]
    of_day = Groups(cols.day_keys(patient, day))
    patient, day, value = (of_day.highest(column) for column in (patient, day, values[known]))
    begins, ends = cols.run_starts(patient, value), cols.run_ends(patient, value)
    longest = np.zeros(len(log.patients), dtype=np.int64)
    np.maximum.at(longest, patient[begins], day[ends] - day[begins] + 1)
    return longest
