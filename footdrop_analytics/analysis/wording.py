"""Numbers and days as words for whole columns: each distinct value is written once and spread over its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.columns import Ints

Texts = npt.NDArray[np.object_]


def written(values: npt.NDArray[Any], write: Callable[[Any], str]) -> Texts:
    """``write(value)`` of every value, called once for each distinct one."""
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    texts = np.array([write(value) for value in distinct], dtype=object)
    return texts[codes] if len(values) else np.empty(0, dtype=object)


def together(write: Callable[..., str], *columns: npt.NDArray[Any]) -> Texts:
    """``write(a, b, …)`` row by row, called once for each distinct combination."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        own, distinct = pd.factorize(column, use_na_sentinel=False)
        code = pd.factorize(code * max(len(distinct), 1) + own)[0]
    first = np.unique(code, return_index=True)[1]
    texts = np.array([write(*(column[row] for column in columns)) for row in first], dtype=object)
    return texts[code] if len(code) else np.empty(0, dtype=object)


def number(value: float) -> str:
    """A number without needless digits; missing is said, never 0."""
    return "not recorded" if np.isnan(value) else f"{value:.4g}"


def numbers(values: npt.NDArray[Any]) -> Texts:
    """Each number as text."""
    return written(np.asarray(values, dtype=np.float64), number)


def day_texts(days: Ints) -> Texts:
    """Day numbers as ISO dates; empty where there is no day."""
    return written(days, lambda day: str(np.datetime64(int(day), "D")) if day >= 0 else "")


def counted(count: int, one: str, many: str | None = None) -> str:
    """``1 day``, ``2 days``."""
    return f"{int(count)} {one if count == 1 else many or one + 's'}"


def quoted(values: npt.NDArray[Any]) -> Texts:
    """Text from files inside quotation marks, on one line, so that nobody takes it for our own words."""
    return written(values, lambda text: f"“{' '.join(str(text).split())}”")
