"""The patient dashboard as a pure function: settings in, everything shown out, facts as fragments of HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from markupsafe import Markup

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.dashboards.desk import Offer
from footdrop_analytics.dashboards.patient.behind import AT_TARGET, flag_rules
from footdrop_analytics.dashboards.patient.charted import VERDICTS
from footdrop_analytics.dashboards.patient.facts import PatientFacts, Tables
from footdrop_analytics.dashboards.patient.figure import figure
from footdrop_analytics.dashboards.patient.log import COLUMNS
from footdrop_analytics.dashboards.patient.settings import (
    ALL,
    SIDE_CHOICES,
    Choices,
    PatientSettings,
    alike,
    one_alike,
    patient_ids,
    quick_periods,
)
from footdrop_analytics.dashboards.view import View, code, fragment
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.knowledge import definitions_of_one
from footdrop_analytics.patient.story import course, last_visit
from footdrop_analytics.report.kept import patient_slug
from footdrop_analytics.wording.language import in_language, kept_by_language, marked, translated
from footdrop_analytics.wording.words import SIDES as SIDE_WORDS
from footdrop_analytics.wording.words import day

NAMES = (
    *("head", "summary", "flags", "glance", "record", "adherence", "exercises", "trends"),
    *("ratings", "readiness", "timeline", "limits", "about", "age"),
)
"""The panels in the order shown; how old the files are stands beside what shows them as of today."""


@kept_by_language(512)
def _stated(text: str, source: str, kind: str) -> Markup:
    """What a rule asks, and where that is from: the same for everybody."""
    said = translated("Source: {source} ({kind}).", source=source, kind=translated(kind))
    return Markup('<p>{} <span class="soft">{}</span></p>').format(translated(text), said)


@kept_by_language(8)
def _always() -> dict[str, Any]:
    return {
        "definitions": definitions_of_one(),
        "verdicts": VERDICTS,
        "course": course,
        "at_target": AT_TARGET,
        "flag_rules": flag_rules,
        "meanings": _meanings,
        "stated": _stated,
        "log_head": Markup("").join(Markup('<th scope="col">{}</th>').format(translated(name)) for name in COLUMNS),
    }


@kept_by_language(512)
def _meanings(keys: tuple[str, ...]) -> Markup:
    """What words and numbers mean: the same behind the signs of every patient."""
    known = definitions_of_one()
    form = Markup('<p><strong>{}.</strong> {} <span class="soft">{}</span></p>')
    found = [known[key] for key in keys if key in known]
    said = ((translated(one.name), translated(one.plain), translated(one.formula)) for one in found)
    return Markup("").join(form.format(*words) for words in said)


CHART = "log"
_MOST_ALIKE = 5
_ALL_SIDES = marked("all sides")


@dataclass(frozen=True, kw_only=True, eq=False)
class PatientView(View):
    """The view of a patient: besides what every view has, what can be recorded, by the names of the forms."""

    offers: Mapping[str, Offer] = field(default_factory=dict)


def patient_view(analysis: Analysis, settings: PatientSettings) -> PatientView:
    """Everything that the patient dashboard shows.

    Parameters
    ----------
    analysis : Analysis
        Of the whole study, or of the patient alone; the patient is analysed again up to ``settings.end``.
    settings : PatientSettings
        The choices. ``end`` is the last day that counts for everything; ``start`` limits adherence, charts and trend
        lines; ``exercises`` and ``side`` only hide and show.

    Returns
    -------
    PatientView
        An unknown patient gives a view that says so.

    Raises
    ------
    ParameterError
        If an exercise is not in the study's catalogue, or the period begins after the last day that counts.
    """
    with in_language(settings.language):
        return _view(analysis, settings)


def _view(analysis: Analysis, settings: PatientSettings) -> PatientView:
    patients, known = patient_ids(analysis)
    _check(analysis, settings)
    if settings.patient_id not in known:
        return _nobody(analysis, settings, patients)
    alone = analysis.said_in(settings.language).for_patient(settings.patient_id, settings.start, settings.end)
    facts = PatientFacts(alone, settings, _goes_on_to(analysis, settings))
    given = {"facts": facts, "head": facts.head, "period_is_all": alone.start is None, **_always()}
    return PatientView(
        offers=facts.offers.by_key,
        panels={name: fragment(f"patient_{name}", **given) for name in NAMES},
        charts={} if facts.charted.empty else {CHART: Chart(CHART, facts.charted.label, figure(facts.charted))},
        tables=Tables(facts),
        choices=_choices(facts, settings, patients),
        code=code(settings, analysis, settings.patient_id),
        about=patient_slug(settings.patient_id),
        as_of=facts.context.as_of,
    )


def _check(analysis: Analysis, settings: PatientSettings) -> None:
    catalogue = analysis.study.exercises
    if unknown := [one for one in settings.exercises or () if one not in catalogue]:
        raise ParameterError(
            translated(
                "exercises: {unknown} is not among this study's exercises: {known}.",
                unknown=", ".join(map(repr, unknown)),
                known=", ".join(catalogue),
            )
        )
    last = settings.end or analysis.as_of.date()
    if settings.start is not None and settings.start > last:
        raise ParameterError(
            translated(
                "The period begins on {start}, after the last day that counts, {last}.",
                start=day(settings.start),
                last=day(last),
            )
        )


def _goes_on_to(analysis: Analysis, settings: PatientSettings) -> date | None:
    """The last day of the analysis if the one chosen is before it: what is open by then is not on the page."""
    last = analysis.as_of.date()
    return last if settings.end is not None and settings.end < last else None


def _nobody(analysis: Analysis, settings: PatientSettings, patients: Choices) -> PatientView:
    as_of = settings.end or analysis.as_of.date()
    said = fragment(
        "patient_nobody",
        patient_id=settings.patient_id,
        as_of=as_of,
        goes_on_to=_goes_on_to(analysis, settings),
        synthetic=analysis.study.synthetic,
        n_patients=len(patients),
        alike=[one_alike(one) for one in alike(settings.patient_id, analysis)[:_MOST_ALIKE]],
    )
    choices: dict[str, Choices] = {
        "patient_id": patients,
        "shown": (),
        "period": ((translated("All"), ""),),
        "exercises": (),
        "side": _sides({settings.side}),
    }
    return PatientView(
        panels=dict.fromkeys(NAMES, "") | {"head": said},
        charts={},
        tables={},
        choices=choices,
        code=code(settings, analysis),
        about="nobody",
        as_of=as_of,
    )


def _choices(facts: PatientFacts, settings: PatientSettings, patients: Choices) -> dict[str, Choices]:
    context = facts.context
    periods = quick_periods(context.as_of, last_visit(context))
    return {
        "patient_id": patients,
        "shown": (("start", context.start.isoformat()), ("end", context.as_of.isoformat())),
        "period": tuple((words, "" if first is None else first.isoformat()) for words, first in periods),
        "exercises": tuple(dict.fromkeys((translated(one.exercise.name), one.exercise.key) for one in facts.exercises)),
        # A side that was asked for can be seen to be chosen, although the patient does not have it.
        "side": _sides({part.side for part in facts.exercises} | {settings.side}),
    }


def _sides(present: set[str]) -> Choices:
    return tuple(
        (translated(SIDE_WORDS.get(side, _ALL_SIDES)), side) for side in SIDE_CHOICES if side == ALL or side in present
    )
