"""A seeded generator of small nasty studies, and a plain stand-in for the reading of them."""

from __future__ import annotations

import datetime as dt
import random
from types import SimpleNamespace
from typing import Any

import pandas as pd

from tests.reference.naive_sessions import DAY, Row, as_date, clean, records

POOL = (
    "ankle_dorsiflexion",
    "assisted_toe_raise",
    "toe_raise_negative",
    "heel_raise",
    "ankle_eversion",
    "single_leg_stand",
    "hip_rotation",
)
MODES = ("passive", "assisted", "active", "resisted")
POSITIONS = ("lying", "seated", "standing")
SUPPORTS = ("two_hands", "one_hand", "fingertip", "none")
ORTHOSES = ("none", "afo", "fes")
EVENTS = [
    "fall",
    "near_fall",
    "dizziness",
    "skin",
    "chest_pain",
    "breathlessness",
    "calf_swelling",
    "new_weakness",
    "numbness",
    "bladder_bowel",
    "speech_face_vision",
    "seizure",
    "hospital",
    "spasm",
    "other",
]
SKIPS = ["pain", "fatigue", "unwell", "afraid", "told_to_stop", "no_time", "forgot", "equipment", "other"]
COLUMNS = {
    "sessions": "patient_id performed_at exercise side session_id daypart set_no status skip_reason sets reps hold_s "
    "mode position support load_kg resistance orthosis effort_0_10 pain_0_10 source recorded_at notes",
    "prescriptions": "patient_id exercise side start_date end_date days_per_week weekdays sessions_per_day sets "
    "reps hold_s mode position support load_kg resistance orthosis reason prescriber",
    "patients": "patient_id affected_side aetiology usual_pain_0_10 data_through discharged_on",
    "pauses": "patient_id exercise start_date end_date reason",
    "events": "patient_id occurred_on kind during_exercise injury notes",
    "checkins": "patient_id day fell near_falls pain_0_10 effort_0_10 fatigue_0_10 notes",
    "visits": "patient_id visited_on kind decision next_visit_on notes",
    "outcomes": "patient_id measured_on measure value unit side orthosis aid rater",
}


