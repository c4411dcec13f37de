"""How numbers, days and keys read on screen: the filters of the templates, and the words for keys."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from math import floor

from footdrop_analytics.wording.language import current, kept_by_language, marked, plural, translated

SIDES = {"left": marked("left"), "right": marked("right"), "both": marked("both sides")}
UNITS = {"reps": marked("repetitions"), "seconds": marked("seconds held")}
"""What an exercise of each unit counts."""
ORTHOSES = {"none": marked("no orthosis"), "afo": marked("AFO"), "fes": marked("FES")}
AETIOLOGIES = {
    "stroke": marked("stroke"),
    "peroneal_neuropathy": marked("peroneal neuropathy"),
    "l5_radiculopathy": marked("L5 radiculopathy"),
    "ms": marked("multiple sclerosis"),
    "cmt": marked("Charcot-Marie-Tooth disease"),
    "sci": marked("spinal cord injury"),
    "tbi": marked("traumatic brain injury"),
    "cp": marked("cerebral palsy"),
    "als": marked("ALS"),
    "other": marked("other"),
}
SEVERITIES = {"red": marked("Red"), "amber": marked("Amber"), "note": marked("Note")}
MISSING = "–"
_KEPT = {" %": "\u00a0%", "< ": "<\u00a0", "> ": ">\u00a0"}
_WHOLE = 1e-9
_ISO_DAY = re.compile(r"(?<![\w'-])\d{4}-\d{2}-\d{2}(?![\w-]|\.\w)")


def day(value: date | None) -> str:
    """3 Mar 2026, as the current language writes it."""
    return MISSING if value is None else _day(value)


def short_day(value: date) -> str:
    """3 Mar, where the year is given elsewhere."""
    return _day(value, short=True)


@kept_by_language(512)
def month(value: date) -> str:
    """Mar 2026."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMM", value, locale=current().locale)


@kept_by_language()
def _day(value: date, short: bool = False) -> str:
    from babel.dates import format_date, format_skeleton

    language = current()
    pattern = language.short_day_pattern if short else language.day_pattern
    if pattern is not None:
        return format_date(value, pattern, locale=language.locale)
    said = format_skeleton("MMMd" if short else "yMMMd", value, locale=language.locale)
    return said.replace("1", language.first_of_month, 1) if value.day == 1 else said


def weekdays() -> list[str]:
    """The days of the week from Monday on: Mon, Tue."""
    names = current().locale.days["stand-alone"]["abbreviated"]
    return [names[at] for at in range(7)]


def days(first: date | None, last: date | None) -> str:
    """A period: 3 Mar to 30 Mar 2026."""
    if first is None or last is None or first == last:
        return day(first or last)
    begin = day(first) if first.year != last.year else short_day(first)
    return translated("{first} to {last}", first=begin, last=day(last))


def own_days(text: str) -> str:
    """A text column of a result table, or of the notes, as it is shown: days as :func:`day` writes them.

    These columns hold days as ISO dates and are read back from files, where a text has no parts. Percent signs are
    unbroken. What stands in quotation marks stays as it is.
    """
    before, opening, rest = text.partition("“")
    quoted, closing, after = rest.rpartition("”")
    said, end = (_as_shown(part) for part in (before, after))
    return f"{said}{opening}{quoted}{closing}{end}"


# What a patient wrote stands in quotation marks and is not remembered; around it are the analysis's own words.
@kept_by_language()
def _as_shown(text: str) -> str:
    return unbroken(_ISO_DAY.sub(lambda found: _day(date.fromisoformat(found[0])), text))


def unbroken(text: str) -> str:
    """A text with percents, in which no line ends between a number and its signs."""
    if "%" not in text:
        return text
    for sign, kept in _KEPT.items():
        text = text.replace(sign, kept)
    return text


def percent(share: float | None) -> str:
    """A share in whole percent; 99.6 % is written as > 99 % and not as 100 %, 0.4 % as < 1 % and not as 0 %."""
    if share is None:
        return MISSING
    whole = floor(share * 100 + 0.5 + _WHOLE)
    sign, shown = {0: ("< ", 1), 100: ("> ", 99)}.get(whole, ("", whole)) if 0 < share < 1 - _WHOLE else ("", whole)
    return sign + _percent(shown)


@kept_by_language(512)
def _percent(whole: int) -> str:
    from babel.numbers import format_percent

    return format_percent(whole / 100, current().percent_pattern, locale=current().locale)


def points_between(now: float, before: float) -> int:
    """A change between two shares as a reader reckons it from the two whole percents: 90 % and 88 % are −2 points."""
    return floor(now * 100 + 0.5 + _WHOLE) - floor(before * 100 + 0.5 + _WHOLE)


