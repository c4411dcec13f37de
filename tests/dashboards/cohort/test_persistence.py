"""Persistence: published Kaplan–Meier numbers, times of patients by hand, numbers at risk counted one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from footdrop_analytics.analysis.cohort.spread import MOST_CURVES, curve_of, persisting_of, steps_table
from footdrop_analytics.dashboards.cohort.persistence_chart import curves_chart, marks_of, steps_of
from tests.dashboards.cohort.cohorts import by_hand, chosen, simulated
from tests.each import each
from tests.studies import Log

# Weeks of remission under 6-mercaptopurine, + = censored: 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+
# 34+ 35+ (Freireich et al. 1963, Blood 21:699; the worked example of most textbooks of survival analysis).
_EVENTS = (6, 6, 6, 7, 10, 13, 16, 22, 23)
_CENSORED = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
_WEEKS = np.array([*_EVENTS, *_CENSORED])
_STOPPED = np.array([True] * len(_EVENTS) + [False] * len(_CENSORED))


def test_the_textbook_curve_with_its_band() -> None:
    curve = curve_of(_WEEKS, _STOPPED)
    # Week, at risk, share and log–log band as R's survfit(conf.type = "log-log") prints them.
    published = [
        (6, 21, 0.857, 0.620, 0.952),
        (7, 17, 0.807, 0.563, 0.923),
        (10, 15, 0.753, 0.503, 0.889),
        (13, 12, 0.690, 0.432, 0.849),
        (16, 11, 0.627, 0.368, 0.805),
        (22, 7, 0.538, 0.268, 0.747),
        (23, 6, 0.448, 0.188, 0.680),
    ]
    for week, at_risk, *expected in published:
        share, low, high, risk = curve.at(week)
        assert risk == at_risk
        assert [share, low, high] == pytest.approx(expected, abs=6e-4)
    assert curve.median_days == 23
    assert (curve.patients, curve.events) == (21, 9)


def test_the_curve_by_hand() -> None:
    """Of 5, one stops at 0, one is followed to 10, two stop at 20, one is followed to 30: 4/5, then 4/5 × 1/3."""
    curve = curve_of(np.array([20, 0, 10, 20, 30]), np.array([True, True, False, True, False]))
    assert curve.days.tolist() == [0, 10, 20, 30]
    assert curve.at_risk.tolist() == [5, 4, 3, 1]
    assert curve.stopped.tolist() == [1, 0, 2, 0]
    assert curve.persisting == pytest.approx([0.8, 0.8, 0.8 / 3, 0.8 / 3])
    assert curve.at(19)[0] == pytest.approx(0.8)
    # Greenwood by hand at day 0: d/(n(n-d)) = 1/20; log–log: exp(-exp(log(-log 0.8) ± 1.96 √(1/20)/(-log 0.8))).
    se = np.sqrt(1 / 20) / np.log(0.8)
    ends = np.exp(-np.exp(np.log(-np.log(0.8)) + np.array([-1, 1]) * 1.959964 * se))
    assert sorted(curve.at(0)[1:3]) == pytest.approx(sorted(ends), abs=1e-6)


def test_no_band_before_the_first_stop_and_at_zero() -> None:
    curve = curve_of(np.array([5, 10, 20]), np.array([False, True, True]))
    assert np.isnan(curve.low).tolist() == np.isnan(curve.high).tolist() == [True, False, True]
    assert curve.persisting[-1] == 0
    nobody = curve_of(np.array([5, 10]), np.array([False, False]))
    assert np.isnan(nobody.low).all()
    assert np.isnan(nobody.median_days)


def _until(day_ago: int, days: int = 100, arm: str = "a", **session: object) -> Log:
    """A log of so many days that ends some days ago; the plan goes on."""
    return Log(days, **session).without(*range(day_ago)).patient(arm=arm)


def _with(log: Log, other: Log) -> Log:
    """Both logs as one patient's."""
    joined = log.copy()
    joined.sessions += other.sessions
    joined.prescriptions += other.prescriptions
    return joined


