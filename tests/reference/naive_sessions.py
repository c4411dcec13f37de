"""Sessions, series and due days, row by row and day by day.

Deliberately slow and plain: the only aim is that each line can be read against the sentence it implements.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

import pandas as pd

DAY = dt.timedelta(days=1)
Row = dict[str, Any]
Series = tuple[str, str]  # exercise, side


def clean(value: Any) -> Any:
    """One cell as a plain Python value; every kind of missing becomes None."""
    if value is None or value is pd.NaT or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if hasattr(value, "item"):
        return value.item()
    return value


def records(frame: pd.DataFrame) -> list[Row]:
    return [{str(name): clean(value) for name, value in row.items()} for row in frame.to_dict("records")]


@lru_cache(maxsize=32)
def _all_rows(study: Any, table: str) -> list[Row]:
    return records(getattr(study, table))


def rows_of(study: Any, table: str, patient_id: str | None = None) -> list[Row]:
    """The rows of a table, of everybody or of one patient."""
    return [dict(row) for row in _all_rows(study, table) if patient_id is None or row["patient_id"] == patient_id]


def as_date(value: Any) -> dt.date:
    return pd.Timestamp(value).date()


def optional_date(value: Any) -> dt.date | None:
    return None if value is None else as_date(value)


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every calendar day from first to last, both included."""
    return [first + n * DAY for n in range((last - first).days + 1)]


def monday_of(day: dt.date) -> dt.date:
    return day - day.weekday() * DAY


class Exercises:
    """What the analysis needs to know of an exercise."""

    def __init__(self, catalog: Any) -> None:
        self.catalog = catalog

    def unit(self, key: str) -> str:
        return str(self.catalog[key].unit)

    def mode(self, key: str) -> str:
        return str(self.catalog[key].mode)

    def position(self, key: str) -> str:
        return str(self.catalog[key].position)

    def smallest_change(self, key: str, measure: str) -> tuple[float, float]:
        absolute, share = self.catalog[key].meaningful_change[measure]
        return float(absolute), float(share)


def log_days(study: Any) -> list[dt.date]:
    """The days of sessions, check-ins and events, rejected ones with a readable day among them."""
    days: list[dt.date] = []
    for patient_id in patient_ids(study):
        days += [session["day"] for session in sessions_of(prepare_rows(rows_of(study, "sessions", patient_id)))]
    for table, column in (("checkins", "day"), ("events", "occurred_on")):
        days += [as_date(row[column]) for row in rows_of(study, table)]
    return days + [as_date(row["day"]) for row in rejected_rows(study) if row["source"] != "inferred"]


@lru_cache(maxsize=4)
def rejected_rows(study: Any) -> list[Row]:
    """Rejected sessions, check-ins and events whose day can be read."""
    told = [row for row in rows_of(study, "unreadable") if row["table"] in ("sessions", "checkins", "events")]
    return [row for row in told if row["day"] is not None]


@lru_cache(maxsize=4)
def default_as_of(study: Any) -> dt.date:
    """ "the latest day in sessions (a session by its own day; rejected rows ... included), checkins, events, visits,
    reviews, outcomes of the whole study"; "visits, reviews and outcomes 28 days or more after every session, check-in
    and event do not set it"."""
    days = log_days(study)
    late = [as_date(row["visited_on"]) for row in rows_of(study, "visits")]
    late += [as_date(row["measured_on"]) for row in rows_of(study, "outcomes")]
    if not days:
        return max(late)
    return max([*days, *(day for day in late if (day - max(days)).days < 28)])


def log_through_of(study: Any, as_of: Any, log_through: Any) -> dt.date:
    """The last observed day of patients who state none."""
    day = default_as_of(study) if as_of is None else as_date(as_of)
    if log_through is not None:
        return min(day, as_date(log_through))
    # "whoever gives an `as_of` later than every row of sessions, checkins and events vouches for the log up to it"
    rows = [as_date(row["performed_at"]) for row in rows_of(study, "sessions")]
    rows += [as_date(row["day"]) for row in rows_of(study, "checkins")]
    rows += [as_date(row["occurred_on"]) for row in rows_of(study, "events")]
    rows += [as_date(row["day"]) for row in rejected_rows(study)]
    if as_of is not None and all(day > other for other in rows):
        return day
    # "the latest day of any row of `sessions` or `checkins` of anyone, rejected rows with a readable day included (a
    # visit, a measurement, a `clinic` or an `inferred` row is no log), up to `as_of`"
    told = [as_date(r["performed_at"]) for r in rows_of(study, "sessions") if r["source"] not in ("clinic", "inferred")]
    told += [as_date(row["day"]) for row in rows_of(study, "checkins")]
    told += [
        as_date(row["day"])
        for row in rejected_rows(study)
        if row["table"] != "events" and row["source"] not in ("clinic", "inferred")
    ]
    return min(day, max(told, default=dt.date.min))


