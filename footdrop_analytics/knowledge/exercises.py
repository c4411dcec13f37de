"""Loading the exercises: the package's ten, and a study's own additions or changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from footdrop_analytics.errors import KnowledgeError
from footdrop_analytics.knowledge.catalog import Dose, Exercise, ExerciseCatalog, Steps
from footdrop_analytics.knowledge.form import PACKAGED, Entry, merged, read_yaml
from footdrop_analytics.model.vocabulary import AETIOLOGIES, MODES, POSITIONS, SOURCE_KINDS, UNITS

_MEASURES = ("reps", "hold", "dose")


def load_exercises(path: str | Path | None = None, base: ExerciseCatalog | None = None) -> ExerciseCatalog:
    """The exercise catalogue, with the entries of ``path`` added to or laid over it.

    Parameters
    ----------
    path : path, optional
        A YAML file of the same form as the package's ``exercises.yaml``. An entry with a known key changes only the
        fields it names; an entry with a new key needs all of them.
    base : ExerciseCatalog, optional
        What to lay it over; default the package's ten exercises.

    Raises
    ------
    KnowledgeError
        If the file breaks the form; the message names file, entry, field and what was expected.
    """
    if path is None:
        return base or _packaged()[0]
    path = Path(path)
    packaged_raw = _packaged()[1]
    changes = _exercise_entries(path)
    built = dict((base or _packaged()[0]).exercises)
    raw = {
        key: merged(_as_written(built[key], packaged_raw), value) if key in built else value
        for key, value in changes.items()
    }
    known = tuple(dict.fromkeys([*built, *raw]))
    for key, values in raw.items():
        built[key] = _exercise(key, values, path.name, known)
    return ExerciseCatalog(built)


@lru_cache(maxsize=1)
def _packaged() -> tuple[ExerciseCatalog, dict[str, Any]]:
    path = PACKAGED / "exercises.yaml"
    raw = _exercise_entries(path)
    built = {key: _exercise(key, values, path.name, tuple(raw)) for key, values in raw.items()}
    return ExerciseCatalog(built), raw


def _exercise_entries(path: Path) -> dict[str, Any]:
    top = Entry(read_yaml(path), path.name, "top level")
    entries = top.entries("exercises")
    top.close()
    for key, values in entries.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
            raise KnowledgeError(
                f"{path.name}, {key}: expected a key of small letters, digits and _ that starts with a letter."
            )
        if not isinstance(values, Mapping):
            raise KnowledgeError(f"{path.name}, {key}: expected named fields (name: value), found {values!r}.")
    return entries


def _as_written(exercise: Exercise, packaged: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an exercise as its file wrote them, so that a study may change some of them."""
    if exercise == _packaged()[0].exercises.get(exercise.key):
        return dict(packaged[exercise.key])
    fields = {name: getattr(exercise, name) for name in Exercise.__dataclass_fields__ if name != "key"}
    fields["typical_dose"] = vars(exercise.typical_dose)
    fields["meaningful_change"] = {
        measure: {"absolute": absolute, "share": share}
        for measure, (absolute, share) in exercise.meaningful_change.items()
    }
    fields["cautions_by_aetiology"] = {who: list(what) for who, what in exercise.cautions_by_aetiology.items()}
    fields["steps_by_mode"] = {mode: vars(steps) for mode, steps in exercise.steps_by_mode.items()}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def _exercise(key: str, values: Mapping[str, Any], file: str, known: tuple[str, ...]) -> Exercise:
    entry = Entry(values, file, key)
    by_mode = entry.entry("steps_by_mode")
    for mode in by_mode.values:
        if mode not in MODES:
            by_mode.fail(mode, f"modes from {', '.join(MODES)}")
    name = entry.text("name")
    steps = _steps(entry, known)
    exercise = Exercise(
        key=key,
        name=name,
        short_name=entry.maybe_text("short_name") or name,
        other_names=entry.texts("other_names"),
        movement=entry.text("movement"),
        muscles=entry.texts("muscles"),
        position=entry.text("position", POSITIONS),
        mode=entry.text("mode", MODES),
        unit=entry.text("unit", UNITS),
        typical_dose=_dose(entry.entry("typical_dose"), entry.values.get("unit")),
        meaningful_change=_meaningful_change(entry.entry("meaningful_change")),
        cautions=entry.texts("cautions"),
        cautions_by_aetiology=_cautions(entry.entry("cautions_by_aetiology")),
        another_way=entry.text("another_way"),
        how_to=entry.text("how_to"),
        easier_step=steps.easier_step,
        easier_step_text=steps.easier_step_text,
        next_step=steps.next_step,
        next_step_text=steps.next_step_text,
        next_needs_observation=steps.next_needs_observation,
        source=entry.text("source"),
        source_kind=entry.text("source_kind", SOURCE_KINDS),
        steps_by_mode={mode: _closed_steps(by_mode.entry(mode), known) for mode in by_mode.values},
    )
    entry.close()
    return exercise


def _steps(entry: Entry, known: tuple[str, ...]) -> Steps:
    return Steps(
        easier_step=entry.maybe_text("easier_step", known),
        easier_step_text=entry.maybe_text("easier_step_text"),
        next_step=entry.maybe_text("next_step", known),
        next_step_text=entry.maybe_text("next_step_text"),
        next_needs_observation=entry.maybe_text("next_needs_observation"),
    )


def _closed_steps(entry: Entry, known: tuple[str, ...]) -> Steps:
    steps = _steps(entry, known)
    entry.close()
    return steps


def _dose(entry: Entry, unit: object) -> Dose:
    dose = Dose(
        sets=entry.number("sets", 1, 50),
        reps=entry.maybe_number("reps", 1, 1000),
        hold_s=entry.maybe_number("hold_s", 0, 3600),
        text=entry.text("text"),
    )
    entry.close()
    needed = "hold_s" if unit == "seconds" else "reps"
    if getattr(dose, needed) is None:
        entry.fail(needed, f"a number, because the exercise counts {unit}")
    return dose


def _meaningful_change(entry: Entry) -> dict[str, tuple[float, float]]:
    changes: dict[str, tuple[float, float]] = {}
    for measure in _MEASURES:
        one = entry.entry(measure)
        changes[measure] = (one.number("absolute", 0, 1000), one.number("share", 0, 10))
        one.close()
        if max(changes[measure]) == 0:
            one.fail("share", "a change above 0 (absolute, share or both)")
    entry.close()
    return changes


def _cautions(entry: Entry) -> dict[str, tuple[str, ...]]:
    cautions = {aetiology: entry.texts(aetiology) for aetiology in AETIOLOGIES}
    entry.close()
    return {aetiology: texts for aetiology, texts in cautions.items() if texts}
