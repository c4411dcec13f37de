"""The line against a plain, dense one written here; special cases; error rates and coverage by simulation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy import optimize, stats

import footdrop_analytics as fd
from benchmarks.series import series_tables, simulate_series
from footdrop_analytics.analysis.log.day_values import DailyValues
from footdrop_analytics.analysis.trends.estimates import TrendEstimates
from footdrop_analytics.analysis.trends.gls import Lines, SlopeMixture, fit_lines
from tests.analysis.expected import only
from tests.each import each
from tests.studies import Cases, Row, log, plan, study_with, values

Floats = npt.NDArray[np.float64]


def _dense(day: Floats, value: Floats) -> dict[str, float]:
    """The line of the design, one series, with full matrices: ρ on a grid, weights, mixture of t distributions."""
    n, span = len(day), day[-1] - day[0]
    design = np.column_stack([np.ones(n), day - day[0]])
    rhos, usual = np.linspace(0, 0.95, 20), np.median(np.diff(day))
    fits = []
    for rho in rhos:
        phi = rho ** (1 / usual)
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
    weight = np.exp(log_likelihood - log_likelihood.max()) * (1 - rhos) ** 1.25
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
        "autocorrelation": float(weight @ rhos),
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


def test_the_scale_is_that_of_neighbouring_sessions() -> None:
    # The same values once a week say per week what they say per day when they come daily.
    reps = [7, 9, 8, 11, 9, 12, 10, 13, 11, 15, 12, 14]
    daily, weekly = _line(values(reps)), _line(values(reps, every=7))
    same = ["p_value", "change", "change_low", "change_high", "autocorrelation", "residual_sd"]
    _expect_line(weekly, daily[same].to_dict())
    assert weekly["slope_per_week"] == pytest.approx(daily["slope_per_week"] / 7)


def test_far_apart_days_leave_ordinary_least_squares() -> None:
    # Without correlation (all weight on ρ = 0) it is ordinary regression with its t test.
    day = np.arange(12) * 5
    value = np.array([7, 9, 8, 11, 9, 12, 10, 13, 11, 15, 12, 14], dtype=float)
    lines = fit_lines(np.zeros(12, dtype=np.int64), day, value)
    lines = lines.knowing(np.where(np.arange(20) == 0, 0.0, -1e6)[None, :])
    row = pd.DataFrame(_of_the_slope(lines)).iloc[0]
    ols = stats.linregress(day, value)
    half = stats.t.ppf(0.975, 10) * ols.stderr
    expected = {
        "slope_per_week": 7 * ols.slope,
        "slope_low": 7 * (ols.slope - half),
        "slope_high": 7 * (ols.slope + half),
        "p_value": ols.pvalue,
        "level_start": ols.intercept,
    }
    _expect_line(row, expected)


def _of_the_slope(lines: Lines) -> dict[str, Floats]:
    mixture = SlopeMixture.of(lines, np.array([0]))
    below, above = mixture.below(np.zeros(1)), mixture.above(np.zeros(1))
    found = {"slope_per_week": 7 * lines.mean(lines.slope), "p_value": 2 * np.minimum(below, above)}
    found |= {"slope_low": 7 * mixture.quantile(0.025), "slope_high": 7 * mixture.quantile(0.975)}
    return found | {"level_start": lines.mean(lines.level_first)}


def _line(sessions: list[Row]) -> pd.Series:
    return fd.trends(study_with(sessions, [plan(2, reps=30)])).iloc[0]


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


@each("n, line, test", [(1, False, False), (2, False, False), (3, True, False), (9, True, False)])
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


def _estimates(series: int, found: pd.DataFrame) -> pd.DataFrame:
    days = DailyValues(found["series"].to_numpy(), found["day"].to_numpy(), found["value"].to_numpy())
    no_target, margin = np.full(series, np.nan), np.full(series, 2.0)
    estimates = TrendEstimates(days, np.arange(series), no_target, margin, np.ones(series, dtype=bool))
    return pd.DataFrame(estimates.columns())


def test_trends_of_a_study_are_these_lines() -> None:
    found = simulate_series(40, 14, seed=5, level=12.0, phi=0.3, missing=0.4)
    table = fd.trends(fd.study_from_tables(**series_tables(found), today="2030-01-01"))
    columns = ["slope_per_week", "slope_low", "slope_high", "p_value", "residual_sd"]
    pd.testing.assert_frame_equal(table[columns], _estimates(40, found)[columns])
