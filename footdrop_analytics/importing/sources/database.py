"""Tables from a database by its address, through SQLAlchemy: read only, and never with a password in sight."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from footdrop_analytics.errors import ParameterError, StudyError, need_extra, shortened
from footdrop_analytics.importing.cells import table_of_rows
from footdrop_analytics.importing.sources.parts import DATABASE, Part
from footdrop_analytics.reading.sources.headers import read_header
from footdrop_analytics.reading.sources.limits import refuse_columns
from footdrop_analytics.reading.sources.locate import table_of
from footdrop_analytics.reading.sources.typed_tables import object_text

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from footdrop_analytics.importing.recognise.profile import Profile

_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://", re.IGNORECASE)
_READS = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
MOST_ROWS = 20_000_000
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
    need_extra("sql", "sqlalchemy")
    from sqlalchemy import create_engine, inspect
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
            names = inspect(engine).get_table_names()
            queries = dict(profile.queries) if profile is not None and profile.queries else _own_tables(names, engine)
            frames = {table: _read(engine, backend, table, query, label) for table, query in queries.items()}
        finally:
            engine.dispose()
    except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
        raise StudyError(f"{label}: cannot be read ({_said(error)}).") from None
    digest = hashlib.sha256()
    for table, frame in frames.items():
        digest.update(table.encode() + pd.util.hash_pandas_object(frame.astype(str), index=False).to_numpy().tobytes())
    return Part(label, DATABASE, digest.hexdigest(), content=sorted(names), frames=frames)


def _said(error: BaseException) -> str:
    """The first line of what a driver said, without what it was called with."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return shortened(re.sub(r"\S*://\S*", "the address", said[0] if said else type(error).__name__), 160)


def _refuse_missing_file(backend: str, database: str | None) -> None:
    """A database in a file that does not exist would be made, empty."""
    from pathlib import Path

    if backend in ("sqlite", "duckdb") and not (database and Path(database).is_file()):
        raise StudyError(f"{database or 'the database'}: there is no such file.")


def _own_tables(names: list[str], engine: Engine) -> dict[str, str]:
    """A query for each table that is named like one of a study."""
    quote = engine.dialect.identifier_preparer.quote
    found: dict[str, str] = {}
    for name in sorted(names):
        table = table_of(name)
        if table is not None:
            found.setdefault(table, f"SELECT * FROM {quote(name)}")
    return found


def _read(engine: Engine, backend: str, table: str, query: str, label: str) -> pd.DataFrame:
    from sqlalchemy import text

    if not _READS.match(query) or ";" in query.rstrip().rstrip(";"):
        raise ParameterError(f"queries, {table}: expected one SELECT, found {shortened(query, 60)!r}.")
    with engine.connect() as connection:
        if backend in _READ_ONLY:
            connection.execute(text(_READ_ONLY[backend]))
        result = connection.execute(text(query.rstrip().rstrip(";")))
        names_of = list(result.keys())
        names = read_header([str(name) for name in names_of], table, f"{label} [{table}]").names
        refuse_columns(len(names), f"{label} [{table}]")
        body: list[list[str | None]] = [[_text(value) for value in row] for row in result.fetchmany(MOST_ROWS)]
        connection.rollback()
    return table_of_rows(names, body, f"{label} [{table}]", np.arange(1, len(body) + 1))


def _text(value: Any) -> str | None:
    return object_text(value) if value is not None else None
