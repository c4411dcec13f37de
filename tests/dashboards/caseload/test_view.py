"""What the caseload says about each patient, worked out by hand."""

from __future__ import annotations

import gc
import json
import re
import weakref
from dataclasses import replace
from datetime import date
from functools import lru_cache
from html import unescape
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards import CaseloadSettings, caseload_view
from footdrop_analytics.dashboards.caseload.cells import STATE_WORDS
from footdrop_analytics.dashboards.caseload.choices import COLUMNS
from footdrop_analytics.dashboards.caseload.table import PAGE, definitions
from footdrop_analytics.dashboards.caseload.view import prepared
from footdrop_analytics.wording.words import day, points_between, points_words
from tests.dashboards.caseload.people import MARKUP, analysis
from tests.each import each
from tests.studies import AS_OF, Log, study_of

EVERYBODY = ["A 1", "A 10", MARKUP, "[red]", "a/B", "A 2", "a/b", "Zoë", "a 2"]
TAG = re.compile(r"<[^>]*>")


def _said(cell: str) -> str:
    return " ".join(TAG.sub(" ", cell).split())


def _column(found: fd.Analysis, column: str) -> dict[str, str]:
    """The cells of a column by patient, as HTML."""
    place = [one.key for one in COLUMNS].index(column)
    rows = caseload_view(found, CaseloadSettings()).rows
    return {str(patient): row[place] for patient, row in zip(found.caseload["patient_id"], rows, strict=True)}


def _cells(column: str) -> dict[str, str]:
    return {patient: _said(cell) for patient, cell in _column(analysis(), column).items()}


def _by_key(column: str, largest_first: bool = False) -> list[str]:
    """Everybody, sorted by a column."""
    usual = next(one.largest_first for one in COLUMNS if one.key == column)
    rows = caseload_view(analysis(), CaseloadSettings(sort=column, reverse=usual != largest_first)).rows
    return [EVERYBODY[int(re.search(r"data-place=(\d+)", row[0])[1])] for row in rows]


def test_rows_are_the_caseload_in_its_order() -> None:
    view = caseload_view(analysis(), CaseloadSettings())
    pd.testing.assert_frame_equal(view.tables["caseload"], analysis().caseload)
    pd.testing.assert_frame_equal(view.tables["flags"], analysis().flags)
    assert view.tables["caseload"]["patient_id"].tolist() == EVERYBODY
    assert [len(row) for row in view.rows] == [len(COLUMNS)] * len(EVERYBODY)
    assert [str(row).count("data-place") for row in view.rows] == [1] * len(EVERYBODY)


def test_reason_and_flags() -> None:
    assert _cells("why") == {
        "A 1": "Chest pain on 29 Mar 2026 (and 1 more open red flag). ▲ 2 red",
        "A 10": "Declining: Heel raise, left (31 days). ◆ 2 amber",
        MARKUP: "No exercise for a while in 1 prescribed exercise. ◆ 1 amber",
        "[red]": "Dizziness on 29 Mar 2026. ◆ 1 amber",
        "a/B": "Stated criteria met, for clinician review, in 1 exercise. ○ 1 note",
        "A 2": "Stated criteria met, for clinician review, in 1 exercise. No flag recorded",
        "a/b": "Clinician&#39;s check needed in 1 exercise. No flag recorded",
        "Zoë": "Nothing was due in the last 28 days. No flag recorded",
        "a 2": "No log entry up to the as-of day. No flag recorded",
    }


def test_numbers_are_those_of_the_caseload() -> None:
    # 28 days up to 31 March, every day due; the lapsed one missed the last eight: 20 of 28.
    assert _cells("sessions")[MARKUP] == "20 of 28, 71 % 95 % interval 37 % to 91 %"
    # Handed in to the 26th: 23 of the 28 days are due.
    assert _cells("sessions")["[red]"].startswith("23 of 23, 100 %")
    assert _cells("sessions")["Zoë"] == "nothing due"
    assert _cells("sessions")["a 2"] == "no plan known"
    row = analysis().caseload.set_index("patient_id").loc[MARKUP]
    assert (row["credited_28d"], row["due_28d"]) == (20, 28)
    assert round(row["adherence_28d_low"], 2) == 0.37


