"""``footdrop check``: what was found in a study, what was rejected, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.cli.options import FILE, date_format_option, json_option, study_argument
from footdrop_analytics.cli.output import print_json, print_table, records, say, write_csv
from footdrop_analytics.cli.text import REVIEWED, counted

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_analytics.study import Study

EXAMPLES = 3
"""How many rows of each problem are shown."""
MOST_NOTES = 20
"""How many notes are printed; ``--json`` has them all."""


@click.command()
@study_argument
@json_option
@click.option("--out", type=FILE, metavar="rejected.csv", help="Also write every rejected row with its reason as CSV.")
@date_format_option
def check(study: Path, as_json: bool, out: Path | None, date_format: str | None) -> int:
    """Say what was found, rejected, and why."""
    from footdrop_analytics.cli.study import open_study, rejected_rows

    opened = open_study(study, date_format)
    if as_json:
        print_json(_facts(opened))
    else:
        _print(opened)
    if out is not None:
        write_csv(opened.rejected, out)
        if not as_json:
            say(f"Rejected rows in {out}")
    return 1 if rejected_rows(opened) else 0


def _print(study: Study) -> None:
    from footdrop_analytics.cli.study import print_head, rejected_rows

    print_head(study, study.as_of)
    counts = found(study)
    print_table(
        dict.fromkeys(counts.columns.str.capitalize()),
        [[str(cell) for cell in row] for row in counts.itertuples(index=False)],
    )
    if not len(study.rejected):
        say("Rejected: none.")
    else:
        say(f"Rejected: {counted(rejected_rows(study), 'row')}. They are in no result.")
    for problem in problems(study):
        say()
        say(f"{counted(problem['rows'], 'row')} of {problem['table']}, {problem['column']}: {problem['reason']}")
        for example in problem["examples"]:
            say(f"    {example['file']}, row {example['row']}: {example['value']!r}")
    _print_notes(study.notes)


def _print_notes(notes: pd.DataFrame) -> None:
    if not len(notes):
        return
    say()
    say("Noticed:")
    for note in notes.head(MOST_NOTES).itertuples():
        where = ", ".join(str(part) for part in (note.file, note.patient_id) if isinstance(part, str))
        say(f"  {where}: {note.message}" if where else f"  {note.message}")
    if len(notes) > MOST_NOTES:
        say(f"  and {counted(len(notes) - MOST_NOTES, 'more note')}; --json has them all.")


def _facts(study: Study) -> dict[str, Any]:
    from footdrop_analytics.cli.study import nobodys_events, rejected_rows

    return {
        "as_of": f"{study.as_of:%Y-%m-%d}",
        "synthetic": study.synthetic,
        "note": REVIEWED,
        "patients": len(study.patient_ids),
        "files": records(study.sources),
        "found": records(found(study)),
        "rejected_rows": rejected_rows(study),
        "events_without_patient": nobodys_events(study),
        "problems": problems(study),
        "notes": records(study.notes),
    }


def found(study: Study) -> pd.DataFrame:
    """One row per table with its files, rows, and how many of these are valid, duplicates and rejected."""
    import pandas as pd

    tables = study.sources.groupby("table", sort=False).agg(files=("file", "nunique"), rows=("rows", "sum"))
    apart = {"duplicates": study.duplicates, "rejected": study.rejected.drop_duplicates(["table", "file", "row"])}
    counts = {name: rows["table"].value_counts().reindex(tables.index, fill_value=0) for name, rows in apart.items()}
    valid = pd.Series({table: len(getattr(study, table)) for table in tables.index})
    return tables.assign(valid=valid, **counts).reset_index()


def problems(study: Study) -> list[dict[str, Any]]:
    """Rejections grouped by table, column and reason, the most frequent first, each with its first rows."""
    kinds = study.rejected.groupby(["table", "column", "reason"], sort=False, dropna=False)
    grouped = [
        {
            "table": table,
            "column": column,
            "reason": reason,
            "rows": len(rows),
            "examples": records(rows.head(EXAMPLES)[["file", "row", "patient_id", "value"]]),
        }
        for (table, column, reason), rows in kinds
    ]
    return sorted(grouped, key=lambda problem: -problem["rows"])
