"""Review flags from what happened: events, near falls, and pain."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.flags.evidence import Evidence, flag_rows, moments, recent_rows
from footdrop_analytics.analysis.flags.notes import told_of_falls
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Groups, Ints, Rows
from footdrop_analytics.analysis.log.day_values import highest, pain_limit
from footdrop_analytics.analysis.wording import day_text, each_day, number, quote, together
from footdrop_analytics.wording.language import how_many, marked, marked_forms, translated


def event_flags(evidence: Evidence) -> list[Rows]:
    """One flag per event but near falls: open ones, those just closed, and old red ones that no visit followed."""
    happenings, as_of = evidence.happenings, evidence.log.as_of_day
    events = cols.picked(happenings.events, happenings.events["kind"] != happenings.kinds["near_fall"])
    rules = happenings.event_rules
    severity = np.array([rule.severity for rule in rules], dtype=object)[events["kind"]]
    age, is_open = as_of - events["day"], events["open"]
    waits = (severity == "red") & ~is_open & events["unvisited"] & (age <= evidence.rules.unvisited_days)
    shown = is_open | waits | (age < evidence.rules.look_back_days)
    events, severity, is_open, waits = cols.picked(events, shown), severity[shown], is_open[shown], waits[shown]
    kind = events["kind"]
    message = together(
        _happened,
        np.array([translated(rule.name) for rule in rules], dtype=object)[kind],
        events["day"],
        np.append(evidence.exercise_names, "")[events["exercise"]],
        events["injury"],
        waits,
    )
    ids, severity = np.array([rule.kind for rule in rules], dtype=object)[kind], np.where(waits, "amber", severity)
    is_fall = events["kind"] == happenings.kinds["fall"]
    others = told_of_falls(evidence, events["patient"], events["day"])
    told, exercise = together(_noted, events["notes"], np.where(is_fall, others, "")), events["exercise"]
    return [flag_rows(ids, severity, events["patient"], events["day"], message, told, exercise, is_open | waits)]


def _happened(event: str, day: int, exercise: str, hurt: bool, waiting: bool) -> str:
    """What happened, when, during what, and whether anybody has looked at it since."""
    said = (
        translated("{event} on {day} during {exercise}", event=event, day=day_text(day), exercise=exercise)
        if exercise
        else translated("{event} on {day}", event=event, day=day_text(day))
    )
    said = translated("{event}, with injury", event=said) if hurt else said
    said = translated("{event}, not followed by a visit", event=said) if waiting else said
    return f"{said[:1].upper()}{said[1:]}."


def _noted(note: str | None, others: str) -> str:
    """The note of an event and other notes of its day, quoted; empty without any."""
    own = [] if note is None else [translated("note: {note}", note=quote(note))]
    return "; ".join([*own, *([translated("also noted: {notes}", notes=others)] if others else [])])


def near_fall_flags(evidence: Evidence) -> list[Rows]:
    """Several near falls, or one during an exercise: one amber flag per patient; every other near fall is a note."""
    near, rule = evidence.happenings.near_falls, evidence.rules.flags["near_falls"]
    days = evidence.limit("near_falls", "days")
    is_recent = near["day"] > evidence.log.as_of_day - days
    flagged = []
    waiting = np.zeros(len(evidence.log.patients), dtype=bool)
    for is_open in (True, False):
        counted_rows = cols.picked(near, is_recent & (near["open"] if is_open else ~waiting[near["patient"]]))
        of_patient = Groups(counted_rows["patient"])
        n, during = of_patient.total(counted_rows["count"]), of_patient.total(counted_rows["during"])
        told = (n >= rule.parameters["count"]) | (during > 0)
        patient, day = of_patient.keys[told], of_patient.highest(counted_rows["day"])[told]
        if is_open:
            waiting[patient] = True
        message = together(lambda n, during: f"{_near_falls(n, during, days)}.", n[told], during[told])
        latest = each_day(marked("latest on {day}"), day)
        flagged.append(evidence.flags("near_falls", patient, day, message, latest, is_open=is_open))
    single = cols.picked(near, near["open"] & ~(waiting[near["patient"]] & is_recent))
    message = together(
        lambda n, day: how_many("{count} near fall on {day}.", "{count} near falls on {day}.", n, day=day_text(day)),
        single["count"],
        single["day"],
    )
    note = evidence.rules.events["near_fall"].severity
    return [*flagged, flag_rows("near_fall", note, single["patient"], single["day"], message)]


def _near_falls(n: int, during: int, days: int) -> str:
    """How many, and how many of them were logged as during an exercise; of the others nobody said when they were."""
    said = how_many("{count} near fall within {days} days", "{count} near falls within {days} days", n, days=days)
    if not during:
        return said
    if n == 1:
        return translated("{near_falls}, logged as during an exercise", near_falls=said)
    if during == n:
        return translated("{near_falls}, all logged as during an exercise", near_falls=said)
    return translated("{near_falls}, {during} of them logged as during an exercise", near_falls=said, during=during)


def pain_flags(evidence: Evidence) -> list[Rows]:
    """High pain, and pain that rose above the days before: one flag each per patient, for the latest such day."""
    rules, as_of = evidence.rules, evidence.log.as_of_day
    # What gave way to a correction may be high; that pain rose is said of what counts alone.
    worst = worst_pains(evidence)
    highest_written = worst_pains(evidence, also_superseded=True) if len(evidence.log.study.superseded) else worst
    forms = marked_forms("on {count} day; usual pain {usual}", "on {count} days; usual pain {usual}")
    flagged = []
    for rule_id, words, (patient, day, pain) in (
        ("high_pain", marked("High pain: {pain} on {day}."), highest_written),
        ("pain_rise", marked("Pain above the days before: {pain} on {day}."), worst),
    ):
        usual, waiting = evidence.log.usual_pain[patient], evidence.happenings.is_open(patient, day)
        recent = day > as_of - rules.look_back_days
        if rule_id == "high_pain":
            limit = pain_limit(usual, rules.flags[rule_id].parameters)
            chosen = (pain >= limit - TOLERANCE) & (waiting | recent)
        else:
            chosen = _rises(evidence, patient, day, pain) & recent
        where = np.flatnonzero(chosen)
        last = where[cols.run_ends(patient[where])]
        message = together(
            lambda worst, at, words=words: translated(words, pain=number(worst), day=day_text(at)),
            pain[last],
            day[last],
        )
        how_often = np.bincount(patient[chosen], minlength=len(evidence.log.patients))[patient[last]]
        told = together(lambda days, own: how_many(*forms, days, usual=number(own)), how_often, usual[last])
        since = _reached(evidence, patient[last], day[last], pain[last])
        about = (patient[last], day[last], message, told)
        flagged.append(evidence.flags(rule_id, *about, is_open=waiting[last], since=since))
    return flagged


def _reached(evidence: Evidence, patient: Ints, day: Ints, pain: Floats) -> Ints:
    """The moment (µs) at which each day's worst pain was first logged; 0 where it is not known, as for a check-in.

    Patients are in rising order, each with one day.
    """
    if not len(day):
        return day
    logged = recent_rows(evidence, int(evidence.log.as_of_day - day.min()) + 1, "pain_0_10")
    logged["pain"] = cols.numbers_of(evidence.log.study.sessions["pain_0_10"])[logged["row"]]
    logged["moment"] = moments(evidence, logged["row"])
    asked = evidence.happenings.checkins
    asked = asked | {"moment": np.zeros(len(asked["day"]), dtype=np.int64)}
    rated = cols.stacked(
        [{name: one[name] for name in ("patient", "day", "pain", "moment")} for one in (logged, asked)]
    )
    at = np.minimum(np.searchsorted(patient, rated["patient"]), len(patient) - 1)
    worst = (patient[at] == rated["patient"]) & (day[at] == rated["day"]) & (rated["pain"] >= pain[at] - TOLERANCE)
    never = np.iinfo(np.int64).max
    first = np.full(len(day), never)
    np.minimum.at(first, at[worst], rated["moment"][worst])
    return np.where(first == never, 0, first)


def worst_pains(evidence: Evidence, also_superseded: bool = False) -> tuple[Ints, Ints, Floats]:
    """Patient, day and worst pain of every rated day as far back as a pain flag looks, sorted by patient and day.

    ``also_superseded``: what rows said that gave way to others of the same minute, too.
    """
    log, ratings, rules = evidence.log, evidence.performance.ratings, evidence.rules
    back = max(rules.open_days + 1, rules.look_back_days + 2 * evidence.limit("pain_rise", "days") + 1)
    recent = np.flatnonzero(ratings.day > log.as_of_day - back)
    own: Rows = {"patient": log.series.patient[ratings.series[recent]], "day": ratings.day[recent]}
    own["pain"] = ratings.pain[recent]
    parts = [own, evidence.happenings.checkins, *([evidence.happenings.superseded] if also_superseded else [])]
    rated = cols.stacked([{name: part[name] for name in ("patient", "day", "pain")} for part in parts])
    rated = cols.picked(rated, ~np.isnan(rated["pain"]) & (rated["day"] > log.as_of_day - back))
    patient, day, pain = (rated[name] for name in ("patient", "day", "pain"))
    order = np.argsort(cols.day_keys(patient, day), kind="stable")
    patient, day, pain = patient[order], day[order], pain[order]
    begins = cols.run_starts(patient, day)
    return patient[begins], day[begins], highest(pain, begins)


def _rises(evidence: Evidence, patient: Ints, day: Ints, pain: Floats) -> Bools:
    """Whether each rated day and the rated day before are both well above the median of the days before them."""
    limits = evidence.rules.flags["pain_rise"].parameters
    days, running = int(limits["days"]), int(limits["running"])
    above = np.zeros(len(day), dtype=bool)
    candidates = np.flatnonzero(pain >= limits["min_pain"] - TOLERANCE)
    back = candidates[:, None] - 1 - np.arange(days)
    there = np.maximum(back, 0)
    inside = (back >= 0) & (patient[there] == patient[candidates][:, None])
    inside &= day[there] >= day[candidates][:, None] - days
    median = cols.median_of_rows(np.where(inside, pain[there], np.nan))
    enough = inside.sum(axis=1) >= limits["min_rated"]
    above[candidates] = enough & (pain[candidates] >= median + limits["rise"] - TOLERANCE)
    in_a_row = above.copy()
    for lag in range(1, running):
        before = np.zeros_like(above)
        before[lag:] = above[:-lag] & (patient[lag:] == patient[:-lag])
        in_a_row &= before
    return in_a_row
