"""Whether anything of a study stands in files that are to be handed on: a look at every byte that was written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

import pandas as pd

from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.model.study import Study
from footdrop_analytics.sharing.recoding import known_words, own_exercises

_WORDS = re.compile(r"[^\s,;:\"'|/]+")
_SHORT_NUMBER = re.compile(r"-?\d{1,6}(\.\d+)?\+?")
"""An id such as 7 is also a number of repetitions, and "left" a side: these are only looked for where ids stand."""
_DAY_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d")


def found_of_source(study: Study, files: Iterable[tuple[str, bytes]], own_words: frozenset[str]) -> list[str]:
    """What of the source stands in the files, as sentences; ``own_words`` are the words that stand there by right.

    Ids, names and every other text of the study are compared with all cells and words, days in five ways of writing.
    """
    texts, days = _texts(study) - own_words, _days(study) - own_words
    ids = {str(one) for one in study.patient_ids}
    common = {one for one in texts | ids if _SHORT_NUMBER.fullmatch(one)} | (ids & own_words)
    secret = {one for one in (texts | ids | days) - common if len(one) > 1}
    found = []
    for name, content in files:
        decoded = content.decode("utf-8")
        rows = list(csv.reader(io.StringIO(decoded)))
        pieces = {cell for row in rows for cell in row} | set(_WORDS.findall(decoded))
        where_ids_stand = {row[0] for row in rows if row}
        held = (pieces & secret) | (where_ids_stand & common & ids)
        if held:
            found.append(f"{name}: {len(held)} words of the source")
    return found


def _texts(study: Study) -> set[str]:
    """Every text of the study that is no key of the package, and none of the words that everybody uses."""
    found = set(own_exercises(study.exercises)) | {study.exercises[key].name for key in own_exercises(study.exercises)}
    for table, column in _columns(study):
        if column in COLUMNS[table] and COLUMNS[table][column].kind != "text":
            continue
        known = known_words(column)
        values = getattr(study, table)[column].astype(TEXT).dropna().unique()
        found |= {text for text in values if as_people_read(text) not in known}
    for lines in (study.unread["value"], study.rejected["value"]):
        found |= set(lines.dropna().astype(str))
    return {one for text in found for one in (text, text.strip()) if one}


def _columns(study: Study) -> Iterator[tuple[str, str]]:
    for table in INPUT_TABLES:
        for column in getattr(study, table).columns:
            if column != "patient_id":
                yield table, str(column)


def _days(study: Study) -> set[str]:
    found: set[str] = set()
    for table, column in _columns(study):
        values = getattr(study, table)[column]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            days = values.dropna().dt.normalize().drop_duplicates()
            found |= {text for form in _DAY_FORMS for text in days.dt.strftime(form)}
    return found
