"""Single series of repetitions with a known slope, for error rates of trends."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.simulation.generator import ar1
from footdrop_analytics.simulation.records import FIRST_DAY


def simulate_series(
    series: int,
    days: int,
    seed: int,
    *,
    slope_per_week: float = 0.0,
    level: float = 10.0,
    sd: float = 1.2,
    phi: float = 0.3,
    missing: float = 0.0,
) -> pd.DataFrame:
    """Whole-number repetitions of many single series with one known slope.

    Parameters
    ----------
    series, days : int
        Number of series, and of days with a value in each.
    seed : int
        The same seed gives the same values.
    slope_per_week : float
        True change in repetitions per week.
    level : float
        True repetitions in the middle of the series.
    sd : float
        Standard deviation of a day around the true line, in repetitions.
    phi : float
        Correlation of two days next to each other; it falls as ``phi`` to the power of the days between.
    missing : float
        Share of calendar days without a value; the series then lasts longer, the number of values stays ``days``.

    Returns
    -------
    DataFrame
        ``series`` (0, 1, …), ``day`` (days from the first), ``value`` (repetitions, never below 0), one row per value.
    """
    rng = np.random.default_rng(seed)
    n_calendar = days if missing == 0 else int(np.ceil(days / (1.0 - missing) * 1.5)) + 5
    present = rng.random((series, n_calendar)) >= missing
    present &= np.cumsum(present, axis=1) <= days
    noise = ar1(rng, np.full(series, phi), n_calendar)
    row, day = np.nonzero(present)
    middle = np.bincount(row, weights=day, minlength=series) / np.maximum(np.bincount(row, minlength=series), 1)
    line = level + slope_per_week / 7.0 * (day - middle[row])
    value = np.maximum(np.rint(line + sd * noise[row, day]), 0.0)
    return pd.DataFrame({"series": row, "day": day, "value": value})


def series_tables(values: pd.DataFrame, exercise: str = "heel_raise") -> dict[str, pd.DataFrame]:
    """The same series as the ``sessions`` and ``prescriptions`` of a study with one patient per series.

    No number of repetitions is prescribed, so that no log stops at a target.
    """
    ids = "S" + pd.Series(np.arange(int(values["series"].max()) + 1)).astype(str).str.zfill(6)
    sessions = pd.DataFrame(
        {
            "patient_id": pd.Categorical.from_codes(values["series"].to_numpy(), categories=pd.Index(ids)),
            "performed_at": (FIRST_DAY + values["day"].to_numpy()).astype("datetime64[us]"),
            "exercise": exercise,
            "side": "left",
            "reps": values["value"].astype("Int32"),
        }
    )
    prescriptions = pd.DataFrame(
        {
            "patient_id": ids,
            "exercise": exercise,
            "side": "left",
            "start_date": pd.Timestamp(FIRST_DAY),
            "days_per_week": 7.0,
            "mode": "active",
        }
    )
    return {"sessions": sessions, "prescriptions": prescriptions}
