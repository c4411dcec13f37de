"""Bugs that other systems have, or had: each test names where it was seen and says what must not happen here."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.analysis.trends.trends import daily as daily_values
from footdrop_analytics.figures.data import plain_rows, ratings_data
from footdrop_analytics.knowledge import load_exercises
from tests.analysis.expected import only
from tests.each import each
from tests.studies import AS_OF, Cases, Log, ago, log, march, plan, rows, study_of, study_with, values

# ---- ratings ----------------------------------------------------------------------------------------------------


def test_a_day_without_a_pain_score_has_no_point() -> None:
    """OpenTeleRehab, adherenceTab.js: days with sessions but no score were drawn as 0."""
    found = study_with(log([2], pain_0_10=4) + log([3]) + log([4], pain_0_10=6), [plan(2)])
    table = daily_values(found, "pain")
    assert table["value"].isna().tolist() == [False, True, False]
    assert fd.trends(found, measure="pain")["n"].tolist() == [2]
    days = pd.Timestamp(march(2)).date(), pd.Timestamp(march(4)).date()
    dots = ratings_data(plain_rows(table), [], *days).pain
    assert [day.day for day in dots.days] == [2, 4]
    assert dots.values == [4, 6]


def test_a_pain_of_0_counts() -> None:
    """OpenTeleRehab, adherenceTab.js: ``if (exercise.pain_level)`` left a score of 0 out of the mean."""
    found = study_with([row for day in range(2, 13) for row in log([day], pain_0_10=day % 2)], [plan(2)])
    row = fd.trends(found, measure="pain").iloc[0]
    assert row["n"] == 11
    assert row["level_start"] == pytest.approx(0.5, abs=0.3)
    assert Log(pain_0_10=0).met("pain") is True
    assert Log(pain_0_10=0).criterion("pain")["n"] == 3


# ---- adherence --------------------------------------------------------------------------------------------------


def test_days_without_an_entry_stay_in_the_denominator() -> None:
    """A Streamlit page divided by ``len(logs)``, so that silence was 100 %."""
    found = fd.adherence(study_with(log([2, 4]), [plan(2)]), every=None, as_of=march(11)).iloc[0]
    assert (found["due"], found["credited"], found["adherence"]) == (10, 2, 0.2)


def test_each_patient_has_a_window_start_of_their_own() -> None:
    """AdhereR #139 and #128: the column with each patient's start of the window was not respected."""
    cases = Cases()
    cases.add("A", log([2, 3]), plan(2))
    cases.add("B", log([12, 13]), plan(12))
    table = fd.adherence(cases.study(), every="7D", anchor="start", as_of=march(18)).set_index("patient_id")
    assert table["window_start"].dt.day.groupby("patient_id", observed=True).agg(list).to_dict() == {
        "A": [2, 9, 16],
        "B": [12],
    }
    assert table.loc["B", "due"] == 7


def test_sessions_are_not_stitched_over_a_gap() -> None:
    """mobgap #226: what lay on both sides of a gap was joined, and all that followed was shifted."""
    stamps = [march(day, time) for day in range(2, 16) for time in ("09:00", "09:30", "18:00")]
    whole = study_with(rows(*stamps), [plan(2, sessions_per_day=2)])
    with_gap = study_with(rows(*(stamp for stamp in stamps if stamp[5:10] < "03-05" or stamp[5:10] > "03-08")), [
        plan(2, sessions_per_day=2)
    ])  # fmt: skip
    a_day: dict[str, Any] = {"every": "1D", "start": march(2), "as_of": march(15)}
    expected, found = fd.adherence(whole, **a_day), fd.adherence(with_gap, **a_day)
    kept = ~expected["window_start"].dt.day.between(5, 8)
    pd.testing.assert_frame_equal(found[kept], expected[kept])
    assert found.loc[~kept, "logged"].tolist() == [0] * 4
    # Half an hour before and after a gap of days are two sessions.
    apart = study_with(rows(march(2, "23:50"), march(5, "00:10")), [plan(2)])
    assert fd.adherence(apart, every=None)["logged"].tolist() == [2]


