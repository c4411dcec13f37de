"""Files for people who write log apps, generated from the schemas: Table Schema JSON and the data dictionary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from footdrop_analytics.files import write_whole
from footdrop_analytics.knowledge import load_exercises, result_column
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.columns import EARLIEST, EARLIEST_HISTORY, ColumnSpec
from footdrop_analytics.model.inputs import COLUMNS, INPUT_TABLES, REQUIRED_TABLES
from footdrop_analytics.model.results import RESULT_TABLES

_TYPES = {
    "id": ("string", "text"),
    "text": ("string", "text"),
    "key": ("string", "key"),
    "exercise": ("string", "key"),
    "date": ("date", "date"),
    "timestamp": ("datetime", "timestamp or date"),
    "whole": ("integer", "whole number"),
    "number": ("number", "number"),
    "weekdays": ("string", "days of the week"),
}
"""What each kind of column is called in a Table Schema and in the data dictionary."""
_LIMIT_NAMES = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum"}


def table_schemas() -> dict[str, dict[str, Any]]:
    """Per input table its Table Schema (https://datapackage.org/standard/table-schema/) as plain data."""
    return {
        table: {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "name": table,
            "description": schema.description,
            "required": table in REQUIRED_TABLES,
            "fields": [_field(spec) for spec in COLUMNS[table].values()],
            "missingValues": [""],
        }
        for table, schema in INPUT_TABLES.items()
    }


def write_schemas(folder: str | Path) -> list[Path]:
    """Write ``<table>.json`` for every input table into ``folder``; returns the files."""
    place = Path(folder)
    written = []
    for table, schema in table_schemas().items():
        file = place / f"{table}.json"
        write_whole(file, json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
        written.append(file)
    return written


def _field(spec: ColumnSpec) -> dict[str, Any]:
    field: dict[str, Any] = {"name": spec.name, "type": _TYPES[spec.kind][0], "description": described(spec)}
    if spec.kind == "timestamp":
        field["format"] = "any"
    if spec.kind not in ("id", "text"):
        field["missingValues"] = ["", "NA", "NaN", "null"]
    constraints: dict[str, Any] = {"required": True} if spec.required else {}
    # A study may add exercises to the package's.
    if allowed := load_exercises().keys if spec.kind == "exercise" else spec.allowed:
        constraints["enum"] = list(allowed)
    for name, value in spec.limits.items():
        if name in _LIMIT_NAMES:
            constraints[_LIMIT_NAMES[name]] = int(value) if value.is_integer() else value
    if spec.earliest is not None:
        constraints["minimum"] = f"{spec.earliest:%Y-%m-%d}"
    if constraints:
        field["constraints"] = constraints
    if spec.default is not None:
        field["default"] = spec.default
    return field


def described(spec: ColumnSpec) -> str:
    """The meaning of a column with what a blank stands for."""
    default = spec.default_text or (None if spec.default is None else f"`{spec.default}`")
    return f"{spec.description} If blank: {default}." if default else spec.description


def data_dictionary() -> str:
    """The data dictionary as Markdown: every column of every table that goes in or comes out."""
    parts = [_INTRODUCTION]
    for table, schema in INPUT_TABLES.items():
        needed = "required" if table in REQUIRED_TABLES else "optional"
        lines = ["| column | type | allowed | meaning | also read |", "|---|---|---|---|---|"]
        for spec in COLUMNS[table].values():
            further = ", ".join(load_names().written[table][spec.name])
            texts = (_TYPES[spec.kind][1], _allowed_text(spec), described(spec), further)
            lines.append(f"| `{spec.name}`{'*' if spec.required else ''} | {' | '.join(texts)} |")
        parts += [f"## {table} ({needed})", schema.description, "\n".join(lines)]
    parts.append(_RESULTS)
    for table, schema in RESULT_TABLES.items():
        lines = ["| column | unit | meaning | missing |", "|---|---|---|---|"]
        for name in map(str, schema.columns):
            found = result_column(table, name)
            cells = (found.unit, found.plain, found.missing) if found else ("", "", "")
            lines.append(f"| `{name}` | {' | '.join(cell or '' for cell in cells)} |")
        parts += [f"## {table} (result)", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _allowed_text(spec: ColumnSpec) -> str:
    if spec.kind == "exercise":
        return "a key of the exercise catalogue"
    if spec.kind == "key":
        return " ".join(f"`{word}`" for word in spec.allowed)
    words = {"ge": "from", "gt": "above", "le": "up to", "step": "in steps of"}
    return " ".join(f"{said} {spec.limits[name]:g}" for name, said in words.items() if name in spec.limits)


_DECIDING = "; ".join(
    f"`{table}`: {', '.join(f'`{name}`' for name, spec in specs.items() if spec.decides)}"
    for table, specs in COLUMNS.items()
    if not all(spec.decides for spec in specs.values())
)
_INTRODUCTION = f"""# Data dictionary

Generated from the schemas in `footdrop_analytics/model/inputs.py`; a test regenerates and compares. The same facts
for programs are in `data/schemas/` (Table Schema JSON; `footdrop schema` writes them).

A study is a folder, or one Excel workbook with a sheet per table. In a folder each table is one or many files whose
names begin with the table's name: `sessions*.csv`, `.tsv`, `.xlsx`, `.xls`, `.ods` or `.parquet`. Columns marked * are
required; every other column may be absent or blank. Names are compared as people read them: capitals, blanks, dots,
dashes, underscores and other punctuation do not count. A column is also read under the names listed beside it; a name
near one of these is reported as not read. Further columns are kept. Dates are written `YYYY-MM-DD`, times
`YYYY-MM-DD HH:MM[:SS]`; other ways of writing dates need `date_format` (`--date-format`). Dates before {EARLIEST.year}
(onset and birth: before {EARLIEST_HISTORY.year}) and log rows after the day of reading are rejected. Keys are read
after trimming and lower-casing. A cell that cannot be read costs a cell: it becomes missing and stands in
`study.unread`. Its row is rejected only where it decides whether and for whom the row counts ({_DECIDING}), and in the
other tables."""
_RESULTS = """# Results

Every result is a pandas table with the columns below, in this order. `Analysis` holds them as attributes of the same
name (`adherence_patient`: `fd.adherence(study, level="patient")`). A missing value is never zero; the last column says
what it means. `fd.load_definitions()` holds the same words, and how each number is computed."""
