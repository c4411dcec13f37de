"""Plans in a few words (``3x10 hold 5 s, 5 d/wk, red band, standing two hands, left``) as columns of a prescription."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from footdrop_analytics.errors import ParameterError
from footdrop_analytics.knowledge.names import load_names
from footdrop_analytics.model.vocabulary import KEY_FIELDS
from footdrop_analytics.reading.cells.numbers import weekdays_of
from footdrop_analytics.wording.language import marked, parameter_error, translated
from footdrop_analytics.wording.words import number

MOST = 1_000
"""Characters of one plan."""
_WORDS = {"once": 1, "one": 1, "twice": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
          "nine": 9, "ten": 10}  # fmt: skip
_N = rf"(\d+(?:\.\d+)?|{'|'.join(_WORDS)})"
_X = r"\s*(?:x|×|\*)\s*"
_S = r"(?:s|secs?|seconds?)\b"
_MIN = r"(?:min|mins|minutes?)\b"
_LB = r"(?:lbs?\b|pounds?\b|\#)"
_PER = r"\s*(?:/|\ba\b|\bper\b|\beach\b|\bevery\b)\s*"
_WEEK, _DAY = r"(?:wks?|weeks?)\b", r"(?:days?|d)\b"
_REPS = r"(?:reps?|repetitions?|times)\b"
_COLOURS = "tan|beige|yellow|red|green|blue|black|silver|gold|orange|grey|gray|purple|white|brown"
_BAND = r"(?:resist(?:ance|ive)?\s+|elastic\s+|exercise\s+|thera)?bands?\b"
_REMARK = re.compile(r"(?:increase|discontinue|stop|progress|reduce|rest)\b[^|;]*", re.IGNORECASE)
_FILLERS = re.compile(
    r"(?:complete|do|perform|repeat|for|of|with|in|on|and|at|to|the|a|your|feet|foot|legs?|per|elastic|hold|stretch)\b",
    re.IGNORECASE,
)
_EQUIPMENT = re.compile(
    r"(?:kettlebells?|dumbbells?|ankle weights?|stones?|hold each)\b|in each direction\b", re.IGNORECASE
)
_NO_NUMBER = re.compile(r"(?:multiple|several|many|few|some|often|regularly)\b", re.IGNORECASE)
_SIDES = re.compile(
    r"(?:(?:for |on )?each (?:side|leg|foot|hand)|(?:for )?both (?:sides|legs|feet)|each|both|left|right|l|r)\b",
    re.IGNORECASE,
)
_SIGNS = " \t\n,;.|()[]:/–-"
_NOT_UNDERSTOOD = marked(
    "plan: word {number}, {word}, is not understood. Expected sets and repetitions (3x10), seconds (hold 5 s), how "
    "often (5 d/wk, twice a day, mon wed fri), band or weight, position, support, side, or from 2026-01-05."
)
_NO_NUMBER_SAID = marked("plan: word {number}, {word}, says no number. Write how many, such as 3 times a day.")
_TWO_VALUES = marked(
    "plan: word {number}, {word}, says {column} {value}, but before it was {other}. Write one line for each."
)
_NO_HALVES = marked(
    "plan: word {number}, {word}, is not a number of days a week in halves. Write for example 2.5 d/wk."
)
_DIFFERENT_SETS = marked(
    "plan: word {number}, {word}, names sets of different length, which one line cannot. Write the first."
)
_NO_TIMES = marked("plan: word {number}, {word}, is not so many times a day. Write for example 8 times a day.")
COLUMNS = ("exercise", "side", "start_date", "days_per_week", "weekdays", "sessions_per_day", "sets", "reps", "hold_s",
           "mode", "position", "support", "load_kg", "resistance", "orthosis", "reason")  # fmt: skip


@dataclass(frozen=True)
class PlanText:
    """What a short text says of one exercise: its ``name`` as written (perhaps none), columns of ``prescriptions``.

    ``remarks`` were understood and have no column, such as ``increase up to 15 reps as needed``.
    """

    name: str
    columns: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def plan_of(text: str, named: bool = True) -> PlanText:
    """What a short text says; with ``named`` it begins with the name of the exercise.

    Examples
    --------
    >>> plan_of("Heel raise 3x10 hold 5 s, 5 d/wk, red band, standing two hands, left").columns["hold_s"]
    5.0
    >>> plan_of("Bridge | 3 sets of 10 reps").name
    'Bridge'
    """
    if len(text) > MOST:
        raise parameter_error(
            "plan: longer than {most} characters; write one exercise in each line.", most=number(MOST)
        )
    at = _end_of_name(text) if named else 0
    found = PlanText(text[:at].strip(" \t\n,;.|:/–-"))
    while at < len(text):
        if text[at] in _SIGNS:
            at += 1
            continue
        length = _phrase(text, at, found)
        if not length:
            raise _pointed(text, at, _NOT_UNDERSTOOD)
        at += length
    return found


def _end_of_name(text: str) -> int:
    found = re.search(rf"[|:,]|(?<![\w/]){_N}(?![\w/]*/)|\bset\s+\d|\b(?:hold|daily|every)\b", text, re.IGNORECASE)
    end = found.start() if found else len(text)
    return 0 if _FILLERS.fullmatch(text[:end].strip()) else end


def _pointed(text: str, at: int, why: str, **values: object) -> ParameterError:
    """An error that says of a word why it is none, and shows the text with a mark below it."""
    word = re.match(r"[^\s,;|]+", text[at:])
    length = len(word[0]) if word else 1
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    place = len(text[:at].split()) + 1
    said = translated(why, number=place, word=repr(text[at : at + length]), **values)
    return ParameterError(f"{said}\n  {line}\n  {' ' * at}{'^' * length}")


def _phrase(text: str, at: int, found: PlanText) -> int:
    """How many characters the phrase has that begins here; 0 if none does."""
    if match := _REMARK.match(text, at):
        found.remarks.append(match[0].strip())
        return len(match[0])
    if match := _NO_NUMBER.match(text, at):
        raise _pointed(text, at, _NO_NUMBER_SAID)
    for pattern, read in _PHRASES:
        if match := pattern.match(text, at):
            _take(text, at, found, read(match))
            return len(match[0])
    length = _key(text, at, found) or _weekdays(text, at, found)
    if length:
        return length
    for skipped in (_EQUIPMENT, _FILLERS):
        if match := skipped.match(text, at):
            if skipped is _EQUIPMENT:
                found.remarks.append(match[0])
            return len(match[0])
    return 0


def _take(text: str, at: int, found: PlanText, said: dict[str, Any]) -> None:
    for name, value in said.items():
        if name == "remark":
            found.remarks.append(value)
        elif name == "refused":
            raise _pointed(text, at, value)
        elif found.columns.setdefault(name, value) != value:
            other = found.columns[name]
            raise _pointed(text, at, _TWO_VALUES, column=name, value=value, other=other)


def _key(text: str, at: int, found: PlanText) -> int:
    """A word, or a few, for a side, a position, what to hold on to, who moves the foot, or what is worn."""
    if match := _SIDES.match(text, at):
        word = match[0].casefold()
        side = "left" if word in ("left", "l") else "right" if word in ("right", "r") else "both"
        _take(text, at, found, {"side": side})
        return len(match[0])
    for words in _ahead(text, at):
        for column in KEY_FIELDS:
            key = load_names().key_of(column, words)
            if key is not None and not words.isdigit():
                _take(text, at, found, {column: key})
                return len(words)
    return 0


def _ahead(text: str, at: int) -> Iterator[str]:
    for count in (3, 2, 1):
        if match := re.match(rf"[^\W\d_][\w-]*(?:\s+[\w-]+){{{count - 1}}}\b", text[at:]):
            yield match[0]


def _weekdays(text: str, at: int, found: PlanText) -> int:
    match = re.match(r"[A-Za-z]{2,9}(?:[\s,/&+-]+[A-Za-z]{2,9}\b)*", text[at:])
    words = match[0] if match else ""
    while words:
        if days := weekdays_of(words.replace("/", " ")):
            _take(text, at, found, {"weekdays": days})
            return len(words)
        words = words[: -len(re.split(r"[\s,/&+-]+", words)[-1])].rstrip(" ,/&+-")
    return 0


def _number(text: str) -> float:
    return float(_WORDS.get(text.casefold(), text if text[0].isdigit() else 0))


def _every(match: re.Match[str]) -> dict[str, Any]:
    days = 14 / _number(match[1])
    if days % 1:
        return {"refused": _NO_HALVES}
    return {"days_per_week": days / 2}


def _pounds(number: str) -> dict[str, Any]:
    return {"load_kg": round(_number(number) * 0.45359237, 3)}


_Read = Callable[[re.Match[str]], dict[str, Any]]


def _dose(*columns: str) -> _Read:
    """The groups of a match as these columns; a text that names a range is kept as a remark too."""

    def read(match: re.Match[str]) -> dict[str, Any]:
        found = [one for one in match.groups() if one is not None]
        said = {name: _number(one) for name, one in zip(columns, found, strict=False)}
        whole: dict[str, Any] = {name: int(one) if name in _WHOLE else one for name, one in said.items()}
        return whole | ({"remark": match[0].strip()} if len(found) > len(columns) else {})

    return read


def _refused(why: str) -> _Read:
    return lambda _: {"refused": why}


def _fixed(**columns: Any) -> _Read:
    return lambda _: columns


_WHOLE = ("sets", "reps", "sessions_per_day")
_TO = r"\s*(?:-|to|–)\s*"
_PHRASES: list[tuple[re.Pattern[str], _Read]] = [
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"\d+(?:,\s?\d+)+\s*x", _refused(_DIFFERENT_SETS)),
        (rf"every\s+{_N}\s+{_MIN}[^|,;]*", _refused(_NO_TIMES)),
        (rf"(\d+){_X}(\d+){_X}(\d+)\s*{_S}", _dose("sets", "reps", "hold_s")),
        (rf"(\d+){_X}(\d+){_X}(\d+(?:\.\d+)?)\s*{_LB}", lambda m: _dose("sets", "reps")(m) | _pounds(m[3])),
        (rf"{_N}{_X}(\d+)\s*{_LB}", lambda m: {"sets": int(_number(m[1]))} | _pounds(m[2])),
        (rf"(?:for\s+)?{_N}{_X}(\d+)\s*{_S}", _dose("sets", "hold_s")),
        (rf"{_N}\s*(?:x|times)?{_PER}{_DAY}|{_N}\s*(?:x|times)\s+daily", _dose("sessions_per_day")),
        (rf"{_N}\s*x\s*{_DAY}", _dose("sessions_per_day")),
        (rf"{_N}\s*(?:{_DAY}|x|times)?{_PER}{_WEEK}|{_N}\s*(?:x|times)\s+weekly", _dose("days_per_week")),
        (rf"(\d+){_X}(\d+){_TO}(\d+)(?:\s*{_REPS})?", _dose("sets", "reps")),
        (rf"(\d+){_X}(\d+)(?:\s*{_REPS})?", _dose("sets", "reps")),
        (rf"{_N}\s*sets?\s*of\s*(\d+){_TO}(\d+)(?:\s*{_REPS})?", _dose("sets", "reps")),
        (rf"{_N}\s*sets?\s*of\s*(\d+)\s*{_S}", _dose("sets", "hold_s")),
        (rf"{_N}\s*sets?\s*of\s*(\d+)(?:\s*{_REPS})?", _dose("sets", "reps")),
        (rf"{_N}\s*sets?\b", _dose("sets")),
        (r"set\s+\d+:?\s*|no\s+dose\b", _fixed()),
        (rf"(\d+){_TO}(\d+)(?:\s*{_REPS})?(?!\s*{_S})", _dose("reps")),
        (rf"{_N}\s*(?:{_REPS}|holds\b)", _dose("reps")),
        (rf"(?:hold\s*)?(?:for\s*)?{_N}\s*{_MIN}", lambda m: {"hold_s": 60 * _number(m[1])}),
        (rf"(?:hold(?:ing)?\s*)?(?:each\s*)?(?:for\s*)?{_N}\s*{_S}(?:\s*holds?)?", _dose("hold_s")),
        (rf"{_N}\s*(?:kgs?\b|kilograms?\b)", _dose("load_kg")),
        (rf"{_N}\s*{_LB}", lambda m: _pounds(m[1])),
        (rf"x\s*(\d+)(?:\s*{_REPS})?", _dose("reps")),
        (r"every\s+(?:other|second)\s+day\b", _fixed(days_per_week=3.5)),
        (rf"every\s+{_N}\s+days\b", _every),
        (r"(?:daily|every\s+day|each\s+day)\b", _fixed(days_per_week=7.0)),
        (r"(?:from|starting|start|since)\s+(\d{4}-\d{2}-\d{2})", lambda m: {"start_date": m[1]}),
        (
            rf"({_COLOURS})\s+{_BAND}|{_BAND}\s+({_COLOURS})\b|({_BAND})",
            lambda m: {"resistance": (m[1] or m[2] or m[3]).casefold(), "mode": "resisted"},
        ),
        (r"sitting\b", _fixed(position="seated")),
        (rf"{_N}(?=\s+each\b|\s*$|\s*[,|;])", _dose("reps")),
    )
]
