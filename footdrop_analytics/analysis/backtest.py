"""Rules replayed on a study that is known, week by week, beside what clinicians decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.decisions import DECIDED_IN, decided, kappa_of
from footdrop_analytics.analysis.flags.flags import review_flags_of
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import FAR_DAY
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.analysis.readiness.readiness import Review
from footdrop_analytics.analysis.trends.prepared import Prepared
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.knowledge import FlagRules, ReadinessRules, chosen_flags, chosen_rules
from footdrop_analytics.model.study import Study, Tables, rows_of
from footdrop_analytics.model.vocabulary import DECISIONS
from footdrop_analytics.wording.results import met_words

Rules = tuple[ReadinessRules, FlagRules]
SERIES = ["patient_id", "exercise", "side"]
MET = ("criteria_met", "clinician_check")
"""The states in which every criterion is met."""
_STATE = [*SERIES, "state", "n_met", "n_applicable", "unmet", "missing"]
_FLAG = ["patient_id", "rule_id", "severity"]


def _at(rows: pd.DataFrame, name: str, look: pd.Timestamp, rule_sets: Mapping[str, Rules]) -> pd.DataFrame:
    names = pd.Categorical([name] * len(rows), categories=list(rule_sets))
    return pd.DataFrame({"rule_set": names, "look": look}, index=rows.index).join(rows)


def series_of(states: pd.DataFrame) -> pd.DataFrame:
    """One row per rule set and series: ``n_looks``, ``n_met``, ``first_met``, ``n_flips``; ``states`` is sorted."""
    key = ["rule_set", *SERIES]
    groups = states.groupby(key, observed=True, sort=False)
    met = states["state"].isin(MET)
    flips = (states["state"].astype("str") != groups["state"].shift().astype("str")) & groups.cumcount().gt(0)
    counted = states[key].assign(n_looks=1, n_met=met, first_met=states["look"].where(met), n_flips=flips)
    how = {"n_looks": "sum", "n_met": "sum", "first_met": "min", "n_flips": "sum"}
    found = counted.groupby(key, observed=True, sort=True).agg(how).reset_index()
    return found.astype({"n_looks": "Int64", "n_met": "Int64", "n_flips": "Int64"})


SAYS = {
    "criteria_met": "harder",
    "clinician_check": "harder",
    "below_target": "easier",
    "criteria_not_met": "keep",
    "check_decline": "keep",
    "hold_event": "keep",
}
"""The change that each state asks a clinician to think about; the other states say nothing."""
_SAID = ("keep", "harder", "easier")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Backtest(Tables):
    """What each rule set would have said at each look. Frozen: a change of a table has no effect on it.

    Attributes
    ----------
    looks : tuple of Timestamp
        The days of the looks: the end of every week from the study's first day on.
    rule_sets : tuple of str
        ``rules`` and, where two are compared, ``against``; the column ``rule_set`` of every table.
    states : DataFrame
        One row per ``look`` and series active then: ``patient_id``, ``exercise``, ``side``, ``state``, ``n_met`` of
        ``n_applicable`` criteria, ``unmet`` and ``missing`` (rule ids), as :func:`readiness` says on that day.
    series : DataFrame
        One row per series: ``n_looks`` (with an active prescription), ``n_met`` (of these, with all criteria met:
        ``criteria_met`` or ``clinician_check``), ``first_met`` (day of the first of them, missing if none) and
        ``n_flips`` (looks with another state than at the look before).
    flags : DataFrame
        One row per ``patient_id``, ``rule_id`` and ``severity``: ``n_looks`` with such a flag open, ``first_open``.
    decisions : DataFrame
        One row per series and day of a clinician's decision: ``decided_on``, ``source`` (``prescription``, ``review``,
        ``visit``), ``decision``, the last ``look`` before it with its ``state`` and ``unmet``, what that state
        ``says`` (``harder``, ``keep``, ``easier``; missing if nothing) and whether it ``agrees`` (missing where one of
        the two is none of the three).
    agreement : DataFrame
        One row per rule set: ``n`` decisions with an answer of both, ``n_agree``, ``n_unjudged`` (the others),
        ``patients``, Cohen's ``kappa`` with ``kappa_low`` and ``kappa_high`` (95 %).
    """

    looks: tuple[pd.Timestamp, ...]
    rule_sets: tuple[str, ...]
    states: pd.DataFrame
    series: pd.DataFrame
    flags: pd.DataFrame
    decisions: pd.DataFrame
    agreement: pd.DataFrame

    @property
    def disagreements(self) -> pd.DataFrame:
        """The decisions with which a rule set does not agree."""
        decisions = self.decisions
        return decisions[(~decisions["agrees"]).fillna(False)].reset_index(drop=True)

    @property
    def differing(self) -> pd.DataFrame:
        """The series of which one rule set was met at some look and the other never: ``first_met`` of each."""
        first = self.series.pivot(index=SERIES, columns="rule_set", values="first_met")
        one_sided = first.notna().any(axis=1) & first.isna().any(axis=1)
        found = first[one_sided].add_prefix("first_met_").reset_index()
        return found.rename_axis(columns=None)

    @property
    def summary(self) -> str:
        """In how many series each rule set was met at some look, and in which they differ."""
        met = self.series.groupby("rule_set", observed=False)["first_met"].count()
        of = len(self.series.drop_duplicates(SERIES))
        differing = [tuple(map(str, row)) for row in self.differing[SERIES].itertuples(index=False)]
        return met_words([int(met[name]) for name in self.rule_sets], of, differing)

    def _lines(self) -> list[str]:
        names = ("states", "series", "flags", "decisions")
        return [
            f"{len(self.looks)} looks, {self.looks[0]:%Y-%m-%d} to {self.looks[-1]:%Y-%m-%d}",
            f"rows: {rows_of({name: getattr(self, name) for name in names})}",
            f"rule sets: {', '.join(self.rule_sets)}",
        ]


def backtest(
    study: Study,
    rules: str | Path | ReadinessRules | None = None,
    flags: str | Path | FlagRules | None = None,
    against_rules: str | Path | ReadinessRules | None = None,
    against_flags: str | Path | FlagRules | None = None,
    as_of: object = None,
    *,
    progress: Callable[[str], None] | None = None,
) -> Backtest:
    """Replay week by week what rules would have said, and compare it with what clinicians decided.

    No look sees a later row: it is :func:`readiness` and :func:`review_flags` on that day, with the log known through
    it. Weeks are counted from the study's first prescription or session day, so rows added later change no look before.

    Parameters
    ----------
    study : Study
        A validated study.
    rules : path or ReadinessRules, optional
        Readiness rules in place of the package's own; a file is laid over them.
    flags : path or FlagRules, optional
        Review flags in place of the package's own (what an event holds is theirs); a file is laid over them.
    against_rules, against_flags : as rules and flags, optional
        A second rule set to stand beside the first. Where any of the four is given there are two; what is not given is
        the package's own.
    as_of : date, Timestamp or ISO text, optional
        No look is later. Default: the study's last day, never the clock.
    progress : callable, optional
        Called with a few words at each look.

    Returns
    -------
    Backtest
        Frozen, with tables of states, series, flags, decisions and agreement by ``rule_set``.

    Raises
    ------
    ParameterError
        If ``study`` is no study, ``as_of`` no date, or there is no whole week to look back on.
    KnowledgeError
        If a file breaks the form of rules or flags.

    Notes
    -----
    Cohen (1960), Educ Psychol Meas 20:37; the interval is the jackknife's over patients, none for fewer than 5. A state
    is held against the next decision about its series. ``harder`` are all criteria met, ``easier`` is
    ``below_target``, ``keep`` is ``criteria_not_met``, ``check_decline`` and ``hold_event``; ``not_enough_data`` and
    ``paused`` say nothing. A new version is harder if mode, position, support, load or ``fes`` ask for more and none
    for less, or, where they stay, the target or the dose of a session; it stands for the visit or review of the week
    before. Visits are about every active series: of a ``harder`` one the series that were not changed were kept; one
    that nothing followed counts only where there is one series. Agreement is no proof of either side.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> found = fd.backtest(fd.simulate(patients=2, weeks=6, seed=1))
    >>> len(found.looks)
    6
    >>> found.agreement["rule_set"].tolist()
    ['rules']
    """
    log = open_log(study, as_of)
    given = (chosen_rules(rules, study.exercises.keys), chosen_flags(flags))
    rule_sets: dict[str, Rules] = {"rules": given}
    if any(one is not None for one in (rules, flags, against_rules, against_flags)):
        rule_sets["against"] = (chosen_rules(against_rules, study.exercises.keys), chosen_flags(against_flags))
    # The last day of each whole week from the first day on.
    looks = np.arange(int(log.first_day.min(initial=FAR_DAY)) + 6, log.as_of_day + 1, 7, dtype=np.int64)
    if not len(looks):
        raise ParameterError(f"as_of: up to {log.as_of:%Y-%m-%d} the study has no whole week to look back on.")
    all_states, all_flags = [], []
    for number, day in enumerate(looks.tolist(), 1):
        if progress is not None:
            progress(f"look {number} of {len(looks)}")
        # From the rows up to the day; the log is known through it.
        prepared = Prepared(CodedLog(day, day, study))
        for name, (own_rules, own_flags) in rule_sets.items():
            review = Review(prepared, own_rules, own_flags)
            all_states.append(_at(review.readiness_table()[_STATE], name, prepared.log.as_of, rule_sets))
            found = review_flags_of(review)
            open_ones = found.loc[found["open"], _FLAG].drop_duplicates()
            all_flags.append(_at(open_ones, name, prepared.log.as_of, rule_sets))
    order = ["rule_set", *SERIES, "look"]
    states_table = pd.concat(all_states, ignore_index=True).sort_values(order, ignore_index=True)
    by_flag = pd.concat(all_flags, ignore_index=True).groupby(["rule_set", *_FLAG], observed=True)["look"]
    decisions = _decisions(log, looks, states_table)
    return Backtest(
        looks=tuple(cols.timestamp_of(day) for day in looks.tolist()),
        rule_sets=tuple(rule_sets),
        states=states_table,
        series=series_of(states_table),
        flags=by_flag.agg(n_looks="size", first_open="min").reset_index().astype({"n_looks": "Int64"}),
        decisions=decisions,
        agreement=_agreement(decisions),
    )


def _decisions(log: CodedLog, looks: np.ndarray, states: pd.DataFrame) -> pd.DataFrame:
    """Every decision beside what each rule set said at the last look before it."""
    look = np.searchsorted(looks, states["look"].to_numpy(dtype="datetime64[D]").astype(np.int64))
    judged = cols.day_keys(log.series_of(states), look)
    rows = decided(Prepared(log).performance, np.unique(judged), looks)
    made = cols.table_of(
        {
            "_key": cols.day_keys(rows["series"], rows["look"]),
            "decided_on": cols.dates_from(rows["day"]),
            "source": cols.categories(rows["source"], DECIDED_IN),
            "decision": cols.categories(rows["decision"], DECISIONS),
        }
    )
    said = states[["rule_set", *SERIES, "look", "state", "unmet"]].assign(_key=judged)
    says = said["state"].astype("str").map(SAYS)
    said["says"] = pd.Categorical(says, categories=_SAID)
    found = said.merge(made, on="_key").sort_values(["rule_set", *SERIES, "decided_on"], ignore_index=True)
    both = found["says"].notna() & found["decision"].isin(_SAID)
    same = found["says"].astype("str") == found["decision"].astype("str")
    found["agrees"] = cols.truth(same.to_numpy(dtype=bool), both.to_numpy(dtype=bool))
    order = ["decided_on", "source", "decision", "look", "state", "unmet", "says", "agrees"]
    return found[["rule_set", *SERIES, *order]]


def _agreement(decisions: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name in decisions["rule_set"].cat.categories:
        own = decisions[decisions["rule_set"] == name]
        both = own[own["agrees"].notna()]
        says, made = (both[column].cat.set_categories(_SAID).cat.codes.to_numpy() for column in ("says", "decision"))
        patient = both["patient_id"].cat.codes.to_numpy()
        kappa = dict(zip(("kappa", "kappa_low", "kappa_high"), kappa_of(says, made, patient, len(_SAID)), strict=True))
        counts = {"n": len(both), "n_agree": int(both["agrees"].sum()), "n_unjudged": len(own) - len(both)}
        rows.append({"rule_set": name} | counts | {"patients": len(np.unique(patient))} | kappa)
    return pd.DataFrame(rows)
