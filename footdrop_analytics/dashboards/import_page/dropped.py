"""Files as a browser sends them, and what they hold; nothing of them stays on the disk."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from footdrop_analytics.errors import StudyError
from footdrop_analytics.importing.sources.dictionary import is_dictionary
from footdrop_analytics.importing.sources.parts import Part, load_parts
from footdrop_analytics.wording.language import translated

MOST_BYTES = 100_000_000
"""What a page takes at once; ``footdrop import`` takes more."""
MOST_FILES = 50
_NO_NAME = re.compile(r'[\x00-\x1f\\/:*?"<>|]')
_LONGEST = 120


@dataclass(frozen=True, eq=False)
class Dropped:
    """What was dropped on the page: the parts of the files."""

    parts: tuple[Part, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(dict.fromkeys(part.file for part in self.parts))

    @property
    def has_dictionary(self) -> bool:
        """Whether the data dictionary of a REDCap project is among them."""
        return any(map(is_dictionary, self.parts))


def dropped(names: Sequence[str], contents: Sequence[bytes]) -> Dropped:
    """The parts of files."""
    if len(names) != len(contents) or not names:
        raise StudyError(translated("No file came through. Drop it again."))
    if len(names) > MOST_FILES or sum(map(len, contents)) > MOST_BYTES:
        raise StudyError(
            translated(
                "That is more than a page takes at once ({files} files, {megabytes} MB). Import larger ones in a "
                "terminal: {command}.",
                files=MOST_FILES,
                megabytes=MOST_BYTES // 1_000_000,
                command="footdrop import FILE --out STUDY",
            )
        )
    parts: list[Part] = []
    with tempfile.TemporaryDirectory(prefix="footdrop-") as folder:
        for name, content in zip(names, contents, strict=True):
            # The reader takes files; a private one is there for as long as it reads.
            place = Path(folder, _plain(name))
            place.write_bytes(content)
            parts += load_parts(place)
            place.unlink()
    return Dropped(tuple(parts))


def _plain(name: str) -> str:
    """The name without what a folder would read as more than a name."""
    suffix = PurePath(name).suffix[:12]
    return (_NO_NAME.sub("_", PurePath(name).stem)[:_LONGEST].strip(". ") or "log") + _NO_NAME.sub("_", suffix)
