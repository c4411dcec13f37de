"""Pieces of work to be measured: ``python -m benchmarks.tasks NAME ARGUMENTS`` prints one JSON line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Result, timed


def build(folder: str, patients: int, exercises: int) -> Result:
    """Write a study to be measured."""
    from benchmarks.cohort import write_cohort

    return timed(lambda: {"rows": write_cohort(Path(folder), patients, exercises)})


def floor(folder: str, by: str) -> Result:
    """The least that any tool has to do: bare Polars, one weekly group-by of the log."""
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


def read(folder: str) -> Result:
    """Read and validate."""
    import footdrop_analytics as fd

    return timed(lambda: {"rows": len(fd.read_study(folder).sessions)})


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
    result = timed(lambda: {"written": len(list(fd.write_reports(analysis, folder, assets="shared")))})
    pages = [path.read_text(encoding="utf-8") for path in Path(folder).rglob("*.html")]
    return result | {"figures": sum(page.count("Plotly.newPlot(") for page in pages)}


def bare_figures(figures: int) -> Result:
    """Bare plotly: that many figures of a log (dots, a step line, a mark) into HTML."""
    import numpy as np
    import plotly.graph_objects as go

    rng = np.random.default_rng(1)
    days = np.datetime64("2024-01-01", "D") + np.sort(rng.choice(84, 50, replace=False))
    reps = rng.integers(5, 12, 50)

    def work() -> Result:
        size = 0
        for _ in range(figures):
            figure = go.Figure(layout={"height": 280, "margin": {"l": 40, "r": 10, "t": 10, "b": 30}})
            figure.add_scatter(x=days, y=reps, mode="markers", name="best set")
            figure.add_scatter(x=days[[0, 25, 49]], y=[8, 10, 10], mode="lines", line={"shape": "hv"}, name="target")
            figure.add_vline(x=str(days[25]), line={"dash": "dot"})
            size += len(figure.to_html(full_html=False, include_plotlyjs=False))
        return {"bytes": size}

    return timed(work)


def import_of(module: str) -> Result:
    """Import a module, or a name of it (``module:name``), in a Python that has imported nothing of it."""
    home, _, name = module.partition(":")
    return timed(lambda: {"name": str(getattr(import_module(home), name or "__name__"))})


def calibration(series: int) -> Result:
    """Error rates and coverage of the trends."""
    from benchmarks.calibration import calibration_tables

    return timed(lambda: calibration_tables(series))


TASKS: dict[str, Callable[..., Result]] = {
    task.__name__: task
    for task in (build, floor, read, read_and_analyse, adherence, reports, bare_figures, import_of, calibration)
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
