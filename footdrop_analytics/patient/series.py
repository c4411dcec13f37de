"""Per exercise and side: target, what was done, trend with chart, progression history, and both sides compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from footdrop_analytics.figures.data import Band, DayValue, Row, Step, TrendData, trend_data
from footdrop_analytics.figures.interactive import trend_figure
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.knowledge import Exercise, load_definitions
from footdrop_analytics.model.vocabulary import OWN_MODES
from footdrop_analytics.patient.attendance import NO_PLAN
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.plan import amount, manner, often
from footdrop_analytics.patient.trend import Trend, fitted, trend_headline, trend_sentence
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import day, days, estimate, labelled, number, quantity
from footdrop_analytics.wording.words import side as side_words

_VALUE = {"reps": marked("repetitions, best set of each day"), "seconds": marked("seconds held, mean of each day")}
_APART = (
    ("other", marked("{count} of them in another way than prescribed")),
    ("left_out", marked("{count} of them far from the others and left out of the trend")),
    ("unnumbered", marked("{count} of them without a number")),
)


class LastSession:
    """When a series was done last, in words; what is blank is not to be said.

    Gaps run between sessions at home on due days (``on_due_day`` and ``gaps``). What was done or tried later, but not
    as such a session, stands beside it in ``tried``, and ``stopped`` says how long no such session was logged.
    ``held`` is the row of persistence, ``daily`` are all days up to ``as_of`` with something done or tried.
    """

    def __init__(self, held: Row | None, daily: Sequence[DayValue], plan_known: bool) -> None:
        last = max((one.day for one in daily), default=None)
        counted = None if held is None else held["last_session"]
        self.gaps = self.tried = self.uncounted = self.stopped = ""
        if last and last != counted:
            self.tried = translated("last done or tried {day}", day=day(last))
        if held is None:
            self.on_due_day = translated("never prescribed") if plan_known else translated(NO_PLAN)
            return
        self.on_due_day = day(counted) if counted else translated("none at home on a due day")
        if counted:
            before = translated("the as-of day")
            if ago := held["days_since_last"]:
                before = quantity("{count} day before the as-of day", "{count} days before the as-of day", ago)
            self.gaps = quantity(
                "{before}; longest gap {count} due day",
                "{before}; longest gap {count} due days",
                held["longest_gap_days"],
                before=before,
            )
        if self.tried:
            self.uncounted = translated("(not due, at a visit, or a failed attempt)")
        if held["discontinued"]:
            said = load_definitions()["discontinued"]
            self.stopped = translated(said.name)
        elif held["lapsed"]:
            gap = held["open_gap_days"]
            self.stopped = quantity(
                "Lapsed: no session for {count} due day", "Lapsed: no session for {count} due days", gap
            )


class ExercisePart:
    """One series, ``series`` being the key of its exercise and its side.

    ``recent`` and ``period`` are rows of adherence, ``version`` is the prescription on ``as_of``.
    ``ended`` is the last day of the prescription, or of the discharge, whichever is earlier; None while it is open.
    ``stops_at_target``: its log does. ``headline`` is the verdict alone, with which ``sentence`` begins. ``data`` is
    what its chart shows and ``label`` says the same in words; None if there is no day to show. ``inactive`` says why
    the series has no prescription on ``as_of``; blank if it has one.
    """

    def __init__(self, context: Context, place: int, trend: Row) -> None:
        key = trend["exercise"], trend["side"]
        self.key, self.trend, self.series, self.side = f"exercise-{place}", trend, key, key[1]
        self.exercise = context.exercise(key[0])
        begun = [row for row in context.versions_of(*key) if row["start_date"] <= context.as_of]
        self.version = begun[-1] if begun else None
        self.ended, no_plan = _ended(context, self.version), translated(NO_PLAN)
        self.active = self.version is not None and (self.ended is None or self.ended >= context.as_of)
        self.amount = translated("not prescribed") if context.plan_known else no_plan
        self.often = self.manner = self.inactive = ""
        if self.version is not None:
            self.amount = amount(self.version, self.exercise)
            self.often, self.manner = often(self.version), manner(self.version)
        if not self.active:
            self.inactive = translated("not prescribed on the as-of day") if context.plan_known else no_plan
        recent = (row for row in context.series_rows("adherence_recent", *key) if row["window_end"] == context.as_of)
        self.recent, self.period = next(recent, None), next(iter(context.series_rows("adherence_period", *key)), None)
        held = next(iter(context.series_rows("persistence", *key)), None)
        daily = context.daily.get(key, [])
        self.values = [one for one in daily if context.start <= one.day <= context.end]
        self.last = LastSession(held, daily, context.plan_known)
        told = Trend(trend, context.series_rows("trend_reasons", *key), daily, self.exercise)
        self.headline, self.sentence = trend_headline(told), trend_sentence(told)
        self.stops_at_target = any(one["reason"] == "stops_at_target" for one in told.reasons)
        self.data = replace(
            _data(context, key, self.exercise),
            fitted=fitted(told, context.start),
            declines_since=trend["recent_since"],
        )
        self.name = f"{translated(self.exercise.name)}, {side_words(self.side)}"
        self.label = _label(self.name, self.exercise, self.data)
        self.steps = context.series_rows("steps", *key)

    @cached_property
    def chart(self) -> Chart | None:
        """The trend chart, drawn when it is asked for; None if there is no day to show."""
        if self.label is None:
            return None
        place = self.key.rpartition("-")[2]
        return Chart(f"trend-{place}", self.label, trend_figure(self.data))


def exercise_parts(context: Context) -> list[ExercisePart]:
    """The patient's series: those prescribed on ``as_of`` first, each group in the order of the catalogue."""
    parts = [ExercisePart(context, number, row) for number, row in enumerate(context.rows("trends"), start=1)]
    return sorted(parts, key=lambda part: not part.active)


