"""What was made of each column of a source: where its cells go, why, and how they look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from footdrop_analytics.importing.cells import Frames, counted, texts_of
from footdrop_analytics.importing.fits import Match, all_steps
from footdrop_analytics.importing.meanings import column_meanings
from footdrop_analytics.importing.parts import DATABASE, JSON
from footdrop_analytics.importing.profile import Profile
from footdrop_analytics.importing.shape import rows_of_match, taken_steps
from footdrop_analytics.importing.steps.base import IGNORE, Ask, How, Step, by_reading, read_as
from footdrop_analytics.importing.steps.dates import Date, proof_of
from footdrop_analytics.importing.steps.rows import Fill, Join, LeaveOut, Rename, RowsOf
from footdrop_analytics.model.inputs import COLUMNS
from footdrop_analytics.wording.language import marked

COLUMNS_READ = ("column", "means", "because", "examples", "rows")
EXAMPLES = 3
ASKED, NOT_USED, DECIDES = "asked", "not used", "which rows count"
PROOFS = BY_HEADING, BY_ANSWER, BY_PROFILE = marked("its heading"), marked("your answer"), marked("the profile")
BOTH = " and "


def columns_read(found: Sequence[Match], how: How, asks: Iterable[Ask], tables: Frames) -> pd.DataFrame:
    """For each column of a source that holds something: ``means``, ``because``, ``examples`` and filled ``rows``.

    ``means`` are columns of the study (``sessions.reps``), the answers of a form (``reps of heel_raise``), or
    :data:`ASKED`, :data:`NOT_USED`, :data:`DECIDES`.
    """
    asked = {read_as(ask.text) for ask in asks if ask.what == "columns"}
    lines: dict[str, tuple[str, str, str, str, int]] = {}
    for match in found:
        of_form = match.profile.entries is not None
        # What JSON holds beside, and the parts of a grid that say nothing, are no columns that anybody named.
        is_table = match.part.kind != JSON and match.profile.recognise.across is None
        # The rows of a source, and by name the tables that they are joined with.
        if match.part.kind == DATABASE:
            others: dict[str, pd.DataFrame] = {}
            rows = list(match.part.frames.values())
        else:
            first, others = rows_of_match(match, how)
            rows, others = [first], {name: table for name, table in others.items() if name != "rows"}
        means = _of_form(rows[0], match, how) if of_form else _of_steps(rows, others, match, how, tables)
        for table in (*rows, *others.values()):
            for name in texts_of(table):
                texts = counted(table[name])
                if not texts or name in lines or not (is_table or name in means):
                    continue
                meaning, because = (ASKED, "") if read_as(name) in asked else means.get(name, (NOT_USED, ""))
                lines[name] = (name, meaning, because, ", ".join(list(texts)[:EXAMPLES]), sum(texts.values()))
    return pd.DataFrame(list(lines.values()), columns=list(COLUMNS_READ))


def _of_form(table: pd.DataFrame, match: Match, how: How) -> dict[str, tuple[str, str]]:
    entries = match.profile.entries or {}
    table, _ = taken_steps(table, match.profile.steps, how)
    meanings, _ = column_meanings(table, how, entries)
    said, stated = by_reading(how.answers.columns), by_reading(entries)
    found = {}
    for header, one in meanings.items():
        label = how.labels.get(header)
        because = f"“{label}”" if label else BY_HEADING
        because = BY_ANSWER if read_as(header) in said else BY_PROFILE if stated.get(read_as(header)) else because
        found[header] = (NOT_USED if one.what == IGNORE else one.text, because)
        if one.what in ("date", "recorded", "plan start"):
            found[header] = (found[header][0], proof_of(table[header], how) or because)
    return found


def _of_steps(
    rows: Sequence[pd.DataFrame], others: Frames, match: Match, how: How, tables: Frames
) -> dict[str, tuple[str, str]]:
    """Into which columns of the study the steps of a profile lead each column."""
    profile = match.profile
    texts = {name: table[name] for table in (*others.values(), *rows) for name in texts_of(table)}
    names = list(texts)
    own = {name: {name} for table in rows for name in texts_of(table)}
    answered = Rename(columns={new: (old,) for old, new in how.answers.columns.items() if new != IGNORE})
    common = _followed(own, (answered, *profile.steps), others)
    goals: dict[str, list[str]] = {}
    for name, steps in profile.tables.items():
        frame = tables.get(name)
        for new, olds in _followed(common, steps, others).items():
            if frame is not None and new in frame and new in COLUMNS[name]:
                for old in olds:
                    goals.setdefault(old, []).append(f"{name}.{new}")
    said = by_reading(how.answers.columns)
    deciding = {read_as(one) for step in all_steps(profile) if isinstance(step, LeaveOut) for one in step.headers()}
    named = _followed(own, [one for one in profile.steps if isinstance(one, Rename)], others)
    decides = {old for new, olds in named.items() if read_as(new) in deciding for old in olds}
    days = {one: proof_of(texts[one], how) for one in _days(profile, own, others)}
    found = {}
    for name in names:
        because = days.get(name) or (BY_ANSWER if read_as(name) in said else BY_HEADING)
        leads = [*goals.get(name, ()), *([DECIDES] if name in decides else [])]
        if leads:
            found[name] = (BOTH.join(dict.fromkeys(leads)), because)
    return found


def _days(profile: Profile, own: Mapping[str, set[str]], others: Frames) -> set[str]:
    """Columns that a step of the form ``written`` reads as days by themselves."""
    found: set[str] = set()
    for steps in (profile.steps, *profile.tables.values()):
        for at, step in enumerate(steps):
            if isinstance(step, Date) and step.form == "written":
                before = _followed(own, steps[:at], others)
                sources = [before.get(_key(before, one) or "", set()) for one in step.columns]
                found |= set().union(*sources) if len(sources) == 1 else set()
    return found


def _followed(origins: Mapping[str, set[str]], steps: Iterable[Step], others: Frames) -> dict[str, set[str]]:
    """Of which columns of the source each column is made after some steps."""
    found = {name: set(olds) for name, olds in origins.items()}
    for step in steps:
        if isinstance(step, Join | RowsOf) and step.table in others:
            theirs = {name: {name} for name in texts_of(others[step.table])}
            found = theirs | (found if isinstance(step, Join) else {})
        if isinstance(step, Rename):
            for new, written in step.columns.items():
                old = next((one for one in (_key(found, name) for name in written) if one), None)
                if old is not None:
                    found[new] = found.pop(old)
            continue
        pairs = step.columns.items() if isinstance(step, Fill) else [(new, step.reads()) for new in step.gives()]
        for new, read in pairs:
            names = [one for name in ([read] if isinstance(read, str) else read) for one in name.split("|")]
            olds = {old for one in (_key(found, name) for name in names) if one for old in found[one]}
            if olds:
                found[new] = found.get(new, set()) | olds
    return found


def _key(found: Mapping[str, set[str]], name: str) -> str | None:
    if name in found:
        return name
    asked = read_as(name)
    return next((one for one in found if read_as(one) == asked), None)
