"""Everything that is written, interrupted at each call that writes: ``python -m tests.crashing``.

A child process runs the work and kills itself at its n-th call that writes (a piece of a file, a flush to the disk, a
rename, a new folder); or finds the disk full there. What is left must be whole or absent, and the study intact.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import signal
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.cli.conftest import write_study

ALL = 1 << 30
LOADED = (
    *(
        "cli.app",
        "cli.study",
        "analysis.backtest",
        "comparison.changes",
        "simulation.demo",
        "report.writing",
    ),
    *(
        "reading.read_study",
        "reading.spreadsheets",
        "reading.check",
        "reading.write",
        "reading.added",
        "importing.import_log",
        "sharing.handed_on",
        "model.results",
        "model.export",
    ),
)
"""What the work imports: once, and not in each child."""
Work = Callable[[Path, Path], object]


def _footdrop(*arguments: object) -> Work:
    def work(study: Path, out: Path) -> object:
        from footdrop_analytics.cli import main

        places = {"STUDY": study, "OUT": out, "BOOK": study.parent / "book.xlsx", "THEN": study.parent / "then.json"}
        words = [str(places.get(str(one).split("/")[0], one)) for one in arguments]
        words = [word + str(one)[len(str(one).split("/")[0]) :] for word, one in zip(words, arguments, strict=True)]
        return main([word for word in words if word], standalone_mode=False)

    return work


def _imported(study: Path, out: Path) -> None:
    import footdrop_analytics as fd

    fd.import_log(study.parent / "workouts.csv", patient="P1", study=out).write(out)


def _without_names(study: Path, out: Path) -> None:
    """The same ids in every run, so that whole files are known."""
    import random

    import footdrop_analytics as fd

    chance = random.Random(1)
    with patch("secrets.choice", chance.choice), patch("secrets.SystemRandom", lambda: chance):
        fd.write_deidentified(fd.read_study(study), out / "study", out / "key.csv", min_cell=1)


def _parquet(study: Path, out: Path) -> None:
    import footdrop_analytics as fd

    fd.read_study(study).write(out, "parquet")


def _notebooks(_: Path, out: Path) -> None:
    from footdrop_analytics.cli.serving.shown import copy_notebooks

    copy_notebooks(out)


def _choice(study: Path, out: Path) -> None:
    from footdrop_analytics.dashboards import kept

    out.mkdir(exist_ok=True)
    with patch.dict("os.environ", {kept.CHOICE_VARIABLE: str(out / "choice")}):
        kept.choose(Path("study"))


def _pages(study: Path, out: Path) -> None:
    """What the pages of a server share; a page for which the disk is full goes on with what is its own."""
    import footdrop_analytics as fd
    from footdrop_analytics.dashboards import kept

    with patch.dict("os.environ", {kept.FOLDER_VARIABLE: str(out)}), patch.object(kept, "_key", lambda _: "key"):
        kept.kept(study, lambda: fd.analyse(fd.read_study(study)))
    whole = out / "key" / "analysis" / "tables.json"
    if not whole.is_file():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(whole))


def _demo(_: Path, out: Path) -> None:
    from footdrop_analytics.simulation.demo import write_demo

    write_demo(out)


def _added(study: Path, out: Path) -> None:
    """A row that is added to a study that holds one already; the copy of the study is made without a strike."""
    from footdrop_analytics.knowledge import load_exercises
    from footdrop_analytics.reading import added

    at = datetime.fromisoformat("2026-01-30 09:00:00")
    cells = {"patient_id": "P1", "visited_on": "2026-01-30", "decision": "keep"}
    out.mkdir(exist_ok=True)
    for one in study.iterdir():
        (out / one.name).write_bytes(one.read_bytes())
    with patch("secrets.token_hex", return_value="0a1b2c3d"):
        for table in ("visits", "reviews"):
            row = cells if table == "visits" else {**_SEEN, "patient_id": "P1", "reviewed_at": at}
            added.add_row(out, table, row, "MF", load_exercises(), at=at)


_WORKOUTS = """title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe
Feet,"15 Sep 2025, 07:48","15 Sep 2025, 08:10",Heel raise,0,normal,,10,
Feet,"17 Sep 2025, 07:50","17 Sep 2025, 08:12",Heel raise,0,normal,2.5,12,4
"""
_SEEN = {"subject": "flag", "rule_id": "fall", "day": "2026-01-29", "decision": "seen"}
WORK: dict[str, Work] = {
    "reports": _footdrop("report", "STUDY", "--out", "OUT", "--assets", "shared"),
    "patients' sheets": _footdrop("report", "STUDY", "--out", "OUT", "--audience", "patient", "--anyway"),
    "rejected rows": _footdrop("check", "STUDY", "--out", "OUT/rejected.csv"),
    "a checked folder": _footdrop("check", "STUDY", "--out", "OUT/checked"),
    "a checked workbook": _footdrop("check", "BOOK", "--out", "OUT/checked.xlsx"),
    "the caseload": _footdrop("caseload", "STUDY", "--out", "OUT/caseload.csv"),
    "tables": _footdrop("tables", "STUDY", "--out", "OUT"),
    "tables of groups": _footdrop("cohort", "STUDY", "--out", "OUT", "--min-cell", "1"),
    "a partition": _footdrop("partition", "STUDY", "--out", "OUT", "--rows-per-part", "100"),
    "decisions": _footdrop("backtest", "STUDY", "--out", "OUT/decisions.csv"),
    "results": _footdrop("compare", "STUDY", "--save", "OUT/results.json"),
    "changes": _footdrop("compare", "STUDY", "--with", "THEN", "--out", "OUT/changes.csv"),
    "packages": _footdrop("sbom", "--out", "OUT/sbom.json"),
    "schemas": _footdrop("schema", "--out", "OUT"),
    "a simulation": _footdrop("simulate", "--out", "OUT", "--patients", "2", "--weeks", "4"),
    "a template": _footdrop("template", "--out", "OUT/log.xlsx"),
    "a shortcut": _footdrop("shortcut", "STUDY", "--out", "OUT"),
    "an import": _imported,
    "a study without names": _without_names,
    "added rows": _added,
    "parquet": _parquet,
    "notebooks": _notebooks,
    "a choice": _choice,
    "pages": _pages,
    "the demo": _demo,
}

SYNTHETIC = ("a simulation", "the demo")


@dataclass
class _Calls:
    """Counts the calls that write, and strikes at one of them."""

    strike_at: int
    full: bool
    count: int = 0

    def __call__(self, *about: Any) -> None:
        self.count += 1
        if self.count == self.strike_at or (self.full and self.count > self.strike_at):
            if not self.full:
                os.kill(os.getpid(), signal.SIGKILL)
            named = [str(one) for one in about[:1] if isinstance(one, str | os.PathLike)]
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), *named)


class _Counted(io.FileIO):
    """A file whose every write is a call: nothing waits in a buffer."""

    calls: _Calls

    def write(self, content: Any, /) -> int:
        self.calls()
        half = memoryview(content).cast("B")[: max(1, len(content) // 2)]
        written = super().write(half)
        self.calls()
        return written + (super().write(memoryview(content).cast("B")[len(half) :]) if len(half) < len(content) else 0)


def _watch(calls: _Calls) -> None:
    """Patch what :mod:`footdrop_analytics.files` writes with."""
    from footdrop_analytics import files

    def counted(name: str) -> None:
        original = getattr(os, name)

        def instead(*arguments: Any, **options: Any) -> Any:
            calls(*arguments)
            return original(*arguments, **options)

        setattr(os, name, instead)

    for name in ("fsync", "replace", "rename", "mkdir"):
        counted(name)
    opened = os.fdopen

    def fdopen(number: int, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if mode != "wb":
            return opened(number, mode, *rest, **options)
        found = _Counted(number, "w")
        found.calls = calls
        return found

    files.os.fdopen = fdopen  # type: ignore[attr-defined,assignment]


def child(work: Work, study: Path, out: Path, strike_at: int, full: bool) -> tuple[int, int, str]:
    """Run some work in a child: how it ended (a signal is negative), how many calls wrote, and what it said."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        calls = _Calls(strike_at, full)
        said, code = io.StringIO(), 0
        try:
            _watch(calls)
            with redirect_stdout(io.StringIO()), redirect_stderr(said):
                code = int(work(study, out) or 0)  # type: ignore[call-overload]
        except BaseException as error:  # noqa: BLE001 - the child says how it ended and goes
            said.write(f"{type(error).__name__}: {error} {getattr(error, 'filename', '')}")
            code = 2
        os.write(writer, f"{calls.count} {said.getvalue()}"[:60_000].encode())
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        count, _, said_there = pipe.read().decode().partition(" ")
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status, int(count or 0), said_there


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _is_part(name: str) -> bool:
    return Path(name).name.startswith(".") and name.endswith(".part")


