"""Moodle XML, read and written: essays, choices, true or false, short answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import (  # noqa: S405 (only written with; reading is defusedxml's)
    Element,
    SubElement,
    tostring,
)
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

from questions.formats.document import (
    Finding,
    Kind,
    OptionText,
    QuestionDocument,
    Reading,
    UnreadableFile,
)
from questions.formats.entries import WholeEntry, whole_entry
from questions.formats.html import check_tags, markdown_of_html
from questions.formats.losing import lost_in
from questions.formats.markdown_grammar import is_slug, tidy_prose
from questions.formats.plain_text import blocks_of, escaped_line, markdown_of
from questions.formats.publishing import CHOICE_KINDS
from questions.formats.sections import (
    answer_findings,
    inline_text,
    kind_of,
    option_findings,
    prompt_and_context,
    stem_of,
    topic_of,
)
from questions.formats.tables import as_slug
from questions.formats.text_files import check_options, lines_of, prompt_findings
from questions.formats.worth import as_list, least_right, lost_worth, with_worth

NOTHING_FOUND = "No question was found. Moodle XML holds <question> elements within a <quiz>."
DEEPEST = 50
MOST_ELEMENTS = 100_000
OPEN_TYPES = {"essay", "shortanswer", "numerical", "matching", "ordering"}
CHOICE_TYPES = {"multichoice", "truefalse"}
TYPES = {
    Kind.OPEN: "essay",
    Kind.SINGLE: "multichoice",
    Kind.MULTIPLE: "multichoice",
    Kind.BOOLEAN: "truefalse",
    Kind.ORDERING: "ordering",
    Kind.OUTPUT: "shortanswer",
}
# What is read of a question, and what only says how Moodle runs it. Anything else is told.
CATEGORY_PARTS = {"category", "idnumber"}
READ_PARTS = {
    *(
        "name",
        "questiontext",
        "generalfeedback",
        "graderinfo",
        "answer",
        "idnumber",
        "tags",
        "hint",
    ),
    "subquestion",
}
SETTINGS = {
    *(
        "defaultgrade",
        "penalty",
        "hidden",
        "single",
        "shuffleanswers",
        "answernumbering",
        "usecase",
    ),
    *("showstandardinstruction", "shownumcorrect", "responseformat", "responserequired", "version"),
    *("responsefieldlines", "minwordlimit", "maxwordlimit", "attachments", "attachmentsrequired"),
    *("maxbytes", "filetypeslist", "layouttype", "selecttype", "selectcount", "gradingtype"),
    *("showgrading", "numberingstyle", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"),
}
# What Moodle writes there itself.
USUAL = re.compile(
    r"your answer is (?:partially )?(?:in)?correct\.?|(?:in)?correct\.?|well done!?|", re.IGNORECASE
)
KEPT = {
    *("context", "answer", "options", "steps", "expected_output", "tags", "topic", "hints"),
}
# What an essay's grader is told.
KEPT_OF_OPEN = {"interviewer_notes", "key_points"}
# XML has no way to write these, not even as references.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
NO_COUNTERPART = {
    "shortanswer": "A short answer is not compared letter by letter here, so it became an open one.",
    "numerical": "A number within bounds became an open question with the number as its answer.",
    "matching": "Pairs to match became an open question with the pairs as its answer.",
}


class Node:
    """An element with its line: its text, and its children in order."""

    __slots__ = ("attributes", "children", "end_line", "line", "name", "parts")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.end_line = line
        self.parts: list[str] = []
        self.children: list[Node] = []

    @property
    def text(self) -> str:
        return "".join(self.parts).strip()

    def all(self, name: str) -> list[Node]:
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Node:
        return next(iter(self.all(name)), Node(name, {}, self.line))

    def said(self, name: str) -> str:
        """The text of a child, which Moodle often wraps in a <text>."""
        child = self.first(name)
        return child.first("text").text or child.text


class Tree(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("", {}, 1)
        self.open = [self.root]
        self.count = 0

    def startElement(self, name: str, attrs: object) -> None:  # noqa: N802 (SAX names it)
        if len(self.open) > DEEPEST:
            raise UnreadableFile(
                "This XML is nested too deeply to be Moodle's.", code="E-XML", line=self._line
            )
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise UnreadableFile(
                "This file has too many elements. Export fewer questions at a time.",
                code="E-TOO-LARGE",
                line=self._line,
            )
        node = Node(name, dict(attrs), self._line)  # type: ignore[call-overload]
        self.open[-1].children.append(node)
        self.open.append(node)

    def endElement(self, _name: str) -> None:  # noqa: N802
        self.open.pop().end_line = self._line

    def characters(self, content: str) -> None:
        self.open[-1].parts.append(content)

    @property
    def _line(self) -> int:
        return self._locator.getLineNumber() or 1  # type: ignore[attr-defined]


def read_moodle_xml(text: str) -> Reading:
    entries: list[WholeEntry] = []
    findings: list[Finding] = []
    check_tags(text)
    category = ""
    for node in _questions(text):
        kind = node.attributes.get("type", "")
        if kind == "category":
            category, found = topic_of(node.said("category"), line=node.line)
            findings += [*found, *_left_out(node, CATEGORY_PARTS)]
        elif kind in OPEN_TYPES | CHOICE_TYPES:
            entry, found = _entry(node, kind, category)
            findings += found
            if entry.prompt:
                entries.append(entry)
                findings += [*prompt_findings(entry), *answer_findings(entry)]
                findings += option_findings(entry)
        else:
            message = f"Questions of the type “{kind}” have no counterpart here, so it is left out."
            findings.append(Finding("W-TYPE", node.line, message))
    if not entries and not findings:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda each: each.line)))


def write_moodle_xml(documents: Sequence[QuestionDocument]) -> tuple[str, list[str]]:
    """The file, and a sentence for everything that Moodle XML cannot hold."""
    quiz = Element("quiz")
    topic = None
    for document in documents:
        if document.topic != topic:
            topic = document.topic
            category = SubElement(quiz, "question", type="category")
            _text(SubElement(category, "category"), f"$course$/top/{topic or 'default'}")
        _write(quiz, document)
    text = '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(quiz, encoding="unicode") + "\n"
    lost = lost_in("Moodle XML", documents, kept=KEPT, kept_of_open=KEPT_OF_OPEN)
    return without_controls(text), list(lost)


def _questions(text: str) -> list[Node]:
    tree = Tree()
    # The text is decoded already: what the file says of its encoding holds no more.
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
    dropped = text[: len(text) - len(body)].count("\n")
    try:
        parseString(("\n" * dropped + body.lstrip(" \t")).encode(), tree, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnreadableFile(
            "This XML declares types or entities of its own, which is not safe to read. Export it "
            "from Moodle anew.",
            code="E-XML-UNSAFE",
        ) from error
    except SAXException as error:
        line = getattr(error, "getLineNumber", lambda: 1)() or 1
        raise UnreadableFile(
            f"This is not well-formed XML: {error.getMessage()}.", code="E-XML", line=line
        ) from error
    quiz = tree.root.first("quiz")
    return quiz.all("question")


def without_controls(text: str) -> str:
    return CONTROLS.sub("", text)


def _entry(node: Node, kind: str, category: str) -> tuple[WholeEntry, list[Finding]]:
    check_options(len(node.children), line=node.line)
    lost = [NO_COUNTERPART[kind]] if kind in NO_COUNTERPART else []

    def prose(name: str, parent: Node = node) -> str:
        markdown, dropped = _prose(parent.first(name) if name else parent)
        lost.extend(dropped)
        return markdown

    prompt, context = prompt_and_context(prose("questiontext"))
    options = tuple(_options(node, kind, prose))
    key = node.said("idnumber")
    document = QuestionDocument(
        slug=key if is_slug(key) else "",
        prompt=prompt,
        kind=_kind(node, options),
        context=context,
        topic=category,
        tags=tuple(sorted({slug for tag in _tags(node) if (slug := as_slug(tag))})),
        answer=_answer(node, kind, prose),
        options=options,
        interviewer_notes=prose("graderinfo"),
        hints=tuple(_hints(node, prose)),
        extra=_name(node, key=key, prompt=prompt),
    )
    if parts := _other_parts(node, kind, prose):
        # Read as what it is, and not as an open question.
        lost = [each for each in lost if each != NO_COUNTERPART.get(kind)]
        if any(prose("feedback", answer) for answer in node.all("answer")):
            lost.append("What was said of single answers was left out: it has no place here.")
        document = replace(document, **parts, answer=prose("generalfeedback"))
    elif kind in CHOICE_TYPES:
        lost += lost_worth([_fraction(answer) for answer in node.all("answer")])
    findings = [Finding("W-MOODLE", node.line, sentence) for sentence in dict.fromkeys(lost)]
    findings += _left_out(node, READ_PARTS)
    if not prompt:
        message = "This question has no text, so it is left out."
        findings.append(Finding("E-EMPTY", node.line, message))
    entry = whole_entry(document, line=node.line, end_line=node.end_line, external_key=key)
    return entry, findings


def _name(node: Node, *, key: str, prompt: str) -> dict[str, str]:
    """What teachers call it, unless it only says the question or its key once more."""
    name = " ".join(node.said("name").split())
    is_new = name and name != key and not prompt.startswith(name.rstrip("…."))
    return {"moodle_name": name} if is_new else {}


def _kind(node: Node, options: tuple[OptionText, ...]) -> Kind:
    """Our own files state it."""
    stated = node.attributes.get("kind", "")
    if options and stated in CHOICE_KINDS:
        return Kind(stated)
    return kind_of(options) if options else Kind.OPEN


def _other_parts(node: Node, kind: str, prose: Callable[..., str]) -> dict[str, Any]:
    if kind == "ordering":
        answers = sorted(node.all("answer"), key=_fraction)
        return {"kind": Kind.ORDERING, "steps": tuple(prose("", answer) for answer in answers)}
    if kind == "shortanswer" and node.attributes.get("kind") == Kind.OUTPUT:
        output = "".join(node.first("answer").first("text").parts)
        return {"kind": Kind.OUTPUT, "expected_output": output}
    return {}


def _prose(node: Node) -> tuple[str, tuple[str, ...]]:
    text = "".join(node.first("text").parts) or node.text
    markup = node.attributes.get("format", "html")
    files = ("A file was left out: files cannot be brought along.",) if node.all("file") else ()
    if markup == "markdown":
        return tidy_prose(text), files
    if markup == "plain_text":
        lines, _findings = lines_of(text)
        prose = [line for line in lines if line.is_code or line.text.strip()]
        return tidy_prose(markdown_of(blocks_of(prose, is_unwrapped=False))), files
    converted = markdown_of_html(text)
    return converted.text, (*files, *converted.lost)


def _options(node: Node, kind: str, prose: Callable[[str, Node], str]) -> Iterator[OptionText]:
    answers = node.all("answer") if kind in CHOICE_TYPES else []
    least = least_right(map(_fraction, answers))
    for answer in answers:
        text = prose("", answer)
        text = text.capitalize() if kind == "truefalse" else text
        is_correct = _fraction(answer) >= least
        yield OptionText(text, is_correct, prose("feedback", answer))


def _fraction(answer: Node) -> float:
    try:
        return float(answer.attributes.get("fraction", "0"))
    except ValueError:
        return 0.0


def _hints(node: Node, prose: Callable[..., str]) -> Iterator[str]:
    for hint in node.all("hint"):
        if text := " ".join(prose("", hint).split()):
            yield inline_text(text)


def _tags(node: Node) -> list[str]:
    return [tag.first("text").text or tag.text for tag in node.first("tags").all("tag")]


def _answer(node: Node, kind: str, prose: Callable[..., str]) -> str:
    feedback = prose("generalfeedback")
    listed: list[str] = []
    if kind in ("shortanswer", "numerical"):
        for answer in node.all("answer"):
            text, why = _compared(answer), prose("feedback", answer)
            listed.append(with_worth(text, _fraction(answer), why))
    elif kind == "matching":
        for pair in node.all("subquestion"):
            asked, right = prose("", pair), pair.first("answer").said("text")
            listed.append(f"{asked} → {right}" if asked else f"{right} (belongs to none)")
    elif kind == "essay":
        feedback = "\n\n".join([*(prose("", answer) for answer in node.all("answer")), feedback])
    return "\n\n".join(part for part in (as_list(listed), feedback.strip()) if part)


def _compared(answer: Node) -> str:
    """What Moodle compares with: `*` takes anything, a number may be off by the tolerance."""
    text = answer.said("text")
    tolerance = answer.said("tolerance")
    if tolerance.strip("0.") and text != "*":
        return f"{escaped_line(text)} ± {tolerance}"
    return "anything else" if text == "*" else escaped_line(text)


def _left_out(node: Node, kept: Collection[str]) -> list[Finding]:
    """Parts with words in them that have no place here."""
    names = [
        child.name
        for child in node.children
        if child.name not in kept and child.name not in SETTINGS and _is_said(child)
    ]
    if not names:
        return []
    listed = ", ".join(f"<{name}>" for name in dict.fromkeys(names))
    message = f"This has no counterpart here and was left out: {listed}."
    return [Finding("W-MOODLE", node.line, message)]


def _is_said(node: Node) -> bool:
    """Whether anything stands in it that Moodle did not write of itself."""
    text = re.sub(r"<[^<>]*>", "", node.text).strip()
    return not USUAL.fullmatch(text) or any(map(_is_said, node.children))


def _write(quiz: Element, document: QuestionDocument) -> None:
    kind = TYPES[document.kind]
    if document.kind is Kind.BOOLEAN and kind_of(document.options) is not Kind.BOOLEAN:
        kind = "multichoice"
    question = SubElement(quiz, "question", type=kind, kind=document.kind)
    name = document.extra.get("moodle_name") or document.slug or document.prompt[:80]
    _text(SubElement(question, "name"), name)
    _markdown(question, "questiontext", stem_of(document))
    _markdown(question, "generalfeedback", document.answer)
    WRITERS[kind](question, document)
    SubElement(question, "idnumber").text = document.slug
    for hint in document.hints:
        _markdown(question, "hint", escaped_line(hint))
    tags = SubElement(question, "tags")
    for tag in document.tags:
        _text(SubElement(tags, "tag"), tag)


def _write_essay(question: Element, document: QuestionDocument) -> None:
    SubElement(question, "defaultgrade").text = "10"
    SubElement(question, "responseformat").text = "editor"
    points = "\n".join(f"- {point.text} ({point.weight})" for point in document.key_points)
    notes = (document.interviewer_notes, points)
    _markdown(question, "graderinfo", "\n\n".join(filter(None, notes)))


def _write_choice(question: Element, document: QuestionDocument) -> None:
    right = sum(option.is_correct for option in document.options) or 1
    wrong = "-100" if document.kind is Kind.MULTIPLE else "0"
    SubElement(question, "single").text = str(document.kind is not Kind.MULTIPLE).lower()
    SubElement(question, "shuffleanswers").text = "true"
    for option in document.options:
        share = f"{100 / right:.5f}".rstrip("0").rstrip(".") if option.is_correct else wrong
        _write_answer(question, option.text, fraction=share, feedback=option.because)


def _write_truth(question: Element, document: QuestionDocument) -> None:
    for option in document.options:
        answer = SubElement(question, "answer", fraction="100" if option.is_correct else "0")
        _text(answer, option.text.strip().rstrip(".").lower())
        _markdown(answer, "feedback", option.because)


def _write_ordering(question: Element, document: QuestionDocument) -> None:
    SubElement(question, "layouttype").text = "VERTICAL"
    SubElement(question, "selecttype").text = "ALL"
    SubElement(question, "gradingtype").text = "ABSOLUTE_POSITION"
    for place, step in enumerate(document.steps, start=1):
        _write_answer(question, step, fraction=str(place))


def _write_output(question: Element, document: QuestionDocument) -> None:
    answer = SubElement(question, "answer", fraction="100", format="plain_text")
    _text(answer, document.expected_output)


def _write_answer(question: Element, text: str, *, fraction: str, feedback: str = "") -> None:
    answer = SubElement(question, "answer", fraction=fraction, format="markdown")
    _text(answer, text)
    _markdown(answer, "feedback", feedback)


def _markdown(parent: Element, name: str, markdown: str) -> None:
    _text(SubElement(parent, name, format="markdown"), markdown)


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text


WRITERS = {
    "essay": _write_essay,
    "multichoice": _write_choice,
    "truefalse": _write_truth,
    "ordering": _write_ordering,
    "shortanswer": _write_output,
}
