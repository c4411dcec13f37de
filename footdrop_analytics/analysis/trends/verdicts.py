"""What may be said of a run: one word, the first that holds, with the codes of what weakens it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints
from footdrop_analytics.analysis.log.days.day_values import DailyValues
from footdrop_analytics.analysis.log.rows import Rows
from footdrop_analytics.analysis.trends.estimates import LEAST_FOR_TEST, TrendEstimates
from footdrop_analytics.model.vocabulary import VERDICTS

NOT_APPLICABLE, CANNOT_TELL, RISING, DECLINING, AT_TARGET, STEADY = range(len(VERDICTS))

LEAST_FOR_VERDICT = 5
ALPHA, ALPHA_RECENT = 0.005, 0.001
"""Divided by the number of the patient's series that could get a verdict: many series are looked at every week."""
LAST_DAYS, AT_TARGET_DAYS, LATEST_DAYS = 5, 3, 2


@dataclass(frozen=True)
class Verdicts:
    """What may be said of each run: ``verdict`` is its place in ``VERDICTS``; see :func:`trends.trends`.

    ``recent`` marks runs with a recent decline; ``stops``: the log stops at the target.
    """

    verdict: Ints
    n_at_target: Ints
    recent: Bools
    stops: Bools


def judged(estimates: TrendEstimates, fitted: Rows, helped: Bools, varied: Bools, m: Ints) -> Verdicts:
    """The verdicts of all runs.

    ``fitted`` are the columns of ``estimates``; ``helped``: repetitions measure the helper; ``varied``: a load that
    nobody prescribed changed; ``m``: how many of the patient's series could get a verdict.
    """
    n, margin, change = estimates.n, estimates.margin, fitted["change"]
    n_at_target, latest, over = target_days(estimates.days, estimates.target)
    often, capped = n_at_target >= AT_TARGET_DAYS, estimates.capped.capped
    declines = estimates.recent
    with np.errstate(invalid="ignore"):
        recent = (declines.p_value < ALPHA_RECENT / m) & (-declines.change >= margin - TOLERANCE)
        clear = (n >= LEAST_FOR_TEST) & (fitted["p_value"] < ALPHA / m) & (np.abs(change) >= margin - TOLERANCE)
    at_target = often & latest
    open_still = len(VERDICTS)
    verdict = np.select(
        [
            helped,
            (n < LEAST_FOR_VERDICT) | varied,
            recent | (clear & (change < 0)),
            at_target & capped,
            clear & (change > 0),
            at_target,
        ],
        [NOT_APPLICABLE, CANNOT_TELL, DECLINING, AT_TARGET, RISING, AT_TARGET],
        default=open_still,
    )
    undecided = verdict == open_still
    verdict[undecided] = CANNOT_TELL
    verdict[estimates.inside(undecided)] = STEADY
    return Verdicts(verdict, n_at_target, recent & (verdict == DECLINING), capped | (often & ~over))


def target_days(days: DailyValues, target: Floats) -> tuple[Ints, Bools, Bools]:
    """Of each run: how many of the last 5 days reach the target, whether the last 2 do, whether any of 5 passes it."""
    run = days.run[days.begins]
    values, goal = days.latest(LAST_DAYS), target[run][:, None]
    reached, passed = values >= goal - TOLERANCE, values > goal + TOLERANCE
    count = np.zeros(len(target), dtype=np.int64)
    last_two, over = (np.zeros(len(target), dtype=bool) for _ in range(2))
    count[run], last_two[run], over[run] = reached.sum(axis=1), reached[:, :LATEST_DAYS].all(axis=1), passed.any(axis=1)
    return count, last_two, over
