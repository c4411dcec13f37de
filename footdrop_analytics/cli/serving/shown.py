"""What is shown: the study, found and read once before any server starts, and copies of the notebooks."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import click

from footdrop_analytics.cli.options import Written
from footdrop_analytics.cli.output import progress, say, warn
from footdrop_analytics.files import write_whole

Result = TypeVar("Result")
PAGE_TABLES = ("caseload", "flags", "trends", "readiness", "adherence_patient", "adherence_patient_28d")
"""The result tables of all patients that a page holds of a partitioned study."""


@dataclass(frozen=True)
class Shown:
    """What a launcher knows of the study: where it is, how large, what to say of it; not the study itself.

    Without a path no study was named, and the first page asks for one.
    """

    path: Path | None
    patients: int
    rows: int
    head: list[str]
    problems: str | None


def shown_study(path: Path | None, written: Written) -> Shown:
    """Read the study that is to be shown; one that cannot be read is refused (FootdropError) before anything starts.

    It is read in a process of its own: the launcher runs for hours and holds nothing of it.
    """
    if path is None:
        say("No study was named: the first page offers to open one, the demo, and a template.")
        return Shown(None, 0, 0, [], None)
    shown = apart(look, path, written)
    for line in shown.head:
        say(line)
    if shown.problems is not None:
        warn(shown.problems)
    return shown


def look(path: Path, written: Written) -> Shown:
    """Read a study and keep what has to be said of it."""
    import footdrop_analytics as fd
    from footdrop_analytics.cli.study import head, open_any, problems_line
    from footdrop_analytics.model.inputs import INPUT_TABLES

    study = open_any(path, written)
    if isinstance(study, fd.PartitionedStudy):
        # Analysed once: every page takes what it shows from these results.
        with progress("Analysing") as step:
            analysis = fd.analyse(study, progress=step)
        rows = sum(len(getattr(analysis, name)) for name in PAGE_TABLES)
    else:
        rows = sum(len(getattr(study, table)) for table in INPUT_TABLES)
    return Shown(path, len(study.known_ids), rows, head(study, study.as_of), problems_line(study, path))


def apart(work: Callable[..., Result], *arguments: object) -> Result:
    """What a function returns or raises, worked out in a process of its own that is gone afterwards."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(there, work, arguments), daemon=True)
    # It never hears Ctrl-C: this process does, and ends it.
    with signalled(signal.SIG_IGN, "SIGINT"), _blind_to_this_folder():
        process.start()
    there.close()
    try:
        done, found = here.recv()
    except EOFError:
        raise click.ClickException(
            "Reading the study ended without a result. Perhaps memory ran out: close other programs, or split it."
        ) from None
    finally:
        process.kill()
        process.join()
        here.close()
    if not done:
        raise found
    result: Result = found
    return result


def _run(there: Connection, work: Callable[..., Any], arguments: tuple[object, ...]) -> None:
    try:
        found: tuple[bool, Any] = True, work(*arguments)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where somebody can say it
        found = False, error
    with suppress(BrokenPipeError):  # nobody is there any more
        there.send(found)


@contextmanager
def signalled(handler: Any, *names: str) -> Iterator[None]:
    """Let signals that there are on this system do something else for a while."""
    before = {name: signal.signal(getattr(signal, name), handler) for name in names if hasattr(signal, name)}
    try:
        yield
    finally:
        for name, usual in before.items():
            signal.signal(getattr(signal, name), usual)


@contextmanager
def _blind_to_this_folder() -> Iterator[None]:
    """A Python that starts now runs no file of the folder it starts in, which may hold anything: a study, say."""
    name = "PYTHONSAFEPATH"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before


PACKAGE = Path(__file__).resolve().parents[2]
IN_ORDER = ("caseload.ipynb", "patient.ipynb", "cohort.ipynb", "import.ipynb")
FIRST = IN_ORDER[0]
"""The notebook that is in front at the start."""
ASKS = "start.ipynb"
"""The one that is in front where no study was named."""


def package_notebooks() -> list[Path]:
    """The notebooks as they were written: inside the installed package, or beside it in a clone."""
    for folder in (PACKAGE / "notebooks", PACKAGE.parent / "notebooks"):
        if (folder / FIRST).is_file():
            return sorted(folder.glob("*.ipynb"))
    raise click.ClickException(f"This installation lacks the notebooks that belong into {PACKAGE}. Install it again.")


def copy_notebooks(folder: Path) -> None:
    """Put the notebooks into a working folder; one that somebody has changed there stays, and that is said.

    A copy that was only run holds the same cells: it is replaced, which clears what the run left behind.
    """
    _tell_of_others(folder)
    for ours in package_notebooks():
        theirs = folder / ours.name
        if theirs.exists() and cells(theirs) != cells(ours):
            say(f"{theirs} is not the notebook of this version, and was left as it is. To get that one, rename yours.")
        else:
            write_whole(theirs, ours.read_bytes())


def _tell_of_others(folder: Path) -> None:
    """Say if another user may have put notebooks, or code that they import, into the folder."""
    if hasattr(os, "geteuid") and folder.is_dir():
        found = folder.stat()
        if found.st_uid != os.geteuid() or found.st_mode & stat.S_IWOTH:
            warn(
                f"LOOK AT THIS: other users of this computer can write into {folder}. What they put into its "
                "notebooks runs as if you had written it. Name a folder of your own: --folder."
            )


def cells(notebook: Path) -> list[tuple[str, str]] | None:
    """The kind and text of each cell, or none if the file is no notebook."""
    try:
        found = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return [(cell["cell_type"], "".join(cell["source"])) for cell in found]
    except (ValueError, KeyError, TypeError):
        return None
