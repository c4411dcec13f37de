"""``footdrop import``: any log in, with all that was understood shown before it is saved."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.cli.options import FILE, FOLDER, Written, written_options
from footdrop_analytics.cli.output import counted, print_table, progress, say, warn
from footdrop_analytics.errors import FootdropError, shortened
from footdrop_analytics.wording.language import translated

if TYPE_CHECKING:
    import pandas as pd

    from footdrop_analytics.importing import Imported
    from footdrop_analytics.importing.steps import Ask

_IGNORE = "ignore"
MOST_NAMES, MOST_ASKED, MOST_COLUMNS, WIDEST = 30, 40, 7, 22
_ASSUMED = ("first week", "first 2 weeks", "first 4 weeks")


@click.command("import")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--out", type=FOLDER, required=True, metavar="STUDY", help="The study folder, new or one to add to.")
@click.option(
    "--profile", type=FILE, metavar="FILE", help="A profile of your own. Default: the study's, or a built-in one."
)
@click.option("--dictionary", type=FILE, metavar="FILE", help="The data dictionary of a REDCap project (CSV).")
@click.option(
    "--patient", metavar="ID", help="Whose log it is, if the source does not say; “from file”: the file's name."
)
@click.option(
    "--plan", multiple=True, metavar="TEXT", help='The plan in a few words: "Heel raise 3x10, 5 d/wk". Several.'
)
@click.option(
    "--assume-plan",
    type=click.Choice(_ASSUMED),
    help="Take what was logged then as the plan of patients without one; every output says that it is assumed.",
)
@written_options
def import_(sources: tuple[str, ...], out: Path, written: Written, **given: Any) -> int:
    """Make a study from a log of another kind.

    SOURCE is a file of an app, a form, a clinic's sheet, REDCap or a FHIR server (CSV, Excel, JSON), or the
    address of a database such as sqlite:///clinic.db, or of a REDCap server (https://SERVER/api/, with your token
    in the environment variable REDCAP_API_TOKEN). What was recognised and understood is shown before anything is
    saved. What only you can say is asked; where nobody can answer, the questions are written into a profile in STUDY
    (exit code 1): fill it in and run the command again. Next month the same command adds only what is new.
    """
    from footdrop_analytics.importing.import_log import import_log, load_sources

    given |= {"study": out, **written._asdict()}
    with progress("Reading"):
        parts = load_sources(sources, given["profile"])
        done = import_log(parts, **given)
    earlier = _earlier_names(done, out)
    for line in done.recognised:
        say(f"Recognised {line}.")
    if done.questions and _is_terminal():
        done = asked(done, lambda answers: import_log(parts, answers=answers, **given))
    _show(done, earlier)
    if not done.is_complete:
        return _left_open(done, out)
    if earlier is None and _is_terminal() and not click.confirm("Save this?", default=True):
        warn("Nothing was saved.")
        return 1
    return _saved(done, out)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _earlier_names(done: Imported, out: Path) -> set[str] | None:
    """Names of exercises that an earlier import into the study knew; none if this is the first."""
    from footdrop_analytics.importing.profile import saved_profiles

    if not (out / f"sessions-{done.profile.name}.csv").exists():
        return None
    same = [one for one in saved_profiles(out) if one.name == done.profile.name]
    return {text for one in same for text in one.answers.exercises} if same else None


def _show(done: Imported, earlier: set[str] | None) -> None:
    """What was understood, what was left out and why, ten rows before and after."""
    if (whose := done.profile.answers.patient) and done.profile.identity == "ask":
        say(f"All rows are those of {whose}. If they are another person's, name that one with --patient.")
    if done.not_recognised:
        say(f"Not imported, as nothing known fits: {', '.join(done.not_recognised)}.")
    names = done.understood
    new = [] if earlier is None else [text for text in names["written"] if text not in earlier]
    if len(names):
        print_table(
            {"Written": None, "Read as": None, "Rows": None},
            [[str(text), str(key), f"{rows:,}"] for text, key, rows in names.head(MOST_NAMES).to_numpy().tolist()],
        )
    if len(names) > MOST_NAMES:
        say(f"  and {counted(len(names) - MOST_NAMES, 'more name')}.")
    if new:
        say(f"New since the last import: {', '.join(new[:MOST_NAMES])}.")
    say(f"{counted(done.rows, 'entry', 'entries')} in the source, {done.kept:,} to be saved.")
    for reason, rows, first in done.left_out.to_numpy().tolist():
        say(f"  Left out: {counted(rows, 'entry', 'entries')} ({reason}), the first: {first}.")
    if done.unused:
        say(f"Columns not used: {', '.join(shortened(name, WIDEST) for name in done.unused)}.")
    for note in done.notes:
        say(note)
    _rows("Before", done.before)
    _rows("After", done.after)


def _rows(title: str, frame: pd.DataFrame) -> None:
    if frame.empty:
        return
    say(f"{title} ({counted(len(frame), 'row')}):")
    filled = frame.drop(columns=["exercise_written", "source_file"], errors="ignore").dropna(axis=1, how="all")
    shown = filled.iloc[:, :MOST_COLUMNS].astype(object)
    for line in [list(shown), *shown.where(shown.notna(), "").to_numpy().tolist()]:
        say("  " + " | ".join(shortened(" ".join(str(cell).split()), WIDEST) for cell in line))


def _left_open(done: Imported, out: Path) -> int:
    """Write what is asked into the study's profile."""
    from footdrop_analytics.importing.save import save_questions

    say(f"{counted(len(done.questions), 'answer')} missing:")
    for ask in done.questions[:MOST_ASKED]:
        perhaps = f"; perhaps {ask.perhaps}" if ask.perhaps else ""
        say(
            f"  {ask.what}: {shortened(ask.text)!r} ({counted(ask.rows, 'row')}{perhaps})"
            if ask.text
            else f"  {ask.what} ({counted(ask.rows, 'row')})"
        )
    if len(done.questions) > MOST_ASKED:
        say(f"  and {len(done.questions) - MOST_ASKED} more.")
    place = save_questions(done, out)
    warn(f"Nothing was imported yet. Fill in the lines under ask in {place}, and run the same command again.")
    return 1


