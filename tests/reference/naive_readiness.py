"""Readiness criteria (True, False or None for missing) and the state, series by series."""

from __future__ import annotations

import datetime as dt
import json
import math
from fractions import Fraction
from typing import Any

from tests.reference.naive_adherence import TOLERANCE, CodedLog, series_window
from tests.reference.naive_events import followed_by_visit, held_by_event, is_within, near_fall_during
from tests.reference.naive_sessions import (
    DAY,
    Patient,
    Row,
    Series,
    as_date,
    days_between,
    default_as_of,
    patients_of,
    records,
)
from tests.reference.naive_trends import (
    as_prescribed,
    day_value,
    difficulty,
    margin_of,
    patient_trends,
    primary,
    runs,
    target_of,
    tried_by_day,
)

HELP = {
    "mode": ("passive", "assisted", "active", "resisted"),
    "position": ("lying", "seated", "standing"),
    "support": ("two_hands", "one_hand", "fingertip", "none"),
}  # each "from most to least help"
TINY = 1e-9
Truth = bool | None


def both(*parts: Truth) -> Truth:
    """False if one is false, else missing if one is missing."""
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def more_help(row: Row, version: Row) -> bool:
    """ "more help (mode, position, support, `fes`)" than prescribed."""
    for name, order in HELP.items():
        if row[name] is not None and version[name] is not None and order.index(row[name]) < order.index(version[name]):
            return True
    # "`fes` logged where it is not prescribed is more help, `afo` has no rank"
    return row["orthosis"] == "fes" and version["orthosis"] != "fes"


def less_load(row: Row, version: Row) -> bool:
    return row["load_kg"] is not None and version["load_kg"] is not None and row["load_kg"] < version["load_kg"] - TINY


def counts_for_target(row: Row, version: Row) -> bool:
    """ "A row counts for *target* only if it is as prescribed or harder"."""
    if more_help(row, version) or less_load(row, version):
        return False
    # bands have no order: another band is neither as prescribed nor known to be harder
    return row["resistance"] is None or version["resistance"] is None or row["resistance"] == version["resistance"]


