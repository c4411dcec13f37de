"""``footdrop simulate``: a synthetic study with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from footdrop_analytics.cli.common.options import FOLDER
from footdrop_analytics.cli.common.output import say
from footdrop_analytics.cli.common.text import counted


@click.command()
@click.option(
    "--out",
    type=FOLDER,
    required=True,
    metavar="DIR",
    help="The folder for the study: new, empty, or of an earlier simulation.",
)
@click.option("--patients", type=click.IntRange(min=1), default=12, show_default=True, help="How many people.")
@click.option("--weeks", type=click.IntRange(min=1), default=12, show_default=True, help="How long the programme runs.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--format", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True, help="File type.")
def simulate(out: Path, patients: int, weeks: int, seed: int, format: Literal["csv", "parquet"]) -> None:
    """Write a synthetic study with known truth.

    No row belongs to a real person.
    """
    import footdrop_analytics as fd
    from footdrop_analytics.cli.common.study import refuse_real_logs

    refuse_real_logs(out)
    study = fd.simulate(patients=patients, weeks=weeks, seed=seed)
    study.write(out, format=format)
    say(
        f"Synthetic study in {out}: {counted(len(study.patient_ids), 'patient')}, "
        f"{counted(len(study.sessions), 'session row')}, as of {study.as_of:%Y-%m-%d}. No row belongs to a real person."
    )
