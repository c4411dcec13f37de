"""The latest practice of each active series: its difficulty, exposure, last tried days, and rows against the plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footdrop_analytics.analysis.columns import NO_DAY, TOLERANCE, Bools, Floats, Ints, day_keys, run_starts
from footdrop_analytics.analysis.ledger import Ledger
from footdrop_analytics.analysis.performance import Performance
from footdrop_analytics.analysis.ratings import highest
from footdrop_analytics.analysis.seriesdays import SeriesDays
from footdrop_analytics.knowledge import ReadinessRules


@dataclass(frozen=True)
class TriedDays:
    """One entry per series and day with a tried row in the tail of the log, sorted by both.

    ``best`` and ``dose`` come from the rows that count for the target (as prescribed or harder): the highest known
    value, and the sum of the known doses; ``best_open`` and ``dose_open`` say that a value of theirs is unknown.
    ``equal_best`` is the highest value of the rows exactly as prescribed, ``equal_known`` whether there are such rows
    and all their values are known, ``equal`` whether there are such rows. ``last_set`` is the value of the last set, −1
    if that set does not count.
    """

    series: Ints
    day: Ints
    best: Floats
    best_open: Bools
    dose: Floats
    dose_open: Bools
    more_help: Bools
    less_load: Bools
    equal: Bools
    equal_best: Floats
    equal_known: Bools
    last_set: Floats


@dataclass(frozen=True)
class Practice:
    """See the module. One entry of the arrays per series with a version active on ``as_of``, sorted by series."""

    performance: Performance
    days: SeriesDays
    rules: ReadinessRules

    @property
    def ledger(self) -> Ledger:
        """The ledger behind it."""
        return self.performance.ledger

    @cached_property
    def version(self) -> Ints:
        """The active version of each series."""
        return np.flatnonzero(self.ledger.versions.active_on(self.ledger.as_of_day))

    @cached_property
    def series(self) -> Ints:
        """The series, each once."""
        return self.ledger.versions.series[self.version]

    @cached_property
    def patient(self) -> Ints:
        """The patient of each series."""
        return self.ledger.series["patient"].to_numpy()[self.series]

    @cached_property
    def exercise(self) -> Ints:
        """The exercise of each series."""
        return self.ledger.series["exercise"].to_numpy()[self.series]

    @cached_property
    def number_of(self) -> Ints:
        """For each series of the ledger its position here; −1 if it is not active."""
        number = np.full(len(self.ledger.series), -1)
        number[self.series] = np.arange(len(self.series))
        return number

    def code(self, field: str) -> Ints:
        """The prescribed key of each series (−1 = not prescribed); a position that is missing is the exercise's."""
        codes = self.performance.version_codes(field)[self.version]
        if field != "position":
            return codes
        exercises = self.ledger.study.exercises
        names = list(self.ledger.study.prescriptions["position"].cat.categories)
        of_exercise = np.array([names.index(exercises[key].position) for key in exercises.keys], dtype=np.int64)
        return np.where(codes >= 0, codes, of_exercise[self.exercise])

    @cached_property
    def since(self) -> Ints:
        """First day of the current difficulty: a new target keeps it."""
        begins = self.performance.difficulty_begins
        first = np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))
        return self.ledger.versions.start[first[self.version]]

    @cached_property
    def look_back(self) -> Ints:
        """Days that the criteria look back."""
        least, sessions = self.rules.value("look_back", "days"), self.rules.value("look_back", "sessions")
        per_week = self.ledger.versions.per_week2[self.version] / 2
        return np.maximum(least, np.ceil(7 * sessions / per_week - TOLERANCE)).astype(np.int64)

    @cached_property
    def exposure(self) -> Ints:
        """Since when the difficulty has been practised without a break as long as the look-back; ``NO_DAY`` if not."""
        number = self.number_of[self.days.series]
        chosen = (self.days.exercise > 0) & (number >= 0)
        number, day = number[chosen], self.days.day[chosen]
        inside = day >= self.since[number]
        number, day = number[inside], day[inside]
        begins = np.zeros(len(day), dtype=bool)
        begins[run_starts(number)] = True
        before = np.where(begins, self.since[number] - 1, np.append(NO_DAY, day[:-1]) if len(day) else day)
        exposure = self.since.copy()
        after_break = day - before - 1 >= self.look_back[number]
        np.maximum.at(exposure, number[after_break], day[after_break])
        last = self.since - 1
        np.maximum.at(last, number, day)
        return np.where(self.ledger.as_of_day - last >= self.look_back, NO_DAY, exposure)

    @cached_property
    def practised(self) -> Bools:
        """Whether there is an exposure start."""
        found: Bools = self.exposure != NO_DAY
        return found

    @cached_property
    def _exercise_keys(self) -> Ints:
        return self.days.keys[self.days.exercise > 0]

    @cached_property
    def exercise_days(self) -> Ints:
        """Days with an exercise session since exposure start."""
        first = np.searchsorted(self._exercise_keys, day_keys(self.series, np.maximum(self.exposure, 0)))
        last = np.searchsorted(self._exercise_keys, day_keys(self.series + 1, np.zeros_like(self.series)))
        return np.where(self.practised, last - first, 0)

    @cached_property
    def last_exercise(self) -> Ints:
        """The last day with an exercise session since exposure start; ``NO_DAY`` without any."""
        index = np.searchsorted(self._exercise_keys, day_keys(self.series + 1, np.zeros_like(self.series))) - 1
        if len(self._exercise_keys) == 0:
            return np.full(len(self.series), NO_DAY)
        day = self._exercise_keys[np.maximum(index, 0)] - day_keys(self.series, np.zeros_like(self.series))
        return np.where((index >= 0) & self.practised & (day >= self.exposure), day, NO_DAY)

    @cached_property
    def tried_days(self) -> TriedDays:
        """The days with a tried row, as far back as any criterion looks."""
        ledger, entries = self.ledger, self.ledger.entries
        days = max(int(self.look_back.max(initial=1)), int(self.rules.value("hold_pain", "days")))
        chosen = np.flatnonzero(
            (entries.day > ledger.as_of_day - days) & ledger.tried & (self.number_of[entries.series] >= 0)
        )
        return tried_days_of(self, chosen)

    def last_positions(self, chosen: Bools, low: Ints, count: int) -> Ints:
        """Positions in ``tried_days`` of the last ``count`` chosen days of each series from ``low`` on, latest first.

        One row per series; −1 where there are fewer.
        """
        where = np.flatnonzero(chosen)
        keys = day_keys(self.tried_days.series[where], self.tried_days.day[where])
        begin = np.searchsorted(keys, day_keys(self.series, np.maximum(low, 0)))
        end = np.searchsorted(keys, day_keys(self.series + 1, np.zeros_like(self.series)))
        index = end[:, None] - 1 - np.arange(count)
        found = index >= begin[:, None]
        return np.where(found, where[np.where(found, index, 0)], -1) if len(where) else np.full(index.shape, -1)

    @cached_property
    def last_days(self) -> Ints:
        """The last days since exposure start that lie within the look-back (see :meth:`last_positions`)."""
        count = int(self.rules.value("last_days", "days"))
        low = np.maximum(self.exposure, self.ledger.as_of_day - self.look_back + 1)
        everything = np.ones(len(self.tried_days.day), dtype=bool)
        positions = self.last_positions(everything, low, count)
        return np.where(self.practised[:, None], positions, -1)

    @cached_property
    def has_last_days(self) -> Bools:
        """Whether all of the last days are there."""
        found: Bools = np.all(self.last_days >= 0, axis=1)
        return found

    def of_last_days(self, values: Floats | Ints | Bools, positions: Ints | None = None) -> Floats:
        """Values of ``tried_days`` on the last days (or other positions), NaN where there is no day."""
        where = self.last_days if positions is None else positions
        if len(values) == 0:
            return np.full(where.shape, np.nan)
        return np.where(where >= 0, values.astype(np.float64)[np.maximum(where, 0)], np.nan)

    @cached_property
    def pain(self) -> Floats:
        """Pain of each of the ``tried_days``."""
        return self._rating("pain")

    @cached_property
    def effort(self) -> Floats:
        """Effort of each of the ``tried_days``."""
        return self._rating("effort")

    def _rating(self, name: str) -> Floats:
        ratings, tried = self.performance.ratings, self.tried_days
        values: Floats = getattr(ratings, name)
        found: Floats = values[ratings.at(tried.series, tried.day)]
        return found

    @cached_property
    def usual_pain(self) -> Floats:
        """Usual pain of each series' patient, 0 where it was not set."""
        usual = self.ledger.of_patients("usual_pain_0_10").to_numpy(dtype=np.float64, na_value=np.nan)
        found: Floats = np.nan_to_num(usual, nan=0.0)[self.patient]
        return found


