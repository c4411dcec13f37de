"""``footdrop partition``, and the commands that take what it makes in place of a study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

import footdrop_analytics as fd

Run = Callable[..., Result]


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_partitioned_study_gives_the_same_pages_and_tables(run: Run, bad: Path, tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    made = run("partition", bad, "--out", parts, "--rows-per-part", 10)
    assert made.exit_code == 1, "rows were rejected"
    assert "27 logged rows in 2 parts" in made.stdout
    assert len(fd.open_study(parts).manifest.parts) == 2
    for command, options in (
        ("caseload", ()),
        ("caseload", ("--json",)),
        ("tables", ()),
        ("cohort", ()),
        ("report", ()),
    ):
        outs = [tmp_path / name / command for name in ("in_parts", "whole")]
        writes = command != "caseload"
        done = [
            run(command, study, *options, *(("--out", out) if writes else ()))
            for study, out in zip((parts, bad), outs, strict=True)
        ]
        assert [one.exit_code for one in done] == [1, 1], done[0].output
        if writes:
            assert _files(outs[0]) == _files(outs[1])
            assert len(_files(outs[0])) > 2
        else:
            assert done[0].stdout == done[1].stdout
    assert "footdrop check with the folder that it was made from" in done[0].stderr
    parquet = run("tables", parts, "--out", tmp_path / "parquet", "--format", "parquet")
    assert parquet.exit_code == 1
    assert (tmp_path / "parquet" / "trends.parquet").stat().st_size > 1000


def test_a_part_that_fails_is_named_and_the_others_are_shown(run: Run, good: Path, tmp_path: Path) -> None:
    study = fd.partition(good, out=tmp_path / "parts", rows_per_part=13)
    lost = study.manifest.parts[0]
    theirs = sorted(study.part(lost.number).patient_ids)
    damaged = tmp_path / "parts" / "parts" / lost.folder / "sessions.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    done = run("caseload", tmp_path / "parts")
    assert done.exit_code == 1
    assert (
        f"LOOK AT THIS: 1 of 2 parts could not be analysed; the others are finished and kept. part {lost.number}: "
        in done.stderr
    )
    assert "is damaged or was changed" in " ".join(done.stderr.split())
    assert all(f"{one} " not in done.stdout for one in theirs)
    assert any(f"{one} " in done.stdout for one in {"P1", "P2", "P3"} - set(theirs))


def test_what_cannot_be_done_is_said(run: Run, good: Path, tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    assert run("partition", good, "--out", parts).exit_code == 0
    for arguments, words in (
        (["check", parts], "is a partitioned study. footdrop caseload, cohort, report, tables and serve take it"),
        (["caseload", parts, "--date-format", "%d/%m/%Y"], "--date-format: is for footdrop partition"),
        (["partition", good, "--out", good / "parts"], "is in the study"),
        (["partition", "--out", parts], "Missing argument"),
        (["tables", good, "--out", good / "results"], "is in the study"),
        (["export", good, "--deidentify", "--out", good / "out", "--key", tmp_path / "k.csv"], "--out:"),
        (["export", good, "--deidentify", "--out", tmp_path / "o", "--key", good / "patients.csv"], "--key:"),
    ):
        done = run(*arguments)
        assert (done.exit_code, words in done.stderr) == (2, True), done.stderr
