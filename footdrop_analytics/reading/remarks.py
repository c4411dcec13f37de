"""What is noticed and kept: a wrong year, an assumed plan, equal rows, implausible values, one log there twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.knowledge import ExerciseCatalog, load_flag_rules, load_outcome_measures
from footdrop_analytics.knowledge.exercises import PLAUSIBLE
from footdrop_analytics.knowledge.outcome_measures import unit_as_people_read
from footdrop_analytics.model.columns import INSTANT
from footdrop_analytics.model.days import are_doubtful, dated_by, days_since_1970
from footdrop_analytics.model.inputs import ASSUMED, ASSUMED_PLAN, COLUMNS
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.reading.duplicates import row_codes, shared_rows
from footdrop_analytics.reading.notes import Note
from footdrop_analytics.reading.rows import TableRows
from footdrop_analytics.wording.language import general, how_many, marked, plural, translated

_MINUTE_US = 60_000_000
_NO_LOG = ["clinic", "inferred"]


def doubtful_notes(tables: Mapping[str, pd.DataFrame]) -> list[Note]:
    """A note for each day of rows that a long time without anything follows, by the limits of the package's flag."""
    limits = load_flag_rules().flags["date_doubtful"].parameters
    dated = {table: frame for table, frame in tables.items() if dated_by(table)[0] and len(frame)}
    if not dated:  # no row of the study is valid
        return []
    ids = sorted(set().union(*(frame["patient_id"].cat.categories.to_numpy(dtype=object) for frame in dated.values())))
    days = [_days(table, frame, pd.Index(ids, dtype="str")) for table, frame in dated.items()]
    which = np.repeat(np.arange(len(days)), [len(day) for _, day in days])
    whose, number = (np.concatenate([np.empty(0, dtype=np.int64), *one]) for one in zip(*days, strict=True))
    is_row = np.array([dated_by(table)[1] for table in dated], dtype=bool)[which]
    found = are_doubtful(whose, number, is_row, int(limits["max_days"]), int(limits["gap_days"]))
    lines = pd.DataFrame({"whose": whose, "day": number, "table": which})[found].drop_duplicates()
    lines = lines.sort_values(["whose", "day", "table"])
    why = marked("the date {day} is doubtful: more than {days} days without any row follow; perhaps the year is wrong")

    def said(day: int) -> str:
        return translated(why, day=np.datetime64(day, "D"), days=general(limits["gap_days"]))

    return [Note(list(dated)[at], None, ids[one], said(day)) for one, day, at in lines.itertuples(index=False)]


