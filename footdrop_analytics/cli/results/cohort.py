"""``footdrop cohort``: tables about groups of patients, without numbers about a few."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from footdrop_analytics.cli.common.options import Asked, analysis_options, folder_option, form_option, study_argument
from footdrop_analytics.cli.common.output import say
from footdrop_analytics.cli.common.text import counted


@click.command()
@study_argument
@folder_option("the tables")
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
@form_option
@analysis_options("that counts for adherence")
def cohort(
    study: Path,
    out: Path,
    group: str,
    min_cell: int,
    form: Literal["csv", "parquet", "xlsx", "dta"],
    asked: Asked,
) -> int:
    """Write tables about groups of patients.

    Adherence, persistence, ways of moving, difficulties and states by exercise, arm or aetiology, to be handed on: no
    row is about one patient, and numbers about fewer than --min-cell patients are blank.
    """
    import footdrop_analytics as fd
    from footdrop_analytics.cli.common.study import analyse_any, data_problems, open_any, refuse_inside

    refuse_inside(out, study, "--out")
    opened = open_any(study, asked.written)
    analysis = analyse_any(opened, asked)
    whole = analysis if isinstance(analysis, fd.Analysis) else analysis.as_analysis()
    files = fd.write_cohort(fd.cohort(whole, group), out, form, min_cell)
    say(
        f"{counted(len(files), 'file')} in {out}: tables by {group}. "
        f"Numbers about fewer than {min_cell} patients are blank."
    )
    return data_problems(opened, study, analysis)
