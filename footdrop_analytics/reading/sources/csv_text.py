"""The bytes of a delimited text file: encoding, separator, where the header stands."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from footdrop_analytics.errors import StudyError
from footdrop_analytics.reading.sources.headers import LINES_LOOKED_AT, header_line, names_found
from footdrop_analytics.wording.language import marked, translated

DELIMITERS = (",", ";", "\t")
_OTHER_DELIMITERS = {
    "|": marked("vertical bars"),
    ":": marked("colons"),
    "^": marked("carets"),
    "~": marked("tildes"),
}
_SAVE_AS = marked(
    "save the file as 'CSV UTF-8' (Excel: Save As, file type 'CSV UTF-8'; LibreOffice: character set UTF-8)"
)
EXCEL_HINT = re.compile(rb'"?sep=(.)"?\r?\n', re.IGNORECASE)


@dataclass(frozen=True)
class CsvText:
    """A file from its header on.

    Attributes
    ----------
    lines_above : int
        Rows above the header as a spreadsheet numbers them (titles).
    """

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
            raise StudyError(
                translated("{file}: there is nothing below the line sep=. Export the file again.", file=file)
            )
    chosen = (hint.group(1).decode("ascii", "replace"),) if hint else DELIMITERS
    try:
        tried = {delimiter: first_lines(data, delimiter) for delimiter in chosen}
    except csv.Error as error:
        raise StudyError(
            translated(
                "{file}: row 1 cannot be read as a header ({error}). Export the file again.", file=file, error=error
            )
        ) from None
    at = {delimiter: header_line([cells for cells, _ in lines], table) for delimiter, lines in tried.items()}

    def evidence(delimiter: str) -> tuple[int, int]:
        cells = tried[delimiter][at[delimiter]][0]
        return names_found(cells, table), len(cells)

    best = max(chosen, key=evidence)
    header = tried[best][at[best]][0]
    if len(header) < 2:
        _refuse_other_delimiter(header, file)
    begin = tried[best][at[best]][1]
    return CsvText(data[begin:], best, header, at[best])


def checked_utf8(data: bytes, file: str) -> bytes:
    """The bytes without a mark at their beginning."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise StudyError(
            translated("{file}: row 1: the text is UTF-16, expected UTF-8: {advice}.", file=file, advice=_advice())
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data or data.isspace():
        raise StudyError(
            translated(
                "{file}: the file is empty. Expected a header row; export it again, or delete the file.", file=file
            )
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = len(data[: error.start].decode("utf-8").splitlines() or [""])
        raise StudyError(
            translated(
                "{file}: row {row}: the text is not UTF-8 (probably Windows-1252): {advice}.",
                file=file,
                row=row,
                advice=_advice(),
            )
        ) from None
    if b"\x00" in data:
        raise StudyError(
            translated(
                "{file}: the file holds zero bytes, so it is not UTF-8 text: {advice}.", file=file, advice=_advice()
            )
        )
    return data


def _advice() -> str:
    return translated(_SAVE_AS)


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
            raise StudyError(
                translated(
                    "{file}: the columns seem to be separated by {name} ({sign}). Expected commas, semicolons or tabs; "
                    "export the file again as CSV. Found in the first row: {text}.",
                    file=file,
                    name=translated(name),
                    sign=delimiter,
                    text=repr(text[:80]),
                )
            )
