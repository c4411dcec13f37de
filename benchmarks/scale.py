"""A study in parts: what partitioning, analysing part by part and Dask cost beside doing the same in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import footdrop_analytics as fd
from benchmarks.measure import Result, timed


def partition(folder: str, target: str, rows_per_part: int) -> Result:
    """Partition a study into a folder that is made anew, and say how many bytes its parts take."""
    with tempfile.TemporaryDirectory(dir=Path(target).parent) as scratch:
        found = timed(lambda: _counted(fd.partition(folder, out=scratch, rows_per_part=rows_per_part)))
    if not Path(target).exists():
        fd.partition(folder, out=target, rows_per_part=rows_per_part)
    size = sum(file.stat().st_size for file in Path(target, "parts").rglob("*.parquet"))
    return found | {"bytes": size}


def _counted(study: fd.PartitionedStudy) -> Result:
    return {"rows": study.n_rows, "parts": len(study.manifest.parts)}


def analyse_in_memory(folder: str) -> Result:
    """Analyse a study that is in memory."""
    study = fd.read_study(folder)
    return timed(lambda: {"rows": len(study.sessions), "patients": len(fd.analyse(study).caseload)})


def analyse_parts(folder: str) -> Result:
    """Analyse all parts on this machine, as many at once as in memory."""
    study = fd.open_study(folder)
    with tempfile.TemporaryDirectory(dir=Path(folder).parent) as out:
        return timed(lambda: {"parts": len(fd.analyse(study, out=out).done)})


def analyse_again(folder: str, workers: int, dask: bool) -> Result:
    """Analyse all parts a second time, when every process has loaded what it needs; here or on workers of Dask."""
    study, parent = fd.open_study(folder), Path(folder).parent
    if not dask:
        with tempfile.TemporaryDirectory(dir=parent) as first, tempfile.TemporaryDirectory(dir=parent) as again:
            fd.analyse(study, workers=workers, out=first)
            return timed(lambda: {"parts": len(fd.analyse(study, workers=workers, out=again).done)})
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
        tempfile.TemporaryDirectory(dir=parent) as first,
        tempfile.TemporaryDirectory(dir=parent) as again,
    ):
        fd.analyse(study, engine="dask", client=client, out=first)
        return timed(lambda: {"parts": len(fd.analyse(study, engine="dask", client=client, out=again).done)})
