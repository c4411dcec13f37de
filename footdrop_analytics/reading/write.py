"""A study written as files that read back as the same study: what was unread too, which must never become blank."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import make_folder, write_whole
from footdrop_analytics.knowledge import ExerciseCatalog, load_exercises
from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES, LOG_DAYS, REQUIRED_TABLES
from footdrop_analytics.model.study import ROW_KEY, Study
from footdrop_analytics.reading.parsed_file import BEYOND_HEADER, BROKEN_QUOTATION
from footdrop_analytics.reading.sources.locate import EXERCISES_FILE, READ_SUFFIXES, SYNTHETIC_FILE, table_of

if TYPE_CHECKING:
    from typing import Literal

_SYNTHETIC_TEXT = "The tables in this folder are simulated. No patient is involved.\n"
_SUPERSEDED = "sessions-superseded-{}.csv"
"""Before ``sessions.csv`` in natural order, so that its rows give way."""


def write_study(study: Study, folder: str | Path, format: Literal["csv", "parquet"] = "csv") -> None:
    """Write the tables that have rows into ``folder``; the same study gives the same bytes.

    Cells that could not be read, and rejected rows (as ``sessions_rejected_1.csv`` …), are written as they were, so
    that they are unread again and never blank, and so is what superseded rows said; read them with the same
    ``date_format`` and ``timezone``.

    Cells are written exactly as they are, also those that a spreadsheet would run as a formula: the files are data to
    be read back, and an id must not change. CSV for people is written by :func:`to_csv_safe`.
    """
    if format not in ("csv", "parquet"):
        raise ParameterError(f"format: expected 'csv' or 'parquet', found {format!r}.")
    place = Path(folder)
    make_folder(place)
    tables = {table: getattr(study, table) for table in INPUT_TABLES}
    written = {table: frame for table, frame in tables.items() if len(frame) or table in REQUIRED_TABLES}
    rejected: dict[str, str] = {}
    for (table, _), lines in study.rejected.groupby(["table", "file"], sort=False):
        number = sum(name.startswith(f"{table}_") for name in rejected) + 1
        rejected[f"{table}_rejected_{number}.csv"] = _as_csv(lines)
    superseded = {_SUPERSEDED.format(number): rows for number, rows in enumerate(superseded_rows(study), start=1)}
    _refuse_other_tables(place, {*rejected, *superseded, *(f"{table}.{format}" for table in written)})
    write_label(study, place)
    for table, frame in written.items():
        content = _csv_content(frame, table) if format == "csv" else pa.Table.from_pandas(frame, preserve_index=False)
        write = write_csv if format == "csv" else pq.write_table
        write_whole(place / f"{table}.{format}", partial(write, _with_unread(content, study, table)))
    for name, rows in superseded.items():
        write_whole(place / name, partial(write_csv, _csv_content(rows, "sessions")))
    for name, text in rejected.items():
        write_whole(place / name, text)
    own = catalogue_entries(study.exercises)
    if own:
        write_whole(place / EXERCISES_FILE, exercises_text(own))
    else:
        (place / EXERCISES_FILE).unlink(missing_ok=True)


def _with_unread(content: pa.Table, study: Study, table: str) -> pa.Table:
    for column, rows, texts in unread_texts(study, table):
        written = _as_written(getattr(study, table)[column], table).cast(pa.string()).to_numpy(zero_copy_only=False)
        written = written.copy()
        written[rows] = texts
        content = content.set_column(content.column_names.index(column), column, pa.array(written, pa.string()))
    return content


def _refuse_other_tables(place: Path, names: set[str]) -> None:
    others = sorted(
        file.name
        for file in place.iterdir()
        if file.suffix.lower() in READ_SUFFIXES and table_of(file.name) and file.name not in names
    )
    if others:
        raise ParameterError(
            f"folder: {place} already holds {', '.join(others[:3])}, which would be read together with this study. "
            "Choose an empty folder."
        )


def write_label(study: Study, place: Path) -> None:
    """Said first: whatever interrupts the rest, no simulated table lies there unlabelled."""
    if study.synthetic:
        write_whole(place / SYNTHETIC_FILE, _SYNTHETIC_TEXT)
    else:
        (place / SYNTHETIC_FILE).unlink(missing_ok=True)


def exercises_text(entries: Mapping[str, Any]) -> str:
    """Exercises as the text of ``exercises.yaml``."""
    import yaml

    text: str = yaml.safe_dump({"exercises": dict(entries)}, sort_keys=False, allow_unicode=True, width=100)
    return text


def catalogue_entries(catalog: ExerciseCatalog) -> dict[str, Any]:
    """The exercises that differ from the package's, in the form of ``exercises.yaml``."""
    packaged = load_exercises()
    return {
        key: catalog[key].as_written() for key in catalog.keys if key not in packaged or catalog[key] != packaged[key]
    }


def _csv_content(frame: pd.DataFrame, table: str) -> pa.Table:
    return pa.table({str(name): _as_written(frame[name], table) for name in frame.columns})


