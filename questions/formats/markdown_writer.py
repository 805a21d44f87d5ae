"""Writes a question as its one canonical text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from questions.formats.document import Finding, QuestionDocument
from questions.formats.front_matter import KEYS, LIST_KEYS
from questions.formats.markdown_grammar import (
    SECTIONS,
    InvalidQuestion,
    normal_line_ends,
    one_line,
    prose_findings,
    tidy_prose,
)

# What YAML would not read back from plain text: controls and its own line breaks.
ESCAPED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
NOT_PLAIN = re.compile(rf"{ESCAPED.pattern}|^[-?:,\[\]{{}}#&*!|>'\"%@`]|:(?:\s|$)|\s#")
NOT_PLAIN_IN_LIST = re.compile(r"[,\[\]{}:?]")


def write_question(document: QuestionDocument) -> str:
    """The canonical text. Raises InvalidQuestion if prose would break out of its section."""
    findings = _prose_findings(document)
    if findings:
        raise InvalidQuestion(findings)
    parts = [
        _front_matter(document),
        f"# {one_line(document.prompt)}",
        tidy_prose(document.context),
    ]
    written = _sections(document)
    for name in SECTIONS:
        if written[name]:
            parts += [f"## {name}", written[name]]
    return "\n\n".join(filter(None, parts)) + "\n"


def _prose_findings(document: QuestionDocument) -> list[Finding]:
    prose = (document.context, document.answer, document.interviewer_notes)
    return [finding for text in prose for finding in prose_findings(text)]


def _front_matter(document: QuestionDocument) -> str:
    lines = [f"{key}: {text}" for key, text in _known_entries(document) if text]
    lines += [f"{key}: {_written(document.extra[key])}" for key in sorted(document.extra)]
    return "\n".join(["---", *lines, "---"])


def _known_entries(document: QuestionDocument) -> list[tuple[str, str]]:
    texts: dict[str, str | int | None] = {
        "id": document.slug,
        "version": document.version,
        "kind": document.kind,
        "level": document.level,
        "topic": document.topic,
        "speak": document.speak_seconds,
        "status": document.status,
        "reviewed": document.reviewed_on,
        "applies_to": document.applies_to,
        "license": document.license,
        "source": document.source,
    }
    lists = {"tags": tuple(sorted(document.tags)), "authors": document.authors}
    return [
        (key, _written_list(lists[key]) if key in LIST_KEYS else _written_known(texts[key]))
        for key in KEYS
    ]


def _written_known(value: str | int | None) -> str:
    text = "" if value is None else one_line(str(value))
    return _written(text) if text else ""


def _written_list(names: tuple[str, ...]) -> str:
    written = [_written(one_line(name), in_list=True) for name in names]
    return f"[{', '.join(written)}]" if written else ""


def _written(text: str, *, in_list: bool = False) -> str:
    is_plain = text and text == text.strip() and not NOT_PLAIN.search(text)
    if is_plain and not (in_list and NOT_PLAIN_IN_LIST.search(text)):
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)}"'


def _sections(document: QuestionDocument) -> dict[str, str]:
    return {
        "Answer": tidy_prose(document.answer),
        "Key points": _key_points(document),
        "Options": _options(document),
        "Sequence": _numbered(document.steps),
        "Output": _output(document.expected_output),
        "Interviewer notes": tidy_prose(document.interviewer_notes),
        "Misconceptions": _misconceptions(document),
        "Hints": _numbered(document.hints),
        "Follow-ups": _follow_ups(document),
        "References": _references(document),
    }


def _key_points(document: QuestionDocument) -> str:
    return "\n".join(
        _item(f"[{point.weight}] {one_line(point.text)}", accept=point.accept)
        for point in document.key_points
    )


def _options(document: QuestionDocument) -> str:
    return "\n".join(
        _item(
            f"[{'x' if option.is_correct else ' '}] {one_line(option.text)}",
            because=[option.because],
        )
        for option in document.options
    )


def _misconceptions(document: QuestionDocument) -> str:
    return "\n".join(
        _item(one_line(misconception.text), why=[misconception.why])
        for misconception in document.misconceptions
    )


def _follow_ups(document: QuestionDocument) -> str:
    return "\n".join(
        _item(
            one_line(follow_up.prompt),
            **{"if": [follow_up.condition]},
            expect=follow_up.expect,
            strong=follow_up.strong,
            weak=follow_up.weak,
            next=[follow_up.next_slug],
        )
        for follow_up in document.follow_ups
    )


def _references(document: QuestionDocument) -> str:
    # The last "](" divides title from address, so an address keeps none.
    return "\n".join(
        f"- [{one_line(reference.title)}]({one_line(reference.url).replace('](', ']%28')})"
        for reference in document.references
    )


def _item(text: str, **values: Iterable[str]) -> str:
    lines = [f"- {text}"]
    for key, texts in values.items():
        lines += [f"  - {key}: {line}" for line in map(one_line, texts) if line]
    return "\n".join(lines)


def _numbered(texts: tuple[str, ...]) -> str:
    return "\n".join(f"{number}. {one_line(text)}" for number, text in enumerate(texts, 1))


def _output(text: str) -> str:
    """Always fenced, so that blanks and empty lines of the output survive."""
    if not text:
        return ""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{normal_line_ends(text)}\n{fence}"
