"""The validation page is that of this version and of the claims in the code; its measures agree with the package."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import footdrop_analytics as fd
from benchmarks import look_properties, trend_properties
from benchmarks.adherence_properties import DEPENDENCES, intervals, sittings
from benchmarks.looks import looks
from benchmarks.persistence_properties import FIRST_DAY, changed_by_coming_back, study_of
from benchmarks.validation import Run, load, render
from benchmarks.validation_sections import SECTIONS, Claim, Section, Size
from benchmarks.worked_examples import examples

_PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
_ROW = re.compile(r"^\| (.+?) \| [^|]+ \| [^|]+ \| ([≤≥–][^|]*) \| (reached|\*\*missed\*\*.*)? *\|$", re.MULTILINE)


def _section_of_page(page: str, title: str) -> str:
    return page.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_page_has_the_claims_of_the_code_and_names_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    page = _PAGE.read_text(encoding="utf-8")
    assert f"Version {fd.__version__}, measured on" in page
    # What is slow to simulate is replaced: here only the claims and their bars matter.
    cell = dict.fromkeys(("false", "false_verdict", "coverage", "power"), 0.5)
    monkeypatch.setattr(trend_properties, "cells", lambda series, seed: [cell])
    day = look_properties.LOOK_DAYS
    curves = {name: dict.fromkeys(day, np.array([True, False])) for name in look_properties.COURSES}
    monkeypatch.setattr(look_properties, "delay_curve", lambda patients, seed: curves)
    rates = pd.DataFrame({one.name: {"decline": 1.0} for one in look_properties.HEALTHY})
    monkeypatch.setattr(look_properties, "flag_rates", lambda patients, seed: rates)
    monkeypatch.setattr(look_properties, "looks", lambda: looks()[:2])
    for name in SECTIONS:
        found = SECTIONS[name](Size(logs=4, people=60, patients=4), 1) if name != "outside" else None
        if found is not None:
            rows = [(text, bar.strip()) for text, bar, _ in _ROW.findall(_section_of_page(page, found.title))]
            assert rows == [(one.text, one.bar_said) for one in found.claims], name


def test_the_intervals_measured_are_those_of_the_package() -> None:
    done = sittings(np.random.default_rng(1), 6, 0.7, DEPENDENCES[2], 7)
    study = study_of(done.reshape(6, -1), np.zeros(6, dtype=np.int64))
    last = FIRST_DAY + 83
    for days in (28, 84):
        low, high = intervals(done.astype(float), days)
        table = fd.adherence(study, start=last - days + 1, end=last, every=None)
        np.testing.assert_allclose(table[["adherence_low", "adherence_high"]], np.column_stack([low, high]), atol=1e-12)


def test_coming_back_undoes_no_silence() -> None:
    changed, had = changed_by_coming_back(60, 1)
    assert changed == 0
    assert had > 5


def test_examples_are_equal_and_a_wrong_one_would_not_be() -> None:
    found = list(examples())
    assert all(one.equal for one in found)
    assert not found[0]._replace(ours=found[0].ours + 1e-4).equal


def test_a_missed_bar_is_named_first() -> None:
    missed = Claim("share held", 93.96, 0.01, 94.0, False, " %")
    section = Section("Title", ["Text."], [missed, Claim("as it is", 3.0, 0.0, None, True, "")])
    page = render(Run("9.9.9", "2030-01-01", "small", 7), [section])
    row = "| share held | 93.960 % | 0.0 | ≥ 94 % | **missed** |"
    assert page.count(row) == 2
    assert Claim("share held", 93.0, 0.6, 94.0, False, " %").verdict == "**missed**, by less than 2 ±"
    assert "0 of 1 bars are reached." in page
    assert "| as it is | 3.0 | – | – |  |" in page
    kept: dict[str, object] = {"title": "Title", "texts": [], "claims": [vars(missed)], "tables": []}
    assert load({"a": kept})["a"].claims == [missed]
