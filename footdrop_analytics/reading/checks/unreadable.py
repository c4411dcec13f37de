"""``study.unreadable``: what can still be read of rejected rows, so that nobody takes them for days without a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.model.columns import INSTANT, TEXT
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.checks.validate import Failure, rows_of
from footdrop_analytics.reading.parsed_file import ParsedFile

UNREADABLE_COLUMNS = ("table", "patient_id", "day", "exercise", "side", "status", "source")
_KEYS = ("exercise", "side", "status", "source")


def unreadable_rows(parsed: ParsedFile, hard: Sequence[Failure]) -> pd.DataFrame:
    """One line per distinct rejected row whose patient or day can be read; a day that cannot be true is missing.

    Blanks that have a default are filled already; a blank ``side`` stays missing, like an unreadable one.
    """
    failed = _failed_rows(parsed.failures)
    rows = rows_of(hard)
    frame, specs = parsed.frame.take(rows), COLUMNS[parsed.raw.table]
    day = next((name for name, spec in specs.items() if spec.log_day), None)
    found = {
        "table": pd.Series(pd.array([parsed.raw.table] * len(rows), dtype=TEXT)),
        "patient_id": pd.Series(frame["patient_id"].astype(TEXT).array),
        "day": pd.Series(np.full(len(rows), np.datetime64("NaT"), dtype=INSTANT)),
    }
    if day is not None:
        possible = ~np.isin(rows, failed.get(day, []))
        found["day"] = frame[day].dt.normalize().reset_index(drop=True).where(possible)
    for name in _KEYS:
        found[name] = pd.Series(pd.array([None] * len(rows), dtype=TEXT))
        if name in specs:
            cells = frame[name].astype(TEXT).reset_index(drop=True)
            found[name] = cells.mask(np.isin(rows, failed.get(name, [])))
    lines = pd.DataFrame(found)
    return lines[lines["patient_id"].notna() | lines["day"].notna()]


def _failed_rows(failures: Sequence[Failure]) -> Mapping[str, np.ndarray]:
    """For each column the rows that fail a check of it."""
    found: dict[str, np.ndarray] = {}
    for one in failures:
        found[one.column] = np.union1d(found.get(one.column, np.empty(0, dtype=np.int64)), one.positions)
    return found


def unreadable_table(parts: Sequence[pd.DataFrame], exercises: tuple[str, ...]) -> pd.DataFrame:
    """The lines of all files below each other, keys as categories (missing where unreadable)."""
    filled = [part for part in parts if len(part)]
    whole = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(UNREADABLE_COLUMNS))
    specs = COLUMNS["sessions"]
    dtypes: dict[str, Any] = {"table": TEXT, "patient_id": TEXT, "day": INSTANT}
    dtypes |= {name: pd.CategoricalDtype(list(specs[name].allowed or exercises)) for name in _KEYS}
    return whole.astype(dtypes)
