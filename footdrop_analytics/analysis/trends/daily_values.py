"""Daily values as a long table: one per series and day, with what it is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log.arrays import dates_from, day_keys, table_of
from footdrop_analytics.analysis.log.coded_log import open_log
from footdrop_analytics.analysis.log.days.daily_performance import Performance
from footdrop_analytics.analysis.log.days.ratings import day_ratings
from footdrop_analytics.analysis.trends.run_values import RunValues, run_values
from footdrop_analytics.analysis.trends.trends import check_measure
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import Measure


def daily(study: Study, measure: Measure = "primary", as_of: object = None) -> pd.DataFrame:
    """The values that :func:`trends` looks at, of all runs, and the days with other tried rows.

    Returns
    -------
    DataFrame
        One row per series and day with a tried row: ``patient_id``, ``exercise``, ``side``, ``day``, ``value`` (units
        of the measure; missing if not recorded), ``as_prescribed`` (false: no tried row of the day was), ``outlying``
        (far from all other values of its run), ``implausible`` (more than can be meant). Values that are either decide
        nothing in a trend.

    Raises
    ------
    ParameterError
        If ``measure`` is unknown or ``as_of`` is no date.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> daily = fd.daily(study)
    >>> {"patient_id", "exercise", "side", "day", "value"} <= set(daily)
    True
    """
    log = open_log(study, as_of)
    check_measure(measure)
    performance = Performance(log, day_ratings(log))
    return daily_of(performance, measure, run_values(performance, measure))


def daily_of(performance: Performance, measure: Measure, values: RunValues) -> pd.DataFrame:
    """:func:`daily` on what was performed and the values of the measure in every run."""
    fitting, other = performance.daily(measure), performance.other_daily(measure)
    run = np.concatenate([fitting.run, other.run])
    day = np.concatenate([fitting.day, other.day])
    value = np.concatenate([fitting.value, other.value])
    as_prescribed = np.arange(len(run)) < len(fitting.run)
    order = np.argsort(day_keys(run, day), kind="stable")
    keys = day_keys(run, day)[order]
    beyond = day_keys(values.implausible.run, values.implausible.day)
    value = value[order]
    value[np.searchsorted(keys, beyond)] = values.implausible.value
    return table_of(
        {
            **performance.log.labels(performance.runs.series[run[order]]),
            "day": dates_from(day[order]),
            "value": value,
            "as_prescribed": as_prescribed[order],
            "outlying": np.isin(keys, day_keys(values.outlying.run, values.outlying.day)),
            "implausible": np.isin(keys, beyond),
        }
    )
