"""How numbers, days and keys read on screen: the filters of the templates, and the words for keys."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from math import floor

SIDES = {"left": "left", "right": "right", "both": "both sides"}
AETIOLOGIES = {
    "stroke": "stroke",
    "peroneal_neuropathy": "peroneal neuropathy",
    "l5_radiculopathy": "L5 radiculopathy",
    "ms": "multiple sclerosis",
    "cmt": "Charcot-Marie-Tooth disease",
    "sci": "spinal cord injury",
    "tbi": "traumatic brain injury",
    "cp": "cerebral palsy",
    "als": "ALS",
    "other": "other",
}
MISSING = "–"
_KEPT = {" %": "\u00a0%", "< ": "<\u00a0", "> ": ">\u00a0"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHOLE = 1e-9
_ISO_DAY = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")


def day(value: date | None) -> str:
    """3 Mar 2026, whatever the reader's locale."""
    return MISSING if value is None else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """3 Mar, where the year is given elsewhere."""
    return f"{value.day} {_MONTHS[value.month - 1]}"


def days(first: date | None, last: date | None) -> str:
    """A period: 3 Mar to 30 Mar 2026."""
    if first is None or last is None or first == last:
        return day(first or last)
    begin = day(first) if first.year != last.year else day(first).rsplit(" ", 1)[0]
    return f"{begin} to {day(last)}"


def own_days(text: str) -> str:
    """A sentence of the analysis as it is shown: days as :func:`day` writes them, percent signs unbroken.

    What stands in quotation marks stays as it is.
    """
    before, opening, rest = text.partition("“")
    quoted, closing, after = rest.rpartition("”")
    said, end = (_as_shown(part) for part in (before, after))
    return f"{said}{opening}{quoted}{closing}{end}"


# What a patient wrote stands in quotation marks and is not remembered; around it are the analysis's own words.
@lru_cache(maxsize=4096)
def _as_shown(text: str) -> str:
    return unbroken(_ISO_DAY.sub(lambda found: day(date.fromisoformat(found[0])), text))


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
    said = str(whole)
    if 0 < share < 1 - _WHOLE:
        said = {0: "< 1", 100: "> 99"}.get(whole, said)
    return f"{said} %"


def change_in_points(now: float, before: float) -> str:
    """A change between two shares as a reader reckons it from the two whole percents: 90 % and 88 % are −2 points."""
    points = floor(now * 100 + 0.5 + _WHOLE) - floor(before * 100 + 0.5 + _WHOLE)
    return f"{signed(points)} point{'' if abs(points) == 1 else 's'}" if points else "no change"


def number(value: float | None, decimals: int = 2) -> str:
    """What was written or prescribed: at most two decimals, no needless ones, thousands apart.

    Examples
    --------
    >>> number(12.25), number(10.0), number(12000), number(-0.001)
    ('12.25', '10', '12,000', '0')
    """
    if value is None:
        return MISSING
    scale = 10**decimals
    text = f"{floor(abs(value) * scale + 0.5 + _WHOLE) / scale:,.{decimals}f}".rstrip("0").removesuffix(".")
    return f"−{text}" if value < 0 and text != "0" else text


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
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sessions_of(credited: float | None, due: float | None) -> str:
    """Whole sessions: “9 of 13”, or “9 of about 13” where days are free to choose and the plan is no whole number."""
    if credited is None or due is None:
        return MISSING
    about = "" if abs(due - round(due)) < _WHOLE else "about "
    planned = floor(due + 0.5 + _WHOLE)
    done = min(floor(credited + 0.5 + _WHOLE), planned)
    if credited > 0:
        done, planned = max(done, 1), max(planned, 1)
    return f"{done} of {about}{planned}"


def interval(low: float | None, high: float | None) -> str:
    """The Wilson interval, or why there is none."""
    if low is None or high is None:
        return "too few sessions due for an interval"
    return f"95 % interval {percent(low)} to {percent(high)}"


def spoken(key: str | None) -> str:
    """A key as words: one_hand reads one hand."""
    return MISSING if key is None else str(key).replace("_", " ")


def joined(parts: list[str], last: str = "and") -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
