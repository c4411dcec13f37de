"""Trends, series by series: which days take part, the line through them, and the verdict in its order."""

from __future__ import annotations

import datetime as dt
import functools
import math
import statistics
from itertools import pairwise
from typing import Any

from scipy.stats import t as student

from tests.reference.naive_lines import Points, censored, is_exact, mixture, recent_decline
from tests.reference.naive_sessions import Patient, Row, Series, as_date, default_as_of, patients_of

DIFFICULTY = ("mode", "position", "support", "load_kg", "resistance", "orthosis")
TINY = 1e-9
UNDECIDED = "undecided by the definitions"
AMOUNTS = ("reps", "sets", "hold_s")


def difficulty(version: Row) -> tuple[Any, ...]:
    """ "The **difficulty** of a version is (...); missing equals missing."."""
    return tuple(version[name] for name in DIFFICULTY)


def target_of(patient: Patient, version: Row) -> Any:
    """ "one target (`reps`, or `hold_s` for `seconds` exercises)"."""
    return version["hold_s"] if patient.exercises.unit(version["exercise"]) == "seconds" else version["reps"]


def runs(patient: Patient, series: Series, over: str = "run") -> list[list[Row]]:
    """Consecutive versions started by as_of with one difficulty and one target, earliest first.

    "`over="run"`, `"difficulty"` (all consecutive versions of one difficulty, targets may change) or `"all"`".
    """

    def kind(version: Row) -> Any:
        parts = {"run": (difficulty(version), target_of(patient, version)), "difficulty": difficulty(version)}
        return parts.get(over)

    found: list[list[Row]] = []
    for version in patient.versions_of(series):
        if version["start"] > patient.as_of:
            continue
        if found and kind(found[-1][-1]) == kind(version):
            found[-1].append(version)
        else:
            found.append([version])
    return found


def version_by(patient: Patient, series: Series, day: dt.date) -> Row | None:
    """The latest version started by a day, ended or not."""
    begun = [version for version in patient.versions_of(series) if version["start"] <= day]
    return begun[-1] if begun else None


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


def day_value(patient: Patient, series: Series, measure: str, rows: list[Row], day: dt.date) -> float | None:
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
            if seconds is not None and row["sets"] is not None:
                tries = row["sets"] * max(row["reps"] or 0, 1)
                total += tries * seconds
                weight += tries
        return total / weight if weight else None
    # "Σ dose (section 5), missing if one is unknown"
    dose = patient.dose_of_rows(series, rows)
    return None if dose is None else float(dose)


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
    # "of the smaller of the target and the run's median value"
    bases = [one for one in (target, statistics.median(values) if values else None) if one is not None]
    base = min(bases, default=None)
    return None if base is None else max(absolute, share * base)


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


def outlying(days: list[dt.date], values: list[float], margin: float) -> set[dt.date]:
    """Days "whose distance from a robust straight line exceeds 5 × max(1.4826 × MAD of the residuals, margin / 2)"."""
    n = len(days)
    when = [(day - days[0]).days for day in days]
    half = math.ceil(n / 2)
    # "slope: median of the slopes between the i-th and the (i + ⌈n/2⌉)-th day; level: median residual"
    steep = [(values[i + half] - values[i]) / (when[i + half] - when[i]) for i in range(n - half)]
    slope = statistics.median(steep) if steep else 0.0
    left = [value - slope * at for value, at in zip(values, when, strict=True)]
    level = statistics.median(left)
    residual = [value - level for value in left]
    limit = 5 * max(1.4826 * statistics.median(abs(one) for one in residual), margin / 2) + TINY
    found = set()
    for i, one in enumerate(residual):
        if abs(one) <= limit:
            continue
        beside = [residual[j] for j in (i - 1, i + 1) if 0 <= j < n]
        # "unless a neighbouring day lies on the same side at least half as far"
        if any(other * one > 0 and abs(other) >= abs(one) / 2 - TINY for other in beside):
            continue
        # "only if at least two later values lie within the limit"
        if sum(abs(later) <= limit for later in residual[i + 1 :]) >= 2:
            found.add(days[i])
    # "if they are more than 10 % of the days (n < 10: more than one), none is left out"
    return set() if (len(found) > 1 if n < 10 else 10 * len(found) > n) else found


