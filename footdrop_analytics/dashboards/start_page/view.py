"""What the first page shows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from footdrop_analytics.dashboards.fragments import fragment
from footdrop_analytics.dashboards.start_page.places import places_in
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.wording.language import SOURCE

MOST_SHOWN = 60
"""Places at once; the others are found by a part of their names."""


@dataclass(frozen=True, kw_only=True)
class StartSettings:
    """What is chosen on the first page.

    Attributes
    ----------
    folder : str
        The folder whose folders are offered.
    part : str
        A part of the names that are offered; blank for all.
    may_choose : bool
        Whether a study can be opened here; otherwise one was named at the start, or others share the server.
    language : str
        The language of the words.
    """

    folder: str = ""
    part: str = ""
    may_choose: bool = False
    language: str = SOURCE


def start_view(_: None, settings: StartSettings) -> View:
    """The first page.

    Returns
    -------
    View
        Panels ``head``, ``offers`` and ``places`` (the folders of ``settings.folder``).
    """
    folder = Path(settings.folder)
    places = places_in(folder, settings.part) if settings.may_choose else ()
    given = {
        "may_choose": settings.may_choose,
        "folder": settings.folder,
        "above": "" if folder.parent == folder else str(folder.parent),
        "part": settings.part,
        "places": places[:MOST_SHOWN],
        "more": len(places[MOST_SHOWN:]),
    }
    panels = {name: fragment(f"start_{name}", **given) for name in ("head", "offers", "places")}
    return View(panels=panels, charts={}, tables={}, choices={}, code="", about="start", as_of=date.min)
