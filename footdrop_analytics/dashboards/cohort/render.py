"""From values to HTML fragments: the environment of reports, with the cohort's own templates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from footdrop_analytics.dashboards.cohort.choice import LEAST_PATIENTS
from footdrop_analytics.report.render import environment


@lru_cache(maxsize=1)
def _templates() -> Environment:
    shared = environment()
    assert shared.loader is not None
    return shared.overlay(loader=ChoiceLoader([PackageLoader("footdrop_analytics.dashboards"), shared.loader]))


def fragment(template: str, **facts: Any) -> str:
    """A piece of HTML; whatever comes from a file is escaped."""
    return _templates().get_template(f"cohort_{template}.html.j2").render(least=LEAST_PATIENTS, **facts)


def merged(row: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A row with more values."""
    return {**row, **more}
