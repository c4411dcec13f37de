"""The lines of Python that make the view again."""

from __future__ import annotations

from dataclasses import fields

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.cohort.settings import CohortSettings
from footdrop_analytics.dashboards.study_head import analyse_lines, study_lines

_NOT_ASKED = ("study", "as_of", "today")
"""What the code says otherwise: the analysis is made of the study up to the day that is shown."""


def code(analysis: Analysis, settings: CohortSettings) -> str:
    """Code that ends with ``view`` and its ``tables``; settings that are the usual ones are left out."""
    days = {"as_of": analysis.as_of, "start": analysis.start, "end": analysis.end}
    if analysis.end == analysis.as_of:
        del days["end"]
    chosen = [f'{name}="{day:%Y-%m-%d}"' for name, day in days.items() if day is not None]
    own = [(one.name, getattr(settings, one.name)) for one in fields(settings) if one.name not in _NOT_ASKED]
    usual = CohortSettings()
    asked = [f"{name}={value!r}" for name, value in own if name == "group" or value != getattr(usual, name)]
    more_imports, study = study_lines(settings.study, analysis.study)
    return "\n".join(
        [
            "import footdrop_analytics as fd",
            "from footdrop_analytics.dashboards import CohortSettings, cohort_view",
            *more_imports,
            "",
            study,
            *analyse_lines(analysis, ", ".join(chosen)),
            f"view = cohort_view(analysis, CohortSettings({', '.join(asked)}))",
            'tables = view.tables  # for example tables["adherence_groups"]',
            "",
        ]
    )
