"""Clinicians, sites and arms that are spelled in several ways: one spelling for each, so that each is counted once."""

from __future__ import annotations

from footdrop_analytics.model.names import as_people_read
from footdrop_analytics.reading.checks.notes import Note, quoted_names
from footdrop_analytics.reading.table_rows import TableRows
from footdrop_analytics.wording.language import translated

NAMES = ("site", "arm", "clinician")


def with_one_spelling(patients: TableRows) -> tuple[TableRows, list[Note]]:
    """The ``patients`` rows with names that people read alike in their most frequent spelling; which they are.

    Of equally frequent spellings it is the first in order of text. Names of nothing but punctuation stay apart.
    """
    columns, notes = {}, []
    for name in NAMES:
        column = patients.frame[name]
        if column.isna().all():
            continue
        spelled = column.value_counts().rename_axis("text").reset_index(name="rows")
        spelled = spelled.assign(read=spelled["text"].map(as_people_read))
        alike = spelled[spelled["read"].duplicated(keep=False) & (spelled["read"] != "")]
        if alike.empty:
            continue
        alike = alike.sort_values(["rows", "text"], ascending=[False, True])
        shown = alike.groupby("read")["text"].transform("first")
        columns[name] = column.replace(dict(zip(alike["text"], shown, strict=True)))
        for text, texts in alike.groupby(shown, sort=True)["text"]:
            message = translated(
                "{column}: {names} are read as one, {name}",
                column=name,
                names=quoted_names(sorted(texts)),
                name=quoted_names([text]),
            )
            notes.append(Note("patients", None, None, message))
    return patients.with_columns(**columns), notes
