"""Compare the package with the slow reference on random studies.

``python -m tests.reference.compare --seeds 500 --what adherence`` prints every difference: seed, parameters, series,
column, expected (reference) and got (package).
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd

import footdrop_analytics as fd
from tests.reference.naive_adherence import naive_adherence
from tests.reference.naive_events import RED
from tests.reference.naive_flags import naive_flags
from tests.reference.naive_outcomes import KEY, RESULT, naive_outcomes, random_outcomes
from tests.reference.naive_persistence import naive_persistence
from tests.reference.naive_readiness import naive_readiness
from tests.reference.naive_reviews import naive_reviewed, random_decisions
from tests.reference.naive_sessions import Row, clean, default_as_of, records
from tests.reference.naive_steps import naive_steps
from tests.reference.naive_trends import DIFFICULTY, UNDECIDED, naive_trends
from tests.reference.random_study import random_tables, random_unreadable, with_unreadable_cells

SERIES = ("patient_id", "exercise", "side")
WINDOW = ("window_no", "window_start", "window_end")
COUNTED = [
    "due",
    "logged",
    "done",
    "credited",
    "credited_raw",
    "adherence",
    "adherence_low",
    "adherence_high",
    "ratio",
    "active_days",
]
PLACED = ["skipped", "clinic", "extra", "paused_days", "unobserved_days", "unreadable_days"]
DOSE = ("dose_known", "dose_ratio", "completeness")
PERSISTENCE = [
    "first_due",
    "first_session",
    "last_session",
    "initiation_days",
    "days_since_last",
    "longest_gap_days",
    "interruptions",
    "open_gap_days",
    "lapsed",
    "discontinued",
    "follow_up_end",
    "event",
    "time_days",
]
LINE = [
    "slope_per_week",
    "slope_low",
    "slope_high",
    "p_value",
    "level_start",
    "level_end",
    "change",
    "change_low",
    "change_high",
]
TREND = ["n", "n_other", "run_start", "first_day", "last_day", "target", "n_at_target", "margin", "verdict"]
TREND += ["n_outlying", "capped", "level_now", "recent_since", "recent_change"]
SPREAD = ("autocorrelation", "residual_sd")
STEP = ("run_no", "start", "end", *DIFFICULTY, "target", "sessions", "adherence", "first_level", "last_level")
MEASURES = ("primary", "reps", "hold", "dose", "effort", "pain")


def as_plain(value: Any) -> Any:
    """A cell of either side: dates as dates, numbers as floats, missing as None."""
    value = value if isinstance(value, Fraction) else clean(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, bool) or value is None or isinstance(value, (str, dt.date)):
        return value
    return float(value)


def same(expected: Any, got: Any, tolerance: float) -> bool:
    expected, got = as_plain(expected), as_plain(got)
    if isinstance(expected, float) and isinstance(got, float):
        return math.isclose(expected, got, rel_tol=tolerance, abs_tol=tolerance)
    return bool(expected == got)


def differences(
    expected: Iterable[Row], frame: pd.DataFrame, key: Iterable[str], columns: Iterable[str], tolerance: float
) -> Iterator[str]:
    """One line per row that only one side has, and per differing cell."""
    names = tuple(key)
    ours = {tuple(as_plain(row[name]) for name in names): row for row in expected}
    theirs = {tuple(as_plain(row[name]) for name in names): row for row in records(frame)}
    if len(theirs) != len(frame):
        yield "the package repeats a key"
    for place in sorted(ours.keys() | theirs.keys(), key=str):
        shown = " ".join(str(part) for part in place)
        if place not in theirs or place not in ours:
            yield f"{shown}: row only in the {'reference' if place in ours else 'package'}"
            continue
        for column in columns:
            if ours[place][column] == UNDECIDED:
                continue
            if not same(ours[place][column], theirs[place][column], tolerance):
                want, got = as_plain(ours[place][column]), as_plain(theirs[place][column])
                yield f"{shown}: {column} expected {want!r}, got {got!r}"


# ---- one function per result -------------------------------------------------------------------------------------


def adherence_settings(study: Any) -> Iterator[dict[str, Any]]:
    last = default_as_of(study)
    earlier = str(last - dt.timedelta(days=9))
    yield {}
    yield {"every": None}
    yield {"every": "7D", "length": "28D"}
    yield {"every": "7D", "anchor": "start"}
    yield {"every": "5D", "as_of": earlier}
    yield {"every": None, "as_of": str(last + dt.timedelta(days=9))}
    yield {"every": None, "log_through": str(last - dt.timedelta(days=6))}
    own = {"007": last - dt.timedelta(days=20), "NA": last - dt.timedelta(days=13)}
    yield {"start": own, "end": "2W", "every": "7D", "anchor": "start"}
    yield {"end": pd.Series(own), "every": "7D", "length": "28D"}
    yield {"start": str(last - dt.timedelta(days=17)), "end": str(last - dt.timedelta(days=3))}
    yield {"every": "10D", "length": "4D", "anchor": "start", "start": str(last - dt.timedelta(days=24))}


def compare_adherence(study: Any) -> Iterator[str]:
    for settings in adherence_settings(study):
        for level in ("series", "patient"):
            key = (*SERIES, *WINDOW) if level == "series" else ("patient_id", *WINDOW)
            columns = (*COUNTED, *PLACED, *DOSE) if level == "series" else (*COUNTED, *PLACED)
            got = fd.adherence(study, level=level, **settings)
            for line in differences(naive_adherence(study, level=level, **settings), got, key, columns, 1e-9):
                yield f"{level} {settings} {line}"


def compare_persistence(study: Any) -> Iterator[str]:
    for settings in (*day_settings(study), *period_settings(study)):
        expected = naive_persistence(study, **settings)
        for line in differences(expected, fd.persistence(study, **settings), SERIES, PERSISTENCE, 1e-9):
            yield f"{settings} {line}"


def day_settings(study: Any) -> Iterator[dict[str, Any]]:
    yield {}
    last = default_as_of(study)
    yield {"as_of": str(last - dt.timedelta(days=11))}
    yield {"as_of": str(last + dt.timedelta(days=4))}


def period_settings(study: Any) -> Iterator[dict[str, Any]]:
    last = default_as_of(study)
    yield {"start": {"007": last - dt.timedelta(days=40), "b-2": last - dt.timedelta(days=3)}, "end": "5W"}
    yield {"end": "31D", "log_through": last - dt.timedelta(days=5)}


def compare_trends(study: Any) -> Iterator[str]:
    last = default_as_of(study)
    period = {"start": str(last - dt.timedelta(days=20)), "end": str(last - dt.timedelta(days=2))}
    settings = [{"measure": measure} for measure in MEASURES]
    wider = [{"over": "difficulty"}, {"over": "all"}]
    for parameters in (*settings, *wider, period, {"as_of": str(last - dt.timedelta(days=11))}):
        expected = naive_trends(study, **parameters)
        got = fd.trends(study, **parameters)
        # a line without residuals has no defined weights: its spread is not compared; the censored line is found by
        # two different searches
        kinds = (False, False), (False, True), (True, False), (True, True)
        for straight, capped in kinds:
            rows = [row for row in expected if (row["straight"], row["capped"]) == (straight, capped)]
            ours = {tuple(row[name] for name in SERIES) for row in rows}
            part = got[[tuple(row) in ours for row in got[list(SERIES)].astype(object).to_numpy()]]
            columns = (*TREND, *LINE) if straight else (*TREND, *LINE, *SPREAD)
            for line in differences(rows, part, SERIES, columns, 1e-4 if capped else 1e-6):
                yield f"{parameters} {line}"
        if len(got) != len(expected):
            yield f"{parameters}: {len(expected)} series expected, got {len(got)}"


def compare_steps(study: Any) -> Iterator[str]:
    for settings in day_settings(study):
        for line in differences(
            naive_steps(study, **settings),
            fd.steps(study, **settings),
            (*SERIES, "run_no"),
            STEP,
            1e-6,
        ):
            yield f"{settings} {line}"


def compare_readiness(study: Any) -> Iterator[str]:
    for settings in day_settings(study):
        expected = naive_readiness(study, **settings)
        for line in differences(expected, fd.readiness(study, **settings), SERIES, ("mode", "target", "state"), 1e-9):
            yield f"{settings} {line}"
        criteria = fd.readiness_criteria(study, **settings)
        rows = [
            {**{name: row[name] for name in SERIES}, "rule_id": rule, "met": met}
            for row in expected
            for rule, met in row["criteria"].items()
        ]
        for line in differences(rows, criteria[criteria["applicable"]], (*SERIES, "rule_id"), ("met",), 1e-9):
            yield f"{settings} {line}"


def compare_flags(study: Any) -> Iterator[str]:
    for settings in day_settings(study):
        expected = naive_flags(study, **settings)
        known_rules = {
            "more_help",
            "decline",
            "slipping",
            "over_doing",
            "side_mismatch",
            "paused_exercise",
            "two_changes",
        }
        known_rules |= {"near_falls", "high_pain", "pain_rise", "no_pain_rating", "lapse", "health_skips", "no_log"}
        known_rules |= {"rejected_report"}
        of_exercise = known_rules & {
            "more_help",
            "decline",
            "slipping",
            "over_doing",
            "side_mismatch",
            "paused_exercise",
        }
        of_exercise |= {"two_changes"}
        events = set(EVENT_KINDS)
        got = set()
        for row in records(fd.review_flags(study, **settings)):
            rule = row["rule_id"]
            # a red event that no visit followed "stays amber for 90 days"
            stays = rule in RED and row["severity"] == "amber"
            if (row["open"] or stays) and rule in known_rules | events:
                day = as_plain(row["day"]) if rule in events else None
                got.add(
                    (row["patient_id"], rule, row["severity"], day, row["exercise"] if rule in of_exercise else None)
                )
        for flag in sorted(expected ^ got, key=str):
            yield f"{settings} {' '.join(map(str, flag))}: only in the {'reference' if flag in expected else 'package'}"


def compare_unread(study: Any) -> Iterator[str]:
    """A log with cells that nobody can read: what criteria and doses make of it."""
    yield from compare_readiness(study)
    got = fd.adherence(study, every=None)
    yield from differences(naive_adherence(study, every=None), got, (*SERIES, *WINDOW), DOSE, 1e-9)


def compare_reviews(study: Any) -> Iterator[str]:
    """The same study with other events, and with reviews and decisions of visits."""
    tables = {"sessions": study.sessions, "prescriptions": study.prescriptions, "patients": study.patients}
    tables |= {"checkins": study.checkins, **random_decisions(len(study.sessions), study)}
    decided = fd.study_from_tables(**{name: one for name, one in tables.items() if len(one)}, today="2030-01-01")
    for days_later in (0, 12):
        as_of = default_as_of(study) + dt.timedelta(days=days_later)
        flags, held = naive_reviewed(decided, as_of)
        got = {
            (row["patient_id"], row["rule_id"], row["severity"], as_plain(row["day"]))
            for row in records(fd.review_flags(decided, as_of))
            if row["rule_id"] in {*EVENT_KINDS, "near_fall", "near_falls", "high_pain", "pain_rise"} and row["open"]
        }
        for flag in sorted(flags ^ got, key=str):
            side = "reference" if flag in flags else "package"
            yield f"{as_of} {' '.join(map(str, flag))}: only in the {side}"
        for row in records(fd.readiness_criteria(decided, as_of)):
            place = tuple(row[name] for name in SERIES)
            if row["rule_id"] == "no_event" and ("open:" in row["observed"]) != held[place]:
                yield f"{as_of} {' '.join(place)}: held expected {held[place]}, got {row['observed']}"


def compare_outcomes(study: Any) -> Iterator[str]:
    """The same study with outcomes near the limits of the registry."""
    seed = len(study.sessions)
    tables = {"sessions": study.sessions, "prescriptions": study.prescriptions, **random_outcomes(seed, study)}
    measured = fd.study_from_tables(**tables, today="2030-01-01")
    for as_of in (None, default_as_of(study) - dt.timedelta(days=5)):
        got = fd.outcomes(measured, as_of)
        for line in differences(naive_outcomes(measured, as_of), got, KEY, RESULT, 1e-9):
            yield f"{as_of} {line}"


EVENT_KINDS = [
    "fall",
    "chest_pain",
    "breathlessness",
    "calf_swelling",
    "new_weakness",
    "numbness",
    "bladder_bowel",
    "speech_face_vision",
    "seizure",
    "hospital",
    "dizziness",
    "skin",
    "spasm",
    "other",
]

COMPARISONS: dict[str, Callable[[Any], Iterator[str]]] = {
    "adherence": compare_adherence,
    "persistence": compare_persistence,
    "trends": compare_trends,
    "steps": compare_steps,
    "readiness": compare_readiness,
    "flags": compare_flags,
    "reviews": compare_reviews,
    "outcomes": compare_outcomes,
    "unread cells": compare_unread,
}


@cache
def read(seed: int, changed: Callable[[int, dict[str, pd.DataFrame]], dict[str, pd.DataFrame]] | None = None) -> Any:
    tables = random_tables(seed)
    study = fd.study_from_tables(**(changed(seed, tables) if changed else tables), today="2030-01-01")
    return dataclasses.replace(study, unreadable=random_unreadable(seed, study))


def compare(seed: int, what: str) -> list[str]:
    """Every difference of one result on one random study."""
    study = read(seed, with_unreadable_cells if what == "unread cells" else None)
    lines = [f"seed {seed} {what} {line}" for line in COMPARISONS[what](study)]
    if study.as_of.date() != default_as_of(study):
        lines.append(f"seed {seed} as_of expected {default_as_of(study)}, got {study.as_of.date()}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--what", default=",".join(COMPARISONS))
    parser.add_argument("--most", type=int, default=5, help="lines shown per seed")
    options = parser.parse_args()
    failed = 0
    for what in options.what.split(","):
        bad = 0
        for seed in range(options.first, options.first + options.seeds):
            lines = compare(seed, what)
            bad += bool(lines)
            for line in lines[: options.most]:
                sys.stdout.write(line + "\n")
            if len(lines) > options.most:
                sys.stdout.write(f"seed {seed} {what} … and {len(lines) - options.most} more" + "\n")
        sys.stderr.write(f"{what}: {bad} of {options.seeds} studies differ" + "\n")
        failed += bad
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
