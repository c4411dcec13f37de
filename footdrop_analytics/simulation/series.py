"""Single series with a known course, the first day of every simulated study, and columns of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footdrop_analytics.simulation.cohort import Days, Flags

FIRST_DAY = np.datetime64("2024-01-01", "D")
"""A Monday. Every simulated study begins here: no simulation looks at the clock."""


def ar1(rng: np.random.Generator, phi: NDArray[np.float64], n_days: int) -> NDArray[np.float64]:
    """Noise of variance 1 for every series and day; its correlation falls as ``phi`` to the power of the days between.

    Returns an array ``(series, days)``.
    """
    noise = rng.standard_normal((n_days, len(phi)))
    fresh = np.sqrt(1.0 - phi**2)
    for day in range(1, n_days):
        noise[day] = phi * noise[day - 1] + fresh * noise[day]
    return noise.T


def simulate_series(
    series: int,
    days: int,
    seed: int,
    *,
    slope_per_week: float = 0.0,
    level: float = 10.0,
    sd: float = 1.2,
    phi: float = 0.3,
    missing: float = 0.0,
) -> pd.DataFrame:
    """Whole-number repetitions of many single series with one known slope.

    Parameters
    ----------
    series, days : int
        Number of series, and of days with a value in each.
    seed : int
        The same seed gives the same values.
    slope_per_week : float
        True change in repetitions per week.
    level : float
        True repetitions in the middle of the series.
    sd : float
        Standard deviation of a day around the true line, in repetitions.
    phi : float
        Correlation of two days next to each other; it falls as ``phi`` to the power of the days between.
    missing : float
        Share of calendar days without a value; the series then lasts longer, the number of values stays ``days``.

    Returns
    -------
    DataFrame
        ``series`` (0, 1, …), ``day`` (days from the first), ``value`` (repetitions, never below 0), one row per value.
    """
    rng = np.random.default_rng(seed)
    n_calendar = days if missing == 0 else int(np.ceil(days / (1.0 - missing) * 1.5)) + 5
    present = rng.random((series, n_calendar)) >= missing
    present &= np.cumsum(present, axis=1) <= days
    noise = ar1(rng, np.full(series, phi), n_calendar)
    row, day = np.nonzero(present)
    middle = np.bincount(row, weights=day, minlength=series) / np.maximum(np.bincount(row, minlength=series), 1)
    line = level + slope_per_week / 7.0 * (day - middle[row])
    value = np.maximum(np.rint(line + sd * noise[row, day]), 0.0)
    return pd.DataFrame({"series": row, "day": day, "value": value})


def series_tables(values: pd.DataFrame, exercise: str = "heel_raise") -> dict[str, pd.DataFrame]:
    """The same series as the ``sessions`` and ``prescriptions`` of a study with one patient per series.

    No number of repetitions is prescribed, so that no log stops at a target.
    """
    ids = "S" + pd.Series(np.arange(int(values["series"].max()) + 1)).astype(str).str.zfill(6)
    sessions = pd.DataFrame(
        {
            "patient_id": pd.Categorical.from_codes(values["series"].to_numpy(), categories=pd.Index(ids)),
            "performed_at": (FIRST_DAY + values["day"].to_numpy()).astype("datetime64[us]"),
            "exercise": exercise,
            "side": "left",
            "reps": values["value"].astype("Int32"),
        }
    )
    prescriptions = pd.DataFrame(
        {
            "patient_id": ids,
            "exercise": exercise,
            "side": "left",
            "start_date": pd.Timestamp(FIRST_DAY),
            "days_per_week": 7.0,
            "mode": "active",
        }
    )
    return {"sessions": sessions, "prescriptions": prescriptions}


_TEXT = pd.StringDtype(na_value=np.nan)


def key_column(codes: Days, words: Sequence[str]) -> pd.Series[Any]:
    """The word of each code as a category, missing where the code is -1."""
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(list(words))))


def text_column(codes: Days, words: Sequence[str]) -> pd.Series[Any]:
    """The word of each code as text, missing where the code is -1."""
    return pd.Series(np.array([*words, None], dtype=object)[codes], dtype=_TEXT)


def whole_column(values: Days, known: Flags) -> pd.Series[Any]:
    """Whole numbers, missing where not ``known``."""
    return pd.Series(pd.arrays.IntegerArray(values.astype(np.int32), ~known))


def date_column(days: Days, known: Flags | None = None) -> pd.Series[Any]:
    """Dates of days counted from the first day of the study, missing where not ``known``."""
    values = (FIRST_DAY + days).astype("datetime64[us]")
    return pd.Series(values if known is None else np.where(known, values, np.datetime64("NaT", "us")))


def patient_column(patients: Days, size: int) -> pd.Series[Any]:
    """The ids ``SIM-0001``, ``SIM-0002``, … of patients given by number."""
    width = max(4, len(str(size)))
    return key_column(patients, [f"SIM-{number + 1:0{width}d}" for number in range(size)])
