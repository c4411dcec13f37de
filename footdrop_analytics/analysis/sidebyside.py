"""Work on several parts at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


def side_by_side(
    work: Callable[[_Part], _Result],
    parts: Sequence[_Part],
    workers: int,
    progress: Callable[[str], None] | None = None,
) -> list[_Result]:
    """The results of ``work`` for every part, in their order, by ``workers`` threads of which the caller's is one.

    The caller's thread takes part because memory that it lets go stays at hand, while the C library gives that of
    other threads back to the system and has to fetch it again. ``progress`` is called in the caller's thread only.
    Words are said in the caller's language in all of them.
    """
    left = list(reversed(list(enumerate(parts))))
    done: dict[int, _Result] = {}

    def take_turns(report: Callable[[str], None] | None) -> None:
        while True:
            try:
                number, part = left.pop()
            except IndexError:
                return
            done[number] = work(part)
            if report is not None:
                report(f"part {len(done)} of {len(parts)}")

    with ThreadPoolExecutor(max_workers=max(workers, 1)) as pool:
        helpers = [pool.submit(copy_context().run, take_turns, None) for _ in range(min(workers, len(parts)) - 1)]
        try:
            take_turns(progress)
        finally:
            left.clear()
        for helper in helpers:
            helper.result()
    if progress is not None and helpers:
        progress(f"part {len(parts)} of {len(parts)}")
    return [done[number] for number in range(len(parts))]
