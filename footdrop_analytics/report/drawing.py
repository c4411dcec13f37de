"""Line drawings of exercises: poses are data (``drawings.yaml``), and a few limbs, feet, chairs and arrows draw them.

A drawing has two pictures, numbered 1 and 2: where the movement begins and where it ends. The weak side is grey and has
the thicker outline, so that it is seen in black and white too. Poses show the right side; the left is the mirror image.
Nothing of a file takes part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from footdrop_analytics.knowledge.yaml_files import PACKAGED, read_yaml
from footdrop_analytics.wording.language import current, kept_by_language, translated

Point = tuple[float, float]

PANEL, GAP, TOP = 240.0, 30.0, 36.0
WIDTH, HEIGHT = 2 * PANEL + GAP, PANEL + TOP
"""Of the two pictures of a drawing side by side."""
_OUTLINE = {"weak": 3.2, "other": 2.2, "thing": 2.2}
_FILL = {"weak": "#a6abb0", "other": "#ffffff", "thing": "#ffffff"}
_INK = "#111111"
_LEG_WIDTHS = (44.0, 36.0, 25.0)
_ARM_WIDTHS = (16.0, 14.0, 10.0)

# Seen from the side, toes to the right, the ankle at the origin: sole at y = 24.
_FOOT_SIDE = "M-13,-10 C-20,2 -25,12 -21,20 Q-19,24 -12,24 L58,24 Q72,24 70,14 Q66,5 50,1 Q24,-7 13,-14 Z"
_HEEL, _BALL = (-14.0, 24.0), (52.0, 24.0)
# Seen from the front, the big toe to the right: the right foot of somebody who looks at the reader.
_FOOT_FRONT = "M-16,-8 C-18,8 -34,20 -37,32 Q-38,41 -29,41 L25,41 Q34,40 32,29 C28,16 19,8 16,-8 Z"
_TOES = ((-30.0, 34.0, 7.0), (-19.5, 35.0, 7.5), (-7.5, 35.0, 8.0), (5.5, 34.0, 8.5), (22.0, 31.0, 11.5))
_EDGES, _SOLE = ((-33.0, 41.0), (31.0, 41.0)), 41.0
# Seen from above, toes up, the big toe to the left: one's own right foot.
_FOOT_ABOVE = (
    "M-20,16 C-24,-10 -36,-50 -35,-84 Q-33,-98 -14,-100 L16,-94 Q32,-88 32,-70 C33,-40 24,-8 20,16 Q0,34 -20,16 Z"
)
_TOES_ABOVE = ((30.0, -82.0, 7.0), (22.0, -90.0, 8.0), (10.5, -97.0, 8.5), (-3.0, -101.0, 9.0), (-21.0, -98.0, 13.0))


@dataclass(frozen=True)
class Drawing:
    """An exercise as SVG; ``one_side``: the picture moves one leg, although both sides are prescribed."""

    svg: Markup
    one_side: bool


@kept_by_language(256)
def drawing(exercise: str, mode: str, position: str, support: str | None, side: str) -> Drawing | None:
    """The drawing of an exercise as it is prescribed; None where no picture shows that way of doing it.

    Examples
    --------
    >>> drawing("heel_raise", "active", "seated", None, "left").one_side
    False
    >>> drawing("heel_raise", "active", "lying", None, "left") is None
    True
    """
    for way in _drawings().get(exercise, ()):
        if _shows(way, mode, position, support):
            return Drawing(_svg(way, side), side == "both" and not way.get("moves_both", False))
    return None


def _shows(way: Mapping[str, Any], mode: str, position: str, support: str | None) -> bool:
    asked = {"mode": mode, "position": position, "support": support}
    return all(asked[name] in way["shows"].get(name, (asked[name],)) for name in asked)


@lru_cache(maxsize=1)
def _drawings() -> Mapping[str, Any]:
    return read_yaml(PACKAGED / "drawings.yaml")


def _svg(way: Mapping[str, Any], side: str) -> Markup:
    panels = [("start", "1"), ("end", "2")]
    parts = []
    from_right = current().direction == "rtl"
    for place, (name, number) in enumerate(reversed(panels) if from_right else panels):
        inside = "".join(_SHAPES[shape[0]](*shape[1:]) for shape in [*way.get("both", ()), *way[name]])
        mirrored = f' transform="translate({PANEL:g},0) scale(-1,1)"' if side == "left" else ""
        parts.append(
            f'<svg x="{place * (PANEL + GAP):g}" width="{PANEL:g}" height="{HEIGHT:g}">'
            f'<circle cx="18" cy="16" r="15" fill="{_INK}"/>'
            f'<text x="18" y="23" text-anchor="middle" font-size="20" font-weight="700" fill="#fff">{number}</text>'
            f'<svg y="{TOP:g}" width="{PANEL:g}" height="{PANEL:g}"><rect x="1" y="1" '
            f'width="{PANEL - 2:g}" height="{PANEL - 2:g}" rx="8" fill="#fff" stroke="#8a9096" stroke-width="1.5"/>'
            f"<g{mirrored}>{inside}</g>{_counts(way.get(f'{name}_counts', ()), side)}</svg></svg>"
        )
    says = way["says"]
    label = escape(translated(says))
    return Markup(
        f'<svg class="exercise" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{label}" '
        f'stroke-linecap="round" stroke-linejoin="round">{"".join(parts)}</svg>'
    )


def _counts(numbers: Iterable[tuple[float, float, str]], side: str) -> str:
    """Numbers to count by beside a slow movement: they are not mirrored."""
    return "".join(
        f'<text x="{PANEL - x if side == "left" else x:g}" y="{y:g}" text-anchor="middle" font-size="20" '
        f'font-weight="700">{number}</text>'
        for x, y, number in numbers
    )


def _merged(shapes: Iterable[str], tone: str, weight: float = 1.0) -> str:
    """Shapes that touch become one body with one outline: all outlines first, then all insides."""
    drawn = list(shapes)
    outline = 2 * weight * _OUTLINE[tone]
    return (
        f'<g fill="{_INK}" stroke="{_INK}" stroke-width="{outline:g}">{"".join(drawn)}</g>'
        f'<g fill="{_FILL[tone]}" stroke="none">{"".join(drawn)}</g>'
    )


def _taper(begin: Point, end: Point, first: float, last: float) -> str:
    """A limb's segment: two round ends of unequal width and their common outline."""
    (x1, y1), (x2, y2) = begin, end
    along = math.atan2(y2 - y1, x2 - x1)
    across = (-math.sin(along), math.cos(along))
    corners = [
        (x1 + across[0] * first / 2, y1 + across[1] * first / 2),
        (x2 + across[0] * last / 2, y2 + across[1] * last / 2),
        (x2 - across[0] * last / 2, y2 - across[1] * last / 2),
        (x1 - across[0] * first / 2, y1 - across[1] * first / 2),
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return f'<polygon points="{points}"/>{_dot(x1, y1, first / 2)}{_dot(x2, y2, last / 2)}'


def _dot(x: float, y: float, radius: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _segments(points: Sequence[Point], widths: Sequence[float], scale: float = 1.0) -> list[str]:
    pairs = zip(points, points[1:], widths, widths[1:], strict=False)
    return [_taper(one, other, first * scale, last * scale) for one, other, first, last in pairs]


def _turned(point: Point, angle: float, scale: float) -> Point:
    """A point of a foot, turned; a positive angle lifts the toes."""
    turn = math.radians(-angle)
    x, y = point
    return (scale * (x * math.cos(turn) - y * math.sin(turn)), scale * (x * math.sin(turn) + y * math.cos(turn)))


def _leg(tone: str, points: Sequence[Point], contact: str, place: Point, angle: float, scale: float = 1.0) -> str:
    """A leg from the side: hip and knee, or the knee alone, and a foot with its heel, ball or ankle at ``place``."""
    touching = {"heel": _HEEL, "ball": _BALL, "ankle": (0.0, 0.0)}[contact]
    offset = _turned(touching, angle, scale)
    ankle = (place[0] - offset[0], place[1] - offset[1])
    widths = _LEG_WIDTHS[-len(points) - 1 :]
    turned = f"translate({ankle[0]:.1f},{ankle[1]:.1f}) rotate({-angle:g}) scale({scale:g})"
    foot = f'<path transform="{turned}" d="{_FOOT_SIDE}"/>'
    toes = []
    if contact == "ball" and angle < 0:
        x, y = place
        toes = [_taper((x - 4 * scale, y - 10 * scale), (x + 14 * scale, y - 8 * scale), 20 * scale, 16 * scale)]
    return _merged([*_segments([*points, ankle], widths, scale), foot, *toes], tone)


def _front_leg(
    tone: str,
    points: Sequence[Point],
    ankle: Point,
    tilt: float = 0,
    scale: float = 1.0,
    flip: int = 1,
    turn: float = 0,
) -> str:
    """A leg from the front: the foot tilted about the ankle (positive: the outer edge up), one edge on the same floor.

    ``flip`` −1 is the other foot; ``turn`` shifts the toes inward.
    """
    angle = math.radians(tilt)
    lowest = max(x * math.sin(angle) + y * math.cos(angle) for x, y in _EDGES)
    x, y = ankle[0], ankle[1] - (lowest - _SOLE) * scale
    place = f'transform="translate({x:.1f},{y:.1f}) scale({scale * flip:g},{scale:g}) rotate({tilt:g}) skewX({turn:g})"'
    widths = (34.0, 40.0, 27.0)[-len(points) - 1 :]
    leg = _segments([*points, (x, y)], widths, 1.0 if scale > 0.7 else 0.75)
    toes = "".join(_merged([f"<g {place}>{_dot(*toe)}</g>"], tone, 0.5) for toe in _TOES)
    return _merged([*leg, f'<path {place} d="{_FOOT_FRONT}"/>'], tone) + toes


def _foot_above(tone: str, knee: Point, ankle: Point, angle: float) -> str:
    """One's own foot and shin, seen from above."""
    place = f'transform="translate({ankle[0]:g},{ankle[1]:g}) rotate({angle:g})"'
    toes = "".join(_merged([f"<g {place}>{_dot(*toe)}</g>"], tone, 0.7) for toe in _TOES_ABOVE)
    return _merged([_taper(knee, ankle, 62, 42), f'<path {place} d="{_FOOT_ABOVE}"/>'], tone) + toes


def _arm(points: Sequence[Point], scale: float = 1.0) -> str:
    """Shoulder, elbow and wrist, with a hand that goes on from the forearm."""
    (x1, y1), (x2, y2) = points[-2], points[-1]
    length = math.hypot(x2 - x1, y2 - y1)
    tip = (x2 + (x2 - x1) / length * 11 * scale, y2 + (y2 - y1) / length * 11 * scale)
    widths = [one * scale for one in _ARM_WIDTHS[-len(points) :]]
    return _merged([*_segments(points, widths), _taper((x2, y2), tip, 13 * scale, 11 * scale)], "other")


def _grip(wrist: Point, angle: float, scale: float = 1.0) -> str:
    """A hand that holds on to something: four fingers on one side, the thumb apart; the forearm comes with it."""
    fingers = "".join(
        f'<rect x="{x:g}" y="-30" width="9.5" height="{length:g}" rx="4.7"/>'
        for x, length in ((-20, 30), (-10, 34), (0, 33), (10, 28))
    )
    hand = f'<rect x="-21" y="-6" width="42" height="34" rx="13"/>{fingers}{_taper((18, 14), (34, -4), 12, 10)}'
    arm = _taper((0, 20), (0, 250), 27, 46)
    return (
        f'<g transform="translate({wrist[0]:g},{wrist[1]:g}) rotate({angle:g}) scale({scale:g})">'
        f"{_merged([hand, arm], 'other')}{_merged([fingers], 'other')}</g>"
    )


def _head(x: float, y: float, radius: float = 19) -> str:
    """A head that looks at the reader."""
    eyes = "".join(f'<circle cx="{x + way * 7:g}" cy="{y - 3:g}" r="2.2" fill="{_INK}"/>' for way in (-1, 1))
    mouth = f'<path d="M{x - 6:g},{y + 7:g} q6,5 12,0" fill="none" stroke="{_INK}" stroke-width="2"/>'
    return _merged([_dot(x, y, radius)], "other") + eyes + mouth


def _face(x: float, y: float, radius: float = 19) -> str:
    """A head that looks to the right: the nose says where the front is."""
    nose = f'<path d="M{x + radius - 2:g},{y - 5:g} l8,8 l-9,3 Z"/>'
    return _merged([_dot(x, y, radius), nose], "other")


def _line(*points: Point) -> str:
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{_INK}" stroke-width="2.6"/>'


def _box(x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="3" fill="#fff" stroke="{_INK}" '
        'stroke-width="2.6"/>'
    )


def _chair(x: float, top: float, seat: float, floor: float) -> str:
    """A chair from the side, its back to the left."""
    post = f'<path d="M{x - 8:g},{top:g} L{x:g},{seat:g} L{x - 4:g},{floor:g} M{x + 58:g},{seat:g} V{floor:g}"/>'
    return (
        f'<g fill="none" stroke="{_INK}" stroke-width="6">{post}</g>'
        f'<rect x="{x - 6:g}" y="{seat - 4:g}" width="70" height="10" rx="4" fill="#fff" stroke="{_INK}" '
        'stroke-width="2.6"/>'
    )


def _towel(x: float, y: float, width: float) -> str:
    ends = [f"M{place:g},{y:g} v9" for end in (x, x + width - 12) for place in (end, end + 4, end + 8, end + 12)]
    return _box(x, y, width, 9) + f'<path d="{" ".join(ends)}" stroke="{_INK}" stroke-width="2"/>'


def _arrow(begin: Point, end: Point, bend: float = 0, head: float = 19) -> str:
    """A bent arrow; ``bend`` is how far its middle lies to the left of the straight way."""
    (x1, y1), (x2, y2) = begin, end
    length = math.hypot(x2 - x1, y2 - y1)
    middle = ((x1 + x2) / 2 + (y2 - y1) / length * bend, (y1 + y2) / 2 - (x2 - x1) / length * bend)
    towards = math.atan2(y2 - middle[1], x2 - middle[0])
    wings = [(x2 - head * math.cos(towards + turn), y2 - head * math.sin(towards + turn)) for turn in (0.5, -0.5)]
    tip = " ".join(f"{x:.1f},{y:.1f}" for x, y in ((x2, y2), *wings))
    back = (x2 - head * 0.6 * math.cos(towards), y2 - head * 0.6 * math.sin(towards))
    return (
        f'<path d="M{x1:g},{y1:g} Q{middle[0]:.1f},{middle[1]:.1f} {back[0]:.1f},{back[1]:.1f}" fill="none" '
        f'stroke="{_INK}" stroke-width="5"/><polygon points="{tip}" fill="{_INK}" stroke="{_INK}" stroke-width="2"/>'
    )


_SHAPES: dict[str, Callable[..., str]] = {
    "leg": _leg,
    "front_leg": _front_leg,
    "foot_above": _foot_above,
    "limb": lambda tone, points, widths: _merged(_segments(points, widths), tone),
    "arm": _arm,
    "grip": _grip,
    "head": _head,
    "face": _face,
    "line": _line,
    "box": _box,
    "chair": _chair,
    "towel": _towel,
    "arrow": _arrow,
}
