"""What changed since an earlier report: flags, plan, states, levels, measures, and what numbers mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from footdrop_analytics.errors import shortened
from footdrop_analytics.knowledge import load_definitions
from footdrop_analytics.report.kept import Kept, KeptFlag, KeptSeries
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import clauses, day, joined, labelled, own_days, percent, spoken

_LONGEST = 200
_GO_ON = {
    "batches",
    "decline",
    "lapse",
    "late_entries",
    "no_log",
    "no_pain_rating",
    "one_side",
    "side_mismatch",
    "slipping",
    "times_missing",
}
"""Rules about a state that goes on: their day is that of the latest row, and moves from report to report."""
_VERSIONS = {
    "footdrop_analytics": "footdrop_analytics",
    "readiness_rules": marked("readiness rules"),
    "review_flags": marked("review flags"),
}


@dataclass(frozen=True)
class Since:
    """The as-of day of the earlier report, and what is different now, a line each; no line if nothing is."""

    as_of: date
    lines: tuple[str, ...]


def since(before: Kept, now: Kept) -> Since:
    """What changed from one report to a later one of the same patient; texts of the earlier one are shortened."""
    lines = [
        *_flags(before.flags, now.flags),
        *_adherence(before.adherence_28d, now.adherence_28d),
        *_series(before.series, now.series),
        *_measured(before, now),
        *_meanings(before, now),
    ]
    return Since(before.as_of, tuple(shortened(line, _LONGEST) for line in lines))


def _flags(before: Iterable[KeptFlag], now: Iterable[KeptFlag]) -> Iterator[str]:
    """New and closed flags; of a state that goes on, such as a lapse, another day makes no new flag."""
    gone, new = list(before), []
    for flag in now:
        same = next((one for one in gone if _same(one, flag) and one.day == flag.day), None)
        if same is None:
            new.append(flag)
            continue
        gone.remove(same)
        if same.severity != flag.severity:
            yield translated(
                "Flag now {severity}, {before} before: {message}",
                severity=spoken(flag.severity),
                before=spoken(same.severity),
                message=own_days(flag.message),
            )
    goes_on = Counter(_subject(one) for one in gone if one.rule_id in _GO_ON)
    for flag in new:
        if goes_on[_subject(flag)]:
            goes_on[_subject(flag)] -= 1
            gone.remove(next(one for one in gone if _same(one, flag)))
            continue
        yield _of_flag(marked("New flag, {severity}: {message}"), flag)
    for flag in gone:
        yield _of_flag(marked("No longer open, {severity}: {message}"), flag)


def _of_flag(words: str, flag: KeptFlag) -> str:
    return translated(words, severity=spoken(flag.severity), message=own_days(flag.message))


def _subject(flag: KeptFlag) -> tuple[str, str | None]:
    return flag.rule_id, flag.exercise


def _same(one: KeptFlag, other: KeptFlag) -> bool:
    return _subject(one) == _subject(other)


def _adherence(before: float | None, now: float | None) -> Iterator[str]:
    shares = [percent(one) if one is not None else translated("not known") for one in (before, now)]
    if shares[0] != shares[1]:
        yield translated("Adherence of 28 days: {before} → {now}", before=shares[0], now=shares[1])


def _series(before: Iterable[KeptSeries], now: Iterable[KeptSeries]) -> Iterator[str]:
    earlier = {(one.exercise, one.side): one for one in before}
    for one in now:
        old = earlier.pop((one.exercise, one.side), None)
        changes = list(_changes(old, one))
        if changes:
            yield labelled(one.name, clauses(changes))
    for gone in earlier.values():
        yield translated("{exercise}: not in this report any more", exercise=gone.name)


def _changes(old: KeptSeries | None, new: KeptSeries) -> Iterator[str]:
    if old is None:
        yield translated("new, target {target}", target=new.target) if new.target else translated("new, not prescribed")
        return
    if old.target != new.target:
        before = old.target or translated("none")
        now = new.target or translated("none, no longer prescribed")
        yield translated("target {before} → {now}", before=before, now=now)
    if old.level != new.level and new.level is not None:
        yield translated("level {before} → {now}", before=old.level or translated("not known"), now=new.level)
    if old.verdict != new.verdict:
        yield translated("trend {before} → {now}", before=spoken(old.verdict), now=spoken(new.verdict))
    if old.state != new.state:
        yield translated("criteria “{before}” → “{now}”", before=_state(old.state), now=_state(new.state))


def _state(key: str | None) -> str:
    known = load_definitions()
    return translated(known[key].name) if key is not None and key in known else spoken(key)


def _measured(before: Kept, now: Kept) -> Iterator[str]:
    earlier = {one.name: one for one in before.measured}
    for one in now.measured:
        old = earlier.get(one.name)
        if old is None or old.last_day != one.last_day:
            said = translated(
                "Measured: {measure} {value} on {day}", measure=one.name, value=one.last, day=day(one.last_day)
            )
            if old is not None:
                was = {"value": old.last, "day": day(old.last_day)}
                said = translated("{measured} (before: {value} on {day})", measured=said, **was)
            yield said


def _meanings(before: Kept, now: Kept) -> Iterator[str]:
    """Other versions and other definitions: numbers may differ for that alone."""
    others = [
        f"{translated(words)} {before.versions.get(name) or translated('not known')} → {now.versions[name]}"
        for name, words in _VERSIONS.items()
        if before.versions.get(name) != now.versions[name]
    ]
    known = load_definitions()
    redefined = [
        translated(known[key].name)
        for key, digest in now.definitions.items()
        if before.definitions.get(key, digest) != digest
    ]
    if redefined:
        others.append(translated("defined anew: {names}", names=joined(redefined)))
    if others:
        yield translated("Numbers may differ for this reason alone: {changes}", changes=clauses(others))
