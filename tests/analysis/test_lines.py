"""The line against a plain, dense one written here; special cases; error rates and coverage by simulation."""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy import optimize, stats

import footdrop_analytics as fd
from footdrop_analytics.analysis.log.daily_performance import DailyValues
from footdrop_analytics.analysis.trends.estimates import RunLines
from footdrop_analytics.simulation import series_tables, simulate_series
from tests.analysis.tables import Cases, Row, log, only, plan, rows, study, values

Floats = npt.NDArray[np.float64]


def _dense(day: Floats, value: Floats) -> dict[str, float]:
    """The line of the design, one series, with full matrices: φ on a grid, weights, mixture of t distributions."""
    n, span = len(day), day[-1] - day[0]
    design = np.column_stack([np.ones(n), day - day[0]])
    phis = np.linspace(0, 0.9, 19)
    fits = []
    for phi in phis:
        # 0⁰ = 1: without correlation the matrix is the identity.
        correlation = phi ** np.abs(day[:, None] - day[None, :])
        inverse = np.linalg.inv(correlation)
        information = design.T @ inverse @ design
        level, slope = np.linalg.solve(information, design.T @ inverse @ value)
        residual = value - level - slope * design[:, 1]
        rss = residual @ inverse @ residual
        log_likelihood = -0.5 * (
            np.linalg.slogdet(correlation)[1] + np.linalg.slogdet(information)[1] + (n - 2) * np.log(rss)
        )
        se = np.sqrt(rss / (n - 2) * np.linalg.inv(information)[1, 1])
        fits.append((log_likelihood, slope, se, level, rss))
    log_likelihood, slope, se, level, rss = np.array(fits).T
    weight = np.exp(log_likelihood - log_likelihood.max()) * phis * (1 - phis) ** 3
    weight /= weight.sum()

    def below(at: float) -> float:
        return float((weight * stats.t.cdf((at - slope) / se, n - 2)).sum())

    def quantile(share: float) -> float:
        reach = 40 * se.max()
        return float(
            optimize.brentq(lambda at: below(at) - share, slope.min() - reach, slope.max() + reach, xtol=1e-13)
        )

    mean, start = float(weight @ slope), float(weight @ level)
    low, high = quantile(0.025), quantile(0.975)
    return {
        "n": n,
        "slope_per_week": 7 * mean,
        "slope_low": 7 * low,
        "slope_high": 7 * high,
        "p_value": 2 * min(below(0.0), 1 - below(0.0)),
        "level_start": start,
        "level_end": start + mean * span,
        "change": mean * span,
        "change_low": low * span,
        "change_high": high * span,
        "autocorrelation": float(weight @ phis),
        "residual_sd": float(np.sqrt(weight @ rss / (n - 2))),
    }


def _expect_line(row: pd.Series, expected: dict[str, float]) -> None:
    for column, value in expected.items():
        assert row[column] == pytest.approx(value, rel=1e-6, abs=1e-8), column


def _series(n: int, seed: int) -> tuple[Floats, Floats]:
    """Irregular days and whole-number repetitions with some drift."""
    rng = np.random.default_rng(seed)
    day = np.sort(rng.choice(3 * n, n, replace=False)).astype(float)
    noise = rng.standard_normal(n).cumsum() * 0.4 + rng.standard_normal(n)
    return day, np.maximum(np.rint(10 + 0.05 * day + noise), 0)


def test_lines_equal_dense_generalised_least_squares() -> None:
    cases = Cases()
    series = {f"{seed} of {n}": _series(n, seed) for seed, n in enumerate((3, 4, 6, 10, 11, 17, 30, 60))}
    for name, (day, value) in series.items():
        sessions = [row for d, v in zip(day, value, strict=True) for row in log([2 + int(d)], reps=int(v))]
        cases.add(name, sessions, plan(2, reps=30))
    table = fd.trends(cases.study())
    for name, (day, value) in series.items():
        expected = _dense(day, value)
        if len(day) < 10:
            assert pd.isna(only(table, patient_id=name)["p_value"])
            del expected["p_value"]
        _expect_line(only(table, patient_id=name), expected)


def test_far_apart_days_leave_ordinary_least_squares() -> None:
    # 500 days apart even φ = 0.9 leaves nothing: 0.9^500 < 1e-22. Then it is ordinary regression with its t test.
    day = np.arange(12) * 500
    value = [7, 9, 8, 11, 9, 12, 10, 13, 11, 15, 12, 14]
    stamps = [str(np.datetime64("2000-01-01") + d) for d in day]
    sessions = [row for stamp, reps in zip(stamps, value, strict=True) for row in rows(stamp, reps=reps)]
    row = fd.trends(study(sessions, [plan(2, reps=30) | {"start_date": "2000-01-01"}])).iloc[0]
    ols = stats.linregress(day, value)
    half = stats.t.ppf(0.975, 10) * ols.stderr
    expected = {
        "slope_per_week": 7 * ols.slope,
        "slope_low": 7 * (ols.slope - half),
        "slope_high": 7 * (ols.slope + half),
        "p_value": ols.pvalue,
        "level_start": ols.intercept,
        "level_end": ols.intercept + ols.slope * day[-1],
        "change": ols.slope * day[-1],
        "residual_sd": np.sqrt(np.sum((value - ols.intercept - ols.slope * day) ** 2) / 10),
    }
    _expect_line(row, expected)


