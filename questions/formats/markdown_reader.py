"""Reads a question file. Whatever is wrong with it is found in one go, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from questions.formats.document import (
    UNKNOWN_LICENSE,
    Finding,
    FollowUpText,
    KeyPointText,
    Kind,
    Level,
    MisconceptionText,
    OptionText,
    QuestionDocument,
    ReferenceText,
    Status,
)
from questions.formats.front_matter import FrontMatter, read_front_matter
from questions.formats.markdown_grammar import (
    LONGEST_FILE,
    LONGEST_PROMPT,
    LONGEST_PROSE,
    LONGEST_TITLE,
    LONGEST_URL,
    PROMPT_LINE,
    SECTION_LINE,
    SECTIONS,
    Findings,
    Line,
    character_findings,
    closes_fence,
    is_web_address,
    normal_line_ends,
    one_line,
    open_fence,
    opening_fence,
    prose_of,
    read_lines,
    trim_blank_lines,
)
from questions.formats.markdown_lists import Item, check_length, read_items
from questions.formats.publishing import kind_problems

MOST_FINDINGS = 100  # a file that is no question at all need not be explained line by line

# [3] before a key point, [x] before an option.
MARK = re.compile(r"\[([^\]]*)\](?:[ \t]+(.*))?")


@dataclass(slots=True)
class Section:
    line: int
    lines: list[Line] = field(default_factory=list)


def parse_question(text: str) -> tuple[QuestionDocument | None, list[Finding]]:
    """The question, or None when any finding is an error."""
    text = normal_line_ends(text.removeprefix("\ufeff"))
    findings = Findings(character_findings(text))
    if len(text) > LONGEST_FILE:
        findings.error("E-SIZE", 1, f"The file is longer than {LONGEST_FILE} characters.")
    if findings:
        return None, findings
    split = _split_front_matter(text, findings)
    if split is None:
        return None, findings
    front_text, body_text, body_line = split
    front = read_front_matter(front_text, findings)
    body = Body(body_text, first_line=body_line)
    document = _assemble(front or FrontMatter({}, Findings()), body)
    findings += body.findings
    if front and not body.findings:
        _check_kind(document, front=front, body=body, findings=findings)
    found = sorted(findings, key=lambda finding: finding.line)[:MOST_FINDINGS]
    return (None if any(f.is_error for f in found) else document), found


def _split_front_matter(text: str, findings: Findings) -> tuple[str, str, int] | None:
    """Front matter, body, and the line the body begins on."""
    lines = [line.rstrip(" \t") for line in text.split("\n")]
    if lines[0] != "---":
        findings.error("E-FRONT", 1, "The file begins with front matter between two --- lines.")
        return None
    if "---" not in lines[1:]:
        findings.error("E-FRONT", 1, "The front matter is never closed. End it with a --- line.")
        return None
    end = lines.index("---", 1)
    return "\n".join(lines[1:end]), "\n".join(text.split("\n")[end + 1 :]), end + 2


def _assemble(front: FrontMatter, body: Body) -> QuestionDocument:
    return QuestionDocument(
        slug=front.slug("id"),
        prompt=body.prompt,
        kind=front.choice("kind", Kind) or Kind.OPEN,
        version=front.number("version") or 1,
        level=front.choice("level", Level),
        topic=front.topic("topic"),
        tags=front.tags("tags"),
        speak_seconds=front.seconds("speak"),
        status=front.choice("status", Status) or Status.DRAFT,
        reviewed_on=front.day("reviewed"),
        applies_to=front.text("applies_to"),
        license=front.text("license") or UNKNOWN_LICENSE,
        source=front.text("source"),
        authors=front.names("authors"),
        extra=front.extra(),
        context=body.prose_in(body.context),
        answer=body.prose("Answer"),
        options=body.options(),
        steps=body.numbered("Sequence"),
        expected_output=body.output(),
        interviewer_notes=body.prose("Interviewer notes"),
        key_points=body.key_points(),
        misconceptions=body.misconceptions(),
        hints=body.numbered("Hints"),
        follow_ups=body.follow_ups(),
        references=body.references(),
    )


def _check_kind(
    document: QuestionDocument, *, front: FrontMatter, body: Body, findings: Findings
) -> None:
    for name, message in kind_problems(document):
        section = body.sections.get(name)
        findings.error("E-KIND", section.line if section else front.line_of("kind"), message)


class Body:
    """What follows the front matter: the prompt, its context and the sections by name."""

    def __init__(self, text: str, *, first_line: int) -> None:
        self.findings = Findings()
        self.prompt = ""
        self.context: list[Line] = []
        self.sections: dict[str, Section] = {}
        lines, open_fence_line = read_lines(text, first=first_line)
        if open_fence_line:
            self.findings.append(open_fence(open_fence_line))
        self._split(self._after_prompt(lines))

    def prose(self, name: str) -> str:
        return self.prose_in(self._lines(name))

    def prose_in(self, lines: list[Line]) -> str:
        prose = prose_of(lines)
        if prose:
            check_length(prose, LONGEST_PROSE, line=lines[0].number, findings=self.findings)
        return prose

    def output(self) -> str:
        """The expected output without its fence, every blank of it kept."""
        lines = trim_blank_lines(self._lines("Output"))
        if not any(line.fenced for line in lines):
            return self.prose_in(lines)
        if not _is_one_block(lines):
            self._error("E-OUTPUT", lines[0].number, "Write the output as one code block.")
        indent = len(lines[0].text) - len(lines[0].text.lstrip(" "))
        output = "\n".join(_without_indent(line.text, indent) for line in lines[1:-1])
        check_length(output, LONGEST_PROSE, line=lines[0].number, findings=self.findings)
        return output

    def numbered(self, name: str) -> tuple[str, ...]:
        return tuple(item.text for item in self._items(name))

    def key_points(self) -> tuple[KeyPointText, ...]:
        points = []
        for item in self._items("Key points"):
            match = MARK.fullmatch(item.text)
            if not match or match[1] not in ("1", "2", "3"):
                self._error("E-WEIGHT", item.line, "A key point begins with [1], [2] or [3].")
            elif text := self._text_of(item, match[2]):
                points.append(KeyPointText(text, int(match[1]), accept=item.all("accept")))
        return tuple(points)

    def options(self) -> tuple[OptionText, ...]:
        options = []
        for item in self._items("Options"):
            match = MARK.fullmatch(item.text)
            if not match or match[1] not in (" ", "x", "X"):
                self._error("E-LIST", item.line, "An option begins with [x] or [ ].")
            elif text := self._text_of(item, match[2]):
                options.append(OptionText(text, match[1] != " ", because=item.one("because")))
        return tuple(options)

    def misconceptions(self) -> tuple[MisconceptionText, ...]:
        items = self._items("Misconceptions")
        return tuple(MisconceptionText(item.text, why=item.one("why")) for item in items)

    def follow_ups(self) -> tuple[FollowUpText, ...]:
        return tuple(
            FollowUpText(
                item.text,
                expect=item.all("expect"),
                strong=item.all("strong"),
                weak=item.all("weak"),
                condition=item.one("if"),
                next_slug=item.one("next"),
            )
            for item in self._items("Follow-ups")
        )

    def references(self) -> tuple[ReferenceText, ...]:
        references = []
        for item in self._items("References"):
            title, _, url = item.text.removeprefix("[").rpartition("](")
            title, url = title.strip(), url.removesuffix(")")
            is_link = item.text.startswith("[") and item.text.endswith(")")
            if not (is_link and title and is_web_address(url)):
                message = "A reference is [title](https://address)."
                self._error("E-LIST", item.line, message)
            check_length(title, LONGEST_TITLE, line=item.line, findings=self.findings)
            check_length(url, LONGEST_URL, line=item.line, findings=self.findings)
            references.append(ReferenceText(title, url))
        return tuple(references)

    def _error(self, code: str, line: int, message: str) -> None:
        self.findings.error(code, line, message)

    def _lines(self, name: str) -> list[Line]:
        return self.sections[name].lines if name in self.sections else []

    def _text_of(self, item: Item, text: str | None) -> str:
        if not text:
            self._error("E-LIST", item.line, "This item has no text.")
        return text or ""

    def _after_prompt(self, lines: list[Line]) -> list[Line]:
        """Takes the prompt, which comes first; gives the lines behind it."""
        content = trim_blank_lines(lines)
        if not content:
            self._error("E-PROMPT", lines[0].number, "The question is missing: # and its text.")
            return []
        first = content[0]
        match = None if first.fenced else PROMPT_LINE.fullmatch(first.text)
        if not match:
            message = "The question comes first, as a heading: # and its text."
            self._error("E-PROMPT", first.number, message)
            return content
        self.prompt = one_line(match[1] or "")
        if not 1 <= len(self.prompt) <= LONGEST_PROMPT:
            message = f"The question has 1 to {LONGEST_PROMPT} characters, not {len(self.prompt)}."
            self._error("E-PROMPT", first.number, message)
        return content[1:]

    def _split(self, lines: list[Line]) -> None:
        current = self.context
        for line in lines:
            if line.fenced:
                current.append(line)
            elif match := SECTION_LINE.fullmatch(line.text):
                current = self._begin_section(match[1], line.number)
            elif PROMPT_LINE.fullmatch(line.text):
                message = "Only the question, which comes first, has a single #. Use ### in a text."
                self._error("E-PROMPT", line.number, message)
            else:
                current.append(line)

    def _begin_section(self, name: str, number: int) -> list[Line]:
        section = Section(number)
        if name not in SECTIONS:
            message = f"“## {name[:60]}” is no section. The sections are: {', '.join(SECTIONS)}."
            self._error("E-SECTION", number, message)
        elif name in self.sections:
            self._error("E-DUPLICATE", number, f"The section “{name}” is here twice.")
        else:
            self.sections[name] = section
        return section.lines

    def _items(self, name: str) -> list[Item]:
        return read_items(self._lines(name), name=name, findings=self.findings)


def _is_one_block(lines: list[Line]) -> bool:
    fence = opening_fence(lines[0].text)
    if not fence:
        return False
    closings = [line.number for line in lines[1:] if closes_fence(line.text, fence)]
    return closings == [lines[-1].number]


def _without_indent(text: str, indent: int) -> str:
    blanks = len(text) - len(text.lstrip(" "))
    return text[min(indent, blanks) :]
