"""What every number and word shown to people means: the one source for reports, dashboards and docs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated

from footdrop_analytics.knowledge.forms import NEEDED, OWN_NAME, Form, Text, checked, named, one_of
from footdrop_analytics.knowledge.yaml_files import PACKAGED, read_yaml

GROUPS = (
    "days",
    "absences",
    "adherence",
    "persistence",
    "trends",
    "verdicts",
    "readiness",
    "states",
    "flags",
    "outcomes",
)
GROUPS_OF_MANY = ("caseload", "cohort")
"""Groups of definitions that are about many patients; what is about one patient does without them."""


class Definition(Form):
    """One number or word: its ``name``, ``plain`` words for a clinician, the ``formula`` for a statistician."""

    key: str = OWN_NAME
    name: Text = NEEDED
    group: Annotated[str, one_of((*GROUPS, *GROUPS_OF_MANY))] = NEEDED
    plain: Text = NEEDED
    formula: Text = NEEDED


class _File(Form):
    definitions: Mapping[str, Definition] = {}


@lru_cache(maxsize=1)
def load_definitions() -> Mapping[str, Definition]:
    """Every definition by its key (mostly the column, verdict or state it explains), in the order of the file.

    Examples
    --------
    >>> load_definitions()["clinic"].name
    'Clinic sessions'
    """
    path = PACKAGED / "definitions.yaml"
    return MappingProxyType(dict(checked(_File, named(read_yaml(path), "definitions"), path.name).definitions))


def definitions_of_one() -> Mapping[str, Definition]:
    """The definitions that speak of one patient, in the order of the file."""
    every = load_definitions()
    return MappingProxyType({key: one for key, one in every.items() if one.group not in GROUPS_OF_MANY})