def tried_days_of(practice: Practice, chosen: Ints) -> TriedDays:
    """Gather chosen entries (tried ones of active series) by series and day, held against the active version."""
    performance, ledger = practice.performance, practice.ledger
    entries = ledger.entries
    series, day = entries.series[chosen], entries.day[chosen]
    version = practice.version[practice.number_of[series]]
    help_more, load_less, harder, equal = against_plan(performance, chosen, version)
    counts = (equal | harder) & ~help_more & ~load_less
    seconds = ledger.series_in_seconds[series]
    value = np.where(seconds, performance.hold_s[chosen], performance.reps[chosen])
    dose, unknown = ledger.dose[chosen], np.isnan(value)
    begins = run_starts(series, day)
    return TriedDays(
        series=series[begins],
        day=day[begins],
        best=highest(np.where(counts, value, np.nan), begins),
        best_open=_any(counts & unknown, begins),
        dose=_sum(np.where(counts & ~np.isnan(dose), dose, 0.0), begins),
        dose_open=_any(counts & np.isnan(dose), begins),
        more_help=_any(help_more, begins),
        less_load=_any(load_less, begins),
        equal=_any(equal, begins),
        equal_best=highest(np.where(equal, value, np.nan), begins),
        equal_known=_any(equal, begins) & ~_any(equal & unknown, begins),
        last_set=_last_set(ledger, chosen, begins, np.where(counts, value, -1.0)),
    )