def test_inferred_rows_take_part_in_nothing() -> None:
    """Otera: exercise was inferred from the app having been opened, and counted as done."""
    without = study_with(log([2, 4], reps=5, pain_0_10=1), [plan(2, reps=5)])
    inferred = log(range(2, 9), "12:00", reps=30, pain_0_10=9, source="inferred")
    found = study_with(log([2, 4], reps=5, pain_0_10=1) + inferred, [plan(2, reps=5)])
    assert len(found.sessions) == 9
    assert found.as_of == without.as_of
    ours, theirs = fd.analyse(found, as_of=march(8)), fd.analyse(without, as_of=march(8))
    for name in (
        "adherence",
        "persistence",
        "trends",
        "steps",
        "readiness",
        "criteria",
        "flags",
        "caseload",
        "calendar",
    ):
        pd.testing.assert_frame_equal(getattr(ours, name), getattr(theirs, name))


# ---- trends -----------------------------------------------------------------------------------------------------


def test_a_slope_follows_dates_and_not_rows() -> None:
    """pymannkendall #21: time stamps were ignored, so that dropping rows changed the slope."""
    reps = list(range(10, 34))
    gone = {1, 2, 5, 6, 7, 11, 15, 20, 21}
    whole = fd.trends(study_with(values(reps), [plan(2, reps=40)])).iloc[0]
    sessions = [row for number, row in enumerate(values(reps)) if number not in gone]
    part = fd.trends(study_with(sessions, [plan(2, reps=40)])).iloc[0]
    assert part["n"] == 15
    for column in ("slope_per_week", "level_start", "level_end", "change"):
        assert part[column] == pytest.approx(whole[column])
    assert whole["slope_per_week"] == pytest.approx(7)


# ---- criteria for review ----------------------------------------------------------------------------------------


def test_one_good_set_of_three_is_not_enough() -> None:
    """wger #2480: the first set at target led to more weight, whatever the others were."""
    whole = Log(sets=3).planned(sets=3)
    assert whole.met("target") is True
    poor = Log(sets=1).planned(sets=3)
    for day in range(31):
        poor.row(day, " 09:05", reps=4, sets=2)  # 10 and twice 4: 18 of 30
    assert poor.met("target") is False
    assert poor.state()["state"] == "criteria_not_met"


def test_short_of_the_target_is_not_the_target() -> None:
    """openGym #278: the bottom of a range of repetitions was enough to go on."""
    assert Log(reps=9).met("target") is False
    assert Log().changed(2, reps=9).met("target") is False


def test_less_load_than_prescribed_is_no_success() -> None:
    """liftosaur #357: all repetitions with less weight than prescribed counted as success."""
    lighter = Log(load_kg=4).planned(load_kg=5)
    assert lighter.state()["state"] == "criteria_not_met"
    assert set(lighter.state()["unmet"].split("; ")) == {"target", "as_prescribed"}
    row = fd.trends(lighter.study()).iloc[0]
    assert (row["n"], row["n_other"], row["verdict"]) == (0, 31, "cannot_tell")


def test_a_session_after_skipped_ones_is_one_session() -> None:
    """wger changelog: one qualifying session after skipped ones moved the plan on by several steps."""
    skipped = Log().changed(6, status="skipped", reps=None).changed(1, status="done", reps=10)
    plain = Log().without(1, 2, 3, 4, 5)
    for column in ("next_step", "n_met", "state"):
        assert skipped.state()[column] == plain.state()[column]
    assert skipped.criterion("target")["from_day"] == pd.Timestamp(ago(14))
    # However long the log, what comes next is the one entry that follows in the programme.
    assert Log(days=90).state()["next_step"] == Log().state()["next_step"]


def test_editing_an_old_entry_counts_today() -> None:
    """openGym #17: progress was a stored counter, which later corrections never reached."""
    reps = list(range(5, 19))
    assert fd.trends(study_with(values(reps), [plan(2, reps=30)]))["verdict"].tolist() == ["rising"]
    edited = [18 - rep if rep < 12 else rep for rep in reps]
    assert fd.trends(study_with(values(edited), [plan(2, reps=30)]))["verdict"].tolist() != ["rising"]
    assert Log().state()["state"] == "criteria_met"
    old = Log()
    old.sessions[2]["reps"] = old.sessions[9]["reps"] = 8
    assert old.state()["state"] == "criteria_not_met"


