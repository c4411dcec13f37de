"""How many pages of ``serve`` may be open: by memory, said in words, and never one too many."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

import footdrop_analytics as fd
from footdrop_analytics.cli.options import Written
from footdrop_analytics.cli.serving import viewers
from footdrop_analytics.cli.serving.shown import apart, look
from tests.project._tree import ROOT


def test_the_default_goes_by_free_memory_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, rows, most in (
        (8e9, 2_000, 31),
        (8e9, 1_000_000, 17),
        (1e8, 0, 1),
        (1e12, 0, viewers.MOST),
        (None, 0, 4),
    ):
        monkeypatch.setattr(viewers, "free_bytes", lambda free=free: None if free is None else int(free))
        assert viewers.default_viewers(rows) == most


def test_the_limit_of_a_container_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(viewers, "_GROUP", tmp_path)
    monkeypatch.setattr(viewers, "_MEMINFO", tmp_path / "meminfo")
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:  8000000 kB\n", encoding="ascii")
    assert viewers.free_bytes() == 8_000_000 * 1024
    (tmp_path / "memory.current").write_text("1000000000\n", encoding="ascii")
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert viewers.free_bytes() == 8_000_000 * 1024
    (tmp_path / "memory.max").write_text("3000000000\n", encoding="ascii")
    assert viewers.free_bytes() == 2_000_000_000


def test_a_further_page_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers, "free_bytes", lambda: 1_000_000_000)
    assert viewers.refusal(1, 0, 2, 400_000_000) is None
    full = viewers.refusal(2, 0, 2, 400_000_000)
    assert full
    assert "No more than 2 may be open at once" in full
    low = viewers.refusal(2, 2, 9, 400_000_000)
    assert low
    assert "too little memory free for another page of the dashboards (1.0 GB; a page needs about 0.4 GB)" in low


def test_of_several_at_once_only_as_many_start_as_may(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("voila")
    from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
    from tornado.web import HTTPError

    from footdrop_analytics.cli.serving.kernels import LimitedKernels

    running: list[str] = []

    async def start(_: object, *, kernel_id: str) -> str:
        await asyncio.sleep(0.01)
        running.append(kernel_id)
        await asyncio.sleep(0.01)
        return kernel_id

    monkeypatch.setattr(AsyncMappingKernelManager, "start_kernel", start)
    monkeypatch.setattr(AsyncMappingKernelManager, "list_kernel_ids", lambda _: running)

    async def ask() -> list[object]:
        kernels = LimitedKernels(most=3)
        return await asyncio.gather(*(kernels.start_kernel() for _ in range(5)), return_exceptions=True)

    found = asyncio.run(ask())
    assert [type(one) for one in found] == [str] * 3 + [HTTPError] * 2
    refused = found[-1]
    assert isinstance(refused, HTTPError)
    assert refused.status_code == 503
    assert "No more than 3" in str(refused.log_message)


def _die() -> None:
    os._exit(9)


def test_no_file_of_the_current_folder_is_run(tmp_path: Path, good: Path) -> None:
    """A process that we start searches the folder where we are called, such as a study's, for no code."""
    (good / "multiprocessing.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    script = tmp_path / "command.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom footdrop_analytics.cli.serving.shown import apart\n"
        "if __name__ == '__main__': print(apart(len, 'abc'))\n",
        encoding="utf-8",
    )
    around = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([sys.executable, script], cwd=good, env=around, capture_output=True, text=True, check=False)
    assert done.stdout == "3\n", done.stderr


def test_a_study_is_looked_at_in_a_process_of_its_own(good: Path, tmp_path: Path) -> None:
    found = apart(look, good, Written())
    assert (found.patients, found.rows, found.problems) == (3, 42, None)
    assert found.head[0].startswith("As of 2026-01-29. 3 patients.")
    with pytest.raises(fd.StudyError, match="nowhere"):
        apart(look, tmp_path / "nowhere", Written())
    with pytest.raises(click.ClickException, match="Perhaps memory ran out"):
        apart(_die)