def against_plan(performance: Performance, chosen: Ints, version: Ints) -> tuple[Bools, Bools, Bools, Bools]:
    """How entries compare with versions: more help, less load, harder in some field, equal in every field.

    Only fields that are both logged and prescribed are compared. From most to least help: mode, position, support; FES
    where it is not prescribed is more help, without it where it is prescribed is harder. An AFO and another band have
    no rank: such rows are not as prescribed, and a band that differs counts as neither harder nor easier.
    """
    entries = performance.ledger.entries
    help_more, harder = np.zeros(len(chosen), dtype=bool), np.zeros(len(chosen), dtype=bool)
    other = np.zeros(len(chosen), dtype=bool)
    for field in ("mode", "position", "support"):
        logged, asked = entries.code(field)[chosen], performance.version_codes(field)[version]
        both = (logged >= 0) & (asked >= 0)
        help_more |= both & (logged < asked)
        harder |= both & (logged > asked)
    fes = list(performance.ledger.study.sessions["orthosis"].cat.categories).index("fes")
    logged, asked = entries.code("orthosis")[chosen], performance.version_codes("orthosis")[version]
    help_more |= (logged == fes) & (asked != fes)
    harder |= (logged >= 0) & (logged != fes) & (asked == fes)
    orthosis_differs = (logged >= 0) & (asked >= 0) & (logged != asked)
    load, asked_load = entries.number("load_kg")[chosen], performance.version_load_kg[version]
    load_less = load < asked_load - TOLERANCE
    harder |= load > asked_load + TOLERANCE
    bands, asked_bands = performance.band_codes
    band, asked_band = bands[chosen], asked_bands[version]
    other |= (band >= 0) & (asked_band >= 0) & (band != asked_band)
    equal = ~help_more & ~load_less & ~harder & ~other & ~orthosis_differs
    # An AFO has no rank, so it neither counts against a row nor makes it harder.
    only_afo = orthosis_differs & (logged != fes) & (asked != fes)
    return help_more, load_less, (harder | only_afo) & ~other, equal


def _last_set(ledger: Ledger, chosen: Ints, begins: Ints, value: Floats) -> Floats:
    """The value of each day's last set, by session, set number, then time; of ties the lowest."""
    if len(begins) == 0:
        return np.empty(0)
    entries = ledger.entries
    number = np.nan_to_num(entries.number("set_no")[chosen], nan=-1.0)
    time = entries.table["performed_at"].to_numpy().astype(np.int64)[entries.row[chosen]]
    group = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(chosen)))
    order = np.lexsort((-np.nan_to_num(value, nan=-1.0), time, number, entries.session[chosen], group))
    last = np.append(begins[1:], len(chosen)) - 1
    found: Floats = value[order][last]
    return found


def _any(flags: Bools, begins: Ints) -> Bools:
    found: Bools = np.logical_or.reduceat(flags, begins) if len(begins) else np.empty(0, dtype=bool)
    return found


def _sum(values: Floats, begins: Ints) -> Floats:
    found: Floats = np.add.reduceat(values, begins) if len(begins) else np.empty(0)
    return found
