"""Every kind of file that is written is whole or absent, whatever interrupts, and the study stays as it was.

With FOOTDROP_ALL_CRASHES=1 at every call that writes, in every kind of work (hours: some write hundreds of pieces);
else at a few.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project._tree import ROOT, files, name

EVERYWHERE = os.environ.get("FOOTDROP_ALL_CRASHES") == "1"
IN_SHORT = ["2", "added rows", "rejected rows", "schemas", "notebooks"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_what_is_killed_or_finds_the_disk_full_leaves_whole_files_or_none() -> None:
    call = [sys.executable, "-W", "ignore", "-m", "tests.crashing", *([] if EVERYWHERE else IN_SHORT)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("strikes, 0 faults") >= len(IN_SHORT) - 1


def test_every_module_that_writes_files_is_among_the_work() -> None:
    """A new writer has to be added to ``tests.crashing``."""
    writers = {
        name(path).removeprefix("footdrop_analytics/")
        for path in files(".py", under=ROOT / "footdrop_analytics")
        if "write_whole(" in path.read_text(encoding="utf-8") and path != Path(ROOT / "footdrop_analytics" / "files.py")
    }
    assert writers == {
        "cli/compare.py",
        "cli/serving/shown.py",
        "cli/sbom.py",
        "cli/shortcut.py",
        "dashboards/kept.py",
        "importing/save.py",
        "model/export.py",
        "reading/added.py",
        "reading/check.py",
        "reading/spreadsheets.py",
        "reading/write.py",
        "report/writing.py",
        "scale/batches.py",
        "scale/manifest.py",
        "scale/partition.py",
        "scale/parts.py",
        "scale/tables.py",
        "scale/tasks.py",
        "sharing/result_tables.py",
        "sharing/handed_on.py",
        "simulation/demo.py",
    }
