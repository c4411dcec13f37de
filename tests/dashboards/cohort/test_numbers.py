"""Every table behind the charts, counted again slowly: from the rows by ``tests.reference``, never by the package."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import lru_cache
from typing import Any

import pandas as pd
import pytest

import footdrop_analytics as fd
from footdrop_analytics.dashboards import CohortSettings, cohort_view
from footdrop_analytics.dashboards.view import View
from tests.each import each
from tests.reference.naive_adherence import naive_adherence
from tests.reference.naive_persistence import naive_persistence
from tests.reference.naive_readiness import naive_readiness
from tests.reference.naive_sessions import Patient, Row, as_date, patients_of, records
from tests.reference.random_study import random_tables

SEEDS = range(16)
CHOICES: list[dict[str, str]] = [
    {"group": "exercise"},
    {"group": "arm"},
    {"group": "aetiology"},
    {"group": "exercise", "arm": "b"},
    {"group": "arm", "exercise": "heel_raise"},
    {"group": "aetiology", "arm": ""},
    {"group": "arm", "aetiology": "stroke"},
]
LEAST = 5


@lru_cache(maxsize=1)
def _analysis() -> fd.Analysis:
    """The patients of several random studies as one, in three arms and without one."""
    frames: dict[str, list[pd.DataFrame]] = defaultdict(list)
    for seed in SEEDS:
        for name, table in random_tables(seed).items():
            frames[name].append(table.assign(patient_id="S" + str(seed) + "-" + table["patient_id"].astype("str")))
    tables = {name: pd.concat(found, ignore_index=True).astype(object) for name, found in frames.items()}
    tables["patients"]["arm"] = [("a", "b", "c", None)[number % 4] for number in range(len(tables["patients"]))]
    return fd.analyse(fd.study_from_tables(**tables, today="2030-01-01"))


@lru_cache(maxsize=1)
def _slow() -> dict[str, Any]:
    """Everything of the reference, worked out once."""
    study = _analysis().study
    return {
        "people": {patient.id: patient for patient in patients_of(study, as_date(study.as_of))},
        "adherence": naive_adherence(study, every=None, level="series"),
        "persistence": naive_persistence(study),
        "readiness": naive_readiness(study),
    }


def _chosen(settings: dict[str, str], rows: list[Row]) -> list[Row]:
    return [
        row
        for row in rows
        if _fits(settings, row["patient_id"]) and row["exercise"] == settings.get("exercise", row["exercise"])
    ]


def _fits(settings: dict[str, str], patient_id: str) -> bool:
    info = _slow()["people"][patient_id].info
    return all((info.get(name) or "") == settings[name] for name in ("arm", "aetiology") if name in settings)


def _groups(settings: dict[str, str], rows: list[Row]) -> dict[str, dict[str, list[Row]]]:
    """The rows by group and patient; ``all`` has everybody."""
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in _chosen(settings, rows):
        info = _slow()["people"][row["patient_id"]].info
        own = row["exercise"] if settings["group"] == "exercise" else info.get(settings["group"]) or ""
        for group in ("all", own):
            found[group][row["patient_id"]].append(row)
    return found


def _view(settings: dict[str, str]) -> View:
    return cohort_view(_analysis(), CohortSettings(**settings))


def _quantile(values: list[float], level: float) -> float:
    at = level * (len(values) - 1)
    below = math.floor(at)
    return values[below] + (values[min(below + 1, len(values) - 1)] - values[below]) * (at - below)


def _median_rank(n: int) -> int:
    """The highest rank that the median lies below in at most 2.5 of 100 samples; 0 if there is none."""
    return max((rank for rank in range(n) if sum(math.comb(n, k) for k in range(rank)) / 2**n <= 0.025), default=0)


@each("settings", CHOICES)
def test_adherence(settings: dict[str, str]) -> None:
    view = _view(settings)
    values = {(row["group"], row["patient_id"]): row for row in records(view.tables["adherence"])}
    groups = {row["group"]: row for row in records(view.tables["adherence_groups"])}
    expected = _groups(settings, _slow()["adherence"])
    seen = 0
    for group, people in expected.items():
        sums = {who: [sum(row[name] for row in rows) for name in ("due", "credited")] for who, rows in people.items()}
        shares = {who: float(min(credited / due, 1)) for who, (due, credited) in sums.items() if due}
        if not sums:
            continue
        row, ordered = groups[group], sorted(shares.values())
        assert (row["patients"], row["nothing_due"]) == (len(shares), len(sums) - len(shares)), group
        for name, level in (("p10", 0.1), ("p25", 0.25), ("median", 0.5), ("p75", 0.75), ("p90", 0.9)):
            if len(ordered) < LEAST:
                assert row[name] is None
            else:
                assert row[name] == pytest.approx(_quantile(ordered, level))
        rank = _median_rank(len(ordered))
        if len(ordered) >= LEAST and rank:
            assert (row["median_low"], row["median_high"]) == pytest.approx((ordered[rank - 1], ordered[-rank]))
        else:
            assert row["median_low"] is row["median_high"] is None
        if group != "all":
            for who, share in shares.items():
                got = values.pop((group, who))
                assert got["adherence"] == pytest.approx(share)
                assert [got["due"], got["credited"]] == pytest.approx([float(one) for one in sums[who]])
                seen += 1
    assert not values
    assert set(groups) <= set(expected) | {"all"}
    assert seen > 0


def _time_of(series: list[Row]) -> tuple[int, bool]:
    """From the first due day to the last day known of any series; a stop if the one known longest has stopped."""
    ends = [(row["first_due"].toordinal() + row["time_days"], row["event"]) for row in series]
    last = max(ends)
    return last[0] - min(row["first_due"].toordinal() for row in series), last[1]


def _curve(times: list[tuple[int, bool]]) -> list[Row]:
    """Kaplan-Meier with Greenwood's band on the log-log scale, day by day."""
    share, variance, found = 1.0, 0.0, []
    for day in sorted({time for time, _ in times}):
        risk, stopped = sum(time >= day for time, _ in times), sum(time == day and event for time, event in times)
        share *= 1 - stopped / risk
        row: Row = {
            "time_days": day,
            "at_risk": risk,
            "stopped": stopped,
            "persisting": share,
            "low": None,
            "high": None,
        }
        if risk > stopped:
            variance += stopped / (risk * (risk - stopped))
        if 0 < share < 1:
            wide = 1.959963984540054 * math.sqrt(variance) / math.log(share)
            row["low"], row["high"] = share ** math.exp(-wide), share ** math.exp(wide)
        found.append(row)
    return found


