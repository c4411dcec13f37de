"""Adherence: the period, the last four weeks beside the four before, by week and day, and how the log was written.

The signs of the days are letters and symbols, so that no colour is needed to tell them apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from footdrop_analytics.analysis.cohort.log_counts import if_over_counted
from footdrop_analytics.analysis.trends.prepared import RECENT_DAYS
from footdrop_analytics.figures.data import Row
from footdrop_analytics.figures.interactive import weekly_figure
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.language import marked, plural, translated
from footdrop_analytics.wording.results import recording_words, tipping_words
from footdrop_analytics.wording.words import (
    clauses,
    days,
    labelled,
    number,
    percent,
    points_between,
    points_words,
    quantity,
    sessions_of,
    spoken,
    unbroken,
)


@dataclass(frozen=True)
class Sign:
    """A day's sign, what it means in English, and the name of its style."""

    status: str
    symbol: str
    english: str

    @property
    def word(self) -> str:
        """What it means, in the current language."""
        return translated(self.english)


SIGNS: Mapping[str, Sign] = {
    sign.status: sign
    for sign in (
        Sign("done", "●", marked("at least one exercise done")),
        Sign("clinic", "C", marked("done at a visit")),
        Sign("extra", "+", marked("extra, not due that day")),
        Sign("skipped", "✕", marked("logged as skipped")),
        Sign("not_logged", "·", marked("nothing logged")),
        Sign("unreadable", "U", marked("written, but could not be read")),
        Sign("paused", "P", marked("paused")),
        Sign("log_not_handed_in", "?", marked("log not handed in")),
        Sign("not_prescribed", "", marked("nothing prescribed")),
    )
}

FREE_DAY = Sign("not_logged", "·", marked("open day, nothing logged (days are free to choose)"))
OUTSIDE = Sign("outside", "", marked("outside the period shown"))
_STRIP_WEEKS = 8


@dataclass(frozen=True)
class CalendarWeek:
    """Seven days from Monday on, each with its sign."""

    monday: date
    days: tuple[tuple[date, Sign], ...]


def calendar_weeks(marks: Iterable[Row], first: date, last: date, free_days: bool = False) -> list[CalendarWeek]:
    """The last weeks of the period from ``first`` to ``last``, oldest first; days outside it have no sign.

    ``marks`` hold ``day`` and ``status`` of one patient. With ``free_days`` days may be chosen freely inside a week, so
    that a day without an entry is open, not missed.
    """
    by_day = {row["day"]: row["status"] for row in marks if first <= row["day"] <= last}
    signs = {**SIGNS, OUTSIDE.status: OUTSIDE}
    if free_days:
        signs["not_logged"] = FREE_DAY
    this_monday = last - timedelta(days=last.weekday())
    found = []
    for back in range(_STRIP_WEEKS - 1, -1, -1):
        monday = this_monday - timedelta(weeks=back)
        days = [monday + timedelta(days=place) for place in range(7)]
        if any(day in by_day for day in days):
            found.append(CalendarWeek(monday, tuple((day, signs[by_day.get(day, OUTSIDE.status)]) for day in days)))
    return found


_FULL_WEEK = 7.0
_MONDAY, _SUNDAY = 0, 6
NOTHING_DUE = marked("nothing due")
NO_PLAN = marked("no plan known")
_WITHOUT_PLAN = {"extra": "done", "not_prescribed": "not_logged"}
UNREADABLE = marked("unknown: entries could not be read")


class Span:
    """Adherence over some days; ``row`` is the row of the analysis, None if nothing was due or done.

    ``exercise_days`` are those on which anything was done, due or not; None before the patient's first day, and
    ``without_plan`` is what can be said where no plan is known. ``known``: there is a share, as something was due, and
    enough of its days could be read.
    """

    def __init__(self, context: Context, label: str, first: date, last: date, row: Row | None) -> None:
        self.label, self.first, self.last, self.row, self.known = label, first, last, row, has_share(row)
        self.exercise_days: int | None = None
        self.without_plan = translated(NO_PLAN)
        if last >= context.first_day:
            exercised = [one["day"] for one in context.rows("calendar") if one["exercises"]]
            self.exercise_days = sum(first <= day <= last for day in exercised)
            self.without_plan = quantity(
                "no plan known; exercise logged on {count} day",
                "no plan known; exercise logged on {count} days",
                self.exercise_days,
            )


