"""The parts of a still drawing as plotly describes them: axes with their ticks, signs, and traces as paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from html import escape, unescape
from math import ceil, cos, floor, log10, pi, sin
from typing import Any

from footdrop_analytics.wording.language import kept_by_language
from footdrop_analytics.wording.words import exact, month, short_day

Layout = Mapping[str, Any]
Tick = tuple[float, str]

_MOST_TICKS = 9
_LONGEST_IN_WEEKS = 84
_PARTS = 5


@dataclass(frozen=True)
class Axis:
    """An axis of a layout between two ends in drawing units; days are ordinals of :class:`datetime.date`."""

    layout: Layout
    begin: float
    end: float

    @cached_property
    def is_time(self) -> bool:
        """Whether its values are days."""
        return self.layout.get("type") == "date"

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The values at both ends; the first one may be the larger."""
        low, high = self.numbers(self.layout["range"])
        return low, high

    def numbers(self, values: Iterable[Any]) -> list[float]:
        """Values of a trace as numbers."""
        return [_ordinal(value) for value in values] if self.is_time else list(values)

    def places(self, values: Iterable[Any]) -> list[float]:
        """Where values of a trace lie."""
        (low, high), begin = self.reach, self.begin
        scale = (self.end - begin) / (high - low)
        return [begin + (value - low) * scale for value in self.numbers(values)]

    def place(self, value: float) -> float:
        """Where a number lies."""
        low, high = self.reach
        return self.begin + (value - low) / (high - low) * (self.end - self.begin)

    @cached_property
    def ticks(self) -> tuple[Tick, ...]:
        """Values that have a label, and their labels."""
        low, high = sorted(self.reach)
        if "tickvals" in self.layout:
            return tuple(zip(self.layout["tickvals"], self.layout["ticktext"], strict=True))
        if self.is_time:
            return day_ticks(low, high)
        return value_ticks(low, high, self.layout.get("dtick"), self.layout.get("nticks", _PARTS + 1) - 1)

    @cached_property
    def longest_label(self) -> int:
        """How many letters the longest label has."""
        return max((len(label) for _, label in self.ticks), default=0)


@kept_by_language(256)
def value_ticks(low: float, high: float, step: float | None = None, parts: int = _PARTS) -> tuple[Tick, ...]:
    """Round values that divide an axis into about so many parts."""
    if step is None:
        rough = (high - max(low, 0)) / parts
        power = 10.0 ** floor(log10(rough))
        step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough)
        # Counts and ratings are read in whole numbers.
        step = max(step, 1.0) if high >= 2 else step
    numbers = range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)
    return tuple((number * step, exact(number * step)) for number in numbers)


@kept_by_language(256)
def day_ticks(low: float, high: float) -> tuple[Tick, ...]:
    """Every day or every other day of a short time, Mondays of a longer one, first days of months of a long one.

    Kept, because the drawings of one patient share their days.
    """
    days = range(ceil(low), floor(high) + 1)
    if len(days) <= 2 * _MOST_TICKS:
        return tuple((day, short_day(date.fromordinal(day))) for day in _thinned(days))
    if len(days) <= _LONGEST_IN_WEEKS:
        mondays = [day for day in days if date.fromordinal(day).weekday() == 0]
        return tuple((day, short_day(date.fromordinal(day))) for day in _thinned(mondays))
    firsts = [day for day in days if date.fromordinal(day).day == 1]
    step = next(months for months in (1, 2, 3, 6, 12, 24, 120, 1200, 12000) if len(firsts) <= months * _MOST_TICKS)
    kept = [day for day in firsts if (date.fromordinal(day).month - 1) % min(step, 12) == 0]
    return tuple((day, month(date.fromordinal(day))) for day in _thinned(kept))