class Maker:
    """Draws one study; `calm` studies follow their plan closely, so that the late verdicts and states are reached."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.good = self.random.random() < 0.25
        self.calm = self.good or self.random.random() < 0.35
        self.tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
        self.begin = dt.date(2026, 1, 1) + self.random.randint(0, 20) * DAY
        self.days = self.random.choice((16, 24, 33, 45, 70))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, *values: Any) -> Any:
        return self.random.choice(values)

    def some_day(self) -> dt.date:
        return self.begin + self.random.randint(0, self.days - 1) * DAY

    def add(self, table: str, **cells: Any) -> None:
        self.tables[table].append(cells)

    def study(self) -> dict[str, pd.DataFrame]:
        for number in range(self.random.randint(1, 3)):
            self.patient(("007", "b-2", "NA")[number])
        self.random.shuffle(self.tables["sessions"])
        return {
            name: pd.DataFrame(rows, columns=COLUMNS[name].split(), dtype=object) for name, rows in self.tables.items()
        }

    # ---- one patient --------------------------------------------------------------------------------------------

    def patient(self, patient_id: str) -> None:
        self.about(patient_id)
        keys = self.random.sample(POOL, self.random.randint(1, 3))
        plans = {key: [version for side in self.sides() for version in self.versions(key, side)] for key in keys}
        for key, versions in plans.items():
            for version in versions:
                self.add("prescriptions", patient_id=patient_id, exercise=key, **version)
        if self.chance(0.2):
            # logged without a prescription
            other = self.pick(*POOL)
            plans.setdefault(other, [])
        self.around(patient_id, list(plans))
        self.style = {
            "timed": self.pick(0.0, 0.5, 1.0, 1.0),
            "ids": self.pick("", "", "AM", "day", "mixed"),
            "keep": self.random.uniform(0.75, 1.0) if self.calm else self.random.uniform(0.15, 0.9),
            "odd": 0.0 if self.calm and self.chance(0.7) else self.pick(0.02, 0.15, 0.4),
            "slope": self.pick(-0.25, -0.15, -0.08, 0.0, 0.0, 0.04, 0.1, 0.3),
            "noise": self.pick(0.0, 0.7, 1.5, 4.0),
            "blank": self.pick(0.0, 0.0, 0.05, 0.3),
            "pain": self.pick(0, 1, 2, 3, 5),
            "rated": self.pick(0.0, 0.4, 0.9, 1.0),
        }
        if self.good:
            self.style |= {"keep": 1.0, "odd": 0.0, "slope": self.pick(0.0, 0.03), "noise": self.pick(0.0, 0.5)}
            self.style |= {"blank": self.pick(0.0, 0.02), "pain": self.pick(0, 1), "rated": self.pick(0.6, 1.0)}
        stop = self.days - (self.random.randint(0, 40) if self.chance(0.3) and not self.good else 0)
        for offset in range(-3 if self.chance(0.2) else 0, max(stop, 1)):
            if self.chance(self.style["keep"]):
                most = (
                    self.pick(2, 3) if self.good else self.pick(1, 1, 1, 1, 2) if self.calm else self.pick(1, 1, 2, 3)
                )
                for turn in range(most):
                    self.session(patient_id, plans, offset, turn)

    def about(self, patient_id: str) -> None:
        if self.chance(0.8):
            self.add(
                "patients",
                patient_id=patient_id,
                affected_side=self.pick("left", "right", "both", None),
                aetiology=self.pick("stroke", "als", "peroneal_neuropathy", None, "ms"),
                usual_pain_0_10=self.pick(None, None, 0, 1.5, 3, 5, 8),
                data_through=str(self.some_day()) if self.chance(0.2) else None,
                discharged_on=str(self.some_day()) if self.chance(0.12) else None,
            )

    def sides(self) -> tuple[str, ...]:
        return self.pick(
            ("left",), ("left",), ("right",), ("both",), ("left", "right"), ("both", "left"), ("both", "left", "right")
        )

    def versions(self, key: str, side: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        start = self.begin + self.random.randint(0, 3 if self.calm else 12) * DAY
        plain: dict[str, Any] = {
            "days_per_week": self.pick(1, 2, 2.5, 3, 3.5, 5, 6.5, 7, 7),
            "sessions_per_day": self.pick(None, 1, 1, 2, 3),
            "sets": self.pick(None, 1, 2, 3),
            "reps": self.pick(8, 10, 10, 12, None),
            "hold_s": self.pick(5, 15, 7.5) if key == "single_leg_stand" else self.pick(None, None, 2),
            "mode": self.pick(None, None, "active", "active", "resisted", "assisted", "passive"),
            "position": self.pick(None, None, "seated", "standing"),
            "support": self.pick(None, None, "one_hand", "fingertip", "none"),
            "load_kg": self.pick(None, None, 0.5, 1),
            "resistance": self.pick(None, None, None, "red", "blue"),
            "orthosis": self.pick(None, None, "none", "afo", "fes"),
        }
        if self.chance(0.15):
            named = self.pick("mon,wed,fri", "Sat-Sun", "Tuesday & Thursday", "daily", "fri")
            plain |= {"days_per_week": None, "weekdays": named}
        if self.good:
            plain |= {"mode": self.pick("active", "resisted", None), "sets": 1, "sessions_per_day": self.pick(1, 2)}
        for _ in range(1 if self.good else self.pick(1, 1, 2) if self.calm else self.pick(1, 2, 3, 4)):
            end = start + self.random.randint(3, 40) * DAY if self.chance(0.3) and not self.good else None
            if key == "single_leg_stand" and self.chance(0.1):
                plain = {**plain, "hold_s": None}
            row = {"side": side, "start_date": str(start), "end_date": str(end) if end else None, **plain}
            if side != "both" and self.chance(0.1):
                row["side"] = None
            found.append(row)
            start += self.random.randint(2, 25) * DAY
            change = self.pick("reps", "reps", "days_per_week", "sets", "load_kg", "mode", "support", "nothing")
            if change == "reps":
                plain = {**plain, "reps": self.pick(6, 9, 12, 15), "hold_s": plain["hold_s"] and plain["hold_s"] + 2.5}
            elif change == "days_per_week":
                plain = {**plain, "days_per_week": self.pick(0.5, 1.5, 3, 4.5, 7), "weekdays": None}
            elif change != "nothing":
                values = {"sets": (1, 2), "load_kg": (1, 2, None), "mode": ("active", "resisted"), "support": SUPPORTS}
                plain = {**plain, change: self.pick(*values[change])}
        return found

    def around(self, patient_id: str, keys: list[str]) -> None:
        """Pauses, events, check-ins, visits, outcomes."""
        rare = 0.03 if self.good else 0.25 if self.calm else 0.6
        while self.chance(rare):
            start = self.some_day()
            end = start + self.random.randint(0, 12) * DAY if self.chance(0.8) else None
            exercise = self.pick(None, *keys)
            self.add(
                "pauses",
                patient_id=patient_id,
                exercise=exercise,
                start_date=str(start),
                end_date=str(end) if end else None,
            )
        while self.chance(rare):
            self.add(
                "events",
                patient_id=patient_id,
                occurred_on=str(self.some_day()),
                kind=self.pick("fall", "near_fall", "near_fall", "dizziness", "skin", *EVENTS),
                during_exercise=self.pick(None, None, *keys),
                injury=self.pick(None, "yes", "no"),
            )
        if self.chance(0.08):
            # no such kind: this row will be rejected
            day = self.pick(str(self.some_day()), str(self.some_day()), "soon")
            self.add("events", patient_id=patient_id, occurred_on=day, kind="slipped")
        asked = self.pick(0.0, 0.1, 0.5)
        for offset in range(self.days):
            if self.chance(asked):
                self.add(
                    "checkins",
                    patient_id=patient_id,
                    day=str(self.begin + offset * DAY),
                    fell=self.pick(None, *["no"] * 8, "yes" if not self.calm else "no"),
                    near_falls=self.pick(None, 0, 0, 0, 0, 1 if not self.calm else 0, 2 if self.chance(0.2) else 0),
                    pain_0_10=self.pick(None, 0, 1, 2, 3, 4, 6 if not self.calm else 1),
                    effort_0_10=self.pick(None, 2, 4, 6),
                )
        while self.chance(0.5):
            self.add("visits", patient_id=patient_id, visited_on=str(self.some_day()), decision=self.pick(None, "keep"))
        if self.chance(0.2):
            day = self.begin + (self.days + self.random.randint(0, 9)) * DAY
            self.add("outcomes", patient_id=patient_id, measured_on=str(day), measure="gait_speed", value=0.8)

    # ---- rows ---------------------------------------------------------------------------------------------------

    def session(self, patient_id: str, plans: dict[str, list[dict[str, Any]]], offset: int, turn: int) -> None:
        day = self.begin + offset * DAY
        timed = self.chance(self.style["timed"])
        hour = self.pick(7, 8, 9) + 4 * turn if not self.chance(0.1) else 23
        at = dt.datetime.combine(day, dt.time(hour, self.random.randint(1, 59)))
        ids = self.style["ids"]
        session_id = {"": None, "AM": ("AM", "NOON", "PM")[turn], "day": f"{day}-{turn}"}.get(ids)
        if ids == "mixed":
            session_id = self.pick(None, "AM", f"s{offset}")
        daypart = None if timed or self.chance(0.4) else ("am", "noon", "pm")[turn]
        for key, versions in plans.items():
            if self.chance(0.1):
                continue
            sides = sorted({version["side"] for version in versions} - {None}) or [self.pick("left", "both")]
            if self.chance(0.1):
                sides = [self.pick("left", "right", "both")]
            begun = [version for version in versions if version["start_date"] <= str(day)]
            plan = max(begun, key=lambda version: str(version["start_date"])) if begun else {}
            for side in sides:
                for set_no in range(1, self.pick(1, 1, 2, 3) + 1):
                    at += dt.timedelta(minutes=self.pick(1, 2, 5, 20, 45, 61))
                    self.row(patient_id, key, side, plan, day if not timed else at, session_id, daypart, set_no, offset)

    def row(
        self,
        patient_id: str,
        key: str,
        side: str,
        plan: dict[str, Any],
        at: dt.date,
        session_id: str | None,
        daypart: str | None,
        set_no: int,
        offset: int,
    ) -> None:
        odd, style = self.style["odd"], self.style
        level = style["slope"] * offset + self.random.gauss(0, 1) * style["noise"]
        reps: Any = max(0, round((plan.get("reps") or 10) + level))
        hold: Any = None
        if key == "single_leg_stand":
            hold = max(0.0, round((plan.get("hold_s") or 10) + level * 2, 1))
            reps = self.pick(None, 1, 2, reps)
        elif self.chance(odd):
            hold = self.pick(0, 2, 5)
        if reps and self.chance(0.015):
            reps = self.pick(10 * reps, 10 * reps, reps // 10, 900)
        if self.chance(style["blank"]):
            reps = None
        if self.chance(style["blank"] / 2):
            hold = None
        if self.chance(odd / 4):
            reps, hold = self.pick((0, None), (0, 0), (0, 3), (None, 0), (5, 0))
        cells: Row = {}
        choices = {"mode": MODES, "position": POSITIONS, "support": SUPPORTS, "orthosis": ORTHOSES}
        choices |= {"load_kg": (0.5, 1, 2), "resistance": ("red", "blue")}
        for name, values in choices.items():
            if self.chance(0.3):
                cells[name] = plan.get(name)
            if self.chance(odd / 3):
                cells[name] = self.pick(*values)
        skipped = self.chance(0.02 if self.calm else 0.1)
        pain = min(10, max(0, style["pain"] + self.pick(-1, 0, 0, 0, 1, 0.5, *([] if self.calm else [3, 5]))))
        self.add(
            "sessions",
            patient_id=patient_id,
            performed_at=at.isoformat(sep=" ") if isinstance(at, dt.datetime) else str(at),
            exercise=key,
            side=None if self.chance(odd / 3) else side,
            session_id=session_id,
            daypart=daypart,
            set_no=set_no if self.chance(0.7) else None,
            status="skipped" if skipped else self.pick(None, "done"),
            skip_reason=self.pick(*SKIPS) if skipped else None,
            sets=self.pick(None, 1, plan.get("sets"), 3) if self.chance(0.6) else plan.get("sets"),
            reps=None if skipped and self.chance(0.7) else reps,
            hold_s=hold,
            pain_0_10=pain if self.chance(style["rated"]) else None,
            effort_0_10=self.pick(1, 3, 4, *((5, 6, 8) if not self.good else ()))
            if self.chance(style["rated"])
            else None,
            source=self.pick(None, "diary", "app", *(["clinic", "inferred"] if self.chance(0.15) else [])),
            **cells,
        )


def random_unreadable(seed: int, study: Any) -> pd.DataFrame:
    """Rows that were rejected on days of the log, with what could be read of them.

    None is after the study's last day, which has been found without them: a session over midnight ends later.
    """
    maker = random.Random(1000 + seed)
    rows: list[Row] = []
    days = sorted({min(as_date(row["performed_at"]), as_date(study.as_of)) for row in records(study.sessions)})
    ids = sorted({str(one) for one in study.sessions["patient_id"]})
    for _ in range(maker.choice((0, 0, 1, 4, 30))):
        day = maker.choice(days) + maker.choice((0, 0, 1, 2)) * DAY
        rows.append(
            {
                "table": maker.choice(("sessions", "sessions", "sessions", "checkins")),
                "patient_id": maker.choice((*ids, None)),
                "day": maker.choice((pd.Timestamp(min(day, days[-1])),) * 5 + (None,)),
                "exercise": maker.choice((None, *POOL)),
                "side": maker.choice((None, None, "left", "right", "both")),
                "status": maker.choice(("done", "done", "done", None, "skipped")),
                "source": maker.choice(("diary", "diary", None, "clinic", "inferred")),
            }
        )
    table = pd.DataFrame(rows, columns=list(study.unreadable.columns))
    return table.astype(study.unreadable.dtypes.to_dict())


UNREADABLE = {"pain_0_10": "bad", "effort_0_10": "?", "mode": "mmm", "support": "x", "sets": "many", "load_kg": "heavy"}


def with_unreadable_cells(seed: int, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with some cells of the log that nobody can read."""
    maker = random.Random(3000 + seed)
    sessions = tables["sessions"].copy()
    for row in maker.sample(range(len(sessions)), max(1, len(sessions) // 25)):
        name = maker.choice(list(UNREADABLE))
        sessions.loc[sessions.index[row], name] = UNREADABLE[name]
    return {**tables, "sessions": sessions}


def random_tables(seed: int) -> dict[str, pd.DataFrame]:
    """Tables for `fd.study_from_tables(**tables, today="2030-01-01")`."""
    tables = Maker(seed).study()
    if not len(tables["sessions"]):
        return random_tables(seed + 1_000_000)
    return {name: table for name, table in tables.items() if len(table)}


# ---- a plain stand-in for reading ---------------------------------------------------------------------------------


def frame(name: str, rows: list[Row]) -> pd.DataFrame:
    columns = list(dict.fromkeys([*COLUMNS[name].split(), *(key for row in rows for key in row)]))
    return pd.DataFrame(rows, columns=columns, dtype=object)


def fill_sides(tables: dict[str, list[Row]]) -> None:
    affected = {row["patient_id"]: row["affected_side"] for row in tables["patients"]}
    # "(in a prescription: `affected_side`, else `both`)"
    for row in tables["prescriptions"]:
        row["side"] = row["side"] or affected.get(row["patient_id"]) or "both"
    prescribed: dict[tuple[str, str], set[str]] = {}
    for row in tables["prescriptions"]:
        prescribed.setdefault((row["patient_id"], row["exercise"]), set()).add(row["side"])
    # "if missing: the only side prescribed for that patient and exercise, else the `affected_side`, else `both`"
    for row in tables["sessions"]:
        if row["side"] is None:
            sides = prescribed.get((row["patient_id"], row["exercise"]), set())
            only = next(iter(sides)) if len(sides) == 1 else None
            row["side"] = only or affected.get(row["patient_id"]) or "both"


def close_versions(rows: list[Row]) -> list[Row]:
    """Defaults and effective ends; of two versions with one start the last row counts."""
    last = {(row["patient_id"], row["exercise"], row["side"], row["start_date"]): row for row in rows}
    kept = list(last.values())
    for row in kept:
        later = [
            as_date(other["start_date"])
            for other in kept
            if all(other[name] == row[name] for name in ("patient_id", "exercise", "side"))
            and other["start_date"] > row["start_date"]
        ]
        ends = [day - DAY for day in later] + ([as_date(row["end_date"])] if row["end_date"] else [])
        row["end_date"] = pd.Timestamp(min(ends)) if ends else None
    return kept


def plain_study(tables: dict[str, pd.DataFrame], exercises: Any) -> SimpleNamespace:
    """The generated tables as the analysis expects them, without the package's reading."""
    rows = {name: records(tables[name]) if name in tables else [] for name in COLUMNS}
    fill_sides(rows)
    for row in rows["sessions"]:
        row["performed_at"] = clean(pd.Timestamp(row["performed_at"]))
        row["status"] = row["status"] or "done"
        row["source"] = row["source"] or "diary"
        row["sets"] = row["sets"] or 1
    for row in rows["prescriptions"]:
        row["sets"] = row["sets"] or 1
        row["sessions_per_day"] = row["sessions_per_day"] or 1
        row["mode"] = row["mode"] or exercises[row["exercise"]].mode
        row["position"] = row["position"] or exercises[row["exercise"]].position
    rows["prescriptions"] = close_versions(rows["prescriptions"])
    rows["events"] = [row for row in rows["events"] if row["kind"] != "slipped"]
    return SimpleNamespace(**{name: frame(name, rows[name]) for name in COLUMNS}, exercises=exercises)
