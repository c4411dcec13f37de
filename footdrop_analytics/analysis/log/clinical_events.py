"""What happened to the patients: falls and other events, near falls, visits, and reports that could not be read."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import FAR_DAY, NO_DAY, Bools, Groups, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.reviews import HOLDS_ON, LETS_GO, Reviews
from footdrop_analytics.analysis.log.unread import DATE_COLUMN, days_in, doubtful_days, still_runs, unread_cells
from footdrop_analytics.knowledge import EventRule, FlagRules
from footdrop_analytics.model.vocabulary import SEVERITIES
from footdrop_analytics.wording.language import marked

_ABOUT_FALLS = ("fell", "near_falls")


@dataclass(frozen=True)
class Happenings:
    """Events, check-ins, visits and rejected rows up to ``as_of``, by patient number and day number."""

    log: CodedLog
    rules: FlagRules

    @cached_property
    def last_visit(self) -> Ints:
        """The last visit of each patient; ``NO_DAY`` without any."""
        table = self.log.study.visits
        day, patient = cols.day_numbers(table["visited_on"]), self.log.patient_numbers(table)
        last = np.full(len(self.log.patients), NO_DAY)
        counts = day <= self.log.as_of_day
        np.maximum.at(last, patient[counts], day[counts])
        return last

    @cached_property
    def reviews(self) -> Reviews:
        """What clinicians did about flags."""
        return Reviews(self.log)

    def unvisited(self, patient: Ints, day: Ints) -> Bools:
        """Whether no visit of the patient followed on a later day."""
        return self.last_visit[patient] <= day

    def is_open(self, patient: Ints, day: Ints) -> Bools:
        """Whether something of that day still waits for a visit: at most so many days, and none on a later day."""
        return self.unvisited(patient, day) & (self.log.as_of_day - day <= self.rules.open_days)

    @cached_property
    def checkins(self) -> Rows:
        """Check-ins up to ``as_of``: ``patient``, ``day``, ``asked`` (about falls), ``fell``, ``near_falls``, ``pain``.

        ``notes`` is None, ``pain`` NaN and ``near_falls`` 0 where nothing was recorded.
        """
        table = self.log.study.checkins
        near_falls = cols.numbers_of(table["near_falls"])
        found: Rows = {
            "patient": self.log.patient_numbers(table),
            "day": cols.day_numbers(table["day"]),
            "asked": (cols.codes_of(table["fell"]) >= 0) | ~np.isnan(near_falls),
            "fell": cols.holds_key(table["fell"], "yes"),
            "near_falls": np.nan_to_num(near_falls),
            "pain": cols.numbers_of(table["pain_0_10"]),
            "notes": cols.objects_of(table["notes"]),
        }
        return cols.picked(found, found["day"] <= self.log.as_of_day)

    @cached_property
    def events(self) -> Rows:
        """Events up to ``as_of``, those that only a check-in tells of among them.

        Columns ``patient``, ``day``, ``kind`` (code), ``exercise`` (code, −1 = none), ``injury``, ``notes``,
        ``unvisited`` (neither visit nor review followed), ``open``, ``let_go`` and ``held_on`` (by a decision).
        A fall in the events and in that day's check-in is one fall. Near falls are in :attr:`near_falls`.
        """
        table = self.log.study.events
        told: Rows = {
            "patient": self.log.patient_numbers(table),
            "day": cols.day_numbers(table["occurred_on"]),
            "kind": cols.codes_of(table["kind"]).astype(np.int64),
            "exercise": cols.codes_of(table["during_exercise"]).astype(np.int64),
            "injury": cols.holds_key(table["injury"], "yes"),
            "notes": cols.objects_of(table["notes"]),
        }
        told = cols.picked(told, told["day"] <= self.log.as_of_day)
        events = cols.stacked([told, self._falls_only_asked(told)])
        rule_id = np.array([rule.kind for rule in self.event_rules], dtype=object)[events["kind"]]
        return events | self._answers(events["patient"], rule_id, events["day"], events["exercise"])

    def _answers(self, patient: Ints, rule_id: npt.NDArray[np.object_], day: Ints, exercise: Ints) -> Rows:
        """What followed each event: ``unvisited``, ``open``, ``let_go``, ``held_on``.

        A visit on a later day without a decision lets go, unless one with ``stop`` or ``refer`` came no later; a review
        with ``stop`` or ``refer`` that comes last holds again.
        """
        reviews = self.reviews
        unvisited = self.unvisited(patient, day) & ~reviews.closed(patient, rule_id, day, exercise)
        lets_go, holds_on, seen, plain = (
            np.minimum(
                reviews.days_of(patient, rule_id, day, exercise, decisions),
                reviews.first_visit_after(patient, day, of_visit),
            )
            for decisions, of_visit in ((LETS_GO, LETS_GO), (HOLDS_ON, HOLDS_ON), (("seen",), ()), ((), ("",)))
        )
        let_go = (lets_go < FAR_DAY) | (plain < holds_on)
        let_go &= ~reviews.stopped_again(patient, rule_id, day, exercise)
        return {
            "unvisited": unvisited,
            "open": unvisited & (self.log.as_of_day - day <= self.rules.open_days),
            "let_go": let_go,
            "held_on": ~let_go & (np.minimum(holds_on, seen) < FAR_DAY),
        }

    def _falls_only_asked(self, events: Rows) -> Rows:
        """Falls of check-ins of whose day the events have none; the note is read with the other words, not here."""
        falls, fell = events["kind"] == self.kinds["fall"], self.checkins["fell"]
        known = cols.day_keys(events["patient"][falls], events["day"][falls])
        asked = cols.day_keys(self.checkins["patient"][fell], self.checkins["day"][fell])
        where = np.flatnonzero(fell)[np.unique(asked, return_index=True)[1]]
        own = cols.picked(self.checkins, where)
        own = cols.picked(own, ~np.isin(cols.day_keys(own["patient"], own["day"]), known))
        size = len(own["day"])
        return {
            "patient": own["patient"],
            "day": own["day"],
            "kind": np.full(size, self.kinds["fall"]),
            "exercise": np.full(size, -1),
            "injury": np.zeros(size, dtype=bool),
            "notes": np.full(size, None, dtype=object),
        }

    @cached_property
    def event_rules(self) -> list[EventRule]:
        """The rule of each kind of event, in the order of the kinds' codes."""
        return [self.rules.events[kind] for kind in self.log.study.events["kind"].array.categories.tolist()]

    @cached_property
    def kinds(self) -> dict[str, int]:
        """The code of each kind of event."""
        return {rule.kind: code for code, rule in enumerate(self.event_rules)}

    @cached_property
    def near_falls(self) -> Rows:
        """Near falls by ``patient`` and ``day``: ``count`` (the larger of events and check-in), ``open``.

        ``during`` is how many of the day's events were logged as during an exercise.
        """
        told = cols.picked(self.events, self.events["kind"] == self.kinds["near_fall"])
        asked = cols.picked(self.checkins, self.checkins["near_falls"] > 0)
        of_events = Groups(cols.day_keys(told["patient"], told["day"]))
        patient, day = (np.concatenate([told[name], asked[name]]) for name in ("patient", "day"))
        both = Groups(cols.day_keys(patient, day))
        counts = np.zeros((2, len(both.keys)), dtype=np.int64)
        during = np.zeros(len(both.keys), dtype=np.int64)
        place = np.searchsorted(both.keys, of_events.keys)
        counts[0, place] = of_events.sizes
        during[place] = of_events.total((told["exercise"] >= 0).astype(np.int64))
        of_checkins = Groups(cols.day_keys(asked["patient"], asked["day"]))
        counts[1, np.searchsorted(both.keys, of_checkins.keys)] = of_checkins.highest(asked["near_falls"])
        patient, day = both.highest(patient), both.highest(day)
        found = {"patient": patient, "day": day, "count": counts.max(axis=0), "during": during}
        rule_id = np.full(len(day), "near_fall", dtype=object)
        return found | self._answers(patient, rule_id, day, np.full(len(day), -1, dtype=np.int64))

    def falls_asked(self, days: int) -> Ints:
        """On how many of the last days each patient was asked about falls."""
        asked = cols.picked(self.checkins, self.checkins["asked"] & (self.checkins["day"] > self.log.as_of_day - days))
        of_days = Groups(cols.day_keys(asked["patient"], asked["day"]))
        return np.bincount(of_days.highest(asked["patient"]), minlength=len(self.log.patients))

    @cached_property
    def holds(self) -> Rows:
        """What open events hold: ``patient``, ``day``, ``name``, and ``scope``: ``all``, ``standing``, or ``exercise``.

        ``exercise`` is its code where the scope is one exercise, else −1; ``severity`` the place in ``SEVERITIES``.
        """
        rules = self.event_rules
        limit = np.array([rule.days or self.rules.open_days + 1 for rule in rules])
        events = self.events
        within = self.log.as_of_day - events["day"] < limit[events["kind"]]
        events = cols.picked(events, events["held_on"] | (within & ~events["let_go"]))
        kind, exercise = events["kind"], events["exercise"]
        names, holds, if_hurt = (
            np.array([getattr(rule, field) for rule in rules], dtype=object)[kind]
            for field in ("name", "holds", "injury_holds")
        )
        scope = np.where(events["injury"], if_hurt, holds)
        severity = np.array([SEVERITIES.index(rule.severity) for rule in rules])[kind]
        held: Rows = {"patient": events["patient"], "day": events["day"], "name": names, "severity": severity}
        nothing = np.full(len(kind), -1)
        wide = cols.picked(held | {"scope": scope, "exercise": nothing}, scope != "none")
        also_during = np.array([rule.during_exercise for rule in rules])[kind] & (exercise >= 0)
        of_one = np.full(len(kind), "exercise", dtype=object)
        during = cols.picked(held | {"scope": of_one, "exercise": exercise}, also_during)
        return cols.stacked([wide, during, self._near_fall_holds()])

    def _near_fall_holds(self) -> Rows:
        """So many near falls within some days of each other: the last days, or those that a decision holds on."""
        rule = self.rules.flags["near_falls"]
        days, least = int(rule.parameters["days"]), rule.parameters["count"]
        near = cols.picked(self.near_falls, ~self.near_falls["let_go"])
        patient, day = near["patient"], near["day"]
        recent = day > self.log.as_of_day - days
        often = np.bincount(patient, near["count"] * recent, minlength=len(self.log.patients)) >= least
        total = np.append(0, np.cumsum(near["count"]))
        begins = np.searchsorted(cols.day_keys(patient, day), cols.day_keys(patient, day - days), side="right")
        held_on = near["held_on"] & (total[1:] - total[begins] >= least)
        held = cols.picked(near, (recent & often[patient]) | held_on)
        of_patient = Groups(held["patient"])
        size = len(of_patient.keys)
        return {
            "patient": of_patient.keys,
            "day": of_patient.highest(held["day"]),
            "name": np.full(size, marked("near falls"), dtype=object),
            "severity": np.full(size, SEVERITIES.index(rule.severity)),
            "scope": np.full(size, "standing", dtype=object),
            "exercise": np.full(size, -1),
        }

    @cached_property
    def rejected(self) -> Rows:
        """Rejected rows that belong to a known patient, each once, with the columns as read, ``patient`` and ``day``.

        ``day`` is the row's own day as far as it can be read, else ``NO_DAY``; a day after the
        reading cannot be true and counts as unreadable. Rows of days after ``as_of`` are left out.
        """
        table = self.log.study.rejected_rows
        rows: Rows = {
            name: cols.objects_of(table[name]) for name in ("table", "file", "row", "column", "value", "original")
        }
        patient = self.log.patients.get_indexer(pd.Index(table["patient_id"], dtype="str"))
        day = np.full(len(table), NO_DAY)
        for name in set(rows["table"]) & DATE_COLUMN.keys():
            chosen = rows["table"] == name
            day[chosen] = days_in(rows["original"][chosen], DATE_COLUMN[name])
        last_read = int(self.log.study.as_of.to_datetime64().astype("datetime64[D]").astype(np.int64))
        day[day > max(last_read, self.log.as_of_day)] = NO_DAY
        rows = cols.picked(rows | {"patient": patient, "day": day}, (patient >= 0) & (day <= self.log.as_of_day))
        return cols.stacked([rows, self._unread_answers])

    @cached_property
    def unread_cells(self) -> Rows:
        """Cells that could not be read, in rows that stay (see :func:`unread_cells`)."""
        return unread_cells(self.log)

    @property
    def _unread_answers(self) -> Rows:
        """Answers about falls that could not be read, in check-ins that stay: as grave as a rejected event."""
        cells = self.unread_cells
        about_falls = np.isin(cells["name"].astype(str), _ABOUT_FALLS)
        cells = cols.picked(cells, (cells["table"] == "checkins") & about_falls)
        written = [json.dumps({name: value}) for name, value in zip(cells["name"], cells["value"], strict=True)]
        answers: Rows = {name: cells[name] for name in ("table", "file", "row", "value", "patient", "day")}
        return answers | {"column": cells["name"], "original": np.array(written, dtype=object)}

    @cached_property
    def doubtful(self) -> Rows:
        """Events and check-ins of days whose date may be wrong: ``patient`` and ``day``."""
        limits = self.rules.flags["date_doubtful"].parameters
        doubtful = doubtful_days(self.log, int(limits["max_days"]), int(limits["gap_days"]))
        told = [{name: rows[name] for name in ("patient", "day")} for rows in (self.events, self.checkins)]
        rows = cols.stacked(told)
        return cols.picked(rows, np.isin(cols.day_keys(rows["patient"], rows["day"]), doubtful))

    def unread(self, tables: Collection[str], days: int) -> Rows:
        """Rejected rows of some tables within so many days, or without a readable day.

        A prescription that begins earlier counts as long as it runs: all that is said of the series rests on it.
        """
        rows, after = self.rejected, self.log.as_of_day - days
        recent = (rows["day"] == NO_DAY) | (rows["day"] > after) | still_runs(rows, after)
        return cols.picked(rows, np.array([name in tables for name in rows["table"]], dtype=bool) & recent)
