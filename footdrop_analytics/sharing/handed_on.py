"""The files of a study that is handed on: written only if nothing of the source is found in them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from footdrop_analytics.errors import ParameterError, need, path_of
from footdrop_analytics.files import make_folder, write_whole
from footdrop_analytics.knowledge import load_exercises
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.model.study import Study
from footdrop_analytics.reading.sources.locate import EXERCISES_FILE
from footdrop_analytics.reading.write import catalogue_entries, exercises_text, write_label
from footdrop_analytics.sharing.deidentified import MIN_CELL, UNREADABLE, Deidentified, deidentify
from footdrop_analytics.sharing.recoding import known_words, own_exercises

_WORDS = re.compile(r"[^\s,;:\"'|/]+")
_SHORT_NUMBER = re.compile(r"-?\d{1,6}(\.\d+)?\+?")
"""An id such as 7 is also a number of repetitions, and "left" a side: these are only looked for where ids stand."""
_DAY = r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?"
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


MANIFEST = "manifest.yaml"
_NUMBERS_OF = ("meaningful_change", "plausible")
"""The fields of an exercise that hold numbers by name."""
_KEYS = frozenset(
    word for specs in COLUMNS.values() for name, spec in specs.items() for word in (name, *spec.allowed)
) | {"years_on_day_0", "study_day"}


def write_deidentified(
    study: Study, folder: str | Path, key_file: str | Path, min_cell: int = MIN_CELL
) -> Deidentified:
    """Write a study without what says who somebody is, and the key apart from it.

    Parameters
    ----------
    study : Study
        A validated study.
    folder : path
        Where the tables (CSV) and ``manifest.yaml`` go: new or empty.
    key_file : path
        Where the key goes (CSV: ``kind``, ``original``, ``code``), outside ``folder``. If it is there already, it is
        used and completed, so that the same patients get the same ids again.
    min_cell : int, optional
        As for :func:`deidentify`.

    Returns
    -------
    Deidentified
        What was written.

    Raises
    ------
    ParameterError
        If ``folder`` is not empty, ``key_file`` is in it or is no key, or anything of the source is found in what would
        be written: ids, names, days, texts. Then nothing is written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=6, weeks=2, seed=1)
    >>> with tempfile.TemporaryDirectory() as home:
    ...     _ = fd.write_deidentified(study, Path(home, "to_share"), Path(home, "key.csv"))
    ...     sorted(file.name for file in Path(home, "to_share").iterdir())[:2]
    ['SYNTHETIC.txt', 'checkins.csv']
    """
    need(study, "study", Study, "a study, as read_study gives it")
    place, key_place = path_of(folder, "folder"), path_of(key_file, "key_file")
    if key_place.resolve().is_relative_to(place.resolve()):
        raise ParameterError(f"key_file: {key_place} is in the folder that is handed on. Keep the key apart.")
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise ParameterError(f"folder: {place} is not empty. Name a new folder, so that nothing else is handed on.")
    found = deidentify(study, min_cell, _read_key(key_place) if key_place.exists() else None)
    files = {f"{name}.csv": table.to_csv(index=False, lineterminator="\n") for name, table in found.tables.items()}
    files[MANIFEST] = json.dumps(dict(found.manifest), indent=2) + "\n"
    if own := _without_texts(study, found):
        files[EXERCISES_FILE] = exercises_text(own)
    contents = {name: text.encode("utf-8") for name, text in files.items()}
    leaks = found_of_source(study, contents.items(), _own_words(found) | set(load_exercises().keys))
    if leaks:
        raise ParameterError(
            f"{'; '.join(leaks)}, such as an id, a name or a day, would be handed on. Nothing was written."
        )
    write_whole(key_place, found.key.to_csv(index=False, lineterminator="\n"))
    make_folder(place)
    write_label(study, place)
    for name, content in contents.items():
        write_whole(place / name, content)
    return found


def _read_key(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype=TEXT, keep_default_na=False)
    except (ValueError, OSError) as error:
        raise ParameterError(f"key_file: {path} could not be read as a key. Name another file.") from error


def _without_texts(study: Study, found: Deidentified) -> dict[str, dict[str, Any]]:
    """The exercises that differ from the package's: numbers and keys, and nothing that somebody wrote in words."""
    lines = found.key[found.key["kind"] == "exercise"]
    own = dict(zip(lines["original"].astype(str), lines["code"].astype(str), strict=True))
    return {
        own.get(key, key): ({"name": own[key]} if key in own else {}) | _plain(entry, own)
        for key, entry in catalogue_entries(study.exercises).items()
    }


def _plain(entry: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    """Numbers, words of the contract and keys of exercises; of what must have been seen, only that there is such."""
    found: dict[str, Any] = {}
    for name, value in entry.items():
        if name == "next_needs_observation":
            found[name] = value and "Left out."
        elif name in ("easier_step", "next_step"):
            found[name] = own.get(value, value)
        elif name in _NUMBERS_OF:
            found[name] = value
        elif name == "steps_by_mode":
            found[name] = {mode: _plain(steps, own) for mode, steps in value.items()}
        elif name in ("unit", "mode", "position", "support"):
            found[name] = value
    return found


def _own_words(found: Deidentified) -> frozenset[str]:
    """What stands in the files by right: the contract's keys, new codes, moved days and the manifest's words."""
    cells = (table[column].dropna().astype(str) for table in found.tables.values() for column in table)
    days = {day for texts in cells for day in texts[texts.str.fullmatch(_DAY)].str[:10]}
    manifest = set(json.dumps(dict(found.manifest)).replace('"', " ").split())
    codes = {word for code in found.key["code"] for word in (code, *code.split())}
    return frozenset({*_KEYS, *codes, *days, *manifest, UNREADABLE})
