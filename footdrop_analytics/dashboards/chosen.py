"""Which study was opened on the first page: each page is a process of its own, and a file tells the others."""

from __future__ import annotations

import os
from pathlib import Path

from footdrop_analytics.files import write_whole

CHOICE_VARIABLE = "FOOTDROP_CHOICE"
"""Names the file; set where no study was named at the start."""


def may_choose() -> bool:
    """Whether a study can be opened for all pages."""
    return bool(os.environ.get(CHOICE_VARIABLE))


def chosen() -> str | None:
    """The study that was opened last; None if there is none."""
    try:
        return Path(os.environ.get(CHOICE_VARIABLE) or "").read_text(encoding="utf-8") or None
    except OSError:
        return None


def choose(study: Path) -> None:
    """Let every page that opens from now on be about this study."""
    write_whole(Path(os.environ[CHOICE_VARIABLE]), str(study))
