"""Adherence, window by window and day by day, with exact fractions."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from fractions import Fraction
from typing import Any

import pandas as pd
from scipy import stats

from tests.reference.naive_sessions import (
    DAY,
    Patient,
    Row,
    Series,
    as_date,
    clean,
    days_between,
    monday_of,
    patients_of,
)

Window = tuple[dt.date, dt.date]
COUNTS = ("due", "logged", "skipped", "extra", "clinic", "paused_days", "unobserved_days")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TOLERANCE = Fraction(1, 10**9)


class CodedLog:
    """The days of one series."""

    def __init__(self, patient: Patient, series: Series) -> None:
        self.patient = patient
        self.series = series
        self.exercise_sessions: dict[dt.date, list[list[Row]]] = {}
        self.clinic_sessions: dict[dt.date, int] = {}
        self.skipped_sessions: dict[dt.date, int] = {}
        for day, rows in patient.parts(series):
            done = [row for row in rows if patient.is_done(row)]
            # "Exercise session of a series: a session with at least one done row of it; a clinic session if all of
            # these are `clinic`."
            if done and all(row["source"] == "clinic" for row in done):
                self.clinic_sessions[day] = self.clinic_sessions.get(day, 0) + 1
            elif done:
                self.exercise_sessions.setdefault(day, []).append(done)
            # "sessions ... with a `skipped` row of the series and no done row"
            elif any(row["status"] == "skipped" for row in rows):
                self.skipped_sessions[day] = self.skipped_sessions.get(day, 0) + 1

    def daily_due(self, day: dt.date) -> Fraction:
        """ "`days_per_week × sessions_per_day` / 7" of an active day; "with `weekdays`: `sessions_per_day` on those
        days, 0 on others"."""
        version = self.patient.version_on(self.series, day)
        assert version is not None
        per_day = Fraction(version["sessions_per_day"])
        if version["weekdays"] is not None:
            return per_day if WEEKDAYS[day.weekday()] in version["weekdays"].split(",") else Fraction(0)
        return Fraction(version["days_per_week"]) * per_day / 7

    def kind(self, day: dt.date) -> str:
        return self.patient.kind_of_day(self.series, day)

    def logged(self, day: dt.date) -> int:
        """ "exercise sessions on due days, clinic sessions left out"."""
        return len(self.exercise_sessions.get(day, [])) if self.kind(day) == "due" else 0

    def done(self, day: dt.date) -> int:
        """ "the same, at most `sessions_per_day` of them a day"."""
        version = self.patient.version_on(self.series, day)
        return min(self.logged(day), int(version["sessions_per_day"])) if version is not None else 0

    def day_dose(self, day: dt.date) -> Fraction | None:
        """ "the sum over the done rows of its logged sessions"."""
        rows = [row for session in self.exercise_sessions[day] for row in session]
        return self.patient.dose_of_rows(self.series, rows)

    def prescribed_dose(self, day: dt.date) -> Fraction | None:
        """ "the prescribed session dose is that of the version of the day"."""
        version = self.patient.version_on(self.series, day)
        assert version is not None
        return self.patient.dose(self.series[0], version)

    def week_due(self, first: dt.date) -> Fraction:
        """ "that whole week's due, rounded up to whole sessions, D (its active days without pause, also those outside
        the window or still to come)"."""
        week = days_between(first, first + 6 * DAY)
        total = sum(
            (self.daily_due(day) for day in week if self.kind(day) not in ("paused", "not_prescribed")), Fraction(0)
        )
        return Fraction(math.ceil(total))

    def credit(self, day: dt.date, begin: dt.date | None) -> Fraction:
        """ "With C(d) = `done` from Monday to d: ... min(C(d), D) − min(C(d−1), D)"; "with `anchor="start"`: within
        each block of seven days counted from `start`"."""
        first = monday_of(day) if begin is None else day - (day - begin).days % 7 * DAY
        due = self.week_due(first)
        until = sum(self.done(other) for other in days_between(first, day))
        before = until - self.done(day)
        return min(Fraction(until), due) - min(Fraction(before), due)

    def whole_weeks(self, end: dt.date) -> list[dt.date]:
        """Mondays of the whole calendar weeks that end by a day, from the first version on."""
        starts = [version["start"] for version in self.patient.versions_of(self.series)]
        if not starts:
            return []
        mondays = sorted({monday_of(day) for day in days_between(min(starts), end)})
        return [monday for monday in mondays if monday + 6 * DAY <= end]

    def due_in(self, monday: dt.date) -> Fraction:
        week = days_between(monday, monday + 6 * DAY)
        return sum((self.daily_due(day) for day in week if self.kind(day) == "due"), Fraction(0))

    def done_in(self, monday: dt.date) -> int:
        return sum(self.done(day) for day in days_between(monday, monday + 6 * DAY))

    def is_clean(self, monday: dt.date) -> bool:
        kinds = {self.kind(day) for day in days_between(monday, monday + 6 * DAY)}
        return not kinds & {"paused", "unobserved", "unreadable"}


