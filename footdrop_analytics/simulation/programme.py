"""What is prescribed: series, visits, and the versions that follow what a patient can do on the way to less help.

The ways and targets of the exercises are invented, as plausible examples; nothing in the analysis reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from footdrop_analytics.model.vocabulary import DECISIONS, MODES, POSITIONS, SIDES, SUPPORTS
from footdrop_analytics.simulation.cohort import WEEK, Cohort, Days, Flags, Floats, days_covered

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

    ``stage`` says for whom it is likely: 0 hardly any movement, 1 some, 2 good. Targets are in repetitions, or in
    seconds if ``seconds``; each raise adds ``raise_by``.
    """

    exercise: str
    stage: float
    steps: tuple[Step, ...]
    raise_by: int = 2
    seconds: bool = False


_PASSIVE, _ASSISTED, _ACTIVE = Step("passive"), Step("assisted"), Step("active")
_TWO_HANDS, _FINGERTIP = Step("active", "standing", "two_hands"), Step("active", "standing", "fingertip")
_BANDS = tuple(Step("resisted", band=band) for band in BANDS[:3])
_YELLOW, _RED, _GREEN = _BANDS
LADDERS = (
    Ladder("ankle_dorsiflexion", 0.0, (_PASSIVE, _ASSISTED, _ACTIVE, _YELLOW)),
    Ladder("ankle_adduction_abduction", 0.0, (_PASSIVE, _ASSISTED, _ACTIVE)),
    Ladder("assisted_toe_raise", 0.3, (_ASSISTED, _ACTIVE)),
    Ladder("toe_raise_negative", 0.8, (_ACTIVE, _TWO_HANDS)),
    Ladder("heel_raise", 1.2, (_ACTIVE, _TWO_HANDS, _FINGERTIP, Step("resisted", "standing", "fingertip", 2.0))),
    Ladder("ankle_eversion", 1.3, (_ACTIVE, *_BANDS)),
    Ladder("ankle_inversion", 1.4, (_ACTIVE, *_BANDS)),
    Ladder(
        "single_leg_stand",
        1.9,
        (Step("active", "standing", "one_hand"), _FINGERTIP, Step("active", "standing", "none")),
        raise_by=5,
        seconds=True,
    ),
    Ladder("hip_adduction_abduction", 1.0, (_ACTIVE, _RED, _GREEN)),
    Ladder("hip_rotation", 1.2, (_ASSISTED, _ACTIVE, _YELLOW)),
)

EXERCISES = tuple(ladder.exercise for ladder in LADDERS)
STAGES: NDArray[np.float64] = np.array([ladder.stage for ladder in LADDERS])
FIRST_TARGET = 10.0
RAISE_BY: NDArray[np.float64] = np.array([ladder.raise_by for ladder in LADDERS], dtype=float)
SECONDS: NDArray[np.bool_] = np.array([ladder.seconds for ladder in LADDERS])
N_STEPS: NDArray[np.int64] = np.array([len(ladder.steps) for ladder in LADDERS])
_PADDED = [[*ladder.steps, *[_PASSIVE] * (N_STEPS.max() - len(ladder.steps))] for ladder in LADDERS]
STEP_LOADS: NDArray[np.float64] = np.array([[step.load_kg for step in steps] for steps in _PADDED])
_CODED = ((MODES, "mode"), (POSITIONS, "position"), (SUPPORTS, "support"), (BANDS, "band"))
STEP_CODES: NDArray[np.int64] = np.array(
    [
        [[keys.index(one) if (one := getattr(step, name)) else -1 for keys, name in _CODED] for step in steps]
        for steps in _PADDED
    ]
)
"""``[exercise, step, field]`` with the fields mode, position, support, band as codes, -1 where there is none."""

