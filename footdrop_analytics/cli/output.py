"""Where results go: tables on a terminal, JSON on standard output, CSV in files written whole or not at all."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.wording.language import marked

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

NARROWEST = 80
"""Columns of a pipe or of a terminal that does not say how wide it is."""

NARROWEST_LAST = 18
"""The fewest columns in which a sentence at the end of a table's line is still read as one."""

_WHOLE_WORDS: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}


def console(stderr: bool = False) -> Console:
    """A console that takes no text for markup, emoji or something to highlight."""
    from rich.console import Console

    found = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found.width = NARROWEST
    return found


def print_table(columns: dict[str, int | None], rows: list[list[str]]) -> None:
    """Print a table; ``columns`` are the names with the most characters each may take, or none for the rest.

    No cell is ever cut: where the last column would be too narrow to be read, each row becomes lines of its own.
    """
    out = console()
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = _widths(columns, shown, out.width)
    if widths[-1] < min(NARROWEST_LAST, max((len(row[-1]) for row in shown), default=0)):
        _print_lines(list(columns), shown, out.width)
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False, padding=(0, 1, 0, 0))
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column, overflow="fold", min_width=width, max_width=width)
    for row in shown:
        table.add_row(*map(Text, row))
    with out.capture() as printed:
        out.print(table)
    echo(printed.get().rstrip("\n"))


def _widths(columns: dict[str, int | None], rows: list[list[str]], width: int) -> list[int]:
    """How wide each column is to be: the first up to a third of the line, the last what is left of it."""
    *first, last = [
        min(max(len(text) for text in (name, *(row[place] for row in rows))), most or width)
        for place, (name, most) in enumerate(columns.items())
    ]
    first[0] = min(first[0], width // 3)
    left = width - sum(first) - 2 * len(columns)
    return [*first, min(last, left)]


def _print_lines(columns: list[str], rows: list[list[str]], width: int) -> None:
    """Each row as lines: what names it, its short cells with their columns, and the last cell."""
    for name, *short, last in rows:
        cells = ", ".join(f"{column} {cell}" for column, cell in zip(columns[1:-1], short, strict=True) if cell)
        for number, line in enumerate((name, cells, last)):
            indent = "   " if number else " "
            echo(textwrap.fill(line, width, initial_indent=indent, subsequent_indent=indent + "  ", **_WHOLE_WORDS))
    echo("")


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
    plain = json.dumps(facts, indent=2, default=lambda value: value.item() if hasattr(value, "item") else str(value))
    echo(plain)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table for spreadsheets: whole or not at all, and with nothing in it that a spreadsheet would run."""
    from footdrop_analytics.reading.spreadsheets import to_csv_safe

    to_csv_safe(table, path)


def also_csv(table: pd.DataFrame, out: Path | None, said: str, as_json: bool) -> None:
    """Also write a table where ``--out`` asks for it, and say so unless a program reads what is printed."""
    if out is not None:
        write_csv(table, out)
        if not as_json:
            say(said)


def say(line: str = "") -> None:
    """Print one line of text for people, with nothing hidden or active in it; a terminal gets it wrapped at words."""
    shown = visible(line)
    if sys.stdout.isatty():
        indent = " " * (len(shown) - len(shown.lstrip()) + 4)
        width = console().width
        shown = textwrap.fill(shown, width, subsequent_indent=indent, **_WHOLE_WORDS)
    echo(shown)


def echo(text: str) -> None:
    """Print on standard output; a reader who has gone (``head``, a pager) does not stop the work that is left."""
    try:
        click.echo(text)
    except BrokenPipeError:
        leave_the_pipe()
    except OSError as error:
        raise OSError(error.errno, error.strerror, "standard output") from error


def leave_the_pipe() -> None:
    """Let everything that is still printed go nowhere: what is in the buffer must not fail again at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def warn(line: str) -> None:
    """Print one line beside the result, on standard error."""
    sys.stdout.flush()
    click.echo(visible(line), err=True)


REVIEWED = marked("Reviewed when opened; not monitored in real time.")

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str) -> str:
    r"""The text with every control or invisible character spelt out, as in ``\x1b``."""
    if text.isprintable():
        return text
    spelt = {char: char.encode("unicode_escape").decode("ascii") for char in set(text)}
    return "".join(spelt[char] if unicodedata.category(char) in _INVISIBLE else char for char in text)


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 row``, ``2 rows``, ``1,000 rows``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
