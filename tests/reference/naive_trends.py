"""Trends with dense generalised least squares, one matrix per correlation and one root search per quantile."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t as student

from tests.reference.naive_sessions import Patient, Row, Series, as_date, default_as_of, patients_of

DIFFICULTY = ("mode", "position", "support", "load_kg", "resistance", "orthosis")
TINY = 1e-9
UNDECIDED = "undecided by the definitions"


def difficulty(version: Row) -> tuple[Any, ...]:
    """ "The **difficulty** of a version is (...); missing equals missing."."""
    return tuple(version[name] for name in DIFFICULTY)


def target_of(patient: Patient, version: Row) -> Any:
    """ "one target (`reps`, or `hold_s` for `seconds` exercises)"."""
    return version["hold_s"] if patient.exercises.unit(version["exercise"]) == "seconds" else version["reps"]


def runs(patient: Patient, series: Series) -> list[list[Row]]:
    """Consecutive versions started by as_of with one difficulty and one target, earliest first."""
    found: list[list[Row]] = []
    for version in patient.versions_of(series):
        if version["start"] > patient.as_of:
            continue
        key = (difficulty(version), target_of(patient, version))
        if found and (difficulty(found[-1][-1]), target_of(patient, found[-1][-1])) == key:
            found[-1].append(version)
        else:
            found.append([version])
    return found


def as_prescribed(row: Row, version: Row | None) -> bool:
    """ "each of the six fields, where both logged and prescribed, is equal"."""
    if version is None:
        return True
    return all(row[name] is None or version[name] is None or row[name] == version[name] for name in DIFFICULTY)


def tried_by_day(patient: Patient, series: Series) -> dict[dt.date, list[Row]]:
    """The tried rows (`status` done, failed attempts too) of each session day."""
    found: dict[dt.date, list[Row]] = {}
    for day, rows in patient.parts(series):
        tried = [row for row in rows if row["status"] == "done"]
        if tried:
            found.setdefault(day, []).extend(tried)
    return dict(sorted(found.items()))


def primary(patient: Patient, exercise: str) -> str:
    return "hold" if patient.exercises.unit(exercise) == "seconds" else "reps"


def day_value(patient: Patient, exercise: str, measure: str, rows: list[Row], day: dt.date) -> float | None:
    """The value of a day from its tried rows as prescribed."""
    if measure in ("pain", "effort"):
        return patient.rating_of_day(f"{measure}_0_10", rows, day)
    if measure == "reps":
        # "the best set (largest known `reps`)"; failed attempts are performance "(value 0)"
        known = [0 if patient.is_failed(row) else row["reps"] for row in rows]
        return max((float(value) for value in known if value is not None), default=None)
    if measure == "hold":
        # "mean seconds per try over rows with known `hold_s` (weights sets × max(reps, 1)); a failed attempt counts
        # 0 s"
        total = weight = 0.0
        for row in rows:
            seconds = 0.0 if patient.is_failed(row) else row["hold_s"]
            if seconds is not None:
                tries = row["sets"] * max(row["reps"] or 0, 1)
                total += tries * seconds
                weight += tries
        return total / weight if weight else None
    doses = [0 if patient.is_failed(row) else patient.dose(exercise, row) for row in rows]
    # "Σ dose (section 5), missing if one is unknown"
    return None if None in doses else float(sum(dose for dose in doses if dose is not None))


def measure_target(patient: Patient, version: Row | None, measure: str) -> float | None:
    if version is None or measure in ("pain", "effort"):
        return None
    if measure == "dose":
        # "dose 20 % of its target (prescribed session dose × sessions_per_day)"
        dose = patient.dose(version["exercise"], version)
        return None if dose is None else float(dose * version["sessions_per_day"])
    value = version["hold_s"] if measure == "hold" else version["reps"]
    return None if value is None else float(value)


def margin_of(patient: Patient, exercise: str, measure: str, target: float | None, values: list[float]) -> float | None:
    if measure in ("pain", "effort"):
        return 2.0
    absolute, share = patient.exercises.smallest_change(exercise, measure)
    # "without a target the share is of the median value"
    base = target if target is not None else (statistics.median(values) if values else None)
    return None if base is None else max(absolute, share * base)


def fit(days: list[dt.date], values: list[float]) -> Row:
    """The line over real dates, with the errors' correlation integrated out over the grid."""
    n = len(days)
    when = np.array([(day - days[0]).days for day in days], dtype=float)
    y = np.array(values, dtype=float)
    span = when[-1]
    if max(values) == min(values):
        # "a constant series has slope 0, interval 0 to 0, p 1"
        flat: Row = {"slope": 0.0, "low": 0.0, "high": 0.0, "low90": 0.0, "high90": 0.0, "p": 1.0}
        return {**flat, "level_start": y[0], "level_end": y[0], "autocorrelation": None, "residual_sd": 0.0}
    x = np.column_stack([np.ones(n), when])
    apart = np.abs(when[:, None] - when[None, :])
    lines, errors, logs, spreads, phis = [], [], [], [], []
    for step in range(1, 19):  # φ = 0 has the weight 0 because of the factor φ(1−φ)³
        phi = step * 0.05
        v = phi**apart
        vi = np.linalg.inv(v)
        information = x.T @ vi @ x
        beta = np.linalg.solve(information, x.T @ vi @ y)
        residual = y - x @ beta
        rss = float(residual @ vi @ residual)
        restricted = (
            -0.5 * np.linalg.slogdet(v)[1] - 0.5 * np.linalg.slogdet(information)[1] - 0.5 * (n - 2) * math.log(rss)
        )
        lines.append(beta)
        errors.append(math.sqrt(rss / (n - 2) * np.linalg.inv(information)[1, 1]))
        spreads.append(rss / (n - 2))
        logs.append(restricted + math.log(phi * (1 - phi) ** 3))
        phis.append(phi)
    weights = np.exp(np.array(logs) - max(logs))
    weights /= weights.sum()
    slopes = np.array([line[1] for line in lines])
    scale = np.array(errors)

    def below(value: float) -> float:
        return float(weights @ student.cdf((value - slopes) / scale, n - 2))

    def quantile(share: float) -> float:
        edges = slopes + scale * student.ppf(share, n - 2)
        if edges.max() - edges.min() < 1e-15:
            return float(edges[0])
        return float(brentq(lambda value: below(value) - share, edges.min(), edges.max(), xtol=1e-14, rtol=1e-13))

    upper = float(weights @ student.sf(-slopes / scale, n - 2))
    intercept = float(weights @ np.array([line[0] for line in lines]))
    slope = float(weights @ slopes)
    return {
        "slope": slope,
        "low": quantile(0.025),
        "high": quantile(0.975),
        "low90": quantile(0.05),
        "high90": quantile(0.95),
        "p": 2 * min(below(0.0), upper),
        "level_start": intercept,
        "level_end": intercept + slope * span,
        "autocorrelation": float(weights @ np.array(phis)),
        "residual_sd": math.sqrt(float(weights @ np.array(spreads))),
    }