class Attendance:
    """The patient's adherence.

    ``whole``: the period is the whole programme. ``spans`` are shown in this order. ``change`` is the last 28 days
    against the 28 days before, in points of a percent, in words, and ``change_words`` says it in a sentence; ``quota``
    holds the row of each week of the ``strip`` by its Monday. ``unprescribed`` says why nothing is said of prescribed
    exercises.
    """

    def __init__(self, context: Context) -> None:
        self.whole, self.plan_known = context.analysis.start is None, context.plan_known
        self.free_days = _free_days(context)
        label = translated("Whole programme") if self.whole else translated("Period shown")
        row = next(iter(context.rows("adherence_patient_period")), None)
        self.period, self.period_before = Span(context, label, context.start, context.end, row), None
        if not self.whole:
            last, row = context.start - timedelta(days=1), next(iter(context.rows("adherence_patient_before")), None)
            first, label = last - (context.end - context.start), translated("As many days before")
            self.period_before = Span(context, label, first, last, row)
        self.recent = _recent(context, 0, translated("Last 28 days"))
        self.before = _recent(context, 1, translated("The 28 days before"))
        self.spans = [span for span in (self.period, self.period_before, self.recent, self.before) if span is not None]
        self.change, self.change_words = _change(self.recent.row, self.before.row)
        self.weeks, self.chart = context.rows("adherence_patient"), _chart(context)
        self.quota = {one["window_start"] - timedelta(days=one["window_start"].weekday()): one for one in self.weeks}
        marks = context.rows("calendar")
        if not self.plan_known:
            # Without a plan no day is extra or free, and what was logged is exercise done.
            marks = [{**one, "status": _WITHOUT_PLAN.get(one["status"], one["status"])} for one in marks]
        self.strip = calendar_weeks(marks, context.start, context.end, self.free_days)
        shown = {sign.status for week in self.strip for _, sign in week.days}
        known = (FREE_DAY if sign.status == "not_logged" and self.free_days else sign for sign in SIGNS.values())
        self.legend = [sign for sign in known if sign.status in shown and sign.symbol]
        self.skip_reasons = _reasons(context)
        self.unprescribed = translated("No plan known.")
        if self.plan_known:
            self.unprescribed = translated("No exercise is prescribed on the as-of day.")

    @property
    def beside_words(self) -> str:
        """What the period holds beside the sessions due, in a sentence; blank if there is no row of it."""
        row = self.period.row
        if row is None:
            return ""
        extra = marked("{count} extra") if self.plan_known else marked("{count} at home")
        said = [
            quantity("{count} session logged as skipped", "{count} sessions logged as skipped", row["skipped"]),
            translated("{count} at a visit", count=number(row["clinic"])),
            translated(extra, count=number(row["extra"])),
            quantity("{count} day paused", "{count} days paused", row["paused_days"]),
            unseen_words(row),
        ]
        over = marked("Over the whole programme: {counts}.") if self.whole else marked("Over the period: {counts}.")
        sentence = translated(over, counts=", ".join(said))
        if not self.skip_reasons:
            return sentence
        reasons = clauses([f"{reason} {number(count)}" for reason, count in self.skip_reasons])
        return sentence + " " + translated("Reasons given for skipping: {reasons}.", reasons=reasons)


def _change(recent: Row | None, before: Row | None) -> tuple[str | None, str]:
    """The last 28 days against the 28 days before, in points and in a sentence; nothing if they cannot be compared."""
    if not recent or not before or not has_share(recent) or not has_share(before):
        return None, ""
    points = points_between(recent["adherence"], before["adherence"])
    said = marked("Last 28 days against the 28 days before: {change}.")
    lows, highs = ([row[f"adherence_{end}"] for row in (recent, before)] for end in ("low", "high"))
    if points and None not in lows and max(lows) <= min(highs):
        said = marked("Last 28 days against the 28 days before: {change}; the two intervals overlap.")
    return points_words(points), translated(said, change=points_words(points))


def _recent(context: Context, back: int, label: str) -> Span:
    """The 28 days that end ``back`` times 28 days before ``as_of``."""
    last = context.as_of - timedelta(days=back * RECENT_DAYS)
    rows = (row for row in context.rows("adherence_patient_recent") if row["window_end"] == last)
    return Span(context, label, last - timedelta(days=RECENT_DAYS - 1), last, next(rows, None))


def _free_days(context: Context) -> bool:
    """Days are free to choose if a prescription of the strip's time asks for fewer than seven a week."""
    since = context.end - timedelta(days=_STRIP_WEEKS * 7)
    return any(
        row["days_per_week"] < _FULL_WEEK
        for row in context.versions
        if row["start_date"] <= context.end and (row["end_date"] is None or row["end_date"] >= since)
    )


