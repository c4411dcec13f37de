"""A partitioned study has the results of one in memory, on this machine and on the workers of a cluster."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.scale import tasks
from footdrop_analytics.scale.tasks import DONE
from tests.scale.studies import expect_same_results


def _rules(folder: Path) -> Path:
    path = folder / "rules.yaml"
    path.write_text("rules_version: own\nsettings:\n  last_days:\n    parameters:\n      days: 2\n")
    return path


def test_results_are_those_of_one_machine_in_the_same_order(
    study: fd.PartitionedStudy, whole: fd.Study, tmp_path: Path
) -> None:
    assert len(study.manifest.parts) > 2
    choices: dict[str, object]
    for choices in (
        {},
        {"as_of": "2026-02-20", "start": "2026-01-20", "log_through": "2026-02-10", "rules": _rules(tmp_path)},
    ):
        found, expected = fd.analyse(study, **choices), fd.analyse(whole, **choices)  # type: ignore[call-overload]
        expect_same_results(found, expected)
        alone, theirs = (
            found.for_patient("SIM-0003", end="2026-02-15"),
            expected.for_patient("SIM-0003", end="2026-02-15"),
        )
        expect_same_results(alone, theirs)
        flags = expected.flags[expected.flags["patient_id"] == "SIM-0002"].reset_index(drop=True)
        flags = flags.assign(patient_id=pd.Categorical(flags["patient_id"].astype("str")))
        pd.testing.assert_frame_equal(found.flags.patient("SIM-0002"), flags)
    with pytest.raises(fd.ParameterError, match="no rows of 'nobody'"):
        found.flags.patient("nobody")


def test_texts_are_in_the_language_in_force_wherever_a_part_is_analysed(
    study: fd.PartitionedStudy, whole: fd.Study
) -> None:
    with fd.in_language("de"):
        found, expected = fd.analyse(study), fd.analyse(whole)
    # As on a worker, which knows the language from the task alone.
    part = tasks.part_results(study, found.part_of("SIM-0002"), found.choices)
    alone = found.for_patient("SIM-0002")
    expect_same_results(found, expected)
    assert found.language == alone.language == "de"
    assert found.folder != fd.analyse(study).folder
    page = fd.analyse(study).as_analysis().said_in("de")
    pd.testing.assert_frame_equal(page.flags, expected.flags)
    for one in (part["criteria"], alone.criteria):
        assert one["text"].astype("str").str.contains("Schmerz").any()


def test_finished_parts_are_kept_and_failed_ones_named(
    study: fd.PartitionedStudy, whole: fd.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, lost = study.manifest.parts[1].number, study.manifest.parts[0]
    work = tasks.part_results

    def failing(study: fd.PartitionedStudy, number: int, choices: tasks.Choices) -> dict[str, pd.DataFrame]:
        if number == broken:
            raise ZeroDivisionError("a fault")
        return work(study, number, choices)

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "part_results", failing)
        with pytest.raises(fd.PartsError, match=rf"1 of \d+ parts .* part {broken}: stopped over .*a fault") as raised:
            fd.analyse(study, out=tmp_path)
    found = raised.value.analysis
    assert set(found.failed) == {broken}
    own = study.part(broken).patient_ids
    assert not found.caseload.to_pandas()["patient_id"].isin(own).any()
    with pytest.raises(fd.ParameterError, match="could not be analysed"):
        found.trends.patient(own[0])
    (found.trends.files[lost.number]).write_bytes(b"half")
    times = {place.name: place.stat().st_mtime_ns for place in (found.folder / DONE).iterdir()}
    expect_same_results(fd.analyse(study, out=tmp_path), fd.analyse(whole))
    again = {place.name: place.stat().st_mtime_ns for place in (found.folder / DONE).iterdir()}
    assert {name for name in again if again[name] != times.get(name)} == {
        f"{one:05d}.json" for one in (broken, lost.number)
    }


def test_a_full_disk_stops_and_the_next_run_goes_on(
    study: fd.PartitionedStudy, whole: fd.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, left = tasks.write_whole, [20]

    def writing(path: Path, content: object) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(path, content)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "write_whole", writing)
        with pytest.raises(OSError, match="No space left"):
            fd.analyse(study, out=tmp_path, workers=1)
    assert len(list(tmp_path.glob(f"*/{DONE}/*"))) == 1
    steps: list[str] = []

    def stop_once(_: str) -> None:
        if not steps:
            steps.append("stopped")
            raise LookupError("stopped")

    with pytest.raises(LookupError, match="stopped"):
        fd.analyse(study, out=tmp_path / "stopped", progress=stop_once)
    steps.clear()
    again = fd.analyse(study, out=tmp_path, workers=1, progress=steps.append)
    expect_same_results(again, fd.analyse(whole))
    assert len(steps) == len(study.manifest.parts) - 1
    assert "rows a second, about" in steps[-1]


def test_what_is_asked_wrongly_is_said(study: fd.PartitionedStudy, whole: fd.Study, tmp_path: Path) -> None:
    for given, options, words in (
        (whole, {"engine": "dask"}, "engine: is for partitioned studies"),
        (whole, {"out": tmp_path}, "out: is for partitioned studies"),
        (study, {"engine": "spark"}, "expected 'local' or 'dask'"),
        (study, {"workers": 0}, "whole number above 0"),
        (study, {"start": "2030-01-01"}, "start"),
        (study, {"as_of": "soon"}, "as_of"),
        ("data/demo", {}, "expected a Study"),
    ):
        with pytest.raises(fd.ParameterError, match=words):
            fd.analyse(given, **options)  # type: ignore[call-overload]


def test_memory_is_at_hand_while_parts_are_analysed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Dask has every column go back to the system at once, it goes back when no further part comes."""
    asked: list[tuple[int, int]] = []
    went_back = threading.Event()
    libc = SimpleNamespace(
        mallopt=lambda which, most: asked.append((which, most)), malloc_trim=lambda _: went_back.set()
    )
    monkeypatch.setattr(tasks.ctypes, "CDLL", lambda _: libc)
    monkeypatch.setattr(tasks.platform, "libc_ver", lambda: ("glibc", "2.36"))
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "65536")
    with tasks._memory_at_hand():
        during = dict(asked)
    assert (during[-1], dict(asked)[-1]) == (2**30, 65536)
    [first] = tasks._waiting
    monkeypatch.setattr(tasks, "KEPT_S", 0.01)
    with tasks._memory_at_hand():
        assert first.finished.wait(1)
        assert not went_back.is_set()
    assert went_back.wait(5)
    asked.clear()
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_")
    with tasks._memory_at_hand():
        assert not asked


