"""One analysis for all pages of a server: its tables are files that every page maps, so that memory holds them once."""

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
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd
import pyarrow as pa

from footdrop_analytics import __version__
from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.cohort.choice import CohortColumns, cohort_columns
from footdrop_analytics.analysis.cohort.log_counts import LogCounts
from footdrop_analytics.analysis.log.coded_log import open_log
from footdrop_analytics.analysis.prepared import Prepared
from footdrop_analytics.dashboards.mapped import mapped, write_mapped
from footdrop_analytics.files import locked, make_folder, write_whole
from footdrop_analytics.knowledge import chosen_flags, chosen_rules, load_exercises
from footdrop_analytics.model.columns import INSTANT
from footdrop_analytics.model.study import LAST_DAYS, Study
from footdrop_analytics.reading.added import stamp
from footdrop_analytics.reading.sources.locate import EXERCISES_FILE
from footdrop_analytics.scale.front import AnalysisOfParts
from footdrop_analytics.scale.manifest import MANIFEST, is_partitioned
from footdrop_analytics.scale.results import PartitionedAnalysis
from footdrop_analytics.wording.language import current

FOLDER_VARIABLE = "FOOTDROP_PAGES"
"""Names the folder, for the pages of one server alone; without it each page has an analysis of its own."""
_WAIT_S = 3600.0
_MOST_STUDIES = 3
"""How many studies, of those opened one after the other on the first page, are kept analysed."""
_WHOLE = "tables.json"
"""Written last: what lies beside it is whole."""
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
                del tables
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