def _ended(context: Context, version: Row | None) -> date | None:
    """Nothing is prescribed after the end of a version, nor after the discharge."""
    ends = [version["end_date"] if version is not None else None, context.patient.get("discharged_on")]
    return min((end for end in ends if end is not None), default=None)


def _data(context: Context, key: tuple[str, str], exercise: Exercise) -> TrendData:
    versions = [{**row, "end_date": _ended(context, row)} for row in context.versions_of(*key)]
    data = trend_data(
        context.daily.get(key, []), versions, exercise.unit, context.start, context.end, _bands(context, key[0])
    )
    return data if versions else replace(data, as_prescribed=data.as_prescribed._replace(name=translated("logged")))


def _label(name: str, exercise: Exercise, data: TrendData) -> str | None:
    n = sum(len(dots.days) for dots in (data.as_prescribed, data.other, data.left_out, data.unnumbered))
    if n == 0:
        return None
    known = data.known
    said = [quantity("{count} day tried", "{count} days tried", n)]
    if known and min(known) < max(known):
        said.append(
            translated("values from {lowest} to {highest}", lowest=estimate(min(known)), highest=estimate(max(known)))
        )
    elif known:
        said.append(translated("every value {value}", value=estimate(known[0])))
    apart = [(len(getattr(data, name).days), how) for name, how in _APART]
    said += [translated(how, count=number(count)) for count, how in apart if count]
    shown = labelled(name, f"{translated(_VALUE[exercise.unit])}, {days(data.first, data.last)}")
    return f"{shown}. {', '.join(said)}. {_target_words(data.targets)}"


def _target_words(targets: Sequence[Step]) -> str:
    levels = list(dict.fromkeys(number(step.value) for step in targets))
    if not levels:
        return translated("No target was set.")
    said = levels[0]
    for level in levels[1:]:
        said = translated("{levels}, then {level}", levels=said, level=level)
    return translated("Target {levels}.", levels=said)


def _bands(context: Context, exercise: str) -> list[Band]:
    """Paused days and days without a log handed in, which the chart shades."""
    found = [
        Band(row["start_date"], row["end_date"] or context.as_of, translated("paused"))
        for row in context.rows("pauses")
        if row["exercise"] in (None, exercise)
    ]
    through = context.observed_through
    if through is not None and through < context.as_of:
        found.append(Band(through + timedelta(days=1), context.as_of, translated("log not handed in")))
    return sorted(found)


_LEFT, _RIGHT = "left", "right"


def sides(context: Context, parts: Sequence[ExercisePart]) -> list[str]:
    """A sentence per exercise with a level on either side, the affected side first; with help there is no level."""
    levels: dict[str, dict[str, ExercisePart]] = {}
    for part in parts:
        mode = part.version["mode"] if part.version is not None else part.exercise.mode
        if part.trend["level_now"] is not None and mode in OWN_MODES:
            levels.setdefault(part.exercise.key, {})[part.side] = part
    affected = context.patient.get("affected_side")
    return [_compared(own, affected) for own in levels.values() if {_LEFT, _RIGHT} <= set(own)]


def _compared(own: dict[str, ExercisePart], affected: str | None) -> str:
    first, second = (_RIGHT, _LEFT) if affected == _RIGHT else (_LEFT, _RIGHT)
    name = translated(own[first].exercise.name)
    given = {"exercise": name, "first": _level(own[first]), "second": _level(own[second]), "side": side_words(first)}
    if affected in (_LEFT, _RIGHT):
        return translated("{exercise}: affected side ({side}) {first}, other side {second}.", **given)
    return translated("{exercise}: {side} {first}, {other} {second}.", other=side_words(second), **given)


def _level(part: ExercisePart) -> str:
    return estimate(part.trend["level_now"]) + (" s" if part.exercise.unit == "seconds" else "")