def test_change_is_against_the_28_days_before() -> None:
    change = _cells("change")
    assert change[MARKUP].startswith("−29 points from 100 % Adherence in %, weeks of 12 Jan to 30 Mar: nothing due, ")
    assert change["A 1"].startswith("no change from 100 % ")
    assert change["Zoë"].startswith("nothing due now ")
    assert change["a 2"] == "no plan known"


def _said_of(study: fd.Study, column: str) -> dict[str, str]:
    return {patient: _said(cell) for patient, cell in _column(fd.analyse(study, as_of=AS_OF), column).items()}


def test_sessions_at_visits_stand_beside_those_at_home() -> None:
    clinic, both = Log(source="clinic"), Log().row(2, " 15:00", source="clinic")
    said = _said_of(study_of(clinic=clinic, both=both, home=Log()), "sessions")
    assert said["clinic"].startswith("0 of 28, 0 %")
    assert said["clinic"].endswith("and 28 at visits")
    assert said["both"].endswith("and 1 at visits")
    assert "visits" not in said["home"]


def test_why_nothing_was_due_is_said_as_elsewhere() -> None:
    study = study_of(
        paused=Log(100).add("pauses", start_date="2026-02-20"),
        away=Log(100).without(*range(40)).patient(data_through="2026-02-19"),
        both=Log(100)
        .without(*range(40))
        .add("pauses", start_date="2026-02-20", end_date="2026-03-10")
        .patient(data_through="2026-02-19"),
        begun=Log(40).add("pauses", start_date="2026-02-01", end_date="2026-03-08"),
    )
    sessions, change = _said_of(study, "sessions"), _said_of(study, "change")
    assert (sessions["paused"], sessions["away"]) == ("paused", "log not handed in")
    assert sessions["both"] == "paused and log not handed in"
    assert change["paused"].startswith("paused now ")
    assert change["away"].startswith("log not handed in now ")
    assert change["begun"].startswith("paused before ")


@each(
    "now, before, words",
    [
        # 88 % and 90 %, though the shares are 2.5 points apart.
        (0.875, 0.9, "−2 points"),
        (0.9, 0.875, "+2 points"),
        (0.885, 0.875, "+1 point"),
        (0.004, 0.0, "no change"),
        (0.0, 1.0, "−100 points"),
    ],
)
def test_a_change_is_what_a_reader_reckons_from_the_percents_beside_it(now: float, before: float, words: str) -> None:
    assert points_words(points_between(now, before)) == words


def test_a_change_of_the_demo_agrees_with_its_percents(demo: fd.Analysis) -> None:
    place = [one.key for one in COLUMNS].index
    compared = 0
    for row in caseload_view(demo, CaseloadSettings()).rows:
        now, change = (_said(row[place(name)]) for name in ("sessions", "change"))
        points = re.match(r"([+−]\d+) points? from (\d+) %", change)
        if points is not None:
            percent_now = re.search(r", (\d+) %", now)
            assert percent_now is not None
            assert int(percent_now[1]) - int(points[2]) == int(points[1].replace("−", "-"))
            compared += 1
    assert compared > 5


def test_skipping_every_day_is_an_entry_and_no_exercise() -> None:
    skipping = Log(30)
    for row in skipping.sessions[:20]:
        row["status"] = "skipped"
    never = Log(9)
    for row in never.sessions:
        row["status"] = "skipped"
    said = _said_of(study_of(skipping=skipping, never=never, usual=Log(9)), "last")
    latest = max(str(row["performed_at"])[:10] for row in skipping.sessions if row.get("status") != "skipped")
    assert said["skipping"] == f"31 Mar 2026 last exercised {day(date.fromisoformat(latest))}"
    assert latest < "2026-03-31"
    assert said["never"] == "31 Mar 2026 never exercised"
    assert said["usual"] == "31 Mar 2026"


def test_last_entry_says_how_far_the_log_was_handed_in() -> None:
    last = _cells("last")
    assert last["A 1"] == "31 Mar 2026"
    assert last[MARKUP] == "23 Mar 2026"
    assert last["[red]"] == "26 Mar 2026 log handed in to 26 Mar 2026"
    assert last["a 2"] == "no entry"


