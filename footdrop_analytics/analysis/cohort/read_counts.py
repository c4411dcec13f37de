"""What reading left out of a study: rejected rows of the log by source, and counts of every input table."""

from __future__ import annotations

import json

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.model.vocabulary import SOURCES

UNREADABLE = "not readable"


def rejected_log_of(analysis: Analysis, patients: pd.Index) -> pd.DataFrame:
    """Each rejected row of the log once: ``patient`` (number, −1 if unknown), ``exercise``, ``source`` (as readable).

    A blank source is the default of the column, as in reading.
    """
    rejected = analysis.study.rejected
    rows = rejected[rejected["table"] == "sessions"].drop_duplicates(["file", "row"])
    cells = [json.loads(text) for text in rows["original"]]
    default = str(COLUMNS["sessions"]["source"].default)
    source = [_key(cell.get("source")) or default for cell in cells]
    return pd.DataFrame(
        {
            "patient": patients.get_indexer(pd.Index(rows["patient_id"].astype("str"), dtype="str")),
            "exercise": pd.Series([_key(cell.get("exercise")) for cell in cells], dtype="str"),
            "source": pd.Series([one if one in SOURCES else UNREADABLE for one in source], dtype="str"),
        }
    )


def _key(cell: object) -> str:
    """A key as reading understands it: trimmed, in lower case."""
    return str(cell or "").strip().lower()


def tables_read_of(analysis: Analysis, tables: pd.DataFrame) -> pd.DataFrame:
    """Valid rows, rejected rows and duplicates of each input table of the study; the first and the last are given."""
    rejected = analysis.study.rejected.drop_duplicates(["table", "file", "row"])["table"].value_counts()
    found = tables.assign(table=tables["table"].astype("str"))
    found.insert(2, "rejected", [int(rejected.get(name, 0)) for name in found["table"]])
    return found[found[["valid", "rejected", "duplicates"]].sum(axis=1) > 0].reset_index(drop=True)
