"""What each criterion on the last days observed, in words: the sentences, made of numbers that others compute."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from footdrop_analytics.analysis.wording import counted, number


def best_word(best: float, lacks: bool) -> str:
    """The best set of a target day; ``lacks``: repetitions of some set are not recorded."""
    return number(best) if not isnan(best) else "not recorded" if lacks else "none as prescribed"


def dose_word(dose: float, lacks: bool) -> str:
    """The dose of a target day; ``lacks``: that of some set is not known."""
    return "not recorded" if lacks and dose == 0 else f"at least {number(dose)}" if lacks else number(dose)


def target_words(seconds: bool, missed: float, unknown: float, n: float, bests: str, doses: str) -> str:
    """Best set and dose of each target day, oldest first, and how many of them miss the target."""
    unit = " s" if seconds else ""
    told = [f"{counted(missed, 'day')} of {n:.0f} below"] if missed else [f"none of {counted(n, 'day')} below"]
    told += [f"{counted(unknown, 'day')} not known"] if unknown else []
    return f"{', '.join(told)}; best {bests}{unit}; dose {doses}{unit} (oldest first)"


def target_limit_words(goal: float, least: float, spare: float) -> str:
    """What the target days are held against."""
    if isnan(goal):
        return "no target prescribed"
    on = f"on all but {counted(spare, 'day')}" if spare else "each day"
    return f"{on} best at least {number(goal)}, dose at least {number(least)}"


def as_prescribed_words(easier_days: tuple[int, ...], unread: str | None) -> str:
    """On how many of the last days there was more help, less load, a much shorter hold than prescribed."""
    names = ("more help than prescribed", "less load than prescribed", "a shorter hold than prescribed")
    told = [f"{what} on {counted(days, 'day')}" for days, what in zip(easier_days, names, strict=True) if days]
    return "; ".join([", ".join(told) or "no more help and no less load or hold than prescribed", *_unread(unread)])


def rated_words(top: float, rated: int, of: int, unread: str | None) -> str:
    """The highest rating of the last days, and on how many of them there is one."""
    told = (
        f"highest {number(top)}, rated on {rated} of {counted(of, 'day')}"
        if rated
        else f"not rated on {counted(of, 'day')}"
    )
    return "; ".join([told, *_unread(unread)])


def _unread(unread: str | None) -> list[str]:
    return [f"{unread} of these days could not be read"] if unread else []


def last_sets_words(*reps: float) -> str:
    """The last sets of the latest days."""
    return f"last sets {joined(reps, lambda one: 'not as prescribed' if one < 0 else number(one))} (oldest first)"


def joined(values: tuple[float, ...], write: Callable[[float], str] = number) -> str:
    """The last days' values as words, oldest first."""
    return ", ".join(write(value) for value in values[::-1])
