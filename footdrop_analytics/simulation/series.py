"""What every simulation begins with: its first day, noise that resembles itself, and columns of tables."""

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
