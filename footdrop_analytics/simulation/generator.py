"""``simulate``: a synthetic study of any size with known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import SIDES
from footdrop_analytics.simulation import records
from footdrop_analytics.simulation.cohort import WEEK, Cohort, Flags, Floats, draw_cohort
from footdrop_analytics.simulation.logs import MAKES_UP, draw_sessions, planned_days
from footdrop_analytics.simulation.programme import EXERCISES, Programme, active_days, draw_pauses, draw_programme
from footdrop_analytics.simulation.records import date_column, key_column, patient_column


def simulate(patients: int, weeks: int, seed: int) -> Study:
    """Simulate the home-exercise logs of people with foot drop, with all ten exercises and known truth.

    Adherence, its spread, dropouts, weekend dips and the fall over weeks follow published programmes; capacity rises,
    stays or falls, resembles itself from day to day, and is only seen through logs that often stop at the target and
    leave ratings and repetitions out. The study begins on Monday 1 January 2024; no row belongs to a real person.

    Parameters
    ----------
    patients : int
        Number of patients, at least 1; they are called ``SIM-0001``, ``SIM-0002``, …
    weeks : int
        Length of the study in weeks, at least 1.
    seed : int
        0 or more. The same numbers give the same study, also as written files.

    Returns
    -------
    Study
        With ``synthetic`` true and, in ``truth``, the tables ``patients`` (base adherence, weekly factor, weekend
        factor, dropout day, whether the log stops at the target), ``series`` (expected sessions per prescribed session,
        level on the first day, slope per week, day-to-day correlation and SD), ``lapses`` (first and last day of
        stretches without exercise) and ``levels`` (level without noise at the start of every version).

    Raises
    ------
    ParameterError
        If a number is out of range.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> study.synthetic, study.patient_ids
    (True, ['SIM-0001', 'SIM-0002'])
    """
    for name, value, least in (("patients", patients, 1), ("weeks", weeks, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise ParameterError(f"{name}: expected a whole number, {least} or more, found {value!r}.")
    from footdrop_analytics.reading import study_from_tables

    tables, truth = simulate_tables(int(patients), int(weeks), int(seed))
    last_day = date_column(np.array([weeks * WEEK - 1]))[0]
    study = study_from_tables(today=last_day, date_format=None, timezone=None, exercises=None, **tables)
    return replace(study, synthetic=True, truth=truth)


def simulate_tables(patients: int, weeks: int, seed: int) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """The input tables of a simulated study as they would be written down, and the truth behind them."""
    # A stream of its own for each part: more of one part leaves the others as they were.
    people, plan, log, pause, event, visit, extra = np.random.default_rng(seed).spawn(7)
    cohort = draw_cohort(people, patients, weeks)
    programme = draw_programme(plan, cohort)
    active = active_days(cohort, programme)
    pause_rows, paused = draw_pauses(pause, cohort, programme)
    planned = planned_days(cohort, programme, active)
    # The chance that a series is done in one sitting of a day: the truth behind the logged adherence.
    chance = cohort.sitting[programme.patient] * programme.keeps_up[:, None]
    chance = np.where(planned, chance, np.where(active, MAKES_UP * chance, 0.0))
    # What each patient could do on each day: the true line and noise that resembles itself from day to day.
    noise = programme.sd[:, None] * ar1(log, programme.phi, cohort.n_days)
    capacity = np.maximum(programme.expected + noise, 0.0)
    events, checkins = records.events_and_checkins(event, cohort, programme)
    tables = {
        "sessions": draw_sessions(log, cohort, programme, chance, planned, paused, capacity),
        "prescriptions": records.prescriptions_table(cohort, programme, active),
        "patients": records.patients_table(extra, cohort),
        "pauses": records.pauses_table(pause, cohort, pause_rows),
        "events": events,
        "checkins": checkins,
        "visits": records.visits_table(visit, cohort, programme),
        "outcomes": records.outcomes_table(extra, cohort, programme),
    }
    due = active & ~paused & (np.arange(cohort.n_days) <= cohort.data_through[programme.patient, None])
    return tables, _truth(cohort, programme, chance, due, active)


def ar1(rng: np.random.Generator, phi: Floats, n_days: int) -> Floats:
    """Noise of variance 1, ``(series, days)``; its correlation falls as ``phi`` to the power of the days between."""
    noise = rng.standard_normal((n_days, len(phi)))
    fresh = np.sqrt(1.0 - phi**2)
    for day in range(1, n_days):
        noise[day] = phi * noise[day - 1] + fresh * noise[day]
    return noise.T


def _truth(cohort: Cohort, programme: Programme, chance: Floats, due: Flags, active: Flags) -> dict[str, pd.DataFrame]:
    everyone = np.arange(cohort.size)
    due_sessions = due.sum(axis=1) * programme.days_per_week / WEEK
    expected = np.where(due, chance, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore"):
        adherence = np.where(due_sessions > 0, expected / due_sessions, np.nan)
    series, day = np.nonzero(programme.new_version & active)
    keys = {
        "patient_id": patient_column(programme.patient, cohort.size),
        "exercise": key_column(programme.exercise, EXERCISES),
        "side": key_column(programme.side, SIDES),
    }
    return {
        "patients": pd.DataFrame(
            {
                "patient_id": patient_column(everyone, cohort.size),
                "base_adherence": cohort.base_adherence,
                "weekly_factor": cohort.weekly_factor,
                "weekend_factor": cohort.weekend_factor,
                "dropout_day": date_column(cohort.dropout_day, cohort.dropout_day < cohort.n_days),
                "stops_at_target": cohort.stops_at_target,
            }
        ),
        "series": pd.DataFrame(
            keys
            | {
                "expected_ratio": adherence,
                "level_at_start": programme.level,
                "slope_per_week": programme.slope,
                "autocorrelation": programme.phi,
                "sd": programme.sd,
                "stops_at_target": cohort.stops_at_target[programme.patient],
            }
        ),
        "lapses": pd.DataFrame(
            {
                "patient_id": patient_column(cohort.lapses[:, 0], cohort.size),
                "first_day": date_column(cohort.lapses[:, 1]),
                "last_day": date_column(cohort.lapses[:, 2]),
            }
        ),
        "levels": pd.DataFrame({name: column[series] for name, column in keys.items()}).assign(
            start_date=date_column(day), level=programme.expected[series, day], target=programme.target[series, day]
        ),
    }
