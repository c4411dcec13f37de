"""What of a study could not be read, written so that it reads back as unread: it must never turn into a blank."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from footdrop_analytics.model.columns import TEXT
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.study import ROW_KEY, Study
from footdrop_analytics.reading.parsed_file import BEYOND_HEADER, BROKEN_QUOTATION

_BEYOND = re.compile(r"column \d+")


def unread_texts(study: Study, table: str) -> Iterator[tuple[str, np.ndarray, list[str]]]:
    """For each column of a table with unread cells: its name, the positions of the rows, and what was written there.

    A cell is known by patient, day, exercise and side; of several such rows it is one of those where it is missing.
    """
    cells = study.unread[(study.unread["what"] == "cell") & (study.unread["table"] == table)]
    if cells.empty:
        return
    frame: pd.DataFrame = getattr(study, table)
    day = next((name for name, spec in COLUMNS[table].items() if spec.log_day), None)
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


def rejected_files(study: Study) -> dict[str, str]:
    """The rejected rows as they were written, a CSV file for each table and file that they come from, by name."""
    files: dict[str, str] = {}
    for (table, _), lines in study.rejected.groupby(["table", "file"], sort=False):
        number = sum(name.startswith(f"{table}_") for name in files) + 1
        files[f"{table}_rejected_{number}.csv"] = _as_csv(lines)
    return files


def _as_csv(lines: pd.DataFrame) -> str:
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
        csv.writer(before, lineterminator="").writerow(written[: _last(written)])
        out.write(f'{before.getvalue()},"{broken}\n')
    return out.getvalue()


def _last(cells: list[str]) -> int:
    """The position of the last cell in which something stands."""
    return max((at for at, cell in enumerate(cells) if cell), default=0)
