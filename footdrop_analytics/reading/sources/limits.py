"""How large a file may be, in words: a few kilobytes can unpack to more than any memory holds."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo, is_zipfile

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from footdrop_analytics.errors import StudyError
from footdrop_analytics.wording.language import marked, study_error
from footdrop_analytics.wording.words import number

MOST_COLUMNS = 1_000
MOST_ROWS_OF_A_SHEET = 1_048_576
MOST_CELLS_OF_A_SHEET = 60_000_000
"""Up to its last row and column: readers take the memory for the whole rectangle."""
MOST_ROWS = 50_000_000
MOST_CELLS = 500_000_000
MOST_UNPACKED = 600_000_000
"""Bytes of a workbook, unpacked."""
MOST_UNPACKED_PARQUET = 4_000_000_000
LONGEST_ID, LONGEST_CELL = 200, 100_000
"""Characters."""

_CHUNK = 1 << 20
_OVERLAP = 64
_ENCRYPTED = 1
_LOCAL_HEADER = 30
_NO_VALUE = re.compile(rb"""<(?:\w+:)?f[ />]|\bt=["']e["']""")
"""Cells with a formula or an error: calamine hands out both as blanks."""
_FAR = re.compile(rb"""\br\s*=\s*["'](?:[A-Za-z]{2,}\d+|[A-Za-z]?\d{7,})["']""")
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?:>|/|\s+(?:[^\sr]|r[^\s=]))")
"""Cells that do not begin with their place: it follows from those before them."""
_SHEET = b"sheetData"
_REPEATED = re.compile(rb"-repeated\s*=|text:c\s*=")
"""Cells, and blanks in a text, that OpenDocument writes once with a number."""
_SHARED_TEXTS = "sharedstrings.xml"
_BEFORE_XML = b"\xef\xbb\xbf \t\r\n"
_END_OF_TEXT = b"</si>"


def checked_workbook(path: Path) -> bool:
    """Unpack a workbook once, a piece at a time; whether it holds more than values (formulas, errors)."""
    if not is_zipfile(path):
        return False
    more, unpacked, longest, told = False, 0, 0, {}
    with ZipFile(path) as parts, path.open("rb") as file:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise _too_large(path.name, MOST_UNPACKED)
        for part in parts.infolist():
            if part.flag_bits & _ENCRYPTED or part.is_dir():
                continue
            if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise study_error(
                    "{file}: is packed in a way that no office program uses. Save it again.", file=path.name
                )
            look = _Look(part)
            for piece in _unpacked(file, part):
                unpacked += len(piece)
                if unpacked > MOST_UNPACKED:
                    raise _too_large(path.name, MOST_UNPACKED)
                look.at(piece)
            if look.far:
                _refuse_far(path.name, _unpacked(file, part))
            more = more or look.more
            longest = max(longest, look.longest)
            told[part] = look
        if many := [part for part, look in told.items() if look.n_shared * longest > MOST_UNPACKED]:
            lengths = [length for part in told if _holds_texts(part) for length in _lengths(_unpacked(file, part))]
            for part in many:
                _refuse_far(path.name, _unpacked(file, part), lengths)
    return more


def _holds_texts(part: ZipInfo) -> bool:
    """Whether it holds the texts that cells share; readers look for it under this name alone."""
    return part.filename.lower().endswith(_SHARED_TEXTS)


class _Look:
    """What a part of a workbook says at a glance, wherever it is: readers find sheets under any name.

    ``far``: a cell may be far from the others, or repeated. ``more``: there are formulas or errors. At most
    ``n_shared`` cells show a shared text, the ``longest`` of which is at most so long.
    """

    def __init__(self, part: ZipInfo) -> None:
        self.far = self.more = False
        self.n_shared = self.longest = 0
        self._texts, self._open, self._end = _holds_texts(part), 0, b""
        self._is_xml: bool | None = None

    def at(self, piece: bytes) -> None:
        """Look at the next piece."""
        if self._is_xml is None:
            self._is_xml = piece.lstrip(_BEFORE_XML).startswith(b"<")
        seen = self._end + piece
        self.far = self.far or bool(_FAR.search(seen) or _REPEATED.search(seen))
        self.far = self.far or bool(_UNPLACED.search(seen) if self._is_xml else _SHEET in seen)
        self.more = self.more or bool(self._is_xml and _NO_VALUE.search(seen))
        if self._texts:
            first, *others = map(len, piece.split(_END_OF_TEXT))
            lengths = [self._open + first, *others]
            self.longest, self._open = max(self.longest, *lengths), lengths[-1]
        else:
            self.n_shared += seen.count(b'"s"') + seen.count(b"'s'")
        self._end = seen[-_OVERLAP:]


