"""What the pages of one server share, as files: the study that was opened, and one analysis, whose tables they map.

Each page is a process of its own; a file that several map is in memory once, however many look at it.
"""

from __future__ import annotations

import ctypes
import gc
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionDtype
from pyarrow import ipc

from footdrop_analytics import __version__
from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.cohort.choice import CohortColumns, cohort_columns
from footdrop_analytics.analysis.cohort.log_counts import LogCounts
from footdrop_analytics.analysis.log.coded_log import open_log
from footdrop_analytics.analysis.trends.prepared import Prepared
from footdrop_analytics.files import locked, make_folder, write_whole
from footdrop_analytics.knowledge import chosen_flags, chosen_rules, load_exercises
from footdrop_analytics.model.columns import INSTANT, TEXT
from footdrop_analytics.model.study import LAST_DAYS, Study
from footdrop_analytics.reading.added import stamp
from footdrop_analytics.reading.sources.locate import EXERCISES_FILE
from footdrop_analytics.scale.front import AnalysisOfParts
from footdrop_analytics.scale.manifest import MANIFEST, is_partitioned
from footdrop_analytics.scale.results import PartitionedAnalysis
from footdrop_analytics.wording.language import current

CHOICE_VARIABLE = "FOOTDROP_CHOICE"
"""Names the file; set where no study was named at the start."""


def may_choose() -> bool:
    """Whether a study can be opened for all pages."""
    return bool(os.environ.get(CHOICE_VARIABLE))


def chosen() -> str | None:
    """The study that was opened last; None if there is none."""
    try:
        return Path(os.environ.get(CHOICE_VARIABLE) or "").read_text(encoding="utf-8") or None
    except OSError:
        return None


def choose(study: Path) -> None:
    """Let every page that opens from now on be about this study."""
    write_whole(Path(os.environ[CHOICE_VARIABLE]), str(study))


_NUMBERS = "biuf"


def write_mapped(frame: pd.DataFrame, file: BinaryIO) -> None:
    """The columns as they lie in memory, none packed and none with gaps: a file that is mapped is their memory."""
    empty = pa.Table.from_pandas(frame.iloc[:0])
    # One piece each: a text column may be in none, and categories are part of a piece.
    kinds = pa.RecordBatch.from_arrays([one.combine_chunks() for one in empty.columns], schema=empty.schema)
    with ipc.new_stream(file, kinds.schema) as out:
        out.write_batch(kinds)
    plain = {part: one for name in frame for part, one in _arrays_of(str(name), frame[name]).items()}
    table = pa.table(plain).combine_chunks()
    with ipc.new_stream(file, table.schema) as out:
        out.write_table(table)


def _arrays_of(name: str, column: pd.Series) -> dict[str, Any]:
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return {name: _plain(column.cat.codes.to_numpy())}
    if isinstance(kind, ExtensionDtype) and kind.kind in _NUMBERS:
        values = column.to_numpy(dtype=kind.type, na_value=kind.type(0))
        return {name: _plain(values), _where_missing(name): _plain(column.isna().to_numpy())}
    if kind.kind in f"{_NUMBERS}M":
        return {name: _plain(column.to_numpy())}
    return {name: pa.array(column.array, from_pandas=True)}


def _where_missing(name: str) -> str:
    """No header begins with a blank, because headers are trimmed."""
    return f" {name}"


def _plain(values: np.ndarray[Any, Any]) -> pa.Array:
    """Numbers as Arrow has them without gaps; what is missing stays the value that stands for it."""
    as_numbers = {"b": np.uint8, "M": np.int64}.get(values.dtype.kind)
    return pa.array(values if as_numbers is None else values.view(as_numbers), from_pandas=False)


def mapped(path: Path) -> pd.DataFrame:
    """The table in a file of :func:`write_mapped`; memory is taken for those columns alone that are looked at."""
    with pa.memory_map(str(path)) as file:
        kinds = ipc.open_stream(file).read_all().to_pandas().dtypes
        table = ipc.open_stream(file).read_all()
    columns = {str(name): _column(table, str(name), kind) for name, kind in kinds.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows), copy=False)