@pytest.fixture(scope="module")
def cluster() -> Iterator[object]:
    distributed = pytest.importorskip("distributed", reason="the extra [scale] is not installed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as found:
        yield found


def test_workers_of_a_cluster_find_the_same(
    cluster: object, study: fd.PartitionedStudy, whole: fd.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules travel with the tasks, a worker that is killed is replaced, another version is refused."""
    address: str = cluster.scheduler_address  # type: ignore[attr-defined]
    rules = _rules(tmp_path)
    killed: list[int] = []

    def kill_one(_words: str) -> None:
        if not killed:
            worker = next(iter(cluster.workers.values()))  # type: ignore[attr-defined]
            killed.append(worker.process.process.pid)
            os.kill(killed[0], 9)

    found = fd.analyse(study, rules=rules, out=tmp_path / "one", engine="dask", client=address, progress=kill_one)
    rules.unlink()
    assert killed
    expected = fd.analyse(whole, rules=found.rules)
    expect_same_results(found, expected)
    counted = found.trends.dask().groupby("verdict", observed=True).size().compute()
    assert counted.to_dict() == expected.trends["verdict"].value_counts().loc[lambda n: n > 0].to_dict()
    monkeypatch.setattr(tasks, "__version__", "9.9")
    with pytest.raises(fd.InstallationError, match=r"The worker at .* and 9\.9 asked for the work: results"):
        fd.analyse(study, out=tmp_path / "two", engine="dask", client=address)
    monkeypatch.setattr("footdrop_analytics.scale.tasks.WAIT_S", 1)
    with pytest.raises(fd.ParameterError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        fd.analyse(study, out=tmp_path / "two", engine="dask", client="tcp://127.0.0.1:9")
