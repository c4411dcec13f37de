"""What the patient dashboard says: in order, with the analysis's numbers, never hanging on a filter that must not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pandas as pd

import footdrop_analytics as fd
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import NAMES
from footdrop_analytics.knowledge import load_definitions
from footdrop_analytics.wording.words import day, percent
from tests.dashboards.patient._people import DEMO_SETTINGS, seen, text_of
from tests.each import each

NEVER = re.compile(r"\b(ready|safe|safely|cleared|should progress)\b", re.IGNORECASE)
EVERYBODY = [f"SIM-{number:04d}" for number in range(1, 14)]
UNFILTERED = ("flags", "readiness", "criteria", "persistence", "trends")
SHOWN = [settings for settings in DEMO_SETTINGS if settings.patient_id.startswith("SIM")]


def test_the_sentence_and_the_flags_come_first_and_the_rest_in_order(demo: fd.Analysis) -> None:
    view = seen(demo, PatientSettings(patient_id="SIM-0005"))
    assert tuple(view.panels) == NAMES
    assert NAMES[:3] == ("head", "summary", "flags")
    headings = re.findall(r'<h2 id="(\w+)"', "".join(view.panels.values()))
    assert headings == [
        *("summary", "flags", "adherence", "exercises", "trends"),
        *("ratings", "criteria", "events", "limits"),
    ]


@each("settings", DEMO_SETTINGS)
def test_the_head_is_always_in_sight(demo: fd.Analysis, settings: PatientSettings) -> None:
    said = text_of(seen(demo, settings), "head")
    assert "Reviewed when opened; not monitored in real time" in text_of(seen(demo, settings), "head", "flags")
    assert f"As of {day(settings.end or demo.as_of.date())}" in said
    assert "Synthetic data" in said


def test_the_head_says_through_which_day_and_how_long_ago(demo: fd.Analysis) -> None:
    row = demo.caseload.set_index("patient_id").loc["SIM-0010"]
    said = text_of(seen(demo, PatientSettings(patient_id="SIM-0010")), "head")
    assert f"last entry {day(row['last_row_day'].date())}, {row['days_since_last']} days before" in said
    assert "log handed in up to 30 Nov 2025" in said


@each("patient", EVERYBODY)
def test_numbers_equal_the_analysis(demo: fd.Analysis, patient: str) -> None:
    view = seen(demo, PatientSettings(patient_id=patient))
    row = demo.caseload.set_index("patient_id").loc[patient]
    said = text_of(view)
    if pd.notna(row["adherence_28d"]):
        assert "Last 28 days 24 Nov to 21 Dec 2025" in said
        assert f"{percent(row['adherence_28d'])} 95 % interval {percent(row['adherence_28d_low'])}" in said
    assert said.count("▲ Red") >= row["n_red"]
    for one in demo.criteria[demo.criteria["patient_id"] == patient].itertuples():
        assert not one.applicable or f"(asked: {one.threshold})" in said
    for name in UNFILTERED:
        whole = getattr(demo, name)
        own = whole[whole["patient_id"] == patient].reset_index(drop=True)
        pd.testing.assert_frame_equal(_plain(view.tables[name]), _plain(own), obj=name)
    readiness = demo.readiness[demo.readiness["patient_id"] == patient]
    definitions = load_definitions()
    for one in readiness.itertuples():
        assert f"{definitions[str(one.state)].name} ({one.n_met} of {one.n_applicable} met" in said


@each("settings", SHOWN)
def test_nothing_but_adherence_and_charts_depends_on_the_start(demo: fd.Analysis, settings: PatientSettings) -> None:
    whole = seen(demo, replace(settings, start=None))
    view = seen(demo, settings)
    for name in ("flags", "readiness"):
        assert view.panels[name] == whole.panels[name]
    for name in (*UNFILTERED, "steps"):
        pd.testing.assert_frame_equal(view.tables[name], whole.tables[name], obj=name)
    verdicts = [re.findall(r'class="verdict">.*?</h3>\n<p>.*?</p>', one.panels["trends"]) for one in (view, whole)]
    assert verdicts[0] == verdicts[1]
    assert bool(verdicts[0]) == bool(len(view.tables["trends"]) and view.tables["trends"]["verdict"].notna().any())


@each("settings", SHOWN)
def test_exercises_and_side_only_hide(demo: fd.Analysis, settings: PatientSettings) -> None:
    whole = seen(demo, replace(settings, exercises=None, side="all"))
    view = seen(demo, settings)
    for name in ("head", "flags", "summary", "adherence", "ratings", "timeline", "limits", "about"):
        assert view.panels[name] == whole.panels[name], name
    for name in ("trends", "readiness", "criteria", "persistence", "adherence_by_exercise", "daily_values"):
        kept = whole.tables[name]
        if settings.exercises is not None:
            kept = kept[kept["exercise"].isin(settings.exercises)]
        if settings.side != "all":
            kept = kept[kept["side"] == settings.side]
        pd.testing.assert_frame_equal(view.tables[name], kept.reset_index(drop=True), obj=name)
    sections = re.findall(r'<section class="series">.*?</section>', view.panels["readiness"], re.DOTALL)
    assert all(section in whole.panels["readiness"] for section in sections)
    assert len(sections) == len(view.tables["readiness"])


def test_the_end_is_the_last_day_that_counts(demo: fd.Analysis) -> None:
    settings = PatientSettings(patient_id="SIM-0005", end=date(2025, 12, 14))
    alone = fd.analyse(demo.study.filter(["SIM-0005"]), as_of="2025-12-14")
    view = seen(demo, settings)
    assert "Fall on 17 Dec 2025" not in text_of(view)
    for name in UNFILTERED:
        pd.testing.assert_frame_equal(view.tables[name], getattr(alone, name), obj=name)
    assert view.tables["log_rows"]["performed_at"].max() < pd.Timestamp("2025-12-15")


@each("settings", SHOWN)
def test_rows_for_download_are_the_rows_shown(demo: fd.Analysis, settings: PatientSettings) -> None:
    last = pd.Timestamp(settings.end or demo.as_of) + pd.Timedelta(days=1)
    rows = demo.study.sessions
    rows = rows[(rows["patient_id"] == settings.patient_id) & (rows["performed_at"] < last)]
    rows = rows[rows["performed_at"] >= pd.Timestamp(settings.start)] if settings.start else rows
    if settings.exercises is not None:
        rows = rows[rows["exercise"].isin(settings.exercises)]
    if settings.side != "all":
        rows = rows[rows["side"] == settings.side]
    found = seen(demo, settings).tables["log_rows"]
    pd.testing.assert_frame_equal(_plain(found), _plain(rows.reset_index(drop=True)))


def test_every_exercise_can_be_chosen_and_none_is_said_in_words(demo: fd.Analysis) -> None:
    view = seen(demo, PatientSettings(patient_id="SIM-0001"))
    assert [key for _, key in view.choices["exercises"]] == [
        *("toe_raise_negative", "heel_raise", "ankle_eversion", "assisted_toe_raise"),
    ]
    for _, key in view.choices["exercises"]:
        assert (
            seen(demo, PatientSettings(patient_id="SIM-0001", exercises=(key,)))
            .tables["trends"]["exercise"]
            .eq(key)
            .all()
        )
    nothing = seen(demo, PatientSettings(patient_id="SIM-0001", exercises=()))
    for name in ("exercises", "trends", "readiness"):
        assert "No exercise is ticked above." in text_of(nothing, name)
        assert "None of the exercises" not in text_of(nothing, name)
    assert "Not shown, as chosen above: Toe raise negatives, left; " in text_of(nothing, "exercises")


def test_a_side_that_leaves_nothing_is_said_in_words(demo: fd.Analysis) -> None:
    view = seen(demo, PatientSettings(patient_id="SIM-0006", exercises=("heel_raise",), side="both"))
    said = text_of(view, "exercises")
    assert "None of the exercises and sides chosen is prescribed or logged for this patient." in said
    assert "ticked" not in text_of(view)


@each("patient", ["SIM-0003", "nobody"])
def test_an_earlier_last_day_is_said_in_the_head(demo: fd.Analysis, patient: str) -> None:
    said = "Seen as of 1 Nov 2025, as chosen under To; the study goes on to 21 Dec 2025."
    earlier = seen(demo, PatientSettings(patient_id=patient, end=date(2025, 11, 1)))
    assert f"<strong>{said}</strong>" in earlier.panels["head"]
    for end in (None, date(2025, 12, 21), date(2026, 1, 1)):
        assert "as chosen under To" not in text_of(seen(demo, PatientSettings(patient_id=patient, end=end)))


def test_what_logging_up_to_the_target_hides_is_named(demo: fd.Analysis) -> None:
    hiding = demo.trends[demo.trends["reasons"].str.contains("stops_at_target")]
    assert {"at_target", "rising"} <= set(hiding["verdict"])
    said = "Logging stops at the target, and such a log cannot show what more would be possible."
    for patient in demo.trends["patient_id"].unique():
        view, own = seen(demo, PatientSettings(patient_id=str(patient))), hiding[hiding["patient_id"] == patient]
        assert text_of(view, "trends").count(said) == len(own)
        assert (said in text_of(view, "limits")) == (len(own) > 0)


def test_notes_are_those_of_the_period_but_events_and_visits_stay_in_sight(demo: fd.Analysis) -> None:
    whole = text_of(seen(demo, PatientSettings(patient_id="SIM-0005")), "timeline")
    late = seen(demo, PatientSettings(patient_id="SIM-0005", start=date(2025, 12, 18)))
    for words in ("17 Dec 2025 · Event: Fall during", "14 Dec 2025 · Check-in:", "10 Nov 2025 · Visit: clinic"):
        assert words in whole
        assert words.replace(":", " (before the period):") in text_of(late, "timeline")
    early = seen(demo, PatientSettings(patient_id="SIM-0005", start=date(2025, 11, 10)))
    assert "17 Dec 2025 · Event: Fall during" in text_of(early, "timeline")
    assert "10 Nov 2025 · Visit: clinic" in text_of(early, "timeline")
    assert "stand here from before the period too, and say so" in text_of(early, "timeline")
    assert "before the period" not in whole
    assert "24 Nov 2025 · Note" in whole
    assert "24 Nov 2025 · Note" not in text_of(late, "timeline")
    assert "15 check-ins without a fall or a note" in whole
    assert "1 check-in without a fall or a note" in text_of(late, "timeline")


def test_the_period_stands_beside_as_many_days_before(demo: fd.Analysis) -> None:
    view = seen(demo, PatientSettings(patient_id="SIM-0003", start=date(2025, 12, 8)))
    said = text_of(view, "adherence")
    for first, last, label in (
        ("2025-12-08", "2025-12-21", "Period shown"),
        ("2025-11-24", "2025-12-07", "As many days before"),
    ):
        table = fd.adherence(demo.study.filter(["SIM-0003"]), start=first, end=last, every=None, level="patient")
        (share,) = table["adherence"]
        days = f"{int(first[-2:])} {'Dec' if first[5:7] == '12' else 'Nov'} to {int(last[-2:])} Dec 2025"
        assert f"{label} {days} {percent(share)}" in said
    assert "As many days before" not in text_of(seen(demo, PatientSettings(patient_id="SIM-0003")), "adherence")


def test_none_recorded_and_how_often_falls_were_asked_about(demo: fd.Analysis) -> None:
    said = text_of(seen(demo, PatientSettings(patient_id="SIM-0001")), "flags")
    assert "Open red flags: none recorded." in said
    assert re.search(r"Falls were asked about on \d+ days? of the last 28", said)


@each("settings", SHOWN)
def test_every_number_has_its_definition_at_hand(demo: fd.Analysis, settings: PatientSettings) -> None:
    view, definitions = seen(demo, settings), load_definitions()
    places = {
        "flags": ("red", "amber", "note", "open_flag", "falls_asked"),
        "adherence": ("adherence", "adherence_interval", "due", "credited", "active_days"),
        "ratings": ("pain", "effort", "usual_pain", "day_amount"),
    }
    if len(view.tables["trends"]):
        places["exercises"] = ("adherence", "dose_ratio", "days_since_last", "longest_gap_days", "lapsed")
        places["trends"] = ("run", "slope_per_week", "margin", "rising", "declining", "at_target", "steady")
    if len(view.tables["readiness"]):
        places["readiness"] = ("criteria_count", "look_back", "exposure_start", "last_three")
        places["readiness"] += tuple(view.tables["readiness"]["state"])
    for panel, keys in places.items():
        meanings = unescape("".join(re.findall(r'<div class="meaning">.*?</div>', view.panels[panel], re.DOTALL)))
        for key in keys:
            assert definitions[key].plain in meanings, key
            assert definitions[key].formula in meanings, key


@each("settings", DEMO_SETTINGS)
def test_our_words_never_promise(demo: fd.Analysis, settings: PatientSettings) -> None:
    assert not NEVER.search(text_of(seen(demo, settings)))


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Without the categories of patients that are not in the rows."""
    return table.assign(patient_id=table["patient_id"].astype("str"))


def test_files_of_two_patients_cannot_be_taken_for_each_other(demo: fd.Analysis) -> None:
    views = [seen(demo, PatientSettings(patient_id=one, end=date(2025, 11, 1))) for one in ("SIM-0003", "SIM-0004")]
    assert len({view.about for view in views}) == 2
    assert {view.as_of for view in views} == {date(2025, 11, 1)}
    for name, table in views[0].tables.items():
        assert set(table["patient_id"].astype(str)) <= {"SIM-0003"}, name


def test_reasons_of_pauses_and_changes_are_quoted(demo: fd.Analysis) -> None:
    said = seen(demo, PatientSettings(patient_id="SIM-0004")).panels["timeline"]
    assert "All exercises paused from 8 Dec 2025 to 4 Jan 2026: “injection”." in said
    assert "“steady with one hand”." in seen(demo, PatientSettings(patient_id="SIM-0005")).panels["timeline"]