def is_straight(days: list[dt.date], values: list[float]) -> bool:
    """A line without residuals: its likelihood weights are 0/0, so only the line itself can be compared."""
    when = [(day - days[0]).days for day in days]
    slope = (values[-1] - values[0]) / when[-1]
    return all(abs(values[0] + slope * at - value) < 1e-9 for at, value in zip(when, values, strict=True))


def load_varies(by_day: dict[dt.date, list[Row]], version: Row | None) -> bool:
    """ "the day's largest load, or its band, was logged without being prescribed and differs between days"."""
    for name in ("load_kg", "resistance"):
        if version is not None and version[name] is not None:
            continue
        seen = set()
        for rows in by_day.values():
            logged = [row[name] for row in rows if row[name] is not None]
            if logged:
                seen.add(max(logged) if name == "load_kg" else frozenset(logged))
        if len(seen) > 1:
            return True
    return False


def verdict_of(row: Row, mode: str, is_primary: bool, varies: bool, values: list[float]) -> str:
    if is_primary and mode == UNDECIDED:
        return UNDECIDED
    if is_primary and mode in ("passive", "assisted"):
        return "not_applicable"
    if row["n"] < 5 or varies:
        return "cannot_tell"
    margin = row["margin"]
    if row["n"] >= 10 and row["p_value"] < 0.01 - 1e-9 and abs(row["change"]) >= margin - TINY:
        return "rising" if row["change"] > 0 else "falling"
    # "n_at_target ≥ 3 and the last 2 days are at or above target"
    target = row["target"]
    if target is not None and row["n_at_target"] >= 3 and all(value >= target - TINY for value in values[-2:]):
        return "at_target"
    # "the 90 % interval of the change lies inside ± margin"
    if -margin - TINY <= row["change_low90"] and row["change_high90"] <= margin + TINY:
        return "steady"
    return "cannot_tell"


