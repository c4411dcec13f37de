"""One file understood and checked: its rows as typed columns, and what is wrong with which row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pyarrow.types import is_dictionary

from footdrop_analytics.errors import StudyError, shortened
from footdrop_analytics.filled import Filled
from footdrop_analytics.model.columns import ColumnSpec
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES
from footdrop_analytics.model.pandera_settings import pa, pinned_validation
from footdrop_analytics.reading.cells.numbers import NAMED_BESIDE
from footdrop_analytics.reading.cells.parse import parse_cells
from footdrop_analytics.reading.cells.values import ColumnValues, ParseOptions, Proof, Reason, Values, missing_values
from footdrop_analytics.reading.sources.limits import LONGEST_CELL, LONGEST_ID, too_long
from footdrop_analytics.reading.sources.raw import RawTable
from footdrop_analytics.wording.language import general, marked, translated
from footdrop_analytics.wording.words import number

ROWS_PER_BLOCK = 1_000_000
_FREQUENCY = ("days_per_week", "weekdays")
NOT_AFTER = "not_after"
"""The check that a day is not after the day of reading: on a later day, it may pass."""
_TOO_LATE = marked("a log cannot be more than one day after the day of reading ({day} by this computer's clock)")


@dataclass(frozen=True, eq=False)
class Failure:
    """Rows (positions in their file) that fail one check of one column, and the reason for each.

    ``check`` is its name, if it is one of pandera's.
    """

    column: str
    positions: np.ndarray
    reasons: Sequence[str]
    check: str = ""

    @classmethod
    def alike(cls, column: str, positions: np.ndarray, reason: str, check: str = "") -> Failure:
        """Rows that fail for one reason."""
        return cls(column, positions, [reason] * len(positions), check)


def rows_of(failures: Iterable[Failure]) -> np.ndarray:
    """The rows that fail any of some checks, each once, in their order."""
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(one.positions for one in failures)]))


def failed_checks(table: str, frame: pd.DataFrame, today: pd.Timestamp) -> Iterator[Failure]:
    """What pandera finds wrong in the values of one file; missing values are looked at by :func:`missing_required`.

    ``frame`` has a RangeIndex and only columns of the table, each in its dtype.
    """
    if frame.empty:
        return
    schema = _checking_schema(table, tuple(frame.columns), today)
    for block in blocks(frame):
        try:
            with pinned_validation():
                schema.validate(block, lazy=True, inplace=True)
        except pa.errors.SchemaErrors as found:
            for error in found.schema_errors:
                passed = getattr(error, "check_output", None)
                if passed is None:
                    raise AssertionError(f"{table}: a column was parsed into a wrong type: {error}") from found
                positions = passed.index[~passed.to_numpy(dtype=bool)].to_numpy()
                column = error.check.name if error.schema.name == table else error.schema.name
                yield Failure.alike(column, positions, translated(error.check.error), error.check.name)


def blocks(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The frame in blocks of rows: what a check makes on the way then fits into memory that is at hand already."""
    for low in range(0, len(frame), ROWS_PER_BLOCK):
        yield frame.iloc[low : low + ROWS_PER_BLOCK]


def _checking_schema(table: str, columns: tuple[str, ...], today: pd.Timestamp) -> pa.DataFrameSchema:
    """The table's schema for some of its columns, before blanks are filled, with the day of reading as a limit."""
    schema = INPUT_TABLES[table]
    # One day of grace: the clock of a server is not that of the clinic.
    end = today.normalize() + pd.Timedelta(days=2)
    too_late = Filled.of(_TOO_LATE, {"day": f"{today:%Y-%m-%d}"})
    not_after = pa.Check(lambda values: values < end, name=NOT_AFTER, error=too_late)
    chosen = {}
    for name in columns:
        column, spec = schema.columns[name], COLUMNS[table][name]
        checks = [*column.checks, not_after] if spec.log_day else list(column.checks)
        # Ids are categories by their making, and pandera would go through all of them one by one.
        chosen[name] = pa.Column(None if spec.kind == "id" else column.dtype, checks, nullable=True)
    across = schema.checks if {"start_date", "end_date"} <= set(columns) else []
    return pa.DataFrameSchema(chosen, checks=across, name=table)


