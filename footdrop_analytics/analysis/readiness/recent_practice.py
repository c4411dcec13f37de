"""The latest practice of each active series: its difficulty, exposure, and last tried days."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footdrop_analytics.analysis.adherence.calendar import SeriesDays
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import NO_DAY, TOLERANCE, Bools, Floats, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.daily_performance import Performance, against_plan, attempted_days
from footdrop_analytics.analysis.trends.run_values import RunValues
from footdrop_analytics.analysis.wording import Words, joined, phrased
from footdrop_analytics.knowledge import ReadinessRules
from footdrop_analytics.model.vocabulary import POSITIONS
from footdrop_analytics.wording.language import how_many, marked, marked_forms, translated

RATINGS = ("pain_0_10", "effort_0_10")
_SPOKEN = {"pain_0_10": marked("pain"), "effort_0_10": marked("effort"), "load_kg": marked("load")}


@dataclass(frozen=True)
class Practice:
    """See the module. One entry of the arrays per series with a version active on ``as_of``, sorted by series."""

    performance: Performance
    values: RunValues
    days: SeriesDays
    rules: ReadinessRules

    @property
    def log(self) -> CodedLog:
        """The log behind it."""
        return self.performance.log

    @cached_property
    def version(self) -> Ints:
        """The active version of each series."""
        versions, day = self.log.versions, self.log.as_of_day
        return np.flatnonzero((versions.start <= day) & (day <= versions.end))

    @cached_property
    def series(self) -> Ints:
        """The series, each once."""
        return self.log.versions.series[self.version]

    @cached_property
    def patient(self) -> Ints:
        """The patient of each series."""
        return self.log.series.patient[self.series]

    @cached_property
    def exercise(self) -> Ints:
        """The exercise of each series."""
        return self.log.series.exercise[self.series]

    @cached_property
    def number_of(self) -> Ints:
        """For each series of the log its position here; −1 if it is not active."""
        number = np.full(len(self.log.series), -1)
        number[self.series] = np.arange(len(self.series))
        return number

    @cached_property
    def mode(self) -> Ints:
        """The prescribed mode of each series, as its place in ``MODES``; −1 if not prescribed."""
        return self.performance.version_codes["mode"][self.version]

    @cached_property
    def position(self) -> Ints:
        """The position of each series, prescribed or else the exercise's, as its place in ``POSITIONS``."""
        codes = self.performance.version_codes["position"][self.version]
        exercises = self.log.study.exercises
        of_exercise = np.array([POSITIONS.index(exercises[key].position) for key in exercises.keys], dtype=np.int64)
        return np.where(codes >= 0, codes, of_exercise[self.exercise])

    @cached_property
    def since(self) -> Ints:
        """First day of the current difficulty: a new target keeps it."""
        begins = self.performance.difficulty_begins
        first = np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))
        return self.log.versions.start[first[self.version]]

    @cached_property
    def look_back(self) -> Ints:
        """Days that the criteria look back."""
        return self._days_of("look_back", "days")

    def _days_of(self, setting: str, least: str) -> Ints:
        """The longer of so many days and so many prescribed sessions, rounded up."""
        per_week = self.log.versions.per_week2[self.version] / 2
        of_sessions = np.ceil(7 * self.rules.value(setting, "sessions") / per_week - TOLERANCE)
        return np.maximum(self.rules.value(setting, least), of_sessions).astype(np.int64)

    @cached_property
    def exposure(self) -> Ints:
        """Since when the difficulty has been practised without a break as long as the look-back; ``NO_DAY`` if not."""
        number = self.number_of[self.days.series]
        chosen = (self.days.exercise > 0) & (number >= 0)
        number, day = number[chosen], self.days.day[chosen]
        inside = day >= self.since[number]
        number, day = number[inside], day[inside]
        before, begins = np.append(NO_DAY, day)[:-1], cols.run_starts(number)
        before[begins] = self.since[number[begins]] - 1
        exposure = self.since.copy()
        after_break = day - before - 1 >= self.look_back[number]
        np.maximum.at(exposure, number[after_break], day[after_break])
        last, ends = self.since - 1, cols.run_ends(number)
        last[number[ends]] = day[ends]
        return np.where(self.log.as_of_day - last >= self.look_back, NO_DAY, exposure)

    @cached_property
    def practised(self) -> Bools:
        """Whether there is an exposure start."""
        return np.not_equal(self.exposure, NO_DAY)

    @cached_property
    def _exercise_keys(self) -> Ints:
        return self.days.keys[self.days.exercise > 0]

    @cached_property
    def exercise_days(self) -> Ints:
        """Days with an exercise session since exposure start."""
        first = np.searchsorted(self._exercise_keys, cols.day_keys(self.series, np.maximum(self.exposure, 0)))
        last = np.searchsorted(self._exercise_keys, cols.day_keys(self.series + 1, np.zeros_like(self.series)))
        return np.where(self.practised, last - first, 0)

    @cached_property
    def last_exercise(self) -> Ints:
        """The last day with an exercise session since exposure start; ``NO_DAY`` without any."""
        place = cols.latest(self._exercise_keys, self.series, np.full(len(self.series), self.log.as_of_day))
        day = np.append(cols.days_of_keys(self._exercise_keys), NO_DAY)[place]
        return np.where(self.practised & (day >= self.exposure), day, NO_DAY)

    @cached_property
    def tail(self) -> Rows:
        """Tried entries of the series as far back as any criterion looks, held against the active versions."""
        log, entries = self.log, self.log.entries
        windows = (self.look_back, self._days_of("target_days", "window_days"))
        days = max(*(int(one.max(initial=1)) for one in windows), int(self.rules.value("hold_pain", "days")))
        chosen = np.flatnonzero(
            (entries.day > log.as_of_day - days) & log.tried & (self.number_of[entries.series] >= 0)
        )
        return against_plan(self.performance, chosen, self.version[self.number_of[entries.series[chosen]]])

    @cached_property
    def tried_days(self) -> Rows:
        """The days with a tried row, as far back as any criterion looks: see :func:`attempted_days`."""
        runs, margin = self.performance.runs, np.full(len(self.log.series), np.nan)
        margin[runs.series[runs.current]] = self.values.margin[runs.current]
        too_much = self.log.versions.target[self.version] + margin[self.series]
        number = self.number_of[self.log.entries.series[self.tail["entry"]]]
        return attempted_days(self.performance, self.tail, too_much[number])

    def last_positions(self, low: Ints, count: int, chosen: Bools | None = None) -> Ints:
        """Positions in ``tried_days`` of the last ``count`` (chosen) days of each series from ``low`` on, latest first.

        One row per series; −1 where there are fewer.
        """
        where = np.arange(len(self.tried_days["day"])) if chosen is None else np.flatnonzero(chosen)
        keys = cols.day_keys(self.tried_days["series"][where], self.tried_days["day"][where])
        begin = np.searchsorted(keys, cols.day_keys(self.series, np.maximum(low, 0)))
        end = np.searchsorted(keys, cols.day_keys(self.series + 1, np.zeros_like(self.series)))
        index = end[:, None] - 1 - np.arange(count)
        found = index >= begin[:, None]
        return np.where(found, where[np.where(found, index, 0)], -1) if len(where) else np.full(index.shape, -1)

    @cached_property
    def last_days(self) -> Ints:
        """The last days since exposure start that lie within the look-back (see :meth:`last_positions`)."""
        return self._latest(self.look_back, int(self.rules.value("last_days", "days")))

    @cached_property
    def target_days(self) -> Ints:
        """The days that the target is held against (see :meth:`last_positions`)."""
        return self._latest(self._days_of("target_days", "window_days"), int(self.rules.value("target_days", "days")))

    def _latest(self, window: Ints, count: int) -> Ints:
        low = np.maximum(self.exposure, self.log.as_of_day - window + 1)
        return np.where(self.practised[:, None], self.last_positions(low, count), -1)

    @cached_property
    def last_days_span(self) -> tuple[Ints, Ints, Ints]:
        """First and last of the last days (``NO_DAY`` without any), and how many there are."""
        return self.span_of(self.last_days)

    def span_of(self, positions: Ints) -> tuple[Ints, Ints, Ints]:
        """The same of other positions."""
        days = self.of_last_days(self.tried_days["day"], positions)
        n = (~np.isnan(days)).sum(axis=1)
        known = np.nan_to_num(days, nan=NO_DAY).astype(np.int64)
        first = np.where(n > 0, known[np.arange(len(n)), np.maximum(n - 1, 0)], NO_DAY)
        return first, known[:, 0], n

    @cached_property
    def too_few_days(self) -> Words:
        """In words how many of the last days there are, and how many are needed."""
        wanted, (_, _, n) = self.last_days.shape[1], self.last_days_span
        forms = marked_forms(
            "tried on {count} day of the last {look_back}, {wanted} are needed",
            "tried on {count} days of the last {look_back}, {wanted} are needed",
        )
        return phrased(lambda days, back: how_many(*forms, days, look_back=back, wanted=wanted), n, self.look_back)

    def of_last_days(self, values: Floats | Ints | Bools, positions: Ints | None = None) -> Floats:
        """Values of ``tried_days`` on the last days (or other positions), NaN where there is no day."""
        where = self.last_days if positions is None else positions
        if len(values) == 0:
            return np.full(where.shape, np.nan)
        return np.where(where >= 0, values.astype(np.float64)[np.maximum(where, 0)], np.nan)

    def unread_on_last_days(self, cells: Rows, *columns: str) -> Words:
        """Which of some columns has one of the unread cells on the last days, in words; missing where none.

        A rating may stand in for another exercise's, so a cell of any exercise counts; else those of the exercise.
        """
        exercises = len(self.log.counts_seconds)
        found = np.zeros((len(self.series), len(columns)), dtype=bool)
        days = np.nan_to_num(self.of_last_days(self.tried_days["day"]), nan=0.0).astype(np.int64)
        for at, name in enumerate(columns):
            own = cols.picked(cells, cells["name"] == name)
            whose, its = own["patient"], self.patient
            if name not in RATINGS:
                whose, its = whose * exercises + own["exercise"], its * exercises + self.exercise
            on = np.isin(cols.day_keys(np.repeat(its, days.shape[1]), days.ravel()), cols.day_keys(whose, own["day"]))
            found[:, at] = on.reshape(days.shape).any(axis=1)
        words = joined([translated(_SPOKEN.get(name, name)) for name in columns], found)
        return Words(np.where(found.any(axis=1), words.codes, -1), words.distinct)
