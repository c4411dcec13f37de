"""Which study a dashboard is about, and its analysis."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from footdrop_analytics.analysis.analyse import Analysis, analyse
from footdrop_analytics.reading import read_study
from footdrop_analytics.simulation.demo import demo_study
from footdrop_analytics.study import Study

STUDY_VARIABLE = "FOOTDROP_STUDY"
_DEMO = Path("data", "demo")


def open_study(study: str | os.PathLike[str] | Study | None = None) -> tuple[Study, str]:
    """The study of a dashboard, and how the code that shows it again names it.

    Parameters
    ----------
    study : path or Study, optional
        The study. Default: the one that the environment variable ``FOOTDROP_STUDY`` names, else ``data/demo`` in the
        folder of the notebook or above it, else the simulated demo.
    """
    if isinstance(study, Study):
        return study, ""
    path = os.fspath(study) if study is not None else os.environ.get(STUDY_VARIABLE) or _demo_above()
    return (demo_study(), "") if path is None else (read_study(path), path)


def analysed(study: Study, progress: Callable[[str], None] | None = None) -> Analysis:
    """The analysis of a study."""
    return analyse(study, progress=progress)


def _demo_above() -> str | None:
    here = Path.cwd()
    for up, folder in enumerate([here, *here.parents]):
        if (folder / _DEMO).is_dir():
            return Path(*[".."] * up, _DEMO).as_posix()
    return None
