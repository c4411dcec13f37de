"""What a plain installation can do, and what it says where more is needed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import footdrop_analytics as fd
from tests.project._tree import PACKAGE, ROOT

WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {
            "anywidget", "ipywidgets", "jupyterlab", "voila", "IPython", "traitlets", "lifelines"
        }:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
import importlib.util
find = importlib.util.find_spec
def find_spec(name, package=None):
    try:
        return find(name, package)
    except ModuleNotFoundError:
        return None
importlib.util.find_spec = find_spec
"""


def _run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)


def test_reports_and_the_command_work_without_the_extras(tmp_path: Path) -> None:
    study = ROOT / "data" / "demo"
    code = f"""{WITHOUT}
import footdrop_analytics as fd
from footdrop_analytics.cli import main
study = fd.read_study({str(study)!r}).filter(["SIM-0001"])
fd.write_report(fd.analyse(study), "SIM-0001", "report.html")
for name in fd.__all__:
    getattr(fd, name)
assert main(["caseload", {str(study)!r}], standalone_mode=False) in (0, 1)
for command in ("lab", "serve"):
    assert main([command, {str(study)!r}], standalone_mode=False) == 2
try:
    from footdrop_analytics.dashboards import show_caseload
except fd.InstallationError as error:
    assert "ipywidgets" in str(error) and "footdrop-analytics[dashboards]" in str(error), error
else:
    raise AssertionError
"""
    done = _run(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.html").stat().st_size > 10_000
    said = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert ["jupyterlab" in said[0], "voila" in said[1]] == [True, True]
    assert all("pip install 'footdrop-analytics[dashboards]'" in line for line in said)


def test_an_older_pandas_is_one_sentence(tmp_path: Path) -> None:
    older = """
import importlib.metadata
real = importlib.metadata.version
importlib.metadata.version = lambda name: "2.3.3" if name == "pandas" else real(name)
from footdrop_analytics.cli import main
assert main(["check", "nowhere"], standalone_mode=False) == 2
"""
    done = _run(older, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Error: pandas 2.3.3 is installed; 3.0 or newer is needed.")
    assert "Traceback" not in done.stderr


def test_the_bound_of_pandas_is_that_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (bound,) = [one.removeprefix("pandas>=") for one in project["dependencies"] if one.startswith("pandas>=")]
    assert f'need_at_least("pandas", "{bound}")' in (PACKAGE / "model" / "__init__.py").read_text(encoding="utf-8")


def test_the_packages_for_research_work_with_the_tables() -> None:
    from lifelines import KaplanMeierFitter
    from statsmodels.formula.api import mixedlm

    study = fd.read_study(ROOT / "data" / "demo")
    times = fd.persistence(study).dropna(subset=["time_days", "event"])
    curve = KaplanMeierFitter().fit(times["time_days"].astype(float), times["event"].astype(bool))
    assert 0 < float(curve.survival_function_.iloc[-1, 0]) < 1
    weeks = fd.adherence(study, every="week").dropna(subset=["adherence"])
    weeks = weeks.assign(week=weeks["window_no"].astype(float))
    fitted = mixedlm("adherence ~ week", weeks, groups=weeks["patient_id"].astype(str)).fit()
    assert -0.1 < fitted.params["week"] < 0.1