KEEP, HARDER, EASIER, REFER = (DECISIONS.index(one) for one in ("keep", "harder", "easier", "refer"))
_LEFT, _RIGHT, _BOTH = SIDES.index("left"), SIDES.index("right"), SIDES.index("both")


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One entry per series (patient, exercise, side); days count from the first day of the study."""

    patient: Days
    exercise: Days  # code in EXERCISES
    side: Days
    first_day: Days
    last_day: Days  # the explicit end of the last version; the number of days of the study if open
    days_per_week: Floats
    sessions_per_day: Days
    sets: Days
    level: Floats  # what the patient can do on the first day, at the first difficulty
    slope: Floats  # per week
    phi: Floats
    sd: Floats
    keeps_up: Floats  # chance of doing this exercise when the patient exercises at all
    visits: Days  # (series, n visits): days of the patient's visits, -1 where there is none
    decisions: Days  # (series, n visits): code in DECISIONS
    step: Days  # (series, days): step on the ladder on each day
    target: Floats  # (series, days)
    expected: Floats  # (series, days): the value without noise
    new_version: Flags  # (series, days): a version starts

    @property
    def size(self) -> int:
        """The number of series."""
        return len(self.patient)


def draw_programme(rng: Generator, cohort: Cohort) -> Programme:
    """Draw two to six exercises per patient and the visits at which they are changed."""
    patient, exercise, side = _who_does_what(rng, cohort)
    size, n_days = len(patient), cohort.n_days
    later = rng.random(size) < 0.2
    first_day = cohort.first_day[patient] + np.where(later, rng.integers(WEEK, max(WEEK + 1, n_days // 2), size), 0)
    first_day = np.minimum(first_day, n_days - 1)
    ends = (rng.random(size) < 0.12) & (n_days > 8 * WEEK)
    last_day = np.where(ends, np.minimum(first_day + rng.integers(4 * WEEK, 12 * WEEK, size), n_days), n_days)
    falling = np.isin(cohort.aetiology[patient], (3, 8)) & (rng.random(size) < 0.5)
    slope = FIRST_TARGET * np.where(
        falling, -rng.uniform(0.01, 0.04, size), np.maximum(rng.normal(0.02, 0.025, size), 0.0)
    )
    level = FIRST_TARGET * rng.uniform(0.7, 1.2, size)
    visits = _draw_visits(rng, cohort)[patient]
    step, target_by_day, expected, decisions, new_version = _follow(
        rng, exercise, first_day, last_day, level, slope, visits, n_days
    )
    return Programme(
        patient=patient,
        exercise=exercise,
        side=side,
        first_day=first_day,
        last_day=last_day,
        days_per_week=rng.choice((3.0, 3.5, 4.0, 5.0, 6.0, 7.0), size, p=(0.12, 0.05, 0.08, 0.3, 0.1, 0.35)),
        sessions_per_day=np.where(rng.random(size) < 0.12, 2, 1),
        sets=rng.choice((1, 2, 3), size, p=(0.35, 0.3, 0.35)),
        level=level,
        slope=slope,
        phi=rng.uniform(0.0, 0.6, size),
        sd=np.where(SECONDS[exercise], rng.uniform(1.2, 2.4, size), rng.uniform(0.8, 1.6, size)),
        keeps_up=rng.uniform(0.9, 1.0, size),
        visits=visits,
        decisions=decisions,
        step=step,
        target=target_by_day,
        expected=expected,
        new_version=new_version,
    )


def _who_does_what(rng: Generator, cohort: Cohort) -> tuple[Days, Days, Days]:
    """Exercises that suit the patient's stage, drawn without replacement; two sides trained apart are two series."""
    chance = np.exp(-1.5 * np.abs(STAGES - cohort.stage[:, None]))
    keys = np.log(chance) + rng.gumbel(size=chance.shape)
    rank = np.argsort(np.argsort(-keys, axis=1), axis=1)
    wanted = rng.choice((2, 3, 4, 5, 6), cohort.size, p=(0.15, 0.3, 0.3, 0.15, 0.1))
    patient, exercise = np.nonzero(rank < wanted[:, None])
    apart = (cohort.side[patient] == _BOTH) & (rng.random(len(patient)) < 0.5)
    side = np.where(apart, _LEFT, cohort.side[patient])
    patient = np.concatenate([patient, patient[apart]])
    exercise = np.concatenate([exercise, exercise[apart]])
    side = np.concatenate([side, np.full(apart.sum(), _RIGHT)])
    order = np.lexsort((side, exercise, patient))
    return patient[order], exercise[order], side[order]


