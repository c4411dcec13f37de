"""The lines of Python that make a view again, from the settings that made it."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.knowledge import load_flag_rules, load_rules
from footdrop_analytics.model.study import Study
from footdrop_analytics.scale.front import AnalysisOfParts, StudyOfParts

DEMO = "demo_study()"
"""How a study is named that is the simulated demo: it has no path, and code calls ``simulation.demo.demo_study``."""
_GIVEN = "# study: the Study that this dashboard was given"
_ELSEWHERE = ("as_of", "today", "records")
"""Settings that the code does not name: the analysis is up to the day that is shown, and no person looks."""
_RULES = {"rules": "the readiness rules", "flags": "the review flags"}


def code(settings: Any, analysis: Analysis, patient_id: str | None = None) -> str:
    """Code that ends with ``view`` and its ``tables``; settings that are the usual ones are left out.

    With ``patient_id`` the analysis is of this patient alone, over all its days.
    """
    kind = type(settings).__name__
    view = f"{kind.removesuffix('Settings').lower()}_view"
    named = {one.name: one.default for one in fields(settings) if one.name not in _ELSEWHERE}
    chosen = {name: one for name, usual in named.items() if (one := getattr(settings, name)) != usual}
    imports, reading = study_lines(settings.study, analysis.study)
    lines = [
        *(["from datetime import date", ""] if any(isinstance(one, date) for one in chosen.values()) else []),
        "import footdrop_analytics as fd",
        f"from footdrop_analytics.dashboards import {kind}, {view}",
        *imports,
        "",
        reading,
        *_analysing(analysis, patient_id),
        f"settings = {kind}({', '.join(f'{name}={_literal(one)}' for name, one in chosen.items())})",
        f"view = {view}(analysis, settings)",
        "tables = view.tables  # the rows behind what is shown, by name",
    ]
    return "\n".join([*lines, ""])


def _literal(value: object) -> str:
    return f"date({value.year}, {value.month}, {value.day})" if isinstance(value, date) else repr(value)


def _analysing(analysis: Analysis, patient_id: str | None) -> list[str]:
    """The lines that make the analysis again."""
    own = {"rules": analysis.rules != load_rules(), "flags": analysis.flag_rules != load_flag_rules()}
    rules = [name for name, differs in own.items() if differs]
    days = {"as_of": analysis.as_of, "start": analysis.start, "end": analysis.end}
    if analysis.end == analysis.as_of:
        del days["end"]
    if patient_id is not None:
        days = {} if analysis.as_of == analysis.study.as_of else {"as_of": analysis.as_of}
    study = "study" if patient_id is None else f"study.filter(patients=[{patient_id!r}])"
    asked = [f'{name}="{day:%Y-%m-%d}"' for name, day in days.items() if day is not None]
    call = f"analysis = fd.analyse({', '.join([study, *asked, *(f'{name}={name}' for name in rules)])})"
    whole = ".as_analysis()" if isinstance(analysis, AnalysisOfParts) and patient_id is None else ""
    comments = [
        f"# {name}: {_RULES[name]} that this analysis was made with, or the path of their file" for name in rules
    ]
    return [*comments, call + whole]


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
