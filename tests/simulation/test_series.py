"""Single series have the slope, the spread and the correlation that they are said to have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.series import series_tables, simulate_series
from footdrop_analytics.simulation.generator import ar1
from tests.each import each


def test_noise_has_unit_variance_and_the_stated_correlation() -> None:
    noise = ar1(np.random.default_rng(1), np.full(3000, 0.5), 40)
    assert noise.shape == (3000, 40)
    assert noise.std() == pytest.approx(1.0, abs=0.02)
    assert np.corrcoef(noise[:, 10], noise[:, 11])[0, 1] == pytest.approx(0.5, abs=0.05)
    assert np.corrcoef(noise[:, 10], noise[:, 13])[0, 1] == pytest.approx(0.125, abs=0.06)


@each("missing", [0.0, 0.4])
def test_series_have_n_whole_values_and_the_true_slope(missing: float) -> None:
    values = simulate_series(400, 30, seed=2, slope_per_week=0.7, level=15, missing=missing)
    counts = values.groupby("series").size()
    assert (counts == 30).all()
    assert len(counts) == 400
    assert (values["value"] % 1 == 0).all()
    slopes = [7 * np.polyfit(one["day"], one["value"], 1)[0] for _, one in values.groupby("series")]
    assert np.mean(slopes) == pytest.approx(0.7, abs=0.04)
    assert (values.groupby("series")["day"].max().mean() > 35) == (missing > 0)


def test_series_become_a_study_with_a_patient_each() -> None:
    tables = series_tables(simulate_series(3, 5, seed=1))
    assert list(tables["prescriptions"]["patient_id"]) == ["S000000", "S000001", "S000002"]
    assert tables["sessions"]["patient_id"].value_counts().eq(5).all()
    assert tables["sessions"]["performed_at"].dtype == np.dtype("datetime64[us]")
    assert pd.api.types.is_integer_dtype(tables["sessions"]["reps"])
