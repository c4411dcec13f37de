"""``footdrop caseload`` and ``reviews``: who needs you and why, and who said what of it and when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.cli import options
from footdrop_analytics.cli.options import Asked, Written
from footdrop_analytics.cli.output import also_csv, print_json, print_table, records, say
from footdrop_analytics.wording.language import marked, translated

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_analytics.analysis.analyse import Analysis
    from footdrop_analytics.model.study import Study
    from footdrop_analytics.scale.results import PartitionedAnalysis

WIDTHS = {
    marked("Patient"): None,
    marked("Red"): 3,
    marked("Amber"): 5,
    marked("Sessions in 28 days"): 14,
    marked("Share"): 5,
    marked("Last entry"): 10,
    marked("Why"): None,
}
"""The columns on a terminal, with the most characters each may take."""


@click.command()
@options.study_argument
@options.json_option
@options.csv_option("the table")
@options.language_option
@options.analysis_options()
def caseload(study: Path, as_json: bool, out: Path | None, asked: Asked) -> int:
    """Show who needs you, and why.

    One row per patient, the one most in need first, with the reason.
    """
    from footdrop_analytics.cli.study import analyse_any, data_problems, facts_of_head, in_memory, refuse_own_files

    refuse_own_files(out, study, asked.rules, asked.flags)
    opened, analysis = analyse_any(study, asked, headed=False)
    if as_json:
        print_json({**facts_of_head(opened, analysis.as_of), "patients": records(in_memory(analysis.caseload))})
    else:
        print_caseload(analysis)
    table = in_memory(analysis.caseload).assign(as_of=analysis.as_of)
    also_csv(table, out, translated("Table in {place}", place=out), as_json)
    return data_problems(opened, study, analysis)


def print_caseload(analysis: Analysis | PartitionedAnalysis) -> None:
    """Print the caseload with its head; sessions are whole, as people count them."""
    from footdrop_analytics.cli.study import in_memory, print_head
    from footdrop_analytics.wording.words import falls_asked

    print_head(analysis.study, analysis.as_of)
    patients = records(in_memory(analysis.caseload))
    say(falls_asked([row["falls_asked_28d"] for row in patients]))
    rows = [
        [
            row["patient_id"],
            str(row["n_red"]),
            str(row["n_amber"]),
            *_sessions(row),
            row["last_row_day"] or translated("none"),
            row["why"],
        ]
        for row in patients
    ]
    said = {translated(name): most for name, most in WIDTHS.items()}
    # Each column is wide enough for every word of its name.
    print_table({name: most and max(most, *map(len, name.split())) for name, most in said.items()}, rows)


def _sessions(row: dict[str, Any]) -> tuple[str, str]:
    from footdrop_analytics.wording.words import percent, sessions_of

    if not row["plan_known"]:
        return translated("no plan known"), ""
    if not row["due_28d"]:
        return translated("none due"), ""
    if row["adherence_28d"] is None:
        return translated("not readable"), ""
    return sessions_of(row["credited_28d"], row["due_28d"]), percent(row["adherence_28d"])


_REVIEW_WIDTHS = {"When": 16, "Who": 20, "Patient": 20, "What": None}
_REVIEW_COLUMNS = ("at", "by", "patient_id", "table", "what", "stands", "taken_back_at", "taken_back_by", "file", "row")


@click.command()
@options.study_argument
@options.json_option
@options.csv_option("the table")
@options.written_options
def reviews(study: Path, as_json: bool, out: Path | None, written: Written) -> int:
    """Say who decided or added what, and when.

    Reviews of the study and every row that was added in the dashboards, oldest first. What was taken back is there
    too, and says by whom.
    """
    from footdrop_analytics.cli.study import data_problems, facts_of_head, open_study, print_head, refuse_own_files

    refuse_own_files(out, study)
    opened = open_study(study, written)
    found = audit(opened, study)
    if as_json:
        print_json({**facts_of_head(opened, opened.as_of), "added": records(found)})
    else:
        print_head(opened, opened.as_of)
        if found.empty:
            say("No review is recorded, and nothing was added.")
        else:
            lines = []
            for row in records(found):
                back = "" if row["stands"] else f" TAKEN BACK by {row['taken_back_by']}, {row['taken_back_at'][:16]}"
                said = f"{row['what']}{back}"
                lines.append([row["at"][:16], row["by"] or "nobody named", row["patient_id"] or "", said])
            print_table(_REVIEW_WIDTHS, lines)
    also_csv(found, out, f"Table in {out}", as_json)
    return data_problems(opened, study)


def audit(study: Study, path: Path) -> pd.DataFrame:
    """One row per review of the study and per row of its added files, columns :data:`_REVIEW_COLUMNS`."""
    import pandas as pd

    from footdrop_analytics.reading.added import added_rows
    from footdrop_analytics.reading.duplicates import ROW_ID
    from footdrop_analytics.wording.results import added_words

    added = added_rows(path) if path.is_dir() else []
    by_id = {one.row_id: one for one in added}
    lines: list[tuple[Any, ...]] = []
    for one in added:
        if one.takes_back:
            continue
        what = added_words(one.table, one.cells, study.exercises)
        back = by_id.get(one.taken_back)
        undone = (False, back.at, back.by) if back else (True, None, None)
        lines.append((one.at, one.by, one.cells.get("patient_id"), one.table, what, *undone, one.file, one.row))
    own = study.reviews
    others = own[own[ROW_ID].isna()] if ROW_ID in own else own
    for row in records(others):
        cells = {str(name): str(value) for name, value in row.items() if value is not None}
        what = added_words("reviews", cells, study.exercises)
        at = str(row["reviewed_at"]).replace("T", " ")
        lines.append((at, row["by"], row["patient_id"], "reviews", what, True, None, None, None, None))
    return pd.DataFrame(lines, columns=list(_REVIEW_COLUMNS)).sort_values("at", kind="stable").reset_index(drop=True)
