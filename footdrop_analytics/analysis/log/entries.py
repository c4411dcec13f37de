"""What of a log counts, and for what: its last days, the series of each row; and days that are unreadable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import DAY_BITS, Bools, Floats, Ints
from footdrop_analytics.model.days import DAY_US
from footdrop_analytics.model.study import AnyStudy, Study
from footdrop_analytics.model.vocabulary import SIDES

if TYPE_CHECKING:
    from footdrop_analytics.analysis.log.coded_log import CodedLog


@dataclass(frozen=True)
class CutOff:
    """The last days, as day numbers: rows, check-ins and events of days after ``as_of_day`` take part in nothing.

    After ``log_through_day`` no patient's days are observed, unless the patient's own ``data_through`` says so.
    """

    as_of_day: int
    log_through_day: int

    @property
    def as_of(self) -> pd.Timestamp:
        """The last day that counts."""
        return cols.timestamp_of(self.as_of_day)

    @property
    def log_through(self) -> pd.Timestamp:
        """The last observed day of patients who state none; missing where nobody logged anything."""
        day: pd.Timestamp = pd.Series(cols.dates_from(np.array([self.log_through_day])))[0]
        return day


def cut_off(study: AnyStudy, as_of: object = None, log_through: object = None) -> CutOff:
    """The last days by the rules of ``open_log``, of a study in memory or in parts."""
    as_of_day = cols.as_day(study.as_of if as_of is None else as_of, "as_of")
    if log_through is not None:
        through = cols.as_day(log_through, "log_through")
    elif as_of is not None and as_of_day > cols.known_day(study.rows_through):
        through = as_of_day
    else:
        through = cols.known_day(study.log_through)
    return CutOff(as_of_day, min(through, as_of_day))


@dataclass(frozen=True)
class Entries:
    """Logged rows as they count for a series, sorted by series and session; ``inferred`` rows are not among them.

    ``series``, ``session``, ``day`` (the session's day) and ``row`` (position in ``study.sessions``) of each entry.
    """

    table: pd.DataFrame
    series: Ints
    session: Ints
    day: Ints
    row: Ints

    def number(self, column: str, of: Ints | None = None) -> Floats:
        """A numeric column in the order of the entries, or of some of them; NaN where not recorded."""
        if column not in self._numbers:
            self._numbers[column] = cols.numbers_of(self.table[column])[self.row]
            self._numbers[column].flags.writeable = False
        whole = self._numbers[column]
        return whole if of is None else whole[of]

    @cached_property
    def _numbers(self) -> dict[str, Floats]:
        """The numeric columns that were asked for: several analyses look at the same."""
        return {}

    def code(self, column: str, of: Ints | None = None) -> npt.NDArray[np.int8]:
        """The codes of a key column (−1 = not recorded) in the order of the entries, or of some of them."""
        return np.asarray(cols.codes_of(self.table[column])[self.row if of is None else self.row[of]], dtype=np.int8)

    def holds(self, column: str, key: str) -> Bools:
        """Which entries hold a key in a key column."""
        found: Bools = self.code(column) == cols.code_of(self.table[column], key)
        return found


def is_failed(reps: Floats, hold_s: Floats, in_seconds: Bools) -> Bools:
    """Whether what was tried is a failed attempt: 0 repetitions without a hold, or 0 s where seconds count."""
    failed: Bools = ((reps == 0) & ~(hold_s > 0)) | (in_seconds & (hold_s == 0))
    return failed


def is_late(performed: Ints, recorded: Ints) -> Bools:
    """Whether rows were written down more than a day later; by date where one of the two has no clock time.

    Both in microseconds since 1970; meaningless where one of them is missing.
    """
    by_date = (performed % DAY_US == 0) | (recorded % DAY_US == 0)
    days_later = recorded // DAY_US - performed // DAY_US
    return np.where(by_date, days_later > 1, recorded - performed > DAY_US)


@dataclass(frozen=True)
class SeriesTable:
    """Patient number, exercise (place in the catalogue) and side (place in ``SIDES``) of each series."""

    patient: Ints
    exercise: Ints
    side: Ints

    def __len__(self) -> int:
        return len(self.patient)


def patient_index(study: Study) -> pd.Index:
    """The ids of all patients with any row in a study, sorted as text."""
    known, of_rows = sorted(study.known_ids), study.sessions["patient_id"].array.categories
    return of_rows if of_rows.tolist() == known else pd.Index(known, dtype="str")


def patient_numbers(table: pd.DataFrame, patients: pd.Index) -> Ints:
    """Position of each row's patient in ``patients``."""
    if len(table) == 0:
        return np.empty(0, dtype=np.int64)
    whose = table["patient_id"]
    codes, own = cols.codes_of(whose), whose.array.categories
    if own is patients or own.equals(patients):
        return codes.astype(np.int64)
    number: Ints = patients.get_indexer(pd.Index(own, dtype="str")).astype(np.int64)[codes]
    return number


LEFT, RIGHT, BOTH = SIDES.index("left"), SIDES.index("right"), SIDES.index("both")


def place_rows(patient_exercise: Ints, side: Ints, day: Ints, plan_key: Ints, plan_start: Ints) -> tuple[Ints, Ints]:
    """Which rows count for which sides: positions of rows, and the side each of them counts for.

    A row logged for ``both`` counts for left and right, each that has a version begun by its day, if the latest such
    start is later than the latest start of a ``both`` version, or there is none. A row of one side counts for ``both``
    if the latest start of a ``both`` version is later than the latest of its own side, or there is none of its own.
    Every other row keeps its side. ``plan_key`` is patient-exercise × 3 + side of each version.
    """
    size = int(patient_exercise.max(initial=-1)) + 1
    planned = plan_key[plan_key // 3 < size]
    has = np.zeros((size, 3), dtype=bool)
    has[planned // 3, planned % 3] = True
    one_sided, both_sided = (has[:, LEFT] | has[:, RIGHT])[patient_exercise], has[patient_exercise, BOTH]
    asked = np.flatnonzero(np.where(side == BOTH, one_sided, both_sided))
    if len(asked) == 0:
        return np.arange(len(side)), side
    order = np.lexsort((plan_start, plan_key))
    keys = cols.day_keys(plan_key, plan_start)[order]
    places = [cols.latest(keys, patient_exercise[asked] * 3 + which, day[asked]) for which in (LEFT, RIGHT, BOTH)]
    latest = [np.append(cols.days_of_keys(keys), -1)[place] for place in places]
    of_both = side[asked] == BOTH
    own = np.where(side[asked] == LEFT, latest[LEFT], latest[RIGHT])
    joins = ~of_both & (latest[BOTH] > own)
    splits = of_both & (np.maximum(latest[LEFT], latest[RIGHT]) > latest[BOTH])
    kept_side = side.copy()
    kept_side[asked[joins]] = BOTH
    stays = np.ones(len(side), dtype=bool)
    stays[asked[splits]] = False
    kept = np.flatnonzero(stays)
    lefts, rights = (asked[splits & (latest[which] >= 0)] for which in (LEFT, RIGHT))
    rows = np.concatenate([kept, lefts, rights])
    sides = np.concatenate([kept_side[kept], np.full(len(lefts), LEFT), np.full(len(rights), RIGHT)])
    return rows, sides


@dataclass(frozen=True)
class Unread:
    """Series and days on which something was written that could not be read, and no exercise session.

    ``keys`` are sorted day keys of these; ``exercise_keys`` those of all days with an exercise session.
    """

    keys: Ints
    exercise_keys: Ints

    @cached_property
    def weeks(self) -> Ints:
        """Day keys of the Mondays of their calendar weeks, each once."""
        return np.unique(cols.day_keys(self.keys >> DAY_BITS, cols.monday_of(cols.days_of_keys(self.keys))))


_NOTHING = Unread(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def unread_days(log: CodedLog) -> Unread:
    """The unreadable days of a log up to ``as_of``.

    A rejected row may belong to every series of its patient that its exercise and side, as far as they could be read,
    do not speak against; a side that could not be read may be any.
    """
    rows = log.study.unreadable
    # Rejected rows of what was skipped or inferred make no day unreadable.
    rows = rows[(rows["table"] == "sessions") & ~rows["status"].isin(["skipped"]) & ~rows["source"].isin(["inferred"])]
    patient = log.patients.get_indexer(pd.Index(rows["patient_id"].astype("str")))
    day = cols.day_numbers(rows["day"])
    counts = (patient >= 0) & (day >= 0) & (day <= log.as_of_day)
    if not counts.any():
        return _NOTHING
    rows, patient, day = rows[counts], patient[counts], day[counts]
    exercises = pd.Index(log.study.exercises.keys)
    spread, exercise = _either(exercises.get_indexer(pd.Index(rows["exercise"].astype(object))), len(exercises))
    again, side = _either(pd.Index(SIDES).get_indexer(pd.Index(rows["side"].astype(object)))[spread], len(SIDES))
    row = spread[again]
    patient_exercise = patient[row] * len(exercises) + exercise[again]
    start = cols.day_numbers(log.study.prescriptions["start_date"])
    chosen, sides = place_rows(patient_exercise, side, day[row], log.plan_keys, start)
    key = patient_exercise[chosen] * 3 + sides
    known = np.isin(key, log.series_keys)
    unread = np.unique(cols.day_keys(log.series_numbers(key[known]), day[row[chosen[known]]]))
    done = log.done
    exercised = np.unique(cols.day_keys(log.entries.series[done], log.entries.day[done]))
    return Unread(unread[~np.isin(unread, exercised)], exercised)


def _either(codes: Ints, count: int) -> tuple[Ints, Ints]:
    """Each known code once, an unknown one (−1) as each of ``count``: the position of each, and the code."""
    many = np.where(codes >= 0, 1, count)
    place = np.repeat(np.arange(len(codes)), many)
    return place, np.where(codes[place] >= 0, codes[place], cols.ranges(many))


def days_in(originals: npt.NDArray[np.object_], column: str) -> Ints:
    """The ISO day that each rejected row (as JSON) gives in a column; ``NO_DAY`` where it gives none."""
    pattern = re.compile(rf'"\s*{column}\s*"\s*:\s*"\s*(\d{{4}}-\d{{2}}-\d{{2}})(?:[ T][^"]*)?\s*"', re.IGNORECASE)
    found = pd.Series(originals, dtype=object).str.extract(pattern, expand=False)
    return cols.day_numbers(pd.to_datetime(found, format="%Y-%m-%d", errors="coerce"))
