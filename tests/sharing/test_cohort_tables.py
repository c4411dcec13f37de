"""No number that is handed on about groups is about a few patients, or lets one be worked out."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import footdrop_analytics as fd
from footdrop_analytics.analysis.cohort.cohort import Cohort
from footdrop_analytics.cli import main
from footdrop_analytics.sharing.result_tables import cohort_tables
from tests.each import each
from tests.project._tree import ROOT

TABLES = ("adherence_groups", "persistence_groups", "modes", "difficulties", "states")


@lru_cache(maxsize=4)
def _cohort(group: str) -> Cohort:
    return fd.cohort(_analysis(), group=group)


@lru_cache(maxsize=1)
def _analysis() -> fd.Analysis:
    return fd.analyse(fd.simulate(patients=24, weeks=6, seed=5))


@each("group", ["exercise", "arm", "aetiology"])
@each("few", [2, 5, 9])
def test_what_is_said_is_about_many_and_as_it_was(group: str, few: int) -> None:
    blanks = 0
    for name, table in cohort_tables(_cohort(group), few).items():
        whole = getattr(_cohort(group), name)
        for column in whole:
            said = table[column].notna()
            assert table[column][said].tolist() == whole[column][said].tolist(), (name, column)
            blanks += int((~said).sum())
        counts = [one for one in ("patients", "nothing_due", "never_due", "stopped") if one in table]
        for column in counts:
            assert not ((table[column] > 0) & (table[column] < few)).fillna(False).any(), (name, column)
        if "stopped" in table:
            rest = (table["patients"] - table["stopped"]).dropna()
            assert not ((rest > 0) & (rest < few)).any()
        if "of_series" in table:
            silent = table["series"].isna().groupby(table["exercise"]).transform("any")
            assert table.loc[silent, "of_series"].isna().all(), "the total less the others is the one that is missing"
        elif group != "exercise":
            beside = ["patients", *(one for one in counts if one in ("nothing_due", "never_due"))]
            hidden = whole.loc[table["patients"].isna() & (whole["group"] != "all"), beside].to_numpy().sum()
            shown = table["patients"].notna() & (whole["group"] != "all")
            assert not 0 < hidden < few or not shown.any(), "the whole less the others is a few"
    assert blanks


def test_nothing_is_missing_that_need_not_be() -> None:
    for name, table in cohort_tables(_cohort("aetiology"), 1).items():
        whole = getattr(_cohort("aetiology"), name)
        pd.testing.assert_frame_equal(table, whole.astype(table.dtypes))


def test_files_say_what_was_chosen_and_hold_no_patient(tmp_path: Path) -> None:
    demo = str(ROOT / "data" / "demo")
    done = CliRunner().invoke(main, ["cohort", demo, "--out", str(tmp_path), "--group", "aetiology", "--format", "csv"])
    assert "Numbers about fewer than 5 patients are blank." in done.output
    assert {file.stem for file in tmp_path.iterdir()} == {*TABLES, "how_it_came_about"}
    how = json.loads((tmp_path / "how_it_came_about.json").read_text(encoding="utf-8"))
    assert (how["group"], how["min_cell"], how["only"], how["synthetic"]) == ("aetiology", 5, {}, True)
    assert "SIM-0" not in "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir())
    inside = CliRunner().invoke(main, ["cohort", demo, "--out", f"{demo}/groups"])
    assert inside.exit_code == 2


def test_a_cohort_outlives_the_name_of_its_analysis() -> None:
    cohort = fd.cohort(fd.analyse(fd.simulate(patients=2, weeks=4, seed=1)))
    assert len(cohort.adherence)


def test_wrong_choices_are_refused(tmp_path: Path) -> None:
    for wrong in (0, True, "5"):
        with pytest.raises(fd.ParameterError, match="min_cell: expected a whole number"):
            fd.write_cohort(_cohort("arm"), tmp_path, min_cell=wrong)  # type: ignore[arg-type]
    with pytest.raises(fd.ParameterError, match="format: expected one of"):
        fd.write_cohort(_cohort("arm"), tmp_path, "doc")  # type: ignore[arg-type]
    with pytest.raises(fd.ParameterError, match="cohort: expected"):
        fd.write_cohort(_analysis(), tmp_path)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
