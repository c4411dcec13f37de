"""Weekdays, hours and completeness of the log: counted by hand, and row by row on a simulated study."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.analysis.cohort import log_counts
from footdrop_analytics.analysis.cohort.counts import WEEKDAYS, Pattern, pattern_of, quality_of
from footdrop_analytics.analysis.log.arrays import microseconds
from footdrop_analytics.analysis.log.coded_log import open_log
from tests.dashboards.cohort.cohorts import by_hand, chosen, simulated
from tests.each import each
from tests.studies import Log


def _log(*rows: tuple[str, dict[str, object]]) -> Log:
    """Rows at these times, a month before the as-of day; 2 March 2026 was a Monday."""
    log = Log().patient(arm="a")
    first = log.sessions[0]
    log.sessions = [first | {"performed_at": time} | more for time, more in rows]
    return log


def _places(pattern: Pattern) -> dict[tuple[str, int], int]:
    return {(WEEKDAYS[day], int(hour)): int(pattern.grid[day, hour]) for day, hour in np.argwhere(pattern.grid)}


def test_what_a_session_is_and_where_it_stands() -> None:
    log = _log(
        ("2026-03-02 09:50", {}),
        ("2026-03-02 10:20", {}),  # the same sitting
        ("2026-03-02 23:59", {}),
        ("2026-03-03 18:00", {"status": "skipped"}),
        ("2026-03-03 18:05", {}),  # begun with a skipped row: the first row done counts
        ("2026-03-04 08:00", {"reps": 0}),  # a failed attempt is no exercise
        ("2026-03-05", {}),
        ("2026-03-06 11:00", {"source": "clinic"}),
        ("2026-03-07 07:00", {"source": "inferred"}),
        ("2026-03-08 07:00", {"source": "clinic", "session_id": "x"}),
        ("2026-03-08 07:10", {"session_id": "x"}),  # not all at the clinic
        ("2026-03-09 00:00:01", {}),  # only midnight sharp is no time
    )
    pattern = pattern_of(chosen(by_hand(P=log)))
    expected = {("Monday", 9): 1, ("Monday", 23): 1, ("Tuesday", 18): 1, ("Sunday", 7): 1, ("Monday", 0): 1}
    assert _places(pattern) == expected
    assert pattern.untimed.tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert pattern.clinic.tolist() == [0, 0, 0, 0, 1, 0, 0]
    assert pattern.by_weekday.tolist() == [3, 1, 0, 1, 0, 0, 1]


def test_a_session_over_midnight_belongs_to_the_day_it_began() -> None:
    log = _log(("2026-03-02 23:50", {}), ("2026-03-03 00:20", {"exercise": "ankle_eversion"}))
    analysis = by_hand(P=log)
    assert _places(pattern_of(chosen(analysis))) == {("Monday", 23): 1}
    # The second exercise was begun at 0:20, in the session of Monday.
    assert _places(pattern_of(chosen(analysis, exercise="ankle_eversion"))) == {("Monday", 0): 1}


def test_a_time_counts_also_if_another_row_of_the_session_has_none() -> None:
    log = _log(("2026-03-02", {"session_id": "x"}), ("2026-03-02 14:00", {"session_id": "x"}))
    pattern = pattern_of(chosen(by_hand(P=log)))
    assert _places(pattern) == {("Monday", 14): 1}
    assert pattern.untimed.sum() == 0


def test_rows_after_the_as_of_day_are_left_out() -> None:
    log = _log(("2026-03-02 09:00", {}), ("2026-04-06 09:00", {}))
    choice = chosen(by_hand(P=log))
    assert _places(pattern_of(choice)) == {("Monday", 9): 1}
    assert quality_of(choice).sources["rows"].tolist() == [1, 1]


@each("settings", [{}, {"exercise": "heel_raise"}, {"arm": "usual"}, {"aetiology": "stroke"}])
def test_sessions_agree_with_the_ledger_entry_by_entry(settings: dict[str, str]) -> None:
    analysis = simulated()
    log = open_log(analysis.study, analysis.as_of)
    entries, people = log.entries, analysis.study.patients.set_index("patient_id")
    ids = [log.patients[one] for one in log.series.patient]
    exercises = [analysis.study.exercises.keys[one] for one in log.series.exercise]
    first: dict[int, pd.Timestamp] = {}
    day_of: dict[int, int] = {}
    home: Counter[int] = Counter()
    times, sources = (analysis.study.sessions[name].to_numpy() for name in ("performed_at", "source"))
    for at in np.flatnonzero(log.done):
        series, session, row = entries.series[at], int(entries.session[at]), entries.row[at]
        if settings.get("exercise", exercises[series]) != exercises[series]:
            continue
        if any(people.at[ids[series], name] != value for name, value in settings.items() if name != "exercise"):
            continue
        time = pd.Timestamp(times[row])
        has_clock = time != time.normalize()
        first.setdefault(session, pd.NaT)
        if has_clock and not first[session] <= time:
            first[session] = time
        day_of[session] = int(entries.day[at])
        home[session] += sources[row] != "clinic"
    grid, untimed, clinic = np.zeros((7, 24), dtype=int), np.zeros(7, dtype=int), np.zeros(7, dtype=int)
    for session, time in first.items():
        weekday = (day_of[session] + 3) % 7
        if not home[session]:
            clinic[weekday] += 1
        elif pd.isna(time):
            untimed[weekday] += 1
        else:
            grid[weekday, time.hour] += 1
    pattern = pattern_of(chosen(analysis, **settings))
    assert grid.sum() > 100
    assert untimed.sum() > 10
    assert clinic.sum() > 10
    assert pattern.grid.tolist() == grid.tolist()
    assert pattern.untimed.tolist() == untimed.tolist()
    assert pattern.clinic.tolist() == clinic.tolist()
    assert pattern.table["sessions"].sum() == len(first)


def test_simulated_weekends_are_lower_as_they_truly_are() -> None:
    analysis = simulated()
    assert analysis.study.truth is not None
    assert analysis.study.truth["patients"]["weekend_factor"].mean() < 0.95
    by_weekday = pattern_of(chosen(analysis)).by_weekday
    assert by_weekday[5:].mean() < 0.93 * by_weekday[:5].mean()


def test_the_table_has_every_weekday_and_hour() -> None:
    pattern = pattern_of(chosen(simulated()))
    home = pattern.table[pattern.table["place"] == "home"]
    assert len(home) == 7 * 25
    assert home["hour"].isna().sum() == 7
    assert home["sessions"].sum() == pattern.by_weekday.sum()


@each("settings", [{}, {"exercise": "hip_rotation", "arm": "enhanced"}])
def test_quality_agrees_with_the_rows(settings: dict[str, str]) -> None:
    analysis = simulated()
    rows = analysis.study.sessions.astype({"patient_id": "str", "source": "str", "exercise": "str", "status": "str"})
    people = analysis.study.patients.astype({"patient_id": "str"})
    rows = rows.merge(people[["patient_id", "arm"]], on="patient_id")
    for name, value in settings.items():
        rows = rows[rows[name] == value]
    table = quality_of(chosen(analysis, **settings)).sources.set_index("source")
    assert len(table) == rows["source"].nunique() + 1 >= 5
    for source, own in [*rows.groupby("source"), ("all sources", rows)]:
        tried = own[own["status"] == "done"]
        late = own["recorded_at"] - own["performed_at"] > pd.Timedelta(days=1)
        by_date = own["performed_at"] == own["performed_at"].dt.normalize()
        late = late.mask(
            by_date, own["recorded_at"].dt.normalize() - own["performed_at"].dt.normalize() > pd.Timedelta(days=1)
        )
        expected = {
            "patients": own["patient_id"].nunique(),
            "rows": len(own),
            "of_rows": len(own),
            "rejected": 0,
            "untimed": int(by_date.sum()),
            "tried": len(tried),
            "no_pain": int(tried["pain_0_10"].isna().sum()),
            "no_effort": int(tried["effort_0_10"].isna().sum()),
            "recorded": int(own["recorded_at"].notna().sum()),
            "late": int((late & own["recorded_at"].notna()).sum()),
        }
        assert table.loc[str(source), list(expected)].to_dict() == expected
    assert table.loc["app", "late"] > 0


def test_late_is_by_date_where_there_is_no_time() -> None:
    app = {"source": "app"}
    log = _log(
        ("2026-03-02 09:00", app | {"recorded_at": "2026-03-03 09:00"}),  # a day, not more
        ("2026-03-03 09:00", app | {"recorded_at": "2026-03-04 09:01"}),
        ("2026-03-04", app | {"recorded_at": "2026-03-05 23:00"}),  # the next day
        ("2026-03-05 09:00", app | {"recorded_at": "2026-03-07"}),
        ("2026-03-09 09:00", app),
    )
    row = quality_of(chosen(by_hand(P=log))).sources.iloc[0]
    assert row[["source", "rows", "recorded", "late"]].tolist() == ["app", 5, 4, 2]


def test_logs_not_handed_in_are_counted_by_patients() -> None:
    logs = {
        "P": Log().without(*range(11)).patient(data_through="2026-03-20"),
        "Q": Log(source="app"),
        "R": Log(source="app").patient(),
    }
    table = quality_of(chosen(by_hand(**logs))).sources.set_index("source")
    assert table["log_not_handed_in"].to_dict() == {"diary": 1, "app": 0, "all sources": 1}
    assert table["patients"].to_dict() == {"diary": 1, "app": 2, "all sources": 3}


def test_what_does_not_depend_on_the_choice_is_worked_out_once() -> None:
    analysis = simulated()
    one, other = (chosen(analysis, group=group) for group in ("exercise", "arm"))
    assert quality_of(one).tables is quality_of(other).tables
    assert one.prepared.recording is other.prepared.recording


def test_the_recording_pattern_is_added_up_over_the_patients_chosen() -> None:
    same = Log(15, reps=10, pain_0_10=2).planned(reps=10).patient(arm="a")
    other = Log(8, reps=9, pain_0_10=None).planned(reps=10).patient(arm="b")
    analysis = by_hand(P=same, Q=other)
    for arm, equal, rated in (("a", (15, 15), (1, 1)), ("b", (0, 8), (0, 0))):
        table = quality_of(chosen(analysis, arm=arm)).recording.set_index("what")
        assert tuple(table.loc["equal the target in every field", ["counted", "of"]]) == equal
        assert tuple(table.filter(like="same pain", axis=0)[["counted", "of"]].iloc[0]) == rated
    table = quality_of(chosen(analysis)).recording
    assert table["counted"].iloc[0] == 15
    assert table["of"].iloc[0] == 23


def test_patients_without_a_row() -> None:
    silent = Log()
    silent.sessions = []
    quality = quality_of(chosen(by_hand(P=Log(), Q=silent)))
    assert (quality.prescribed, quality.without_rows) == (2, 1)
    quality = quality_of(chosen(by_hand(P=Log(), Q=silent), exercise="hip_rotation"))
    assert (quality.prescribed, quality.without_rows) == (0, 0)


@pytest.fixture
def rejected(tmp_path: Path) -> fd.Analysis:
    """Two patients of two arms and a log with mistakes."""
    (tmp_path / "sessions.csv").write_text(
        "Patient_ID,performed_at,exercise,side,reps,source,notes\n"
        "P,2026-03-02T09:00,heel_raise,left,10,app,\n"
        "P,2026-03-03T09:00,heel_rise_x,left,10,app,\n"
        'P,2026-03-04T09:00,ballet,left,10, APP ,"""source"": ""diary"""\n'
        "P,32 March,hip_rotation,up,10,,two checks fail\n"
        "Q,2026-03-02T09:00,heel_raise,left,10,,\n"
        "Q,2026-03-02T09:00,heel_raise,left,10,phone,\n"
        ",2026-03-02T09:00,heel_raise,left,10,diary,whose\n",
        encoding="utf-8",
    )
    (tmp_path / "prescriptions.csv").write_text(
        "patient_id,exercise,side,start_date,days_per_week,reps\n"
        "P,heel_raise,left,2026-03-01,7,10\nQ,heel_raise,left,2026-03-01,7,10\n",
        encoding="utf-8",
    )
    (tmp_path / "patients.csv").write_text("patient_id,arm\nP,a\nQ,b\n", encoding="utf-8")
    return fd.analyse(fd.read_study(tmp_path, today="2026-12-31"))


def test_rejected_rows_by_source(rejected: fd.Analysis) -> None:
    quality = quality_of(chosen(rejected))
    found = quality.sources.set_index("source")[["rows", "rejected", "of_rows"]]
    assert found.to_dict("index") == {
        "diary": {"rows": 1, "rejected": 2, "of_rows": 3},
        "app": {"rows": 1, "rejected": 2, "of_rows": 3},
        "not readable": {"rows": 0, "rejected": 1, "of_rows": 1},
        "all sources": {"rows": 2, "rejected": 5, "of_rows": 7},
    }
    assert quality.rejected_elsewhere == 0
    assert quality.tables.set_index("table").loc["sessions", ["valid", "rejected", "duplicates"]].tolist() == [2, 5, 0]


def test_rejected_rows_of_a_choice(rejected: fd.Analysis) -> None:
    quality = quality_of(chosen(rejected, arm="a"))
    assert quality.sources.set_index("source")["rejected"].to_dict() == {"diary": 1, "app": 2, "all sources": 3}
    assert quality.rejected_elsewhere == 2
    quality = quality_of(chosen(rejected, exercise="hip_rotation"))
    assert quality.sources.set_index("source")["rejected"].to_dict() == {"diary": 1, "all sources": 1}
    assert quality.rejected_elsewhere == 4


def test_patients_of_a_part_far_from_each_other_among_all_take_no_memory() -> None:
    study = fd.simulate(patients=2, weeks=2, seed=1)
    patient = study.sessions["patient_id"].cat.codes.to_numpy().astype(np.int64)
    time, exercises = microseconds(study.sessions["performed_at"]), len(study.exercises.keys)
    tracemalloc.start()
    far = log_counts._rows(study.sessions, patient * 1_000_000, time, exercises)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000
    near = log_counts._rows(study.sessions, patient, time, exercises)
    pd.testing.assert_frame_equal(far, near.assign(patient=near["patient"] * 1_000_000))
