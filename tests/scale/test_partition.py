"""A study in parts is the study that reading makes of the whole, however many parts there are."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
from pathlib import Path
from threading import get_ident
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest

import footdrop_analytics as fd
from footdrop_analytics import files
from footdrop_analytics.knowledge import load_exercises
from footdrop_analytics.model.study import TABLES
from footdrop_analytics.reading.last_day import late_sessions, log_days
from footdrop_analytics.reading.rows import unreadable_table
from footdrop_analytics.scale import partition as module
from footdrop_analytics.scale import sources
from footdrop_analytics.scale.manifest import MANIFEST, alone_in
from footdrop_analytics.scale.sources import StudyFile
from footdrop_analytics.scale.tables import bucket_of
from tests.scale.studies import TODAY, expect_same


def test_any_number_of_parts_is_the_whole(
    folder: Path, whole: fd.Study, study: fd.PartitionedStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = whole.notes["message"].str.cat(sep=" ")
    for expected in ("are read as one", "differ only by", "on most common days but for clock times", "superseded"):
        assert expected in messages
    assert {"copy", "superseded"} == set(whole.duplicates["reason"])
    monkeypatch.setattr(module, "BATCH_BYTES", 10_000)
    said: list[tuple[int, str]] = []
    other = fd.partition(
        folder, out=tmp_path, rows_per_part=250, today=TODAY, progress=lambda words: said.append((get_ident(), words))
    )
    assert {thread for thread, _ in said} == {get_ident()}
    assert said[-1][1].startswith(f"part {len(other.manifest.parts)} of {len(other.manifest.parts)}, ")
    assert [len(one.manifest.parts) > least for one, least in ((study, 1), (other, 4))] == [True, True]
    for found in (study, fd.open_study(tmp_path)):
        expect_same(found.whole(), whole)
        assert found.patient_ids == whole.patient_ids
    for one in ("SIM-0004", "sim 1"):
        alone, theirs = other.patient(one), whole.filter([one])
        pd.testing.assert_frame_equal(alone.sessions, theirs.sessions[list(alone.sessions.columns)])
        assert sorted(alone.notes["message"]) == sorted(theirs.notes["message"])
        assert sorted(alone.rejected["reason"]) == sorted(theirs.rejected["reason"])
        assert alone.rejected_of_nobody["patient_id"].isin(["SIM-OOO4", "???"]).sum() == 3


def test_a_patient_without_a_row_of_the_log_has_its_own_columns_too(tmp_path: Path) -> None:
    source = tmp_path / "study"
    source.mkdir()
    (source / "sessions.csv").write_text(
        "patient_id,performed_at,exercise,side,reps,weight\nP1,2026-03-01,heel_raise,left,5,70\n"
    )
    plan = "patient_id,exercise,side,start_date,days_per_week,reps\nP2,heel_raise,left,2026-03-01,5,10\n"
    (source / "prescriptions.csv").write_text(plan)
    expected = fd.read_study(source, today=TODAY).filter(["P2"]).sessions
    alone = fd.partition(source, out=tmp_path / "parts", today=TODAY).patient("P2").sessions
    assert len(alone) == 0
    assert list(alone) == list(expected)
    assert "weight" in alone


def test_a_large_file_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers of rows, quoted lines, blank rows and rows that fail come to the same as in the whole."""
    source = tmp_path / "study"
    fd.simulate(patients=4, weeks=4, seed=2).write(source)
    log = pd.read_csv(source / "sessions.csv", dtype=str, keep_default_na=False)
    log.loc[log.index[::13], "notes"] = 'felt "tired",\nbut well'
    log.loc[log.index[::29], "exercise"] = "toe thing"
    log.loc[log.index[1::31], "pain_0_10"] = "2-3"
    log.loc[log.index[50], list(log.columns)] = ""
    log["weight"] = "5"
    log.to_csv(source / "sessions.csv", index=False)
    fd.read_study(source).prescriptions.to_parquet(source / "prescriptions.parquet", row_group_size=3)
    (source / "prescriptions.csv").unlink()
    expected = fd.read_study(source, today=TODAY)
    monkeypatch.setattr(module, "BATCH_BYTES", 6_000)
    monkeypatch.setattr(sources, "_ROWS", 4)
    study = fd.partition(source, out=tmp_path / "out", rows_per_part=150, today=TODAY)
    kept = {path.name for path in study.folder.glob("rows/*/*.arrow")}
    assert {"sessions-3.arrow", "prescriptions-1.arrow"} <= kept
    expect_same(study.whole(), expected)
    log["performed_at"] = log["performed_at"].str[5:7] + "/13/2026"
    log.to_csv(source / "sessions.csv", index=False)
    study = fd.partition(source, out=tmp_path / "other", rows_per_part=150, today=TODAY)
    assert "sessions.arrow" in {path.name for path in study.folder.glob("rows/*/*.arrow")}
    expect_same(study.whole(), fd.read_study(source, today=TODAY))
    monkeypatch.setattr(sources, "MOST_WHOLE_BYTES", 1_000)
    with pytest.raises(fd.StudyError, match="can only be understood from the whole file"):
        fd.partition(source, out=tmp_path / "third", today=TODAY)


