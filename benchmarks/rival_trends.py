"""Trends of many series beside libraries that fit one series at a time; their models are other models."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

import footdrop_analytics as fd
from benchmarks.measure import Result, timed
from benchmarks.series import series_tables, simulate_series

DAYS = 60
RIVALS = {
    "statsmodels": "GLSAR, one lag, by the order of entries",
    "scipy": "Theil–Sen slope with its interval, and Kendall's tau; days independent",
    "pymannkendall": "Mann–Kendall after Hamed and Rao, by the order of entries",
}
"""What each library does with one series."""


def installed() -> list[str]:
    """The libraries that are there."""
    return [name for name in RIVALS if find_spec(name)]


def trends_of(series: int, library: str) -> Result:
    """Find the trends of so many series of 60 days, by this package or by a library."""
    values = simulate_series(series, DAYS, 1, slope_per_week=0.7, level=12.0, phi=0.3, missing=0.4)
    tables = series_tables(values)
    if library == "footdrop_analytics":
        sessions, plans = tables["sessions"], tables["prescriptions"]
        study = fd.study_from_tables(sessions=sessions, prescriptions=plans, today="2026-01-01")
        fd.trends(fd.simulate(patients=1, weeks=4, seed=1))
        return timed(lambda: {"series": len(fd.trends(study))})
    fit = _fitting(library)
    each = [_columns(one) for _, one in tables["sessions"].groupby("patient_id", sort=False, observed=True)]
    fit(*each[0])
    return timed(lambda: {"series": sum(1 for day, value in each if fit(day, value) is not None)})


def _columns(log: pd.DataFrame) -> tuple[Any, Any]:
    day = pd.to_datetime(log["performed_at"]).to_numpy().astype("datetime64[D]").astype(float)
    return day - day[0], log["reps"].to_numpy(dtype=float)


def _fitting(library: str) -> Callable[[Any, Any], object]:
    if library == "statsmodels":
        from statsmodels.regression.linear_model import GLSAR  # type: ignore[import-untyped, unused-ignore]

        def glsar(day: Any, value: Any) -> object:
            return GLSAR(value, np.column_stack([np.ones(len(day)), day]), rho=1).iterative_fit(maxiter=6).pvalues

        return glsar
    if library == "scipy":
        from scipy import stats

        return lambda day, value: (stats.theilslopes(value, day), stats.kendalltau(day, value))
    from pymannkendall import hamed_rao_modification_test  # type: ignore[import, unused-ignore]

    return lambda _day, value: hamed_rao_modification_test(value)
