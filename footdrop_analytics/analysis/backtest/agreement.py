"""Agreement beyond chance."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from footdrop_analytics.analysis.log.arrays import TOLERANCE, Floats, Ints

LEAST_PATIENTS = 5
"""Of fewer patients with decisions no interval is given."""


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
