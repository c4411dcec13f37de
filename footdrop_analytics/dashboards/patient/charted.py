"""What the chart of the patient dashboard shows: rows that share the time axis, as plain values.

Each series, how much was done on a day (all exercises together: what pain and effort are read against), and what
happened: events, visits, check-ins, measurements, pauses and notes, each in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import numpy as np

from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.dashboards.view import capitalized
from footdrop_analytics.figures.data import Dots, RatingsData, Row
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.notes import MOST_DAILY
from footdrop_analytics.patient.series import ExercisePart
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import SIDES, day, days, exact, number, quantity, short_day, spoken

LANES = (marked("Note"), marked("Measured"), marked("Visit"), marked("Check-in"), marked("Event"))
"""The lanes of the chart, in English, from bottom to top."""
LASTING = ("Event", "Visit", "Measured")


@dataclass(frozen=True)
class Happening:
    """Something of one day: its lane, our words, and what somebody wrote, to be quoted.

    ``routine`` happenings (a check-in without a fall) stand on the time axis, not in the list. ``fell`` marks check-ins
    that tell of a fall or near fall.
    """

    day: date
    lane: str
    words: str
    quote: str | None = None
    routine: bool = False
    fell: bool = False


def happenings(context: Context) -> list[Happening]:
    """What happened up to ``as_of``, latest first."""
    found = [make(context, row) for name, make in _OF_TABLES.items() for row in context.rows(name)]
    found = [one for one in found if one.day <= context.as_of]
    return sorted(found, key=lambda one: (one.day, LANES.index(one.lane)), reverse=True)


def latest(happened: list[Happening]) -> tuple[list[Happening], int]:
    """Without notes of log and check-ins before the latest, and how many these are: with thousands no page opens."""
    daily = [one for one in happened if one.quote is not None and not one.fell and one.lane not in LASTING]
    earlier = {id(one) for one in daily[MOST_DAILY:]}
    return [one for one in happened if id(one) not in earlier], len(earlier)


def _event(context: Context, row: Row) -> Happening:
    words = capitalized(spoken(row["kind"]))
    if row["during_exercise"]:
        exercise = context.exercise_name(row["during_exercise"])
        words = translated("{event} during {exercise}", event=words, exercise=exercise)
    injury = [translated("injury: {answer}", answer=spoken(row["injury"]))] if row["injury"] else []
    return Happening(row["occurred_on"], "Event", ", ".join([words, *injury]), row["notes"])


def _checkin(_: Context, row: Row) -> Happening:
    parts = []
    if row["fell"] is not None:
        parts.append(translated("fell") if row["fell"] == "yes" else translated("asked about falls: none"))
    elif row["near_falls"] is None:
        parts.append(translated("not asked about falls"))
    if row["near_falls"] is not None:
        parts.append(quantity("{count} near fall", "{count} near falls", row["near_falls"]))
    rated = [name for name in ("pain", "effort", "fatigue") if row[f"{name}_0_10"] is not None]
    parts += [f"{spoken(name)} {number(row[f'{name}_0_10'])}" for name in rated]
    fell = row["fell"] == "yes" or bool(row["near_falls"])
    routine = not fell and row["notes"] is None
    return Happening(row["day"], "Check-in", ", ".join(parts), row["notes"], routine, fell)


def _visit(_: Context, row: Row) -> Happening:
    parts = [row["kind"]] if row["kind"] else []
    parts += [translated("decision: {decision}", decision=spoken(row["decision"]))] if row["decision"] else []
    parts += [translated("next on {day}", day=day(row["next_visit_on"]))] if row["next_visit_on"] else []
    return Happening(row["visited_on"], "Visit", ", ".join(parts) or translated("recorded"), row["notes"])


def _measurement(_: Context, row: Row) -> Happening:
    words = f"{spoken(row['measure'])} {exact(row['value'])}"
    words += f" {translated(row['unit'])}" if row["unit"] else ""
    under = [translated(SIDES[row["side"]])] if row["side"] else []
    under += [translated("orthosis: {orthosis}", orthosis=spoken(row["orthosis"]))] if row["orthosis"] else []
    under += [translated("aid: {aid}", aid=row["aid"])] if row["aid"] else []
    return Happening(row["measured_on"], "Measured", words + (f" ({', '.join(under)})" if under else ""))


def _note(context: Context, row: Row) -> Happening:
    said = translated("in the log, {exercise}", exercise=context.exercise_name(row["exercise"]))
    return Happening(row["performed_at"], "Note", said, row["notes"])


_OF_TABLES: dict[str, Callable[[Context, Row], Happening]] = {
    "events": _event,
    "checkins": _checkin,
    "visits": _visit,
    "outcomes": _measurement,
    "session_notes": _note,
}


@dataclass(frozen=True)
class DayAmounts:
    """Days with prescribed exercise, in order, and the amount of each; None where part of it was not recorded."""

    days: tuple[date, ...]
    amounts: tuple[float | None, ...]

    def between(self, first: date, last: date) -> DayAmounts:
        """The days of a period."""
        kept = [pair for pair in zip(self.days, self.amounts, strict=True) if first <= pair[0] <= last]
        return DayAmounts(tuple(day for day, _ in kept), tuple(amount for _, amount in kept))

    @property
    def known(self) -> list[tuple[date, float]]:
        """The days with a known amount."""
        pairs = zip(self.days, self.amounts, strict=True)
        return [(day, amount) for day, amount in pairs if amount is not None]

    @property
    def words(self) -> str:
        """What the amounts come to, in a sentence."""
        if not self.days:
            return translated("No day with prescribed exercise in this period.")
        known = [amount for _, amount in self.known]
        if not known:
            return quantity(
                "Amount done: not known on any of {count} day with prescribed exercise.",
                "Amount done: not known on any of {count} days with prescribed exercise.",
                len(self.days),
            )
        least, most = number(min(known)), number(max(known))
        worth = translated("from {least} to {most} sessions’ worth", least=least, most=most)
        if least == most:
            worth = quantity("{count} session’s worth", "{count} sessions’ worth", round(max(known), 2))
        return quantity(
            "Amount done: known on {known} of {count} day with prescribed exercise, {worth} a day.",
            "Amount done: known on {known} of {count} days with prescribed exercise, {worth} a day.",
            len(self.days),
            known=number(len(known)),
            worth=worth,
        )


def day_amounts(performance: Performance) -> DayAmounts:
    """Of one patient's days, the sum over the done rows of prescribed exercises of dose / prescribed session dose."""
    log, version = performance.log, performance.version
    counts = log.done & (version >= 0)
    share = log.dose[counts] / log.versions.session_dose[version[counts]]
    found, place = np.unique(log.entries.day[counts], return_inverse=True)
    sums = np.zeros(len(found))
    np.add.at(sums, place, share)
    days = found.astype("datetime64[D]").tolist()
    return DayAmounts(tuple(days), tuple(None if np.isnan(one) else float(one) for one in sums))