def _lengths(pieces: Iterator[bytes]) -> list[int]:
    found: list[int] = []

    def start(tag: str, _: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            found.append(0)

    def data(text: str) -> None:
        if found:
            found[-1] += len(text)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = start, data
    for piece in pieces:
        parser.Parse(piece, False)
    return found


def _too_large(name: str, most: int) -> StudyError:
    why = marked("{file}: unpacks to more than {most} MB. Split it into several files, or export it as CSV.")
    return study_error(why, file=name, most=number(most // 10**6))


def _unpacked(file: BinaryIO, part: ZipInfo) -> Iterator[bytes]:
    """What really comes out of a part, whatever size it claims to have."""
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER)
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == ZIP_DEFLATED else None
    left, kept = part.compress_size, b""
    while left > 0 or kept:
        if not kept:
            kept = file.read(min(_CHUNK, left))
            left -= len(kept)
            if not kept:
                return
        if inflate is None:
            yield kept
            kept = b""
        else:
            yield inflate.decompress(kept, _CHUNK)
            kept = inflate.unconsumed_tail
            if inflate.eof:
                return


def _refuse_far(name: str, pieces: Iterator[bytes], shared: Sequence[int] = ()) -> None:
    """Follow the cells of a sheet that hold something, up to the last row and column, and what all of them show."""
    reach = _Reach(shared)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reach.start, reach.end
    parser.CharacterDataHandler = reach.data
    for piece in pieces:
        parser.Parse(piece, False)
        if reach.rows > MOST_ROWS_OF_A_SHEET or reach.rows * reach.columns > MOST_CELLS_OF_A_SHEET:
            raise study_error(
                "{file}: a sheet reaches to row {row} and column {column}; a sheet may have {rows} rows, and "
                "{cells} million cells up to its last. Delete what stands far from the table, or export it as CSV.",
                file=name,
                row=number(reach.rows),
                column=number(reach.columns),
                rows=number(MOST_ROWS_OF_A_SHEET),
                cells=number(MOST_CELLS_OF_A_SHEET // 10**6),
            )
        if reach.characters > MOST_UNPACKED:
            raise _too_large(name, MOST_UNPACKED)


class _Reach:
    """The last row and column that hold something, and the characters of all cells, in Open XML and OpenDocument."""

    def __init__(self, shared: Sequence[int]) -> None:
        self.rows = self.columns = self.characters = 0
        self._row = self._column = 0
        self._repeated = self._alike = 1
        self._shared, self._number = shared, ""
        self._is_shared = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            found = re.fullmatch(r"([A-Z]{0,9})(\d{0,10})", attributes.get("r", "").upper())
            self._column = _number_of(found[1]) if found and found[1] else self._column + 1
            self._row = int(found[2]) if found and found[2] else self._row
            self._is_shared, self._number = attributes.get("t") == "s", ""
        elif tag in ("v", "is", "f"):
            self._holds()
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif tag == "table":
            self._row = self._column = 0
        elif tag == "table-row":
            self._repeated = _times(attributes, "rows")
            self._column = 0
        elif tag in ("table-cell", "covered-table-cell"):
            self._alike = _times(attributes, "columns")
            self._column += self._alike
            if any(name.rpartition(":")[2] in ("value-type", "formula") for name in attributes):
                self._holds(self._repeated)
        elif tag == "s":
            self._count(next((int(value) for name, value in attributes.items() if name.endswith(":c")), 1))

    def data(self, text: str) -> None:
        if self._is_shared:
            self._number += text
        else:
            self._count(len(text))

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "table-row":
            self._row += self._repeated
        elif tag == "c" and self._is_shared:
            self._is_shared = False
            at = int(self._number) if self._number.isascii() and self._number.isdigit() else len(self._shared)
            self._count(self._shared[at] if at < len(self._shared) else 0)

    def _count(self, characters: int) -> None:
        self.characters += characters * self._alike * self._repeated

    def _holds(self, times: int = 0) -> None:
        self.rows, self.columns = max(self.rows, self._row + times), max(self.columns, self._column)


def _times(attributes: dict[str, str], what: str) -> int:
    found = (value for name, value in attributes.items() if name.rpartition(":")[2] == f"number-{what}-repeated")
    return int(next(found, "1"))


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def refuse_columns(count: int, place: str) -> None:
    """Raise a StudyError if a header has more columns than a log can have."""
    if count > MOST_COLUMNS:
        why = marked("{place}: has {count} columns; a table may have {most}. Export the columns of the log alone.")
        raise study_error(why, place=place, count=number(count), most=number(MOST_COLUMNS))


def checked_parquet(name: str, file: pq.ParquetFile) -> None:
    """Raise a StudyError if a Parquet file says that it holds more than a table may."""
    facts = file.metadata
    cells = facts.num_rows * facts.num_columns
    unpacked = sum(facts.row_group(at).total_byte_size for at in range(facts.num_row_groups))
    refuse_columns(facts.num_columns, name)
    if facts.num_rows > MOST_ROWS or cells > MOST_CELLS or unpacked > MOST_UNPACKED_PARQUET:
        raise study_error(
            "{file}: holds {rows} rows of {columns} columns, {size} GB unpacked; a table may have {most_rows} "
            "million rows, {most_cells} million cells and {most_size} GB. Split it into studies of fewer patients.",
            file=name,
            rows=number(facts.num_rows),
            columns=number(facts.num_columns),
            size=number(unpacked / 1e9, 1),
            most_rows=number(MOST_ROWS // 10**6),
            most_cells=number(MOST_CELLS // 10**6),
            most_size=number(MOST_UNPACKED_PARQUET / 1e9),
        )


def read_groups(name: str, file: pq.ParquetFile) -> pa.Table:
    """The row groups of a Parquet file; reading stops where more comes out than a file may hold.

    Text counts as often as it is written: stored once, it may stand in millions of cells.
    """
    groups, size, long = [], 0, 0
    for at in range(file.metadata.num_row_groups):
        groups.append(file.read_row_group(at))
        chunks = [chunk for column in groups[-1].columns for chunk in column.chunks]
        size += max(groups[-1].nbytes, sum(_written_out(chunk) for chunk in chunks))
        if size > MOST_UNPACKED_PARQUET:
            raise _too_large(name, MOST_UNPACKED_PARQUET)
        long += sum(_written_out(chunk, LONGEST_CELL) for chunk in chunks)
        if long > MOST_UNPACKED:  # each is kept as it was written, with its place, to be shown
            why = marked("{file}: holds more than {most} MB in texts of over {characters} characters. Shorten them.")
            raise study_error(why, file=name, most=number(MOST_UNPACKED // 10**6), characters=number(LONGEST_CELL))
    return pa.concat_tables(groups) if groups else file.read()


def _written_out(cells: pa.Array, over: int = 0) -> int:
    """The bytes of all texts of more than so many in a column, also within lists and structures."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        if not (pa.types.is_string(kind.value_type) or pa.types.is_binary(kind.value_type)):
            return 0
        lengths = pc.binary_length(cells.dictionary).cast(pa.int64())
        return pc.sum(pc.if_else(pc.greater(lengths, over), lengths, 0).take(cells.indices)).as_py() or 0
    if pa.types.is_struct(kind):
        return sum(_written_out(cells.field(at), over) for at in range(kind.num_fields))
    return _written_out(cells.flatten(), over) if pa.types.is_list(kind) else 0


def too_long(cells: pa.Array | pa.ChunkedArray, longest: int) -> pa.Array | None:
    """Which texts of a column are longer than they may be; none if no text is."""
    if not pa.types.is_dictionary(cells.type) or not len(cells.dictionary):
        return None
    lengths = pc.utf8_length(cells.dictionary)
    if (pc.max(lengths).as_py() or 0) <= longest:
        return None
    return pc.fill_null(pc.greater(lengths, longest), False).take(cells.indices)
