"""The typed answer as it was typed, with what earned something marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from feedback.findings import Finding, Span, Status

# A fence that is never closed is code to the end, as in Markdown.
CODE = re.compile(r"^```.*?(?:^```[^\n]*$|\Z)|`[^`\n]+`", re.MULTILINE | re.DOTALL)
SIGNS = {Status.COVERED: "", Status.NOT_SURE: "?", Status.CHECK: "!"}


@dataclass(frozen=True)
class Piece:
    """Characters that are alike in everything. `ending`: key points whose sentence ends here."""

    text: str
    is_code: bool
    numbers: tuple[int, ...]
    is_match: bool
    ending: tuple[int, ...]


def highlighted(answer: str, findings: Mapping[int, Finding]) -> SafeString:
    """HTML, escaped. `findings` by the number of the key point on the page, from 1.

    Each marked sentence ends with the numbers of the points it was found for.
    """
    shown = {
        number: finding
        for number, finding in findings.items()
        if finding.sentence and finding.status in SIGNS
    }
    pieces = list(_pieces(answer, shown))
    return _joined(
        format_html("<code>{}</code>", _marks(group, shown)) if is_code else _marks(group, shown)
        for is_code, group in groupby(pieces, key=lambda piece: piece.is_code)
    )


def _pieces(answer: str, shown: Mapping[int, Finding]) -> Iterator[Piece]:
    code = [Span(*found.span()) for found in CODE.finditer(answer)]
    sentences = {number: finding.sentence for number, finding in shown.items() if finding.sentence}
    words = [match.said for finding in shown.values() for match in finding.matches]
    spans = [*code, *sentences.values(), *words]
    edges = {0, len(answer), *(edge for span in spans for edge in (span.start, span.end))}
    for start, end in pairwise(sorted(edge for edge in edges if 0 <= edge <= len(answer))):
        numbers = [n for n, span in sentences.items() if span.start <= start < span.end]
        yield Piece(
            answer[start:end],
            is_code=_covers(code, start),
            numbers=tuple(sorted(numbers)),
            is_match=bool(numbers) and _covers(words, start),
            ending=tuple(sorted(n for n in numbers if sentences[n].end == end)),
        )


def _covers(spans: Iterable[Span], place: int) -> bool:
    return any(span.start <= place < span.end for span in spans)


def _marks(pieces: Iterable[Piece], shown: Mapping[int, Finding]) -> SafeString:
    return _joined(
        _mark(numbers, list(group), shown)
        for numbers, group in groupby(pieces, key=lambda piece: piece.numbers)
    )


def _mark(
    numbers: tuple[int, ...], pieces: list[Piece], shown: Mapping[int, Finding]
) -> SafeString:
    inner = _joined(_piece(piece, shown) for piece in pieces)
    if not numbers:
        return inner
    return format_html(
        '<mark class="found {}" data-point="{}">{}</mark>',
        _look(shown[number].status for number in numbers),
        " ".join(map(str, numbers)),
        inner,
    )


def _look(statuses: Iterable[Status]) -> str:
    """A sentence that serves several points looks like the best of them."""
    found = set(statuses)
    best = next(status for status in SIGNS if status in found)
    return f"found-{best.value.replace('_', '-')}"


def _piece(piece: Piece, shown: Mapping[int, Finding]) -> SafeString:
    shape = "<strong>{}</strong>{}" if piece.is_match else "{}{}"
    notes = _joined(_note(number, shown[number].status) for number in piece.ending)
    return format_html(shape, piece.text, notes)


def _note(number: int, status: Status) -> SafeString:
    spoken = {
        Status.COVERED: gettext("key point %(number)d"),
        Status.NOT_SURE: gettext("perhaps key point %(number)d"),
        Status.CHECK: gettext("check against key point %(number)d"),
    }[status]
    return format_html(
        '<sup class="found-number"><span aria-hidden="true">{}{}</span>'
        '<span class="visually-hidden"> ({})</span></sup>',
        number,
        SIGNS[status],
        spoken % {"number": number},
    )


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
