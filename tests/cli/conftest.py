"""Small studies typed by hand, and the command line as a function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from footdrop_analytics.cli import main

PLAN = "patient_id,exercise,side,start_date,days_per_week,sets,reps,mode\n"
LOG = "patient_id,performed_at,exercise,side,sets,reps,pain_0_10,notes\n"
HOSTILE = ["[red]Anna[/red]", "\x1b[31mBert", "=1+1", "007", "NA", "‮evil", "P" + "0123456789" * 5]
"""Ids that are legal, and that would act on a careless terminal, spreadsheet or reader."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("COLUMNS", raising=False)

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return call


def write_study(folder: Path, ids: list[str], *, bad_rows: bool = False) -> Path:
    folder.mkdir(parents=True)
    plan = [f'"{one}",heel_raise,both,2026-01-05,5,1,10,active' for one in ids]
    log = [
        f'"{one}",2026-01-{day:02d},heel_raise,both,1,{6 + day // 7},2,fine' for one in ids for day in range(5, 30, 2)
    ]
    if bad_rows:
        log += [f'"{ids[0]}",03/04/2026,heel_raise,both,1,8,2,', f'"{ids[0]}",2026-01-28,heel_raise,both,1,-3,11,']
    (folder / "prescriptions.csv").write_text(PLAN + "\n".join(plan) + "\n", encoding="utf-8")
    (folder / "sessions.csv").write_text(LOG + "\n".join(log) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_study(tmp_path / "good", ["P1", "P2", "P3"])


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return write_study(tmp_path / "bad", ["P1", "P2"], bad_rows=True)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    return write_study(tmp_path / "hostile", HOSTILE, bad_rows=True)