def _whole(name: str, content: bytes, complete: dict[str, bytes]) -> bool:
    if name.endswith(".xlsx"):  # holds the moment at which it was written
        return zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    return complete.get(name) == content


def faults(kind: str, study: Path, folder: Path, most: int = ALL) -> tuple[int, list[str]]:
    """How many strikes there were at this kind of work, and what was wrong after any of them."""
    work, before = WORK[kind], _content(study.parent)
    folder.mkdir()
    ended, n_calls, said = child(work, study, folder / "complete", ALL, full=False)
    complete = _content(folder / "complete")
    found = [] if ended in (0, 1) and complete else [f"{kind}: ended with {ended} without a strike: {said}"]
    n_strikes = min(most, n_calls)
    strikes = sorted({1 + round(at * (n_calls - 1) / max(1, n_strikes - 1)) for at in range(n_strikes)})
    for strike_at in strikes:
        for full in (False, True):
            out = folder / f"{strike_at}-{full}"
            ended, _, said = child(work, study, out, strike_at, full)
            left = _content(out) if out.is_dir() else {}
            what = f"{kind}, call {strike_at} of {n_calls}, {'disk full' if full else 'killed'}"
            if ended != (2 if full else -signal.SIGKILL):
                found.append(f"{what}: ended with {ended}: {said}")
            if full and ("No space left" not in said or str(out) not in said):
                found.append(f"{what}: the file is not named: {said}")
            found += [
                f"{what}: {name} is half there"
                for name, content in left.items()
                if not (_is_part(name) and not full) and not _whole(name, content, complete)
            ]
            tables = [name for name in left if not _is_part(name)]
            if kind in SYNTHETIC and tables and not any(name.endswith("SYNTHETIC.txt") for name in tables):
                found.append(f"{what}: tables without their label")
            if _content(study.parent) != before:
                found.append(f"{what}: the study is not as it was")
    return 2 * len(strikes), found


