"""The cells of the table as HTML and the keys they are sorted by, whole columns at once.

Everything from a file goes through :func:`markupsafe.escape`; the rest is words of ours.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from footdrop_analytics.analysis.log.arrays import Floats, Ints, day_numbers
from footdrop_analytics.analysis.wording import Texts, together
from footdrop_analytics.dashboards.caseload.roster import NO_PLAN_AT, Roster, not_due, one_form
from footdrop_analytics.dashboards.caseload.table import UNKNOWN, latest_weeks, pictures
from footdrop_analytics.dashboards.view import counted_in_html, in_html
from footdrop_analytics.model.names import NOT_STATED, text_of
from footdrop_analytics.wording.language import marked_plural, translated
from footdrop_analytics.wording.words import (
    AETIOLOGIES,
    day,
    percent,
    points_between,
    points_words,
    quantity,
    sessions_of,
    short_day,
)

# The order in which words for verdicts and states are listed, those to look at first.
_VERDICTS = {
    "declining": marked_plural("↘ {count} declining"),
    "rising": marked_plural("↗ {count} rising"),
    "steady": marked_plural("{count} steady"),
    "at_target": marked_plural("{count} at target"),
    "cannot_tell": marked_plural("{count} cannot tell"),
    "not_applicable": marked_plural("{count} not applicable"),
}
# The names of the definitions, without what the head of the column says already.
STATE_WORDS = {
    "criteria_met": marked_plural("{count} met, for review"),
    "clinician_check": marked_plural("{count} clinician's check needed"),
    "check_decline": marked_plural("{count} check the decline"),
    "hold_event": marked_plural("{count} held by an event"),
    "below_target": marked_plural("{count} below target"),
    "criteria_not_met": marked_plural("{count} not met"),
    "not_enough_data": marked_plural("{count} not enough data"),
    "paused": marked_plural("{count} paused"),
}
# Verdicts that say how values went: of a course that ended before the last 28 days they say nothing of today.
_COURSES = {
    "declining": (
        marked_plural("{count} declining up to {day}"),
        marked_plural("{count} declining up to {day} at the latest"),
    ),
    "rising": (
        marked_plural("{count} rising up to {day}"),
        marked_plural("{count} rising up to {day} at the latest"),
    ),
    "steady": (
        marked_plural("{count} steady up to {day}"),
        marked_plural("{count} steady up to {day} at the latest"),
    ),
    "at_target": (
        marked_plural("{count} at target up to {day}"),
        marked_plural("{count} at target up to {day} at the latest"),
    ),
}
_N_FIRST = 2
_UNBROKEN = "\N{NO-BREAK SPACE}"
_BEFORE = 28
_MILLION, _THOUSAND = 1_000_000, 1_000
_LAST = 10**9
"""The key of somebody without any entry: longer ago than everybody else."""


def columns_of(roster: Roster, is_today: bool) -> dict[str, tuple[Texts, Ints]]:
    """Each patient's cell as HTML and the number that it is sorted by, for every column of ``COLUMNS``.

    ``is_today``: the as-of day is the day on which somebody looks, so that "3 days ago" is true.
    """
    table = roster.caseload
    people = zip(range(len(roster)), roster.ids, roster.clinician, roster.aetiology, roster.arm, strict=True)
    return {
        "patient": (np.array([_patient(*one) for one in people], dtype=object), _ranks(roster.ids)),
        "why": (_reasons(roster), np.arange(len(roster))),
        "last": _last_entries(roster, is_today),
        "sessions": (_sessions(roster), _share_keys(_floats(table, "adherence_28d"))),
        "change": (_changes(roster) + pictures(latest_weeks(roster)), _share_keys(_floats(table, "change"))),
        "verdicts": _trends(roster),
        "criteria": _counted_words(
            _kinds(roster, roster.readiness, "state", STATE_WORDS), STATE_WORDS, translated("no active exercise")
        ),
        "problems": _problems(roster),
    }


def _patient(place: int, patient_id: str, clinician: str, aetiology: str, arm: str) -> str:
    about = [translated(AETIOLOGIES.get(aetiology, text_of(aetiology)))] if aetiology != NOT_STATED else []
    about += [translated("arm {name}", name=text_of(arm))] if arm != NOT_STATED else []
    about += [text_of(clinician)] if clinician != NOT_STATED else []
    return (
        f"<button class=fd-open data-place={place} data-key=open-{place}><bdi>{escape(patient_id)}</bdi></button>"
        + _small(escape(" · ".join(about)))
    )


def _small(text: str) -> str:
    return f"<small>{text}</small>" if text else ""


def _ranks(ids: Texts) -> Ints:
    """The order of the ids as people sort them: numbers by their value, capitals beside small letters."""
    forms = pd.Series([one_form(one) for one in ids], dtype=object)
    padded = forms.str.replace(r"[0-9]+", lambda found: found[0].zfill(20), regex=True)
    order = pd.DataFrame({"padded": padded, "id": ids}).sort_values(["padded", "id"], kind="stable").index
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[order.to_numpy()] = np.arange(len(ids))
    return ranks


def _reasons(roster: Roster) -> Texts:
    """The reason in words, and below it how many flags are open."""
    red, amber = (roster.caseload[name].to_numpy(dtype=np.int64) for name in ("n_red", "n_amber"))
    reasons = together(lambda text: f"{escape(text)}<span>", roster.reasons)
    found: Texts = reasons + together(_flag_words, red, amber, roster.n_note) + "</span>"
    return found


def _flag_words(red: int, amber: int, note: int) -> str:
    reds = quantity("{count} red", "{count} red", red)
    ambers = quantity("{count} amber", "{count} amber", amber)
    notes = quantity("{count} note", "{count} notes", note)
    parts = [f"<b class=fda-red>▲ {escape(reds)}</b>"] if red else []
    parts += [f"<b class=fda-amber>◆ {escape(ambers)}</b>"] if amber else []
    parts += [f"○ {escape(notes)}".replace(" ", _UNBROKEN)] if note else []
    return " ".join(parts) or in_html("No flag recorded")


def _last_entries(roster: Roster, is_today: bool) -> tuple[Texts, Ints]:
    """When anything was written, and anything done; a log may go on with nothing but what was skipped."""
    names = ("days_since_last", "days_since_tried")
    days, done = (roster.caseload[name].to_numpy(dtype=np.int64, na_value=-1) for name in names)
    through = roster.data_through
    as_of = roster.as_of.date()
    # A log that was handed in up to the as-of day is the usual case, and not worth a line.
    behind = np.where(np.isnat(through) | (through >= np.datetime64(as_of, "D")), -1, through.astype(np.int64))

    def words(since: int, session: int, handed_in: int) -> str:
        if since < 0:
            found = in_html("no entry")
        else:
            ago = quantity("{count} day ago", "{count} days ago", since)
            found = f"{escape(ago)}{_small(_day(as_of, since))}" if is_today else _day(as_of, since)
            if session != since:
                exercised = in_html("last exercised {day}", day=_day(as_of, session))
                found += _small(in_html("never exercised") if session < 0 else exercised)
        until = day(np.datetime64(int(handed_in), "D").item()) if handed_in >= 0 else ""
        return found + (_small(in_html("log handed in to {day}", day=until)) if until else "")

    return together(words, days, done, behind), np.where(days < 0, _LAST, days)


def _day(as_of: date, days_ago: int) -> str:
    return day(as_of - timedelta(days=int(days_ago)))


def _sessions(roster: Roster) -> Texts:
    why = not_due()
    columns = ("credited_28d", "due_28d", "adherence_28d", "adherence_28d_low", "adherence_28d_high")

    def words(reason: int, visits: int, credited: float, due: float, share: float, low: float, high: float) -> str:
        if np.isnan(share):
            there = _small(in_html("{count} at visits", count=visits)) if visits else ""
            return str(escape(why[reason])) + there
        # The interval is behind its number: a row has two lines, and on paper it is said.
        behind = f"<summary>{escape(percent(share))}</summary>{_small(_limits(low, high))}"
        said = f"<details class='limits on-paper'>{behind}</details>"
        there = _small(in_html("and {count} at visits", count=visits)) if visits else ""
        return f"{escape(sessions_of(credited, due))}, {said}{there}"

    return together(words, roster.not_due(0), roster.at_visits, *(_floats(roster.caseload, name) for name in columns))


def _limits(low: float, high: float) -> str:
    if np.isnan(low):
        return in_html("too few for an interval")
    limits = translated("{low} to {high}", low=percent(low), high=percent(high))
    return in_html("95 % interval {limits}", limits=Markup("<span class=nowrap>{}</span>").format(limits))


def _changes(roster: Roster) -> Texts:
    why = not_due()

    def words(reason: int, reason_before: int, now: float, before: float) -> str:
        if reason == NO_PLAN_AT:
            return _small(escape(why[reason]))
        if np.isnan(before):
            return _small(f"{escape(why[reason_before])}<br>" + in_html("before"))
        if np.isnan(now):
            return _small(f"{escape(why[reason])}<br>" + in_html("now"))
        since = in_html("from {share}", share=percent(before))
        return f"{escape(points_words(points_between(now, before)))} {_small(since)}"

    shares = (_floats(roster.caseload, name) for name in ("adherence_28d", "adherence_before"))
    return together(words, roster.not_due(0), roster.not_due(_BEFORE), *shares)


def _floats(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _share_keys(shares: Floats) -> Ints:
    """Lowest first; a change lies between −1 and 1, and a key that is known is not negative."""
    keys: Ints = np.round((np.nan_to_num(shares) + 1) * _MILLION).astype(np.int64)
    return np.where(np.isnan(shares), UNKNOWN, keys)


def _kinds(roster: Roster, table: pd.DataFrame, column: str, known: dict[str, str]) -> list[Ints]:
    """How many of a patient's series are of each kind."""
    places = roster.places(table["patient_id"])
    kind = pd.Index(list(known)).get_indexer(pd.Index(table[column].astype(object)))
    fits = (places >= 0) & (kind >= 0)
    counts = np.bincount(places[fits] * len(known) + kind[fits], minlength=len(roster) * len(known))
    return list(counts.reshape(len(roster), len(known)).T)


