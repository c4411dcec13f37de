"""What clinicians did about flags and events: reviews and the decisions of visits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import FAR_DAY, Bools, Groups, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.model.days import DAY_US

LETS_GO = ("keep", "harder", "easier")
"""Decisions after which an event holds no exercise any more."""
HOLDS_ON = ("stop", "refer")
"""Decisions after which it holds until one of the others, a visit's too."""


@dataclass(frozen=True)
class Reviews:
    """Reviews of flags, and visits, up to ``as_of``."""

    log: CodedLog

    @cached_property
    def of_flags(self) -> Rows:
        """Of flags: ``patient``, ``rule_id``, ``day``, ``exercise``, ``at`` (day), ``moment`` (µs), ``decision``."""
        table = self.log.study.reviews
        rows: Rows = {
            "patient": self.log.patient_numbers(table),
            "rule_id": cols.objects_of(table["rule_id"]),
            "day": cols.day_numbers(table["day"]),
            "exercise": cols.codes_of(table["exercise"]).astype(np.int64),
            "at": cols.day_numbers(table["reviewed_at"]),
            "moment": cols.microseconds(table["reviewed_at"]),
            "decision": cols.objects_of(table["decision"]),
        }
        return cols.picked(rows, cols.holds_key(table["subject"], "flag") & (rows["at"] <= self.log.as_of_day))

    @cached_property
    def visits(self) -> Rows:
        """Visits: ``patient``, ``day``, ``decision``."""
        table = self.log.study.visits
        rows: Rows = {
            "patient": self.log.patient_numbers(table),
            "day": cols.day_numbers(table["visited_on"]),
            "decision": cols.objects_of(table["decision"]),
        }
        return cols.picked(rows, rows["day"] <= self.log.as_of_day)

    def closed(self, flags: Rows) -> Bools:
        """Whether flags were reviewed: as many reviews of that rule, exercise and day as there are such flags.

        A review before the moment ``since`` (µs) of a flag has not seen what is flagged, and does not count.
        """
        number, n_flags, of_review, n_reviews = self._matched(flags)
        if "since" in flags:
            last = np.zeros(len(n_flags), dtype=np.int64)
            np.maximum.at(last, number, flags["since"])
            seen = of_review[_seen_until(self.of_flags) >= last[of_review]]
            n_reviews = np.bincount(seen, minlength=len(n_flags))
        return (n_reviews > 0)[number] & (n_reviews >= n_flags)[number]

    def last_of_falls(self, patient: Ints, day: Ints) -> Ints:
        """The moment (µs) of the last review of a fall of that patient and day; 0 if there is none."""
        reviews = cols.picked(self.of_flags, self.of_flags["rule_id"] == "fall")
        of_day = Groups(cols.day_keys(reviews["patient"], reviews["day"]))
        return cols.looked_up(of_day.keys, of_day.highest(_seen_until(reviews)), cols.day_keys(patient, day), 0)

    def days_of(self, flags: Rows, decisions: tuple[str, ...]) -> Ints:
        """The first day on which a closed flag was reviewed with such a decision; ``FAR_DAY`` if never."""
        number, n_flags, of_review, n_reviews = self._matched(flags)
        first = np.full(len(n_flags), FAR_DAY)
        chosen = np.isin(self.of_flags["decision"], decisions)
        np.minimum.at(first, of_review[chosen], self.of_flags["at"][chosen])
        return np.where(n_reviews >= n_flags, first, FAR_DAY)[number]

    def stopped_again(self, flags: Rows) -> Bools:
        """Whether the last decision about each closed flag is to stop or refer, and no later visit let go."""
        number, n_flags, of_review, n_reviews = self._matched(flags)
        moment, decision = self.of_flags["moment"], self.of_flags["decision"]
        last = np.full((2, len(n_flags)), -1)
        for row, decisions in zip(last, (HOLDS_ON, LETS_GO), strict=True):
            chosen = np.isin(decision, decisions)
            np.maximum.at(row, of_review[chosen], moment[chosen])
        stopped, let_go = last[:, number]
        later = self.first_visit_after(flags["patient"], stopped // DAY_US, LETS_GO) < FAR_DAY
        again: Bools = (stopped >= 0) & (n_reviews >= n_flags)[number] & (stopped >= let_go) & ~later
        return again

    def _matched(self, flags: Rows) -> tuple[Ints, Ints, Ints, Ints]:
        """A number for flags and reviews of the same ``patient``, ``rule_id``, ``day`` and ``exercise``.

        Of each number also how many flags and reviews there are.
        """
        names = ("rule_id", "patient", "day", "exercise")
        rule_id, *what = (np.concatenate([flags[name], self.of_flags[name]]) for name in names)
        # Several near falls are flagged as one: a review of that flag is one of the day's near falls.
        rule_id = np.where(rule_id == "near_falls", "near_fall", rule_id).astype(str)
        rules = np.unique(rule_id, return_inverse=True)[1]
        number = np.unique(np.column_stack([rules, *what]), axis=0, return_inverse=True)[1].ravel()
        size = int(number.max(initial=-1)) + 1
        of_flag, of_review = number[: len(flags["patient"])], number[len(flags["patient"]) :]
        n_flags, n_reviews = (np.bincount(one, minlength=size) for one in (of_flag, of_review))
        return of_flag, n_flags, of_review, n_reviews

    def first_visit_after(self, patient: Ints, day: Ints, decisions: tuple[str | None, ...]) -> Ints:
        """The first visit on a later day with such a decision (None = none noted); ``FAR_DAY`` if there is none."""
        chosen = cols.picked(self.visits, np.isin(self.visits["decision"], np.array(decisions, dtype=object)))
        order = np.lexsort((chosen["day"], chosen["patient"]))
        who, days = chosen["patient"][order], chosen["day"][order]
        keys, wanted = who * FAR_DAY * 2 + days, patient * FAR_DAY * 2 + day + 1
        at = np.searchsorted(keys, wanted)
        found = at < len(keys)
        found[found] = who[at[found]] == patient[found]
        first = np.full(len(patient), FAR_DAY)
        first[found] = days[at[found]]
        return first


def _seen_until(reviews: Rows) -> Ints:
    """The moment (µs) up to which a review has seen what was logged: without a clock time the end of its day."""
    moment = reviews["moment"]
    return np.where(moment % DAY_US == 0, moment + DAY_US - 1, moment)
