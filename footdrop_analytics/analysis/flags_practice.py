"""Review flags from how series are practised: decline, help, too much, lapse, the wrong side, pauses, plan changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.columns import (
    TOLERANCE,
    Bools,
    Floats,
    Ints,
    day_keys,
    run_starts,
    running_total,
)
from footdrop_analytics.analysis.flag_rows import Evidence, flag_rows
from footdrop_analytics.analysis.flags_events import median_of_rows
from footdrop_analytics.analysis.plan import DUE, PAUSED
from footdrop_analytics.analysis.wording import counted, day_texts, number, numbers, together


def decline_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """The median of the last days well below that of the days before, in the current run of an active series."""
    rule = evidence.rules.flags["decline"]
    last, before = evidence.limit("decline", "last"), evidence.limit("decline", "before")
    values = evidence.performance.daily("primary").known()
    runs = evidence.performance.runs
    margin = np.full(len(evidence.ledger.series), np.nan)
    margin[evidence.series_of(evidence.trends)] = evidence.trends["margin"].to_numpy(dtype=np.float64, na_value=np.nan)
    active = evidence.practice.number_of[runs.series] >= 0
    run = np.flatnonzero(runs.current & active)
    begin = np.searchsorted(values.run, run)
    end = np.searchsorted(values.run, run, side="right")
    long_enough = end - begin >= last + before
    run, end = run[long_enough], end[long_enough]
    recent = values.value[end[:, None] - 1 - np.arange(last)]
    earlier = values.value[end[:, None] - 1 - last - np.arange(before)]
    now, then = median_of_rows(recent), median_of_rows(earlier)
    series = runs.series[run]
    drop = then - now
    fell = (drop >= margin[series] - TOLERANCE) & (drop >= rule.parameters["share"] * then - TOLERANCE)
    series, end, now, then = series[fell], end[fell], now[fell], then[fell]
    message = evidence.series_names(series) + ": the last " + counted(last, "day") + " lie well below the days before."
    told = f"median {last} days " + numbers(now) + f", {before} days before " + numbers(then)
    return [_of_series(evidence, "decline", series, values.day[end - 1], message, told)]


def help_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """More help than prescribed on one of the last three days."""
    practice = evidence.practice
    helped = practice.of_last_days(practice.tried_days.more_help) == 1
    chosen = np.flatnonzero(helped.any(axis=1) & practice.has_last_days)
    day = np.nan_to_num(practice.of_last_days(practice.tried_days.day), nan=-1.0)
    latest = np.where(helped, day, -1).max(axis=1, initial=-1).astype(np.int64)[chosen]
    series = practice.series[chosen]
    told = together(lambda n: f"on {n} of the last {counted(helped.shape[1], 'day')}", helped.sum(axis=1)[chosen])
    message = evidence.series_names(series) + ": done with more help than prescribed."
    return [_of_series(evidence, "more_help", series, latest, message, told)]


def over_doing_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Far more than was due over the last due days: by dose, by sessions where the dose is unknown."""
    ledger, days, rule = evidence.ledger, evidence.days, evidence.rules.flags["over_doing"]
    series, first = _first_of_last_due_days(evidence, evidence.limit("over_doing", "due_days"))
    as_of = np.full(len(series), ledger.as_of_day)
    segments, versions = ledger.segments, ledger.versions
    due = segments.status == DUE
    rate14, dose = versions.rate14[segments.version], versions.session_dose[segments.version]
    due14 = segments.counter(rate14, due).between(series, first, as_of)
    unknown = segments.counter(np.ones_like(rate14), due & np.isnan(dose)).between(series, first, as_of) > 0
    # A dose is a whole or short decimal number; in thousandths its sums are exact.
    milli = np.rint(1000 * np.nan_to_num(dose, nan=0.0)).astype(np.int64)
    due_dose = segments.counter(rate14 * milli, due).between(series, first, as_of) / 14000
    one_session = np.nan_to_num(versions.session_dose[evidence.practice.version[evidence.practice.number_of[series]]])
    low = np.searchsorted(days.keys, day_keys(series, first))
    high = np.searchsorted(days.keys, day_keys(series, as_of), side="right")
    logged_total = running_total(days.logged)
    logged = logged_total[high] - logged_total[low]
    dosed = (days.logged > 0) & days.due
    lost = running_total((dosed & np.isnan(days.dose)).astype(np.int64))
    unknown |= lost[high] - lost[low] > 0
    done_total = running_total(np.rint(1000 * np.where(dosed, np.nan_to_num(days.dose, nan=0.0), 0.0)).astype(np.int64))
    done = (done_total[high] - done_total[low]) / 1000
    ratio = rule.parameters["ratio"]
    # Where less than one session is due in these days, a single session is no excess.
    by_dose = ~unknown & (done > ratio * np.maximum(due_dose, one_session) + TOLERANCE)
    by_count = unknown & (14 * logged > ratio * due14 + TOLERANCE)
    by_count &= 14 * logged - due14 >= 14 * rule.parameters["min_extra_sessions"] - TOLERANCE
    chosen = np.flatnonzero(by_dose | by_count)
    told = together(
        lambda d, asked, dose_done, dose_due, counts: (
            f"{counted(d, 'session')} logged, about {round(asked / 14)} due"
            + ("" if counts else f"; dose {number(dose_done)}, due {number(dose_due)}")
        ),
        logged[chosen],
        due14[chosen],
        done[chosen],
        due_dose[chosen],
        by_count[chosen],
    )
    message = evidence.series_names(series[chosen]) + ": far more than was due over the last "
    message = message + counted(evidence.limit("over_doing", "due_days"), "due day") + "."
    return [_of_series(evidence, "over_doing", series[chosen], as_of[chosen], message, told)]


