"""Rows of what is no table: one for each cell of a grid with days across, or for each record inside JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from footdrop_analytics.importing.cells import table_of_rows
from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.reading.cells.date_texts import day_of_text
from footdrop_analytics.wording.language import marked, study_error
from footdrop_analytics.wording.words import number

_WEEKDAY = re.compile(r"(mon|tues?|wed|weds|wednes|thu|thur|thurs|fri|sat|satur|sun)(day)?s?", re.IGNORECASE)
_DAY = re.compile(r"([1-9]|[12]\d|3[01])(\.0)?")
_FACT = re.compile(r"\s*([^:]{1,40}):\s*(\S.*)")
_FEWEST = {"weekdays": 3, "dates": 2, "days": 20}
MOST_CELLS = 2_000_000

Lines = Sequence[Sequence[str]]


def is_across(cell: str, kind: str) -> bool:
    """Whether a header cell is a day of that kind."""
    text = cell.strip()
    if kind == "weekdays":
        return _WEEKDAY.fullmatch(text) is not None
    if kind == "days":
        return _DAY.fullmatch(text) is not None
    day = day_of_text(text.removesuffix(" 00:00:00"))
    return day.is_known and not text.isdigit() and (day.day_first or day.month_first) is not None


def header_lines(lines: Lines, kind: str) -> list[int]:
    """The lines that are headers of a grid of that kind."""
    found = []
    for at, line in enumerate(lines):
        cells = [cell for cell in line if cell.strip()]
        if sum(is_across(cell, kind) for cell in cells) >= max(_FEWEST[kind], (len(cells) - 3) * 0.6):
            found.append(at)
    return found


def grid_table(lines: Lines, kind: str, label: str) -> pd.DataFrame:
    """One row for each filled cell of a sheet's grids.

    Columns: ``across`` (the day above, also of merged cells), ``below`` (a second line of the header, such as left and
    right), ``label`` (the first cell of the row) and further cells before the days under their header's name,
    ``block`` and ``beside`` (the line above the header, or a line of one text between rows), ``value``, and what
    stands above the first grid as ``Name: …``.
    """
    heads = header_lines(lines, kind)
    facts = {
        match[1].strip(): match[2] for line in lines[: heads[0]] for cell in line if (match := _FACT.fullmatch(cell))
    }
    rows: list[dict[str, str | None]] = []
    numbers: list[int] = []
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        _read_grid(lines, head, end, kind, rows, numbers)
        if len(rows) > MOST_CELLS:
            _refuse_more(label, MOST_CELLS)
    names = list(
        dict.fromkeys(["across", "below", "label", "block", "beside", "value", *(key for row in rows for key in row)])
    )
    body = [[row.get(name) for name in names] + list(facts.values()) for row in rows]
    return table_of_rows([*names, *facts], body, label, np.array(numbers, dtype=np.int64))


def _refuse_more(path: str, most: int) -> NoReturn:
    raise study_error("{path}: holds more than {most} records, more than a log can.", path=path, most=number(most))


def _read_grid(
    lines: Lines, head: int, end: int, kind: str, rows: list[dict[str, str | None]], numbers: list[int]
) -> None:
    header = list(lines[head])
    first = next(at for at, cell in enumerate(header) if is_across(cell, kind))
    across = _filled_right(header, first, max(len(line) for line in lines[head:end]), kind)
    days = ",".join(dict.fromkeys(one for one in across if one))
    second = _second_line(lines, head, end, first)
    block, beside = _above(lines, head)
    for at in range(head + (2 if second else 1), end):
        line = lines[at]
        labels = [cell.strip() for cell in line[:first]]
        cells = [cell.strip() for cell in line[first:]]
        if not any(cells):
            if any(labels) and not _is_title(lines, at, end):
                block, beside = labels[0], next((one for one in labels[1:] if one), None)
            continue
        if _is_title(lines, at, end) or not any(labels):
            continue
        # The header of a single column of labels is a title as often as it is a name.
        names = header[:first] if first > 1 else []
        named = {name.strip() or "label": text or None for name, text in zip(names, labels, strict=False)}
        named["label"] = labels[0] or None
        for position, value in enumerate(cells, start=first):
            if value and position < len(across) and across[position]:
                under = second[position].strip() if second and position < len(second) else None
                about = {"days": days, "across": across[position], "below": under or None}
                rows.append(named | about | {"block": block, "beside": beside, "value": value})
                numbers.append(at + 1)


def _is_title(lines: Lines, at: int, end: int) -> bool:
    """Whether the line stands above the next grid's header, or two lines above it, as its title."""
    return end < len(lines) and at == end - 1


