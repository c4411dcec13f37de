"""The same log exported twice counts once: rows of one minute in several files are the same sets."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import footdrop_analytics as fd
from footdrop_analytics.wording.results import head_line

_PLANS = pd.DataFrame(
    [{"patient_id": "P1", "exercise": "heel_raise", "side": "left", "start_date": "2026-01-01", "days_per_week": "7"}]
)


def _study(*files: list[dict[str, str]]) -> fd.Study:
    whole = {"patient_id": "P1", "exercise": "heel_raise", "side": "left", "reps": "10"}
    frames = [pd.DataFrame([whole | row for row in rows]).fillna("") for rows in files]
    return fd.study_from_tables(sessions=frames, prescriptions=_PLANS, today="2026-06-30")


def _sets(second: str = "", **cells: str) -> list[dict[str, str]]:
    return [{"performed_at": f"2026-03-0{day} 08:1{minute}{second}"} | cells for day in (2, 3) for minute in (0, 2, 4)]


def test_seconds_lost_are_copies() -> None:
    study = _study(_sets(":37"), _sets())
    assert len(study.sessions) == 6
    assert study.duplicates["reason"].tolist() == ["copy"] * 6
    assert study.duplicates["file"].unique().tolist() == ["sessions_1"], "of equals the last file counts"


def test_a_correction_supersedes_and_what_it_leaves_blank_is_filled() -> None:
    study = _study(_sets(":37", notes="felt numb", pain_0_10="6"), _sets(":37", pain_0_10="3", reps="12"))
    assert study.sessions["reps"].tolist() == [12] * 6
    assert study.sessions["pain_0_10"].tolist() == [3] * 6
    assert study.sessions["notes"].tolist() == ["felt numb"] * 6
    assert study.duplicates["reason"].tolist() == ["superseded"] * 6
    assert study.superseded["pain_0_10"].tolist() == [6] * 6
    assert study.filter(["P1"]).superseded["notes"].tolist() == ["felt numb"] * 6


def test_the_file_with_most_sets_of_a_minute_counts() -> None:
    two = [{"performed_at": "2026-03-02 08:10", "reps": reps} for reps in ("10", "8")]
    study = _study(two, two[:1])
    assert study.sessions["reps"].tolist() == [10, 8]
    assert study.duplicates[["file", "reason"]].to_numpy().tolist() == [["sessions_2", "copy"]]


def test_text_that_differs_in_blanks_or_form_alone_does_not_differ() -> None:
    one = [{"performed_at": "2026-03-02", "notes": "Zoë was\r\nthere "}]
    other = [{"performed_at": "2026-03-02", "notes": "Zoe\u0308 was there"}]
    for clock in ("", " 08:10"):
        study = _study(*([row | {"performed_at": f"2026-03-02{clock}"} for row in rows] for rows in (one, other)))
        assert study.duplicates["reason"].tolist() == ["copy"]


def test_what_differs_in_set_or_source_stays() -> None:
    row = {"performed_at": "2026-03-02 08:10"}
    assert len(_study([row | {"set_no": "1"}], [row | {"set_no": "2"}]).sessions) == 2
    assert len(_study([row | {"source": "inferred"}], [row | {"source": "app"}]).sessions) == 2
    assert len(_study([row, row]).sessions) == 2, "equal rows of one file are equal sets"


def _clocks(text: str, days: range = range(2, 12), shift: int = 0) -> list[dict[str, str]]:
    first = pd.Timestamp("2026-03-01 23:10")
    times = [first + pd.Timedelta(days=day, minutes=13 * day, hours=shift) for day in days for _ in (1, 2)]
    return [{"performed_at": time.strftime(text), "reps": str(8 + time.day % 3)} for time in times]


def _heads(*files: list[dict[str, str]]) -> list[str]:
    study = _study(*files)
    line = head_line(study, study.as_of)
    assert all(message in line for message in study.notes.loc[study.notes["heads_up"], "message"])
    return study.notes.loc[study.notes["heads_up"], "message"].tolist()


def test_lost_times_and_shifted_hours_are_told_at_the_head() -> None:
    """Nobody can tell whether such sets are the same: all are kept, and it is said before any number."""
    timed, only_days = "%Y-%m-%d %H:%M", "%Y-%m-%d"
    lost = [row | {"reps": "9"} for row in _clocks(timed)], [row | {"reps": "9"} for row in _clocks(only_days)]
    [message] = _heads(*lost)
    assert "agrees with sessions_1 on most common days but for clock times, which one of them lost" in message
    same = [[row | {"reps": "9"} for row in _clocks(timed, shift=hours)] for hours in (0, 1)]
    [message] = _heads(*same)
    assert "but for a shift of 1 hour:" in message, "over midnight too"
    assert _heads(_clocks(timed), _clocks(timed)) == [], "the same times are copies"
    assert _heads(
        *([{"performed_at": f"2026-03-{day:02d} 0{hour}:1{day % 7}"} for day in range(2, 9)] for hour in (8, 9))
    )
    other = [row | {"reps": "3"} for row in _clocks(timed, range(2, 9), shift=1)] + _clocks(
        timed, range(9, 12), shift=1
    )
    assert _heads(_clocks(timed), other) == [], "three of ten days are not most of them"
    assert _heads(_clocks(timed), _clocks(timed, range(2, 9)) + _clocks(timed, range(9, 12), shift=1)) == []
    assert _heads(*[same[0]] * 3, same[1]) == [message], "told once, whatever was exported again"
    assert _heads(_clocks(timed, range(2, 4)), _clocks(timed, range(2, 4), shift=1)) == [], "two days may be chance"
    uneven = [
        row | {"performed_at": f"2026-03-{9 + at // 2:02d} 1{at % 2}:{at}7"} for at, row in enumerate(_clocks(timed))
    ]
    assert _heads(_clocks(timed, range(8, 18)), uneven) == [], "no constant shift"


_ROW = st.fixed_dictionaries(
    {
        "performed_at": st.sampled_from(["2026-03-02", "2026-03-02 08:10", "2026-03-02 08:10:30", "2026-03-02 08:11"]),
        "reps": st.sampled_from(["", "9", "10"]),
        "pain_0_10": st.sampled_from(["", "2", "8"]),
        "source": st.sampled_from(["", "app", "inferred"]),
    }
)


@settings(max_examples=5, deadline=None)
@given(files=st.lists(st.lists(_ROW, min_size=1, max_size=5), min_size=2, max_size=3))
def test_every_row_is_kept_or_told_and_a_file_read_twice_changes_nothing(files: list[list[dict[str, str]]]) -> None:
    study = _study(*files)
    assert len(study.sessions) + len(study.duplicates) == sum(map(len, files))
    again = _study(*files, files[-1])
    assert len(again.sessions) == len(study.sessions)
    assert (
        again.sessions["pain_0_10"].max() == study.sessions["pain_0_10"].max()
        or study.sessions["pain_0_10"].isna().all()
    )