def _first_of_last_due_days(evidence: Evidence, count: int) -> tuple[Ints, Ints]:
    """Active series that have so many due days up to ``as_of``, and the first of their last so many."""
    ledger = evidence.ledger
    segments = ledger.segments
    due = np.flatnonzero((segments.status == DUE) & (segments.first <= ledger.as_of_day))
    first = segments.first[due]
    length = np.minimum(segments.last[due], ledger.as_of_day) - first + 1
    total = running_total(length)
    begins = run_starts(segments.series[due])
    ends = np.append(begins[1:], len(due)) if len(begins) else begins
    series = segments.series[due][begins]
    enough = (total[ends] - total[begins] >= count) & (evidence.practice.number_of[series] >= 0)
    wanted = total[ends][enough] - count
    place = np.searchsorted(total, wanted, side="right") - 1
    return series[enough], first[place] + wanted - total[place]


def side_mismatches(evidence: Evidence) -> tuple[Ints, Ints]:
    """Active series without a row in the window while their exercise is logged on a side not prescribed; that series.

    A side counts as not prescribed if it has no active version on the row's day, and none on ``as_of``.
    """
    ledger, entries = evidence.ledger, evidence.ledger.entries
    days = evidence.limit("side_mismatch", "days")
    chosen = np.flatnonzero(entries.day > ledger.as_of_day - days)
    series, day = entries.series[chosen], entries.day[chosen]
    has_rows = np.zeros(len(ledger.series), dtype=bool)
    has_rows[series] = True
    stray = np.unique(series[ledger.segments.at(series, day) < 0])
    stray = stray[evidence.practice.number_of[stray] < 0]
    table = ledger.series
    of_exercise = table["patient"].to_numpy() * len(ledger.counts_seconds) + table["exercise"].to_numpy()
    silent = evidence.practice.series[~has_rows[evidence.practice.series]]
    found = pd.DataFrame({"key": of_exercise[silent], "series": silent}).merge(
        pd.DataFrame({"key": of_exercise[stray], "stray": stray}), on="key"
    )
    found = found.drop_duplicates("series")
    return found["series"].to_numpy(dtype=np.int64), found["stray"].to_numpy(dtype=np.int64)


