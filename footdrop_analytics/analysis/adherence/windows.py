"""Windows of days: calendar weeks, rolling windows, programme weeks, or the whole period."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from footdrop_analytics.analysis.log.arrays import FAR_DAY, Ints, as_day, monday_of, ranges
from footdrop_analytics.errors import ParameterError


@dataclass(frozen=True)
class Windows:
    """Windows of several groups (patients, or series), group after group; days inclusive, ``number`` from 1."""

    group: Ints
    start: Ints
    end: Ints
    number: Ints


def end_to_end(several: Sequence[Windows]) -> Windows:
    """Several lists of windows as one."""
    return Windows(*(np.concatenate([getattr(one, part.name) for one in several]) for part in fields(Windows)))


@dataclass(frozen=True)
class Rule:
    """How a period is cut: ``every`` and ``length`` in days; ``every`` 0 = whole period, −1 = calendar weeks."""

    every: int
    length: int
    from_start: bool

    def windows(self, group: Ints, start: Ints, end: int) -> Windows:
        """The windows of each group from its own start to the common end; none where the start is later."""
        begun = start <= end
        group, start = group[begun], start[begun]
        base = monday_of(start) if self.every == -1 else start
        step = 7 if self.every == -1 else self.every
        count = np.ones(len(group), dtype=np.int64) if step == 0 else (end - base) // step + 1
        number = ranges(count)
        first, base = np.repeat(start, count), np.repeat(base, count)
        if step == 0:
            low, high = first, np.full(len(first), end)
        elif self.every == -1 or self.from_start:
            low = base + number * step
            high = low + (step if self.every == -1 else self.length) - 1
        else:
            high = end - (np.repeat(count, count) - 1 - number) * step
            low = high - self.length + 1
        return Windows(np.repeat(group, count), np.maximum(low, first), np.minimum(high, end), number + 1)


def window_rule(every: object, length: object, anchor: object) -> Rule:
    """Read the parameters of :func:`adherence`.

    Raises
    ------
    ParameterError
        If a value is not one that the parameter takes, or ``length`` is given beside ``"week"`` or ``None``.
    """
    if anchor not in ("start", "end"):
        raise ParameterError(f"anchor: expected 'start' or 'end', found {anchor!r}.")
    if every is None or every == "week":
        if length is not None:
            raise ParameterError(f"length: only goes with every='7D' or another number of days, not with {every!r}.")
        if anchor == "start":
            warnings.warn(f"anchor='start' has no effect with every={every!r}.", UserWarning, stacklevel=3)
        return Rule(every=0 if every is None else -1, length=0, from_start=True)
    days = _days(every, "every")
    return Rule(every=days, length=days if length is None else _days(length, "length"), from_start=anchor == "start")


def _days(value: object, name: str) -> int:
    found = re.fullmatch(r"\s*(\d{1,6})\s*[dD]\s*", value) if isinstance(value, str) else None
    if found is None or int(found[1]) == 0:
        also = "'week', None or " if name == "every" else ""
        raise ParameterError(f"{name}: expected {also}a number of days such as '7D', found {value!r}.")
    return int(found[1])


_EARLIEST = int(np.datetime64("1900-01-01", "D").astype(np.int64))


def period(start: object, end: object, as_of_day: int) -> tuple[int | None, int]:
    """First and last day of the period; the first is ``None`` where each patient's own first day counts.

    Raises
    ------
    ParameterError
        If ``start`` or ``end`` is no date, ``end`` lies before ``start``, or ``start`` after ``as_of`` or a century
        before every log: a year that is mistyped, or half typed, would make windows of all those years.
    """
    first = None if start is None else as_day(start, "start")
    if first is not None and first < _EARLIEST:
        raise ParameterError(
            f"start: {_date(first)} lies long before every log; expected a day from {_date(_EARLIEST)} on."
        )
    last = as_of_day if end is None else as_day(end, "end")
    if first is not None and last < first and end is not None:
        raise ParameterError(f"end: {_date(last)} lies before start, {_date(first)}.")
    if first is not None and as_of_day < first:
        raise ParameterError(f"start: {_date(first)} lies after the last day that counts (as_of), {_date(as_of_day)}.")
    return first, min(last, as_of_day)


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))


def patient_windows(rule: Rule, first_day: Ints, start: int | None, end: int) -> Windows:
    """Windows of each patient; patients without any prescription or session have none."""
    known = first_day < FAR_DAY
    patients = np.flatnonzero(known)
    begins = first_day[known] if start is None else np.full(len(patients), start)
    return rule.windows(patients, begins, end)
