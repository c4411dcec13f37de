"""The study: the valid tables of one reading, what was left out, what was noticed, and how it shows itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np
import pandas as pd

from footdrop_analytics.errors import ParameterError, ids_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    from footdrop_analytics.knowledge import ExerciseCatalog


class Tables(ABC):
    """A frozen object with tables as attributes, which are handed out so that a change has no effect on the object.

    A table that is handed out shares its values with the object until one of them is changed (copy on write). What
    pandas gives out as the inside of a column (``.array``, ``to_numpy()``) is read-only.
    """

    def __post_init__(self) -> None:
        for value in object.__getattribute__(self, "__dict__").values():
            if isinstance(value, pd.DataFrame):
                closed(value)

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if not isinstance(value, pd.DataFrame):
            return value
        # What is computed when it is first asked for was not there when the fields were closed.
        computed = name not in type(self).__dataclass_fields__  # type: ignore[attr-defined]
        return (closed(value) if computed else value).copy(deep=False)

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: what was computed from them and kept can be computed again."""
        kept: Mapping[str, Any] = object.__getattribute__(self, "__dict__")
        return {name: kept[name] for name in type(self).__dataclass_fields__}  # type: ignore[attr-defined]

    def __setstate__(self, kept: dict[str, Any]) -> None:
        object.__getattribute__(self, "__dict__").update(kept)
        self.__post_init__()

    @abstractmethod
    def _lines(self) -> list[str]:
        """A heading, and a few lines under it."""

    def __repr__(self) -> str:
        first, *others = self._lines()
        return "\n".join([f"<{type(self).__name__}: {first}>", *(f"  {line}" for line in others)])

    def _repr_html_(self) -> str:
        first, *others = (escape(line) for line in self._lines())
        rows = "".join(f"<br>{line}" for line in others)
        return f"<p><strong>{type(self).__name__}</strong>: {first}{rows}</p>"


class _Holder:
    """Stands for somebody who holds the values of every closed table, so that pandas copies them before a change."""


_HOLDER = _Holder()
_HELD = ref(_HOLDER)


def closed(table: pd.DataFrame) -> pd.DataFrame:
    """The table, into whose arrays nobody can write any more.

    pandas copies what is shared before it changes it, and what is not shared it changes in place: an error, if the
    array is read-only and the study that it came from is gone. Pandas' own read-only columns were taken back (its issue
    63099), and a copy at each access takes 0.7 GB and a second or more with ten million rows.
    """
    for block in table._mgr.blocks:  # type: ignore[attr-defined, unused-ignore]
        # Not only where an array is open: after pickling (protocol 5) they are read-only, and nobody holds them.
        if not any(one is _HELD for one in block.refs.referenced_blocks):
            block.refs.referenced_blocks.append(_HELD)
        for array in (block.values, *(getattr(block.values, name, None) for name in ("_data", "_mask", "_ndarray"))):
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
    return table


def rows_of(tables: Mapping[str, pd.DataFrame]) -> str:
    """How many rows each table has; empty ones are left out."""
    return ", ".join(f"{name} {len(table):,}" for name, table in tables.items() if len(table)) or "no rows"


TABLES = ("sessions", "prescriptions", "patients", "pauses", "events", "checkins", "visits", "reviews", "outcomes")
"""The input tables, required ones first."""

LAST_DAYS = ("as_of", "log_through", "rows_through")
"""The last days of a study, each an attribute."""

ROW_KEY = ("table", "file", "row")
"""What names a row of the files; counts are of rows, never of the checks that they fail."""