HIGHER = ("clinician_check", "criteria_met")


def test_more_pain_or_one_more_event_never_raises_anything() -> None:
    """gymcoach PR #55: an answer about pain or readiness could raise the target."""
    before: dict[str, Log] = {
        "met": Log(),
        "unmet": Log(reps=9),
        "unknown": Log(pain_0_10=None),
        "few": Log(days=5),
        "passive": Log(exercise="ankle_dorsiflexion"),
        "below": Log(reps=5),
        "stand": Log(exercise="single_leg_stand", reps=None, hold_s=16).planned(reps=None, hold_s=15),
    }
    worse: dict[str, Callable[[Log], Log]] = {
        "pain": lambda one: one.changed(1, pain_0_10=8),
        "a little pain": lambda one: one.changed(2, pain_0_10=2),
        "checkin": lambda one: one.checkin(0, pain_0_10=9, fell="yes"),
        "fall": lambda one: one.event("fall", 2),
        "near fall": lambda one: one.event("near_fall", 1, during_exercise="heel_raise"),
        "other": lambda one: one.event("other", 3),
    }
    logs = {name: one.copy() for name, one in before.items()}
    logs |= {f"{name}, {what}": change(one.copy()) for name, one in before.items() for what, change in worse.items()}
    table = fd.readiness(study_of(**logs), as_of=AS_OF).set_index("patient_id")
    for name in before:
        for what in worse:
            then, now = table.loc[name], table.loc[f"{name}, {what}"]
            assert then["state"] in HIGHER or now["state"] not in HIGHER or name == "unknown", (name, what)
            assert now["target"] == then["target"] or pd.isna(then["target"])
            assert now["n_met"] <= then["n_met"] or name == "unknown"
    # Where pain was never rated a high rating closes the gap in knowledge, and still meets nothing.
    assert table.loc["unknown, pain", "state"] == "hold_event"


# ---- parameters -------------------------------------------------------------------------------------------------

RULES = "rules_version: strict\nrules: {target: {enabled: false}}\n"
FLAGS = """flags_version: mild
events: {fall: {severity: amber, holds: none, injury_holds: none, during_exercise: false}}
"""
OF_PARTS = {"engine", "workers", "client", "out"}
"""For partitioned studies: tests/scale."""
LOG_THROUGH = {"log_through": "2024-01-28"}
PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "adherence": [
        {"start": "2024-01-20"},
        {"end": "2024-02-10"},
        {"every": "5D"},
        {"every": "5D", "length": "28D"},
        {"every": "5D", "anchor": "start"},
        {"level": "patient"},
        {"as_of": "2024-02-10"},
        LOG_THROUGH,
    ],
    "persistence": [{"start": "2024-01-20"}, {"end": "2024-02-10"}, {"as_of": "2024-02-10"}, LOG_THROUGH],
    "trends": [
        {"measure": "dose"},
        {"start": "2024-02-01"},
        {"end": "2024-02-20"},
        {"as_of": "2024-02-10"},
        {"over": "all"},
    ],
    "steps": [{"as_of": "2024-02-10"}, LOG_THROUGH],
    "readiness": [{"as_of": "2024-02-10"}, {"rules": RULES}, {"flags": FLAGS}, LOG_THROUGH],
    "readiness_criteria": [{"as_of": "2024-02-10"}, {"rules": RULES}, {"flags": FLAGS}, LOG_THROUGH],
    "review_flags": [{"as_of": "2024-02-10"}, {"flags": FLAGS}, LOG_THROUGH],
    "analyse": [
        {"as_of": "2024-02-10"},
        {"start": "2024-01-20"},
        {"end": "2024-02-10"},
        {"rules": RULES},
        {"flags": FLAGS},
        LOG_THROUGH,
        {"progress": True},
    ],
}


@pytest.fixture(scope="module")
def simulated() -> fd.Study:
    """Four patients, one of whom fell in the last days."""
    return fd.simulate(patients=4, weeks=8, seed=13)