def test_verdicts_criteria_and_data_problems() -> None:
    assert _cells("verdicts")["A 10"] == "↘ 1 declining"
    assert _cells("verdicts")["a/b"] == "1 not applicable"
    assert _cells("verdicts")["a 2"] == "no exercise"
    assert _cells("criteria")["A 2"] == "1 met, for review"
    assert _cells("criteria")["a/b"] == "1 clinician's check needed"
    assert _cells("criteria")["A 1"] == "1 held by an event"
    assert _cells("criteria")["Zoë"] == "no active exercise"
    # One of the two rejected rows failed two checks; ids that differ by capitals alone get a remark.
    assert _cells("problems")["a/B"] == "2 rows rejected 1 remark"
    assert _cells("problems")["A 1"] == "none"


def _rising(left_off: int) -> Log:
    """One repetition more every second day, up to so many days ago; the plan goes on."""
    log = Log(80).without(*range(left_off))
    for number, row in enumerate(reversed(log.sessions)):
        row["reps"] = 5 + number // 2
    return log.planned(reps=60)


def test_a_trend_that_ended_long_ago_is_told_as_past() -> None:
    both = _rising(40)
    for row in _rising(35).sessions:
        both.sessions.append(row | {"side": "right"})
    both.prescriptions.append(both.prescriptions[0] | {"side": "right"})
    declining = _rising(40)
    for number, row in enumerate(declining.sessions):
        row["reps"] = 5 + number // 2
    study = study_of(
        now=_rising(0), still=_rising(28), past=_rising(29), both=both, declining=declining, helped=Log(80, reps=7)
    )
    analysis = fd.analyse(study, as_of=AS_OF)
    verdicts = analysis.trends.groupby("patient_id", observed=True)["verdict"].agg(lambda one: " ".join(map(str, one)))
    assert verdicts.drop("helped").to_dict() == {
        **dict.fromkeys(("now", "still", "past"), "rising"),
        "both": "rising rising",
        "declining": "declining",
    }
    cells = _column(analysis, "verdicts")
    assert cells["now"] == cells["still"] == "<b>↗ 1 rising</b>"
    # Neither bold nor an arrow.
    assert cells["past"] == "<small>1 rising up to 2\N{NO-BREAK SPACE}Mar</small>"
    assert cells["both"] == "<small>2 rising up to 24\N{NO-BREAK SPACE}Feb at the latest</small>"
    assert cells["declining"] == "<small>1 declining up to 19\N{NO-BREAK SPACE}Feb</small>"
    # What falls or rises now stands before what did so once.
    first = caseload_view(analysis, CaseloadSettings(sort="verdicts")).rows[:2]
    assert all("<b>↗ 1 rising</b>" in row for row in first)


def test_a_trend_of_another_year_says_which() -> None:
    log = _rising(30)
    said = fd.analyse(study_of(past=log), as_of="2027-01-20")
    assert _said(_column(said, "verdicts")["past"]) == "1 rising up to 1 Mar 2026"


def test_heads_say_which_days_a_column_is_about() -> None:
    heads = {column.key: column.head for column in COLUMNS}
    # Points are of the last 28 days against the 28 before; only the bars go back 12 weeks.
    assert heads["change"] == "Change, and 12 weeks"
    assert heads["verdicts"] == "Trends"


def test_a_state_has_one_name() -> None:
    known = fd.load_definitions()
    for key, words in STATE_WORDS.items():
        said = words.format(count="").strip()
        # The head of the column says “Criteria”, which need not stand in each cell again.
        assert said in known[key].name.lower().replace("a clinician's review", "review"), key
    labels = [words for words, _ in caseload_view(analysis(), CaseloadSettings()).choices["state"]]
    assert "Clinician's check needed (1)" in labels


def test_counts_equal_those_of_the_analysis() -> None:
    caseload = analysis().caseload
    for name, pattern, column in (
        ("n_red", r"▲ (\d+) red", "why"),
        ("n_amber", r"◆ (\d+) amber", "why"),
        ("n_rising", r"↗ (\d+) rising", "verdicts"),
        ("n_declining", r"↘ (\d+) declining", "verdicts"),
        ("n_criteria_met", r"(\d+) met, for review", "criteria"),
        ("n_check", r"(\d+) clinician's check needed", "criteria"),
    ):
        said = [re.search(pattern, cell) for cell in _cells(column).values()]
        assert [int(one[1]) if one else 0 for one in said] == caseload[name].tolist(), name


