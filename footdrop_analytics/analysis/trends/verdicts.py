"""What may be said of a run, one word, the first that holds; and codes with numbers and days of why it says no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import NO_DAY, TOLERANCE, Bools, Floats, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.day_values import DailyValues
from footdrop_analytics.analysis.trends.estimates import LEAST_FOR_TEST, TrendEstimates
from footdrop_analytics.analysis.trends.run_values import RunValues
from footdrop_analytics.analysis.wording import day_text, phrased
from footdrop_analytics.model.vocabulary import TREND_REASONS, VERDICTS

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
    with np.errstate(invalid="ignore"):
        recent = (estimates.recent["p_value"] < ALPHA_RECENT / m) & (-estimates.recent["change"] >= margin - TOLERANCE)
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
    last_two, over = np.zeros((2, len(target)), dtype=bool)
    count[run], last_two[run], over[run] = reached.sum(axis=1), reached[:, :LATEST_DAYS].all(axis=1), passed.any(axis=1)
    return count, last_two, over


LONG_GAP_DAYS = 14


@dataclass(frozen=True)
class Reasons:
    """One entry per run and reason, sorted by run and code: ``code`` is its place in ``TREND_REASONS``.

    ``number`` (NaN = none) and ``day`` (``NO_DAY`` = none) say how many, how much and when.
    """

    run: Ints
    code: Ints
    number: Floats
    day: Ints

    def table(self, log: CodedLog, series: Ints, chosen: Bools) -> pd.DataFrame:
        """The reasons of the chosen runs as a table; ``series`` is that of each run."""
        kept = chosen[self.run]
        return cols.table_of(
            {
                **log.labels(series[self.run[kept]]),
                "reason": cols.categories(self.code[kept], TREND_REASONS),
                "number": self.number[kept],
                "day": cols.dates_from(self.day[kept]),
            }
        )

    def texts(self, size: int) -> npt.NDArray[np.object_]:
        """The reasons of each run as one text: ``few_days=4;one_value_far=90@2025-11-04``."""
        found = np.full(size, "", dtype=object)
        words = phrased(_as_text, self.code, self.number, self.day).texts()
        place = cols.ranges(cols.run_lengths(cols.run_starts(self.run), len(self.run)))
        for nth in range(int(place.max(initial=-1)) + 1):
            rows = np.flatnonzero(place == nth)
            found[self.run[rows]] += words[rows] if nth == 0 else ";" + words[rows]
        return found


def _as_text(code: int, number: float, day: int) -> str:
    amount = "" if np.isnan(number) else f"={number:.4g}"
    return f"{TREND_REASONS[code]}{amount}{'@' + day_text(day) if day > NO_DAY else ''}"


def reasons_of(
    values: RunValues, estimates: TrendEstimates, verdicts: Verdicts, helped: Bools, varied: Bools
) -> Reasons:
    """The reasons of every run."""
    parts = _parts(values, estimates, verdicts, helped, varied)
    run, code, number, day = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((day, code, run))
    return Reasons(run[order], code[order], number[order], day[order])


def _parts(
    values: RunValues, estimates: TrendEstimates, verdicts: Verdicts, helped: Bools, varied: Bools
) -> Iterator[tuple[Ints, Ints, Floats, Ints]]:
    """Run, code, number and day of each reason, kind by kind."""
    n, capped, judged = estimates.n, estimates.capped, verdicts.verdict != NOT_APPLICABLE
    few = n < LEAST_FOR_VERDICT
    undecided = (verdicts.verdict == CANNOT_TELL) & ~few & ~varied
    days, longest = estimates.days, np.zeros_like(n)
    gap = np.diff(days.day, append=0)
    gap[days.begins + days.count - 1] = 0
    longest[days.run[days.begins]] = cols.reduced(np.maximum, gap, days.begins)
    counted = {
        "done_with_help": (helped, None),
        "few_days": (judged & few, n),
        "load_varied": (judged & varied, None),
        "few_days_for_a_test": (undecided & (n < LEAST_FOR_TEST), n),
        "within_day_to_day_variation": (undecided & (n >= LEAST_FOR_TEST), None),
        "gap_over_14_days": (judged & (longest > LONG_GAP_DAYS), longest),
        "stops_at_target": (judged & verdicts.stops, None),
        "few_days_below_target": (judged & capped.capped & ~capped.fitted, capped.n_below),
    }
    for name, (holds, number) in counted.items():
        runs = np.flatnonzero(holds)
        amount = np.full(len(runs), np.nan) if number is None else number[runs].astype(np.float64)
        yield runs, np.full(len(runs), TREND_REASONS.index(name)), amount, np.full(len(runs), NO_DAY)
    for name, far in (("one_value_far", values.outlying), ("implausible_value", values.implausible)):
        yield far.run, np.full(len(far.run), TREND_REASONS.index(name)), far.value, far.day
