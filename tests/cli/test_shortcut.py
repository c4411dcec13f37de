"""``footdrop shortcut``: a file to double-click, in which no name can run anything."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePath

import pytest
from click.testing import Result

import footdrop_analytics as fd
from footdrop_analytics.cli.options import Written
from footdrop_analytics.cli.shortcut import SUFFIXES, content

Run = Callable[..., Result]
HOSTILE = """it's "a" $(touch x) `touch x` %PATH% %d \\ & ;log"""


def test_one_file_for_each_system_opens_the_study(run: Run, good: Path, tmp_path: Path) -> None:
    for system, suffix in SUFFIXES.items():
        for _ in range(2):
            named = ["--system", system, "--timezone", "Europe/Berlin", "--language", "de"]
            result = run("shortcut", good, "--out", tmp_path / "desk", *named)
            assert result.exit_code == 0, result.output
        path = tmp_path / "desk" / f"Exercise logs good{suffix}"
        text = path.read_bytes().decode("utf-8")
        assert str(good.resolve()) in text
        assert "Europe/Berlin" in text
        assert re.search(r'serve\b.*--language"? "?de\b', text)
        assert ("\r\n" in text) == (system == "windows")
        if os.name == "posix":
            assert path.stat().st_mode & 0o777 == (0o600 if system == "windows" else 0o700)


def test_nothing_but_its_own_file_is_replaced(run: Run, good: Path, tmp_path: Path) -> None:
    other = tmp_path / "Exercise logs good.desktop"
    other.write_text("somebody's", encoding="utf-8")
    result = run("shortcut", good, "--out", tmp_path, "--system", "linux")
    assert result.exit_code == 2
    assert "not made by this command" in result.stderr
    assert other.read_text(encoding="utf-8") == "somebody's"
    assert run("shortcut", tmp_path / "nowhere", "--out", tmp_path).exit_code == 2


def test_a_name_is_one_word_and_runs_nothing(tmp_path: Path) -> None:
    study = PurePath("/logs") / HOSTILE
    words = [str(study), "--date-format", "%d/%m/%Y"]
    written = Written("%d/%m/%Y", None)
    script = content("macos", "printf", study, written)
    script = script.replace("printf -P -m footdrop_analytics serve", "printf '%s\\n'")
    if os.name == "posix":
        call, here = ["/bin/sh", "-c", script], {"HOME": str(tmp_path)}
        done = subprocess.run(call, cwd=tmp_path, env=here, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == words
        assert not list(tmp_path.iterdir())
    (line,) = [one for one in content("linux", "python", study, written).splitlines() if one.startswith("Exec=")]
    unfiled = line.removeprefix("Exec=").replace("\\\\", "\\").replace("%%", "%")
    told = [re.sub(r"\\(.)", r"\1", one) for one in re.findall(r'"((?:\\.|[^"\\])*)"', unfiled)]
    assert told == ["python", "-P", "-m", "footdrop_analytics", "serve", *words]
    batch = content("windows", "python.exe", PurePath("C:/100 % & more"), written)
    assert '"C:/100 %% & more" "--date-format" "%%d/%%m/%%Y"' in batch
    for system, name in (("windows", HOSTILE), ("linux", "a\nb"), ("macos", "a\x1bb")):
        with pytest.raises(fd.ParameterError, match="Rename it first"):
            content(system, "python", PurePath(name), Written())
