"""The sentence with which each part begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from footdrop_analytics.dashboards.cohort.choice import Choice
from footdrop_analytics.dashboards.cohort.pattern import Pattern
from footdrop_analytics.dashboards.cohort.persisting import Curve
from footdrop_analytics.dashboards.cohort.quality import Quality
from footdrop_analytics.dashboards.cohort.words import curve_words, hour_words, weeks
from footdrop_analytics.knowledge import load_definitions
from footdrop_analytics.report.words import counted, joined, percent

_WEEKEND = slice(5, 7)


def adherence_lead(rows: Sequence[Mapping[str, Any]]) -> str:
    """The median of all patients with its interval."""
    if not rows or not rows[0]["patients"]:
        return ""
    row = rows[0]
    n = counted(row["patients"], "patient")
    nothing = f" Nothing was due to {counted(row['nothing_due'], 'more patient')}." if row["nothing_due"] else ""
    if row["median"] is None:
        return f"{n}: too few to summarise.{nothing}"
    interval = "too few for an interval"
    if row["median_low"] is not None:
        interval = f"95 % interval {percent(row['median_low'])} to {percent(row['median_high'])}"
    half = f"the middle half lies between {percent(row['p25'])} and {percent(row['p75'])}"
    return f"{n}: median {percent(row['median'])} of the sessions due ({interval}); {half}.{nothing}"


def persistence_lead(rows: Sequence[Mapping[str, Any]], curves: tuple[Curve, ...], marks: Sequence[int]) -> str:
    """How many have stopped, and the share with entries at the last day told."""
    if not rows or not rows[0]["patients"]:
        return ""
    row = rows[0]
    stopped = f"No entry for 28 due days or more: {row['stopped']:,} of {counted(row['patients'], 'patient')}."
    if not curves or not marks:
        return stopped
    return f"{stopped} With entries {weeks(marks[-1])} after the first due day: {curve_words(curves[0], marks[-1])}."


def ladder_lead(states: pd.DataFrame) -> str:
    """How many series are in which state, in the words of the definitions."""
    counts = states.groupby("state", sort=False)["series"].sum()
    names = load_definitions()
    parts = [f"{names[str(state)].name} {count:,}" for state, count in counts.items() if count]
    return f"{counted(int(counts.sum()), 'series', 'series')}: {'; '.join(parts)}." if parts else ""


def pattern_lead(pattern: Pattern) -> str:
    """The share of the weekend and the hour with most sessions."""
    by_weekday = pattern.by_weekday
    total = int(by_weekday.sum())
    if not total:
        return ""
    weekend = f"Saturday and Sunday have {percent(by_weekday[_WEEKEND].sum() / total)} of the home sessions"
    hours = pattern.grid.sum(axis=0)
    busiest = f" Most often they begin from {hour_words(int(hours.argmax()))}." if pattern.timed else ""
    return f"{weekend}; two of seven days are 29 %.{busiest}"


def quality_lead(quality: Quality) -> str:
    """What is missing in the rows of all sources."""
    row = quality.sources.iloc[-1]
    if not row["of_rows"]:
        return ""
    parts = [f"{row['rejected']:,} of {row['of_rows']:,} rows of the log were rejected"]
    parts += [
        f"{percent(row[name] / row[whole])} have no {what}"
        for name, whole, what in (("untimed", "rows", "time"), ("no_pain", "tried", "pain rating"))
        if row[whole]
    ]
    without = f" {quality.without_rows:,} of {counted(quality.prescribed, 'patient')} with a prescription have no row."
    return f"{joined(parts)}.{without if quality.prescribed else ''}"


def nothing_due(choice: Choice) -> str:
    """Why there is nothing to show."""
    if not choice.chosen.any():
        return "No patient has this arm and aetiology."
    return "Nothing was due in this choice: no patient shown has a prescription with a due day up to the as-of day."
