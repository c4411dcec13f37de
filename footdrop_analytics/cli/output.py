"""Where results go: tables on a terminal, JSON on standard output, CSV in files written whole or not at all."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.cli.text import visible

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

NARROWEST = 80
"""Columns of a pipe or of a terminal that does not say how wide it is."""


def console(stderr: bool = False) -> Console:
    """A console that takes no text for markup, emoji or something to highlight."""
    from rich.console import Console

    found = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found.width = NARROWEST
    return found


def print_table(columns: dict[str, int | None], rows: list[list[str]]) -> None:
    """Print a table; ``columns`` are the names with the most characters each may take, or none for the rest.

    No cell is ever cut. The first column, which names the row, is folded only if it is longer than a third of the line.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    out = console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False, padding=(0, 1, 0, 0))
    longest = max((len(visible(row[0])) for row in rows), default=0)
    for place, (column, widest) in enumerate(columns.items()):
        narrowest = min(longest, out.width // 3) if place == 0 else None
        table.add_column(column, overflow="fold", min_width=narrowest, max_width=widest)
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    out.print(table)


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """A bar on standard error while the work runs, on a terminal only.

    Yields a function to call at each step; a text given to it says what is being done.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    out = console(stderr=True)
    if not out.is_terminal:
        yield lambda _part=None: None
        return
    parts = [SpinnerColumn(), TextColumn("{task.description}", markup=False)]
    if total is not None:
        parts += [BarColumn(), MofNCompleteColumn()]
    with Progress(*parts, TimeElapsedColumn(), console=out, transient=True) as bar:
        task = bar.add_task(description, total=total)

        def step(part: object = None) -> None:
            words = f"{description}: {visible(part)}" if isinstance(part, str) else description
            bar.update(task, advance=1, description=words)

        yield step


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows for JSON: days as ``2026-03-31``, missing values as null, numbers as they are."""
    import pandas as pd

    plain: dict[str, list[Any]] = {}
    for name, column in table.items():
        if pd.api.types.is_datetime64_any_dtype(column):
            with_time = (column.dropna() != column.dropna().dt.normalize()).any()
            column = column.dt.strftime("%Y-%m-%dT%H:%M:%S" if with_time else "%Y-%m-%d")
        plain[str(name)] = [None if pd.isna(value) else value for value in column.astype(object)]
    return [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]


def print_json(facts: dict[str, Any]) -> None:
    """Print JSON alone on standard output; characters beyond ASCII are escaped, so that it is safe in any terminal."""
    click.echo(json.dumps(facts, indent=2, default=_plain))


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table for spreadsheets: whole or not at all, and with nothing in it that a spreadsheet would run."""
    from footdrop_analytics.reading.sources.spreadsheet import to_csv_safe

    path.parent.mkdir(parents=True, exist_ok=True)
    to_csv_safe(table, path)


def say(line: str = "") -> None:
    """Print one line of text for people, with nothing hidden or active in it; a terminal gets it wrapped at words."""
    shown = visible(line)
    if sys.stdout.isatty():
        indent = " " * (len(shown) - len(shown.lstrip()) + 4)
        width = console().width
        shown = textwrap.fill(shown, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    click.echo(shown)


def warn(line: str) -> None:
    """Print one line beside the result, on standard error."""
    sys.stdout.flush()
    click.echo(visible(line), err=True)
