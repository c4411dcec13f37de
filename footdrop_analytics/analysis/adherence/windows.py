"""Windows of days: calendar weeks, rolling windows, programme weeks, or the whole period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from footdrop_analytics.analysis.log.arrays import FAR_DAY, Ints, monday_of, ranges
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

    def windows(self, group: Ints, start: Ints, end: Ints) -> Windows:
        """The windows of each group from its own start to its own end; none where the start is later."""
        begun = start <= end
        group, start, end = group[begun], start[begun], end[begun]
        base = monday_of(start) if self.every == -1 else start
        step = 7 if self.every == -1 else self.every
        count = np.ones(len(group), dtype=np.int64) if step == 0 else (end - base) // step + 1
        number = ranges(count)
        first, base, end = (np.repeat(days, count) for days in (start, base, end))
        if step == 0:
            low, high = first, end
        elif self.every == -1 or self.from_start:
            low = base + number * step
            high = low + (step if self.every == -1 else self.length) - 1
        else:
            high = end - (np.repeat(count, count) - 1 - number) * step
            low = high - self.length + 1
        return Windows(np.repeat(group, count), np.maximum(low, first), np.minimum(high, end), number + 1)


def window_rule(every: object, length: object, anchor: object) -> Rule:
    """Read the parameters of :func:`adherence`."""
    if anchor not in ("start", "end"):
        raise ParameterError(f"anchor: expected 'start' or 'end', found {anchor!r}.")
    if every is None or every == "week":
        if length is not None:
            raise ParameterError(f"length: only goes with every='7D' or another number of days, not with {every!r}.")
        if anchor == "start":
            raise ParameterError(f"anchor: 'start' only goes with every='7D' or another number of days, not {every!r}.")
        return Rule(every=0 if every is None else -1, length=0, from_start=True)
    days = _days(every, "every")
    return Rule(every=days, length=days if length is None else _days(length, "length"), from_start=anchor == "start")


def _days(value: object, name: str) -> int:
    found = re.fullmatch(r"\s*(\d{1,6})\s*[dD]\s*", value) if isinstance(value, str) else None
    if found is None or int(found[1]) == 0:
        also = "'week', None or " if name == "every" else ""
        raise ParameterError(f"{name}: expected {also}a number of days such as '7D', found {value!r}.")
    return int(found[1])


def patient_windows(rule: Rule, first_day: Ints, start: int | None, end: int) -> Windows:
    """Windows of each patient; patients without any prescription or session have none."""
    known = first_day < FAR_DAY
    patients = np.flatnonzero(known)
    begins = first_day[known] if start is None else np.full(len(patients), start)
    return rule.windows(patients, begins, np.full(len(patients), end))
