"""One sentence for people on each series' state, and the steps that lie beside it."""

from __future__ import annotations

from dataclasses import dataclass

from footdrop_analytics.analysis.log.arrays import Ints
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.analysis.wording import Words, number, phrased
from footdrop_analytics.knowledge import ExerciseCatalog, Steps
from footdrop_analytics.model.vocabulary import MODES


@dataclass(frozen=True)
class Situation:
    """What the sentence of each series is made of; one entry per entry of the practice.

    ``state`` is the place of the state in ``names``.
    """

    names: tuple[str, ...]
    state: Ints
    held: Words
    unmet: Words
    missing: Words
    n_met: Ints
    n_applicable: Ints


def steps_of_series(practice: Practice) -> dict[str, Words]:
    """The fields of :class:`Steps` for each series, by exercise and prescribed mode; missing where there is none."""
    steps = _steps(practice.log.study.exercises)
    code = practice.exercise * len(MODES) + practice.mode
    return {name: Words(code, [getattr(one, name) for one in steps]) for name in Steps.model_fields}


def _steps(exercises: ExerciseCatalog) -> list[Steps]:
    """The steps beside each exercise in each mode."""
    return [exercises[key].steps(mode) for key in exercises.keys for mode in MODES]


def summaries(practice: Practice, situation: Situation) -> Words:
    """The sentence of each series."""
    every_step, mode = _steps(practice.log.study.exercises), practice.mode
    words = (situation.held, situation.unmet, situation.missing)

    def write(
        state: int, exercise: int, mode: int, als: bool, held: int, unmet: int, missing: int, *numbers: float
    ) -> str:
        steps = every_step[exercise * len(MODES) + mode]
        reason, not_met, not_known = (
            None if code < 0 else part.distinct[code] for part, code in zip(words, (held, unmet, missing), strict=True)
        )
        name = situation.names[state]
        return _sentence(name, MODES[mode], als, reason, not_met or "", not_known or "", steps, *numbers)

    return phrased(
        write,
        situation.state,
        practice.exercise,
        mode,
        practice.als,
        *(part.codes for part in words),
        situation.n_met,
        situation.n_applicable,
        practice.log.versions.target[practice.version],
    )


def _sentence(
    state: str,
    mode: str,
    als: bool,
    held: str | None,
    unmet: str,
    missing: str,
    steps: Steps,
    n_met: float,
    n_applicable: float,
    target: float,
) -> str:
    lacking = [f"not met: {_words(unmet)}"] if unmet else []
    lacking += [f"not known: {_words(missing)}"] if missing else []
    count = f"{n_met:.0f} of {n_applicable:.0f} criteria met" + (f" ({'; '.join(lacking)})" if lacking else "")
    easier = f" An easier form for review: {steps.easier_step_text}." if steps.easier_step_text else ""
    after = f" Next step in the catalogue: {steps.next_step_text}." if steps.next_step_text else ""
    sentences = {
        "paused": "A pause applies on this day; the criteria are shown for information only.",
        "hold_event": f"Held for a clinician to look at first ({held}).",
        "check_decline": "The values are declining: to be examined before anything is changed.",
        "below_target": f"The best set stayed well below the target of {number(target)} on the last days.{easier}",
        "not_enough_data": f"Not enough data for a review: {count}.",
        "criteria_not_met": f"{count}.",
        "clinician_check": f"{count}. {_check(mode, als, steps.next_needs_observation)}{after}",
        "criteria_met": f"{count}, for a clinician to review.{after}",
    }
    return sentences[state]


def _check(mode: str, als: bool, observation: str | None) -> str:
    if observation:
        return f"A clinician must have seen first: {observation.rstrip('.')}."
    if als:
        return "With ALS a clinician examines before any change."
    return f"Repetitions done {mode} measure the helper, so a clinician examines first."


def _words(rule_ids: str) -> str:
    return rule_ids.replace("; ", ", ").replace("_", " ")