def test_a_patient_has_stopped_when_the_last_exercise_has() -> None:
    ankle = {"exercise": "ankle_eversion"}
    logs = {
        "both stopped": _with(_until(60), _until(40, **ankle)),
        "one goes on": _with(_until(60), _until(0, **ankle)),
        "one ended as planned": _with(_until(40), _until(70, **ankle).planned(start_date="2025-12-22")),
        "stopped": _until(40),
    }
    logs["one ended as planned"].prescriptions[1]["end_date"] = "2026-01-20"
    analysis = by_hand(**logs)
    found = persisting_of(chosen(analysis, group="arm")).times.set_index("patient_id")
    assert found["event"].to_dict() == {
        "both stopped": True,
        "one ended as planned": True,
        "one goes on": False,
        "stopped": True,
    }
    # The log begins 99 days ago; the last entry is 40 days ago, 28 due days of silence are reached on day 59 + 28.
    assert found.loc["stopped", "time_days"] == found.loc["both stopped", "time_days"] == 87
    assert found.loc["one goes on", "time_days"] == 99
    assert found["series"].to_dict() == {"both stopped": 2, "one ended as planned": 2, "one goes on": 2, "stopped": 1}


def test_a_stop_counts_after_the_planned_end_of_another_exercise() -> None:
    """After that day only the exercise that stopped was due, and nothing was logged."""
    ended = _until(40, exercise="ankle_eversion").planned(end_date="2026-02-19")
    times = by_hand(P=ended).persistence
    assert (times["event"].tolist(), times["time_days"].tolist()) == ([False], [59])
    for logs in ((_until(40), ended), (ended, _until(40))):
        row = persisting_of(chosen(by_hand(P=_with(*logs)), group="arm")).times.iloc[0]
        assert (row["event"], row["time_days"]) == (True, 87)


def test_with_one_series_it_is_persistence_itself() -> None:
    analysis = simulated()
    found = persisting_of(chosen(analysis, group="exercise")).times
    single = found[found["series"] == 1].set_index(["patient_id", "group"])
    table = analysis.persistence.astype({"patient_id": "str", "exercise": "str"})
    expected = table.set_index(["patient_id", "exercise"]).loc[single.index]
    assert len(single) > 300
    assert single["time_days"].tolist() == expected["time_days"].tolist()
    assert single["event"].tolist() == expected["event"].tolist()
    assert single["event"].any()


def test_curves_and_numbers_at_risk_agree_with_counting_one_by_one() -> None:
    choice = chosen(simulated(), group="arm")
    found = persisting_of(choice)
    assert [one.key for one in found.curves] == ["all", "enhanced", "usual"]
    for curve in found.curves[1:]:
        own = found.times[found.times["group"] == curve.key]
        days, event = own["time_days"].to_numpy(), own["event"].to_numpy()
        share = 1.0
        for place, day in enumerate(curve.days):
            at_risk, stops = int((days >= day).sum()), int((event & (days == day)).sum())
            share *= 1 - stops / at_risk
            assert (curve.at_risk[place], curve.stopped[place]) == (at_risk, stops)
            assert curve.persisting[place] == pytest.approx(share)
        direct = stats.ecdf(stats.CensoredData.right_censored(days, ~event)).sf
        assert curve.persisting == pytest.approx(direct.evaluate(curve.days))


def test_never_due_is_left_out_and_counted() -> None:
    later = Log(5).patient(arm="a").planned(start_date="2026-05-01")
    found = persisting_of(chosen(by_hand(Q=_until(0), R=later), group="arm"))
    assert found.groups[["patients", "never_due"]].to_numpy().tolist() == [[1, 1], [1, 1]]
    assert found.times["patient_id"].tolist() == ["Q"]


def test_never_due_is_told_of_patients_without_any_due_series_in_the_group() -> None:
    later = Log(5, exercise="ankle_eversion").planned(start_date="2026-05-01")
    analysis = by_hand(P=_with(_until(0), later))
    assert persisting_of(chosen(analysis, group="arm")).groups["never_due"].tolist() == [0, 0]
    by_exercise = persisting_of(chosen(analysis, group="exercise")).groups.set_index("group")
    assert by_exercise["never_due"].to_dict() == {"all": 0, "heel_raise": 0, "ankle_eversion": 1}
    assert by_exercise["patients"].to_dict() == {"all": 1, "heel_raise": 1, "ankle_eversion": 0}


