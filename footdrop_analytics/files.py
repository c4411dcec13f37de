"""Every file that is written: whole or not at all, by one writer or by several at once, and for its owner only."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from footdrop_analytics.errors import ParameterError

OWNER_ONLY = 0o700
OWNER_READS_AND_WRITES = 0o600


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner only; one that exists stays as it is."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=OWNER_ONLY, exist_ok=True)


def write_whole(
    path: Path, content: str | bytes | Callable[[BinaryIO], object], mode: int = OWNER_READS_AND_WRITES
) -> None:
    """Write a file under a random name beside its place, and give it its name when all of it is on the disk.

    Nothing half-written is ever found under the name, whatever interrupts; of several writers the last one's file
    stands, whole. No link is followed. The file is for its owner only, because most of them tell of patients.

    Parameters
    ----------
    path : Path
        Where the file is to stand; its folder is made if it is missing.
    content : str, bytes or callable
        Text (written as UTF-8), bytes, or a function that writes into the open file that it is given.
    mode : int, optional
        Who may read and write it, where files have such modes.

    Raises ParameterError if the place is taken by something else than a file, such as a folder or a device. Raises
    OSError with the name of the file, if it cannot be written.
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
        if mode != OWNER_READS_AND_WRITES:
            part.chmod(mode)
        part.replace(path)
    except OSError as error:
        raise _named(error, path) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def in_memory(fill: Callable[[BinaryIO], object]) -> bytes:
    """What a writer of archives, such as workbooks, writes; broken off in a file, it would complain once more later."""
    stream = io.BytesIO()
    fill(stream)
    return stream.getvalue()


def _fill(file: BinaryIO, content: str | bytes | Callable[[BinaryIO], object]) -> None:
    if callable(content):
        content(file)
    else:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def _named(error: OSError, path: Path) -> OSError:
    """The same error, about the file that people know."""
    return type(error)(error.errno, error.strerror or str(error), str(path))


LOCK = ".footdrop-lock"
"""The file that stands for a folder while somebody writes in it; it stays there, empty."""
_PATIENCE_S, _PAUSE_S = 10.0, 0.02


@contextmanager
def locked(folder: Path, patience_s: float | None = None) -> Iterator[None]:
    """Let one process at a time read and write again in a folder; the others wait.

    The system lets go of the lock when its process ends, in whatever way.

    Raises TimeoutError if others write for ten seconds. Raises OSError if nothing can be written in the folder.
    """
    lock = folder / LOCK
    is_new = not lock.exists()
    number = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        if is_new:  # all who may write in the folder may lock it, whatever modes this process gives
            lock.chmod(folder.stat().st_mode & 0o666)
        end = time.monotonic() + (_PATIENCE_S if patience_s is None else patience_s)
        while not take_lock(number):
            if time.monotonic() > end:
                raise TimeoutError(f"{folder}: others are writing")
            time.sleep(_PAUSE_S)
        yield
    finally:
        os.close(number)


def take_lock(number: int) -> bool:
    """Whether an open file could be locked; the system lets go of it when the process ends, in whatever way."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def checksum(path: Path) -> str:
    """The SHA-256 of a file, which says which version of it was read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
