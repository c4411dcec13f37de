"""How the code that dashboards show gets at the study."""

from __future__ import annotations

from footdrop_analytics.model.study import Study
from footdrop_analytics.scale.front import StudyOfParts

DEMO = "demo_study()"
"""How a study is named that is the simulated demo: it has no path, and code calls ``simulation.demo.demo_study``."""
_GIVEN = "# study: the Study that this dashboard was given"


def study_lines(path: str, study: Study) -> tuple[list[str], str]:
    """The imports that it takes, and the line that makes ``study``.

    Parameters
    ----------
    path : str
        As the dashboard's settings have it: the path that was given, :data:`DEMO`, or empty for a study in memory.
    study : Study
        The study, which knows how its dates and times were read.
    """
    if path == DEMO:
        return ["from footdrop_analytics.simulation.demo import demo_study"], f"study = {DEMO}"
    if isinstance(study, StudyOfParts):
        return [], f"study = fd.open_study({path!r})" if path else _GIVEN
    said = {"date_format": study.date_format, "timezone": study.timezone}
    written = "".join(f", {name}={value!r}" for name, value in said.items() if value is not None)
    return [], f"study = fd.read_study({path!r}{written})" if path else _GIVEN