def _line(sessions: list[Row]) -> pd.Series:
    return fd.trends(study(sessions, [plan(2, reps=30)])).iloc[0]


def test_constant_values() -> None:
    row = _line(values([10] * 12))
    nothing = dict.fromkeys(("slope_per_week", "slope_low", "slope_high", "change", "change_low", "change_high"), 0.0)
    _expect_line(row, nothing | {"p_value": 1, "level_start": 10, "level_end": 10, "residual_sd": 0})
    assert pd.isna(row["autocorrelation"])


def test_an_exact_line() -> None:
    # One repetition more every second day is 3.5 a week, from 5 to 16 in 22 days.
    row = _line(values(range(5, 17), every=2))
    _expect_line(row, {"slope_per_week": 3.5, "slope_low": 3.5, "slope_high": 3.5, "p_value": 0})
    _expect_line(row, {"level_start": 5, "level_end": 16, "change": 11, "change_low": 11, "residual_sd": 0})


def test_a_step_is_far_from_exact() -> None:
    row = _line(values([10] * 11 + [11]))
    assert row["slope_low"] < row["slope_per_week"] < row["slope_high"]
    assert row["residual_sd"] > 0


@pytest.mark.parametrize(
    ("n", "line", "test"), [(1, False, False), (2, False, False), (3, True, False), (9, True, False)]
)
def test_few_days_give_less(n: int, line: bool, test: bool) -> None:
    row = _line(values([10, 12, 11, 13, 12, 10, 14, 12, 13][:n]))
    assert row["n"] == n
    columns = [
        "slope_per_week",
        "slope_low",
        "change_high",
        "level_start",
        "level_end",
        "autocorrelation",
        "residual_sd",
    ]
    assert row[columns].notna().all() == line
    assert row[columns].isna().all() == (not line)
    assert pd.notna(row["p_value"]) == test


def test_ten_days_give_a_p_value() -> None:
    assert 0 < _line(values([10, 12, 11, 13, 12, 10, 14, 12, 13, 11]))["p_value"] < 1


def test_order_and_shifts_do_not_matter() -> None:
    reps = [10, 12, 11, 13, 12, 10, 14, 12, 13, 11]
    columns = ["slope_per_week", "slope_low", "slope_high", "p_value", "autocorrelation", "residual_sd"]
    row = _line(values(reps))[columns].to_dict()
    _expect_line(_line(list(reversed(values(reps)))), row)
    _expect_line(_line(values(reps, first=60)), row)
    # Five repetitions more on every day move the line up and change nothing else.
    _expect_line(_line(values([rep + 5 for rep in reps])), row)


# ---- error rates ------------------------------------------------------------------------------------------------

CELLS = list(product((10, 14, 20, 30, 60), (0.0, 0.25, 0.5), (0.0, 0.4)))
SERIES = 1200
RISE = 0.7


def _simulated(slope: float) -> pd.DataFrame:
    """The lines through ``SERIES`` series of each cell, in the order of the cells."""
    parts = []
    for number, (n, phi, missing) in enumerate(CELLS):
        seed = 1000 * number + int(10 * slope)
        part = simulate_series(SERIES, n, seed, slope_per_week=slope, level=12.0, sd=1.2, phi=phi, missing=missing)
        parts.append(part.assign(series=part["series"] + number * SERIES))
    found = pd.concat(parts)
    days = DailyValues(found["series"].to_numpy(), found["day"].to_numpy(), found["value"].to_numpy())
    return pd.DataFrame(RunLines(days, np.ones(SERIES * len(CELLS), dtype=bool)).columns())


def _by_cell(flags: pd.Series) -> Floats:
    return flags.to_numpy(dtype=float).reshape(len(CELLS), SERIES).mean(axis=1)


@pytest.fixture(scope="module")
def flat() -> pd.DataFrame:
    return _simulated(0.0)


def test_flat_series_are_seldom_called_a_trend(flat: pd.DataFrame) -> None:
    false = _by_cell(flat["p_value"] < 0.05)
    assert false.mean() <= 0.05
    assert false.max() <= 0.08


def test_intervals_hold_the_true_slope(flat: pd.DataFrame) -> None:
    rising = _simulated(RISE)
    for table, slope in ((flat, 0.0), (rising, RISE)):
        covered = _by_cell((table["slope_low"] <= slope) & (table["slope_high"] >= slope))
        assert covered.mean() >= 0.94
        assert covered.min() >= 0.90
    # Without the bias towards zero of methods on ranks and ties.
    assert rising["slope_per_week"].mean() == pytest.approx(RISE, rel=0.02)


def test_trends_of_a_study_are_these_lines() -> None:
    found = simulate_series(40, 14, seed=5, level=12.0, phi=0.3, missing=0.4)
    days = DailyValues(found["series"].to_numpy(), found["day"].to_numpy(), found["value"].to_numpy())
    lines = pd.DataFrame(RunLines(days, np.ones(40, dtype=bool)).columns())
    table = fd.trends(fd.study_from_tables(**series_tables(found), today="2030-01-01"))
    columns = ["slope_per_week", "slope_low", "slope_high", "p_value", "residual_sd"]
    pd.testing.assert_frame_equal(table[columns], lines[columns])
