"""Which of several rows counts: copies and corrections in overlapping exports, versions, spellings, rows taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal
from unicodedata import normalize

import numpy as np
import pandas as pd

from footdrop_analytics.model.columns import INSTANT, NUMBER, TEXT
from footdrop_analytics.model.days import days_since_1970
from footdrop_analytics.model.inputs import COLUMNS, LOG_DAYS
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.reading.notes import Note, quoted_names
from footdrop_analytics.reading.rows import TableRows
from footdrop_analytics.wording.language import marked, translated

ROW_ID, TAKES_BACK = "added_id", "takes_back"
"""The columns of added rows that name a row, and the row that this one takes back."""


def without_taken_back(rows: TableRows) -> tuple[TableRows, pd.DataFrame]:
    """The rows that stand, and the lines of ``study.duplicates`` of those that do not.

    A row takes back one of the same patient. It never counts itself, even if the other is not there any more.
    """
    frame = rows.frame
    out = np.zeros(len(frame), dtype=bool)
    if {ROW_ID, TAKES_BACK} <= set(frame.columns):
        takes = frame[TAKES_BACK].notna().to_numpy()
        whose = frame["patient_id"].astype("str")
        taken = pd.MultiIndex.from_arrays([whose[takes], frame.loc[takes, TAKES_BACK]])
        out = takes | pd.MultiIndex.from_arrays([whose, frame[ROW_ID]]).isin(taken)
    return rows.where(~out), duplicate_lines(rows, out, "superseded")


def row_codes(frame: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """One number per row; rows get the same number exactly when these columns are equal (missing equals missing)."""
    codes = np.zeros(len(frame), dtype=np.int64)
    size = 1
    for name in columns:
        column_codes, n_values = _column_codes(frame[name])
        if n_values <= 1:
            continue
        codes = codes * n_values + column_codes
        size *= n_values
        if size > 2**31:
            codes, distinct = pd.factorize(codes)
            size = len(distinct)
    return codes


def _column_codes(column: pd.Series) -> tuple[np.ndarray, int]:
    """Codes 0, 1, … of the values of one column, and how many there may be."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.int64) + 1, len(column.cat.categories) + 1
    if not column.notna().any():
        return np.zeros(len(column), dtype=np.int64), 1
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    if column.dtype == TEXT:
        # Blanks, line ends and Unicode forms make no other text.
        plain = [" ".join(normalize("NFC", text).split()) for text in distinct]
        alike, _ = pd.factorize(np.array(plain, dtype=object))
        codes = np.append(alike, -1)[codes]
    return codes.astype(np.int64) + 1, len(distinct) + 1


def copies_across_files(rows: TableRows, keep: Literal["first", "last"] = "first") -> np.ndarray:
    """Which rows are copies of rows in other files: the study holds the most copies found in any one file.

    The k-th equal row of a file is a copy of the k-th equal row of another; ``keep`` says whether the first or the last
    file keeps its row.
    """
    copies, at = np.zeros(len(rows), dtype=bool), shared_rows(rows)
    if at.size:
        codes = pd.Series(row_codes(rows.frame.take(at), list(COLUMNS[rows.table])))
        within = codes.groupby([codes, rows.file_numbers[at]], sort=False).cumcount()
        copies[at] = pd.DataFrame({"row": codes, "copy": within}).duplicated(keep=keep).to_numpy()
    return copies


def shared_rows(rows: TableRows) -> np.ndarray:
    """Positions of the rows whose patient, and whose day, stand in several files: no other row can be a copy.

    Exports of one month each have a few days in common, so that only those rows need to be compared.
    """
    frame, file_numbers = rows.frame, rows.file_numbers
    if len(frame) == 0 or (file_numbers == file_numbers[0]).all():
        return np.empty(0, dtype=np.int64)
    possible = _in_several_files(frame["patient_id"].cat.codes.to_numpy(), file_numbers)
    if rows.table in LOG_DAYS:
        days = days_since_1970(frame[LOG_DAYS[rows.table]].to_numpy())
        possible &= _in_several_files(days - days.min(), file_numbers)
    return np.flatnonzero(possible)


def _in_several_files(codes: np.ndarray, file_numbers: np.ndarray) -> np.ndarray:
    """Which rows have a code that occurs in more than one file; files lie below each other."""
    n_files = np.zeros(int(codes.max()) + 1, dtype=np.int32)
    ends = np.searchsorted(file_numbers, np.arange(file_numbers[-1] + 1), side="right")
    for part in np.split(codes, ends[:-1]):
        n_files += np.bincount(part, minlength=len(n_files)) > 0
    return np.asarray((n_files > 1)[codes])


_DUPLICATE_DTYPES: dict[str, Any] = {"table": TEXT, "file": TEXT, "row": "Int64", "reason": TEXT}
NO_DUPLICATES = pd.DataFrame(columns=list(_DUPLICATE_DTYPES)).astype(_DUPLICATE_DTYPES)