def design_effect(weeks: list[tuple[Fraction, Fraction]]) -> tuple[float, int]:
    """E and the degrees of freedom from (q, size) of each week: "W = the last (at most 12) whole calendar weeks"."""
    weeks = weeks[-12:]
    count = len(weeks)
    freedom = max(6, 5 + count)
    if count < 2:
        return 1.5, freedom
    shares, sizes = [share for share, _ in weeks], [size for _, size in weeks]
    # "m = the weeks' mean due, p̂ = (Σ min(done, due) + 0.5) / (Σ due + 1)"
    mean = sum(sizes, Fraction(0)) / count
    kept = (sum((q * n for q, n in weeks), Fraction(0)) + Fraction(1, 2)) / (sum(sizes, Fraction(0)) + 1)
    own = mean * statistics.variance(shares) / (kept * (1 - kept))
    return max(1.0, float((9 + (count - 1) * own) / (5 + count))), freedom


def wilson(n: float, adherence: Fraction, freedom: int) -> tuple[float, float]:
    """Wilson interval with t (97.5 %) for z, of k = n × adherence out of n, clipped to 0–1."""
    z, share = float(stats.t.ppf(0.975, freedom)), float(adherence)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def windows(start: dt.date, end: dt.date, every: str | None, length: str | None, anchor: str) -> list[Window]:
    """All windows of a period, earliest first."""
    if start > end:
        return []
    if every is None:
        return [(start, end)]
    if every == "week":
        # "Monday to Sunday, clipped to the period"
        mondays = sorted({monday_of(day) for day in days_between(start, end)})
        return [(max(monday, start), min(monday + 6 * DAY, end)) for monday in mondays]
    step = int(every.removesuffix("D"))
    size = int((length or every).removesuffix("D"))
    found = []
    if anchor == "end":
        # "windows that end on `end`, `end - every`, … while they end on or after `start`, each `length` days long
        # (default: `every`), clipped to `start`"
        last = end
        while last >= start:
            found.append((max(last - (size - 1) * DAY, start), last))
            last -= step * DAY
        return found[::-1]
    # "windows that begin on `start`, `start + every`, … (programme weeks), clipped to `end`"
    first = start
    while first <= end:
        found.append((first, min(first + (size - 1) * DAY, end)))
        first += step * DAY
    return found


def interval(
    units: Fraction, adherence: Fraction | None, weeks: list[tuple[Fraction, Fraction]]
) -> tuple[float | None, float | None]:
    # "missing if due < 3"
    if adherence is None or units < 3 - TOLERANCE:
        return None, None
    effect, freedom = design_effect(weeks)
    return wilson(float(units) / effect, adherence, freedom)


def share_of(credited: Fraction, due: Fraction, unreadable: int, due_days: int) -> Fraction | None:
    """ "missing if due is 0, or if the window's unreadable days are more than its due days"."""
    return credited / due if due and unreadable <= due_days else None


