"""An entry whose format says more than a prompt and an answer."""

from __future__ import annotations

from dataclasses import dataclass

from questions.formats.document import Entry, QuestionDocument


@dataclass(frozen=True, slots=True)
class WholeEntry(Entry):
    """`document` holds everything the file says of the question.

    `external_key` is what the program that wrote the file knows it by, where that is no id of ours.
    """

    document: QuestionDocument | None = None
    external_key: str = ""


def whole_entry(
    document: QuestionDocument, *, line: int, end_line: int, external_key: str = ""
) -> WholeEntry:
    return WholeEntry(
        prompt=document.prompt,
        answer=document.answer,
        line=line,
        end_line=end_line,
        kind=document.kind,
        options=document.options,
        document=document,
        external_key=external_key,
    )
