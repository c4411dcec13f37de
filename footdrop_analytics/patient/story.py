"""A patient's log in sentences: what stands out, and what happened since the last visit and the last change of plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import median

from footdrop_analytics.figures.data import Row, version_marks
from footdrop_analytics.model.vocabulary import OWN_MODES
from footdrop_analytics.patient.attendance import Attendance, has_share, not_due_words, unseen_words, why_not_due
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.flags import Flags
from footdrop_analytics.patient.series import ExercisePart
from footdrop_analytics.wording.language import marked, marked_plural, plural, translated
from footdrop_analytics.wording.words import (
    clauses,
    day,
    estimate,
    joined,
    number,
    percent,
    quantity,
    sessions_of,
    unbroken,
)

_A_CHANGE = 0.05
# What moved is named; a list of all that stays would bury it.
_NAMED = ("declining", "rising")
_MOST_NAMED = 3
_VERDICT_WORDS = {
    "declining": marked_plural("{count} declining"),
    "rising": marked_plural("{count} rising"),
    "at_target": marked_plural("{count} at target"),
    "steady": marked_plural("{count} holding steady"),
    "cannot_tell": marked_plural("{count} cannot be judged yet"),
    "not_applicable": marked_plural("{count} done with help and not judged"),
}


def summary(attendance: Attendance, exercises: Sequence[ExercisePart], flags: Flags) -> str:
    """What stands out: flags, sessions against the plan and against the time before, and the exercises' trends."""
    said = clauses([_flags(flags), _sessions(attendance), *_trends(exercises, attendance.plan_known)])
    return unbroken(f"{said[0].upper()}{said[1:]}.")


def _flags(flags: Flags) -> str:
    if not flags.red and not flags.amber:
        return translated("no open red or amber flag is recorded")
    red, amber = len(flags.red), len(flags.amber)
    said = [quantity("{count} open red flag", "{count} open red flags", red)] if red else []
    said += [quantity("{count} open amber flag", "{count} open amber flags", amber)] if amber else []
    return joined(said)


def _sessions(attendance: Attendance) -> str:
    recent, before = attendance.recent.row, attendance.before.row
    if not attendance.plan_known:
        return quantity(
            "no plan known; in the last 28 days exercise was logged on {count} day",
            "no plan known; in the last 28 days exercise was logged on {count} days",
            attendance.recent.exercise_days or 0,
        )
    if recent is None or not has_share(recent):
        # Nothing due, or a share that nobody knows.
        if recent is not None and recent["unreadable_days"]:
            return quantity(
                "adherence of the last 28 days is unknown, because entries of {count} day could not be read",
                "adherence of the last 28 days is unknown, because entries of {count} days could not be read",
                recent["unreadable_days"],
            )
        if why := why_not_due(recent):
            return translated("nothing was due in the last 28 days ({why})", why=why)
        return translated("nothing was due in the last 28 days")
    text = translated(
        "in the last 28 days {sessions} exercise sessions due were logged ({share})",
        sessions=sessions_of(recent["credited"], recent["due"]),
        share=percent(recent["adherence"]),
    )
    if before is None or before["adherence"] is None:
        said = _with_unseen(text, recent)
        return translated("{recent}; of the 28 days before: {why}", recent=said, why=not_due_words(before))
    share = percent(before["adherence"])
    if recent["unobserved_days"] or before["unobserved_days"]:
        said, share = _with_unseen(text, recent), _with_unseen(share, before)
        return translated("{recent}, in the 28 days before {share}", recent=said, share=share)
    change = recent["adherence"] - before["adherence"]
    said = marked("{recent}, less than in the 28 days before ({share})")
    if abs(change) < _A_CHANGE:
        said = marked("{recent}, about as much as in the 28 days before ({share})")
    elif change > 0:
        said = marked("{recent}, more than in the 28 days before ({share})")
    return translated(said, recent=text, share=share)


def _with_unseen(said: str, row: Row) -> str:
    """With the days of which the log is still to come, so that nobody takes the share for that of all days."""
    if not row["unobserved_days"]:
        return said
    return translated("{said}, with {unseen}", said=said, unseen=unseen_words(row))


def _trends(exercises: Sequence[ExercisePart], plan_known: bool) -> list[str]:
    active = [part for part in exercises if part.active]
    if not active:
        return [translated("no exercise is prescribed on the as-of day")] if plan_known else []
    words = []
    for verdict, word in _VERDICT_WORDS.items():
        names = [part.name for part in active if part.trend["verdict"] == verdict]
        if names:
            named = f" ({clauses(names)})" if verdict in _NAMED and len(names) <= _MOST_NAMED else ""
            words.append(plural(word, word, len(names), count=number(len(names))) + named)
    if not words:
        return []
    return [
        quantity(
            "of {count} exercise prescribed (each side counted) {verdicts}",
            "of {count} exercises prescribed (each side counted) {verdicts}",
            len(active),
            verdicts=joined(words),
        )
    ]


_DAYS_OF_A_LEVEL = 3
_RECENT = timedelta(days=28)
"""How old a level at a visit may be at most."""
_UNIT = {"reps": "", "seconds": " s"}
_SINCE_VISIT = (
    marked("Since the last visit on {day}: {said}."),
    marked("Since the last visit on {day} there is no further day."),
)
_SINCE_CHANGE = (
    marked("Since the last change of plan on {day}: {said}."),
    marked("Since the last change of plan on {day} there is no further day."),
)
_SINCE_BOTH = (
    marked("Since the visit and the change of plan on {day}: {said}."),
    marked("Since the visit and the change of plan on {day} there is no further day."),
)
"""What happened since a day, and the same where no later day is known."""


