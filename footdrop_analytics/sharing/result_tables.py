"""Result tables as files for other programs, with what their columns mean; of groups none about few patients."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.cohort.cohort import Cohort
from footdrop_analytics.errors import ParameterError, need, path_of
from footdrop_analytics.files import make_folder, write_whole
from footdrop_analytics.knowledge.definitions import ResultColumn, result_column
from footdrop_analytics.model.names import ALL
from footdrop_analytics.reading.spreadsheets import to_csv_safe, write_workbook
from footdrop_analytics.scale.results import TABLES, PartitionedAnalysis
from footdrop_analytics.sharing.deidentified import MIN_CELL

FORMATS = ("csv", "parquet", "xlsx", "dta")
DICTIONARY, HOW = "dictionary", "how_it_came_about.json"
WORKBOOK = "results.xlsx"
_SAME_COLUMNS = {
    "adherence_28d": "adherence",
    "adherence_period": "adherence",
    "adherence_patient_28d": "adherence_patient",
    "adherence_patient_period": "adherence_patient",
}
"""Tables whose columns mean what those of another table do."""
_STATA_TEXT = 2045
"""The most bytes of a text in Stata that is no long one."""
_STATA_NAMES = {"end": "end_day"}
"""Columns whose name is a word of Stata's language."""


def write_tables(
    analysis: Analysis | PartitionedAnalysis,
    folder: str | Path,
    format: Literal["csv", "parquet", "xlsx", "dta"] = "csv",
) -> list[Path]:
    """Write every result table of an analysis, for R, SPSS, Stata, SAS or a spreadsheet.

    Parameters
    ----------
    analysis : Analysis or PartitionedAnalysis
        What :func:`analyse` found.
    folder : path
        Where the files go; made if it is missing. Files of the same names are replaced.
    format : {"csv", "parquet", "xlsx", "dta"}
        ``csv``: UTF-8 that opens in a spreadsheet, nothing in it runs there; ``xlsx``: one workbook with a sheet per
        table; ``dta``: Stata 14 and later.

    Returns
    -------
    list of Path
        One file per result table (``xlsx``: one workbook), the dictionary of all columns (table, column, unit, meaning,
        what a missing value means) and ``how_it_came_about.json``: parameters, versions, days, rules, input files with
        their hashes, rows of each table.

    Raises
    ------
    ParameterError
        If ``format`` is none of them.
    OSError
        If a file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import footdrop_analytics as fd
    >>> analysis = fd.analyse(fd.simulate(patients=2, weeks=4, seed=1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(file.name for file in fd.write_tables(analysis, folder))[:2]
    ['adherence.csv', 'adherence_28d.csv']
    """
    need(analysis, "analysis", (Analysis, PartitionedAnalysis), "an analysis, as analyse gives it")
    place = _place(folder, format)
    tables = result_tables(analysis)
    sources = analysis.sources
    how = {
        "synthetic": analysis.study.synthetic,
        "parameters": dict(analysis.parameters),
        "sources": sources.astype(object).where(sources.notna(), None).to_dict("records"),
        "rows": {name: len(table) for name, table in tables.items()},
    }
    return _write_files({**tables, DICTIONARY: _dictionary(tables)}, place, format, how)


def _place(folder: str | Path, format: str) -> Path:
    if format not in FORMATS:
        raise ParameterError(f"format: expected one of {', '.join(FORMATS)}, found {format!r}.")
    return path_of(folder, "folder")


def _write_files(tables: Mapping[str, pd.DataFrame], place: Path, format: str, how: dict[str, Any]) -> list[Path]:
    """Write tables as files of their names, or as the sheets of one workbook, and how they came about."""
    make_folder(place)
    if format == "xlsx":
        files = [place / WORKBOOK]
        write_workbook(files[0], tables)
    else:
        files = [place / f"{name}.{format}" for name in tables]
        for file, table in zip(files, tables.values(), strict=True):
            _WRITERS[format](table, file)
    write_whole(place / HOW, json.dumps(how, indent=2, ensure_ascii=False) + "\n")
    return [*files, place / HOW]


def result_tables(analysis: Analysis | PartitionedAnalysis) -> dict[str, pd.DataFrame]:
    """The result tables of an analysis by the name of their attribute."""
    held = {name: getattr(analysis, name) for name in TABLES}
    return {name: table if isinstance(table, pd.DataFrame) else table.to_pandas() for name, table in held.items()}


def _dictionary(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    lines = []
    for name, table in tables.items():
        for column in table.columns:
            known = result_column(_SAME_COLUMNS.get(name, name), str(column)) or ResultColumn()
            lines.append((name, str(column), known.unit, known.plain, known.missing))
    return pd.DataFrame(lines, columns=["table", "column", "unit", "meaning", "missing_means"], dtype="str")


def _stata_bytes(table: pd.DataFrame, stream: BinaryIO) -> None:
    """Names of at most 32 characters, truth values as 0 and 1, long texts in Stata's own form for them."""
    plain = pd.DataFrame(index=table.index)
    for name, column in table.items():
        if pd.api.types.is_bool_dtype(column.dtype):
            column = column.astype("Int8")
        elif not pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_datetime64_dtype(column.dtype):
            column = column.astype(object).where(column.notna(), "").astype(str)
        plain[_STATA_NAMES.get(str(name), str(name)[:32])] = column
    texts = [name for name in plain if pd.api.types.is_string_dtype(plain[name].dtype)]
    long = [name for name in texts if max((len(one.encode()) for one in plain[name].unique()), default=0) > _STATA_TEXT]
    dates: dict[Any, Any] = {name: "td" for name in plain if pd.api.types.is_datetime64_dtype(plain[name].dtype)}
    plain.to_stata(stream, write_index=False, version=118, convert_dates=dates, convert_strl=long)


_WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "csv": to_csv_safe,
    "parquet": lambda table, file: write_whole(file, partial(table.to_parquet, index=False)),
    "dta": lambda table, file: write_whole(file, partial(_stata_bytes, table)),
}


