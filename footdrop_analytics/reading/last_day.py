"""The last days of a study: what ``as_of`` is unless somebody says otherwise, and how far the log goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.model.columns import INSTANT
from footdrop_analytics.model.days import number_sessions
from footdrop_analytics.model.inputs import LOG_DAYS
from footdrop_analytics.wording.language import translated

FAR_APART = pd.Timedelta(days=28)
"""Visits, reviews and outcomes this long after the log are follow-up: they do not move the last day of the log."""
_LOG = ("sessions", "checkins", "events")
_CLINIC = ("visits", "reviews", "outcomes")
_NO_LOG = ("clinic", "inferred")
_NO_ROWS = ("inferred",)
_LOOK_BACK_DAYS = (3, 31)
"""No session lasts that long, so the latest ones began in the days before the last row; further back if all on one."""

_LOOKED_AT = ["patient_id", "performed_at", "session_id", "daypart", "source"]


@dataclass(frozen=True)
class LastDays:
    """The last days of a study.

    ``as_of``: the last day that counts; ``log_through``: the last day of any patient's logged row or check-in (missing
    without any); ``rows_through``: the last day of any row of sessions (``inferred`` ones left out), check-ins and
    events. ``notes`` are pairs of a table and a message.
    """

    as_of: pd.Timestamp
    log_through: pd.Timestamp
    rows_through: pd.Timestamp
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LogDays:
    """What the last days follow from, of some patients: distinct days by table, and latest days (NaT without any).

    ``begun`` are the days on which late sessions began, ``log`` the days of sessions, check-ins and events, ``clinic``
    those of visits, reviews and outcomes.
    """

    begun: np.ndarray
    log: dict[str, np.ndarray]
    clinic: dict[str, np.ndarray]
    row: pd.Timestamp
    through: pd.Timestamp
    readable: pd.Timestamp
    rows: pd.Timestamp

    def together(self, other: LogDays) -> LogDays:
        """The days of two sets of patients."""
        return LogDays(
            _distinct(self.begun, other.begun),
            {name: _distinct(found, other.log[name]) for name, found in self.log.items()},
            {name: _distinct(found, other.clinic[name]) for name, found in self.clinic.items()},
            *(pd.Series([getattr(self, name), getattr(other, name)], dtype=INSTANT).max() for name in _LATEST_DAYS),
        )


_LATEST_DAYS = ("row", "through", "readable", "rows")


def last_days(tables: Mapping[str, pd.DataFrame], unreadable: pd.DataFrame) -> LastDays:
    """The last days of a study from its valid rows, and from the days of rejected rows that can be read.

    What is not understood still happened: a rejected session, check-in or event counts with its day.
    """
    latest = last_practised(tables["sessions"])
    return last_days_of(lambda look_back: log_days(tables, unreadable, latest, look_back))


def last_practised(sessions: pd.DataFrame) -> np.datetime64:
    """The time of the latest row that is not ``inferred``; NaT without any."""
    return _latest_row(sessions, _has_no(sessions["source"], _NO_ROWS))


def late_sessions(sessions: pd.DataFrame) -> pd.DataFrame:
    """The rows of some patients that :func:`log_days` looks at, whatever the latest row of other patients is."""
    times = sessions["performed_at"].to_numpy()
    practised = _has_no(sessions["source"], _NO_ROWS)
    kept = times >= last_practised(sessions) - np.timedelta64(max(_LOOK_BACK_DAYS), "D")
    codes = sessions["source"].cat.codes.to_numpy()
    for chosen in (practised & ~kept, *(codes == code for code in np.unique(codes))):
        rows = np.flatnonzero(chosen)
        if len(rows):
            kept[rows[np.argmax(times[rows])]] = True
    return sessions.loc[kept, _LOOKED_AT].reset_index(drop=True)


def log_days(
    tables: Mapping[str, pd.DataFrame], unreadable: pd.DataFrame, latest: np.datetime64, look_back: int
) -> LogDays:
    """What the last days follow from, of some patients.

    ``latest`` is the latest practised row of the whole study; ``look_back`` is how many days before it sessions are
    put together from their rows.
    """
    sessions, source = tables["sessions"], unreadable["source"]
    rejected = {name: unreadable.loc[unreadable["table"] == name, "day"] for name in _LOG}
    practised = unreadable.loc[(unreadable["table"] == "sessions") & (source != "inferred"), "day"]
    latest_rows = (_latest_row(sessions, _has_no(sessions["source"], without)) for without in (_NO_LOG, _NO_ROWS))
    logged, written = map(pd.Timestamp, latest_rows)
    told = (unreadable["table"].isin(["sessions", "checkins"])) & ~source.isin(_NO_LOG)
    readable = [written, *(_days(tables, name).max() for name in _LOG[1:])]
    # A session over midnight belongs to the day of its first row; of earlier rows the last is enough.
    is_practised = _has_no(sessions["source"], _NO_ROWS)
    is_late = sessions["performed_at"].to_numpy() >= latest - np.timedelta64(look_back, "D")
    late = sessions.take(np.flatnonzero(is_practised & is_late))
    patient, daypart = late["patient_id"].cat.codes.to_numpy().astype(np.int64), late["daypart"].cat.codes.to_numpy()
    clock = np.asarray(late["performed_at"].array, dtype="datetime64[us]").view(np.int64)
    begun = number_sessions(patient, clock, late["session_id"].array, daypart)[1].astype("datetime64[D]")
    earlier = np.array([_latest_row(sessions, is_practised & ~is_late)])
    return LogDays(
        begun=_distinct(begun),
        log={
            "sessions": _distinct(begun, earlier, practised),
            "checkins": _distinct(_days(tables, "checkins"), rejected["checkins"]),
            "events": _distinct(_days(tables, "events"), rejected["events"]),
        },
        clinic={name: _distinct(_days(tables, name)) for name in _CLINIC if name in tables},
        row=sessions["performed_at"].max(),
        through=_latest([logged, tables["checkins"]["day"].max(), unreadable.loc[told, "day"].max()]),
        readable=_latest(readable),
        rows=_latest([*readable, practised.max(), *(rejected[name].max() for name in _LOG[1:])]),
    )


def last_days_of(days_of_all: Callable[[int], LogDays]) -> LastDays:
    """The last days that follow from the days of all patients, for which a number of days is looked back."""
    for look_back in _LOOK_BACK_DAYS:
        found = days_of_all(look_back)
        if len(found.begun) > 1:
            break
    log, clinic = np.concatenate(list(found.log.values())), np.concatenate(list(found.clinic.values()))
    last = log.max() if len(log) else clinic.max() if len(clinic) else np.datetime64(found.row, "D")
    near = {name: one[one - last < np.timedelta64(FAR_APART)] for name, one in found.clinic.items()}
    as_of = max([last, *(one.max() for one in near.values() if len(one))])
    readable = [found.readable, *(pd.Timestamp(one.max()) for one in near.values() if len(one))]
    return LastDays(
        as_of=pd.Timestamp(as_of).as_unit("us"),
        log_through=found.through,
        rows_through=found.rows,
        notes=tuple(_notes(found, near, as_of, _latest(readable))),
    )


def _has_no(source: pd.Series, without: Sequence[str]) -> np.ndarray:
    """Which rows are of none of some sources."""
    codes, left = source.cat.codes.to_numpy(), np.ones(len(source), dtype=bool)
    for code in source.cat.categories.get_indexer(pd.Index(without)):
        left &= codes != code
    return left


def _latest_row(sessions: pd.DataFrame, chosen: np.ndarray) -> np.datetime64:
    """The latest time of the chosen rows; NaT without any, which is the least number."""
    times = np.asarray(sessions["performed_at"].array, dtype="datetime64[us]").view(np.int64)
    latest = times.max(where=chosen, initial=np.iinfo(np.int64).min)
    return np.datetime64(int(latest), "us") if latest > np.iinfo(np.int64).min else np.datetime64("NaT", "us")


def _latest(days: list[pd.Timestamp]) -> pd.Timestamp:
    latest: pd.Timestamp = pd.Series(days, dtype=INSTANT).dt.normalize().max()
    return latest


def _days(tables: Mapping[str, pd.DataFrame], table: str) -> pd.Series:
    return tables[table][LOG_DAYS[table]]


def _distinct(*parts: pd.Series | np.ndarray) -> np.ndarray:
    """The distinct known days of some columns, rising."""
    days = [np.asarray(part, dtype="datetime64[D]") for part in parts]
    return np.unique(np.concatenate([part[~np.isnat(part)] for part in days]))


def _notes(
    found: LogDays, near: Mapping[str, np.ndarray], as_of: np.datetime64, readable: pd.Timestamp
) -> Iterator[tuple[str, str]]:
    """What outputs say of the last day; ``near`` are the days of the clinic that may set it."""
    for name, days in found.clinic.items():
        # That somebody looked at an old log on a later day is no news about it.
        if name != "reviews" and len(days) > len(near[name]):
            follow_up = translated(
                "rows up to {last} lie {days} days or more after every session, check-in and event: they are follow-up "
                "and do not set the last day that counts, which is {as_of}",
                last=days.max(),
                days=FAR_APART.days,
                as_of=as_of,
            )
            yield name, follow_up
    by_table = {**found.log, **near}
    every = np.concatenate(list(by_table.values()))
    others = every[every < as_of]
    if len(others) and as_of - others.max() >= np.timedelta64(FAR_APART):
        alone = translated(
            "the last day that counts, {as_of}, rests on the rows of that one day, {days} days after all others: if "
            "its date is wrong, every adherence is too; correct the date, or choose another as-of day",
            as_of=as_of,
            days=(as_of - others.max()).astype(int),
        )
        yield next(name for name, days in by_table.items() if as_of in days), alone
    if readable < pd.Timestamp(as_of):  # what follows was not missed, but could not be read
        unread = translated(
            "no row after {readable} could be read, though rows were written up to {as_of}, the last day that counts: "
            "see the rejected rows",
            readable=f"{readable:%Y-%m-%d}",
            as_of=as_of,
        )
        yield "sessions", unread
