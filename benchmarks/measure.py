"""Time and peak memory of one piece of work, each in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
Result = dict[str, Any]


def in_fresh_process(task: str, **arguments: object) -> Result:
    """Run a task of :mod:`benchmarks.tasks` in a new Python; returns what it reports."""
    command = [sys.executable, "-m", "benchmarks.tasks", task, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"benchmarks: {task} failed with exit code {done.returncode}.")
    result: Result = json.loads(done.stdout.splitlines()[-1])
    return result


def in_turns(rounds: int, tasks: dict[str, tuple[str, Result]]) -> dict[str, Result]:
    """Of every task the run with the median time; the tasks take turns, so that a slow moment hits all of them."""
    runs: dict[str, list[Result]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, (task, arguments) in tasks.items():
            runs[name].append(in_fresh_process(task, **arguments))
    return {name: sorted(found, key=lambda run: float(run["seconds"]))[rounds // 2] for name, found in runs.items()}


def timed(work: Callable[[], Result | None]) -> Result:
    """Seconds of one call, by the clock and of all cores, and the process's peak memory after it."""
    begin, begin_cpu = time.perf_counter(), time.process_time()
    found = work() or {}
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - begin_cpu
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mib": peak_mib(), **found}


def peak_mib() -> float:
    """The most memory that this process ever held."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux the other figure also counts what the process that started this one held: it may be much more.
        (line,) = (line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