def plan_frequencies(frame: pd.DataFrame, already: list[Failure]) -> Iterator[Failure]:
    """Prescriptions that do not say how often, or say it twice and differently."""
    number, named = frame["days_per_week"], frame["weekdays"]
    count = named.str.count(",") + 1
    unread = {position for failure in already if failure.column in _FREQUENCY for position in failure.positions}
    neither = np.setdiff1d(np.flatnonzero(number.isna() & named.isna()), list(unread))
    if neither.size:
        yield Failure.alike("days_per_week", neither, translated("{column} is missing", column="days_per_week"))
    differ = np.setdiff1d(np.flatnonzero(number.notna() & named.notna() & (number != count)), list(unread))
    if differ.size:
        said = marked(
            "{many} days of the week beside a days_per_week of {asked}; give one of the two, or the same number"
        )
        problem = translated("another number of days than days_per_week")
        reasons = [
            Reason.of(translated(said, many=general(many), asked=general(asked)), problem)
            for many, asked in zip(count.iloc[differ], number.iloc[differ], strict=True)
        ]
        yield Failure("weekdays", differ, reasons)


def missing_required(table: str, frame: pd.DataFrame, already: list[Failure]) -> Iterator[Failure]:
    """Blank cells of columns that every row must fill; cells that could not be understood are not blank."""
    for name, spec in COLUMNS[table].items():
        if not spec.required:
            continue
        missing = frame[name].isna().to_numpy(copy=True)
        for failure in already:
            if failure.column == name:
                missing[failure.positions] = False
        if missing.any():
            yield Failure.alike(name, np.flatnonzero(missing), translated("{column} is missing", column=name))


DATES = ("date", "timestamp")
"""The kinds of columns in which day and month have an order."""
BEYOND_HEADER = marked("beyond the header")
"""Stands for a column where a row has more cells than the header."""
BROKEN_QUOTATION = marked("quotation mark")
"""Stands for a column where a quotation mark is never closed."""
_FOUND = 500
"""Characters of a header that is named in an error."""
_ANY_TEXT = ColumnSpec("", "text", False, "", None, None, (), (), False, True)
_UTC = marked(
    "{column}: every time ends in Z or +00:00, so these are probably not the times on the patient's wall clock; they "
    "were kept as written"
)


@dataclass(frozen=True, eq=False)
class ParsedFile:
    """A file's rows in the contract's columns (extra columns behind them) and the checks that they fail.

    ``needs_whole``: a part of the file alone may be understood in another way.
    """

    raw: RawTable
    frame: pd.DataFrame
    failures: list[Failure]
    notes: tuple[str, ...]
    needs_whole: bool


def parse_file(raw: RawTable, how: ParseOptions, today: pd.Timestamp) -> ParsedFile:
    """Understand every cell first, then check the values; StudyError if a required column is not in the file."""
    specs = COLUMNS[raw.table]
    _refuse_missing_columns(raw)
    present = [name for name in specs if name in raw.columns]
    found = {name: parse_cells(raw.columns[name], specs[name], how) for name in present}
    order = _proved(raw, found)
    if order is not None and how.order is None:
        borrowing = [name for name in present if specs[name].kind in DATES and found[name].bad.size]
        how = replace(how, order=order)
        found |= {name: parse_cells(raw.columns[name], specs[name], how) for name in borrowing}
    columns: dict[str, ColumnValues | pd.Series] = {
        name: found[name].values if name in found else missing_values(spec, raw.n_rows, how)
        for name, spec in specs.items()
    }
    failures = [Failure(name, one.bad, one.reasons) for name, one in found.items() if one.bad.size]
    failures += _too_long(raw, present, failures)
    notes = [*raw.notes, *(note for name, one in found.items() for note in _notes(raw, name, one))]
    for name in raw.columns:
        if name not in specs:
            cells = raw.columns[name]
            columns[name] = (
                parse_cells(cells, _ANY_TEXT, how).values if is_dictionary(cells.type) else cells.to_pandas()
            )
    frame = pd.DataFrame(columns, copy=False)
    for name, one in found.items():
        if one.beside is not None:
            failures += _with_named(frame, name, one.beside, failures)
    failures += list(failed_checks(raw.table, frame[present], today))
    failures += list(missing_required(raw.table, frame, failures))
    if raw.table == "prescriptions":
        failures += list(plan_frequencies(frame, failures))
    failures += list(_broken_rows(raw))
    needs_whole = any(one.open_order or one.notes or one.proof is not None for one in found.values())
    return ParsedFile(raw, frame, failures, tuple(notes), needs_whole)


def _notes(raw: RawTable, name: str, found: Values) -> list[str]:
    told = [translated(_UTC, column=name)] if found.only_utc else []
    told += [f"{name}: {note}" for note in found.notes]
    if found.proof is not None:
        proving = translated("{order} (row {row})", order=found.proof.words, row=_row(raw, found.proof))
        told.append(f"{name}: {proving}")
    return told


