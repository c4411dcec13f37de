"""Plans that are no part of a source: stated along with it in a few words, or assumed from what was logged first."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.importing.shape.plan_text import plan_of
from footdrop_analytics.importing.steps.base import IGNORE, Ask, How
from footdrop_analytics.importing.steps.exercises import answered_names, exercise_ask, mode_ask, read_exercise
from footdrop_analytics.model.inputs import ASSUMED
from footdrop_analytics.wording.language import translated

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
            raise ParameterError(
                translated(
                    "plan: {text} names no exercise. Begin with it, such as {example}.",
                    text=repr(text),
                    example=_EXAMPLE,
                )
            )
        often = {"days_per_week", "weekdays"} & set(plan.columns)
        every_day = {} if often or "sessions_per_day" not in plan.columns else {"days_per_week": 7.0}
        if not often and not every_day:
            raise ParameterError(
                translated(
                    "plan: {text} does not say how often. Add the days a week, such as {example}.",
                    text=repr(text),
                    example="5 d/wk",
                )
            )
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
        rows.append(
            {
                "exercise": read.key,
                **({"mode": mode} if mode else {}),
                **plan.columns,
                **every_day,
                **({"reason": "; ".join(plan.remarks)} if plan.remarks else {}),
            }
        )
    return rows, asks


def assumed_plan(
    sessions: pd.DataFrame, weeks: int, targets: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """What each patient logged in the first weeks, as if it had been the plan: days a week, sets, repetitions, seconds.

    Where the source states a target (``targets``, without days a week), its numbers are taken instead of those logged.

    Every row says so: its ``prescriber`` is *assumed*. Patients whose log is shorter than that get none, and are named.
    """
    names = [name for name in ("patient_id", "exercise", "side") if name in sessions]
    day = pd.to_datetime(sessions["performed_at"].str[:10], format="%Y-%m-%d", errors="coerce")
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
    if "mode" in done:
        plan["mode"] = groups["mode"].agg(_usual).to_numpy()
    for name, values in medians.items():
        plan[name] = [None if value != value or value <= 0 else f"{max(1, round(value))}" for value in values]
    plan = _with_targets(plan, targets, names)
    words = "first week" if weeks == 1 else f"first {weeks} weeks"
    plan["reason"] = f"assumed from the {words} of the log, not prescribed"
    plan["prescriber"] = ASSUMED
    texts: pd.DataFrame = plan.astype(object).where(plan.notna(), None)
    return texts, short


def _usual(texts: pd.Series) -> str | None:
    """The text that is there most often, of equals the first in the alphabet."""
    found = texts.dropna().mode()
    return None if found.empty else str(found.iloc[0])


def _with_targets(plan: pd.DataFrame, targets: pd.DataFrame | None, names: Sequence[str]) -> pd.DataFrame:
    """The plan with the first stated target of each patient, exercise and side in place of what was logged."""
    if targets is None or targets.empty:
        return plan
    keys = [name for name in names if name in targets]
    doses = [name for name in ("sets", "reps", "hold_s") if name in targets]
    stated = targets.drop_duplicates(keys)[[*keys, *doses]].astype(object)
    both = plan.astype(object).merge(stated, on=keys, how="left", suffixes=("", " stated"))
    for name in doses:
        found = both.pop(f"{name} stated") if f"{name} stated" in both else both[name]
        both[name] = found.where(found.notna(), both.get(name))
    return both