_LEAST_DAYS = 3
"""Fewer days on either side compare nothing."""


def pain_by_amount(amounts: DayAmounts, pain: Dots) -> list[str]:
    """Pain after much and after little exercise, in words: of the same day, and of the day before."""
    done, rated = dict(amounts.known), dict(zip(pain.days, pain.values, strict=True))
    found = []
    for ago, words in ((0, _SAME_DAY), (1, _DAY_BEFORE)):
        pairs = [(done[on - timedelta(ago)], level) for on, level in rated.items() if on - timedelta(ago) in done]
        if not pairs:
            continue
        # What parts much from less: the median, or the next amount above if none is below it.
        amounts_done = [amount for amount, _ in pairs]
        usual = median(amounts_done)
        if min(amounts_done) >= usual:
            usual = min((one for one in amounts_done if one > usual), default=usual)
        much, little = ([level for amount, level in pairs if (amount >= usual) is more] for more in (True, False))
        if min(len(much), len(little)) >= _LEAST_DAYS:
            given = {"usual": number(round(usual, 1)), "n_much": len(much), "n_little": len(little)}
            found.append(translated(words, much=number(median(much)), little=number(median(little)), **given))
    return found or [translated("Too few days have both a rating of pain and a known amount to compare them.")]


_SAME_DAY = marked(
    "Pain and the amount of the same day: median {much} on the {n_much} days with {usual} sessions’ worth or more, "
    "{little} on the {n_little} days with less."
)
_DAY_BEFORE = marked(
    "Pain and the amount of the day before: median {much} after the {n_much} days with {usual} sessions’ worth or "
    "more, {little} after the {n_little} days with less."
)


