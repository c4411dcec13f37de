"""The manifest of a partitioned study, written last and at once: the study is the new one, or still the old one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from footdrop_analytics import __version__
from footdrop_analytics.errors import ParameterError, StudyError
from footdrop_analytics.files import make_folder, take_lock, write_whole
from footdrop_analytics.scale.parts import Part
from footdrop_analytics.wording.language import study_error

MANIFEST = "footdrop-parts.json"
PLAN = "footdrop-plan.json"
"""What was to be made, written first: a run that was broken off goes on by it."""
FORM = 3
"""The form of what stands in the folder; another one cannot be read."""
RESULTS = "results"
"""The folder of results in that of a partitioned study."""
LOCK = "footdrop-parts.lock"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A partitioned study.

    Patients are divided by their ids into ``count`` parts, of which those without a row do not exist; ``parts`` are in
    the order of their numbers. ``common`` is the folder of the tables that belong to no part.
    """

    version: str
    count: int
    rows_per_part: int
    date_format: str | None
    timezone: str | None
    exercises: str | None
    synthetic: bool = False
    parts: tuple[Part, ...] = ()
    common: str = ""
    common_checksums: dict[str, str] = field(default_factory=dict)
    as_of: str | None = None
    log_through: str | None = None
    rows_through: str | None = None

    def write(self, folder: Path, name: str = MANIFEST) -> None:
        """Write it into the folder of the study: from now on the study is this one."""
        facts = {"form": FORM, **vars(self), "parts": [vars(part) for part in self.parts]}
        write_whole(folder / name, json.dumps(facts, indent=1) + "\n")


def is_partitioned(folder: Path) -> bool:
    """Whether a folder holds a partitioned study, or one that was begun."""
    return any((folder / name).is_file() for name in (MANIFEST, PLAN))


def read_manifest(folder: Path, planned: bool = False) -> Manifest:
    """The manifest of a partitioned study; where there is none yet, the plan of it, if that is enough."""
    path = folder / MANIFEST
    if not path.is_file() and (folder / PLAN).is_file():
        path = folder / PLAN
        if not planned:
            raise study_error(
                "{folder}: the partition was broken off. Run footdrop partition again: it goes on where it was.",
                folder=folder,
            )
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(
            f"{folder}: is no partitioned study: {MANIFEST} is missing. Make one with footdrop partition STUDY --out "
            f"{folder}."
        ) from None
    except OSError as error:
        raise study_error(
            "{path}: cannot be read ({why}). Ask its owner for permission.", path=path, why=error.strerror
        ) from None
    except ValueError:
        raise _damaged(path) from None
    if not isinstance(facts, dict) or "form" not in facts or "version" not in facts:
        raise _damaged(path)
    if (form := facts.pop("form")) != FORM or facts["version"] != __version__:
        raise study_error(
            "{path}: was written by footdrop_analytics {then} (form {old}), and this is {now} (form {new}): rules "
            "of reading may differ. Partition the study again into a new folder, or install that version.",
            path=path,
            then=facts["version"],
            old=form,
            now=__version__,
            new=FORM,
        )
    try:
        parts = tuple(Part(**part) for part in facts.pop("parts"))
        return Manifest(**facts, parts=parts)
    except (TypeError, KeyError):
        raise _damaged(path) from None


def _damaged(path: Path) -> StudyError:
    return study_error(
        "{path}: is damaged. Delete it and run footdrop partition again; files that were read are kept.", path=path
    )


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder for one writer; the system lets it go even if the process is killed."""
    make_folder(folder)
    number = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if not take_lock(number):
            raise ParameterError(
                f"{folder}: another footdrop is writing there. Wait until it has finished, and run this again."
            )
        yield
    finally:
        os.close(number)
