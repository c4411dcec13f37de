"""Plans beside a log: stated in a few words or assumed, and what they leave open: who moves the foot, how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_analytics.importing.cells import counted, in_study
from footdrop_analytics.importing.imported import SHOWN_ROWS, Imported, as_texts
from footdrop_analytics.importing.save import ids_given_in, plans_in
from footdrop_analytics.importing.shape import PATIENT
from footdrop_analytics.importing.steps.base import IGNORE, Ask, How
from footdrop_analytics.importing.steps.exercises import answered_names, exercise_ask, mode_ask, read_exercise
from footdrop_analytics.importing.steps.plan_text import plan_of
from footdrop_analytics.model.inputs import ASSUMED
from footdrop_analytics.model.vocabulary import WEEKDAYS
from footdrop_analytics.reading.cells.numbers import weekdays_of
from footdrop_analytics.wording.language import marked, parameter_error, translated
from footdrop_analytics.wording.words import number

_EXAMPLE = "Heel raise 3x10, 5 d/wk"


def stated_plan(texts: Sequence[str], how: How) -> tuple[list[dict[str, object]], list[Ask]]:
    """The columns of a prescription for each text; exercises that are not known, and who moves the foot, are asked."""
    names, answered = how.names, answered_names(how)
    rows: list[dict[str, object]] = []
    asks = []
    for text in (line.strip() for one in texts for line in one.splitlines()):
        if not text or text.startswith("#"):
            continue
        plan = plan_of(text)
        if not plan.name:
            raise parameter_error(
                "plan: {text} names no exercise. Begin with it, such as {example}.", text=repr(text), example=_EXAMPLE
            )
        often = {"days_per_week", "weekdays"} & set(plan.columns)
        every_day = {} if often or "sessions_per_day" not in plan.columns else {"days_per_week": 7.0}
        if not often and not every_day:
            why = marked("plan: {text} does not say how often. Add the days a week, such as {example}.")
            raise parameter_error(why, text=repr(text), example="5 d/wk")
        read = read_exercise(plan.name, names, answered)
        if read is None:
            asks.append(exercise_ask(plan.name, 0, names))
            continue
        if read.key == IGNORE:
            continue
        said = {plan.columns.get("mode"), read.mode} - {None}
        mode = said.pop() if len(said) == 1 else None  # a name and a plan may say two
        if mode is None and read.key in names.catalog and names.catalog[read.key].open_modes:
            asks.append(mode_ask(plan.name, read.key, 0, names.catalog))
        more = {"reason": "; ".join(plan.remarks)} if plan.remarks else {}
        rows.append({"exercise": read.key, **({"mode": mode} if mode else {}), **plan.columns, **every_day, **more})
    return rows, asks


def assumed_plan(sessions: pd.DataFrame, weeks: int, targets: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """What each patient logged in the first weeks, as if it had been the plan: days a week, sets, repetitions, seconds.

    Where the source states a target (``targets``, without days a week), its numbers are taken instead of those logged.

    Every row says so: its ``prescriber`` is *assumed*. Patients whose log is shorter than that get none, and are named.
    """
    names = [name for name in ("patient_id", "exercise", "side") if name in sessions]
    day = _days(sessions["performed_at"])
    done = sessions.assign(day=day)[day.notna() & (sessions.get("status", "done") != "skipped")]
    first = done.groupby("patient_id")["day"].transform("min")
    span = done.groupby("patient_id")["day"].transform("max") - first
    long_enough = span >= pd.Timedelta(weeks=weeks - 1)
    short = sorted(set(done.loc[~long_enough, "patient_id"].dropna()))
    done = done[long_enough & (done["day"] < first + pd.Timedelta(weeks=weeks))]
    first = first[done.index]
    if done.empty:
        return pd.DataFrame(columns=["patient_id", "exercise"]), short
    numbers = {name: pd.to_numeric(done[name], errors="coerce") for name in ("sets", "reps", "hold_s") if name in done}
    done = done.assign(first=first, **numbers)
    if "sets" not in done:
        done = done.assign(sets=1.0)
    done["sets"] = done["sets"].fillna(1.0)
    daily = done.groupby([*names, "day"], dropna=False, sort=True)["sets"].sum().reset_index()
    groups = done.groupby(names, dropna=False, sort=True)
    plan = groups["first"].min().dt.strftime("%Y-%m-%d").rename("start_date").reset_index()
    per_week = groups["day"].nunique().to_numpy() / weeks
    plan["days_per_week"] = [f"{min(7.0, max(0.5, round(2 * one) / 2)):g}" for one in per_week]
    medians = {"sets": daily.groupby(names, dropna=False, sort=True)["sets"].median().to_numpy()}
    medians |= {name: groups[name].median().to_numpy() for name in ("reps", "hold_s") if name in numbers}
    if "mode" in done:  # the one that is there most often, of equals the first in the alphabet
        plan["mode"] = groups["mode"].apply(lambda texts: texts.mode().get(0)).to_numpy()
    for name, values in medians.items():
        plan[name] = [None if value != value or value <= 0 else f"{max(1, round(value))}" for value in values]
    plan = _with_targets(plan, targets, names)
    words = "first week" if weeks == 1 else f"first {weeks} weeks"
    plan["reason"] = f"assumed from the {words} of the log, not prescribed"
    plan["prescriber"] = ASSUMED
    texts: pd.DataFrame = plan.astype(object).where(plan.notna(), None)
    return texts, short


def _with_targets(plan: pd.DataFrame, targets: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The plan with the first stated target of each patient, exercise and side in place of what was logged."""
    if targets.empty:
        return plan
    keys = [name for name in names if name in targets]
    doses = [name for name in ("sets", "reps", "hold_s") if name in targets]
    stated = targets.drop_duplicates(keys)[[*keys, *doses]].astype(object)
    both = plan.astype(object).merge(stated, on=keys, how="left", suffixes=("", " stated"))
    for name in doses:
        found = both.pop(f"{name} stated") if f"{name} stated" in both else both[name]
        both[name] = found.where(found.notna(), both.get(name))
    return both


