"""Sentences on what was found, or not read, how a log was written down, a replay of rules, and what people add."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from footdrop_analytics.knowledge import ExerciseCatalog, load_outcome_measures
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import (
    SIDES,
    clauses,
    day,
    joined,
    labelled,
    number,
    own_days,
    percent,
    quantity,
    side,
    spoken,
)

if TYPE_CHECKING:
    from footdrop_analytics.model.study import AnyStudy

MOST_NAMED = 20


def met_words(met: Sequence[int], of: int, differing: Sequence[Sequence[str]]) -> str:
    """In how many series each rule set had all criteria met at some look, and in which they differ."""
    counts = [translated("{count} of {of}", count=number(count), of=number(of)) for count in met]
    said = counts[0]
    for other in counts[1:]:
        said = translated("{counts} against {other}", counts=said, other=other)
    said = translated("All criteria met at some look: {counts} series", counts=said)
    if len(met) == 1:
        return f"{said}."
    if not differing:
        return translated("{series}; none differ.", series=said)
    names = "; ".join(f"{patient}, {spoken(exercise)} ({side})" for patient, exercise, side in differing[:MOST_NAMED])
    if len(differing) > MOST_NAMED:
        names = translated("{names}; and {count} more", names=names, count=number(len(differing) - MOST_NAMED))
    return quantity(
        "{series}; this one differs: {names}.",
        "{series}; these {count} differ: {names}.",
        len(differing),
        series=said,
        names=names,
    )


def agreement_words(row: Mapping[str, Any]) -> str:
    """How far a rule set agrees with what clinicians decided."""
    if not row["n"]:
        return translated("no decision of a clinician to compare with")
    agreed = number(row["n_agree"])
    said = quantity(
        "{agreed} of {count} decision agree", "{agreed} of {count} decisions agree", row["n"], agreed=agreed
    )
    if row["kappa"] is None:
        said = translated("{agreement} (no kappa: chance alone would always agree)", agreement=said)
    else:
        band = translated("no interval")
        if row["kappa_low"] is not None:
            band = translated("95 % interval {low} to {high}", low=_two(row["kappa_low"]), high=_two(row["kappa_high"]))
        kappa = {"kappa": _two(row["kappa"]), "interval": band}
        said = translated("{agreement}, kappa {kappa} ({interval})", agreement=said, **kappa)
    more = marked("{agreement}; {count} more could not be compared")
    return translated(more, agreement=said, count=number(row["n_unjudged"])) if row["n_unjudged"] else said


def _two(value: float) -> str:
    text = f"{abs(value):.2f}"
    return f"−{text}" if value < 0 and text != "0.00" else text


LONG_UNCHANGED_DAYS = 14
RECORDING = (
    ("entries_equal_to_target", "entries_with_target", marked("equal the target in every field")),
    ("days_in_batches", "days_written", marked("were written down together with others")),
    ("multiples_of_five", "entries_off_fives", marked("are multiples of five though the target is none")),
)
"""Counts of a recording pattern: a part, the whole it is of (whose first word is the unit), and what is said of it."""
_COUNTED = {
    "entries_equal_to_target": marked("{count} of {of} entries equal the target in every field"),
    "days_in_batches": marked("{count} of {of} days were written down together with others"),
    "multiples_of_five": marked("{count} of {of} entries are multiples of five though the target is none"),
}
_UNCHANGED = {
    "pain": marked("every pain rating was the same over {count} days"),
    "effort": marked("every effort rating was the same over {count} days"),
}


def recording_words(counts: Mapping[str, Any]) -> str:
    """One sentence of the counts that there are; blank without any."""
    parts = [
        translated(_COUNTED[part], count=number(counts[part]), of=number(counts[whole]))
        for part, whole, _ in RECORDING
        if counts[whole]
    ]
    parts += [
        translated(words, count=number(counts[f"unchanged_{name}_days"]))
        for name, words in _UNCHANGED.items()
        if counts[f"unchanged_{name}_days"] >= LONG_UNCHANGED_DAYS
    ]
    if not parts:
        return ""
    return translated("How it was written down: {counts}. Much of this has harmless reasons.", counts=joined(parts))


def tipping_words(share: float, if_over_counted: float) -> str:
    """What adherence would be if this log was over-counted as diaries were against sensors."""
    return translated(
        "{logged} as logged in the last 28 days; {corrected} if over-counted as diaries were against sensors, "
        "220 to 176 (Nicolson 2018).",
        logged=percent(share),
        corrected=percent(if_over_counted),
    )


_MOST_NAMED = 8
_NAMED = {
    "file": marked("the file {name}"),
    "sheet": marked("the sheet {name} of {file}"),
    "column": marked("the column {name} of {file}"),
}


def head_line(study: AnyStudy, as_of: pd.Timestamp) -> str:
    """What was not read or noticed of the study as a whole, and whether ``as_of`` is far after every row; or blank."""
    said = (unread_line(study.unread), _noticed_line(study.notes), far_after_rows(as_of, study.rows_through))
    return " ".join(filter(None, said))


def head_words(study: AnyStudy, as_of: pd.Timestamp) -> str:
    """The same for the head of a page: days as people write them, names of files, sheets and columns as they are."""
    noticed, far = _noticed_line(study.notes), far_after_rows(as_of, study.rows_through, day)
    return " ".join(filter(None, (unread_line(study.unread), own_days(noticed), far)))


def _noticed_line(notes: pd.DataFrame) -> str:
    """Ids that may be one person, files that may be one log, a last day that may be wrong: each once."""
    files, messages = notes["file"].fillna(""), notes["message"]
    told = list(dict.fromkeys((files + " " + messages).str.strip()[notes["heads_up"]]))
    return translated("Look at this first: {names}.", names=listed(told)) if told else ""


def unread_line(unread: pd.DataFrame) -> str:
    """The files, sheets and columns of ``study.unread`` by name, or blank; cells are told with their patient."""
    told = unread.loc[unread["what"] != "cell", ["what", "name", "file", "near"]]
    names = [_perhaps(*line) for line in told.itertuples(index=False)]
    return translated("Not read, and in no result: {names}.", names=listed(names)) if names else ""


def listed(parts: list[str]) -> str:
    """The first of many names, and how many more there are."""
    first = clauses(parts[:_MOST_NAMED])
    more = len(parts) - _MOST_NAMED
    return translated("{names} and {count} more", names=first, count=more) if more > 0 else first


def named(what: str, name: str, file: str) -> str:
    """A file, sheet or column that was not read."""
    return translated(_NAMED[what], name=name, file=file)


def _perhaps(what: str, name: str, file: str, near: object) -> str:
    said = named(what, name, file)
    return translated("{named}, perhaps {near}", named=said, near=near) if isinstance(near, str) else said


FAR_DAYS = 28


def files_end(last: pd.Timestamp, today: pd.Timestamp, write: Callable[[date], str] = date.isoformat) -> str:
    """How many days before today the last row of the files is, or blank; ``write``: how the day is written."""
    days = _days_before(last, today)
    if not days:
        return ""
    return quantity(
        "These files end on {day}, {count} day before today.",
        "These files end on {day}, {count} days before today.",
        days,
        day=write(last.date()),
    )


def files_end_ago(last: pd.Timestamp, today: pd.Timestamp) -> str:
    """The same in a few words, without the day."""
    days = _days_before(last, today)
    return quantity("files end {count} day before today", "files end {count} days before today", days) if days else ""


def _days_before(last: pd.Timestamp, today: pd.Timestamp) -> int:
    return 0 if pd.isna(last) else max((today.normalize() - last.normalize()).days, 0)


def far_after_rows(as_of: pd.Timestamp, last: pd.Timestamp, write: Callable[[date], str] = date.isoformat) -> str:
    """A warning if the last day that counts lies 28 days or more after every row; else blank."""
    days = 0 if pd.isna(last) else (as_of - last).days
    if days < FAR_DAYS:
        return ""
    return quantity(
        "As of {day} is {count} day after the last row: everything since is taken for not done, unless a day is stated "
        "through which logs were handed in.",
        "As of {day} is {count} days after the last row: everything since is taken for not done, unless a day is "
        "stated through which logs were handed in.",
        days,
        day=write(as_of.date()),
    )


def added_words(table: str, cells: Mapping[str, str], exercises: ExerciseCatalog) -> str:
    """A row of a table in one line, without the patient; notes are quoted."""
    given = {name: value for name, value in cells.items() if value}
    said = _WORDS[table](given, _series(given, exercises))
    return f"{said}, “{given['notes']}”" if "notes" in given else said


def _series(cells: Mapping[str, str], exercises: ExerciseCatalog) -> str:
    """Heel raise, left; blank without an exercise."""
    key = cells.get("exercise") or cells.get("during_exercise")
    if key is None:
        return ""
    name = translated(exercises[key].name) if key in exercises else key
    return f"{name}, {_side(cells['side'])}" if cells.get("side") else name


def _side(written: str) -> str:
    return side(written) if written in SIDES else written


def _day(cells: Mapping[str, str], name: str) -> str:
    """A cell as a day, with its time if it has one; a text that is no day stays as it is."""
    written = cells.get(name, "")
    try:
        return day(date.fromisoformat(written[:10])) + (f", {written[11:16]}" if len(written) > 10 else "")
    except ValueError:
        return written


def _review(cells: Mapping[str, str], series: str) -> str:
    what = series or spoken(cells.get("subject", ""))
    if cells.get("subject") == "flag":
        what = translated("flag {rule}", rule=spoken(cells.get("rule_id", "")))
        if "day" in cells:
            what = translated("{flag} of {day}", flag=what, day=_day(cells, "day"))
        if series:
            what = f"{what} ({series})"
    return labelled(what, spoken(cells.get("decision", "reviewed")))


def _amount(cells: Mapping[str, str]) -> str:
    reps, sets = cells.get("reps", ""), cells.get("sets", "1")
    hold = f"{cells['hold_s']} s" if "hold_s" in cells else ""
    dose = hold or reps
    # One repetition of a hold is the hold.
    if hold and reps not in ("", "1"):
        dose = translated("{reps}, held {hold}", reps=reps, hold=hold)
    if not dose:
        return ""
    if sets != "1":
        return f": {sets} × {dose}"
    return f": {quantity('{count} repetition', '{count} repetitions', int(reps))}" if dose.isdigit() else f": {dose}"


def _session(cells: Mapping[str, str], series: str) -> str:
    at_visit, when = cells.get("source") == "clinic", _day(cells, "performed_at")
    if cells.get("status") == "skipped":
        words = marked("skipped session of {exercise} on {day}")
        words = marked("skipped session of {exercise} at a visit on {day}") if at_visit else words
    else:
        words = marked("session of {exercise} on {day}")
        words = marked("session of {exercise} at a visit on {day}") if at_visit else words
    said = translated(words, exercise=series, day=when) + _amount(cells)
    if "pain_0_10" not in cells:
        return said
    return translated("{session}, pain {rating}", session=said, rating=cells["pain_0_10"])


def _plan(cells: Mapping[str, str], series: str) -> str:
    first, last = _day(cells, "start_date"), _day(cells, "end_date")
    said = translated("plan of {exercise} from {first}", exercise=series, first=first)
    if "end_date" in cells:
        said = translated("plan of {exercise} from {first} to {last}", exercise=series, first=first, last=last)
    reason = f", “{cells['reason']}”" if "reason" in cells else ""
    return f"{said}{_amount(cells)}, {_often(cells)}{reason}"


def _often(cells: Mapping[str, str]) -> str:
    days = cells.get("weekdays") or translated("{days} days a week", days=cells.get("days_per_week", "?"))
    times = cells.get("sessions_per_day", "1")
    if times == "1" or not times.isdigit():
        return days
    return quantity("{days}, {count} time a day", "{days}, {count} times a day", int(times), days=days)


def _visit(cells: Mapping[str, str], _series_name: str) -> str:
    parts = [translated("visit on {day}", day=_day(cells, "visited_on"))]
    parts += [cells["kind"]] if "kind" in cells else []
    parts += [translated("decision: {decision}", decision=spoken(cells["decision"]))] if "decision" in cells else []
    parts += [translated("next on {day}", day=_day(cells, "next_visit_on"))] if "next_visit_on" in cells else []
    return clauses(parts)


def _event(cells: Mapping[str, str], series: str) -> str:
    said = {"event": spoken(cells.get("kind", "event")), "day": _day(cells, "occurred_on")}
    words = translated("{event} on {day}", **said)
    if series:
        words = translated("{event} on {day} during {exercise}", exercise=series, **said)
    injury = cells.get("injury")
    return translated("{event}, injury: {yes_or_no}", event=words, yes_or_no=spoken(injury)) if injury else words


def _outcome(cells: Mapping[str, str], _series_name: str) -> str:
    under = [_side(cells["side"])] if "side" in cells else []
    under += [translated("orthosis: {name}", name=spoken(cells["orthosis"]))] if "orthosis" in cells else []
    under += [translated("aid: {name}", name=cells["aid"])] if "aid" in cells else []
    value = f"{cells.get('value', '')} {cells.get('unit', '')}".strip()
    key, known = cells.get("measure", ""), load_outcome_measures().measures
    measure = translated(known[key].name) if key in known else spoken(key)
    said = translated("{measure} {value} on {day}", measure=measure, value=value, day=_day(cells, "measured_on"))
    return f"{said} ({', '.join(under)})" if under else said


_WORDS = {
    "reviews": _review,
    "sessions": _session,
    "prescriptions": _plan,
    "visits": _visit,
    "events": _event,
    "outcomes": _outcome,
}
