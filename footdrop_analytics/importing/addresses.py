"""Sources by an address: a database through SQLAlchemy, a REDCap project through PyCap, and what its fields ask.

Both are only read. A database's password comes from the environment or a service file, REDCap's token from the
environment alone; neither is in an address, profile, output or message.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from footdrop_analytics.errors import ParameterError, StudyError, need_extra, shortened
from footdrop_analytics.importing.cells import table_of_rows, texts_of
from footdrop_analytics.importing.parts import DATABASE, Part, load_parts, text_part
from footdrop_analytics.importing.steps.base import columns_of, read_as
from footdrop_analytics.reading.sources.limits import refuse_columns
from footdrop_analytics.reading.sources.locate import table_of
from footdrop_analytics.reading.sources.raw import read_header
from footdrop_analytics.reading.sources.typed_tables import object_text
from footdrop_analytics.wording.language import study_error

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, Engine

    from footdrop_analytics.importing.profile import Profile

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
        queries = dict(profile.queries) if profile is not None else {}
        if not queries:
            quote = engine.dialect.identifier_preparer.quote
            for name in sorted(names):
                table = table_of(name)
                if table in queries:
                    raise StudyError(
                        f"{name}: is not the only table or view that is named like {table} of a study. Say in a "
                        "profile which is read (queries), or give the others other names."
                    )
                if table is not None:
                    queries[table] = f"SELECT * FROM {quote(name)}"
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
                columns = [pa.array(map(object_text, column), pa.string()) for column in zip(*rows, strict=True)]
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
    # A database in a file that does not exist would be made, empty.
    if backend in ("sqlite", "duckdb") and not (url.database and Path(url.database).is_file()):
        raise StudyError(f"{url.database or 'the database'}: there is no such file.")
    try:
        engine = create_engine(url, connect_args=_CONNECTED.get(backend, {}))
        try:
            yield engine, backend, label
        finally:
            engine.dispose()
    except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
        if isinstance(error, OSError) and error.filename:  # of a file that is written, such as on a full disk
            raise
        # The first line of what the driver said, without what it was called with.
        said = [*str(getattr(error, "orig", None) or error).strip().splitlines(), type(error).__name__]
        why = shortened(re.sub(r"\S*://\S*", "the address", said[0]), 160)
        raise StudyError(f"{label}: cannot be read ({why}).") from None


def _names(engine: Engine) -> list[str]:
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


def _read(engine: Engine, backend: str, table: str, query: str, label: str) -> pd.DataFrame:
    if not _READS.match(query) or ";" in query.rstrip().rstrip(";"):
        raise ParameterError(f"queries, {table}: expected one SELECT, found {shortened(query, 60)!r}.")
    with _answer(engine, backend, query.rstrip().rstrip(";"), streamed=False) as result:
        names = read_header(list(map(str, result.keys())), table, f"{label} [{table}]").names
        refuse_columns(len(names), f"{label} [{table}]")
        body: list[list[str | None]] = [
            [object_text(value) for value in row] for row in result.fetchmany(MOST_ROWS + 1)
        ]
    if len(body) > MOST_ROWS:
        raise StudyError(f"{label} [{table}]: holds more than {MOST_ROWS:,} rows. Use footdrop partition instead.")
    return table_of_rows(names, body, f"{label} [{table}]", np.arange(1, len(body) + 1))


TOKEN_VARIABLE = "REDCAP_API_TOKEN"
_INTERFACE = re.compile(r"https?://", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9A-Fa-f]{32}")
_SECONDS = (15, 600)
"""For the connection, and for the server to make the export."""


def is_interface(source: object) -> bool:
    """Whether a source is the address of a REDCap server's interface, such as ``https://redcap.example.org/api/``."""
    return isinstance(source, str) and _INTERFACE.match(source) is not None


def load_project(address: str) -> list[Part]:
    """The records of a project as its flat export has them, and its data dictionary."""
    need_extra("redcap", "redcap")
    host = _checked(address)
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not _TOKEN.fullmatch(token):
        raise ParameterError(
            f"{TOKEN_VARIABLE}: expected your token of the project in this environment variable (32 digits and "
            "letters from A to F, in REDCap under API), and found none. It is read from nowhere else."
        )
    from redcap.project import Project

    # With a redirect the token would go to another address.
    project = Project(address, token, timeout=_SECONDS, allow_redirects=False)
    records = _exported(project.export_records, token, host)
    dictionary = _exported(project.export_metadata, token, host)
    return [text_part(f"{host} records", records), text_part(f"{host} data dictionary", dictionary)]


