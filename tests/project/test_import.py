"""Importing the package does nothing but make names known."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import footdrop_analytics as fd
from tests.each import each
from tests.project._tree import ROOT

HEAVY = ("plotly", "ipywidgets", "jinja2", "pandera", "scipy", "pyarrow.parquet", "openpyxl", "rich", "click")


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_import_leaves_heavy_libraries_alone() -> None:
    loaded = json.loads(_python("import json, sys, footdrop_analytics; print(json.dumps(sorted(sys.modules)))"))
    assert "footdrop_analytics" in loaded
    assert not [library for library in HEAVY if library in loaded]


@each("arguments", [["--version"], ["--help"], ["report", "--help"]])
def test_the_command_answers_without_loading_pandas(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom footdrop_analytics.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "assert 'pandas' not in sys.modules\n"
    )
    assert _python(code)


def test_every_public_name_is_there() -> None:
    assert fd.__all__ == sorted(fd.__all__)
    for public in fd.__all__:
        assert getattr(fd, public) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="adherance"):
        fd.adherance  # noqa: B018
