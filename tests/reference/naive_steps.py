"""One row per run of every series."""

from __future__ import annotations

import datetime as dt
import statistics
from typing import Any

from tests.reference.naive_adherence import CodedLog, series_window
from tests.reference.naive_sessions import DAY, Patient, Row, Series, days_between, patients_of
from tests.reference.naive_trends import DIFFICULTY, runs, target_of, trend_of


def steps_of(patient: Patient, series: Series) -> list[Row]:
    found = []
    own_runs = runs(patient, series)
    log = CodedLog(patient, series)
    for number, run in enumerate(own_runs, start=1):
        start: dt.date = run[0]["start"]
        # no day is active "after `discharged_on`"; a run never ends before it starts
        last: dt.date = max(start, min(run[-1]["end"], patient.as_of, patient.discharged_on or dt.date.max))
        # trends look "from the start of the current run to `as_of` (also after its last version ended)"; an earlier
        # run is looked at until the next one starts
        seen_until = own_runs[number][0]["start"] - DAY if number < len(own_runs) else patient.as_of
        # first and last level of the days that take part in the trend
        known = trend_of(patient, series, "primary", run, seen_until)["used"]
        window = series_window(log, (start, last))
        found.append(
            {
                "patient_id": patient.id,
                "exercise": series[0],
                "side": series[1],
                "run_no": number,
                "start": start,
                "end": last,
                **{name: run[-1][name] for name in DIFFICULTY},
                "target": target_of(patient, run[-1]),
                "sessions": sum(
                    len(log.exercise_sessions.get(day, [])) + log.clinic_sessions.get(day, 0)
                    for day in days_between(start, seen_until)
                ),
                "adherence": window["adherence"],
                "first_level": statistics.median(known[:3]) if known else None,
                "last_level": statistics.median(known[-3:]) if known else None,
            }
        )
    return found


def naive_steps(study: Any, as_of: Any = None) -> list[Row]:
    return [
        row for patient in patients_of(study, as_of) for series in patient.series() for row in steps_of(patient, series)
    ]
