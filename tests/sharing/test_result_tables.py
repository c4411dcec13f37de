"""Result tables read back from every kind of file are those of the analysis."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.sharing.result_tables import FORMATS, result_tables
from tests.each import each

TABLES = {"flags", "trends", "adherence_period", "caseload", "criteria"}


@each("kind", FORMATS)
def test_every_table_comes_back_with_its_dictionary(kind: str, tmp_path: Path) -> None:
    analysis = fd.analyse(fd.simulate(patients=3, weeks=6, seed=4))
    files = fd.write_tables(analysis, tmp_path, kind)  # type: ignore[arg-type]
    read = {
        "csv": lambda name: pd.read_csv(tmp_path / f"{name}.csv"),
        "parquet": lambda name: pd.read_parquet(tmp_path / f"{name}.parquet"),
        "xlsx": lambda name: pd.read_excel(tmp_path / "results.xlsx", sheet_name=name, engine="openpyxl"),
        "dta": lambda name: pd.read_stata(tmp_path / f"{name}.dta"),
    }[kind]
    expected = result_tables(analysis)
    assert set(expected) >= TABLES
    for name in TABLES:
        found, wanted = read(name), expected[name]
        assert len(found) == len(wanted)
        assert found["patient_id"].astype(str).tolist() == wanted["patient_id"].astype(str).tolist()
        numbers = [one for one in wanted if wanted[one].dtype == "float64"]
        pd.testing.assert_frame_equal(found[numbers], wanted[numbers], check_dtype=False)
    words = read("dictionary")
    assert set(zip(words["table"], words["column"], strict=True)) == {
        (name, column) for name, table in expected.items() for column in table
    }
    assert words["meaning"].notna().all()
    how = json.loads((tmp_path / "how_it_came_about.json").read_text(encoding="utf-8"))
    assert how["rows"]["flags"] == len(analysis.flags)
    assert how["synthetic"] is True
    assert len({file.name for file in files}) == len(files) == len(list(tmp_path.iterdir()))


def test_a_text_never_runs_in_a_spreadsheet(tmp_path: Path) -> None:
    study = fd.simulate(patients=1, weeks=4, seed=4)
    named = fd.study_from_tables(
        sessions=study.sessions.assign(patient_id="=1+1"), prescriptions=study.prescriptions.assign(patient_id="=1+1")
    )
    fd.write_tables(fd.analyse(named), tmp_path, "xlsx")
    import openpyxl

    cell = openpyxl.load_workbook(tmp_path / "results.xlsx")["caseload"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_another_format_is_refused(tmp_path: Path) -> None:
    analysis = fd.analyse(fd.simulate(patients=1, weeks=2, seed=4))
    with pytest.raises(fd.ParameterError, match="format: expected one of csv"):
        fd.write_tables(analysis, tmp_path, "sas")  # type: ignore[arg-type]
