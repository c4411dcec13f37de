"""How adherence is spread over patients, and how long they go on logging: one value and one time per patient and group.

A patient's adherence is sessions credited / sessions due over all of that patient's series in the group, in the period
of the analysis. A patient to whom nothing was due has no value, which is not 0.

A patient who does several of the chosen series has stopped when the last of them reached 28 due days of silence: the
time runs from the first day on which one of them was due to the last day known of any; it is a stop if the series known
longest has stopped. With one series that is ``time_days`` and ``event`` of ``persistence``. So every patient counts
once in a group, and the band of a curve needs no assumption about how the exercises of one person hang together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import bdtrik, ndtri

from footdrop_analytics.analysis.cohort.choice import LEAST_PATIENTS, Choice
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import Bools, Floats, Ints, Rows
from footdrop_analytics.wording.language import marked, translated

QUANTILES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
ALL_PATIENTS = marked("All patients")


@dataclass(frozen=True)
class Spread:
    """Adherence of a choice.

    ``groups`` has one row per group, all patients together first: ``group`` (key), ``name``, ``patients`` (with a
    value), ``nothing_due`` (patients without one), ``p10`` … ``p90`` (shares; missing in groups of fewer than 5
    patients), ``median_low``, ``median_high`` (95 % interval of the median; missing for fewer than 6). ``values`` has
    one per patient and group: ``patient_id``, ``group``, ``name``, ``due`` and ``credited`` (sessions), ``adherence``
    (share). ``sorted_values`` are the values of each row of ``groups``, smallest first.
    """

    groups: pd.DataFrame
    values: pd.DataFrame
    sorted_values: list[Floats]


def spread_of(choice: Choice) -> Spread:
    """The spread of adherence over the patients chosen."""
    together = _kept_by(_with_all(choice.taken(choice.prepared.sums)))
    known = together["due"].to_numpy() > 0
    n_groups = len(choice.keys) + 1
    nothing = np.bincount(together["group"].to_numpy()[~known] + 1, minlength=n_groups)
    together = together[known].sort_values(["group", "adherence", "patient"], kind="stable")
    ordered = together["adherence"].to_numpy()
    counts = np.bincount(together["group"].to_numpy() + 1, minlength=n_groups)
    begins = np.cumsum(counts) - counts
    columns = _named_groups(choice) | {"patients": counts, "nothing_due": nothing}
    columns |= {name: _quantile(ordered, begins, counts, level) for name, level in QUANTILES.items()}
    columns["median_low"], columns["median_high"] = _median_interval(ordered, begins, counts)
    here = (counts + nothing) > 0
    values = _of_patients(choice, together, "due", "credited", "adherence")
    sorted_values = list(compress(np.split(ordered, begins[1:]), here))
    return Spread(pd.DataFrame(columns)[here].reset_index(drop=True), values, sorted_values)


def _with_all(rows: Rows) -> Rows:
    """The rows in the group −1, that of all patients, and then in their own."""
    return cols.stacked([rows | {"group": np.full_like(rows["group"], -1)}, rows])


def _of_patients(choice: Choice, together: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The columns of each patient and group, with the names of both."""
    own = together[together["group"] >= 0]
    patient, group = own["patient"].to_numpy(), own["group"].to_numpy()
    names = {
        "patient_id": choice.prepared.patients.take(patient),
        "group": pd.Index(choice.keys, dtype="str").take(group),
        "name": pd.Index(choice.names, dtype="str").take(group),
    }
    return pd.DataFrame(names | {name: own[name].to_numpy() for name in columns})


def _named_groups(choice: Choice) -> dict[str, object]:
    """All patients together, then each group: key and name."""
    return {
        "group": pd.Series(["all", *choice.keys], dtype="str"),
        "name": pd.Series([translated(ALL_PATIENTS), *choice.names], dtype="str"),
    }


def _kept_by(sums: Rows) -> pd.DataFrame:
    """One row per group and patient with the sums over that patient's series."""
    order = np.lexsort((sums["patient"], sums["group"]))
    begins = cols.run_starts(sums["group"][order], sums["patient"][order])
    found = {name: sums[name][order[begins]] for name in ("group", "patient")}
    found |= {name: cols.reduced(np.add, sums[name][order], begins) for name in ("due", "credited")}
    return pd.DataFrame(found | {"adherence": np.minimum(cols.share(found["credited"], found["due"]), 1.0)})


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


MARKS = (28, 56, 84, 112, 168, 252, 364, 728, 1092)
"""The days at which curves are told in numbers."""
MOST_CURVES = 11
"""No more curves than this are computed and drawn beside that of all patients: those of the largest groups."""


@dataclass(frozen=True)
class Curve:
    """A Kaplan–Meier curve: right after each of ``days`` the share ``persisting`` and its band; see ``curve_of``."""

    key: str
    name: str
    patients: int
    events: int
    days: Ints
    at_risk: Ints
    stopped: Ints
    persisting: Floats
    low: Floats
    high: Floats

    @property
    def last_day(self) -> int:
        """The last day on which at least ``LEAST_PATIENTS`` were at risk; later the curve is not drawn."""
        return int(self.days[self.at_risk >= LEAST_PATIENTS].max(initial=0))

    def at(self, day: int) -> tuple[float, float, float, int]:
        """Share persisting at the end of a day, low and high end of its band, and how many were at risk that day."""
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        later = int(np.searchsorted(self.days, day, side="left"))
        risk = int(self.at_risk[later]) if later < len(self.days) else 0
        if place < 0:
            return 1.0, np.nan, np.nan, risk
        return float(self.persisting[place]), float(self.low[place]), float(self.high[place]), risk

    @property
    def median_days(self) -> float:
        """The first day after which no more than half persist; missing if the curve stays above."""
        below = np.flatnonzero(self.persisting <= 0.5 + 1e-12)
        return float(self.days[below[0]]) if len(below) else np.nan