def _above(lines: Lines, head: int) -> tuple[str | None, str | None]:
    """The texts of the line above a header: what the grid is about, and what stands beside it."""
    if head == 0 or not any(cell.strip() for cell in lines[head - 1]):
        return None, None
    texts = [cell.strip() for cell in lines[head - 1] if cell.strip() and not _FACT.fullmatch(cell)]
    return (texts[0] if texts else None), (texts[1] if len(texts) > 1 else None)


def _filled_right(header: Sequence[str], first: int, width: int, kind: str) -> list[str | None]:
    """The day above each column; a blank cell belongs to the day at its left, another text to none."""
    found: list[str | None] = [None] * width
    day: str | None = None
    for at in range(first, width):
        cell = header[at].strip() if at < len(header) else ""
        if cell:
            day = cell if is_across(cell, kind) else None
        found[at] = day
    if kind == "days":
        return [cell if at < len(header) and header[at].strip() else None for at, cell in enumerate(found)]
    return found


def _second_line(lines: Lines, head: int, end: int, first: int) -> Sequence[str] | None:
    """The line below the header if it holds a few repeated words (left, right) and no label."""
    if head + 1 >= end:
        return None
    line = lines[head + 1]
    words = [as_people_read(cell) for cell in line[first:] if cell.strip()]
    repeated = len(words) >= 2 and len(set(words)) <= len(words) / 2 and not any(word[:1].isdigit() for word in words)
    return line if repeated and not any(cell.strip() for cell in line[:first]) else None


MOST_RECORDS = 5_000_000
_MOST_OF_A_LIST = 7
"""Plain lists inside a record become that many fields."""


def _records(
    content: Any, path: list[str], around: dict[str, str | None], outer: str, here: str
) -> Iterator[dict[str, str | None]]:
    """The records of a path: every list on the way is gone through.

    A record has its own fields, nested ones with dots (``code.text``, ``code.coding.0.code``), and those of the records
    around it: under their own name where that is free, else behind the name of the list.
    """
    if isinstance(content, list):
        for one in content:
            yield from _records(one, path, around, outer, here)
        return
    if not isinstance(content, dict):
        return
    own = _flat({key: value for key, value in content.items() if not path or key != path[0]})
    both = {(key if key not in own else f"{outer}.{key}"): value for key, value in around.items()} | own
    if not path:
        yield both
    elif path[0] in content:
        yield from _records(content[path[0]], path[1:], both, here, path[0])


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
    """The records of a path such as ``data.logs`` or ``logs.sets`` as a table; a row's number counts the records."""
    walk = _records(content, path.split(".") if path != "." else [], {}, "", "")
    records = list(islice(walk, MOST_RECORDS + 1))
    if len(records) > MOST_RECORDS:
        _refuse_more(path, MOST_RECORDS)
    names = list(dict.fromkeys(name for record in records for name in record))
    if len(names) > 1_000:
        why = marked("{file}: the records of {path} have {count} fields; a log has a few.")
        raise study_error(why, file=file, path=path, count=number(len(names)))
    body = [[record.get(name) for name in names] for record in records]
    return table_of_rows(names, body, file, np.arange(1, len(records) + 1))
