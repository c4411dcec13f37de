"""The small trend in a row: adherence of the latest weeks as bars; a sign says why nothing was due in a week.

A bar is a thick stroke, and its width and the drawing's size stand in ``caseload.css``: ten thousand drawings go to the
browser at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import escape

from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints
from footdrop_analytics.analysis.wording import Texts
from footdrop_analytics.dashboards.caseload.roster import NO_PLAN_AT, Roster, not_due, reasons
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import number, short_day

N_WEEKS = 12
_DAYS = 7
_FLOOR, _HEIGHT, _STEP = 21, 18, 8
# A due week in which nothing was logged keeps the foot of its bar: it differs from a week that was not due.
_FOOT = 2
# Whole percents keep 0 and 100 to themselves, as everywhere.
_LITTLE, _NEARLY = 0.4, 99.6
_PERCENTS = (*range(101), _LITTLE, _NEARLY)


@dataclass(frozen=True)
class Weeks:
    """Each patient's last calendar weeks: one row per patient, one column per week, oldest first.

    Attributes
    ----------
    shares : array
        Adherence; missing where nothing was due.
    reasons : array
        Why nothing was due there: places in ``roster.not_due``.
    mondays : list of Timestamp
        The days on which the weeks begin.
    """

    shares: Floats
    reasons: Ints
    mondays: Sequence[pd.Timestamp]


def latest_weeks(roster: Roster) -> Weeks:
    """The last calendar weeks up to the as-of day."""
    last = roster.as_of - pd.Timedelta(days=roster.as_of.weekday())
    mondays = [last - pd.Timedelta(days=_DAYS * back) for back in reversed(range(N_WEEKS))]
    table = roster.weeks
    # Weeks are clipped to the period, so a week is known by the Monday on or before its first day.
    since = (table["window_start"] - mondays[0]).dt.days.to_numpy()
    week: Ints = np.floor_divide(since, _DAYS)
    places = roster.places(table["patient_id"])
    fits: Bools = (week >= 0) & (week < N_WEEKS) & (places >= 0)
    shares, why = np.full((len(roster), N_WEEKS), np.nan), np.zeros((len(roster), N_WEEKS), dtype=np.int64)
    shares[places[fits], week[fits]] = table["adherence"].to_numpy(dtype=np.float64, na_value=np.nan)[fits]
    why[places[fits], week[fits]] = reasons(table)[fits]
    why[~roster.plan_known] = NO_PLAN_AT
    return Weeks(shares, why, mondays)


def pictures(weeks: Weeks) -> Texts:
    """One small drawing per patient, whose title says the same in words."""
    code = np.where(np.isnan(weeks.shares), len(_PERCENTS) + weeks.reasons, _percents(weeks.shares))
    drawn, signed, said = (np.full(len(code), "", dtype=object) for _ in range(3))
    # Each bar, sign and word of each week is written once; a patient's drawing is a row of these pieces.
    why = not_due()
    words: Texts = np.array([*(_in_words(at) for at in _PERCENTS), *why], dtype=object)
    for week in range(N_WEEKS):
        bars: Texts = np.array([*(_bar(week, at) for at in _PERCENTS), *[""] * len(why)], dtype=object)
        signs: Texts = np.array([*[""] * len(_PERCENTS), *_signs(week)], dtype=object)
        drawn, signed = drawn + bars[code[:, week]], signed + signs[code[:, week]]
        said = said + (", " if week else "") + words[code[:, week]]
    between = {"first": short_day(weeks.mondays[0]), "last": short_day(weeks.mondays[-1])}
    title = translated("Adherence in %, weeks of {first} to {last}:", **between)
    opening = f"<svg class=fda-weeks role=img><title>{escape(title)} "
    found: Texts = opening + said + "</title><path d='" + drawn + "'/><path class=fda-signs d='" + signed + "'/></svg>"
    nothing = translated("nothing due in {count} weeks", count=N_WEEKS)
    found[(code == len(_PERCENTS)).all(axis=1)] = f"<small>{escape(nothing)}</small>"
    found[(code == len(_PERCENTS) + NO_PLAN_AT).all(axis=1)] = ""
    return found


def _percents(shares: Floats) -> Ints:
    """The place of each share in ``_PERCENTS``; that of a missing one means nothing."""
    whole = np.floor(np.nan_to_num(shares) * 100 + 0.5 + TOLERANCE)
    whole = np.where((shares > 0) & (whole < 1), _PERCENTS.index(_LITTLE), whole)
    return np.where((shares < 1 - TOLERANCE) & (whole == 100), _PERCENTS.index(_NEARLY), whole).astype(np.int64)


def _signs(week: int) -> list[str]:
    """The signs for each reason of ``not_due``: a blank, two lines as on a pause button, crosses, hatching; a blank."""
    x = week * _STEP
    pause, cross = f"M{x + 3} 9v7m3 0v-7", f"M{x + 1} 9l6 6m0-6l-6 6"
    hatch = f"M{x + 1} 15l3-6m1 6l3-6"
    return ["", pause, cross, cross, hatch, hatch, ""]


def _in_words(at: float) -> str:
    return {_LITTLE: "&lt; 1", _NEARLY: "&gt; 99"}.get(at) or number(at)


def _bar(week: int, at: float) -> str:
    height = _FOOT + round(at * _HEIGHT / 100)
    return f"M{week * _STEP + _STEP // 2} {_FLOOR}v-{height}"
