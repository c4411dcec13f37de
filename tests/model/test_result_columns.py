"""Every column of every result table is explained."""

from __future__ import annotations

from footdrop_analytics.knowledge import load_definitions, result_column
from footdrop_analytics.knowledge.definitions import COLUMNS
from footdrop_analytics.model.results import RESULT_TABLES


def test_every_column_has_its_meaning_unit_and_what_missing_says() -> None:
    lacking, used = [], set()
    for table, schema in RESULT_TABLES.items():
        for name, column in schema.columns.items():
            found = result_column(table, name)
            if found is None or not found.plain:
                lacking.append(f"{table}.{name}: no meaning")
                continue
            used.add(found.key)
            number = str(column.dtype).lower().startswith(("int", "float", "datetime"))
            lacking += [f"{table}.{name}: no unit"] if number and not found.unit else []
            only_by_type = name in {"summary", "rules_version", "message", "rule_id"}
            lacking += (
                [f"{table}.{name}: missing?"] if column.nullable and not found.missing and not only_by_type else []
            )
            assert load_definitions()[found.key].plain
    assert not lacking
    assert {one.key for one in load_definitions().values() if one.group == COLUMNS} <= used