def _thinned(days: Iterable[int]) -> list[int]:
    found = list(days)
    return found[:: -(-len(found) // _MOST_TICKS)]


@lru_cache(maxsize=4096)
def _ordinal(moment: str) -> float:
    when = datetime.fromisoformat(moment)
    return when.toordinal() + (when.hour * 60 + when.minute) / 1440


LETTER = 6.6
"""About the width of a letter, in drawing units."""
LINE = 15
"""From one line of text to the next."""
_TAGS = re.compile("<[^>]*>")
_DASHES = {"dash": "7 4", "dot": "2 3", "dashdot": "9 3 2 3"}


@lru_cache(maxsize=64)
def outline(symbol: str, size: float) -> str:
    """The path of a symbol, from its middle on."""
    r = size / 2
    wide = round(r * 1.15, 1)
    match symbol.removesuffix("-open"):
        case "circle" if symbol == "circle":
            # A line of no length with round ends: most charts are dots, and this is the shortest way to write one.
            return "h0"
        case "circle":
            return f"m{-r:g} 0a{r:g} {r:g} 0 1 0 {size:g} 0a{r:g} {r:g} 0 1 0 {-size:g} 0"
        case "square":
            return f"m{-r:g} {-r:g}h{size:g}v{size:g}h{-size:g}z"
        case "diamond":
            d = round(r * 1.3, 1)
            return f"m{-d:g} 0l{d:g} {-d:g}l{d:g} {d:g}l{-d:g} {d:g}z"
        case "triangle-up":
            return f"m{-wide:g} {r * 0.75:.1f}h{2 * wide:g}l{-wide:g} {-r * 1.5:.1f}z"
        case "triangle-down":
            return f"m{-wide:g} {-r * 0.75:.1f}h{2 * wide:g}l{-wide:g} {r * 1.5:.1f}z"
        case "x-thin":
            return f"m{-r:g} {-r:g}l{size:g} {size:g}m0 {-size:g}l{-size:g} {size:g}"
        case "star":
            return _star(r * 1.3)
    raise ValueError(f"no outline for the symbol {symbol!r}")


def _star(r: float) -> str:
    radius = (r, r * 0.45)
    corners = [(radius[n % 2] * sin(n * pi / 5), -radius[n % 2] * cos(n * pi / 5)) for n in range(10)]
    steps = [(x - a, y - b) for (a, b), (x, y) in zip([(0.0, 0.0), *corners], corners, strict=False)]
    return f"m{steps[0][0]:.1f} {steps[0][1]:.1f}" + "".join(f"l{x:.1f} {y:.1f}" for x, y in steps[1:]) + "z"


def styles(marker: Mapping[str, Any], count: int) -> Iterator[tuple[str, str, Sequence[int]]]:
    """Each outline and paint of a trace's markers, with the places of the points that have it."""
    own = [name for name in ("symbol", "size", "color") if isinstance(marker.get(name), list)]
    kinds = list(zip(*(marker[name] for name in own), strict=True)) if own else []
    for kind in dict.fromkeys(kinds) if own else [()]:
        one = {**marker, **dict(zip(own, kind, strict=True))}
        places = [place for place in range(count) if kinds[place] == kind] if own else range(count)
        yield outline(one["symbol"], one["size"]), painted(one), places


def painted(marker: Mapping[str, Any]) -> str:
    """How a marker is painted."""
    symbol, edge = marker["symbol"], marker.get("line", {})
    colour = marker.get("color") or edge["color"]
    if symbol == "circle":
        return f'fill="none" stroke="{colour}" stroke-width="{marker["size"]}" stroke-linecap="round"'
    if symbol.endswith(("-open", "-thin")):
        return f'fill="none" stroke="{colour}" stroke-width="{edge.get("width", 1)}"'
    return f'fill="{colour}"' + (f' stroke="{edge["color"]}" stroke-width="{edge["width"]}"' if edge else "")


def drawn(line: Mapping[str, Any]) -> str:
    """How a line is painted."""
    dash = f' stroke-dasharray="{_DASHES[line["dash"]]}"' if line.get("dash") else ""
    return f'fill="none" stroke="{line["color"]}" stroke-width="{line["width"]}"{dash}'


def filled(marker: Mapping[str, Any], edge: float) -> str:
    """How a bar is painted whose edge is so wide."""
    around = f' stroke="{marker["line"]["color"]}" stroke-width="{edge:g}"' if edge else ""
    return f'fill="{marker["color"]}"{around}'


def shade(scale: list[list[Any]], share: float) -> str:
    """The colour at a share of a colour scale, whose colours are written as ``rgb(r, g, b)``."""
    above = next((place for place, (at, _) in enumerate(scale) if share <= at), len(scale) - 1)
    (low, dark), (high, light) = scale[max(above - 1, 0)], scale[above]
    part = (share - low) / (high - low) if high > low else 1.0
    mixed = (round(a + part * (b - a)) for a, b in zip(_rgb(dark), _rgb(light), strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def _rgb(colour: str) -> list[int]:
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]


def plain(words: str) -> str:
    """A text of plotly's without its tags: plotly reads texts as a kind of HTML."""
    return unescape(_TAGS.sub("", words))


def lines_of(words: str) -> list[str]:
    """The lines of a text of plotly's."""
    return [plain(line) for line in words.split("<br>")]


def text_at(x: float, y: float, words: str, anchor: str = "start", look: str = "") -> str:
    """A piece of text; what comes from a file is escaped here."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{look}>{escape(words)}</text>'


Trace = Mapping[str, Any]
_DAY_MS = 86_400_000
_THINNEST = 1.5


def trace_paths(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    """The paths of a trace on its two axes."""
    if trace["type"] == "heatmap":
        return _cells(x, y, trace)
    if trace["type"] == "bar":
        return _bars(x, y, trace)
    return _line(x, y, trace) if trace["mode"] == "lines" else _dots(x, y, trace)


def _dots(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    across, up = x.places(trace["x"]), y.places(trace["y"])
    for sign, paint, places in styles(trace["marker"], len(across)):
        yield f'<path d="{"".join([f"M{across[at]:.1f} {up[at]:.1f}{sign}" for at in places])}" {paint}/>'


def _line(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    """A line, with a gap where a value is missing, or an outline that is filled."""
    corners = zip(trace["x"], trace["y"], strict=True)
    known = [place for place, corner in enumerate(corners) if None not in corner]
    across, up = x.places([trace["x"][at] for at in known]), y.places([trace["y"][at] for at in known])
    joined = [before + 1 == at for before, at in zip([-2, *known], known, strict=False)]
    placed = zip(joined, across, up, strict=True)
    path = "".join([f"{'L' if follows else 'M'}{right:.1f} {high:.1f}" for follows, right, high in placed])
    yield (
        f'<path d="{path}z" fill="{trace["fillcolor"]}"/>'
        if trace.get("fill")
        else f'<path d="{path}" {drawn(trace["line"])}/>'
    )


def _bars(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    """Bars, upright or level, each from its base on; a text stands in its bar if there is room."""
    level = trace.get("orientation") == "h"
    along, up, at, length = (y, x, "y", "x") if level else (x, y, "x", "y")
    count = len(trace[at])
    base = trace.get("base", [0] * count)
    middles, begins = along.places(trace[at]), up.places(base)
    ends = up.places([low + more for low, more in zip(base, trace[length], strict=True)])
    unit = abs(along.place(1) - along.place(0)) / (_DAY_MS if along.is_time else 1)
    halves = [max(width * unit, _THINNEST) / 2 for width in _each(trace["width"], count)]
    paths: dict[float, list[str]] = {}
    for place, edge in enumerate(_each(trace["marker"]["line"]["width"], count)):
        middle, half, begin, end = middles[place], halves[place], begins[place], ends[place]
        if level:
            path = f"M{begin:.1f} {middle - half:.1f}H{end:.1f}V{middle + half:.1f}H{begin:.1f}z"
        else:
            path = f"M{middle - half:.1f} {begin:.1f}V{end:.1f}H{middle + half:.1f}V{begin:.1f}z"
        paths.setdefault(edge, []).append(path)
    for edge, bars in paths.items():
        yield f'<path d="{"".join(bars)}" {filled(trace["marker"], edge)}/>'
    for middle, begin, end, text in zip(middles, begins, ends, trace.get("text", ()), strict=False):
        if text and end - begin > len(text) * LETTER + 2:
            look = f' fill="{trace["textfont"]["color"]}"'
            yield text_at((begin + end) / 2, middle + 4, text, "middle", look)


def _each(value: Any, count: int) -> list[Any]:
    return value if isinstance(value, list) else [value] * count


def _cells(x: Axis, y: Axis, trace: Trace) -> Iterator[str]:
    """The cells of a heat map, those of one colour as one path."""
    wide, high = (abs(axis.place(1) - axis.place(0)) - 1 for axis in (x, y))
    across = x.places(trace["x"])
    paths: dict[str, list[str]] = {}
    for row, counts in zip(y.places(trace["y"]), trace["z"], strict=True):
        for middle, count in zip(across, counts, strict=True):
            cell = f"M{middle - wide / 2:.1f} {row - high / 2:.1f}h{wide:.1f}v{high:.1f}h{-wide:.1f}z"
            paths.setdefault(shade(trace["colorscale"], count / trace["zmax"]), []).append(cell)
    for colour, cells in paths.items():
        yield f'<path d="{"".join(cells)}" fill="{colour}"/>'
