"""Forms to hand out (``schema``, ``template``), and a study comes to be: in parts, made up, or as the demo."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

import footdrop_analytics as fd
from footdrop_analytics.cli import options
from footdrop_analytics.cli.caseload import print_caseload
from footdrop_analytics.cli.options import FILE, FOLDER, PLACE_OR_ADDRESS, Written
from footdrop_analytics.cli.output import counted, print_json, progress, say
from footdrop_analytics.cli.report import write_all
from footdrop_analytics.wording.language import translated


@click.command()
@click.option("--out", type=FOLDER, metavar="DIR", help="Write one JSON file per table here instead of printing them.")
def schema(out: Path | None) -> None:
    """Print the form of every table as JSON.

    Table Schema of every table of a study, for people who write log apps.
    """
    from footdrop_analytics.model.export import table_schemas, write_schemas

    if out is None:
        print_json(table_schemas())
        return
    write_schemas(out)
    say(f"Table schemas in {out}")


@click.command()
@click.option("--out", type=FILE, required=True, metavar="FILE", help="Where to write it: FILE.xlsx, or FILE.yaml.")
@options.language_option
@click.option("--exercises", is_flag=True, help="A file for exercises of your own (YAML) instead of the workbook.")
def template(out: Path, exercises: bool) -> None:
    """Write an empty workbook to fill in.

    It has a sheet per table, drop-downs and explanations, and reads back as a study. With --exercises: a file for
    exercises of your own, in which a name and a unit are enough.
    """
    from footdrop_analytics.errors import ParameterError
    from footdrop_analytics.reading.spreadsheets import write_exercises_template, write_template

    suffix = ".yaml" if exercises else ".xlsx"
    if out.suffix.lower() != suffix:
        raise ParameterError(f"--out: expected a name that ends in {suffix}, found {out.name!r}.")
    if out.exists():
        raise ParameterError(f"--out: {out} exists and may hold somebody's work. Name a new file.")
    if exercises:
        write_exercises_template(out)
        say(
            translated(
                "Exercises in {file}: change the entry, and put the file into the study folder as exercises.yaml",
                file=out,
            )
        )
    else:
        write_template(out)
        say(
            translated(
                "Workbook in {file}: fill in the sheets, then run: {command}", file=out, command=f"footdrop check {out}"
            )
        )


@click.command()
@click.argument("studies", type=PLACE_OR_ADDRESS, nargs=-1, required=True, metavar="STUDY…")
@click.option(
    "--out",
    type=FOLDER,
    required=True,
    metavar="DIR",
    help="The folder of the parts: a new one, or one that this command made, which then takes up what is new.",
)
@click.option(
    "--rows-per-part",
    type=click.IntRange(min=1),
    metavar="N",
    help="About how many logged rows a part has. Default: 1,000,000, or as the folder was made.",
)
@options.written_options
def partition(studies: tuple[Path | str, ...], out: Path, rows_per_part: int | None, written: Written) -> int:
    """Read a study in parts of whole patients.

    For studies that do not fit into memory. STUDY is a folder, a workbook, or the address of a database such as
    sqlite:///clinic.db; several are taken as one. The rules of reading are the same; caseload, cohort, report, tables
    and serve take the folder DIR in place of a study. Run it again when files were added, or after it was broken off:
    what is finished is kept.
    """
    from footdrop_analytics.cli.study import data_problems, print_head

    with progress("Partitioning") as step:
        found = fd.partition(*studies, out=out, rows_per_part=rows_per_part, progress=step, **written._asdict())
    print_head(found, found.as_of)
    say(f"{found.n_rows:,} logged rows in {counted(len(found.manifest.parts), 'part')}, in {out}.")
    return data_problems(found, next((one for one in studies if isinstance(one, Path)), out))


@click.command()
@options.folder_option("the study: new, empty, or of an earlier simulation")
@click.option("--patients", type=click.IntRange(min=1), default=12, show_default=True, help="How many people.")
@click.option("--weeks", type=click.IntRange(min=1), default=12, show_default=True, help="How long the programme runs.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--format", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True, help="File type.")
def simulate(out: Path, patients: int, weeks: int, seed: int, format: Literal["csv", "parquet"]) -> None:
    """Write a synthetic study with known truth.

    No row belongs to a real person.
    """
    from footdrop_analytics.cli.study import refuse_real_logs

    refuse_real_logs(out)
    study = fd.simulate(patients=patients, weeks=weeks, seed=seed)
    study.write(out, format=format)
    say(
        f"Synthetic study in {out}: {counted(len(study.patient_ids), 'patient')}, "
        f"{counted(len(study.sessions), 'session row')}, as of {study.as_of:%Y-%m-%d}. No row belongs to a real person."
    )


@click.command()
@click.option(
    "--out",
    type=FOLDER,
    default=Path("footdrop_demo"),
    show_default=True,
    metavar="DIR",
    help="The folder for the demo study and its reports.",
)
def demo(out: Path) -> None:
    """Show the whole way on a synthetic study.

    It reads the demo study, prints its caseload, writes its reports and says where they are. A few
    of its rows are wrong on purpose, to show what becomes of them.
    """
    from footdrop_analytics.cli.study import analyse_study, data_problems, open_study, refuse_real_logs
    from footdrop_analytics.simulation.demo import write_demo

    logs = out / "study"
    refuse_real_logs(logs)
    write_demo(logs)
    study = open_study(logs, Written())
    analysis = analyse_study(study)
    print_caseload(analysis)
    say(f"The logs are in {logs}: plain CSV files, to open and change.")
    write_all(analysis, out / "reports")
    data_problems(study, logs)