def test_a_column_in_which_nothing_stands_is_kept_for_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether no file fills it, or only another one than that of the row."""
    source = tmp_path / "study"
    fd.simulate(patients=3, weeks=3, seed=2).write(source)
    log = pd.read_csv(source / "sessions.csv", dtype=str)
    few = log.head(40)[["patient_id", "performed_at", "exercise", "side", "reps"]]
    few.to_csv(source / "sessions_2.csv", index=False)
    log[40:].drop(columns="load_kg").to_csv(source / "sessions.csv", index=False)
    monkeypatch.setattr(module, "BATCH_BYTES", 1_000)
    study = fd.partition(source, out=tmp_path / "out", rows_per_part=100, today=TODAY)
    kept = [ipc.open_file(path).schema.names for path in study.folder.glob("rows/*/sessions*.arrow")]
    assert all("load_kg" not in names for names in kept)
    assert {"position" in names for names in kept} == {True, False}
    expect_same(study.whole(), fd.read_study(source, today=TODAY))


def test_a_further_column_may_be_of_another_kind_in_each_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pandas calls a column of days, and one without any, by the same name."""
    source = tmp_path / "study"
    fd.simulate(patients=2, weeks=2, seed=2).write(source)
    log = pd.read_csv(source / "sessions.csv", dtype=str)
    (source / "sessions.csv").unlink()
    for number, day in enumerate((dt.date(2026, 1, 5), None)):
        half = log[number::2].reset_index(drop=True)
        days = pa.array([day] * len(half), pa.date32())
        pq.write_table(pa.Table.from_pandas(half).append_column("own", days), source / f"sessions_{number}.parquet")
    monkeypatch.setattr(module, "BATCH_BYTES", 1)
    study = fd.partition(source, out=tmp_path / "out", today=TODAY)
    expect_same(study.whole(), fd.read_study(source, today=TODAY))


def test_more_files_touch_their_parts_only(folder: Path, tmp_path: Path) -> None:
    """Adding a file comes to the same as reading all at once, and the parts of other patients stay as they are."""
    source, out = tmp_path / "study", tmp_path / "out"
    shutil.copytree(folder, source)
    before = fd.partition(source, out=out, rows_per_part=600, today=TODAY)
    (out / "results").mkdir()
    log = pd.read_csv(source / "sessions_2.csv", dtype=str)
    log[log["patient_id"] == "SIM-0005"].assign(performed_at="2026-03-01 10:10").head(2).to_csv(
        source / "sessions_5.csv", index=False
    )
    steps: list[str] = []
    after = fd.partition(source, out=out, today=TODAY, progress=steps.append)
    assert next(step for step in steps if step.startswith("read")).startswith("read 2 rows")
    changed = {part.folder for part in after.manifest.parts} - {part.folder for part in before.manifest.parts}
    assert not (out / "results").exists()
    assert [folder[:5] for folder in changed] == [f"{bucket_of('SIM-0005', after.manifest.count):05d}"]
    assert len(list((out / "parts").iterdir())) == len(after.manifest.parts)
    expect_same(after.whole(), fd.read_study(source, today=TODAY))
    with (source / "sessions-added.csv").open("a", encoding="utf-8") as added:
        width = len((source / "sessions-added.csv").read_text().split("\n")[0].split(","))
        added.write("SIM-0001,2026-02-02 10:10,heel_raise" + "," * (width - 3) + "\n")
    added_to = fd.partition(source, out=out, today=TODAY)
    changed = {part.folder for part in added_to.manifest.parts} - {part.folder for part in after.manifest.parts}
    assert [folder[:5] for folder in changed] == [f"{bucket_of('SIM-0001', after.manifest.count):05d}"]
    expect_same(added_to.whole(), fd.read_study(source, today=TODAY))
    (source / "sessions_5.csv").unlink()
    expect_same(fd.partition(source, out=out, today=TODAY).whole(), fd.read_study(source, today=TODAY))


