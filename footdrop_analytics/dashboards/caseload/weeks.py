"""The small trend in a row: adherence of the latest weeks as bars; a week in which nothing was due stays blank.

A bar is a thick stroke, and its width and the drawing's size stand in ``caseload.css``: ten thousand drawings go to the
browser at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import escape

from footdrop_analytics.analysis.columns import TOLERANCE, Bools, Floats, Ints
from footdrop_analytics.analysis.wording import Texts
from footdrop_analytics.dashboards.caseload.roster import Roster
from footdrop_analytics.report.words import percent, short_day

N_WEEKS = 12
_DAYS = 7
_FLOOR, _HEIGHT, _STEP = 21, 18, 8
# A due week in which nothing was logged keeps the foot of its bar: it differs from a week that was not due.
_FOOT = 2
# Whole percents keep 0 and 100 to themselves, as everywhere.
_LITTLE, _NEARLY = 0.4, 99.6
_PERCENTS = (*range(101), _LITTLE, _NEARLY)


def latest_weeks(roster: Roster) -> tuple[Floats, list[pd.Timestamp]]:
    """Each patient's adherence of the last calendar weeks, oldest first, and the Mondays they begin on.

    Returns
    -------
    shares
        One row per patient, one column per week; missing where nothing was due.
    mondays
        The weeks.
    """
    last = roster.as_of - pd.Timedelta(days=roster.as_of.weekday())
    mondays = [last - pd.Timedelta(days=_DAYS * back) for back in reversed(range(N_WEEKS))]
    table = roster.weeks
    # Weeks are clipped to the period, so a week is known by the Monday on or before its first day.
    since = (table["window_start"] - mondays[0]).dt.days.to_numpy()
    week: Ints = np.floor_divide(since, _DAYS)
    places = roster.places(table["patient_id"])
    fits: Bools = (week >= 0) & (week < N_WEEKS) & (places >= 0)
    shares = np.full((len(roster), N_WEEKS), np.nan)
    shares[places[fits], week[fits]] = table["adherence"].to_numpy(dtype=np.float64, na_value=np.nan)[fits]
    return shares, mondays


def pictures(shares: Floats, mondays: Sequence[pd.Timestamp]) -> Texts:
    """One small drawing per patient, whose title says the same in words."""
    code = _percents(shares)
    drawn: Texts = np.full(len(shares), "", dtype=object)
    said: Texts = np.full(len(shares), "", dtype=object)
    # Each bar and word of each week is written once; a patient's drawing is a row of these pieces.
    words: Texts = np.array([*(_in_words(at) for at in _PERCENTS), "none due"], dtype=object)
    for week in range(shares.shape[1]):
        bars: Texts = np.array([*(_bar(week, at) for at in _PERCENTS), ""], dtype=object)
        drawn = drawn + bars[code[:, week]]
        said = said + (", " if week else "") + words[code[:, week]]
    weeks = f"Adherence in %, weeks of {short_day(mondays[0])} to {short_day(mondays[-1])}: "
    opening = f"<svg class=fda-weeks role=img><title>{weeks}"
    found: Texts = opening + said + "</title><path d='" + drawn + "'/></svg>"
    found[np.isnan(shares).all(axis=1)] = f"<small>nothing due in {len(mondays)} weeks</small>"
    return found


def _percents(shares: Floats) -> Ints:
    """The place of each share in ``_PERCENTS``, the last place where it is missing."""
    whole = np.floor(shares * 100 + 0.5 + TOLERANCE)
    whole = np.where((shares > 0) & (whole < 1), _PERCENTS.index(_LITTLE), whole)
    whole = np.where((shares < 1 - TOLERANCE) & (whole == 100), _PERCENTS.index(_NEARLY), whole)
    found: Ints = np.where(np.isnan(shares), len(_PERCENTS), whole).astype(np.int64)
    return found


def _in_words(at: float) -> str:
    return str(escape(percent(at / 100).removesuffix(" %")))


def _bar(week: int, at: float) -> str:
    height = _FOOT + round(at * _HEIGHT / 100)
    return f"M{week * _STEP + _STEP // 2} {_FLOOR}v-{height}"
