"""The panels of the patient dashboard: facts become HTML fragments, every value escaped."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from footdrop_analytics.dashboards.fragments import templates
from footdrop_analytics.dashboards.patient.chart.charted import VERDICTS
from footdrop_analytics.dashboards.patient.controls.ids import one_alike
from footdrop_analytics.dashboards.patient.facts.facts import PatientFacts
from footdrop_analytics.dashboards.patient.facts.flag_rules import flag_rules
from footdrop_analytics.dashboards.patient.facts.limits import AT_TARGET, hides_more
from footdrop_analytics.dashboards.patient.facts.logwords import COLUMNS
from footdrop_analytics.knowledge import definitions_of_one
from footdrop_analytics.wording.language import Language, current, translated

NAMES = (
    *("head", "summary", "flags", "glance", "record", "adherence", "exercises", "trends"),
    *("ratings", "readiness", "timeline", "limits", "about", "age"),
)
"""The panels in the order shown; how old the files are stands beside what shows them as of today."""


def panels(facts: PatientFacts) -> dict[str, str]:
    """Every panel of one patient."""
    given = {
        "facts": facts,
        "head": facts.head,
        "period_is_all": facts.context.analysis.start is None,
        **_always(current()),
    }
    return {name: _fragment(f"patient_{name}.html.j2", given) for name in NAMES}


def nobody(**given: Any) -> dict[str, str]:
    """The panels where there is no patient to show: words in the head, nothing below."""
    return dict.fromkeys(NAMES, "") | {"head": _fragment("patient_nobody.html.j2", given)}


def _stated(text: str, source: str, kind: str) -> Markup:
    """What a rule asks, and where that is from: the same for everybody."""
    return _stated_in(current(), text, source, kind)


@lru_cache(maxsize=512)
def _stated_in(_: Language, text: str, source: str, kind: str) -> Markup:
    said = translated("Source: {source} ({kind}).", source=source, kind=translated(kind))
    return Markup('<p>{} <span class="soft">{}</span></p>').format(translated(text), said)


@lru_cache(maxsize=8)
def _always(_: Language) -> dict[str, Any]:
    return {
        "definitions": definitions_of_one(),
        "verdicts": VERDICTS,
        "at_target": AT_TARGET,
        "meanings": lambda keys: _meanings_in(current(), keys),
        "stated": _stated,
        "log_head": Markup("").join(Markup('<th scope="col">{}</th>').format(translated(name)) for name in COLUMNS),
    }


@lru_cache(maxsize=512)
def _meanings_in(_: Language, keys: tuple[str, ...]) -> Markup:
    """What words and numbers mean: the same behind the signs of every patient."""
    known = definitions_of_one()
    form = Markup('<p><strong>{}.</strong> {} <span class="soft">{}</span></p>')
    found = [known[key] for key in keys if key in known]
    said = ((translated(one.name), translated(one.plain), translated(one.formula)) for one in found)
    return Markup("").join(form.format(*words) for words in said)


def _fragment(template: str, given: dict[str, Any]) -> str:
    return _environment().get_template(template).render(given)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """The dashboards' environment, with filters of this one's own."""
    found = templates().overlay()
    own: dict[str, Any] = {
        "flag_rules": flag_rules,
        "hides_more": hides_more,
        # Rows of the log are escaped where they are made, once for all criteria that rest on them.
        "html": Markup,
        "one_alike": one_alike,
    }
    found.filters = templates().filters | own
    return found