def prepared(folder: Path) -> Path:
    """A small study, the same as a workbook, and its results: all that the work reads."""
    import pandas as pd

    study = write_study(folder / "read" / "study", ["P1", "P2"], bad_rows=True)
    with pd.ExcelWriter(folder / "read" / "book.xlsx") as book:
        for table in ("sessions", "prescriptions"):
            pd.read_csv(study / f"{table}.csv", dtype=str).to_excel(book, sheet_name=table, index=False)
    (folder / "read" / "workouts.csv").write_text(_WORKOUTS, encoding="utf-8")
    child(WORK["results"], study, folder / "first", ALL, full=False)
    results = (folder / "first" / "results.json").read_text(encoding="utf-8")
    (folder / "read" / "then.json").write_text(results.replace("criteria_not_met", "paused"), encoding="utf-8")
    return study


def run(kinds: list[str], most: int) -> int:
    """Strike at the work of these kinds; the exit code."""
    for name in LOADED:
        importlib.import_module(f"footdrop_analytics.{name}")
    wrong = []
    with tempfile.TemporaryDirectory() as place:
        study = prepared(Path(place))
        for number, kind in enumerate(kinds):
            strikes, found = faults(kind, study, Path(place) / str(number), most)
            sys.stdout.write(f"{kind}: {strikes} strikes, {len(found)} faults\n")
            sys.stdout.flush()
            wrong += found
    sys.stdout.write("".join(f"{one}\n" for one in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    most, *chosen = sys.argv[1:] or [str(ALL)]
    sys.exit(run(chosen or list(WORK), int(most)))