_TABLES = ("prescriptions", "sessions")


def open_modes(tables: Mapping[str, pd.DataFrame], plan: Sequence[Mapping[str, object]], how: How) -> list[Ask]:
    """For each name of an exercise that is done with help and without: the question which of both is meant.

    It is open where neither the row, its name or an answer says it, nor (for the log) the plan of that patient:
    ``plan`` is the one that was stated for all of them.
    """
    catalog = how.names.catalog
    several = [key for key in catalog.keys if catalog[key].open_modes]
    rows: dict[tuple[str, str], int] = {}
    stated = [str(one["exercise"]) for one in plan if one.get("mode")]
    for name in _TABLES:
        frame = tables.get(name)
        if frame is None or "exercise" not in frame:
            continue
        open_ones = in_study(frame) & frame["exercise"].isin(several).to_numpy()
        if "mode" in frame:
            open_ones &= frame["mode"].isna().to_numpy()
        if name == "sessions":
            open_ones &= ~frame["exercise"].isin(stated).to_numpy()
            open_ones[open_ones] = ~_planned(frame[open_ones], tables.get("prescriptions"))
        written = frame["exercise_written"] if "exercise_written" in frame else frame["exercise"]
        for key in several:
            of_key = open_ones & (frame["exercise"] == key).to_numpy()
            for text, count in counted(written, of_key).items():
                rows[(text, key)] = rows.get((text, key), 0) + count
    return [mode_ask(text, key, count, catalog) for (text, key), count in rows.items()]


def _planned(log: pd.DataFrame, plan: pd.DataFrame | None) -> np.ndarray:
    """Which rows of a log are of an exercise in whose plan, of that patient, a mode is said."""
    if plan is None or not {"mode", PATIENT, "exercise"} <= set(plan) or PATIENT not in log:
        return np.zeros(len(log), bool)
    said = plan[in_study(plan) & plan["mode"].notna()]
    pairs = pd.MultiIndex.from_frame(said[[PATIENT, "exercise"]].astype(str))
    return np.asarray(pd.MultiIndex.from_frame(log[[PATIENT, "exercise"]].astype(str)).isin(pairs))


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
    # Rows that name a day alone: no time, no part of the day, no session and no number of a set.
    told = log[[name for name in _TELLS_SESSIONS if name in log]].notna().any(axis=1)
    bare = (log["performed_at"].str.fullmatch(_NO_CLOCK).fillna(False).astype(bool) & ~told).to_numpy()
    ticks = bare & (times > 1)
    # Of those patients who have one a day; two on a day are a session each.
    names = [name for name in (PATIENT, "exercise", "side") if name in log]
    entries = log.loc[ticks, names].assign(day=log["performed_at"].str[:10])
    ticks &= ~log[PATIENT].isin(entries.loc[entries.duplicated(), PATIENT]).to_numpy()
    if not ticks.any():
        return done
    said, rows = done.profile.answers.ticks, int(ticks.sum())
    if said == ONE_SESSION:
        note = translated("An entry of the log is one session, also where the plan asks for several a day.")
        return replace(done, notes=(*done.notes, note))
    if said != EVERY_SESSION:
        often = translated("{count} sessions a day", count=number(int(times[ticks].max())))
        choices = (EVERY_SESSION, ONE_SESSION)
        expected = f"{EVERY_SESSION} (a number is that of each), or {ONE_SESSION}"
        return replace(done, questions=(*done.questions, Ask("ticks", often, rows, "", expected, choices)))
    log = _repeated(log, np.where(ticks, times, 1), bare & log[PATIENT].isin(log.loc[ticks, PATIENT]).to_numpy())
    note = translated(
        "An entry stands for every session that the plan asks for on its day: {rows} entries are {sessions} sessions.",
        rows=number(rows),
        sessions=number(int(times[ticks].sum())),
    )
    tables = {**done.tables, "sessions": log}
    return replace(done, tables=tables, after=log.head(SHOWN_ROWS), notes=(*done.notes, note))


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


def _days(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts.str[:10], format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")


def _repeated(log: pd.DataFrame, times: np.ndarray, numbered: np.ndarray) -> pd.DataFrame:
    """Each row so many times, with the number of its session; those of one day are one sitting."""
    at = np.repeat(np.arange(len(log)), times)
    within = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    whole = log.take(at).reset_index(drop=True)
    before = whole["session_id"] if "session_id" in whole else pd.Series(None, index=whole.index, dtype="str")
    session = pd.Series((within + 1).astype(str), index=whole.index, dtype="str")
    whole["session_id"] = session.where(numbered[at], before)
    return whole
