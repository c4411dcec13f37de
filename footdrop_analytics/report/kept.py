"""A report's file: its name, the data it keeps of itself for the next one, and what a later one says has changed.

The data are a versioned form as JSON inside the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from footdrop_analytics.errors import ParameterError, shortened
from footdrop_analytics.knowledge import load_definitions
from footdrop_analytics.wording.language import LANGUAGES, SOURCE, current, marked, translated
from footdrop_analytics.wording.words import clauses, day, joined, labelled, own_days, percent, spoken

_LONGEST_SLUG = 40
_HASH_DIGITS = 10
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def report_name(patient_id: str, audience: str = "clinician", language: str = SOURCE) -> str:
    """The file name of a patient's report."""
    return f"{patient_slug(patient_id)}{_kind(audience, language)}.html"


def index_name(audience: str, language: str) -> str:
    """The file name of the page that links the reports."""
    return f"index{_kind(audience, language)}.html"


def _kind(audience: str, language: str) -> str:
    """What tells versions and languages of a report apart: a folder may hold all of them."""
    parts = [audience if audience != "clinician" else "", language if language != SOURCE else ""]
    return "".join(f"-{part}" for part in parts if part)


def patient_slug(patient_id: str) -> str:
    """A part of file names for any id on any system: what is plain in the id, and a short hash that tells ids apart.

    The hash makes a name of ids that hold no letter, and keeps apart ids that differ only in case or punctuation.
    """
    plain = unicodedata.normalize("NFKD", patient_id).encode("ascii", "ignore").decode().lower()
    slug = _NOT_IN_SLUG.sub("-", plain)[:_LONGEST_SLUG].strip("-") or "patient"
    digest = sha256(patient_id.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    return f"{slug}-{digest}"


BEGIN, END = '<script type="application/json" id="report-data">', "</script>"
"""The element that holds it; in the data every "<" is escaped, so nothing else ends it."""
_LANGUAGE = re.compile('<html lang="([^"]*)"')
_LARGEST = 30_000_000
_OTHER = "is no clinician's report of this package, or one from before reports kept their data. Name another file."
LONGEST = 2000
_Text = Annotated[str, Field(max_length=LONGEST)]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class KeptFlag(_Kept):
    """An open flag."""

    rule_id: _Text
    day: date | None
    exercise: _Text | None
    severity: _Text
    message: _Text


class KeptSeries(_Kept):
    """One exercise and side: its target in words, the state of its criteria, its level, its verdict."""

    exercise: _Text
    side: _Text
    name: _Text
    target: _Text | None
    state: _Text | None
    level: _Text | None
    verdict: _Text | None


class KeptMeasure(_Kept):
    """The last value of an outcome measure under its conditions, in words."""

    name: _Text
    last: _Text
    last_day: date


class Kept(_Kept):
    """The data of a report. ``form`` is the version of this form; a page of another one is refused."""

    form: Literal[1] = 1
    patient_id: _Text
    as_of: date
    adherence_28d: Annotated[float, Field(ge=0, le=1)] | None
    flags: tuple[KeptFlag, ...]
    series: tuple[KeptSeries, ...]
    measured: tuple[KeptMeasure, ...]
    versions: dict[_Text, _Text]
    definitions: dict[_Text, _Text]


def read_kept(path: Path) -> Kept:
    """What an earlier report kept.

    Raises ParameterError if the file cannot be read or is no such report.
    """
    return _read(path)[1]


def _read(file: Path) -> tuple[str, Kept]:
    """A page, and what it kept."""
    try:
        if file.stat().st_size > _LARGEST or not file.is_file():
            raise ParameterError(f"{file}: {_OTHER}")
        page = file.read_text(encoding="utf-8")
        return page, Kept.model_validate_json(page.partition(BEGIN)[2].partition(END)[0])
    except ValidationError as error:
        raise ParameterError(f"{file}: {_OTHER}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"{file}: the earlier report cannot be read. Name the file of a report.") from error


def kept_before(path: Path, patient_id: str, as_of: date) -> Kept | None:
    """:func:`read_kept` of a report of ``as_of`` or before; of a folder, of the patient's report, if it has one."""
    file: Path | None = path
    if path.is_dir():
        # In the language of now if there are several.
        codes = (current().code, *LANGUAGES)
        files = (path / report_name(patient_id, language=code) for code in codes)
        file = next((one for one in files if one.exists()), None)
    if file is None:
        return None
    page, found = _read(file)
    if found.patient_id != patient_id:
        raise ParameterError(f"{file}: is the report of {found.patient_id!r}, not of {patient_id!r}.")
    if found.as_of > as_of:
        raise ParameterError(f"{path}: is as of {found.as_of}, after the as-of day {as_of}. Name an earlier report.")
    written = _LANGUAGE.search(page)
    if written is None or written[1] != current().tag:
        raise ParameterError(
            f"{file}: is not in {current().name}, the language of this report. Name an earlier report in the same "
            "language, or write this one in that of the earlier report."
        )
    return found


_LONGEST_LINE = 200
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
    lines = list(_flags(before.flags, now.flags))
    shares = [one.adherence_28d for one in (before, now)]
    was, share = (translated("not known") if one is None else percent(one) for one in shares)
    if was != share:
        lines.append(translated("Adherence of 28 days: {before} → {now}", before=was, now=share))
    lines += [*_series(before.series, now.series), *_measured(before, now), *_meanings(before, now)]
    return Since(before.as_of, tuple(shortened(line, _LONGEST_LINE) for line in lines))


def _flags(before: Iterable[KeptFlag], now: Iterable[KeptFlag]) -> Iterator[str]:
    """New and closed flags; of a state that goes on, such as a lapse, another day makes no new flag."""
    gone, new = list(before), []
    for flag in now:
        same = next((one for one in gone if _subject(one) == _subject(flag) and one.day == flag.day), None)
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
            gone.remove(next(one for one in gone if _subject(one) == _subject(flag)))
            continue
        yield _of_flag(marked("New flag, {severity}: {message}"), flag)
    for flag in gone:
        yield _of_flag(marked("No longer open, {severity}: {message}"), flag)


def _of_flag(words: str, flag: KeptFlag) -> str:
    return translated(words, severity=spoken(flag.severity), message=own_days(flag.message))


def _subject(flag: KeptFlag) -> tuple[str, str | None]:
    return flag.rule_id, flag.exercise


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
