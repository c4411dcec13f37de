"""The whole view: escaped, described and not judged, the same from its code, and whole whatever a study lacks."""

from __future__ import annotations

import gc
import json
import re
import weakref
from dataclasses import replace
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from plotly.graph_objects import Figure

import footdrop_analytics as fd
from footdrop_analytics.analysis.cohort.choice import GROUPS
from footdrop_analytics.dashboards.cohort.charts import MOST_GROUPS
from footdrop_analytics.dashboards.cohort.parts import MOST_ROWS
from footdrop_analytics.dashboards.cohort.view import CohortSettings, cohort_view
from footdrop_analytics.dashboards.view import View
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.wording.words import percent
from tests.dashboards.cohort.cohorts import by_hand, simulated
from tests.each import each
from tests.studies import AS_OF, Log, study_of

HOSTILE = '<script>alert("1")</script>'
PANELS = {
    *("head", "about", "adherence", "adherence_table", "persistence", "persistence_table"),
    *("ladder", "ladder_table", "pattern", "pattern_table", "quality"),
}
TABLES = {
    *("adherence", "adherence_groups", "persistence", "persistence_groups", "persistence_curves"),
    *("modes", "difficulties", "states", "pattern", "quality", "recording", "tables_read"),
}
_VOID = {"br", "path", "rect"}


