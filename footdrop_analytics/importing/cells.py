"""Tables on their way: every column is text, every distinct text once, so that each is understood once.

A table is a data frame whose columns are categories of text (blank is missing), beside columns that no step
changes by name: ``source_file`` and ``source_row``, where a row comes from, ``source_entry``, which of the source's
rows (or, in a grid, cells) it is, and ``left_out``, why it is not in the
study (missing: it is). A row is never dropped, only marked, so that all of them can be counted at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

FILE, ROW, ENTRY, LEFT_OUT = "source_file", "source_row", "source_entry", "left_out"
KEPT_ASIDE = (FILE, ROW, ENTRY, LEFT_OUT)
Frames: TypeAlias = Mapping[str, pd.DataFrame]


def table_of_texts(columns: dict[str, pa.DictionaryArray], file: str, rows: np.ndarray) -> pd.DataFrame:
    """A table from text cells as they were written; cells of nothing but blanks are missing."""
    frame: dict[str, object] = {}
    for name, cells in columns.items():
        texts = [text if text and text.strip() else None for text in cells.dictionary.to_pylist()]
        frame[name] = recoded(np.asarray(cells.indices.fill_null(-1)), texts)
    return pd.DataFrame(frame | _place(file, rows), copy=False)


def table_of_rows(
    header: Sequence[str], body: Sequence[Sequence[str | None]], file: str, rows: np.ndarray
) -> pd.DataFrame:
    """A table from rows of texts as they were written, as a sheet or JSON has them."""
    columns = {
        name: column([row[at] if at < len(row) else None for row in body], trims=False)
        for at, name in enumerate(header)
    }
    return pd.DataFrame(columns | _place(file, rows), copy=False)


def _place(file: str, rows: np.ndarray) -> dict[str, object]:
    n, entries = len(rows), np.arange(len(rows), dtype=np.int64)
    return {FILE: constant(file, n), ROW: rows.astype(np.int64), ENTRY: entries, LEFT_OUT: nothing(n)}


def texts_of(table: pd.DataFrame) -> list[str]:
    """The columns of text, which steps see."""
    return [str(name) for name in table.columns if name not in KEPT_ASIDE]


def trimmed(table: pd.DataFrame, but: Collection[str] = ()) -> pd.DataFrame:
    """The table without blanks at the ends of cells, but for some columns."""
    names = [name for name in table.columns if name not in (*KEPT_ASIDE, *but)]
    loose = [name for name in names if any(text != text.strip() for text in table[name].cat.categories)]
    return table.assign(**{name: changed(table[name], str.strip) for name in loose}) if loose else table


def column(texts: Iterable[str | None], *, trims: bool = True) -> pd.Categorical:
    """A column from one text per row."""
    words = [None if text is None else str(text) for text in texts]
    written = [None if text is None or not text.strip() else text.strip() if trims else text for text in words]
    codes, distinct = pd.factorize(np.array([*written, None], dtype=object)[:-1])
    return pd.Categorical.from_codes(codes, pd.Index(distinct, dtype=str))


def nothing(count: int) -> pd.Categorical:
    """A column of blanks."""
    return pd.Categorical.from_codes(np.full(count, -1, np.int8), pd.Index([], dtype=str))


def constant(text: str, count: int) -> Any:
    """A column that holds the same text everywhere."""
    return pd.Categorical.from_codes(np.zeros(count, np.int8), pd.Index([text], dtype=str))


def recoded(codes: np.ndarray, texts: Sequence[str | None]) -> pd.Categorical:
    """Codes of old texts as codes of new ones, of which several may be equal or none."""
    new, distinct = pd.factorize(np.array([*texts, None], dtype=object))
    return pd.Categorical.from_codes(new[codes], pd.Index(distinct, dtype=str))


def changed(texts: pd.Series, function: Callable[[str], str | None]) -> pd.Series:
    """A column with every distinct text changed; None makes a blank."""
    new = recoded(texts.cat.codes.to_numpy(), [function(text) for text in texts.cat.categories])
    return pd.Series(new, index=texts.index)


def combined(columns: Sequence[pd.Series], function: Callable[..., str | None]) -> pd.Series:
    """One column of several: ``function`` sees every distinct combination of texts (None where blank) once."""
    codes = [one.cat.codes.to_numpy().astype(np.int64) + 1 for one in columns]
    texts = [np.array([None, *one.cat.categories], dtype=object) for one in columns]
    together, size = np.zeros(len(codes[0]), np.int64), 1
    for code, of_text in zip(codes, texts, strict=True):
        together, size = together * len(of_text) + code, size * len(of_text)
        if size > 2**31:
            together, pairs = pd.factorize(together)
            size = len(pairs)
    back, distinct = pd.factorize(together)
    first = np.empty(len(distinct), np.int64)
    first[back[::-1]] = np.arange(len(back))[::-1]
    seen = zip(*(text[code[first]] for text, code in zip(texts, codes, strict=True)), strict=True)
    return pd.Series(recoded(back, [function(*one) for one in seen]), index=columns[0].index)


def filled(first: pd.Series, second: pd.Series) -> pd.Series:
    """The first column, and the second where the first is blank."""
    return where(first.notna().to_numpy(), first, second)


def where(keep: np.ndarray, texts: pd.Series, others: pd.Series | None = None) -> pd.Series:
    """``texts`` where ``keep`` is true, else ``others`` (blank without)."""
    if keep.all():
        return texts
    codes, categories = texts.cat.codes.to_numpy(), texts.cat.categories
    if others is None:
        return pd.Series(pd.Categorical.from_codes(np.where(keep, codes, -1), categories), index=texts.index)
    further = others.cat.codes.to_numpy().astype(np.int64)
    both = np.where(keep, codes, np.where(further < 0, -1, further + len(categories)))
    return pd.Series(recoded(both, [*categories, *others.cat.categories]), index=texts.index)


def counted(texts: pd.Series, rows: np.ndarray | slice = slice(None)) -> dict[str, int]:
    """How often each text stands in some rows, the most frequent first."""
    codes = texts.cat.codes.to_numpy()[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(texts.cat.categories))
    order = np.argsort(-counts, kind="stable")
    return {str(texts.cat.categories[at]): int(counts[at]) for at in order if counts[at]}


def in_study(table: pd.DataFrame) -> np.ndarray:
    """Which rows are not left out."""
    return np.asarray(table[LEFT_OUT].isna())


def left_out(table: pd.DataFrame, rows: np.ndarray, because: str) -> pd.DataFrame:
    """The table with some rows marked as left out; those that are marked already keep their reason."""
    new = rows & in_study(table)
    if not new.any():
        return table
    reason = pd.Series(constant(because, len(table)), index=table.index)
    return table.assign(**{LEFT_OUT: where(new, reason, table[LEFT_OUT])})


def taken(table: pd.DataFrame, positions: np.ndarray) -> pd.DataFrame:
    """Some rows of a table, perhaps several times."""
    return table.take(positions).reset_index(drop=True)


def stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables below each other; a column that one of them lacks is blank there."""
    if len(tables) == 1:
        return tables[0].reset_index(drop=True)
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    sizes = [len(table) for table in tables]
    columns: dict[str, object] = {}
    for name in names:
        if name in (ROW, ENTRY):
            columns[name] = np.concatenate([table[name].to_numpy() for table in tables])
            continue
        parts = [
            table[name].array if name in table.columns else nothing(size)
            for table, size in zip(tables, sizes, strict=True)
        ]
        texts = [text for part in parts for text in part.categories]
        begins = np.cumsum([0, *(len(part.categories) for part in parts)])
        codes = [np.where(part.codes < 0, -1, part.codes + begin) for part, begin in zip(parts, begins, strict=False)]
        columns[name] = recoded(np.concatenate(codes).astype(np.int64), texts)
    return pd.DataFrame(columns, copy=False)
