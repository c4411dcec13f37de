"""``footdrop sbom``: every package inside, for a clinic's computer department (CycloneDX 1.6)."""

from __future__ import annotations

import json
import re
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

import click

import footdrop_analytics as fd
from footdrop_analytics.cli.options import FILE, JSON_FILE
from footdrop_analytics.cli.output import echo, say

OURS = "footdrop-analytics"
EXTRAS = frozenset({"dashboards", "research"})
"""Our extras that people install to use the package; the others are for working on it."""

MOST_BYTES = 5_000_000
LONGEST_LICENSE = 80
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?[^;]*(?:;(.*))?", re.DOTALL)
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)[ \t]*(?:;[ \t]*([^\\\n]*))?")


@click.command()
@click.option("--lock", type=FILE, metavar="FILE", help="List what this requirements.lock pins, with the hashes.")
@click.option("--out", type=JSON_FILE, metavar="FILE.json", help="Write it here instead of printing it.")
def sbom(lock: Path | None, out: Path | None) -> None:
    """List every package inside, as CycloneDX.

    A software bill of materials (CycloneDX 1.6, JSON) for a computer department: what is installed here and needed, or
    with --lock what a lock file pins. The same installation gives the same bytes. Nothing is asked over the network.
    """
    from footdrop_analytics.files import write_whole

    found = bill(installed() if lock is None else locked(_text(lock)))
    content = json.dumps(found, indent=2) + "\n"
    if out is None:
        echo(content.rstrip("\n"))
    else:
        write_whole(out, content)
        say(f"{len(found['components'])} packages in {out}")


def bill(parts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The bill of materials of some packages, each with its ``version`` and, where known, what it ``needs``."""
    libraries = {name: part for name, part in parts.items() if name != OURS}
    ours = {"type": "application", **_component(OURS, {"version": fd.__version__, **parts.get(OURS, {})})}
    refs = {name: _ref(name, part["version"]) for name, part in libraries.items()} | {OURS: ours["bom-ref"]}
    facts: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "footdrop sbom", "version": fd.__version__}]},
            "component": ours,
        },
        "components": [{"type": "library", **_component(name, part)} for name, part in sorted(libraries.items())],
        "dependencies": [
            {"ref": refs[name], "dependsOn": sorted(refs[one] for one in part["needs"])}
            for name, part in sorted(parts.items())
            if "needs" in part
        ],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(facts, sort_keys=True))
    return {**facts, "serialNumber": f"urn:uuid:{number}"}


def installed() -> dict[str, dict[str, Any]]:
    """What is installed here of what we need, from the metadata of each installed package."""
    found: dict[str, dict[str, Any]] = {}
    wanted = [(OURS, EXTRAS)]
    seen: set[tuple[str, frozenset[str]]] = set()
    while wanted:
        name, extras = wanted.pop()
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # for another system, or an extra that is not installed
            continue
        part = found.setdefault(name, {"version": package.version, "needs": set(), "license": _license(package)})
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        needed = [one for one in map(_needed, package.requires or []) if not one[2] or one[2] & extras]
        part["needs"] |= {one for one, _, _ in needed}
        wanted += [(one, its) for one, its, _ in needed]
    if OURS not in found:
        raise fd.InstallationError(f"{OURS} is not installed as a package here. Name a lock file: --lock FILE.")
    for part in found.values():
        part["needs"] &= set(found)
    return found


def locked(text: str) -> dict[str, dict[str, Any]]:
    """What a lock file pins, with the hashes of the files that are allowed."""
    found: dict[str, dict[str, Any]] = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        if pinned := _LOCKED.match(entry):
            name, version, marker = pinned.groups()
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)
            found[_name(name)] = {"version": version, "hashes": hashes, "marker": (marker or "").strip()}
    if not found:
        raise fd.ParameterError("--lock: pins no package (name==version). Name a file such as requirements.lock.")
    return found


def _text(lock: Path) -> str:
    try:
        with lock.open("rb") as file:
            return file.read(MOST_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise fd.ParameterError(f"--lock: {lock} is no text file.") from error


def _needed(requirement: str) -> tuple[str, frozenset[str], frozenset[str]]:
    """The package that a requirement names, the extras it asks of it, and the extras that it stands under."""
    matched = _REQUIREMENT.match(requirement)
    assert matched is not None, requirement
    name, extras, marker = matched.groups()
    asked = frozenset(one.strip() for one in (extras or "").split(",") if one.strip())
    return _name(name), asked, frozenset(_EXTRA.findall(marker or ""))


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _ref(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


def _license(package: metadata.Distribution) -> dict[str, Any] | None:
    expression, words = (package.metadata.json.get(field) for field in ("license_expression", "license"))
    if expression:
        return {"expression": str(expression)}
    short = words and "\n" not in str(words).strip() and len(str(words)) <= LONGEST_LICENSE
    return {"license": {"name": str(words).strip()}} if short else None


def _component(name: str, part: dict[str, Any]) -> dict[str, Any]:
    ref = _ref(name, part["version"])
    found: dict[str, Any] = {"bom-ref": ref, "name": name, "version": part["version"], "purl": ref}
    if part.get("hashes"):
        found["hashes"] = [{"alg": "SHA-256", "content": one} for one in part["hashes"]]
    if part.get("license"):
        found["licenses"] = [part["license"]]
    if part.get("marker"):
        found["properties"] = [{"name": "footdrop:only-where", "value": part["marker"]}]
    return found
