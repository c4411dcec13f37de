"""What is remembered from view to view holds nothing that a patient wrote."""

from __future__ import annotations

import sys

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from tests.studies import Log


def _remembered() -> dict[str, int]:
    """How much each function of the package remembers for as long as the process lives."""
    return {
        f"{module}.{name}": found.cache_info().currsize
        for module, loaded in list(sys.modules.items())
        if module.startswith("footdrop_analytics")
        for name, found in vars(loaded).items()
        if hasattr(found, "cache_info")
    }


def test_notes_are_forgotten_with_the_view() -> None:
    def show(words: str) -> str:
        log = Log().changed(3, notes=words).event("dizziness", 2, notes=words).event("unreadable", 1, notes=words)
        panels = patient_view(fd.analyse(log.study()), PatientSettings(patient_id="P")).panels
        return "".join(panels.values())

    assert "too tired today" in show("too tired today")
    remembered = _remembered()
    assert remembered
    assert "my knee hurts" in show("my knee hurts")
    grown = {name for name, size in _remembered().items() if size != remembered.get(name)}
    assert not grown
