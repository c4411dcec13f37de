"""Pieces of work to be measured: ``python -m benchmarks.tasks NAME ARGUMENTS`` prints one JSON line."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.measure import Result, timed


def build(folder: str, patients: int, exercises: int) -> Result:
    """Write a study to be measured."""
    from benchmarks.cohort import write_cohort

    return timed(lambda: {"rows": write_cohort(Path(folder), patients, exercises)})


def floor(folder: str, by: str, tool: str = "polars") -> Result:
    """The least that any tool has to do: bare Polars or DuckDB, one weekly group-by of the log."""
    if tool == "duckdb":
        return _floor_of_duckdb(Path(folder) / "sessions.parquet", by)
    import polars as pl

    keys = [pl.col("performed_at").dt.truncate("1w")]
    keys += [pl.col("patient_id"), pl.col("exercise")] if by == "series" else []
    reps = pl.col("reps")

    def work() -> Result:
        table = pl.scan_parquet(Path(folder) / "sessions.parquet").group_by(keys)
        found = table.agg(
            pl.len(), reps.sum().alias("sum"), reps.max().alias("max"), reps.mean().alias("mean")
        ).collect()
        return {"groups": found.height}

    return timed(work)


def _floor_of_duckdb(log: Path, by: str) -> Result:
    import duckdb  # type: ignore[import-not-found, unused-ignore]

    keys = "date_trunc('week', performed_at)" + (", patient_id, exercise" if by == "series" else "")
    asked = f"SELECT {keys}, count(*), sum(reps), max(reps), avg(reps) FROM read_parquet($log) GROUP BY ALL"

    def work() -> Result:
        found: Any = duckdb.sql(asked, params={"log": str(log)})
        return {"groups": found.to_arrow_table().num_rows}

    return timed(work)


def read(folder: str) -> Result:
    """Read and validate."""
    import footdrop_analytics as fd

    return timed(lambda: {"rows": len(fd.read_study(folder).sessions)})


def as_csv(folder: str, target: str, quotes: str) -> Result:
    """Write a study as CSV, as this package does (all texts in quotation marks) or as most do (hardly any)."""
    import pandas as pd

    import footdrop_analytics as fd

    study, place = fd.read_study(folder), Path(target)
    study.write(place)
    if quotes == "plain":
        for file in place.glob("*.csv"):
            pd.read_csv(file, dtype=str, keep_default_na=False).to_csv(file, index=False)
    return timed(lambda: {"rows": len(study.sessions)})


def read_csv(folder: str) -> Result:
    """The least that reading a log as CSV can cost with pandas: ``read_csv`` with its days, nothing checked."""
    import pandas as pd

    file = Path(folder) / "sessions.csv"
    return timed(lambda: {"rows": len(pd.read_csv(file, parse_dates=["performed_at"]))})


def read_and_analyse(folder: str) -> Result:
    """Read, validate and analyse; ``read_seconds`` is the first part."""
    import footdrop_analytics as fd

    def work() -> Result:
        begin = time.perf_counter()
        study = fd.read_study(folder)
        read_seconds = time.perf_counter() - begin
        analysis = fd.analyse(study)
        return {"read_seconds": read_seconds, "rows": len(study.sessions), "patients": len(analysis.caseload)}

    return timed(work)


def adherence(folder: str, sliding: bool) -> Result:
    """Adherence of a study that is in memory: in the whole window, or in 28-day windows every 7 days."""
    import footdrop_analytics as fd

    study = fd.read_study(folder)
    windows = {"every": "7D", "length": "28D"} if sliding else {"every": None}
    return timed(lambda: {"rows": len(study.sessions), "windows": len(fd.adherence(study, **windows))})


def reports(folder: str, patients: int) -> Result:
    """Write a report for each patient of a simulated study, with plotly.js once beside them."""
    import footdrop_analytics as fd

    analysis = fd.analyse(fd.simulate(patients=patients, weeks=12, seed=1))
    result = timed(lambda: {"index": fd.write_reports(analysis, folder, assets="shared").name})
    pages = [path for path in Path(folder).glob("*.html") if path.name != result["index"]]
    return result | {"written": len(pages), "mib": sum(path.stat().st_size for path in pages) / 2**20}


def bare_figures(folder: str) -> Result:
    """Bare plotly: the same figures as in the reports, already made, into HTML."""
    import plotly.graph_objects as go

    written = re.compile(r'class="chart-data">(.*?)</script>', re.DOTALL)
    pages = [path.read_text(encoding="utf-8") for path in sorted(Path(folder).glob("*.html"))]
    figures = [go.Figure(json.loads(chart)) for page in pages for chart in written.findall(page)]

    def work() -> Result:
        size = sum(len(figure.to_html(full_html=False, include_plotlyjs=False)) for figure in figures)
        return {"figures": len(figures), "bytes": size}

    return timed(work)


def import_of(module: str) -> Result:
    """Import a module, or a name of it (``module:name``), in a Python that has imported nothing of it."""
    home, _, name = module.partition(":")
    return timed(lambda: {"name": str(getattr(import_module(home), name or "__name__"))})


def calibration(series: int) -> Result:
    """Error rates and coverage of the trends."""
    from benchmarks.calibration import calibration_tables

    return timed(lambda: calibration_tables(series))


def dashboards(folder: str) -> Result:
    """Changes of the dashboards of a study that is in memory."""
    from benchmarks.dashboards import change_times

    return timed(lambda: change_times(folder))


def browser(folder: str, changes: int) -> Result:
    """So many changes of each kind in the dashboards of a study, as they are seen in a browser."""
    from benchmarks.browser import waiting_times

    return timed(lambda: waiting_times(folder, changes))


def _of(module: str, name: str) -> Callable[..., Result]:
    """A task of a module that is loaded when the task is run."""

    def task(**arguments: object) -> Result:
        found: Result = getattr(import_module(f"benchmarks.{module}"), name)(**arguments)
        return found

    return task


TASKS: dict[str, Callable[..., Result]] = {
    task.__name__: task
    for task in (
        *(build, as_csv, floor, read, read_csv, read_and_analyse, adherence, reports, bare_figures),
        *(import_of, calibration, dashboards, browser),
    )
}
for _name in ("partition", "analyse_in_memory", "analyse_parts", "analyse_again"):
    TASKS[_name] = _of("scale", _name)
TASKS["trends_of"] = _of("rival_trends", "trends_of")

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
