"""Days on which an exercise was tried, each row held against the prescription of the as-of day."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints, Rows
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.log.day_values import highest
from footdrop_analytics.model.vocabulary import RANKED_FIELDS


def attempted_days(performance: Performance, compared: Rows, too_much: Floats) -> Rows:
    """One row per series and day with a tried row, of entries of active series held against the plan, sorted by both.

    ``best`` and ``dose`` come from the rows that count for the target (as prescribed or harder): the highest known
    value, and the sum of the known doses; ``best_open`` and ``dose_open`` say that a value of theirs is unknown.
    ``equal`` says whether there are rows exactly as prescribed, ``equal_best`` is their highest value, ``equal_known``
    whether there are such rows and all their values are known. ``more_help`` and ``less_load``: any row is done so.
    ``hold_share`` is the lowest logged hold as a share of the prescribed one where repetitions count; ``effort`` the
    highest of rows below ``too_much`` (which exceeds the target by a meaningful change), ``effort_rated`` whether any
    row is rated.
    """
    log, chosen, equal, counts = performance.log, compared["entry"], compared["equal"], compared["counts"]
    series, day = log.entries.series[chosen], log.entries.day[chosen]
    value, dose, effort = compared["value"], log.dose[chosen], log.entries.number("effort_0_10", chosen)
    unknown, begins = np.isnan(value), cols.run_starts(series, day)

    def some(holds: Bools) -> Bools:
        return cols.reduced(np.logical_or, holds, begins)

    return {
        "series": series[begins],
        "day": day[begins],
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
        "effort": highest(np.where(value >= too_much - TOLERANCE, np.nan, effort), begins),
        "effort_rated": some(~np.isnan(effort)),
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
