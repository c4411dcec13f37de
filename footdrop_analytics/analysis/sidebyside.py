"""Work on several parts at the same time, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import number

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


class Progress(str):
    """How far the work on parts is, in words.

    Attributes
    ----------
    done, parts : int
        How many parts are done, and of how many.

    Examples
    --------
    >>> progress = Progress.of(2, 8, rows_per_s=120_000.0, left_s=3.2)
    >>> progress, progress.done
    ('part 2 of 8, 120,000 rows a second, about 3 s left', 2)
    """

    __slots__ = ("done", "parts")

    done: int
    parts: int

    @classmethod
    def of(cls, done: int, parts: int, rows_per_s: float | None = None, left_s: float | None = None) -> Progress:
        """What is said after each part; the speed and the time left where they are known."""
        words = [translated("part {done} of {parts}", done=done, parts=parts)]
        if rows_per_s is not None:
            words.append(translated("{rows} rows a second", rows=number(rows_per_s, 0)))
        if left_s is not None:
            words.append(translated("about {seconds} s left", seconds=number(left_s, 0)))
        found = cls(", ".join(words))
        found.done, found.parts = done, parts
        return found


def side_by_side(
    work: Callable[[_Part], _Result],
    parts: Sequence[_Part],
    workers: int,
    progress: Callable[[Progress], None] | None = None,
) -> list[_Result]:
    """The results of ``work`` for every part, in their order, by ``workers`` threads of which the caller's is one.

    The caller's thread takes part because memory that it lets go stays at hand, while the C library gives that of
    other threads back to the system and has to fetch it again. ``progress`` is called in the caller's thread only.
    Words are said in the caller's language in all of them.
    """
    left = list(reversed(list(enumerate(parts))))
    done: dict[int, _Result] = {}

    def take_turns(report: Callable[[Progress], None] | None) -> None:
        while True:
            try:
                number, part = left.pop()
            except IndexError:
                return
            done[number] = work(part)
            if report is not None:
                report(Progress.of(len(done), len(parts)))

    with ThreadPoolExecutor(max_workers=max(workers, 1)) as pool:
        helpers = [pool.submit(copy_context().run, take_turns, None) for _ in range(min(workers, len(parts)) - 1)]
        try:
            take_turns(progress)
        finally:
            left.clear()
        for helper in helpers:
            helper.result()
    if progress is not None and helpers:
        progress(Progress.of(len(parts), len(parts)))
    return [done[number] for number in range(len(parts))]
