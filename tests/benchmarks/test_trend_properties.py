"""What is claimed about the trends, in small: the whole is ``python -m benchmarks.trend_properties``."""

from __future__ import annotations

from itertools import chain

from benchmarks.trend_properties import calibration, capped_runs, declines, repeated_looks, slips

SERIES, SEED = 60, 3
_ERRORS = 3.5
"""Monte-Carlo standard errors that a bar may be missed by; worst cells are left to the whole."""


def test_claims_hold_in_small() -> None:
    found = list(
        chain(
            (one for one in calibration(SERIES, SEED) if "mean" in one.claim),
            repeated_looks(SERIES, SEED),
            capped_runs(SERIES, SEED),
            slips(SERIES, SEED),
        )
    )
    assert len(found) == 47
    for one in found:
        off = one.value - one.bar if one.at_most else one.bar - one.value
        assert off <= _ERRORS * one.error, one


def test_a_decline_is_told_in_time() -> None:
    told = [one.value for one in declines(200, SEED)]
    # A free log by day 28, 35 and 42, then one that stops at the target: of it lines alone told 4, 12 and 28 %.
    assert all(value >= least for value, least in zip(told, (0.4, 0.7, 0.85, 0.05, 0.3, 0.5), strict=True)), told