class AnyStudy(ABC):
    """What every study has, in memory or in parts: :class:`Study` says what the attributes are."""

    sessions: pd.DataFrame
    prescriptions: pd.DataFrame
    patients: pd.DataFrame
    rejected: pd.DataFrame
    unread: pd.DataFrame
    duplicates: pd.DataFrame
    notes: pd.DataFrame
    sources: pd.DataFrame
    as_of: pd.Timestamp
    log_through: pd.Timestamp
    rows_through: pd.Timestamp
    exercises: ExerciseCatalog
    synthetic: bool

    @property
    @abstractmethod
    def patient_ids(self) -> list[str]:
        """Every patient with a valid session or prescription, sorted as text."""

    @property
    @abstractmethod
    def known_ids(self) -> frozenset[str]:
        """The ids of everybody with a valid row in any table."""

    @cached_property
    def rejected_rows(self) -> pd.DataFrame:
        """One line per rejected row, with all its reasons: a row that fails several checks is one row."""
        key = list(ROW_KEY)
        several = self.rejected.duplicated(key, keep=False)
        rows = self.rejected.drop_duplicates(key)
        if several.any():
            joined = self.rejected[several].groupby(key, sort=False, dropna=False)["reason"].agg("; ".join)
            rows.loc[several[rows.index], "reason"] = joined.to_numpy()
        return rows

    @cached_property
    def remarks(self) -> pd.DataFrame:
        """What was noticed while reading, and cells not read: ``table``, ``file``, ``patient_id``, ``message``."""
        names = ["table", "file", "patient_id", "message"]
        cells = self.unread.loc[self.unread["what"] == "cell", names]
        return self.notes[names] if cells.empty else pd.concat([self.notes[names], cells]).drop_duplicates()

    @property
    def rejected_of_nobody(self) -> pd.DataFrame:
        """Rejected rows that belong to nobody in the study: without a readable id, or with one of no valid row.

        They may belong to anybody, a mistyped id too, so outputs name the events and check-ins among them.
        """
        return self.rejected_rows[~self.rejected_rows["patient_id"].isin(self.known_ids)]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Study(AnyStudy, Tables):
    """Validated logs and plans of any number of patients.

    Frozen: changing a table that was taken from it has no effect on the study, and its arrays (``to_numpy()``) are
    read-only. A table that is pickled by itself keeps them so: take a ``copy()`` before changing it in place. Other
    data make another study (:func:`study_from_tables`, :func:`dataclasses.replace`).

    Attributes
    ----------
    sessions, prescriptions, patients, pauses, events, checkins, visits, reviews, outcomes : DataFrame
        The valid rows, columns as in ``data/schemas/``; a table that was absent is empty.
    rejected, duplicates, notes : DataFrame
        Rows that failed a check with the reason, rows left out as copies or superseded, and what was noticed
        (``table``, ``file``, ``patient_id``, ``message``; ``heads_up``: it stands at the head of every output).
    unread : DataFrame
        What lies in the study and was not read: ``table``, ``file``, ``sheet``, ``what`` (``file``, ``sheet``,
        ``column``, ``cell``), ``name`` (of a cell: its column), ``rows``, ``patient_id``, ``near`` (what it may be
        meant to be), ``message``; of single cells also ``row`` (as in a spreadsheet), ``value`` and the row's
        ``day``, ``exercise`` and ``side``.
    unreadable : DataFrame
        What can still be read of rejected rows, one line per row whose patient or day is readable: ``table``,
        ``patient_id``, ``day``, ``exercise``, ``side``, ``status``, ``source``, missing where unreadable. A blank side
        is missing too: the row may be of any side.
    superseded : DataFrame
        What session rows that another file corrected said of pain and in words: ``patient_id``, ``day``, ``exercise``,
        ``side``, ``pain_0_10``, ``notes``. A higher pain and words to read there are still flagged.
    as_of : Timestamp
        The latest session day, or day in check-ins, events, visits, reviews and outcomes, of the whole study, rejected
        sessions, check-ins and events with a readable and possible day included, follow-up long after the log left
        out. Never the clock.
    log_through : Timestamp
        The latest day of any patient's row of sessions or check-ins, rejected rows with a readable day included;
        ``clinic`` and ``inferred`` rows are no log. After it no day is observed of a patient who states no
        ``data_through``. NaT if there is none. Kept by :meth:`filter`.
    rows_through : Timestamp
        The latest day of any row of sessions (``inferred`` ones left out), check-ins and events: asking for a later
        ``as_of`` vouches for the log up to it. NaT if there is none. Kept by :meth:`filter`.
    exercises : ExerciseCatalog
        The exercises with the study's own additions.
    sources : DataFrame
        ``table``, ``file``, ``sha256``, ``rows`` of every file read; ``profile`` stands for the table of a profile by
        which an import made them.
    date_format : str, optional
        How dates that are not ISO 8601 were said to be written when the study was read.
    timezone : str, optional
        The time zone into whose wall clock times with an offset were turned.
    synthetic : bool
        True if the study was simulated; every output says so.
    truth : dict of DataFrame, optional
        What the simulator knows and a real log never tells.
    problems : dict of str
        What is wrong without what the row holds, for each reason in ``rejected`` that names something of its row.
        Empty for a study that comes from parts.
    """

    sessions: pd.DataFrame
    prescriptions: pd.DataFrame
    patients: pd.DataFrame
    pauses: pd.DataFrame
    events: pd.DataFrame
    checkins: pd.DataFrame
    visits: pd.DataFrame
    reviews: pd.DataFrame
    outcomes: pd.DataFrame
    rejected: pd.DataFrame
    unread: pd.DataFrame
    duplicates: pd.DataFrame
    notes: pd.DataFrame
    unreadable: pd.DataFrame
    superseded: pd.DataFrame
    as_of: pd.Timestamp
    log_through: pd.Timestamp
    rows_through: pd.Timestamp
    exercises: ExerciseCatalog
    sources: pd.DataFrame
    date_format: str | None = None
    timezone: str | None = None
    synthetic: bool = False
    truth: dict[str, pd.DataFrame] | None = None
    problems: Mapping[str, str] = field(default_factory=dict)

    def _lines(self) -> list[str]:
        counted = {name: getattr(self, name) for name in TABLES}
        aside = {"rejected": self.rejected_rows}
        aside |= {name: getattr(self, name) for name in ("unread", "duplicates", "notes")}
        made_up = ", synthetic" if self.synthetic else ""
        return [
            f"{len(self.patient_ids):,} patients, as of {self.as_of:%Y-%m-%d}{made_up}",
            f"rows: {rows_of(counted)}",
            f"left out or noted: {rows_of(aside)}",
        ]

    @property
    def patient_ids(self) -> list[str]:
        """Every patient with a valid session or prescription, sorted as text."""
        found = set(self.sessions["patient_id"].unique()) | set(self.prescriptions["patient_id"].unique())
        return sorted(str(patient_id) for patient_id in found)

    @cached_property
    def known_ids(self) -> frozenset[str]:
        """The ids of everybody with a valid row in any table."""
        tables = (getattr(self, table) for table in TABLES)
        return frozenset().union(*(table["patient_id"].array.categories.tolist() for table in tables))

    @cached_property
    def _by_patient(self) -> dict[str, RowsByPatient]:
        """Where each patient's rows stand in each table, for :meth:`filter`."""
        names = (*TABLES, "rejected", "unread", "unreadable", "superseded", "notes")
        return {name: RowsByPatient(getattr(self, name), self.known_ids) for name in names}

    def filter(self, patients: Iterable[str]) -> Study:
        """The same study with the rows of some patients only; ``as_of`` stays that of the whole study.

        Rejected rows, unread cells and notes of nobody in the study are kept: they may belong to anybody.

        Raises
        ------
        ParameterError
            If ``patients`` is no list of texts, or names a patient without any row.
        """
        wanted = set(ids_of(patients, "patients"))
        if unknown := sorted(wanted - self.known_ids):
            raise ParameterError(
                f"patients: no rows of {', '.join(map(repr, unknown[:5]))}. Ids must be written as in the files."
            )
        kinds = pd.CategoricalDtype(pd.Index(sorted(wanted), dtype="str"))
        kept: dict[str, Any] = {name: table.rows_of(kinds) for name, table in self._by_patient.items()}
        return replace(self, **kept)

    def write(self, folder: str | Path, format: Literal["csv", "parquet"] = "csv") -> None:
        """Write the tables that have rows into ``folder`` as files that :func:`read_study` reads back.

        Raises
        ------
        ParameterError
            If ``format`` is neither ``"csv"`` nor ``"parquet"``.
        """
        from footdrop_analytics.reading.write import write_study

        write_study(self, folder, format)


