"""Refuse a study without a table that every study needs, and name what lies there instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footdrop_analytics.errors import StudyError
from footdrop_analytics.model.inputs import COLUMNS, REQUIRED_TABLES
from footdrop_analytics.reading.checks.unread import Unread
from footdrop_analytics.reading.sources.raw import RawTable
from footdrop_analytics.wording.language import marked, translated


def refuse_missing_tables(found: Mapping[str, Sequence[RawTable]], place: str, unread: Sequence[Unread] = ()) -> None:
    """Raise a StudyError if a required table is missing; it names what lies there instead."""
    for table in REQUIRED_TABLES:
        if not found[table]:
            raise StudyError(" ".join([_missing(place, table), *_instead(unread), translated(_NAME_THE_FOLDER)]))


_NAME_THE_FOLDER = marked(
    "Name the folder that holds them, begin with `footdrop template`, which writes a workbook with these sheets, or "
    "make a study of a log of another kind: footdrop import FILE --out STUDY."
)


def _missing(place: str, table: str) -> str:
    return translated(
        "{place}: the table {table} is missing. Expected {table}*.csv with the columns {columns} (or .tsv, .xlsx, "
        ".parquet; in a workbook a sheet named {table}).",
        place=place,
        table=table,
        columns=_required(table),
    )


def _required(table: str) -> str:
    return ", ".join(name for name, spec in COLUMNS[table].items() if spec.required)


def _instead(unread: Sequence[Unread]) -> list[str]:
    shown = "; ".join(
        translated("{name}, which looks like {near}", name=one.name, near=one.near) if one.near else one.name
        for one in unread[:5]
    )
    if len(unread) > 5:
        shown = translated("{names} and {count} more", names=shown, count=len(unread) - 5)
    return [translated("Found {names}.", names=shown)] if shown else []
