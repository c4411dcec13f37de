"""``footdrop backtest``: what rules would have said week by week, beside what clinicians decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import footdrop_analytics as fd
from footdrop_analytics.cli import options
from footdrop_analytics.cli.options import FILE, Written
from footdrop_analytics.cli.output import also_csv, print_json, progress, records, say

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_analytics.analysis.backtest import Backtest

MOST_SHOWN = 20
_SETS = {"rules": "The rules given", "against": "The rules against"}


@click.command()
@options.study_argument
@options.rules_option
@options.flags_option
@click.option("--against-rules", type=FILE, metavar="FILE", help="A second rules file to stand beside the first.")
@options.as_of_option
@options.json_option
@options.csv_option("the decisions, disagreements first,")
@options.written_options
def backtest(
    study: Path, as_of: pd.Timestamp | None, as_json: bool, out: Path | None, written: Written, **rules: Path | None
) -> int:
    """Replay what rules would have said, week by week.

    No week sees a later row. With --rules, --flags or --against-rules two rule sets stand side by side; what is not
    given is the package's own.
    """
    from footdrop_analytics.cli.study import data_problems, facts_of_head, open_study, print_head, refuse_own_files

    refuse_own_files(out, study, *rules.values())
    opened = open_study(study, written)
    with progress("Replaying") as step:
        found = fd.backtest(opened, **rules, as_of=as_of, progress=step)
    if as_json:
        print_json({**facts_of_head(opened, found.looks[-1]), **_facts(found)})
    else:
        print_head(opened, found.looks[-1])
        _print(found)
    also_csv(found.decisions.sort_values("agrees", kind="stable"), out, f"Decisions in {out}", as_json)
    return data_problems(opened, study)


def _facts(found: Backtest) -> dict[str, Any]:
    tables = ("agreement", "series", "flags", "decisions", "differing")
    looks = [f"{look:%Y-%m-%d}" for look in found.looks]
    return {"summary": found.summary, "looks": looks} | {name: records(getattr(found, name)) for name in tables}


def _print(found: Backtest) -> None:
    from footdrop_analytics.wording.results import agreement_words
    from footdrop_analytics.wording.words import counted

    looks = found.looks
    say(f"{counted(len(looks), 'weekly look')}, {looks[0]:%Y-%m-%d} to {looks[-1]:%Y-%m-%d}.")
    say(found.summary)
    flips = found.series.groupby("rule_set", observed=False)["n_flips"].sum()
    for row in records(found.agreement):
        name = _SETS[row["rule_set"]]
        say(f"{name}: {counted(int(flips[row['rule_set']]), 'change')} of state from one look to the next.")
        say(f"{name}, beside clinicians' decisions: {agreement_words(row)}.")
    rows = records(found.disagreements)
    if rows:
        say("Disagreements (neither side is proved right):")
    for row in rows[:MOST_SHOWN]:
        say(f"  {_told(row, len(found.rule_sets) > 1)}")
    if len(rows) > MOST_SHOWN:
        say(f"  {len(rows) - MOST_SHOWN} more: --out FILE.csv writes all of them.")


def _told(row: dict[str, Any], several: bool) -> str:
    from footdrop_analytics.wording.words import spoken

    why = f" ({row['unmet']})" if row["unmet"] else ""
    name = _SETS[row["rule_set"]] if several else "Rules"
    series = f"{row['patient_id']}, {spoken(row['exercise'])} ({row['side']})"
    said = f"{name} {row['look']}: {row['says']}, {spoken(row['state'])}{why}"
    return f"{series}, {row['source']} {row['decided_on']}: {row['decision']}. {said}."
