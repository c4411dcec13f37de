"""``footdrop simulate``: the same seed gives the same bytes, and nobody's logs are touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from tests.each import each

Run = Callable[..., Result]
SMALL = ("--patients", 3, "--weeks", 4)


@each("form", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes(run: Run, tmp_path: Path, form: str) -> None:
    for folder in ("a", "b"):
        assert run("simulate", "--out", tmp_path / folder, *SMALL, "--seed", 7, "--format", form).exit_code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert f"sessions.{form}" in written
    assert written == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}


def test_what_is_simulated_reads_back_without_problems_and_says_what_it_is(run: Run, tmp_path: Path) -> None:
    said = run("simulate", "--out", tmp_path / "a", *SMALL).stdout
    assert "3 patients" in said
    assert "No row belongs to a real person." in said
    facts = json.loads(run("check", tmp_path / "a", "--json").stdout)
    assert (facts["rejected_rows"], facts["patients"], facts["synthetic"]) == (0, 3, True)


def test_another_seed_gives_another_study(run: Run, tmp_path: Path) -> None:
    for seed in (1, 2):
        run("simulate", "--out", tmp_path / str(seed), *SMALL, "--seed", seed)
    assert (tmp_path / "1" / "sessions.csv").read_bytes() != (tmp_path / "2" / "sessions.csv").read_bytes()


@each("command", [("simulate", *SMALL), ("demo",)])
def test_nobodys_logs_are_replaced(run: Run, good: Path, command: tuple[object, ...]) -> None:
    logs = good if command[0] == "simulate" else good.rename(good.parent / "study")
    before = (logs / "sessions.csv").read_bytes()
    result = run(*command, "--out", logs if command[0] == "simulate" else logs.parent)
    assert result.exit_code == 2
    assert "not marked as synthetic" in result.stderr
    assert (logs / "sessions.csv").read_bytes() == before


def test_a_simulation_may_be_repeated_in_its_folder(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        assert run("simulate", "--out", tmp_path / "a", *SMALL).exit_code == 0