def trend_of(
    patient: Patient,
    series: Series,
    measure: str,
    run: list[Row] | None,
    last: dt.date,
    first: dt.date | None = None,
    shown: bool = True,
) -> Row:
    """The row of one series, looking at the days from the start of a run (or `first`) to `last`."""
    exercise = series[0]
    wanted = primary(patient, exercise) if measure == "primary" else measure
    version = run[-1] if run else None
    begins = run[0]["start"] if run else dt.date.min
    begins = max(begins, first) if first else begins
    all_tried = tried_by_day(patient, series)
    tried = {day: rows for day, rows in all_tried.items() if begins <= day <= last}
    right = {day: [row for row in rows if as_prescribed(row, version)] for day, rows in tried.items()}
    # "Days that have only other tried rows are counted in `n_other`."
    n_other = sum(not rows for rows in right.values())
    right = {day: rows for day, rows in right.items() if rows}
    found = {day: day_value(patient, exercise, wanted, rows, day) for day, rows in right.items()}
    points = {day: value for day, value in found.items() if value is not None}
    days, values = list(points), list(points.values())
    target = measure_target(patient, version, wanted)
    n = len(days)
    row: Row = dict.fromkeys(
        ("slope_per_week", "slope_low", "slope_high", "p_value", "level_start", "level_end", "change", "change_low"),
    )
    row |= dict.fromkeys(("change_high", "autocorrelation", "residual_sd", "change_low90", "change_high90", "verdict"))
    row |= {"patient_id": patient.id, "exercise": exercise, "side": series[1], "measure": measure}
    row |= {"n": n, "n_other": n_other, "run_start": run[0]["start"] if run else None}
    row |= {"first_day": days[0] if n else None, "last_day": days[-1] if n else None, "target": target}
    row["n_at_target"] = None if target is None else sum(value >= target - TINY for value in values[-5:])
    row["margin"] = margin_of(patient, exercise, wanted, target, values)
    row["straight"] = n >= 3 and max(values) > min(values) and is_straight(days, values)
    # "line and interval missing when n < 3"
    if row["straight"]:
        span = (days[-1] - days[0]).days
        slope = (values[-1] - values[0]) / span
        line: Row = {"slope": slope, "low": slope, "high": slope, "low90": slope, "high90": slope, "p": 0.0}
        line |= {"level_start": values[0], "level_end": values[-1], "autocorrelation": None, "residual_sd": 0.0}
    if n >= 3:
        line = line if row["straight"] else fit(days, values)
        span = (days[-1] - days[0]).days
        row |= {"slope_per_week": 7 * line["slope"], "slope_low": 7 * line["low"], "slope_high": 7 * line["high"]}
        row |= {"change": span * line["slope"], "change_low": span * line["low"], "change_high": span * line["high"]}
        row |= {"change_low90": span * line["low90"], "change_high90": span * line["high90"]}
        row |= {name: line[name] for name in ("level_start", "level_end", "autocorrelation", "residual_sd")}
        # "`p_value` (missing when n < 10)"
        row["p_value"] = line["p"] if n >= 10 else None
    if shown:
        row["verdict"] = verdict_of(
            row,
            mode_of(patient, series, version, all_tried),
            wanted == primary(patient, exercise),
            load_varies({day: right[day] for day in days}, version),
            values,
        )
    return row


def mode_of(patient: Patient, series: Series, version: Row | None, tried: dict[dt.date, list[Row]]) -> str:
    """ "Without a prescription: all days, mode = the last logged, else the exercise's."."""
    if version is not None:
        return str(version["mode"])
    rows = [row for rows in tried.values() for row in rows if row["mode"] is not None]
    if not rows:
        return patient.exercises.mode(series[0])
    last = max(row["performed_at"] for row in rows)
    modes = {str(row["mode"]) for row in rows if row["performed_at"] == last}
    # which of several rows at one time (dates without a clock) is the last, nobody can tell
    return modes.pop() if len(modes) == 1 else UNDECIDED


def naive_trends(
    study: Any, measure: str = "primary", start: Any = None, end: Any = None, as_of: Any = None
) -> list[Row]:
    """The rows of `fd.trends`, as dicts."""
    today = default_as_of(study) if as_of is None else as_date(as_of)
    last = today if end is None else min(as_date(end), today)
    first = None if start is None else as_date(start)
    found = []
    for patient in patients_of(study, today):
        for series in patient.series():
            # "One row for every series with a prescription or a tried row, also when n is 0."
            if not patient.versions_of(series) and not tried_by_day(patient, series):
                continue
            own_runs = runs(patient, series)
            run = own_runs[-1] if own_runs else None
            # "With `start` or `end` given no verdict is."
            shown = start is None and end is None
            found.append(trend_of(patient, series, measure, run, last, first, shown))
    return found