def patient_ids(study: Any) -> list[str]:
    found = set()
    for table in ("sessions", "prescriptions", "patients", "pauses", "events", "checkins", "visits", "outcomes"):
        found |= {str(value) for value in getattr(study, table)["patient_id"]}
    return sorted(found)


def prepare_rows(rows: list[Row]) -> list[Row]:
    prepared = []
    for row in rows:
        # "`inferred` rows are left out before anything else."
        if row["source"] == "inferred":
            continue
        at = row["performed_at"]
        # "Midnight sharp counts as a date without time"
        timed = at.time() != dt.time(0)
        prepared.append({**row, "day": at.date(), "timed": timed})
    return prepared


def sessions_of(rows: list[Row]) -> list[Row]:
    """The sessions of one patient's rows: a list of {"day", "rows"}."""
    groups: list[list[Row]] = []
    with_id = [row for row in rows if row["session_id"] is not None]
    for session_id in sorted({row["session_id"] for row in with_id}):
        same = sorted((row for row in with_id if row["session_id"] == session_id), key=lambda row: row["performed_at"])
        previous = None
        for row in same:
            # "rows of one patient with the same id are one session, unless a row is of another day and more than
            # 12 hours after the one before: that begins another"
            if previous is None or (
                row["day"] != previous["day"]
                and row["performed_at"] - previous["performed_at"] > dt.timedelta(hours=12)
            ):
                groups.append([])
            groups[-1].append(row)
            previous = row
    # "those without a clock time form one session per day and `daypart`"
    untimed: dict[Any, list[Row]] = {}
    for row in rows:
        if row["session_id"] is None and not row["timed"]:
            untimed.setdefault((row["day"], row["daypart"]), []).append(row)
    groups += list(untimed.values())
    # "those with a time start a new session when more than 60 minutes have passed since the patient's previous
    # such row (of any exercise)"
    previous = None
    timed = [row for row in rows if row["session_id"] is None and row["timed"]]
    for row in sorted(timed, key=lambda row: row["performed_at"]):
        if previous is None or row["performed_at"] - previous["performed_at"] > dt.timedelta(minutes=60):
            groups.append([])
        groups[-1].append(row)
        previous = row
    # "A session's day is the local date of its first row."
    return [{"day": min(row["performed_at"] for row in group).date(), "rows": group} for group in groups]


