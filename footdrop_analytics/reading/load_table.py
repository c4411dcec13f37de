"""All files of one table, understood and checked: the valid rows, the rejected ones, the notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.errors import shortened
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS, LOG_DAYS
from footdrop_analytics.model.vocabulary import REPORTS
from footdrop_analytics.reading.cells.values import ParseOptions, Proof
from footdrop_analytics.reading.notes import Note, in_unread_columns, stacked_lines, unread_lines
from footdrop_analytics.reading.parsed_file import NOT_AFTER, Failure, ParsedFile, parse_file, rows_of
from footdrop_analytics.reading.rows import (
    NO_REJECTED,
    TableRows,
    placed_rows,
    problems_of,
    rejected_rows,
    split_soft,
    stacked_rows,
    unreadable_rows,
    with_defaults,
    written_values,
)
from footdrop_analytics.reading.sources.raw import TEXT_CELLS, RawTable, stacked
from footdrop_analytics.wording.language import marked, translated

LONGEST_SHOWN = 200
"""Characters of a cell in a message; the line itself has all of it."""
_UNREAD_AS = {("events", "injury"): "yes"}
"""What a cell that cannot be read counts as, where it is not missing."""


@dataclass(frozen=True, eq=False)
class Gathered:
    """What one or all files of one table came to.

    ``needs_whole``: a part of a file alone may be understood in another way. ``has_future``: rows of the future were
    rejected. ``problems``: as in the study.
    """

    rows: TableRows
    rejected: pd.DataFrame
    unread: list[pd.DataFrame]
    unreadable: list[pd.DataFrame]
    notes: list[Note]
    needs_whole: bool = False
    has_future: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)


def gather(
    table: str, raws: list[RawTable], how: ParseOptions, today: pd.Timestamp, orders: Mapping[str, Proof | None]
) -> Gathered:
    """Parse, check and stack the files of one table; a table without files is empty.

    ``orders`` of day and month are those that one sheet of a workbook proves for all. ``raws`` is emptied: each file is
    let go as soon as it is understood, so that its cells are not held twice.
    """
    if not raws:
        absent = _of_no_file(table, how.exercises)
        return replace(absent, rows=stacked_rows([absent.rows]))
    valid: list[TableRows] = []
    found: list[Gathered] = []
    waiting = raws[::-1]
    raws.clear()
    while waiting:
        for one in understood(next_files(waiting, orders), how, today):
            if isinstance(one, RawTable):
                own = replace(how, decimal_comma=one.decimal_comma, order=orders.get(one.file))
                found.append(_looked_at(one, own, today))
            valid.append(one if isinstance(one, TableRows) else found[-1].rows)
    return Gathered(
        stacked_rows(valid),
        stacked_lines([one.rejected for one in found], NO_REJECTED),
        [part for one in found for part in one.unread],
        [part for one in found for part in one.unreadable],
        [note for one in found for note in one.notes],
        any(one.needs_whole for one in found),
        any(one.has_future for one in found),
        {text: problem for one in found for text, problem in one.problems.items()},
    )


def _looked_at(raw: RawTable, how: ParseOptions, today: pd.Timestamp) -> Gathered:
    one = parse_file(raw, how, today)
    one = replace(one, frame=with_defaults(raw.table, one.frame))
    hard, soft = split_soft(one)
    out, kept = rows_of(hard), np.ones(raw.n_rows, dtype=bool)
    kept[out] = False
    unread, notes = [unread_lines(raw.unread)], [Note(raw.table, raw.file, None, message) for message in one.notes]
    for failure in _of_rows(soft, np.flatnonzero(kept)) if soft else ():
        read_as = _UNREAD_AS.get((raw.table, failure.column))
        if failure.column in COLUMNS[raw.table]:
            one.frame.loc[failure.positions, failure.column] = read_as
        unread.append(_unread_cells(one, failure, read_as))
        if raw.table in REPORTS:
            told = unread[-1][["patient_id", "message"]].itertuples(index=False)
            notes += [Note(raw.table, raw.file, *line) for line in told]
    rejected = rejected_rows(one, hard + _of_rows(soft, out))
    unreadable = [unreadable_rows(one, hard)] if out.size else []
    future, problems = any(failure.check == NOT_AFTER for failure in hard), problems_of(one.failures)
    valid = placed_rows(one.frame, [raw]).where(kept)
    return Gathered(valid, rejected, unread, unreadable, notes, one.needs_whole, future, problems)


def _of_rows(failures: list[Failure], rows: np.ndarray) -> list[Failure]:
    """The failures of some rows: a rejected row names all that is wrong with it."""
    found = []
    for one in failures:
        chosen = np.isin(one.positions, rows)
        if chosen.any():
            reasons = [reason for reason, kept in zip(one.reasons, chosen, strict=True) if kept]
            found.append(Failure(one.column, one.positions[chosen], reasons))
    return found


@cache
def _of_no_file(table: str, exercises: tuple[str, ...]) -> Gathered:
    """A table without files reads like a file with a header and no row: worked out once, as most studies lack most."""
    nothing = pa.array([], TEXT_CELLS)
    required = {name: nothing for name, spec in COLUMNS[table].items() if spec.required}
    return _looked_at(RawTable(table, "", required, 0, ""), ParseOptions(exercises), pd.Timestamp(0))


def _unread_cells(parsed: ParsedFile, failure: Failure, read_as: str | None) -> pd.DataFrame:
    """Lines of ``study.unread`` on cells that are missing, or count as ``read_as``, in rows that stay."""
    raw, column = parsed.raw, failure.column
    if column not in COLUMNS[raw.table]:
        said = marked("row {row}: the surplus cell was left out ({reason}); the row was kept")
    elif read_as is None:
        said = marked("row {row}: {column} {value} was read as missing ({reason}); the row was kept")
    else:
        said = marked("row {row}: {column} {value} was read as {read_as} ({reason}); the row was kept")
    numbers, values = raw.row_numbers(failure.positions), written_values(raw, failure)
    shown = [repr(shortened(value, LONGEST_SHOWN)) for value in values]
    message = [
        translated(said, row=row, column=column, value=value, read_as=read_as, reason=reason)
        for row, value, reason in zip(numbers, shown, failure.reasons, strict=True)
    ]
    rows = parsed.frame.take(failure.positions).reset_index(drop=True)
    lines = rows[[name for name in ("patient_id", "exercise", "side") if name in rows]].astype(TEXT)
    lines = lines.assign(table=raw.table, file=raw.file, what="cell", name=column, rows=1)
    lines = lines.assign(message=message, row=numbers, value=values)
    if day := LOG_DAYS.get(raw.table):
        lines["day"] = rows[day].dt.normalize()
    return in_unread_columns(lines)


MOST_FILES, MOST_ROWS = 200, 200_000
"""Of files that are understood together: the cells of all of them are held at once."""
_FEW = 0.25
"""Up to this share of files with something wrong in them, the others are understood together again."""
_OFFSET = r"(?:Z|[+-]\d\d:?\d\d)\s*$"
"""Times with an offset: whether all of a file's are in UTC is a matter of the file."""