def duplicate_lines(rows: TableRows, out: np.ndarray, reason: str) -> pd.DataFrame:
    """Lines of ``study.duplicates`` on the rows that are ``out``."""
    at = np.flatnonzero(out)
    if not len(at):
        return NO_DUPLICATES
    lines = {"table": rows.table, "file": rows.file_names(at), "row": rows.row_numbers[at], "reason": reason}
    return pd.DataFrame(lines).astype(_DUPLICATE_DTYPES)


def _left_out(rows: TableRows, copies: np.ndarray, superseded: np.ndarray) -> list[pd.DataFrame]:
    return [duplicate_lines(rows, copies, "copy"), duplicate_lines(rows, superseded, "superseded")]


_SAME_SETS = ["patient_id", "minute", "exercise", "side", "set_no", "is_inferred"]
_KEY = ("patient_id", "performed_at", "exercise", "side", "set_no")
_REST = [name for name in COLUMNS["sessions"] if name not in _KEY]
SUPERSEDED_DTYPES: dict[str, Any] = {
    "patient_id": TEXT, "day": INSTANT, "exercise": TEXT, "side": TEXT, "pain_0_10": NUMBER, "notes": TEXT
}  # fmt: skip


def one_file_of_each_minute(rows: TableRows) -> tuple[TableRows, list[pd.DataFrame], pd.DataFrame]:
    """Of rows with a clock time that agree in patient, minute, exercise, side and set, those of one file.

    Beside them the lines left out, and what superseded rows said.

    It is the file with most of them, of equals the last. The other rows are copies, or superseded if they differ in
    the rest: then they fill what the rows that count leave blank. ``inferred`` rows are compared among themselves.
    """
    shared = shared_rows(rows)
    if not shared.size:
        return rows, [], superseded_rows(rows.frame.head(0))
    time = rows.frame["performed_at"].to_numpy()[shared]
    at = shared[time.astype("datetime64[D]") != time]
    found = rows.frame.take(at).reset_index(drop=True)
    found = found.assign(minute=found["performed_at"].dt.floor("min"), is_inferred=found["source"] == "inferred")
    sets = row_codes(found, _SAME_SETS)
    file = rows.file_numbers[at].astype(np.int64)
    in_file = pd.Series(1, index=found.index).groupby([sets, file]).transform("size").to_numpy()
    # The last of those with most rows: files count a little, in natural order.
    strength = in_file * (len(rows.files) + 1) + file
    strongest = pd.Series(strength).groupby(sets).transform("max").to_numpy()
    loses = strength < strongest
    if not loses.any():
        return rows, [], superseded_rows(rows.frame.head(0))
    rest = row_codes(found, _REST)
    winners = pd.DataFrame({"sets": sets, "rank": _rank(sets, file), "at": np.arange(len(at))})[~loses]
    losers = pd.DataFrame({"sets": sets, "rank": _rank(sets, file), "loser": np.arange(len(at))})[loses]
    known = pd.MultiIndex.from_arrays([sets[~loses], rest[~loses]])
    is_copy = pd.MultiIndex.from_arrays([sets[losers["loser"]], rest[losers["loser"]]]).isin(known)
    pairs = losers[~is_copy].merge(winners, on=["sets", "rank"], how="left")
    differing = found.take(pairs["loser"])
    filled = _filled(rows, at, pairs.dropna(), found)
    (copies, superseded), loser = np.zeros((2, len(rows)), dtype=bool), at[losers["loser"].to_numpy()]
    copies[loser[is_copy]] = superseded[loser[~is_copy]] = True
    return filled.where(~(copies | superseded)), _left_out(rows, copies, superseded), superseded_rows(differing)


def _rank(sets: np.ndarray, file: np.ndarray) -> np.ndarray:
    """The how-manieth of its set in its file each row is."""
    return pd.Series(sets).groupby([sets, file]).cumcount().to_numpy()


def _filled(rows: TableRows, at: np.ndarray, pairs: pd.DataFrame, found: pd.DataFrame) -> TableRows:
    """The rows that count, blank cells filled from the last file that says something."""
    winner, loser = pairs["at"].to_numpy(dtype=np.int64), pairs["loser"].to_numpy(dtype=np.int64)
    columns = {}
    for name in _REST:
        said = found[name].notna().to_numpy()
        fills = said[loser] & ~said[winner]
        if fills.any():
            column = rows.frame[name].copy()
            column.iloc[at[winner[fills]]] = found[name].take(loser[fills]).array
            columns[name] = column
    return rows.with_columns(**columns) if columns else rows


def superseded_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """What rows that do not count said of pain and in words, which is still told."""
    told = rows[rows["source"] != "inferred"]
    told = told.assign(day=told["performed_at"].dt.normalize())
    lines: pd.DataFrame = told[list(SUPERSEDED_DTYPES)].astype(SUPERSEDED_DTYPES)
    return lines[lines["pain_0_10"].notna() | lines["notes"].notna()].reset_index(drop=True)


_DAY = pd.Timedelta(days=1)
_VERSION = ["patient_id", "exercise", "side"]


