"""On which weekdays and at what hours sessions are logged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.cohort.choice import Choice
from footdrop_analytics.analysis.cohort.log_counts import CLINIC, HOME, HOURS, NO_HOUR
from footdrop_analytics.analysis.log.arrays import Ints

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Pattern:
    """Sessions of a choice up to the as-of day.

    Attributes
    ----------
    grid : array of 7 × 24
        Home sessions by weekday (Monday first) and hour of the clock.
    untimed, clinic : array of 7
        Home sessions without a clock time, and sessions done at a visit, by weekday; neither is in the grid.
    table : DataFrame
        ``weekday``, ``hour`` (0–23; missing = without a clock time), ``place`` (``home``, ``clinic``), ``sessions``;
        a row for every weekday and hour, 0 where there was none, and for clinic sessions one per weekday.
    """

    grid: Ints
    untimed: Ints
    clinic: Ints
    table: pd.DataFrame

    @property
    def timed(self) -> int:
        """Home sessions with a clock time."""
        return int(self.grid.sum())

    @property
    def by_weekday(self) -> Ints:
        """All home sessions of each weekday, with and without a time."""
        total: Ints = self.grid.sum(axis=1) + self.untimed
        return total


def pattern_of(choice: Choice) -> Pattern:
    """When the sessions of the patients chosen were logged."""
    prepared = choice.prepared
    sessions = prepared.log.sessions
    wanted = len(prepared.exercises) if choice.exercise is None else choice.exercise
    arms, aetiologies = prepared.arms, prepared.aetiologies
    cell = arms.of_patient * len(aetiologies.values) + aetiologies.of_patient
    cells = np.zeros(int(sessions["cell"].max()) + 1 if len(sessions) else 1, dtype=bool)
    own = np.unique(cell[choice.chosen])
    cells[own[own < len(cells)]] = True
    rows = sessions[(sessions["exercise"].to_numpy() == wanted) & cells[sessions["cell"].to_numpy()]]
    counts = np.zeros((2, 7, HOURS + 1), dtype=np.int64)
    at = tuple(rows[name].to_numpy() for name in ("kind", "weekday", "hour"))
    np.add.at(counts, at, rows["sessions"].to_numpy())
    home = counts[HOME]
    clinic = counts[CLINIC].sum(axis=1)
    return Pattern(home[:, :HOURS], home[:, NO_HOUR], clinic, _table(home, clinic))


def _table(home: Ints, clinic: Ints) -> pd.DataFrame:
    hours = np.tile(np.arange(HOURS + 1), 7)
    hour = pd.Series(np.concatenate([hours, np.full(7, NO_HOUR)]), dtype="Int64")
    return pd.DataFrame(
        {
            "weekday": pd.Series([*np.repeat(WEEKDAYS, HOURS + 1), *WEEKDAYS], dtype="str"),
            "hour": hour.mask(hour == NO_HOUR),
            "place": pd.Series(["home"] * len(hours) + ["clinic"] * 7, dtype="str"),
            "sessions": np.concatenate([home.ravel(), clinic]),
        }
    )