def test_keys_sort_as_people_expect() -> None:
    # Numbers in ids by their value; capitals beside small letters; what is unknown last.
    assert _by_key("patient") == [MARKUP, "[red]", "A 1", "A 2", "a 2", "A 10", "a/B", "a/b", "Zoë"]
    assert _by_key("why") == EVERYBODY
    assert _by_key("last", largest_first=True)[:4] == ["a 2", "Zoë", MARKUP, "[red]"]
    assert _by_key("sessions")[:2] == [MARKUP, "a/B"]
    assert _by_key("sessions")[-2:] == ["Zoë", "a 2"]
    assert _by_key("change")[:2] == [MARKUP, "a/B"]
    assert _by_key("change")[-2:] == ["Zoë", "a 2"]
    # Unknown stays last both ways; never having written anything is the longest time ago.
    for column in ("sessions", "change"):
        assert _by_key(column, largest_first=True)[-2:] == ["Zoë", "a 2"]
        assert _by_key(column)[-2:] == ["Zoë", "a 2"]
    assert _by_key("verdicts", largest_first=True)[0] == "A 10"
    # Among equals the more urgent one comes first.
    assert _by_key("criteria", largest_first=True) == [
        "[red]",
        "a/B",
        "A 2",
        "a/b",
        "A 1",
        "A 10",
        MARKUP,
        "Zoë",
        "a 2",
    ]
    assert _by_key("problems", largest_first=True)[0] == "a/B"


def test_head_says_how_old_the_data_is_and_what_nobody_could_be_given() -> None:
    view = caseload_view(analysis(), CaseloadSettings(clinician="Kim"))
    head, about = (" ".join(TAG.sub("", view.panels[name]).split()) for name in ("head", "about"))
    assert "As of 31 Mar 2026" in head
    assert "4 of 9 patients" in head
    assert "latest log entry the same day" in head
    assert "The log of 1 patient was handed in only up to 26 Mar 2026" in head
    assert "Reviewed when opened; not monitored in real time." in about
    assert "Synthetic" not in head
    assert "1 event or check-in without a known patient" in about
    assert "1 other rejected row of this study without a known patient" in about
    assert (
        "Among those shown: 1 with an open red flag, 1 with a declining exercise, 1 with an open amber flag and "
        "1 with criteria met for review." in about
    )
    below = TAG.sub("", view.panels["definitions"])
    assert re.search(r"In the last 28 days \d of 4 patients were asked about falls, on \d+ days? in all\.", below)


def test_what_is_chosen_is_said_also_on_a_list_that_is_handed_on() -> None:
    settings = CaseloadSettings(
        clinician="=all", severity="red", state="paused", exercise="heel_raise", arm="", search="<"
    )
    about = caseload_view(analysis(), settings).panels["about"]
    assert (
        "Only: Clinician: all; Flags: ▲ Red, open; State for review: Paused; Exercise: Heel raise; "
        "Arm: not stated; Search: “&lt;”." in about
    )
    assert "Only:" not in caseload_view(analysis(), CaseloadSettings()).panels["about"]


def test_code_of_an_analysis_by_own_rules_says_so() -> None:
    rules = replace(analysis().rules, version="ours")
    own = fd.analyse(analysis().study, as_of=AS_OF, rules=rules)
    code = caseload_view(own, CaseloadSettings()).code
    made: dict[str, Any] = {"study": own.study, "rules": rules}
    exec(code, made)
    assert made["analysis"].rules == rules
    pd.testing.assert_frame_equal(made["tables"]["caseload"], own.caseload)
    assert "rules" not in caseload_view(analysis(), CaseloadSettings()).code


def test_synthetic_data_says_so(demo: fd.Analysis) -> None:
    assert "Synthetic data" in caseload_view(demo, CaseloadSettings()).panels["head"]


def test_nobody_fits_is_a_sentence() -> None:
    view = caseload_view(analysis(), CaseloadSettings(clinician="nobody here", search="<i>"))
    assert view.rows == ()
    assert view.tables["caseload"].columns.tolist() == analysis().caseload.columns.tolist()
    assert 'No patient fits these choices and the search for <q class="quote">&lt;i&gt;</q>' in view.panels["empty"]
    assert caseload_view(analysis(), CaseloadSettings()).panels["empty"] == ""


def test_nothing_of_a_file_is_markup() -> None:
    view = caseload_view(analysis(), CaseloadSettings(search="x"))
    everything = "".join([str(view.rows), *view.panels.values()])
    assert "&lt;b&gt;x&lt;/b&gt;" in str(view.rows)
    assert MARKUP not in everything
    assert "<img" not in everything


