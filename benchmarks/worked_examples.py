"""Published and hand-worked figures beside the package's, to four decimals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import stats

from footdrop_analytics.analysis.adherence.interval import wilson
from footdrop_analytics.analysis.cohort.spread import curve_of

# Weeks of remission (Freireich et al. 1963): 6-mercaptopurine, stopped and still in remission, and placebo.
_STOPPED = (6, 6, 6, 7, 10, 13, 16, 22, 23)
_CENSORED = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
_PLACEBO = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)


_AML = {
    "maintained": (
        (9, 13, -13, 18, 23, -28, 31, 34, -45, 48, -161),
        {9: 0.909, 13: 0.818, 18: 0.716, 23: 0.614, 31: 0.491, 34: 0.368, 48: 0.184},
        3,
    ),
    "not maintained": (
        (5, 5, 8, 8, 12, -16, 23, 27, 30, 33, 43, 45),
        {5: 0.8333, 8: 0.6667, 12: 0.5833, 23: 0.4861, 27: 0.3889, 30: 0.2917, 33: 0.1944, 43: 0.0972, 45: 0.0},
        4,
    ),
}
"""Weeks of remission in acute myelogenous leukaemia (Miller 1981), censored ones negative; shares as R prints them."""


class Example(NamedTuple):
    """One figure: ours, the expected one and where it is from; ``decimals``: as many as its source prints."""

    figure: str
    ours: float
    expected: float
    source: str
    decimals: int = 4

    @property
    def equal(self) -> bool:
        """Whether both are the same to the decimals of the source."""
        return bool(abs(self.ours - self.expected) <= 0.500001 * 10.0**-self.decimals)


def examples() -> Iterator[Example]:
    """Kaplan–Meier and log-rank of Freireich's trial, and Wilson's interval."""
    weeks = np.array([*_STOPPED, *_CENSORED])
    event = np.arange(len(weeks)) < len(_STOPPED)
    curve = curve_of(weeks, event)
    share = 1.0
    # At risk and stopped at each week, counted by hand from the list above.
    for week, at_risk, stopped in (
        (6, 21, 3),
        (7, 17, 1),
        (10, 15, 1),
        (13, 12, 1),
        (16, 11, 1),
        (22, 7, 1),
        (23, 6, 1),
    ):
        share *= 1 - stopped / at_risk
        yield Example(f"6-MP, Kaplan–Meier, week {week}", curve.at(week)[0], share, "product of the fractions, by hand")
    printed = {6: (0.857, 0.620, 0.952), 13: (0.690, 0.432, 0.849), 23: (0.448, 0.188, 0.680)}
    for week, row in printed.items():
        for name, ours, expected in zip(("share", "low", "high"), curve.at(week)[:3], row, strict=True):
            yield Example(f"6-MP, week {week}, {name}", ours, expected, "R survfit, conf.type = log-log", 3)
    remission = stats.CensoredData.right_censored(weeks, ~event)
    chi2 = float(stats.logrank(remission, np.array(_PLACEBO, dtype=float)).statistic ** 2)
    yield Example("6-MP against placebo, log-rank χ² (SciPy on our times)", chi2, 16.8, "R survdiff", 1)
    for arm, (times, printed_shares, decimals) in _AML.items():
        curve = curve_of(np.abs(times), np.array(times) > 0)
        for week, expected in printed_shares.items():
            yield Example(f"aml, {arm}, week {week}", curve.at(week)[0], expected, "R survfit, data aml", decimals)
    arms = [stats.CensoredData.right_censored(np.abs(one[0]), np.array(one[0]) < 0) for one in _AML.values()]
    test = stats.logrank(arms[0], arms[1])
    yield Example("aml, log-rank χ² (SciPy on our times)", float(test.statistic**2), 3.4, "R survdiff", 1)
    yield Example("aml, log-rank p (SciPy on our times)", float(test.pvalue), 0.0653, "R survdiff")
    yield from _lung()
    z = float(stats.norm.ppf(0.975))
    low, high = wilson(np.array([0.8]), np.array([20.0]), z)
    by_hand = [(0.8 + z**2 / 40 + sign * z * np.sqrt(0.16 / 20 + z**2 / 1600)) / (1 + z**2 / 20) for sign in (-1, 1)]
    yield Example("Wilson interval, 16 of 20, low", float(low[0]), by_hand[0], "Wilson 1927, by hand")
    yield Example("Wilson interval, 16 of 20, high", float(high[0]), by_hand[1], "Wilson 1927, by hand")


def _lung() -> Iterator[Example]:
    """Survival in advanced lung cancer (Loprinzi et al. 1994), the data of most of R's examples, from lifelines."""
    from lifelines.datasets import load_lung  # type: ignore[import-untyped]

    data = load_lung()
    days, died, men = data["time"].to_numpy(dtype=np.int64), data["status"].to_numpy() == 1, data["sex"].to_numpy() == 1
    everyone = np.ones(len(days), dtype=bool)
    for who, chosen, median in (("all", everyone, 310), ("men", men, 270), ("women", ~men, 426)):
        curve = curve_of(days[chosen], died[chosen])
        yield Example(f"lung, {who}, median days", curve.median_days, median, "R survfit, data lung", 0)
    year = curve_of(days, died).at(365)[0]
    yield Example("lung, all, share after 365 days", year, 0.409, "R survfit, data lung", 3)
    arms = [stats.CensoredData.right_censored(days[one], ~died[one]) for one in (men, ~men)]
    test = stats.logrank(arms[0], arms[1])
    yield Example(
        "lung, men and women, log-rank χ² (SciPy on our times)", float(test.statistic**2), 10.3, "R survdiff", 1
    )
    yield Example("lung, men and women, log-rank p (SciPy on our times)", float(test.pvalue), 0.00131, "R survdiff", 5)
