"""The words above an answer, as “**Answer:**” or a fold that says “Show answer”, which ask nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from questions.formats.plain_text import Line

# What ends a label: in “A-record”, “a.out” and “Q.E.D.” none does.
FULL_STOP = r"\.(?!(?-i:[a-z]|[A-Z]\.))"
STOP = rf"(?::|{FULL_STOP}|-(?=[\s*_]|$))"
ANSWER_LABEL = re.compile(
    rf"\s*(?:#{{1,6}}\s*)?(?:[*_]{{0,3}}(?:answer|ans|solution|a)\s*(?:{STOP}\s*[*_]{{0,3}}|$)"
    r"|[*_]{1,3}(?:answer|ans|solution|a)\s*[*_]{1,3}\s*:?)",
    re.IGNORECASE,
)
# In the midst of a text only what is set apart by a mark.
MARKED = re.compile(
    rf"\s*(?:#{{1,6}}\s*[*_]{{0,3}}|[*_]{{2,3}})(?:answer|ans|solution)\s*(?:{STOP}|[*_]|$)",
    re.IGNORECASE,
)
FOLD = re.compile(
    r"\s*(?:<details\b[^<>]*>\s*)?<summary\b[^<>]*>(.*?)</summary\s*>(.*)", re.IGNORECASE
)
OPENING = r"(?:(?:click|tap|press)\s(?:here\s)?(?:to\s|for\s)?)?(?:(?:show|view|see|reveal|expand|open|toggle|display|check)\s)?(?:the\s|an?\s|my\s)?"
ANSWERS = r"(?:correct\s)?(?:answers?|ans|solutions?|reveal|spoilers?|show|expand|click(?:\shere)?)"
ASIDES = r"(?:hints?|explanations?|examples?|details|more|read\smore|code|output|results?|notes?|tips?|references?)"
NUMBERED = r"(?:\s[0-9]{1,3})?"
FOLDED_ANSWER = re.compile(rf"{OPENING}{ANSWERS}{NUMBERED}", re.IGNORECASE)
ASIDE = re.compile(rf"{OPENING}{ASIDES}{NUMBERED}", re.IGNORECASE)
NOT_SAID = re.compile(r"<[^<>]*>|[\W_]+")


def asks_nothing(summary: str) -> bool:
    """Whether a fold holds the answer to what stands above it, or something beside it."""
    words = NOT_SAID.sub(" ", summary).strip()
    return bool(FOLDED_ANSWER.fullmatch(words) or ASIDE.fullmatch(words))


def without_answer_label(lines: Sequence[Line]) -> list[Line]:
    """The word “Answer” above an answer, or before it, says nothing here."""
    kept = list(lines)
    for place, line in enumerate(kept):
        if not line.text.strip():
            continue
        rest = None if line.is_code else _behind_fold(line.text)
        if rest is not None:
            kept[place] = Line(line.number, rest)
            if rest.strip():
                break
            continue
        label = None if line.is_code else ANSWER_LABEL.match(line.text)
        if label:
            kept[place] = Line(line.number, line.text[label.end() :].lstrip())
        break
    return kept


def parted(lines: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """What belongs to the question, and the answer: all of it, where no label stands between."""
    for place, line in enumerate(lines):
        if line.is_code:
            continue
        if MARKED.match(line.text) or _behind_fold(line.text) is not None:
            return lines[:place], lines[place:]
    return (), lines


def _behind_fold(text: str) -> str | None:
    fold = FOLD.match(text)
    if fold and FOLDED_ANSWER.fullmatch(NOT_SAID.sub(" ", fold[1]).strip()):
        return fold[2]
    return None