_OF_GROUPS = ("adherence_groups", "persistence_groups")
_OF_SERIES = ("modes", "difficulties", "states")
_WORDS = ("group", "name", "exercise", "mode", "difficulty", "state")
_OVERLAP = "exercise"
"""A patient may be in several exercises, but has one arm and one aetiology: there groups add up to the whole."""


def cohort_tables(cohort: Cohort, min_cell: int = MIN_CELL) -> dict[str, pd.DataFrame]:
    """The tables about groups; what is about fewer than ``min_cell`` patients, or can be worked out to be, is missing.

    Tables with a row for each patient, and curves, whose every step is a patient, are not among them.
    """
    need(cohort, "cohort", Cohort, "a cohort, as cohort gives it")
    if isinstance(min_cell, bool) or not isinstance(min_cell, int) or min_cell < 1:
        raise ParameterError(f"min_cell: expected a whole number from 1, found {min_cell!r}.")
    adds_up = cohort.choice.settings.group != _OVERLAP
    tables = {name: _groups(getattr(cohort, name), min_cell, adds_up) for name in _OF_GROUPS}
    return tables | {name: _series(getattr(cohort, name), min_cell) for name in _OF_SERIES}


def write_cohort(
    cohort: Cohort,
    folder: str | Path,
    format: Literal["csv", "parquet", "xlsx", "dta"] = "csv",
    min_cell: int = MIN_CELL,
) -> list[Path]:
    """Write the tables about a cohort's groups, with small cells missing.

    Parameters
    ----------
    cohort : Cohort
        What :func:`cohort` found.
    folder : path
        Where the files go; made if it is missing. Files of the same names are replaced.
    format : {"csv", "parquet", "xlsx", "dta"}
        As for :func:`write_tables`.
    min_cell : int
        The fewest patients that a number may be about. Numbers about fewer are missing, and so are those from which
        one of them could be worked out.

    Returns
    -------
    list of Path
        ``adherence_groups``, ``persistence_groups``, ``modes``, ``difficulties``, ``states``
        (:class:`Cohort <footdrop_analytics.analysis.cohort.cohort.Cohort>` says what their columns are), and
        ``how_it_came_about.json``: what was chosen, ``min_cell``, parameters, versions, the study's files.

    Raises
    ------
    ParameterError
        If ``format`` is none of them, or ``min_cell`` no whole number from 1.

    Examples
    --------
    >>> import tempfile
    >>> import footdrop_analytics as fd
    >>> cohort = fd.cohort(fd.analyse(fd.simulate(patients=3, weeks=4, seed=1)), group="aetiology")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(file.name for file in fd.write_cohort(cohort, folder))[:2]
    ['adherence_groups.csv', 'difficulties.csv']
    """
    tables = cohort_tables(cohort, min_cell)
    choice, analysis = cohort.choice.settings, cohort.analysis
    how = {
        "synthetic": analysis.study.synthetic,
        "group": choice.group,
        "only": {name: said for name in ("exercise", "arm", "aetiology") if (said := getattr(choice, name)) != ALL},
        "min_cell": min_cell,
        "parameters": dict(analysis.parameters),
    }
    return _write_files(tables, _place(folder, format), format, how)


def _few(counts: pd.Series, min_cell: int) -> np.ndarray:
    """Counts of one patient to one fewer than may be said; nobody at all is said."""
    return np.asarray((counts > 0) & (counts < min_cell), dtype=bool)


def _with_blanks(table: pd.DataFrame, numbers: list[str]) -> pd.DataFrame:
    """The table with numbers that can be missing, counts as whole numbers."""
    return table.astype({name: "Int64" if table[name].dtype.kind in "iu" else "Float64" for name in numbers})


def _groups(table: pd.DataFrame, min_cell: int, adds_up: bool) -> pd.DataFrame:
    everybody = (table["group"] == ALL).to_numpy()
    whole = table["patients"] + table[[name for name in ("nothing_due", "never_due") if name in table]].sum(axis=1)
    out = _few(whole, min_cell) | _few(table["patients"], min_cell)
    if adds_up:
        # The whole less the others says how many are in those that are missing.
        for at in np.argsort(whole.to_numpy(), kind="stable"):
            if 0 < whole[out & ~everybody].sum() < min_cell and not out[at] and not everybody[at] and whole[at]:
                out[at] = True
    numbers = [str(name) for name in table if name not in _WORDS]
    table = _with_blanks(table, numbers)
    table.loc[out, numbers] = pd.NA
    for name in ("nothing_due", "never_due", "stopped"):
        if name in table:
            rest = table["patients"] - table[name] if name == "stopped" else table[name]
            table.loc[_few(table[name].fillna(0), min_cell) | _few(rest.fillna(0), min_cell), name] = pd.NA
    return table


def _series(table: pd.DataFrame, min_cell: int) -> pd.DataFrame:
    out = pd.Series(_few(table["patients"], min_cell), index=table.index)
    table = _with_blanks(table, ["series", "of_series", "patients"])
    table.loc[out, ["series", "patients"]] = pd.NA
    # The whole less the others would be the one that is missing.
    table.loc[out.groupby(table["exercise"]).transform("any"), "of_series"] = pd.NA
    return table
