"""The results as a page of tables, in ratios to a bare floor: seconds are of one machine, ratios travel better."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from benchmarks.measure import Result
from benchmarks.rival_trends import DAYS, RIVALS

ADHERER_SECONDS = {"whole": 0.8, "sliding": 30.7}
"""AdhereR on 108,000 events of 1,000 series, measured on a comparable machine; R was not run for this page."""


def render(results: Result) -> str:
    """The page of all sections that were measured."""
    sections = {
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
    parts = [_head(results["machine"])]
    parts += [section(results[name]) for name, section in sections.items() if name in results]
    return "\n".join(parts)


def _section(title: str, text: str, table: str, after: str = "") -> str:
    """Texts are wrapped here, so that they can be written without care for the width."""
    blocks = [f"## {title}", *(textwrap.fill(block, 118) for block in text.split("\n")), table]
    return "\n\n".join(blocks + ([textwrap.fill(after, 118)] if after else [])) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _row(name: str, run: Result, floor: float, limit: str = "") -> list[str]:
    """Name, seconds, CPU seconds, ratio of the seconds to the floor's, peak memory, what is required."""
    ratio = f"{run['seconds'] / floor:.2g}" if run["seconds"] < floor else f"{run['seconds'] / floor:.1f}"
    return [name, f"{run['seconds']:.2f}", f"{run['cpu_seconds']:.2f}", ratio, f"{run['peak_mib']:,.0f}", limit]


def _head(machine: Result) -> str:
    libraries = ", ".join(f"{name} {number}" for name, number in machine["libraries"].items())
    how = (
        "Written by `python -m benchmarks` (`pip install .[benchmarks,research,scale]`; DuckDB and pymannkendall are "
        "measured if they are installed), which measures every piece of work in a "
        "fresh process. Seconds are of one machine; the ratios are what to compare."
    )
    where = f"{machine['cores']} cores, {machine['system']}, Python {machine['python']}; {libraries}."
    return "\n\n".join(["# Benchmarks", textwrap.fill(how, 118), textwrap.fill(where, 118)]) + "\n"


def _cohort(found: Result) -> str:
    tools = {"Polars": "floor", "DuckDB": "duckdb"}
    faster = min((one for one in tools if tools[one] in found), key=lambda one: float(found[tools[one]]["seconds"]))
    least = found[tools[faster]]
    floor = least["seconds"]
    whole, small = found["whole"], found["whole_small"]
    growth, more = whole["seconds"] / small["seconds"], whole["rows"] / small["rows"]
    rows = [
        *(
            _row(f"{name}: {what}", found[f"{key}{end}"], floor)
            for name, key in tools.items()
            for end, what in (("", "count, sum, max, mean by week, patient, exercise"), ("_week", "by week alone"))
            if key in found
        ),
        _row("`fd.read_study`: read, validate", found["read"], floor),
        _row("`fd.read_study` and `fd.analyse`", whole, floor, "25 × floor, 6,144 MiB"),
    ]
    return _section(
        "A large cohort",
        f"{whole['patients']:,} patients × 10 exercises × 180 days at 60 % = {whole['rows']:,} session rows as "
        "Parquet. "
        "The floor is what any tool has to do at least: one weekly group-by of the same file with Polars or DuckDB, "
        f"whichever is faster (here {faster}).",
        _table(("work", "seconds", "CPU seconds", "× floor", "peak MiB", "at most"), rows),
        f"{more:.0f} times the rows (from {small['rows']:,}) cost {growth:.1f} times the time; at most "
        f"{1.1 * more:.0f} times is required. By CPU seconds, which other work on the machine changes less, reading "
        f"and analysing cost {whole['cpu_seconds'] / least['cpu_seconds']:.1f} times the floor.",
    )


def _reading(found: Result) -> str:
    rows = []
    for name, words in (("plain", "few quotation marks"), ("quoted", "all texts in quotation marks")):
        floor = found[f"read_csv_{name}"]
        rows.append(_row(f"`pandas.read_csv`, {words}", floor, floor["seconds"]))
        rows.append(_row(f"`fd.read_study`, {words}", found[f"read_{name}"], floor["seconds"], "7 × pandas"))
    return _section(
        "Reading CSV",
        f"{found['read_plain']['rows']:,} session rows, once as most programs write CSV, once as `study.write` does. "
        "`pandas.read_csv` reads the log alone, with its days, and checks nothing; `fd.read_study` reads and validates "
        "all tables, and looks in every line for a quotation that is never closed.",
        _table(("work", "seconds", "CPU seconds", "× pandas", "peak MiB", "at most"), rows),
    )