class Outlook:
    """One series with a version active on `as_of`."""

    def __init__(self, patient: Patient, series: Series, version: Row) -> None:
        self.patient, self.series, self.version = patient, series, version
        self.as_of = patient.as_of
        self.log = CodedLog(patient, series)
        self.seconds = patient.exercises.unit(series[0]) == "seconds"
        self.target = target_of(patient, version)
        self.usual = patient.info.get("usual_pain_0_10") or 0
        # "*Look-back* L = max(14, 21 / days_per_week rounded up) days."
        self.look_back = max(14, math.ceil(Fraction(21) / Fraction(version["days_per_week"])))
        self.tried = tried_by_day(patient, series)
        self.difficulty_start = self.start_of_difficulty()
        self.exposure_start = self.start_of_exposure()

    def session_days(self) -> list[dt.date]:
        return sorted(set(self.log.exercise_sessions) | set(self.log.clinic_sessions))

    def start_of_difficulty(self) -> dt.date:
        """The start of the consecutive versions with the difficulty of the active one ("a new target keeps it")."""
        versions = [row for row in self.patient.versions_of(self.series) if row["start"] <= self.as_of]
        start: dt.date = versions[-1]["start"]
        for version in versions[::-1]:
            if difficulty(version) != difficulty(self.version):
                break
            start = version["start"]
        return start

    def start_of_exposure(self) -> dt.date | None:
        """ "the start of that difficulty, or the day after the latest L calendar days in a row without an exercise
        session of the series since then; if those days reach `as_of` there is none"."""
        days = days_between(self.difficulty_start, self.as_of)
        exercised = set(self.session_days())
        start = self.difficulty_start
        empty = 0
        for day in days:
            empty = 0 if day in exercised else empty + 1
            if empty >= self.look_back:
                start = day + DAY
        return None if start > self.as_of else start

    def last_tried(self) -> list[dt.date]:
        """At most the last three days with a tried row since exposure start that lie within L days."""
        if self.exposure_start is None:
            return []
        days = [day for day in self.tried if day >= self.exposure_start][-3:]
        return [day for day in days if is_within(self.patient, day, self.look_back)]

    def last_three(self) -> list[dt.date] | None:
        days = self.last_tried()
        return days if len(days) == 3 else None

    def target_days(self) -> list[dt.date]:
        """ "the last 10 days with a tried row since exposure start within max(21, 105 / days_per_week) days"."""
        if self.exposure_start is None:
            return []
        reach = max(Fraction(21), Fraction(105) / Fraction(self.version["days_per_week"]))
        return [day for day in self.tried if day >= self.exposure_start and (self.as_of - day).days < reach][-10:]

    def pain_of(self, day: dt.date) -> float | None:
        own = [row for at, rows in self.patient.parts(self.series) if at == day for row in rows]
        return self.patient.rating_of_day("pain_0_10", own, day)

    def effort_of(self, day: dt.date) -> float | None:
        """ "on rows below target + margin (a check-in's always)"; where only others are rated nothing stands in."""
        margin = self.margin()
        limit = None if self.target is None or margin is None else self.target + margin
        tried = [row for row in self.tried[day] if row["effort_0_10"] is not None]
        asked = [row for row in tried if limit is None or not self.exceeds(row, limit)]
        if asked:
            return max(row["effort_0_10"] for row in asked)  # type: ignore[no-any-return]
        if tried:
            of_day = [row["effort_0_10"] for row in self.patient.checkins if row["day"] == day]
            return max((one for one in of_day if one is not None), default=None)
        own = [row for at, rows in self.patient.parts(self.series) if at == day for row in rows]
        return self.patient.rating_of_day("effort_0_10", own, day)

    def exceeds(self, row: Row, limit: float) -> bool:
        value = self.performance(row)
        return value is not None and value >= limit - TINY

    def margin(self) -> float | None:
        """The smallest change that matters in the current run."""
        run = runs(self.patient, self.series)[-1]
        measure = primary(self.patient, self.series[0])
        values = []
        for day, rows in self.tried.items():
            right = [row for row in rows if as_prescribed(row, run[-1])]
            if day >= run[0]["start"] and right:
                values.append(day_value(self.patient, self.series, measure, right, day))
        known = [value for value in values if value is not None]
        return margin_of(self.patient, self.series[0], measure, target_of(self.patient, run[-1]), known)

    # ---- criteria -----------------------------------------------------------------------------------------------

    def exposure(self) -> Truth:
        """ "≥ 6 days with an exercise session, and ≥ 14 days since exposure start"."""
        if self.exposure_start is None:
            return False
        days = [day for day in self.session_days() if self.exposure_start <= day]
        return len(days) >= 6 and (self.as_of - self.exposure_start).days >= 14

    def recency(self) -> Truth:
        """ "last exercise session at most max(7, 7 / days_per_week) days before `as_of`"."""
        if self.exposure_start is None:
            return False
        days = [day for day in self.session_days() if self.exposure_start <= day]
        limit = max(Fraction(7), Fraction(7) / Fraction(self.version["days_per_week"]))
        return bool(days) and (self.as_of - days[-1]).days <= limit

    def adherence(self) -> Truth:
        """ "from the later of exposure start and `as_of` − 27 days to `as_of` ≥ 2/3; missing if due < 3"."""
        if self.exposure_start is None:
            return None
        window = series_window(self.log, (max(self.exposure_start, self.as_of - 27 * DAY), self.as_of))
        if window["due"] < 3 - TOLERANCE:
            return None
        return bool(window["adherence"] >= Fraction(2, 3) - TOLERANCE)

    def reaches_target(self, day: dt.date, share: float) -> Truth:
        """Whether the best set (longest try) of the rows that count reaches a share of the target."""
        rows = [row for row in self.tried[day] if counts_for_target(row, self.version)]
        values = [self.performance(row) for row in rows]
        if any(value is not None and value >= share * self.target - TINY for value in values):
            return True
        return None if None in values else False

    def performance(self, row: Row) -> float | None:
        if self.patient.is_failed(row):
            return 0.0
        return row["hold_s"] if self.seconds else row["reps"]  # type: ignore[no-any-return]

    def enough_dose(self, day: dt.date) -> Truth:
        """ "dose of the counting rows ≥ 95 % of the session dose prescribed on `as_of`"."""
        planned = self.patient.dose(self.series[0], self.version)
        if planned is None:
            return None
        rows = [row for row in self.tried[day] if counts_for_target(row, self.version)]
        doses = [Fraction(0) if self.patient.is_failed(row) else self.patient.dose(self.series[0], row) for row in rows]
        if sum((dose for dose in doses if dose is not None), Fraction(0)) >= planned * Fraction(95, 100) - TOLERANCE:
            return True
        return None if None in doses else False

    def reached(self) -> Truth:
        """ "of 8 or more one may miss the target, of fewer none; fewer than 6: missing"."""
        days = self.target_days()
        if len(days) < 6 or self.target is None or self.patient.dose(self.series[0], self.version) is None:
            return None
        found = [both(self.reaches_target(day, 1.0), self.enough_dose(day)) for day in days]
        may_miss = 1 if len(days) >= 8 else 0
        if found.count(False) > may_miss:
            return False
        return True if found.count(False) + found.count(None) <= may_miss else None

    def done_as_prescribed(self) -> Truth:
        """ "on the last three: no row with more help ... or less `load_kg`, or, in `reps` exercises, a logged hold
        under 75 % of the prescribed one"."""
        days = self.last_three()
        if days is None:
            return None
        rows = [row for day in days for row in self.tried[day]]
        if any(more_help(row, self.version) or less_load(row, self.version) or self.short_hold(row) for row in rows):
            return False
        return None if self.is_unread(days, "mode", "position", "support", "load_kg", "orthosis") else True

    def is_unread(self, days: list[dt.date], *names: str) -> bool:
        """ "unreadable pain, effort, mode, ... on the days a criterion looks at makes that criterion missing"; a rating
        may stand in for another exercise's, so that of any counts."""
        return any(
            name in names and day in days and (name.endswith("_0_10") or exercise == self.series[0])
            for name, day, exercise in self.patient.unread
        )

    def short_hold(self, row: Row) -> bool:
        asked = self.version["hold_s"]
        held = row["hold_s"]
        return not self.seconds and asked is not None and held is not None and held < 0.75 * asked - TINY

    def pain(self) -> Truth:
        """ "highest of the last three (or of as many days as there are) ≤ max(3, usual + 1); one rating above makes
        it false, two of three are needed to meet it, else missing"."""
        if self.exposure_start is None:
            return None
        ratings = [self.pain_of(day) for day in self.last_tried()]
        known = [rating for rating in ratings if rating is not None]
        if any(rating > max(3, self.usual + 1) + TINY for rating in known):
            return False
        return True if len(known) >= 2 and not self.is_unread(self.last_tried(), "pain_0_10") else None

    def effort(self) -> Truth:
        """ "highest of the last three ≤ 5"."""
        days = self.last_three()
        known = [rating for rating in map(self.effort_of, days or []) if rating is not None]
        if known and max(known) > 5 + TINY:
            return False
        return True if known and not self.is_unread(days or [], "effort_0_10") else None

    def held(self) -> bool:
        return held_by_event(self.patient, self.series, self.version["position"])

    def no_event(self, rejected: bool) -> Truth:
        """ "no open event (section 8) that holds this exercise, no near fall during it within 14 days; missing if an
        event or check-in row of the patient was rejected (within 28 days or undatable)"."""
        if self.held() or near_fall_during(self.patient, self.series[0]):
            return False
        return None if rejected else True

    def criteria(self, rejected: bool = False) -> dict[str, Truth]:
        """The criteria that apply."""
        found = {"exposure": self.exposure(), "recency": self.recency(), "adherence": self.adherence()}
        if self.version["mode"] in ("active", "resisted"):
            found |= {"target": self.reached(), "as_prescribed": self.done_as_prescribed(), "effort": self.effort()}
        return found | {"pain": self.pain(), "no_event": self.no_event(rejected)}

    # ---- state --------------------------------------------------------------------------------------------------

    def strong_pain(self) -> bool:
        """ "a pain > min(9, max(5, usual + 2)) on one of the last three tried days of the series, within 28 days and
        not followed by a visit on a later day"."""
        limit = min(9, max(5, self.usual + 2))
        for day in list(self.tried)[-3:]:
            pain = self.pain_of(day)
            recent = is_within(self.patient, day, 28) and not followed_by_visit(self.patient, day)
            if pain is not None and pain > limit + TINY and recent:
                return True
        return False

    def below_target(self) -> bool:
        """ "best set < 75 % of target on each of the last 3 days with a tried row of the current difficulty within L
        days, reps known; active and resisted only; needs no exposure"."""
        if self.version["mode"] not in ("active", "resisted") or self.target is None:
            return False
        days = []
        for day, rows in self.tried.items():
            right = [row for row in rows if as_prescribed(row, self.version)]
            if right and day >= self.difficulty_start and is_within(self.patient, day, self.look_back):
                days.append([self.performance(row) for row in right])
        return len(days) >= 3 and all(
            None not in values and max(value for value in values if value is not None) < 0.75 * self.target - TINY
            for values in days[-3:]
        )

    def state(self, criteria: dict[str, Truth]) -> str:
        exercise = self.series[0]
        if self.patient.is_paused(exercise, self.as_of):
            return "paused"
        if self.held() or self.strong_pain():
            return "hold_event"
        trends = patient_trends(self.patient, "primary", self.as_of)
        trend = next(row for row in trends if (row["exercise"], row["side"]) == self.series)
        if trend["verdict"] == "declining":
            return "check_decline"
        if self.below_target():
            return "below_target"
        if not criteria["exposure"] or not criteria["recency"]:
            return "not_enough_data"
        if any(met is False for met in criteria.values()):
            return "criteria_not_met"
        # "an applicable criterion that is not optional is missing"
        if any(met is None for rule, met in criteria.items() if rule != "effort"):
            return "not_enough_data"
        # "the current mode is passive or assisted, or the next step needs an observation, or aetiology `als`"
        mode = self.version["mode"]
        needs = self.patient.exercises.catalog[exercise].steps(mode).next_needs_observation
        if mode in ("passive", "assisted") or needs or self.patient.info.get("aetiology") == "als":
            return "clinician_check"
        return "criteria_met"


