"""Review flags: what in a log asks to be looked at. Reviewed when opened; not monitored in real time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.flags import events, notes, plan, practice, records
from footdrop_analytics.analysis.flags.evidence import Evidence
from footdrop_analytics.analysis.log import arrays as cols
from footdrop_analytics.analysis.log.arrays import NO_DAY, Rows
from footdrop_analytics.analysis.log.coded_log import open_log
from footdrop_analytics.analysis.readiness.readiness import Review
from footdrop_analytics.analysis.trends.prepared import Prepared
from footdrop_analytics.knowledge import FlagRules, chosen_flags, load_rules
from footdrop_analytics.knowledge.flag_rules import KIND_OF, KINDS
from footdrop_analytics.model.study import Study
from footdrop_analytics.model.vocabulary import SEVERITIES

FLAG_MAKERS: tuple[Callable[[Evidence], list[Rows]], ...] = (
    events.event_flags,
    events.near_fall_flags,
    events.pain_flags,
    practice.decline_flags,
    practice.slipping_flags,
    practice.outlying_flags,
    practice.help_flags,
    records.skip_flags,
    plan.side_and_lapse_flags,
    practice.over_doing_flags,
    practice.paused_flags,
    notes.word_flags,
    notes.unread_flags,
    notes.unread_pain_flags,
    notes.doubtful_flags,
    records.no_log_flags,
    plan.not_prescribed_flags,
    plan.one_side_flags,
    records.late_flags,
    records.batch_flags,
    records.no_rating_flags,
    records.untimed_flags,
    plan.plan_change_flags,
)


def review_flags(
    study: Study, as_of: object = None, flags: str | Path | FlagRules | None = None, log_through: object = None
) -> pd.DataFrame:
    """What in each patient's log asks to be looked at.

    Parameters
    ----------
    study : Study
        A validated study.
    as_of : date, Timestamp or ISO text, optional
        The last day that counts. Default: the study's last day, never the clock.
    flags : path or FlagRules, optional
        A file of the form of the package's ``review_flags.yaml`` that is laid over it, words to read included.
    log_through : date, Timestamp or ISO text, optional
        The last observed day of patients who state none. Default: the study's ``log_through``.

    Returns
    -------
    DataFrame
        One row per flag: ``patient_id``, ``rule_id``, ``severity`` (``red``, ``amber``, ``note``), ``day`` and
        ``days_ago``, ``exercise`` (missing if it is about several or none), ``message`` in plain words, ``evidence``
        (text from files is quoted), ``open``. Sorted by patient, open ones first, then severity, kind
        (symptoms and events, declines, pain, silence …) and latest day.

    Raises
    ------
    ParameterError
        If ``as_of`` is no date.
    KnowledgeError
        If ``flags`` breaks the form of a flags file.

    Examples
    --------
    >>> import footdrop_analytics as fd
    >>> study = fd.simulate(patients=2, weeks=6, seed=1)
    >>> flags = fd.review_flags(study)
    >>> list(flags["severity"].cat.categories)
    ['red', 'amber', 'note']
    """
    log = open_log(study, as_of, log_through)
    return review_flags_of(Review(Prepared(log), load_rules(), chosen_flags(flags)))


def review_flags_of(review: Review) -> pd.DataFrame:
    """:func:`review_flags` on what readiness prepared.

    Flags look back as the package's own readiness rules do, whatever other rules say.
    """
    usual, log = load_rules(), review.log
    if review.rules.settings != usual.settings:
        review = replace(review, rules=usual)
    own, happenings = review.prepared, review.happenings
    evidence = Evidence(log, own.performance, own.days, own.persistence, review.practice, happenings, review.flag_rules)
    rows = cols.stacked([made for make in FLAG_MAKERS for made in make(evidence)])
    enabled = {name for name, rule in happenings.rules.flags.items() if rule.enabled} | set(happenings.rules.events)
    rows = cols.picked(rows, np.array([name in enabled for name in rows["rule_id"]], dtype=bool))
    rows["open"] = rows["open"] & ~happenings.reviews.closed(rows)
    severity = np.array([SEVERITIES.index(name) for name in rows["severity"]], dtype=np.int64)
    usual_kind = np.array([KINDS.index(KIND_OF.get(name, KINDS[-1])) for name in rows["rule_id"]], dtype=np.int64)
    kind = np.where(rows["kind"] >= 0, rows["kind"], usual_kind)
    kind[(kind == KINDS.index("unread_event")) & (severity == SEVERITIES.index("amber"))] = -1
    # Ranks of texts: texts of fixed width would all be as wide as the longest note.
    evidence_rank, rule_rank = (pd.factorize(rows[name], sort=True)[0] for name in ("evidence", "rule_id"))
    keys = (evidence_rank, rows["exercise"], rule_rank, -rows["day"], kind, severity)
    order = np.lexsort((*keys, ~rows["open"], rows["patient"]))
    rows, severity = cols.picked(rows, order), severity[order]
    return cols.table_of(
        {
            "patient_id": log.patient_labels(rows["patient"]),
            "rule_id": cols.texts(rows["rule_id"]),
            "severity": cols.categories(severity, SEVERITIES),
            "day": cols.dates_from(rows["day"]),
            "days_ago": cols.whole(log.as_of_day - rows["day"], rows["day"] != NO_DAY),
            "exercise": cols.categories(rows["exercise"], log.study.exercises.keys),
            "message": cols.texts(rows["message"]),
            "evidence": cols.texts(rows["evidence"]),
            "open": cols.truth(rows["open"]),
        }
    )