def points_words(points: int) -> str:
    """A change in points: −2 points."""
    if not points:
        return translated("no change")
    return plural("{change} point", "{change} points", abs(points), change=signed(points))


def number(value: float | None, decimals: int = 2) -> str:
    """What was written or prescribed: at most two decimals, no needless ones, thousands apart: 12.25, 10, 12,000."""
    if value is None:
        return MISSING
    scale = 10**decimals
    rounded = floor(abs(value) * scale + 0.5 + _WHOLE) / scale
    text = _decimal(rounded)
    return f"−{text}" if value < 0 and rounded else text


def exact(value: float) -> str:
    """A number with as many decimals as it has."""
    return _decimal(value, "#,##0.##########")


@kept_by_language()
def _decimal(value: float, pattern: str = "#,##0.##") -> str:
    from babel.numbers import format_decimal

    return format_decimal(value, pattern, locale=current().locale)


def estimate(value: float | None) -> str:
    """What was worked out from a log: at most one decimal, since more would say more than is known."""
    return number(value, decimals=1)


def signed(value: float | None) -> str:
    """A change with its sign."""
    if value is None:
        return MISSING
    return estimate(value) if value < 0 else f"+{estimate(value)}"


def signed_number(value: float) -> str:
    """A difference of what was written, with its sign: two decimals at most."""
    text = number(value)
    return text if text == "0" or value < 0 else f"+{text}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """1 session, 2,000 sessions."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def quantity(one: str, many: str, count: float, /, **values: object) -> str:
    """A text that holds ``{count}``, in the form that fits it; whole sentences where they can be."""
    return plural(one, many, count, count=number(count), **values)


def falls_asked(days: Collection[int]) -> str:
    """How many patients were asked about falls, where ``days`` are the days of the last 28 on which each was."""
    asked = number(sum(one > 0 for one in days))
    patients = quantity("{count} patient", "{count} patients", len(days))
    return quantity(
        "In the last 28 days {asked} of {patients} were asked about falls, on {count} day in all.",
        "In the last 28 days {asked} of {patients} were asked about falls, on {count} days in all.",
        sum(days),
        asked=asked,
        patients=patients,
    )


def sessions_of(credited: float | None, due: float | None) -> str:
    """Whole sessions: “9 of 13”, or “9 of about 13” where days are free to choose and the plan is no whole number."""
    if credited is None or due is None:
        return MISSING
    done, planned, about = whole_sessions(credited, due)
    said = marked("{done} of about {planned}") if about else marked("{done} of {planned}")
    return translated(said, done=done, planned=planned)


def whole_sessions(credited: float, due: float) -> tuple[int, int, bool]:
    """Sessions done and planned as people count them, and whether the plan is no whole number."""
    planned = floor(due + 0.5 + _WHOLE)
    done = min(floor(credited + 0.5 + _WHOLE), planned)
    about = abs(due - planned) >= _WHOLE
    return (max(done, 1), max(planned, 1), about) if credited > 0 else (done, planned, about)


def interval(low: float | None, high: float | None) -> str:
    """The Wilson interval, or why there is none."""
    if low is None or high is None:
        return translated("too few sessions due for an interval")
    return translated("95 % interval {low} to {high}", low=percent(low), high=percent(high))


def side(key: str) -> str:
    """A side in the current language."""
    return translated(SIDES[key])


def severity(key: str) -> str:
    """How urgent a flag is, in the current language."""
    return translated(SEVERITIES[key])


def aetiology(key: str) -> str:
    """What the foot drop comes from, in the current language."""
    return translated(AETIOLOGIES[key])


def spoken(key: str | None) -> str:
    """A key as words: one_hand reads one hand. Other languages have words for the keys that are said."""
    return MISSING if key is None else translated(str(key).replace("_", " "))


def labelled(label: str, text: str) -> str:
    """A label and what it says: Pain: 3."""
    return translated("{label}: {text}", label=label, text=text)


def clauses(parts: list[str]) -> str:
    """a; b; c."""
    said = parts[0]
    for part in parts[1:]:
        said = translated("{clauses}; {clause}", clauses=said, clause=part)
    return said


_LISTS = {"and": marked("{parts} and {last}"), "or": marked("{parts} or {last}")}


def joined(parts: list[str], last: str = "and") -> str:
    """a, b and c."""
    if len(parts) == 1:
        return parts[0]
    return translated(_LISTS[last], parts=", ".join(parts[:-1]), last=parts[-1])


def not_one_of(name: str, known: Iterable[str], found: object) -> str:
    """What is wrong with an argument that is none of those that there are."""
    return translated(
        "{name}: expected one of {known}, found {found}.", name=name, known=", ".join(known), found=repr(found)
    )


@kept_by_language()
def on_weekday(value: date) -> str:
    """Tue 3 Mar 2026."""
    return f"{weekdays()[value.weekday()]} {day(value)}"
