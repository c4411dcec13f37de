"""Files: one for every legal id, whole or not at all, the same bytes for the same input."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

import footdrop_analytics as fd
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.files import write_whole
from footdrop_analytics.report import writing
from footdrop_analytics.report.kept import report_name
from footdrop_analytics.report.render import PLOTLY_FILE
from tests.each import each
from tests.report._awkward import AWKWARD_IDS

RESERVED = {"con", "prn", "aux", "nul", "com1", "lpt1", "index"}


def test_every_legal_id_gets_a_file_of_its_own_inside_the_folder(awkward: fd.Analysis, tmp_path: Path) -> None:
    index = fd.write_reports(awkward, tmp_path / "out", assets="shared")
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {"index.html", PLOTLY_FILE} | {report_name(one) for one in AWKWARD_IDS}
    assert len({name.casefold() for name in files}) == len(AWKWARD_IDS) + 2
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    links = _Links()
    links.feed(index.read_text(encoding="utf-8"))
    assert set(links.found) == files - {"index.html", PLOTLY_FILE}


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") or ""
        if tag == "a" and not target.startswith("#"):
            self.found.append(target)


@each("patient", [*AWKWARD_IDS, "", " ", "x" * 500, "\ud800", "LPT1", "."])
def test_names_are_plain_short_and_not_reserved(patient: str) -> None:
    name = report_name(patient)
    assert name.isascii()
    assert len(name) < 70
    assert name.removesuffix(".html").replace("-", "").isalnum()
    assert name.split(".")[0] not in RESERVED
    assert name != report_name(patient, "patient")


def test_the_same_input_gives_the_same_bytes(analysis: fd.Analysis, tmp_path: Path) -> None:
    patient = str(analysis.caseload["patient_id"].iloc[1])
    once = fd.write_report(analysis, patient, tmp_path / "a.html").read_bytes()
    again = fd.analyse(fd.simulate(patients=5, weeks=12, seed=3))
    fd.write_reports(again, tmp_path / "all")
    assert (tmp_path / "all" / report_name(patient)).read_bytes() == once


def test_nothing_half_written_stays_after_an_interruption(
    analysis: fd.Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tmp_path / report_name(str(analysis.caseload["patient_id"].iloc[1]))
    before.write_text("the report of last week", encoding="utf-8")
    real, calls = writing.write_whole, []

    def interrupted(path: Path, text: str) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(path, text)

    monkeypatch.setattr(writing, "write_whole", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fd.write_reports(analysis, tmp_path)
    assert before.read_text(encoding="utf-8") == "the report of last week"
    assert not list(tmp_path.glob(".*"))


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_progress_is_told_of_every_report(analysis: fd.Analysis, tmp_path: Path) -> None:
    seen: list[str] = []
    fd.write_reports(analysis, tmp_path, assets="shared", progress=seen.append)
    assert seen == analysis.caseload["patient_id"].astype("str").tolist()


def test_the_chart_library_stands_once_in_a_file_or_once_beside_a_batch(pages: dict[str, Path]) -> None:
    marker = "plotly.js (basic"
    assert pages["clinician"].read_text(encoding="utf-8").count(marker) == 1
    assert pages["shared"].read_text(encoding="utf-8").count(marker) == 0
    assert (pages["shared"].parent / PLOTLY_FILE).read_text(encoding="utf-8").count(marker) == 1
    assert pages["shared"].stat().st_size < 400_000
    assert pages["index"].read_text(encoding="utf-8").count(marker) == 0


@each(
    "arguments, named",
    [
        ({"audience": "everybody"}, "audience"),
        ({"assets": "cdn"}, "assets"),
        ({"patients": ["nobody"]}, "nobody"),
        ({"patients": "SIM-0001"}, "a list"),
    ],
)
def test_wrong_arguments_are_named(
    analysis: fd.Analysis, tmp_path: Path, arguments: dict[str, object], named: str
) -> None:
    with pytest.raises(ParameterError, match=named):
        fd.write_reports(analysis, tmp_path, **arguments)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
