"""An analysis of simulated patients, and one of every awkward id and text that a file may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import footdrop_analytics as fd
from tests.report._awkward import AWKWARD_IDS, HOSTILE
from tests.studies import study_with


@pytest.fixture(scope="session")
def analysis() -> fd.Analysis:
    return fd.analyse(fd.simulate(patients=5, weeks=12, seed=3))


@pytest.fixture(scope="session")
def awkward() -> fd.Analysis:
    """Patients with awkward ids; the notes, labels and reasons of the first are hostile."""
    plan = {"start_date": "2026-01-05", "days_per_week": 5, "sets": 3, "reps": 10}
    sessions = [
        {"patient_id": patient, "performed_at": f"2026-01-{day:02d} 09:00", "sets": 3, "reps": 8, "pain_0_10": 0,
         "notes": HOSTILE if day == 6 else None}
        for patient in AWKWARD_IDS for day in (5, 6, 9, 20)
    ]  # fmt: skip
    first = {"patient_id": AWKWARD_IDS[0]}
    plans = [plan | {"patient_id": patient} for patient in AWKWARD_IDS]
    plans.append(plan | first | {"start_date": "2026-01-10", "resistance": HOSTILE, "reason": HOSTILE})
    study = study_with(
        sessions,
        plans,
        visits=[first | {"visited_on": "2026-01-08", "kind": HOSTILE, "notes": HOSTILE}],
        patients=[first | {"clinician": HOSTILE, "site": HOSTILE, "aetiology": "stroke"}],
        events=[{"patient_id": None, "occurred_on": "2026-01-09", "kind": "fall", "notes": HOSTILE}],
        valid=False,
    )
    return fd.analyse(study)


@pytest.fixture(scope="session")
def pages(analysis: fd.Analysis, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One page of each kind: clinician and patient with everything inside, a German sheet, shared assets, index."""
    folder = tmp_path_factory.mktemp("pages")
    patient = str(analysis.caseload["patient_id"].iloc[0])
    found = {
        "clinician": fd.write_report(analysis, patient, folder / "clinician.html"),
        "patient": fd.write_report(analysis, patient, folder / "patient.html", audience="patient", contact="Call 12"),
        "german": fd.write_report(analysis, patient, folder / "de.html", audience="patient", language="de"),
        "shared": fd.write_report(analysis, patient, folder / "shared" / "report.html", assets="shared"),
    }
    found["index"] = fd.write_reports(analysis, folder / "batch", patients=[patient], assets="shared")
    return found


@pytest.fixture
def pages_of() -> Callable[[bytes], int]:
    """How many pages a PDF of Chromium has."""
    return lambda pdf: len(re.findall(rb"/Type\s*/Page\b", pdf))
