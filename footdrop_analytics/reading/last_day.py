"""The latest day of a study: what ``as_of`` is unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from footdrop_analytics.schemas.inputs import COLUMNS

_SAME_ID = pd.Timedelta(hours=12)
_SAME_SITTING = pd.Timedelta(minutes=60)
_DAY = pd.Timedelta(days=1)


def last_day(tables: Mapping[str, pd.DataFrame]) -> pd.Timestamp:
    """The latest session day, or day in check-ins, events, visits and outcomes, of the whole study."""
    days = [_last_session_day(tables["sessions"])]
    for table in ("checkins", "events", "visits", "outcomes"):
        day = next(name for name, spec in COLUMNS[table].items() if spec.log_day)
        days.append(tables[table][day].max())
    known = [day for day in days if not pd.isna(day)]
    return max(known) if known else tables["sessions"]["performed_at"].max().normalize()


def _last_session_day(sessions: pd.DataFrame) -> pd.Timestamp:
    """The latest day on which a session began: a session after midnight belongs to the day of its first row."""
    columns = sessions[["patient_id", "session_id", "performed_at"]]
    rows = columns[(sessions["source"] != "inferred").to_numpy()]
    while len(rows):
        day = rows["performed_at"].max().normalize()
        on_day = (rows["performed_at"] >= day).to_numpy()
        before = rows[~on_day & (rows["performed_at"] >= day - _DAY).to_numpy()]
        if not len(before) or _begins_session(rows[on_day], before):
            return day
        rows = rows[~on_day]
    return pd.NaT


def _begins_session(on_day: pd.DataFrame, before: pd.DataFrame) -> bool:
    """Whether any session of the day is not carried over from the day before."""
    named = on_day["session_id"].notna().to_numpy()
    timed = (on_day["performed_at"] != on_day["performed_at"].dt.normalize()).to_numpy()
    if (~named & ~timed).any():
        return True
    before_named = before["session_id"].notna().to_numpy()
    before_timed = (before["performed_at"] != before["performed_at"].dt.normalize()).to_numpy()
    sitting = _carried_over(on_day[~named], before[~before_named & before_timed], ["patient_id"], _SAME_SITTING)
    by_id = _carried_over(on_day[named], before[before_named], ["patient_id", "session_id"], _SAME_ID)
    return not (sitting and by_id)


def _carried_over(on_day: pd.DataFrame, before: pd.DataFrame, keys: list[str], pause: pd.Timedelta) -> bool:
    """Whether the first row of every group follows a row of the day before within ``pause``."""
    if not len(on_day):
        return True
    first = on_day.groupby(keys, observed=True)["performed_at"].min()
    previous = before.groupby(keys, observed=True)["performed_at"].max().reindex(first.index)
    return bool(np.all((first - previous) <= pause))
