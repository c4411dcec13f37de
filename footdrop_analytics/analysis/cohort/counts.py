"""Counts of a choice: where on the ladder the series are, when sessions are logged, and how complete the log is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.cohort.choice import Choice
from footdrop_analytics.analysis.cohort.log_counts import CLINIC, COUNTED, HOME, HOURS, NO_HOUR, UNREADABLE
from footdrop_analytics.analysis.log.arrays import Ints, those_at
from footdrop_analytics.analysis.log.entries import patient_numbers
from footdrop_analytics.model.vocabulary import SOURCES
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.results import LONG_UNCHANGED_DAYS, RECORDING


@dataclass(frozen=True)
class Ladder:
    """The series of a choice that have a prescription active on the as-of day, counted.

    ``difficulties`` has ``exercise``, ``mode``, ``difficulty`` (in words; blank if there is none), ``series`` (one
    exercise on one side), ``of_series`` (all of the exercise), ``patients``; ``states`` the same counts of ``exercise``
    and ``state`` (a key of the definitions; every state of every exercise, so 0 is none), ``modes`` of ``mode``.
    ``patients`` are those of each exercise of the catalogue.
    """

    difficulties: pd.DataFrame
    states: pd.DataFrame
    modes: pd.DataFrame
    patients: Ints


def ladder_of(choice: Choice) -> Ladder:
    """Where on the ladder the patients chosen are."""
    rungs, names = choice.prepared.rungs
    rungs, exercises = choice.taken(rungs), choice.prepared.exercises
    patient, exercise = rungs["patient"], rungs["exercise"]
    of_series = np.bincount(exercise, minlength=len(exercises))
    patients = _patients(exercise, patient, len(exercises))
    difficulties = names["difficulty"] or ("",)
    names = names | {"rung": tuple(f"{mode}\0{text}" for mode in names["mode"] for text in difficulties)}
    rungs["rung"] = rungs["mode"] * len(difficulties) + rungs["difficulty"]
    states, modes, pairs = (
        _counted(choice, patient, exercise, rungs[column], names[column], column, of_series)
        for column in ("state", "mode", "rung")
    )
    pairs = pairs[pairs["series"] > 0].reset_index(drop=True)
    both = [tuple(str(text).split("\0")) for text in pairs.pop("rung")]
    pairs.insert(1, "mode", pd.Series([mode for mode, _ in both], dtype="str"))
    pairs.insert(2, "difficulty", pd.Series([text for _, text in both], dtype="str"))
    return Ladder(pairs, states, modes, patients)


def _patients(key: Ints, patient: Ints, size: int) -> Ints:
    """Distinct patients of each key."""
    n_patients = int(patient.max(initial=0)) + 1
    # Sorting is several times faster here than numpy.unique, which hashes.
    pairs = np.sort(key * n_patients + patient)
    return np.bincount(pairs[np.diff(pairs, prepend=-1) > 0] // n_patients, minlength=size)


def _counted(
    choice: Choice, patient: Ints, exercise: Ints, number: Ints, names: tuple[str, ...], column: str, of_series: Ints
) -> pd.DataFrame:
    """One row per exercise that occurs and value of the column."""
    exercises = choice.prepared.exercises
    key = exercise * len(names) + number
    size = len(exercises) * len(names)
    occurring = np.repeat(of_series > 0, len(names))
    columns = {
        "exercise": pd.Series(np.repeat(np.array(exercises, dtype=object), len(names)), dtype="str"),
        column: pd.Series(np.tile(np.array(names, dtype=object), len(exercises)), dtype="str"),
        "series": np.bincount(key, minlength=size),
        "of_series": np.repeat(of_series, len(names)),
        "patients": _patients(key, patient, size),
    }
    return pd.DataFrame(columns)[occurring].reset_index(drop=True)


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Pattern:
    """Sessions of a choice up to the as-of day.

    ``grid`` (7 × 24) counts home sessions by weekday (Monday first) and hour of the clock; ``untimed`` those without a
    clock time and ``clinic`` sessions done at a visit, by weekday: neither is in the grid. ``table`` has ``weekday``,
    ``hour`` (0–23; missing = without a clock time), ``place`` (``home``, ``clinic``), ``sessions``: a row for every
    weekday and hour, 0 where there was none, and for clinic sessions one per weekday.
    """

    grid: Ints
    untimed: Ints
    clinic: Ints
    table: pd.DataFrame

    @property
    def timed(self) -> int:
        """Home sessions with a clock time."""
        return int(self.grid.sum())

    @property
    def by_weekday(self) -> Ints:
        """All home sessions of each weekday, with and without a time."""
        total: Ints = self.grid.sum(axis=1) + self.untimed
        return total


def pattern_of(choice: Choice) -> Pattern:
    """When the sessions of the patients chosen were logged."""
    prepared = choice.prepared
    sessions = prepared.log.sessions
    wanted = len(prepared.exercises) if choice.exercise is None else choice.exercise
    arms, aetiologies = prepared.arms, prepared.aetiologies
    cell = arms.of_patient * len(aetiologies.values) + aetiologies.of_patient
    own = np.isin(sessions["cell"].to_numpy(), np.unique(cell[choice.chosen]))
    rows = sessions[(sessions["exercise"].to_numpy() == wanted) & own]
    counts = np.zeros((2, 7, HOURS + 1), dtype=np.int64)
    at = tuple(rows[name].to_numpy() for name in ("kind", "weekday", "hour"))
    np.add.at(counts, at, rows["sessions"].to_numpy())
    home = counts[HOME]
    clinic = counts[CLINIC].sum(axis=1)
    hour = pd.Series([*np.tile(np.arange(HOURS + 1), 7), *[NO_HOUR] * 7], dtype="Int64")
    columns = {
        "weekday": pd.Series([*np.repeat(WEEKDAYS, HOURS + 1), *WEEKDAYS], dtype="str"),
        "hour": hour.mask(hour == NO_HOUR),
        "place": pd.Series(["home"] * home.size + ["clinic"] * 7, dtype="str"),
        "sessions": np.concatenate([home.ravel(), clinic]),
    }
    return Pattern(home[:, :HOURS], home[:, NO_HOUR], clinic, pd.DataFrame(columns))


ALL_SOURCES = "all sources"
_SAME = {
    "pain": marked("gave the same pain rating every time over {days} days or more"),
    "effort": marked("gave the same effort rating every time over {days} days or more"),
}


@dataclass(frozen=True)
class Quality:
    """The completeness of a choice.

    ``sources`` has one row per ``source`` that occurs, all of them together last: the columns of ``LogCounts.rows``,
    ``patients`` (with a valid row), ``log_not_handed_in`` (of these, with such days in the period), ``rejected`` rows
    and ``of_rows`` (valid and rejected). ``tables`` has for the whole study, whatever is chosen, each ``table`` with
    its ``valid`` rows, ``rejected`` rows and ``duplicates`` (copies of another file's, or superseded). ``recording``
    says how the logs of the patients chosen were written down (all their exercises).
    ``rejected_elsewhere`` are rejected rows that cannot be counted here, because patient or exercise are not readable
    or not those chosen; ``prescribed`` patients chosen with a prescription (of the exercise chosen), and
    ``without_rows`` those of them without a valid row of it.
    """

    sources: pd.DataFrame
    tables: pd.DataFrame
    recording: pd.DataFrame
    rejected_elsewhere: int
    prescribed: int
    without_rows: int


def quality_of(choice: Choice) -> Quality:
    """How complete the log of the patients chosen is."""
    prepared = choice.prepared
    rows = prepared.log.rows
    rows = rows[choice.takes({name: rows[name].to_numpy() for name in ("patient", "exercise")})]
    rejected, elsewhere = _rejected(choice)
    period = prepared.analysis.adherence_patient_period
    unobserved = period["unobserved_days"].to_numpy(dtype=np.int64) > 0
    away = those_at(patient_numbers(period, prepared.patients)[unobserved], len(prepared.patients))
    whose = rows[["patient", "source"]].drop_duplicates()
    by_source = rows.groupby("source")[list(COUNTED)].sum().reindex(range(len(SOURCES)), fill_value=0)
    by_source["patients"] = np.bincount(whose["source"], minlength=len(SOURCES))
    gone = whose["source"].to_numpy()[away[whose["patient"].to_numpy()]]
    by_source["log_not_handed_in"] = np.bincount(gone, minlength=len(SOURCES))
    by_source.index = pd.Index(SOURCES, dtype="str", name="source")
    by_source.loc[UNREADABLE] = 0
    by_source["rejected"] = rejected.reindex(by_source.index, fill_value=0)
    by_source = by_source[(by_source["rows"] + by_source["rejected"]) > 0]
    total = by_source.sum()
    patients = np.unique(whose["patient"].to_numpy())
    total["patients"], total["log_not_handed_in"] = len(patients), int(away[patients].sum())
    by_source.loc[ALL_SOURCES] = total
    by_source["of_rows"] = by_source["rows"] + by_source["rejected"]
    order = ["patients", "log_not_handed_in", "rows", "rejected", "of_rows", *COUNTED[1:]]
    prescribed = np.unique(choice.taken(prepared.planned)["patient"])
    return Quality(
        sources=by_source[order].astype("int64").rename_axis("source").reset_index(),
        tables=prepared.tables_read,
        recording=_recording(choice),
        rejected_elsewhere=elsewhere,
        prescribed=len(prescribed),
        without_rows=len(np.setdiff1d(prescribed, patients, assume_unique=True)),
    )


def _recording(choice: Choice) -> pd.DataFrame:
    """The recording pattern of the patients chosen, added up; unchanged ratings are counted by patients who rate."""
    counts = choice.prepared.recording[choice.chosen]
    summed = counts.sum()
    lines = [
        (what, int(summed[part]), int(summed[whole]), whole.split("_", maxsplit=1)[0])
        for part, whole, what in RECORDING
    ]
    for name in ("pain", "effort"):
        days = counts[f"unchanged_{name}_days"]
        what = translated(_SAME[name], days=LONG_UNCHANGED_DAYS)
        lines.append((what, int((days >= LONG_UNCHANGED_DAYS).sum()), int((days > 0).sum()), "patients"))
    return pd.DataFrame(lines, columns=["what", "counted", "of", "unit"])


def _rejected(choice: Choice) -> tuple[pd.Series, int]:
    """Rejected rows of the log by source, and how many belong elsewhere."""
    rows = choice.prepared.rejected_log
    patient = rows["patient"].to_numpy()
    known = patient >= 0
    chosen = np.zeros(len(rows), dtype=bool)
    chosen[known] = choice.chosen[patient[known]]
    # With nobody left out, rows of nobody belong to the whole.
    chosen |= ~known & bool(choice.chosen.all())
    if choice.exercise is not None:
        chosen &= (rows["exercise"] == choice.prepared.exercises[choice.exercise]).to_numpy()
    return rows[chosen].groupby("source").size(), int((~chosen).sum())
