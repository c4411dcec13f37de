"""``footdrop tables``: every result table as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from footdrop_analytics.cli.common.options import Asked, analysis_options, folder_option, form_option, study_argument
from footdrop_analytics.cli.common.output import progress, say
from footdrop_analytics.cli.common.text import counted


@click.command()
@study_argument
@folder_option("the tables")
@form_option
@analysis_options("of the adherence tables")
def tables(
    study: Path,
    out: Path,
    form: Literal["csv", "parquet", "xlsx", "dta"],
    asked: Asked,
) -> int:
    """Write every result table into a folder.

    Adherence, persistence, trends, steps, readiness, criteria, flags, outcomes and the caseload, for R, SPSS, Stata or
    a spreadsheet; beside them a dictionary of all columns, and how the results came about (parameters, versions, rules,
    input files with their hashes).
    """
    import footdrop_analytics as fd
    from footdrop_analytics.cli.common.study import analyse_any, data_problems, open_any, refuse_inside

    refuse_inside(out, study, "--out")
    opened = open_any(study, asked.written)
    analysis = analyse_any(opened, asked)
    with progress("Writing tables"):
        files = fd.write_tables(analysis, out, form)
    say(f"{counted(len(files), 'file')} in {out}: the tables, what their columns mean, and how they came about.")
    return data_problems(opened, study, analysis)
