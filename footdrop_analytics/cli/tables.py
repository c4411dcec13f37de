"""``footdrop tables``: every result table as a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from footdrop_analytics.cli.options import (
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
from footdrop_analytics.cli.output import progress, say, write_csv
from footdrop_analytics.cli.text import counted


@click.command()
@study_argument
@click.option("--out", type=FOLDER, required=True, metavar="DIR", help="The folder for the tables.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="Of the files; Parquet keeps the types.",
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
    form: Literal["csv", "parquet"],
    start: datetime | None,
    end: datetime | None,
    as_of: datetime | None,
    log_through: datetime | None,
    rules: Path | None,
    flags: Path | None,
    written: Written,
) -> int:
    """Write every result table into a folder.

    Adherence, persistence, trends, steps, readiness, criteria, flags, outcomes and the caseload, one file each, for a
    statistics program.
    """
    from footdrop_analytics.cli.study import (
        analyse_any,
        data_problems,
        in_memory,
        open_any,
        print_head,
        refuse_own_files,
        timestamp,
    )
    from footdrop_analytics.scale.results import TABLES
    from footdrop_analytics.scale.tables import write_table

    refuse_own_files(out, study)
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
    with progress("Writing tables", total=len(TABLES)) as done:
        for name in TABLES:
            table = in_memory(getattr(analysis, name)).assign(as_of=analysis.as_of)
            path = out / f"{name}.{form}"
            if form == "csv":
                write_csv(table, path)
            else:
                write_table(table, path)
            done(name)
    say(f"{counted(len(TABLES), 'table')} in {out}")
    return data_problems(opened, study, analysis)