def next_files(waiting: list[RawTable], orders: Mapping[str, Proof | None]) -> list[RawTable]:
    """Take the next file (the last one ``waiting``), and with it those behind it that are of its form and plain."""
    taken = [waiting.pop()]
    rows = taken[0].n_rows
    if not _is_plain(taken[0], orders):
        return taken
    form = (taken[0].decimal_comma, *taken[0].columns)
    while waiting and len(taken) < MOST_FILES and (waiting[-1].decimal_comma, *waiting[-1].columns) == form:
        rows += waiting[-1].n_rows
        if rows > MOST_ROWS or not _is_plain(waiting[-1], orders):
            break
        taken.append(waiting.pop())
    return taken


def understood(raws: list[RawTable], how: ParseOptions, today: pd.Timestamp) -> Iterator[TableRows | RawTable]:
    """In the order of the files: the rows of files without a fault, and each file that must be looked at alone.

    A file stands alone if something is wrong in it, or if something is to be said of how it was read.
    """
    if len(raws) == 1:
        yield raws[0]
        return
    together = parse_file(stacked(raws), replace(how, decimal_comma=raws[0].decimal_comma), today)
    if not together.failures and not together.notes:
        yield placed_rows(with_defaults(raws[0].table, together.frame), raws)
        return
    ends = np.cumsum([raw.n_rows for raw in raws])
    faulty = np.unique(np.searchsorted(ends, rows_of(together.failures), side="right"))
    if together.notes or len(faulty) > _FEW * len(raws):
        yield from raws
        return
    begin = 0
    for at in [*faulty.tolist(), len(raws)]:
        if begin < at:
            yield from understood(raws[begin:at], how, today)
        yield from raws[at : at + 1]
        begin = at + 1


def _is_plain(raw: RawTable, orders: Mapping[str, Proof | None]) -> bool:
    """Whether nothing has to be said of the file itself, and its cells mean the same beside those of others."""
    if raw.notes or raw.unread or raw.surplus or raw.broken or orders.get(raw.file) is not None:
        return False
    if not all(pa.types.is_dictionary(cells.type) for cells in raw.columns.values()):
        return False
    times = (name for name, spec in COLUMNS[raw.table].items() if spec.kind == "timestamp" and name in raw.columns)
    with_offset = (pc.match_substring_regex(raw.columns[name].dictionary, _OFFSET) for name in times)
    return not any(pc.any(found).as_py() for found in with_offset)
