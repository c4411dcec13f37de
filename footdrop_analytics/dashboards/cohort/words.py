"""The cohort in words: the sentence with which each part begins, and what charts say to people who do not see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from footdrop_analytics.analysis.cohort.choice import LEAST_PATIENTS, Choice
from footdrop_analytics.analysis.cohort.pattern import WEEKDAYS, Pattern
from footdrop_analytics.analysis.cohort.quality import Quality
from footdrop_analytics.analysis.cohort.spread import Spread
from footdrop_analytics.analysis.cohort.survival import Curve, Persisting
from footdrop_analytics.knowledge import load_definitions
from footdrop_analytics.knowledge.persistence import load_silences
from footdrop_analytics.wording.words import counted, joined, percent

TOLD = 12
"""No more groups than this are told one by one in the words of a chart; the table has all."""
TOLD_IN_A_SENTENCE = 5
"""Of more groups than this a sentence names the lowest and the highest only."""


def known(value: float | None) -> float | None:
    """A number, None where it is missing."""
    return None if value is None or value != value else float(value)


def plain_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries, missing numbers as None."""
    return [
        {str(name): known(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def group_words(row: Mapping[str, Any]) -> str:
    """One group of the spread in a few words; plain text."""
    n = counted(int(row["patients"]), "patient")
    if known(row["median"]) is None:
        return f"{row['name']}: {n}, too few to summarise"
    half = f"middle half {percent(row['p25'])} to {percent(row['p75'])}"
    interval = "too few for an interval"
    if known(row["median_low"]) is not None:
        interval = f"95 % interval {percent(row['median_low'])} to {percent(row['median_high'])}"
    return f"{row['name']}: median {percent(row['median'])} ({interval}), {half}, {n}"


def spread_words(spread: Spread, group: str) -> str:
    """What the chart of adherence shows."""
    rows = plain_records(spread.groups)
    told = "; ".join(group_words(row) for row in rows[: TOLD + 1] if row["patients"])
    more = f"; {len(rows) - TOLD - 1} more in the table" if len(rows) > TOLD + 1 else ""
    return f"Adherence as logged, one value per patient, by {group}. {told}{more}."


def curve_words(curve: Curve, day: int) -> str:
    """One curve at one day in a few words."""
    share, low, high, risk = curve.at(day)
    if risk < LEAST_PATIENTS:
        return f"fewer than {LEAST_PATIENTS} patients followed so long"
    band = "no interval" if known(low) is None else f"95 % interval {percent(low)} to {percent(high)}"
    return f"{percent(share)} ({band}), {risk:,} at risk"


def curves_words(persisting: Persisting, day: int, group: str) -> str:
    """What the chart of persistence shows."""
    told = "; ".join(
        f"{one.name}: {counted(one.patients, 'patient')}, {one.events:,} stopped, "
        f"after {weeks(day)} {curve_words(one, day)}"
        for one in persisting.curves
    )
    silence = load_silences().discontinuation.due_days
    shown = f"Share of patients without {silence} due days of silence"
    return f"{shown}, by time since the first due day, all and by {group}. {told}."


def weeks(days: int) -> str:
    """28 days as 4 weeks, 20 days as they are."""
    return counted(days, "day") if days % 7 else counted(days // 7, "week")


def pattern_words(pattern: Pattern) -> str:
    """What the heat map of weekdays and hours shows."""
    by_weekday = pattern.by_weekday
    days = joined([f"{name} {count:,}" for name, count in zip(WEEKDAYS, by_weekday.tolist(), strict=True)])
    hours = pattern.grid.sum(axis=0)
    busiest = f" Most often begun from {hour_words(int(hours.argmax()))}." if pattern.timed else ""
    return f"Home sessions logged by weekday: {days}.{busiest}"


def hour_words(hour: int) -> str:
    """An hour of the clock: 9:00 to 9:59."""
    return f"{hour}:00 to {hour}:59"


def modes_words(rows: Iterable[Mapping[str, Any]]) -> str:
    """What the chart of modes shows; ``rows`` have ``name``, ``mode``, ``series`` and ``of_series``."""
    by_exercise: dict[str, list[str]] = {}
    for row in rows:
        if row["series"]:
            part = f"{row['mode']} {row['series']:,} of {row['of_series']:,}"
            by_exercise.setdefault(str(row["name"]), []).append(part)
    told = "; ".join(f"{name}: {', '.join(parts)}" for name, parts in by_exercise.items())
    return f"Who moves the foot now, by exercise, in series with an active prescription. {told}."


def told_at(curve: Curve, day: int) -> tuple[str, ...]:
    """A curve at one day, for the lines of a cell: the share, its interval, and how many are at risk."""
    share, low, high, risk = curve.at(day)
    if risk < LEAST_PATIENTS:
        return (f"fewer than {LEAST_PATIENTS} at risk",)
    interval = "no interval" if known(low) is None else f"({percent(low)} to {percent(high)})"
    return percent(share), interval, f"{risk:,} at risk"


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


def by_median(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The groups that have a median, lowest first; blank for fewer than two, which nothing can be told apart by."""
    known_to = sorted((row for row in rows if row["median"] is not None), key=lambda row: float(row["median"]))
    return known_to if len(known_to) > 1 else []


def persistence_lead(rows: Sequence[Mapping[str, Any]], curves: tuple[Curve, ...], marks: Sequence[int]) -> str:
    """How many have stopped, and the share with sessions at the last day told."""
    if not rows or not rows[0]["patients"]:
        return ""
    row = rows[0]
    silence = load_silences().discontinuation.due_days
    stopped = f"{silence} due days of silence reached: {row['stopped']:,} of {counted(row['patients'], 'patient')}."
    if not curves or not marks:
        return stopped
    return f"{stopped} Not reached {weeks(marks[-1])} after the first due day: {curve_words(curves[0], marks[-1])}."


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
    weekend = f"Saturday and Sunday have {percent(by_weekday[5:].sum() / total)} of the home sessions"
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
    return f"{joined(parts)}.{_without_rows(quality)}"


def _without_rows(quality: Quality) -> str:
    if not quality.prescribed:
        return ""
    if not quality.without_rows:
        return " Everybody with a prescription has rows."
    whole = counted(quality.prescribed, "patient")
    return f" Without any row are {quality.without_rows:,} of {whole} with a prescription."


def nothing_due(choice: Choice) -> str:
    """Why there is nothing to show."""
    if not choice.chosen.any():
        return "No patient has this arm and aetiology."
    return "Nothing was due in this choice: no patient shown has a prescription with a due day up to the as-of day."
