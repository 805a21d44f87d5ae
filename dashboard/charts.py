"""Where the marks of a chart go, in the units of its view box. Coordinates are ready-made text,
so that no language writes a comma into them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10

from dashboard.heat_map import Day, HeatMap

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 16, 32
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
BASE = HEIGHT - BOTTOM
LABEL_ROOM = 90  # what a day and its month take at the size they have on a phone

CELL, CELL_STEP = 11, 14
CELLS_LEFT, CELLS_TOP = 32, 20


@dataclass(frozen=True, slots=True)
class Datum:
    """`value` None leaves a gap. `title` is what a pointer resting on the mark is told."""

    label: str
    value: float | None
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    title: str


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    y: str
    title: str


@dataclass(frozen=True, slots=True)
class Frame:
    """`ticks` stand on the left, from zero up; `labels` below."""

    ticks: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    ticks_end: int = LEFT - 6
    labels_base: int = HEIGHT - 8


@dataclass(frozen=True, slots=True)
class BarChart:
    frame: Frame
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class LineChart:
    frame: Frame
    points: tuple[Point, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """In percent; `low` to `high` is the interval of `y`."""

    x: float
    y: float
    low: float
    high: float
    title: str


@dataclass(frozen=True, slots=True)
class Whisker:
    x: str
    y: str
    top: str
    bottom: str
    title: str


@dataclass(frozen=True, slots=True)
class ScatterChart:
    """`diagonal` is where both axes agree."""

    frame: Frame
    dots: tuple[Whisker, ...]
    diagonal: str


@dataclass(frozen=True, slots=True)
class Square:
    x: int
    y: int
    level: int
    is_short: bool
    title: str


@dataclass(frozen=True, slots=True)
class SquareChart:
    """`rows` name the weekdays, `columns` the months."""

    squares: tuple[Square, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    width: int
    cell: int = CELL
    height: int = CELLS_TOP + 7 * CELL_STEP


def units(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def nice_step(highest: float, *, ticks: int = 4) -> int:
    """The smallest of 1, 2, 5, 10, 20 ... that reaches the highest value in so many ticks."""
    rough = max(highest, 1) / ticks
    power = 10 ** max(0, floor(log10(rough)))
    return int(next(step * power for step in (1, 2, 5, 10) if step * power >= rough))


def bar_chart(data: Sequence[Datum]) -> BarChart:
    """Bars from zero. A day with anything at all shows at least a sliver."""
    step = nice_step(max((datum.value or 0 for datum in data), default=0))
    top = step * 4
    slot = PLOT_WIDTH / max(1, len(data))
    bars = []
    for number, datum in enumerate(data):
        if not datum.value:
            continue
        height = max(2.0, datum.value / top * PLOT_HEIGHT)
        bars.append(
            Bar(
                x=units(LEFT + slot * (number + 0.12)),
                y=units(BASE - height),
                width=units(slot * 0.76),
                height=units(height),
                title=datum.title,
            )
        )
    return BarChart(Frame(_ticks(top, step), _labels(data, slot)), tuple(bars))


def percent_chart(data: Sequence[Datum]) -> LineChart:
    """A line from 0 to 100, broken where a value is missing. One value alone stands in the middle."""
    slot = PLOT_WIDTH / max(1, len(data))
    points: list[Point] = []
    paths: list[list[str]] = [[]]
    for number, datum in enumerate(data):
        if datum.value is None:
            paths.append([])
            continue
        x = units(LEFT + slot * (number + 0.5))
        y = units(BASE - datum.value / 100 * PLOT_HEIGHT)
        points.append(Point(x, y, datum.title))
        paths[-1].append(f"{x} {y}")
    lines = tuple("M" + " L".join(path) for path in paths if len(path) > 1)
    frame = Frame(_ticks(100, 25, " %"), _labels(data, slot))
    return LineChart(frame, tuple(points), lines)


def scatter_chart(dots: Sequence[Dot]) -> ScatterChart:
    """Both axes to 100 %, from as high as everything leaves, 50 at most."""
    lowest = min((min(dot.x, dot.low) for dot in dots), default=0)
    step = 10 if lowest >= 30 else 20
    first = min(50, int(lowest) // step * step)
    room = 100 - first

    def across(percent: float) -> str:
        return units(LEFT + (percent - first) / room * PLOT_WIDTH)

    def up(percent: float) -> str:
        return units(BASE - (percent - first) / room * PLOT_HEIGHT)

    steps = range(first, 101, step)
    return ScatterChart(
        frame=Frame(
            tuple(Tick(up(step), f"{step} %") for step in steps),
            tuple(Tick(across(step), f"{step} %") for step in steps),
        ),
        dots=tuple(
            Whisker(across(dot.x), up(dot.y), up(dot.high), up(dot.low), dot.title) for dot in dots
        ),
        diagonal=f"M{across(first)} {up(first)} L{across(100)} {up(100)}",
    )


def _ticks(top: int, step: int, unit: str = "") -> tuple[Tick, ...]:
    return tuple(
        Tick(units(BASE - value / top * PLOT_HEIGHT), f"{value}{unit}")
        for value in range(0, top + 1, step)
    )


def _labels(data: Sequence[Datum], slot: float) -> tuple[Tick, ...]:
    """As many labels as fit, the first one always."""
    every = max(1, -(-LABEL_ROOM // int(slot or 1)))
    return tuple(
        Tick(units(LEFT + slot * (number + 0.5)), datum.label)
        for number, datum in enumerate(data)
        if number % every == 0
    )


def square_chart(
    heat_map: HeatMap,
    *,
    title: Callable[[Day], str],
    month: Callable[[date], str],
    weekdays: Sequence[str],
) -> SquareChart:
    """A column a week. Every other weekday is named, and each month above its first day."""
    return SquareChart(
        squares=tuple(
            Square(column(day.week), row(day.weekday), day.level, day.is_short, title(day))
            for day in heat_map.days
        ),
        rows=tuple(
            Tick(str(row(number) + CELL - 1), weekdays[number]) for number in range(0, 7, 2)
        ),
        columns=tuple(Tick(str(column(day.week)), month(day.on)) for day in heat_map.month_starts),
        width=column(heat_map.days[-1].week + 1),
    )


def column(week: int) -> int:
    return CELLS_LEFT + week * CELL_STEP


def row(weekday: int) -> int:
    return CELLS_TOP + weekday * CELL_STEP
