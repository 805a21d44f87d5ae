"""The heat map's hundreds of squares, drawn without the template language, which takes five
times as long."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from dashboard.charts import SquareChart, square_chart
from dashboard.heat_map import Day, HeatMap
from dashboard.wording import reviews_text

SQUARE = '<rect class="level-{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'


@dataclass(frozen=True, slots=True)
class HeatMapDrawing:
    chart: SquareChart
    squares: SafeString


def weekdays() -> list[str]:
    """Their short names, Monday first."""
    return [str(name) for name in WEEKDAYS_ABBR.values()]


def draw_heat_map(heat_map: HeatMap) -> HeatMapDrawing:
    months = ["", *(str(name).title() for name in MONTHS_3.values())]
    names = weekdays()

    def title(day: Day) -> str:
        date = f"{names[day.weekday]} {day.on.day} {months[day.on.month]}"
        return f"{date}: {reviews_text(day.reviews)}"

    chart = square_chart(heat_map, title=title, month=lambda day: months[day.month], weekdays=names)
    squares = format_html_join(
        "\n",
        SQUARE,
        (
            (square.level, square.x, square.y, chart.cell, chart.cell, square.title)
            for square in chart.squares
        ),
    )
    return HeatMapDrawing(chart, squares)
