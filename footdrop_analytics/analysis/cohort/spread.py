"""How adherence is spread over patients: one value per patient and group, and quantiles of each group.

A patient's value is sessions credited / sessions due over all of that patient's series in the group, in the period of
the analysis. So every patient counts once in a group, however many sides and sessions there are. A patient to whom
nothing was due has no value, which is not 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import bdtrik

from footdrop_analytics.analysis.cohort.choice import LEAST_PATIENTS, Choice
from footdrop_analytics.analysis.log.arrays import Floats, Ints, reduced, run_starts, share
from footdrop_analytics.wording.language import marked, translated

QUANTILES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
ALL_PATIENTS = marked("All patients")


@dataclass(frozen=True)
class Spread:
    """Adherence of a choice.

    Attributes
    ----------
    groups : DataFrame
        One row per group, all patients together first: ``group`` (key), ``name``, ``patients`` (with a value),
        ``nothing_due`` (patients without one), ``p10`` … ``p90`` (shares, 0–1; missing in groups of fewer than 5
        patients), ``median_low``, ``median_high`` (95 % interval of the median; missing for fewer than 6).
    values : DataFrame
        One row per patient and group: ``patient_id``, ``group``, ``name``, ``due`` and ``credited`` (sessions),
        ``adherence`` (share, 0–1).
    sorted_values : list of arrays
        The values of each row of ``groups``, smallest first.
    """

    groups: pd.DataFrame
    values: pd.DataFrame
    sorted_values: list[Floats]


def spread_of(choice: Choice) -> Spread:
    """The spread of adherence over the patients chosen."""
    sums = choice.prepared.sums
    taken = np.flatnonzero(choice.takes(sums.patient, sums.exercise))
    patient, due, credited = sums.patient[taken], sums.due[taken], sums.credited[taken]
    group = choice.group_of(patient, sums.exercise[taken])
    each = _per_patient(group, patient, due, credited)
    everybody = _per_patient(np.full(len(patient), -1), patient, due, credited)
    together = pd.concat([everybody, each], ignore_index=True)
    known = together["due"].to_numpy() > 0
    n_groups = len(choice.keys) + 1
    nothing = np.bincount(together["group"].to_numpy()[~known] + 1, minlength=n_groups)
    together = together[known].sort_values(["group", "adherence", "patient"], kind="stable")
    row = together["group"].to_numpy() + 1
    ordered = together["adherence"].to_numpy()
    counts = np.bincount(row, minlength=n_groups)
    groups = _groups(choice, ordered, counts, nothing)
    here = (counts + nothing) > 0
    parts = np.split(ordered, np.cumsum(counts)[:-1])
    own = together[together["group"] >= 0]
    values = pd.DataFrame(
        {
            "patient_id": choice.prepared.patients.take(own["patient"].to_numpy()),
            "group": pd.Index(choice.keys, dtype="str").take(own["group"].to_numpy()),
            "name": pd.Index(choice.names, dtype="str").take(own["group"].to_numpy()),
            **{name: own[name].to_numpy() for name in ("due", "credited", "adherence")},
        }
    )
    sorted_values = [part for part, kept in zip(parts, here, strict=True) if kept]
    return Spread(groups[here].reset_index(drop=True), values, sorted_values)


def _per_patient(group: Ints, patient: Ints, due: Floats, credited: Floats) -> pd.DataFrame:
    """One row per group and patient with the sums over that patient's series."""
    order = np.lexsort((patient, group))
    begins = run_starts(group[order], patient[order])
    first = order[begins]
    due, credited = (reduced(np.add, column[order], begins) for column in (due, credited))
    kept_to = np.minimum(share(credited, due), 1.0)
    return pd.DataFrame(
        {"group": group[first], "patient": patient[first], "due": due, "credited": credited, "adherence": kept_to}
    )


def _groups(choice: Choice, ordered: Floats, counts: Ints, nothing: Ints) -> pd.DataFrame:
    begins = np.cumsum(counts) - counts
    columns: dict[str, object] = {
        "group": pd.Series(["all", *choice.keys], dtype="str"),
        "name": pd.Series([translated(ALL_PATIENTS), *choice.names], dtype="str"),
        "patients": counts,
        "nothing_due": nothing,
    }
    for name, level in QUANTILES.items():
        columns[name] = _quantile(ordered, begins, counts, level)
    columns["median_low"], columns["median_high"] = _median_interval(ordered, begins, counts)
    return pd.DataFrame(columns)


def _quantile(ordered: Floats, begins: Ints, counts: Ints, level: float) -> Floats:
    """A quantile of each group by linear interpolation (as ``numpy.quantile``), missing in small groups."""
    found = np.full(len(counts), np.nan)
    enough = np.flatnonzero(counts >= LEAST_PATIENTS)
    at = level * (counts[enough] - 1)
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, counts[enough] - 1)
    below, above = ordered[begins[enough] + low], ordered[begins[enough] + high]
    found[enough] = below + (above - below) * (at - low)
    return found


def _median_interval(ordered: Floats, begins: Ints, counts: Ints) -> tuple[Floats, Floats]:
    """95 % interval of each group's median between two of its values, by the binomial distribution of their ranks.

    No shape of the distribution is assumed. Source: Conover (1999), Practical Nonparametric Statistics, 3.2.
    """
    low, high = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    rank = np.nan_to_num(np.ceil(bdtrik(0.025, counts, 0.5))).astype(np.int64)
    enough = np.flatnonzero((rank >= 1) & (counts >= LEAST_PATIENTS))
    low[enough] = ordered[begins[enough] + rank[enough] - 1]
    high[enough] = ordered[begins[enough] + counts[enough] - rank[enough]]
    return low, high
