"""Cohorts that tests share: simulated ones, and small ones written by hand."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import footdrop_analytics as fd
from footdrop_analytics.analysis.cohort.choice import Choice, choice_of, cohort_columns
from footdrop_analytics.dashboards.cohort.view import CohortSettings
from tests.studies import AS_OF, Log, study_of

_ALIVE: list[fd.Analysis] = []
"""What is prepared of an analysis does not keep it; tests that look at the parts alone do."""


@lru_cache(maxsize=1)
def simulated() -> fd.Analysis:
    """A hundred simulated patients in two arms."""
    return fd.analyse(fd.simulate(patients=100, weeks=14, seed=5))


def by_hand(**logs: Log) -> fd.Analysis:
    """The analysis of small logs, as of their own day."""
    return fd.analyse(study_of(**logs), as_of=AS_OF)


def chosen(analysis: fd.Analysis, **settings: Any) -> Choice:
    """A choice of settings."""
    _ALIVE[:] = [analysis]
    return choice_of(cohort_columns(analysis), CohortSettings(**settings))
