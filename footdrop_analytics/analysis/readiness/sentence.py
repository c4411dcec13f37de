"""One sentence for people on each series' state, and the steps that lie beside it."""

from __future__ import annotations

from footdrop_analytics.analysis.log.arrays import Ints
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.analysis.wording import Words, number, phrased
from footdrop_analytics.knowledge import ExerciseCatalog, Steps
from footdrop_analytics.model.vocabulary import MODES, STATES
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import spoken

_TEXTS = ("easier_step_text", "next_step_text", "next_needs_observation")


def steps_of_series(practice: Practice) -> dict[str, Words]:
    """The fields of :class:`Steps` for each series, by exercise and prescribed mode; missing where there is none."""
    steps = _steps(practice.log.study.exercises)
    code = practice.exercise * len(MODES) + practice.mode
    found = {name: Words(code, [getattr(one, name) for one in steps]) for name in Steps.model_fields}
    return {name: words.translated() if name in _TEXTS else words for name, words in found.items()}


def _steps(exercises: ExerciseCatalog) -> list[Steps]:
    return [exercises[key].steps(mode) for key in exercises.keys for mode in MODES]


def summaries(
    practice: Practice, state: Ints, held: Words, unmet: Words, missing: Words, n_met: Ints, n_applicable: Ints
) -> Words:
    """The sentence of each series; ``state`` is its place in ``STATES``."""
    every_step, words, log = _steps(practice.log.study.exercises), (held, unmet, missing), practice.log

    def write(state: int, exercise: int, mode: int, als: bool, *rest: float) -> str:
        steps = every_step[exercise * len(MODES) + mode]
        reason, not_met, not_known = (part.text(int(code)) for part, code in zip(words, rest[:3], strict=True))
        n_met, n_applicable, target = rest[3:]
        after = _step(marked("Next step in the catalogue: {step}."), steps.next_step_text)
        count = _count(n_met, n_applicable, not_met or "", not_known or "")
        match STATES[state]:
            case "paused":
                return translated("A pause applies on this day; the criteria are shown for information only.")
            case "hold_event":
                return translated("Held for a clinician to look at first ({held}).", held=reason)
            case "check_decline":
                return translated("The values are declining: to be examined before anything is changed.")
            case "below_target":
                below = translated(
                    "The best set stayed well below the target of {target} on the last days.", target=number(target)
                )
                return " ".join([below, *_step(marked("An easier form for review: {step}."), steps.easier_step_text)])
            case "not_enough_data":
                return translated("Not enough data for a review: {count}.", count=count)
            case "criteria_not_met":
                return f"{count}."
            case "clinician_check":
                return " ".join([f"{count}.", _check(MODES[mode], als, steps), *after])
        return " ".join([translated("{count}, for a clinician to review.", count=count), *after])

    numbers = (n_met, n_applicable, log.versions.target[practice.version])
    als = log.has_aetiology("als")[practice.patient]
    of_words = (part.codes for part in words)
    return phrased(write, state, practice.exercise, practice.mode, als, *of_words, *numbers)


def _count(n_met: float, n_applicable: float, unmet: str, missing: str) -> str:
    said = translated("{met} of {applicable} criteria met", met=f"{n_met:.0f}", applicable=f"{n_applicable:.0f}")
    lacking = [translated("not met: {criteria}", criteria=_words(unmet))] if unmet else []
    lacking += [translated("not known: {criteria}", criteria=_words(missing))] if missing else []
    return f"{said} ({'; '.join(lacking)})" if lacking else said


def _step(words: str, step: str | None) -> list[str]:
    return [translated(words, step=translated(step))] if step else []


def _check(mode: str, als: bool, steps: Steps) -> str:
    """What a clinician must see first, or why one examines first."""
    if steps.next_needs_observation:
        what = translated(steps.next_needs_observation).rstrip(".")
        return translated("A clinician must have seen first: {what}.", what=what)
    if als:
        return translated("With ALS a clinician examines before any change.")
    return translated("Repetitions done {mode} measure the helper, so a clinician examines first.", mode=spoken(mode))


def _words(rule_ids: str) -> str:
    return ", ".join(spoken(one) for one in rule_ids.split("; "))
