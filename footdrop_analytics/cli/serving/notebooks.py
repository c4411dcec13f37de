"""The dashboards' notebooks: where they are, and copies of them for a working folder."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import click

from footdrop_analytics.cli.output import say, warn
from footdrop_analytics.files import write_whole

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