class RowsByPatient:
    """The rows of a table by patient: looked up once, so that taking those of some patients needs no search.

    Rows of nobody among the ``known`` (only in what was rejected, unread or noted) go with everybody's.
    """

    def __init__(self, table: pd.DataFrame, known: frozenset[str]) -> None:
        self._table = table
        whose = table["patient_id"]
        self._coded = isinstance(whose.dtype, pd.CategoricalDtype)
        self._ids = whose.cat.categories if self._coded else pd.Index(sorted(known), dtype="str")
        number = whose.cat.codes.to_numpy() if self._coded else self._ids.get_indexer(pd.Index(whose, dtype="str"))
        self._order = None if (number[1:] >= number[:-1]).all() else np.argsort(number, kind="stable")
        number = number if self._order is None else number[self._order]
        self._begins = np.searchsorted(number, np.arange(len(self._ids) + 1, dtype=number.dtype))
        self._number_of = {patient_id: at for at, patient_id in enumerate(self._ids)}

    def rows_of(self, kinds: pd.CategoricalDtype) -> pd.DataFrame:
        """The rows of some patients, in the order of the table; ``kinds`` are their ids, sorted as text."""
        if len(self._table) == 0 and not self._coded:
            return self._table
        here = {self._number_of[one]: at for at, one in enumerate(kinds.categories) if one in self._number_of}
        spans = [(0, self._begins[0])] + [(self._begins[one], self._begins[one + 1]) for one in sorted(here)]
        spans = [(begin, end) for begin, end in spans if begin < end]
        if self._order is None and len(spans) == 1:
            # One patient's rows mostly follow each other: a slice copies nothing.
            rows = self._table.iloc[slice(*spans[0])]
        else:
            places = np.concatenate([np.arange(0), *(np.arange(begin, end) for begin, end in spans)])
            rows = self._table.take(places if self._order is None else np.sort(self._order[places]))
        rows.index = pd.RangeIndex(len(rows))
        if self._coded:
            # The last place is that of the code −1: a row of nobody stays one.
            code = np.full(len(self._ids) + 1, -1)
            code[list(here)] = list(here.values())
            rows["patient_id"] = pd.Categorical.from_codes(code[rows["patient_id"].array.codes], dtype=kinds)
        return rows
