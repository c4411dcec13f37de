"""Every file that is written: whole or not at all, by one writer or by several at once, and for its owner only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from footdrop_analytics.errors import ParameterError

OWNER_ONLY = 0o700


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner only; one that exists stays as it is."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=OWNER_ONLY, exist_ok=True)


def write_whole(path: Path, content: str | bytes | Callable[[BinaryIO], object]) -> None:
    """Write a file under a random name beside its place, and give it its name when all of it is on the disk.

    Nothing half-written is ever found under the name, whatever interrupts; of several writers the last one's file
    stands, whole. No link is followed. The file is for its owner only, because most of them tell of patients.

    Parameters
    ----------
    path : Path
        Where the file is to stand; its folder is made if it is missing.
    content : str, bytes or callable
        Text (written as UTF-8), bytes, or a function that writes into the open file that it is given.

    Raises
    ------
    ParameterError
        If the place is taken by something else than a file, such as a folder or a device.
    OSError
        With the name of the file, if it cannot be written.
    """
    if path.exists() and not path.is_file():
        raise ParameterError(f"{path}: is there already and no ordinary file. Name another file.")
    make_folder(path.parent)
    part: Path | None = None
    try:
        number, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        part = Path(name)
        with os.fdopen(number, "wb") as file:
            _fill(file, content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise _named(error, path) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _fill(file: BinaryIO, content: str | bytes | Callable[[BinaryIO], object]) -> None:
    if callable(content):
        content(file)
    else:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def _named(error: OSError, path: Path) -> OSError:
    """The same error, about the file that people know."""
    return type(error)(error.errno, error.strerror or str(error), str(path))