def side_and_lapse_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Side mismatches; and lapses: one flag per patient, per series only if others go on."""
    mismatched, stray = side_mismatches(evidence)
    rules, as_of = evidence.rules.flags, evidence.ledger.as_of_day
    sides = evidence.ledger.series["side"].to_numpy()[stray]
    side = np.array(["the left", "the right", "both sides"], dtype=object)[sides]
    message = evidence.series_names(mismatched) + ": no row, but the exercise is logged for " + side + "."
    told = f"in {counted(evidence.limit('side_mismatch', 'days'), 'day')}; which side is meant?"
    days = np.full(len(mismatched), as_of)
    flagged = [_of_series(evidence, "side_mismatch", mismatched, days, message, told)]
    if not rules["side_mismatch"].enabled:
        mismatched = mismatched[:0]
    if rules["lapse"].enabled:
        flagged += _lapses(evidence, mismatched)
    return flagged


def _lapses(evidence: Evidence, withheld: Ints) -> list[pd.DataFrame]:
    practice, ledger = evidence.practice, evidence.ledger
    missed, last = open_gaps(evidence)
    lapsed = np.zeros(len(ledger.series), dtype=bool)
    lapsed[evidence.series_of(evidence.persistence)] = evidence.persistence["lapsed"].to_numpy(
        dtype=bool, na_value=False
    )
    gone = lapsed[practice.series] | (missed >= evidence.limit("lapse", "min_missed"))
    gone &= ~np.isin(practice.series, withheld)
    exercised = evidence.days.series[
        (evidence.days.exercise > 0) & (evidence.days.day > ledger.as_of_day - evidence.rules.look_back_days)
    ]
    goes_on = np.isin(practice.series, exercised) & ~gone
    others = np.zeros(len(ledger.patients), dtype=bool)
    others[practice.patient[goes_on]] = True
    alone = gone & others[practice.patient]
    series = practice.series[alone]
    message = evidence.series_names(series) + ": no exercise for a while, though others go on."
    told = together(_told_of_gap, missed[alone], day_texts(last[alone]))
    flagged = [_of_series(evidence, "lapse", series, last[alone], message, told)]
    whole = np.flatnonzero(gone & ~others[practice.patient])
    of_patient = (
        pd.DataFrame({"patient": practice.patient[whole], "last": last[whole], "missed": missed[whole], "series": 1})
        .groupby("patient", as_index=False)
        .agg({"last": "max", "missed": "max", "series": "sum"})
    )
    patient, last_day = of_patient["patient"].to_numpy(), of_patient["last"].to_numpy(dtype=np.int64)
    told = together(_told_of_gap, of_patient["missed"].to_numpy(), day_texts(last_day))
    message = together(
        lambda n: f"No exercise for a while in {counted(n, 'prescribed exercise')}.", of_patient["series"].to_numpy()
    )
    severity = evidence.rules.flags["lapse"].severity
    return [*flagged, flag_rows("lapse", severity, patient, last_day, message, told)]


def _told_of_gap(missed: int, last: str) -> str:
    since = f"since {last}" if last else "since the prescription began"
    return f"{counted(missed, 'session')} missed {since}"


def open_gaps(evidence: Evidence) -> tuple[Ints, Ints]:
    """Sessions missed since the last exercise day of each active series, and that day (−1 = none yet)."""
    ledger, days, practice = evidence.ledger, evidence.days, evidence.practice
    last = np.full(len(ledger.series), -1)
    on = days.due & (days.exercise > 0)
    np.maximum.at(last, days.series[on], days.day[on])
    last = last[practice.series]
    segments, versions = ledger.segments, ledger.versions
    due = (segments.status == DUE) & (segments.first <= ledger.as_of_day)
    as_of = np.full(len(last), ledger.as_of_day)
    per_week2 = versions.per_week2[segments.version]
    asked14 = segments.counter(per_week2, due).between(practice.series, last + 1, as_of)
    keys = day_keys(segments.series[due], segments.first[due])
    latest = np.searchsorted(keys, day_keys(practice.series, as_of), side="right") - 1
    rates = np.append(per_week2[due], 14)
    movable14 = np.where(rates[latest] < 14, 14, 0)
    return np.maximum((asked14 - movable14) // 14, 0), last


def paused_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Exercise on paused days: one flag per patient and exercise."""
    ledger, days = evidence.ledger, evidence.days
    recent = (days.exercise > 0) & (days.day > ledger.as_of_day - evidence.limit("paused_exercise", "days"))
    series, day = days.series[recent], days.day[recent]
    segment = ledger.segments.at(series, day)
    paused = segment >= 0
    paused[paused] = ledger.segments.status[segment[paused]] == PAUSED
    table = ledger.series
    found = pd.DataFrame(
        {
            "patient": table["patient"].to_numpy()[series[paused]],
            "exercise": table["exercise"].to_numpy()[series[paused]],
            "day": day[paused],
        }
    )
    found = found.groupby(["patient", "exercise"], as_index=False).agg(last=("day", "max"), days=("day", "nunique"))
    exercise = found["exercise"].to_numpy()
    message = evidence.exercise_names[exercise] + ": exercise logged on a paused day."
    told = together(lambda n: f"on {counted(n, 'day')}", found["days"].to_numpy())
    rule = evidence.rules.flags["paused_exercise"]
    return [
        flag_rows(
            "paused_exercise",
            rule.severity,
            found["patient"].to_numpy(),
            found["last"].to_numpy(dtype=np.int64),
            message,
            told,
            exercise,
        )
    ]


