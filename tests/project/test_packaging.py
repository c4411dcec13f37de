"""The files that describe the project agree with each other."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import yaml

import footdrop_analytics as fd
from tests.project._tree import PACKAGE, ROOT, files, name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_NAMES = {"playwright": "playwright-python"}
NOT_IN_PYPROJECT = {"python", "pip"}


def _split(requirement: str) -> tuple[str, str]:
    found = re.fullmatch(r"([a-z0-9-]+)([>=]=[\d.]+)?", requirement)
    assert found, f"not a name with a lower bound: {requirement!r}"
    return found[1], found[2] or ""


def test_environment_mirrors_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["dashboards"], *extras["test"], "hatchling>=1.27"]
    from_conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    (from_pip,) = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    stated = dict(_split(requirement) for requirement in (*from_conda, *from_pip))
    assert environment["channels"] == ["conda-forge"]
    assert f"{stated['python']}" == PROJECT["requires-python"]
    assert {key: bound for key, bound in stated.items() if key not in NOT_IN_PYPROJECT} == {
        CONDA_NAMES.get(key, key): bound for key, bound in map(_split, wanted)
    }


def _locked() -> dict[str, str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def test_lock_holds_every_requirement_with_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = _locked()
    extras = PROJECT["optional-dependencies"]
    assert locked
    for requirement in (*PROJECT["dependencies"], *(one for extra in extras.values() for one in extra)):
        key, bound = _split(requirement)
        assert _version(locked[key]) >= _version(bound[2:]), requirement
    for entry in re.split(r"\n(?=[a-z])", text)[1:]:
        assert "--hash=sha256:" in entry, entry


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3])


def test_lock_names_no_index_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for words in ("index" + "-url", "find" + "-links", "https:", "http:", "file:", "# via"):
        assert words not in lock


def test_one_version_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert str(citation["version"]) == fd.__version__
    assert "## [Unreleased]" in changelog or f"## [{fd.__version__}]" in changelog


def test_changelog_has_a_place_for_changed_results() -> None:
    assert "### Changes of results" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_why_each_dependency_is_written_down() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    extras = PROJECT["optional-dependencies"]
    for requirement in (*PROJECT["dependencies"], *(one for extra in extras.values() for one in extra)):
        assert f"`{_split(requirement)[0]}`" in reasons, requirement


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = {entry for entry in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in entry}
    package = {name(path) for path in files(under=PACKAGE)}
    schemas = {f"footdrop_analytics/{name(path)}" for path in files(under=ROOT / "data" / "schemas")}
    notebooks = {f"footdrop_analytics/{name(path)}" for path in files(".ipynb", under=ROOT / "notebooks")}
    assert inside == package | schemas | notebooks | {"footdrop_analytics/CHANGELOG.md"}