def _days(table: str, frame: pd.DataFrame, ids: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """Patient (place in ``ids``) and day, as numbers, of the rows of a table, or of the starts of plans and pauses."""
    whose = frame["patient_id"].cat
    code, day = whose.codes.to_numpy(), days_since_1970(frame[dated_by(table)[0]].to_numpy())
    # Rows of one day mostly stand below each other: fewer are left to be looked at.
    new = np.append(True, (code[1:] != code[:-1]) | (day[1:] != day[:-1]))
    return ids.get_indexer(whose.categories).astype(np.int64)[code[new]], day[new]


def assumed_notes(prescriptions: pd.DataFrame) -> list[Note]:
    """A note, at the head of every output, for each patient whose plan was taken from the log itself."""
    whose = prescriptions.loc[prescriptions["prescriber"] == ASSUMED, "patient_id"]
    return [Note("prescriptions", None, str(one), translated(ASSUMED_PLAN), True) for one in sorted(whose.unique())]


def own_session_notes(sessions: pd.DataFrame) -> list[Note]:
    """Patients whose ``session_id`` differs from row to row, though there are days with several rows."""
    # Sets of a session mostly stand below each other: few patients are left to be looked at.
    patient, session = sessions["patient_id"].cat.codes.to_numpy(), sessions["session_id"].array
    follows = (patient[1:] == patient[:-1]) & np.asarray(session[1:] == session[:-1], dtype=bool)
    left = ~np.isin(patient, np.unique(patient[1:][follows])) & ~session.isna()
    named = sessions.loc[left, ["patient_id", "session_id", "performed_at"]]
    if named.empty:
        return []
    whose = named["patient_id"]
    own = (~named.duplicated(["patient_id", "session_id"], keep=False)).groupby(whose, observed=True).all()
    if not own.any():
        return []
    day = named["performed_at"].dt.normalize()
    several = pd.Series(1, named.index).groupby([whose, day], observed=True).transform("size") > 1
    chosen = own & several.groupby(whose, observed=True).any()
    why = translated(
        "session_id differs from row to row: each row is its own session; leave it blank if that is not meant"
    )
    return [Note("sessions", None, str(one), why) for one in chosen.index[chosen]]


def equal_row_notes(rows: TableRows) -> list[Note]:
    """Rows of one file that agree in everything, the second included: perhaps one set written twice."""
    time = rows.frame["performed_at"].to_numpy().astype("datetime64[us]", copy=False).view(np.int64)
    timed = np.flatnonzero(time // _MINUTE_US * _MINUTE_US != time)
    if not timed.size:
        return []
    found = rows.frame.take(timed)
    # Few rows share patient and second: only those are compared in everything.
    same_second = found.duplicated(["patient_id", "performed_at", "exercise", "side"], keep=False).to_numpy()
    timed, found = timed[same_second], found[same_second]
    codes = pd.DataFrame({"row": row_codes(found, list(COLUMNS["sessions"])), "file": rows.file_numbers[timed]})
    again = codes.duplicated().to_numpy()
    twice = pd.DataFrame(
        {"file": rows.file_names(timed[again]), "patient_id": found["patient_id"][again].astype(str).to_numpy()}
    )
    notes = []
    for file, patient_id, count in twice.value_counts(sort=False).reset_index(name="rows").itertuples(index=False):
        message = how_many(
            "{count} row agrees in everything, the second included, with another row of the file",
            "{count} rows agree in everything, the second included, with another row of the file",
            count,
        )
        notes.append(Note("sessions", file, patient_id, message))
    return notes


def with_later_data_through(
    patients: pd.DataFrame, sessions: pd.DataFrame, checkins: pd.DataFrame
) -> tuple[pd.DataFrame, list[Note]]:
    """``data_through`` not before the patient's last log row; ``clinic`` and ``inferred`` rows are none."""
    stated = patients["data_through"]
    if not stated.notna().any():
        return patients, []
    no_log = sessions["source"].cat.categories.get_indexer(pd.Index(_NO_LOG))
    is_log = ~np.isin(sessions["source"].cat.codes.to_numpy(), no_log)
    ids = pd.Index(patients["patient_id"].astype(object))
    last = np.full(len(ids) + 1, np.iinfo(np.int64).min)
    for table, column, chosen in ((sessions, "performed_at", is_log), (checkins, "day", slice(None))):
        whose = table["patient_id"].cat
        place = ids.get_indexer(whose.categories.astype(object))[whose.codes.to_numpy()[chosen]]
        np.maximum.at(last, place, table[column].to_numpy().astype("datetime64[us]").view(np.int64)[chosen])
    # The last place is of rows whose patient has no row in ``patients``; the lowest number is read as no day.
    reached = pd.Series(last[:-1].view("datetime64[us]").astype("datetime64[D]"), index=patients.index)
    later = reached > stated
    why = marked("data_through {stated} is before the last log row, of {last}; the later day counts")
    notes = [
        Note("patients", None, str(one), translated(why, stated=f"{said:%Y-%m-%d}", last=f"{day:%Y-%m-%d}"))
        for one, said, day in zip(patients["patient_id"][later], stated[later], reached[later], strict=True)
    ]
    return patients.assign(data_through=stated.mask(later, reached).astype(INSTANT)), notes


def implausible_outcomes(outcomes: pd.DataFrame) -> list[Note]:
    """A note for every value, in the measure's own unit or without one, outside what its registry calls plausible."""
    if outcomes.empty:
        return []
    registry = list(load_outcome_measures().measures.values())
    place = {as_people_read(name): at for at, one in enumerate(registry) for name in one.names}
    measure = _each(outcomes["measure"], lambda text: place.get(as_people_read(text)))
    low, high = np.array([*(one.plausible for one in registry), (-np.inf, np.inf)]).T
    known = np.where(pd.isna(measure), -1, measure).astype(np.int64)
    value = outcomes["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    outside = np.flatnonzero(~((value >= low[known]) & (value <= high[known])) & (known >= 0))
    outside = outside[np.argsort(known[outside], kind="stable")]
    unit = _each(outcomes["unit"].take(outside), unit_as_people_read)
    notes = []
    for row, at, written in zip(outcomes.take(outside).itertuples(), known[outside], unit, strict=True):
        one = registry[at]
        if written is None or written in {unit_as_people_read(name) for name in one.units}:
            least, most = one.plausible
            message = translated(
                "{measure} of {day}: {value} {unit} is outside {least} to {most} {unit}, what is plausible; it counts "
                "all the same",
                measure=translated(one.name),
                day=f"{row.measured_on:%Y-%m-%d}",
                value=general(float(row.value)),  # type: ignore[arg-type]
                unit=one.unit,
                least=general(least),
                most=general(most),
            )
            notes.append(Note("outcomes", None, str(row.patient_id), message))
    return notes


def _each(column: pd.Series, read: Callable[[str], object]) -> np.ndarray:
    """What each text of a column is read as (None where it is missing); each distinct one is read once."""
    codes, distinct = pd.factorize(column)
    return np.asarray(np.array([*map(read, distinct), None], dtype=object)[codes])


def implausible_sets(sessions: pd.DataFrame, catalog: ExerciseCatalog) -> list[Note]:
    """A note for every patient, exercise and column of the log with values above what the exercise calls plausible."""
    notes = []
    exercises = catalog.values()
    code = sessions["exercise"].cat.codes.to_numpy()
    for column in PLAUSIBLE:
        most = np.array([one.plausible.get(column, np.inf) for one in exercises])
        largest = sessions[column].max()
        if pd.isna(largest) or largest <= most.min():
            continue
        value = sessions[column].to_numpy(dtype=np.float64, na_value=np.nan)
        at = np.flatnonzero(value > most[code])
        found = sessions[["patient_id", "exercise"]].take(at).assign(value=value[at], limit=most[code[at]])
        by_series = found.groupby(["patient_id", "exercise", "limit"], observed=True)["value"]
        lines = by_series.agg(n="size", largest="max").reset_index()
        for patient_id, exercise, limit, count, largest in lines.itertuples(index=False):
            words = _VALUE_ABOVE if count == 1 else _VALUES_ABOVE
            values = {"largest": general(largest), "limit": general(limit), "count": count}
            message = translated(words, exercise=exercise, column=column, **values)
            notes.append(Note("sessions", None, str(patient_id), message))
    return notes


_VALUE_ABOVE = marked("{exercise}, {column}: {largest} is above {limit}, what is plausible; kept, and decides nothing")
_VALUES_ABOVE = marked(
    "{exercise}, {column}: {count} values, up to {largest}, are above {limit}, what is plausible; kept, and decides "
    "nothing"
)

_DONE = ["exercise", "side", "status", "sets", "reps", "hold_s", "load_kg"]
"""What was done: rows that agree in it on a day are perhaps the same sets."""
_HALF_DAY = np.timedelta64(12, "h")
_FEWEST_DAYS = 3
"""Fewer days may agree by chance."""
_QUARTER_HOUR = 15 * 60 * 1_000_000
_FARTHEST = 14 * 4 * _QUARTER_HOUR
"""No two clocks of the world differ by more."""
_AGREEING, _DAYS = ["at_noon", "file", "file_2", "hours", "days"], ["at_noon", "file", "patient", "day"]


@dataclass(frozen=True, eq=False)
class ClockDays:
    """Days that some patients have in several files; both tables once by calendar day, once by day from noon to noon.

    ``agreeing``: ``at_noon``, ``file``, ``file_2``, ``hours`` and the number ``days`` that two files agree on but for
    the clock. ``days``: ``at_noon``, ``file``, ``patient``, ``day``, for what two files have in common.
    """

    agreeing: pd.DataFrame
    days: pd.DataFrame


def other_clock_notes(rows: TableRows) -> list[Note]:
    """One note for each two files that agree on most of their common days but for lost or shifted clock times.

    Their sets count twice: nobody can tell whether they are the same.
    """
    return clock_notes([clock_days(rows)], rows.files)


def clock_days(rows: TableRows) -> ClockDays:
    """The days of these patients on which they stand in several files."""
    shared = shared_rows(rows)
    if not shared.size:
        return ClockDays(pd.DataFrame(columns=_AGREEING), pd.DataFrame(columns=_DAYS))
    time = rows.frame["performed_at"].to_numpy()[shared].astype("datetime64[us]")
    found = pd.DataFrame(
        {
            "file": rows.file_numbers[shared],
            "patient": rows.frame["patient_id"].cat.codes.to_numpy()[shared],
            "done": _scattered(row_codes(rows.frame.take(shared), _DONE)),
            "clock": time.view(np.int64),
            "is_timed": time != time.astype("datetime64[D]"),
            "day": time.astype("datetime64[D]"),
            # Clocks that differ may put one set on two days: days that begin at noon leave those of midnight together.
            "noon": (time - _HALF_DAY).astype("datetime64[D]"),
        }
    )
    # Only the patient's own days: other patients' files must not decide which rows are looked at.
    files = found[["patient", "day", "file"]].drop_duplicates()
    several = files[files.duplicated(["patient", "day"], keep=False)].drop(columns="file").drop_duplicates()
    found = found.merge(several, on=["patient", "day"])
    at_noon = _agreeing(found[found["is_timed"]].assign(day=found["noon"]))
    both = zip(at_noon, _agreeing(found), strict=True)
    together = ([noon.assign(at_noon=True), by_day.assign(at_noon=False)] for noon, by_day in both)
    return ClockDays(*(pd.concat(parts, ignore_index=True) for parts in together))


def clock_notes(found: Iterable[ClockDays], files: Sequence[str]) -> list[Note]:
    """The notes that follow from the days of all patients; ``found`` is gone through twice."""
    agreeing = [one.agreeing for one in found if len(one.agreeing)]
    if not agreeing:
        return []
    by_pair = pd.concat(agreeing).groupby(["at_noon", "file", "file_2", "hours"], dropna=False)
    counted = by_pair["days"].sum().reset_index()
    counted = counted[counted["days"] >= _FEWEST_DAYS]
    in_common = np.zeros(len(counted), dtype=np.int64)
    pairs = list(counted[["at_noon", "file", "file_2"]].itertuples(index=False, name=None))
    for one in found:
        for place, (at_noon, *both) in enumerate(pairs):
            own = one.days[one.days["at_noon"] == at_noon]
            days = (own.loc[own["file"] == file, ["patient", "day"]] for file in both)
            in_common[place] += len(pd.merge(*days))
    most = counted[counted["days"] > in_common / 2]
    # A loss of times is said rather than a shift, which may be a part of it.
    told = most.sort_values("at_noon", ascending=False, kind="stable")[["file", "file_2", "hours"]]
    notes = {(first, second): float(hours) for first, second, hours in told.itertuples(index=False, name=None)}
    return [
        Note("sessions", files[second], None, _told(files[first], hours), heads_up=True)
        for (first, second), hours in sorted(notes.items())
    ]


def _scattered(codes: np.ndarray) -> np.ndarray:
    """Numbers whose sums tell which codes were added, in whatever order."""
    mixed = (codes.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    return (mixed * np.uint64(0xBF58476D1CE4E5B9)).view(np.int64)


def _agreeing(found: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How many ``days`` pairs of files agree on but for the clock (``hours``: NaN where times are lost); their days."""
    by_day = found.groupby(["file", "patient", "day"])
    days = by_day.agg(
        done=("done", "sum"),
        rows=("done", "size"),
        timed=("is_timed", "sum"),
        first=("clock", "min"),
        last=("clock", "max"),
    ).reset_index()
    # Files that hold the same again tell nothing new, and would make as many pairs as there are exports squared.
    unlike = days.drop_duplicates(days.columns.difference(["file"]))
    pairs = unlike.merge(unlike, on=["patient", "day"], suffixes=("", "_2"))
    pairs = pairs[pairs["file"] < pairs["file_2"]]
    same = (pairs["done"] == pairs["done_2"]) & (pairs["rows"] == pairs["rows_2"])
    all_timed, all_timed_2 = pairs["timed"] == pairs["rows"], pairs["timed_2"] == pairs["rows_2"]
    lost = same & ((all_timed & (pairs["timed_2"] == 0)) | (all_timed_2 & (pairs["timed"] == 0)))
    shift = pairs["first_2"] - pairs["first"]
    shifted = same & all_timed & all_timed_2 & (shift != 0) & (shift.abs() <= _FARTHEST) & (shift % _QUARTER_HOUR == 0)
    shifted &= pairs["last_2"] - pairs["last"] == shift
    kinds = pairs.assign(hours=(shift / (4 * _QUARTER_HOUR)).where(shifted))[lost | shifted]
    agreeing = kinds.groupby(["file", "file_2", "hours"], dropna=False).size()
    return agreeing.rename("days").reset_index(), days[["file", "patient", "day"]]


def _told(first: str, hours: float) -> str:
    if np.isnan(hours):
        return translated(
            "agrees with {file} on most common days but for clock times, which one of them lost: perhaps one log "
            "twice, so that its sets count twice",
            file=first,
        )
    return plural(
        "agrees with {file} on most common days but for a shift of {hours} hour: perhaps one log twice, so that its "
        "sets count twice",
        "agrees with {file} on most common days but for a shift of {hours} hours: perhaps one log twice, so that its "
        "sets count twice",
        abs(hours),
        file=first,
        hours=general(abs(hours)),
    )
