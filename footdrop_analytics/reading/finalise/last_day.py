"""The latest day of a study: what ``as_of`` is unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from footdrop_analytics.model.columns import INSTANT
from footdrop_analytics.model.inputs import COLUMNS

_SAME_ID = pd.Timedelta(hours=12)
_SAME_SITTING = pd.Timedelta(minutes=60)
_NO_LOG = ["clinic", "inferred"]
_LOOK_BACK = pd.Timedelta(days=31)
"""No session lasts that long, so the latest one began after this many days before the last row."""


def last_day(tables: Mapping[str, pd.DataFrame], unreadable: pd.DataFrame) -> pd.Timestamp:
    """The latest session day, or day in check-ins, events, visits and outcomes, of the whole study.

    Rejected sessions, check-ins and events whose day can be read count: what is not understood still happened.
    """
    told = unreadable["table"].isin(["sessions", "checkins", "events"]) & (unreadable["source"] != "inferred")
    days = [_last_session_day(tables["sessions"]), unreadable.loc[told, "day"].max()]
    for table in ("checkins", "events", "visits", "outcomes"):
        day = next(name for name, spec in COLUMNS[table].items() if spec.log_day)
        days.append(tables[table][day].max())
    known = [day for day in days if not pd.isna(day)]
    latest: pd.Timestamp = max(known) if known else tables["sessions"]["performed_at"].max().normalize()
    return latest


def last_log_day(tables: Mapping[str, pd.DataFrame], unreadable: pd.DataFrame, as_of: pd.Timestamp) -> pd.Timestamp:
    """The latest day, up to ``as_of``, for which anyone handed in a log; NaT if nobody did.

    A visit, a measurement, a ``clinic`` and an ``inferred`` row are no log.
    """
    sessions = tables["sessions"]
    times = sessions["performed_at"].where(~sessions["source"].isin(_NO_LOG))
    rejected = unreadable["table"].isin(["sessions", "checkins"]) & ~unreadable["source"].isin(_NO_LOG)
    last = [times.max(), tables["checkins"]["day"].max(), unreadable.loc[rejected, "day"].max()]
    latest = pd.Series(last, dtype=INSTANT).max()
    found: pd.Timestamp = latest if pd.isna(latest) else min(latest.normalize(), as_of)
    return found


def _last_session_day(sessions: pd.DataFrame) -> pd.Timestamp | None:
    """The latest day on which a session began: a session after midnight belongs to the day of its first row."""
    time = sessions["performed_at"]
    counts = (sessions["source"] != "inferred") & (time >= time.max() - _LOOK_BACK)
    rows = sessions.loc[counts, ["patient_id", "session_id", "performed_at"]]
    if rows.empty:
        counts = sessions["source"] != "inferred"
        rows = sessions.loc[counts, ["patient_id", "session_id", "performed_at"]]
    named = rows["session_id"].notna()
    timed = rows["performed_at"] != rows["performed_at"].dt.normalize()
    begun = [rows.loc[~named & ~timed, "performed_at"]]
    begun.append(_beginnings(rows[~named & timed], ["patient_id"], _SAME_SITTING, same_day_goes_on=False))
    begun.append(_beginnings(rows[named], ["patient_id", "session_id"], _SAME_ID, same_day_goes_on=True))
    return max((part.max().normalize() for part in begun if len(part)), default=None)


def _beginnings(rows: pd.DataFrame, keys: list[str], pause: pd.Timedelta, *, same_day_goes_on: bool) -> pd.Series:
    """Times of the rows that begin a session: the first of its keys, or one after more than a pause."""
    rows = rows.sort_values([*keys, "performed_at"])
    time = rows["performed_at"]
    goes_on = (rows[keys] == rows[keys].shift()).all(axis=1) & (time - time.shift() <= pause)
    if same_day_goes_on:
        same_keys = (rows[keys] == rows[keys].shift()).all(axis=1)
        goes_on |= same_keys & (time.dt.normalize() == time.shift().dt.normalize())
    return time[~goes_on]
