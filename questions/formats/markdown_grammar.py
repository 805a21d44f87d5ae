"""What reader and writer of question files share: sections, sub-keys, fences and tidy text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from questions.formats.document import Finding

SECTIONS = (
    "Answer",
    "Key points",
    "Options",
    "Sequence",
    "Output",
    "Interviewer notes",
    "Misconceptions",
    "Hints",
    "Follow-ups",
    "References",
)
SUB_KEYS = {
    "Key points": ("accept",),
    "Options": ("because",),
    "Misconceptions": ("why",),
    "Follow-ups": ("if", "expect", "strong", "weak", "next"),
}
REPEATABLE_SUB_KEYS = {"accept", "expect", "strong", "weak"}

LONGEST_FILE = 200_000  # characters; the longest real question has about 5,000
LONGEST_PROMPT = 300
LONGEST_SLUG = 80
LONGEST_PROSE = 20_000
LONGEST_ITEM = {
    "Key points": 504,  # 500 and the weight before it
    "Misconceptions": 500,
    "Hints": 500,
    "Follow-ups": 300,
}
LONGEST_SUB_ITEM = {"accept": 500, "if": 200}
LONGEST_TITLE = 200
LONGEST_URL = 500

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Also of a page that only an own network has, such as http://wiki/page.
WEBSITE = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
# Line feed and tab are the only control characters that mean something in a question.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

FENCE_LINE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
PROMPT_LINE = re.compile(r" {0,3}#(?:[ \t]+(.*))?")
# Also without the blank after ##: "##Hints" means the section, and must not end up as prose.
SECTION_LINE = re.compile(r" {0,3}##(?!#)[ \t]*(.*)")


class InvalidQuestion(ValueError):
    """The question cannot be read or written in this format; `findings` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{f.line}: {f.code} {f.message}" for f in findings))
        self.findings = findings


class Findings(list[Finding]):
    def error(self, code: str, line: int, message: str) -> None:
        self.append(Finding(code=code, line=line, message=message))


@dataclass(frozen=True, slots=True)
class Line:
    """`fenced` holds for the lines of a code block, its two fences included."""

    number: int
    text: str
    fenced: bool

    @property
    def is_blank(self) -> bool:
        return not self.text and not self.fenced


def is_slug(text: str) -> bool:
    return len(text) <= LONGEST_SLUG and SLUG.fullmatch(text) is not None


def is_web_address(text: str) -> bool:
    """Whether a reference may lead there: what can stand between the brackets of a Markdown link."""
    return "](" not in text and WEBSITE.fullmatch(text) is not None


def normal_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    """The text of a list item or a front-matter key, whatever line breaks somebody put in it."""
    return " ".join(filter(None, (line.strip() for line in text.splitlines())))


def read_lines(text: str, *, first: int = 1) -> tuple[list[Line], int | None]:
    """The lines without trailing blanks outside fences, and where a never closed fence opened."""
    lines = []
    fence, opened_on = None, None
    for number, raw in enumerate(text.split("\n"), first):
        is_inside = fence is not None
        if fence is None:
            fence = opening_fence(raw)
            opened_on = number if fence else None
        elif closes_fence(raw, fence):
            fence, opened_on = None, None
        keeps_blanks = is_inside and fence is not None
        lines.append(
            Line(number, raw if keeps_blanks else raw.rstrip(" \t"), bool(is_inside or fence))
        )
    return lines, opened_on


def opening_fence(line: str) -> str | None:
    match = FENCE_LINE.fullmatch(line)
    if not match or (match[1][0] == "`" and "`" in match[2]):
        return None
    return match[1]


def closes_fence(line: str, fence: str) -> bool:
    match = FENCE_LINE.fullmatch(line)
    if not match or match[2].strip(" \t"):
        return False
    return match[1][0] == fence[0] and len(match[1]) >= len(fence)


def trim_blank_lines(lines: list[Line]) -> list[Line]:
    start, end = 0, len(lines)
    while start < end and lines[start].is_blank:
        start += 1
    while end > start and lines[end - 1].is_blank:
        end -= 1
    return lines[start:end]


def prose_of(lines: list[Line]) -> str:
    return "\n".join(line.text for line in trim_blank_lines(lines))


def tidy_prose(text: str) -> str:
    """Prose as it is stored: normal line ends, no trailing blanks, no blank lines at the ends."""
    lines, _ = read_lines(normal_line_ends(text))
    return prose_of(lines)


def prose_findings(text: str) -> list[Finding]:
    """Why this prose would not stay in its section: a form asks before it saves."""
    text = normal_line_ends(text)
    findings = Findings(character_findings(text))
    lines, open_fence_line = read_lines(text)
    for line in lines:
        if line.fenced:
            continue
        if PROMPT_LINE.fullmatch(line.text) or SECTION_LINE.fullmatch(line.text):
            findings.error("E-SECTION", line.number, "Headings inside a text begin with ###.")
    if open_fence_line:
        findings.append(open_fence(open_fence_line))
    return findings


def character_findings(text: str) -> list[Finding]:
    match = CONTROL.search(text)
    if not match:
        return []
    line = text.count("\n", 0, match.start()) + 1
    message = f"There is an invisible control character (U+{ord(match[0]):04X}). Delete it."
    return [Finding(code="E-CHARACTER", line=line, message=message)]


def open_fence(line: int) -> Finding:
    message = "This code block is never closed. End it with the same fence on a line of its own."
    return Finding(code="E-FENCE", line=line, message=message)
