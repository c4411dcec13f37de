"""A notebook that a program runs and stores holds nobody's data: no browser ever looked."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.project._tree import ROOT

NEEDLE = "Needle-4711"
CODE = f"""
from tests.dashboards.shell._small import Choice, Small, look, view
from footdrop_analytics.dashboards import finished
from footdrop_analytics.dashboards.loading import show
made = []
def make(analysis, path):
    made.append(Small(analysis, Choice(study=path, who={NEEDLE!r}), view))
    return made[0]
show({str(ROOT / "data" / "demo_mistakes")!r}, make)
await finished()
"""
LOOK = "look(made[0])"


def _stored(cells: list[str], folder: Path) -> str:
    """Run cells as nbclient does, with the state of all widgets, and give the outputs and the state as text."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    done = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    assert len(done.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]) > 20
    return json.dumps([cell.outputs for cell in done.cells]) + json.dumps(done.metadata)


@pytest.fixture(autouse=True)
def _find_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_a_stored_run_holds_nobody(tmp_path: Path) -> None:
    assert NEEDLE not in _stored([CODE], tmp_path)


def test_the_search_would_find_somebody(tmp_path: Path) -> None:
    assert NEEDLE in _stored([CODE, LOOK], tmp_path)