def test_who_never_began_stops_on_the_28th_due_day() -> None:
    never = Log(60).patient(arm="a")
    never.sessions = []
    found = persisting_of(chosen(by_hand(Q=_until(0, 60), R=never), group="arm"))
    assert found.times.set_index("patient_id").loc["R", ["time_days", "event"]].tolist() == [27, True]


def test_small_groups_have_no_curve() -> None:
    logs = {f"P{number}": _until(40) for number in range(4)}
    found = persisting_of(chosen(by_hand(**logs), group="arm"))
    assert found.curves == ()
    assert found.groups["stopped"].tolist() == [4, 4]
    assert steps_table(found.curves).empty
    assert curves_chart(found.curves, "nothing") is None
    assert marks_of(found.curves) == []


def test_no_more_curves_than_can_be_seen() -> None:
    logs = {f"P{number}": _until(0, arm=f"arm {number % 14:02}") for number in range(5 * 14)}
    found = persisting_of(chosen(by_hand(**logs), group="arm"))
    assert len(found.curves) == MOST_CURVES + 1
    assert found.not_drawn == 14 - MOST_CURVES


def test_axes_are_named_at_the_edges_and_long_names_are_broken() -> None:
    logs = {f"P{number}": Log(30).patient(arm="a long <i>name of an arm" + str(number % 4)) for number in range(20)}
    chart = curves_chart(persisting_of(chosen(by_hand(**logs), group="arm")).curves, "")
    assert chart is not None
    layout = chart.figure["layout"]
    # All patients and four arms: two rows of three panels, the last place of them empty.
    below = [name for name, one in layout.items() if name.startswith("xaxis") and "title" in one]
    beside = [name for name, one in layout.items() if name.startswith("yaxis") and "title" in one]
    assert below == ["xaxis3", "xaxis4", "xaxis5"]
    assert beside == ["yaxis", "yaxis4"]
    assert chart.still.count("first due day") == 3
    assert "<b>a long &lt;i&gt;name of</b><br><b>an arm0</b><br>5 patients" in layout["annotations"][1]["text"]


def test_a_curve_is_drawn_while_five_are_at_risk() -> None:
    days = np.array([10, 10, 20, 20, 30, 40, 50])
    curve = curve_of(days, np.array([True, False, True, False, False, True, True]), "a", "a")
    assert curve.last_day == 20
    steps = steps_of(curve)
    assert steps.x == [0, 10, 10, 20, 20, 20, 20]
    assert steps.y == pytest.approx([100, 100, 85.71, 85.71, 68.57, 68.57, 68.57], abs=0.01)
    assert steps.band_x[0] == 10
    assert all(low < high for low, high in zip(steps.low, steps.high, strict=True))


@each("last, marks", [(0, []), (20, [20]), (28, [28]), (112, [28, 56, 84, 112]), (190, [28, 84, 112, 168])])
def test_the_days_told_in_numbers(last: int, marks: list[int]) -> None:
    curve = curve_of(np.full(5, last), np.zeros(5, dtype=bool))
    assert marks_of((curve,)) == marks


def test_one_arm_never_touches_the_other() -> None:
    mine = {f"P{number}": _until(7 * number) for number in range(6)}
    theirs = {f"Q{number}": _until(9 * number, arm="b") for number in range(6)}
    changed = {f"Q{number}": _until(50, arm="b") for number in range(6)}
    tables = []
    for others in (theirs, changed):
        found = persisting_of(chosen(by_hand(**mine, **others), group="arm"))
        steps = steps_table(found.curves)
        tables.append([steps[steps["group"] == arm].reset_index(drop=True) for arm in ("a", "b")])
    pd.testing.assert_frame_equal(tables[0][0], tables[1][0])
    assert not tables[0][1].equals(tables[1][1])
