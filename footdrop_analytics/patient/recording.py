"""How the log was written down, and what that may mean for adherence: one line."""

from __future__ import annotations

from footdrop_analytics.analysis.recording_pattern import if_over_counted
from footdrop_analytics.patient.context import Context
from footdrop_analytics.wording.recording import recording_words, tipping_words


def recording(context: Context) -> str:
    """The counts, and the adherence of the last 28 days beside its tipping point; blank where nothing can be said."""
    said = [recording_words(row) for row in context.rows("recording")]
    shares = [row["adherence_28d"] for row in context.rows("caseload")]
    said += [tipping_words(share, if_over_counted(share)) for share in shares if share is not None]
    return " ".join(one for one in said if one)
