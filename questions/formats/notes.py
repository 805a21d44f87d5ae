"""Free-form notes: "Q." lines, rows of asterisks, and answers as they were typed.

    Q. What is a container?
    ************************
    A process with its own view of the system.
    ************************

The rows may be missing, and so may the marker where two rows enclose a title. Reading takes time
in proportion to the length of the text, whatever stands in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from questions.formats.document import Entry, Finding, Reading, UnreadableFile
from questions.formats.plain_text import Block, Line, blocks_of, candidates_of, markdown_of
from questions.formats.text_files import (
    check_count,
    fenced,
    prompt_findings,
    unclosed_fence,
    with_line_feeds,
)

WRAPPED_LENGTH = 200
TITLE_LENGTH = 200
TITLE_LINES = 2
WRAPPED_PROMPT_LINES = 3

ROW = re.compile(r"\s{0,3}\*{5,}")
# A hyphen marks a question only with a blank after it: "Q-learning" is a word.
MARKER = re.compile(
    r"\s{0,3}(?:Question|Q)(?:\.[0-9]{1,4}(?:[.:)\]-]|(?=\s))"
    r"|\s*(?:[0-9]{1,4}\s*)?(?:[.:)\]]|-(?=\s|$)))\s*",
    re.IGNORECASE,
)
# Shorter names with a number (docker0, python3, ext4, base64, cgroup2) have too few letters.
NAMES_WITH_NUMBERS = {
    *("cgroups", "container", "elasticsearch", "ethernet", "instance", "kernels", "openjdk"),
    *("postgres", "postgresql", "replica", "solaris", "version", "windows"),
}
# The look-behind lets each word be tried once, which keeps a file of letters linear.
FOOTNOTE = re.compile(r"(?<![A-Za-z])([A-Za-z][a-z]{6,})[0-9]{1,2}(?=\.\s|\.?$)")

# Sentence punctuation goes; these stay, because "C" and "C#" are two questions.
MEANINGFUL_PUNCTUATION = set("#%&*/@\\")

NOTHING_FOUND = (
    "No question was found. Notes are read like this: a line that begins with “Q.” and the "
    "question, a row of at least five asterisks below it, then the answer, then another row. "
    "Put “Q.” in front of each question, or choose another format for this file."
)


class Role(Enum):
    QUESTION = auto()
    ROW = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class NoteLine(Line):
    role: Role = Role.TEXT

    @property
    def is_long(self) -> bool:
        """Longer than anybody wraps by hand, so this file's lines are whole paragraphs."""
        return self.role is not Role.ROW and not self.is_code and len(self.text) > WRAPPED_LENGTH

    @property
    def may_be_prompt(self) -> bool:
        return self.role is Role.TEXT and not self.is_code


@dataclass(frozen=True, slots=True)
class Start:
    """Where an entry begins. `first` and `body` are positions in the list of lines.

    `body` is the first line after the prompt and the rows that belong to it.
    """

    first: int
    body: int
    prompt: tuple[NoteLine, ...]
    has_marker: bool
    has_underline: bool


def read_notes(text: str) -> Reading:
    lines, findings = _classified(with_line_feeds(text).split("\n"))
    starts = list(_starts(lines))
    if not starts:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")

    check_count(len(starts))
    findings += _preamble_findings(lines[: starts[0].first])
    is_unwrapped = any(line.is_long for line in lines)
    entries: list[Entry] = []
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        body = lines[start.body : following.first if following else len(lines)]
        prose = [line for line in body if line.role is Role.TEXT]
        blocks = blocks_of(prose, is_unwrapped=is_unwrapped)
        entry = _entry(lines, start, blocks)
        findings += _start_findings(lines, start)
        findings += _row_findings(lines, start, body)
        findings += _footnote_findings(blocks)
        if not entry.prompt:
            findings.append(_empty_finding(entry))
            continue
        findings += prompt_findings(entry)
        entries.append(entry)
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda finding: finding.line)))


def fingerprint(prompt: str) -> str:
    """The same for two prompts that differ in case, punctuation and spacing only."""
    folded = unicodedata.normalize("NFKC", prompt).casefold()
    kept = "".join(character for character in folded if not _is_punctuation(character))
    return " ".join(unicodedata.normalize("NFKC", kept or folded).split())


def _is_punctuation(character: str) -> bool:
    is_listed = unicodedata.category(character).startswith("P")
    return is_listed and character not in MEANINGFUL_PUNCTUATION


def _classified(raw: Sequence[str]) -> tuple[list[NoteLine], list[Finding]]:
    """All lines but blank ones. A fence that is never closed is text, and is reported."""
    code, unclosed = fenced(raw)
    lines: list[NoteLine] = []
    for number, text in enumerate(raw, start=1):
        if number in code:
            lines.append(NoteLine(number, text, is_code=True))
        elif text.strip():
            lines.append(NoteLine(number, text.rstrip(), role=_role(text.rstrip())))
    return lines, [unclosed_fence(number) for number in unclosed]


def _role(text: str) -> Role:
    if ROW.fullmatch(text):
        return Role.ROW
    return Role.QUESTION if MARKER.match(text) else Role.TEXT


def _starts(lines: Sequence[NoteLine]) -> Iterator[Start]:
    position = 0
    while position < len(lines):
        start = None
        if lines[position].role is Role.QUESTION:
            start = _marked_start(lines, position)
        elif lines[position].role is Role.ROW:
            start = _titled_start(lines, position)
        if start:
            yield start
        position = start.body if start else position + 1