def _draw_visits(rng: Generator, cohort: Cohort) -> Days:
    """The first visit and one about every four weeks, some missed; -1 where there is none."""
    n_visits = max(1, cohort.n_days // (4 * WEEK))
    day = (
        cohort.first_day[:, None] + 4 * WEEK * np.arange(1, n_visits + 1) + rng.integers(-3, 4, (cohort.size, n_visits))
    )
    day -= np.where(day % WEEK >= 5, 2, 0)
    kept = (day < np.minimum(cohort.n_days, cohort.dropout_day + 10)[:, None]) & (day <= cohort.discharged_on[:, None])
    return np.column_stack([cohort.first_day, np.where(kept & (rng.random(day.shape) < 0.9), day, -1)])


def _follow(
    rng: Generator,
    exercise: Days,
    first_day: Days,
    last_day: Days,
    level: Floats,
    slope: Floats,
    visits: Days,
    n_days: int,
) -> tuple[Days, Floats, Floats, Days, Flags]:
    """Go through the visits in order: raise a target that is reached, take the next step, or make it easier."""
    size = len(exercise)
    day = np.arange(n_days)
    ability = level[:, None] + slope[:, None] * np.maximum(day - first_day[:, None], 0) / WEEK
    step, target = np.zeros(size, dtype=np.int64), np.full(size, FIRST_TARGET)
    harder_costs = 0.3 * FIRST_TARGET
    step_by_day = np.zeros((size, n_days), dtype=np.int64)
    target_by_day = np.repeat(target[:, None], n_days, axis=1)
    decisions = np.full(visits.shape, KEEP)
    new_version = np.zeros((size, n_days), dtype=bool)
    everyone = np.arange(size)
    new_version[everyone, first_day] = True
    for visit in range(visits.shape[1]):
        when = visits[:, visit]
        seen = (when > first_day) & (when <= last_day)
        now = ability[everyone, np.maximum(when, 0)] - harder_costs * step
        luck = rng.random(size)
        reached = seen & (now >= target) & (luck < 0.6)
        may_step = step < N_STEPS[exercise] - 1
        steps_up = reached & may_step & ((luck < 0.3) | (target > 1.3 * FIRST_TARGET))
        raises = reached & ~steps_up & (target < 1.7 * FIRST_TARGET)
        eases = seen & (now < 0.8 * target) & (luck < 0.5) & (step > 0)
        target = np.where(steps_up | eases, FIRST_TARGET, target + raises * RAISE_BY[exercise])
        step = step + steps_up - eases
        changed = steps_up | raises | eases
        decisions[:, visit] = np.select(
            [steps_up | raises, eases, seen & (luck > 0.985)], [HARDER, EASIER, REFER], KEEP
        )
        new_version[everyone[changed], when[changed]] = True
        from_now = changed[:, None] & (day >= when[:, None])
        step_by_day = np.where(from_now, step[:, None], step_by_day)
        target_by_day = np.where(from_now, target[:, None], target_by_day)
    expected = np.maximum(ability - harder_costs * step_by_day, 0.0)
    return step_by_day, target_by_day, expected, decisions, new_version


def active_days(cohort: Cohort, programme: Programme) -> Flags:
    """True on the days a version is active: from its start to its end, not after the discharge."""
    day = np.arange(cohort.n_days)
    until = np.minimum(programme.last_day, cohort.discharged_on[programme.patient])
    return (day >= programme.first_day[:, None]) & (day <= until[:, None])


def draw_pauses(rng: Generator, cohort: Cohort, programme: Programme) -> tuple[Days, Flags]:
    """Pauses as rows (patient, exercise or -1, first day, last day) and the paused days of each series."""
    n_days = cohort.n_days
    owner = np.nonzero(rng.random(cohort.size) < 0.15)[0]
    first = cohort.first_day[owner] + rng.integers(WEEK, max(WEEK + 1, n_days - WEEK), len(owner))
    last = first + rng.integers(2, 15, len(owner))
    one = rng.random(len(owner)) < 0.25
    series_of = np.searchsorted(programme.patient, owner)  # the patient's first series
    exercise = np.where(one, programme.exercise[series_of], -1)
    kept = last < n_days
    rows = np.stack([owner, exercise, first, last], axis=1)[kept]
    paused = days_covered(rows[rows[:, 1] < 0][:, [0, 2, 3]], (cohort.size, n_days))[programme.patient]
    single = rows[rows[:, 1] >= 0]
    key = programme.patient * len(EXERCISES) + programme.exercise
    wanted = single[:, 0] * len(EXERCISES) + single[:, 1]
    low, high = np.searchsorted(key, wanted), np.searchsorted(key, wanted, side="right")
    of = np.repeat(np.arange(len(single)), high - low)
    hit = low[of] + np.arange(len(of)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    paused |= days_covered(np.stack([hit, single[of, 2], single[of, 3]], axis=1), paused.shape)
    return rows, paused
