"""What clinicians decided about each series, and how far two judges agree.

A decision that names its exercise stands for itself. One that does not (of most visits) is about every series: where a
harder or easier prescription or review of the same patient follows within a week it is that one, and the other series
were kept. A general ``harder`` or ``easier`` without such a change could be about any of several series: it counts only
for a patient who has one.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints, Rows
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.daily_performance import Performance
from footdrop_analytics.model.vocabulary import DECISIONS, ORTHOSES, RANKED_FIELDS

LEAST_PATIENTS = 5
"""Of fewer patients with decisions no interval is given."""
DECIDED_IN = ("prescription", "review", "visit")
"""Where a decision stands, the most telling first."""
FOLLOWS_DAYS = 7
"""A prescription that starts so many days after a visit or review, or sooner, is what was decided there."""
_KEEP, _HARDER, _EASIER = (DECISIONS.index(one) for one in ("keep", "harder", "easier"))
_CHANGES = (_HARDER, _EASIER)


def _of_prescriptions(performance: Performance) -> Rows:
    """Versions that are harder or easier than the one before: ``series``, ``day``, ``source``, ``decision``."""
    versions = performance.log.versions
    fes = performance.version_codes["orthosis"] == ORTHOSES.index("fes")
    ranks = [performance.version_codes[name] for name in RANKED_FIELDS]
    known = [np.where(rank < 0, np.nan, rank) for rank in ranks]
    load = np.nan_to_num(performance.version_load_kg)
    ease = [_signs(values) for values in (*known, -fes.astype(np.float64), load)]
    amount = [_signs(values) for values in (versions.target, versions.session_dose)]
    # More help with a higher target is easier: how many repetitions there are decides where the way is the same.
    change = np.where(performance.difficulty_begins, _common(ease), _common(amount))
    change[cols.run_starts(versions.series)] = 0
    begun = (versions.start <= performance.log.as_of_day) & (change != 0)
    decision = np.where(change > 0, _HARDER, _EASIER)
    return _rows(versions.series[begun], versions.start[begun], "prescription", decision[begun])


def _noted(log: CodedLog, name: str, column: str, source: str, about_one: bool = False) -> Rows:
    """Visits, or reviews that name no exercise, for each series of the patient.

    ``about_one``: reviews that name one, for each of its series (of the side, where one is named).
    """
    table, owner = getattr(log.study, name), log.series
    day, written = cols.day_numbers(table[column]), table["decision"].tolist()
    # −1 for none, and for what was only seen.
    decision = np.array([DECISIONS.index(one) if one in DECISIONS else -1 for one in written], dtype=np.int64)
    counts = (decision >= 0) & (day <= log.as_of_day)
    if "exercise" in table:
        counts &= (cols.codes_of(table["exercise"]) >= 0) == about_one
    row = np.flatnonzero(counts)
    at, series = cols.beside(owner.patient, log.patient_numbers(table)[row])
    row = row[at]
    if about_one:
        exercise, side = (cols.codes_of(table[name])[row] for name in ("exercise", "side"))
        fits = (owner.exercise[series] == exercise) & ((side < 0) | (owner.side[series] == side))
        row, series = row[fits], series[fits]
    return _rows(series, day[row], source, decision[row])


def decided(performance: Performance, judged: Ints, looks: Ints) -> Rows:
    """One row per series and day of a decision, with the position of the last look before it in ``look``.

    ``judged`` holds the keys (``day_keys`` of series and position of the look) of the series with a state at a look.
    Decisions about a series without one are left out.
    """
    log, owner = performance.log, performance.log.series.patient
    specific = (_of_prescriptions(performance), _noted(log, "reviews", "reviewed_at", "review", about_one=True))
    of_plans, of_reviews = (_judged(rows, judged, looks) for rows in specific)
    followed = _followed(of_reviews["series"], of_reviews["day"], of_plans["series"], of_plans["day"])
    special = cols.stacked([of_plans, cols.picked(of_reviews, ~followed)])
    everywhere = [_noted(log, "visits", "visited_on", "visit"), _noted(log, "reviews", "reviewed_at", "review")]
    general = _judged(cols.stacked(everywhere), judged, looks)
    own = _followed(general["series"], general["day"], special["series"], special["day"])
    decisions = np.column_stack([owner[general["series"]], general["day"], general["source"]])
    same_one = np.unique(decisions, axis=0, return_inverse=True)[1].ravel()
    n_series = np.bincount(same_one)[same_one]
    explained = np.zeros(len(own), dtype=bool)
    for change in _CHANGES:
        same = cols.picked(special, special["decision"] == change)
        mine = general["decision"] == change
        explained |= mine & _followed(owner[general["series"]], general["day"], owner[same["series"]], same["day"])
    unclear = np.isin(general["decision"], _CHANGES) & ~explained & (n_series > 1)
    general["decision"] = np.where(explained, _KEEP, general["decision"])
    rows = cols.stacked([special, cols.picked(general, ~own & ~unclear)])
    order = np.lexsort((rows["source"], rows["day"], rows["series"]))
    rows = cols.picked(rows, order)
    first = np.append(True, np.diff(cols.day_keys(rows["series"], rows["day"])) != 0)[: len(order)]
    return cols.picked(rows, first)


def _judged(rows: Rows, judged: Ints, looks: Ints) -> Rows:
    look = np.searchsorted(looks, rows["day"]) - 1
    has = (look >= 0) & np.isin(cols.day_keys(rows["series"], np.maximum(look, 0)), judged)
    return cols.picked(rows | {"look": look}, has)


def _rows(series: Ints, day: Ints, source: str, decision: Ints) -> Rows:
    return {
        "series": series,
        "day": day,
        "source": np.full(len(series), DECIDED_IN.index(source)),
        "decision": decision,
    }


def _followed(groups: Ints, day: Ints, other_groups: Ints, other_day: Ints) -> Bools:
    """Whether another row of the group is of that day or of the week after."""
    keys = np.sort(cols.day_keys(other_groups, other_day))
    low, high = (np.searchsorted(keys, cols.day_keys(groups, day + days)) for days in (0, FOLLOWS_DAYS + 1))
    return high > low


def _signs(values: Floats) -> Ints:
    """1 where a value is higher than the one before, −1 where it is lower; 0 where either is missing."""
    change = np.nan_to_num(np.diff(values, prepend=np.nan))
    return np.where(np.abs(change) <= TOLERANCE, 0, np.sign(change)).astype(np.int64)


def _common(signs: list[Ints]) -> Ints:
    """The sign that all share that have one; 0 where they contradict each other."""
    up, down = (np.any([one == sign for one in signs], axis=0) for sign in (1, -1))
    return np.where(up & ~down, 1, np.where(down & ~up, -1, 0))


def kappa_of(first: Ints, second: Ints, patient: Ints, size: int) -> tuple[float, float, float]:
    """Cohen's kappa of two raters (codes below ``size``), with a 95 % interval; NaN where there is none.

    The interval is the jackknife's over patients, because decisions about one patient resemble each other. It is
    missing for fewer than 5 patients, or where leaving any one out changes nothing, which says little of the next.
    """
    whose, place = np.unique(patient, return_inverse=True)
    cells = np.bincount((place * size + first) * size + second, minlength=len(whose) * size * size)
    tables = cells.reshape(len(whose), size, size)
    whole = tables.sum(axis=0)
    kappa = float(_kappas(whole[None])[0])
    left = _kappas(whole - tables)
    count = len(whose)
    if count < LEAST_PATIENTS or np.isnan(left).any():
        return kappa, np.nan, np.nan
    error = np.sqrt((count - 1) / count * ((left - left.mean()) ** 2).sum())
    if error < TOLERANCE:
        return kappa, np.nan, np.nan
    reach = float(stdtrit(count - 1, 0.975) * error)
    return kappa, max(kappa - reach, -1.0), min(kappa + reach, 1.0)


def _kappas(tables: Ints) -> Floats:
    """Kappa of each square table of counts (Cohen 1960); NaN where chance alone would always agree."""
    n = np.maximum(tables.sum(axis=(1, 2)), 1)
    observed = np.trace(tables, axis1=1, axis2=2) / n
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1) / n**2
    left = 1 - chance
    possible = (left > TOLERANCE) & (tables.sum(axis=(1, 2)) > 0)
    return np.where(possible, (observed - chance) / np.where(possible, left, 1.0), np.nan)
