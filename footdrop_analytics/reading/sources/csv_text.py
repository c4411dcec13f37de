"""The bytes of a delimited text file: encoding, separator, where the header stands, and quotations never closed."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from footdrop_analytics.reading.sources.raw import LINES_LOOKED_AT, header_line, named_columns
from footdrop_analytics.wording.language import marked, study_error, translated

DELIMITERS = (",", ";", "\t")
_OTHER_DELIMITERS = {"|": marked("vertical bars"), ":": marked("colons"), "^": marked("carets"), "~": marked("tildes")}
_SAVE_AS = marked(
    "save the file as 'CSV UTF-8' (Excel: Save As, file type 'CSV UTF-8'; LibreOffice: character set UTF-8)"
)
EXCEL_HINT = re.compile(rb'"?sep=(.)"?\r?\n', re.IGNORECASE)


@dataclass(frozen=True)
class CsvText:
    """A file from its header on; ``lines_above`` it are titles, counted as rows of a spreadsheet."""

    data: bytes
    delimiter: str
    header: list[str]
    lines_above: int


def csv_text(data: bytes, table: str, file: str) -> CsvText:
    """The text of a file with its separator and header."""
    data = checked_utf8(data, file)
    hint = EXCEL_HINT.match(data)
    if hint:
        data = data[hint.end() :]
        if not data.strip():
            raise study_error("{file}: there is nothing below the line sep=. Export the file again.", file=file)
    chosen = (hint.group(1).decode("ascii", "replace"),) if hint else DELIMITERS
    try:
        tried = {delimiter: first_lines(data, delimiter) for delimiter in chosen}
    except csv.Error as error:
        raise study_error(
            "{file}: row 1 cannot be read as a header ({error}). Export the file again.", file=file, error=error
        ) from None
    at = {delimiter: header_line([cells for cells, _ in lines], table) for delimiter, lines in tried.items()}

    def evidence(delimiter: str) -> tuple[int, int]:
        cells = tried[delimiter][at[delimiter]][0]
        return len(named_columns(cells, table)), len(cells)

    best = max(chosen, key=evidence)
    header = tried[best][at[best]][0]
    if len(header) < 2:
        _refuse_other_delimiter(header, file)
    begin = tried[best][at[best]][1]
    return CsvText(data[begin:], best, header, at[best])


def checked_utf8(data: bytes, file: str) -> bytes:
    """The bytes without a mark at their beginning."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise study_error(
            "{file}: row 1: the text is UTF-16, expected UTF-8: {advice}.", file=file, advice=translated(_SAVE_AS)
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data or data.isspace():
        raise study_error(
            "{file}: the file is empty. Expected a header row; export it again, or delete the file.", file=file
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = len(data[: error.start].decode("utf-8").splitlines() or [""])
        said = marked("{file}: row {row}: the text is not UTF-8 (probably Windows-1252): {advice}.")
        raise study_error(said, file=file, row=row, advice=translated(_SAVE_AS)) from None
    if b"\x00" in data:
        why = marked("{file}: the file holds zero bytes, so it is not UTF-8 text: {advice}.")
        raise study_error(why, file=file, advice=translated(_SAVE_AS))
    return data


def first_lines(data: bytes, delimiter: str, count: int = LINES_LOOKED_AT) -> list[tuple[list[str], int]]:
    """The cells of the first rows, and the byte at which each begins."""
    begins = [0]

    def lines() -> Iterator[str]:
        stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
        for line in stream:
            begins.append(begins[-1] + len(line.encode("utf-8")))
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    found: list[tuple[list[str], int]] = []
    begin = 0
    for cells in itertools.islice(reader, count):
        found.append((cells, begin))
        begin = begins[reader.line_num]
    return found or [([], 0)]


def _refuse_other_delimiter(header: list[str], file: str) -> None:
    text = header[0] if header else ""
    for delimiter, name in _OTHER_DELIMITERS.items():
        if text.count(delimiter) > 1:
            raise study_error(
                "{file}: the columns seem to be separated by {name} ({sign}). Expected commas, semicolons or tabs; "
                "export the file again as CSV. Found in the first row: {text}.",
                file=file,
                name=translated(name),
                sign=delimiter,
                text=repr(text[:80]),
            )


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
        if end is None:  # the quotation is closed at the end of its line
            end, text = begin + 1, lines[begin].rstrip("\r\n")
            cells = next(csv.reader([text], delimiter=delimiter))
            closed = io.StringIO(newline="")
            csv.writer(closed, delimiter=delimiter, lineterminator=lines[begin][len(text) :] or "\n").writerow(cells)
            written.append(closed.getvalue())
            broken[row] = cells[-1]
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