def _column(table: pa.Table, name: str, kind: Any) -> Any:
    if isinstance(kind, pd.CategoricalDtype):
        if not len(kind.categories):  # that they are texts is lost where there are none
            kind = pd.CategoricalDtype(pd.Index([], dtype=TEXT), kind.ordered)
        return pd.Categorical.from_codes(_numbers(table[name]), dtype=kind, validate=False)
    if kind.kind == "O":
        return table[name].to_pandas()
    values = _numbers(table[name])
    if isinstance(kind, ExtensionDtype):
        of_kind: Any = kind.construct_array_type()
        return of_kind(values.view(kind.type), _numbers(table[_where_missing(name)]).view(bool))
    return values.view(kind)


def _numbers(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    chunks = column.chunks or [pa.array([], column.type)]
    values: np.ndarray[Any, Any] = chunks[0].to_numpy(zero_copy_only=True)
    return values


FOLDER_VARIABLE = "FOOTDROP_PAGES"
"""Names the folder, for the pages of one server alone; without it each page has an analysis of its own."""
_WAIT_S = 3600.0
_MOST_STUDIES = 3
"""How many studies, of those opened one after the other on the first page, are kept analysed."""
_WHOLE = "tables.json"
"""Written last: what lies beside it is whole."""
_WORTH_GIVING_BACK = 10_000_000
"""Bytes of tables; looking for what can be given back takes a tenth of a second and more."""
_DAYS = ("as_of", "start", "end", "log_through")


@dataclass(frozen=True)
class Shelf:
    """A folder of tables that are made once, by the page that first needs them."""

    folder: Path

    def tables(
        self, name: str, make: Callable[[], tuple[Mapping[str, pd.DataFrame], Any]]
    ) -> tuple[dict[str, pd.DataFrame], Any]:
        """Some tables, and plain facts about them, that ``make`` makes or has made for another page."""
        place = self.folder / name
        with locked(self.folder.parent, _WAIT_S):
            if not (place / _WHOLE).is_file():
                tables, facts = make()
                try:
                    for one, table in tables.items():
                        write_whole(place / f"{one}.arrow", partial(write_mapped, table))
                    write_whole(place / _WHOLE, json.dumps([list(tables), facts]))
                except OSError:  # such as a full disk: then this page has tables of its own
                    shutil.rmtree(place, ignore_errors=True)
                    return dict(tables), facts
                large = sum(int(table.memory_usage().sum()) for table in tables.values()) > _WORTH_GIVING_BACK
                del tables
                if large:
                    _give_back()
            names, facts = json.loads((place / _WHOLE).read_text(encoding="utf-8"))
            return {one: mapped(place / f"{one}.arrow") for one in names}, facts

    def clear_others(self) -> None:
        """Delete what is of changed files, and studies opened longest ago; a page that maps it keeps it."""
        make_folder(self.folder.parent)
        with locked(self.folder.parent, _WAIT_S):
            make_folder(self.folder)
            os.utime(self.folder)
            study, _, _ = self.folder.name.partition("-")
            others = [one for one in self.folder.parent.iterdir() if one.is_dir() and one != self.folder]
            changed = [one for one in others if one.name.startswith(study)]
            latest = sorted(set(others) - set(changed), key=lambda one: one.stat().st_mtime_ns, reverse=True)
            for one in changed + latest[_MOST_STUDIES - 1 :]:
                shutil.rmtree(one, ignore_errors=True)


_SHELVES: WeakKeyDictionary[Analysis, Shelf] = WeakKeyDictionary()


def kept(place: Path | None, make: Callable[[], Analysis | PartitionedAnalysis]) -> Analysis:
    """The analysis of the study in ``place``: what ``make`` makes, or has made for another page of this server.

    Of a partitioned study the results that are on disk already are taken.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    if not named or place is None:
        made = make()
        return made if isinstance(made, Analysis) else made.as_analysis()
    shelf = Shelf(Path(named) / _key(place))
    shelf.clear_others()
    found = _of_parts(make(), shelf) if is_partitioned(place) else _in_memory(make, shelf, place)
    _SHELVES[found] = shelf
    return found


def columns_of(analysis: Analysis) -> CohortColumns:
    """The columns of a cohort, for which the log of an analysis for all pages is counted once."""
    columns, shelf = cohort_columns(analysis), _SHELVES.get(analysis)
    if shelf is not None and not columns.is_counted:
        names = [one.name for one in fields(LogCounts)]
        tables, _ = shelf.tables("log", lambda: ({one: getattr(columns.log, one) for one in names}, None))
        columns.take_log(LogCounts(**tables))
    return columns


def _key(place: Path) -> str:
    """The study, and what its analysis follows from: the files as they are, the day, and how they are read."""
    files = [place / MANIFEST] if is_partitioned(place) else sorted(place.rglob("[!.]*")) if place.is_dir() else [place]
    stamps = [(str(one), stamp(one)) for one in files]
    written = [os.environ.get(f"FOOTDROP_{name}") for name in ("DATE_FORMAT", "TIMEZONE")]
    facts = [__version__, str(date.today()), current().code, written, stamps]  # noqa: DTZ011
    return f"{_digest(str(place))}-{_digest(facts)}"


def _digest(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _of_parts(made: Analysis | PartitionedAnalysis, shelf: Shelf) -> Analysis:
    assert isinstance(made, PartitionedAnalysis)
    return AnalysisOfParts.of(made, lambda name, make: shelf.tables(name, lambda: ({name: make()}, None))[0][name])


def _in_memory(make: Callable[[], Analysis | PartitionedAnalysis], shelf: Shelf, place: Path) -> Analysis:
    tables, facts = shelf.tables("analysis", lambda: _parts_of(make()))
    own, packaged = place / EXERCISES_FILE, load_exercises()
    exercises = load_exercises(own, base=packaged) if own.is_file() else packaged
    of_study: dict[str, Any] = {name.removeprefix("study."): t for name, t in tables.items() if "." in name}
    days: dict[str, Any] = {name: _day(facts["study"][name]) for name in LAST_DAYS}
    study = Study(**of_study, **facts["study"] | days, exercises=exercises)
    results: dict[str, Any] = {name: table for name, table in tables.items() if "." not in name}
    chosen: dict[str, Any] = {name: None if facts[name] is None else _day(facts[name]) for name in _DAYS}
    return Analysis(
        study=study,
        **results,
        **chosen,
        parameters=facts["parameters"],
        language=facts["language"],
        rules=chosen_rules(None, exercises.keys),
        flag_rules=chosen_flags(None),
        prepared=Prepared(open_log(study)),
    )


def _parts_of(analysis: Analysis | PartitionedAnalysis) -> tuple[dict[str, pd.DataFrame], Any]:
    """The tables of an analysis and of its study, and the plain facts beside them."""
    assert isinstance(analysis, Analysis)
    study = analysis.study
    tables = {one.name: getattr(analysis, one.name) for one in fields(analysis)}
    of_study = {f"study.{one.name}": getattr(study, one.name) for one in fields(study)}
    said = {name: _text(getattr(study, name)) for name in LAST_DAYS}
    said |= {name: getattr(study, name) for name in ("synthetic", "date_format", "timezone")}
    facts: dict[str, Any] = {
        name: None if getattr(analysis, name) is None else _text(getattr(analysis, name)) for name in _DAYS
    }
    facts |= {"parameters": dict(analysis.parameters), "language": analysis.language, "study": said}
    return {name: one for name, one in (tables | of_study).items() if isinstance(one, pd.DataFrame)}, facts


def _text(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else day.isoformat()


def _day(text: str) -> pd.Timestamp:
    day: pd.Timestamp = pd.Series([text or None], dtype=INSTANT)[0]
    return day


def _give_back() -> None:
    """Give the system the memory in which the tables were made: from now on they are looked at in their files."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).malloc_trim(0)
