"""``footdrop compare`` and ``backtest``: what another version, or other rules, find in one's own study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import footdrop_analytics as fd
from footdrop_analytics.cli import options
from footdrop_analytics.cli.options import FILE, JSON_FILE, Asked, Written
from footdrop_analytics.cli.output import also_csv, counted, print_json, progress, records, say
from footdrop_analytics.errors import shortened

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_analytics.analysis.backtest import Backtest
    from footdrop_analytics.comparison.changes import Comparison, Line
    from footdrop_analytics.comparison.results_file import Results

    Behind = list[tuple[Line, list[str]]]

MOST_SHOWN = 20
LONGEST_LINE = 240
_KINDS = {"state": "States", "verdict": "Verdicts", "flag": "Flags", "criterion": "Criteria", "number": "Numbers"}


@click.command()
@options.study_argument
@click.option(
    "--save", type=JSON_FILE, metavar="FILE.json", help="Write what this version finds, to be compared later."
)
@click.option("--with", "other", type=FILE, metavar="FILE.json", help="What another version found (its --save).")
@options.json_option
@options.csv_option("every change")
@options.analysis_options()
def compare(study: Path, save: Path | None, other: Path | None, as_json: bool, out: Path | None, asked: Asked) -> int:
    """Show what another version changes in your results.

    For an upgrade while a study runs: --save FILE with the version you have; after the upgrade --with FILE says
    which numbers, states, flags and verdicts change, and which lines of the changelog can be behind that. Give --rules
    and --flags again; days and formats are asked for as in the file. The file holds ids, but no names and no notes.

    Exit codes with --with: 0 nothing changed; 1 something did; 2 not done.
    """
    import pandas as pd

    from footdrop_analytics.cli.study import analyse_study, data_problems, open_study, refuse_own_files
    from footdrop_analytics.comparison.changes import behind
    from footdrop_analytics.comparison.changes import compare as compared
    from footdrop_analytics.comparison.results_file import read_results, results_of
    from footdrop_analytics.files import write_whole

    if save is None and other is None:
        raise click.UsageError("Name a file: --save FILE.json writes one, --with FILE.json compares with one.")
    for option, written in (("--save", save), ("--out", out)):
        refuse_own_files(written, study, other, asked.rules, asked.flags, option=option)
    before = None if other is None else read_results(other)
    choices = _asked(asked, {} if before is None else dict(before.asked))
    opened = open_study(study, Written(choices["date_format"], choices["timezone"]))
    try:
        days = {name: pd.Timestamp(text) for name in ("as_of", "log_through") if (text := choices[name]) is not None}
    except ValueError as error:
        raise fd.StudyError(f"{other}: is damaged: a day in it is none.") from error
    after = results_of(analyse_study(opened, **days, rules=asked.rules, flags=asked.flags), choices)
    code = data_problems(opened, study)
    if save is not None:
        write_whole(save, after.to_json())
        if not as_json:
            say(f"Results of this version in {save}. It holds ids: keep it as you keep the study.")
    if before is None:
        return code
    found = compared(before, after)
    lines = behind(found.changes, before.version)
    if as_json:
        print_json(_facts(found, before, after, lines))
    else:
        _print(found, before, after, lines)
    also_csv(found.changes, out, f"Every change in {out}", as_json)
    return 1 if len(found.changes) else 0


def _asked(given: Asked, before: dict[str, str | None]) -> dict[str, str | None]:
    """What is asked for now, or else what was asked for then."""
    days = {"as_of": given.as_of, "log_through": given.log_through}
    now = {name: None if day is None else f"{day:%Y-%m-%d}" for name, day in days.items()} | given.written._asdict()
    return {name: before.get(name) if value is None else value for name, value in now.items()}


def _facts(found: Comparison, before: Results, after: Results, lines: Behind) -> dict[str, Any]:
    return {
        "versions": [before.version, after.version],
        "same_log": not found.files,
        "changed_files": list(found.files),
        "parameters": {name: list(pair) for name, pair in found.parameters.items()},
        "changed": {kind: int((found.changes["kind"] == kind).sum()) for kind in _KINDS},
        "lines": [{"release": line.release, "text": line.text, "names": names} for line, names in lines],
        "changes": records(found.changes),
    }


def _print(found: Comparison, before: Results, after: Results, lines: Behind) -> None:
    say(f"Before: version {before.version}. Now: version {after.version}.")
    if found.files:
        more = f" and {len(found.files) - MOST_SHOWN:,} more" if len(found.files) > MOST_SHOWN else ""
        files = "; ".join(found.files[:MOST_SHOWN]) + more
        say(f"The log itself is not the same, so changes need not come from the version: {files}.")
    else:
        say(f"The log is the same: {counted(len(after.sources), 'file')} with the same content.")
    for name, (old, new) in found.parameters.items():
        say(f"  {name}: {shortened(old)}, now {shortened(new)}")
    changes = found.changes
    if not len(changes):
        say("No number, state, verdict or flag changes.")
        return
    touched = changes["patient_id"].nunique()
    say(f"{counted(len(changes), 'value changes', 'values change')}, of {touched:,} of {found.n_patients:,} patients.")
    for kind, title in _KINDS.items():
        _print_kind(title, records(changes[changes["kind"] == kind]))
    say()
    if not lines:
        say("No line of the changelog speaks of these results.")
        return
    say("Lines of the changelog that can be behind this (those that name what changed first):")
    for line, names in lines:
        named = f" [names {', '.join(names)}]" if names else ""
        say(f"  {line.release}: {shortened(line.text, LONGEST_LINE)}{named}")


def _print_kind(title: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    say()
    say(f"{title}: {len(rows):,}")
    for row in rows[:MOST_SHOWN]:
        whose = ", ".join(filter(None, (row["patient_id"], row["exercise"], row["side"])))
        what = row["about"] if row["kind"] == "flag" else f"{row['about']} {row['table']}.{row['column']}".strip()
        values = (row["before"] or "none", row["after"] or "none")
        say(f"  {whose}: {what}: {' -> '.join(shortened(value) for value in values)}")
    if len(rows) > MOST_SHOWN:
        say(f"  and {len(rows) - MOST_SHOWN:,} more; --json or --out FILE.csv has them all.")


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
        print_json({**facts_of_head(opened, found.looks[-1]), **_replayed(found)})
    else:
        print_head(opened, found.looks[-1])
        _print_replayed(found)
    also_csv(found.decisions.sort_values("agrees", kind="stable"), out, f"Decisions in {out}", as_json)
    return data_problems(opened, study)


def _replayed(found: Backtest) -> dict[str, Any]:
    tables = ("agreement", "series", "flags", "decisions", "differing")
    looks = [f"{look:%Y-%m-%d}" for look in found.looks]
    return {"summary": found.summary, "looks": looks} | {name: records(getattr(found, name)) for name in tables}


def _print_replayed(found: Backtest) -> None:
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
        say(f"  {_disagreement(row, len(found.rule_sets) > 1)}")
    if len(rows) > MOST_SHOWN:
        say(f"  {len(rows) - MOST_SHOWN} more: --out FILE.csv writes all of them.")


def _disagreement(row: dict[str, Any], several: bool) -> str:
    from footdrop_analytics.wording.words import spoken

    why = f" ({row['unmet']})" if row["unmet"] else ""
    name = _SETS[row["rule_set"]] if several else "Rules"
    series = f"{row['patient_id']}, {spoken(row['exercise'])} ({row['side']})"
    said = f"{name} {row['look']}: {row['says']}, {spoken(row['state'])}{why}"
    return f"{series}, {row['source']} {row['decided_on']}: {row['decision']}. {said}."
