"""Whatever happens to files: our own error or a whole account, and nothing vanishes in silence.

``FOOTDROP_FUZZ=5000 pytest tests/fuzz`` tries as many; the number in a failure is the seed.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import footdrop_analytics as fd
from tests.fuzz.mutations import Files, damaged, misunderstood, mutated, valid_study
from tests.importing.test_sources import SOURCES, placed
from tests.reading.helpers import TODAY, account

STUDIES = int(os.environ.get("FOOTDROP_FUZZ", "100"))


def _written(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _study(folder: Path, files: Files) -> fd.Study | None:
    """The study, or None if it was refused with our own error; any other exception, or a warning, fails the test."""
    try:
        return fd.read_study(_written(folder, files), today=TODAY)
    except fd.StudyError:
        return None


def test_rows_in_files_are_valid_duplicate_or_rejected(tmp_path: Path) -> None:
    read = 0
    for seed in range(STUDIES):
        study = _study(tmp_path / str(seed), mutated(seed))
        if study is not None:
            read += 1
            for table, (in_files, accounted) in account(study).items():
                assert in_files == accounted, f"seed {seed}, {table}"
    assert read > STUDIES / 2


def test_what_is_not_understood_is_never_silent(tmp_path: Path) -> None:
    """A patient who had a red or amber flag still has one, or a line at the head of every output."""
    whole = fd.review_flags(fd.read_study(_written(tmp_path / "whole", valid_study()), today=TODAY))
    flagged = set(whole.loc[whole["severity"] != "note", "patient_id"])
    assert flagged
    for seed in range(STUDIES // 5):
        study = _study(tmp_path / str(seed), misunderstood(seed))
        if study is None:
            continue
        told = not study.unread.empty or not study.rejected_of_nobody.empty
        flags = fd.review_flags(study)
        left = set(flags.loc[flags["severity"] != "note", "patient_id"])
        assert told or flagged <= left, f"seed {seed}"


def test_an_import_of_a_damaged_file_is_refused_or_accounted_for(tmp_path: Path) -> None:
    """Every known source; what is saved is read back with as many rows."""
    saved = 0
    for number, source in enumerate(SOURCES):
        (tmp_path / "whole").mkdir(exist_ok=True)
        file, said = placed(source, tmp_path / "whole")
        for seed in range(STUDIES // 100):
            place = tmp_path / f"{number}-{seed}"
            place.mkdir()
            (place / source.file).write_bytes(damaged(file.read_bytes(), 1_000 * number + seed))
            with suppress(fd.StudyError):
                done = fd.import_log(place / source.file, **said)
                rows = len(done.tables.get("sessions", ()))
                if done.is_complete and rows:
                    done.write(place / "study")
                    study = fd.read_study(place / "study")
                    lost = (study.duplicates["table"] == "sessions").sum()
                    lost += (study.rejected_rows["table"] == "sessions").sum()
                    assert len(study.sessions) + lost == rows, f"{source.file}, seed {seed}"
                    saved += 1
    assert saved
