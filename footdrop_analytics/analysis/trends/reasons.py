"""Why a verdict says no more than it does: codes with numbers and days; people's words are made of them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log.arrays import (
    NO_DAY,
    Bools,
    Floats,
    Ints,
    categories,
    dates_from,
    reduced,
    run_lengths,
    run_numbers,
    run_starts,
    table_of,
)
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.days.day_values import DailyValues
from footdrop_analytics.analysis.trends.estimates import LEAST_FOR_TEST, TrendEstimates
from footdrop_analytics.analysis.trends.run_values import RunValues
from footdrop_analytics.analysis.trends.verdicts import CANNOT_TELL, LEAST_FOR_VERDICT, NOT_APPLICABLE, Verdicts
from footdrop_analytics.analysis.wording import day_text, phrased
from footdrop_analytics.model.vocabulary import TREND_REASONS

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
        return table_of(
            {
                **log.labels(series[self.run[kept]]),
                "reason": categories(self.code[kept], TREND_REASONS),
                "number": self.number[kept],
                "day": dates_from(self.day[kept]),
            }
        )

    def texts(self, size: int) -> npt.NDArray[np.object_]:
        """The reasons of each run as one text: ``few_days=4;one_value_far=90@2025-11-04``."""
        found = np.full(size, "", dtype=object)
        words = phrased(_as_text, self.code, self.number, self.day).texts()
        begins = run_starts(self.run)
        place = np.arange(len(self.run)) - begins[run_numbers(begins, len(self.run))]
        for nth in range(int(run_lengths(begins, len(self.run)).max(initial=0))):
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
    parts = [*_of_runs(estimates, verdicts, helped, varied), *_of_days(values)]
    run, code, number, day = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((day, code, run))
    return Reasons(run[order], code[order], number[order], day[order])


_Part = tuple[Ints, Ints, Floats, Ints]


def _of_runs(estimates: TrendEstimates, verdicts: Verdicts, helped: Bools, varied: Bools) -> Iterator[_Part]:
    n, capped, judged = estimates.n, estimates.capped, verdicts.verdict != NOT_APPLICABLE
    few = n < LEAST_FOR_VERDICT
    undecided = (verdicts.verdict == CANNOT_TELL) & ~few & ~varied
    gap = _longest_gap(estimates.days, len(n))
    counted = {
        "done_with_help": (helped, None),
        "few_days": (judged & few, n),
        "load_varied": (judged & varied, None),
        "few_days_for_a_test": (undecided & (n < LEAST_FOR_TEST), n),
        "within_day_to_day_variation": (undecided & (n >= LEAST_FOR_TEST), None),
        "gap_over_14_days": (judged & (gap > LONG_GAP_DAYS), gap),
        "stops_at_target": (judged & verdicts.stops, None),
        "few_days_below_target": (judged & capped.capped & ~capped.fitted, capped.n_below),
    }
    for name, (holds, number) in counted.items():
        runs = np.flatnonzero(holds)
        amount = np.full(len(runs), np.nan) if number is None else number[runs].astype(np.float64)
        yield runs, np.full(len(runs), TREND_REASONS.index(name)), amount, np.full(len(runs), NO_DAY)


def _of_days(values: RunValues) -> Iterator[_Part]:
    for name, days in (("one_value_far", values.outlying), ("implausible_value", values.implausible)):
        yield days.run, np.full(len(days.run), TREND_REASONS.index(name)), days.value, days.day


def _longest_gap(days: DailyValues, size: int) -> Ints:
    longest = np.zeros(size, dtype=np.int64)
    gap = np.diff(days.day, append=0)
    gap[days.begins + days.count - 1] = 0
    longest[days.run[days.begins]] = reduced(np.maximum, gap, days.begins)
    return longest
