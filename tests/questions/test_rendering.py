"""Markdown becomes safe HTML."""

import re

import pytest

from questions.rendering import render


def test_code_is_highlighted_by_classes():
    html = render("```dockerfile\nFROM alpine\n```")
    assert '<pre class="code highlight"' in html  # where the colours are bound
    assert '<span class="k">FROM</span>' in html
    assert "style=" not in html


def test_code_of_an_unknown_language_stays_as_it_is():
    assert "a &lt; b" in render("```nonsense\na < b\n```")


def test_headings_begin_below_those_of_the_page():
    assert render("# One\n\n#### Four") == "<h3>One</h3>\n<h4>Four</h4>\n"


def test_a_table_is_a_table():
    assert "<td>1</td>" in render("| a | b |\n|---|---|\n| 1 | 2 |")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "![x](https://elsewhere.example/pixel.png)",
        '<a href="#" onclick="alert(1)">x</a>',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_nothing_runs_and_nothing_is_fetched_from_elsewhere(text):
    tags = re.findall(r"<[^>]*>", render(text))
    assert set(tags) <= {"<p>", "</p>", '<img alt="x">'}


def test_placeholders_stay_visible():
    assert "docker run &lt;image&gt;" in render("docker run <image>")


def test_own_images_are_shown():
    assert '<img src="/media/layers.png" alt="Layers">' in render("![Layers](/media/layers.png)")


def test_links_leave_no_trace_of_us():
    assert 'rel="noopener nofollow"' in render("[Docker](https://docs.docker.com/)")