@each("name", PARAMETERS)
def test_every_parameter_changes_something(name: str, simulated: fd.Study, tmp_path: Path) -> None:
    """stepcount #165 and #166: options that were documented, accepted and ignored."""
    function = getattr(fd, name)
    takes = set(inspect.signature(function).parameters) - {"study"} - OF_PARTS
    assert {key for options in PARAMETERS[name] for key in options} == takes
    base = {"every": "5D"}
    for options in PARAMETERS[name]:
        if "progress" in options:
            seen: list[str] = []
            function(simulated, progress=seen.append)
            assert seen
            continue
        given = dict(options)
        for file in {"rules", "flags"} & set(options):
            given[file] = tmp_path / f"{file}.yaml"
            given[file].write_text(options[file], encoding="utf-8")
        beside = base if len(options) > 1 else {}
        assert _text(function(simulated, **given)) != _text(function(simulated, **beside)), options


def _text(result: Any) -> str:
    """Everything that a result holds."""
    if isinstance(result, fd.Analysis):
        tables = (result.adherence, result.trends, result.readiness, result.criteria, result.flags)
        return "".join(table.to_csv() for table in tables)
    return str(result.to_csv())


def test_other_parameters_change_something(tmp_path: Path) -> None:
    """stepcount #165 and #166, for reading, simulating and reporting."""
    sessions = pd.DataFrame(log([2, 3]) + rows("04/03/2026"))
    plans = pd.DataFrame([plan(2)])
    tables: dict[str, Any] = {"sessions": sessions, "prescriptions": plans}
    assert len(fd.study_from_tables(**tables, today="2030-01-01").rejected) == 1
    assert len(fd.study_from_tables(**tables, today="2030-01-01", date_format="%d/%m/%Y").rejected) == 0
    assert len(fd.study_from_tables(**tables, today="2026-03-01").rejected) == 2
    own = tmp_path / "exercises.yaml"
    own.write_text("exercises: {heel_raise: {name: On tiptoe}}\n", encoding="utf-8")
    catalog = load_exercises(own)
    named = fd.study_from_tables(**tables, today="2030-01-01", exercises=catalog)
    assert named.exercises["heel_raise"].name == "On tiptoe"
    first = fd.simulate(patients=1, weeks=3, seed=1).sessions.to_csv()
    for patients, weeks, seed in ((2, 3, 1), (1, 4, 1), (1, 3, 2)):
        assert fd.simulate(patients=patients, weeks=weeks, seed=seed).sessions.to_csv() != first

    analysis = fd.analyse(study_with(log([2, 3]), [plan(2)]))
    options: list[dict[str, Any]] = [{}, {"audience": "patient"}, {"assets": "shared"}]
    options += [{"audience": "patient", "contact": "Call 12"}]
    pages = {fd.write_report(analysis, "P", tmp_path / "report.html", **given).read_text("utf-8") for given in options}
    assert len(pages) == len(options)


def test_an_argument_without_effect_is_refused(simulated: fd.Study) -> None:
    """AdhereR 0.4 began to warn of arguments that it ignores; before that they were silently dropped."""
    with pytest.raises(fd.ParameterError, match="anchor"):
        fd.adherence(simulated, anchor="start")
    with pytest.raises(fd.ParameterError, match="length"):
        fd.adherence(simulated, length="28D")
    with pytest.raises(TypeError, match="window"):
        fd.adherence(simulated, window="28D")  # type: ignore[call-arg]


# ---- reading ----------------------------------------------------------------------------------------------------


def test_a_failed_check_is_one_line_for_one_row() -> None:
    """pandera #1302: a check over several columns reported every cell of the row."""
    sessions = pd.DataFrame(log([2, 3, 4, 5], reps=10)).astype(object)
    sessions.loc[1, "exercise"] = "ballet"
    sessions.loc[2, ["side", "status"]] = ["up", "perhaps"]
    found = fd.study_from_tables(sessions=sessions, prescriptions=pd.DataFrame([plan(2)]), today="2030-01-01")
    assert found.rejected[["row", "column"]].to_numpy().tolist() == [[3, "exercise"], [4, "side"], [4, "status"]]
    assert len(found.sessions) == 2


