"""How often flat logs are called a trend, and how often the interval holds the true slope."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pandas as pd

import footdrop_analytics as fd
from benchmarks.measure import Result
from benchmarks.series import series_tables, simulate_series

DAYS = (10, 14, 20, 30, 60)
CORRELATIONS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
MISSING = (0.0, 0.4)
RISE_PER_WEEK = 0.7


def calibration_tables(series: int) -> Result:
    """For each length, correlation and share of missing days: what the trends say about flat and about rising logs."""
    return {"cells": list(_cells(series))}


def _cells(series: int) -> Iterator[Result]:
    for number, (n, phi, missing) in enumerate(product(DAYS, CORRELATIONS, MISSING)):
        flat = _trends(series, n, phi, missing, slope=0.0, seed=2 * number)
        rising = _trends(series, n, phi, missing, slope=RISE_PER_WEEK, seed=2 * number + 1)
        covered = (rising["slope_low"] <= RISE_PER_WEEK) & (rising["slope_high"] >= RISE_PER_WEEK)
        yield {
            "n": n,
            "phi": phi,
            "missing": missing,
            "false_trends": float((flat["p_value"] < 0.05).mean()),
            "false_verdicts": float(flat["verdict"].isin(["rising", "declining"]).mean()),
            "coverage": float(covered.mean()),
            "mean_slope": float(rising["slope_per_week"].mean()),
            "rising": float((rising["verdict"] == "rising").mean()),
        }


def _trends(series: int, n: int, phi: float, missing: float, slope: float, seed: int) -> pd.DataFrame:
    values = simulate_series(series, n, seed, slope_per_week=slope, level=12.0, phi=phi, missing=missing)
    tables = series_tables(values)
    return fd.trends(
        fd.study_from_tables(sessions=tables["sessions"], prescriptions=tables["prescriptions"], today="2026-01-01")
    )
