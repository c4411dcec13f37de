"""Daily values for charts: one value per series and day, with whether the day was as prescribed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import dates_from, table_of
from footdrop_analytics.analysis.log.coded_log import open_log
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.log.ratings import day_ratings
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import MEASURES, Measure


def daily_values(study: Study, measure: Measure = "primary", as_of: object = None) -> pd.DataFrame:
    """The values that :func:`trends` fits, of all runs, and the days with other tried rows.

    Returns
    -------
    DataFrame
        One row per series and day with a tried row: ``patient_id``, ``exercise``, ``side``, ``day``, ``value`` (units
        of the measure; missing if not recorded), ``as_prescribed`` (false: no tried row of the day was).

    Raises
    ------
    ParameterError
        If ``measure`` is unknown or ``as_of`` is no date.
    """
    log = open_log(study, as_of)
    return daily_values_of(Performance(log, day_ratings(log)), measure)


def daily_values_of(performance: Performance, measure: Measure = "primary") -> pd.DataFrame:
    """:func:`daily_values` on what was performed."""
    if measure not in MEASURES:
        raise ParameterError(f"measure: expected one of {', '.join(MEASURES)}, found {measure!r}.")
    fitting, other = performance.daily(measure), performance.other_daily(measure)
    run = np.concatenate([fitting.run, other.run])
    day = np.concatenate([fitting.day, other.day])
    value = np.concatenate([fitting.value, other.value])
    as_prescribed = np.arange(len(run)) < len(fitting.run)
    order = np.lexsort((day, run))
    return table_of(
        {
            **performance.log.labels(performance.runs.series[run[order]]),
            "day": dates_from(day[order]),
            "value": value[order],
            "as_prescribed": as_prescribed[order],
        }
    )
