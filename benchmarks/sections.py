"""What is compared with what; every section is measured in one go, so that its ratios are of one machine state."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from benchmarks import rival_trends
from benchmarks.measure import Result, in_fresh_process, in_turns
from footdrop_analytics.scale.partition import ROWS_PER_PART

NAMES = (
    "cohort",
    "reading",
    "adherence",
    "reports",
    "imports",
    "calibration",
    "dashboards",
    "browser",
    "scale",
    "trends",
)
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
        "scale": _scale,
        "trends": _trends,
    }
    return sections[name](folder, sizes)


def machine() -> Result:
    """What the numbers were measured on."""
    libraries = [name for name in ("numpy", "pandas", "polars", "duckdb", "plotly", "pyarrow") if find_spec(name)]
    libraries += [*rival_trends.installed(), *(["dask"] if find_spec("dask") else [])]
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {library: version(library) for library in sorted(libraries)},
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
    if find_spec("duckdb"):
        wanted |= {
            "duckdb": ("floor", {"folder": large, "by": "series", "tool": "duckdb"}),
            "duckdb_week": ("floor", {"folder": large, "by": "week", "tool": "duckdb"}),
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


def _scale(folder: Path, sizes: Sizes) -> Result:
    """The large cohort in parts of the default size; a tenth of it as CSV and in one part, where cost must not show."""
    study, tenth = (_study(folder, max(8, sizes["patients"] // share), 10) for share in (1, 10))
    in_fresh_process("as_csv", folder=tenth, target=f"{tenth} plain", quotes="plain")
    rows = in_fresh_process("read", folder=study)["rows"]
    one, many = f"{tenth} one part", f"{study} parts"
    made = {
        "partition": (
            "partition",
            {"folder": study, "target": many, "rows_per_part": min(ROWS_PER_PART, -(-rows // 8))},
        ),
        "partition_csv": ("partition", {"folder": f"{tenth} plain", "target": one, "rows_per_part": 2 * rows}),
        "read": ("read", {"folder": study}),
        "read_csv": ("read", {"folder": f"{tenth} plain"}),
        "memory": ("analyse_in_memory", {"folder": study}),
    }
    found = in_turns(3, made)
    wanted: dict[str, tuple[str, Result]] = {"parts": ("analyse_parts", {"folder": many})}
    if find_spec("distributed"):
        wanted |= {
            "local_one": ("analyse_again", {"folder": one, "workers": 1, "dask": False}),
            "dask_one": ("analyse_again", {"folder": one, "workers": 1, "dask": True}),
            "one_worker": ("analyse_again", {"folder": many, "workers": 1, "dask": True}),
            "two_workers": ("analyse_again", {"folder": many, "workers": 2, "dask": True}),
        }
    return found | in_turns(3, wanted)


def _trends(folder: Path, sizes: Sizes) -> Result:
    del folder
    libraries = ("footdrop_analytics", *rival_trends.installed())
    return in_turns(3, {one: ("trends_of", {"series": sizes["series"], "library": one}) for one in libraries})
