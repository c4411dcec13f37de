"""Builders of pandera columns: what a column of an input table holds, said once.

The builders keep, beside pandera's own type and checks, the facts that reading and the documentation need (``kind``,
``required``, ``default``) in the column's metadata; :func:`column_specs` hands them out again as plain objects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from footdrop_analytics.filled import Filled
from footdrop_analytics.model.pandera_settings import pa

Kind = Literal["id", "text", "key", "exercise", "date", "timestamp", "whole", "number", "weekdays"]

TEXT = pd.StringDtype(na_value=np.nan)
INSTANT = np.dtype("datetime64[us]")
WHOLE = pd.Int32Dtype()
NUMBER = np.dtype("float64")

EARLIEST = pd.Timestamp("1990-01-01")
"""No log, plan or visit is older; earlier dates are typing slips or spreadsheet zeros."""
EARLIEST_HISTORY = pd.Timestamp("1900-01-01")
"""Births and onsets may be older than logs."""


@dataclass(frozen=True)
class ColumnSpec:
    """What reading needs to know about one column of an input table."""

    name: str
    kind: Kind
    required: bool
    description: str
    default: str | int | None
    default_text: str | None
    allowed: tuple[str, ...]
    checks: tuple[pa.Check, ...]
    log_day: bool
    decides: bool

    @property
    def limits(self) -> dict[str, float]:
        """The limits of pandera's own checks: ``ge``, ``gt``, ``le`` and ``step`` where there are any."""
        found: dict[str, float] = {}
        for check in self.checks:
            found.update({name: value for name, value in (check.statistics or {}).items() if isinstance(value, float)})
        return found

    @property
    def earliest(self) -> pd.Timestamp | None:
        """The earliest day that a date may be."""
        return next(((check.statistics or {})["earliest"] for check in self.checks if check.name == "earliest"), None)


def column_specs(schema: pa.DataFrameSchema) -> dict[str, ColumnSpec]:
    """The columns of an input table in the contract's order."""
    specs = {}
    for name, column in schema.columns.items():
        facts: dict[str, Any] = column.metadata or {}
        allowed = tuple(column.dtype.type.categories) if facts["kind"] == "key" else ()
        description = column.description or ""
        specs[name] = ColumnSpec(
            name=name, description=description, allowed=allowed, checks=tuple(column.checks), **facts
        )
    return specs


def _column(dtype: Any, kind: str, checks: Sequence[pa.Check], name: str, description: str, **facts: Any) -> pa.Column:
    metadata = {"required": False, "default": None, "default_text": None, "log_day": False, "decides": True} | facts
    always = metadata["required"] or metadata["default"] is not None or metadata["default_text"] is not None
    metadata["kind"] = kind
    return pa.Column(dtype, list(checks), nullable=not always, name=name, description=description, metadata=metadata)


def _not_before(earliest: pd.Timestamp) -> pa.Check:
    return pa.Check(
        lambda values: values >= earliest,
        name="earliest",
        statistics={"earliest": earliest},
        error=Filled.of("a date before {year} cannot be right here", {"year": str(earliest.year)}),
    )


patient_id = partial(_column, "category", "id", (), "patient_id")
"""A patient's id: text exactly as written."""
text = partial(_column, TEXT, "text", ())
exercise = partial(_column, "category", "exercise", ())
"""The key of an exercise in the catalogue of the study."""
timestamp = partial(_column, INSTANT, "timestamp", (_not_before(EARLIEST),))
"""A wall-clock time, or a day (midnight)."""
weekdays = partial(_column, TEXT, "weekdays", ())
"""Days of the week, held as ``mon,wed,fri`` in the order of the week."""


def key(name: str, allowed: tuple[str, ...], description: str, **facts: Any) -> pa.Column:
    """One of a few words, read after trimming and lower-casing."""
    return _column(pd.CategoricalDtype(list(allowed)), "key", (), name, description, **facts)


def date(name: str, description: str, earliest: pd.Timestamp = EARLIEST, **facts: Any) -> pa.Column:
    """A calendar day; a time of day is ignored."""
    return _column(INSTANT, "date", (_not_before(earliest),), name, description, **facts)


def whole(name: str, description: str, low: float, high: float | None = None, **facts: Any) -> pa.Column:
    """A whole number between two limits, both allowed."""
    return _column(WHOLE, "whole", _limits("a whole number", low=low, high=high), name, description, **facts)


def number(
    name: str,
    description: str,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    step: float | None = None,
    **facts: Any,
) -> pa.Column:
    """A number from ``low`` or above ``above`` up to ``high``, in steps of ``step``; its unit is in its name."""
    checks = _limits("a number", low=low, high=high, above=above)
    if step is not None:
        if step == 0.5:
            reason = Filled.of("only whole numbers and halves are possible")
        else:
            reason = Filled.of("only steps of {step} are possible", {"step": f"{step:g}"})
        checks.append(_limit("step", step, lambda values: values % step == 0, reason))
    return _column(NUMBER, "number", checks, name, description, **facts)


def _limits(
    what: str, low: float | None = None, high: float | None = None, above: float | None = None
) -> list[pa.Check]:
    """Checks against limits; each says in words what was expected."""
    bounds = {"from {low}": low, "above {above}": above, "up to {high}": high}
    stated = {words: limit for words, limit in bounds.items() if limit is not None}
    numbers = {words.split("{")[1].rstrip("}"): f"{limit:g}" for words, limit in stated.items()}
    expected = {"expected": Filled.of(f"expected {what} {' '.join(stated)}", numbers)}
    too_small, too_large = (Filled.of(f"too {size}; {{expected}}", expected) for size in ("small", "large"))
    checks = []
    if low is not None:
        negative = Filled.of("a negative number is not possible here; {expected}", expected)
        checks.append(_limit("ge", low, lambda values: values >= low, negative if low == 0 else too_small))
    if above is not None:
        checks.append(_limit("gt", above, lambda values: values > above, too_small))
    if high is not None:
        checks.append(_limit("le", high, lambda values: values <= high, too_large))
    return checks


def _limit(name: str, value: float, passes: Callable[[Any], Any], reason: Filled) -> pa.Check:
    return pa.Check(passes, name=name, statistics={name: float(value)}, error=reason)
