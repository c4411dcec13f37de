"""Pages of one server share one analysis: made by the first that needs it, and equal to one of their own."""

from __future__ import annotations

import errno
import shutil
import time
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards import kept as module
from footdrop_analytics.dashboards import loading
from footdrop_analytics.dashboards.caseload.choices import CaseloadSettings
from footdrop_analytics.dashboards.caseload.view import caseload_view
from footdrop_analytics.dashboards.cohort.view import CohortSettings, cohort_view
from footdrop_analytics.dashboards.desk import desk_of
from footdrop_analytics.dashboards.kept import FOLDER_VARIABLE, kept, mapped, write_mapped
from footdrop_analytics.dashboards.patient.settings import PatientSettings
from footdrop_analytics.dashboards.patient.view import patient_view
from footdrop_analytics.files import write_whole
from footdrop_analytics.scale.results import ResultTable
from tests.project._tree import ROOT


def _never() -> fd.Analysis:
    raise AssertionError("made before, by another page")


def _expect_same(found: fd.Analysis, expected: fd.Analysis) -> None:
    for one, other in ((found, expected), (found.study, expected.study)):
        for field in fields(other):
            value = getattr(other, field.name)
            if isinstance(value, pd.DataFrame):
                pd.testing.assert_frame_equal(getattr(one, field.name), value, obj=field.name)
    for name in ("as_of", "start", "end", "log_through", "parameters", "language", "rules", "flag_rules"):
        assert getattr(found, name) == getattr(expected, name), name
    for name in ("as_of", "log_through", "rows_through", "synthetic", "date_format", "timezone"):
        assert getattr(found.study, name) == getattr(expected.study, name), name
    ids = expected.study.patient_ids
    for view in (
        partial(caseload_view, settings=CaseloadSettings(study="")),
        partial(patient_view, settings=PatientSettings(study="", patient_id=ids[0])),
        partial(cohort_view, settings=CohortSettings(study="")),
    ):
        assert view(found).panels == view(expected).panels


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "pages"))
    return Path(shutil.copytree(ROOT / "data" / "demo", tmp_path / "study"))


def test_the_analysis_is_made_once_and_again_when_files_change(study: Path, tmp_path: Path) -> None:
    whole = fd.analyse(fd.read_study(study))
    _expect_same(kept(study, lambda: whole), whole)
    _expect_same(kept(study, _never), whole)
    (place,) = (one for one in (tmp_path / "pages").iterdir() if one.is_dir())
    assert {one.stat().st_mode & 0o777 for one in place.rglob("*.arrow")} == {0o600}
    # A row that one page records is read by that page; the others take it from there.
    desk = desk_of(lambda: fd.read_study(study), study)
    others = desk_of(lambda: pytest.fail("read before, by another page"), study)
    lines = (study / "reviews.csv") if (study / "reviews.csv").is_file() else study / "reviews-added.csv"
    lines.write_text("patient_id,reviewed_at,subject,decision\nSIM-0003,2026-01-05T09:00,log,seen\n", encoding="utf-8")
    assert len(desk.analysed(whole).study.reviews) == len(others.analysed(whole).study.reviews) == 1
    assert not place.exists()


def test_the_studies_opened_last_are_kept_and_others_deleted(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[None] = []
    monkeypatch.setattr(module, "_MOST_STUDIES", 2)
    monkeypatch.setattr(module, "_WORTH_GIVING_BACK", 1000)
    monkeypatch.setattr(module, "_give_back", lambda give=module._give_back: given.append(give()))
    whole = fd.analyse(fd.read_study(study))
    second, third = (Path(shutil.copytree(study, tmp_path / name)) for name in ("second", "third"))
    for place in (study, second):
        kept(place, lambda: whole)
    for place in (second, study):
        kept(place, _never)
    kept(third, lambda: whole)
    assert len(given) == 3, "tables that were made did not give back their memory"
    assert len([one for one in (tmp_path / "pages").iterdir() if one.is_dir()]) == 2
    kept(study, _never)
    with pytest.raises(AssertionError, match="made before"):
        kept(second, _never)


def test_of_a_partitioned_study_each_table_is_put_together_once(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = tmp_path / "parts"
    fd.partition(study, out=parts, rows_per_part=800)
    make, table = partial(fd.analyse, fd.open_study(parts)), fd.PartitionedStudy.table
    whole = make().as_analysis()
    _expect_same(kept(parts, make), whole)
    with monkeypatch.context() as patched:
        patched.setattr(ResultTable, "to_pandas", _never)
        patched.setattr(fd.PartitionedStudy, "table", lambda self, name, empty: table(self, name, empty))
        _expect_same(kept(parts, make), whole)


def test_on_a_full_disk_a_page_has_an_analysis_of_its_own_and_leaves_no_table(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, written = fd.analyse(fd.read_study(study)), []

    def full_after_two(path: Path, content: Any) -> None:
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "full")
        write_whole(path, content)
        written.append(path)

    monkeypatch.setattr(module, "write_whole", full_after_two)
    _expect_same(kept(study, lambda: whole), whole)
    assert len(written) == 2
    assert not list((tmp_path / "pages").rglob("*.arrow"))


def test_a_page_that_waits_for_another_says_what_for(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    bars: list[Any] = []

    def waits(*_: object) -> None:
        end = time.monotonic() + 1
        while "Reading the study" not in bars[0].children[1].value and time.monotonic() < end:
            time.sleep(0.01)
        said.append(bars[0].children[1].value)
        raise fd.StudyError("enough")

    monkeypatch.setattr(loading, "kept", waits)
    loading.opened(study, lambda *_: pytest.fail("not yet"), put=bars.append)
    assert "Reading the study" in said[0]


def test_a_table_takes_no_memory_of_its_own(tmp_path: Path) -> None:
    day = pd.Series(pd.to_datetime(["2026-01-01", None] * 5000)).astype("datetime64[us]")
    frame: dict[str, Any] = {
        "day": day,
        "number": np.tile([1.5, np.nan], 5000),
        "is": np.tile([True, False], 5000),
        "count": pd.array([1, None] * 5000, dtype="Int64"),
        "maybe": pd.array([True, None] * 5000, dtype="boolean"),
        "key": pd.Categorical(["a", None] * 5000, categories=["b", "a"], ordered=True),
        "text": pd.array(["a", None] * 5000, dtype="str"),
    }
    table = pd.DataFrame(frame)
    # Reading leaves such a column where no file has any value of it: text in no piece at all.
    nothing = pd.arrays.ArrowStringArray(pa.chunked_array([], type=pa.large_string()), dtype=table["text"].dtype)
    for one in (table, table.iloc[:0], table.iloc[:0].assign(text=nothing)):
        write_whole(tmp_path / "table.arrow", partial(write_mapped, one))
        before = pa.total_allocated_bytes()
        found = mapped(tmp_path / "table.arrow")
        assert pa.total_allocated_bytes() - before < 1000
        pd.testing.assert_frame_equal(found, one)
    with pytest.raises(ValueError, match="read-only"):
        mapped(tmp_path / "table.arrow")["number"].to_numpy()[:] = 1
