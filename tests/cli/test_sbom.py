"""``footdrop sbom``: every package inside, without an address."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from click.testing import Result

import footdrop_analytics as fd
from tests.project._tree import ROOT

Run = Callable[..., Result]
LOCK = ROOT / "requirements.lock"


def _named(facts: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {one["name"]: one["version"] for one in facts["components"]}


def test_of_the_lock_it_has_every_pin_with_its_hashes(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "sbom.json"
    assert run("sbom", "--lock", LOCK, "--out", out).exit_code == 0
    facts, text = json.loads(out.read_text(encoding="utf-8")), LOCK.read_text(encoding="utf-8")
    assert _named(facts) == dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, flags=re.MULTILINE))
    hashes = [one["content"] for part in facts["components"] for one in part["hashes"]]
    assert hashes == re.findall(r"sha256:([0-9a-f]{64})", text)
    assert {part["purl"] for part in facts["components"]} >= {f"pkg:pypi/pandas@{metadata.version('pandas')}"}
    (marked,) = [part for part in facts["components"] if part["name"] == "appnope"]
    assert marked["properties"] == [{"name": "footdrop:only-where", "value": "sys_platform == 'darwin'"}]


def test_of_the_installation_it_has_what_is_needed_and_who_needs_it(run: Run) -> None:
    printed = run("sbom").stdout
    facts = json.loads(printed)
    assert (facts["bomFormat"], facts["specVersion"]) == ("CycloneDX", "1.6")
    assert facts["metadata"]["component"]["version"] == fd.__version__
    found = _named(facts)
    assert {name: metadata.version(name) for name in found} == found
    assert {"pandas", "numpy", "pydantic-core", "pyyaml"} <= set(found)
    assert not {"pytest", "ruff", "mypy"} & set(found)
    refs = [one["bom-ref"] for one in facts["components"]] + [facts["metadata"]["component"]["bom-ref"]]
    assert len(refs) == len(set(refs))
    needs = {one["ref"]: set(one["dependsOn"]) for one in facts["dependencies"]}
    assert set(needs) == set(refs)
    assert set().union(*needs.values()) <= set(refs)
    assert f"pkg:pypi/numpy@{found['numpy']}" in needs[f"pkg:pypi/pandas@{found['pandas']}"]
    assert run("sbom").stdout == printed


def test_it_names_no_address(run: Run) -> None:
    for printed in (run("sbom").stdout, run("sbom", "--lock", LOCK).stdout):
        assert "://" not in printed


def test_what_is_no_lock_is_refused(run: Run, tmp_path: Path) -> None:
    for content in (b"pandas\n", b"\xff\xfe\x00", b""):
        (tmp_path / "lock").write_bytes(content)
        result = run("sbom", "--lock", tmp_path / "lock")
        assert (result.exit_code, result.stderr.startswith("Error: --lock: ")) == (2, True), result.output
