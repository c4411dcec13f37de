"""One rule held against every active series, in arithmetic with true, false and missing, and in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan

import numpy as np
import numpy.typing as npt

from footdrop_analytics.analysis.log.arrays import Bools, Ints
from footdrop_analytics.analysis.wording import Words, alike, number
from footdrop_analytics.knowledge import Rule
from footdrop_analytics.wording.language import general, how_many, marked, translated

Three = npt.NDArray[np.int8]
"""1 true, 0 false, −1 missing."""
TRUE, FALSE, MISSING = 1, 0, -1


@dataclass(frozen=True)
class Criterion:
    """One rule for every active series: one entry of the arrays per entry of the practice."""

    rule: Rule
    met: Three
    observed: Words
    threshold: Words
    first: Ints
    last: Ints
    n: Ints
    applicable: Bools


def three(true: Bools, missing: Bools) -> Three:
    """Three values from two masks; missing wins."""
    return np.where(missing, MISSING, true.astype(np.int8)).astype(np.int8)


def all_of(*parts: Three) -> Three:
    """False if one is false, else missing if one is missing, else true."""
    stacked = np.stack(parts)
    return np.where((stacked == FALSE).any(0), FALSE, np.where((stacked == MISSING).any(0), MISSING, TRUE)).astype(
        np.int8
    )


def criterion_of(
    rule: Rule, met: Three, observed: Words, threshold: str | Words, first: Ints, last: Ints, n: Ints
) -> Criterion:
    """A rule's result for every active series, for now as if it applied to all of them."""
    size = len(met)
    limits = alike(threshold, size) if isinstance(threshold, str) else threshold
    return Criterion(rule, met, observed, limits, first, last, n, np.ones(size, dtype=bool))


def best_word(best: float, lacks: bool) -> str:
    """The best set of a target day; ``lacks``: repetitions of some set are not recorded."""
    return (
        number(best)
        if not isnan(best)
        else translated(marked("not recorded") if lacks else marked("none as prescribed"))
    )


def dose_word(dose: float, lacks: bool) -> str:
    """The dose of a target day; ``lacks``: that of some set is not known."""
    if lacks:
        return translated("not recorded") if dose == 0 else translated("at least {value}", value=number(dose))
    return number(dose)


def missed_words(missed: float, unknown: float, n: float) -> str:
    """How many of the target days miss the target, and of how many it is not known."""
    if missed:
        told = [how_many("{count} day of {n} below", "{count} days of {n} below", missed, n=int(n))]
    else:
        told = [how_many("none of {count} day below", "none of {count} days below", n)]
    told += [how_many("{count} day not known", "{count} days not known", unknown)] if unknown else []
    return ", ".join(told)


def target_limit_words(goal: float, least: float, spare: float) -> str:
    """What the target days are held against."""
    if isnan(goal):
        return translated("no target prescribed")
    limits = {"best": number(goal), "dose": number(least)}
    if not spare:
        return translated("each day best at least {best}, dose at least {dose}", **limits)
    return how_many(
        "on all but {count} day best at least {best}, dose at least {dose}",
        "on all but {count} days best at least {best}, dose at least {dose}",
        spare,
        **limits,
    )


def as_prescribed_words(easier_days: tuple[int, ...], unread: str | None) -> str:
    """On how many of the last days there was more help, less load, a much shorter hold than prescribed."""
    help_days, load_days, hold_days = easier_days
    told = [
        how_many("more help than prescribed on {count} day", "more help than prescribed on {count} days", help_days)
        if help_days
        else "",
        how_many("less load than prescribed on {count} day", "less load than prescribed on {count} days", load_days)
        if load_days
        else "",
        how_many(
            "a shorter hold than prescribed on {count} day", "a shorter hold than prescribed on {count} days", hold_days
        )
        if hold_days
        else "",
    ]
    nothing = translated("no more help and no less load or hold than prescribed")
    return "; ".join([", ".join(filter(None, told)) or nothing, *_unread(unread)])


def rated_words(top: float, rated: int, of: int, unread: str | None) -> str:
    """The highest rating of the last days, and on how many of them there is one."""
    if rated:
        told = how_many(
            "highest {top}, rated on {rated} of {count} day",
            "highest {top}, rated on {rated} of {count} days",
            of,
            top=number(top),
            rated=rated,
        )
    else:
        told = how_many("not rated on {count} day", "not rated on {count} days", of)
    return "; ".join([told, *_unread(unread)])


def _unread(unread: str | None) -> list[str]:
    return [translated("{what} of these days could not be read", what=unread)] if unread else []


def last_sets_words(*reps: float) -> str:
    """The last sets of the latest days."""
    sets = joined(reps, lambda one: translated("not as prescribed") if one < 0 else number(one))
    return translated("last sets {sets} (oldest first)", sets=sets)


def last_sets_limit_words(reps: float) -> str:
    """What the last sets are held against."""
    if isnan(reps):
        return translated("no target prescribed")
    return translated("each at least {reps}", reps=general(reps))


def joined(values: tuple[float, ...], write: Callable[[float], str] = number) -> str:
    """The last days' values as words, oldest first."""
    return ", ".join(write(value) for value in values[::-1])
