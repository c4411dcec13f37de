"""Reads a printed chart (SVG) back: its axes from their labels, its marks from their outlines.

Nothing here knows how a drawing is made, only what a reader of it relies on: numbers end beside the value axis and
stand under an axis of numbers, dates stand under a time axis, marks of one kind are painted alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from xml.etree import ElementTree as ET

Point = tuple[float, float]
_NEAR = 1.5
"""Drawing units (of a width of 720) by which a mark may miss its place; a percent of an axis is about 2."""
_ROW = 6
"""Drawing units by which a row's marks may lie off the middle of its name."""
_COMMANDS = re.compile(r"([MmLlHhVvAaZz])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True)
class Shape:
    """One outline or line: its corners, and how it is painted."""

    points: tuple[Point, ...]
    paint: tuple[str, ...]

    @property
    def left(self) -> float:
        return min(x for x, _ in self.points)

    @property
    def right(self) -> float:
        return max(x for x, _ in self.points)

    @property
    def top(self) -> float:
        return min(y for _, y in self.points)

    @property
    def bottom(self) -> float:
        return max(y for _, y in self.points)

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Label:
    """A piece of text and where it is anchored."""

    text: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Axis:
    """Ticks: where they lie, and their values (days as ordinals)."""

    places: tuple[float, ...]
    values: tuple[float, ...]
    along: float
    """Where the labels of the axis stand: their y below a chart, their x beside it."""

    def __post_init__(self) -> None:
        for place, value in zip(self.places, self.values, strict=True):
            assert abs(self.place(value) - place) <= _NEAR, f"ticks are not evenly spaced: {self}"

    @property
    def span(self) -> tuple[float, float]:
        """From above the highest tick to below the lowest one, by somewhat less than a step."""
        low, high = min(self.places), max(self.places)
        room = 0.95 * (high - low) / (len(self.places) - 1)
        return low - room, high + room

    def place(self, value: float) -> float:
        """Where a value lies, by the first and the last tick."""
        (a, b), (low, high) = (self.places[0], self.places[-1]), (self.values[0], self.values[-1])
        return a + (value - low) / (high - low) * (b - a)


@dataclass
class Drawing:
    """The shapes and labels of one SVG."""

    shapes: list[Shape] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def time_axes(self, first: date, last: date) -> list[Axis]:
        """The axes of days, for a chart that shows about these days: a label without a year means a day of them."""
        return self._across(lambda text: _day(text, first, last))

    def number_axes(self) -> list[Axis]:
        """The axes of numbers that lie below a plot."""
        return self._across(_number)

    def value_axes(self) -> list[Axis]:
        """The axes of values beside a plot, from top to bottom, then from left to right; ticks at their grid lines."""
        found = []
        ends = [(label, _number(label.text)) for label in self.labels if label.anchor == "end"]
        for x in sorted({label.x for label, value in ends if value is not None}):
            own = sorted((label.y, value) for label, value in ends if label.x == x and value is not None)
            found += [Axis(tuple(self._grid(y, x) for y, _ in run), tuple(value for _, value in run), x)
                      for run in _runs(own, falling=True)]  # fmt: skip
        return found

    def row(self, text: str) -> float:
        """Where the row of a name lies: names stand in the middle of their rows."""
        (label,) = (one for one in self.labels if one.text == text and one.anchor != "middle")
        return label.y - 4

    def marks(self) -> dict[tuple[str, ...], list[Shape]]:
        """What is drawn inside the plots, by its paint. Signs of a legend are left out: a word stands behind them."""
        found: dict[tuple[str, ...], list[Shape]] = {}
        for shape in self.shapes:
            if not any(_explains(label, shape) for label in self.labels):
                found.setdefault(shape.paint, []).append(shape)
        return found

    def has_kind(self, places: Iterable[Point], between: tuple[float, float], near: float = _NEAR) -> bool:
        """Whether one kind of mark lies at each of these places, and at no other between two heights."""
        wanted = sorted(places)
        for shapes in self.marks().values():
            centres = [one.centre for one in shapes if between[0] <= one.centre[1] <= between[1]]
            if _all_near(wanted, centres, near) and _all_near(centres, wanted, near):
                return True
        return False

    def has_bar(self, left: float, right: float, y: float) -> bool:
        """Whether a box or line lies from left to right on the row at this height."""
        return any(
            abs(one.left - left) <= _NEAR and abs(one.right - right) <= _NEAR and abs(one.centre[1] - y) <= _ROW
            for one in self.shapes
        )

    def has_line(self, points: Sequence[Point]) -> bool:
        """Whether one line leads through all points."""
        return any(all(_on(shape.points, point) for point in points) for shape in self.shapes if len(shape.points) > 1)

    def _across(self, value_of: Callable[[str], float | None]) -> list[Axis]:
        found = []
        known = [(label, value_of(label.text)) for label in self.labels if label.anchor == "middle"]
        for y in sorted({label.y for label, value in known if value is not None}):
            own = sorted((label.x, value) for label, value in known if label.y == y and value is not None)
            found += [Axis(tuple(x for x, _ in run), tuple(value for _, value in run), y) for run in _runs(own)]
        return found

    def _grid(self, y: float, x: float) -> float:
        """The grid line or tick that a label with this base line and right end belongs to."""
        flat = [shape for shape in self.shapes if shape.top == shape.bottom and shape.right > shape.left]
        near = [
            shape.top for shape in flat if y - 9 <= shape.top <= y and x <= shape.left + 12 and shape.left <= x + 12
        ]
        assert near, f"no line beside the label at {x}, {y}"
        return max(near)


def read(svg: str) -> Drawing:
    """A drawing as it stands in a page."""
    drawing = Drawing()
    _visit(ET.fromstring(svg), (0.0, 0.0), {}, drawing)
    return drawing


def drawings(page: str) -> dict[str, Drawing]:
    """The printed charts of a page by what a screen reader says of them."""
    found = re.findall(r"<svg class=\"still\".*?</svg>", page, re.DOTALL)
    return {ET.fromstring(svg).get("aria-label", ""): read(svg) for svg in found}


def _visit(element: ET.Element, offset: Point, inherited: dict[str, str], drawing: Drawing) -> None:
    own = {**inherited, **element.attrib}
    moved = re.match(r"translate\(([-\d.]+)[ ,]([-\d.]+)\)", own.pop("transform", ""))
    dx, dy = offset if moved is None else (offset[0] + float(moved[1]), offset[1] + float(moved[2]))
    tag = element.tag.rpartition("}")[2]
    # What is filled is known by that colour, whether it has an edge or not.
    line = tuple(own.get(name, "") for name in ("stroke", "stroke-width", "stroke-dasharray"))
    paint = ("none", *line) if own.get("fill") == "none" else (own.get("fill", ""),)
    if tag == "text":
        x, y = (float(own.get(name, 0)) for name in ("x", "y"))
        drawing.labels.append(Label("".join(element.itertext()), x + dx, y + dy, own.get("text-anchor", "start")))
        return
    for corners in _outlines(tag, own):
        if len(set(corners)) == 1:  # a line of no length with round ends is a dot
            r, (x, y) = float(own.get("stroke-width", 1)) / 2, corners[0]
            corners = [(x - r, y - r), (x + r, y + r)]
        drawing.shapes.append(Shape(tuple((x + dx, y + dy) for x, y in corners), paint))
    for child in element:
        passed = {name: value for name, value in own.items() if name not in {"x", "y", "d", "width", "height"}}
        _visit(child, (dx, dy), passed, drawing)


def _outlines(tag: str, own: dict[str, str]) -> Iterator[list[Point]]:
    if tag == "rect":
        x, y, width, height = (float(own.get(name, 0)) for name in ("x", "y", "width", "height"))
        yield [(x, y), (x + width, y + height)]
    elif tag == "circle":
        x, y, r = (float(own.get(name, 0)) for name in ("cx", "cy", "r"))
        yield [(x - r, y - r), (x + r, y + r)]
    elif tag == "path":
        yield from _subpaths(own["d"])


def _subpaths(path: str) -> Iterator[list[Point]]:
    x = y = 0.0
    points: list[Point] = []
    for command, rest in _COMMANDS.findall(path):
        numbers = [float(one) for one in _NUMBER.findall(rest)]
        size = {"h": 1, "v": 1, "a": 7, "z": 0}.get(command.lower(), 2)
        steps: list[list[float]] = [numbers[i : i + size] for i in range(0, len(numbers), size)] if size else []
        for number, step in enumerate(steps):
            ex, ey = (x, y) if command.islower() else (0.0, 0.0)
            if command in "hH":
                x = ex + step[0]
            elif command in "vV":
                y = ey + step[0]
            else:
                x, y = ex + step[-2], ey + step[-1]
            if command in "mM" and number == 0 and len(points) > 1:
                yield points
            points = [(x, y)] if command in "mM" and number == 0 else [*points, (x, y)]
    if len(points) > 1:
        yield points


def _runs(ticks: list[tuple[float, float]], falling: bool = False) -> Iterator[list[tuple[float, float]]]:
    """Ticks that belong to one axis: along it values only rise (or fall)."""
    run: list[tuple[float, float]] = []
    for tick in ticks:
        if run and ((tick[1] >= run[-1][1]) if falling else (tick[1] <= run[-1][1])):
            if len(run) > 1:
                yield run
            run = []
        run.append(tick)
    if len(run) > 1:
        yield run


def _number(text: str) -> float | None:
    plain = text.replace(",", "").replace("\N{MINUS SIGN}", "-")
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _day(text: str, first: date, last: date) -> float | None:
    for form in ("%d %b %Y", "%b %Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).toordinal()  # noqa: DTZ007
        except ValueError:
            continue
    for year in range(first.year - 1, last.year + 2):
        try:
            day = datetime.strptime(f"{text} {year}", "%d %b %Y").date()  # noqa: DTZ007
        except ValueError:
            continue
        if (first - day).days <= 60 and (day - last).days <= 60:
            return day.toordinal()
    return None


def _explains(label: Label, shape: Shape) -> bool:
    beside = 0 < label.x - shape.right <= 24 and abs(label.y - 4 - shape.centre[1]) <= 4
    return beside and label.anchor == "start" and re.search("[a-z]", label.text) is not None


def _all_near(points: list[Point], others: list[Point], near: float) -> bool:
    return all(any(abs(x - a) <= near and abs(y - b) <= near for a, b in others) for x, y in points)


def _on(line: Sequence[Point], point: Point) -> bool:
    return any(_distance(point, a, b) <= _NEAR for a, b in pairwise(line))


def _distance(point: Point, a: Point, b: Point) -> float:
    (px, py), (ax, ay), (bx, by) = point, a, b
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = 0.0 if length == 0 else min(max(((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length, 0.0), 1.0)
    return ((px - ax - share * (bx - ax)) ** 2 + (py - ay - share * (by - ay)) ** 2) ** 0.5
