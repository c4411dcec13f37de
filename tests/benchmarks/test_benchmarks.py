"""The measured studies have the stated size, and the page says what was measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from benchmarks.browser import STOPWATCH, waited
from benchmarks.cohort import N_DAYS, N_DONE, write_cohort
from benchmarks.measure import in_fresh_process
from benchmarks.page import render
from tests.servers import Running

LIBRARIES = dict.fromkeys(("numpy", "pandas", "polars", "plotly", "pyarrow", "scipy"), "10.10.10")
MACHINE = {"cores": 2, "system": "Linux x86_64", "python": "3.11.7", "libraries": LIBRARIES}


def test_the_cohort_is_a_valid_study_of_the_stated_size(tmp_path: Path) -> None:
    rows = write_cohort(tmp_path, patients=3)
    study = fd.read_study(tmp_path)
    assert rows == len(study.sessions) == 3 * 10 * 108
    assert study.rejected.empty
    assert study.duplicates.empty
    assert study.synthetic
    per_series = study.sessions.groupby(["patient_id", "exercise"], observed=True)["performed_at"]
    assert (per_series.apply(lambda times: times.dt.normalize().nunique()) == N_DONE).all()
    span = study.sessions["performed_at"].max() - study.sessions["performed_at"].min()
    assert span < pd.Timedelta(days=N_DAYS)
    assert len(study.prescriptions) == 3 * 10 * 2


def test_a_task_runs_in_a_process_of_its_own_and_reports_time_and_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ours = b"x" * (800 * 2**20)
    built = in_fresh_process("build", folder=str(tmp_path / "study"), patients=2, exercises=1)
    assert built["rows"] == 216
    assert built["seconds"] > 0
    assert 10 < built["peak_mib"] < len(ours) / 2**20, "what this process holds was counted too"


def test_the_page_holds_the_ratios_of_what_was_measured() -> None:
    def run(seconds: float) -> dict[str, float]:
        return {"seconds": seconds, "peak_mib": 100.0, "rows": 1000, "windows": 10}

    page = render({"machine": MACHINE, "adherence": {"whole": run(0.1), "sliding": run(0.307)}})
    assert "8 times faster" in page
    assert "100 times faster" in page
    assert "A large cohort" not in page
    assert max(len(line) for line in page.splitlines() if not line.startswith("|")) <= 120


def test_what_is_seen_in_the_browser_stands_on_the_page() -> None:
    seen = {"median": 0.25, "longest": 1.5}
    changes = dict.fromkeys(("patient", "start", "end", "exercise", "filter"), seen)
    page = render({"machine": MACHINE, "browser": {"patients": 10_000, "first": 0.625, "changes": 8, **changes}})
    assert "| caseload: another filter | 0.25 | 1.50 | 1 |" in page
    assert "10,000 patients" in page
    assert max(len(line) for line in page.splitlines() if not line.startswith("|")) <= 120


@pytest.mark.browser
def test_waiting_in_the_browser_is_timed(chromium: Any, voila_server: Running) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(path=STOPWATCH)
    found = waited(page, voila_server.address, changes=1)
    page.goto("about:blank")  # a page that is left ends its kernel, one that is closed with its context does not
    context.close()
    assert (found["patients"], found["changes"]) == (13, 1)
    kinds = ("patient", "start", "end", "exercise", "filter")
    assert all(0 < found[kind]["median"] <= found[kind]["longest"] < 60 for kind in kinds)
    assert 0 < found["first"] < 60


def test_parts_and_trends_stand_on_the_page_as_ratios_to_named_rivals() -> None:
    def run(seconds: float) -> dict[str, float]:
        return {"seconds": seconds, "cpu_seconds": seconds, "peak_mib": 100.0}

    names = ("partition", "partition_csv", "read", "read_csv", "memory", "parts")
    found = {name: run(1.0 + number) for number, name in enumerate(names)}
    found["partition"] |= {"rows": 2_000_000, "parts": 8, "bytes": 25_000_000}
    page = render({"machine": MACHINE, "scale": found | {"dask_one": run(2.5), "local_one": run(2.0)}})
    assert "| `fd.analyse` of the parts, many at once | `fd.analyse` in memory | 1.20 | 1.20 | 100 | 1.2 |" in page
    assert "| Dask, one part of a tenth, one worker, warm | the same without Dask | 1.25 |  |  | 1.15 |" in page
    assert "two workers" not in page
    assert "12.5 MB per million rows" in page
    of_each = {"footdrop_analytics": run(0.1) | {"series": 100}, "scipy": run(0.4) | {"series": 100}}
    page = render({"machine": MACHINE, "trends": of_each})
    assert "days independent | 4,000 | 4 |" in page
    assert "statsforecast" in page
