"""What is behind states and flags, with the rows of each criterion and the rules in words; what the log cannot tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from markupsafe import Markup

from footdrop_analytics.dashboards.patient.charted import DayAmounts, Happening
from footdrop_analytics.dashboards.patient.log import Key, PatientLog
from footdrop_analytics.dashboards.view import capitalized
from footdrop_analytics.figures.data import Row
from footdrop_analytics.knowledge import EventRule, FlagRules, load_flag_rules
from footdrop_analytics.model.vocabulary import REPORTS
from footdrop_analytics.patient.attendance import unseen_words
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.flags import ASKED_DAYS, Readiness
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import SIDES, day, number, on_weekday, quantity, spoken

if TYPE_CHECKING:
    from footdrop_analytics.dashboards.patient.facts import PatientFacts

MET = {True: ("✓", marked("met")), False: ("✗", marked("not met")), None: ("?", marked("missing"))}
"""The sign of a criterion's result, and the word for it in English."""
Said = tuple[str, str | None]
"""Our words, and what somebody wrote."""
_RATED = ("pain", "effort")
_OF_EVENTS = "no_event"
MOST_ROWS = 500
"""The most rows behind a criterion that are listed."""


class Behind:
    """A criterion of one series with what it rests on.

    ``rows`` is the body of a table of the latest ``n_listed`` log rows, escaped; ``said`` are sentences on what is not
    in the series' own rows: events, check-ins, and ratings on other exercises of those days.
    """

    def __init__(self, evidence: Evidence, key: Key, row: Row) -> None:
        kind, first, last = evidence.kinds[row["rule_id"]], row["from_day"], row["to_day"]
        self.row, (self.sign, self.met), self.of_events = row, MET[row["met"]], kind == _OF_EVENTS
        rows: list[str] = []
        self.said: list[Said] = []
        if row["applicable"] and first is not None:
            if self.of_events:
                self.said += evidence.of_events(first, last)
            else:
                rows = evidence.log.row_words(key, first, last)
            if kind in _RATED:
                self.said += evidence.of_ratings(kind, key, first, last)
        listed = rows[-MOST_ROWS:]
        self.n_rows, self.n_listed, self.rows = len(rows), len(listed), Markup("".join(listed))


class Evidence:
    """Where the rows of one patient's criteria are found."""

    def __init__(self, context: Context, log: PatientLog, happened: list[Happening]) -> None:
        self.context, self.log, self.happened = context, log, happened
        self.kinds = {rule.rule_id: rule.criterion for rule in context.analysis.rules.rules}

    def of_events(self, first: date, last: date) -> Iterator[Said]:
        """What happened, and what of it could not be read."""
        for one in self.happened:
            if first <= one.day <= last and one.lane in ("Event", "Check-in", "Visit"):
                yield f"{on_weekday(one.day)}: {one.words}", one.quote
        for row in self.context.rows("rejected"):
            if row["table"] in REPORTS:
                facts = {name: row[name] for name in ("table", "file", "row", "reason")}
                yield translated("Rejected, so in no number: {table}, {file}, row {row}: {reason}", **facts), None

    def of_ratings(self, measure: str, key: Key, first: date, last: date) -> Iterator[Said]:
        """Ratings that count and are not in the series' own rows: people rate once, not per exercise.

        Of pain the check-in counts beside the own rows, of effort only without them; other exercises stand in for both.
        """
        checkins = [row for row in self.context.rows("checkins") if row[f"{measure}_0_10"] is not None]
        for one in self.log.tried_days(key, first, last):
            own = self.log.ratings(measure, key, one)
            asked = [row[f"{measure}_0_10"] for row in checkins if row["day"] == one]
            when = on_weekday(one)
            if measure == "pain" or not own:
                for rating in asked:
                    yield f"{when}: {translated('check-in')}, {spoken(measure)} {number(rating)}", None
            if own or asked:
                continue
            for (exercise, side), rating in self.log.others_ratings(measure, key, one):
                name = f"{translated(self.context.exercise(exercise).name)}, {translated(SIDES[side])}"
                yield f"{when}: {name}, {spoken(measure)} {number(rating)}", None


