"""Markdown to safe HTML: no raw HTML, code highlighted by classes, images only from our media."""

from __future__ import annotations

from collections.abc import Sequence

import nh3
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Stored beside the HTML: raise it when the same text would render differently.
RENDER_VERSION = 1

TAGS = {
    *["p", "br", "hr", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code"],
    *["strong", "em", "s", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "span", "div"],
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "code": {"class"},
    "span": {"class"},
    "div": {"class"},
    "pre": {"class", "tabindex"},
    "th": {"class"},
    "td": {"class"},
}
FORMATTER = HtmlFormatter[str](nowrap=True)


def highlight_code(code: str, language: str, attributes: str) -> str:
    """Pygments' spans in our own <pre>; "" leaves the escaping of plain text to markdown-it."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return ""
    inner = highlight(code, lexer, FORMATTER)
    return f'<pre class="code highlight" tabindex="0"><code>{inner}</code></pre>\n'


def render_heading(
    renderer: RendererProtocol,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """Pages have their own h1 and h2, so prose begins at h3."""
    level = max(3, int(tokens[index].tag[1]))
    return f"<h{level}>" if tokens[index].nesting == 1 else f"</h{level}>\n"


def make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "highlight": highlight_code})
    parser.enable(["table", "strikethrough"])
    parser.add_render_rule("heading_open", render_heading)
    parser.add_render_rule("heading_close", render_heading)
    return parser


PARSER = make_parser()


def keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Images are shown only from our own media, so that reading tells nobody else."""
    if tag == "img" and name == "src" and not value.startswith(settings.MEDIA_URL):
        return None
    return value


def render(markdown: str) -> SafeString:
    """The text as HTML. About 6 ms for a long answer, so it is stored when content is saved."""
    html = nh3.clean(
        PARSER.render(markdown),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=keep_attribute,
        link_rel="noopener nofollow",
        url_schemes={"http", "https", "mailto"},
    )
    return mark_safe(html)  # noqa: S308 (sanitised in the line above)
