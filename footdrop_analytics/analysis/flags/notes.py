"""Review flags from what people wrote: notes with words to read, and rows that could not be read, in plain words.

What to do about a file stands in the list of rejected rows (``study.rejected``), which gives every reason in full.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.flags.evidence import Evidence, flag_rows, moments, recent_rows
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Bools, Groups, Ints, Rows
from footdrop_analytics.analysis.wording import Texts, each_count, each_day, quote, together
from footdrop_analytics.knowledge.flag_rules import KINDS
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.model.vocabulary import REPORTS
from footdrop_analytics.wording.language import how_many, marked, marked_forms, translated
from footdrop_analytics.wording.words import spoken

_BETWEEN_WORDS = re.compile(r"[^\w\s'`´‘’‚‛ʹʻʼʽˈ′‵＇\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+")
"""Punctuation that parts words; apostrophes and invisible characters do not."""


def has_words(texts: Texts, words: tuple[str, ...]) -> Bools:
    """Whether each text holds one of the words: whole words as people read them; a star is any beginning or ending."""
    if not words:
        return np.zeros(len(texts), dtype=bool)
    search = _pattern(words).search
    return np.array([search(as_people_read(_BETWEEN_WORDS.sub(" ", one))) is not None for one in texts], dtype=bool)


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_part, words))})(?!\w)")


def _part(word: str) -> str:
    begin, end = (r"\w*" if has_star else "" for has_star in (word.startswith("*"), word.endswith("*")))
    return f"{begin}{re.escape(as_people_read(word.strip('*')))}{end}"


def word_flags(evidence: Evidence) -> list[Rows]:
    """Notes with words that a clinician reads, quoted: one flag per patient and day.

    A note of the day of a fall with no other words than those for a fall is part of the fall, and quoted there.
    """
    notes, of_fall = _notes_to_read(evidence)
    keys, quoted = quoted_by_day(cols.picked(notes, ~of_fall))
    patient, day = keys["patient"], keys["day"]
    message = each_day(marked("A note of {day} to read."), day)
    return [evidence.flags("words_to_read", patient, day, message, quoted, since=keys["since"])]


def told_of_falls(evidence: Evidence, patient: Ints, day: Ints) -> Texts:
    """What other notes of the day say of each fall, quoted; empty where there are none."""
    notes, of_fall = _notes_to_read(evidence)
    keys, quoted = quoted_by_day(cols.picked(notes, of_fall))
    return cols.looked_up(cols.day_keys(keys["patient"], keys["day"]), quoted, cols.day_keys(patient, day), "")


def _notes_to_read(evidence: Evidence) -> tuple[Rows, Bools]:
    """Notes with words to read (``patient``, ``day``, ``notes``, ``since``), and which only tell of a fall of that day.

    What is written after that fall was reviewed is no part of it.
    """
    rules, happenings = evidence.rules.flags, evidence.happenings
    days, words = evidence.limit("words_to_read", "days"), rules["words_to_read"].words
    logged = recent_rows(evidence, days, "notes")
    written = evidence.log.study.sessions["notes"].array[logged["row"]]
    logged = cols.picked(logged, ~written.isna()) | {"notes": written[~written.isna()].to_numpy(dtype=object)}
    logged["since"] = moments(evidence, logged["row"])
    # The notes of red and amber events are quoted with the event itself.
    minor = [code for code, rule in enumerate(happenings.event_rules) if rule.severity == "note"]
    events = cols.picked(happenings.events, np.isin(happenings.events["kind"], minor))
    parts = (happenings.checkins, events, happenings.superseded)
    untimed = [part | {"since": np.zeros(len(part["day"]), dtype=np.int64)} for part in parts]
    names = ("patient", "day", "notes", "since")
    notes = cols.stacked([{name: part[name] for name in names} for part in (logged, *untimed)])
    notes = cols.picked(notes, pd.notna(notes["notes"]) & (notes["day"] > evidence.log.as_of_day - days))
    # Each distinct text is read once.
    texts, text = np.unique(notes["notes"].astype(object), return_inverse=True)
    told = has_words(texts, words)[text]
    of_falls = {word.strip("*") for word in rules["rejected_report"].words}
    others = tuple(word for word in words if word.strip("*") not in of_falls)
    only_of_falls = ~has_words(texts, others)[text]
    falls = cols.picked(happenings.events, happenings.events["kind"] == happenings.kinds["fall"])
    fell = np.isin(cols.day_keys(notes["patient"], notes["day"]), cols.day_keys(falls["patient"], falls["day"]))
    reviewed = happenings.reviews.last_of_falls(notes["patient"], notes["day"])
    fell &= (reviewed == 0) | (notes["since"] <= reviewed)
    return cols.picked(notes, told), (fell & only_of_falls)[told]


def quoted_by_day(notes: Rows) -> tuple[Rows, Texts]:
    """Patients and days with texts, and what they say, each distinct text quoted once; ``since`` is the latest."""
    texts, text = np.unique(notes["notes"].astype(object), return_inverse=True)
    of_day = cols.day_keys(notes["patient"], notes["day"])
    order = np.lexsort((-notes["since"], text, of_day))
    order = order[cols.run_starts(of_day[order], text[order])]
    notes, text, groups = cols.picked(notes, order), text[order], Groups(of_day[order])
    quotes = np.array([quote(one) for one in texts], dtype=object)[text]
    follows = np.append(False, groups.of[1:] == groups.of[:-1])[: len(quotes)]
    quoted = groups.total(np.where(follows, "; ", "").astype(object) + quotes)
    return {name: groups.highest(notes[name]) for name in ("patient", "day", "since")}, quoted


_REPORTS = {
    "events": marked(
        "An event of this patient could not be read (row {row} of {file}: {why}), so a fall or a symptom may be "
        "missing here."
    ),
    "checkins": marked(
        "A check-in of this patient could not be read (row {row} of {file}: {why}), so a fall, a near fall or a rating "
        "may be missing here."
    ),
    "prescriptions": marked(
        "A prescription of this patient could not be read (row {row} of {file}: {why}), so targets and due sessions "
        "may not be those of the plan."
    ),
}
_SPOKEN = {
    "occurred_on": marked("date"),
    "day": marked("date"),
    "kind": marked("kind"),
    "fell": marked("answer about falls"),
    "near_falls": marked("number of near falls"),
    "start_date": marked("first day"),
    "end_date": marked("last day"),
    "days_per_week": marked("number of days per week"),
    "sessions_per_day": marked("number of sessions per day"),
    "sets": marked("number of sets"),
    "reps": marked("number of repetitions"),
    "hold_s": marked("hold in seconds"),
    "load_kg": marked("load in kg"),
    "beyond the header": marked("cell beyond the header"),
    "exercise": marked("exercise"),
    "side": marked("side"),
    "weekdays": marked("weekdays"),
    "quotation mark": marked("quotation mark"),
}
# How reading calls a column whose header is blank.
_UNNAMED = re.compile(r"\Aunnamed_(\d+)\Z")
# Words that decide whether a row may be about a fall, in the languages of ``review_flags.yaml``.
_NO = ("", "no", "n", "0", "false", "nein", "non")
_NEAR_FALLS = re.compile(
    r"\b(?:near falls?|beinahe ?(?:st[uü]rz|gest[uü]rz)\w*|fast (?:gest[uü]rz|gefallen|hingefallen)\w*"
    r"|(?:quasi|presque) ?(?:chut|tomb)\w*|casi (?:me )?ca[ií]\w*)\b"
)
_QUOTED = 3
"""So many unread rows of a patient are quoted."""
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)?")
_OUT_OF = re.compile(r"(?:/|\b(?:out of|of|von|auf|sur|de|sobre)\b)\s*100?\b")
_OF_CALENDAR = re.compile(r"\s*\d{4}-\d{2}-\d{2}\b")


def unread_flags(evidence: Evidence) -> list[Rows]:
    """Rejected events, check-ins and prescriptions, each quoted; and how many other rows were rejected."""
    happenings, rules = evidence.happenings, evidence.rules.flags
    reports = happenings.unread(_REPORTS, evidence.limit("rejected_report", "days"))
    message = together(
        lambda table, file, row, *cell: translated(
            _REPORTS[table], row=row, file=quote(file), why=_wrong(table, *cell)
        ),
        *(reports[name] for name in ("table", "file", "row", "column", "value")),
    )
    told = together(
        lambda original: translated("written was {cells}", cells=quote(_cells(original))), reports["original"]
    )
    rule = rules["rejected_report"]
    happened = np.isin(reports["table"].astype(str), REPORTS)
    red = happened & has_words(together(_may_be_a_fall, reports["original"]), rule.words)
    severity = np.where(red, "red", rule.severity).astype(object)
    kind = np.where(happened, -1, KINDS.index("plan_and_data"))
    whose, day = reports["patient"], reports["day"]
    flagged = [flag_rows("rejected_report", severity, whose, day, message, told, kind=kind), *_unread_rows(evidence)]
    tables = [name for name in INPUT_TABLES if name not in _REPORTS and name != "sessions"]
    others = happenings.unread(tables, evidence.limit("rejected_rows", "days"))
    of_patient = Groups(others["patient"])
    table = np.array([1 << tables.index(name) for name in others["table"]], dtype=np.int64)
    forms = marked_forms(
        "{count} row of this patient ({tables}) could not be read and is in no number here.",
        "{count} rows of this patient ({tables}) could not be read and are in no number here.",
    )
    message = together(
        lambda n, bits: how_many(
            *forms, n, tables=", ".join(spoken(name) for at, name in enumerate(tables) if bits >> at & 1)
        ),
        of_patient.sizes,
        of_patient.all_bits(table),
    )
    last, told_where = of_patient.highest(others["day"]), translated("where and why: see the list of rejected rows")
    return [*flagged, evidence.flags("rejected_rows", of_patient.keys, last, message, told_where)]


def _unread_rows(evidence: Evidence) -> list[Rows]:
    """How many rows of each patient's log could not be read, and what the first of them say."""
    days = evidence.limit("unread_rows", "days")
    rows = evidence.happenings.unread(("sessions",), days)
    rows = cols.picked(rows, np.argsort(rows["patient"], kind="stable"))
    of_patient = Groups(rows["patient"])
    message = each_count(
        "{count} entry of this patient could not be read.",
        "{count} entries of this patient could not be read.",
        of_patient.sizes,
    )
    said = together(
        lambda row, original: translated("row {row}: {cells}", row=row, cells=quote(_cells(original))),
        rows["row"],
        rows["original"],
    )
    place = cols.ranges(of_patient.sizes)
    parts = np.where(place == 0, "", "; ").astype(object) + said
    parts = np.where(place < _QUOTED, parts, np.where(place == _QUOTED, " …", "")).astype(object)
    told = of_patient.total(parts)
    return [evidence.flags("unread_rows", of_patient.keys, of_patient.highest(rows["day"]), message, told)]