def _adherence(found: Result) -> str:
    rows = []
    for name, words in (("whole", "whole window"), ("sliding", "28-day windows every 7 days")):
        run, theirs = found[name], ADHERER_SECONDS[name]
        ratio = f"{theirs / run['seconds']:.0f} times faster"
        rows.append([words, f"{run['windows']:,}", f"{run['seconds']:.2f}", f"{theirs:.1f}", ratio])
    return _section(
        "Adherence alone",
        "108,000 events of 1,000 series, already in memory. Beside it what AdhereR (R, medication adherence) took for "
        "the same number of events and windows on a comparable machine; its definitions differ, the size of the work "
        "does not.",
        _table(("windows", "results", "seconds", "AdhereR, seconds", ""), rows),
    )


def _reports(found: Result) -> str:
    written, bare = found["written"], found["bare"]
    rows = [
        _row(f"bare plotly: {bare['figures']:,} figures into HTML", bare, bare["seconds"]),
        _row(f"`fd.write_reports`: {written['written']:,} reports", written, bare["seconds"], "3 × bare plotly"),
    ]
    return _section(
        "Reports",
        f"{written['written']:,} reports of simulated patients over 12 weeks, with plotly.js once beside them, against "
        f"bare plotly: `to_html` of the same {bare['figures']:,} figures, already made.",
        _table(("work", "seconds", "CPU seconds", "× bare", "peak MiB", "at most"), rows),
    )


