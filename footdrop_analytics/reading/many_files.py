"""Many small files, understood together where that changes nothing: a study may be thousands of daily exports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.cells.values import ParseOptions
from footdrop_analytics.reading.cells.words import Proof
from footdrop_analytics.reading.checks.validate import rows_of
from footdrop_analytics.reading.finalise.defaults import with_defaults
from footdrop_analytics.reading.parsed_file import parse_file
from footdrop_analytics.reading.sources.raw import RawTable, stacked
from footdrop_analytics.reading.table_rows import TableRows, clean_rows

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
    while waiting and len(taken) < MOST_FILES and _form(waiting[-1]) == _form(taken[0]):
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
        yield clean_rows(with_defaults(raws[0].table, together.frame), raws)
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


def _form(raw: RawTable) -> tuple[object, ...]:
    return (raw.decimal_comma, *raw.columns)


def _is_plain(raw: RawTable, orders: Mapping[str, Proof | None]) -> bool:
    """Whether nothing has to be said of the file itself, and its cells mean the same beside those of others."""
    if raw.notes or raw.unread or raw.surplus or raw.broken or orders.get(raw.file) is not None:
        return False
    if not all(pa.types.is_dictionary(cells.type) for cells in raw.columns.values()):
        return False
    times = (name for name, spec in COLUMNS[raw.table].items() if spec.kind == "timestamp" and name in raw.columns)
    return not any(_with_offset(raw.columns[name].dictionary) for name in times)


def _with_offset(texts: pa.Array) -> bool:
    return bool(pc.any(pc.match_substring_regex(texts, _OFFSET)).as_py())
