"""Nothing outside can switch the validation off."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pandera.config

import footdrop_analytics as fd
from footdrop_analytics.model.pandera_settings import pinned_validation
from tests.each import each

from .helpers import TODAY, read, with_valid_row, write_files

BAD = with_valid_row("patient_id,performed_at,exercise,reps", "P1,2026-09-03,heel_raise,5")
_COUNT = "import sys, footdrop_analytics as fd; print(len(fd.read_study(sys.argv[1], today='2026-06-30').rejected))"


@each(
    "settings",
    [
        {
            "PANDERA_VALIDATION_ENABLED": "False",
            "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY",
            "PANDERA_USE_NARWHALS_BACKEND": "True",
            "PANDERA_CACHE_DATAFRAME": "True",
            "PANDERA_KEEP_CACHED_DATAFRAME": "True",
        },
        {"PANDERA_VALIDATION_DEPTH": "nonsense"},
    ],
)
def test_the_environment_cannot_switch_validation_off(tmp_path: Path, settings: dict[str, str]) -> None:
    write_files(tmp_path, sessions=BAD)
    found = subprocess.run(
        [sys.executable, "-c", _COUNT, str(tmp_path)],
        env=os.environ | settings | {"PYTHONPATH": str(Path(fd.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.strip() == "1", found.stderr


@each("depth", ["SCHEMA_ONLY", "DATA_ONLY"])
def test_a_program_around_us_cannot_switch_validation_off(tmp_path: Path, depth: str) -> None:
    with pandera.config.config_context(validation_enabled=False, validation_depth=depth):
        assert len(read(tmp_path, sessions=BAD).rejected) == 1


def test_the_settings_of_others_are_left_as_they_were(tmp_path: Path) -> None:
    before = vars(pandera.config.get_config_global()).copy()
    fd.read_study(write_files(tmp_path), today=TODAY)
    assert vars(pandera.config.get_config_global()) == before


def test_of_two_threads_one_puts_the_settings_back_before_the_other_changes_them() -> None:
    order: list[str] = []
    inside, asked = threading.Event(), threading.Event()

    def other() -> None:
        inside.wait()
        asked.set()
        with pinned_validation():
            order.append("other")

    thread = threading.Thread(target=other)
    thread.start()
    with pinned_validation():
        inside.set()
        asked.wait()
        thread.join(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]