def _imports(found: Result) -> str:
    bare = found["pandas"]["seconds"]
    rows = [
        _row("`import pandas`", found["pandas"], bare),
        _row("`import footdrop_analytics`", found["footdrop_analytics"], bare, "1.3 × pandas"),
        _row("… and the first use of `fd.analyse`", found["footdrop_analytics:analyse"], bare),
        _row("… and the first use of `fd.write_report`", found["footdrop_analytics:write_report"], bare),
    ]
    return _section(
        "Import",
        "Median of eleven fresh processes each, in turns. What a name needs, pandas too, is imported on its first use.",
        _table(("work", "seconds", "CPU seconds", "× pandas", "peak MiB", "at most"), rows),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _calibration(found: Result) -> str:
    cells = found["cells"]
    shares = ("missing", "false_trends", "false_verdicts", "coverage", "rising")
    rows = [
        [str(cell["n"]), f"{cell['phi']:.1f}", *(_percent(cell[name]) for name in shares), f"{cell['mean_slope']:.2f}"]
        for cell in cells
    ]
    false, coverage = [cell["false_trends"] for cell in cells], [cell["coverage"] for cell in cells]
    header = ("days", "φ", "missing", "flat: p < 0.05", "flat: a verdict", "holds 0.7", "verdict rising", "mean slope")
    return _section(
        "Calibration of the trends",
        f"{found['series']:,} simulated series per row: whole-number repetitions, SD 1.2, errors correlated as φ to "
        "the power of the days between, with and without missing days. Flat series show how often chance is called a "
        "trend (p < 0.05, and as a verdict *rising* or *declining*). Series that rise by 0.7 repetitions a week show "
        "how often the 95 % interval holds the truth, how often the verdict is *rising*, and the mean slope found.\n"
        f"Flat, p < 0.05: {_percent(sum(false) / len(false))} on average (at most 5 % is required), "
        f"{_percent(max(false))} in the worst row (at most 8 %). Rising, the interval holds the true slope: "
        f"{_percent(sum(coverage) / len(coverage))} on average (at least 94 %), {_percent(min(coverage))} in "
        "the worst row.",
        _table(header, rows),
    )


def _dashboards(found: Result) -> str:
    bare = found["bare_whole"]
    names = {
        "bare_values": "bare plotly: x and y of every trace",
        "bare_whole": "bare plotly: the whole figure, with axes and marks",
        "patient": "another patient",
        "start": "another first day of the period",
        "end": "another last day: the patient is analysed again",
        "exercise": "one exercise instead of all",
        "caseload_filter": "caseload: another filter",
        "cohort_filter": "cohort: another group",
        "caseload_first": "caseload: first view",
        "cohort_first": "cohort: first view",
    }
    limits = {
        "patient": "2 × bare plotly",
        "start": "2 × bare plotly",
        "end": "2 × bare plotly",
        "caseload_first": "3 s",
    }
    rows = [
        [words, f"{1000 * found[name]:.0f}", f"{found[name] / bare:.1f}", limits.get(name, "")]
        for name, words in names.items()
    ]
    return _section(
        "Dashboards",
        f"{found['patients']:,} patients and {found['rows']:,} session rows in memory; from a control's change until "
        "every widget has its new value, median of several changes. Bare plotly updates a FigureWidget in one batch "
        f"with {found['traces']:.0f} traces of the same patients, their data at hand.",
        _table(("change", "milliseconds", "× bare, whole figure", "at most"), rows),
    )


def _browser(found: Result) -> str:
    names = {
        "patient": "another patient is typed or pasted",
        "start": "another first day of the period",
        "end": "another last day: the patient is analysed again",
        "exercise": "one exercise less",
        "filter": "caseload: another filter",
    }
    rows = [
        [words, f"{found[name]['median']:.2f}", f"{found[name]['longest']:.2f}", "1"] for name, words in names.items()
    ]
    rows.append(["caseload: the first patients, after the analysis", f"{found['first']:.2f}", "", "3"])
    return _section(
        "Seen in the browser",
        f"`footdrop serve` with {found['patients']:,} patients, and Chromium on the same machine, 1280 × 900 pixels: "
        "from the event of the control until the frame in which the new text stands and plotly's chart of the new "
        f"values is painted; {found['changes']} changes of each kind. The first patients: from the end of the progress "
        "bar.",
        _table(("change", "median, seconds", "longest, seconds", "at most"), rows),
    )


def _scale(found: Result) -> str:
    rivals = {
        "partition": ("`fd.partition`, Parquet", "read", "`fd.read_study`", "2"),
        "partition_csv": ("`fd.partition`, CSV, a tenth of the rows", "read_csv", "`fd.read_study`", "2"),
        "parts": ("`fd.analyse` of the parts, many at once", "memory", "`fd.analyse` in memory", "1.2"),
        "dask_one": ("Dask, one part of a tenth, one worker, warm", "local_one", "the same without Dask", "1.15"),
        "two_workers": ("Dask, two workers, warm", "one_worker", "one worker", "0.63 (1.6 times faster)"),
    }
    rows = []
    for name, (words, key, rival, limit) in rivals.items():
        if name not in found:
            continue
        ours, theirs = found[name], found[key]
        alone = "dask" not in name and "workers" not in name
        cpu = f"{ours['cpu_seconds'] / theirs['cpu_seconds']:.2f}" if alone else ""
        peak = f"{ours['peak_mib']:,.0f}" if alone else ""
        rows.append([words, rival, f"{ours['seconds'] / theirs['seconds']:.2f}", cpu, peak, limit])
    of_all = found["partition"]
    return _section(
        "Studies in parts",
        f"{of_all['rows']:,} session rows of the cohort above, in {of_all['parts']} parts. Every row is a ratio to a "
        "named rival of the same run. Processor seconds and memory of Dask's workers are those of other processes and "
        "are left out. Warm: the second analysis, when every process has loaded what it needs.",
        _table(("work", "beside", "× by the clock", "× CPU seconds", "peak MiB", "at most"), rows),
        f"The parts take {of_all['bytes'] / of_all['rows']:.1f} MB per million rows on the disk.",
    )


def _trends(found: Result) -> str:
    ours = found["footdrop_analytics"]
    of_each = {name: run["cpu_seconds"] / run["series"] for name, run in found.items()}
    models = {
        "footdrop_analytics": "`fd.trends`: regression with AR(1) errors on real days, limits, verdict and reasons"
    } | RIVALS
    rows = [
        [f"{name}: {models[name]}", f"{1e6 * cost:,.0f}", f"{cost / of_each['footdrop_analytics']:.2g}"]
        for name, cost in of_each.items()
    ]
    return _section(
        "Trends of many series",
        f"{ours['series']:,} simulated series of {DAYS} days, 40 % of them missing, in memory. The rivals fit other, "
        "simpler models, one series at a time, so the ratios compare costs and not results. statsforecast 2.1 asks for "
        "a pandas below 3, so it cannot be installed beside this package and was not measured.",
        _table(("work", "CPU microseconds a series", "× this package"), rows),
    )
