"""Dashboards for JupyterLab and Voilà: pure views of an analysis, and thin widgets that show them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from footdrop_analytics.dashboards.caseload.settings import CaseloadSettings
    from footdrop_analytics.dashboards.caseload.shell import show_caseload
    from footdrop_analytics.dashboards.caseload.view import caseload_view
    from footdrop_analytics.dashboards.cohort.settings import CohortSettings
    from footdrop_analytics.dashboards.cohort.shell import show_cohort
    from footdrop_analytics.dashboards.cohort.view import cohort_view
    from footdrop_analytics.dashboards.loading import finished
    from footdrop_analytics.dashboards.patient.settings import PatientSettings
    from footdrop_analytics.dashboards.patient.shell import show_patient
    from footdrop_analytics.dashboards.patient.view import patient_view
    from footdrop_analytics.dashboards.view import View

# Scripts that only need a view should not load widgets: a name is imported when it is first used.
_HOME_OF = {
    "CaseloadSettings": "caseload.settings",
    "CohortSettings": "cohort.settings",
    "PatientSettings": "patient.settings",
    "View": "view",
    "caseload_view": "caseload.view",
    "cohort_view": "cohort.view",
    "finished": "loading",
    "patient_view": "patient.view",
    "show_caseload": "caseload.shell",
    "show_cohort": "cohort.shell",
    "show_patient": "patient.shell",
}

__all__ = [
    "CaseloadSettings",
    "CohortSettings",
    "PatientSettings",
    "View",
    "caseload_view",
    "cohort_view",
    "finished",
    "patient_view",
    "show_caseload",
    "show_cohort",
    "show_patient",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
