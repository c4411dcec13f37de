"""What a report keeps of itself, and what the next one says changed since then."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd
from footdrop_analytics.knowledge.flag_rules import load_flag_rules
from footdrop_analytics.report import kept as module
from footdrop_analytics.report.kept import Kept, KeptFlag, KeptMeasure, KeptSeries, read_kept, report_name, since
from tests.project._tree import ROOT
from tests.report._awkward import AWKWARD_IDS, HOSTILE
from tests.studies import study_with

DAY = "2026-01-05"


def _kept(**changed: Any) -> Kept:
    series = {"exercise": "heel_raise", "side": "left", "name": "Heel raise, left", "target": "10 repetitions",
              "state": "criteria_not_met", "level": "8 reps", "verdict": "steady"}  # fmt: skip
    found: dict[str, Any] = {
        "patient_id": "P", "as_of": DAY, "adherence_28d": 0.8, "flags": (), "series": [series], "measured": (),
        "versions": {"footdrop_analytics": "1", "readiness_rules": "1", "review_flags": "1"},
        "definitions": {"adherence": "0a"},
    }  # fmt: skip
    return Kept.model_validate(found | changed)


def _flag(rule: str, day: str | None, message: str = "M.") -> dict[str, Any]:
    return {"rule_id": rule, "day": day, "exercise": None, "severity": "red", "message": message}


def test_nothing_changed_is_no_line() -> None:
    assert since(_kept(), _kept(as_of="2026-02-05")).lines == ()


def test_flags_are_new_closed_or_go_on() -> None:
    before = [
        _flag("fall", DAY, "Old fall."),
        _flag("lapse", DAY, "Lapsed 8 days."),
        _flag("words_to_read", DAY, "A note."),
    ]
    now = [_flag("fall", "2026-02-01", "New fall."), _flag("lapse", "2026-02-03", "Lapsed 30 days."),
           _flag("words_to_read", "2026-02-02", "Another.")]  # fmt: skip
    assert since(_kept(flags=before), _kept(flags=now)).lines == (
        "New flag, red: New fall.",
        "New flag, red: Another.",
        "No longer open, red: Old fall.",
        "No longer open, red: A note.",
    )
    assert since(_kept(flags=now), _kept(flags=now)).lines == ()
    (amber,) = since(_kept(flags=now[:1]), _kept(flags=[{**now[0], "severity": "amber"}])).lines
    assert amber == "Flag now amber, red before: New fall."
    assert set(load_flag_rules().flags) >= module._GO_ON


def test_plans_levels_states_measures_and_meanings_are_told() -> None:
    old = _kept().series[0]
    new = old.model_copy(update={"target": "12 repetitions", "level": "10 reps", "state": "criteria_met"})
    other = KeptSeries(exercise="hip_rotation", side="left", name="Hip rotation, left", target="5 repetitions",
                       state=None, level=None, verdict=None)  # fmt: skip
    first, last = (
        KeptMeasure(name="Walk", last=f"{value} m/s", last_day=day) for value, day in ((1, DAY), (2, "2026-03-01"))
    )
    before = _kept(measured=[first])
    now = _kept(
        series=[new, other], measured=[last], adherence_28d=None, definitions={"adherence": "0b"},
        versions={"footdrop_analytics": "2", "readiness_rules": "1", "review_flags": "1"},
    )  # fmt: skip
    assert since(before, now).lines == (
        "Adherence of 28 days: 80 % → not known",
        "Heel raise, left: target 10 repetitions → 12 repetitions; level 8 reps → 10 reps; "
        "criteria “Criteria not met” → “Criteria met, for a clinician's review”",
        "Hip rotation, left: new, target 5 repetitions",
        "Measured: Walk 2 m/s on 1 Mar 2026 (before: 1 m/s on 5 Jan 2026)",
        "Numbers may differ for this reason alone: footdrop_analytics 1 → 2; defined anew: Adherence (logged)",
    )
    assert since(now, _kept()).lines[2] == "Hip rotation, left: not in this report any more"


def test_a_report_reads_what_an_earlier_one_kept(tmp_path: Path) -> None:
    study = fd.read_study(ROOT / "data" / "demo", today="2026-11-30")
    early, late = (fd.analyse(study, as_of=day) for day in ("2025-11-20", None))
    first = fd.write_report(early, "SIM-0005", tmp_path / report_name("SIM-0005"), assets="shared")
    for earlier in (first, tmp_path):
        page = fd.write_report(late, "SIM-0005", tmp_path / "new.html", assets="shared", since=earlier).read_text(
            "utf-8"
        )
        assert "Since the report as of 20 Nov 2025" in page
        assert "New flag, red: Fall on 17 Dec 2025 during Single-leg stand." in page
    page = fd.write_report(late, "SIM-0001", tmp_path / "other.html", assets="shared", since=tmp_path).read_text(
        "utf-8"
    )
    assert "Since the report" not in page
    with pytest.raises(fd.ParameterError, match="is the report of 'SIM-0005', not of 'SIM-0001'"):
        fd.write_report(late, "SIM-0001", tmp_path / "other.html", since=first)
    last = fd.write_report(late, "SIM-0005", tmp_path / "last.html", assets="shared")
    with pytest.raises(fd.ParameterError, match="is as of 2025-12-21, after the as-of day 2025-11-20"):
        fd.write_report(early, "SIM-0005", tmp_path / "early.html", since=last)


def test_nothing_of_an_earlier_file_is_trusted(awkward: fd.Analysis, tmp_path: Path) -> None:
    name = AWKWARD_IDS[0]
    first = fd.write_report(awkward, name, tmp_path / "a.html", assets="shared")
    text = first.read_text("utf-8")
    hostile = KeptFlag(rule_id="fall", day=None, exercise=None, severity=HOSTILE, message=HOSTILE)
    kept = read_kept(first)
    bad = kept.model_copy(update={"flags": (*kept.flags, hostile)}).model_dump_json().replace("<", "\\u003c")
    data = re.compile(r'(<script type="application/json" id="report-data">)(.*?)(</script>)', re.DOTALL)
    first.write_text(data.sub(lambda found: found[1] + bad + found[3], text), encoding="utf-8")
    page = fd.write_report(awkward, name, tmp_path / "b.html", assets="shared", since=first).read_text("utf-8")
    assert "No longer open, &lt;/script&gt;" in page
    assert page.count("<script") == text.count("<script")
    endless = re.sub(r'"adherence_28d":[^,]+', '"adherence_28d":1e308', bad)
    for wrong in (
        endless,
        "",
        "[]",
        '{"form": 2}',
        bad.replace('"form":1', '"form":2'),
        bad.replace("2026", "never"),
        bad[:-1],
    ):
        first.write_text(data.sub(lambda found, wrong=wrong: found[1] + wrong + found[3], text), encoding="utf-8")
        with pytest.raises(fd.ParameterError, match="is no clinician's report"):
            read_kept(first)
    first.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(fd.ParameterError, match="cannot be read"):
        read_kept(first)


def test_a_report_keeps_the_beginning_of_a_text_of_any_length(tmp_path: Path) -> None:
    days = [f"2026-01-{day:02d}" for day in range(1, 6)]
    one = {"reps": 10, "resistance": "band " * 600}
    study = study_with(
        [one | {"performed_at": day} for day in days],
        [one | {"start_date": days[0]}],
        outcomes=[{"measured_on": days[4], "measure": "odd " * 900, "value": 1}],
        valid=False,
    )
    kept = read_kept(fd.write_report(fd.analyse(study), "P", tmp_path / "r.html"))
    assert [len(kept.series[0].target or ""), len(kept.measured[0].name)] == [2000, 2000]
