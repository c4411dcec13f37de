"""Cells that could not be read in rows that stay: on which days of which patients something is not known."""

from __future__ import annotations

import pandas as pd

from footdrop_analytics.analysis.log.arrays import NO_DAY, Ints, day_numbers, objects_of
from footdrop_analytics.analysis.log.coded_log import CodedLog
from footdrop_analytics.analysis.log.rows import Rows, picked

_AS_WRITTEN = ("table", "name", "value", "file", "row")


def unread_cells(log: CodedLog) -> Rows:
    """Unread cells of known patients up to ``as_of``.

    ``table``, ``name`` (the column), ``value`` (as written), ``file``, ``row``, ``patient``, ``day`` (``NO_DAY`` where
    it cannot be read) and ``exercise`` (its code, −1 where it is not known).
    """
    table = log.study.unread.reindex(columns=["what", "patient_id", "day", "exercise", *_AS_WRITTEN])
    table = table[(table["what"] == "cell").to_numpy(dtype=bool, na_value=False)]
    patient = log.patients.get_indexer(pd.Index(table["patient_id"], dtype="str"))
    cells: Rows = {name: objects_of(table[name]) for name in _AS_WRITTEN}
    keys = pd.Index(log.study.exercises.keys)
    exercise: Ints = keys.get_indexer(pd.Index(table["exercise"], dtype="str"))
    cells |= {"patient": patient, "day": day_numbers(table["day"], missing=NO_DAY), "exercise": exercise}
    return picked(cells, (patient >= 0) & (cells["day"] <= log.as_of_day))
