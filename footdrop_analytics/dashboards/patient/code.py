"""The lines of Python that show again what is on screen, from the settings that made it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.study_head import study_lines
from footdrop_analytics.model.study import Study


def code(settings: PatientSettings, study: Study, as_of: date | None, known: bool) -> str:
    """The code."""
    chosen = ", ".join(f"{name}={_literal(value)}" for name, value in _chosen(settings))
    dates = any(isinstance(value, date) for _, value in _chosen(settings)) or as_of is not None
    whose = f".filter(patients=[{settings.patient_id!r}])" if known else ""
    until = f", as_of={_literal(as_of)}" if as_of is not None else ""
    imports, reading = study_lines(settings.study, study)
    lines = [
        *(["from datetime import date", ""] if dates else []),
        "import footdrop_analytics as fd",
        "from footdrop_analytics.dashboards import PatientSettings, patient_view",
        *imports,
        "",
        reading,
        f"analysis = fd.analyse(study{whose}{until})",
        f"settings = PatientSettings({chosen})",
        "view = patient_view(analysis, settings)",
        "view.tables  # the rows behind what is shown, by name",
    ]
    return "\n".join([*lines, ""])


def _chosen(settings: PatientSettings) -> Iterator[tuple[str, object]]:
    """What differs from the defaults."""
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name not in ("today", "records") and value != field.default:
            yield field.name, value


def _literal(value: object) -> str:
    return f"date({value.year}, {value.month}, {value.day})" if isinstance(value, date) else repr(value)