def unread_pain_flags(evidence: Evidence) -> list[Rows]:
    """Pain ratings that could not be read and name a high number, quoted: one flag per patient and day."""
    rule, days = evidence.rules.flags["unread_pain"], evidence.limit("unread_pain", "days")
    cells = evidence.happenings.unread_cells
    cells = cols.picked(cells, (cells["name"] == "pain_0_10") & (cells["day"] > evidence.log.as_of_day - days))
    high = np.array([_highest_named(one) >= rule.parameters["pain"] for one in cells["value"]], dtype=bool)
    cells = cols.picked(cells, high)
    keys, written = quoted_by_day(cells | {"notes": cells["value"], "since": np.zeros_like(cells["day"])})
    patient, day = keys["patient"], keys["day"]
    message = each_day(marked("A pain rating of {day} could not be read; it may be high."), day)
    told = together(lambda quotes: translated("written was {cells}", cells=quotes), written)
    return [evidence.flags("unread_pain", patient, day, message, told)]


def _highest_named(written: str) -> float:
    """The highest number that a rating names, on whatever scale; what it is out of does not count."""
    alone = _OUT_OF.sub(" ", written.casefold())
    return max((float(one.replace(",", ".")) for one in _NUMBERS.findall(alone)), default=-1.0)


def _wrong(table: str, column: str, value: str | None) -> str:
    """What is wrong with a cell that rejects its row."""
    what = translated(_SPOKEN.get(column, spoken(column)))
    if value is None or not value.strip():
        return translated("its {what} is missing", what=what)
    kind = COLUMNS[table][column].kind if column in COLUMNS[table] else None
    if kind is None or (kind == "date" and _OF_CALENDAR.match(value) is None):
        said = marked("its {what} {value} is unclear")
    elif kind in {"key", "exercise"}:
        said = marked("its {what} {value} is not known")
    else:
        said = marked("its {what} {value} cannot be right")
    return translated(said, what=what, value=quote(value))


