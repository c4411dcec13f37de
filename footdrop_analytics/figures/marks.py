"""The signs of a still drawing, as plotly's traces describe them: outlines of symbols, and how they are painted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape, unescape
from math import cos, pi, sin
from typing import Any

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
