"""Where the marks of a chart go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import (
    BASE,
    LEFT,
    TOP,
    WIDTH,
    Datum,
    bar_chart,
    nice_step,
    percent_chart,
)


def data(*values: float | None) -> list[Datum]:
    return [Datum(f"{number}", value, f"{value}") for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("highest", "step"),
    [(0, 1), (1, 1), (4, 1), (5, 2), (9, 5), (21, 10), (40, 10), (41, 20), (999, 500)],
)
def test_axes_have_round_steps(highest, step):
    assert nice_step(highest) == step


@given(st.lists(st.integers(0, 5_000), max_size=60))
def test_bars_stay_within_the_chart(values):
    chart = bar_chart(data(*values))
    assert len(chart.bars) == sum(value > 0 for value in values)
    for bar in chart.bars:
        assert TOP - 0.1 <= float(bar.y) <= BASE
        assert float(bar.y) + float(bar.height) == pytest.approx(BASE, abs=0.2)
        assert LEFT <= float(bar.x) <= float(bar.x) + float(bar.width) <= WIDTH


def test_one_review_among_thousands_is_still_seen():
    assert float(bar_chart(data(1, 4_000)).bars[0].height) >= 2


def test_a_chart_of_nothing_has_an_axis_and_no_bars():
    chart = bar_chart([])
    assert (chart.bars, chart.frame.labels) == ((), ())
    assert [tick.label for tick in chart.frame.ticks] == ["0", "1", "2", "3", "4"]


def test_the_line_goes_from_nought_to_a_hundred_per_cent():
    chart = percent_chart(data(0, 100))
    assert [point.y for point in chart.points] == [str(BASE), str(TOP)]
    assert chart.paths == (f"M{chart.points[0].x} {BASE} L{chart.points[1].x} {TOP}",)


def test_a_missing_month_breaks_the_line():
    chart = percent_chart(data(80, 85, None, 90, 92, None, 70))
    assert (len(chart.points), len(chart.paths)) == (5, 2)


@given(st.integers(1, 365))
def test_labels_do_not_touch(number):
    labels = bar_chart(data(*[1] * number)).frame.labels
    places = [float(label.at) for label in labels]
    assert labels[0].label == "0"
    assert all(after - before >= 80 for before, after in zip(places, places[1:], strict=False))