class Patient:
    """Everything about one patient up to `as_of`."""

    def __init__(self, study: Any, patient_id: str, as_of: dt.date, log_through: dt.date) -> None:
        own = partial(rows_of, study, patient_id=patient_id)

        self.id = patient_id
        self.as_of = as_of
        self.log_through = log_through
        self.parted: dict[Series, list[tuple[dt.date, list[Row]]]] = {}
        self.kinds: dict[tuple[Series, dt.date], str] = {}
        self.unreadable = [
            row
            for row in rejected_rows(study)
            # "rows readable as `skipped` or `inferred` make no day unreadable"
            if row["table"] == "sessions"
            and row["patient_id"] == patient_id
            and as_date(row["day"]) <= as_of
            and row["status"] != "skipped"
            and row["source"] != "inferred"
        ]
        # single cells that could not be read, in rows that stay
        self.unread = [
            (row["name"], optional_date(row["day"]), row["exercise"])
            for row in records(study.unread)
            if row["what"] == "cell" and row["table"] == "sessions" and row["patient_id"] == patient_id
        ]
        self.exercises = Exercises(study.exercises)
        # "sessions and rows of later days are left out"
        rows = [self.plausible(row) for row in prepare_rows(own("sessions")) if row["day"] <= as_of]
        self.sessions = [session for session in sessions_of(rows) if session["day"] <= as_of]
        self.versions = own("prescriptions")
        for version in self.versions:
            version["start"] = as_date(version["start_date"])
            version["end"] = optional_date(version["end_date"]) or dt.date.max
        self.versions.sort(key=lambda version: version["start"])
        self.pauses = [
            (row["exercise"], as_date(row["start_date"]), optional_date(row["end_date"]) or dt.date.max)
            for row in own("pauses")
        ]
        info = own("patients")
        self.info: Row = info[0] if info else {}
        self.discharged_on = optional_date(self.info.get("discharged_on"))
        self.data_through = optional_date(self.info.get("data_through"))
        self.events = [{**row, "day": as_date(row["occurred_on"])} for row in own("events")]
        self.events = [row for row in self.events if row["day"] <= as_of]
        self.checkins = [{**row, "day": as_date(row["day"])} for row in own("checkins")]
        self.checkins = [row for row in self.checkins if row["day"] <= as_of]
        self.visits = [as_date(row["visited_on"]) for row in own("visits")]
        self.visits = [day for day in self.visits if day <= as_of]

    def plausible(self, row: Row) -> Row:
        """Values beyond what the exercise says is plausible "count as missing"; ``written`` keeps them."""
        limits = self.exercises.catalog[row["exercise"]].plausible
        written = {name: row[name] for name in ("reps", "sets", "hold_s", "load_kg")}
        beyond = {name for name, limit in limits.items() if written[name] is not None and written[name] > limit}
        kept = {name: None if name in beyond else value for name, value in written.items()}
        return {**row, **kept, "written": written}

    # ---- series -------------------------------------------------------------------------------------------------

    def versions_of(self, series: Series) -> list[Row]:
        return [version for version in self.versions if (version["exercise"], version["side"]) == series]

    def sides_of(self, row: Row, session_day: dt.date) -> list[str]:
        """The sides whose series a row belongs to."""
        begun: dict[str, dt.date] = {}
        for version in self.versions:
            if version["exercise"] == row["exercise"] and version["start"] <= session_day:
                begun[version["side"]] = max(version["start"], begun.get(version["side"], dt.date.min))
        if row["side"] != "both":
            # "A row with `side` `left` or `right` belongs to `both` if by its session's day the latest start of a
            # `both` version is later than the latest start of its own side, or there is none of its own"
            own = row["side"]
            joins = "both" in begun and (own not in begun or begun["both"] > begun[own])
            return ["both" if joins else own]
        # "A row with `side` `both` belongs to `left` and/or `right` (each that has a version begun by the session's
        # day) if the latest such start is later than the latest start of a `both` version, or there is none"
        single = [side for side in ("left", "right") if side in begun]
        if single and ("both" not in begun or max(begun[side] for side in single) > begun["both"]):
            return single
        return ["both"]

    def series(self) -> list[Series]:
        """Every series with a version or a row."""
        found = {(version["exercise"], version["side"]) for version in self.versions}
        for session in self.sessions:
            for row in session["rows"]:
                found |= {(row["exercise"], side) for side in self.sides_of(row, session["day"])}
        return sorted(found)

    def parts(self, series: Series) -> list[tuple[dt.date, list[Row]]]:
        """(session day, the session's rows of the series) for each session that has such rows, by day."""
        if series in self.parted:
            return self.parted[series]
        found = []
        for session in self.sessions:
            rows = [
                row
                for row in session["rows"]
                if row["exercise"] == series[0] and series[1] in self.sides_of(row, session["day"])
            ]
            if rows:
                found.append((session["day"], rows))
        self.parted[series] = sorted(found, key=lambda part: part[0])
        return self.parted[series]

    # ---- rows ---------------------------------------------------------------------------------------------------

    def is_failed(self, row: Row) -> bool:
        """ "a failed attempt (`reps` 0 without a hold above 0; in a `seconds` exercise also `hold_s` 0)"."""
        reps, hold_s = row["written"]["reps"], row["written"]["hold_s"]
        if reps == 0 and not (hold_s is not None and hold_s > 0):
            return True
        return self.exercises.unit(row["exercise"]) == "seconds" and hold_s == 0

    def is_done(self, row: Row) -> bool:
        """ "Done row: a tried row, except a failed attempt"; "Tried row: `status` done"."""
        return row["status"] == "done" and not self.is_failed(row)

    def dose(self, exercise: str, row: Row) -> Fraction | None:
        """Dose of a done row or of a version; None is unknown."""
        if row["sets"] is None:
            return None
        sets = Fraction(row["sets"])
        if self.exercises.unit(exercise) == "reps":
            # "sets × reps for `reps` exercises (unknown if reps is missing)"
            return None if row["reps"] is None else sets * Fraction(row["reps"])
        # "sets × max(reps, 1) × hold_s for `seconds` (reps missing = 1; unknown if hold_s is missing)"
        if row["hold_s"] is None:
            return None
        reps = 1 if row["reps"] is None else max(row["reps"], 1)
        return sets * Fraction(reps) * Fraction(row["hold_s"])

    def dose_of_rows(self, series: Series, rows: list[Row]) -> Fraction | None:
        """ "the sum over the done rows, unknown if one of them is"; "the dose of `both` is that of its rows plus the
        larger of left and right"; a failed attempt does nothing."""
        total = {"left": Fraction(0), "right": Fraction(0), "both": Fraction(0)}
        for row in rows:
            dose = Fraction(0) if self.is_failed(row) else self.dose(series[0], row)
            if dose is None:
                return None
            total[row["side"]] += dose
        if series[1] == "both":
            return total["both"] + max(total["left"], total["right"])
        return sum(total.values(), Fraction(0))

    # ---- days ---------------------------------------------------------------------------------------------------

    def version_on(self, series: Series, day: dt.date) -> Row | None:
        """ "Active day of a version: from its start to its end, not after `discharged_on`."."""
        if self.discharged_on is not None and day > self.discharged_on:
            return None
        active = [version for version in self.versions_of(series) if version["start"] <= day <= version["end"]]
        assert len(active) <= 1, "versions of a series overlap"
        return active[0] if active else None

    def is_paused(self, exercise: str, day: dt.date) -> bool:
        return any(key in (None, exercise) and start <= day <= end for key, start, end in self.pauses)

    def has_exercise(self, series: Series, day: dt.date) -> bool:
        return any(self.is_done(row) for when, rows in self.parts(series) if when == day for row in rows)

    def is_unreadable(self, series: Series, day: dt.date) -> bool:
        """ "days with a rejected session row of the patient on which a series has no exercise session, though the row
        may belong to it (its exercise and side, as far as readable, do not speak against it ...)"."""
        if self.has_exercise(series, day):
            return False
        for row in self.unreadable:
            if as_date(row["day"]) == day and row["exercise"] in (None, series[0]):
                for side in ("left", "right", "both") if row["side"] is None else (row["side"],):
                    if series[1] in self.sides_of({"exercise": series[0], "side": side}, day):
                        return True
        return False

    def kind_of_day(self, series: Series, day: dt.date) -> str:
        """`not_prescribed`, `paused`, `unreadable`, `unobserved` or `due`."""
        if (series, day) not in self.kinds:
            self.kinds[series, day] = self.find_kind(series, day)
        return self.kinds[series, day]

    def find_kind(self, series: Series, day: dt.date) -> str:
        version = self.version_on(series, day)
        if version is None:
            return "not_prescribed"
        if self.is_paused(series[0], day):
            return "paused"
        if self.is_unreadable(series, day):
            return "unreadable"
        # "unobserved if they lie after `data_through` ..., or, where the patient states none, after ... `log_through`"
        if day > (self.data_through or self.log_through):
            return "unobserved"
        # "in a calendar week with an unreadable day, so are all days without an exercise session of a version under 7
        # days a week"
        week = days_between(monday_of(day), monday_of(day) + 6 * DAY)
        if (
            version["days_per_week"] < 7
            and not self.has_exercise(series, day)
            and any(self.is_unreadable(series, other) for other in week)
        ):
            return "unobserved"
        return "due"

    def first_day(self) -> dt.date | None:
        """ "the patient's first prescription or session day, whichever is earlier"."""
        days = [version["start"] for version in self.versions] + [session["day"] for session in self.sessions]
        return min(days) if days else None

    # ---- ratings ------------------------------------------------------------------------------------------------

    def rating_of_day(self, column: str, own: list[Row], day: dt.date) -> float | None:
        """Pain or effort of a day for a series whose own rows are given."""
        mine = [row[column] for row in own if row[column] is not None]
        asked = [row[column] for row in self.checkins if row["day"] == day and row[column] is not None]
        everyone = [
            row[column]
            for session in self.sessions
            if session["day"] == day
            for row in session["rows"]
            if row[column] is not None
        ]
        if column == "pain_0_10":
            # "the highest of its own rows and the check-in; ... where both are missing the highest on the patient's
            # other rows of that day stands in"
            return max(mine + asked, default=max(everyone, default=None))
        # "Effort: own rows, else check-in, else other rows."
        return max(mine or asked or everyone, default=None)


@lru_cache(maxsize=8)
def patients_of(study: Any, as_of: Any = None, log_through: Any = None) -> list[Patient]:
    """Everybody; ``as_of`` as it was asked for, None for the default."""
    day = default_as_of(study) if as_of is None else as_date(as_of)
    through = log_through_of(study, as_of, log_through)
    return [Patient(study, patient_id, day, through) for patient_id in patient_ids(study)]