def series_window(log: CodedLog, window: Window, begin: dt.date | None = None) -> Row:
    """All columns of one series in one window, as the table of section 5 defines them."""
    days = days_between(*window)
    kinds = {day: log.kind(day) for day in days}
    due_days = [day for day in days if kinds[day] == "due"]
    due = sum((log.daily_due(day) for day in due_days), Fraction(0))
    logged = sum(log.logged(day) for day in due_days)
    done = sum(log.done(day) for day in due_days)
    raw = sum((log.credit(day, begin) for day in days), Fraction(0))
    credited = min(raw, due)
    unreadable = sum(kind == "unreadable" for kind in kinds.values())
    adherence = share_of(credited, due, unreadable, len(due_days))
    weeks = []
    for monday in log.whole_weeks(window[1]):
        # "with something due and nothing paused or unobserved"; "q = each week's min(done, due) / due"
        if (week_due := log.due_in(monday)) and log.is_clean(monday):
            weeks.append((min(log.done_in(monday), week_due) / week_due, week_due))
    low, high = interval(due, adherence, weeks)
    active = [day for day in due_days if log.logged(day) > 0]
    dose = {day: (log.day_dose(day), log.prescribed_dose(day)) for day in active}
    known = [day for day in active if dose[day][0] is not None and dose[day][1] is not None]
    dose_known = Fraction(len(known), len(active)) if active else None
    planned = {day: log.done(day) * dose[day][1] for day in known}  # type: ignore[operator]
    dose_ratio: Fraction | None
    # "0 if due > 0 and there is no active day; missing if due is 0 or `dose_known` < 0.8"
    if not due:
        dose_ratio = None
    elif dose_known is None:
        dose_ratio = Fraction(0)
    elif dose_known < Fraction(8, 10):
        dose_ratio = None
    else:
        taken = sum((dose[day][0] for day in known), Fraction(0))  # type: ignore[misc]
        dose_ratio = taken / sum(planned.values(), Fraction(0)) * Fraction(done) / due
    shares = [min(Fraction(1), dose[day][0] / planned[day]) for day in known]  # type: ignore[operator]
    return {
        "due": due,
        "logged": logged,
        "done": done,
        "credited": credited,
        "credited_raw": raw,
        "adherence": adherence,
        "adherence_low": low,
        "adherence_high": high,
        "ratio": logged / due if due else None,
        "active_days": len(active),
        "dose_known": dose_known,
        "dose_ratio": dose_ratio,
        "completeness": sum(shares, Fraction(0)) / len(shares) if shares else None,
        "skipped": sum(log.skipped_sessions.get(day, 0) for day in due_days),
        "clinic": sum(log.clinic_sessions.get(day, 0) for day in days),
        # "exercise sessions, not clinic, on days that are neither due nor unobserved"
        "extra": sum(
            len(log.exercise_sessions.get(day, []))
            for day in days
            if kinds[day] not in ("due", "unobserved", "unreadable")
        ),
        "paused_days": sum(kind == "paused" for kind in kinds.values()),
        "unobserved_days": sum(kind in ("unobserved", "unreadable") for kind in kinds.values()),
        "unreadable_days": unreadable,
    }


def sittings(ledgers: list[CodedLog], days: list[dt.date]) -> Fraction:
    """ "Σ over days of the largest daily due of one series"."""
    largest = Fraction(0)
    for day in days:
        largest += max((log.daily_due(day) for log in ledgers if log.kind(day) == "due"), default=Fraction(0))
    return largest


