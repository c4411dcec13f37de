"""What a trend says, in one or two sentences with the number of days behind it."""

from __future__ import annotations

from footdrop_analytics.figures import Row
from footdrop_analytics.knowledge import Exercise
from footdrop_analytics.wording.words import counted, day, number, signed, unbroken


def trend_sentence(trend: Row, exercise: Exercise) -> str:
    """The verdict in words: from the log of the present difficulty and target only."""
    unit = "repetitions" if exercise.unit == "reps" else "seconds"
    n = counted(trend["n"], "day")
    verdict = trend["verdict"]
    parts = [_VERDICTS[verdict](trend, unit, n)] if verdict is not None else []
    reasons = [reason for reason in (trend["reasons"] or "").split("; ") if reason and reason not in _IN_VERDICT]
    if reasons:
        parts.append(f"{'; '.join(reasons).capitalize()}.")
    if trend["n_other"]:
        parts.append(f"{counted(trend['n_other'], 'day')} done in another way than prescribed, not counted here.")
    return unbroken(" ".join(parts))


_IN_VERDICT = ("repetitions measure the helper",)


def _moved(trend: Row, unit: str, n: str) -> str:
    word = "Rising" if trend["verdict"] == "rising" else "Falling"
    return (
        f"{word}: from about {number(trend['level_start'])} to about {number(trend['level_end'])} {unit} between "
        f"{day(trend['first_day'])} and {day(trend['last_day'])} ({signed(trend['slope_per_week'])} a week, 95 % range "
        f"{signed(trend['slope_low'])} to {signed(trend['slope_high'])}; {n})."
    )


def _steady(trend: Row, unit: str, n: str) -> str:
    middle = (trend["level_start"] + trend["level_end"]) / 2
    return (
        f"Holding steady at about {number(middle)} {unit} ({n}): any change is smaller than "
        f"{number(trend['margin'])}, the smallest that matters."
    )


def _at_target(trend: Row, unit: str, n: str) -> str:
    return (
        f"At target: {trend['n_at_target']} of the last {min(trend['n'], 5)} days reached the target of "
        f"{number(trend['target'])} {unit} ({n} in all)."
    )


def _cannot_tell(_trend: Row, _unit: str, n: str) -> str:
    return f"Cannot tell from {n}; that is not the same as no change."


def _not_applicable(_trend: Row, _unit: str, n: str) -> str:
    return f"Not judged: with help the repetitions measure the helper ({n} logged)."


_VERDICTS = {
    "rising": _moved,
    "falling": _moved,
    "steady": _steady,
    "at_target": _at_target,
    "cannot_tell": _cannot_tell,
    "not_applicable": _not_applicable,
}