VERDICTS = {
    "rising": marked("rising"),
    "declining": marked("declining"),
    "at_target": marked("at target"),
    "steady": marked("steady"),
    "cannot_tell": marked("cannot tell"),
    "not_applicable": marked("not judged (done with help)"),
}


class SeriesRow:
    """The row of one series; its title is such as Heel raise, left: rising (43 days)."""

    def __init__(self, part: ExercisePart) -> None:
        self.name, self.data, self.in_seconds = part.name, part.data, part.exercise.unit == "seconds"
        verdict, since = part.trend["verdict"], part.data.declines_since
        words = translated("no verdict")
        if verdict is not None:
            words = translated(VERDICTS[verdict])
            if since is not None:
                words = translated("{verdict} since about {day}", verdict=words, day=short_day(since))
            words = f"{words} ({quantity('{count} day', '{count} days', part.trend['n'])})"
        self.title = f"{part.name}: {words}"


class Charted:
    """Everything in the chart of some series between the first and last day of ``ratings``, from top to bottom.

    ``label`` says it in words; ``empty``: there is nothing to draw.
    """

    def __init__(
        self, exercises: Sequence[ExercisePart], ratings: RatingsData, amounts: DayAmounts, happened: list[Happening]
    ) -> None:
        self.first, self.last, self.ratings = ratings.first, ratings.last, ratings
        self.series = [SeriesRow(part) for part in exercises if part.label is not None]
        self.happened = [one for one in happened if self.first <= one.day <= self.last]
        self.amounts = amounts.between(self.first, self.last)
        self.label = _label(exercises, self.amounts, ratings, self.happened)
        self.has_ratings = bool(ratings.pain.days or ratings.effort.days)
        self.empty = not (self.series or self.amounts.known or self.has_ratings or self.happened)


def _label(
    exercises: Sequence[ExercisePart], amounts: DayAmounts, ratings: RatingsData, happened: Sequence[Happening]
) -> str:
    parts = [translated("On one time axis, {days}.", days=days(ratings.first, ratings.last))]
    parts += [part.label for part in exercises if part.label is not None]
    if amounts.days:
        parts.append(
            quantity(
                "Amount known on {known} of {count} day with prescribed exercise.",
                "Amount known on {known} of {count} days with prescribed exercise.",
                len(amounts.days),
                known=number(len(amounts.known)),
            )
        )
    pain, effort = (quantity("{count} day", "{count} days", len(dots.days)) for dots in (ratings.pain, ratings.effort))
    parts.append(translated("Pain rated on {pain}, effort on {effort}.", pain=pain, effort=effort))
    lanes = [(sum(one.lane == lane for one in happened), words) for lane, words in _LANE_WORDS.items()]
    named = ", ".join(words(count) for count, words in lanes if count)
    parts.append(
        translated("Marked: {counts}.", counts=named)
        if named
        else translated("No event, visit, check-in or note in this time.")
    )
    return " ".join(parts)


_LANE_WORDS: dict[str, Callable[[int], str]] = {
    "Event": lambda count: quantity("{count} event", "{count} events", count),
    "Check-in": lambda count: quantity("{count} check-in", "{count} check-ins", count),
    "Visit": lambda count: quantity("{count} visit", "{count} visits", count),
    "Measured": lambda count: quantity("{count} measurement", "{count} measurements", count),
    "Note": lambda count: quantity("{count} note", "{count} notes", count),
}
