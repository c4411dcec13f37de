"""The clinician's report in other languages: nothing left in English, and the same report by whichever way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

import footdrop_analytics as fd
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.inputs import INPUT_TABLES
from tests.project._tree import ROOT
from tests.wording.made_up import made_up
from tests.wording.test_language import _seen

_OWN_COLUMNS = {"patients": ("patient_id", "clinician", "site"), "prescriptions": ("resistance",), "outcomes": ("aid",)}
_UNTRANSLATED = {"SHA-256", "kg", *INPUT_TABLES}
_FROM_FILES = re.compile(r"“[^”]*”|<q class=\"quote\">.*?</q>|<code>.*?</code>", re.DOTALL)


def _demo(name: str = "demo") -> fd.Study:
    return fd.read_study(ROOT / "data" / name, today="2026-11-30")


def _own_words(analysis: fd.Analysis) -> list[str]:
    """What stands in a report as it was written: in files, or by the authors of a source."""
    study = analysis.study
    found = {*_UNTRANSLATED, *study.sources["file"], *study.patient_ids, *analysis.outcomes["source"].dropna()}
    for table, columns in _OWN_COLUMNS.items():
        for column in columns:
            found |= set(getattr(study, table)[column].dropna().astype(str))
    # What reading says names keys and quotes cells; it has a test of its own.
    found |= {*study.rejected["reason"], *study.remarks["message"]}
    return sorted(found, key=len, reverse=True)


def _in_charts(page: str) -> Iterator[str]:
    """The words that plotly draws; in a template of plotly's only what is not one of its values."""
    for data in re.findall(r'<script type="application/json" class="chart-data">(.*?)</script>', page):
        chart = json.loads(data)
        for trace in chart["data"]:
            yield trace.get("name", "")
            yield re.sub(r"%\{[^}]*\}|<[^>]*>", "", trace.get("hovertemplate", ""))
            yield from trace.get("hovertext", [])
        for one in (chart["layout"]["xaxis"], chart["layout"]["yaxis"]):
            yield one.get("title", {}).get("text", "")


def test_no_english_word_is_left_in_a_report_in_a_made_up_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = made_up(monkeypatch)
    with fd.in_language(code):
        demo, mistakes = _demo(), _demo("demo_mistakes")
        analyses = {"early": fd.analyse(demo, as_of="2025-11-10"), "now": fd.analyse(demo, start="2025-10-01")}
        analyses["mistakes"] = fd.analyse(mistakes)
    pages = 0
    for name, analysis in analyses.items():
        since = tmp_path / "early" if name == "now" else None
        fd.write_reports(analysis, tmp_path / name, assets="shared", since=since)
        own = _own_words(analysis)
        for path in (tmp_path / name).glob("*.html"):
            page = path.read_text("utf-8")
            seen = unescape(" ".join([_seen(_FROM_FILES.sub("", page)), *_in_charts(page)]))
            for words in own:
                seen = seen.replace(words, "")
            assert re.findall(r"[A-Za-z]{2,}", seen) == [], path.name
            pages += 1
    assert pages > 30


def test_an_analysis_says_itself_in_another_language(tmp_path: Path) -> None:
    study = _demo().filter(["SIM-0005"])
    english = fd.analyse(study, start="2025-10-01")
    with fd.in_language("de"):
        german = fd.analyse(study, start="2025-10-01")
    for analysis, language in ((english, "de"), (german, None), (german.said_in("fr"), "de")):
        path = fd.write_report(
            analysis, "SIM-0005", tmp_path / f"{len(list(tmp_path.iterdir()))}.html", language=language
        )
        assert '<html lang="de" dir="ltr">' in path.read_text("utf-8")
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1
    assert english.said_in("en") is english
    with pytest.raises(ParameterError, match="language: expected one of en"):
        english.said_in("xx")


def test_a_report_compares_itself_with_one_of_its_language(tmp_path: Path) -> None:
    study = _demo().filter(["SIM-0005"])
    analysis, before = fd.analyse(study), fd.analyse(study, as_of="2025-11-10")
    folder = fd.write_reports(before, tmp_path, ["SIM-0005"], assets="shared", language="de").parent
    page = fd.write_report(analysis, "SIM-0005", tmp_path / "new.html", since=folder, language="de").read_text("utf-8")
    assert "Seit dem Bericht mit Stichtag 10. Nov. 2025" in page
    for since in (folder, next(folder.glob("sim-0005*-de.html"))):
        with pytest.raises(ParameterError, match="is not in English, the language of this report"):
            fd.write_report(analysis, "SIM-0005", tmp_path / "no.html", since=since)
    assert not (tmp_path / "no.html").exists()