@dataclass(frozen=True)
class Persisting:
    """Persistence of a choice.

    ``groups`` has one row per group, all patients together first: ``group``, ``name``, ``patients``, ``stopped``
    (patients with the event), ``never_due`` (left out because nothing was due), ``median_days`` (missing if the curve
    stays above one half, and in groups without one). ``times`` has one per patient and group: ``patient_id``,
    ``group``, ``name``, ``time_days``, ``event``, ``series`` (how many it rests on). ``curves`` are those of all
    patients, then of the groups of at least 5, at most ``MOST_CURVES``; ``not_drawn`` says how many more there are.
    """

    groups: pd.DataFrame
    times: pd.DataFrame
    curves: tuple[Curve, ...]
    not_drawn: int


def persisting_of(choice: Choice) -> Persisting:
    """Persistence of the patients chosen."""
    together = _timed_by(_with_all(choice.taken(choice.prepared.times)))
    row, stopped, n_groups = together["group"].to_numpy() + 1, together["event"].to_numpy(), len(choice.keys) + 1
    columns = {
        "patients": np.bincount(row, minlength=n_groups),
        "stopped": np.bincount(row[stopped], minlength=n_groups),
        "never_due": _never_due(choice, together, n_groups),
        "median_days": np.full(n_groups, np.nan),
    }
    counts = pd.DataFrame(_named_groups(choice) | columns)
    # All patients first, then the largest groups in their own order.
    enough = np.flatnonzero(counts["patients"].to_numpy() >= LEAST_PATIENTS)
    groups = enough[enough > 0]
    largest = np.argsort(-counts["patients"].to_numpy()[groups], kind="stable")[:MOST_CURVES]
    drawn, curves = [*enough[enough == 0].tolist(), *np.sort(groups[largest]).tolist()], []
    for one in drawn:
        rows = together[row == one]
        days, stops = rows["time_days"].to_numpy(), rows["event"].to_numpy()
        curves.append(curve_of(days, stops, str(counts.at[one, "group"]), str(counts.at[one, "name"])))
        counts.at[one, "median_days"] = curves[-1].median_days
    here = (counts["patients"] + counts["never_due"]) > 0
    table = _of_patients(choice, together, "time_days", "event", "series")
    return Persisting(counts[here].reset_index(drop=True), table, tuple(curves), len(groups) - len(largest))


def _timed_by(times: Rows) -> pd.DataFrame:
    """One row per group and patient: the time from the first day of any series to the last, and how that ended."""
    rows = cols.picked(times, np.lexsort([times[name] for name in ("event", "last", "patient", "group")]))
    begins = cols.run_starts(rows["group"], rows["patient"])
    series = cols.run_lengths(begins, len(rows["group"]))
    latest = cols.picked(rows, begins + series - 1)
    time_days = latest["last"] - cols.reduced(np.minimum, rows["first"], begins)
    found = {name: latest[name] for name in ("group", "patient", "event")}
    return pd.DataFrame(found | {"time_days": time_days, "series": series})


def _never_due(choice: Choice, times: pd.DataFrame, n_groups: int) -> Ints:
    """Patients with a prescription in the group of which nothing was ever due."""
    never, size = _with_all(choice.taken(choice.prepared.never_due)), max(len(choice.prepared.patients), 1)
    found, timed = ((one["group"] + 1) * size + one["patient"] for one in (never, times))
    return np.bincount(np.setdiff1d(found, timed) // size, minlength=n_groups)


def curve_of(days: Ints, event: Bools, key: str = "", name: str = "") -> Curve:
    """The Kaplan–Meier curve with Greenwood's 95 % band on the log–log scale.

    The band is missing before the first event and where the curve has reached 0: the formula says nothing there.
    Sources: Kaplan & Meier (1958), J Am Stat Assoc 53:457; Kalbfleisch & Prentice (2002), 1.4.
    """
    each, begin = np.unique(np.sort(days), return_index=True)
    at_risk = len(days) - begin
    stopped = np.diff(np.searchsorted(np.sort(days[event]), each, side="right"), prepend=0)
    persisting = np.cumprod((at_risk - stopped) / at_risk, dtype=np.float64)
    known = (persisting < 1) & (persisting > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(stopped / (at_risk * (at_risk - stopped)))) / np.log(persisting)
        low, high = (persisting ** np.exp(sign * ndtri(0.975) * spread) for sign in (-1, 1))
    return Curve(
        key=key,
        name=name,
        patients=len(days),
        events=int(event.sum()),
        days=each,
        at_risk=at_risk,
        stopped=stopped,
        persisting=persisting,
        low=np.where(known, low, np.nan),
        high=np.where(known, high, np.nan),
    )


def steps_table(curves: tuple[Curve, ...]) -> pd.DataFrame:
    """Every step of the curves.

    ``group``, ``name``, ``time_days``, ``at_risk`` (patients just before), ``stopped``, ``persisting`` (share right
    after) and its 95 % band ``low``, ``high`` (missing before the first stop and where the share is 0).
    """
    columns: dict[str, Any] = {
        "group": pd.Series([one.key for one in curves for _ in one.days], dtype="str"),
        "name": pd.Series([one.name for one in curves for _ in one.days], dtype="str"),
    }
    kinds = {"days": int, "at_risk": int, "stopped": int, "persisting": float, "low": float, "high": float}
    for name, kind in kinds.items():
        columns[name] = np.concatenate([np.empty(0, dtype=kind), *(getattr(one, name) for one in curves)])
    return pd.DataFrame(columns).rename(columns={"days": "time_days"})