def _saved(done: Imported, out: Path) -> int:
    """Save the study, read it back, and say what is in it."""
    from footdrop_analytics.cli.study import data_problems, open_study
    from footdrop_analytics.importing.parts import DAMAGED

    saved = done.write(out)
    say(
        f"Saved in {out}: {counted(saved.new, 'new row')} of the log, {saved.same:,} the same as before, "
        f"{saved.replaced:,} replaced, {saved.kept:,} kept from a fuller export."
    )
    if saved.ids is not None:
        say(
            f"Addresses and names of people are not in the study. Who is who is in {saved.ids}: keep that file apart "
            "from what you hand on."
        )
    if not any(out.glob("sessions*")):
        say("The study has no log yet: import one into the same folder.")
        return 1
    study = open_study(out, Written())
    days = study.sessions["performed_at"]
    say(
        f"It holds {counted(len(study.sessions), 'row')} of {counted(len(study.patient_ids), 'patient')}, "
        f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}, and {counted(len(study.prescriptions), 'line')} of plan."
    )
    if study.prescriptions.empty:
        say("No plan is known: adherence needs one. Give it with --plan, or take it from the log with --assume-plan.")
    say(f"Next: footdrop caseload {out}")
    damaged = done.left_out.loc[done.left_out["reason"].isin([translated(one) for one in DAMAGED]), "rows"].sum()
    return data_problems(study, out) or (1 if damaged else 0)


def asked(done: Imported, look: Callable[[dict[str, Any]], Imported]) -> Imported:
    """The log with all answers; Enter alone leaves the rest open, ``ignore all`` answers the rest of a list.

    ``look`` understands the log anew: an answer after which the same is asked again was not understood.
    """
    from footdrop_analytics.importing.profile import keep_answer

    say(
        "A few things only you can say. Enter alone takes the answer in brackets; without one it leaves the rest for "
        "later. “ignore all” ends a list."
    )
    answers: dict[str, Any] = {}
    last = ""
    while done.questions:
        ask = done.questions[0]
        said = _said(ask, last)
        last = ask.expected
        if not said:
            break
        whole = said == f"{_IGNORE} all"
        tried = copy.deepcopy(answers)
        for one in done.questions:
            if one is ask or (whole and one.what == ask.what):
                keep_answer(tried, one.what, one.text, _IGNORE if whole else said)
        try:
            now = look(tried)
            why = f"Expected {ask.expected}." if ask in now.questions else ""
        except FootdropError as error:
            why = str(error).partition("\n")[0]
        if why:
            say(f"  Not understood: {shortened(said)!r}. {why}")
        else:
            answers, done = tried, now
    return done


def _said(ask: Ask, last: str) -> str:
    """The answer to a question; what may be answered is said once for questions of one kind."""
    from footdrop_analytics.importing.profile import FACTS
    from footdrop_analytics.importing.steps.base import read_as
    from footdrop_analytics.importing.steps.exercises import OWN

    perhaps = f", perhaps {ask.perhaps}" if ask.perhaps else ""
    what = shortened(ask.text) if ask.text else ask.what
    expected = "" if ask.expected == last else f" Expected {ask.expected}."
    say(f"{ask.what}: {what} ({counted(ask.rows, 'row')}{perhaps}).{expected}")
    suggestion = ask.perhaps if ask.perhaps and " or " not in ask.perhaps else ""
    said: str = click.prompt("  your answer", default=suggestion, show_default=bool(suggestion)).strip()
    words = ask.choices or (() if ask.what in FACTS else (_IGNORE, *OWN))
    return next((one for one in words if read_as(one) == read_as(said)), said)