def _marked_start(lines: Sequence[NoteLine], first: int) -> Start:
    after = first + 1 + _wrapped_lines(lines, first)
    has_underline = _is_underline(lines, after)
    body = after
    while body < len(lines) and lines[body].role is Role.ROW:
        body += 1
    prompt = tuple(lines[first:after])
    return Start(first, body, prompt, has_marker=True, has_underline=has_underline)


def _wrapped_lines(lines: Sequence[NoteLine], first: int) -> int:
    """How many lines the prompt goes on for; none unless a real underline ends it."""
    if _without_marker(lines[first].text).endswith(("?", ".", ":", "!")):
        return 0
    wrapped = 0
    for line in lines[first + 1 : first + 1 + WRAPPED_PROMPT_LINES]:
        if not line.may_be_prompt or line.number != lines[first].number + wrapped + 1:
            break
        wrapped += 1
    return wrapped if _is_underline(lines, first + 1 + wrapped) else 0


def _titled_start(lines: Sequence[NoteLine], row: int) -> Start | None:
    """A title of a line or two between rows, with text below: a question without its marker."""
    after = row + 1
    while after < len(lines) and after <= row + TITLE_LINES and _may_be_title(lines[after]):
        after += 1
    title = tuple(lines[row + 1 : after])
    is_apart = any(line.number != title[0].number + place for place, line in enumerate(title))
    if not title or is_apart or not _is_underline(lines, after):
        return None
    return Start(row + 1, after + 1, title, has_marker=False, has_underline=True)


def _may_be_title(line: NoteLine) -> bool:
    has_word = re.search(r"\w", line.text) is not None
    return line.may_be_prompt and has_word and len(line.text) <= TITLE_LENGTH


def _is_underline(lines: Sequence[NoteLine], position: int) -> bool:
    roles = [line.role for line in lines[position : position + 2]]
    return roles == [Role.ROW, Role.TEXT]


def _without_marker(text: str) -> str:
    return MARKER.sub("", text, count=1).strip()


def _entry(lines: Sequence[NoteLine], start: Start, blocks: Sequence[Block]) -> Entry:
    first, *others = [line.text.strip() for line in start.prompt]
    first = _without_marker(start.prompt[0].text) if start.has_marker else first
    last_line = blocks[-1][-1] if blocks else start.prompt[-1]
    return Entry(
        prompt=" ".join(part for part in [first, *others] if part),
        answer=markdown_of(blocks),
        line=lines[start.first].number,
        end_line=last_line.number,
        candidates=candidates_of(blocks),
    )


def _preamble_findings(lines: Sequence[NoteLine]) -> Iterator[Finding]:
    texts = [line for line in lines if line.role is Role.TEXT]
    if texts:
        yield Finding(
            "W-PREAMBLE",
            texts[0].number,
            f"Lines {texts[0].number} to {texts[-1].number} stand before the first question and "
            "are not imported. Put “Q.” in front of a question that is among them.",
        )


def _start_findings(lines: Sequence[NoteLine], start: Start) -> Iterator[Finding]:
    line = lines[start.first]
    if not start.has_marker:
        yield Finding(
            "W-NOMARKER",
            line.number,
            "This title between two rows was taken for a question, although it has no “Q.”.",
        )
    elif _follows_text(lines, start.first):
        yield Finding(
            "W-NOSEP",
            line.number,
            "This question begins directly below other text. Check that the answer above it is "
            "whole, or put a row of asterisks between them.",
        )


def _follows_text(lines: Sequence[NoteLine], position: int) -> bool:
    if position == 0:
        return False
    above = lines[position - 1]
    return above.role is Role.TEXT and above.number == lines[position].number - 1


def _row_findings(
    lines: Sequence[NoteLine], start: Start, body: Sequence[NoteLine]
) -> Iterator[Finding]:
    last = max((place for place, line in enumerate(body) if line.role is Role.TEXT), default=None)
    if last is None:
        yield Finding(
            "W-NOANSWER",
            lines[start.first].number,
            "This question has no answer yet. It is imported without one.",
        )
        return
    for line in body[:last]:
        if line.role is Role.ROW:
            yield Finding(
                "W-INNER-SEP",
                line.number,
                "This row stands inside an answer and was dropped. If a question begins below it, "
                "put “Q.” in front of it.",
            )
    following = start.body + len(body)
    is_reported = following < len(lines) and _follows_text(lines, following)
    if start.has_underline and last == len(body) - 1 and not is_reported:
        yield Finding("I-NO-CLOSING-SEP", body[last].number, "No row closes this answer.")


def _footnote_findings(blocks: Sequence[Block]) -> Iterator[Finding]:
    for block in blocks:
        for line in block:
            for match in FOOTNOTE.finditer(line.text) if not line.is_code else ():
                ends_line = match.end() == len(line.text)
                is_name = match[1].lower() in NAMES_WITH_NUMBERS
                if is_name or (ends_line and line is not block[-1]):
                    continue
                yield Finding(
                    "W-FOOTNOTE",
                    line.number,
                    f"“{match[0]}” may end in the number of a footnote. It is kept; remove the "
                    "number if it does not belong there.",
                    words=match[0],
                    instead=match[1],
                )


def _empty_finding(entry: Entry) -> Finding:
    return Finding(
        "E-EMPTY",
        entry.line,
        f"No question stands behind this marker, so lines {entry.line} to {entry.end_line} are "
        "not imported. Write the question behind the marker.",
    )
