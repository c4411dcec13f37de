"""``footdrop report``: one HTML file per patient and an index page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import footdrop_analytics as fd
from footdrop_analytics.cli import options
from footdrop_analytics.cli.options import PLACE, Asked
from footdrop_analytics.cli.output import counted, progress, say

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_analytics.analysis.analyse import Analysis
    from footdrop_analytics.scale.results import PartitionedAnalysis

_MOST_NAMED = 5


@click.command()
@options.study_argument
@options.folder_option("the reports")
@click.option("--patient", "patients", multiple=True, metavar="ID", help="Only this patient; may be given repeatedly.")
@options.choice_option(
    "--audience",
    among=("clinician", "patient"),
    help="The patient's version describes in plain words and large print, without criteria.",
)
@options.choice_option(
    "--assets", among=("inline", "shared"), help="Put the chart library into each file, or once beside them."
)
@click.option("--contact", metavar="TEXT", help="The clinic's contact line in the patient's version.")
@options.language_option
@click.option("--appendix", is_flag=True, help="Print the appendix of the clinician's report too (and into the PDF).")
@click.option("--since", type=PLACE, metavar="FILE", help="An earlier report, or a folder of them: say what changed.")
@click.option("--pdf", is_flag=True, help="Write a PDF beside each report, through an installed Chromium or Edge.")
@options.choice_option("--paper", among=("A4", "Letter"), help="The paper of the PDF.", case_sensitive=False)
@click.option("--anyway", is_flag=True, help="Write the patient's version although a red flag is open.")
@options.analysis_options("of the period shown")
def report(
    study: Path, out: Path, patients: tuple[str, ...], pdf: bool, paper: str, anyway: bool, asked: Asked, **choices: Any
) -> int:
    """Write an HTML progress report per patient.

    Beside the reports stands an index page. All of it opens offline.
    """
    from footdrop_analytics.cli.study import analyse_any, data_problems
    from footdrop_analytics.report.kept import read_kept
    from footdrop_analytics.report.render import find_browser

    if pdf:
        find_browser()
    since = choices["since"]
    if since is not None and not since.is_dir() and not patients:
        # One report is of one patient.
        patients = (read_kept(since).patient_id,)
    opened, analysis = analyse_any(study, asked)
    if choices["audience"] == "patient":
        _refuse_assumed(opened.prescriptions, patients)
        if not anyway:
            _refuse_red(analysis, patients)
    write_all(analysis, out, patients, **choices, pdf=paper if pdf else None)
    return data_problems(opened, study, analysis)


def _refuse_red(analysis: Analysis | PartitionedAnalysis, patients: tuple[str, ...]) -> None:
    """Hand nobody a sheet while a red flag is open, unless somebody says so."""
    from footdrop_analytics.cli.study import in_memory
    from footdrop_analytics.errors import ParameterError

    caseload = in_memory(analysis.caseload)
    red = caseload[(caseload["n_red"] > 0) & (caseload["patient_id"].isin(patients) if patients else True)]
    if len(red):
        raise ParameterError(
            f"No sheet was written: a red flag is open for {_few(red['patient_id'].tolist())}. Look at it first, name "
            "other patients with --patient, or hand the sheets over all the same with --anyway."
        )


def _refuse_assumed(prescriptions: pd.DataFrame, patients: tuple[str, ...]) -> None:
    """Write no sheet at all if one of them would hand out an assumed plan as a target."""
    from footdrop_analytics.errors import ParameterError
    from footdrop_analytics.model.inputs import ASSUMED, ASSUMED_PLAN

    whose = prescriptions.loc[prescriptions["prescriber"] == ASSUMED, "patient_id"]
    named = sorted(one for one in whose.unique() if not patients or one in patients)
    if named:
        raise ParameterError(
            f"No sheet was written: of {_few(named)} {ASSUMED_PLAN}. A sheet would "
            "show it as a target. Put the prescribed plan into the study, or name other patients with --patient."
        )


def _few(ids: list[str]) -> str:
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return ", ".join(map(repr, ids[:_MOST_NAMED])) + more


def write_all(
    analysis: Analysis | PartitionedAnalysis, out: Path, patients: tuple[str, ...] = (), **choices: Any
) -> None:
    """Write the reports (of all patients, if none is named) while a bar shows how many are done, and say where."""
    from footdrop_analytics.cli.study import in_memory

    chosen = list(dict.fromkeys(patients)) or in_memory(analysis.caseload)["patient_id"].tolist()
    with progress("Writing reports", total=len(chosen)) as done:
        index = fd.write_reports(analysis, out, chosen, progress=done, **choices)
    say(f"{counted(len(chosen), 'report')} in {out}. Open {index}")
