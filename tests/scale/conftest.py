"""One messy study, read as a whole and in parts, for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

import footdrop_analytics as fd
from tests.scale.studies import TODAY, messy


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return messy(tmp_path_factory.mktemp("messy"))


@pytest.fixture(scope="session")
def whole(folder: Path) -> fd.Study:
    return fd.read_study(folder, today=TODAY)


@pytest.fixture(scope="session")
def study(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> fd.PartitionedStudy:
    return fd.partition(folder, out=tmp_path_factory.mktemp("parts"), rows_per_part=600, today=TODAY)
