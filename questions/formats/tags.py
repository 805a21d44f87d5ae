"""HTML in somebody's Markdown: tags that stand for a mark become it, others stay text."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from questions.formats.document import Finding

# Both keep what stands in them from being read as tags; each scan ends at the next backtick.
CODE_SPAN = re.compile(r"\\[!-/:-@\[-`{-~]|(?<!`)(`{1,3})(?!`)[^`]*(?<!`)\1(?!`)")
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")
# Most lines are such: neither tag, entity, image nor link.
PLAIN = re.compile(r"[^<&\[\]]*")
# The tags that Markdown writers use for want of a mark. A pair on one line becomes its mark; a
# lone one, as in a <b> around whole paragraphs, goes.
PAIRS = {
    **{"b": "**", "strong": "**", "summary": "**", "i": "*", "em": "*"},
    **{"code": "`", "kbd": "`", "tt": "`"},
}
PAIR = re.compile(rf"<({'|'.join(PAIRS)})>([^<>]*)</\1>", re.IGNORECASE)
BREAKS = {"br": "\n", "p": "\n\n", "li": "\n- ", "ul": "\n", "ol": "\n", "details": "\n"}
ONLY_OPENED = {"br", "li"}
# They only say where and how large something stands.
LAYOUT = {"a", "center", "div", "font", "span", "u"}
HREF = re.compile(
    r"<a\s[^<>]{0,300}?(?<![\w-])href\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>]+))[^<>]{0,300}>",
    re.IGNORECASE,
)
LINK = re.compile(rf"{HREF.pattern}((?:[^<]|<(?!/?a\b))*+)</a\s*>", re.IGNORECASE)
# Those that lead about the page, or that run something, do not come along.
LEADS_ON = re.compile(r"(?:https?:|mailto:|ftp:|(?!#|[a-z][a-z0-9+.-]*:)).", re.IGNORECASE)
IMAGE_TAG = re.compile(r"<img\s([^<>]*)>", re.IGNORECASE)
IMAGE_PARTS = re.compile(
    r"\b(src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\(\s*([^()\s]+)(?:\s+\"[^\"\n]*\")?\s*\)")
# A link to a place on the same page, and the words by which lists lead back to their contents.
INNER_LINK = re.compile(r"\]\(#|\bhref\s*=\s*[\"']?#", re.IGNORECASE)
NOT_SAID = re.compile(r"<[^<>]*>|\]\([^()\s]*\)|[\W_]+")
LEADS_ABOUT = re.compile(
    r"(?:(?:back|go|return|jump|scroll)\s)?(?:to\s|up\s)*(?:the\s)?"
    r"(?:top|contents|table of contents|toc|index|menu|up|home)",
    re.IGNORECASE,
)


def as_markdown(text: str, number: int) -> tuple[str, list[Finding]]:
    """A line outside code, and what is to be said of it."""
    if PLAIN.fullmatch(text):
        return text, []
    if leads_about(text):
        message = "A link that only leads about the page was left out."
        return "", [Finding("I-LINK", number, message)]
    findings = [unknown_tag(number, name) for name in unknown_tags(text)]
    if has_image(text):
        message = "An image stays behind: only its words and its address are imported."
        findings.append(Finding("W-IMAGE", number, message))
    findings += [_left_link(number, address) for address in _left_links(text)]
    return without_tags(text), findings


def leads_about(text: str) -> bool:
    if not INNER_LINK.search(text):
        return False
    return bool(LEADS_ABOUT.fullmatch(NOT_SAID.sub(" ", text).strip()))


def has_image(text: str) -> bool:
    found: list[bool] = []

    def look(part: str) -> str:
        found.append(bool(IMAGE.search(part) or IMAGE_TAG.search(part)))
        return part

    _outside_code(text, look)
    return any(found)


def without_tags(text: str) -> str:
    return _outside_code(text, _without_tags)


def _without_tags(part: str) -> str:
    part = IMAGE.sub(_named_image, IMAGE_TAG.sub(_tagged_image, part))
    part = LINK.sub(_linked, part)
    return unescape(TAG.sub(_broken, PAIR.sub(_marked, part)))


def _linked(link: re.Match[str]) -> str:
    address, words = _address(link), link[4].strip()
    if not address:
        return link[0]
    if "[" in words or "]" in words:
        return f"{words} ({address})"
    is_plain = not re.search(r"[\s()]", address)
    return f"[{words or address}]({address if is_plain else f'<{address}>'})"


def _address(opening: re.Match[str]) -> str:
    """ "" if it leads nowhere that a question could lead to."""
    address = (opening[1] or opening[2] or opening[3] or "").strip()
    return address if LEADS_ON.match(unescape(address)) else ""


def _left_links(text: str) -> list[str]:
    found: list[str] = []

    def look(part: str) -> str:
        found.extend(each[0] for each in HREF.finditer(part) if not _address(each))
        return part

    _outside_code(text, look)
    return found


def unknown_tags(text: str) -> list[str]:
    found: list[str] = []

    def look(part: str) -> str:
        found.extend(name[2] for name in TAG.finditer(part) if not _is_known(name[2]))
        return part

    _outside_code(text, look)
    return list(dict.fromkeys(found))


def unknown_tag(number: int, name: str) -> Finding:
    message = f"HTML is kept as text: <{name}> is shown as it stands. Write it in Markdown instead."
    return Finding("W-HTML", number, message)


def _left_link(number: int, tag: str) -> Finding:
    message = f"A link was left out, all but its words: {tag[:200]}"
    return Finding("I-LINK", number, message)


def _is_known(name: str) -> bool:
    lowered = name.lower()
    return lowered in PAIRS or lowered in BREAKS or lowered in LAYOUT or lowered == "img"


def _tagged_image(tag: re.Match[str]) -> str:
    parts = {name.lower(): a or b or c for name, a, b, c in IMAGE_PARTS.findall(tag[1])}
    return _image(parts.get("alt", ""), parts.get("src", ""))


def _named_image(image: re.Match[str]) -> str:
    return _image(image[1], image[2])


def _image(words: str, address: str) -> str:
    """A link where there is something to lead to."""
    words = " ".join(words.replace("[", "(").replace("]", ")").split()) or "image"
    address = address.strip()
    if re.fullmatch(r"https?://[^\s<>()]+", address):
        return f"[{words}]({address})"
    return f"{words} ({address})" if address else words


def _marked(pair: re.Match[str]) -> str:
    mark, text = PAIRS[pair[1].lower()], pair[2]
    return f"{mark}{text.strip()}{mark}" if text.strip() else text


def _broken(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if not _is_known(name):
        return tag[0].replace("&", "&amp;")
    if (opening := HREF.fullmatch(tag[0])) and (address := _address(opening)):
        return f"({address}) "
    if name in PAIRS or name in LAYOUT or (tag[1] and name in ONLY_OPENED):
        return ""
    return BREAKS.get(name, "")


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    if "`" not in text and "\\" not in text:
        return change(text)
    written, end = [], 0
    for span in CODE_SPAN.finditer(text):
        written += [change(text[end : span.start()]), span[0]]
        end = span.end()
    return "".join([*written, change(text[end:])])
