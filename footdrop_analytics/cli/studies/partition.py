"""``footdrop partition``: a study that need not fit into memory, in parts of whole patients."""

from __future__ import annotations

from pathlib import Path

import click

from footdrop_analytics.cli.common.options import FOLDER, PLACE_OR_ADDRESS, Written, written_options
from footdrop_analytics.cli.common.output import progress, say
from footdrop_analytics.cli.common.text import counted


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
@written_options
def partition(studies: tuple[Path | str, ...], out: Path, rows_per_part: int | None, written: Written) -> int:
    """Read a study in parts of whole patients.

    For studies that do not fit into memory. STUDY is a folder, a workbook, or the address of a database such as
    sqlite:///clinic.db; several are taken as one. The rules of reading are the same; caseload, cohort, report, tables
    and serve take the folder DIR in place of a study. Run it again when files were added, or after it was broken off:
    what is finished is kept.
    """
    import footdrop_analytics as fd
    from footdrop_analytics.cli.common.study import data_problems, print_head

    with progress("Partitioning") as step:
        found = fd.partition(*studies, out=out, rows_per_part=rows_per_part, progress=step, **written._asdict())
    print_head(found, found.as_of)
    say(f"{found.n_rows:,} logged rows in {counted(len(found.manifest.parts), 'part')}, in {out}.")
    return data_problems(found, next((one for one in studies if isinstance(one, Path)), out))