def last_visit(context: Context) -> date | None:
    """The day of the last visit up to ``as_of``."""
    days = [row["visited_on"] for row in context.rows("visits") if row["visited_on"] <= context.as_of]
    return max(days, default=None)


def at_last_visit(context: Context, part: ExercisePart) -> float | None:
    """The level of one exercise and side at the last visit; with help repetitions measure the helper: there is none."""
    visit = last_visit(context)
    return _level_at(context, part, visit) if visit is not None and _own_work(part) else None


def course(context: Context, part: ExercisePart) -> str:
    """Last visit 11 s · now 7 s · goal 10 s; what is not known is left out."""
    said = (
        (marked("last visit {level}"), at_last_visit(context, part)),
        (marked("now {level}"), part.trend["level_now"] if _own_work(part) else None),
        (marked("goal {level}"), part.trend["target"] if part.active else None),
    )
    unit = _UNIT[part.exercise.unit]
    return " · ".join(translated(words, level=f"{estimate(value)}{unit}") for words, value in said if value is not None)


def story(context: Context, parts: Sequence[ExercisePart]) -> str:
    """One or two sentences: since the last visit, and since the last change of plan if that was another day.

    Levels are named where they moved by as much as matters; falls are those of events and check-ins.
    """
    visit, change = last_visit(context), _last_change(context)
    if visit is not None and visit == change:
        return _since(context, parts, visit, _SINCE_BOTH)
    said = [(visit, _SINCE_VISIT), (change, _SINCE_CHANGE)]
    return " ".join(_since(context, parts, since, words) for since, words in said if since is not None)


def _since(context: Context, parts: Sequence[ExercisePart], since: date, words: tuple[str, str]) -> str:
    happened, no_day = words
    if since == context.as_of:
        return translated(no_day, day=day(since))
    moved = list(_moved(context, parts, since))
    if len(moved) > _MOST_NAMED:
        moved = [*moved[:_MOST_NAMED], translated("{count} more", count=number(len(moved) - _MOST_NAMED))]
    said = [joined(moved)] if moved else []
    return unbroken(translated(happened, day=day(since), said=clauses([*said, _falls(context, since)])))


def _moved(context: Context, parts: Sequence[ExercisePart], since: date) -> Iterator[str]:
    """Which exercises are at another level than before, by as much as matters."""
    for part in parts:
        before, now, margin = _level_at(context, part, since), part.trend["level_now"], part.trend["margin"]
        last = part.trend["last_day"]
        if not part.active or not _own_work(part) or last is None or last < since:
            continue
        if before is not None and now is not None and margin is not None and abs(now - before) >= margin:
            marks = version_marks(context.versions_of(*part.series), part.exercise.unit)
            changed = [mark.text for mark in marks if since <= mark.day <= context.as_of]
            why = f" ({changed[-1]})" if changed else ""
            yield f"{part.name} {estimate(before)} → {estimate(now)}{_UNIT[part.exercise.unit]}{why}"


def _falls(context: Context, since: date) -> str:
    """Falls and near falls after a day: one of events and that day's check-in is one."""
    falls: dict[date, int] = {}
    near: dict[date, int] = {}
    for row in context.rows("events"):
        found = {"fall": falls, "near_fall": near}.get(row["kind"])
        if found is not None:
            found[row["occurred_on"]] = found.get(row["occurred_on"], 0) + 1
    for row in context.rows("checkins"):
        if row["fell"] == "yes":
            falls.setdefault(row["day"], 1)
        near[row["day"]] = max(near.get(row["day"], 0), row["near_falls"] or 0)
    n_falls, n_near = (
        sum(count for on, count in found.items() if since < on <= context.as_of) for found in (falls, near)
    )
    said = [quantity("{count} fall", "{count} falls", n_falls)] if n_falls else []
    said += [quantity("{count} near fall", "{count} near falls", n_near)] if n_near else []
    return joined(said) if said else translated("no fall or near fall recorded")


def _last_change(context: Context) -> date | None:
    """The day of the latest change of a plan up to ``as_of``: the first version of an exercise changes nothing."""
    first: dict[tuple[str, str], date] = {}
    changes = []
    for row in context.versions:
        begun = first.setdefault((row["exercise"], row["side"]), row["start_date"])
        if begun < row["start_date"] <= context.as_of:
            changes.append(row["start_date"])
    return max(changes, default=None)


def _level_at(context: Context, part: ExercisePart, since: date) -> float | None:
    """The median of the last three days as prescribed before a day, of four weeks; None where somebody helped then."""
    before = [one for one in context.versions_of(*part.series) if one["start_date"] < since]
    if before and before[-1]["mode"] not in OWN_MODES:
        return None
    daily = context.daily.get(part.series, [])
    recent = (one.counted for one in daily if since - _RECENT <= one.day < since)
    known = [value for value in recent if value is not None]
    return median(known[-_DAYS_OF_A_LEVEL:]) if known else None


def _own_work(part: ExercisePart) -> bool:
    mode = part.version["mode"] if part.version is not None else part.exercise.mode
    return mode in OWN_MODES
