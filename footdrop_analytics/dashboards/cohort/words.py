"""The cohort in words: the sentence with which each part begins, and what charts say to people who do not see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from typing import Any

import pandas as pd

from footdrop_analytics.analysis.cohort.choice import LEAST_PATIENTS, Choice
from footdrop_analytics.analysis.cohort.counts import Pattern, Quality
from footdrop_analytics.analysis.cohort.spread import Curve, Persisting, Spread
from footdrop_analytics.figures.data import plain_rows
from footdrop_analytics.knowledge import load_definitions
from footdrop_analytics.knowledge.flag_rules import load_silences
from footdrop_analytics.wording.language import current, marked, translated
from footdrop_analytics.wording.words import interval, joined, number, percent, quantity, spoken

TOLD = 12
"""No more groups than this are told one by one in the words of a chart; the table has all."""
TOLD_IN_A_SENTENCE = 5
"""Of more groups than this a sentence names the lowest and the highest only."""


def group_words(row: Mapping[str, Any]) -> str:
    """One group of the spread in a few words; plain text."""
    words = marked("{name}: {patients}, too few to summarise")
    if row["median"] is not None:
        words = marked("{name}: median {median} ({interval}), middle half {low} to {high}, {patients}")
    return translated(words, name=row["name"], **_spread(row))


def _patients(count: int) -> str:
    return quantity("{count} patient", "{count} patients", count)


def _spread(row: Mapping[str, Any]) -> dict[str, str]:
    """How many patients; of enough of them the median, its interval or why there is none, and the middle half."""
    patients = {"patients": _patients(int(row["patients"]))}
    if row["median"] is None:
        return patients
    limits = translated("too few for an interval")
    if row["median_low"] is not None:
        limits = interval(row["median_low"], row["median_high"])
    shares = {"median": percent(row["median"]), "low": percent(row["p25"]), "high": percent(row["p75"])}
    return patients | shares | {"interval": limits}


def spread_words(spread: Spread, group: str) -> str:
    """What the chart of adherence shows."""
    rows = plain_rows(spread.groups)
    told = "; ".join(group_words(row) for row in rows[: TOLD + 1] if row["patients"])
    if len(rows) > TOLD + 1:
        told = translated("{groups}; {count} more in the table", groups=told, count=number(len(rows) - TOLD - 1))
    return translated(
        "Adherence as logged, one value per patient, by {group}. {groups}.", group=translated(group), groups=told
    )


def curve_words(curve: Curve, day: int) -> str:
    """One curve at one day in a few words."""
    share, low, high, risk = curve.at(day)
    if risk < LEAST_PATIENTS:
        return translated("fewer than {least} patients followed so long", least=LEAST_PATIENTS)
    band = translated("no interval") if isnan(low) else interval(low, high)
    return translated("{share} ({interval}), {count} at risk", share=percent(share), interval=band, count=number(risk))


def curves_words(persisting: Persisting, day: int, group: str) -> str:
    """What the chart of persistence shows."""
    told = "; ".join(
        translated(
            "{name}: {patients}, {stopped} stopped, after {time} {share}",
            name=one.name,
            patients=_patients(one.patients),
            stopped=number(one.events),
            time=weeks(day),
            share=curve_words(one, day),
        )
        for one in persisting.curves
    )
    shown = translated(
        "Share of patients without {days} due days of silence, by time since the first due day, all and by {group}.",
        days=load_silences().discontinuation.due_days,
        group=translated(group),
    )
    return f"{shown} {told}."


def weeks(days: int) -> str:
    """28 days as 4 weeks, 20 days as they are."""
    if days % 7:
        return quantity("{count} day", "{count} days", days)
    return quantity("{count} week", "{count} weeks", days // 7)


def pattern_words(pattern: Pattern) -> str:
    """What the heat map of weekdays and hours shows."""
    by_weekday = pattern.by_weekday
    days = joined([f"{name} {number(count)}" for name, count in zip(weekdays(), by_weekday.tolist(), strict=True)])
    said = [translated("Home sessions logged by weekday: {days}.", days=days)]
    if pattern.timed:
        hours = pattern.grid.sum(axis=0)
        said.append(translated("Most often begun from {hour}.", hour=hour_words(int(hours.argmax()))))
    return " ".join(said)


def weekdays() -> list[str]:
    """The days of the week, Monday first."""
    names = current().locale.days["stand-alone"]["wide"]
    return [names[number] for number in range(7)]


def hour_words(hour: int) -> str:
    """An hour of the clock: 9:00 to 9:59."""
    return translated("{first} to {last}", first=f"{hour}:00", last=f"{hour}:59")


def modes_words(rows: Iterable[Mapping[str, Any]]) -> str:
    """What the chart of modes shows; ``rows`` have ``name``, ``mode``, ``series`` and ``of_series``."""
    by_exercise: dict[str, list[str]] = {}
    for row in rows:
        if row["series"]:
            part = f"{spoken(row['mode'])} {of_words(row['series'], row['of_series'])}"
            by_exercise.setdefault(str(row["name"]), []).append(part)
    told = "; ".join(f"{name}: {', '.join(parts)}" for name, parts in by_exercise.items())
    shown = translated("Who moves the foot now, by exercise, in series with an active prescription.")
    return f"{shown} {told}."


def of_words(part: int, whole: int) -> str:
    """A part of a whole: 3 of 10."""
    return translated("{part} of {whole}", part=number(part), whole=number(whole))


def told_at(curve: Curve, day: int) -> tuple[str, ...]:
    """A curve at one day, for the lines of a cell: the share, its interval, and how many are at risk."""
    share, low, high, risk = curve.at(day)
    if risk < LEAST_PATIENTS:
        return (translated("fewer than {least} at risk", least=LEAST_PATIENTS),)
    band = translated("no interval")
    if not isnan(low):
        band = f"({translated('{low} to {high}', low=percent(low), high=percent(high))})"
    return percent(share), band, translated("{count} at risk", count=number(risk))


def adherence_lead(rows: Sequence[Mapping[str, Any]]) -> str:
    """The median of all patients with its interval."""
    if not rows or not rows[0]["patients"]:
        return ""
    row = rows[0]
    words = marked("{patients}: too few to summarise.")
    if row["median"] is not None:
        words = marked(
            "{patients}: median {median} of the sessions due ({interval}); "
            "the middle half lies between {low} and {high}."
        )
    said = [translated(words, **_spread(row))]
    if row["nothing_due"]:
        said.append(
            quantity(
                "Nothing was due to {count} more patient.",
                "Nothing was due to {count} more patients.",
                row["nothing_due"],
            )
        )
    return " ".join(said)


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
    stopped = quantity(
        "{days} due days of silence reached: {stopped} of {count} patient.",
        "{days} due days of silence reached: {stopped} of {count} patients.",
        row["patients"],
        days=silence,
        stopped=number(row["stopped"]),
    )
    if not curves or not marks:
        return stopped
    still = translated(
        "Not reached {time} after the first due day: {share}.",
        time=weeks(marks[-1]),
        share=curve_words(curves[0], marks[-1]),
    )
    return f"{stopped} {still}"


def ladder_lead(states: pd.DataFrame) -> str:
    """How many series are in which state, in the words of the definitions."""
    counts = states.groupby("state", sort=False)["series"].sum()
    names = load_definitions()
    parts = [f"{translated(names[str(state)].name)} {number(count)}" for state, count in counts.items() if count]
    if not parts:
        return ""
    return quantity(
        "{count} series: {states}.", "{count} series: {states}.", int(counts.sum()), states="; ".join(parts)
    )


def pattern_lead(pattern: Pattern) -> str:
    """The share of the weekend and the hour with most sessions."""
    by_weekday = pattern.by_weekday
    total = int(by_weekday.sum())
    if not total:
        return ""
    share = percent(by_weekday[5:].sum() / total)
    weekend = marked("Saturday and Sunday have {share} of the home sessions; two of seven days are {usual}.")
    said = [translated(weekend, share=share, usual=percent(2 / 7))]
    if pattern.timed:
        hours = pattern.grid.sum(axis=0)
        said.append(translated("Most often they begin from {hour}.", hour=hour_words(int(hours.argmax()))))
    return " ".join(said)


def quality_lead(quality: Quality) -> str:
    """What is missing in the rows of all sources."""
    row = quality.sources.iloc[-1]
    if not row["of_rows"]:
        return ""
    parts = [
        quantity(
            "{count} of {rows} rows of the log was rejected",
            "{count} of {rows} rows of the log were rejected",
            row["rejected"],
            rows=number(row["of_rows"]),
        )
    ]
    if row["rows"]:
        parts.append(translated("{share} have no time", share=percent(row["untimed"] / row["rows"])))
    if row["tried"]:
        parts.append(translated("{share} have no pain rating", share=percent(row["no_pain"] / row["tried"])))
    said = [f"{joined(parts)}."]
    if quality.without_rows:
        said.append(
            quantity(
                "Without any row are {without} of {count} patient with a prescription.",
                "Without any row are {without} of {count} patients with a prescription.",
                quality.prescribed,
                without=number(quality.without_rows),
            )
        )
    elif quality.prescribed:
        said.append(translated("Everybody with a prescription has rows."))
    return " ".join(said)


def nothing_due(choice: Choice) -> str:
    """Why there is nothing to show."""
    if not choice.chosen.any():
        return translated("No patient has this arm and aetiology.")
    return translated(
        "Nothing was due in this choice: no patient shown has a prescription with a due day up to the as-of day."
    )
