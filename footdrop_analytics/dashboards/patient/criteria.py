"""What is behind a state and a flag: every criterion of a series with its rows, and the rules of flags in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from footdrop_analytics.dashboards.patient.charted import Happening
from footdrop_analytics.dashboards.patient.log import Key, PatientLog
from footdrop_analytics.dashboards.view import capitalized
from footdrop_analytics.figures.data import Row
from footdrop_analytics.knowledge import EventRule, FlagRules, load_flag_rules
from footdrop_analytics.model.vocabulary import REPORTS
from footdrop_analytics.patient.context import Context
from footdrop_analytics.patient.flags import Readiness
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import SIDES, number, on_weekday, spoken

MET = {True: ("✓", marked("met")), False: ("✗", marked("not met")), None: ("?", marked("missing"))}
"""The sign of a criterion's result, and the word for it in English."""
Said = tuple[str, str | None]
"""Our words, and what somebody wrote."""
_RATED = ("pain", "effort")
_OF_EVENTS = "no_event"
_NO_ROWS = Markup("")
MOST_ROWS = 500
"""The most rows behind a criterion that are listed."""


@dataclass(frozen=True)
class Behind:
    """A criterion of one series with what it rests on.

    ``rows`` is the body of a table of the latest ``n_listed`` log rows, escaped; ``said`` are sentences on what is not
    in the series' own rows: events, check-ins, and ratings on other exercises of those days.
    """

    row: Row
    sign: str
    met: str
    of_events: bool
    said: tuple[Said, ...] = ()
    n_rows: int = 0
    n_listed: int = 0
    rows: Markup = _NO_ROWS


@dataclass(frozen=True)
class SeriesCriteria:
    """A series' state with every criterion."""

    key: Key
    readiness: Readiness
    criteria: tuple[Behind, ...]

    @property
    def n_missing(self) -> int:
        """How many criteria that apply are missing."""
        return sum(one.row["applicable"] and one.row["met"] is None for one in self.criteria)


@dataclass(frozen=True)
class _Evidence:
    """Where the rows of one patient's criteria are found."""

    context: Context
    log: PatientLog
    happened: list[Happening]
    kinds: dict[str, str]

    def behind(self, key: Key, row: Row) -> Behind:
        sign, met = MET[row["met"]]
        first, last = row["from_day"], row["to_day"]
        kind = self.kinds[row["rule_id"]]
        if not row["applicable"] or first is None:
            return Behind(row, sign, met, kind == _OF_EVENTS)
        if kind == _OF_EVENTS:
            return Behind(row, sign, met, True, tuple(self._happened(first, last)))
        rows = self.log.row_words(key, first, last)
        said = tuple(self._ratings(kind, key, first, last)) if kind in _RATED else ()
        listed = rows[-MOST_ROWS:]
        return Behind(row, sign, met, False, said, len(rows), len(listed), Markup("".join(listed)))

    def _happened(self, first: date, last: date) -> Iterator[Said]:
        for one in self.happened:
            if first <= one.day <= last and one.lane in ("Event", "Check-in", "Visit"):
                yield f"{on_weekday(one.day)}: {one.words}", one.quote
        for row in self.context.rows("rejected"):
            if row["table"] in REPORTS:
                facts = {name: row[name] for name in ("table", "file", "row", "reason")}
                yield translated("Rejected, so in no number: {table}, {file}, row {row}: {reason}", **facts), None

    def _ratings(self, measure: str, key: Key, first: date, last: date) -> Iterator[Said]:
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


def series_criteria(
    context: Context, found: list[Readiness], log: PatientLog, happened: list[Happening]
) -> list[SeriesCriteria]:
    """Every criterion of some series with the rows behind it."""
    kinds = {rule.rule_id: rule.criterion for rule in context.analysis.rules.rules}
    evidence = _Evidence(context, log, happened, kinds)
    result = []
    for one in found:
        key = (one.row["exercise"], one.row["side"])
        result.append(SeriesCriteria(key, one, tuple(evidence.behind(key, row) for row in one.criteria)))
    return result


_HELD = {"all": marked("all exercises"), "standing": marked("exercises in standing"), "none": ""}
_WITH_INJURY = {
    "all": marked("with an injury all exercises"),
    "standing": marked("with an injury exercises in standing"),
    "none": marked("with an injury"),
}


@dataclass(frozen=True)
class ShownRule:
    """A rule in words."""

    name: str
    text: str
    source: str


def flag_rules(flags: Iterable[Row]) -> list[ShownRule]:
    """The rule of each flag, once, in the order of the flags."""
    rules = load_flag_rules()
    return [_shown(rules, rule_id) for rule_id in dict.fromkeys(row["rule_id"] for row in flags)]


def _shown(rules: FlagRules, rule_id: str) -> ShownRule:
    if rule_id in rules.events:
        event = rules.events[rule_id]
        return ShownRule(capitalized(translated(event.name)), _event_words(event, rules), translated(event.source))
    rule = rules.flags[rule_id]
    return ShownRule(capitalized(spoken(rule_id)), translated(rule.text), translated(rule.source))


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
