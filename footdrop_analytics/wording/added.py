"""What somebody added to a study, in words: for the line that says it is saved, and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from footdrop_analytics.knowledge import ExerciseCatalog, load_outcome_measures
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import SIDES, clauses, day, labelled, quantity, side, spoken


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
