"""The heat map's hundreds of squares and the hundreds of cells of its table, drawn without the
template language, which takes five times as long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.dateformat import format as date_format
from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from dashboard.charts import SquareChart, square_chart
from dashboard.heat_map import Day, HeatMap, Week
from dashboard.wording import reviews_text

SQUARE = '<rect class="level-%d%s" x="%d" y="%d" width="%d" height="%d"><title>%s</title></rect>'
WEEK = '<tr><th scope="row" class="nowrap">{}</th>' + '<td class="align-end">{}</td>' * 7 + "</tr>"


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
    too_few = gettext("%s, too few to count")

    def title(day: Day) -> str:
        date = f"{names[day.weekday]} {day.on.day} {months[day.on.month]}"
        words = reviews_text(day.reviews)
        return f"{date}: {too_few % words if day.is_short else words}"

    chart = square_chart(heat_map, title=title, month=lambda day: months[day.month], weekdays=names)
    # Numbers and an escaped title: format_html would look at each of the seven, 366 times.
    squares = "\n".join(
        SQUARE
        % (
            each.level,
            " short" if each.is_short else "",
            each.x,
            each.y,
            chart.cell,
            chart.cell,
            escape(each.title),
        )
        for each in chart.squares
    )
    return HeatMapDrawing(chart, SafeString(squares))


def draw_weeks(weeks: Iterable[Week]) -> SafeString:
    """Rows of a table. A place without a day stays empty."""
    return format_html_join(
        "\n",
        WEEK,
        (
            (date_format(week.monday, "j M Y"), *(day.reviews if day else "" for day in week.days))
            for week in weeks
        ),
    )
