"""HTML in files: what needs no tree gets none, and both ways say the same."""

from __future__ import annotations

import bs4
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from questions.formats import gift, html
from questions.formats.document import UnreadableFile
from questions.formats.files import read_file
from questions.formats.flat_html import flat_markdown
from questions.formats.html import CLEANER, markdown_of_html

PIECES = st.one_of(
    st.text(max_size=12),
    st.text("a *_#-1.)\n\t\r\f\xa0&<>`|", max_size=8),
    st.sampled_from(
        [
            *("<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i>", "</i>", "<em>", "</em>"),
            *("<strong>", "</strong>", "<br>", "&nbsp;", "&amp;", "&lt;b&gt;", "&#13;", "\n", " "),
            *("1. ", "# ", "- ", "&amp;lt;", "<p> ", "<b>\n", " <br> "),
        ]
    ),
)


@pytest.fixture
def trees(monkeypatch) -> list[str]:
    """The texts that a tree is made of."""
    made: list[str] = []
    real = bs4.BeautifulSoup

    def counted(text: str, *rest: str) -> bs4.BeautifulSoup:
        made.append(text)
        return real(text, *rest)

    monkeypatch.setattr(bs4, "BeautifulSoup", counted)
    return made


@settings(max_examples=1500)
@given(st.lists(PIECES, max_size=12).map("".join))
@example("a <b> b </b><p>c</p>\n<div> <i>d</i> </div> e<br>\n<br>f")
@example("<p>a</p>\xa0<p>b</p>")
def test_flat_html_says_what_a_tree_would(text: str) -> None:
    clean = CLEANER.clean(text)
    flat = flat_markdown(clean, escape=html._escaped)
    assert flat in (None, html._markdown_of_tree(clean))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("List<String> & more", "List\\<String\\> \\& more"),
        ("a &lt;b&gt; &amp;amp; c", "a \\<b\\> \\&amp; c"),
        ("<p>One <b>bold</b>.</p><p>Two<br>lines</p>", "One **bold**.\n\nTwo\nlines"),
        ("<div><i>a</i></div><div>b</div>", "*a*\n\nb"),
    ],
)
def test_simple_text_needs_no_tree(trees: list[str], text: str, markdown: str) -> None:
    assert markdown_of_html(text).text == markdown
    assert trees == []


def test_list_needs_a_tree(trees: list[str]) -> None:
    assert markdown_of_html("<ul><li>a</li></ul>").text == "- a"
    assert len(trees) == 1


@pytest.mark.parametrize(
    "text",
    [
        "question,answer\n" + "a?,<ul><li>b</li></ul>\n" * 20,
        "a? {=<u>b</u> ~<s>c</s>}\n\n" * 20,
        "<quiz>" + '<question type="essay"><questiontext><text>&lt;u&gt;a&lt;/u&gt;?</text>'
        "</questiontext></question>" * 20 + "</quiz>",
    ],
)
def test_file_with_more_html_than_there_is_time_for_is_refused(monkeypatch, text: str) -> None:
    monkeypatch.setattr(html, "MOST_WORK", 15 * html.OF_TREE)
    with pytest.raises(UnreadableFile, match="Split it into smaller files") as error:
        read_file(text.encode())
    assert error.value.finding.code == "E-TOO-LARGE"


def test_html_of_each_file_is_counted_anew(monkeypatch) -> None:
    monkeypatch.setattr(html, "MOST_WORK", 15 * html.OF_TREE)
    text = b"question,answer\n" + b"a?,<ul><li>b</li></ul>\n" * 10
    for _time in range(3):
        assert len(read_file(text)[1].entries) == 10


def test_ten_thousand_cards_of_two_sides_are_taken() -> None:
    assert 10_000 * 2 * (1 + html.OF_TREE) <= html.MOST_WORK


def test_more_answers_than_there_is_time_for_are_refused(monkeypatch) -> None:
    monkeypatch.setattr(gift, "MOST_ANSWERS", 30)
    assert len(read_file(b"a? {=b ~c}\n\n" * 15)[1].entries) == 15
    with pytest.raises(UnreadableFile, match="more than 30 answers") as error:
        read_file(b"a? {=b ~c}\n\n" * 16)
    assert error.value.finding.code == "E-TOO-LARGE"
