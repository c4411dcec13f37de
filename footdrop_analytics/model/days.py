"""Days given as parameters: a date, a Timestamp or ISO text, never a guess."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from footdrop_analytics.errors import ParameterError

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}.*)?")


def day_of(value: object, name: str) -> pd.Timestamp:
    """The day of a date, Timestamp or ISO text, without time of day and offset.

    Raises
    ------
    ParameterError
        If ``value`` is missing or is no day; ``name`` is the parameter that the message names.
    """
    expected = f"{name}: expected a date, a Timestamp or ISO text such as '2026-03-31', found {value!r}."
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value.strip()):
        raise ParameterError(expected)
    if not isinstance(value, str | dt.date | np.datetime64):
        raise ParameterError(expected)
    try:
        stamp = pd.Timestamp(value)
    except (ValueError, TypeError) as error:
        raise ParameterError(expected) from error
    if pd.isna(stamp):
        raise ParameterError(expected)
    return stamp.tz_localize(None).normalize().as_unit("us")