class SeriesCriteria:
    """A series' state with every criterion; ``n_missing`` is how many criteria that apply are missing."""

    def __init__(self, readiness: Readiness, evidence: Evidence) -> None:
        self.readiness, self.key = readiness, (readiness.row["exercise"], readiness.row["side"])
        self.criteria = [Behind(evidence, self.key, row) for row in readiness.criteria]
        self.n_missing = sum(one.row["applicable"] and one.row["met"] is None for one in self.criteria)


_HELD = {"all": marked("all exercises"), "standing": marked("exercises in standing"), "none": ""}
_WITH_INJURY = {
    "all": marked("with an injury all exercises"),
    "standing": marked("with an injury exercises in standing"),
    "none": marked("with an injury"),
}


def flag_rules(flags: Iterable[Row]) -> Iterator[tuple[str, str, str]]:
    """Name, text and source of each flag's rule, each once, in the order of the flags."""
    rules = load_flag_rules()
    for rule_id in dict.fromkeys(row["rule_id"] for row in flags):
        if event := rules.events.get(rule_id):
            yield capitalized(translated(event.name)), _event_words(event, rules), translated(event.source)
        else:
            rule = rules.flags[rule_id]
            yield capitalized(spoken(rule_id)), translated(rule.text), translated(rule.source)


def _event_words(event: EventRule, rules: FlagRules) -> str:
    """When such an event is open, and what it holds meanwhile."""
    words = [translated("Open until a visit on a later day, at most {days} days.", days=rules.open_days)]
    if event.severity == "red":
        words.append(translated("Without a visit it stays amber for {days} days.", days=rules.unvisited_days))
    held = [translated(_HELD[event.holds])] if _HELD[event.holds] else []
    if event.during_exercise and event.holds != "all":
        held.append(translated("the exercise during which it happened"))
    if event.injury_holds != event.holds:
        held.append(translated(_WITH_INJURY[event.injury_holds]))
    if held:
        names = "; ".join(held)
        words.append(
            translated("For {days} days, held for a clinician to look at first: {names}.", days=event.days, names=names)
            if event.days
            else translated("While it is open, held for a clinician to look at first: {names}.", names=names)
        )
    return " ".join(words)


AT_TARGET = marked("Logging stops at the target, and such a log cannot show what more would be possible.")
_NEVER_IN_A_LOG = marked(
    "No log shows quality of movement, muscle tone, range, cognition or hazards at home; none of this is considered."
)


def limits(facts: PatientFacts, amounts: DayAmounts) -> list[str]:
    """Each limit of this patient's log in a sentence; all exercises count, whichever are shown."""
    parts = (_unseen(facts), _unread(facts), _unrated(facts), _unknown_amounts(facts, amounts), _of_exercises(facts))
    return [*chain.from_iterable(parts), translated(_NEVER_IN_A_LOG)]


def _unseen(facts: PatientFacts) -> Iterator[str]:
    context, attendance = facts.context, facts.attendance
    last = context.analysis.study.as_of.date()
    if context.as_of > last:
        yield translated(
            "The last day chosen, {chosen}, is later than the last day of the study's files, {last}: "
            "days in between count as due, although nobody knows whether a log of them exists.",
            chosen=day(context.as_of),
            last=day(last),
        )
    row = attendance.period.row
    if row is not None and row["unobserved_days"]:
        yield translated(
            "The period has {days}; that is not the same as not done, and these days are not counted as due.",
            days=unseen_words(row),
        )
    days = [one for one in context.rows("calendar") if context.start <= one["day"] <= context.as_of]
    if silent := [one for one in days if one["status"] == "not_logged"]:
        said = quantity(
            "On {count} day of the period something was prescribed and nothing was written down; "
            "nobody knows whether it was done.",
            "On {count} days of the period something was prescribed and nothing was written down; "
            "nobody knows whether it was done.",
            len(silent),
        )
        free = translated("Days are free to choose, so a day without an entry need not be a missed one.")
        yield f"{said} {free}" if attendance.free_days else said