def test_a_file_that_is_packed_well_is_not_taken_for_small(tmp_path: Path) -> None:
    path, rows = tmp_path / "sessions.parquet", 100_000
    pd.DataFrame({"patient_id": ["P1"] * rows, "reps": [10] * rows}).to_parquet(path)
    assert path.stat().st_size * 5 < rows
    assert StudyFile(path, "sessions", "").size >= 10 * rows


def test_a_workbook_takes_no_other_file_with_it(tmp_path: Path) -> None:
    folder, book = tmp_path / "study", tmp_path / "book.xlsx"
    one, other = fd.simulate(patients=2, weeks=1, seed=1), fd.simulate(patients=3, weeks=1, seed=2)
    one.write(folder)
    ids = "X" + other.sessions["patient_id"].astype("str")
    other.sessions.assign(patient_id=ids).to_excel(book, sheet_name="sessions", index=False)
    found = fd.partition(book, folder, out=tmp_path / "out", today=TODAY)
    assert found.n_rows == len(one.sessions) + len(other.sessions)


def test_a_run_that_was_broken_off_goes_on(
    folder: Path, whole: fd.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever write fails, the study is the old one or none, and the next run keeps what is finished."""
    count, full = 0, 60
    fill = files._fill

    def filling(file: Any, content: Any) -> None:
        nonlocal count
        count += 1
        if count > full:
            file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fill(file, content)

    with monkeypatch.context() as patched:
        patched.setattr(files, "_fill", filling)
        with pytest.raises(OSError, match="No space left"):
            fd.partition(folder, out=tmp_path, rows_per_part=600, today=TODAY)
    assert not list(tmp_path.rglob("*.part"))
    with pytest.raises(fd.StudyError, match="broken off"):
        fd.open_study(tmp_path)
    finished = {place.parent.name for place in tmp_path.glob("parts/*/part.json")}
    assert finished, "the disk was full among the parts"
    times = {place: place.stat().st_mtime_ns for place in tmp_path.glob("parts/*/part.json")}
    study = fd.partition(folder, out=tmp_path, today=TODAY)
    assert finished <= {part.folder for part in study.manifest.parts}
    assert all(place.stat().st_mtime_ns == time for place, time in times.items())
    expect_same(study.whole(), whole)
    # A day that was still to come has come: its rows are read again.
    later = fd.partition(folder, out=tmp_path, today="2040-01-02")
    expect_same(later.whole(), fd.read_study(folder, today="2040-01-02"))


def test_what_is_not_as_it_was_written_is_said(
    study: fd.PartitionedStudy, folder: Path, whole: fd.Study, tmp_path: Path
) -> None:
    out = tmp_path / "copy"
    shutil.copytree(study.folder, out)
    study = fd.open_study(out)
    number = study.manifest.parts[0].number
    path = out / "parts" / study.manifest.parts[0].folder / "sessions.parquet"
    good = path.read_bytes()
    for content, words in ((good[:-9], "damaged"), (b"", "damaged"), (good[:500] + b"x" + good[501:], "damaged")):
        path.write_bytes(content)
        with pytest.raises(fd.StudyError, match=words):
            study.part(number)
    path.unlink()
    with pytest.raises(fd.StudyError, match="is missing, so the partitioned study is not whole"):
        study.part(number)
    expect_same(fd.partition(folder, out=out, today=TODAY).whole(), whole)
    shutil.rmtree(out / "parts")
    kept = next(out.glob("rows/*/sessions.arrow"))
    kept.write_bytes(kept.read_bytes()[:-900])
    with pytest.raises(fd.StudyError, match="is damaged"):
        fd.partition(folder, out=out, today=TODAY)
    kept.unlink()
    expect_same(fd.partition(folder, out=out, today=TODAY).whole(), whole)
    manifest = out / MANIFEST
    facts = json.loads(manifest.read_text())
    for changed, words in (
        (facts | {"version": "0.0.9"}, r"written by footdrop_analytics 0\.0\.9 \(form \d\), and this is"),
        (facts | {"form": 1}, "rules of reading may differ"),
        ({"parts": []}, "is damaged"),
        ([1], "is damaged"),
    ):
        manifest.write_text(json.dumps(changed))
        with pytest.raises(fd.StudyError, match=words):
            fd.open_study(out)
    manifest.write_text("{")
    with pytest.raises(fd.StudyError, match="is damaged"):
        fd.open_study(out)


def test_what_cannot_be_is_refused_in_words(folder: Path, study: fd.PartitionedStudy, tmp_path: Path) -> None:
    out = study.folder
    with alone_in(out), pytest.raises(fd.ParameterError, match="another footdrop is writing there"):
        fd.partition(folder, out=out, today=TODAY)
    (tmp_path / "mine.txt").write_text("x")
    twin = tmp_path / "twin"
    shutil.copytree(folder, twin)
    for arguments, options, words in (
        ([], {}, "at least one folder"),
        ([folder], {"rows_per_part": 0}, "whole number above 0"),
        ([folder], {"rows_per_part": 5}, "was made with 600, and now it is 5"),
        ([folder], {"date_format": "%d/%m/%Y"}, "date_format: .* was made with none"),
        ([folder], {"out": tmp_path}, "holds other files"),
        ([folder], {"out": folder / "parts"}, "is in the study"),
        ([folder, twin], {}, "has the same name"),
        ([folder / "nothing"], {}, "there is no such folder"),
        (["sqlite:///clinic.db"], {}, "there is no such file"),
        (["postgresql://ann:hunter2@localhost/clinic"], {}, "holds a password"),
        ([tmp_path], {"out": tmp_path.parent / "other"}, "the table sessions is missing"),
    ):
        with pytest.raises(fd.FootdropError, match=words):
            fd.partition(*arguments, **{"out": out, "today": TODAY} | options)
    with pytest.raises(fd.StudyError, match="is no partitioned study"):
        fd.open_study(folder)
    with pytest.raises(fd.ParameterError, match="no rows of 'nobody'"):
        study.patient("nobody")


def test_opening_reads_the_manifest_alone(study: fd.PartitionedStudy, tmp_path: Path) -> None:
    shutil.copy(study.folder / MANIFEST, tmp_path)
    assert fd.open_study(tmp_path).n_patients == len(study.known_ids)


def test_last_days_follow_from_the_late_rows_of_each_part() -> None:
    """Whatever later rows other parts have: of each part the rows that are kept say what all of its rows say."""
    study = fd.simulate(patients=6, weeks=14, seed=3)
    tables = {name: getattr(study, name) for name in TABLES}
    log = tables["sessions"]
    sources = log["source"].cat.categories
    log["source"] = pd.Categorical.from_codes(np.random.default_rng(1).integers(-1, len(sources), len(log)), sources)
    none = unreadable_table([], load_exercises().keys)
    for taken in (
        log,
        log[log["source"] == "inferred"],
        log[log["performed_at"] < "2026-02-01"].head(40),
        log.iloc[:0],
    ):
        for later in (0, 2, 40, 4000):
            latest = taken["performed_at"].max().to_numpy() + np.timedelta64(later, "D")
            for look_back in (3, 31):
                of_all, of_late = (
                    repr(log_days(tables | {"sessions": rows}, none, latest, look_back))
                    for rows in (taken, late_sessions(taken))
                )
                assert of_late == of_all
    assert len(late_sessions(log)) < len(log) / 2