def _trends(roster: Roster) -> tuple[Texts, Ints]:
    """How the exercises go, and below it in words of the past how those went that were left off."""
    table = roster.trends
    left_off = (roster.as_of - table["last_day"] > pd.Timedelta(days=_BEFORE)) & table["verdict"].isin(list(_COURSES))
    past = [_past(roster, table[left_off & (table["verdict"] == key)], *words) for key, words in _COURSES.items()]
    return _counted_words(
        _kinds(roster, table[~left_off], "verdict", _VERDICTS), _VERDICTS, translated("no exercise"), *past
    )


def _past(roster: Roster, table: pd.DataFrame, one: str, more: str) -> Texts:
    """Each patient's trends of one verdict that were left off, up to which day; blank without one."""

    def words(count: int, latest: int) -> str:
        if not count:
            return ""
        last = np.datetime64(int(latest), "D").item()
        until = short_day(last) if last.year == roster.as_of.year else day(last)
        return counted_in_html(one if count == 1 else more, count, day=until.replace(" ", _UNBROKEN))

    latest = roster.latest(table["patient_id"], day_numbers(table["last_day"]))
    return together(words, roster.counts(table["patient_id"]), latest)


def _counted_words(counts: list[Ints], words: dict[str, str], nothing: str, *past: Texts) -> tuple[Texts, Ints]:
    """The counts in words, the first two kinds at the head, what is past at the end; sorted by the first two."""

    def written(*cells: Any) -> str:
        numbers, ended = cells[: len(words)], cells[len(words) :]
        said = [
            counted_in_html(text, count) if count else "" for count, text in zip(numbers, words.values(), strict=True)
        ]
        first = "".join(f"<b>{one}</b> " for one in said[:_N_FIRST] if one)
        return (first + _small(", ".join(one for one in (*said[_N_FIRST:], *ended) if one))).strip() or str(
            escape(nothing)
        )

    return together(written, *counts, *past), counts[0] * _THOUSAND + np.minimum(counts[1], _THOUSAND - 1)


def _problems(roster: Roster) -> tuple[Texts, Ints]:
    def words(rejected: int, notes: int) -> str:
        gone = escape(quantity("{count} row rejected", "{count} rows rejected", rejected))
        parts = [f"<b>{gone}</b>"] if rejected else []
        parts += [str(escape(quantity("{count} remark", "{count} remarks", notes)))] if notes else []
        return " ".join(parts) or in_html("none")

    rejected, notes = roster.n_rejected, roster.n_remarks
    return together(words, rejected, notes), rejected * _MILLION + np.minimum(notes, _MILLION - 1)