def merged_patients(rows: TableRows) -> tuple[pd.DataFrame, list[pd.DataFrame], list[Note]]:
    """One row per patient, the last non-blank value of each column; the lines left out; what was merged."""
    frame = rows.frame
    later_ones = frame["patient_id"].duplicated(keep="last").to_numpy()
    if not later_ones.any():
        return frame, [], []
    codes = pd.Series(row_codes(frame, list(COLUMNS["patients"])))
    copies = codes.duplicated(keep="last").to_numpy()
    superseded = later_ones & ~copies
    filled = frame.groupby("patient_id", observed=True, sort=False).ffill()
    merged = filled.assign(patient_id=frame["patient_id"])[list(frame.columns)][~later_ones].reset_index(drop=True)
    merged = merged.astype(frame.dtypes.to_dict())
    why = marked(
        "row {row} is superseded by a later row of this patient: the last non-blank value of each column counts"
    )
    notes = _row_notes(rows, superseded, why)
    return merged, _left_out(rows, copies, superseded), notes


def latest_versions(rows: TableRows) -> tuple[TableRows, list[pd.DataFrame], list[Note]]:
    """The versions that count: of equal starts the last one; the lines left out; what was superseded."""
    copies = copies_across_files(rows, keep="last")
    replaced = pd.Series(row_codes(rows.frame, [*_VERSION, "start_date"])).duplicated(keep="last").to_numpy()
    superseded = replaced & ~copies
    why = marked("row {row} ({version}) is superseded by a later row with the same start")
    notes = _row_notes(rows, superseded, why, version=_named(rows.frame[superseded]))
    return rows.where(~(copies | superseded)), _left_out(rows, copies, superseded), notes


def closed_versions(rows: TableRows) -> tuple[pd.DataFrame, list[Note]]:
    """Versions with their effective end: the day before the next one starts, if that is earlier."""
    frame = rows.frame
    ordered = frame.sort_values([*_VERSION, "start_date"], kind="stable")
    next_start = ordered.groupby(_VERSION, observed=True, sort=False)["start_date"].shift(-1).sort_index()
    last_day = next_start - _DAY
    cut = (last_day < frame["end_date"]).to_numpy()
    end = frame["end_date"].where(frame["end_date"].notna() & ~cut, last_day)
    ends = {"stated": frame["end_date"][cut].dt.strftime("%Y-%m-%d"), "last": end[cut].dt.strftime("%Y-%m-%d")}
    why = marked("row {row} ({version}): its end {stated} was cut to {last}, the day before the next version starts")
    notes = _row_notes(rows, cut, why, version=_named(frame[cut]), **ends)
    return frame.assign(end_date=end.astype(frame["end_date"].dtype)), notes


def _named(versions: pd.DataFrame) -> list[str]:
    starts = versions["start_date"].dt.strftime("%Y-%m-%d")
    parts = zip(versions["exercise"], versions["side"], starts, strict=True)
    return [
        translated("{exercise}, {side}, from {start}", exercise=exercise, side=side, start=start)
        for exercise, side, start in parts
    ]


def _row_notes(rows: TableRows, chosen: np.ndarray, words: str, **values: Iterable[str]) -> list[Note]:
    """A note for each chosen row, with values of each."""
    at = np.flatnonzero(chosen)
    own = [dict(zip(values, each, strict=True)) for each in zip(*values.values(), strict=True)] or [{}] * len(at)
    parts = zip(
        rows.file_names(at), rows.frame["patient_id"].take(at).astype(str), rows.row_numbers[at], own, strict=True
    )
    return [
        Note(rows.table, file, patient_id, translated(words, row=row, **each)) for file, patient_id, row, each in parts
    ]


NAMES = ("site", "arm", "clinician")


def with_one_spelling(patients: TableRows) -> tuple[TableRows, list[Note]]:
    """The ``patients`` rows with names that people read alike in their most frequent spelling; which they are.

    Of equally frequent spellings it is the first in order of text. Names of nothing but punctuation stay apart.
    """
    columns, notes = {}, []
    for name in NAMES:
        column = patients.frame[name]
        if column.isna().all():
            continue
        spelled = column.value_counts().rename_axis("text").reset_index(name="rows")
        spelled = spelled.assign(read=spelled["text"].map(as_people_read))
        alike = spelled[spelled["read"].duplicated(keep=False) & (spelled["read"] != "")]
        if alike.empty:
            continue
        alike = alike.sort_values(["rows", "text"], ascending=[False, True])
        shown = alike.groupby("read")["text"].transform("first")
        columns[name] = column.replace(dict(zip(alike["text"], shown, strict=True)))
        for text, texts in alike.groupby(shown, sort=True)["text"]:
            why = marked("{column}: {names} are read as one, {name}")
            message = translated(why, column=name, names=quoted_names(sorted(texts)), name=quoted_names([text]))
            notes.append(Note("patients", None, None, message))
    return patients.with_columns(**columns), notes