def has_share(row: Row | None) -> bool:
    """Whether a row of adherence has a share."""
    return row is not None and row["adherence"] is not None


def not_due_words(row: Row | None, plan_known: bool = True) -> str:
    """Why there is no share: what is paused, not handed in or not readable is prescribed all the same."""
    if not plan_known:
        return translated(NO_PLAN)
    return why_not_due(row) or translated(NOTHING_DUE)


def logged_words(row: Row | None, plan_known: bool = True) -> str:
    """What was done of one exercise without a share: its sessions where no plan is known, else why nothing was due."""
    if plan_known or row is None:
        return not_due_words(row, plan_known)
    count = row["extra"] + row["clinic"]
    return quantity("no plan known; {count} session logged", "no plan known; {count} sessions logged", count)


def why_not_due(row: Row | None) -> str:
    """Why a plan asks for nothing, in words; blank if there is no such reason."""
    if row is None:
        return ""
    unseen = UNREADABLE if row["unreadable_days"] else marked("log not handed in")
    reasons = [("paused_days", marked("paused")), ("unobserved_days", unseen)]
    return ", ".join(translated(words) for column, words in reasons if row[column])


def unseen_words(row: Row) -> str:
    """Days that are not counted as due for want of a log: not handed in, or written and not readable."""
    unobserved, unreadable = row["unobserved_days"], row["unreadable_days"]
    if not unreadable:
        return quantity("{count} day without a log handed in", "{count} days without a log handed in", unobserved)
    if unreadable < unobserved:
        return quantity(
            "{count} day without a readable log (on {some} of them something was written that could not be read)",
            "{count} days without a readable log (on {some} of them something was written that could not be read)",
            unobserved,
            some=number(unreadable),
        )
    return quantity(
        "{count} day without a readable log (on each of them something was written that could not be read)",
        "{count} days without a readable log (on each of them something was written that could not be read)",
        unobserved,
    )


def quota_words(row: Row) -> str:
    """A week of the strip against its plan; of a week that is not over, what was done so far.

    Of a week in which the period begins only the days shown count, and it says so.
    """
    if not has_share(row):
        return not_due_words(row)
    over = row["window_end"].weekday() == _SUNDAY
    said = sessions_of(row["credited"], row["due"]) if over else translated("{done} so far", done=number(row["done"]))
    return said if row["window_start"].weekday() == _MONDAY else translated("{said} on the days shown", said=said)


def week_words(row: Row) -> str:
    """One week of the chart in words."""
    when = days(row["window_start"], row["window_end"])
    if not has_share(row):
        return labelled(when, not_due_words(row))
    sessions = sessions_of(row["credited"], row["due"])
    said = translated("{sessions} sessions due, {share}", sessions=sessions, share=percent(row["adherence"]))
    return labelled(when, said)


def _chart(context: Context) -> Chart | None:
    windows = context.rows("adherence_patient")
    rows = [row for row in windows if has_share(row)]
    if not rows:
        return None
    shares = [row["adherence"] for row in rows]
    said = plural(
        "Adherence in the one week with something due: {highest}.",
        "Adherence in {count} weeks with something due: lowest {lowest}, highest {highest}, latest week {latest}.",
        len(shares),
        count=number(len(shares)),
        lowest=percent(min(shares)),
        highest=percent(max(shares)),
        latest=percent(shares[-1]),
    )
    if min(shares) <= 0:
        said += " " + translated(
            "A flat line is a week of {none}; a week without a bar had nothing due, or no share that is known.",
            none=percent(0),
        )
    return Chart("weekly", unbroken(said), weekly_figure(windows, [week_words(row) for row in windows]))


def _reasons(context: Context) -> list[tuple[str, int]]:
    rows = [row for row in context.rows("skip_reasons") if context.start <= row["performed_at"] <= context.end]
    counts = Counter(row["skip_reason"] for row in rows)
    said = [(spoken(reason), count) for reason, count in counts.items()]
    return sorted(said, key=lambda item: (-item[1], item[0]))


def recording(context: Context) -> str:
    """The counts, and the adherence of the last 28 days beside its tipping point; blank where nothing can be said."""
    said = [recording_words(row) for row in context.rows("recording")]
    shares = [row["adherence_28d"] for row in context.rows("caseload")]
    said += [tipping_words(share, if_over_counted(share)) for share in shares if share is not None]
    return " ".join(one for one in said if one)
