"""What every number and word shown to people means: the one source for reports, dashboards and docs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator

from footdrop_analytics.knowledge.flag_rules import load_silences
from footdrop_analytics.knowledge.forms import NEEDED, OWN_NAME, Form, Text, filled, load_form, one_of
from footdrop_analytics.knowledge.yaml_files import PACKAGED

GROUPS = (
    *("days", "absences", "adherence", "persistence", "trends"),
    *("verdicts", "readiness", "states", "flags", "outcomes"),
)
GROUPS_OF_MANY = ("caseload", "cohort")
"""Groups of definitions that are about many patients; what is about one patient does without them."""
COLUMNS = "columns"
"""The group of columns of result tables that need no more than a line; pages do without them."""


_Filled = Annotated[Text, AfterValidator(lambda text: filled(text, load_silences().numbers) if "{" in text else text)]
"""A text in which limits of persistence stand by their names."""


class Definition(Form):
    """One number or word: its ``name``, ``plain`` words for a clinician, the ``formula`` for a statistician."""

    key: str = OWN_NAME
    name: _Filled = NEEDED
    group: Annotated[str, one_of((*GROUPS, *GROUPS_OF_MANY, COLUMNS))] = NEEDED
    plain: _Filled = NEEDED
    formula: _Filled = NEEDED


class ResultColumn(Form):
    """A column of a result table: ``plain`` words, ``unit``, and what a ``missing`` value says (None: never)."""

    key: str = OWN_NAME
    plain: _Filled | None = None
    unit: Text | None = None
    missing: Text | None = None


class _File(Form):
    definitions: Mapping[str, Definition] = {}
    columns: Mapping[str, ResultColumn] = {}


@lru_cache(maxsize=1)
def load_definitions() -> Mapping[str, Definition]:
    """Every definition by its key, in the order of the files.

    A key is the column, verdict, state or word that it explains; ``table.column`` where a column of one result table
    means something else than its name does elsewhere.

    Examples
    --------
    >>> load_definitions()["clinic"].name
    'Clinic sessions'
    >>> load_definitions()["outcomes.n"].plain
    'Measurements.'
    """
    explained = _explained()
    columns = {key: _of_column(one) for key, one in _columns().items() if key not in explained}
    return MappingProxyType({**explained, **columns})


@lru_cache(maxsize=1)
def _explained() -> Mapping[str, Definition]:
    return load_form(_File, PACKAGED / "definitions.yaml", parts=["definitions"]).definitions


@lru_cache(maxsize=1)
def _columns() -> Mapping[str, ResultColumn]:
    """What the columns of the result tables mean, with the words of ``definitions.yaml`` where they have none."""
    found = load_form(_File, PACKAGED / "result_columns.yaml", parts=["columns"]).columns
    known = _explained()
    return {
        key: one if one.plain or key not in known else one.model_copy(update={"plain": known[key].plain})
        for key, one in found.items()
    }


def result_column(table: str, column: str) -> ResultColumn | None:
    """What a column of a result table means; None if nothing explains it."""
    return _columns().get(f"{table}.{column}") or _columns().get(column)


def _of_column(column: ResultColumn) -> Definition:
    unit = f"Unit: {column.unit}." if column.unit else "A word or a text."
    missing = f"Missing: {column.missing}." if column.missing else "Never missing."
    name = column.key.partition(".")[2] or column.key
    return Definition.model_validate(
        {
            OWN_NAME.alias: column.key,
            "name": name.replace("_", " ").capitalize(),
            "group": COLUMNS,
            "plain": column.plain,
            "formula": f"{unit} {missing}",
        }
    )


def definitions_of_one() -> Mapping[str, Definition]:
    """The definitions that speak of one patient, in the order of the file."""
    return MappingProxyType({key: one for key, one in _explained().items() if one.group not in GROUPS_OF_MANY})