@each("settings", CHOICES)
def test_persistence(settings: dict[str, str]) -> None:
    view = _view(settings)
    groups = {row["group"]: row for row in records(view.tables["persistence_groups"])}
    steps: dict[str, list[Row]] = defaultdict(list)
    for row in records(view.tables["persistence_curves"]):
        steps[row.pop("group")].append(row)
    for group, people in _groups(settings, _slow()["persistence"]).items():
        known = {who: [row for row in rows if row["time_days"] is not None] for who, rows in people.items()}
        times = [_time_of(rows) for rows in known.values() if rows]
        row = groups[group]
        assert row["patients"] == len(times)
        assert row["never_due"] == len(known) - len(times)
        assert row["stopped"] == sum(event for _, event in times)
        if len(times) < LEAST:
            assert group not in steps
            continue
        expected = _curve(times)
        assert len(steps[group]) == len(expected)
        for got, one in zip(steps[group], expected, strict=True):
            assert {name: got[name] for name in one} == pytest.approx(one, nan_ok=True), (group, one["time_days"])
        half = [one["time_days"] for one in expected if one["persisting"] <= 0.5 + 1e-12]
        assert row["median_days"] == (half[0] if half else None)


@each("group", ["exercise", "arm", "aetiology"])
def test_there_are_curves_of_groups_to_compare(group: str) -> None:
    assert _view({"group": group}).tables["persistence_curves"]["group"].nunique() > 1


@each("settings", CHOICES)
def test_ladder(settings: dict[str, str]) -> None:
    view = _view(settings)
    for name in ("state", "mode"):
        series: Counter[tuple[str, str]] = Counter()
        people: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in _chosen(settings, _slow()["readiness"]):
            series[row["exercise"], row[name]] += 1
            people[row["exercise"], row[name]].add(row["patient_id"])
        table = records(view.tables[f"{name}s"])
        got = {(row["exercise"], row[name]): (row["series"], row["patients"]) for row in table if row["series"]}
        assert got == {key: (count, len(people[key])) for key, count in series.items()}
        for row in table:
            assert row["of_series"] == sum(count for key, count in series.items() if key[0] == row["exercise"])


@each("settings", CHOICES)
def test_weekday_and_hour(settings: dict[str, str]) -> None:
    found: Counter[tuple[str, int | None, str]] = Counter()
    for patient in _slow()["people"].values():
        if _fits(settings, patient.id):
            found.update(_places(patient, settings.get("exercise")))
    table = records(_view(settings).tables["pattern"])
    assert {(row["weekday"], row["hour"], row["place"]): row["sessions"] for row in table if row["sessions"]} == found
    assert sum(found.values()) > 0


def _places(patient: Patient, exercise: str | None) -> list[tuple[str, int | None, str]]:
    found: list[tuple[str, int | None, str]] = []
    for session in patient.sessions:
        done = [row for row in session["rows"] if patient.is_done(row) and exercise in (None, row["exercise"])]
        timed = [row["performed_at"] for row in done if row["timed"]]
        if done and all(row["source"] == "clinic" for row in done):
            found.append((f"{session['day']:%A}", None, "clinic"))
        elif done:
            found.append((f"{session['day']:%A}", min(timed).hour if timed else None, "home"))
    return found
