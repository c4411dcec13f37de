"""Criteria for review: which stated criteria each active series meets. It describes; a clinician decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import TOLERANCE, Bools, Floats, Ints
from footdrop_analytics.analysis.log.clinical_events import Happenings
from footdrop_analytics.analysis.log.coded_log import CodedLog, open_log
from footdrop_analytics.analysis.log.day_values import pain_limit
from footdrop_analytics.analysis.readiness.criteria import judge_criteria
from footdrop_analytics.analysis.readiness.criterion import FALSE, MISSING, TRUE, Criterion, held_by
from footdrop_analytics.analysis.readiness.recent_practice import Practice
from footdrop_analytics.analysis.readiness.sentence import steps_of_series, summaries
from footdrop_analytics.analysis.trends.prepared import Prepared
from footdrop_analytics.analysis.wording import Words, alike, joined, number, phrased, side_by_side
from footdrop_analytics.knowledge import FlagRules, ReadinessRules, chosen_flags, chosen_rules
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import HELPED_MODES, MODES, OWN_MODES, SOURCE_KINDS, STATES
from footdrop_analytics.wording.language import translated


def readiness(
    study: Study,
    as_of: object = None,
    rules: str | Path | ReadinessRules | None = None,
    flags: str | Path | FlagRules | None = None,
    log_through: object = None,
) -> pd.DataFrame:
    """Which state for review each series with an active prescription is in.

    Parameters
    ----------
    study : Study
        A validated study.
    as_of : date, Timestamp or ISO text, optional
        The last day that counts. Default: the study's last day, never the clock.
    rules : path or ReadinessRules, optional
        Rules in place of the package's own; a file is laid over them.
    flags : path or FlagRules, optional
        Review flags in place of the package's own (what an event holds is theirs); a file is laid over them.
    log_through : date, Timestamp or ISO text, optional
        The last observed day of patients who state none. Default: the study's ``log_through``.

    Returns
    -------
    DataFrame
        One row per series with a version active on ``as_of``: ``patient_id``, ``exercise``, ``side``, ``mode``,
        ``target`` (repetitions, or seconds), ``state``, ``n_met`` of ``n_applicable`` criteria, ``unmet`` and
        ``missing`` (rule ids joined by ``"; "``), ``easier_step`` (only ``below_target``), ``next_step`` and
        ``next_needs_observation`` (only ``clinician_check`` and ``criteria_met``), ``summary``, ``rules_version``.

    Raises
    ------
    ParameterError
        If ``as_of`` is no date.
    KnowledgeError
        If ``rules`` or ``flags`` breaks the form of such a file.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> states = fd.readiness(study)
    >>> bool((states["n_met"] <= states["n_applicable"]).all())
    True
    """
    return _opened(study, as_of, rules, flags, log_through).readiness_table()


def readiness_criteria(
    study: Study,
    as_of: object = None,
    rules: str | Path | ReadinessRules | None = None,
    flags: str | Path | FlagRules | None = None,
    log_through: object = None,
) -> pd.DataFrame:
    """The criteria behind :func:`readiness`, with what was observed.

    Returns
    -------
    DataFrame
        One row per active series and rule: ``patient_id``, ``exercise``, ``side``, ``rule_id``, ``text``,
        ``applicable``, ``observed`` and ``threshold`` in words, ``met`` (true, false, missing), ``from_day`` and
        ``to_day`` it rests on, ``n`` (days), ``source``, ``source_kind``.

    Raises
    ------
    ParameterError, KnowledgeError
        As in :func:`readiness`.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> criteria = fd.readiness_criteria(study)
    >>> "exposure" in set(criteria["rule_id"])
    True
    """
    return _opened(study, as_of, rules, flags, log_through).criteria_table()


def _opened(
    study: Study,
    as_of: object,
    rules: str | Path | ReadinessRules | None,
    flags: str | Path | FlagRules | None,
    log_through: object,
) -> Review:
    log = open_log(study, as_of, log_through)
    return Review(Prepared(log), chosen_rules(rules, study.exercises.keys), chosen_flags(flags))


@dataclass(frozen=True)
class Review:
    """What readiness, criteria and flags share, each part worked out once."""

    prepared: Prepared
    rules: ReadinessRules
    flag_rules: FlagRules

    @property
    def log(self) -> CodedLog:
        """The log."""
        return self.prepared.log

    @cached_property
    def practice(self) -> Practice:
        """The latest practice of each active series."""
        return Practice(self.prepared.performance, self.prepared.values, self.prepared.days, self.rules)

    @cached_property
    def happenings(self) -> Happenings:
        """Events, visits and rejected rows."""
        return Happenings(self.log, self.flag_rules)

    @cached_property
    def criteria(self) -> list[Criterion]:
        """Every enabled criterion for every active series."""
        return judge_criteria(self.practice, self.happenings)

    def criteria_table(self) -> pd.DataFrame:
        """See :func:`readiness_criteria`."""
        size, rules = len(self.practice.series), [criterion.rule for criterion in self.criteria]
        place, of_rule = np.repeat(np.arange(size), len(rules)), np.tile(np.arange(len(rules)), size)
        met = self._of_each("met").ravel()
        kinds = np.array([SOURCE_KINDS.index(rule.source_kind) for rule in rules], dtype=np.int64)
        return cols.table_of(
            {
                **self.log.labels(self.practice.series[place]),
                "rule_id": Words(of_rule, [rule.rule_id for rule in rules]).column(),
                "text": _of_rules([translated(rule.text) for rule in rules], of_rule),
                "applicable": cols.truth(self._of_each("applicable").ravel()),
                "observed": side_by_side([criterion.observed for criterion in self.criteria]).column(),
                "threshold": side_by_side([criterion.threshold for criterion in self.criteria]).column(),
                "met": cols.truth(met == TRUE, met != MISSING),
                "from_day": cols.dates_from(self._of_each("first").ravel()),
                "to_day": cols.dates_from(self._of_each("last").ravel()),
                "n": cols.whole(self._of_each("n").ravel()),
                "source": _of_rules([translated(rule.source) for rule in rules], of_rule),
                "source_kind": cols.categories(kinds[of_rule], SOURCE_KINDS),
            }
        )

    def _of_each(self, name: str) -> np.ndarray:
        """One array of the criteria: a row per series, a column per criterion."""
        parts = [getattr(criterion, name) for criterion in self.criteria]
        return np.column_stack(parts) if parts else np.empty((len(self.practice.series), 0), dtype=np.int64)

    def readiness_table(self) -> pd.DataFrame:
        """See :func:`readiness`."""
        practice, log = self.practice, self.log
        met, applicable = self._of_each("met"), self._of_each("applicable").astype(bool)
        by_event, pain = held_by(practice, self.happenings), self._holding_pain()
        steps, is_held = steps_of_series(practice), (by_event.codes >= 0) | ~np.isnan(pain)
        state = self._states(met, applicable, is_held, steps["next_needs_observation"])
        rule_ids = [criterion.rule.rule_id for criterion in self.criteria]
        unmet, missing = (joined(rule_ids, applicable & (met == value)) for value in (FALSE, MISSING))
        n_met, n_applicable = (applicable & (met == TRUE)).sum(axis=1), applicable.sum(axis=1)
        held = by_event.where(by_event.codes >= 0, phrased(_pain_words, pain))
        after = np.isin(state, [STATES.index("clinician_check"), STATES.index("criteria_met")])
        nothing = alike(None, len(state))
        return cols.table_of(
            {
                **log.labels(practice.series),
                "mode": cols.categories(practice.mode, MODES),
                "target": log.versions.target[practice.version],
                "state": cols.categories(state, STATES),
                "n_met": cols.whole(n_met),
                "n_applicable": cols.whole(n_applicable),
                "unmet": unmet.column(),
                "missing": missing.column(),
                "easier_step": steps["easier_step"].where(state == STATES.index("below_target"), nothing).column(),
                "next_step": steps["next_step"].where(after, nothing).column(),
                "next_needs_observation": steps["next_needs_observation"].where(after, nothing).column(),
                "summary": summaries(practice, state, held, unmet, missing, n_met, n_applicable).column(),
                "rules_version": alike(self.rules.version, len(state)).column(),
            }
        )

    def _states(self, met: np.ndarray, applicable: Bools, is_held: Bools, observation: Words) -> Ints:
        rules = [criterion.rule for criterion in self.criteria]
        practised = [rule.criterion in ("exposure", "recency") for rule in rules]
        required = np.array([not rule.optional for rule in rules], dtype=bool)
        not_met = applicable & (met != TRUE)
        pauses, as_of, trends = self.log.pauses, self.log.as_of_day, self.prepared.trends
        now = (pauses.start <= as_of) & (pauses.end >= as_of)
        declining = self.log.series_of(trends)[cols.holds_key(trends["verdict"], "declining")]
        helped = np.isin(self.practice.mode, [MODES.index(mode) for mode in HELPED_MODES])
        als = self.log.has_aetiology("als")[self.practice.patient]
        observed = np.array([text is not None for text in observation.distinct], dtype=bool)[observation.codes]
        conditions = {
            "paused": np.isin(self.practice.series, pauses.series[now]),
            "hold_event": is_held,
            "check_decline": np.isin(self.practice.series, declining),
            "below_target": _below_target(self.practice),
            "not_enough_data": not_met[:, np.array(practised, dtype=bool)].any(axis=1),
            "criteria_not_met": (applicable & (met == FALSE)).any(axis=1),
            "not_enough_data again": (not_met & required).any(axis=1) | ~applicable.any(axis=1),
            "clinician_check": helped | observed | als,
        }
        codes = [STATES.index(name.removesuffix(" again")) for name in conditions]
        return np.select(list(conditions.values()), codes, default=STATES.index("criteria_met")).astype(np.int64)

    def _holding_pain(self) -> Floats:
        """The highest pain that holds each series; NaN where none does."""
        practice, log = self.practice, self.log
        limits = self.rules.settings["hold_pain"].parameters
        limit = pain_limit(log.usual_pain[practice.patient], limits)
        low = np.full(len(practice.series), log.as_of_day - int(limits["days"]) + 1)
        positions = practice.last_positions(low, int(self.rules.value("last_days", "days")))
        pain, day = (practice.of_last_days(practice.tried_days[name], positions) for name in ("pain", "day"))
        waits = self.happenings.last_visit[practice.patient][:, None] <= np.nan_to_num(day, nan=-2.0)
        high = np.where(waits & (pain > limit[:, None] + TOLERANCE), pain, -1.0).max(axis=1, initial=-1.0)
        return np.where(high >= 0, high, np.nan)


def _of_rules(texts: list[str], of_rule: Ints) -> pd.Categorical:
    """A long text of each row's rule, as categories: it is the same in every series."""
    distinct = tuple(dict.fromkeys(texts))
    codes = np.array([distinct.index(text) for text in texts], dtype=np.int64)
    return cols.categories(codes[of_rule], distinct)


def _below_target(practice: Practice) -> Bools:
    """Whether the best set stayed far below the target on the last days with a row of the current difficulty."""
    tried, rules = practice.tried_days, practice.rules
    count = int(rules.value("last_days", "days"))
    low = np.maximum(practice.since, practice.log.as_of_day - practice.look_back + 1)
    positions = practice.last_positions(low, count, tried["equal"])
    best = practice.of_last_days(tried["equal_best"], positions)
    known = practice.of_last_days(tried["equal_known"], positions) == 1
    target = practice.log.versions.target[practice.version]
    far_below = best < (rules.value("below_target", "share") * target)[:, None] - TOLERANCE
    active = np.isin(practice.mode, [MODES.index(mode) for mode in OWN_MODES])
    found: Bools = active & (known & far_below).all(axis=1)
    return found


def _pain_words(pain: float) -> str | None:
    return None if np.isnan(pain) else translated("pain {pain} on one of the last days", pain=number(pain))
