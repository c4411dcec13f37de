"""What is done with one part, on this machine or another: read it, analyse it, write its results."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa

from footdrop_analytics import __version__
from footdrop_analytics.analysis.analyse import results_of
from footdrop_analytics.analysis.partitions import Choices
from footdrop_analytics.errors import InstallationError, StudyError
from footdrop_analytics.files import checksum, write_whole
from footdrop_analytics.knowledge.yaml_files import PACKAGED
from footdrop_analytics.scale.manifest import MANIFEST
from footdrop_analytics.scale.study import PartitionedStudy, open_study
from footdrop_analytics.scale.tables import write_parquet

DONE = "done"
"""The folder of what is known of finished parts."""


@dataclass(frozen=True)
class Task:
    """One part to be analysed, from anywhere that sees the folders."""

    folder: str
    out: str
    number: int
    fingerprint: str
    choices: Choices
    version: tuple[str, str]


@dataclass(frozen=True)
class Done:
    """A part that is analysed: rows and checksum of each of its tables."""

    number: int
    fingerprint: str
    rows: dict[str, int]
    checksums: dict[str, str]


def key_of(choices: Choices, study: PartitionedStudy) -> str:
    """A name for what was chosen, and the days that follow from the whole study."""
    days = (study.as_of, study.log_through, study.rows_through)
    facts = repr((__version__, knowledge_digest(), *map(str, days), choices))
    return hashlib.sha256(facts.encode("utf-8")).hexdigest()[:20]


@cache
def knowledge_digest() -> str:
    """A checksum of the package's rules, definitions and names."""
    found = hashlib.sha256()
    for path in sorted(PACKAGED.glob("*.yaml")):
        found.update(path.read_bytes())
    return found.hexdigest()


def own_version() -> tuple[str, str]:
    """The version of the package, and the checksum of its knowledge."""
    return __version__, knowledge_digest()


def refuse_other_version(where: str, has: tuple[str, str], asked: tuple[str, str]) -> None:
    """Raise an InstallationError where another version of the package, or of its rules, would give other results."""
    if has[0] != asked[0]:
        raise InstallationError(
            f"{where} has footdrop_analytics {has[0]}, and {asked[0]} asked for the work: results would be mixed. "
            f"Install {asked[0]} there, and start it again."
        )
    if has[1] != asked[1]:
        raise InstallationError(
            f"{where} has other rules or definitions in its footdrop_analytics {has[0]}: results would be mixed. "
            "Install the same package there, and start it again."
        )


def analyse_part(task: Task) -> Done:
    """Analyse one part and write its results; a part whose results are there already is not analysed again."""
    refuse_other_version("A worker", own_version(), task.version)
    out = Path(task.out)
    if (done := finished(out, task.number, task.fingerprint)) is not None:
        return done
    study = _opened(task.folder, (Path(task.folder) / MANIFEST).stat().st_mtime_ns)
    part = study.part_of(task.number)
    if part.fingerprint != task.fingerprint:
        raise StudyError(f"{task.folder}: was partitioned anew meanwhile. Run the analysis again.")
    tables = part_results(study, task.number, task.choices)
    places = {name: result_path(out, name, task.number) for name in tables}
    for name, table in tables.items():
        _write(table, places[name])
    rows = {name: len(table) for name, table in tables.items()}
    done = Done(task.number, task.fingerprint, rows, {name: checksum(place) for name, place in places.items()})
    # Written last: results without it were broken off.
    write_whole(out / DONE / f"{task.number:05d}.json", json.dumps(vars(done)))
    return done


@lru_cache(maxsize=2)
def _opened(folder: str, _changed: int) -> PartitionedStudy:
    return open_study(folder)


def part_results(study: PartitionedStudy, number: int, choices: Choices) -> dict[str, pd.DataFrame]:
    """The result tables of one part."""
    _, _, tables = results_of(study.part(number), choices, workers=1)
    return tables


def result_path(out: Path, table: str, number: int) -> Path:
    """Where the rows of one part in a result table stand."""
    return out / table / f"{number:05d}.parquet"


def _write(table: pd.DataFrame, path: Path) -> None:
    """Keys as plain text, so that the files of all parts have one schema and any program reads them as one table."""
    found = pa.Table.from_pandas(table, preserve_index=False)
    plain = pa.schema(
        [field.with_type(pa.large_string()) if pa.types.is_dictionary(field.type) else field for field in found.schema]
    )
    found = found.cast(plain).replace_schema_metadata(found.schema.metadata)

    write_whole(path, lambda file: write_parquet(found, file))


def finished(out: Path, number: int, fingerprint: str) -> Done | None:
    """What is known of a part whose results are whole and those of its present rows; none otherwise."""
    place = out / DONE / f"{number:05d}.json"
    try:
        done = Done(**json.loads(place.read_text(encoding="utf-8")))
        same = all(checksum(result_path(out, name, number)) == found for name, found in done.checksums.items())
    except (OSError, ValueError, TypeError):
        return None
    return done if same and done.fingerprint == fingerprint else None
