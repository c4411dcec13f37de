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
def make(analysis, path, desk):
    made.append(Small(analysis, Choice(study=path, who={NEEDLE!r}), view))
    return made[0]
show({str(ROOT / "data" / "demo_mistakes")!r}, make)
await finished()
"""
LOOK = "look(made[0])"


def _stored(cells: list[str], folder: Path) -> list[str]:
    """Run cells as nbclient does, and give all outputs and the state of all widgets after each of them as text."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    client, stored = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}), []
    with client.setup_kernel():
        for number, cell in enumerate(notebook.cells):
            client.execute_cell(cell, number)
            client.set_widgets_metadata()
            stored.append(json.dumps([one.get("outputs") for one in notebook.cells]) + json.dumps(notebook.metadata))
    assert len(notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]) > 20
    return stored


def test_a_stored_run_holds_nobody_before_somebody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    run, looked_at = _stored([CODE, LOOK], tmp_path)
    assert "widget-view" in run
    assert NEEDLE not in run
    assert NEEDLE in looked_at
