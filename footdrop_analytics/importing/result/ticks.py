"""Logs with one entry a day beside a plan of several sessions a day: what a tick stands for is asked once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_analytics.importing.result.imported import SHOWN_ROWS, Imported, as_texts
from footdrop_analytics.importing.result.merge import plans_in
from footdrop_analytics.importing.result.save import ids_given_in
from footdrop_analytics.importing.shape.tables import PATIENT
from footdrop_analytics.importing.steps.base import Ask
from footdrop_analytics.model.vocabulary import WEEKDAYS
from footdrop_analytics.reading.cells.numbers import weekdays_of
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import number

EVERY_SESSION, ONE_SESSION = marked("every session of the day"), marked("one session")
_TELLS_SESSIONS = ("daypart", "session_id", "set_no")
_OPEN = pd.Timestamp("2200-01-01")
_NO_CLOCK = r"\d{4}-\d{2}-\d{2}(?: 00:00(?::00)?)?"


def with_sessions_of_ticks(done: Imported, folder: Path | None) -> Imported:
    """The import with as many rows for a tick as sessions that it stands for, or with the question how many that are.

    ``folder`` is the study, whose plans count beside those of the import.
    """
    log = done.tables.get("sessions")
    plan = _plans(done, folder)
    if log is None or log.empty or plan is None:
        return done
    log = as_texts(log)
    times = _sessions_a_day(log, plan)
    bare = _says_no_session(log)
    ticks = _without_several_a_day(log, bare & (times > 1))
    if not ticks.any():
        return done
    said, rows = done.profile.answers.ticks, int(ticks.sum())
    if said == ONE_SESSION:
        told = translated("An entry of the log is one session, also where the plan asks for several a day.")
        return replace(done, notes=(*done.notes, told))
    if said != EVERY_SESSION:
        often = translated("{count} sessions a day", count=number(int(times[ticks].max())))
        choices = (EVERY_SESSION, ONE_SESSION)
        expected = f"{EVERY_SESSION} (a number is that of each), or {ONE_SESSION}"
        return replace(done, questions=(*done.questions, Ask("ticks", often, rows, "", expected, choices)))
    log = _repeated(log, np.where(ticks, times, 1), bare & log[PATIENT].isin(log.loc[ticks, PATIENT]).to_numpy())
    told = translated(
        "An entry stands for every session that the plan asks for on its day: {rows} entries are {sessions} sessions.",
        rows=number(rows),
        sessions=number(int(times[ticks].sum())),
    )
    tables = {**done.tables, "sessions": log}
    return replace(done, tables=tables, after=log.head(SHOWN_ROWS), notes=(*done.notes, told))


def _plans(done: Imported, folder: Path | None) -> pd.DataFrame | None:
    """Patient, exercise, days and sessions a day of all plans that say how many; None if none asks for several.

    ``weekdays`` is blank where any day of the week is one of the plan's.
    """
    own = done.tables.get("prescriptions")
    plans = [] if own is None else [as_texts(own)]
    if folder is not None and folder.is_dir():
        others = list(plans_in(folder).values())
        if len(done.ids):  # an id of the study may be that of another person in the import
            fresh = ids_given_in(folder, done)
            others = [plan.assign(**{PATIENT: plan[PATIENT].map(fresh).astype("str")}) for plan in others]
        plans += others
    needed = [PATIENT, "exercise", "start_date", "sessions_per_day"]
    whole = [plan.reindex(columns=[*needed, "end_date", "weekdays"]) for plan in plans if set(needed) <= set(plan)]
    if not whole:
        return None
    plan = pd.concat(whole, ignore_index=True)
    plan["times"] = pd.to_numeric(plan.pop("sessions_per_day"), errors="coerce").fillna(1).clip(1, 6).astype(int)
    plan["day"] = _days(plan.pop("start_date"))
    plan["until"] = _days(plan.pop("end_date").astype("str")).fillna(_OPEN)
    plan["weekdays"] = plan["weekdays"].map(lambda text: weekdays_of(text) if isinstance(text, str) else "").fillna("")
    each = plan.dropna().groupby([PATIENT, "exercise", "day"], sort=False)
    plan = each.agg({"times": "max", "until": "max", "weekdays": "min"}).reset_index()
    return plan.sort_values("day", kind="stable") if (plan["times"] > 1).any() else None


def _sessions_a_day(log: pd.DataFrame, plan: pd.DataFrame) -> np.ndarray:
    """How many sessions the plan asks for on the day of each row; 1 where no plan says it, or for another day."""
    rows = log[[PATIENT, "exercise"]].assign(day=_days(log["performed_at"]), at=np.arange(len(log))).dropna()
    found = pd.merge_asof(rows.sort_values("day", kind="stable"), plan, on="day", by=[PATIENT, "exercise"]).dropna()
    times = np.ones(len(log), np.int64)
    days, named = found["day"].dt.day_of_week.to_list(), found["weekdays"].to_list()
    asked = np.array([WEEKDAYS[day] in (one or WEEKDAYS) for day, one in zip(days, named, strict=True)], np.bool_)
    due = (found["day"] <= found["until"]).to_numpy() & asked
    times[found["at"].to_numpy()] = np.where(due, found["times"], 1)
    return times


def _without_several_a_day(log: pd.DataFrame, ticks: np.ndarray) -> np.ndarray:
    """The entries of those patients who have one a day; two on a day are a session each."""
    names = [name for name in (PATIENT, "exercise", "side") if name in log]
    found = log.loc[ticks, names].assign(day=log["performed_at"].str[:10])
    several = found.loc[found.duplicated(), PATIENT]
    rows: np.ndarray = ticks & ~log[PATIENT].isin(several).to_numpy()
    return rows


def _days(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts.str[:10], format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")


def _says_no_session(log: pd.DataFrame) -> np.ndarray:
    """Which rows name a day alone: no time, no part of the day, no session and no number of a set."""
    told = log[[name for name in _TELLS_SESSIONS if name in log]].notna().any(axis=1)
    bare = log["performed_at"].str.fullmatch(_NO_CLOCK).fillna(False).astype(bool) & ~told
    rows: np.ndarray = bare.to_numpy()
    return rows


def _repeated(log: pd.DataFrame, times: np.ndarray, numbered: np.ndarray) -> pd.DataFrame:
    """Each row so many times, with the number of its session; those of one day are one sitting."""
    at = np.repeat(np.arange(len(log)), times)
    within = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    whole = log.take(at).reset_index(drop=True)
    before = whole["session_id"] if "session_id" in whole else pd.Series(None, index=whole.index, dtype="str")
    session = pd.Series((within + 1).astype(str), index=whole.index, dtype="str")
    whole["session_id"] = session.where(numbered[at], before)
    return whole
