"""What the analysis says, in every language: the same results, and nothing left in English."""

from __future__ import annotations

import pickle
import re
from functools import cache
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import footdrop_analytics as fd
from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.analysis.partitions import side_by_side
from footdrop_analytics.cli.check import _print as print_found
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.study import TABLES
from footdrop_analytics.reading.check import check_summary
from footdrop_analytics.wording.language import current, in_language
from tests.each import each
from tests.project._tree import ROOT
from tests.wording.made_up import made_up

WORDS = {
    "steps": ["difficulty"],
    "readiness": ["next_needs_observation", "summary"],
    "criteria": ["text", "observed", "threshold", "source"],
    "flags": ["message", "evidence"],
    "outcomes": ["population"],
    "caseload": ["why"],
}
"""The columns of every result table that hold words for people."""
CODES = {
    "persistence": ["patient_id"],
    "readiness": ["unmet", "missing", "easier_step", "next_step", "rules_version"],
    "criteria": ["rule_id"],
    "flags": ["rule_id"],
    "outcomes": ["measure", "aid", "source"],
    "caseload": ["clinician"],
    "trends": ["reasons"],
    "steps": ["resistance"],
}
"""The others that hold texts: keys, ids, and what people wrote."""


def _study(name: str) -> fd.Study:
    return fd.read_study(ROOT / "data" / name, today="2026-11-30")


@cache
def _studies() -> tuple[fd.Study, fd.Study]:
    """In English, whatever language is in force where they are first asked for."""
    with in_language("en"):
        return _study("demo"), _study("demo_mistakes")


@cache
def _english_results() -> Analysis:
    with in_language("en"):
        return fd.analyse(_studies()[0])


def _tables(analysis: Analysis) -> dict[str, pd.DataFrame]:
    return {name: one for name, one in vars(analysis).items() if isinstance(one, pd.DataFrame)}


def test_every_text_column_is_known_to_hold_words_or_codes() -> None:
    for name, table in _tables(_english_results()).items():
        plain = {str(one) for one in table if isinstance(table[one].dtype, pd.StringDtype)}
        assert plain <= {*WORDS.get(name, ()), *CODES.get(name, ())}, (name, plain)


@each("code", ["de", "fr", "es"])
def test_another_language_changes_words_and_nothing_else(code: str) -> None:
    english = _english_results()
    with in_language(code):
        other = fd.analyse(_studies()[0])
    assert (english.language, other.language) == ("en", code)
    for name, table in _tables(english).items():
        words = WORDS.get(name, [])
        assert_frame_equal(table.drop(columns=words), _tables(other)[name].drop(columns=words))
        for column in words:
            assert (table[column].isna() == _tables(other)[name][column].isna()).all(), (name, column)
    assert english.parameters == other.parameters
    differ = english.flags["message"].astype("str") != other.flags["message"].astype("str")
    assert differ.all()


def test_what_is_made_later_is_in_the_language_of_the_analysis() -> None:
    with in_language("de"):
        analysis = fd.analyse(_studies()[0])
    again = pickle.loads(pickle.dumps(analysis))
    who = analysis.caseload["patient_id"].iloc[0]
    for end in (None, "2025-12-19"):
        for one in (analysis, again):
            alone = one.for_patient(who, end=end)
            assert alone.language == "de"
            assert "Schmerz" in " ".join(alone.criteria["text"].astype("str"))


def test_threads_say_words_in_the_language_of_the_caller() -> None:
    with in_language("fr"):
        assert side_by_side(lambda _: current().code, range(8), 4) == ["fr"] * 8


def test_no_english_word_is_left_in_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    code = made_up(monkeypatch)
    for study in _studies():
        with in_language(code):
            analysis = fd.analyse(study)
        own = _from_files(study)
        for name, columns in WORDS.items():
            table = _tables(analysis)[name]
            for column in columns:
                for text in table[column].dropna().astype("str").drop_duplicates():
                    assert _english(text, own) == [], (name, column, text)


def _names() -> re.Pattern[str]:
    """What stays as it is: values and rows as written, files, ids, and names of tables, columns and keys."""
    keys = {name for table, specs in COLUMNS.items() for name in (table, *specs)}
    keys |= {key for specs in COLUMNS.values() for spec in specs.values() for key in spec.allowed}
    keys |= set(fd.load_exercises().keys)
    own = [r"'.*?'", r"`.*?`", r"\{.*\}", r"\S+\.(csv|txt|xlsx)", r"\b[mM]-0\d", "shoe_size"]
    return re.compile("|".join([*own, *(rf"\b{key}\b" for key in sorted(keys, key=len)[::-1])]))


def test_no_english_word_is_left_in_what_reading_finds_and_check_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, names = made_up(monkeypatch), _names()
    found = []
    with in_language(code):
        for study in (_study("demo"), _study("demo_mistakes")):
            for table, column in (("rejected", "reason"), ("unread", "message"), ("notes", "message")):
                found += getattr(study, table)[column].drop_duplicates().tolist()
            print_found(study, check_summary(study))
    printed = capsys.readouterr().out.splitlines()
    assert (len(found) > 40, len(printed) > 150) == (True, True)
    for text in (*found, *printed):
        assert _english(text, names) == [], text


@each("code", ["de", "fr", "es"])
def test_reading_in_another_language_keeps_and_rejects_the_same(code: str) -> None:
    english = _studies()[1]
    with in_language(code):
        other = _study("demo_mistakes")
    words = {"rejected": ["reason"], "unread": ["message"], "notes": ["message"]}
    for name in (*TABLES, *words, "duplicates", "unreadable"):
        drop = words.get(name, [])
        assert_frame_equal(getattr(english, name).drop(columns=drop), getattr(other, name).drop(columns=drop))
    differ = english.rejected["reason"] != other.rejected["reason"]
    assert differ.all()
    counts = [
        [(one["table"], one["column"], one["rows"]) for one in check_summary(study)["problems"]]
        for study in (english, other)
    ]
    assert sorted(counts[0]) == sorted(counts[1])


def _from_files(study: fd.Study) -> re.Pattern[str]:
    """What may stand in a text as it is: quotations, addresses, names of bands and units."""
    bands = [str(one) for one in study.prescriptions["resistance"].dropna().unique()]
    return re.compile("|".join([r"“.*”", r"https?://\S+", r"\bkg\b", r"\bs\b", *map(re.escape, bands)]), re.DOTALL)


def _english(text: str, own: re.Pattern[str]) -> list[Any]:
    return re.findall(r"[A-Za-z]+", own.sub(" ", text))