def rejected_lately(study: Any, patient: Patient) -> list[Row]:
    """ "an event or check-in row of the patient was rejected (within 28 days or undatable)"."""
    found = {}
    for row in records(study.rejected):
        if row["patient_id"] != patient.id or row["table"] not in ("events", "checkins"):
            continue
        original = json.loads(row["original"])
        written = original.get("occurred_on") or original.get("day")
        try:
            day = dt.date.fromisoformat(str(written)[:10])
        except ValueError:
            day = patient.as_of
        if day <= patient.as_of and is_within(patient, day, 28):
            found[row["table"], row["file"], row["row"]] = row
    return list(found.values())


def outlooks(study: Any, as_of: Any = None) -> list[Outlook]:
    """ "one row per series with a version active on `as_of`"."""
    day = default_as_of(study) if as_of is None else as_date(as_of)
    found = []
    for patient in patients_of(study, as_of):
        for series in patient.series():
            version = patient.version_on(series, day)
            if version is not None:
                found.append(Outlook(patient, series, version))
    return found


def naive_readiness(study: Any, as_of: Any = None) -> list[Row]:
    """One row per active series: key, mode, target, state, criteria (rule → True, False, None)."""
    found = []
    for outlook in outlooks(study, as_of):
        criteria = outlook.criteria(bool(rejected_lately(study, outlook.patient)))
        found.append(
            {
                "patient_id": outlook.patient.id,
                "exercise": outlook.series[0],
                "side": outlook.series[1],
                "mode": outlook.version["mode"],
                "target": outlook.target,
                "state": outlook.state(criteria),
                "criteria": criteria,
            }
        )
    return found
