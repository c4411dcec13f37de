"""The result tables: what the analyses promise about columns, types and ranges (checked in tests)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from footdrop_analytics.model import vocabulary
from footdrop_analytics.model.columns import INSTANT, NUMBER, TEXT
from footdrop_analytics.model.pandera_settings import pa

Columns = dict[str, pa.Column]

_NEVER_NEGATIVE = pa.Check(lambda values: values >= 0, name="never_negative")
# Counts are summed as whole numbers and divided last; a share may exceed 1 by rounding alone.
_AT_MOST_ONE = pa.Check(lambda values: values <= 1 + 1e-9, name="at_most_one")
_WHOLE_DAYS = pa.Check(lambda days: days == days.dt.normalize(), name="no_time_of_day")


def _columns(dtype: Any, checks: Sequence[pa.Check], names: str, required: bool = False) -> Columns:
    """Columns of one kind from their names, with blanks between them."""
    return {name: pa.Column(dtype, list(checks), nullable=not required) for name in names.split()}


_keys = partial(_columns, "category", (), required=True)
_texts = partial(_columns, TEXT, ())
_days = partial(_columns, INSTANT, (_WHOLE_DAYS,))
_counts = partial(_columns, pd.Int64Dtype(), (_NEVER_NEGATIVE,), required=True)
_amounts = partial(_columns, NUMBER, (_NEVER_NEGATIVE,))
_shares = partial(_columns, NUMBER, (_NEVER_NEGATIVE, _AT_MOST_ONE))
_numbers = partial(_columns, NUMBER, ())
_truths = partial(_columns, pd.BooleanDtype(), (), required=True)


def _words(name: str, allowed: tuple[str, ...], required: bool = True) -> Columns:
    return {name: pa.Column("category", pa.Check.isin(list(allowed)), nullable=not required)}


def _not_above(low: str, high: str) -> pa.Check:
    def passes(table: pd.DataFrame) -> Any:
        # Shares and slopes may differ by rounding alone; days and counts are exact.
        upper = table[high] + 1e-9 if table[high].dtype == NUMBER else table[high]
        return ~(table[low] > upper)

    return pa.Check(passes, name=f"{low}_not_above_{high}")


def _table(name: str, columns: Columns, *checks: pa.Check) -> pa.DataFrameSchema:
    """A result table has exactly these columns, in this order."""
    return pa.DataFrameSchema(columns, checks=list(checks), strict=True, ordered=True, name=name)


_SERIES = _keys("patient_id exercise side")
_WINDOW = _counts("window_no") | _days("window_start window_end", required=True)
_SHARE_DONE = (
    _amounts("due", required=True)
    | _counts("logged done")
    | _amounts("credited", required=True)
    | _counts("unreadable_days")
    | _amounts("credited_raw", required=True)
    | _shares("adherence adherence_low adherence_high")
    | _amounts("ratio")
    | _counts("active_days")
)
_OTHER_COUNTS = _counts("skipped clinic extra paused_days unobserved_days")
_ADHERENCE_CHECKS = (
    _not_above("adherence_low", "adherence"),
    _not_above("adherence", "adherence_high"),
    _not_above("credited", "due"),
    _not_above("credited", "credited_raw"),
    _not_above("unreadable_days", "unobserved_days"),
    _not_above("done", "logged"),
)

ADHERENCE = _table(
    "adherence",
    _SERIES
    | _WINDOW
    | _SHARE_DONE
    | _shares("dose_known")
    | _amounts("dose_ratio")
    | _shares("completeness")
    | _OTHER_COUNTS,
    *_ADHERENCE_CHECKS,
)

ADHERENCE_PATIENT = _table(
    "adherence_patient", _keys("patient_id") | _WINDOW | _SHARE_DONE | _OTHER_COUNTS, *_ADHERENCE_CHECKS
)

PERSISTENCE = _table(
    "persistence",
    _SERIES
    | _days("first_due first_session last_session")
    | {"initiation_days": pa.Column(pd.Int64Dtype(), nullable=True)}
    | _counts("days_since_last longest_gap_days", required=False)
    | _counts("interruptions open_gap_days", required=False)
    | _truths("lapsed discontinued")
    | _days("follow_up_end")
    | _truths("event")
    | _counts("time_days", required=False),
)

TRENDS = _table(
    "trends",
    _SERIES
    | _words("measure", vocabulary.MEASURES)
    | _counts("n n_other")
    | _days("run_start first_day last_day")
    | _numbers("slope_per_week slope_low slope_high")
    | _shares("p_value")
    | _numbers("level_start level_end change change_low change_high")
    | _shares("autocorrelation")
    | _amounts("residual_sd target")
    | _counts("n_at_target", required=False)
    | _amounts("margin")
    | _words("verdict", vocabulary.VERDICTS, required=False)
    | _texts("reasons")
    | _counts("n_outlying")
    | _truths("capped")
    | _numbers("level_now")
    | _days("recent_since")
    | _numbers("recent_change"),
    _not_above("slope_low", "slope_per_week"),
    _not_above("slope_per_week", "slope_high"),
    _not_above("change_low", "change"),
    _not_above("change", "change_high"),
)

TREND_REASONS_TABLE = _table(
    "trend_reasons", _SERIES | _words("reason", vocabulary.TREND_REASONS) | _numbers("number") | _days("day")
)

STEPS = _table(
    "steps",
    _SERIES
    | _counts("run_no")
    | _days("start end", required=True)
    | _texts("difficulty")
    | _keys("mode position support", required=False)
    | _amounts("load_kg")
    | _texts("resistance")
    | _keys("orthosis", required=False)
    | _amounts("target")
    | _counts("days sessions")
    | _shares("adherence")
    | _amounts("first_level last_level")
    | _words("verdict", vocabulary.VERDICTS, required=False),
    _not_above("start", "end"),
)

READINESS = _table(
    "readiness",
    _SERIES
    | _keys("mode")
    | _amounts("target")
    | _words("state", vocabulary.STATES)
    | _counts("n_met n_applicable")
    | _texts("unmet missing easier_step next_step next_needs_observation summary rules_version"),
    _not_above("n_met", "n_applicable"),
)

CRITERIA = _table(
    "criteria",
    _SERIES
    | _texts("rule_id")
    | _keys("text")
    | _truths("applicable")
    | _texts("observed threshold")
    | _truths("met", required=False)
    | _days("from_day to_day")
    | _counts("n", required=False)
    | _keys("source")
    | _words("source_kind", vocabulary.SOURCE_KINDS),
    _not_above("from_day", "to_day"),
)

FLAGS = _table(
    "flags",
    _keys("patient_id")
    | _texts("rule_id")
    | _words("severity", vocabulary.SEVERITIES)
    | _days("day")
    | _counts("days_ago", required=False)
    | _keys("exercise", required=False)
    | _texts("message evidence")
    | _truths("open"),
)

OUTCOME_CHANGES = _table(
    "outcomes",
    _keys("patient_id")
    | _texts("measure")
    | _keys("side orthosis", required=False)
    | _texts("aid")
    | _counts("n")
    | _days("first_day", required=True)
    | _numbers("first_value")
    | _days("last_day", required=True)
    | _numbers("last_value change")
    | _words("better", vocabulary.BETTER, required=False)
    | _amounts("sem mdc mcid")
    | _texts("population source")
    | _words("verdict", vocabulary.OUTCOME_VERDICTS),
    _not_above("first_day", "last_day"),
)

CASELOAD = _table(
    "caseload",
    _keys("patient_id")
    | _texts("clinician")
    | _keys("aetiology", required=False)
    | _days("last_row_day")
    | _counts("days_since_last", required=False)
    | _amounts("due_28d credited_28d")
    | _shares("adherence_28d adherence_28d_low adherence_28d_high adherence_before")
    | _numbers("change change_low change_high")
    | _counts("unreadable_days")
    | _truths("plan_known plan_assumed")
    | _counts("n_red n_amber n_rising n_declining n_criteria_met n_check")
    | _texts("why")
    | _counts("days_since_tried", required=False)
    | _counts("falls_asked_28d"),
    _not_above("adherence_28d_low", "adherence_28d"),
    _not_above("adherence_28d", "adherence_28d_high"),
)

RESULT_TABLES: dict[str, pa.DataFrameSchema] = {
    str(schema.name): schema
    for schema in (
        *(ADHERENCE, ADHERENCE_PATIENT, PERSISTENCE, TRENDS, TREND_REASONS_TABLE, STEPS),
        *(READINESS, CRITERIA, FLAGS, OUTCOME_CHANGES, CASELOAD),
    )
}
"""The schema of every result table by the name of its attribute in ``Analysis``."""
