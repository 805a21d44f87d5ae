"""Whether the engine recognises what the question files say and accept, and no misconception.

Nothing here asks the database: it is for the files that are shipped, before they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from feedback import engine
from feedback.findings import PointText, Status
from questions.bank import BankFile, Problem
from questions.formats.document import Finding, QuestionDocument
from questions.matching import Text, feedback_on

# The model lets go of the interpreter while it works, so threads use every core.
AT_ONCE = os.cpu_count() or 1


def is_possible() -> bool:
    """Without the model it would say little: basic matching knows no other words."""
    return engine.is_available()


def problems(files: Sequence[BankFile]) -> list[Problem]:
    """Some 0.2 seconds of one core for each question with key points."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = threads.map(lambda file: list(_problems(file)), files)
        return [problem for each in found for problem in each]


def _problems(file: BankFile) -> Iterator[Problem]:
    document = file.document
    if document and document.key_points:
        text = _text(document)
        for finding in _findings(file, document, text=text, prepared=text.prepared()):
            yield Problem(file.path, finding)


def _text(document: QuestionDocument) -> Text:
    return Text(
        question=document.prompt,
        points=tuple(PointText(point.text, point.accept) for point in document.key_points),
        misconceptions=tuple(each.text for each in document.misconceptions),
    )


def _findings(
    file: BankFile, document: QuestionDocument, *, text: Text, prepared: engine.Prepared
) -> Iterator[Finding]:
    def statuses(answer: str) -> list[Status]:
        feedback = feedback_on(answer, text=text, prepared=prepared)
        return [finding.status for finding in feedback.findings]

    for number, point in enumerate(document.key_points):
        for phrase in (point.text, *point.accept):
            status = statuses(phrase)[number]
            if status != Status.COVERED:
                message = f"This does not cover its own key point ({status}): {phrase}"
                yield Finding("E-PHRASE", file.line_with(phrase), message)
    for misconception in document.misconceptions:
        covered = _covered(document, statuses(misconception.text))
        for point_text in covered:
            message = f"This misconception would be taken for the key point: {point_text}"
            yield Finding("E-MISCONCEPTION", file.line_with(misconception.text), message)
    whole = statuses(document.answer)
    for point, status in zip(document.key_points, whole, strict=True):
        if status != Status.COVERED:
            message = f"The model answer does not cover this key point ({status}): {point.text}"
            yield Finding("E-ANSWER", file.line_with(point.text), message)


def _covered(document: QuestionDocument, statuses: Sequence[Status]) -> list[str]:
    pairs = zip(document.key_points, statuses, strict=True)
    return [point.text for point, status in pairs if status == Status.COVERED]
