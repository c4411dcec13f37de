"""Adherence, trends and progression criteria from the exercise logs of people with foot drop.

It describes logged exercise for a clinician to review; it never tells anyone to progress.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from footdrop_analytics.analysis.adherence.adherence import adherence
    from footdrop_analytics.analysis.adherence.persistence import persistence
    from footdrop_analytics.analysis.analyse import Analysis, analyse
    from footdrop_analytics.analysis.cohort.cohort import Cohort, cohort
    from footdrop_analytics.analysis.flags.flags import review_flags
    from footdrop_analytics.analysis.outcomes import outcomes
    from footdrop_analytics.analysis.readiness.readiness import readiness, readiness_criteria
    from footdrop_analytics.analysis.trends.history import steps
    from footdrop_analytics.analysis.trends.trends import trends
    from footdrop_analytics.errors import FootdropError, KnowledgeError, ParameterError, StudyError
    from footdrop_analytics.knowledge import (
        load_definitions,
        load_exercises,
        load_flag_rules,
        load_outcome_measures,
        load_rules,
    )
    from footdrop_analytics.model.study import Study
    from footdrop_analytics.reading import read_study, study_from_tables
    from footdrop_analytics.report import write_report, write_reports
    from footdrop_analytics.simulation import simulate

__version__ = "0.1.0"

# What a name needs (pandera, SciPy, plotly, Jinja) is imported when the name is first used, not before.
_HOME_OF = {
    "Analysis": "analysis.analyse",
    "Cohort": "analysis.cohort.cohort",
    "FootdropError": "errors",
    "KnowledgeError": "errors",
    "ParameterError": "errors",
    "Study": "model.study",
    "StudyError": "errors",
    "adherence": "analysis.adherence.adherence",
    "analyse": "analysis.analyse",
    "cohort": "analysis.cohort.cohort",
    "load_definitions": "knowledge",
    "load_exercises": "knowledge",
    "load_flag_rules": "knowledge",
    "load_outcome_measures": "knowledge",
    "load_rules": "knowledge",
    "outcomes": "analysis.outcomes",
    "persistence": "analysis.adherence.persistence",
    "read_study": "reading",
    "readiness": "analysis.readiness.readiness",
    "readiness_criteria": "analysis.readiness.readiness",
    "review_flags": "analysis.flags.flags",
    "simulate": "simulation",
    "steps": "analysis.trends.history",
    "study_from_tables": "reading",
    "trends": "analysis.trends.trends",
    "write_report": "report",
    "write_reports": "report",
}

__all__ = [
    "Analysis",
    "Cohort",
    "FootdropError",
    "KnowledgeError",
    "ParameterError",
    "Study",
    "StudyError",
    "__version__",
    "adherence",
    "analyse",
    "cohort",
    "load_definitions",
    "load_exercises",
    "load_flag_rules",
    "load_outcome_measures",
    "load_rules",
    "outcomes",
    "persistence",
    "read_study",
    "readiness",
    "readiness_criteria",
    "review_flags",
    "simulate",
    "steps",
    "study_from_tables",
    "trends",
    "write_report",
    "write_reports",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
