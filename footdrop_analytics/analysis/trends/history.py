"""Steps: the way of each series through the programme, one row per run of one difficulty and target."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from footdrop_analytics.analysis.adherence.adherence import kept_share, sums_in
from footdrop_analytics.analysis.adherence.period import Windows
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Ints
from footdrop_analytics.analysis.log.coded_log import open_log
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.analysis.trends.prepared import Prepared
from footdrop_analytics.analysis.wording import phrased
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import DIFFICULTY_FIELDS, KEY_FIELDS, VERDICTS
from footdrop_analytics.wording.language import general, translated
from footdrop_analytics.wording.words import ORTHOSES, spoken

LEVEL_DAYS = 3


def steps(study: Study, as_of: object = None, log_through: object = None) -> pd.DataFrame:
    """One row per run of every prescribed series: the way through the programme over all changes.

    ``as_of`` is the last day that counts, ``log_through`` the last observed day of patients who state none.

    Returns
    -------
    DataFrame
        ``patient_id``, ``exercise``, ``side``, ``run_no`` (from 1), ``start`` and ``end`` of the run (``end`` is
        ``as_of`` while it goes on), ``difficulty`` in words and its six fields, ``target``; ``days`` with a tried row
        as prescribed, exercise ``sessions`` (at a visit too), ``adherence`` (credited / due of the run);
        ``first_level``, ``last_level`` (median of the first and last three days' values; missing without a value) and
        ``verdict``.

    Raises
    ------
    ParameterError
        If ``as_of`` is no date.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> steps = fd.steps(study)
    >>> int(steps["run_no"].min())
    1
    """
    return steps_of(Prepared(open_log(study, as_of, log_through)))


def steps_of(prepared: Prepared) -> pd.DataFrame:
    """:func:`steps` of a log."""
    log, performance, judged = prepared.log, prepared.performance, prepared.judged
    runs = performance.runs
    planned = np.flatnonzero(runs.first_version >= 0)
    series, start = runs.series[planned], runs.start[planned]
    end = np.minimum(log.versions.end[runs.last_version[planned]], log.as_of_day)
    end = np.maximum(end, start)
    # What a run is credited with runs to the day before the next one, also after its last version ended.
    until = np.full(len(planned), log.as_of_day)
    same = np.flatnonzero(series[1:] == series[:-1])
    until[same] = start[same + 1] - 1
    sums = sums_in(log, prepared.days, Windows(series, start, until, np.ones_like(series)))
    tried_days = np.bincount(performance.daily("primary").run, minlength=len(runs.series))[planned]
    # Median of the first and of the last three days of each run.
    valued, (first, last) = judged.values.days, np.full((2, len(runs.series)), np.nan)
    place, ends = np.arange(LEVEL_DAYS) + valued.begins[:, None], (valued.begins + valued.count)[:, None]
    early = np.where(place < ends, valued.value[np.minimum(place, len(valued.run) - 1)], np.nan)
    of = valued.run[valued.begins]
    first[of], last[of] = cols.median_of_rows(early), cols.median_of_rows(valued.latest(LEVEL_DAYS))
    sessions = cols.running_total(prepared.days.exercise)
    return cols.table_of(
        {
            **log.labels(series),
            "run_no": cols.whole(cols.ranges(cols.run_lengths(cols.run_starts(series), len(series))) + 1),
            "start": cols.dates_from(start),
            "end": cols.dates_from(end),
            **_difficulty(performance, runs.last_version[planned]),
            "target": judged.values.target[planned],
            "days": cols.whole(tried_days),
            "sessions": cols.whole(sessions[sums["high"]] - sessions[sums["low"]]),
            "adherence": kept_share(sums),
            "first_level": first[planned],
            "last_level": last[planned],
            "verdict": cols.categories(judged.verdicts.verdict[planned], VERDICTS),
        }
    )


def _difficulty(performance: Performance, version: Ints) -> dict[str, ExtensionArray]:
    """The six fields of each version and the same in words."""
    plans = performance.log.study.prescriptions
    row = performance.log.versions.row[version]
    fields = {name: plans[name].array[row] for name in DIFFICULTY_FIELDS}
    keys = [[*plans[name].array.categories, None] for name in KEY_FIELDS]

    def write(load_kg: float, band: str | None, *codes: int) -> str:
        """A difficulty in words; a field that is missing is left out."""
        named = {name: own[code] for name, own, code in zip(KEY_FIELDS, keys, codes, strict=True)}
        words = [
            spoken(named["mode"]) if named["mode"] else "",
            named["position"] and spoken(named["position"]),
            named["support"] and spoken(named["support"]),
            None if np.isnan(load_kg) else f"{general(load_kg, 4)} kg",
            band and translated("band {name}", name=band),
            named["orthosis"] and translated(ORTHOSES[named["orthosis"]]),
        ]
        return ", ".join(word for word in words if word is not None)

    codes = (performance.version_codes[name][version] for name in KEY_FIELDS)
    words = phrased(write, performance.version_load_kg[version], cols.objects_of(plans["resistance"])[row], *codes)
    return {"difficulty": words.column()} | fields
