"""Third-party readers behind one guard: whatever they raise over a file is our error, and they warn nobody."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footdrop_analytics.errors import FootdropError, StudyError, shortened
from footdrop_analytics.wording.language import translated

_MOST_CHARACTERS = 120


@contextmanager
def guarded(path: Path, kind: str, advice: str) -> Iterator[None]:
    """Around the readers of one file: a damaged one may make them raise anything at all."""
    if path.stat().st_size == 0:
        empty = translated("{file}: the file is empty.", file=path.name)
        raise StudyError(f"{empty} {translated(advice)}")
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except FootdropError:
        raise
    except BaseException as error:
        # A reader written in Rust panics with what is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        said = " ".join(str(error).split()) or type(error).__name__
        what = translated(
            "{file}: cannot be read as {kind} ({error}).",
            file=path.name,
            kind=translated(kind),
            error=shortened(said, _MOST_CHARACTERS),
        )
        raise StudyError(f"{what} {translated(advice)}") from error
