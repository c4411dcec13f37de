"""JSON as tables: the records of a path, each with the plain fields of what it is inside of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from footdrop_analytics.errors import StudyError
from footdrop_analytics.importing.cells import table_of_rows
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import number

MOST_RECORDS = 5_000_000
_MOST_OF_A_LIST = 7
"""Plain lists inside a record become that many fields."""


def records_at(content: Any, path: str) -> list[dict[str, str | None]]:
    """The records of a path such as ``data.logs`` or ``logs.sets``: every list on the way is gone through.

    A record has its own fields, nested ones with dots (``code.text``, ``code.coding.0.code``), and those of the records
    around it: under their own name where that is free, else behind the name of the list.
    """
    found = []
    for record in _walk(content, path.split(".") if path != "." else [], {}, "", ""):
        found.append(record)
        if len(found) > MOST_RECORDS:
            raise StudyError(
                translated(
                    "{path}: holds more than {most} records, more than a log can.", path=path, most=number(MOST_RECORDS)
                )
            )
    return found


def _walk(
    content: Any, path: list[str], around: dict[str, str | None], outer: str, here: str
) -> Iterator[dict[str, str | None]]:
    if isinstance(content, list):
        for one in content:
            yield from _walk(one, path, around, outer, here)
        return
    if not isinstance(content, dict):
        return
    own = _flat({key: value for key, value in content.items() if not path or key != path[0]})
    both = {(key if key not in own else f"{outer}.{key}"): value for key, value in around.items()} | own
    if not path:
        yield both
    elif path[0] in content:
        yield from _walk(content[path[0]], path[1:], both, here, path[0])


def _flat(content: dict[str, Any], before: str = "") -> dict[str, str | None]:
    """The plain fields of a record, nested ones with dots; lists of records are left to their own path."""
    found: dict[str, str | None] = {}
    for key, value in content.items():
        name = f"{before}{key}"
        if isinstance(value, dict):
            found |= _flat(value, f"{name}.")
        elif isinstance(value, list):
            for at, one in enumerate(value[:_MOST_OF_A_LIST]):
                found |= _flat({str(at): one}, f"{name}.") if isinstance(one, dict) else {f"{name}.{at}": _text(one)}
        else:
            found[name] = _text(value)
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def table_at(content: Any, path: str, file: str) -> pd.DataFrame:
    """The records of a path as a table; the number of a row counts the records."""
    records = records_at(content, path)
    names = list(dict.fromkeys(name for record in records for name in record))
    if len(names) > 1_000:
        raise StudyError(
            translated(
                "{file}: the records of {path} have {count} fields; a log has a few.",
                file=file,
                path=path,
                count=number(len(names)),
            )
        )
    body = [[record.get(name) for name in names] for record in records]
    return table_of_rows(names, body, file, np.arange(1, len(records) + 1))
