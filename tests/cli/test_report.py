"""``footdrop report`` and ``footdrop demo``: files per patient, an index, and where they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result

import footdrop_analytics as fd
from tests.cli.conftest import HOSTILE
from tests.each import each
from tests.project._tree import ROOT

Run = Callable[..., Result]


def _pages(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.html") if not path.name.startswith("index"))


def test_a_report_per_patient_and_an_index(run: Run, good: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "reports"
    result = run("report", good, "--out", out)
    assert result.exit_code == 0, result.output
    assert f"3 reports in {out}. Open {out / 'index.html'}" in result.stdout
    assert "As of 2026-01-29." in result.stdout
    index = (out / "index.html").read_text(encoding="utf-8")
    pages = _pages(out)
    assert len(pages) == 3
    assert all(page.name in index for page in pages)


def test_one_patient_gets_the_same_bytes_alone(run: Run, good: Path, tmp_path: Path) -> None:
    run("report", good, "--out", tmp_path / "all")
    result = run("report", good, "--out", tmp_path / "one", "--patient", "P2")
    assert result.exit_code == 0
    (alone,) = _pages(tmp_path / "one")
    assert alone.read_bytes() == (tmp_path / "all" / alone.name).read_bytes()


def test_every_legal_id_gets_a_file_inside_the_folder(run: Run, hostile: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "reports"
    result = run("report", hostile, "--out", out, "--assets", "shared")
    assert result.exit_code == 1
    assert len(_pages(out)) == len(HOSTILE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "hostile"]


def test_the_period_and_the_day_are_used(run: Run, good: Path, tmp_path: Path) -> None:
    options = ("--patient", "P1", "--from", "2026-01-12", "--to", "2026-01-18", "--as-of", "2026-01-20")
    result = run("report", good, "--out", tmp_path / "period", *options)
    assert result.exit_code == 0
    assert "As of 2026-01-20." in result.stdout
    run("report", good, "--out", tmp_path / "whole", "--patient", "P1")
    (period,), (whole,) = _pages(tmp_path / "period"), _pages(tmp_path / "whole")
    assert period.read_bytes() != whole.read_bytes()
    assert "12 Jan" in period.read_text(encoding="utf-8")


def test_the_patients_version_has_the_contact_line(run: Run, good: Path, tmp_path: Path) -> None:
    contact = "Foot clinic <555 0100> & friends"
    result = run(
        "report", good, "--out", tmp_path / "letters", "--audience", "patient", "--contact", contact, "--language", "es"
    )
    assert result.exit_code == 0
    assert re.search(r"Open .*index.*\.html", result.stdout)
    text = _pages(tmp_path / "letters")[0].read_text(encoding="utf-8")
    assert "Foot clinic &lt;555 0100&gt; &amp; friends" in text
    assert "Sus ejercicios" in text


def test_the_clinicians_report_is_in_the_language_asked_for(run: Run, good: Path, tmp_path: Path) -> None:
    result = run("report", good, "--out", tmp_path / "berichte", "--patient", "P1", "--language", "de")
    assert result.exit_code == 0
    names = sorted(path.name for path in (tmp_path / "berichte").glob("*.html"))
    assert [name.endswith("-de.html") for name in names] == [True, True]
    text = _pages(tmp_path / "berichte")[0].read_text(encoding="utf-8")
    assert "Verlaufsbericht" in text
    assert "Wird beim Öffnen durchgesehen" in text


def test_assets_may_be_shared(run: Run, good: Path, tmp_path: Path) -> None:
    run("report", good, "--out", tmp_path / "inline", "--patient", "P1")
    run("report", good, "--out", tmp_path / "shared", "--patient", "P1", "--assets", "shared")
    (inline,), (shared,) = _pages(tmp_path / "inline"), _pages(tmp_path / "shared")
    assert shared.stat().st_size < inline.stat().st_size / 5


def test_own_rules_are_used(run: Run, good: Path, tmp_path: Path) -> None:
    packaged = fd.load_rules()
    rules = tmp_path / "rules.yaml"
    rules.write_text(yaml.safe_dump({"rules_version": "clinic 7"}), encoding="utf-8")
    assert fd.load_rules(rules).version == "clinic 7" != packaged.version
    result = run("report", good, "--out", tmp_path / "own", "--patient", "P1", "--rules", rules)
    assert result.exit_code == 0, result.output
    assert "clinic 7" in _pages(tmp_path / "own")[0].read_text(encoding="utf-8")


@each(
    "options, said",
    [
        (("--patient", "P9"), "P9"),
        (("--from", "2026-01-20", "--to", "2026-01-10"), "start"),
        (("--rules", "missing.yaml"), "missing.yaml"),
    ],
)
def test_what_cannot_be_done_is_explained(
    run: Run, good: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    result = run("report", good, "--out", tmp_path / "out", *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_a_broken_rules_file_names_file_and_entry(run: Run, good: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules: {pain: {threshold: high}}\n", encoding="utf-8")
    result = run("report", good, "--out", tmp_path / "out", "--rules", rules)
    assert result.exit_code == 2
    assert "rules.yaml" in result.stderr


def test_the_demo_goes_the_whole_way_twice(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        result = run("demo")
        assert result.exit_code == 0, result.output
    demo = Path("footdrop_demo")
    assert f"13 reports in {demo / 'reports'}. Open {demo / 'reports' / 'index.html'}" in result.stdout
    assert len(_pages(demo / "reports")) == 13
    written = {path.name: path.read_bytes() for path in (demo / "study").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (ROOT / "data" / "demo").iterdir()}
    assert "Synthetic data: no row belongs to a real person." in result.stdout


def test_a_pdf_needs_a_browser_and_says_so_before_the_work(
    run: Run, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("report", good, "--out", tmp_path / "out", "--pdf")
    assert result.exit_code == 2
    assert "No Chromium, Chrome or Edge is on the PATH" in result.stderr
    assert not (tmp_path / "out").exists()


def test_an_earlier_report_names_its_patient(run: Run, good: Path, tmp_path: Path) -> None:
    run("report", good, "--out", tmp_path / "old", "--as-of", "2026-01-20")
    before = next(page for page in _pages(tmp_path / "old") if page.name.startswith("p2"))
    result = run("report", good, "--out", tmp_path / "new", "--since", before)
    assert result.exit_code == 0, result.output
    (page,) = _pages(tmp_path / "new")
    assert "Since the report as of 20 Jan 2026" in page.read_text(encoding="utf-8")
    result = run("report", good, "--out", tmp_path / "new", "--since", good / "sessions.csv")
    assert result.exit_code == 2
    assert "is no clinician's report of this package" in result.stderr


def test_no_sheet_is_handed_over_over_a_red_flag_unless_somebody_says_so(run: Run, good: Path, tmp_path: Path) -> None:
    events = "patient_id,occurred_on,kind\nP2,2026-01-28,fall\n"
    (good / "events.csv").write_text(events, encoding="utf-8")
    out = tmp_path / "sheets"
    options = ("report", good, "--out", out, "--audience", "patient")
    result = run(*options)
    assert result.exit_code == 2
    assert "a red flag is open for 'P2'" in result.stderr
    assert "--anyway" in result.stderr
    assert not out.exists()
    assert run(*options, "--patient", "P1").exit_code == 0
    assert run(*options, "--anyway").exit_code == 0
    assert len(_pages(out)) == 3
