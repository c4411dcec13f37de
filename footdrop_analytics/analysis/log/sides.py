"""To which series a row belongs: rows of one side and of both sides beside the plan."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.log.arrays import Ints, day_keys
from footdrop_analytics.model.vocabulary import SIDES

LEFT, RIGHT, BOTH = SIDES.index("left"), SIDES.index("right"), SIDES.index("both")


def place_rows(patient_exercise: Ints, side: Ints, day: Ints, plan_key: Ints, plan_start: Ints) -> tuple[Ints, Ints]:
    """Which rows count for which sides: positions of rows, and the side each of them counts for.

    A row logged for ``both`` counts for left and right, each that has a version begun by its day, if the latest such
    start is later than the latest start of a ``both`` version, or there is none. A row of one side counts for ``both``
    if the latest start of a ``both`` version is later than the latest of its own side, or there is none of its own.
    Every other row keeps its side. ``plan_key`` is patient-exercise × 3 + side of each version.
    """
    size = int(patient_exercise.max(initial=-1)) + 1
    planned = plan_key[plan_key // 3 < size]
    has = np.zeros((size, 3), dtype=bool)
    has[planned // 3, planned % 3] = True
    one_sided, both_sided = (has[:, LEFT] | has[:, RIGHT])[patient_exercise], has[patient_exercise, BOTH]
    asked = np.flatnonzero(np.where(side == BOTH, one_sided, both_sided))
    if len(asked) == 0:
        return np.arange(len(side)), side
    order = np.lexsort((plan_start, plan_key))
    keys = day_keys(plan_key, plan_start)[order]
    latest = [_latest_start(keys, patient_exercise[asked] * 3 + which, day[asked]) for which in (LEFT, RIGHT, BOTH)]
    of_both = side[asked] == BOTH
    own = np.where(side[asked] == LEFT, latest[LEFT], latest[RIGHT])
    joins = ~of_both & (latest[BOTH] > own)
    splits = of_both & (np.maximum(latest[LEFT], latest[RIGHT]) > latest[BOTH])
    kept_side = side.copy()
    kept_side[asked[joins]] = BOTH
    stays = np.ones(len(side), dtype=bool)
    stays[asked[splits]] = False
    kept = np.flatnonzero(stays)
    lefts, rights = (asked[splits & (latest[which] >= 0)] for which in (LEFT, RIGHT))
    rows = np.concatenate([kept, lefts, rights])
    sides = np.concatenate([kept_side[kept], np.full(len(lefts), LEFT), np.full(len(rights), RIGHT)])
    return rows, sides


def _latest_start(keys: Ints, wanted: Ints, day: Ints) -> Ints:
    index = np.searchsorted(keys, day_keys(wanted, day), side="right") - 1
    first = np.maximum(index, 0)
    found = (index >= 0) & (keys[first] >= day_keys(wanted, np.zeros(len(day), dtype=np.int64)))
    return np.where(found, keys[first] - day_keys(wanted, np.zeros(len(day), dtype=np.int64)), -1)
