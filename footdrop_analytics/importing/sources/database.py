"""Tables from a database by its address, through SQLAlchemy: read only, and never with a password in sight."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from footdrop_analytics.errors import ParameterError, StudyError, need_extra, shortened
from footdrop_analytics.importing.cells import table_of_rows
from footdrop_analytics.importing.sources.parts import DATABASE, Part
from footdrop_analytics.reading.sources.headers import read_header
from footdrop_analytics.reading.sources.limits import refuse_columns
from footdrop_analytics.reading.sources.locate import table_of
from footdrop_analytics.reading.sources.typed_tables import object_text

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, Engine

    from footdrop_analytics.importing.recognise.profile import Profile

_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r"[^\w.-]")
_READS = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
MOST_ROWS = 20_000_000
ROWS_AT_ONCE = 100_000
"""So many rows of a table that is copied are in memory."""
_READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET TRANSACTION READ ONLY",
}
_CONNECTED = {"duckdb": {"read_only": True, "config": {"enable_external_access": "false"}}}
"""DuckDB's SELECT can read files and addresses: here it reads the database alone."""


def is_address(source: object) -> bool:
    """Whether a source is the address of a database, such as ``sqlite:///clinic.db``."""
    return isinstance(source, str) and _ADDRESS.match(source) is not None


def load_database(address: str, profile: Profile | None) -> Part:
    """The tables that a profile's queries give; without one the tables that are named like those of a study."""
    with _opened(address) as (engine, backend, label):
        names = _names(engine)
        queries = dict(profile.queries) if profile is not None and profile.queries else _own_tables(names, engine)
        frames = {table: _read(engine, backend, table, query, label) for table, query in queries.items()}
    digest = hashlib.sha256()
    for table, frame in frames.items():
        digest.update(table.encode() + pd.util.hash_pandas_object(frame.astype(str), index=False).to_numpy().tobytes())
    return Part(label, DATABASE, digest.hexdigest(), content=sorted(names), frames=frames)


def copy_database(address: str, write: Callable[[str, Callable[[BinaryIO], None]], None]) -> None:
    """Give the tables that are named like those of a study to ``write``, as Parquet files of texts with their names.

    Few rows are in memory at a time.
    """
    with _opened(address) as (engine, backend, label):
        names = [name for name in sorted(_names(engine)) if table_of(name) is not None]
        if not names:
            raise StudyError(
                f"{label}: no table is named like one of a study, such as sessions. Make views of such names, or read "
                "it with a profile: footdrop import."
            )
        quote = engine.dialect.identifier_preparer.quote
        for name in names:
            file = _NOT_IN_NAMES.sub("-", f"{name}-{label.partition(': ')[2]}.parquet")
            write(file, partial(_copy, engine, backend, f"SELECT * FROM {quote(name)}", f"{label} [{name}]"))


def _copy(engine: Engine, backend: str, query: str, label: str, file: BinaryIO) -> None:
    with _answer(engine, backend, query, streamed=True) as result:
        names = list(map(str, result.keys()))
        refuse_columns(len(names), label)
        schema = pa.schema([(name, pa.string()) for name in names])
        with pq.ParquetWriter(file, schema) as out:
            for rows in result.partitions(ROWS_AT_ONCE):
                columns = [pa.array(map(_text, column), pa.string()) for column in zip(*rows, strict=True)]
                out.write_table(pa.table(columns, schema=schema))


@contextmanager
def _opened(address: str) -> Iterator[tuple[Engine, str, str]]:
    """A database, the kind of it, and its name for people."""
    need_extra("sql", "sqlalchemy")
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        url = make_url(address)
    except SQLAlchemyError:
        raise ParameterError(
            "The address of the database cannot be read. Expected one such as sqlite:///clinic.db."
        ) from None
    if url.password is not None or "password" in url.query:
        raise ParameterError(
            "The address of the database holds a password. Leave it out: it is taken from the environment (PGPASSWORD) "
            "or a service file (PGSERVICE, .pgpass)."
        )
    backend = url.get_backend_name()
    label = f"{backend}: {(url.database or '').rsplit('/', 1)[-1] or 'database'}"
    _refuse_missing_file(backend, url.database)
    try:
        engine = create_engine(url, connect_args=_CONNECTED.get(backend, {}))
        try:
            yield engine, backend, label
        finally:
            engine.dispose()
    except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
        if isinstance(error, OSError) and error.filename:  # of a file that is written, such as on a full disk
            raise
        raise StudyError(f"{label}: cannot be read ({_said(error)}).") from None


def _names(engine: Engine) -> list[str]:
    """The names of the tables and views that can be read."""
    from sqlalchemy import inspect

    found = inspect(engine)
    return [*found.get_table_names(), *found.get_view_names()]


@contextmanager
def _answer(engine: Engine, backend: str, query: str, streamed: bool) -> Iterator[CursorResult[Any]]:
    """What a SELECT gives, ``streamed`` row by row as it is asked for; nothing can be written meanwhile."""
    from sqlalchemy import text

    with engine.connect() as connection:
        if backend in _READ_ONLY:
            connection.execute(text(_READ_ONLY[backend]))
        yield connection.execute(text(query), execution_options={"stream_results": streamed})
        connection.rollback()


def _said(error: BaseException) -> str:
    """The first line of what a driver said, without what it was called with."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return shortened(re.sub(r"\S*://\S*", "the address", said[0] if said else type(error).__name__), 160)


def _refuse_missing_file(backend: str, database: str | None) -> None:
    """A database in a file that does not exist would be made, empty."""
    if backend in ("sqlite", "duckdb") and not (database and Path(database).is_file()):
        raise StudyError(f"{database or 'the database'}: there is no such file.")


def _own_tables(names: list[str], engine: Engine) -> dict[str, str]:
    """A query for each table that is named like one of a study."""
    quote = engine.dialect.identifier_preparer.quote
    found: dict[str, str] = {}
    for name in sorted(names):
        table = table_of(name)
        if table is not None:
            if table in found:
                raise StudyError(
                    f"{name}: is not the only table or view that is named like {table} of a study. Say in a profile "
                    "which is read (queries), or give the others other names."
                )
            found[table] = f"SELECT * FROM {quote(name)}"
    return found


def _read(engine: Engine, backend: str, table: str, query: str, label: str) -> pd.DataFrame:
    if not _READS.match(query) or ";" in query.rstrip().rstrip(";"):
        raise ParameterError(f"queries, {table}: expected one SELECT, found {shortened(query, 60)!r}.")
    with _answer(engine, backend, query.rstrip().rstrip(";"), streamed=False) as result:
        names = read_header(list(map(str, result.keys())), table, f"{label} [{table}]").names
        refuse_columns(len(names), f"{label} [{table}]")
        body: list[list[str | None]] = [[_text(value) for value in row] for row in result.fetchmany(MOST_ROWS + 1)]
    if len(body) > MOST_ROWS:
        raise StudyError(f"{label} [{table}]: holds more than {MOST_ROWS:,} rows. Use footdrop partition instead.")
    return table_of_rows(names, body, f"{label} [{table}]", np.arange(1, len(body) + 1))


def _text(value: Any) -> str | None:
    return object_text(value) if value is not None else None
