"""``footdrop cohort``: tables about groups of patients, without numbers about a few."""

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
from footdrop_analytics.cli.common.output import say
from footdrop_analytics.cli.common.text import counted


@click.command()
@study_argument
@click.option("--out", type=FOLDER, required=True, metavar="DIR", help="The folder for the tables.")
@click.option(
    "--group",
    type=click.Choice(["exercise", "arm", "aetiology"]),
    default="exercise",
    show_default=True,
    help="What adherence and persistence are grouped by.",
)
@click.option(
    "--min-cell",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="Numbers about fewer patients are left blank, and those from which they could be worked out.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet", "xlsx", "dta"]),
    default="csv",
    show_default=True,
    help="Of the files; Parquet keeps the types, dta is for Stata 14 and later.",
)
@click.option("--from", "start", type=DAY, metavar="YYYY-MM-DD", help="First day that counts for adherence.")
@click.option("--to", "end", type=DAY, metavar="YYYY-MM-DD", help="Last day that counts for adherence.")
@as_of_option
@log_through_option
@rules_option
@flags_option
@written_options
def cohort(
    study: Path,
    out: Path,
    group: str,
    min_cell: int,
    form: Literal["csv", "parquet", "xlsx", "dta"],
    start: datetime | None,
    end: datetime | None,
    as_of: datetime | None,
    log_through: datetime | None,
    rules: Path | None,
    flags: Path | None,
    written: Written,
) -> int:
    """Write tables about groups of patients.

    Adherence, persistence, ways of moving, difficulties and states by exercise, arm or aetiology, to be handed on: no
    row is about one patient, and numbers about fewer than --min-cell patients are blank.
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
    whole = analysis if isinstance(analysis, fd.Analysis) else analysis.as_analysis()
    files = fd.write_cohort(fd.cohort(whole, group), out, form, min_cell)
    say(
        f"{counted(len(files), 'file')} in {out}: tables by {group}. "
        f"Numbers about fewer than {min_cell} patients are blank."
    )
    return data_problems(opened, study, analysis)