def test_an_index_that_repeats_drops_no_other_row() -> None:
    """pandera, documentation of ``drop_invalid_rows``: with a repeated index valid rows went too."""
    sessions = pd.DataFrame(log([2, 3, 4, 5], reps=10)).astype(object)
    sessions.loc[1, "exercise"] = "ballet"
    sessions.index = pd.Index([0, 0, 0, 0])
    found = fd.study_from_tables(sessions=sessions, prescriptions=pd.DataFrame([plan(2)]), today="2030-01-01")
    assert found.sessions["performed_at"].dt.day.tolist() == [2, 4, 5]
    assert found.rejected["row"].tolist() == [3]


# ---- the report -------------------------------------------------------------------------------------------------


def _page(analysis: fd.Analysis, patient: str, path: Path) -> str:
    page = fd.write_report(analysis, patient, path / "report.html", assets="shared").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL))


def test_a_patient_without_one_valid_day_gets_a_clean_page(tmp_path: Path) -> None:
    """GGIR #1016: a participant without a valid day stopped the report."""
    cases = Cases()
    cases.add("A", log([2, 3]), plan(2))
    cases.add("nothing logged", [], plan(2))
    cases.add("nothing due yet", [], plan(20))
    cases.add("only paused", [], plan(2), pauses=[{"start_date": march(1)}])
    cases.add("only a check-in", [], checkins=[{"day": march(2), "fell": "no"}])
    analysis = fd.analyse(cases.study(), as_of=march(4))
    for patient in analysis.caseload["patient_id"]:
        for audience in ("clinician", "patient"):
            path = fd.write_report(analysis, patient, tmp_path / f"{audience}.html", audience, "shared")
            assert path.stat().st_size > 5000
        assert not re.search(r"\b(nan|NaT|<NA>|inf)\b", _page(analysis, patient, tmp_path)), patient


def test_the_numbers_of_the_page_are_those_of_the_analysis(tmp_path: Path) -> None:
    """GGIR #1173: the report and the table of results were computed twice, and differed."""
    analysis = fd.analyse(study_with(values([8, 9, 10, 9, 10, 12, 11, 13, 12, 14, 13, 15]), [plan(2, reps=30)]))
    page = _page(analysis, "P", tmp_path)
    due = only(analysis.adherence_patient_period)
    assert f"{due['credited']:.0f} of {due['due']:.0f}" in page
    assert f"n {only(analysis.trends)['n']}" in page or f"{only(analysis.trends)['n']} days" in page
    assert only(analysis.trends)["verdict"] in page


def test_why_something_does_not_count_is_said(tmp_path: Path) -> None:
    """GGIR #1246: days left out by protocol and days without data looked alike."""
    cases = Cases()
    cases.add("P", log([2, 7]), plan(2), pauses=[{"start_date": march(4), "end_date": march(5)}])
    cases.tables["patients"] = [{"patient_id": "P", "data_through": march(8)}]
    analysis = fd.analyse(cases.study(), as_of=march(10))
    status = dict(zip(analysis.calendar["day"].dt.day, analysis.calendar["status"], strict=True))
    assert [status[day] for day in (2, 3, 4, 9)] == ["done", "not_logged", "paused", "log_not_handed_in"]
    page = _page(analysis, "P", tmp_path).lower()
    assert "paused" in page
    assert "not handed in" in page


def test_the_page_is_small_loads_nothing_and_holds_no_raw_rows(tmp_path: Path) -> None:
    """arakawa #59, evidently #15, datapane #24: pages that needed the network, grew huge, or carried the raw data."""
    sessions = [row | {"session_id": f"id-{n:05}-raw"} for n, row in enumerate(log(range(2, 60), reps=10))]
    analysis = fd.analyse(study_with(sessions, [plan(2, reps=10)]))
    page = fd.write_report(analysis, "P", tmp_path / "report.html").read_text(encoding="utf-8")
    assert len(page) < 6_000_000
    assert "id-00003-raw" not in page
    body = re.sub(r"<script\b.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", body)
    assert not re.search(r"@import|url\(\s*['\"]?http", body)
