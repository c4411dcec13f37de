"""What every number and word shown to people means: the one source for reports, dashboards and docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from footdrop_analytics.knowledge.form import PACKAGED, Entry, read_yaml

GROUPS = ("days", "absences", "adherence", "persistence", "trends", "verdicts", "readiness", "states", "flags")
GROUPS_OF_MANY = ("caseload", "cohort")
"""Groups of definitions that are about many patients; what is about one patient does without them."""


@dataclass(frozen=True)
class Definition:
    """One number or word: its ``name``, ``plain`` words for a clinician, the ``formula`` for a statistician."""

    key: str
    name: str
    group: str
    plain: str
    formula: str


@lru_cache(maxsize=1)
def load_definitions() -> Mapping[str, Definition]:
    """Every definition by its key (mostly the column, verdict or state it explains), in the order of the file."""
    path = PACKAGED / "definitions.yaml"
    top = Entry(read_yaml(path), path.name, "top level")
    definitions = {
        key: _definition(key, Entry(values, path.name, key)) for key, values in top.entries("definitions").items()
    }
    top.close()
    return MappingProxyType(definitions)


def definitions_of_one() -> Mapping[str, Definition]:
    """The definitions that speak of one patient, in the order of the file."""
    every = load_definitions()
    return MappingProxyType({key: one for key, one in every.items() if one.group not in GROUPS_OF_MANY})


def _definition(key: str, entry: Entry) -> Definition:
    definition = Definition(
        key=key,
        name=entry.text("name"),
        group=entry.text("group", (*GROUPS, *GROUPS_OF_MANY)),
        plain=entry.text("plain"),
        formula=entry.text("formula"),
    )
    entry.close()
    return definition