def _checked(address: str) -> str:
    """The server's name; an address that is not safe or not that of an interface is refused, without quoting it."""
    try:
        parts = urlsplit(address)
    except ValueError:  # its words quote the address
        raise ParameterError("The address of the REDCap server cannot be read. Expected https://SERVER/api/.") from None
    host = parts.hostname or ""
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ParameterError(
            "The address of the REDCap server holds more than a place. Expected https://SERVER/api/; the token is "
            f"taken from the environment ({TOKEN_VARIABLE})."
        )
    if not host or not parts.path.endswith("/api/"):
        raise ParameterError("The address of the REDCap server: expected one that ends in /api/, https://SERVER/api/.")
    if parts.scheme.casefold() != "https" and not _is_here(host):
        raise ParameterError(f"{host}: http:// would send the token and the patients unencrypted. Use https://.")
    return host


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _exported(export: Any, token: str, host: str) -> str:
    """What the server answers, as text; its errors and the network's without the token."""
    from requests import JSONDecodeError, RequestException

    try:
        said = export(format_type="csv")
    except JSONDecodeError:
        said = None
    except RequestException as error:
        words = " ".join(re.sub(r"\S*://\S*", "the address", str(error)).replace(token, "…").split())
        raise StudyError(f"{host}: REDCap did not give the records ({shortened(words, 160)}).") from None
    if not isinstance(said, str) or said.lstrip().startswith(("<", "{")):
        raise StudyError(f"{host}: answered with something else than records. Is the address that of the API (…/api/)?")
    return said


_TAGS = re.compile(r"<[^<>]{0,200}>")
_DICTIONARY = {
    "name": ("Variable / Field Name", "field_name"),
    "label": ("Field Label", "field_label"),
    "kind": ("Field Type", "field_type"),
    "choices": ("Choices, Calculations, OR Slider Labels", "select_choices_or_calculations"),
}
"""The columns of a data dictionary, as it is downloaded and as the interface gives it."""
_YES_NO = {"1": "yes", "0": "no"}

Labels = dict[str, str]
Choices = dict[str, dict[str, str]]


def is_dictionary(part: Part) -> bool:
    """Whether a file is a project's data dictionary, by its first line."""
    names = [read_as(name) for name in _DICTIONARY["name"]]
    return any(read_as(cell) in names for line in part.lines[:1] for cell in line[:1])


def load_dictionary(source: Path | Part) -> tuple[Labels, Choices]:
    """The labels of fields, and by field the words of each code."""
    part = source if isinstance(source, Part) else load_parts(source)[0]
    if part.below is None:
        raise study_error("{file}: is no data dictionary. Export it from REDCap as CSV.", file=part.file)
    table = part.below(0, None)
    columns = {key: one for key, names in _DICTIONARY.items() for one in columns_of(table, names)[:1]}
    if not {"name", "label"} <= set(columns):
        found = ", ".join(texts_of(table))
        raise study_error(
            "{file}: is no data dictionary of REDCap. Expected the columns Variable / Field Name and Field Label, "
            "found {columns}.",
            file=part.file,
            columns=found[:200],
        )
    labels: Labels = {}
    choices: Choices = {}
    texts = table[list(columns.values())].astype(object).fillna("").set_axis(list(columns), axis=1)
    for field in texts.to_dict("records"):
        labels[field["name"]] = _TAGS.sub(" ", field["label"]).strip()
        if field.get("kind", "").casefold() in ("yesno", "truefalse"):
            choices[field["name"]] = dict(_YES_NO)
        elif field.get("kind", "").casefold() in ("radio", "dropdown", "checkbox"):
            # "1, Left | 2, Right" by code.
            pairs = [map(str.strip, one.split(",", 1)) for one in field.get("choices", "").split("|") if "," in one]
            choices[field["name"]] = {code: words for code, words in pairs if code and words}
    return labels, choices
