"""``footdrop template``: an empty workbook to hand out."""

from __future__ import annotations

from pathlib import Path

import click

from footdrop_analytics.cli.options import FILE
from footdrop_analytics.cli.output import say


@click.command()
@click.option("--out", type=FILE, required=True, metavar="FILE.xlsx", help="Where to write the workbook.")
def template(out: Path) -> None:
    """Write an empty workbook to fill in.

    It has a sheet per table, drop-downs and explanations, and reads back as a study.
    """
    from footdrop_analytics.errors import ParameterError
    from footdrop_analytics.reading.template import write_template

    if out.suffix.lower() != ".xlsx":
        raise ParameterError(f"--out: expected a name that ends in .xlsx, found {out.name!r}.")
    if out.exists():
        raise ParameterError(f"--out: {out} exists and may hold somebody's log. Name a new file.")
    write_template(out)
    say(f"Workbook in {out}: fill in the sheets, then run: footdrop check {out}")
