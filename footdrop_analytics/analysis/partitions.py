"""A study in parts of whole patients, worked on side by side, and the results put together again.

A patient's results depend on that patient's rows alone, so a large study is worked on in parts: memory stays bounded,
the columns of a part fit the processor's caches, and parts can run at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from footdrop_analytics.analysis.log.arrays import Ints
from footdrop_analytics.analysis.log.entries import patient_index, patient_numbers
from footdrop_analytics.model.study import TABLES, Study
from footdrop_analytics.wording.language import translated
from footdrop_analytics.wording.words import number

ROWS_PER_PART = 550_000
"""Twice as many cost an eighth more time: memory of larger columns goes back to the system and is fetched again."""
_TOLD = ("rejected", "unread", "unreadable", "superseded")
"""What is said of rows that are in no table."""

_Numbers = npt.NDArray[np.integer[Any]]


def parts_of(study: Study, rows: int = ROWS_PER_PART, multiple_of: int = 1) -> list[Study]:
    """The study in parts of at most about ``rows`` logged rows, each with all tables of its patients, in order of ids.

    Their number is one, or a multiple of ``multiple_of``, so that as many workers have equal shares.
    """
    if len(study.sessions) <= rows:
        return [study]
    patients = patient_index(study)
    numbers = {name: _numbers(getattr(study, name), patients) for name in TABLES}
    logged = _rows_of_each(numbers["sessions"], len(patients))
    wanted = -(-len(study.sessions) // rows // multiple_of) * multiple_of
    share = -(-len(study.sessions) // wanted)
    part_of_patient = np.unique((np.cumsum(logged) - logged) // share, return_inverse=True)[1]
    count = int(part_of_patient[-1]) + 1
    if count == 1:
        return [study]
    begins = np.searchsorted(part_of_patient, np.arange(count + 1))
    tables = {name: _split(getattr(study, name), numbers[name], patients, begins) for name in TABLES}
    left_out = {name: getattr(study, name) for name in _TOLD}
    places = {name: patients.get_indexer(pd.Index(one["patient_id"].astype("str"))) for name, one in left_out.items()}
    part_of = {name: np.where(place >= 0, part_of_patient[place], -1) for name, place in places.items()}
    parts = []
    for part in range(count):
        own: dict[str, Any] = {name: tables[name][part] for name in TABLES}
        own |= {name: lines[part_of[name] == part] for name, lines in left_out.items()}
        parts.append(replace(study, **own))
    return parts


def _numbers(table: pd.DataFrame, patients: pd.Index) -> _Numbers:
    """Position of each row's patient in ``patients``, in few bytes where the table's own codes say it already."""
    ids = table["patient_id"].cat
    return ids.codes.to_numpy() if ids.categories.equals(patients) else patient_numbers(table, patients)


def _sorted(numbers: _Numbers) -> bool:
    return not (numbers[1:] < numbers[:-1]).any()


def _rows_of_each(numbers: _Numbers, size: int) -> Ints:
    if not _sorted(numbers):
        return np.bincount(numbers, minlength=size)
    return np.diff(np.searchsorted(numbers, np.arange(size + 1, dtype=numbers.dtype)))


def _split(table: pd.DataFrame, numbers: _Numbers, patients: pd.Index, begins: Ints) -> list[pd.DataFrame]:
    others = table.drop(columns="patient_id")
    if not _sorted(numbers):
        order = np.argsort(numbers, kind="stable")
        others, numbers = others.iloc[order], numbers[order]
    bounds = np.searchsorted(numbers, begins.astype(numbers.dtype))
    pieces = []
    for place, (low, high) in enumerate(pairwise(bounds)):
        own = patients[begins[place] : begins[place + 1]]
        piece = others.iloc[low:high].reset_index(drop=True)
        ids = pd.Categorical.from_codes(numbers[low:high] - begins[place], categories=own)
        piece.insert(0, "patient_id", pd.Series(ids))
        pieces.append(piece)
    return pieces


def together(tables: Sequence[pd.DataFrame], patients: pd.Index) -> pd.DataFrame:
    """The rows of the parts' tables one below the other, with one category for every patient of the study.

    The parts' tables, which nobody else may hold, lose their ids: copies without them would take longer than all else.
    """
    if len(tables) == 1:
        return tables[0]
    ids = np.concatenate([patient_numbers(table, patients) for table in tables])
    for table in tables:
        del table["patient_id"]
    others = pd.concat(tables, ignore_index=True)
    others.insert(0, "patient_id", pd.Series(pd.Categorical.from_codes(ids, categories=patients)))
    return others


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
    Words are said in the caller's language in all of them. After an error in one thread no further part is begun.
    """
    left = list(reversed(list(enumerate(parts))))
    done: dict[int, _Result] = {}

    def take_turns(report: Callable[[Progress], None] | None) -> None:
        while True:
            try:
                number, part = left.pop()
            except IndexError:
                return
            try:
                done[number] = work(part)
                if report is not None:
                    report(Progress.of(len(done), len(parts)))
            except BaseException:
                left.clear()
                raise

    with ThreadPoolExecutor(max_workers=max(workers, 1)) as pool:
        helpers = [pool.submit(copy_context().run, take_turns, None) for _ in range(min(workers, len(parts)) - 1)]
        take_turns(progress)
        for helper in helpers:
            helper.result()
    if progress is not None and helpers:
        progress(Progress.of(len(parts), len(parts)))
    return [done[number] for number in range(len(parts))]
