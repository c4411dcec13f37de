"""Tables about the groups of a cohort, for a paper or a statistician: no number in them is about a few patients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.cohort.cohort import Cohort
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import make_folder, write_whole
from footdrop_analytics.model.choices import ALL
from footdrop_analytics.model.parameters import need, path_of
from footdrop_analytics.sharing.deidentified import MIN_CELL
from footdrop_analytics.sharing.result_tables import FORMATS, HOW, write_files

if TYPE_CHECKING:
    from typing import Literal

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
    if format not in FORMATS:
        raise ParameterError(f"format: expected one of {', '.join(FORMATS)}, found {format!r}.")
    place = path_of(folder, "folder")
    make_folder(place)
    files = write_files(tables, place, format)
    choice, analysis = cohort.choice.settings, cohort.analysis
    how = {
        "synthetic": analysis.study.synthetic,
        "group": choice.group,
        "only": {name: said for name in ("exercise", "arm", "aetiology") if (said := getattr(choice, name)) != ALL},
        "min_cell": min_cell,
        "parameters": dict(analysis.parameters),
    }
    write_whole(place / HOW, json.dumps(how, indent=2, ensure_ascii=False) + "\n")
    return [*files, place / HOW]


def _few(counts: pd.Series, min_cell: int) -> np.ndarray:
    """Counts of one patient to one fewer than may be said; nobody at all is said."""
    found: np.ndarray = ((counts > 0) & (counts < min_cell)).to_numpy(dtype=bool)
    return found


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
