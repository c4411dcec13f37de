"""What the simulator prescribes: for each exercise the way from more help to less, and the targets on it.

These ways are invented, as plausible examples; nothing in the analysis reads them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footdrop_analytics.model.vocabulary import MODES, POSITIONS, SUPPORTS

BANDS = ("yellow", "red", "green", "blue")


class Step(NamedTuple):
    """One difficulty of an exercise; ``support`` and ``band`` are empty and ``load_kg`` is 0 where there is none."""

    mode: str
    position: str = "seated"
    support: str = ""
    load_kg: float = 0.0
    band: str = ""


class Ladder(NamedTuple):
    """An exercise as the simulator prescribes it.

    ``stage`` says for whom it is likely: 0 hardly any movement, 1 some, 2 good.
    ``first_target`` is in repetitions, or in seconds if ``seconds``; each raise adds ``raise_by``.
    """

    exercise: str
    stage: float
    steps: tuple[Step, ...]
    first_target: int = 10
    raise_by: int = 2
    seconds: bool = False


LADDERS = (
    Ladder(
        "ankle_dorsiflexion", 0.0, (Step("passive"), Step("assisted"), Step("active"), Step("resisted", band="yellow"))
    ),
    Ladder("ankle_adduction_abduction", 0.0, (Step("passive"), Step("assisted"), Step("active"))),
    Ladder("assisted_toe_raise", 0.3, (Step("assisted"), Step("active"))),
    Ladder("toe_raise_negative", 0.8, (Step("active"), Step("active", "standing", "two_hands"))),
    Ladder(
        "heel_raise",
        1.2,
        (
            Step("active"),
            Step("active", "standing", "two_hands"),
            Step("active", "standing", "fingertip"),
            Step("resisted", "standing", "fingertip", 2.0),
        ),
    ),
    Ladder("ankle_eversion", 1.3, (Step("active"), *(Step("resisted", band=band) for band in BANDS[:3]))),
    Ladder("ankle_inversion", 1.4, (Step("active"), *(Step("resisted", band=band) for band in BANDS[:3]))),
    Ladder(
        "single_leg_stand",
        1.9,
        (
            Step("active", "standing", "one_hand"),
            Step("active", "standing", "fingertip"),
            Step("active", "standing", "none"),
        ),
        first_target=10,
        raise_by=5,
        seconds=True,
    ),
    Ladder(
        "hip_adduction_abduction", 1.0, (Step("active"), Step("resisted", band="red"), Step("resisted", band="green"))
    ),
    Ladder("hip_rotation", 1.2, (Step("assisted"), Step("active"), Step("resisted", band="yellow"))),
)

EXERCISES = tuple(ladder.exercise for ladder in LADDERS)
STAGES: NDArray[np.float64] = np.array([ladder.stage for ladder in LADDERS])
FIRST_TARGETS: NDArray[np.float64] = np.array([ladder.first_target for ladder in LADDERS], dtype=float)
RAISE_BY: NDArray[np.float64] = np.array([ladder.raise_by for ladder in LADDERS], dtype=float)
SECONDS: NDArray[np.bool_] = np.array([ladder.seconds for ladder in LADDERS])
N_STEPS: NDArray[np.int64] = np.array([len(ladder.steps) for ladder in LADDERS])


def _step_codes() -> NDArray[np.int64]:
    """``[exercise, step, field]`` with the fields mode, position, support, band as codes, -1 where there is none."""
    codes = np.full((len(LADDERS), int(N_STEPS.max()), 4), -1)
    for row, ladder in enumerate(LADDERS):
        for column, step in enumerate(ladder.steps):
            codes[row, column] = (
                MODES.index(step.mode),
                POSITIONS.index(step.position),
                SUPPORTS.index(step.support) if step.support else -1,
                BANDS.index(step.band) if step.band else -1,
            )
    return codes


STEP_CODES = _step_codes()
STEP_LOADS: NDArray[np.float64] = np.array(
    [
        [ladder.steps[step].load_kg if step < len(ladder.steps) else 0.0 for step in range(int(N_STEPS.max()))]
        for ladder in LADDERS
    ]
)
