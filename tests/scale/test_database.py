"""A database is partitioned by its address: its tables are copied a few rows at a time, and read like files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.files import write_whole
from footdrop_analytics.importing import addresses
from footdrop_analytics.scale import partition as module
from footdrop_analytics.scale import sources
from tests.scale.studies import TODAY, expect_same

pytest.importorskip("sqlalchemy", reason="the extra sql is not installed")


def _database(folder: Path, path: Path) -> str:
    """The tables of a study, the log as a view of a table with another name."""
    with sqlite3.connect(path) as connection:
        for file in folder.glob("*.csv"):
            table = pd.read_csv(file, dtype=str)
            table.to_sql("log" if file.stem == "sessions" else file.stem, connection, index=False)
        connection.execute("CREATE VIEW sessions AS SELECT * FROM log")
    return f"sqlite:///{path}"


def test_a_database_is_read_a_few_rows_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, out = tmp_path / "files", tmp_path / "out"
    fd.simulate(patients=4, weeks=4, seed=2).write(files)
    address = _database(files, tmp_path / "clinic.db")
    monkeypatch.setattr(addresses, "ROWS_AT_ONCE", 50)
    monkeypatch.setattr(sources, "_ROWS", 100)
    monkeypatch.setattr(module, "BATCH_BYTES", 10_000)
    study = fd.partition(address, out=out, rows_per_part=150, today=TODAY)
    assert len(study.manifest.parts) > 1
    assert any(path.name == "sessions-1.arrow" for path in out.glob("rows/*/*.arrow"))
    assert set(study.sources["file"]) >= {"sessions-clinic.db.parquet", "prescriptions-clinic.db.parquet"}
    assert not list(out.rglob("*clinic.db.parquet"))
    addresses.copy_database(address, lambda name, fill: write_whole(tmp_path / "copies" / name, fill))
    expect_same(study.whole(), fd.read_study(tmp_path / "copies", today=TODAY))
    theirs = fd.read_study(files, today=TODAY).sessions
    pd.testing.assert_frame_equal(study.sessions[list(theirs.columns)], theirs)
    steps: list[str] = []
    fd.partition(address, out=out, today=TODAY, progress=steps.append)
    assert not any(step.startswith("read") for step in steps)


def test_copies_that_a_killed_run_has_left_are_not_read(tmp_path: Path) -> None:
    fd.simulate(patients=2, weeks=2, seed=2).write(tmp_path / "files")
    (tmp_path / "files" / "visits.csv").unlink(missing_ok=True)
    address = _database(tmp_path / "files", tmp_path / "clinic.db")
    left = tmp_path / "out" / ".copies" / "0" / "visits-other.db.parquet"
    left.parent.mkdir(parents=True)
    pd.DataFrame({"patient_id": ["OTHER"], "visited_on": ["2026-01-05"]}).to_parquet(left)
    study = fd.partition(address, out=tmp_path / "out", today=TODAY)
    assert "OTHER" not in study.known_ids
    assert set(study.sources["file"].str.extract("-(.*)")[0]) == {"clinic.db.parquet"}


def test_a_database_without_tables_of_a_study_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "clinic.db") as connection:
        connection.execute("CREATE TABLE log (who TEXT)")
    with pytest.raises(fd.StudyError, match="no table is named like one of a study"):
        fd.partition(f"sqlite:///{tmp_path}/clinic.db", out=tmp_path / "out")
