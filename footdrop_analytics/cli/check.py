"""``footdrop check``: what was found in a study, what was rejected, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.cli.options import PLACE, Written, json_option, language_option, study_argument, written_options
from footdrop_analytics.cli.output import print_json, print_table, say, write_csv
from footdrop_analytics.errors import shortened
from footdrop_analytics.wording.language import marked, translated
from footdrop_analytics.wording.words import quantity

if TYPE_CHECKING:
    from footdrop_analytics.model.study import Study

MOST_NOTES = 20
"""How many notes are printed; ``--json`` has them all."""
MOST_VALUES = 40
MOST_CELLS = 10
_COLUMNS = {
    "table": marked("Table"),
    "files": marked("Files"),
    "rows": marked("Rows"),
    "valid": marked("Valid"),
    "duplicates": marked("Duplicates"),
    "rejected": marked("Rejected"),
}


@click.command()
@study_argument
@json_option
@click.option(
    "--out",
    type=PLACE,
    metavar="FILE|DIR",
    help="Also write what was found to be mended: FILE.csv lists every rejected row; FILE.xlsx (of a workbook) or a "
    "new folder DIR (of a folder) holds the same files again, bad cells coloured or with a column of remarks.",
)
@language_option
@written_options
def check(study: Path, as_json: bool, out: Path | None, written: Written) -> int:
    """Say what was found, rejected, and why."""
    from footdrop_analytics.cli.study import facts_of_head, left_out, open_study, refuse_own_files
    from footdrop_analytics.reading.check import check_summary, write_marked

    refuse_own_files(out, study)
    opened = open_study(study, written)
    summary = check_summary(opened)
    if as_json:
        print_json({**facts_of_head(opened, opened.as_of), **summary})
    else:
        _print(opened, summary)
    if out is not None:
        said = marked("To be mended and read again in {place}")
        if out.suffix.lower() == ".csv":
            write_csv(opened.rejected, out)
            said = marked("Rejected rows in {place}")
        else:
            write_marked(opened, study, out)
        if not as_json:
            say(translated(said, place=out))
    return 1 if left_out(opened) else 0


def _print(study: Study, summary: dict[str, Any]) -> None:
    from footdrop_analytics.cli.study import print_head

    print_head(study, study.as_of)
    names: dict[str, int | None] = {translated(said): None for said in _COLUMNS.values()}
    print_table(names, [[str(table[column]) for column in _COLUMNS] for table in summary["tables"]])
    if rejected := len(study.rejected_rows):
        say(quantity("Rejected: {count} row, in no result.", "Rejected: {count} rows, in no result.", rejected))
    else:
        say(translated("Rejected: none."))
    for problem in summary["problems"]:
        _print_problem(problem)
    _print_unread(summary["unread"])
    if notes := summary["notes"]:
        say()
        say(translated("Noticed:"))
        for note in notes[:MOST_NOTES]:
            where = ", ".join(filter(None, (note["file"], note["patient_id"])))
            say(f"  {where}: {note['message']}" if where else f"  {note['message']}")
        _say_more(len(notes) - MOST_NOTES, "  ")


def _print_problem(problem: dict[str, Any]) -> None:
    """A kind of problem: where it first stands, what to do about it, and every distinct value."""
    values = problem["values"]
    alike = len({one["reason"] for one in values}) == 1
    say()
    what = problem["advice"] if alike else problem["problem"]
    say(
        quantity(
            "{count} row of {table}, {column}: {what}",
            "{count} rows of {table}, {column}: {what}",
            problem["rows"],
            table=problem["table"],
            column=_column(problem["table"], problem["column"]),
            what=what,
        )
    )
    for example in problem["examples"]:
        where = {"file": example["file"], "row": example["row"], "value": repr(shortened(example["value"]))}
        say("    " + translated("{file}, row {row}: {value}", **where))
    if len(values) == 1:
        return
    shown = [
        f"{shortened(one['value'])!r} ({quantity('{count} row', '{count} rows', one['rows'])})"
        for one in values[:MOST_VALUES]
    ]
    lines = [", ".join(shown)] if alike else [f"{one}: {by['reason']}" for one, by in zip(shown, values, strict=False)]
    for line in lines:
        say(f"  {line}")
    _say_more(len(values) - MOST_VALUES, "  ")


def _say_more(count: int, indent: str) -> None:
    """How many lines of a list are not printed, if any."""
    if count > 0:
        say(indent + translated("and {count} more; --json has them all.", count=count))


def _column(table: str, name: str) -> str:
    """A column by its own name; what stands for one where a row has no such column, in words."""
    from footdrop_analytics.model.inputs import COLUMNS

    return name if name in COLUMNS[table] else translated(name)


def _print_unread(lines: list[dict[str, Any]]) -> None:
    """Everything that was not read: files, sheets and columns one by one, cells by column with examples."""
    from footdrop_analytics.wording.results import named

    if not lines:
        return
    say()
    say(translated("Not read, and in no result:"))
    cells = [line for line in lines if line["what"] == "cell"]
    for line in lines:
        if line["what"] != "cell":
            say(f"  {named(line['what'], line['name'], line['file'])}: {line['message']}")
    for table, column in dict.fromkeys((line["table"], line["name"]) for line in cells):
        of_column = [line for line in cells if (line["table"], line["name"]) == (table, column)]
        said = quantity(
            "{count} cell of {table}, {column}:",
            "{count} cells of {table}, {column}:",
            len(of_column),
            table=table,
            column=_column(table, column),
        )
        say(f"  {said}")
        for line in of_column[:MOST_CELLS]:
            say(f"    {line['file']}, {line['message']}")
        _say_more(len(of_column) - MOST_CELLS, "    ")
