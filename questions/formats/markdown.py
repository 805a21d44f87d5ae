"""The authoring format: one Markdown file per question, exact in its round trip."""

from __future__ import annotations

from questions.formats.markdown_grammar import InvalidQuestion, prose_findings, tidy_prose
from questions.formats.markdown_reader import parse_question
from questions.formats.markdown_writer import write_question
from questions.formats.publishing import publishing_gaps

__all__ = [
    "InvalidQuestion",
    "format_text",
    "parse_question",
    "prose_findings",
    "publishing_gaps",
    "tidy_prose",
    "write_question",
]


def format_text(text: str) -> str:
    """The canonical form of a valid text; raises InvalidQuestion, with its findings, otherwise."""
    document, findings = parse_question(text)
    if document is None:
        raise InvalidQuestion(findings)
    return write_question(document)
