"""Any partition of an untidy study has the study, the results, or the refusal, of the whole.

``FOOTDROP_PARTS=100 pytest tests/scale/test_untidy.py`` tries as many studies; the number in a failure is the seed.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import footdrop_analytics as fd
from footdrop_analytics.scale import partition as module
from footdrop_analytics.scale import sources
from tests.scale.studies import TODAY, expect_same, expect_same_results
from tests.scale.untidy import untidy

STUDIES = int(os.environ.get("FOOTDROP_PARTS", "2"))


@pytest.mark.parametrize("seed", range(STUDIES))
def test_any_partition_of_an_untidy_study_is_the_whole(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out, rng = tmp_path / "files", tmp_path / "parts", random.Random(seed)
    folder.mkdir()
    how = untidy(folder, seed)
    monkeypatch.setattr(module, "BATCH_BYTES", rng.choice([3_000, 10_000, 40_000, 128_000_000]))
    monkeypatch.setattr(sources, "_ROWS", rng.choice([40, 300, 1_000_000]))
    parts = rng.choice([60, 150, 400])
    whole = _read(lambda: fd.read_study(folder, today=TODAY, **how), folder)
    study = _read(lambda: fd.partition(folder, out=out, rows_per_part=parts, today=TODAY, **how), out)
    if isinstance(whole, str) or isinstance(study, str):
        assert study == whole
        return
    expect_same(study.whole(), whole)
    found, expected = fd.analyse(study), fd.analyse(whole)
    expect_same_results(found, expected)
    one = rng.choice(whole.patient_ids)
    expect_same_results(found.for_patient(one), expected.for_patient(one))


def _read(read: Callable[[], Any], folder: Path) -> Any:
    """The study, or the words in which it is refused."""
    try:
        return read()
    except fd.StudyError as refused:
        return str(refused).replace(str(folder), "")
