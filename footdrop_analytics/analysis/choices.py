"""What a study is analysed with, and what it takes to reproduce the results."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from footdrop_analytics.analysis.log.entries import CutOff
from footdrop_analytics.knowledge import FlagRules, ReadinessRules
from footdrop_analytics.wording.language import SOURCE, marked

LIBRARIES = ("numpy", "pandas", "pandera", "plotly", "pyarrow", "scipy")


@dataclass(frozen=True)
class Choices:
    """What a study is analysed with: days as given, rules as objects, the language of texts; it travels with a task."""

    as_of: pd.Timestamp | None
    start: pd.Timestamp | None
    end: pd.Timestamp | None
    log_through: pd.Timestamp | None
    rules: ReadinessRules
    flags: FlagRules
    language: str = SOURCE


def parameters_of(
    days: CutOff, first: int | None, last: int, rules: ReadinessRules, flag_rules: FlagRules
) -> dict[str, str]:
    """What it takes to reproduce the results: versions, dates, rules."""
    from footdrop_analytics import __version__

    as_text = {"start": first, "end": last, "as_of": days.as_of_day}
    found = {"footdrop_analytics": __version__, "python": platform.python_version()}
    found |= {library: _version(library) for library in LIBRARIES}
    for name, day in as_text.items():
        found[name] = marked("each patient's first day") if day is None else str(pd.Timestamp(day, unit="D").date())
    found["log_through"] = marked("no log") if days.log_through_day < 0 else str(days.log_through.date())
    found["readiness_rules"] = rules.version
    found["review_flags"] = flag_rules.version
    return found


@cache
def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return marked("not installed")