def proved_order(raws: Iterable[RawTable], how: ParseOptions) -> Proof | None:
    """The order of day and month that holds for a file of several tables; None without proof, or with two orders."""
    proofs = []
    for raw in raws:
        specs = {name: spec for name, spec in COLUMNS[raw.table].items() if spec.kind in DATES and name in raw.columns}
        found = _proved(raw, {name: parse_cells(raw.columns[name], spec, how) for name, spec in specs.items()})
        proofs += [found] if found is not None else []
    return proofs[0] if len({one.order for one in proofs}) == 1 else None


def _proved(raw: RawTable, found: Mapping[str, Values]) -> Proof | None:
    """The order that columns of a table prove, with the words that say where; None if none does, or two differ."""
    where = marked("{order} ({column}, row {row})")
    proofs = [
        proof._replace(words=translated(where, order=proof.words, column=name, row=_row(raw, proof)))
        for name, one in found.items()
        if (proof := one.proof) is not None
    ]
    return proofs[0] if len({one.order for one in proofs}) == 1 else None


def _row(raw: RawTable, proof: Proof) -> int:
    return int(raw.row_numbers(np.array([proof.position]))[0])


def _with_named(frame: pd.DataFrame, column: str, named: np.ndarray, already: list[Failure]) -> list[Failure]:
    """Fill blank ``sets`` with those that ``reps`` such as ``3x10`` name, or the reverse; others refuse the cell."""
    filled = NAMED_BESIDE[column]
    given = frame[filled]
    unread = rows_of(one for one in already if one.column == filled)
    blank = given.isna().to_numpy() & (named > 0)
    blank[unread] = False
    frame[filled] = given.mask(blank, pd.Series(named, dtype=given.dtype))
    unlike = np.flatnonzero((named > 0) & (given.fillna(0).to_numpy() != named) & given.notna().to_numpy())
    if not unlike.size:
        return []
    why = marked("names {named} {filled}, but {filled} is {given}; write {column} alone")
    problem = translated("names other {filled} than the row has", filled=filled)
    reasons = [
        Reason.of(translated(why, named=named[at], filled=filled, given=given[at], column=column), problem)
        for at in unlike
    ]
    return [Failure(column, unlike, reasons)]


def _refuse_missing_columns(raw: RawTable) -> None:
    required = [name for name, spec in COLUMNS[raw.table].items() if spec.required]
    if raw.file and raw.table == "prescriptions" and "weekdays" not in raw.columns:
        required.append("days_per_week")
    absent = [name for name in required if name not in raw.columns]
    if not absent:
        return
    lacking = translated(
        "{file}: the table {table} lacks the column {absent}. Expected in the first row: {required}. Found: {found}. "
        "Add or rename the column.",
        file=raw.file,
        table=raw.table,
        absent=", ".join(absent),
        required=", ".join(required),
        found=shortened(", ".join(raw.columns), _FOUND),
    )
    perhaps = [
        translated("Perhaps {name} is {near}.", name=repr(shortened(one.name)), near=one.near)
        for one in raw.unread
        if one.near in absent
    ]
    raise StudyError(" ".join([lacking, *perhaps]))


def _too_long(raw: RawTable, columns: list[str], already: list[Failure]) -> list[Failure]:
    """Cells with more characters than a cell may have; those of other failures have their reason."""
    told = {one.column for one in already}
    found = []
    for name in columns:
        longest = LONGEST_ID if name == "patient_id" else LONGEST_CELL
        long = too_long(raw.columns[name], longest) if name not in told else None
        if long is not None:
            why = translated("longer than {count} characters; shorten it", count=number(longest))
            found.append(Failure.alike(name, np.flatnonzero(np.asarray(long)), why))
    return found


def _broken_rows(raw: RawTable) -> Iterator[Failure]:
    """Rows with more cells than the header, and with a quotation mark that is never closed."""
    if raw.surplus:
        beyond = (shortened(", ".join(map(repr, cells.values()))) for cells in raw.surplus.values())
        why = marked("a cell beyond the header ({cells}): perhaps a separator inside a text without quotation marks")
        problem = translated("a cell beyond the header")
        reasons = [Reason.of(translated(why, cells=cells), problem) for cells in beyond]
        yield Failure(BEYOND_HEADER, np.array(list(raw.surplus), dtype=np.int64), reasons)
    if raw.broken:
        reason = translated("a quotation mark is opened and never closed; close it, or delete it")
        yield Failure.alike(BROKEN_QUOTATION, np.array(list(raw.broken), dtype=np.int64), reason)