def _unread(facts: PatientFacts) -> Iterator[str]:
    head, log = facts.head, facts.log
    if head.n_rejected:
        yield quantity(
            "Of this patient's files {count} row could not be read: in no number above.",
            "Of this patient's files {count} rows could not be read: in no number above.",
            head.n_rejected,
        )
    if head.nobodys or head.n_nobodys_other:
        yield quantity(
            "{count} rejected row of the study without a known patient may be about this patient.",
            "{count} rejected rows of the study without a known patient may be about this patient.",
            len(head.nobodys) + head.n_nobodys_other,
        )
    if inferred := log.n_inferred:
        yield quantity(
            "{count} row of the log is inferred: in no number above.",
            "{count} rows of the log are inferred: in no number above.",
            inferred,
        )
    if without := log.n_without_time:
        yield quantity(
            "{without} of {count} row of the log have no clock time, so the hour of exercise "
            "and sessions of one day cannot be told apart by it.",
            "{without} of {count} rows of the log have no clock time, so the hour of exercise "
            "and sessions of one day cannot be told apart by it.",
            log.n_rows,
            without=number(without),
        )


def _unrated(facts: PatientFacts) -> Iterator[str]:
    context, data = facts.context, facts.ratings.data
    tried = {one["day"] for one in context.rows("daily_ratings") if context.start <= one["day"] <= context.as_of}
    if missing := len(tried) - len(data.pain.days):
        yield quantity(
            "On {unrated} of {count} day with an entry pain was not rated; not rated is not 0.",
            "On {unrated} of {count} days with an entry pain was not rated; not rated is not 0.",
            len(tried),
            unrated=number(missing),
        )
    if missing := len(tried) - len(data.effort.days):
        yield quantity(
            "On {unrated} of {count} day with an entry effort was not rated; not rated is not 0.",
            "On {unrated} of {count} days with an entry effort was not rated; not rated is not 0.",
            len(tried),
            unrated=number(missing),
        )
    if facts.flags.asked_28d < ASKED_DAYS:
        yield translated(
            "Falls were asked about on {asked} of the last {days} days; of the other days "
            "nobody knows whether there was a fall unless it was reported as an event.",
            asked=facts.flags.asked_28d,
            days=ASKED_DAYS,
        )


def _unknown_amounts(facts: PatientFacts, amounts: DayAmounts) -> Iterator[str]:
    shown = amounts.between(facts.context.start, facts.context.as_of)
    if unknown := len(shown.days) - len(shown.known):
        yield quantity(
            "On {unknown} of {count} day with prescribed exercise the amount is not "
            "known, because repetitions or seconds were not recorded or no number was prescribed; they have no bar.",
            "On {unknown} of {count} days with prescribed exercise the amount is not "
            "known, because repetitions or seconds were not recorded or no number was prescribed; they have no bar.",
            len(shown.days),
            unknown=number(unknown),
        )


def _of_exercises(facts: PatientFacts) -> Iterator[str]:
    exercises = facts.exercises
    if hidden := [part.name for part in exercises if part.stops_at_target]:
        whose = translated("This is so for {names}.", names="; ".join(hidden))
        yield f"{translated(AT_TARGET)} {whose}"
    if helped := [part.name for part in exercises if part.trend["verdict"] == "not_applicable"]:
        yield translated("Done with help, repetitions measure the helper: {names}.", names="; ".join(helped))
    # Before its first prescription a series has no version either, and need not have a row.
    unplanned = [part.name for part in exercises if part.version is None and facts.log.logged(part.series)]
    if unplanned:
        yield translated(
            "Logged without a prescription for that side: {names}. It may be extra, "
            "or the side may have been mixed up; it is not in the amounts done.",
            names="; ".join(unplanned),
        )
    for part in exercises:
        if apart := len(part.data.unnumbered.days):
            yield quantity(
                "{name}: on {count} day tried there is no number to compare.",
                "{name}: on {count} days tried there is no number to compare.",
                apart,
                name=part.name,
            )
