"""What is compared with what; every section is measured in one go, so that its ratios are of one machine state."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Result, in_fresh_process, in_turns

NAMES = ("cohort", "reading", "adherence", "reports", "imports", "calibration", "dashboards", "browser")
Sizes = dict[str, int]


def run(name: str, folder: Path, sizes: Sizes) -> Result:
    """Measure one section; files go below ``folder``."""
    sections: dict[str, Callable[[Path, Sizes], Result]] = {
        "cohort": _cohort,
        "reading": _reading,
        "adherence": _adherence,
        "reports": _reports,
        "imports": _imports,
        "calibration": _calibration,
        "dashboards": _dashboards,
        "browser": _browser,
    }
    return sections[name](folder, sizes)


def machine() -> Result:
    """What the numbers were measured on."""
    libraries = ("numpy", "pandas", "polars", "plotly", "pyarrow", "scipy")
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {library: version(library) for library in libraries},
    }


def _study(folder: Path, patients: int, exercises: int) -> str:
    target = folder / f"{patients}x{exercises}"
    if not (target / "SYNTHETIC.txt").exists():
        in_fresh_process("build", folder=str(target), patients=patients, exercises=exercises)
    return str(target)


def _cohort(folder: Path, sizes: Sizes) -> Result:
    large = _study(folder, sizes["patients"], 10)
    small = _study(folder, max(1, sizes["patients"] // 10), 10)
    wanted: dict[str, tuple[str, Result]] = {
        "floor": ("floor", {"folder": large, "by": "series"}),
        "floor_week": ("floor", {"folder": large, "by": "week"}),
        "read": ("read", {"folder": large}),
        "whole": ("read_and_analyse", {"folder": large}),
        "whole_small": ("read_and_analyse", {"folder": small}),
    }
    return in_turns(3, wanted)


def _reading(folder: Path, sizes: Sizes) -> Result:
    study = _study(folder, max(1, sizes["patients"] // 10), 10)
    written = {"quoted": "quoted", "plain": "plain"}
    for name, quotes in written.items():
        in_fresh_process("as_csv", folder=study, target=f"{study} {name}", quotes=quotes)
    wanted: dict[str, tuple[str, Result]] = {
        f"{work}_{name}": (work, {"folder": f"{study} {name}"}) for name in written for work in ("read_csv", "read")
    }
    return in_turns(3, wanted)


def _adherence(folder: Path, sizes: Sizes) -> Result:
    del sizes  # the size is the one that was published
    study = _study(folder, 1_000, 1)
    wanted = {"whole": False, "sliding": True}
    return in_turns(3, {name: ("adherence", {"folder": study, "sliding": value}) for name, value in wanted.items()})


def _reports(folder: Path, sizes: Sizes) -> Result:
    target = folder / f"{sizes['reports']} reports"
    written = in_fresh_process("reports", folder=str(target), patients=sizes["reports"])
    return {"written": written, "bare": in_fresh_process("bare_figures", folder=str(target))}


def _imports(folder: Path, sizes: Sizes) -> Result:
    del folder, sizes
    modules = ("pandas", "footdrop_analytics", "footdrop_analytics:analyse", "footdrop_analytics:write_report")
    return in_turns(11, {module: ("import_of", {"module": module}) for module in modules})


def _calibration(folder: Path, sizes: Sizes) -> Result:
    del folder
    return {"series": sizes["series"], **in_fresh_process("calibration", series=sizes["series"])}


def _dashboards(folder: Path, sizes: Sizes) -> Result:
    return in_fresh_process("dashboards", folder=_study(folder, sizes["patients"], 10))


def _browser(folder: Path, sizes: Sizes) -> Result:
    return in_fresh_process("browser", folder=_study(folder, sizes["patients"], 10), changes=8)
