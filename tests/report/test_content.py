"""What a report says: the analysis's numbers, every part in order, words that describe, and nothing unescaped."""

from __future__ import annotations

import json
import math
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from plotly.offline import get_plotlyjs_version

import footdrop_analytics as fd
from footdrop_analytics.patient.context import Context, PatientTables
from footdrop_analytics.report.clinician import ClinicianFacts
from footdrop_analytics.report.kept import report_name
from footdrop_analytics.report.render import plotly_js
from footdrop_analytics.wording.words import own_days, percent
from tests.each import each
from tests.report._awkward import AWKWARD_IDS, HOSTILE
from tests.studies import Log, study_with

NEVER = re.compile(r"\b(ready|safe|safely|cleared|should progress)\b", re.IGNORECASE)
SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)


class _Reader(HTMLParser):
    """The texts of a page with those of quotations apart, its machine-readable numbers, headings and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.quoted, self.silent = [], [], 0
        self.data: dict[str, str] = {}
        self.headings: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self._open.append(tag)
        if tag == "data":
            self.data[str(given["data-of"])] = str(given["value"])
        if tag == "h2":
            self.headings.append(str(given.get("id")))
        self.addresses += [str(value) for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open):
            (self.quoted if "q" in self._open else self.text).append(data)


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def patient_tables(analysis: fd.Analysis) -> PatientTables:
    return PatientTables(analysis)


def _facts(patient_tables: PatientTables, patient: str) -> ClinicianFacts:
    return ClinicianFacts(Context(patient_tables, patient))


def _of(table: pd.DataFrame, patient: str) -> pd.DataFrame:
    return table[table["patient_id"].astype("str") == patient]


def test_numbers_equal_the_analysis(analysis: fd.Analysis, patient_tables: PatientTables) -> None:
    assert len(patient_tables.patients) == 5
    for patient in patient_tables.patients:
        facts = _facts(patient_tables, patient)
        case = _of(analysis.caseload, patient).iloc[0]
        recent = facts.attendance.recent.row or {}
        for name in ("due", "credited", "adherence", "adherence_low", "adherence_high"):
            shown = recent.get(name)
            expected = case[f"adherence_28d{name.removeprefix('adherence')}" if "adherence" in name else f"{name}_28d"]
            assert (shown is None and pd.isna(expected)) or math.isclose(shown or 0, expected)
        assert len(facts.flags.red) == case["n_red"]
        assert len(facts.flags.amber) == case["n_amber"]
        whole = _of(analysis.adherence_patient_period, patient).iloc[0]
        assert facts.attendance.period.row is not None
        assert facts.attendance.period.row["credited"] == whole["credited"]
        assert len(facts.exercises) == len(_of(analysis.trends, patient))
        assert sum(len(one.criteria) for one in facts.readiness) == len(_of(analysis.criteria, patient))
        assert [one.row["state"] for one in facts.readiness] == _of(analysis.readiness, patient)["state"].tolist()
        assert sum(len(runs) for _, _, runs in facts.steps) == len(_of(analysis.steps, patient))


def test_the_before_of_the_caseload_is_the_one_shown(analysis: fd.Analysis, patient_tables: PatientTables) -> None:
    compared = 0
    for patient in patient_tables.patients:
        before = _facts(patient_tables, patient).attendance.before.row
        expected = _of(analysis.caseload, patient)["adherence_before"].iloc[0]
        if before is not None and before["adherence"] is not None:
            assert math.isclose(before["adherence"], expected)
            compared += 1
    assert compared


def test_a_change_is_the_difference_of_the_percents_beside_it(patient_tables: PatientTables) -> None:
    said = set()
    for patient in patient_tables.patients:
        found = _facts(patient_tables, patient).attendance
        shares = [span.row["adherence"] if span.row is not None else None for span in (found.recent, found.before)]
        if None in shares:
            assert found.change is None
            continue
        now, before = (int(percent(share).removesuffix(" %")) for share in shares)
        points = now - before
        sign = "−" if points < 0 else "+"
        assert found.change == (f"{sign}{abs(points)} point{'s'[: abs(points) != 1]}" if points else "no change")
        said.add(found.change)
    assert len(said) > 3


def test_charts_show_the_daily_values(analysis: fd.Analysis, patient_tables: PatientTables) -> None:
    patient = patient_tables.patients[0]
    compared = 0
    for part in _facts(patient_tables, patient).exercises:
        daily = _of(analysis.daily, patient)
        daily = daily[(daily["exercise"] == part.exercise.key) & (daily["side"] == part.side)]
        planned = daily[daily["as_prescribed"].astype(bool) & daily["value"].notna()]
        if part.chart is not None and len(planned):
            trace = next(one for one in part.chart.figure["data"] if one["name"] == "as prescribed")
            assert trace["y"] == planned["value"].tolist()
            assert trace["x"] == planned["day"].dt.strftime("%Y-%m-%d").tolist()
            assert len(part.values) == len(daily)
            compared += 1
    assert compared


def test_the_page_holds_the_numbers_of_the_facts(patient_tables: PatientTables, pages: dict[str, Path]) -> None:
    facts = _facts(patient_tables, patient_tables.patients[0])
    page = _read(pages["shared"].read_text(encoding="utf-8"))
    assert page.data["rows"] == str(facts.head.n_rows)
    assert page.data["asked_28d"] == str(facts.flags.asked_28d)
    spans = [span.row["adherence"] for span in facts.attendance.spans if span.known and span.row]
    assert [float(value) for name, value in page.data.items() if name.startswith("adherence")] == spans
    recent = [part for part in facts.exercises if part.recent and part.recent["due"]]
    assert recent
    for part in recent:
        assert float(page.data[f"recent {part.key}"]) == part.recent["adherence"]


def test_the_parts_stand_in_order(pages: dict[str, Path]) -> None:
    text = pages["shared"].read_text(encoding="utf-8")
    assert _read(text).headings == [
        "flags", "summary", "adherence", "lines", "measured", "record", "appendix", "weeks", "steps", "exercises",
        "ratings", "criteria", "notes", "definitions", "origin",
    ]  # fmt: skip
    assert text.index("rejected") < text.index('id="flags"')


def test_every_criterion_stands_with_its_threshold_and_source(analysis: fd.Analysis, pages: dict[str, Path]) -> None:
    said = " ".join(" ".join(_read(pages["shared"].read_text(encoding="utf-8")).text).split())
    criteria = _of(analysis.criteria, str(analysis.caseload["patient_id"].iloc[0]))
    assert len(criteria)
    for row in criteria.itertuples():
        assert " ".join(row.text.split()) in said
        assert " ".join(row.source.split()) in said
        if row.applicable and isinstance(row.threshold, str):
            assert row.threshold in said


def test_days_versions_hashes_and_labels_are_printed(analysis: fd.Analysis, pages: dict[str, Path]) -> None:
    said = " ".join(_read(pages["shared"].read_text(encoding="utf-8")).text)
    as_of = analysis.as_of
    assert f"{as_of.day} {as_of:%b %Y}" in said
    assert "Reviewed when opened; not monitored in real time" in said
    assert "Falls were asked about on" in said
    assert "Synthetic data" in said
    assert fd.__version__ in said
    for value in analysis.parameters.values():
        assert own_days(value) in said
    for digest in analysis.sources["sha256"]:
        assert digest in said


def test_definitions_explain_every_number(pages: dict[str, Path]) -> None:
    said = " ".join(" ".join(_read(pages["shared"].read_text(encoding="utf-8")).text).split())
    for key in ("as_of", "due", "credited", "adherence", "adherence_interval", "margin", "falls_asked", "criteria_met"):
        assert " ".join(fd.load_definitions()[key].plain.split()) in said


@each("kind", ["clinician", "patient", "shared", "index"])
def test_our_words_never_promise(pages: dict[str, Path], kind: str) -> None:
    said = " ".join(_read(pages[kind].read_text(encoding="utf-8")).text)
    assert len(said) > 200
    assert not NEVER.search(said)
    assert not re.search(r"\d\.\d+ of (about )?\d|of (about )?\d+\.\d", said)


def test_the_patients_version_describes_only(awkward: fd.Analysis, analysis: fd.Analysis, tmp_path: Path) -> None:
    folder = tmp_path / "patients"
    fd.write_reports(analysis, folder, audience="patient", assets="shared", contact="Clinic: 01 23")
    pages = [path.read_text(encoding="utf-8") for path in folder.glob("sim-*.html")]
    assert len(pages) == 5
    for page in pages:
        said = " ".join(_read(page).text)
        assert "Clinic: 01 23" in said
        assert not re.search(
            r"criteri|readiness|threshold|flag|verdict|harder|next step|well done|great", said, re.IGNORECASE
        )


def test_more_than_planned_is_not_praised(tmp_path: Path) -> None:
    log = [
        {"performed_at": f"2026-01-{day:02d} {hour}:00", "reps": 30} for day in range(5, 29) for hour in (10, 15, 20)
    ]
    study = study_with(log, [{"start_date": "2026-01-05", "days_per_week": 2, "reps": 10}])
    page = fd.write_report(fd.analyse(study), "P", tmp_path / "a.html", audience="patient", assets="shared")
    said = " ".join(_read(page.read_text(encoding="utf-8")).text)
    assert "7 of about 7 planned" in said
    assert "72" not in said
    assert "30 rep" not in said


@each("audience", ["clinician", "patient"])
def test_what_files_hold_is_text_only(awkward: fd.Analysis, tmp_path: Path, audience: str) -> None:
    fd.write_reports(awkward, tmp_path, audience=audience, assets="shared")  # type: ignore[arg-type]
    for patient in AWKWARD_IDS:
        page = (tmp_path / report_name(patient, audience)).read_text(encoding="utf-8")
        reader = _read(page)
        assert reader.tags.count("script") == page.count("<script")
        assert "<img" not in page
        assert "alert(1)<" not in page.replace("&lt;", "<") or "<script>alert" not in page
        assert "\u2028" not in "".join(SCRIPTS.findall(page))
        for block in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL):
            json.loads(block)


def test_quotations_are_exact_and_marked(awkward: fd.Analysis, tmp_path: Path) -> None:
    page = fd.write_report(awkward, AWKWARD_IDS[0], tmp_path / "a.html", assets="shared").read_text(encoding="utf-8")
    assert HOSTILE in _read(page).quoted


def test_of_very_many_notes_the_latest_are_quoted_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from footdrop_analytics.patient import notes

    monkeypatch.setattr(notes, "MOST_DAILY", 3)
    study = study_with(
        [{"performed_at": f"2026-01-{day:02d} 09:00", "reps": 8, "notes": f"day {day}"} for day in range(6, 16)],
        [{"start_date": "2026-01-05", "reps": 10}],
        events=[{"occurred_on": "2026-01-07", "kind": "fall", "notes": "of a fall"}],
    )
    for end, quoted, said in (
        (
            None,
            ["day 15", "day 14", "day 13", "of a fall"],
            "7 earlier notes of the log and check-ins, up to 12 Jan 2026",
        ),
        ("2026-01-12", ["day 12", "day 11", "day 10", "of a fall"], "4 earlier notes"),
        ("2026-01-08", ["day 8", "day 7", "of a fall", "day 6"], None),
    ):
        analysis = fd.analyse(study, end=end)
        facts = _facts(PatientTables(analysis), "P")
        assert [note.text for note in facts.quotations.shown] == quoted
        page = fd.write_report(analysis, "P", tmp_path / "a.html", assets="shared").read_text(encoding="utf-8")
        assert (said or "earlier note") in " ".join(page.split()) or said is None
        assert ("not shown" in page) == (said is not None)


def test_notes_from_before_a_chosen_period_say_so() -> None:
    study = study_with(
        [{"performed_at": "2026-02-01 09:00", "reps": 8, "notes": "of the log"}],
        [{"start_date": "2026-01-05", "reps": 10}],
        visits=[{"visited_on": "2026-01-02", "notes": "at a visit"}],
        events=[{"occurred_on": "2026-01-31", "kind": "fall", "notes": "of a fall"}],
    )
    told = {
        start: [one.where for one in _facts(PatientTables(fd.analyse(study, start=start)), "P").quotations.shown]
        for start in (None, "2026-01-31", "2026-02-01")
    }
    assert told[None] == ["log, Heel raise", "event, fall", "visit"]
    assert told["2026-01-31"] == ["log, Heel raise", "event, fall", "visit, before the period"]
    assert told["2026-02-01"] == ["log, Heel raise", "event, fall, before the period", "visit, before the period"]


def test_rejected_events_of_nobody_stand_at_the_head_of_every_page(awkward: fd.Analysis, tmp_path: Path) -> None:
    index = fd.write_reports(awkward, tmp_path, assets="shared")
    for path in (index, *(tmp_path / report_name(one) for one in AWKWARD_IDS)):
        text = path.read_text(encoding="utf-8")
        assert text.index("without a known patient") < text.index("<h2" if path != index else "<tbody>")


@pytest.mark.parametrize("audience", ["clinician", "patient"])
def test_the_index_says_how_many_were_asked_about_falls(awkward: fd.Analysis, tmp_path: Path, audience: str) -> None:
    index = fd.write_reports(awkward, tmp_path, audience=audience, assets="shared")  # type: ignore[arg-type]
    told = f"of {len(AWKWARD_IDS)} patients were asked about falls, on "
    assert (told in index.read_text(encoding="utf-8")) == (audience == "clinician")


def test_a_patient_is_told_of_events_without_a_name_but_not_what_they_say(awkward: fd.Analysis, tmp_path: Path) -> None:
    page = fd.write_report(awkward, AWKWARD_IDS[1], tmp_path / "a.html", audience="patient", assets="shared")
    text = page.read_text(encoding="utf-8")
    assert text.index("without a readable name") < text.index("<h2")
    assert "hacked" not in text


@each("kind", ["clinician", "patient", "shared", "index"])
def test_nothing_is_loaded_or_sent(pages: dict[str, Path], kind: str) -> None:
    page = pages[kind].read_text(encoding="utf-8").replace(plotly_js(), "")
    reader = _read(page)
    local = {"plotly.min.js"} | {path.name for path in pages["index"].parent.iterdir()}
    assert all(address.startswith("#") or address in local for address in reader.addresses)
    assert not {"form", "iframe", "object", "embed", "link", "base"} & set(reader.tags)
    assert "default-src 'none'" in unescape(page)
    config = json.loads(re.findall(r'id="chart-config">(.*?)</script>', page)[0])
    assert config["showSendToCloud"] is False
    assert config["plotlyServerURL"] == ""
    assert config["displaylogo"] is False


def test_a_patient_without_any_valid_row_in_the_period_gets_a_clean_page(tmp_path: Path) -> None:
    stand = {"exercise": "single_leg_stand", "hold_s": 15}
    plans = [stand | {"patient_id": one, "start_date": day} for one, day in (("A", "2026-01-05"), ("B", "2026-02-01"))]
    log = [stand | {"patient_id": "A", "performed_at": "2026-01-06", "hold_s": 9}]
    analysis = fd.analyse(study_with(log, plans))
    for audience in ("clinician", "patient"):
        fd.write_reports(analysis, tmp_path, audience=audience, assets="shared")  # type: ignore[arg-type]
        page = (tmp_path / report_name("B", audience)).read_text(encoding="utf-8")
        assert not re.search(r"\b(nan|NaT|None(?! recorded)|<NA>)\b", " ".join(_read(page).text))


def test_the_period_is_shown_against_as_many_days_before(tmp_path: Path) -> None:
    study = fd.simulate(patients=2, weeks=12, seed=5)
    end = study.as_of - pd.Timedelta(days=7)
    start = end - pd.Timedelta(days=20)
    analysis = fd.analyse(study, start=start, end=end)
    facts = _facts(PatientTables(analysis), str(analysis.caseload["patient_id"].iloc[0]))
    before = facts.attendance.period_before
    assert before is not None
    assert (before.last - before.first).days == 20
    alone = fd.adherence(
        study, start=start - pd.Timedelta(days=21), end=start - pd.Timedelta(days=1), every=None, level="patient"
    )
    expected = _of(alone, facts.head.patient_id)
    assert (before.row or {}).get("credited") == (expected["credited"].iloc[0] if len(expected) else None)
    whole = fd.analyse(study)
    assert [one.row["state"] for one in facts.readiness] == _of(whole.readiness, facts.head.patient_id)[
        "state"
    ].tolist()


def test_after_a_discharge_nothing_is_prescribed() -> None:
    log = [{"performed_at": f"2026-01-{number:02d} 09:00"} for number in (2, 3, 20)]
    for left, active in (("2026-01-10", False), ("2026-01-20", True), (None, True)):
        study = study_with(log, [{"start_date": "2026-01-01", "reps": 10}], patients=[{"discharged_on": left}])
        (part,) = ClinicianFacts(Context(PatientTables(fd.analyse(study)), "P")).exercises
        assert part.active is active
        assert part.ended == (None if left is None else pd.Timestamp(left).date())


def test_a_log_without_a_plan_never_says_what_was_not_prescribed(tmp_path: Path) -> None:
    log = Log()
    log.prescriptions = []
    page = fd.write_report(fd.analyse(log.study()), "P", tmp_path / "p.html").read_text(encoding="utf-8")
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition('id="definitions"')[0]))
    assert "31 at home" in said
    assert said.count("No plan known.") == 2
    assert "Last session: no plan known" in said
    for words in (
        "prescribed up to",
        "is prescribed on",
        "never prescribed",
        "not prescribed",
        "31 extra",
        "nothing due",
    ):
        assert words not in said, words


def test_the_library_of_a_report_is_of_the_version_that_plotly_brings() -> None:
    assert f"plotly.js (basic - minified) v{get_plotlyjs_version()}\n" in plotly_js()[:100]


def test_a_report_is_small_enough_to_send_by_mail(pages: dict[str, Path]) -> None:
    assert pages["clinician"].stat().st_size < 1.5e6
