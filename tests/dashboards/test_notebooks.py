"""Every notebook that we ship: well formed, without outputs, it runs, and its file never holds a patient."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.each import each
from tests.project._tree import ROOT, files
from tests.servers import DEMO, private_words

NOTEBOOKS = files(".ipynb", under=ROOT / "notebooks")
NEEDLE = ("Needle", "4711")
SMALL = f"""
from tests.dashboards.shell._small import Choice, Small, look, view
from footdrop_analytics.dashboards.loading import show
made = []
def make(analysis, path, desk):
    made.append(Small(analysis, Choice(study=path, who="-".join({NEEDLE})), view))
    return made[0]
show({str(ROOT / "data" / "demo_mistakes")!r}, make)
"""
LOOK = "look(made[0])"


@each("path", NOTEBOOKS)
def test_a_notebook_is_text_and_one_call(path: Path) -> None:
    import nbformat  # takes longer than all other imports of a test

    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    text, code = notebook.cells
    assert (text.cell_type, code.cell_type) == ("markdown", "code")
    assert notebook.metadata.kernelspec.name == "python3"
    assert (code.outputs, code.execution_count) == ([], None)
    assert text.metadata == code.metadata == {"deletable": False}, "a letter typed beside a dashboard deletes its cell"
    assert text.source.startswith("# ")
    assert "Run ▸ Run All Cells" in text.source
    statements = ast.parse(code.source).body
    assert [type(one) for one in statements] == [ast.ImportFrom, ast.Expr]
    assert f"dashboards.show_{path.stem}()" in code.source


def test_there_is_one_for_each_dashboard() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["caseload", "cohort", "import", "patient", "start"]


def test_notebooks_run_and_their_file_holds_no_patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All in one kernel, stored as one file, as its start is what takes long; the last cell finds no study."""
    for variable, value in (("PYTHONPATH", ROOT), ("FOOTDROP_STUDY", DEMO), ("IPYTHONDIR", tmp_path)):
        monkeypatch.setenv(variable, str(value))
    import nbformat
    from nbclient import NotebookClient

    read = [nbformat.read(path, as_version=4) for path in NOTEBOOKS]
    sources = [cell.source for notebook in read for cell in notebook.cells if cell.cell_type == "code"]
    nowhere = f"import os\nos.environ['FOOTDROP_STUDY'] = {str(tmp_path / 'nowhere')!r}\n{sources[0]}"
    # By itself a cell ends before the analysis does, and nbclient would neither wait nor store what comes after it.
    waiting = [f"{source}\n\nawait dashboards.finished()" for source in (*sources, SMALL, nowhere)]
    cells = [nbformat.v4.new_code_cell(source) for source in (*waiting, LOOK)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=read[0].metadata)
    client = NotebookClient(notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": str(tmp_path)}})
    files_ = []
    with client.setup_kernel():
        for number, cell in enumerate(notebook.cells):
            client.execute_cell(cell, number)
            client.set_widgets_metadata()
            files_.append(nbformat.writes(notebook))
    *shown, failed, _ = notebook.cells
    assert len(shown) == len(NOTEBOOKS) + 1
    for cell in shown:
        kinds = {kind for output in cell.outputs for kind in output.get("data", {"error": ""})}
        assert "application/vnd.jupyter.widget-view+json" in kinds
        assert "error" not in kinds
    assert [output.ename for output in failed.outputs if output.output_type == "error"] == ["StudyError"]
    *_, stored, looked_at = files_
    plain = json.dumps(json.loads(stored), ensure_ascii=False)
    assert "widget-state" in plain
    filling = "This dashboard fills as soon as a browser shows it."
    assert plain.count(filling) >= len(shown), "an analysis has not come to its end"
    words = {*private_words(), "-".join(NEEDLE)}
    assert not [word for word in words if word in plain or word in json.dumps(plain)]
    assert "-".join(NEEDLE) in looked_at, "what is looked at is not stored: this test looks at nothing"


def test_a_patient_in_a_file_would_be_found() -> None:
    word = max(private_words(), key=len)
    assert word in json.dumps({"html": f"<b>{word}</b>"}, ensure_ascii=False)
