"""``footdrop reviews``: who said what and when, what was taken back too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.cli.common.options import Written, csv_option, json_option, study_argument, written_options
from footdrop_analytics.cli.common.output import print_json, print_table, records, say, write_csv

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_analytics.model.study import Study

WIDTHS = {"When": 16, "Who": 20, "Patient": 20, "What": None}
COLUMNS = ("at", "by", "patient_id", "table", "what", "stands", "taken_back_at", "taken_back_by", "file", "row")


@click.command()
@study_argument
@json_option
@csv_option("the table")
@written_options
def reviews(study: Path, as_json: bool, out: Path | None, written: Written) -> int:
    """Say who decided or added what, and when.

    Reviews of the study and every row that was added in the dashboards, oldest first. What was taken back is there
    too, and says by whom.
    """
    from footdrop_analytics.cli.common.study import (
        data_problems,
        facts_of_head,
        open_study,
        print_head,
        refuse_own_files,
    )

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
            print_table(WIDTHS, [_line(row) for row in records(found)])
    if out is not None:
        write_csv(found, out)
        if not as_json:
            say(f"Table in {out}")
    return data_problems(opened, study)


def audit(study: Study, path: Path) -> pd.DataFrame:
    """One row per review of the study and per row of its added files, columns :data:`COLUMNS`."""
    import pandas as pd

    from footdrop_analytics.reading.added import added_rows
    from footdrop_analytics.reading.duplicates import ROW_ID
    from footdrop_analytics.wording.added import added_words

    added = added_rows(path) if path.is_dir() else []
    by_id = {one.row_id: one for one in added}
    lines: list[dict[str, Any]] = []
    for one in added:
        if one.takes_back:
            continue
        back = by_id.get(one.taken_back)
        lines.append(
            {
                "at": one.at,
                "by": one.by,
                "patient_id": one.cells.get("patient_id"),
                "table": one.table,
                "what": added_words(one.table, one.cells, study.exercises),
                "stands": back is None,
                "taken_back_at": back.at if back else None,
                "taken_back_by": back.by if back else None,
                "file": one.file,
                "row": one.row,
            }
        )
    own = study.reviews
    others = own[own[ROW_ID].isna()] if ROW_ID in own else own
    for row in records(others):
        cells = {str(name): str(value) for name, value in row.items() if value is not None}
        what = added_words("reviews", cells, study.exercises)
        at = str(row["reviewed_at"]).replace("T", " ")
        whose = {"at": at, "by": row["by"], "patient_id": row["patient_id"], "table": "reviews"}
        lines.append({**whose, "what": what, "stands": True})
    return pd.DataFrame(lines, columns=list(COLUMNS)).sort_values("at", kind="stable").reset_index(drop=True)


def _line(row: dict[str, Any]) -> list[str]:
    back = "" if row["stands"] else f" TAKEN BACK by {row['taken_back_by']}, {row['taken_back_at'][:16]}"
    return [row["at"][:16], row["by"] or "nobody named", row["patient_id"] or "", f"{row['what']}{back}"]
