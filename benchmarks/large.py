"""A study of any number of rows, in parts: made from simulated logs a million rows at a time, and analysed.

Run ``make`` first, then ``analyse``, ``memory`` and ``look`` (in Chromium), each in a process of its own; each prints
one line of JSON::

    python -m benchmarks.large make FOLDER --rows 100000000
    python -m benchmarks.large analyse FOLDER --workers 1
    python -m benchmarks.large analyse FOLDER --workers 2 --dask
    python -m benchmarks.large memory FOLDER
    python -m benchmarks.large look FOLDER

Time of workers in other processes is in ``seconds`` alone.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
from pathlib import Path

import footdrop_analytics as fd
from benchmarks.cohort import write_cohort
from benchmarks.measure import Result, timed

PATIENTS = 1_000
"""Of a file: with ten exercises 1,080,000 rows."""
LOOKS = 8
"""Patients that are looked at."""
TABLES = ("sessions", "prescriptions", "patients")


def make(folder: Path, rows: int) -> Result:
    """Write simulated files, and partition them; the seconds are those of the partition."""
    study, written, number = folder / "study", 0, 0
    while written < rows:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            written += write_cohort(Path(scratch), PATIENTS, seed=number, first=number * PATIENTS)
            study.mkdir(exist_ok=True)
            for table in TABLES:
                shutil.move(Path(scratch, f"{table}.parquet"), study / f"{table}-{number:05d}.parquet")
            shutil.move(Path(scratch, "SYNTHETIC.txt"), study / "SYNTHETIC.txt")
        number += 1
    found = timed(lambda: {"parts": len(fd.partition(study, out=folder / "parts").manifest.parts)})
    return found | {"rows": written, "bytes": _bytes(folder / "parts")}


def analyse(folder: Path, workers: int, dask: bool) -> Result:
    """Analyse all parts anew: in this process, or on workers of Dask that are warm, as they have analysed one part."""
    study = fd.open_study(folder / "parts")
    with tempfile.TemporaryDirectory(dir=folder) as out:
        if not dask:
            found = timed(lambda: {"parts": len(fd.analyse(study, workers=workers, out=out).done)})
            return found | {"rows": study.n_rows, "bytes": _bytes(Path(out))}
        from distributed import Client, LocalCluster

        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            client.run(_warm)
            found = timed(lambda: {"parts": len(fd.analyse(study, engine="dask", client=client, out=out).done)})
        return found | {"rows": study.n_rows, "bytes": _bytes(Path(out))}


def _warm() -> None:
    """Load what an analysis needs."""
    fd.analyse(fd.simulate(patients=2, weeks=4, seed=1))


def memory(folder: Path) -> Result:
    """Read and analyse the same files in memory; the seconds are those of the analysis."""
    study = fd.read_study(folder / "study")
    return timed(lambda: {"rows": len(study.sessions), "patients": len(fd.analyse(study).caseload)})


def look(folder: Path) -> Result:
    """Serve the parts, which are analysed first if they are not yet, and look at patients drawn at random."""
    from benchmarks.browser import looking

    ids = fd.open_study(folder / "parts").patient_ids
    fd.analyse(fd.open_study(folder / "parts"))
    return {"patients": len(ids)} | looking(folder / "parts", random.Random(1).sample(ids, LOOKS))


def _bytes(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())


def main() -> None:
    """See the module."""
    asked = argparse.ArgumentParser(description="A large study in parts.")
    asked.add_argument("work", choices=["make", "analyse", "memory", "look"])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--rows", type=int, default=100_000_000)
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--dask", action="store_true")
    said = asked.parse_args()
    said.folder.mkdir(parents=True, exist_ok=True)
    if said.work == "make":
        found = make(said.folder, said.rows)
    elif said.work == "analyse":
        found = analyse(said.folder, said.workers, said.dask)
    else:
        found = memory(said.folder) if said.work == "memory" else look(said.folder)
    print(json.dumps({"work": said.work} | found))


if __name__ == "__main__":
    main()
