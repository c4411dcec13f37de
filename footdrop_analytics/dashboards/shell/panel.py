"""A piece of a dashboard that is HTML."""

from __future__ import annotations

import ipywidgets


class Panel(ipywidgets.HTML):  # type: ignore[misc]
    """HTML that a pure function made; its text form is empty, so that no notebook file ever holds it."""

    def __repr__(self) -> str:
        return ""