def patient_window(ledgers: list[CodedLog], window: Window, begin: dt.date | None = None) -> Row:
    """`level="patient"`: sums over the series, day counts of distinct days."""
    parts = [series_window(log, window, begin) for log in ledgers]
    summed = ("due", "logged", "done", "credited", "credited_raw", "skipped", "extra", "clinic")
    row: Row = {name: sum((part[name] for part in parts), start=Fraction(0)) for name in summed}
    days = days_between(*window)

    def counted(*kinds: str) -> int:
        return sum(any(log.kind(day) in kinds for log in ledgers) for day in days)

    row["unreadable_days"] = counted("unreadable")
    row["adherence"] = share_of(row["credited"], row["due"], row["unreadable_days"], counted("due"))
    row["ratio"] = row["logged"] / row["due"] if row["due"] else None
    weeks = []
    for monday in sorted({monday for log in ledgers for monday in log.whole_weeks(window[1])}):
        # "over weeks in which no series is paused or unobserved"
        due = sum((log.due_in(monday) for log in ledgers), Fraction(0))
        if due and all(log.is_clean(monday) for log in ledgers):
            done = sum((min(Fraction(log.done_in(monday)), log.due_in(monday)) for log in ledgers), Fraction(0))
            weeks.append((done / due, sittings(ledgers, days_between(monday, monday + 6 * DAY))))
    row["adherence_low"], row["adherence_high"] = interval(sittings(ledgers, days), row["adherence"], weeks)
    row["active_days"] = sum(any(log.logged(day) for log in ledgers) for day in days)
    row["paused_days"] = counted("paused")
    row["unobserved_days"] = counted("unobserved", "unreadable")
    return row


def first_planned(patient: Patient) -> dt.date | None:
    """ "default: the patient's first prescription day, without one the first session day"."""
    return min((version["start"] for version in patient.versions), default=patient.first_day())


def own_day(study: Any, value: Any, patient: Patient) -> Any:
    """A day, or what a mapping, a Series or a column of `patients` holds for the patient."""
    if isinstance(value, (dict, pd.Series)):
        value = clean(dict(value).get(patient.id))
    elif isinstance(value, str) and value in study.patients.columns:
        value = patient.info.get(value)
    return None if value is None else as_date(value)


def period_of(
    study: Any, patient: Patient, start: Any, end: Any, default: dt.date | None
) -> tuple[dt.date, dt.date] | None:
    """First and last day of a patient; None without one."""
    first = default if start is None else own_day(study, start, patient)
    if first is None or patient.first_day() is None:
        return None
    if isinstance(end, str) and end[-1] in "DW" and end[:-1].isdigit():
        # "a length counted from each patient's start"
        last = first + int(end[:-1]) * (7 if end[-1] == "W" else 1) * DAY - DAY
    elif end is None:
        last = patient.as_of
    elif (last := own_day(study, end, patient)) is None:
        return None
    # "`end` defaults to `as_of` and is cut to it"
    return first, min(last, patient.as_of)


def naive_adherence(
    study: Any,
    start: Any = None,
    end: Any = None,
    every: str | None = "week",
    length: str | None = None,
    anchor: str = "end",
    level: str = "series",
    as_of: Any = None,
    log_through: Any = None,
) -> list[Row]:
    """The rows of `fd.adherence`, as dicts with exact values and None for missing."""
    found = []
    for patient in patients_of(study, as_of, log_through):
        by_programme = anchor == "start"
        default = first_planned(patient) if by_programme else patient.first_day()
        period = period_of(study, patient, start, end, default)
        if period is None:
            continue
        begin = period[0] if by_programme else None
        all_series = patient.series()
        ledgers = {series: CodedLog(patient, series) for series in all_series}
        for number, window in enumerate(windows(*period, every, length, anchor), start=1):
            place = {"window_no": number, "window_start": window[0], "window_end": window[1]}
            if level == "patient":
                row = patient_window(list(ledgers.values()), window, begin)
                # "A window in which ... are all 0 gives no row."
                if any(row[name] for name in COUNTS):
                    found.append({"patient_id": patient.id, **place, **row})
                continue
            for series in all_series:
                row = series_window(ledgers[series], window, begin)
                if any(row[name] for name in COUNTS):
                    key = {"patient_id": patient.id, "exercise": series[0], "side": series[1]}
                    found.append({**key, **place, **row})
    return found
