"""``footdrop schema`` and ``template``: forms to hand out, for people who write log apps and people who write logs."""

from __future__ import annotations

from pathlib import Path

import click

from footdrop_analytics.cli.options import FILE, FOLDER, language_option
from footdrop_analytics.cli.output import print_json, say
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
@language_option
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
