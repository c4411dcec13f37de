"""Rows that fail a check: out of the tables, into ``study.rejected``, with the reason and the row as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.vocabulary import REPORTS
from footdrop_analytics.reading.cells.parse import as_texts
from footdrop_analytics.reading.cells.words import Reason
from footdrop_analytics.reading.checks.validate import Failure
from footdrop_analytics.reading.parsed_file import BEYOND_HEADER, BROKEN_QUOTATION, ParsedFile
from footdrop_analytics.reading.sources.raw import RawTable

REJECTED_COLUMNS = ("table", "file", "row", "patient_id", "column", "value", "reason", "original")


def split_soft(parsed: ParsedFile) -> tuple[list[Failure], list[Failure]]:
    """The failures that reject a row, and those that only cost a cell, so that a fall does not vanish over a slip."""
    specs = COLUMNS[parsed.raw.table]
    kept_with_surplus = parsed.raw.table in REPORTS
    costs_row = [
        specs[one.column].decides if one.column in specs else not (one.column == BEYOND_HEADER and kept_with_surplus)
        for one in parsed.failures
    ]
    hard = [one for one, decides in zip(parsed.failures, costs_row, strict=True) if decides]
    soft = [one for one, decides in zip(parsed.failures, costs_row, strict=True) if not decides]
    return hard, soft


def rejected_rows(parsed: ParsedFile, failures: list[Failure]) -> pd.DataFrame:
    """One line per failed check, in the order of the file."""
    if not failures:
        return empty_rejected()
    raw = parsed.raw
    positions = np.concatenate([one.positions for one in failures])
    column_of = np.repeat(np.arange(len(failures)), [len(one.positions) for one in failures])
    reasons = np.array([reason for one in failures for reason in one.reasons], dtype=object)
    values = np.concatenate([written_values(raw, one) for one in failures])
    rank = {name: number for number, name in enumerate(COLUMNS[raw.table])}
    ranks = np.array([rank.get(one.column, len(rank)) for one in failures])
    order = np.lexsort((ranks[column_of], positions))
    positions, column_of = positions[order], column_of[order]
    names = np.array([one.column for one in failures], dtype=object)
    distinct, back = np.unique(positions, return_inverse=True)
    return pd.DataFrame(
        {
            "table": pd.array([raw.table] * len(order), dtype=TEXT),
            "file": pd.array([raw.file] * len(order), dtype=TEXT),
            "row": pd.array(raw.row_numbers(positions), dtype="Int64"),
            "patient_id": parsed.frame["patient_id"].take(positions).astype(TEXT).array,
            "column": pd.array(names[column_of], dtype=TEXT),
            "value": pd.array(values[order], dtype=TEXT),
            "reason": pd.array(reasons[order], dtype=TEXT),
            "original": pd.array(originals(raw, distinct)[back], dtype=TEXT),
        }
    )


def problems_of(failures: Iterable[Failure]) -> dict[str, str]:
    """What is wrong without what the row holds, by the reason that names it."""
    reasons = (reason for one in failures for reason in one.reasons if isinstance(reason, Reason))
    return {str(reason): reason.problem for reason in reasons}


def empty_rejected() -> pd.DataFrame:
    """A rejected table without rows."""
    return _no_rows().copy()


def rejected_table(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The rejected rows of several files one below the other."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else empty_rejected()


@cache
def _no_rows() -> pd.DataFrame:
    columns = {name: pd.array([], dtype="Int64" if name == "row" else TEXT) for name in REJECTED_COLUMNS}
    return pd.DataFrame(columns)


def written_cells(raw: RawTable, column: str, positions: np.ndarray) -> list[str]:
    """The cells of one column as they were written; blank where there is none."""
    cells = raw.columns.get(column)
    if cells is None:
        return [""] * len(positions)
    return [text or "" for text in as_texts(cells.take(pa.array(positions))).to_pylist()]


def written_values(raw: RawTable, failure: Failure) -> np.ndarray:
    """The cells that fail a check as they were written."""
    if failure.column == BROKEN_QUOTATION:
        return np.array([raw.broken[at] for at in failure.positions.tolist()], dtype=object)
    if failure.column == BEYOND_HEADER:
        return np.array([", ".join(raw.surplus[at].values()) for at in failure.positions.tolist()], dtype=object)
    return np.array(written_cells(raw, failure.column, failure.positions), dtype=object)


def originals(raw: RawTable, positions: np.ndarray) -> np.ndarray:
    """The rows as JSON objects, header to text; built column by column, so that many rows cost little."""
    members = []
    for name, cells in raw.columns.items():
        texts = as_texts(cells.take(pa.array(positions))).cast(pa.string()).dictionary_encode()
        quoted = pa.array(
            [json.dumps(text or "", ensure_ascii=False) for text in texts.dictionary.to_pylist()], pa.string()
        )
        values = pc.fill_null(quoted.take(texts.indices), '""')
        written = json.dumps(raw.written.get(name, name), ensure_ascii=False)
        members.append(pc.binary_join_element_wise(written, values, ": "))
    joined = pc.binary_join_element_wise(*members, ", ")
    rows = [f"{{{row}}}" for row in joined.to_pylist()]
    for at in raw.surplus.keys() & set(positions.tolist()):
        beyond = {f"column {number}": cell for number, cell in raw.surplus[at].items()}
        row = int(np.searchsorted(positions, at))
        rows[row] = f"{rows[row][:-1]}, {json.dumps(beyond, ensure_ascii=False)[1:]}"
    return np.array(rows, dtype=object)
