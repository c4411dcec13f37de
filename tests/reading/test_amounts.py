"""Numbers as people write them: what can be meant in one way is read and noted, nothing else is."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import footdrop_analytics as fd
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.reading.cells.parse import parse_cells
from footdrop_analytics.reading.cells.values import ParseOptions
from footdrop_analytics.reading.sources.raw import text_cells
from tests.each import each

_SESSION = {"patient_id": "P1", "performed_at": "2026-01-02", "exercise": "heel_raise", "side": "left"}
_PLAN = _SESSION | {"start_date": "2026-01-01", "days_per_week": "5"}


def _study(sessions: list[dict[str, str]], plan: dict[str, str] | None = None, **tables: pd.DataFrame) -> fd.Study:
    plans = pd.DataFrame([_PLAN | (plan or {})]).drop(columns="performed_at")
    frame = pd.DataFrame([_SESSION | cells for cells in sessions])
    return fd.study_from_tables(sessions=frame, prescriptions=plans, today="2026-06-30", **tables)


READ = [
    ("reps", "10 reps", 10),
    ("reps", "10x", 10),
    ("reps", "x10", 10),
    ("reps", "10 Repetitions", 10),
    ("reps", "10\u00a0reps", 10),
    ("sets", "3 sets", 3),
    ("sets", "2x", 2),
    ("hold_s", "8 s", 8),
    ("hold_s", "8sec.", 8),
    ("hold_s", "1:30", 90),
    ("hold_s", "0:08", 8),
    ("hold_s", "1.5 min", 90),
    ("hold_s", "1 min 5 s", 65),
    ("load_kg", "2.5 kg", 2.5),
    ("load_kg", "500 g", 0.5),
    ("pain_0_10", "5/10", 5),
    ("pain_0_10", "2.5 out of 10", 2.5),
    ("pain_0_10", "no pain", 0),
    ("pain_0_10", "Pain-free", 0),
    ("effort_0_10", "3 / 10", 3),
]


def test_what_can_be_meant_in_one_way_is_read_and_noted() -> None:
    study = _study([{column: text} for column, text, _ in READ])
    found = [study.sessions[column].iloc[row] for row, (column, _, _) in enumerate(READ)]
    assert found == [value for _, _, value in READ]
    assert study.unread.empty
    notes = study.notes["message"].tolist()
    assert "load_kg: 1 cell `500 g` read as 0.5" in notes
    assert len(notes) >= len({column for column, _, _ in READ})


def test_equal_cells_are_one_note() -> None:
    study = _study([{"reps": "10 reps"}] * 12)
    assert study.notes["message"].tolist() == ["reps: 12 cells `10 reps` read as 10"]


@each(
    "column, text, reason",
    [
        ("pain_0_10", "2-3", "may be 2 or 3"),
        ("pain_0_10", "7 – 8", "may be 7 or 8"),
        ("reps", "10 to 12", "may be 10 or 12"),
        ("pain_0_10", "none", "may be no pain or"),
        ("effort_0_10", "None", "may be no effort or"),
        ("reps", "~10", "not a number"),
        ("reps", "10+", "not a number"),
        ("reps", "5 10", "not a number"),
        ("reps", "10²", "not a number"),
        ("reps", "10 s", "not a number"),
        ("hold_s", "10 reps", "not a number"),
        ("load_kg", "5 lb", "not a number"),
        ("pain_0_10", "5/11", "may be 5 or 11"),
        ("pain_0_10", "15/10", "up to 10"),
        ("hold_s", "1:75", "not a number"),
        ("reps", "10 reps each", "not a number"),
        ("hold_s", "3x10", "not a number"),
        ("sets", "three", "not a number"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_not_read(column: str, text: str, reason: str) -> None:
    study = _study([{column: text}])
    line = study.unread.iloc[0]
    assert (line["name"], line["value"], line["patient_id"], line["side"]) == (column, text, "P1", "left")
    assert reason in line["message"]
    assert pd.isna(study.sessions[column].iloc[0])


def test_sets_of_repetitions() -> None:
    study = _study(
        [
            {"reps": "3x10"},
            {"reps": "3 × 10 reps", "sets": "3"},
            {"reps": "3x10", "sets": "2"},
            {"reps": "3x10", "sets": "?"},
        ],
        plan={"reps": "2 sets of 12", "days_per_week": "daily", "sessions_per_day": "2x/day"},
    )
    assert study.sessions["sets"].fillna(0).tolist() == [3, 3, 2, 0]
    assert study.sessions["reps"].fillna(-1).tolist() == [10, 10, -1, 10]
    assert study.unread["message"].str.contains("names 3 sets, but sets is 2").sum() == 1
    assert study.prescriptions[["sets", "reps", "days_per_week", "sessions_per_day"]].iloc[0].tolist() == [2, 12, 7, 2]


def test_days_per_week_in_words() -> None:
    for text, days in (
        ("daily", 7),
        ("3x/week", 3),
        ("3 x per week", 3),
        ("3.5 days a week", 3.5),
        ("every other day", 3.5),
    ):
        assert _study([{}], plan={"days_per_week": text}).prescriptions["days_per_week"].tolist() == [days]
    for text in ("3-4", "weekly", "3x/day", "often"):
        study = _study([{}], plan={"days_per_week": text})
        assert len(study.prescriptions) == 0, text
        assert study.rejected["column"].tolist() == ["days_per_week"], text


def test_unreadable_sets_leave_the_dose_unknown() -> None:
    """Blank sets are one set; sets that cannot be read are any number."""
    study = _study([{"reps": "10", "sets": ""}, {"reps": "10", "sets": "some"}], plan={"reps": "10"})
    assert study.sessions["sets"].isna().tolist() == [False, True]
    assert fd.analyse(study).adherence["dose_known"].tolist() == [0.0]


def test_a_fall_whose_injury_cannot_be_read_counts_as_one_with_injury() -> None:
    event = {"patient_id": "P1", "occurred_on": "2026-01-02", "kind": "fall", "injury": "a bit"}
    study = _study([{}], events=pd.DataFrame([event]))
    assert study.events["injury"].tolist() == ["yes"]
    assert "read as yes" in study.unread["message"].iloc[0]


@settings(max_examples=100, deadline=None)
@given(
    low=st.integers(0, 99), high=st.integers(0, 99), between=st.sampled_from(["-", "–", " to ", " or ", "/", ",", " "])
)
def test_two_numbers_are_never_one(low: int, high: int, between: str) -> None:
    found = parse_cells(text_cells([f"{low}{between}{high}"]), COLUMNS["sessions"]["reps"], ParseOptions(exercises=()))
    assert found.bad.tolist() == [0]


@settings(max_examples=100, deadline=None)
@given(
    number=st.decimals(0, 10, places=1),
    unit=st.sampled_from(["/10", " / 10", " out of 10", " of 10"]),
    blanks=st.text(" \u00a0\t", max_size=3),
)
def test_a_rating_of_ten_is_its_number(number: object, unit: str, blanks: str) -> None:
    text, spec = f"{number}{unit}{blanks}", COLUMNS["sessions"]["pain_0_10"]
    found = parse_cells(text_cells([text]), spec, ParseOptions(exercises=()))
    assert list(found.values) == [float(str(number))]
