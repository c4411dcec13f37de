"""What happened to the patients: falls and other events, near falls, visits, and reports that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.columns import NO_DAY, Bools, Ints, day_numbers
from footdrop_analytics.analysis.ledger import Ledger
from footdrop_analytics.knowledge import FlagRules

_DATE_COLUMN = {
    "sessions": "performed_at",
    "prescriptions": "start_date",
    "pauses": "start_date",
    "events": "occurred_on",
    "checkins": "day",
    "visits": "visited_on",
    "outcomes": "measured_on",
}


@dataclass(frozen=True)
class Happenings:
    """Events, check-ins, visits and rejected rows up to ``as_of``, by patient number and day number."""

    ledger: Ledger
    rules: FlagRules

    @cached_property
    def last_visit(self) -> Ints:
        """The last visit of each patient; ``NO_DAY`` without any."""
        table = self.ledger.study.visits
        day, patient = day_numbers(table["visited_on"]), self.ledger.patient_numbers(table)
        last = np.full(len(self.ledger.patients), NO_DAY)
        counts = day <= self.ledger.as_of_day
        np.maximum.at(last, patient[counts], day[counts])
        return last

    def unvisited(self, patient: Ints, day: Ints) -> Bools:
        """Whether no visit of the patient followed on a later day."""
        return self.last_visit[patient] <= day

    def is_open(self, patient: Ints, day: Ints) -> Bools:
        """Whether something of that day still waits for a visit: at most so many days, and none on a later day."""
        return self.unvisited(patient, day) & (self.ledger.as_of_day - day <= self.rules.open_days)

    @cached_property
    def checkins(self) -> pd.DataFrame:
        """Check-ins up to ``as_of``: ``patient``, ``day``, ``fell`` (True, False or missing), ``near_falls``, notes."""
        table = self.ledger.study.checkins
        found = pd.DataFrame(
            {
                "patient": self.ledger.patient_numbers(table),
                "day": day_numbers(table["day"]),
                "asked": (table["fell"].notna() | table["near_falls"].notna()).to_numpy(),
                "fell": (table["fell"] == "yes").to_numpy(),
                "near_falls": table["near_falls"].to_numpy(dtype=np.float64, na_value=0.0),
                "pain": table["pain_0_10"].to_numpy(),
                "notes": table["notes"].to_numpy(dtype=object),
            }
        )
        return found[found["day"] <= self.ledger.as_of_day]

    @cached_property
    def events(self) -> pd.DataFrame:
        """Events up to ``as_of``, those that only a check-in tells of among them.

        Columns ``patient``, ``day``, ``kind`` (code), ``exercise`` (code, −1 = none), ``injury``, ``notes``,
        ``unvisited``, ``open``. A fall in the events and in that day's check-in is one fall. Near falls are in
        :attr:`near_falls` with the larger count.
        """
        table = self.ledger.study.events
        events = pd.DataFrame(
            {
                "patient": self.ledger.patient_numbers(table),
                "day": day_numbers(table["occurred_on"]),
                "kind": table["kind"].cat.codes.to_numpy(),
                "exercise": table["during_exercise"].cat.codes.to_numpy(),
                "injury": (table["injury"] == "yes").to_numpy(),
                "notes": table["notes"].to_numpy(dtype=object),
            }
        )
        events = events[events["day"] <= self.ledger.as_of_day]
        fell = self.checkins.loc[self.checkins["fell"], ["patient", "day"]].drop_duplicates()
        told = events.loc[events["kind"] == self.kind("fall"), ["patient", "day"]].drop_duplicates()
        only_asked = fell.merge(told, how="left", indicator=True).query("_merge == 'left_only'")[["patient", "day"]]
        # The note of a check-in is read with the other words; it is not repeated as the fall's own.
        only_asked = only_asked.assign(kind=self.kind("fall"), exercise=-1, injury=False, notes=None)
        events = pd.concat([events, only_asked], ignore_index=True) if len(only_asked) else events
        patient, day = events["patient"].to_numpy(), events["day"].to_numpy()
        return events.assign(unvisited=self.unvisited(patient, day), open=self.is_open(patient, day))

    def kind(self, name: str) -> int:
        """The code of a kind of event."""
        return list(self.ledger.study.events["kind"].cat.categories).index(name)

    @cached_property
    def near_falls(self) -> pd.DataFrame:
        """Near falls by patient and day: ``count`` (the larger of events and check-in), ``open``."""
        events = self.events[self.events["kind"] == self.kind("near_fall")]
        of_events = events.groupby(["patient", "day"]).size().rename("events")
        asked = self.checkins[self.checkins["near_falls"] > 0]
        of_checkins = asked.groupby(["patient", "day"])["near_falls"].max().rename("checkins")
        both = pd.concat([of_events, of_checkins], axis=1).fillna(0).max(axis=1).astype(np.int64)
        found = both.rename("count").reset_index()
        patient, day = found["patient"].to_numpy(dtype=np.int64), found["day"].to_numpy(dtype=np.int64)
        return found.assign(patient=patient, day=day, open=self.is_open(patient, day))

    def falls_asked(self, days: int) -> Ints:
        """On how many of the last days each patient was asked about falls."""
        asked = self.checkins[self.checkins["asked"] & (self.checkins["day"] > self.ledger.as_of_day - days)]
        asked = asked[["patient", "day"]].drop_duplicates()
        return np.bincount(asked["patient"], minlength=len(self.ledger.patients))

    @cached_property
    def holds(self) -> pd.DataFrame:
        """What open events hold: ``patient``, ``day``, ``name``, and ``scope``: ``all``, ``standing``, or ``exercise``.

        ``exercise`` is its code where the scope is one exercise, else −1.
        """
        events = self.events[self.events["open"]]
        within = self.ledger.as_of_day - events["day"].to_numpy()
        rules = [self.rules.events[kind] for kind in self.ledger.study.events["kind"].cat.categories]
        kind = events["kind"].to_numpy()
        limit = np.array([rule.days or self.rules.open_days + 1 for rule in rules])[kind]
        scope = np.array([rule.holds for rule in rules], dtype=object)[kind]
        if_hurt = np.array([rule.injury_holds for rule in rules], dtype=object)[kind]
        also_during = np.array([rule.during_exercise for rule in rules])[kind]
        scope = np.where(events["injury"], if_hurt, scope)
        held = events.assign(scope=scope, name=np.array([rule.name for rule in rules], dtype=object)[kind])
        held, also_during = held[within < limit], also_during[within < limit]
        during = held[also_during & (held["exercise"] >= 0).to_numpy()].assign(scope="exercise")
        wide = held[held["scope"] != "none"].assign(exercise=-1)
        columns = ["patient", "day", "name", "scope", "exercise"]
        parts: list[pd.DataFrame] = [wide[columns], during[columns], self._near_fall_holds()[columns]]
        return pd.concat(parts, ignore_index=True)

    def _near_fall_holds(self) -> pd.DataFrame:
        rule = self.rules.flags["near_falls"]
        recent = self.near_falls
        recent = recent[recent["open"] & (recent["day"] > self.ledger.as_of_day - rule.parameters["days"])]
        total = recent.groupby("patient").agg(count=("count", "sum"), day=("day", "max")).reset_index()
        total = total[total["count"] >= rule.parameters["count"]]
        return total.assign(name="near falls", scope="standing", exercise=-1)

    @cached_property
    def rejected(self) -> pd.DataFrame:
        """Rejected rows that belong to a known patient, one line per row, with ``patient`` and ``day`` added.

        ``day`` is the row's own day as far as it can be read, else ``NO_DAY``; a day after the
        reading cannot be true and counts as unreadable. Rows of days after ``as_of`` are left out.
        """
        table = self.ledger.study.rejected.drop_duplicates(["table", "file", "row"])
        patient = self.ledger.patients.get_indexer(pd.Index(table["patient_id"].astype("str")))
        day = np.full(len(table), NO_DAY)
        for name, column in _DATE_COLUMN.items():
            chosen = (table["table"] == name).to_numpy()
            if chosen.any():
                day[chosen] = _day_in(table["original"][chosen], column)
        last_read = int(self.ledger.study.as_of.to_datetime64().astype("datetime64[D]").astype(np.int64))
        day[day > max(last_read, self.ledger.as_of_day)] = NO_DAY
        found = table.assign(patient=patient, day=day)
        return found[(patient >= 0) & (day <= self.ledger.as_of_day)]

    def unread(self, tables: tuple[str, ...], days: int) -> pd.DataFrame:
        """Rejected rows of some tables within so many days, or without a readable day.

        A prescription that begins earlier counts as long as it runs: all that is said of the series rests on it.
        """
        rows = self.rejected
        after = self.ledger.as_of_day - days
        recent = (rows["day"] == NO_DAY) | (rows["day"] > after) | _still_runs(rows, after)
        found: pd.DataFrame = rows[rows["table"].isin(tables) & recent]
        return found


def _day_in(original: pd.Series, column: str) -> Ints:
    """The ISO day that a rejected row (as JSON) gives in a column; ``NO_DAY`` where it gives none."""
    pattern = rf'"\s*{column}\s*"\s*:\s*"\s*(\d{{4}}-\d{{2}}-\d{{2}})(?:[ T][^"]*)?\s*"'
    text = original.astype("str").str.extract(f"(?i:{pattern})", expand=False)
    return day_numbers(pd.to_datetime(text, format="%Y-%m-%d", errors="coerce"))


def _still_runs(rows: pd.DataFrame, after: int) -> Bools:
    """Whether rejected rows are prescriptions without a readable end, or with one after the day."""
    found = (rows["table"] == "prescriptions").to_numpy(copy=True)
    end = _day_in(rows["original"][found], "end_date")
    found[found] = (end == NO_DAY) | (end > after)
    return found
