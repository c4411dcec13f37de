"""``footdrop tables``: every result table as a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from footdrop_analytics.cli.common.options import (
    DAY,
    FOLDER,
    Written,
    as_of_option,
    flags_option,
    log_through_option,
    rules_option,
    study_argument,
    written_options,
)
from footdrop_analytics.cli.common.output import progress, say
from footdrop_analytics.cli.common.text import counted


@click.command()
@study_argument
@click.option("--out", type=FOLDER, required=True, metavar="DIR", help="The folder for the tables.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet", "xlsx", "dta"]),
    default="csv",
    show_default=True,
    help="Of the files; Parquet keeps the types, dta is for Stata 14 and later.",
)
@click.option("--from", "start", type=DAY, metavar="YYYY-MM-DD", help="First day of the adherence tables.")
@click.option("--to", "end", type=DAY, metavar="YYYY-MM-DD", help="Last day of the adherence tables.")
@as_of_option
@log_through_option
@rules_option
@flags_option
@written_options
def tables(
    study: Path,
    out: Path,
    form: Literal["csv", "parquet", "xlsx", "dta"],
    start: datetime | None,
    end: datetime | None,
    as_of: datetime | None,
    log_through: datetime | None,
    rules: Path | None,
    flags: Path | None,
    written: Written,
) -> int:
    """Write every result table into a folder.

    Adherence, persistence, trends, steps, readiness, criteria, flags, outcomes and the caseload, for R, SPSS, Stata or
    a spreadsheet; beside them a dictionary of all columns, and how the results came about (parameters, versions, rules,
    input files with their hashes).
    """
    import footdrop_analytics as fd
    from footdrop_analytics.cli.common.study import (
        analyse_any,
        data_problems,
        open_any,
        print_head,
        refuse_inside,
        timestamp,
    )

    refuse_inside(out, study, "--out")
    opened = open_any(study, written)
    analysis = analyse_any(
        opened,
        as_of=timestamp(as_of),
        start=timestamp(start),
        end=timestamp(end),
        rules=rules,
        flags=flags,
        log_through=timestamp(log_through),
    )
    print_head(opened, analysis.as_of)
    with progress("Writing tables"):
        files = fd.write_tables(analysis, out, form)
    say(f"{counted(len(files), 'file')} in {out}: the tables, what their columns mean, and how they came about.")
    return data_problems(opened, study, analysis)
