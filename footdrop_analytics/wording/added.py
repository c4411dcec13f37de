"""What somebody added to a study, in words: for the line that says it is saved, and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from footdrop_analytics.knowledge import ExerciseCatalog
from footdrop_analytics.wording.words import SIDES, counted, day, spoken


def added_words(table: str, cells: Mapping[str, str], exercises: ExerciseCatalog) -> str:
    """A row of a table in one line, without the patient; notes are quoted.

    Parameters
    ----------
    table : str
        The table of the row.
    cells : mapping
        Its cells as they are written in a file; blank ones may be absent.
    exercises : ExerciseCatalog
        The study's exercises, for their names.

    Examples
    --------
    >>> from footdrop_analytics.knowledge import load_exercises
    >>> added_words("visits", {"visited_on": "2026-03-03", "decision": "keep"}, load_exercises())
    'visit on 3 Mar 2026; decision: keep'
    """
    given = {name: value for name, value in cells.items() if value}
    said = _WORDS[table](given, _series(given, exercises))
    return f"{said}, “{given['notes']}”" if "notes" in given else said


def _series(cells: Mapping[str, str], exercises: ExerciseCatalog) -> str:
    """Heel raise, left; blank without an exercise."""
    key = cells.get("exercise") or cells.get("during_exercise")
    if key is None:
        return ""
    name = exercises[key].name if key in exercises else key
    side = cells.get("side")
    return f"{name}, {SIDES.get(side, side)}" if side else name


def _day(cells: Mapping[str, str], name: str) -> str:
    """A cell as a day, with its time if it has one; a text that is no day stays as it is."""
    written = cells.get(name, "")
    try:
        return day(date.fromisoformat(written[:10])) + (f", {written[11:16]}" if len(written) > 10 else "")
    except ValueError:
        return written


def _review(cells: Mapping[str, str], series: str) -> str:
    if cells.get("subject") == "flag":
        of = f" of {_day(cells, 'day')}" if "day" in cells else ""
        what = f"flag {spoken(cells.get('rule_id', ''))}{of}" + (f" ({series})" if series else "")
    else:
        what = series or spoken(cells.get("subject", ""))
    return f"{what}: {cells.get('decision', 'reviewed')}"


def _amount(cells: Mapping[str, str]) -> str:
    sets = f"{cells['sets']} × " if cells.get("sets", "1") != "1" else ""
    parts = [cells["reps"]] if "reps" in cells else []
    parts += [f"{cells['hold_s']} s"] if "hold_s" in cells else []
    return f": {sets}{', held '.join(parts)}" if parts else ""


def _session(cells: Mapping[str, str], series: str) -> str:
    done = "skipped " if cells.get("status") == "skipped" else ""
    pain = f", pain {cells['pain_0_10']}" if "pain_0_10" in cells else ""
    at = " at a visit" if cells.get("source") == "clinic" else ""
    return f"{done}session of {series}{at} on {_day(cells, 'performed_at')}{_amount(cells)}{pain}"


def _plan(cells: Mapping[str, str], series: str) -> str:
    days = cells.get("weekdays") or f"{cells.get('days_per_week', '?')} days a week"
    times = cells.get("sessions_per_day", "1")
    often = days if times == "1" else f"{days}, {counted(int(times), 'time')} a day" if times.isdigit() else days
    until = f" to {_day(cells, 'end_date')}" if "end_date" in cells else ""
    reason = f", “{cells['reason']}”" if "reason" in cells else ""
    return f"plan of {series} from {_day(cells, 'start_date')}{until}{_amount(cells)}, {often}{reason}"


def _visit(cells: Mapping[str, str], _series_name: str) -> str:
    parts = [f"visit on {_day(cells, 'visited_on')}"]
    parts += [cells["kind"]] if "kind" in cells else []
    parts += [f"decision: {cells['decision']}"] if "decision" in cells else []
    parts += [f"next on {_day(cells, 'next_visit_on')}"] if "next_visit_on" in cells else []
    return "; ".join(parts)


def _event(cells: Mapping[str, str], series: str) -> str:
    during = f" during {series}" if series else ""
    injury = f", injury: {cells['injury']}" if "injury" in cells else ""
    return f"{spoken(cells.get('kind', 'event'))} on {_day(cells, 'occurred_on')}{during}{injury}"


def _outcome(cells: Mapping[str, str], _series_name: str) -> str:
    under = [SIDES.get(cells["side"], cells["side"])] if "side" in cells else []
    under += [f"{name}: {cells[name]}" for name in ("orthosis", "aid") if name in cells]
    value = f"{cells.get('value', '')} {cells.get('unit', '')}".strip()
    aside = f" ({', '.join(under)})" if under else ""
    return f"{spoken(cells.get('measure', ''))} {value} on {_day(cells, 'measured_on')}{aside}"


_WORDS = {
    "reviews": _review,
    "sessions": _session,
    "prescriptions": _plan,
    "visits": _visit,
    "events": _event,
    "outcomes": _outcome,
}
