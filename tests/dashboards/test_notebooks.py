"""Every notebook that we ship: well formed, without outputs, it runs, and its file never holds a patient."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.project._tree import ROOT, files, name
from tests.servers import DEMO, private_words

NOTEBOOKS = files(".ipynb", under=ROOT / "notebooks")

EXECUTE = """
import sys, nbformat
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
# By itself the cell ends before the analysis does, and nbclient would neither wait nor store what comes after it.
(cell,) = (one for one in notebook.cells if one.cell_type == "code")
cell.source += "\\n\\nawait dashboards.finished()"
NotebookClient(notebook, timeout=120, kernel_name="python3", store_widget_state=True).execute()
nbformat.write(notebook, sys.argv[2])
"""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_a_notebook_is_text_and_one_call(path: Path) -> None:
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
    assert [path.stem for path in NOTEBOOKS] == ["caseload", "cohort", "patient"]


def _execute(path: Path, study: Path, folder: Path) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Run a notebook to its end: what was said, and the file that it is stored in."""
    ran = folder / path.name
    around = {**os.environ, "PYTHONPATH": str(ROOT), "FOOTDROP_STUDY": str(study), "JUPYTER_NO_CONFIG": "1"}
    around |= {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_DATA_DIR": str(folder / "data")}
    call = [sys.executable, "-c", EXECUTE, str(path), str(ran)]
    return subprocess.run(call, cwd=folder, env=around, capture_output=True, text=True, check=False), ran


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_a_notebook_runs_and_its_file_holds_no_patient(path: Path, tmp_path: Path) -> None:
    done, ran = _execute(path, DEMO, tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    stored = ran.read_text(encoding="utf-8")
    (code,) = (cell for cell in json.loads(stored)["cells"] if cell["cell_type"] == "code")
    kinds = {kind for output in code["outputs"] for kind in output.get("data", {"error": ""})}
    assert "application/vnd.jupyter.widget-view+json" in kinds
    assert "error" not in kinds
    plain = json.dumps(json.loads(stored), ensure_ascii=False)
    assert "widget-state" in plain
    assert "This dashboard fills as soon as a browser shows it." in plain, "the analysis has not come to its end"
    assert not [word for word in private_words() if word in plain or word in json.dumps(plain)]


def test_a_notebook_whose_analysis_fails_would_be_noticed(tmp_path: Path) -> None:
    done, _ = _execute(NOTEBOOKS[0], tmp_path / "nowhere", tmp_path)
    assert done.returncode == 1
    assert "StudyError" in done.stderr


def test_a_patient_in_a_file_would_be_found() -> None:
    word = max(private_words(), key=len)
    assert word in json.dumps({"html": f"<b>{word}</b>"}, ensure_ascii=False)
