"""What a reading found, as plain data for ``footdrop check``: counts per file, problems grouped by reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from footdrop_analytics.model.inputs import INPUT_TABLES

if TYPE_CHECKING:
    from footdrop_analytics.model.study import Study

_EXAMPLES = 3


def check_summary(study: Study) -> dict[str, Any]:
    """What was found and what was left out, as lists and dicts that can be printed or dumped as JSON.

    Returns
    -------
    dict
        ``files``: per file ``table``, ``file``, ``rows``, ``valid``, ``duplicates``, ``rejected`` (distinct rows; the
        three add up to ``rows``). ``tables``: the same summed per table, with the number of ``files``. ``problems``:
        rejected rows grouped by table, column and problem, most frequent first: ``table``, ``column``, ``problem`` (the
        reason without what it names of a row), ``advice`` (the whole reason of the first example), ``rows``,
        ``examples`` (``file``, ``row``, ``patient_id``, ``value``), ``values`` (each distinct value: ``value``,
        ``rows``, ``reason``). ``unread``, ``notes``: as in ``study.unread`` and ``study.notes``. Also ``patients``,
        ``first_day``, ``as_of``, ``synthetic``.
    """
    files = _per_file(study)
    by_table = files.assign(files=1).groupby("table", sort=False)
    tables = by_table[["files", "rows", "valid", "duplicates", "rejected"]].sum().reset_index()
    return {
        "patients": len(study.patient_ids),
        "first_day": _day(study.sessions["performed_at"].min()),
        "as_of": _day(study.as_of),
        "synthetic": study.synthetic,
        "tables": tables.to_dict("records"),
        "files": files.to_dict("records"),
        "problems": _grouped(study),
        "unread": _records(study.unread),
        "notes": _records(study.notes),
    }


def _day(instant: pd.Timestamp) -> str | None:
    return None if pd.isna(instant) else f"{instant:%Y-%m-%d}"


def _per_file(study: Study) -> pd.DataFrame:
    place = ["table", "file"]
    files = study.sources.loc[study.sources["table"].isin(INPUT_TABLES), [*place, "rows"]].set_index(place)
    files["valid"] = files["rows"]
    for name, lines in (("duplicates", study.duplicates), ("rejected", study.rejected_rows)):
        files[name] = lines.groupby(place).size()
    files = files.fillna(0).astype("int64")
    files["valid"] -= files["duplicates"] + files["rejected"]
    return files.reset_index()


def _grouped(study: Study) -> list[dict[str, Any]]:
    rejected = study.rejected
    problem = rejected["reason"].map({one: study.problems.get(one, one) for one in rejected["reason"].unique()})
    groups = rejected.assign(problem=problem).groupby(["table", "column", "problem"], sort=False)
    found = [
        {
            "table": table,
            "column": column,
            "problem": words,
            "advice": lines["reason"].iloc[0],
            "rows": len(lines),
            "values": _distinct(lines),
            "examples": _records(lines[["file", "row", "patient_id", "value"]].head(_EXAMPLES)),
        }
        for (table, column, words), lines in groups
    ]
    return sorted(found, key=lambda group: -group["rows"])


def _distinct(lines: pd.DataFrame) -> list[dict[str, Any]]:
    """The distinct values of a group, each with the reason that fits it."""
    counted = lines.groupby("value", sort=False).agg(rows=("row", "size"), reason=("reason", "first")).reset_index()
    counted = counted.sort_values("rows", ascending=False, kind="stable")
    return [
        {"value": str(value), "rows": int(rows), "reason": str(reason)}
        for value, rows, reason in counted[["value", "rows", "reason"]].itertuples(index=False)
    ]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts with None for what is missing, plain Python numbers and days as ``2026-03-31``."""
    return [
        {str(name): _plain(name, value) for name, value in line.items()}
        for line in frame.astype(object).to_dict("records")
    ]


def _plain(name: object, value: Any) -> str | int | bool | None:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return _day(value)
    if isinstance(value, bool):
        return value
    return int(value) if name in ("row", "rows") else str(value)
