"""How long a dashboard takes to follow a change, against bare plotly with the data at hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import plotly.graph_objects as go

import footdrop_analytics as fd
from footdrop_analytics.dashboards import CaseloadSettings, CohortSettings, PatientSettings
from footdrop_analytics.dashboards.caseload.shell import CaseloadDashboard
from footdrop_analytics.dashboards.cohort.shell import CohortShell
from footdrop_analytics.dashboards.patient.shell import PatientDashboard

N_PATIENTS = 15
Figure = dict[str, Any]


def change_times(folder: str) -> dict[str, Any]:
    """Seconds of each kind of change (the median of several), of the first views, and of bare plotly."""
    analysis = fd.analyse(fd.read_study(Path(folder)))
    size = {"patients": len(analysis.caseload), "rows": len(analysis.study.sessions)}
    changes, figures = _patient_changes(analysis)
    return size | _first_views(analysis) | changes | _bare_plotly(figures)


def _first_views(analysis: fd.Analysis) -> dict[str, float]:
    """The dashboards of everybody: made and filled for the first time, then with other choices."""
    caseload = CaseloadDashboard(analysis, CaseloadSettings(study=""))
    cohort = CohortShell(analysis, CohortSettings(study=""))
    states = ("criteria_not_met", "not_enough_data", "all")
    groups = ("arm", "aetiology", "exercise")
    return {
        "caseload_first": _seconds(caseload.open),
        "caseload_filter": median(_seconds(caseload.change, state=state) for state in states),
        "cohort_first": _seconds(cohort.open),
        "cohort_filter": median(_seconds(cohort.change, group=group) for group in groups),
    }


def _patient_changes(analysis: fd.Analysis) -> tuple[dict[str, float], list[Figure]]:
    ids = [str(one) for one in analysis.caseload["patient_id"].iloc[: N_PATIENTS + 1]]
    board = PatientDashboard(analysis, PatientSettings(study="", patient_id=ids[0]))
    board.open()
    last, figures = analysis.as_of.date(), []
    seconds: dict[str, list[float]] = {"patient": [], "start": [], "end": [], "exercise": []}
    for patient_id in ids[1:]:
        seconds["patient"].append(_seconds(board.change, patient_id=patient_id))
        assert board.last_view is not None
        figures.append(board.last_view.charts["log"].figure)
        first_exercise = board.last_view.choices["exercises"][0][1]
        seconds["start"].append(_seconds(board.change, start=last - timedelta(weeks=12)))
        seconds["end"].append(_seconds(board.change, end=last - timedelta(weeks=2)))
        seconds["exercise"].append(_seconds(board.change, exercises=(first_exercise,)))
        board.change(start=None, end=None, exercises=None)
    return {name: median(found) for name, found in seconds.items()}, figures


def _bare_plotly(figures: list[Figure]) -> dict[str, float]:
    """A FigureWidget that is given the ready data of its own chart: values alone, and everything."""
    widgets = [go.FigureWidget(figure) for figure in figures]
    pairs = list(zip(widgets, figures, strict=True))
    return {
        "traces": median(len(figure["data"]) for figure in figures),
        "bare_values": median(_seconds(_assign_values, widget, figure) for widget, figure in pairs),
        "bare_whole": median(_seconds(_assign_whole, widget, figure) for widget, figure in pairs),
    }


def _assign_values(widget: go.FigureWidget, figure: Figure) -> None:
    with widget.batch_update():
        for trace, ready in zip(widget.data, figure["data"], strict=True):
            trace.x, trace.y = ready["x"], ready["y"]


def _assign_whole(widget: go.FigureWidget, figure: Figure) -> None:
    """Axes, marks and titles too, as the chart of another patient needs them."""
    with widget.batch_update():
        for trace, ready in zip(widget.data, figure["data"], strict=True):
            trace.update({name: value for name, value in ready.items() if name != "type"}, overwrite=True)
        widget.update(layout=figure["layout"], overwrite=True)


def _seconds(work: Callable[..., object], *arguments: object, **named: object) -> float:
    begin = time.perf_counter()
    work(*arguments, **named)
    return time.perf_counter() - begin
