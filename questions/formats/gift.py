"""GIFT, the text format of Moodle's question banks, read and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from questions.formats.document import (
    Finding,
    Kind,
    OptionText,
    QuestionDocument,
    Reading,
    UnreadableFile,
)
from questions.formats.entries import WholeEntry, whole_entry
from questions.formats.gift_grammar import (
    FORMAT,
    GiftAnswer,
    GiftQuestion,
    Shape,
    escaped,
    questions_of,
)
from questions.formats.html import check_tags, looks_like_html, markdown_of_html
from questions.formats.losing import lost_in
from questions.formats.markdown_grammar import is_slug, tidy_prose
from questions.formats.plain_text import blocks_of, markdown_of
from questions.formats.publishing import CHOICE_KINDS
from questions.formats.sections import (
    answer_findings,
    kind_of,
    option_findings,
    prompt_and_context,
    stem_of,
    topic_of,
)
from questions.formats.tables import as_slug
from questions.formats.text_files import line_span, lines_of, prompt_findings
from questions.formats.worth import as_list, least_right, lost_worth, with_worth

DEFAULT_CATEGORY = "default"
KEPT = {"context", "answer", "options", "steps", "expected_output", "tags", "topic"}
NOTHING_FOUND = (
    "No question was found. A question in GIFT ends in braces with its answers, such as "
    "“What is an image? {=A template ~A process}”; blank lines part the questions."
)
MOST_ANSWERS = 100_000
BOUNDS = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?):([0-9]+(?:\.[0-9]+)?)")
NO_COUNTERPART = {
    Shape.SHORT: "A short answer is not compared letter by letter here, so it became an open one.",
    Shape.NUMBER: "A number within bounds became an open question with the bounds as its answer.",
    Shape.MATCHING: "Pairs to match became an open question with the pairs as its answer.",
}


def read_gift(text: str) -> Reading:
    check_tags(text)
    found, findings = questions_of(text)
    if sum(len(question.answers) for question in found) > MOST_ANSWERS:
        raise UnreadableFile(
            f"This file has more than {MOST_ANSWERS:,} answers. Split it into smaller files.",
            code="E-TOO-LARGE",
        )
    entries: list[WholeEntry] = []
    told = ""
    for question in found:
        if question.category != told:
            told = question.category
            findings += topic_of(told, line=question.category_line)[1]
        if question.shape is Shape.DESCRIPTION:
            findings.append(_description(question))
            continue
        entry, lost = _entry(question)
        findings += [Finding("W-GIFT", question.line, sentence) for sentence in lost]
        if not entry.prompt:
            where = line_span(question.line, question.end_line)
            message = f"{where}: This question has answers but no text, so it is left out."
            findings.append(Finding("E-EMPTY", question.line, message))
            continue
        entries.append(entry)
        findings += [*prompt_findings(entry), *answer_findings(entry), *option_findings(entry)]
    if not entries and not findings:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda each: each.line)))


def write_gift(documents: Sequence[QuestionDocument]) -> tuple[str, list[str]]:
    """The file, and a sentence for everything that GIFT cannot hold."""
    written: list[str] = []
    topic = None
    for document in documents:
        if document.topic != topic:
            topic = document.topic
            written.append(f"$CATEGORY: {topic or DEFAULT_CATEGORY}")
        written.append("\n".join(_written(document)))
    return "\n\n".join(written) + "\n", list(lost_in("GIFT", documents, kept=KEPT))


def _entry(question: GiftQuestion) -> tuple[WholeEntry, list[str]]:
    lost = [NO_COUNTERPART[question.shape]] if question.shape in NO_COUNTERPART else []

    def prose(text: str) -> str:
        # An answer may name a format of its own.
        own = FORMAT.match(text)
        markup = own[1].lower() if own else question.markup
        markdown, dropped = _prose(text[own.end() :].lstrip() if own else text, markup)
        lost.extend(dropped)
        return markdown

    if question.shape is Shape.CHOICE:
        lost += lost_worth([answer.weight for answer in question.answers])
    prompt, context = prompt_and_context(prose(question.text))
    document = QuestionDocument(
        slug=question.key if is_slug(question.key) else "",
        prompt=prompt,
        context=context,
        topic=topic_of(question.category, line=question.line)[0],
        tags=tuple(sorted({tag for tag in map(as_slug, question.tags) if tag})),
        extra={"gift_title": question.title} if _is_title(question) else {},
    )
    if parts := _own_parts(question):
        document, lost = replace(document, **parts, answer=prose(question.feedback)), []
    else:
        options = tuple(_options(question, prose))
        document = replace(
            document,
            kind=_kind(question, options),
            answer=_answer(question, prose),
            options=options,
        )
    entry = whole_entry(
        document, line=question.line, end_line=question.end_line, external_key=question.key
    )
    return entry, lost


def _own_parts(question: GiftQuestion) -> dict[str, Any]:
    """What our own files mean by pairs and short answers."""
    if question.kind == Kind.ORDERING and question.shape is Shape.MATCHING:
        steps = tuple(answer.text.partition("->")[2].strip() for answer in question.answers)
        return {"kind": Kind.ORDERING, "steps": steps}
    if question.kind == Kind.OUTPUT and question.shape in (Shape.SHORT, Shape.MATCHING):
        output = question.answers[0].text.removeprefix("\n").removesuffix("\n")
        return {"kind": Kind.OUTPUT, "expected_output": output}
    return {}


def _kind(question: GiftQuestion, options: tuple[OptionText, ...]) -> Kind:
    stated = Kind(question.kind) if options and question.kind in CHOICE_KINDS else None
    return stated or (kind_of(options) if options else Kind.OPEN)


def _description(question: GiftQuestion) -> Finding:
    where = line_span(question.line, question.end_line)
    message = f"{where}: A description without braces is no question, so it is not imported."
    return Finding("W-DESCRIPTION", question.line, message)


def _prose(text: str, markup: str) -> tuple[str, tuple[str, ...]]:
    if not text:
        return "", ()
    if markup == "markdown":
        return tidy_prose(text), ()
    if markup == "html" or (markup == "moodle" and looks_like_html(text)):
        converted = markdown_of_html(text)
        return converted.text, converted.lost
    lines, _findings = lines_of(text)
    prose = [line for line in lines if line.is_code or line.text.strip()]
    return tidy_prose(markdown_of(blocks_of(prose, is_unwrapped=False))), ()


def _is_title(question: GiftQuestion) -> bool:
    return bool(question.title) and question.title != question.key


def _options(question: GiftQuestion, prose: Callable[[str], str]) -> Iterator[OptionText]:
    if question.shape in (Shape.TRUE, Shape.FALSE):
        wrong, right = [*(answer.feedback for answer in question.answers), "", ""][:2]
        is_true = question.shape is Shape.TRUE
        yield OptionText("True", is_true, prose(right if is_true else wrong))
        yield OptionText("False", not is_true, prose(wrong if is_true else right))
    elif question.shape is Shape.CHOICE:
        least = least_right(answer.weight for answer in question.answers)
        for answer in question.answers:
            is_correct = answer.weight >= least
            yield OptionText(prose(answer.text), is_correct, prose(answer.feedback))


def _answer(question: GiftQuestion, prose: Callable[[str], str]) -> str:
    feedback = prose(question.feedback)
    if question.shape not in NO_COUNTERPART:
        return feedback
    listed = [
        with_worth(prose(_said_of(answer, question.shape)), answer.weight, prose(answer.feedback))
        for answer in question.answers
    ]
    return "\n\n".join(part for part in (as_list(listed), feedback) if part)


def _said_of(answer: GiftAnswer, shape: Shape) -> str:
    """`3:2` is how GIFT writes 3 plus or minus 2, and `1..5` from 1 to 5."""
    if shape is not Shape.NUMBER:
        return answer.text.replace("->", "→")
    bounds = BOUNDS.fullmatch(answer.text)
    if bounds:
        return f"{bounds[1]} ± {bounds[2]}" if float(bounds[2]) else bounds[1]
    return answer.text.replace("..", " to ")


def _written(document: QuestionDocument) -> Iterator[str]:
    marks = [f"[id:{document.slug}]" if document.slug else "", *_tags(document)]
    marks += [f"[kind:{document.kind}]"] if document.kind is not Kind.OPEN else []
    if any(marks):
        yield f"// {' '.join(filter(None, marks))}"
    title = document.extra.get("gift_title", document.slug)
    text = _shielded(stem_of(document))
    yield (f"::{escaped(title)}::" if title else "") + f"[markdown]{text}" + " {"
    yield from _written_answers(document)
    if document.answer:
        yield f"####{_shielded(document.answer)}"
    yield "}"


def _shielded(text: str) -> str:
    """A line end keeps the indentation from being taken for blanks around a mark."""
    return f"\\n{escaped(text)}" if text[:1] in (" ", "\t") else escaped(text)


def _tags(document: QuestionDocument) -> list[str]:
    return [f"[tag:{tag}]" for tag in document.tags]


def _written_answers(document: QuestionDocument) -> Iterator[str]:
    if document.kind is Kind.BOOLEAN and kind_of(document.options) is Kind.BOOLEAN:
        why = {option.is_correct: escaped(option.because) for option in document.options}
        is_true = any(o.is_correct and o.text.strip().lower() == "true" for o in document.options)
        yield f"{'TRUE' if is_true else 'FALSE'}#{why.get(False, '')}#{why.get(True, '')}"
    elif document.kind is Kind.OUTPUT:
        yield f"=\\n{escaped(document.expected_output)}\\n"
    elif document.kind is Kind.ORDERING:
        yield from (f"={n} -> {escaped(step)}" for n, step in enumerate(document.steps, 1))
    else:
        right = sum(option.is_correct for option in document.options)
        for option in document.options:
            mark = "=" if option.is_correct else "~"
            if document.kind is Kind.MULTIPLE:
                share = 100 / right if option.is_correct and right else -100
                mark = f"~%{share:.5f}".rstrip("0").rstrip(".") + "%"
            because = f"#{escaped(option.because)}" if option.because else ""
            yield f"{mark}{escaped(option.text)}{because}"
