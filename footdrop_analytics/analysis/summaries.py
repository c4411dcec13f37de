"""One sentence for people on each series' state, and the steps that lie beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.practice import Practice
from footdrop_analytics.analysis.wording import Texts, number, together
from footdrop_analytics.knowledge import Steps
from footdrop_analytics.knowledge.terms import MODES


def next_steps(practice: Practice) -> dict[str, Texts]:
    """The fields of :class:`Steps` for each series, by its exercise and prescribed mode; None where there is none."""
    exercises, modes = practice.ledger.study.exercises, len(MODES)
    code = practice.exercise * modes + practice.code("mode")
    steps = [exercises[key].steps(mode) for key in exercises.keys for mode in MODES]
    return {
        name: np.array([getattr(one, name) for one in steps], dtype=object)[code] for name in Steps.__dataclass_fields__
    }


def summaries(practice: Practice, state: Texts, table: pd.DataFrame, steps: dict[str, Texts], held: Texts) -> Texts:
    """The sentence of each series."""
    als = (practice.ledger.of_patients("aetiology") == "als").to_numpy()[practice.patient]
    columns = [table[name].to_numpy(dtype=object) for name in ("unmet", "missing", "n_met", "n_applicable", "target")]
    names = ("easier_step_text", "next_step_text", "next_needs_observation")
    return together(
        _sentence, state, practice.code("mode"), held, als, *columns, *(steps[name].astype(object) for name in names)
    )


def _sentence(
    state: str,
    mode: int,
    held: str,
    als: bool,
    unmet: str,
    missing: str,
    n_met: int,
    n_applicable: int,
    target: float,
    easier: str | None,
    following: str | None,
    observation: str | None,
) -> str:
    count = f"{n_met} of {n_applicable} criteria met"
    lacking = [f"not met: {_words(unmet)}"] if unmet else []
    lacking += [f"not known: {_words(missing)}"] if missing else []
    details = f" ({'; '.join(lacking)})" if lacking else ""
    if state == "paused":
        return "A pause applies on this day; the criteria are shown for information only."
    if state == "hold_event":
        return f"Held for a clinician to look at first ({held})."
    if state == "check_decline":
        return "The values are falling: to be examined before anything is changed."
    if state == "below_target":
        beside = f" An easier form for review: {easier}." if easier else ""
        return f"The best set stayed well below the target of {number(target)} on the last days.{beside}"
    if state == "not_enough_data":
        return f"Not enough data for a review: {count}{details}."
    if state == "criteria_not_met":
        return f"{count}{details}."
    after = f" Next in the programme: {following}." if following else ""
    if state == "criteria_met":
        return f"{count}{details}, for a clinician to review.{after}"
    return f"{count}{details}. {_check(mode, als, observation)}{after}"


def _check(mode: int, als: bool, observation: str | None) -> str:
    if observation:
        return f"A clinician must have seen first: {observation.rstrip('.')}."
    if als:
        return "With ALS a clinician examines before any change."
    return f"Repetitions done {MODES[mode]} measure the helper, so a clinician examines first."


def _words(rule_ids: str) -> str:
    return rule_ids.replace("; ", ", ").replace("_", " ")
