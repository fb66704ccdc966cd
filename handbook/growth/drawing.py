"""Line charts of the house as SVG: no dependency, readable on a phone, told in words as well.

Everything is drawn by attributes, not by a style sheet, so that a chart looks the same in a page
with a strict content policy and as a picture of the mini-program. Colours differ in lightness as
well as in hue, and what is hers carries dots: the chart reads without seeing colours.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

WIDTH, HEIGHT = 343, 320
LEFT, RIGHT, TOP, BOTTOM = 42, 299, 62, 272
"""The frame of the lines, in pixels of a phone's card."""

TEXT_SIZE, TITLE_SIZE = 14, 17
LABEL_APART = 13
"""Least distance of two labels beside the frame, so that none covers another."""

FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
INK, SOFT, GRID = "#2b2625", "#655e5c", "#ece7e5"
LINE, LINE_STRONG = "#6b8fb0", "#1f4e79"
FILL, FILL_STRONG = "#eef4fa", "#d8e6f3"
HERS = "#b5445f"

STEPS = (0.5, 1, 2, 5, 10, 20, 50)
"""Distances of the lines across, of which the smallest that fits is taken."""

MOST_LINES = 7

ROOM = 0.04
"""Part of the height that stays free above the highest and below the lowest value."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high` with its ticks: where they stand and what they say."""

    low: float
    high: float
    ticks: tuple[float, ...]
    name: str


def rising_axis(*, least: float, most: float, name: str) -> Axis:
    """Return an upright axis that holds both values with some room, and round ticks on it."""
    room = (most - least) * ROOM
    low, high = least - room, most + room
    step = next((each for each in STEPS if (high - low) / each < MOST_LINES), STEPS[-1])
    first, last = math.ceil(low / step), math.floor(high / step)
    ticks = tuple(number * step for number in range(first, last + 1))
    return Axis(low, high, ticks, name)


class Chart:
    """A chart being drawn; later parts lie over earlier ones."""

    def __init__(self, *, key: str, across: Axis, rising: Axis) -> None:
        self._across, self._rising = across, rising
        self._root = ElementTree.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {WIDTH} {HEIGHT}",
                "role": "img",
                "aria-labelledby": f"{key}-title {key}-description",
                "font-family": FONTS,
                "font-size": str(TEXT_SIZE),
            },
        )
        self._key = key

    def tell(self, *, title: str, subtitle: str, description: str) -> None:
        """Give the chart its title, and its content in words for who does not see it."""
        self._add("title", {"id": f"{self._key}-title"}, title)
        self._add("desc", {"id": f"{self._key}-description"}, description)
        self._add("rect", {"width": str(WIDTH), "height": str(HEIGHT), "fill": "#ffffff"})
        heading = {"font-size": str(TITLE_SIZE), "font-weight": "600", "fill": INK}
        self._add("text", {"x": "12", "y": "24", **heading}, title)
        self._add("text", {"x": "12", "y": "45", "fill": SOFT}, subtitle)

    def frame(self) -> None:
        """Draw the lines across, and both axes with their words."""
        for tick in self._rising.ticks:
            height = self._y(tick)
            self._add("path", {"d": f"M{LEFT} {height}H{RIGHT}", "stroke": GRID})
            place = {"x": str(LEFT - 7), "y": str(_lower(height)), "text-anchor": "end"}
            self._add("text", {**place, "fill": SOFT}, _said(tick))
        for tick in self._across.ticks:
            place = {"x": str(self._x(tick)), "y": str(BOTTOM + 20), "text-anchor": "middle"}
            self._add("text", {**place, "fill": SOFT}, _said(tick))
        self._add("path", {"d": f"M{LEFT} {BOTTOM}H{RIGHT}", "stroke": SOFT})
        centre = {"x": str((LEFT + RIGHT) / 2), "y": str(BOTTOM + 41), "text-anchor": "middle"}
        self._add("text", {**centre, "fill": SOFT}, self._across.name)

    def area(self, *, lower: Sequence[Point], upper: Sequence[Point], fill: str) -> None:
        """Fill what lies between two lines."""
        path = f"{self._path(lower)}L{self._path(upper[::-1])[1:]}Z"
        self._add("path", {"d": path, "fill": fill})

    def line(self, points: Sequence[Point], *, stroke: str, width: float) -> None:
        """Draw a line."""
        drawn = {"fill": "none", "stroke": stroke, "stroke-width": str(width)}
        self._add("path", {"d": self._path(points), **drawn, "stroke-linejoin": "round"})

    def labels(self, named: Sequence[tuple[float, str]]) -> None:
        """Write names beside the ends of lines, given from the lowest up, none over another."""
        heights = _apart([self._y(value) for value, _ in named])
        for height, (_, name) in zip(heights, named, strict=True):
            place = {"x": str(RIGHT + 5), "y": str(_lower(height))}
            self._add("text", {**place, "fill": LINE_STRONG}, name)

    def hers(self, points: Sequence[Point], *, last: str) -> None:
        """Draw her own line with its dots, and write beside the last dot what it says."""
        if not points:
            return
        self.line(points, stroke=HERS, width=2.5)
        for across, value in points:
            centre = {"cx": str(self._x(across)), "cy": str(self._y(value)), "r": "4.5"}
            self._add("circle", {**centre, "fill": HERS, "stroke": "#ffffff", "stroke-width": "2"})
        self._callout(points[-1], last)

    def svg(self) -> str:
        """Return the chart as the text of one SVG element."""
        return ElementTree.tostring(self._root, encoding="unicode")

    def _callout(self, point: Point, words: str) -> None:
        left, height = self._x(point[0]), self._y(point[1])
        is_left = left > (LEFT + RIGHT) / 2
        is_low = height < TOP + 2 * TEXT_SIZE
        place = {
            "x": str(left),
            "y": str(height + 24 if is_low else height - 12),
            "text-anchor": "end" if is_left else "start",
            "font-weight": "600",
            "fill": HERS,
        }
        halo = {"stroke": "#ffffff", "stroke-width": "4", "paint-order": "stroke"}
        self._add("text", {**place, **halo}, words)

    def _path(self, points: Sequence[Point]) -> str:
        return "M" + "L".join(f"{self._x(across)} {self._y(value)}" for across, value in points)

    def _x(self, across: float) -> float:
        share = (across - self._across.low) / (self._across.high - self._across.low)
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def _y(self, value: float) -> float:
        share = (value - self._rising.low) / (self._rising.high - self._rising.low)
        return round(BOTTOM - share * (BOTTOM - TOP), 1)

    def _add(self, tag: str, attributes: dict[str, str], text: str = "") -> None:
        ElementTree.SubElement(self._root, tag, attributes).text = text or None


def _lower(height: float) -> float:
    """Return the base line of a text whose middle is to lie at a height."""
    return round(height + TEXT_SIZE * 0.36, 1)


def _said(tick: float) -> str:
    return f"{tick:g}"


def _apart(heights: list[float]) -> list[float]:
    """Return heights, the lowest place first, moved away from the middle one until none touch."""
    found, middle = list(heights), len(heights) // 2
    for index in range(middle + 1, len(found)):
        found[index] = min(found[index], found[index - 1] - LABEL_APART)
    for index in range(middle - 1, -1, -1):
        found[index] = max(found[index], found[index + 1] + LABEL_APART)
    return found
