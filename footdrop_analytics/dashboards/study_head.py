"""What dashboards about all patients share: days and language, their head, and the analysis up to another day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary

import pandas as pd

from footdrop_analytics.analysis.analyse import Analysis
from footdrop_analytics.errors import ParameterError
from footdrop_analytics.figures.data import plain_rows
from footdrop_analytics.model.columns import EARLIEST
from footdrop_analytics.model.vocabulary import REPORTS
from footdrop_analytics.scale.analyse import analyse
from footdrop_analytics.scale.front import AnalysisOfParts
from footdrop_analytics.wording.language import SOURCE, current, language_of, translated
from footdrop_analytics.wording.results import files_end, files_end_ago, head_words
from footdrop_analytics.wording.words import day, days, quantity

LATEST = date(3399, 12, 31)
"""The last day that can be reckoned with."""


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """The days and the language, which the settings of a dashboard about all patients have in common.

    Attributes
    ----------
    as_of : date, optional
        The last day that counts. Default: that of the analysis.
    today : date, optional
        The day on which somebody looks: how old the files are is said, and "3 days ago" where it is the as-of day.
    language : {"en", "de", "fr", "es"}
        The language of all words.

    Raises ParameterError if one of them is no day, or far before or after every log, or there is no such language.
    """

    as_of: date | None = None
    today: date | None = None
    language: str = SOURCE

    def __post_init__(self) -> None:
        for name in ("as_of", "today"):
            check_day(getattr(self, name), name)
        language_of(self.language)


def check_day(value: object, name: str) -> None:
    """Refuse what is no day of a log; None is no choice."""
    if value is None:
        return
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ParameterError(f"{name}: expected a date without a time, found {value!r}.")
    if value < EARLIEST.date():
        raise ParameterError(
            translated(
                "{day} is before every log; expected a day from {first} on.", day=day(value), first=day(EARLIEST)
            )
        )
    if value > LATEST:
        raise ParameterError(
            translated("{day} is after every log; expected a day up to {last}.", day=day(value), last=day(LATEST))
        )


_UP_TO: WeakKeyDictionary[Analysis, Analysis] = WeakKeyDictionary()


class Head:
    """What holds for the whole study, whatever is chosen.

    ``last_entry`` is the day of the latest log entry of all patients, ``days_since`` how many days before the as-of day
    that is. ``behind`` says whose log was handed in to a day before the as-of day only. ``nobodys`` are rejected events
    and check-ins without a known patient, which may be about anybody, and ``n_nobodys_other`` how many other rows.
    ``heads_up``: what must be known before any number is looked at, in one line; blank if there is nothing.
    """

    def __init__(self, analysis: Analysis) -> None:
        caseload, study = analysis.caseload, analysis.study
        last = caseload["last_row_day"].max()
        nobody = study.rejected_of_nobody
        is_happening = nobody["table"].isin(REPORTS)
        self.as_of, self.synthetic, self.n_patients = analysis.as_of.date(), study.synthetic, len(caseload)
        self.last_entry = None if pd.isna(last) else last.date()
        self.days_since = None if pd.isna(last) else (analysis.as_of - last).days
        self.behind = _behind(study.patients["data_through"], analysis.as_of)
        self.nobodys, self.n_nobodys_other = plain_rows(nobody[is_happening]), int((~is_happening).sum())
        self.heads_up = head_words(study, analysis.as_of)


class Age(NamedTuple):
    """How old the files are, as a sentence and in a few words."""

    sentence: str
    short: str


def age(analysis: Analysis, today: date | None) -> Age | None:
    """How old the files are; nothing where nobody looks, or they are of today."""
    last = analysis.study.rows_through
    if today is None or not (short := files_end_ago(last, pd.Timestamp(today))):
        return None
    return Age(files_end(last, pd.Timestamp(today), day), short)


def analysed_up_to(analysis: Analysis, as_of: date | None) -> Analysis:
    """The analysis of the same study by the same rules up to another day, in the current language.

    The last one is kept with the analysis.
    """
    if as_of in (None, analysis.as_of.date()):
        return analysis.said_in(current().code)
    kept = _UP_TO.get(analysis)
    if kept is None or (kept.as_of.date(), kept.language) != (as_of, current().code):
        last = pd.Timestamp(as_of)
        # A look beyond an analysis vouches for the log; up to it, what was said of the log holds.
        through = None if last > analysis.as_of or pd.isna(analysis.log_through) else analysis.log_through
        start = None if analysis.start is None or analysis.start > last else analysis.start
        rules, flags = analysis.rules, analysis.flag_rules
        if isinstance(analysis, AnalysisOfParts):
            parts = analyse(analysis.parts.study, last, start, rules=rules, flags=flags, log_through=through)
            found: Analysis = AnalysisOfParts.of(parts)
        else:
            found = analyse(analysis.study, last, start, rules=rules, flags=flags, log_through=through)
        kept = _UP_TO[analysis] = found
    return kept


def _behind(through: pd.Series, as_of: pd.Timestamp) -> str:
    """Later days say nothing about a patient whose log was handed in to an earlier one."""
    earlier = through[through < as_of]
    if earlier.empty:
        return ""
    first, last = earlier.min().date(), earlier.max().date()
    if first == last:
        return quantity(
            "the log of {count} patient was handed in only up to {days}",
            "the logs of {count} patients were handed in only up to {days}",
            len(earlier),
            days=days(first, last),
        )
    return quantity(
        "the log of {count} patient was handed in only up to earlier days, {days}",
        "the logs of {count} patients were handed in only up to earlier days, {days}",
        len(earlier),
        days=days(first, last),
    )