def test_every_column_is_explained(demo: fd.Analysis) -> None:
    panel = caseload_view(demo, CaseloadSettings()).panels["definitions"]
    known = fd.load_definitions()
    for column, explained in definitions():
        assert explained, column.key
        for one in explained:
            assert one.plain.split(";")[0].replace("'", "&#39;") in panel
            # The words are those of the report and of the documents.
            assert known[one.key] == one


def test_an_analysis_is_prepared_once_and_let_go() -> None:
    first = prepared(analysis())
    caseload_view(analysis(), CaseloadSettings(clinician="Kim"))
    assert prepared(analysis()) is first
    other = replace(analysis())
    assert prepared(other) is not first
    gone = weakref.ref(other)
    del other
    gc.collect()
    assert gone() is None


@lru_cache(maxsize=1)
def _ten_thousand() -> fd.Analysis:
    """The small caseload again and again, each time with ids of its own."""
    times = 10_000 // len(EVERYBODY) + 1

    def again(table: pd.DataFrame) -> pd.DataFrame:
        many = pd.concat([table] * times, ignore_index=True)
        copies = pd.Series(range(times)).repeat(len(table)).astype("str").reset_index(drop=True)
        ids = (many["patient_id"].astype("str") + " " + copies).where(many["patient_id"].notna())
        coded = isinstance(table["patient_id"].dtype, pd.CategoricalDtype)
        return many.assign(patient_id=ids.astype("category") if coded else ids)

    one = analysis()
    names = ("caseload", "flags", "trends", "readiness", "adherence_patient", "adherence_patient_28d", "persistence")
    study = replace(one.study, **{name: again(getattr(one.study, name)) for name in ("patients", "rejected", "notes")})
    return replace(one, study=study, **{name: again(getattr(one, name)) for name in names})


@each(
    "chosen",
    [
        {},
        {"clinician": "Kim"},
        {"severity": "red"},
        {"search": "a 1"},
        {"exercise": "heel_raise", "state": "criteria_met"},
    ],
)
def test_ten_thousand_patients_are_counted_and_chosen(chosen: dict[str, str]) -> None:
    few, many = (caseload_view(one, CaseloadSettings(**chosen)) for one in (analysis(), _ten_thousand()))
    assert all(label.endswith("10,008)") for label in (one[0][0] for one in many.choices.values()))
    assert len(many.tables["caseload"]) == len(few.tables["caseload"]) * (10_000 // len(EVERYBODY) + 1) > 0


def test_a_page_of_the_table_says_where_it_is_and_what_its_buttons_do() -> None:
    def buttons(**chosen: Any) -> dict[str, Any]:
        table = caseload_view(_ten_thousand(), CaseloadSettings(**chosen)).panels["table"]
        found = re.findall(r'<button type=button data-key="([^"]*)" data-choose="([^"]*)"( disabled)?>', table)
        return {key: None if rests else json.loads(unescape(choice)) for key, choice, rests in found}

    first, second = buttons(), buttons(page=2, sort="patient")
    assert (first["page-First"], first["page-Previous"], first["page-Next"]) == (None, None, {"page": 2})
    assert (second["page-Previous"], second["page-Last"]) == ({"page": 1}, {"page": 401})
    assert buttons(page=900)["page-Next"] is None, "after the last page comes none"
    assert first["sort-patient"] == {"sort": "patient", "reverse": False}
    assert second["sort-patient"] == {"sort": "patient", "reverse": True}
    assert buttons(sort="patient", reverse=True)["sort-patient"] == {"sort": "", "reverse": False}
    table = caseload_view(_ten_thousand(), CaseloadSettings(page=2, sort="last", reverse=True)).panels["table"]
    assert "Patients 26 to 50 of 10,008" in table
    assert table.count("<tr>") == 1 + PAGE
    assert re.findall('aria-sort="([a-z]*)"', table) == ["ascending"]
    assert "<nav" not in caseload_view(analysis(), CaseloadSettings()).panels["table"]
    with pytest.raises(fd.ParameterError, match="page: expected 1 or more, found 0"):
        CaseloadSettings(page=0)


@each("name", ["severity", "state"])
def test_a_word_of_ours_that_is_none_is_an_error(name: str) -> None:
    with pytest.raises(fd.ParameterError, match=f"{name}: expected one of all"):
        CaseloadSettings(**{name: "purple"})
