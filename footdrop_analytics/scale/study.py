"""``fd.open_study``: a partitioned study, of which nothing but the manifest is read until it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from footdrop_analytics.errors import ParameterError, ids_of, path_of
from footdrop_analytics.files import checksum
from footdrop_analytics.knowledge import ExerciseCatalog, load_exercises
from footdrop_analytics.model.columns import INSTANT
from footdrop_analytics.model.study import LAST_DAYS, TABLES, AnyStudy, Study
from footdrop_analytics.reading.notes import unread_table
from footdrop_analytics.reading.rows import stacked_frames, unreadable_table
from footdrop_analytics.reading.sources.locate import EXERCISES_FILE
from footdrop_analytics.scale.manifest import Manifest, read_manifest
from footdrop_analytics.scale.parts import TOLD, Nothing, Part, in_file_order, part_table, read_part
from footdrop_analytics.scale.study_facts import COMMON
from footdrop_analytics.scale.tables import bucket_of, by_patient, read_table
from footdrop_analytics.wording.language import study_error

NOBODY_AT_ALL = -1
"""The number of a part without a row."""


@dataclass(frozen=True, eq=False, repr=False)
class PartitionedStudy(AnyStudy):
    """A study in parts of whole patients on disk; see :func:`open_study`.

    It has the attributes of a :class:`Study`; a table is put together from all parts when it is asked for, which for
    large ones takes the memory that the parts were made to spare.
    """

    folder: Path
    manifest: Manifest
    exercises: ExerciseCatalog
    as_of: pd.Timestamp
    log_through: pd.Timestamp
    rows_through: pd.Timestamp
    synthetic: bool

    @classmethod
    def of(cls, folder: Path, manifest: Manifest, exercises: ExerciseCatalog) -> PartitionedStudy:
        """The study that a manifest tells of."""
        days: dict[str, Any] = {one: pd.Series([getattr(manifest, one)], dtype=INSTANT)[0] for one in LAST_DAYS}
        return cls(folder, manifest, exercises, **days, synthetic=manifest.synthetic)

    @property
    def n_patients(self) -> int:
        """How many patients have a valid row in any table."""
        return sum(part.patients for part in self.manifest.parts)

    @property
    def n_rows(self) -> int:
        """How many logged rows there are."""
        return sum(part.rows["sessions"] for part in self.manifest.parts)

    @cached_property
    def known_ids(self) -> frozenset[str]:
        """The ids of everybody with a valid row in any table."""
        return frozenset().union(*(self._ids_of(part) for part in self.manifest.parts))

    @cached_property
    def patient_ids(self) -> list[str]:
        """Every patient with a valid session or prescription, sorted as text."""
        return sorted(set[str]().union(*(self._ids_of(part, listed=True) for part in self.manifest.parts)))

    @cached_property
    def _nothing(self) -> Nothing:
        return Nothing.of(self.exercises)

    def table(self, name: str, empty: bool = False) -> pd.DataFrame:
        """A table of all patients, or what it is without rows."""
        return self._nothing.tables[name].copy() if empty else self._whole(name)

    def __getattr__(self, name: str) -> pd.DataFrame:
        """A table of all patients, those of :class:`Study` by their names."""
        if name not in (*TABLES, *TOLD, "sources"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return self._whole(name)

    def _whole(self, name: str, patients: Mapping[int, Sequence[str]] | None = None) -> pd.DataFrame:
        """A table from all parts, or the rows of some ``patients``, by the number of their part."""
        if name == "sources":
            return self._common("sources")
        chosen = [part for part in self.manifest.parts if patients is None or part.number in patients]
        whose = {} if patients is None else patients
        found = [part_table(self.folder, part, name, self._nothing, whose.get(part.number)) for part in chosen]
        if name in TABLES:
            # Without a row too, a table has the study's own columns.
            filled = [frame for frame in found if len(frame)] or found[:1] or [self._nothing.tables[name].copy()]
            return filled[0] if len(filled) == 1 else by_patient(stacked_frames(name, filled))
        if name in COMMON:
            common = self._common(name)
            if name == "notes" and patients is not None:
                # Of lines that belong to no part only notes name patients who exist.
                ids = [one for few in patients.values() for one in few]
                common = common[common["patient_id"].isna() | common["patient_id"].isin(ids)]
            found.append(common)
        lines = [one for one in found if len(one)]
        if not lines:
            return self._nothing.tables[name].copy()
        if name == "unreadable":
            return unreadable_table(lines, self.exercises.keys)
        if name == "unread":
            return unread_table(in_file_order(lines))
        return pd.concat(lines, ignore_index=True) if name in ("notes", "superseded") else in_file_order(lines)[0]

    def _ids_of(self, part: Part, listed: bool = False) -> set[str]:
        """The ids of a part, or of its patients with a session or a plan; a part of rows that fail alone has none."""
        found = read_part(self.folder, part, "ids")
        if found is None:
            return set()
        return set(found.loc[found["listed"], "patient_id"] if listed else found["patient_id"])

    def _common(self, name: str) -> pd.DataFrame:
        if name not in self.manifest.common_checksums:
            return self._nothing.tables[name].copy()
        path = self.folder / self.manifest.common / f"{name}.parquet"
        found = read_table(path, self.manifest.common_checksums[name])
        return unreadable_table([found], self.exercises.keys) if name == "unreadable" else found

    def part(self, number: int) -> Study:
        """The study of the patients of one part, with the last days of the whole study.

        Raises ParameterError if there is no part of this number. Raises StudyError if the part is missing or damaged.
        """
        if number == NOBODY_AT_ALL:
            return self._study(dict(self._nothing.tables))
        chosen = self.part_of(number)
        return self._study({name: part_table(self.folder, chosen, name, self._nothing) for name in (*TABLES, *TOLD)})

    def part_of(self, number: int) -> Part:
        """The part of a number."""
        for part in self.manifest.parts:
            if part.number == number:
                return part
        raise ParameterError(f"number: there is no part {number}.")

    def has(self, patient_id: str) -> bool:
        """Whether there is a valid row of a patient."""
        number = bucket_of(patient_id, self.manifest.count)
        return any(part.number == number and patient_id in self._ids_of(part) for part in self.manifest.parts)

    def patient(self, patient_id: str) -> Study:
        """The study of one patient; only those rows are read. Raises ParameterError if there is none."""
        return self.filter([str(patient_id)])

    def filter(self, patients: Iterable[str]) -> Study:
        """The study of some patients in memory; only their rows are read.

        Lines of nobody are among what was rejected and noted: they may be anybody's. Copies are those of the parts.

        Raises ParameterError if ``patients`` is no list of texts, or names a patient without any row.
        """
        wanted = list(dict.fromkeys(ids_of(patients, "patients")))
        if unknown := [one for one in wanted if not self.has(one)]:
            raise ParameterError(
                f"patients: no rows of {', '.join(map(repr, unknown[:5]))}. Ids must be written as in the files."
            )
        by_part = self.by_part(wanted)
        return self._study({name: self._whole(name, by_part) for name in (*TABLES, *TOLD)})

    def by_part(self, patients: Iterable[str]) -> dict[int, list[str]]:
        """Some patients by the number of their part."""
        found: dict[int, list[str]] = {}
        for one in patients:
            found.setdefault(bucket_of(one, self.manifest.count), []).append(one)
        return found

    def whole(self) -> Study:
        """All of it in memory, as :func:`read_study` of the files gives it, rows in the order of patients."""
        return self._study({name: self._whole(name) for name in (*TABLES, *TOLD)})

    def _study(self, tables: dict[str, Any]) -> Study:
        facts: dict[str, Any] = {name: getattr(self, name) for name in LAST_DAYS}
        return Study(
            **tables,
            **facts,
            exercises=self.exercises,
            sources=self._common("sources"),
            date_format=self.manifest.date_format,
            timezone=self.manifest.timezone,
            synthetic=self.synthetic,
        )

    def __repr__(self) -> str:
        parts = len(self.manifest.parts)
        made_up = ", synthetic" if self.synthetic else ""
        return (
            f"<{type(self).__name__}: {self.n_patients:,} patients, as of {self.as_of:%Y-%m-%d}{made_up}>\n"
            f"  {self.n_rows:,} logged rows in {parts} part{'' if parts == 1 else 's'}"
        )


def open_study(folder: str | Path) -> PartitionedStudy:
    """Open a partitioned study; nothing but its manifest is read.

    Parameters
    ----------
    folder : str or Path
        The folder that :func:`partition` made.

    Returns
    -------
    PartitionedStudy
        For :func:`analyse`; one part, or one patient, is a :class:`Study` of its own.

    Raises
    ------
    StudyError
        If it is no partitioned study, is not whole yet, or was made by another version.

    Examples
    --------
    >>> import tempfile
    >>> import footdrop_analytics as fd
    >>> files, parts = tempfile.mkdtemp(), tempfile.mkdtemp()
    >>> fd.simulate(patients=4, weeks=2, seed=1).write(files)
    >>> _ = fd.partition(files, out=parts, rows_per_part=100)
    >>> open_study(parts).patient("SIM-0002").patient_ids
    ['SIM-0002']
    """
    place = path_of(folder, "folder")
    manifest = read_manifest(place)
    if manifest.exercises is None:
        return PartitionedStudy.of(place, manifest, load_exercises())
    own = place / EXERCISES_FILE
    if not own.is_file() or checksum(own) != manifest.exercises:
        raise study_error("{file}: is missing or was changed since the study was partitioned. Put it back.", file=own)
    return PartitionedStudy.of(place, manifest, load_exercises(own))
