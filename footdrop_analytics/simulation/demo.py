"""The demo study: a dozen invented people whose logs show what the toolkit can say; their stories are data."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from footdrop_analytics.files import write_whole
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import DIFFICULTY_FIELDS

FIRST_DAY, LAST_DAY = date(2025, 9, 1), date(2025, 12, 21)
"""A Monday and, sixteen weeks later, a Sunday."""
SYNTHETIC_FILE = "SYNTHETIC.txt"
SYNTHETIC_TEXT = "Synthetic data made by footdrop_analytics: no row belongs to a real person.\n"
_WEEKDAYS = {2: (0, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4), 6: (0, 1, 2, 3, 4, 5), 7: tuple(range(7))}
Row = dict[str, Any]


def demo_study() -> Study:
    """Read the demo study, the same as ``read_study("data/demo")``; it needs no checkout of the repository."""
    from footdrop_analytics.reading import read_study

    with tempfile.TemporaryDirectory() as folder:
        write_demo(folder)
        return read_study(folder, today=LAST_DAY.isoformat())


def write_demo(folder: str | Path) -> None:
    """Write the demo study into ``folder`` as CSV files, the sessions as monthly exports; always the same bytes."""
    target = Path(folder)
    write_whole(target / SYNTHETIC_FILE, SYNTHETIC_TEXT)
    for name, rows in _files().items():
        columns = COLUMNS[name.partition("-")[0]]
        used = [column for column in columns if any(row.get(column) is not None for row in rows)]
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(used)
        writer.writerows([[_cell(row.get(column)) for column in used] for row in rows])
        write_whole(target / f"{name}.csv", text.getvalue())


def _files() -> dict[str, list[Row]]:
    """The rows of each file by its name without ending."""
    files: defaultdict[str, list[Row]] = defaultdict(list)
    for number, story in enumerate(load_stories()):
        for table, rows in _tell(story, number).items():
            for row in rows:
                files[f"sessions-{row['performed_at']:%Y-%m}" if table == "sessions" else table].append(row)
    return files


def load_stories() -> list[Row]:
    """The stories as written in ``stories.yaml``."""
    import yaml

    stories: list[Row] = yaml.safe_load(Path(__file__).with_name("stories.yaml").read_text(encoding="utf-8"))
    return stories


def _tell(story: Row, number: int) -> dict[str, list[Row]]:
    patient_id = story["patient"]["patient_id"]
    tables: defaultdict[str, list[Row]] = defaultdict(list)
    tables["patients"].append({"site": "North clinic", **story["patient"]})
    for place, series in enumerate(story["series"]):
        side = series.get("side", story["patient"]["affected_side"])
        keys = {"patient_id": patient_id, "exercise": series["exercise"], "side": side}
        prescriber = story["patient"]["clinician"]
        tables["prescriptions"] += [{**keys, "prescriber": prescriber, **version} for version in series["versions"]]
        tables["sessions"] += _series_rows(story, series, keys, place, np.random.default_rng([number, place]))
    _rate_pain(story["log"], tables["sessions"], np.random.default_rng([number, 98]))
    for table, rows in story.get("rows", {}).items():
        tables[table] += [{"patient_id": patient_id, **row} for row in rows]
    tables["checkins"] += _weekly_checkins(story, np.random.default_rng([number, 99]))
    tables["sessions"].sort(key=lambda row: (row["performed_at"], row.get("set_no") or 0))
    for day, words in story.get("notes", {}).items():
        of_day = [row for row in tables["sessions"] if row["performed_at"].date() >= day]
        of_day[0]["notes"] = words
    return tables


def _series_rows(story: Row, series: Row, keys: Row, place: int, rng: Generator) -> list[Row]:
    """The log of one series: on most planned days a session, its repetitions following the story's level."""
    log = {**story.get("log", {}), **series.get("log", {})}
    rows: list[Row] = []
    noise = 0.0
    for day in _days(series["versions"][0]["start_date"], series.get("last_day", LAST_DAY)):
        noise = 0.3 * noise + float(rng.normal(0.0, 0.95 * series.get("sd", 1.0)))
        luck = rng.random(4)
        version = [version for version in series["versions"] if version["start_date"] <= day][-1]
        if version.get("end_date", day) < day or day.weekday() not in _WEEKDAYS[int(version["days_per_week"])]:
            continue
        chance = [value for start, value in sorted((series.get("does") or story["does"]).items()) if start <= day][-1]
        effort = float(rng.normal(0.0, 0.5))
        for session in range(int(version.get("sessions_per_day", 1))):
            if luck[session] < chance:
                able = _line(series["level"], day) + noise
                rows += _session(keys, version, log, day, session, place, able, effort, float(luck[3]))
    return rows


