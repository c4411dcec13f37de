"""What only a person can say about a log, asked in a terminal: each answer is looked at before the next question."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from footdrop_analytics.cli.common.output import say
from footdrop_analytics.cli.common.text import counted
from footdrop_analytics.errors import FootdropError, shortened

if TYPE_CHECKING:
    from footdrop_analytics.importing import Imported
    from footdrop_analytics.importing.steps import Ask

_IGNORE = "ignore"


def asked(done: Imported, look: Callable[[dict[str, Any]], Imported]) -> Imported:
    """The log with all answers; Enter alone leaves the rest open, ``ignore all`` answers the rest of a list.

    ``look`` understands the log anew: an answer after which the same is asked again was not understood.
    """
    from footdrop_analytics.importing.recognise.profile import keep_answer

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
    from footdrop_analytics.importing.recognise.profile import FACTS
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
