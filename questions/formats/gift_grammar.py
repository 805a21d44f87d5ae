"""GIFT as text: its questions, answers and comments, with every escape undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from questions.formats.document import Finding
from questions.formats.text_files import check_count, check_options, line_span, with_line_feeds

# In GIFT a backslash takes their meaning from these; `\n` is a line end.
SPECIAL = "~=#{}:\\"
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
TITLE = re.compile(r"\s*::((?:\\.|(?!::).)*)::", re.DOTALL)
# What Moodle itself writes above each question.
MOODLE_COMMENT = re.compile(r"\s*question:\s*[0-9]+\s*(?:name:.*)?")
COMMENT_FIELD = re.compile(r"\[(id|tag|kind):((?:\\.|[^\]\\])*)\]")
CATEGORY = re.compile(r"\$CATEGORY:\s*(.*)")
GENERAL_FEEDBACK = "####"
WEIGHT = re.compile(r"\s*%(-?[0-9]+(?:\.[0-9]+)?)%")


class Shape(StrEnum):
    ESSAY = "essay"
    TRUE = "true"
    FALSE = "false"
    CHOICE = "choice"
    SHORT = "short answer"
    MATCHING = "matching"
    NUMBER = "number"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class GiftAnswer:
    """`weight` in per cent: 100 for `=`, as stated for `~%50%`, else 0."""

    text: str
    weight: float = 0.0
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class GiftQuestion:
    """`text` may hold "_____" where the answers stood in the midst of a sentence.

    `kind` is what our own files say in a comment; "" in others.
    """

    line: int
    end_line: int
    text: str
    shape: Shape
    title: str = ""
    markup: str = "moodle"
    answers: tuple[GiftAnswer, ...] = ()
    feedback: str = ""
    category: str = ""
    category_line: int = 1
    key: str = ""
    tags: tuple[str, ...] = ()
    kind: str = ""


@dataclass
class Chunk:
    """The lines of one question with their numbers; comments are apart."""

    lines: list[tuple[int, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    has_gap: bool = False

    @property
    def text(self) -> str:
        return "\n".join(line for _number, line in self.lines)

    @property
    def line(self) -> int:
        return self.lines[0][0]

    @property
    def end_line(self) -> int:
        return max(number for number, line in self.lines if line.strip())

    def add(self, number: int, line: str) -> None:
        self.lines.append((number, line))
        self.has_gap = self.has_gap or not line.strip()

    def parts(self) -> list[Chunk]:
        """What stands between its blank lines; nothing if it has none."""
        if not self.has_gap:
            return []
        found = [Chunk(comments=self.comments)]
        for number, line in self.lines:
            if line.strip():
                found[-1].add(number, line)
            else:
                found.append(Chunk())
        return [part for part in found if part.lines]


def questions_of(text: str) -> tuple[list[GiftQuestion], list[Finding]]:
    questions: list[GiftQuestion] = []
    text = with_line_feeds(text).removeprefix("\ufeff")
    findings: list[Finding] = list(_comments(text))
    category, category_line = "", 1
    for chunk in _chunks(text):
        check_count(len(questions) + len(findings))
        changed = CATEGORY.fullmatch(chunk.text.strip())
        if changed:
            category, category_line = unescaped(changed[1]).strip(), chunk.line
            continue
        try:
            question = _question(chunk)
            questions.append(replace(question, category=category, category_line=category_line))
        except ValueError as error:
            where = line_span(chunk.line, chunk.end_line)
            findings.append(Finding("E-GIFT", chunk.line, f"{where}: {error}"))
    return questions, findings


def _comments(text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("//"):
            said = COMMENT_FIELD.sub("", line.lstrip()[2:])
            if said.strip() and not MOODLE_COMMENT.fullmatch(said):
                yield Finding("I-COMMENT", number, "This is a comment, so it is not imported.")


def unescaped(text: str) -> str:
    return ESCAPE.sub(lambda found: "\n" if found[1] == "n" else _plain(found), text)


def escaped(text: str) -> str:
    """What `unescaped` undoes. Blank lines would end the question, so line ends are written out."""
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")


def _said(text: str) -> str:
    """Blanks around the marks mean nothing; those written as escapes do."""
    return unescaped(text.strip(" \t\n"))


def _plain(found: re.Match[str]) -> str:
    return found[1] if found[1] in SPECIAL else found[0]


def _chunks(text: str) -> Iterator[Chunk]:
    """Blank lines part the questions. Within braces they do only if another brace opens below."""
    chunk: Chunk | None = None
    comments: list[str] = []
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("//"):
            comments.append(line.lstrip()[2:])
            continue
        opens = depth > 0 and "{" in ESCAPE.sub("", line)
        if chunk and opens and (parts := chunk.parts()):
            yield from parts
            chunk, depth = None, 0
        is_category = depth <= 0 and bool(CATEGORY.match(line.strip()))
        if chunk and depth <= 0 and (is_category or not line.strip()):
            yield chunk
            chunk, depth = None, 0
        if is_category:
            yield Chunk([(number, line)])
        elif line.strip() or depth > 0:
            chunk = chunk or Chunk()
            chunk.comments += comments
            comments = []
            chunk.add(number, line)
            depth += _braces(line)
    if chunk:
        yield chunk


def _braces(line: str) -> int:
    plain = ESCAPE.sub("", line)
    return plain.count("{") - plain.count("}")


def _question(chunk: Chunk) -> GiftQuestion:
    text = chunk.text
    title, text = _taken(TITLE, text)
    markup, text = _taken(FORMAT, text)
    opening = _unescaped_places(text, "{")
    closing = _unescaped_places(text, "}")
    if len(opening) != len(closing) or len(opening) > 1 or (opening and closing[0] < opening[0]):
        raise ValueError(
            "The braces of this question do not match, so it is not imported. A brace that is "
            "meant as text needs a backslash before it."
        )
    if opening:
        before, inside = text[: opening[0]], text[opening[0] + 1 : closing[0]]
        after = text[closing[0] + 1 :]
        asked = _with_gap(before, after) if after.strip() else before
        check_options(len(_unescaped_places(inside, "~=")), line=chunk.line)
        shape, answers, feedback = _answers(inside)
    else:
        asked, shape, answers, feedback = text, Shape.DESCRIPTION, (), ""
    fields = COMMENT_FIELD.findall("\n".join(chunk.comments))
    return GiftQuestion(
        line=chunk.line,
        end_line=chunk.end_line,
        text=_said(asked),
        shape=shape,
        title=_said(title or ""),
        markup=(markup or "moodle").lower(),
        answers=answers,
        feedback=feedback,
        key=next((_bare(value) for name, value in fields if name == "id"), ""),
        kind=next((_bare(value) for name, value in fields if name == "kind"), ""),
        tags=tuple(_bare(value) for name, value in fields if name == "tag"),
    )


def _with_gap(before: str, after: str) -> str:
    is_stop = after.strip()[0] in ".,;:!?)"
    return f"{before.rstrip()} _____{'' if is_stop else ' '}{after.strip()}"


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str | None, str]:
    found = pattern.match(text)
    return (found[1], text[found.end() :]) if found else (None, text)


def _bare(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).strip()


def _unescaped_places(text: str, marks: str) -> list[int]:
    """Of any of these characters; `####` alone is a mark of four."""
    escapes = {place for found in ESCAPE.finditer(text) for place in (found.start() + 1,)}
    pattern = marks if marks == GENERAL_FEEDBACK else f"[{marks}]"
    return [found.start() for found in re.finditer(pattern, text) if found.start() not in escapes]


def _answers(inside: str) -> tuple[Shape, tuple[GiftAnswer, ...], str]:
    inside, feedback = _cut(inside, GENERAL_FEEDBACK)
    inside = inside.strip()
    feedback = _said(feedback)
    if not inside:
        return Shape.ESSAY, (), feedback
    truth = re.fullmatch(r"(T|TRUE|F|FALSE)\s*(#.*)?", inside, re.IGNORECASE | re.DOTALL)
    if truth:
        return _truth(truth), tuple(_truth_feedback(truth[2] or "")), feedback
    if inside.startswith("#"):
        return Shape.NUMBER, _numbers(inside[1:]), feedback
    answers = tuple(_listed(inside))
    if not answers:
        return Shape.SHORT, (GiftAnswer(_said(inside), 100.0),), feedback
    if any(mark == "~" for mark, _ in _parts(inside)):
        return Shape.CHOICE, answers, feedback
    is_matching = any("->" in answer.text for answer in answers)
    return Shape.MATCHING if is_matching else Shape.SHORT, answers, feedback


def _numbers(text: str) -> tuple[GiftAnswer, ...]:
    """One number within bounds, or several as in a list."""
    listed = tuple(_listed(text))
    if listed:
        return listed
    said, feedback = _cut(text, "#")
    return (GiftAnswer(_said(said), 100.0, _said(feedback)),)


def _truth(found: re.Match[str]) -> Shape:
    return Shape.TRUE if found[1].upper().startswith("T") else Shape.FALSE


def _truth_feedback(text: str) -> Iterator[GiftAnswer]:
    """First for who is wrong, then for who is right; a further mark is text."""
    _before, rest = _cut(text, "#")
    wrong, right = _cut(rest, "#")
    yield GiftAnswer("", feedback=_said(wrong))
    yield GiftAnswer("", feedback=_said(right))


def _listed(inside: str) -> Iterator[GiftAnswer]:
    for mark, text in _parts(inside):
        said, feedback = _cut(text, "#")
        weight = WEIGHT.match(said)
        said = said[weight.end() :] if weight else said
        share = float(weight[1]) if weight else (100.0 if mark == "=" else 0.0)
        yield GiftAnswer(_said(said), share, _said(feedback))


def _parts(inside: str) -> list[tuple[str, str]]:
    """Each answer with the mark it begins with. Raises ValueError for text before the first."""
    places = _unescaped_places(inside, "=~")
    if places and inside[: places[0]].strip():
        raise ValueError(
            "Text stands in the braces before the first “=” or “~”, so this is not imported. Such "
            "a sign that is meant as text needs a backslash before it."
        )
    ends = [*places, len(inside)][1:]
    return [(inside[at], inside[at + 1 : end]) for at, end in zip(places, ends, strict=True)]


def _cut(text: str, mark: str) -> tuple[str, str]:
    places = _unescaped_places(text, mark)
    return (text[: places[0]], text[places[0] + len(mark) :]) if places else (text, "")
