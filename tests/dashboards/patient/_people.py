"""People with odd logs, and settings that look at them and at the demo's patients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.dashboards.view import View
from tests.studies import study_with

HOSTILE = "</script><img src=x onerror=alert(1)>{{7*7}}<b>&amp;\"ouch'\u2028"
HOSTILE_ID = "<b>x</b>'\"'"
PLANNED = "only planned"
EMPTY = "no row of the log"
LAST = date(2026, 2, 1)

DEMO_SETTINGS = [
    PatientSettings(study="data/demo", patient_id=patient, start=start, end=end, exercises=exercises, side=side)
    for patient, start, end, exercises, side in (
        ("SIM-0001", None, None, None, "all"),
        ("SIM-0001", date(2025, 11, 24), None, ("heel_raise",), "left"),
        ("SIM-0003", date(2025, 12, 8), date(2025, 12, 14), None, "all"),
        ("SIM-0004", None, date(2025, 12, 10), None, "all"),
        ("SIM-0005", date(2025, 11, 10), None, None, "right"),
        ("SIM-0006", None, None, None, "both"),
        ("SIM-0008", date(2025, 12, 15), None, None, "all"),
        ("SIM-0009", date(2025, 12, 1), None, None, "all"),
        ("SIM-0010", date(2025, 12, 5), None, (), "all"),
        ("SIM-0012", None, None, ("ankle_inversion", "hip_rotation"), "left"),
        ("SIM-0013", date(2025, 12, 1), None, None, "all"),
        ("SIM-0013", None, date(2025, 8, 1), None, "all"),
        ("nobody", None, None, None, "all"),
        ("", None, None, None, "all"),
    )
]


@lru_cache(maxsize=1)
def odd_study() -> fd.Analysis:
    """Somebody with hostile texts everywhere, somebody with a plan alone, and somebody with a check-in alone."""
    own = {"patient_id": HOSTILE_ID}
    plan = {"start_date": "2026-01-05", "reps": 10}
    row = own | {"reps": 8, "pain_0_10": 2, "notes": HOSTILE, "session_id": HOSTILE, "resistance": HOSTILE}
    fall = {"occurred_on": "2026-01-21", "kind": "fall", "notes": HOSTILE}
    measured = {"measured_on": "2026-01-08", "measure": HOSTILE, "value": 1.0, "unit": HOSTILE, "aid": HOSTILE}
    return fd.analyse(
        study_with(
            [row | {"performed_at": f"2026-01-{day:02d} 09:00"} for day in (5, 6, 9, 20, 21, 22)],
            [
                plan | own | {"reason": HOSTILE, "resistance": None},
                plan | own | {"start_date": "2026-01-12", "resistance": HOSTILE},
                plan | {"patient_id": PLANNED},
            ],
            patients=[own | {"clinician": HOSTILE, "site": HOSTILE}],
            events=[own | fall, fall | {"patient_id": None}],
            visits=[own | {"visited_on": "2026-01-08", "kind": HOSTILE, "notes": HOSTILE}],
            checkins=[
                own | {"day": "2026-01-22", "near_falls": 1, "notes": HOSTILE},
                {"patient_id": EMPTY, "day": LAST.isoformat(), "fell": "no"},
            ],
            outcomes=[own | measured],
            valid=False,
        )
    )


class Reader(HTMLParser):
    """The texts and the tags of a fragment."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.quoted: list[str] = []
        self._texts: list[str] = []
        self._quotes = 0
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._quotes += tag == "q"
        if tag not in {"strong", "span", "bdi", "q"}:
            self._texts.append(" ")
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._quotes -= tag == "q"

    def handle_data(self, data: str) -> None:
        (self.quoted if self._quotes else self._texts).append(data)

    @property
    def text(self) -> str:
        """What is not quoted, in single spaces."""
        return " ".join("".join(self._texts).split())


def text_of(view: View, *names: str) -> str:
    """Our own words in some panels, or in all."""
    return Reader(" ".join(view.panels[name] for name in names or view.panels)).text


@lru_cache(maxsize=64)
def seen(analysis: fd.Analysis, settings: PatientSettings) -> View:
    """The view, worked out once for all tests."""
    return patient_view(analysis, settings)


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Paths of the settings are relative to a folder."""
    import os

    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
