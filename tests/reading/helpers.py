"""A small valid study as text, to be changed one thing at a time."""

from __future__ import annotations

from pathlib import Path

import footdrop_analytics as fd

TODAY = "2026-06-30"
SESSIONS = "patient_id,performed_at,exercise,side,reps\nP1,2026-01-02 08:00,heel_raise,left,10\n"
PRESCRIPTIONS = "patient_id,exercise,side,start_date,days_per_week\nP1,heel_raise,left,2026-01-01,5\n"


def write_files(folder: Path, **files: str | bytes) -> Path:
    """Write files: ``sessions`` means ``sessions.csv``, ``sessions_1__tsv`` means ``sessions_1.tsv``."""
    for name, content in ({"sessions": SESSIONS, "prescriptions": PRESCRIPTIONS} | files).items():
        stem, _, suffix = name.partition("__")
        data = content.encode("utf-8") if isinstance(content, str) else content
        (folder / f"{stem}.{suffix or 'csv'}").write_bytes(data)
    return folder


def read(folder: Path, date_format: str | None = None, **files: str | bytes) -> fd.Study:
    """The study of these files on top of the small valid one."""
    return fd.read_study(write_files(folder, **files), today=TODAY, date_format=date_format)


def with_valid_row(header: str, row: str, table: str = "sessions") -> str:
    """A table with one valid row (row 2, so that the study stands) and one row to look at (row 3)."""
    valid = {
        "patient_id": "P1",
        "performed_at": "2026-01-02",
        "exercise": "heel_raise",
        "start_date": "2026-01-01",
        "days_per_week": "5",
        "occurred_on": "2026-01-02",
        "kind": "fall" if table == "events" else "",
        "day": "2026-01-02",
        "visited_on": "2026-01-02",
        "measured_on": "2026-01-02",
        "measure": "10mwt",
        "value": "9.5",
    }
    names = header.split(",")
    return f"{header}\n{','.join(valid.get(name, '') for name in names)}\n{row}\n"


def account(study: fd.Study) -> dict[str, tuple[int, int]]:
    """Per table: rows in the files, and valid + duplicates + distinct rejected rows."""
    found = {}
    for table in (
        "sessions",
        "prescriptions",
        "patients",
        "pauses",
        "events",
        "checkins",
        "visits",
        "reviews",
        "outcomes",
    ):
        in_files = int(study.sources.loc[study.sources["table"] == table, "rows"].sum())
        rejected = study.rejected[study.rejected["table"] == table].drop_duplicates(["file", "row"])
        duplicates = study.duplicates[study.duplicates["table"] == table]
        found[table] = (in_files, len(getattr(study, table)) + len(rejected) + len(duplicates))
    return found
