"""Studies from databases: SQLite always, PostgreSQL where a server is installed; no password is shown or needed."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd

pytest.importorskip("sqlalchemy", reason="the extra sql is not installed")

ROWS = [
    ("007", "2026-01-05 09:00", "Heel raise", 12),
    ("007", "2026-01-06", "Calf raises", 10),
    ("8", None, "Heel raise", 1),
]
PROFILE = """form: 1
name: clinic
title: our clinic's database
source: ourselves
source_kind: expert
recognise: {kinds: [database]}
identity: column
queries:
  sessions: SELECT who AS patient_id, done AS performed_at, what AS exercise, reps FROM log WHERE done IS NOT NULL
steps: [{exercise: {}}]
tables: {sessions: []}
"""


def _database(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE log (who TEXT, done TEXT, what TEXT, reps INTEGER)")
        connection.executemany("INSERT INTO log VALUES (?, ?, ?, ?)", ROWS)
        connection.execute("CREATE VIEW another AS SELECT 1")
        connection.execute("CREATE TABLE prescriptions (patient_id, exercise, start_date, days_per_week)")
        connection.execute("INSERT INTO prescriptions VALUES ('007', 'heel_raise', '2026-01-05', 5)")
    return f"sqlite:///{path}"


def test_queries_of_a_profile_become_tables(tmp_path: Path) -> None:
    address = _database(tmp_path / "clinic.db")
    profile = tmp_path / "clinic.yaml"
    profile.write_text(PROFILE, encoding="utf-8")
    log = fd.import_log(address, profile=profile)
    assert log.tables["sessions"][["patient_id", "exercise", "reps"]].to_numpy().tolist() == [
        ["007", "heel_raise", "12"],
        ["007", "heel_raise", "10"],
    ]
    assert log.write(tmp_path / "study").new == 2
    assert fd.read_study(tmp_path / "study").patient_ids == ["007"]
    for query in (
        "DROP TABLE log",
        "DELETE FROM log",
        "SELECT 1; DROP TABLE log",
        "WITH x AS (SELECT 1) DELETE FROM log",
    ):
        profile.write_text(PROFILE.replace(PROFILE.split("sessions: ")[1].split("\n")[0], query), encoding="utf-8")
        with pytest.raises(fd.FootdropError):
            fd.import_log(address, profile=profile)
    with sqlite3.connect(tmp_path / "clinic.db") as connection:
        assert connection.execute("SELECT count(*) FROM log").fetchone() == (3,)


def test_tables_named_like_those_of_a_study_need_no_profile(tmp_path: Path) -> None:
    log = fd.import_log(_database(tmp_path / "clinic.db"))
    assert {name: len(frame) for name, frame in log.tables.items()} == {"prescriptions": 1}


def test_rows_beyond_the_limit_are_not_left_out_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = _database(tmp_path / "clinic.db")
    monkeypatch.setattr("footdrop_analytics.importing.addresses.MOST_ROWS", 1)
    assert len(fd.import_log(address).tables["prescriptions"]) == 1
    monkeypatch.setattr("footdrop_analytics.importing.addresses.MOST_ROWS", 0)
    with pytest.raises(fd.StudyError, match="holds more than 0 rows"):
        fd.import_log(address)


def test_of_two_tables_with_the_name_of_one_none_is_left_out_in_silence(tmp_path: Path) -> None:
    address = _database(tmp_path / "clinic.db")
    with sqlite3.connect(tmp_path / "clinic.db") as connection:
        connection.execute("CREATE TABLE prescriptions_2025 AS SELECT * FROM prescriptions")
    with pytest.raises(fd.StudyError, match="prescriptions_2025: is not the only table"):
        fd.import_log(address)


def test_no_password_is_taken_or_shown_and_no_file_is_made(tmp_path: Path) -> None:
    for address in (
        "postgresql://ann:hunter2@localhost/clinic",
        "postgresql://localhost/clinic?password=hunter2",
        "postgresql+psycopg://ann@localhost:1/clinic?options=hunter2",
        f"sqlite:///{tmp_path}/absent.db",
        "nothing://hunter2",
    ):
        with pytest.raises(fd.FootdropError) as caught:
            fd.import_log(address)
        assert "hunter2" not in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def server() -> Iterator[Path]:
    """A PostgreSQL of our own, on a socket in a folder that only its user can open."""
    found = [shutil.which("initdb"), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")))]
    initdb = next((Path(one) for one in found[::-1] if one), None)
    if initdb is None:
        pytest.skip("no PostgreSQL server is installed")
    root = os.geteuid() == 0
    known = {one.pw_name for one in pwd.getpwall()}
    user = next((one for one in ("postgres", "nobody") if one in known), None) if root else None
    if root and user is None:
        pytest.skip("PostgreSQL does not run for the superuser, and there is no other user")
    folder = Path(tempfile.mkdtemp())
    if user:
        shutil.chown(folder, user)
    as_user: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "user": user, "cwd": folder, "timeout": 60}
    subprocess.run([initdb, "-A", "trust", "-U", "ann", "-N", "-D", folder / "data"], **as_user)
    control = initdb.with_name("pg_ctl")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run([control, "-D", folder / "data", "-w", "-o", options, "-l", folder / "log", "start"], **as_user)
    try:
        yield folder
    finally:
        subprocess.run([control, "-D", folder / "data", "-m", "immediate", "stop"], **as_user)
        shutil.rmtree(folder)


def test_postgresql_is_read_only_to_us(server: Path, tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg", reason="the extra sql is not installed")
    with psycopg.connect(f"host={server} user=ann dbname=postgres") as connection:
        connection.execute("CREATE TABLE log (who text, done timestamptz, what text, reps int)")
        for row in ROWS:
            connection.execute("INSERT INTO log VALUES (%s, %s, %s, %s)", row)
        dated = "SELECT who AS patient_id, done::timestamp AS performed_at, 'heel_raise' AS exercise, reps FROM log"
        connection.execute(f"CREATE VIEW sessions AS {dated} WHERE done IS NOT NULL")
    address = f"postgresql+psycopg://ann@/postgres?host={server}"
    profile = tmp_path / "clinic.yaml"
    profile.write_text(PROFILE.replace("done AS", "done::text AS"), encoding="utf-8")
    assert len(fd.import_log(address, profile=profile).tables["sessions"]) == 2
    parts = fd.partition(address, out=tmp_path / "parts")
    assert parts.sessions["performed_at"].astype("str").tolist() == ["2026-01-05 09:00:00", "2026-01-06 00:00:00"]
    profile.write_text(
        PROFILE.replace("SELECT who", "WITH gone AS (DELETE FROM log RETURNING 1) SELECT who"), encoding="utf-8"
    )
    with pytest.raises(fd.StudyError, match="read-only"):
        fd.import_log(address, profile=profile)


def test_duckdb_is_read_and_reads_nothing_else(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    pytest.importorskip("duckdb_engine", reason="DuckDB's dialect is not installed")
    place = tmp_path / "clinic.duckdb"
    with duckdb.connect(str(place)) as connection:
        connection.execute("CREATE TABLE log (who TEXT, done TIMESTAMP, what TEXT, reps INTEGER)")
        connection.execute("INSERT INTO log VALUES ('007', '2026-01-05 09:00', 'Heel raise', 12)")
    profile = tmp_path / "clinic.yaml"
    profile.write_text(PROFILE, encoding="utf-8")
    log = fd.import_log(f"duckdb:///{place}", profile=profile)
    assert log.tables["sessions"][["patient_id", "performed_at", "reps"]].to_numpy().tolist() == [
        ["007", "2026-01-05 09:00:00", "12"]
    ]
    profile.write_text(PROFILE.replace("FROM log", f"FROM read_text('{profile}')"), encoding="utf-8")
    with pytest.raises(fd.StudyError, match="cannot be read"):
        fd.import_log(f"duckdb:///{place}", profile=profile)
