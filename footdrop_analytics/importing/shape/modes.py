"""Who moves the foot, where a source leaves that open: it is asked, and never taken from the exercise's usual way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from footdrop_analytics.importing.cells import counted, in_study
from footdrop_analytics.importing.shape.tables import PATIENT
from footdrop_analytics.importing.steps.base import Ask, How
from footdrop_analytics.importing.steps.exercises import mode_ask

_TABLES = ("prescriptions", "sessions")


def open_modes(tables: Mapping[str, pd.DataFrame], plan: Sequence[Mapping[str, object]], how: How) -> list[Ask]:
    """For each name of an exercise that is done with help and without: the question which of both is meant.

    It is open where neither the row, its name or an answer says it, nor (for the log) the plan of that patient:
    ``plan`` is the one that was stated for all of them.
    """
    catalog = how.names.catalog
    several = [key for key in catalog.keys if catalog[key].open_modes]
    rows: dict[tuple[str, str], int] = {}
    stated = [str(one["exercise"]) for one in plan if one.get("mode")]
    for name in _TABLES:
        frame = tables.get(name)
        if frame is None or "exercise" not in frame:
            continue
        open_ones = in_study(frame) & frame["exercise"].isin(several).to_numpy()
        if "mode" in frame:
            open_ones &= frame["mode"].isna().to_numpy()
        if name == "sessions":
            open_ones &= ~frame["exercise"].isin(stated).to_numpy()
            open_ones[open_ones] = ~_planned(frame[open_ones], tables.get("prescriptions"))
        written = frame["exercise_written"] if "exercise_written" in frame else frame["exercise"]
        for key in several:
            of_key = open_ones & (frame["exercise"] == key).to_numpy()
            for text, count in counted(written, of_key).items():
                rows[(text, key)] = rows.get((text, key), 0) + count
    return [mode_ask(text, key, count, catalog) for (text, key), count in rows.items()]


def _planned(log: pd.DataFrame, plan: pd.DataFrame | None) -> np.ndarray:
    """Which rows of a log are of an exercise in whose plan, of that patient, a mode is said."""
    if plan is None or not {"mode", PATIENT, "exercise"} <= set(plan) or PATIENT not in log:
        return np.zeros(len(log), bool)
    said = plan[in_study(plan) & plan["mode"].notna()]
    pairs = pd.MultiIndex.from_frame(said[[PATIENT, "exercise"]].astype(str))
    found: np.ndarray = pd.MultiIndex.from_frame(log[[PATIENT, "exercise"]].astype(str)).isin(pairs)
    return found
