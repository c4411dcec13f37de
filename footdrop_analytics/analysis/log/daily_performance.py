"""What was performed, day by day: runs of one difficulty and target, each day's value, rows held against the plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import NO_DAY, TOLERANCE, Bools, Floats, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.day_values import Amounts, DailyValues, DayRatings, day_dose, highest, tries_of
from footdrop_analytics.analysis.log.segments import prescribed_dose
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.model.vocabulary import KEY_FIELDS, RANKED_FIELDS, Over


@dataclass(frozen=True)
class Runs:
    """Longest rows of consecutive versions with one difficulty and one target, sorted by series and start.

    A series without any version begun by ``as_of`` has one run without start (``NO_DAY``) and version (−1).
    ``first_version`` and ``last_version`` are positions in ``log.versions``; ``current`` marks the
    last run of each series.
    """

    series: Ints
    start: Ints
    first_version: Ints
    last_version: Ints
    current: Bools


@dataclass(frozen=True)
class Performance:
    """See the module; one entry of the arrays per entry of the log unless said otherwise.

    ``over`` says what a run is taken to be: one difficulty and target, one difficulty whatever the target, or all days.
    """

    log: CodedLog
    over: Over = "run"

    @cached_property
    def ratings(self) -> DayRatings:
        """Pain and effort of each series and day."""
        return DayRatings.of(self.log)

    @cached_property
    def band_codes(self) -> tuple[Ints, Ints]:
        """Codes of the bands of entries and of versions (−1 = none): labels that people read as the same are equal."""
        log = self.log
        of_rows, of_plans = log.study.sessions["resistance"], log.study.prescriptions["resistance"]
        if of_rows.isna().all() and of_plans.isna().all():
            return np.full(len(log.entries.row), -1), np.full(len(log.versions.row), -1)
        written, labels = pd.factorize(pd.concat([of_rows, of_plans], ignore_index=True))
        read = pd.factorize(np.array([as_people_read(label) for label in labels], dtype=object))[0]
        codes = np.append(read, -1)[written].astype(np.int64)
        return codes[: len(of_rows)][log.entries.row], codes[len(of_rows) :][log.versions.row]

    @cached_property
    def version_codes(self) -> dict[str, Ints]:
        """Codes of each key field of the versions (−1 = not prescribed)."""
        table, row = self.log.study.prescriptions, self.log.versions.row
        return {field: cols.codes_of(table[field])[row].astype(np.int64) for field in KEY_FIELDS}

    @cached_property
    def version_load_kg(self) -> Floats:
        """Prescribed load of the versions."""
        return cols.numbers_of(self.log.study.prescriptions["load_kg"])[self.log.versions.row]

    @cached_property
    def _difficulty_codes(self) -> list[Ints]:
        load = pd.factorize(self.version_load_kg)[0].astype(np.int64)
        return [self.version_codes[field] for field in KEY_FIELDS] + [load, self.band_codes[1]]

    @cached_property
    def difficulty_begins(self) -> Bools:
        """Versions that begin a new difficulty: the first of a series, or one that differs from the version before."""
        series = self.log.versions.series
        return cols.those_at(cols.run_starts(series, *self._difficulty_codes), len(series))

    @cached_property
    def runs(self) -> Runs:
        """All runs up to ``as_of``."""
        versions, log = self.log.versions, self.log
        difficulty = [] if self.over == "all" else self._difficulty_codes
        target = [pd.factorize(versions.target)[0]] if self.over == "run" else []
        of_version = cols.run_numbers(cols.run_starts(versions.series, *difficulty, *target), len(versions.series))
        begun = np.flatnonzero(versions.start <= log.as_of_day)
        first, last = cols.run_starts(of_version[begun]), cols.run_ends(of_version[begun])
        planned, shown = np.zeros((2, len(log.series)), dtype=bool)
        planned[versions.series[begun]] = shown[log.entries.series[log.tried]] = shown[versions.series] = True
        free = np.flatnonzero(shown & ~planned)
        series = np.concatenate([versions.series[begun[first]], free])
        order = np.argsort(series, kind="stable")
        none = np.full(len(free), -1)
        series = series[order]
        return Runs(
            series=series,
            start=np.concatenate([versions.start[begun[first]], np.full(len(free), NO_DAY)])[order],
            first_version=np.concatenate([begun[first], none])[order],
            last_version=np.concatenate([begun[last], none])[order],
            current=np.append(series[1:] != series[:-1], True) if len(series) else np.empty(0, dtype=bool),
        )

    @cached_property
    def version(self) -> Ints:
        """The latest version begun by the day of each entry, ended or not; −1 where there is none."""
        entries = self.log.entries
        begins = cols.run_starts(entries.series, entries.day)
        found = self.log.versions.at(entries.series[begins], entries.day[begins])
        return np.repeat(found, cols.run_lengths(begins, len(entries.series)))

    @cached_property
    def run(self) -> Ints:
        """The run of each entry; −1 before the first version of a series with versions."""
        runs = self.runs
        planned = runs.first_version >= 0
        of_version = np.full(len(self.log.versions.series) + 1, -1)
        of_version[runs.first_version[planned]] = np.flatnonzero(planned)
        of_version = np.maximum.accumulate(of_version[:-1])
        of_series = np.full(len(self.log.series), -1)
        whole = ~planned | (self.over == "all")
        of_series[runs.series[whole]] = np.flatnonzero(whole)
        version = self.version
        free = of_series[self.log.entries.series]
        return free if len(of_version) == 0 else np.where(version >= 0, of_version[version], free)

    @cached_property
    def as_prescribed(self) -> Bools:
        """Tried entries in which each of the six fields, where both logged and prescribed, is equal."""
        entries, version = self.log.entries, self.version
        fits = self.log.tried.copy()
        if len(self.log.versions.series) == 0:
            return fits
        known = version >= 0
        for field in KEY_FIELDS:
            if (cols.codes_of(self.log.study.sessions[field]) >= 0).any():
                logged, asked = entries.code(field), self.version_codes[field][version]
                fits &= ~known | (logged < 0) | (asked < 0) | (logged == asked)
        load = self.log.plausible("load_kg")
        if not np.isnan(load).all():
            fits &= ~known | ~(np.abs(load - self.version_load_kg[version]) > TOLERANCE)
        band, asked_band = self.band_codes
        asked_band = asked_band[version]
        fits &= ~known | (band < 0) | (asked_band < 0) | (band == asked_band)
        return fits

    @cached_property
    def reps(self) -> Floats:
        """Repetitions of each entry, as far as plausible; a failed attempt counts 0."""
        return np.where(self.log.failed, 0.0, self.log.reps)

    @cached_property
    def hold_s(self) -> Floats:
        """Seconds held per try of each entry, as far as plausible; a failed attempt counts 0."""
        return np.where(self.log.failed, 0.0, self.log.hold_s)

    @cached_property
    def _amounts(self) -> Amounts:
        tries = tries_of(self.log.plausible("sets"), self.log.reps)
        return Amounts(self.reps, self.hold_s, tries, self.log.dose)

    def daily(self, measure: str) -> DailyValues:
        """The value of each run and day with a tried row as prescribed.

        ``measure`` is ``reps`` (best set), ``hold`` (mean seconds per try), ``primary`` (of these two, by the
        exercise's unit), ``dose``, ``effort`` or ``pain``.
        """
        return self._primary if measure == "primary" else self._daily(measure, self._fits_run, self._amounts)

    @cached_property
    def _primary(self) -> DailyValues:
        """:meth:`daily` of the primary measure, which several analyses look at."""
        return self._daily("primary", self._fits_run, self._amounts)

    @cached_property
    def _fits_run(self) -> Ints:
        return np.flatnonzero(self.as_prescribed & (self.run >= 0))

    def implausible_daily(self, measure: str) -> DailyValues:
        """Days of :meth:`daily` without a value because what was written is more than can be meant, and that value.

        Such a value decides nothing, but it is shown and named.
        """
        beyond = self.log.beyond_plausible("reps") | self.log.beyond_plausible("hold_s")
        beyond |= self.log.beyond_plausible("sets")
        if measure in ("effort", "pain") or not beyond.any():
            return self._daily(measure, np.empty(0, dtype=np.int64), self._amounts)
        log, failed = self.log, self.log.failed
        reps, hold_s, sets = (log.entries.number(name) for name in ("reps", "hold_s", "sets"))
        seconds, tries = log.series_in_seconds[log.entries.series], tries_of(sets, reps)
        dose = prescribed_dose(seconds, sets, reps, hold_s)
        reps, hold_s, dose = (np.where(failed, 0.0, values) for values in (reps, hold_s, dose))
        written = self._daily(measure, self._fits_run, Amounts(reps, hold_s, tries, dose))
        days = self.daily(measure)
        kept = np.isnan(days.value) & ~np.isnan(written.value)
        kept &= np.isin(
            cols.day_keys(days.run, days.day), cols.day_keys(self.run[beyond], self.log.entries.day[beyond])
        )
        return written.those(kept)

    def other_daily(self, measure: str) -> DailyValues:
        """The same for the runs and days that have tried rows, but none as prescribed."""
        in_run = self.log.tried & (self.run >= 0)
        if not (in_run & ~self.as_prescribed).any():
            return self._daily(measure, np.empty(0, dtype=np.int64), self._amounts)
        chosen = np.flatnonzero(in_run)
        begins = cols.run_starts(self.run[chosen], self.log.entries.day[chosen])
        only_other = ~cols.reduced(np.logical_or, self.as_prescribed[chosen], begins)
        other = chosen[np.repeat(only_other, cols.run_lengths(begins, len(chosen)))]
        return self._daily(measure, other, self._amounts)

    def _daily(self, measure: str, chosen: Ints, amounts: Amounts) -> DailyValues:
        """The value of each run and day from the chosen entries."""
        log = self.log
        run, day, series = self.run[chosen], log.entries.day[chosen], log.entries.series[chosen]
        begins = cols.run_starts(run, day)
        if measure in ("effort", "pain"):
            own = highest(log.entries.number(f"{measure}_0_10", chosen), begins)
            value = self.ratings.fill(measure, own, series[begins], day[begins])
        elif measure == "dose":
            value = day_dose(log, amounts.dose[chosen], begins, chosen)
        else:
            value = amounts.taken(chosen).of_days(measure, begins, log.series_in_seconds[series[begins]])
        return DailyValues(run[begins], day[begins], value)


def attempted_days(performance: Performance, compared: Rows, too_much: Floats) -> Rows:
    """One row per series and day with a tried row, of entries of active series held against the plan, sorted by both.

    ``best`` and ``dose`` come from the rows that count for the target (as prescribed or harder): the highest known
    value, and the sum of the known doses; ``best_open`` and ``dose_open`` say that a value of theirs is unknown.
    ``equal`` says whether there are rows exactly as prescribed, ``equal_best`` is their highest value, ``equal_known``
    whether there are such rows and all their values are known. ``more_help`` and ``less_load``: any row is done so.
    ``hold_share`` is the lowest logged hold as a share of the prescribed one where repetitions count; ``pain`` that of
    the day; ``effort`` the highest of rows below ``too_much`` (which exceeds the target by a meaningful change): where
    only others are rated the check-in's counts, and nothing stands in for it.
    """
    log, chosen, equal, counts = performance.log, compared["entry"], compared["equal"], compared["counts"]
    series, day = log.entries.series[chosen], log.entries.day[chosen]
    value, dose, effort = compared["value"], log.dose[chosen], log.entries.number("effort_0_10", chosen)
    unknown, begins, ratings = np.isnan(value), cols.run_starts(series, day), performance.ratings
    series, day = series[begins], day[begins]
    at, own_effort = ratings.at(series, day), highest(np.where(value >= too_much - TOLERANCE, np.nan, effort), begins)

    def some(holds: Bools) -> Bools:
        return cols.reduced(np.logical_or, holds, begins)

    other_effort = np.where(some(~np.isnan(effort)), ratings.asked_effort[at], ratings.effort[at])
    return {
        "series": series,
        "day": day,
        "best": highest(np.where(counts, value, np.nan), begins),
        "best_open": some(counts & unknown),
        "dose": cols.reduced(np.add, np.where(counts & ~np.isnan(dose), dose, 0.0), begins),
        "dose_open": some(counts & np.isnan(dose)),
        "more_help": some(compared["more_help"]),
        "less_load": some(compared["less_load"]),
        "equal": some(equal),
        "equal_best": highest(np.where(equal, value, np.nan), begins),
        "equal_known": some(equal) & ~some(equal & unknown),
        "hold_share": -highest(-compared["hold_share"], begins),
        "pain": ratings.pain[at],
        "effort": np.where(np.isnan(own_effort), other_effort, own_effort),
    }


def against_plan(performance: Performance, chosen: Ints, version: Ints) -> Rows:
    """How tried entries (by position: ``entry``) compare with versions: ``more_help``, ``less_load``, ``equal``.

    ``counts`` says which count for the target, ``value`` is the repetitions, or seconds per try (NaN if not recorded),
    ``hold_share`` the hold as a share of the prescribed one, where repetitions count.

    Only fields that are both logged and prescribed are compared. From most to least help: mode, position, support; FES
    where it is not prescribed is more help, without it where it is prescribed is harder. An AFO and another band have
    no rank: such rows are not as prescribed, and a band that differs counts as neither harder nor easier.
    """
    entries = performance.log.entries
    help_more, harder = np.zeros((2, len(chosen)), dtype=bool)
    for field in RANKED_FIELDS:
        logged, asked = entries.code(field, chosen), performance.version_codes[field][version]
        both = (logged >= 0) & (asked >= 0)
        help_more |= both & (logged < asked)
        harder |= both & (logged > asked)
    fes = cols.code_of(performance.log.study.sessions["orthosis"], "fes")
    logged, asked = entries.code("orthosis", chosen), performance.version_codes["orthosis"][version]
    help_more |= (logged == fes) & (asked != fes)
    harder |= (logged >= 0) & (logged != fes) & (asked == fes)
    orthosis_differs = (logged >= 0) & (asked >= 0) & (logged != asked)
    load, asked_load = entries.number("load_kg", chosen), performance.version_load_kg[version]
    load_less = load < asked_load - TOLERANCE
    harder |= load > asked_load + TOLERANCE
    bands, asked_bands = performance.band_codes
    band, asked_band = bands[chosen], asked_bands[version]
    other = (band >= 0) & (asked_band >= 0) & (band != asked_band)
    equal = ~help_more & ~load_less & ~harder & ~other & ~orthosis_differs
    # An AFO has no rank, so it neither counts against a row nor makes it harder.
    only_afo = orthosis_differs & (logged != fes) & (asked != fes)
    counts = (equal | ((harder | only_afo) & ~other)) & ~help_more & ~load_less
    seconds = performance.log.series_in_seconds[entries.series[chosen]]
    value = np.where(seconds, performance.hold_s[chosen], performance.reps[chosen])
    asked_hold = cols.numbers_of(performance.log.study.prescriptions["hold_s"])[performance.log.versions.row[version]]
    hold_share = np.where(seconds, np.nan, performance.log.hold_s[chosen] / asked_hold)
    names = ("entry", "more_help", "less_load", "equal", "counts", "value", "hold_share")
    return dict(zip(names, (chosen, help_more, load_less, equal, counts, value, hold_share), strict=True))


def last_sets_of(performance: Performance, compared: Rows) -> Floats:
    """For each day of :func:`attempted_days` the value of its last set, −1 if that set does not count.

    The last by session, set number, then time; of equal ones the lowest, so that the order of rows does not matter.
    """
    entries, chosen = performance.log.entries, compared["entry"]
    begins = cols.run_starts(entries.series[chosen], entries.day[chosen])
    value = np.where(compared["counts"], compared["value"], -1.0)
    number = np.nan_to_num(entries.number("set_no", chosen), nan=-1.0)
    time = cols.microseconds(entries.table["performed_at"])[entries.row[chosen]]
    group = cols.run_numbers(begins, len(chosen))
    order = np.lexsort((-np.nan_to_num(value, nan=-1.0), time, number, entries.session[chosen], group))
    return value[order][np.append(begins[1:], len(chosen)) - 1] if len(begins) else np.empty(0)