def not_prescribed_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Exercises or sides done on days without a prescription."""
    ledger, days = evidence.ledger, evidence.days
    recent = (days.exercise > 0) & (days.day > ledger.as_of_day - evidence.limit("not_prescribed", "days"))
    series, day = days.series[recent], days.day[recent]
    free = ledger.segments.at(series, day) < 0
    begins = run_starts(series[free])
    n = np.diff(begins, append=int(free.sum()))
    last = day[free][begins + n - 1] if len(begins) else begins
    series = series[free][begins]
    message = evidence.series_names(series) + ": logged without a prescription."
    told = together(lambda count: f"on {counted(count, 'day')}", n)
    return [_of_series(evidence, "not_prescribed", series, last, message, told)]


def plan_change_flags(evidence: Evidence) -> list[pd.DataFrame]:
    """Prescriptions that change several fields of the difficulty at once."""
    ledger, performance = evidence.ledger, evidence.performance
    versions = ledger.versions
    fields = evidence.limit("two_changes", "fields")
    changed = np.zeros(len(versions.series), dtype=np.int64)
    bands, load = performance.band_codes[1], performance.version_load_kg
    for field in ("mode", "position", "support", "orthosis"):
        codes = performance.version_codes(field)
        changed[1:] += codes[1:] != codes[:-1]
    changed[1:] += bands[1:] != bands[:-1]
    changed[1:] += _differ(load)
    changed[run_starts(versions.series)] = 0
    age = ledger.as_of_day - versions.start
    chosen = np.flatnonzero((changed >= fields) & (age >= 0) & (age < evidence.limit("two_changes", "days")))
    series = versions.series[chosen]
    message = evidence.series_names(series) + ": the prescription changed more than one thing at once."
    told = together(lambda n: f"{counted(n, 'field')} of the difficulty", changed[chosen])
    return [_of_series(evidence, "two_changes", series, versions.start[chosen], message, told)]


def _differ(values: Floats) -> Bools:
    """Whether each value differs from the one before; two missing ones are equal."""
    same = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
    different: Bools = ~same
    return different


def _of_series(
    evidence: Evidence, rule_id: str, series: Ints, day: Ints, message: np.ndarray, told: np.ndarray | str
) -> pd.DataFrame:
    """One flag per series."""
    table, rule = evidence.ledger.series, evidence.rules.flags[rule_id]
    if not rule.enabled:
        series, day, message = series[:0], day[:0], message[:0]
        told = told if isinstance(told, str) else told[:0]
    patient, exercise = table["patient"].to_numpy()[series], table["exercise"].to_numpy()[series]
    return flag_rows(rule_id, rule.severity, patient, day, message, told, exercise)