def _cells(original: str) -> str:
    """What a row says, cell by cell, without the patient and without blank cells."""
    written = {name: cell for name, cell in json.loads(original).items() if name.strip().lower() != "patient_id"}
    return ", ".join(f"{_header(name)}: {cell}" for name, cell in written.items() if cell.strip())


def _header(name: str) -> str:
    unnamed = _UNNAMED.match(name)
    return name if unnamed is None else translated("column {number}", number=unnamed[1])


def _may_be_a_fall(original: str) -> str:
    """What a row says, without its headers and near falls; a cell under ``fell`` that is not a no says ``fell``."""
    cells = {as_people_read(name): as_people_read(cell) for name, cell in json.loads(original).items()}
    fell = cells.pop("fell", "") not in _NO
    return " ".join([_NEAR_FALLS.sub(" ", " ".join(cells.values())), *(["fell"] if fell else [])])


def doubtful_flags(evidence: Evidence) -> list[Rows]:
    """Events and check-ins of doubtful days: one flag per patient and day, however long ago."""
    rows = evidence.happenings.doubtful
    rows = cols.picked(rows, np.lexsort((rows["day"], rows["patient"])))
    rows = cols.picked(rows, cols.run_starts(rows["patient"], rows["day"]))
    message = each_day(marked("A report of {day} lies long before all other rows: its date may be wrong."), rows["day"])
    days = evidence.limit("date_doubtful", "gap_days")
    told = translated("followed by more than {days} days without any row; a year may be mistyped", days=days)
    return [evidence.flags("date_doubtful", rows["patient"], rows["day"], message, told)]
