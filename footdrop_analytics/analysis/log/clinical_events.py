"""What happened to the patients: falls and other events, near falls, visits, and reports that could not be read."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import FAR_DAY, NO_DAY, Bools, Groups, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.entries import days_in
from footdrop_analytics.analysis.log.reviews import HOLDS_ON, LETS_GO, Reviews
from footdrop_analytics.knowledge import EventRule, FlagRules
from footdrop_analytics.model.days import are_doubtful, dated_by
from footdrop_analytics.model.study import TABLES
from footdrop_analytics.model.vocabulary import SEVERITIES
from footdrop_analytics.wording.language import marked


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

    def is_open(self, patient: Ints, day: Ints) -> Bools:
        """Whether something of that day still waits for a visit: at most so many days, and none on a later day."""
        return (self.last_visit[patient] <= day) & (self.log.as_of_day - day <= self.rules.open_days)

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
        # Falls of check-ins of whose day the events have none; the note is read with the other words, not here.
        falls = cols.picked(told, told["kind"] == self.kinds["fall"])
        fell = cols.picked(self.checkins, self.checkins["fell"])
        days, first = np.unique(cols.day_keys(fell["patient"], fell["day"]), return_index=True)
        asked = cols.picked(fell, first[~np.isin(days, cols.day_keys(falls["patient"], falls["day"]))])
        size = len(asked["day"])
        asked |= {"kind": np.full(size, self.kinds["fall"]), "exercise": np.full(size, -1)}
        asked |= {"injury": np.zeros(size, dtype=bool), "notes": np.full(size, None, dtype=object)}
        events = cols.stacked([told, asked])
        events["rule_id"] = np.array([rule.kind for rule in self.event_rules], dtype=object)[events["kind"]]
        return events | self._answers(events)

    def _answers(self, events: Rows) -> Rows:
        """What followed each event: ``unvisited``, ``open``, ``let_go``, ``held_on``.

        A visit on a later day without a decision lets go, unless one with ``stop`` or ``refer`` came no later; a review
        with ``stop`` or ``refer`` that comes last holds again.
        """
        reviews, patient, day = self.reviews, events["patient"], events["day"]
        unvisited = (self.last_visit[patient] <= day) & ~reviews.closed(events)
        lets_go, holds_on, seen, plain = (
            np.minimum(reviews.days_of(events, decisions), reviews.first_visit_after(patient, day, of_visit))
            for decisions, of_visit in ((LETS_GO, LETS_GO), (HOLDS_ON, HOLDS_ON), (("seen",), ()), ((), (None,)))
        )
        let_go = ((lets_go < FAR_DAY) | (plain < holds_on)) & ~reviews.stopped_again(events)
        return {
            "unvisited": unvisited,
            "open": unvisited & (self.log.as_of_day - day <= self.rules.open_days),
            "let_go": let_go,
            "held_on": ~let_go & (np.minimum(holds_on, seen) < FAR_DAY),
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
        patient, day = (np.concatenate([told[name], asked[name]]) for name in ("patient", "day"))
        is_event, of_day = np.arange(len(day)) < len(told["day"]), Groups(cols.day_keys(patient, day))
        n_asked, during = np.zeros_like(day), np.zeros_like(day)
        n_asked[~is_event], during[is_event] = asked["near_falls"], told["exercise"] >= 0
        found = {
            "patient": of_day.highest(patient),
            "day": of_day.highest(day),
            "count": np.maximum(of_day.total(is_event.astype(np.int64)), of_day.highest(n_asked)),
            "during": of_day.total(during),
            "rule_id": np.full(len(of_day.keys), "near_fall", dtype=object),
            "exercise": np.full(len(of_day.keys), -1),
        }
        return found | self._answers(found)

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
        for name in set(rows["table"]):
            chosen, (column, _) = rows["table"] == name, dated_by(name)
            if column:
                day[chosen] = days_in(rows["original"][chosen], column)
        day[day > max(cols.as_day(self.log.study.as_of, "as_of"), self.log.as_of_day)] = NO_DAY
        rows = cols.picked(rows | {"patient": patient, "day": day}, (patient >= 0) & (day <= self.log.as_of_day))
        # Answers about falls that could not be read, in check-ins that stay, are as grave as a rejected event.
        about_falls = np.isin(self.unread_cells["name"].astype(str), ("fell", "near_falls"))
        cells = cols.picked(self.unread_cells, (self.unread_cells["table"] == "checkins") & about_falls)
        written = [json.dumps({name: value}) for name, value in zip(cells["name"], cells["value"], strict=True)]
        cells |= {"column": cells["name"], "original": np.array(written, dtype=object)}
        return cols.stacked([rows, cells])

    @cached_property
    def unread_cells(self) -> Rows:
        """Cells that could not be read, in rows of known patients that stay.

        ``table``, ``name`` (the column), ``value`` (as written), ``file``, ``row``, ``patient``, ``day`` (``NO_DAY``
        where it cannot be read) and ``exercise`` (its code, −1 where it is not known).
        """
        as_written = ("table", "name", "value", "file", "row")
        table = self.log.study.unread.reindex(columns=["what", "patient_id", "day", "exercise", *as_written])
        table = table[(table["what"] == "cell").to_numpy(dtype=bool, na_value=False)]
        exercises = pd.Index(self.log.study.exercises.keys)
        cells: Rows = {name: cols.objects_of(table[name]) for name in as_written}
        cells["exercise"] = exercises.get_indexer(pd.Index(table["exercise"], dtype="str"))
        return self._of_known_patients(table, cells)

    @cached_property
    def superseded(self) -> Rows:
        """Superseded rows of known patients: ``patient``, ``day``, ``pain``, ``notes``."""
        table = self.log.study.superseded
        rows = {"pain": cols.numbers_of(table["pain_0_10"]), "notes": cols.objects_of(table["notes"])}
        return self._of_known_patients(table, rows)

    def _of_known_patients(self, table: pd.DataFrame, rows: Rows) -> Rows:
        """The rows with ``patient`` and ``day``, without those of unknown patients and of days after ``as_of``."""
        patient = self.log.patients.get_indexer(pd.Index(table["patient_id"], dtype="str")).astype(np.int64)
        day = cols.day_numbers(table["day"])
        return cols.picked(rows | {"patient": patient, "day": day}, (patient >= 0) & (day <= self.log.as_of_day))

    @cached_property
    def doubtful(self) -> Rows:
        """Events and check-ins of days whose date may be wrong: ``patient`` and ``day``."""
        limits = self.rules.flags["date_doubtful"].parameters
        parts = []
        for name in TABLES:
            table, (column, has_rows) = getattr(self.log.study, name), dated_by(name)
            if column is not None:
                day = cols.day_numbers(table[column])
                counts = (day >= 0) & (day <= self.log.as_of_day)
                patient, day = self.log.patient_numbers(table)[counts], day[counts]
                # Rows of one day mostly stand below each other: fewer are left to be sorted.
                once = cols.run_starts(patient, day)
                parts.append({"patient": patient[once], "day": day[once], "is_row": np.full(len(once), has_rows)})
        days = cols.stacked(parts)
        doubtful = are_doubtful(**days, max_days=int(limits["max_days"]), gap_days=int(limits["gap_days"]))
        told = [{name: rows[name] for name in ("patient", "day")} for rows in (self.events, self.checkins)]
        rows, keys = cols.stacked(told), cols.day_keys(days["patient"], days["day"])[doubtful]
        return cols.picked(rows, np.isin(cols.day_keys(rows["patient"], rows["day"]), keys))

    def unread(self, tables: Collection[str], days: int) -> Rows:
        """Rejected rows of some tables within so many days, or without a readable day.

        A prescription that begins earlier counts as long as it runs: all that is said of the series rests on it.
        """
        rows, after = self.rejected, self.log.as_of_day - days
        recent, plans = (rows["day"] == NO_DAY) | (rows["day"] > after), rows["table"] == "prescriptions"
        end = days_in(rows["original"][plans], "end_date")
        recent[plans] |= (end == NO_DAY) | (end > after)
        return cols.picked(rows, np.array([name in tables for name in rows["table"]], dtype=bool) & recent)
