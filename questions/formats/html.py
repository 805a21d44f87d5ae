"""HTML of other programs to Markdown: what it says stays, what could run in a browser does not."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import nh3

from questions.formats.document import UnreadableFile
from questions.formats.flat_html import flat_markdown
from questions.formats.markdown_grammar import tidy_prose
from questions.formats.sections import demoted, without_gaps

if TYPE_CHECKING:
    from markdownify import MarkdownConverter

KEPT = {
    *("p", "br", "hr", "div", "span", "blockquote", "pre", "code", "kbd", "samp", "tt"),
    *("b", "strong", "i", "em", "u", "s", "del", "sub", "sup", "mark", "a", "img"),
    *("ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption"),
}
DROPPED_WHOLE = {"script", "style", "iframe", "object", "embed", "form", "svg", "math"}
# Other elements of HTML: their marks go, their text stays. What is none of them is no tag at all,
# but text such as List<String>.
OTHER = {
    *("html", "head", "body", "title", "meta", "link", "base", "noscript", "template", "slot"),
    *("article", "aside", "footer", "header", "main", "nav", "section", "figure", "figcaption"),
    *("address", "center", "font", "big", "small", "strike", "nobr", "wbr", "abbr", "acronym"),
    *("cite", "dfn", "q", "var", "ins", "time", "data", "bdi", "bdo", "ruby", "rb", "rt", "rp"),
    *("details", "summary", "dialog", "hgroup", "search", "menu", "dir", "col", "colgroup"),
    *("tfoot", "audio", "video", "source", "track", "picture", "canvas", "map", "area", "param"),
    *("button", "datalist", "fieldset", "input", "label", "legend", "meter", "optgroup", "option"),
    *(
        "output",
        "progress",
        "select",
        "textarea",
        "marquee",
        "blink",
        "applet",
        "frame",
        "frameset",
    ),
    *("noframes", "xmp", "plaintext", "listing", "path", "g", "use", "rect", "circle", "line"),
}
MEDIA = re.compile(r"<(?:audio|video|canvas|picture)\b", re.IGNORECASE)
ANY_TAG = re.compile(r"<(?=/?([A-Za-z][A-Za-z0-9-]*)(:?))")
DEEPEST = 60
LOOKS_LIKE_HTML = re.compile(
    r"</?(?:p|br|div|span|b|strong|i|em|u|ul|ol|li|pre|code|table|tr|td|h[1-6]|a|img|font|script|style|iframe|svg)\b[^<>]*>"
    r"|&(?:nbsp|lt|gt|amp|quot|#[0-9]{1,6});",
    re.IGNORECASE,
)
IMAGE = re.compile(r"<img\b", re.IGNORECASE)
UNSAFE = re.compile(rf"<({'|'.join(sorted(DROPPED_WHOLE))})\b", re.IGNORECASE)
OPENING = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^<>]*>", re.IGNORECASE)
VOID = {"br", "hr", "img"}
# A parsed tag takes two hundred times its length in memory, and 20 microseconds.
MOST_TAGS = 20_000
MOST_TAGS_IN_FILE = 100_000
# A text takes 20 microseconds, and 150 more where it needs a tree.
MOST_WORK = 160_000
OF_TREE = 7
WORK: ContextVar[int] = ContextVar("WORK", default=0)
CLEANER = nh3.Cleaner(
    tags=KEPT, clean_content_tags=DROPPED_WHOLE, attributes={"a": {"href"}}, link_rel=None
)


@dataclass(frozen=True, slots=True)
class Converted:
    """`lost`: sentences for a person about what the Markdown does not hold."""

    text: str
    lost: tuple[str, ...] = ()


def check_tags(text: str) -> None:
    """Before its fields are converted one by one."""
    WORK.set(0)
    if text.count("<") > MOST_TAGS_IN_FILE:
        raise UnreadableFile(
            f"This file has more than {MOST_TAGS_IN_FILE:,} HTML tags. Split it into smaller files.",
            code="E-TOO-LARGE",
        )


def looks_like_html(text: str) -> bool:
    return bool(LOOKS_LIKE_HTML.search(text))


def markdown_of_html(html: str) -> Converted:
    """In time that grows with the length: what is nested too deeply loses its marks, not its text."""
    _work(1)
    html = ANY_TAG.sub(_kept_or_text, html)
    lost = []
    if MEDIA.search(html):
        lost.append("A sound or video was left out: files cannot be brought along.")
    if IMAGE.search(html):
        lost.append("An image was left out: images of other programs cannot be brought along.")
    if UNSAFE.search(html):
        lost.append("Scripts, styles and embedded pages were left out.")
    clean = CLEANER.clean(html)
    if clean.count("<") > MOST_TAGS or _depth(clean) > DEEPEST:
        clean = nh3.clean(clean, tags=set())
        lost.append("This text has too many HTML tags, so it came without its marks.")
    markdown = flat_markdown(clean, escape=_escaped)
    if markdown is None:
        markdown = _markdown_of_tree(clean)
    lines = [demoted(line) for line in markdown.replace("\xa0", " ").split("\n")]
    text = tidy_prose(without_gaps("\n".join(lines)))
    return Converted(text, tuple(lost))


def _markdown_of_tree(clean: str) -> str:
    from bs4 import BeautifulSoup

    _work(OF_TREE)
    soup = BeautifulSoup(clean, "html.parser")
    for image in soup.find_all("img"):
        image.decompose()
    return str(_converter().convert_soup(soup))


def _escaped(text: str) -> str:
    return str(_converter().escape(text, set()))  # type: ignore[attr-defined]


@cache
def _converter() -> MarkdownConverter:
    # Loading it takes longer than reading most files, which have no HTML.
    from markdownify import MarkdownConverter

    return MarkdownConverter(
        heading_style="ATX", bullets="-", escape_underscores=True, escape_misc=True
    )


def _work(much: int) -> None:
    """Counted, not timed: a file that one machine takes is taken by every other."""
    WORK.set(WORK.get() + much)
    if WORK.get() > MOST_WORK:
        raise UnreadableFile(
            "This file has more texts with HTML than can be read at once. Split it into smaller "
            "files.",
            code="E-TOO-LARGE",
        )


def _kept_or_text(tag: re.Match[str]) -> str:
    """Names with a colon are those of word processors, which say nothing."""
    name = tag[1].lower()
    is_tag = tag[2] or name in KEPT or name in DROPPED_WHOLE or name in OTHER
    return "<" if is_tag else "&lt;"


def _depth(html: str) -> int:
    depth = deepest = 0
    for closing, name in OPENING.findall(html):
        if name.lower() in VOID:
            continue
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    return deepest
