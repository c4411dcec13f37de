"""``footdrop caseload``: the patients most in need first, with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.cli.common.options import (
    Asked,
    analysis_options,
    csv_option,
    json_option,
    language_option,
    study_argument,
)
from footdrop_analytics.cli.common.output import print_json, print_table, records, say, write_csv
from footdrop_analytics.wording.language import marked, translated

if TYPE_CHECKING:
    from footdrop_analytics.analysis.analyse import Analysis
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
@study_argument
@json_option
@csv_option("the table")
@language_option
@analysis_options()
def caseload(study: Path, as_json: bool, out: Path | None, asked: Asked) -> int:
    """Show who needs you, and why.

    One row per patient, the one most in need first, with the reason.
    """
    from footdrop_analytics.cli.common.study import (
        analyse_any,
        data_problems,
        facts_of_head,
        in_memory,
        open_any,
        refuse_own_files,
    )

    refuse_own_files(out, study, asked.rules, asked.flags)
    opened = open_any(study, asked.written)
    analysis = analyse_any(opened, asked, headed=False)
    if as_json:
        print_json({**facts_of_head(opened, analysis.as_of), "patients": records(in_memory(analysis.caseload))})
    else:
        print_caseload(analysis)
    if out is not None:
        write_csv(in_memory(analysis.caseload).assign(as_of=analysis.as_of), out)
        if not as_json:
            say(translated("Table in {place}", place=out))
    return data_problems(opened, study, analysis)


def print_caseload(analysis: Analysis | PartitionedAnalysis) -> None:
    """Print the caseload with its head; sessions are whole, as people count them."""
    from footdrop_analytics.cli.common.study import in_memory, print_head
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
    print_table(dict(_column(translated(name), width) for name, width in WIDTHS.items()), rows)


def _column(name: str, most: int | None) -> tuple[str, int | None]:
    """A column wide enough for every word of its name."""
    return name, most and max(most, *map(len, name.split()))


def _sessions(row: dict[str, Any]) -> tuple[str, str]:
    from footdrop_analytics.wording.words import percent, sessions_of

    if not row["plan_known"]:
        return translated("no plan known"), ""
    if not row["due_28d"]:
        return translated("none due"), ""
    if row["adherence_28d"] is None:
        return translated("not readable"), ""
    return sessions_of(row["credited_28d"], row["due_28d"]), percent(row["adherence_28d"])
