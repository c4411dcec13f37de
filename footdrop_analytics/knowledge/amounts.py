"""What people write beside a number, and words that are a number: the package's list, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from footdrop_analytics.knowledge.forms import NEEDED, Sourced, Text, keyed, load_form, within
from footdrop_analytics.knowledge.yaml_files import PACKAGED
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.names import joined

_NUMBERS = {name for specs in COLUMNS.values() for name, spec in specs.items() if spec.kind in ("number", "whole")}
_Amount = Annotated[float, within(0, 1000)]


@dataclass(frozen=True)
class Amounts:
    """What may stand in one column of numbers; texts in the form of :func:`footdrop_analytics.model.names.joined`.

    Attributes
    ----------
    units : dict
        Words behind a number to what the number is multiplied by.
    words : dict
        Words to the number that they are.
    two_ways : dict
        Words that may mean two things to what these are.
    """

    units: Mapping[str, float]
    words: Mapping[str, float]
    two_ways: Mapping[str, str]


class _File(Sourced):
    units: Annotated[Mapping[str, Mapping[str, _Amount]], keyed(_NUMBERS)] = NEEDED
    words: Annotated[Mapping[str, Mapping[str, _Amount]], keyed(_NUMBERS)] = NEEDED
    two_ways: Annotated[Mapping[str, Mapping[str, Text]], keyed(_NUMBERS)] = NEEDED


@lru_cache(maxsize=1)
def load_amounts() -> Mapping[str, Amounts]:
    """The amounts of every column that has any.

    Raises KnowledgeError if the file names a column that there is not, or breaks its form.
    """
    file = load_form(_File, PACKAGED / "amounts.yaml")
    return {
        column: Amounts(
            {joined(word): factor for word, factor in file.units.get(column, {}).items()},
            {joined(word): number for word, number in file.words.get(column, {}).items()},
            {joined(word): reason for word, reason in file.two_ways.get(column, {}).items()},
        )
        for column in dict.fromkeys([*file.units, *file.words, *file.two_ways])
    }
