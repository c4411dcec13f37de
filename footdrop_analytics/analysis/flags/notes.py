"""Review flags from notes with words that a clinician reads, quoted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.flags.evidence import Evidence, flag_rows, moments, recent_rows
from footdrop_analytics.analysis.flags.words import has_words
from footdrop_analytics.analysis.log.arrays import Bools, Ints, day_keys, run_starts
from footdrop_analytics.analysis.log.events.set_aside import superseded_rows
from footdrop_analytics.analysis.log.rows import Groups, Rows, picked, stacked
from footdrop_analytics.analysis.wording import Texts, day_text, quote, together
from footdrop_analytics.wording.language import translated


def word_flags(evidence: Evidence) -> list[Rows]:
    """Notes with words that a clinician reads, quoted: one flag per patient and day.

    A note of the day of a fall with no other words than those for a fall is part of the fall, and quoted there.
    """
    notes, of_fall = _notes_to_read(evidence)
    keys, quoted = quoted_by_day(picked(notes, ~of_fall))
    patient, day = keys["patient"], keys["day"]
    message = together(lambda one: translated("A note of {day} to read.", day=day_text(one)), day)
    severity = evidence.rules.flags["words_to_read"].severity
    return [flag_rows("words_to_read", severity, patient, day, message, quoted, since=keys["since"])]


def told_of_falls(evidence: Evidence, patient: Ints, day: Ints) -> Texts:
    """What other notes of the day say of each fall, quoted; empty where there are none."""
    notes, of_fall = _notes_to_read(evidence)
    keys, quoted = quoted_by_day(picked(notes, of_fall))
    known, wanted = day_keys(keys["patient"], keys["day"]), day_keys(patient, day)
    at = np.searchsorted(known, wanted)
    found = np.isin(wanted, known)
    told = np.full(len(wanted), "", dtype=object)
    told[found] = quoted[at[found]]
    return told


def _notes_to_read(evidence: Evidence) -> tuple[Rows, Bools]:
    """Notes with words to read (``patient``, ``day``, ``notes``, ``since``), and which only tell of a fall of that day.

    What is written after that fall was reviewed is no part of it.
    """
    rules, happenings = evidence.rules.flags, evidence.happenings
    days, words = evidence.limit("words_to_read", "days"), rules["words_to_read"].words
    logged = recent_rows(evidence, days, "notes")
    written = evidence.log.study.sessions["notes"].array[logged["row"]]
    logged = picked(logged, ~written.isna()) | {"notes": written[~written.isna()].to_numpy(dtype=object)}
    logged["since"] = moments(evidence, logged["row"])
    # The notes of red and amber events are quoted with the event itself.
    minor = [code for code, rule in enumerate(happenings.event_rules) if rule.severity == "note"]
    events = picked(happenings.events, np.isin(happenings.events["kind"], minor))
    parts = (happenings.checkins, events, superseded_rows(evidence.log))
    untimed = [part | {"since": np.zeros(len(part["day"]), dtype=np.int64)} for part in parts]
    names = ("patient", "day", "notes", "since")
    notes = stacked([{name: part[name] for name in names} for part in (logged, *untimed)])
    notes = picked(notes, pd.notna(notes["notes"]) & (notes["day"] > evidence.log.as_of_day - days))
    # Each distinct text is read once.
    texts, text = np.unique(notes["notes"].astype(object), return_inverse=True)
    told = has_words(texts, words)[text]
    of_falls = {word.strip("*") for word in rules["rejected_report"].words}
    others = tuple(word for word in words if word.strip("*") not in of_falls)
    only_of_falls = ~has_words(texts, others)[text]
    falls = picked(happenings.events, happenings.events["kind"] == happenings.kind("fall"))
    fell = np.isin(day_keys(notes["patient"], notes["day"]), day_keys(falls["patient"], falls["day"]))
    reviewed = happenings.reviews.last_of_falls(notes["patient"], notes["day"])
    fell &= (reviewed == 0) | (notes["since"] <= reviewed)
    return picked(notes, told), (fell & only_of_falls)[told]


def quoted_by_day(notes: Rows) -> tuple[Rows, Texts]:
    """Patients and days with texts, and what they say, each distinct text quoted once; ``since`` is the latest."""
    texts, text = np.unique(notes["notes"].astype(object), return_inverse=True)
    of_day = day_keys(notes["patient"], notes["day"])
    order = np.lexsort((-notes["since"], text, of_day))
    order = order[run_starts(of_day[order], text[order])]
    notes, text, groups = picked(notes, order), text[order], Groups(of_day[order])
    quotes = np.array([quote(one) for one in texts], dtype=object)[text]
    follows = np.append(False, groups.of[1:] == groups.of[:-1])[: len(quotes)]
    quoted = groups.total(np.where(follows, "; ", "").astype(object) + quotes)
    return {name: groups.highest(notes[name]) for name in ("patient", "day", "since")}, quoted
