"""A cohort's adherence, persistence, progression and data quality as tables: what the cohort dashboard shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.cohort.choice import Choice, CohortFilter, choice_of, cohort_columns
from footdrop_analytics.analysis.cohort.counts import ladder_of, pattern_of, quality_of
from footdrop_analytics.analysis.cohort.spread import persisting_of, spread_of, steps_table
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.names import ALL


def _table(look: Callable[[Any], pd.DataFrame]) -> cached_property[pd.DataFrame]:
    """A table of the class below, which says what is in it."""
    return cached_property(look)


@dataclass(frozen=True, eq=False)
class Cohort:
    """The tables of a cohort; each is made when it is first asked for. Shares lie between 0 and 1, missing is never 0.

    Attributes
    ----------
    adherence : DataFrame
        One row per patient and group: ``patient_id``, ``group`` (key), ``name``, ``due`` and ``credited`` (sessions),
        ``adherence`` (share).
    adherence_groups : DataFrame
        One row per group, all patients first: ``patients``, ``nothing_due``, ``p10``, ``p25``, ``median``, ``p75``,
        ``p90``, ``median_low``, ``median_high``; missing in groups of fewer than 5 patients.
    persistence : DataFrame
        One row per patient and group: ``time_days`` (since the first due day), ``event`` (stopped), ``series``.
    persistence_groups : DataFrame
        One row per group: ``patients``, ``stopped``, ``never_due``, ``median_days``.
    persistence_curves : DataFrame
        Each step of Kaplan–Meier curves: ``time_days``, ``at_risk``, ``stopped``, ``persisting``, ``low``, ``high``.
    modes, difficulties, states : DataFrame
        Counts of series with an active prescription, by exercise: ``series``, ``of_series``, ``patients``.
    pattern : DataFrame
        ``sessions`` by ``weekday``, ``hour`` and ``place``.
    quality : DataFrame
        Counts of rows by ``source``: what is missing, late, rejected.
    recording : DataFrame
        How the logs were written down: ``counted`` of so many (``of``) entries, days or patients (``unit``), ``what``.
    """

    choice: Choice
    analysis: Analysis = field(repr=False)

    _spread = cached_property(lambda self: spread_of(self.choice))
    _persisting = cached_property(lambda self: persisting_of(self.choice))
    _ladder = cached_property(lambda self: ladder_of(self.choice))
    _quality = cached_property(lambda self: quality_of(self.choice))
    adherence = _table(lambda self: self._spread.values)
    adherence_groups = _table(lambda self: self._spread.groups)
    persistence = _table(lambda self: self._persisting.times)
    persistence_groups = _table(lambda self: self._persisting.groups)
    persistence_curves = _table(lambda self: steps_table(self._persisting.curves))
    modes = _table(lambda self: self._ladder.modes)
    difficulties = _table(lambda self: self._ladder.difficulties)
    states = _table(lambda self: self._ladder.states)
    pattern = _table(lambda self: pattern_of(self.choice).table)
    quality = _table(lambda self: self._quality.sources)
    recording = _table(lambda self: self._quality.recording)


def cohort(
    analysis: Analysis, group: str = "exercise", exercise: str = ALL, arm: str = ALL, aetiology: str = ALL
) -> Cohort:
    """Statistics of a cohort: every patient counts once in a group, however many sides and sessions there are.

    Parameters
    ----------
    analysis : Analysis
        The analysis of the whole study; of a partitioned one its ``as_analysis()``, whose log is counted part by part.
    group : {"exercise", "arm", "aetiology"}
        What adherence and persistence are grouped by.
    exercise, arm, aetiology : str
        Only this exercise (key), arm (as recorded) and aetiology (key); ``"all"`` for all of them, ``""`` for
        patients of whom it is not recorded.

    Returns
    -------
    Cohort
        A table per attribute.

    Raises
    ------
    ParameterError
        If ``analysis`` is none, ``group`` is none of the three, or the study knows no such exercise, arm or aetiology.

    Notes
    -----
    Kaplan & Meier (1958), J Am Stat Assoc 53:457, with Greenwood's band on the log–log scale; intervals of medians by
    the binomial distribution of ranks (Conover 1999, 3.2). No test between groups is made, on purpose.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> analysis = fd.analyse(fd.simulate(patients=6, weeks=8, seed=1))
    >>> fd.cohort(analysis, group="aetiology").adherence_groups["name"].iloc[0]
    'All patients'
    """
    if not isinstance(analysis, Analysis):
        raise ParameterError(f"analysis: expected what analyse() returns, found {type(analysis).__name__}.")
    wanted = CohortFilter(group=group, exercise=exercise, arm=arm, aetiology=aetiology)
    # What is prepared of an analysis lives as long as the analysis does.
    return Cohort(choice_of(cohort_columns(analysis), wanted), analysis)
