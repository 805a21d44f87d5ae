"""The curve of minutes a day over desired retention. Coordinates are ready-made text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 20, 36
BASE = HEIGHT - BOTTOM
TICKS = 4
PERCENTS = (70, 80, 90, 97)


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    y: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    number: int


@dataclass(frozen=True, slots=True)
class CostChart:
    path: str
    marks: tuple[Mark, ...]
    minutes: tuple[Tick, ...]
    percents: tuple[Tick, ...]
    chosen: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = BASE
    labels_base: int = HEIGHT - 10
    ticks_end: int = LEFT - 8


@dataclass(frozen=True, slots=True)
class Point:
    percent: float
    minutes: float
    title: str


def cost_chart(points: Sequence[Point], *, chosen: Point) -> CostChart:
    """`points` in rising percentages, and `chosen` among them."""
    step = _step(max(point.minutes for point in points))

    def x(percent: float) -> str:
        share = (percent - PERCENTS[0]) / (PERCENTS[-1] - PERCENTS[0])
        return f"{LEFT + share * (WIDTH - LEFT - RIGHT):.1f}"

    def y(minutes: float) -> str:
        return f"{BASE - minutes / (step * TICKS) * (BASE - TOP):.1f}"

    return CostChart(
        path="M" + " L".join(f"{x(each.percent)} {y(each.minutes)}" for each in points),
        marks=tuple(
            Mark(x(each.percent), y(each.minutes), each.title, each is chosen) for each in points
        ),
        minutes=tuple(Tick(y(step * number), step * number) for number in range(TICKS + 1)),
        percents=tuple(Tick(x(percent), percent) for percent in PERCENTS),
        chosen=x(chosen.percent),
    )


def _step(highest: float) -> int:
    """The smallest of 1, 2, 5, 10, 20 ... that reaches the highest within the ticks."""
    rough = max(1, ceil(highest / TICKS))
    power = 10 ** floor(log10(rough))
    return int(next(step * power for step in (1, 2, 5, 10) if step * power >= rough))
