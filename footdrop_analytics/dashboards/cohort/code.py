"""The lines of Python that make the view again."""

from __future__ import annotations

from dataclasses import fields

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.cohort.settings import CohortSettings

DEMO = "demo_study()"
"""How settings name the simulated demo, which lies in no folder."""
_IN_MEMORY = "# study: the Study that the dashboard was opened with"


def code(analysis: Analysis, settings: CohortSettings) -> str:
    """Code that ends with ``view`` and its ``tables``; settings that are the usual ones are left out."""
    days = {"as_of": analysis.as_of, "start": analysis.start, "end": analysis.end}
    if analysis.end == analysis.as_of:
        del days["end"]
    chosen = [f'{name}="{day:%Y-%m-%d}"' for name, day in days.items() if day is not None]
    own = [(one.name, getattr(settings, one.name)) for one in fields(settings) if one.name != "study"]
    usual = CohortSettings()
    asked = [f"{name}={value!r}" for name, value in own if name == "group" or value != getattr(usual, name)]
    imports = [
        "import footdrop_analytics as fd",
        "from footdrop_analytics.dashboards import CohortSettings, cohort_view",
    ]
    study = f"study = fd.read_study({settings.study!r})" if settings.study else _IN_MEMORY
    if settings.study == DEMO:
        imports.append("from footdrop_analytics.simulation.demo import demo_study")
        study = f"study = {DEMO}"
    return "\n".join(
        [
            *imports,
            "",
            study,
            f"analysis = fd.analyse(study, {', '.join(chosen)})",
            f"view = cohort_view(analysis, CohortSettings({', '.join(asked)}))",
            'tables = view.tables  # for example tables["adherence_groups"]',
            "",
        ]
    )
