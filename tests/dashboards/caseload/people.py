"""A small caseload by hand, with ids and names that files may hold and pages must bear. As of 31 March 2026."""

from __future__ import annotations

from functools import lru_cache

import footdrop_analytics as fd
from tests.studies import AS_OF, Log, study_with, tables_of

MARKUP = "<b>x</b>"
"""An id that is markup."""
SCRIPT = "<img src=x onerror=window.hacked=1>"
"""A clinician's name that would run."""


def people() -> dict[str, Log]:
    """Logs by id: who they are for the caseload says the comment."""
    falling = Log()
    for number, row in enumerate(falling.sessions):
        row["reps"] = 5 + number // 2
    slipped = Log().without(1, 3).patient(clinician="kim").add("visits", visited_on="soon", exercise="toe curls")
    slipped.add("visits", visited_on="later")
    silent = Log().patient(clinician="Kim", aetiology="stroke")
    silent.sessions, silent.prescriptions = [], []
    return {
        # Two open reds.
        "A 1": Log().event("fall", 3).event("chest_pain", 2).patient(clinician="Kim", aetiology="stroke", arm="all"),
        # A declining exercise.
        "A 10": falling.patient(clinician="Kim", arm="=x"),
        # Amber: lapsed for eight days.
        MARKUP: Log().without(*range(8)).patient(clinician=SCRIPT, arm="usual"),
        # Amber: dizzy; the log was handed in to five days ago only.
        "[red]": Log().without(*range(5)).event("dizziness", 2).patient(clinician="all", data_through="2026-03-26"),
        # Criteria met for review.
        "A 2": Log().patient(aetiology="ms"),
        # With help: a clinician's check.
        "a/b": Log(exercise="ankle_dorsiflexion"),
        # A note: two visits rejected, one of them for two reasons; criteria met for review.
        "a/B": slipped,
        # Nothing due in the last 28 days.
        "Zoë": Log(days=60).without(*range(28)).planned(end_date="2026-03-03").patient(clinician="Zoë"),
        # No entry at all.
        "a 2": silent,
    }


@lru_cache(maxsize=1)
def study() -> fd.Study:
    """The logs as one study, with a fall and a row that nobody can be given."""
    tables = tables_of(people())
    tables["events"].append({"patient_id": None, "occurred_on": "2026-03-30", "kind": "fall"})
    tables["sessions"].append(tables["sessions"][0] | {"patient_id": None})
    return study_with(**tables, valid=False)


@lru_cache(maxsize=1)
def analysis() -> fd.Analysis:
    """The study analysed; tests only read it."""
    return fd.analyse(study(), as_of=AS_OF)
