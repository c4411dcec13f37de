"""Adherence, window by window and day by day, with exact fractions."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction
from typing import Any

from tests.reference.naive_sessions import (
    DAY,
    Patient,
    Row,
    Series,
    as_date,
    days_between,
    default_as_of,
    monday_of,
    patients_of,
)

Window = tuple[dt.date, dt.date]
COUNTS = ("due", "logged", "skipped", "extra", "clinic", "paused_days", "unobserved_days")
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
        """ "`days_per_week × sessions_per_day` / 7" of an active day."""
        version = self.patient.version_on(self.series, day)
        assert version is not None
        return Fraction(version["days_per_week"]) * Fraction(version["sessions_per_day"]) / 7

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
        """ "the sum over the done rows of its logged sessions, unknown if one of them is"."""
        doses = [self.patient.dose(self.series[0], row) for session in self.exercise_sessions[day] for row in session]
        return None if None in doses else sum((dose for dose in doses if dose is not None), Fraction(0))

    def prescribed_dose(self, day: dt.date) -> Fraction | None:
        """ "the prescribed session dose is that of the version of the day"."""
        version = self.patient.version_on(self.series, day)
        assert version is not None
        return self.patient.dose(self.series[0], version)

    def week_due(self, day: dt.date) -> Fraction:
        """ "that whole week's due D (its active days without pause, also those outside the window or still to
        come)"."""
        monday = monday_of(day)
        week = days_between(monday, monday + 6 * DAY)
        return sum((self.daily_due(other) for other in week if self.kind(other) in ("due", "unobserved")), Fraction(0))

    def credit(self, day: dt.date) -> Fraction:
        """ "With C(d) = `done` from Monday to d: ... min(C(d), D) − min(C(d−1), D)"."""
        due = self.week_due(day)
        until = sum(self.done(other) for other in days_between(monday_of(day), day))
        before = until - self.done(day)
        return min(Fraction(until), due) - min(Fraction(before), due)


def wilson(n: Fraction, adherence: Fraction) -> tuple[float, float]:
    """Wilson interval, z = 1.96, of k = n × adherence out of n, clipped to 0–1."""
    z, size, share = 1.96, float(n), float(adherence)
    centre = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
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


def interval(n: Fraction, adherence: Fraction | None, at_least: Fraction) -> tuple[float | None, float | None]:
    # "missing if due < 3"
    if adherence is None or at_least < 3 - TOLERANCE:
        return None, None
    return wilson(n, adherence)


def series_window(log: CodedLog, window: Window) -> Row:
    """All columns of one series in one window, as the table of section 5 defines them."""
    days = days_between(*window)
    kinds = {day: log.kind(day) for day in days}
    due_days = [day for day in days if kinds[day] == "due"]
    due = sum((log.daily_due(day) for day in due_days), Fraction(0))
    logged = sum(log.logged(day) for day in due_days)
    done = sum(log.done(day) for day in due_days)
    credited = min(sum((log.credit(day) for day in days), Fraction(0)), due)
    adherence = credited / due if due else None
    low, high = interval(due / Fraction(3, 2), adherence, due)
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
            len(log.exercise_sessions.get(day, [])) for day in days if kinds[day] not in ("due", "unobserved")
        ),
        "paused_days": sum(kind == "paused" for kind in kinds.values()),
        "unobserved_days": sum(kind == "unobserved" for kind in kinds.values()),
    }


def patient_window(ledgers: list[CodedLog], window: Window) -> Row:
    """`level="patient"`: sums over the series, day counts of distinct days."""
    parts = [series_window(log, window) for log in ledgers]
    summed = ("due", "logged", "done", "credited", "skipped", "extra", "clinic")
    row: Row = {name: sum((part[name] for part in parts), start=Fraction(0)) for name in summed}
    days = days_between(*window)
    due, credited = row["due"], row["credited"]
    # "n = (Σ over days of the largest daily due of one series) / 1.5 (missing if that sum is < 3)"
    largest = Fraction(0)
    for day in days:
        largest += max((log.daily_due(day) for log in ledgers if log.kind(day) == "due"), default=Fraction(0))
    row["adherence"] = credited / due if due else None
    row["ratio"] = row["logged"] / due if due else None
    row["adherence_low"], row["adherence_high"] = interval(largest / Fraction(3, 2), row["adherence"], largest)
    row["active_days"] = sum(any(log.logged(day) for log in ledgers) for day in days)
    row["paused_days"] = sum(any(log.kind(day) == "paused" for log in ledgers) for day in days)
    row["unobserved_days"] = sum(any(log.kind(day) == "unobserved" for log in ledgers) for day in days)
    return row


def naive_adherence(
    study: Any,
    start: Any = None,
    end: Any = None,
    every: str | None = "week",
    length: str | None = None,
    anchor: str = "end",
    level: str = "series",
    as_of: Any = None,
) -> list[Row]:
    """The rows of `fd.adherence`, as dicts with exact values and None for missing."""
    day = default_as_of(study) if as_of is None else as_date(as_of)
    # "`end` defaults to `as_of` and is cut to it"
    last = day if end is None else min(as_date(end), day)
    found = []
    for patient in patients_of(study, day):
        first = patient.first_day() if start is None else as_date(start)
        if first is None:
            continue
        all_series = patient.series()
        ledgers = {series: CodedLog(patient, series) for series in all_series}
        for number, window in enumerate(windows(first, last, every, length, anchor), start=1):
            place = {"window_no": number, "window_start": window[0], "window_end": window[1]}
            if level == "patient":
                row = patient_window(list(ledgers.values()), window)
                # "A window in which ... are all 0 gives no row."
                if any(row[name] for name in COUNTS):
                    found.append({"patient_id": patient.id, **place, **row})
                continue
            for series in all_series:
                row = series_window(ledgers[series], window)
                if any(row[name] for name in COUNTS):
                    key = {"patient_id": patient.id, "exercise": series[0], "side": series[1]}
                    found.append({**key, **place, **row})
    return found
