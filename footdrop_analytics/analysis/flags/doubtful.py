"""Review flags from days whose date may be wrong."""

from __future__ import annotations

import numpy as np

from footdrop_analytics.analysis.flags.evidence import Evidence, flag_rows
from footdrop_analytics.analysis.log.arrays import run_starts
from footdrop_analytics.analysis.log.rows import Rows, picked
from footdrop_analytics.analysis.wording import day_text, together
from footdrop_analytics.wording.language import translated


def doubtful_flags(evidence: Evidence) -> list[Rows]:
    """Events and check-ins of doubtful days: one flag per patient and day, however long ago."""
    happenings, rule = evidence.happenings, evidence.rules.flags["date_doubtful"]
    rows = happenings.doubtful
    order = np.lexsort((rows["day"], rows["patient"]))
    rows = picked(rows, order)
    rows = picked(rows, run_starts(rows["patient"], rows["day"]))
    message = together(
        lambda day: translated(
            "A report of {day} lies long before all other rows: its date may be wrong.", day=day_text(day)
        ),
        rows["day"],
    )
    days = evidence.limit("date_doubtful", "gap_days")
    told = translated("followed by more than {days} days without any row; a year may be mistyped", days=days)
    return [flag_rows("date_doubtful", rule.severity, rows["patient"], rows["day"], message, told)]
