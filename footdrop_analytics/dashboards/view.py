"""A view as plain values: its HTML fragments, the code that makes it again, and its settings in a page's address.

The address says what is chosen, so that a reload, *Back* and a copied address show the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pandas as pd
from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup, escape

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.figures.still import Chart
from footdrop_analytics.knowledge import load_flag_rules, load_rules
from footdrop_analytics.model.study import Study
from footdrop_analytics.report.render import environment
from footdrop_analytics.scale.front import AnalysisOfParts, StudyOfParts
from footdrop_analytics.wording.language import plural, translated
from footdrop_analytics.wording.words import number


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The environment of all dashboards; whatever comes from a file is escaped."""
    report = environment()
    assert report.loader is not None
    found = report.overlay(loader=ChoiceLoader([PackageLoader("footdrop_analytics.dashboards"), report.loader]))
    own = {"capitalize_first": capitalized, "isolated": Markup("<bdi>{}</bdi>").format}
    found.filters = report.filters | own
    return found


def fragment(template: str, **facts: Any) -> str:
    """A piece of HTML of a template's name."""
    return templates().get_template(f"{template}.html.j2").render(**facts)


def in_html(text: str, /, **values: object) -> str:
    """A text in the current language, as HTML; values are escaped unless they are HTML already."""
    return _html(translated(text), values)


def counted_in_html(text: str, count: int, /, **values: object) -> str:
    """The same of a text that holds ``{count}`` and that English writes in one way for one and many."""
    return _html(plural(text, text, count), values | {"count": number(count)})


def _html(said: str, values: Mapping[str, object]) -> str:
    # An apostrophe harms neither a text nor what stands in double quotation marks.
    words = Markup(str(escape(said)).replace("&#39;", "'"))
    return str(words.format(**values) if values else words)


def capitalized(words: str) -> str:
    """Words of a sentence as they begin one."""
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """What one dashboard shows for one choice of settings.

    Attributes
    ----------
    panels : mapping
        HTML fragments by name, in the order shown; every value from a file is escaped.
    charts : mapping
        Charts by name; one that is absent has nothing to draw, and a panel says so in words.
    tables : mapping
        The rows behind what is shown, by name, for CSV files and for researchers.
    choices : mapping
        ``(label, value)`` of what can be chosen in controls that depend on the data, by the control's name.
    code : str
        The lines of Python that make this view again.
    about : str
        Whom or what it is about, for the names of files: plain letters, digits and hyphens.
    as_of : date
        The last day that counts.
    """

    panels: Mapping[str, str]
    charts: Mapping[str, Chart]
    tables: Mapping[str, pd.DataFrame]
    choices: Mapping[str, tuple[tuple[str, str], ...]]
    code: str
    about: str
    as_of: date


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
    days = {name: one for name, one in chosen.items() if isinstance(one, date)}
    literals = {name: repr(one) for name, one in chosen.items()}
    literals |= {name: f"date({one.year}, {one.month}, {one.day})" for name, one in days.items()}
    imports, reading = study_lines(settings.study, analysis.study)
    lines = [
        *(["from datetime import date", ""] if days else []),
        "import footdrop_analytics as fd",
        f"from footdrop_analytics.dashboards import {kind}, {view}",
        *imports,
        "",
        reading,
        *_analysing(analysis, patient_id),
        f"settings = {kind}({', '.join(f'{name}={one}' for name, one in literals.items())})",
        f"view = {view}(analysis, settings)",
        "tables = view.tables  # the rows behind what is shown, by name",
    ]
    return "\n".join([*lines, ""])


def _analysing(analysis: Analysis, patient_id: str | None) -> list[str]:
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
    with_own = "that this analysis was made with, or the path of their file"
    return [*(f"# {name}: {_RULES[name]} {with_own}" for name in rules), call + whole]


def study_lines(path: str, study: Study) -> tuple[list[str], str]:
    """The imports that it takes, and the line that makes ``study``, which knows how its dates and times were read.

    ``path`` is as the dashboard's settings have it: the path that was given, :data:`DEMO`, or empty for a study in
    memory.
    """
    if path == DEMO:
        return ["from footdrop_analytics.simulation.demo import demo_study"], f"study = {DEMO}"
    if isinstance(study, StudyOfParts):
        return [], f"study = fd.open_study({path!r})" if path else _GIVEN
    said = {"date_format": study.date_format, "timezone": study.timezone}
    written = "".join(f", {name}={value!r}" for name, value in said.items() if value is not None)
    return [], f"study = fd.read_study({path!r}{written})" if path else _GIVEN


Names = Mapping[str, str]
"""The name in the address of each setting that stands there."""
_LONGEST = 4000
_YES = "yes"
_COMMA = ","


def written(settings: Any, names: Names, usual: Any = None) -> str:
    """The settings that differ from the usual ones (by default their defaults), as the query of an address.

    Examples
    --------
    >>> from footdrop_analytics.dashboards.patient.settings import PatientSettings
    >>> names = {"patient_id": "patient", "start": "from"}
    >>> written(PatientSettings(patient_id="SIM-0009", start=date(2026, 1, 5)), names)
    'patient=SIM-0009&from=2026-01-05'
    """
    usual = type(settings) if usual is None else usual
    chosen = {field: getattr(settings, field) for field in names}
    return urlencode({names[field]: _text(value) for field, value in chosen.items() if value != getattr(usual, field)})


def read(query: str, usual: Any, names: Names) -> dict[str, Any]:
    """The settings that an address names, all others as in ``usual``; what is no such value is passed over.

    ``usual`` are settings, or their type for its defaults.

    Whether they fit (a patient of the study, a period that does not end before it begins) is for the settings to say.
    """
    given = dict(parse_qsl(query.removeprefix("?")[:_LONGEST], keep_blank_values=True))
    found: dict[str, Any] = {}
    for one in fields(usual):
        if one.name in names:
            text = given.get(names[one.name])
            value = None if text is None else _value(text, str(one.type))
            found[one.name] = getattr(usual, one.name) if value is None else value
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return _YES if value else ""
    return _COMMA.join(value) if isinstance(value, tuple) else str(value)


def _value(text: str, kind: str) -> object:
    """The value of a text for a setting of a kind; None if it is none."""
    try:
        return next((read_as(text) for name, read_as in _KINDS.items() if kind.startswith(name)), text)
    except ValueError:
        return None


_KINDS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "bool": lambda text: text == _YES,
    "int": int,
    "tuple": lambda text: tuple(filter(None, text.split(_COMMA))),
}
