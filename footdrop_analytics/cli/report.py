"""``footdrop report``: one HTML file per patient and an index page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

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
from footdrop_analytics.cli.output import progress, say
from footdrop_analytics.cli.text import counted

if TYPE_CHECKING:
    from footdrop_analytics.analysis.analyse import Analysis


@click.command()
@study_argument
@click.option("--out", type=FOLDER, required=True, metavar="DIR", help="The folder for the reports.")
@click.option("--patient", "patients", multiple=True, metavar="ID", help="Only this patient; may be given repeatedly.")
@click.option("--from", "start", type=DAY, metavar="YYYY-MM-DD", help="First day of the period shown.")
@click.option("--to", "end", type=DAY, metavar="YYYY-MM-DD", help="Last day of the period shown.")
@as_of_option
@log_through_option
@click.option(
    "--audience",
    type=click.Choice(["clinician", "patient"]),
    default="clinician",
    show_default=True,
    help="The patient's version describes in plain words and large print, without criteria.",
)
@click.option(
    "--assets",
    type=click.Choice(["inline", "shared"]),
    default="inline",
    show_default=True,
    help="Put the chart library into each file, or once beside them.",
)
@rules_option
@flags_option
@click.option("--contact", metavar="TEXT", help="The clinic's contact line in the patient's version.")
@written_options
def report(
    study: Path,
    out: Path,
    patients: tuple[str, ...],
    start: datetime | None,
    end: datetime | None,
    as_of: datetime | None,
    log_through: datetime | None,
    audience: Literal["clinician", "patient"],
    assets: Literal["inline", "shared"],
    rules: Path | None,
    flags: Path | None,
    contact: str | None,
    written: Written,
) -> int:
    """Write an HTML progress report per patient.

    Beside the reports stands an index page. All of it opens offline.
    """
    from footdrop_analytics.cli.study import analyse_study, data_problems, open_study, print_head, timestamp

    opened = open_study(study, written)
    analysis = analyse_study(
        opened,
        as_of=timestamp(as_of),
        start=timestamp(start),
        end=timestamp(end),
        rules=rules,
        flags=flags,
        log_through=timestamp(log_through),
    )
    print_head(opened, analysis.as_of)
    write_all(analysis, out, patients, audience=audience, assets=assets, contact=contact)
    return data_problems(opened, study)


def write_all(
    analysis: Analysis,
    out: Path,
    patients: tuple[str, ...] = (),
    audience: Literal["clinician", "patient"] = "clinician",
    assets: Literal["inline", "shared"] = "inline",
    contact: str | None = None,
) -> None:
    """Write the reports (of all patients, if none is named) while a bar shows how many are done, and say where."""
    import footdrop_analytics as fd

    chosen = list(dict.fromkeys(patients)) or analysis.caseload["patient_id"].tolist()
    with progress("Writing reports", total=len(chosen)) as done:
        index = fd.write_reports(
            analysis, out, chosen, audience=audience, assets=assets, contact=contact, progress=done
        )
    say(f"{counted(len(chosen), 'report')} in {out}. Open {index}")
