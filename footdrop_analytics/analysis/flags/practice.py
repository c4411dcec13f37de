"""Review flags from how series are practised: decline, slipping, odd values, more help, too much, pauses."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.flags.evidence import Evidence
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Floats, Groups, Ints, Rows
from footdrop_analytics.analysis.log.day_values import DailyValues
from footdrop_analytics.analysis.log.segments import DUE, PAUSED
from footdrop_analytics.analysis.trends.run_values import medians_of
from footdrop_analytics.analysis.wording import day_text, each_count, number, together
from footdrop_analytics.wording.language import how_many, marked, marked_forms, plural, translated


def help_flags(evidence: Evidence) -> list[Rows]:
    """More help than prescribed on one of the last three days."""
    practice = evidence.practice
    helped = practice.of_last_days(practice.tried_days["more_help"]) == 1
    chosen = np.flatnonzero(helped.any(axis=1) & (practice.last_days >= 0).all(axis=1))
    day = np.nan_to_num(practice.of_last_days(practice.tried_days["day"]), nan=-1.0)
    latest = np.where(helped, day, -1).max(axis=1, initial=-1).astype(np.int64)[chosen]
    series = practice.series[chosen]
    told = together(
        lambda n: how_many("on {n} of the last {count} day", "on {n} of the last {count} days", helped.shape[1], n=n),
        helped.sum(axis=1)[chosen],
    )
    message = evidence.of_series(series, marked("{series}: done with more help than prescribed."))
    return [evidence.series_flags("more_help", series, latest, message, told)]


def over_doing_flags(evidence: Evidence) -> list[Rows]:
    """Far more than was due over the last due days: by dose, by sessions where the dose is unknown."""
    log, days, rule = evidence.log, evidence.days, evidence.rules.flags["over_doing"]
    segments, versions, due_days = log.segments, log.versions, evidence.limit("over_doing", "due_days")
    series = evidence.practice.series
    ever, as_of = np.zeros_like(series), np.full(len(series), log.as_of_day)
    n_due = segments.due_days.between(series, ever, as_of)
    series, ever, as_of, n_due = (one[n_due >= due_days] for one in (series, ever, as_of, n_due))
    first = segments.due_days.day_of(series, ever, n_due - due_days + 1)
    due = segments.status == DUE
    dose = versions.session_dose[segments.version]
    due14 = segments.due14.between(series, first, as_of)
    unknown = segments.counter(np.ones_like(segments.rate14), due & np.isnan(dose)).between(series, first, as_of) > 0
    # A dose is a whole or short decimal number; in thousandths its sums are exact.
    milli = np.rint(1000 * np.nan_to_num(dose, nan=0.0)).astype(np.int64)
    due_dose = segments.counter(segments.rate14 * milli, due, on_weekdays=True).between(series, first, as_of) / 14000
    one_session = np.nan_to_num(versions.session_dose[evidence.practice.version[evidence.practice.number_of[series]]])
    low = np.searchsorted(days.keys, cols.day_keys(series, first))
    high = np.searchsorted(days.keys, cols.day_keys(series, as_of), side="right")
    logged_total = cols.running_total(days.logged)
    logged = logged_total[high] - logged_total[low]
    dosed = (days.logged > 0) & days.due
    lost = cols.running_total(dosed & np.isnan(days.dose))
    unknown |= lost[high] - lost[low] > 0
    done_total = cols.running_total(
        np.rint(1000 * np.where(dosed, np.nan_to_num(days.dose, nan=0.0), 0.0)).astype(np.int64)
    )
    done = (done_total[high] - done_total[low]) / 1000
    ratio = rule.parameters["ratio"]
    # Where less than one session is due in these days, a single session is no excess.
    by_dose = ~unknown & (done > ratio * np.maximum(due_dose, one_session) + TOLERANCE)
    by_count = unknown & (14 * logged > ratio * due14 + TOLERANCE)
    by_count &= 14 * logged - due14 >= 14 * rule.parameters["min_extra_sessions"] - TOLERANCE
    chosen = np.flatnonzero(by_dose | by_count)
    told = together(
        _told_of_excess,
        logged[chosen],
        due14[chosen],
        done[chosen],
        due_dose[chosen],
        by_count[chosen],
        evidence.log.counts_seconds[evidence.log.series.exercise[series[chosen]]],
    )
    forms = marked_forms(
        "{series}: far more than was due over the last {count} due day.",
        "{series}: far more than was due over the last {count} due days.",
    )
    message = evidence.of_series(series[chosen], lambda name: how_many(*forms, due_days, series=name))
    return [evidence.series_flags("over_doing", series[chosen], as_of[chosen], message, told)]


def _told_of_excess(logged: int, due14: float, done: float, due: float, by_count: bool, in_seconds: bool) -> str:
    """Sessions logged and due, and the dose of both where it is known."""
    said = how_many(
        "{count} session logged, about {due} due",
        "{count} sessions logged, about {due} due",
        logged,
        due=round(due14 / 14),
    )
    if by_count:
        return said
    if in_seconds:
        return translated(
            "{sessions}; {done} seconds done, {due} due", sessions=said, done=number(done), due=number(due)
        )
    return translated(
        "{sessions}; {done} repetitions done, {due} due", sessions=said, done=number(done), due=number(due)
    )


def paused_flags(evidence: Evidence) -> list[Rows]:
    """Exercise on paused days: one flag per patient and exercise."""
    log, days = evidence.log, evidence.days
    recent = (days.exercise > 0) & (days.day > log.as_of_day - evidence.limit("paused_exercise", "days"))
    series, day = days.series[recent], days.day[recent]
    segment = log.segments.at(series, day)
    paused = segment >= 0
    paused[paused] = log.segments.status[segment[paused]] == PAUSED
    series, day = series[paused], day[paused]
    # A day on which both sides were exercised is one day.
    exercises = len(log.counts_seconds)
    of_exercise = log.series.patient[series] * exercises + log.series.exercise[series]
    order = np.lexsort((day, of_exercise))
    once = order[cols.run_starts(of_exercise[order], day[order])]
    groups, day = Groups(of_exercise[once]), day[once]
    patient, exercise = groups.keys // exercises, groups.keys % exercises
    message = together(
        lambda name: translated("{exercise}: exercise logged on a paused day.", exercise=name),
        evidence.exercise_names[exercise],
    )
    told = each_count("on {count} day", "on {count} days", groups.sizes)
    return [evidence.flags("paused_exercise", patient, groups.highest(day), message, told, exercise=exercise)]


def _active_runs(evidence: Evidence, values: DailyValues) -> tuple[Ints, Ints, Ints]:
    """The current run of each active series, and where its values begin and end."""
    runs = evidence.performance.runs
    run = np.flatnonzero(runs.current & (evidence.practice.number_of[runs.series] >= 0))
    begin = np.searchsorted(values.run, run)
    return run, begin, np.searchsorted(values.run, run, side="right")


def decline_flags(evidence: Evidence) -> list[Rows]:
    """The median of the last days well below that of the days before: by a share, a meaningful change, and noise."""
    limits = evidence.rules.flags["decline"].parameters
    last, before, least = (evidence.limit("decline", name) for name in ("last", "before", "min_before"))
    performance = evidence.performance
    values = performance.daily("primary").known()
    run, begin, end = _active_runs(evidence, values)
    long_enough = end - begin >= last + least
    run, begin, end = run[long_enough], begin[long_enough], end[long_enough]
    margin = evidence.practice.values.margin[run]
    now = cols.median_of_rows(values.value[end[:, None] - 1 - np.arange(last)])
    place = end[:, None] - 1 - last - np.arange(before)
    earlier = np.where(place >= begin[:, None], values.value[np.maximum(place, 0)], np.nan)
    then, n = cols.median_of_rows(earlier), (~np.isnan(earlier)).sum(axis=1)
    spread = np.fmax(_deviations(earlier, n), limits["least_sd"])
    noise = limits["noise_sd"] * spread * np.sqrt(1.5 * (1 / last + 1 / np.maximum(n, 1)))
    drop = then - now
    fell = (drop >= margin - TOLERANCE) & (drop >= limits["share"] * then - TOLERANCE) & (drop >= noise - TOLERANCE)
    series, end, now, then, n = (one[fell] for one in (performance.runs.series[run], end, now, then, n))
    forms = marked_forms(
        "{series}: the last {last} day lie well below the days before.",
        "{series}: the last {last} days lie well below the days before.",
    )
    message = evidence.of_series(series, lambda name: plural(*forms, last, series=name, last=last))
    told = together(
        lambda now, then, n: translated(
            "median of the last {last} days {now}, of the {n} before {then}",
            last=last,
            now=number(now),
            n=n,
            then=number(then),
        ),
        *(now, then, n),
    )
    return [evidence.series_flags("decline", series, values.day[end - 1], message, told)]


def _deviations(values: Floats, n: Ints) -> Floats:
    known, size = ~np.isnan(values), np.maximum(n, 2)[:, None]
    mean = np.where(known, values, 0.0).sum(axis=1, keepdims=True) / size
    square = np.where(known, (values - mean) ** 2, 0.0).sum(axis=1)
    found: Floats = np.sqrt(square / (size[:, 0] - 1))
    return found


def slipping_flags(evidence: Evidence) -> list[Rows]:
    """More of the last days below the target than the days before let expect (beta-binomial)."""
    limits = evidence.rules.flags["slipping"].parameters
    least_before, least_below = (evidence.limit("slipping", name) for name in ("min_before", "min_below"))
    values, performance = evidence.performance.daily("primary").known(), evidence.performance
    run, begin, end = _active_runs(evidence, values)
    target = performance.log.versions.target[performance.runs.last_version[run]]
    last = np.maximum(end - 1, begin)
    place, group = _places(begin, last), np.repeat(np.arange(len(begin)), last - begin)
    gaps = medians_of(group, (values.day[place + 1] - values.day[place]).astype(np.float64), len(begin))
    limit = np.where(gaps < limits["often_gap_days"] - TOLERANCE, limits["p_often"], limits["p"])
    owner = np.repeat(target, end - begin)
    below = np.zeros(len(values.value), dtype=np.int64)
    inside = _places(begin, end)
    below[inside] = values.value[inside] < owner - TOLERANCE
    total = cols.running_total(below)
    found, x_found, k_found = (np.zeros(len(run), dtype=np.int64) for _ in range(3))
    for k in range(evidence.limit("slipping", "shortest"), evidence.limit("slipping", "longest") + 1):
        at = np.maximum(end - k, begin)
        n, b, x = at - begin, total[at] - total[begin], total[end] - total[at]
        asked = np.flatnonzero((end - k >= begin) & (n >= least_before) & (2 * b <= n) & (x >= least_below))
        p = _at_least(x[asked], k, b[asked], n[asked])
        new = asked[(p < limit[asked]) & (found[asked] == 0)]
        found[new], x_found[new], k_found[new] = 1, x[new], k
    where = np.flatnonzero(found)
    series = performance.runs.series[run[where]]
    message = evidence.of_series(series, marked("{series}: the target is missed more often than before."))
    forms = marked_forms(
        "{below} of the last {count} day below the target of {target}",
        "{below} of the last {count} days below the target of {target}",
    )
    told = together(
        lambda x, k, goal: plural(*forms, k, below=x, count=k, target=number(goal)),
        *(x_found[where], k_found[where], target[where]),
    )
    return [evidence.series_flags("slipping", series, values.day[end[where] - 1], message, told)]


def _at_least(x: Ints, k: int, before: Ints, of: Ints) -> Floats:
    """The chance of x or more in k, after so many of others (beta-binomial, prior 0.5 and 0.5).

    Not by ``scipy.stats``: importing it takes longer than analysing a caseload.
    """
    from scipy.special import betaln

    a, b = before + 0.5, of - before + 0.5
    count = np.arange(k + 1)
    chance = np.exp(
        betaln(a[:, None] + count, b[:, None] + k - count)
        - betaln(a, b)[:, None]
        - betaln(count + 1, k - count + 1)
        - np.log(k + 1)
    )
    found: Floats = np.where(count >= x[:, None], chance, 0.0).sum(axis=1)
    return found


def outlying_flags(evidence: Evidence) -> list[Rows]:
    """Values far from all others, or more than can be meant, of the last days: they take no part in the line."""
    days, found = evidence.limit("outlying", "days"), evidence.practice.values
    runs = evidence.performance.runs
    run, day, value = (
        np.concatenate([getattr(found.outlying, name), getattr(found.implausible, name)])
        for name in ("run", "day", "value")
    )
    recent = (day > evidence.log.as_of_day - days) & runs.current[run]
    of_run = Groups(run[recent])
    told = together(
        lambda value, day: translated("{value} on {day}", value=number(value), day=day_text(day)),
        value[recent],
        day[recent],
    )
    follows = np.zeros(len(told), dtype=bool)
    order = np.argsort(run[recent], kind="stable")
    follows[order[1:]] = run[recent][order[1:]] == run[recent][order[:-1]]
    quoted = of_run.total(np.where(follows, ", ", "").astype(object) + told)
    series = runs.series[of_run.keys]
    forms = marked_forms(
        "{series}: {count} value far from the others, or more than can be meant.",
        "{series}: {count} values far from the others, or more than can be meant.",
    )
    message = evidence.of_series(series, lambda name, n: plural(*forms, n, series=name, count=n), of_run.sizes)
    return [evidence.series_flags("outlying", series, of_run.highest(day[recent]), message, quoted)]


def _places(begin: Ints, end: Ints) -> Ints:
    """Every position from each begin to its end, one stretch after the other."""
    return np.repeat(begin, end - begin) + cols.ranges(end - begin)