def write_csv(content: pa.Table, file: BinaryIO) -> None:
    """Write a table as CSV with quotation marks where they are needed."""
    arrow_csv.write_csv(content, file, arrow_csv.WriteOptions(quoting_style="needed"))


def _as_written(column: pd.Series, table: str) -> pa.Array:
    """A column as CSV shows it: days without a midnight, times to the second (and its fraction where there is one)."""
    spec = COLUMNS[table].get(str(column.name))
    if spec is None or spec.kind not in ("date", "timestamp"):
        return pa.array(column, from_pandas=True)
    distinct, back = np.unique(column.to_numpy(), return_inverse=True)
    is_day, is_second = (distinct == distinct.astype(f"datetime64[{unit}]") for unit in ("D", "s"))
    texts = [
        None if np.isnat(value) else str(value.astype(f"datetime64[{unit}]")).replace("T", " ")
        for value, unit in zip(distinct, np.where(is_day, "D", np.where(is_second, "s", "us")), strict=True)
    ]
    return pa.array(np.array(texts, dtype=object)[back] if texts else [], pa.string())


_BEYOND = re.compile(r"column \d+")


def unread_texts(study: Study, table: str) -> Iterator[tuple[str, np.ndarray, list[str]]]:
    """For each column of a table with unread cells: its name, the positions of the rows, and what was written there.

    A cell is known by patient, day, exercise and side; of several such rows it is one of those where it is missing.
    """
    cells = study.unread[(study.unread["what"] == "cell") & (study.unread["table"] == table)]
    if cells.empty:
        return
    frame: pd.DataFrame = getattr(study, table)
    day = LOG_DAYS.get(table)
    rows = frame[[name for name in ("patient_id", "exercise", "side") if name in frame]].astype(TEXT)
    key = [str(name) for name in rows]
    if day is not None:
        rows, key = rows.assign(day=frame[day].dt.normalize()), [*key, "day"]
    for column, lines in cells.groupby("name", sort=True):
        if column not in COLUMNS[table]:
            continue
        # What an unreadable answer counts as (an injury) stands in its cell; elsewhere nothing does.
        open_rows = rows[frame[column].isna().to_numpy() | (frame[column] == "yes").to_numpy()]
        open_rows = open_rows.assign(copy=_copies(open_rows, key), position=open_rows.index)
        wanted = lines[[*key, "value"]].assign(copy=_copies(lines, key))
        found = wanted.merge(open_rows, on=[*key, "copy"])
        yield str(column), found["position"].to_numpy(dtype=np.int64), found["value"].tolist()


def superseded_rows(study: Study) -> list[pd.DataFrame]:
    """What superseded rows said, as rows of ``sessions`` that give way again to those that count, a table per file.

    Each is the row that counts with the other pain and notes; no table holds two for one row, so that none outnumbers
    the rows that count.
    """
    if study.superseded.empty:
        return []
    key = ["patient_id", "exercise", "side", "day"]
    rows = study.sessions[study.sessions["source"] != "inferred"]
    day = rows["performed_at"].dt.normalize()
    rows = rows[day != rows["performed_at"]]
    counting = rows[key[:3]].astype(TEXT).assign(day=day)
    counting = counting.assign(place=_copies(counting, key), position=rows.index)
    counting = counting.assign(several=counting.groupby(key)["place"].transform("size"))
    number = _copies(study.superseded, key)
    several = study.superseded.merge(counting.drop_duplicates(key), on=key, how="left")["several"]
    lines = study.superseded.assign(file=number // several.to_numpy(), place=number % several.to_numpy())
    found = lines.merge(counting[[*key, "place", "position"]], on=[*key, "place"])
    return [
        study.sessions.loc[of["position"]].assign(pain_0_10=of["pain_0_10"].to_numpy(), notes=of["notes"].array)
        for _, of in found.groupby("file", sort=True)
    ]


def _copies(rows: pd.DataFrame, key: list[str]) -> pd.Series:
    return rows.groupby(key, dropna=False, observed=True).cumcount()


def _as_csv(lines: pd.DataFrame) -> str:
    """The rejected rows of a file as they were written."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for at, (_, row) in enumerate(lines.groupby(list(ROW_KEY), sort=False)):
        cells: dict[str, str] = json.loads(row["original"].iloc[0])
        columns = set(row["column"])
        beyond = {name for name in cells if _BEYOND.fullmatch(name)} if BEYOND_HEADER in columns else set()
        if at == 0:
            writer.writerow([name for name in cells if name not in beyond])
        written = list(cells.values())
        if BROKEN_QUOTATION not in columns:
            writer.writerow(written)
            continue
        broken = row.loc[row["column"] == BROKEN_QUOTATION, "value"].iloc[0].replace('"', '""')
        before = io.StringIO(newline="")
        last = max((at for at, cell in enumerate(written) if cell), default=0)
        csv.writer(before, lineterminator="").writerow(written[:last])
        out.write(f'{before.getvalue()},"{broken}\n')
    return out.getvalue()