def line_of(days: list[dt.date], values: list[float], earlier: list[Points], target: float | None) -> Row:
    """The line of a run of at least 3 days, with the names of the result's columns."""
    n = len(days)
    when = [float((day - days[0]).days) for day in days]
    span = when[-1]
    found: Row = {"straight": False, "capped": False}
    if max(values) == min(values):
        # "a constant series has slope 0, interval 0 to 0, p 1"
        line: Row = {"slope": 0.0, "low": 0.0, "high": 0.0, "low90": 0.0, "high90": 0.0, "p": 1.0}
        line |= {"level_start": values[0], "autocorrelation": None, "residual_sd": 0.0}
    elif is_exact(when, values):
        slope = (values[-1] - values[0]) / span
        line = {"slope": slope, "low": slope, "high": slope, "low90": slope, "high90": slope, "p": 0.0}
        line |= {"level_start": values[0], "autocorrelation": None, "residual_sd": 0.0}
        found["straight"] = True
    else:
        line = mixture(when, when, values, earlier)
        quantile = line.pop("quantile")
        line |= {"low": quantile(0.025), "high": quantile(0.975), "low90": quantile(0.05), "high90": quantile(0.95)}
        line["p"] = 2 * min(line["below_0"], line["above_0"])
    # "*Capped* run: a target is known, n ≥ 5, at least 30 % of the days are exactly at it and at most 10 % above"
    if target is not None and n >= 5:
        at, above = sum(abs(one - target) < TINY for one in values), sum(one > target + TINY for one in values)
        found["capped"] = 10 * at >= 3 * n and 10 * above <= n
    if found["capped"]:
        names = ("slope", "low", "high", "low90", "high90", "p", "level_start")
        line |= dict.fromkeys(names)
        # "fewer than 3 days below the target: no line"
        if sum(one < target - TINY for one in values) >= 3:
            level, slope, error = censored(when, values, target)
            # "standard error × √((1+φ̄)/(1−φ̄)) ..., t with n − 2"
            alike = line["autocorrelation"] or 0.0
            t = student(n - 2, slope, error * math.sqrt((1 + alike) / (1 - alike)))
            tails = (t.ppf(0.025), t.ppf(0.975), t.ppf(0.05), t.ppf(0.95), 2 * min(t.cdf(0), t.sf(0)))
            line |= dict(zip(names, (slope, *tails, level), strict=True))
    if line["slope"] is not None:
        found |= {"slope_per_week": 7 * line["slope"], "slope_low": 7 * line["low"], "slope_high": 7 * line["high"]}
        found |= {"change": span * line["slope"], "change_low": span * line["low"], "change_high": span * line["high"]}
        found |= {"change_low90": span * line["low90"], "change_high90": span * line["high90"]}
        found |= {"level_start": line["level_start"], "level_end": line["level_start"] + span * line["slope"]}
        # "`p_value` (missing when n < 10)"
        found["p_value"] = line["p"] if n >= 10 else None
    return found | {name: line[name] for name in ("autocorrelation", "residual_sd")}


def verdict_of(row: Row, m: int) -> str:
    if row["helped"] is None:
        return UNDECIDED
    if row["helped"]:
        return "not_applicable"
    n, margin = len(row["used"]), row["margin"]
    if n < 5 or row["varies"]:
        return "cannot_tell"
    change, p = row["change"], row["p_value"]
    # "p < 0.001 / m and a loss (...) ≥ margin is a decline *since* that onset"
    if row["bend"] is not None and row["bend"][0] < 0.001 / m and -row["bend"][2] >= margin - TINY:
        row["recent_since"], row["recent_change"] = row["last_day"] - dt.timedelta(row["bend"][1]), row["bend"][2]
        return "declining"
    clear = n >= 10 and p is not None and p < 0.005 / m and abs(change) >= margin - TINY
    if clear and change < 0:
        return "declining"
    # "n_at_target ≥ 3 and the last 2 days are at or above target"
    target = row["target"]
    at = target is not None and row["n_at_target"] >= 3 and all(one >= target - TINY for one in row["used"][-2:])
    if at and row["capped"]:
        return "at_target"
    if clear:
        return "rising"
    if at:
        return "at_target"
    # "the 90 % interval of the change lies inside ± margin"
    if change is not None and -margin - TINY <= row["change_low90"] and row["change_high90"] <= margin + TINY:
        return "steady"
    return "cannot_tell"


COLUMNS = (
    *("slope_per_week", "slope_low", "slope_high", "p_value", "level_start", "level_end", "change", "change_low"),
    *("change_high", "autocorrelation", "residual_sd", "change_low90", "change_high90", "verdict"),
    *("recent_since", "recent_change", "level_now"),
)


