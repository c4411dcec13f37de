"""Imports point downward only, and each library is used in the layer that it belongs to."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.project._tree import PACKAGE, files, name, parsed

_BASE = {"errors", "filled", "files", "knowledge", "model"}
_DATA = {*_BASE, "wording", "reading"}
_RESULTS = {*_BASE, "wording", "analysis", "figures"}
_WAYS = {"importing", "scale", "sharing", "simulation"}
MAY_IMPORT = {
    "errors": set(),
    "filled": set(),
    "files": {"errors"},
    "knowledge": {"errors", "filled", "model"},
    "model": {"errors", "filled", "files", "knowledge", "reading"},
    "reading": {*_BASE, "wording"},
    "importing": _DATA,
    "simulation": _DATA,
    "wording": _BASE,
    "analysis": {*_BASE, "wording"},
    "scale": {*_DATA, "wording", "analysis", "importing"},
    "sharing": {*_DATA, "analysis", "scale"},
    "figures": {*_BASE, "wording", "analysis"},
    "comparison": {*_BASE, "analysis"},
    "patient": _RESULTS,
    "report": {*_RESULTS, "scale", "patient"},
    "dashboards": {*_DATA, *_RESULTS, *_WAYS, "patient", "report"},
    "cli": {*_DATA, *_RESULTS, *_WAYS, "patient", "report", "dashboards", "comparison", "__init__"},
    "__init__": {*_DATA, *_RESULTS, *_WAYS, "report"},
    "__main__": {"cli"},
}
"""Which layers each layer may import, besides itself."""

ANALYSIS_FLOORS = ["log", "adherence", "trends", "readiness", "flags"]
"""The folders of analysis, lowest first: each may import itself and those before it."""

ONLY_IN = {
    "click": {"cli"},
    "rich": {"cli"},
    "plotly": {"figures", "patient", "report", "dashboards"},
    "jinja2": {"report", "dashboards"},
    "ipywidgets": {"dashboards"},
    "anywidget": {"dashboards"},
    "IPython": {"dashboards"},
    "dask": {"scale"},
    "distributed": {"scale"},
    "pandera": {"model", "reading"},
    "pydantic": {"dashboards", "importing", "knowledge", "report"},
    "openpyxl": {"reading"},
    "python_calamine": {"reading"},
    "rapidfuzz": {"knowledge"},
    "redcap": {"importing"},
    "requests": {"importing"},
    "sqlalchemy": {"importing"},
    "yaml": {"knowledge", "reading", "importing", "simulation"},
}

MODULES = files(".py", under=PACKAGE)


def _layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    """Dotted names of everything a module imports, those inside functions too."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}, line {node.lineno}: relative import"
            if node.module == "footdrop_analytics" and [alias.name for alias in node.names] == ["__version__"]:
                continue
            from_the_top = node.module == "footdrop_analytics"
            found.update(f"{node.module}.{alias.name}" if from_the_top else str(node.module) for alias in node.names)
    return found


def test_a_module_imports_only_layers_below_it() -> None:
    assert MODULES
    for path in MODULES:
        layer = _layer(path)
        for imported in _imports(path):
            if imported.split(".")[0] != "footdrop_analytics":
                continue
            target = (imported.split(".") + ["__init__"])[1]
            target = target if target in MAY_IMPORT else "__init__"
            assert target == layer or target in MAY_IMPORT[layer], f"{name(path)} imports {imported}"


def test_the_floors_of_analysis_are_used_from_above_only() -> None:
    for path in files(".py", under=PACKAGE / "analysis"):
        place = path.relative_to(PACKAGE / "analysis").parts
        if place[0] not in ANALYSIS_FLOORS:
            continue
        allowed = ANALYSIS_FLOORS[: ANALYSIS_FLOORS.index(place[0]) + 1]
        for imported in _imports(path):
            parts = imported.split(".")
            if parts[:2] == ["footdrop_analytics", "analysis"] and len(parts) > 2:
                assert parts[2] in [*allowed, "wording"], f"{name(path)} imports {imported}"


def test_a_library_is_used_in_its_own_layer_only() -> None:
    assert MODULES
    for path in MODULES:
        for imported in _imports(path):
            library = imported.split(".")[0]
            assert _layer(path) in ONLY_IN.get(library, {_layer(path)}), f"{name(path)} imports {library}"


def test_every_layer_is_known() -> None:
    assert {_layer(path) for path in MODULES} <= set(MAY_IMPORT)


def test_analysis_has_no_clock_no_files_and_no_screen() -> None:
    assert files(".py", under=PACKAGE / "analysis")
    for path in files(".py", under=PACKAGE / "analysis"):
        assert not _imports(path) & {"io", "sys", "time", "logging", "tempfile"}
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
                assert node.attr in {"cpu_count", "sched_getaffinity"}, f"{name(path)}:{node.lineno}"
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                assert called not in {"now", "today", "utcnow", "open", "print", "input"}, f"{name(path)}:{node.lineno}"
