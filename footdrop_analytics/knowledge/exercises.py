"""Loading the exercises: the package's ten, and a study's own additions or changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator

from footdrop_analytics.knowledge.catalog import Exercise, ExerciseCatalog
from footdrop_analytics.knowledge.forms import Form, checked, expected, named
from footdrop_analytics.knowledge.yaml_files import PACKAGED, merged, read_yaml
from footdrop_analytics.model.parameters import need, path_of


def _a_key(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise expected("a key of small letters, digits and _ that starts with a letter")
    return value


class _File(Form):
    exercises: Mapping[Annotated[str, AfterValidator(_a_key)], Exercise] = {}


def load_exercises(path: str | Path | None = None, base: ExerciseCatalog | None = None) -> ExerciseCatalog:
    """The exercise catalogue, with the entries of ``path`` added to or laid over it.

    Parameters
    ----------
    path : path, optional
        A YAML file of the same form as the package's ``exercises.yaml``. An entry with a known key changes only the
        fields it names; an entry with a new key needs ``name`` and ``unit``.
    base : ExerciseCatalog, optional
        What to lay it over; default the package's ten exercises.

    Raises
    ------
    KnowledgeError
        If the file breaks the form; the message names file, entry, field and what was expected.

    Examples
    --------
    >>> load_exercises()["single_leg_stand"].unit
    'seconds'
    """
    if base is not None:
        need(base, "base", ExerciseCatalog, "an ExerciseCatalog, as from load_exercises")
    base = base or _packaged()
    if path is None:
        return base
    path = path_of(path, "path")
    content = read_yaml(path)
    entries = content.get("exercises")
    if isinstance(entries, Mapping):
        content["exercises"] = {key: _over(base, key, values) for key, values in entries.items()}
    known = tuple(dict.fromkeys([*base.keys, *(entries if isinstance(entries, Mapping) else ())]))
    return ExerciseCatalog({**base.exercises, **_read(content, path.name, known)})


@lru_cache(maxsize=1)
def _packaged() -> ExerciseCatalog:
    path = PACKAGED / "exercises.yaml"
    content = read_yaml(path)
    return ExerciseCatalog(_read(content, path.name, tuple(content["exercises"])))


def _read(content: dict[str, Any], file: str, known: tuple[str, ...]) -> Mapping[str, Exercise]:
    return checked(_File, named(content, "exercises"), file, exercises=known).exercises


def _over(known: ExerciseCatalog, key: str, values: object) -> object:
    """What a file says of an exercise, laid over what is known of it."""
    return merged(known[key].as_written(), values) if key in known and isinstance(values, Mapping) else values
