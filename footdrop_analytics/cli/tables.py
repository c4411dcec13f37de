"""``footdrop tables``, ``cohort`` and ``export``: results, groups and de-identified studies as files."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

import footdrop_analytics as fd
from footdrop_analytics.cli import options
from footdrop_analytics.cli.options import CSV_FILE, FOLDER, Asked, Written
from footdrop_analytics.cli.output import counted, progress, say


@click.command()
@options.study_argument
@options.folder_option("the tables")
@options.form_option
@options.analysis_options("of the adherence tables")
def tables(study: Path, out: Path, form: Literal["csv", "parquet", "xlsx", "dta"], asked: Asked) -> int:
    """Write every result table into a folder.

    Adherence, persistence, trends, steps, readiness, criteria, flags, outcomes and the caseload, for R, SPSS, Stata or
    a spreadsheet; beside them a dictionary of all columns, and how the results came about (parameters, versions, rules,
    input files with their hashes).
    """
    from footdrop_analytics.cli.study import analyse_any, data_problems, refuse_inside

    refuse_inside(out, study, "--out")
    opened, analysis = analyse_any(study, asked)
    with progress("Writing tables"):
        files = fd.write_tables(analysis, out, form)
    say(f"{counted(len(files), 'file')} in {out}: the tables, what their columns mean, and how they came about.")
    return data_problems(opened, study, analysis)


@click.command()
@options.study_argument
@options.folder_option("the tables")
@options.choice_option(
    "--group", among=("exercise", "arm", "aetiology"), help="What adherence and persistence are grouped by."
)
@click.option(
    "--min-cell",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="Numbers about fewer patients are left blank, and those from which they could be worked out.",
)
@options.form_option
@options.analysis_options("that counts for adherence")
def cohort(
    study: Path, out: Path, group: str, min_cell: int, form: Literal["csv", "parquet", "xlsx", "dta"], asked: Asked
) -> int:
    """Write tables about groups of patients.

    Adherence, persistence, ways of moving, difficulties and states by exercise, arm or aetiology, to be handed on: no
    row is about one patient, and numbers about fewer than --min-cell patients are blank.
    """
    from footdrop_analytics.cli.study import analyse_any, data_problems, refuse_inside

    refuse_inside(out, study, "--out")
    opened, analysis = analyse_any(study, asked)
    whole = analysis if isinstance(analysis, fd.Analysis) else analysis.as_analysis()
    files = fd.write_cohort(fd.cohort(whole, group), out, form, min_cell)
    say(
        f"{counted(len(files), 'file')} in {out}: tables by {group}. "
        f"Numbers about fewer than {min_cell} patients are blank."
    )
    return data_problems(opened, study, analysis)


@click.command()
@options.study_argument
@click.option("--deidentify", is_flag=True, help="Take out what says who somebody is; no other export is offered.")
@click.option("--out", type=FOLDER, required=True, metavar="DIR", help="A new folder for what is handed on.")
@click.option(
    "--key",
    type=CSV_FILE,
    required=True,
    metavar="FILE.csv",
    help="Who is who, kept apart from DIR. If it is there, the same patients get the same ids again.",
)
@click.option(
    "--min-cell",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Blank values of sex, site, arm, aetiology and people (clinician, prescriber …) that fewer patients share.",
)
@options.written_options
def export(study: Path, deidentify: bool, out: Path, key: Path, min_cell: int, written: Written) -> int:
    """Write a study that may be handed on, without names, days and free text.

    Ids are random, days count from each patient's first day of plan, ages over 89 are 90+, notes are left out. Every
    file is searched for ids, names, days and notes of the study before it is written. What was done stands in
    manifest.yaml. The folder is a study again: every footdrop command reads it.
    """
    from footdrop_analytics.cli.study import data_problems, open_study, refuse_inside

    if not deidentify:
        raise click.UsageError(
            "say --deidentify: no other export is offered; the whole of it are the study's own files."
        )
    refuse_inside(out, study, "--out")
    refuse_inside(key, study, "--key")
    opened = open_study(study, written)
    found = fd.write_deidentified(opened, out, key, min_cell)
    say(f"{counted(found.manifest['patients'], 'patient')} in {out}. Who is who: {key}; keep it apart, for you alone.")
    columns = counted(found.manifest["left_out_columns"], "column of your own", "columns of your own")
    say(f"Left out: {counted(found.manifest['left_out_texts'], 'free text')}, {columns}.")
    for column, number in found.manifest["blanked_rare_values"].items():
        if column != "min_cell":
            say(f"Blank: {column} of {counted(number, 'patient')}, shared by fewer than {min_cell}.")
    say(f"Results are those of the source as of {found.manifest['as_of']} (--as-of), the last moved day.")
    say("This lowers the risk that somebody is recognised. Whether it may be handed on is for you to decide.")
    return data_problems(opened, study)
