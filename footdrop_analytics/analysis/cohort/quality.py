"""How complete the log is, by where its rows come from: every number with what it is out of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from footdrop_analytics.analysis.cohort.choice import Choice
from footdrop_analytics.analysis.cohort.log_counts import COUNTED, UNREADABLE
from footdrop_analytics.model.vocabulary import SOURCES
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.recording import LONG_UNCHANGED_DAYS, RECORDING, unit_of

ALL_SOURCES = "all sources"
_SAME = {
    "pain": marked("gave the same pain rating every time over {days} days or more"),
    "effort": marked("gave the same effort rating every time over {days} days or more"),
}


@dataclass(frozen=True)
class Quality:
    """The completeness of a choice.

    Attributes
    ----------
    sources : DataFrame
        One row per ``source`` that occurs, all of them together last: ``patients`` (with a valid row),
        ``log_not_handed_in`` (of these, with days in the period for which no log was handed in), ``rows`` (valid, up to
        the as-of day), ``rejected``, ``of_rows`` (valid and rejected), ``untimed`` (of ``rows``), ``tried`` (rows that
        are not skipped), ``no_pain`` and ``no_effort`` (of ``tried``), ``recorded`` (rows that say when they were
        written), ``late`` (of ``recorded``).
    tables : DataFrame
        For the whole study, whatever is chosen: each ``table`` with its ``valid`` rows, ``rejected`` rows and
        ``duplicates`` (rows left out as copies of another file's, or superseded).
    recording : DataFrame
        How the logs of the patients chosen were written down (all their exercises): ``what`` in words, ``counted``,
        ``of`` and ``unit`` (entries, days, patients). Counts; nothing about whether anybody can be relied on.
    rejected_elsewhere : int
        Rejected rows of the log that cannot be counted here, because patient or exercise are not readable or not
        those chosen.
    prescribed, without_rows : int
        Patients chosen with a prescription (of the exercise chosen), and those of them without a valid row of it.
    """

    sources: pd.DataFrame
    tables: pd.DataFrame
    recording: pd.DataFrame
    rejected_elsewhere: int
    prescribed: int
    without_rows: int


def quality_of(choice: Choice) -> Quality:
    """How complete the log of the patients chosen is."""
    prepared = choice.prepared
    rows = prepared.log.rows
    rows = rows[choice.takes(rows["patient"].to_numpy(), rows["exercise"].to_numpy())]
    rejected, elsewhere = _rejected(choice)
    away = np.zeros(len(prepared.patients), dtype=bool)
    away[prepared.unobserved] = True
    whose = rows[["patient", "source"]].drop_duplicates()
    by_source = rows.groupby("source")[list(COUNTED)].sum().reindex(range(len(SOURCES)), fill_value=0)
    by_source["patients"] = np.bincount(whose["source"], minlength=len(SOURCES))
    gone = whose["source"].to_numpy()[away[whose["patient"].to_numpy()]]
    by_source["log_not_handed_in"] = np.bincount(gone, minlength=len(SOURCES))
    by_source.index = pd.Index(SOURCES, dtype="str", name="source")
    by_source.loc[UNREADABLE] = 0
    by_source["rejected"] = rejected.reindex(by_source.index, fill_value=0)
    by_source = by_source[(by_source["rows"] + by_source["rejected"]) > 0]
    total = by_source.sum()
    patients = np.unique(whose["patient"].to_numpy())
    total["patients"], total["log_not_handed_in"] = len(patients), int(away[patients].sum())
    by_source.loc[ALL_SOURCES] = total
    by_source["of_rows"] = by_source["rows"] + by_source["rejected"]
    order = ["patients", "log_not_handed_in", "rows", "rejected", "of_rows", *COUNTED[1:]]
    planned = prepared.planned
    prescribed = np.unique(planned[0][choice.takes(*planned)])
    return Quality(
        sources=by_source[order].astype("int64").rename_axis("source").reset_index(),
        tables=prepared.tables_read,
        recording=_recording(choice),
        rejected_elsewhere=elsewhere,
        prescribed=len(prescribed),
        without_rows=len(np.setdiff1d(prescribed, patients, assume_unique=True)),
    )


def _recording(choice: Choice) -> pd.DataFrame:
    """The recording pattern of the patients chosen, added up; unchanged ratings are counted by patients who rate."""
    counts = choice.prepared.recording[choice.chosen]
    summed = counts.sum()
    lines = [(what, int(summed[part]), int(summed[whole]), unit_of(whole)) for part, whole, what in RECORDING]
    for name in ("pain", "effort"):
        days = counts[f"unchanged_{name}_days"]
        what = translated(_SAME[name], days=LONG_UNCHANGED_DAYS)
        lines.append((what, int((days >= LONG_UNCHANGED_DAYS).sum()), int((days > 0).sum()), "patients"))
    return pd.DataFrame(lines, columns=["what", "counted", "of", "unit"])


def _rejected(choice: Choice) -> tuple[pd.Series, int]:
    """Rejected rows of the log by source, and how many belong elsewhere."""
    rows = choice.prepared.rejected_log
    patient = rows["patient"].to_numpy()
    known = patient >= 0
    chosen = np.zeros(len(rows), dtype=bool)
    chosen[known] = choice.chosen[patient[known]]
    # With nobody left out, rows of nobody belong to the whole.
    chosen |= ~known & bool(choice.chosen.all())
    if choice.exercise is not None:
        chosen &= (rows["exercise"] == choice.prepared.exercises[choice.exercise]).to_numpy()
    return rows[chosen].groupby("source").size(), int((~chosen).sum())
