"""From which day to which, for all or for each patient, and the windows that such a period is cut into."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import FAR_DAY, Bools, Ints
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.days import day_of
from footdrop_analytics.wording.language import marked, translated

_EARLIEST = 0
"""No log is older (1970-01-01)."""
_LENGTH = re.compile(r"\s*(\d{1,5})\s*([dDwW])\s*")


def period(start: object, end: object, as_of_day: int) -> tuple[int | None, int]:
    """First and last day of one period for all; the first is ``None`` where each patient's own first day counts."""
    first = None if start is None else _late_enough(start, "start")
    last = as_of_day if end is None else cols.as_day(end, "end")
    if first is not None and last < first and end is not None:
        raise ParameterError(translated("end: {last} is before start, {first}.", last=_date(last), first=_date(first)))
    if first is not None and as_of_day < first:
        words = marked("start: {first} is after the last day that counts (as_of), {last}.")
        raise ParameterError(translated(words, first=_date(first), last=_date(as_of_day)))
    return first, min(last, as_of_day)


def _late_enough(value: object, name: str) -> int:
    """The day number of a day that a log can be of."""
    day = cols.as_day(value, name)
    if day < _EARLIEST:
        words = marked("{name}: {day} lies long before every log; expected a day from {first} on.")
        raise ParameterError(translated(words, name=name, day=_date(day), first=_date(_EARLIEST)))
    return day


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))


@dataclass(frozen=True)
class Periods:
    """First and last day of each patient (both inclusive; ``end`` cut to ``as_of``), and who is left out.

    Patients without a day of their own are; ``start`` is then later than ``end``, and ``notes`` says so. It also names
    patients whose own period has no day: it begins after ``as_of``, or ends before it begins.
    """

    start: Ints
    end: Ints
    left_out: Bools
    notes: tuple[str, ...]


def patient_periods(log: CodedLog, start: object, end: object, first_day: Ints) -> Periods:
    """The period of each patient.

    ``start`` and ``end`` are one day, the name of a column of ``patients``, or a mapping or Series by patient; ``end``
    may be a length such as ``"12W"`` or ``"84D"`` from each patient's start. ``first_day`` counts where ``start`` is
    ``None``; the default of ``end`` is ``as_of``.

    Raises ParameterError if one of them is none of these, or a day of a patient is no date.
    """
    own_start, own_end = _own_days(log, start, "start"), _own_days(log, end, "end")
    days = _length(end)
    shared = period(
        None if own_start is not None else _known_form(start, "start"),
        None if own_end is not None or days else _known_form(end, "end"),
        log.as_of_day,
    )
    first = first_day if shared[0] is None else np.full_like(first_day, shared[0])
    first = first if own_start is None else own_start
    last = np.full_like(first, shared[1]) if own_end is None else own_end
    if days:
        last = first + days - 1
    left_out = np.zeros(len(first), dtype=bool)
    notes: list[str] = []
    for name, own in (("start", own_start), ("end", own_end)):
        if own is not None:
            left_out |= own == FAR_DAY
            words = marked("{name}: {count} of {all} patients have no such day and are left out: {ids}")
            notes += _notes(log, own == FAR_DAY, words, name=name)
    last = np.minimum(last, log.as_of_day)
    if own_start is not None or own_end is not None:
        empty = (first > last) & ~left_out & (first_day < FAR_DAY)
        words = marked(
            "period: {count} of {all} patients begin after the last day that counts or end before they begin: {ids}"
        )
        notes += _notes(log, empty, words)
    first = np.where(left_out | (first_day == FAR_DAY), FAR_DAY, first)
    return Periods(first, last, left_out, tuple(notes))


def _notes(log: CodedLog, which: Bools, words: str, **values: str) -> list[str]:
    ids = log.patients[which].tolist()
    if not ids:
        return []
    shown = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
    return [translated(words, count=len(ids), all=len(which), ids=shown, **values)]


def _length(end: object) -> int:
    """The days of a length such as ``"12W"``; 0 if ``end`` is none."""
    found = _LENGTH.fullmatch(end) if isinstance(end, str) else None
    if found is None:
        return 0
    days = int(found[1]) * (7 if found[2] in "wW" else 1)
    if days == 0:
        raise ParameterError(f"end: expected a length of at least one day, such as '12W' or '84D', found {end!r}.")
    return days


def _known_form(value: object, name: str) -> object:
    """The value, unless it is a text that is no day: the error then names every form that would be understood."""
    try:
        return None if value is None else day_of(value, name)
    except ParameterError as error:
        length = ", a length such as '12W' or '84D'" if name == "end" else ""
        raise ParameterError(
            f"{name}: expected a day such as '2026-03-31'{length}, the name of a column of patients, or a mapping or "
            f"Series by patient, found {value!r}."
        ) from error


def _own_days(log: CodedLog, value: object, name: str) -> Ints | None:
    """One day for each patient number (``FAR_DAY``: none), if ``value`` says a day per patient."""
    if isinstance(value, str) and value in log.study.patients.columns:
        table = log.study.patients
        value = pd.Series(table[value].array, index=table["patient_id"].astype(object))
    elif isinstance(value, Mapping):
        value = pd.Series(dict(value), dtype=object)
    elif not isinstance(value, pd.Series):
        return None
    number = log.patients.get_indexer(pd.Index([str(one) for one in value.index], dtype="str"))
    known = number >= 0
    days = np.full(len(log.patients), FAR_DAY)
    days[number[known]] = own = _days(value, name)[known]
    twice = days[number[known]] != own
    if twice.any():
        raise ParameterError(
            f"{name}: expected one day for each patient, found several of {value[known].index[twice][0]!r}."
        )
    return days


def _days(values: pd.Series, name: str) -> Ints:
    """The day number of each cell; ``FAR_DAY`` of a blank one."""
    try:
        codes, distinct = pd.factorize(values.to_numpy(dtype=object))
    except TypeError as error:
        raise ParameterError(f"{name}: expected one day for each patient, found {values.iloc[0]!r}.") from error
    return np.array([*(_day(one, name) for one in distinct), FAR_DAY], dtype=np.int64)[codes]


def _day(value: object, name: str) -> int:
    """The day number of one cell; ``FAR_DAY`` of a blank one."""
    if value is None or (isinstance(value, str) and not value.strip()) or pd.isna(value):  # type: ignore[call-overload]
        return FAR_DAY
    return _late_enough(value, name)


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
        base = cols.monday_of(start) if self.every == -1 else start
        step = 7 if self.every == -1 else self.every
        count = np.ones(len(group), dtype=np.int64) if step == 0 else (end - base) // step + 1
        number = cols.ranges(count)
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
    days = _whole_days(every, "every")
    return Rule(
        every=days, length=days if length is None else _whole_days(length, "length"), from_start=anchor == "start"
    )


def _whole_days(value: object, name: str) -> int:
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