class _Page(HTMLParser):
    """Reads HTML as a browser does: its elements, its words, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.words = ""
        self.feed(html)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def _pages(view: View) -> list[_Page]:
    return [_Page(html) for html in (*view.panels.values(), *(chart.still for chart in view.charts.values()))]


def _words(view: View) -> str:
    return " ".join(" ".join(_Page(html).words for html in view.panels.values()).split())


@lru_cache(maxsize=8)
def _study(arm: str, **more: object) -> fd.Analysis:
    logs = {f"P{number}": Log(40).without(*range(3 * number)).patient(arm=arm, **more) for number in range(6)}
    return by_hand(**logs)


@each("group", list(GROUPS))
def test_panels_charts_and_tables_are_those_documented(group: str) -> None:
    view = cohort_view(simulated(), CohortSettings(group=group))
    assert set(view.panels) == PANELS
    assert set(view.tables) == TABLES
    assert set(view.charts) == {"adherence", "persistence", "modes", "pattern"}
    assert _pages(view)
    for chart in view.charts.values():
        assert Figure(json.loads(json.dumps(chart.figure, allow_nan=False)))
        assert chart.figure["layout"]["height"] > 150
        assert chart.still.startswith("<svg")
        assert len(chart.label) > 100, "the chart in words"


@each("arm", [HOSTILE, "=1+1", "all", "a & b", "{{ 7 * 7 }}", "%s%d{}", "‮arm"])
def test_what_a_file_says_is_shown_and_never_obeyed(arm: str) -> None:
    analysis = _study(arm)
    value = next(value for label, value in cohort_view(analysis, CohortSettings()).choices["arm"] if label == arm)
    for group in GROUPS:
        view = cohort_view(analysis, CohortSettings(group=group, arm=value))
        assert len(view.tables["adherence"]) == 6, group
        assert "script" not in {tag for page in _pages(view) for tag in page.tags}, group
        assert arm in _words(view), group
        # plotly reads its texts as a kind of HTML.
        assert "<script" not in json.dumps([chart.figure for chart in view.charts.values()]), group
        if group == "arm":
            assert view.tables["adherence_groups"]["group"].tolist() == ["all", arm]


def test_an_arm_called_all_is_not_all_arms() -> None:
    logs = {"P": Log().patient(arm="all"), "Q": Log().patient(arm="b")}
    analysis = by_hand(**logs)
    assert cohort_view(analysis, CohortSettings(arm="=all")).tables["adherence"]["patient_id"].tolist() == ["P"]
    assert len(cohort_view(analysis, CohortSettings(arm="all")).tables["adherence"]) == 2


def test_an_arm_is_found_in_any_spelling_that_people_read_alike() -> None:
    analysis = by_hand(P=Log().patient(arm="Usual care"), Q=Log().patient(arm="b"))
    settings = CohortSettings(arm="usual  CARE")
    view = cohort_view(analysis, settings)
    assert view.tables["adherence"]["patient_id"].tolist() == ["P"]
    # The control shows the arm as the study writes it, and finds what was asked for.
    assert ("Usual care", settings.arm) in view.choices["arm"]
    assert fd.cohort(analysis, arm="usual care").adherence["patient_id"].tolist() == ["P"]


def _everything(view: View) -> tuple[object, ...]:
    charts = {name: (chart.label, chart.still, chart.figure) for name, chart in view.charts.items()}
    return view.panels, charts, view.choices, view.code


def test_the_code_makes_the_same_view(tmp_path: Path) -> None:
    simulated().study.write(tmp_path / "study")
    analysis = fd.analyse(fd.read_study(tmp_path / "study"), as_of="2024-03-15", start="2024-02-01")
    groups = (("exercise", "all"), ("arm", "heel_raise"), ("aetiology", "all"))
    for (group, exercise), arm in zip(groups, ("all", "usual", "all"), strict=True):
        settings = CohortSettings(study=str(tmp_path / "study"), group=group, exercise=exercise, arm=arm)
        shown = cohort_view(analysis, settings)
        made: dict[str, View] = {}
        exec(shown.code, made)
        # The path is told to the code only.
        assert _everything(made["view"])[:3] == _everything(shown)[:3]
        assert list(made["tables"]) == list(shown.tables)
        for name, table in shown.tables.items():
            pd.testing.assert_frame_equal(made["view"].tables[name], table)


def test_code_of_a_study_without_files_says_so() -> None:
    code = cohort_view(simulated(), CohortSettings()).code
    made: dict[str, object] = {"study": simulated().study}
    exec(code, made)
    assert "read_study" not in code
    demo = cohort_view(simulated(), CohortSettings(study="demo_study()")).code
    exec(demo, made)
    assert "study = demo_study()" in demo


def test_code_of_an_analysis_by_own_rules_says_so() -> None:
    rules = replace(simulated().rules, version="ours")
    own = replace(simulated(), rules=rules)
    made: dict[str, Any] = {"study": own.study, "rules": rules}
    exec(cohort_view(own, CohortSettings()).code, made)
    assert made["analysis"].rules == rules
    assert "rules" not in cohort_view(simulated(), CohortSettings()).code


def test_the_same_settings_make_the_same_view() -> None:
    one, two = (cohort_view(simulated(), CohortSettings(group="arm", aetiology="ms")) for _ in range(2))
    assert _everything(one) == _everything(two)


def test_a_view_after_another_is_that_of_a_fresh_analysis() -> None:
    analysis = _study("a")
    for settings in ({"group": "exercise"}, {"group": "arm"}, {"group": "arm", "exercise": "hip_rotation"}, {}):
        shown = cohort_view(analysis, CohortSettings(**settings))
        fresh = cohort_view(replace(analysis), CohortSettings(**settings))
        assert _everything(shown) == _everything(fresh)
        for name, table in fresh.tables.items():
            pd.testing.assert_frame_equal(shown.tables[name], table)
            # A table that somebody changes is theirs.
            shown.tables[name].insert(0, "mine", 1)


def test_another_arm_changes_nothing_in_mine() -> None:
    mine = {f"P{number}": Log(40).without(*range(5 * number)).patient(arm="a") for number in range(6)}
    quiet = {f"Q{number}": Log(40).patient(arm="b") for number in range(6)}
    loud = {
        f"Q{number}": Log(40, source="app", pain_0_10=None).without(*range(36)).patient(arm="b") for number in range(6)
    }
    views = [cohort_view(by_hand(**mine, **others), CohortSettings(group="arm", arm="a")) for others in (quiet, loud)]
    whole = [cohort_view(by_hand(**mine, **others), CohortSettings(group="arm")) for others in (quiet, loud)]
    for name in TABLES - {"tables_read"}:
        pd.testing.assert_frame_equal(views[0].tables[name], views[1].tables[name])
    for name in ("adherence", "adherence_groups", "persistence", "persistence_groups", "persistence_curves"):
        first, second = (view.tables[name] for view in whole)
        own = [table[table["group"] == "a"].reset_index(drop=True) for table in (first, second)]
        assert len(own[0])
        pd.testing.assert_frame_equal(own[0], own[1])
    assert not whole[0].tables["adherence"].equals(whole[1].tables["adherence"])


def test_row_order_and_names_of_patients_do_not_matter() -> None:
    logs = {f"P{number}": Log(40).without(*range(4 * number)).patient(arm="ab"[number % 2]) for number in range(12)}
    turned = {f"P{11 - number}": log for number, log in enumerate(logs.values())}
    settings = CohortSettings(group="arm")
    one, two = (cohort_view(by_hand(**these), settings) for these in (logs, turned))
    for name in TABLES - {"adherence", "persistence"}:
        pd.testing.assert_frame_equal(one.tables[name], two.tables[name])


@each("group", list(GROUPS))
def test_a_study_without_tables_arms_and_times(group: str) -> None:
    logs = {f"P{number}": Log() for number in range(6)}
    for log in logs.values():
        for row in log.sessions:
            row["performed_at"] = str(row["performed_at"])[:10]
    view = cohort_view(by_hand(**logs), CohortSettings(group=group))
    assert _pages(view)
    assert "pattern" not in view.charts
    assert "No home session has a clock time" in view.panels["pattern"]
    if group != "exercise":
        assert f"{group} not recorded" in view.panels["adherence_table"]
    assert "No arm or aetiology is recorded for anyone in this study" in view.panels["about"]
    assert "all arms" not in view.panels["about"]
    # What is chosen is offered all the same: settings may come from code.
    assert [value for _, value in view.choices["group"]] == list(dict.fromkeys(["exercise", group]))


def test_what_is_recorded_is_offered() -> None:
    view = cohort_view(_study("a"), CohortSettings())
    assert [value for _, value in view.choices["group"]] == ["exercise", "arm"]
    assert "No aetiology is recorded" in view.panels["about"]
    assert "all exercises, all arms." in view.panels["about"]
    assert "is recorded for anyone" not in cohort_view(simulated(), CohortSettings()).panels["about"]


def test_the_head_says_that_people_are_simulated() -> None:
    assert "these people do not exist" in cohort_view(simulated(), CohortSettings()).panels["head"]
    assert "these people do not exist" not in cohort_view(_study("a"), CohortSettings()).panels["head"]


@each("settings", [{"arm": ""}, {"aetiology": "als"}, {"exercise": "hip_rotation"}])
def test_nobody_is_a_sentence_and_not_an_empty_chart(settings: dict[str, str]) -> None:
    full = cohort_view(_study("a", aetiology="stroke"), CohortSettings())
    view = cohort_view(_study("a", aetiology="stroke"), CohortSettings(**settings))
    assert view.charts == {}
    assert set(view.panels) == PANELS
    for name in ("adherence", "persistence", "ladder", "pattern", "quality"):
        assert 'class="box"' in view.panels[name]
    for name, table in full.tables.items():
        assert view.tables[name].columns.tolist() == table.columns.tolist()
        assert view.tables[name].dtypes.to_dict() == table.dtypes.to_dict(), name
    for name, value in settings.items():
        assert value in [one for _, one in view.choices[name]]


@each("group", list(GROUPS))
def test_an_as_of_day_before_everything(group: str) -> None:
    analysis = fd.analyse(simulated().study, as_of="2020-01-01")
    view = cohort_view(analysis, CohortSettings(group=group))
    assert view.charts == {}
    assert "no log entry up to that day" in view.panels["head"]
    full = cohort_view(simulated(), CohortSettings(group=group))
    for name, table in full.tables.items():
        assert view.tables[name].dtypes.to_dict() == table.dtypes.to_dict(), name


def test_small_groups_are_named_and_have_no_share() -> None:
    logs = {f"P{number}": Log().patient(arm="large") for number in range(5)}
    logs |= {f"Q{number}": Log().patient(arm="tiny") for number in range(4)}
    view = cohort_view(by_hand(**logs), CohortSettings(group="arm"))
    for name in ("adherence", "persistence"):
        # Named once, where its count stands.
        assert "tiny" not in view.panels[name]
        row = re.search(r'<tr><th scope="row"><bdi>tiny</bdi>.*?</tr>', view.panels[f"{name}_table"], re.DOTALL)
        assert row is not None
        assert "too few to summarise" in row[0]
        assert ">4<" in row[0]
        assert "%" not in row[0]
    assert set(view.tables["persistence_curves"]["name"]) == {"All patients", "large"}


def test_few_patients_are_told_of_no_curve_and_of_rows_that_are_missing() -> None:
    silent = Log()
    silent.sessions = []
    few = cohort_view(by_hand(P=Log(), Q=silent), CohortSettings())
    assert "Fewer than 5 patients have no curve." in few.panels["persistence"]
    assert "dashed" not in few.panels["persistence"]
    assert "Without any row are 1 of 2 patients with a prescription." in few.panels["quality"]
    assert "Everybody with a prescription has rows." in cohort_view(_study("a"), CohortSettings()).panels["quality"]


def test_the_heat_map_stands_as_a_table_too() -> None:
    view = cohort_view(simulated(), CohortSettings())
    counts = view.tables["pattern"].dropna(subset="hour")
    nine = counts.loc[counts["hour"] == 9, "sessions"].tolist()
    cells = re.search(r"9:00 to 9:59</th>(.*?)</tr>", view.panels["pattern_table"])
    assert cells is not None
    assert [int(one) for one in re.findall(r">(\d+)<", cells[1])] == nine
    assert "3:00 to 3:59" not in view.panels["pattern_table"].replace("23:00", "").replace("13:00", "")


def test_a_short_study_is_told_in_days() -> None:
    logs = {f"P{number}": Log(20) for number in range(6)}
    view = cohort_view(by_hand(**logs), CohortSettings())
    assert "With sessions after 19 days" in view.panels["persistence_table"]
    assert "after 19 days 100 % (no interval), 6 at risk" in view.charts["persistence"].label


def test_hundreds_of_arms_stay_readable() -> None:
    logs = {f"P{number}": Log(14).patient(arm=f"arm {number:03}") for number in range(120)}
    view = cohort_view(by_hand(**logs), CohortSettings(group="arm"))
    assert len(view.tables["adherence_groups"]) == 121
    assert view.panels["adherence_table"].count("<tr>") == MOST_ROWS + 2
    assert len(view.charts["adherence"].figure["layout"]["yaxis"]["tickvals"]) == MOST_GROUPS + 1
    assert "80 more groups" in view.panels["adherence_table"]
    assert len(json.dumps(view.charts["persistence"].figure)) < 20_000


def test_an_unknown_choice_is_an_error_that_says_what_there_is() -> None:
    analysis = _study("a")
    with pytest.raises(ParameterError, match=r"arm: the study has none called 'b'; it has 'a'"):
        cohort_view(analysis, CohortSettings(arm="b"))
    with pytest.raises(ParameterError, match=r"exercise: .*'heel_raise'"):
        cohort_view(analysis, CohortSettings(exercise="jumping"))
    with pytest.raises(ParameterError, match="aetiology"):
        cohort_view(analysis, CohortSettings(aetiology="cold"))
    with pytest.raises(ParameterError, match="group: expected one of exercise, arm, aetiology, found 'site'"):
        CohortSettings(group="site")


def test_definitions_stand_in_place_in_every_part() -> None:
    view = cohort_view(simulated(), CohortSettings())
    for name in ("adherence_table", "persistence_table", "ladder_table", "pattern_table", "quality"):
        assert "What these numbers mean" in view.panels[name]
    # Every state that heads a column is explained below, with its formula.
    for state in set(view.tables["states"]["state"]):
        one = fd.load_definitions()[state]
        assert _Page(view.panels["ladder_table"]).words.count(one.name) >= 2
        assert one.formula in _Page(view.panels["ladder_table"]).words
    assert "Wilson" not in _words(view), "the interval of the median is another"
    assert "Greenwood" in view.panels["persistence_table"]


def test_it_describes_and_does_not_judge() -> None:
    for group, arm in zip(GROUPS, ("all", "usual", "all"), strict=True):
        view = cohort_view(simulated(), CohortSettings(group=group, arm=arm))
        texts = _words(view) + " ".join(chart.label for chart in view.charts.values())
        found = re.search(
            r"\b(better|worse|best|worst|effective|because of|caused?|improve\w*|significant\w*)\b", texts
        )
        assert found is None, found
        for part in re.findall(r"median \d+ %.{40}", texts):
            assert "interval" in part, part


def test_the_head_says_how_old_the_data_is() -> None:
    view = cohort_view(by_hand(P=Log().without(0, 1).patient(data_through="2026-03-29")), CohortSettings())
    words = _words(view)
    assert "31 Mar 2026" in words
    assert "29 Mar 2026, 2 days earlier" in words
    assert "The log of 1 patient was handed in only up to 29 Mar 2026" in words
    assert "Reviewed when opened; not monitored in real time." in words


def test_a_rejected_event_of_nobody_is_named_in_the_head() -> None:
    study = study_of(P=Log())
    row = {"table": "events", "file": "events.csv", "row": 3, "patient_id": None, "column": "patient_id"}
    row |= {"value": "", "reason": "patient_id is missing", "original": '{"kind": "<b>fall</b>"}'}
    rejected = pd.DataFrame([row]).astype(study.rejected.dtypes.to_dict())
    view = cohort_view(fd.analyse(replace(study, rejected=rejected), as_of=AS_OF), CohortSettings())
    assert "1 event or check-in without a known patient" in view.panels["about"]
    assert "b" not in _Page(view.panels["about"]).tags


def test_what_is_prepared_does_not_keep_an_analysis_alive() -> None:
    analysis = by_hand(P=Log())
    cohort_view(analysis, CohortSettings())
    watched = weakref.ref(analysis)
    del analysis
    gc.collect()
    assert watched() is None


def test_the_sentence_says_which_group_is_low() -> None:
    logs = {}
    for group, (arm, missed) in enumerate({"a": 4, "<i>b</i>": 20, "c": 0}.items()):
        logs |= {f"{group}{n}": Log(40).without(*range(1, missed + 1)).patient(arm=arm) for n in range(5)}
    logs |= {"small": Log(40).patient(arm="d")}
    analysis = by_hand(**logs)
    grouped = cohort_view(analysis, CohortSettings(group="arm")).panels["adherence"]
    assert (
        "From lowest to highest median by arm: <bdi>&lt;i&gt;b&lt;/i&gt;</bdi> 50\N{NO-BREAK SPACE}%, "
        "<bdi>a</bdi> 90\N{NO-BREAK SPACE}%, <bdi>c</bdi> 100\N{NO-BREAK SPACE}%." in grouped
    )
    # One group is the whole; there is nothing to compare.
    assert " median by arm" not in cohort_view(analysis, CohortSettings(group="arm", arm="a")).panels["adherence"]


def test_of_many_groups_the_sentence_names_the_two_ends() -> None:
    view = cohort_view(simulated(), CohortSettings(group="exercise"))
    groups = view.tables["adherence_groups"].iloc[1:].dropna(subset="median").sort_values("median", kind="stable")
    assert len(groups) > 5
    words = " ".join(_Page(view.panels["adherence"]).words.split())
    ends = [f"{groups['name'].iloc[end]} {percent(groups['median'].iloc[end])}" for end in (0, -1)]
    assert f"Lowest and highest median by exercise: {ends[0]}, {ends[1]}." in words.replace("\N{NO-BREAK SPACE}", " ")


def test_what_stays_by_exercise_says_so_in_plain_words() -> None:
    panel = cohort_view(simulated(), CohortSettings(group="aetiology")).panels["ladder"]
    assert "<h2>Way of moving, difficulty and criteria now</h2>" in panel
    assert "Always by exercise, whatever patients are grouped by above." in panel
    # A word that nothing explains.
    assert "ladder" not in _words(cohort_view(simulated(), CohortSettings())).lower()