def _session(
    keys: Row, version: Row, log: Row, day: date, session: int, place: int, able: float, effort: float, luck: float
) -> list[Row]:
    """The row, or the rows of the sets, of one session."""
    holds = "hold_s" in version
    target = version["hold_s" if holds else "reps"]
    value = max(0, round(min(able, target) if log.get("stops_at_target") else able))
    sets = int(version.get("sets", 1))
    row: Row = {
        **keys,
        "side": log.get("side", keys["side"]),
        "performed_at": _when(log, day, session, place),
        "source": log.get("source"),
        "sets": sets,
        "reps": version.get("reps", 1) if holds else value,
        "hold_s": value if holds else None,
        "effort_0_10": _clip(_line(log["effort"], day) + effort)
        if "effort" in log and luck < log.get("rates_effort", 0.6)
        else None,
    }
    if log.get("session_ids"):
        row["session_id"] = f"{day:%m%d}{'ab'[session]}"
    if log.get("dayparts"):
        row["daypart"] = ("am", "pm")[session]
    if log.get("says_how"):
        row |= {field: version.get(field) for field in DIFFICULTY_FIELDS}
    if log.get("source") == "app":
        late = 3 if day in log.get("late", ()) else 0
        row["recorded_at"] = row["performed_at"] + timedelta(days=late, minutes=6)
    if not log.get("per_set"):
        return [row]
    tired = [max(0, value - drop) for drop in range(sets)]
    return [
        {**row, "sets": 1, "set_no": number + 1, "hold_s" if holds else "reps": tired[number]} for number in range(sets)
    ]


def _rate_pain(log: Row, rows: list[Row], rng: Generator) -> None:
    """People rate once, not per set: on the last row of a day."""
    if "pain" not in log:
        return
    for day in sorted({row["performed_at"].date() for row in rows}):
        last = max((row for row in rows if row["performed_at"].date() == day), key=lambda row: row["performed_at"])
        luck, pain = rng.random(), float(rng.normal(0.0, 0.4))
        if luck < log.get("rates_pain", 0.8):
            last["pain_0_10"] = _clip(_line(log["pain"], day) + pain)


def _weekly_checkins(story: Row, rng: Generator) -> list[Row]:
    """A question every Sunday where the story has check-ins; days with rows of their own are left out."""
    asked = story.get("checkins")
    if asked is None:
        return []
    told = {row.get("day") for row in story.get("rows", {}).get("checkins", [])}
    rows = []
    for day in _days(asked.get("from", FIRST_DAY), asked.get("to", LAST_DAY)):
        pain, fatigue = rng.normal(0.0, 0.6, 2)
        if day.weekday() != 6 or day in told:
            continue
        row = {"patient_id": story["patient"]["patient_id"], "day": day, "fell": "no", "near_falls": 0}
        row["pain_0_10"] = _clip(_line(asked["pain"], day) + pain)
        row["fatigue_0_10"] = _clip(_line(asked["fatigue"], day) + fatigue) if "fatigue" in asked else None
        rows.append(row)
    return rows


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _line(by_day: dict[date, float] | float, day: date) -> float:
    if not isinstance(by_day, dict):
        return float(by_day)
    starts = sorted(by_day)
    return float(np.interp(day.toordinal(), [one.toordinal() for one in starts], [by_day[one] for one in starts]))


def _clip(value: float) -> int:
    return min(10, max(0, round(value)))


def _when(log: Row, day: date, session: int, place: int) -> datetime:
    if "clock" not in log:
        return datetime.combine(day, time())
    hour, minute = log["clock"].split(":")
    start = datetime.combine(day, time(int(hour), int(minute))) + timedelta(hours=9 * session)
    return start + timedelta(minutes=5 * place + (day.toordinal() * 7) % 23)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%dT%H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)
