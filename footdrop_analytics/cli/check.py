"""``footdrop check``: what was found in a study, what was rejected, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.cli.options import FILE, date_format_option, json_option, study_argument
from footdrop_analytics.cli.output import print_json, print_table, say, write_csv
from footdrop_analytics.cli.text import REVIEWED, counted, shortened

if TYPE_CHECKING:
    from footdrop_analytics.model.study import Study

MOST_NOTES = 20
"""How many notes are printed; ``--json`` has them all."""


@click.command()
@study_argument
@json_option
@click.option("--out", type=FILE, metavar="rejected.csv", help="Also write every rejected row with its reason as CSV.")
@date_format_option
def check(study: Path, as_json: bool, out: Path | None, date_format: str | None) -> int:
    """Say what was found, rejected, and why."""
    from footdrop_analytics.cli.study import nobodys_events, open_study, refuse_own_files, rejected_rows
    from footdrop_analytics.reading.checks.summary import check_summary

    refuse_own_files(out, study)
    opened = open_study(study, date_format)
    summary = check_summary(opened)
    if as_json:
        beside = {"rejected_rows": rejected_rows(opened), "events_without_patient": nobodys_events(opened)}
        print_json({"note": REVIEWED, **beside, **summary})
    else:
        _print(opened, summary)
    if out is not None:
        write_csv(opened.rejected, out)
        if not as_json:
            say(f"Rejected rows in {out}")
    return 1 if rejected_rows(opened) else 0


def _print(study: Study, summary: dict[str, Any]) -> None:
    from footdrop_analytics.cli.study import print_head, rejected_rows

    print_head(study, study.as_of)
    columns = ("table", "files", "rows", "valid", "duplicates", "rejected")
    print_table(
        {column.capitalize(): None for column in columns},
        [[str(table[column]) for column in columns] for table in summary["tables"]],
    )
    rejected = rejected_rows(study)
    say(f"Rejected: {counted(rejected, 'row')}, in no result." if rejected else "Rejected: none.")
    for problem in summary["problems"]:
        say()
        say(f"{counted(problem['rows'], 'row')} of {problem['table']}, {problem['column']}: {problem['advice']}")
        for example in problem["examples"]:
            say(f"    {example['file']}, row {example['row']}: {shortened(example['value'])!r}")
    _print_notes(summary["notes"])


def _print_notes(notes: list[dict[str, Any]]) -> None:
    if not notes:
        return
    say()
    say("Noticed:")
    for note in notes[:MOST_NOTES]:
        where = ", ".join(filter(None, (note["file"], note["patient_id"])))
        say(f"  {where}: {note['message']}" if where else f"  {note['message']}")
    if len(notes) > MOST_NOTES:
        say(f"  and {counted(len(notes) - MOST_NOTES, 'more note')}; --json has them all.")
