"""Rules that once stood in two places: what a session is, and on how many days falls were asked about."""

from __future__ import annotations

import re

import pandas as pd

import footdrop_analytics as fd
from tests.golden.hashes import report

SERIES = {"patient_id": "P", "exercise": "heel_raise", "side": "left"}
PLAN = pd.DataFrame([SERIES | {"start_date": "2026-03-02", "days_per_week": 7}])
# The first row and the next one after midnight; whether they share an id; whether that is one session still.
NIGHTS = (
    ("2026-03-03 23:30", "2026-03-04 00:30", None, True),
    ("2026-03-03 23:30", "2026-03-04 00:31", None, False),
    ("2026-03-03 23:30", "2026-03-04 00:44", None, False),
    ("2026-03-03 20:00", "2026-03-04 08:00", "a", True),
    ("2026-03-03 20:00", "2026-03-04 08:01", "a", False),
    ("2026-03-03 20:00", "2026-03-04 09:00", "a", False),
)


def _study(*rows: dict[str, object], **tables: pd.DataFrame) -> fd.Study:
    sessions = pd.DataFrame([SERIES | row for row in rows]).astype(object)
    return fd.study_from_tables(sessions=sessions, prescriptions=PLAN, today="2026-12-31", **tables)


def test_a_session_over_midnight_is_the_same_for_the_last_day_and_for_adherence() -> None:
    for first, then, session_id, together in NIGHTS:
        study = _study(*({"performed_at": at, "session_id": session_id} for at in (first, then)))
        last = pd.Timestamp("2026-03-03" if together else "2026-03-04")
        assert study.as_of == last, (first, then, session_id)
        week = fd.analyse(study, as_of="2026-03-08").adherence.iloc[0]
        assert week["logged"] == (1 if together else 2), (first, then, session_id)


def test_the_report_counts_the_days_on_which_falls_were_asked_about() -> None:
    as_of = pd.Timestamp("2026-06-30")
    # Days before the as-of day: 27 is the last of the 28; "" and None are days without the question.
    asked = {0: ("no", None), 5: (None, 1), 27: ("yes", None), 28: ("no", None), 40: ("no", 0), 6: (None, None)}
    checkins = pd.DataFrame(
        [{"patient_id": "P", "day": str((as_of - pd.Timedelta(days=ago)).date()), "fell": fell, "near_falls": near,
          "pain_0_10": 2} for ago, (fell, near) in asked.items()]
    ).astype(object)  # fmt: skip
    study = _study({"performed_at": "2026-06-29 09:00"}, checkins=checkins)
    assert len(study.checkins) == len(asked)
    page = report(fd.analyse(study, as_of=as_of), "P")
    text = " ".join(re.sub("<[^>]*>", "", page).split())
    (counted,) = set(re.findall(r"Falls were asked about on (\d+) days? of the last 28 \((\d+) days? in all\)", text))
    assert counted == ("3", "5")
