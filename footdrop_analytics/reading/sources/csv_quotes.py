"""Quotation marks that are never closed: they must not swallow the rows behind them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

_MOST_LINES_OF_A_CELL = 500
_STILL_QUOTED = re.compile(r'(?:[^"]|"")*')
"""The part of a line that is still inside the quotation opened on a line before."""


def mended(data: bytes, delimiter: str, width: int) -> tuple[bytes, dict[int, str]]:
    """The text with every broken quotation closed in its own line; the rows of these (header = 1) with the broken cell.

    A quotation is broken if it is open at the end of the file, or if it goes on into a line with as many separators as
    the header has (and, where some of them stand behind its end, the row has too many cells). The rows from there on
    are read line by line.
    """
    lines = list(io.StringIO(data.decode("utf-8"), newline=""))
    written: list[str] = []
    broken: dict[int, str] = {}
    row, begin = 0, 0
    while begin < len(lines):
        row += 1
        end = _end_of_record(lines, begin, delimiter, width - 1)
        if end is None:
            end = begin + 1
            line, broken[row] = _closed(lines[begin], delimiter)
            written.append(line)
        else:
            written += lines[begin:end]
        begin = end
    return ("".join(written).encode("utf-8") if broken else data), broken


def _end_of_record(lines: list[str], begin: int, delimiter: str, separators: int) -> int | None:
    """The line behind the record that begins here; None if its quotation is broken."""
    if '"' not in lines[begin]:
        return begin + 1
    end, ran_out = begin, False

    def following() -> Iterator[str]:
        nonlocal end, ran_out
        for at in range(begin, min(begin + _MOST_LINES_OF_A_CELL, len(lines))):
            if at > begin and _STILL_QUOTED.match(lines[at]).group().count(delimiter) >= separators:  # type: ignore[union-attr]
                break
            end = at + 1
            yield lines[at]
        # Another line is asked for only while a quotation is open.
        ran_out = True

    cells = next(csv.reader(following(), delimiter=delimiter))
    too_many = len(cells) > separators + 1 and any(
        line.count(delimiter) >= separators for line in lines[begin + 1 : end]
    )
    return None if ran_out or too_many else end


def _closed(line: str, delimiter: str) -> tuple[str, str]:
    """A line with its open quotation closed at its end, and the cell in which it was opened."""
    text = line.rstrip("\r\n")
    cells = next(csv.reader([text], delimiter=delimiter))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=line[len(text) :] or "\n").writerow(cells)
    return out.getvalue(), cells[-1]
