"""``footdrop schema``: the form of every table, for people who write log apps."""

from __future__ import annotations

from pathlib import Path

import click

from footdrop_analytics.cli.common.options import FOLDER
from footdrop_analytics.cli.common.output import print_json, say


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