def trend_of(
    patient: Patient,
    series: Series,
    measure: str,
    run: list[Row] | None,
    last: dt.date,
    first: dt.date | None = None,
    earlier: list[Points] | None = None,
    over: str = "run",
) -> Row:
    """The row of one series, looking at the days from the start of a run (or `first`) to `last`; no verdict yet."""
    exercise = series[0]
    wanted = primary(patient, exercise) if measure == "primary" else measure
    version = run[-1] if run else None
    begins = run[0]["start"] if run and over != "all" else dt.date.min
    begins = max(begins, first) if first else begins
    all_tried = tried_by_day(patient, series)
    tried = {day: rows for day, rows in all_tried.items() if begins <= day <= last}
    right = {
        day: [row for row in rows if as_prescribed(row, version_by(patient, series, day) if over == "all" else version)]
        for day, rows in tried.items()
    }
    # "Days that have only other tried rows are counted in `n_other`."
    n_other = sum(not rows for rows in right.values())
    right = {day: rows for day, rows in right.items() if rows}
    found = {day: day_value(patient, series, wanted, rows, day) for day, rows in right.items()}
    points = {day: value for day, value in found.items() if value is not None}
    target = measure_target(patient, version, wanted)
    margin = margin_of(patient, exercise, wanted, target, list(points.values()))
    far = outlying(list(points), list(points.values()), margin) if points and margin is not None else set()
    # days on which only what is more than can be meant was written
    beyond = {
        day for day, rows in right.items() if found[day] is None and is_beyond(patient, series, wanted, rows, day)
    }
    used = {day: value for day, value in points.items() if day not in far}
    days, values = list(used), list(used.values())
    row: Row = dict.fromkeys(COLUMNS)
    row |= {"patient_id": patient.id, "exercise": exercise, "side": series[1], "measure": measure}
    row |= {"n": len(points) + len(beyond), "n_other": n_other, "n_outlying": len(far) + len(beyond)}
    row |= {"run_start": run[0]["start"] if run else None, "target": target, "margin": margin}
    row |= {"first_day": days[0] if days else None, "last_day": days[-1] if days else None}
    row["n_at_target"] = None if target is None else sum(value >= target - TINY for value in values[-5:])
    row |= {"straight": False, "capped": False, "used": values, "bend": None}
    row["points"] = ([float((day - days[0]).days) for day in days], values)
    row["level_now"] = statistics.median(values[-3:]) if values else None
    # "line and interval missing when n < 3"
    if len(days) >= 3:
        row |= line_of(days, values, earlier or [], target)
    if len(days) >= 10:
        row["bend"] = recent_decline([float((day - days[0]).days) for day in days], values, earlier or [])
    mode = mode_of(patient, series, version, all_tried)
    row["helped"] = None if mode == UNDECIDED else mode in ("passive", "assisted")
    if wanted != primary(patient, exercise):
        row["helped"] = False
    row["varies"] = load_varies({day: right[day] for day in days}, version)
    return row


def is_beyond(patient: Patient, series: Series, measure: str, rows: list[Row], day: dt.date) -> bool:
    """Whether a day without a value would have one, were what is more than can be meant taken as written."""
    if measure in ("pain", "effort") or all(row[name] == row["written"][name] for row in rows for name in AMOUNTS):
        return False
    written = [{**row, **row["written"]} for row in rows]
    return day_value(patient, series, measure, written, day) is not None


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


@functools.lru_cache(maxsize=64)
def patient_trends(
    patient: Patient,
    measure: str,
    last: dt.date,
    first: dt.date | None = None,
    shown: bool = True,
    over: str = "run",
) -> list[Row]:
    """The rows of one patient."""
    rows = []
    for series in patient.series():
        # "One row for every series with a prescription or a tried row, also when n is 0."
        if not patient.versions_of(series) and not tried_by_day(patient, series):
            continue
        own_runs = runs(patient, series, over)
        earlier = []
        for run, after in pairwise(own_runs):
            until = min(after[0]["start"] - dt.timedelta(1), last)
            earlier.append(trend_of(patient, series, measure, run, until, first)["points"])
        rows.append(trend_of(patient, series, measure, own_runs[-1] if own_runs else None, last, first, earlier, over))
    # "m = how many of the patient's series could get a verdict (n ≥ 10, active or resisted)"
    m = max(1, sum(len(row["used"]) >= 10 and not row["helped"] for row in rows))
    doubtful = any(row["helped"] is None for row in rows)
    for row in rows:
        # "With `start` or `end` given no verdict is."
        if shown:
            row["verdict"] = UNDECIDED if doubtful else verdict_of(row, m)
    return rows


def naive_trends(
    study: Any,
    measure: str = "primary",
    start: Any = None,
    end: Any = None,
    as_of: Any = None,
    over: str = "run",
) -> list[Row]:
    """The rows of `fd.trends`, as dicts."""
    today = default_as_of(study) if as_of is None else as_date(as_of)
    last = today if end is None else min(as_date(end), today)
    first = None if start is None else as_date(start)
    shown = start is None and end is None
    return [
        row
        for patient in patients_of(study, as_of)
        for row in patient_trends(patient, measure, last, first, shown, over)
    ]
