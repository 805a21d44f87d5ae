"""The curve of a memory: how recall fell between reviews, and how it will fall from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from practice.scheduling import DEFAULT_PARAMETERS, Memory, retrievability

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 16, 32
BASE = HEIGHT - BOTTOM
MOST_POINTS, MOST_OF_A_STRETCH = 400, 24
LABELS = 3  # more would run into each other at the size they have on a phone


@dataclass(frozen=True, slots=True)
class Stretch:
    """A memory left to itself, from its review until the next one."""

    memory: Memory
    until: date
    parameters: Sequence[float] = DEFAULT_PARAMETERS

    def recall(self, on: date) -> float:
        return retrievability(self.memory, on, parameters=self.parameters)


@dataclass(frozen=True, slots=True)
class Seen:
    """A review: what recall was just before it, None where nothing was known yet."""

    on: date
    recall: float | None
    is_recalled: bool
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    y: str
    is_recalled: bool
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    at: str
    day: date


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    percent: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Coordinates are ready-made text, so that no language writes a comma into them."""

    past: tuple[str, ...]
    forecast: str
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    goal: str
    today: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = BASE
    labels_base: int = HEIGHT - 8
    ticks_end: int = LEFT - 6


@dataclass(frozen=True, slots=True)
class _Plane:
    first: date
    last: date
    bottom: int

    def x(self, day: date) -> str:
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return f"{LEFT + share * (WIDTH - LEFT - RIGHT):.1f}"

    def y(self, recall: float) -> str:
        share = (100 * recall - self.bottom) / (100 - self.bottom)
        return f"{BASE - max(0.0, share) * (BASE - TOP):.1f}"

    def path(self, points: Sequence[tuple[date, float]]) -> str:
        return "M" + " L".join(f"{self.x(day)} {self.y(recall)}" for day, recall in points)


def curve(
    past: Sequence[Stretch],
    now: Stretch | None,
    seen: Sequence[Seen],
    *,
    today: date,
    desired_retention: float,
) -> Curve:
    """`now` is the memory as it stands, up to the end of the forecast; None after a reset."""
    stretches = [*past, *([now] if now else [])]
    first = stretches[0].memory.reviewed_on
    last = max(today, first + timedelta(days=1), *(each.until for each in stretches))
    steps = max(2, min(MOST_OF_A_STRETCH, MOST_POINTS // len(stretches)))
    behind = [_points(each, each.until, steps=steps) for each in past]
    ahead: list[tuple[date, float]] = []
    if now:
        behind.append(_points(now, today, steps=steps))
        begin = max(today, now.memory.reviewed_on)
        ahead = _points(now, now.until, steps=MOST_OF_A_STRETCH, begin=begin)
    lowest = min(recall for points in (*behind, ahead) for _day, recall in points)
    plane = _Plane(first, last, 50 if lowest >= 0.5 else 0)
    return Curve(
        past=tuple(plane.path(points) for points in behind),
        forecast=plane.path(ahead) if ahead else "",
        marks=tuple(
            Mark(plane.x(each.on), plane.y(each.recall or 1.0), each.is_recalled, each.title)
            for each in seen
        ),
        ticks=tuple(
            Tick(plane.y(percent / 100), percent)
            for percent in range(plane.bottom, 101, 10 if plane.bottom else 25)
        ),
        labels=_labels(plane),
        goal=plane.y(desired_retention),
        today=plane.x(today),
    )


def _points(
    stretch: Stretch, end: date, *, steps: int, begin: date | None = None
) -> list[tuple[date, float]]:
    begin = begin or stretch.memory.reviewed_on
    length = max(0, (end - begin).days)
    days = sorted({round(length * step / steps) for step in range(steps + 1)})
    moments = [begin + timedelta(days=each) for each in days]
    return [(moment, stretch.recall(moment)) for moment in moments]


def _labels(plane: _Plane) -> tuple[Label, ...]:
    length = (plane.last - plane.first).days
    number = min(LABELS, length)
    days = (plane.first + timedelta(days=length * each // number) for each in range(number))
    return tuple(Label(plane.x(day), day) for day in days)
