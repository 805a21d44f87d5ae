"""What a shipped question has beyond what publishing asks. Nothing here asks a database.

A learner who brings in notes may leave out hints; the bank may not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import combinations

from questions.bank import BankFile, Problem
from questions.formats.document import (
    UNKNOWN_LICENSE,
    Finding,
    Kind,
    OptionText,
    QuestionDocument,
    Status,
)
from questions.formats.markdown import write_question
from questions.formats.markdown_grammar import SECTION_LINE, Line, read_lines
from questions.formats.publishing import CHOICE_KINDS

type Rule = Callable[[BankFile, QuestionDocument], Iterator[Finding]]

# Of a model answer, code apart: what a good candidate says aloud.
WORDS = range(80, 221)
# Other kinds are explained in short.
WORDS_OF_OTHER_KINDS = range(15, 121)
# Words a minute: nobody follows a faster answer; and a slower one is longer than its text, even
# if its code is read out.
FASTEST, SLOWEST = 160, 90
FEWEST_WORDS_OF_A_POINT = 4
FEWEST_OPTIONS = {Kind.SINGLE: 3, Kind.MULTIPLE: 4}
MUST_HAVE = 3
TRUE_AND_FALSE = {"True", "False"}

WORD = re.compile(r"\S*\w\S*")
# Prompts are alike if they share this much of the words that tell them apart from others.
ALIKE = 0.75
NAME = re.compile(r"[^\W_]+")
GLUE = frozenset(
    "a an the of in on at to for from with and or is are was do does did it its this that these "
    "those there which what when why how who whom you your one two three four last first".split()
)


def problems(files: Sequence[BankFile], *, today: date) -> list[Problem]:
    """Of whole files: each has a document."""
    rules: list[Rule] = [*RULES, partial(_review_day, today=today)]
    found = [
        Problem(file.path, finding)
        for file in files
        if file.document and file.document.status != Status.RETIRED
        for rule in rules
        for finding in rule(file, file.document)
    ]
    return [*found, *_alike(files)]


def _empty_sections(file: BankFile, _document: QuestionDocument) -> Iterator[Finding]:
    lines, _open = read_lines(file.text)
    full = [line for line in lines if line.text.strip()]
    for line, after in zip(full, [*full[1:], None], strict=True):
        if _is_section(line) and (after is None or _is_section(after)):
            yield Finding("E-EMPTY", line.number, f"Nothing stands below “{line.text}”.")


def _is_section(line: Line) -> bool:
    return not line.fenced and bool(SECTION_LINE.fullmatch(line.text))


def _form(file: BankFile, document: QuestionDocument) -> Iterator[Finding]:
    ours, theirs = file.text.split("\n"), write_question(document).split("\n")
    pairs = zip(ours, [*theirs, *[None] * len(ours)], strict=False)
    differing = [number for number, (a, b) in enumerate(pairs, 1) if a != b]
    if differing or len(ours) != len(theirs):
        line = differing[0] if differing else len(ours)
        message = "From here on the file is not written as the platform would export it."
        yield Finding("E-FORM", line, message)


def _facts(file: BankFile, document: QuestionDocument) -> Iterator[Finding]:
    if document.status != Status.PUBLISHED:
        message = "A shipped question is published, or retired."
        yield Finding("E-STATUS", file.line_of("status:"), message)
    if not document.tags:
        yield Finding("E-PART", file.line_of("tags:"), "Name at least one tag.")
    if document.license == UNKNOWN_LICENSE or not document.source:
        message = "Say under which licence the question stands, and where it is from."
        yield Finding("E-PART", file.line_of("license:"), message)
    urls = [reference.url for reference in document.references]
    for number, url in enumerate(urls):
        line = file.line_with(f"]({url})")
        if not url.startswith("https://"):
            yield Finding("E-REFERENCE", line, f"This address is not encrypted: {url}")
        if url in urls[:number]:
            yield Finding("E-REFERENCE", line, f"This reference is here twice: {url}")


def _review_day(file: BankFile, document: QuestionDocument, *, today: date) -> Iterator[Finding]:
    line = file.line_of("reviewed:")
    if document.reviewed_on is None:
        message = "Say on which day the facts were last checked: reviewed."
        yield Finding("E-REVIEWED", line, message)
    elif date.fromisoformat(document.reviewed_on) > today:
        yield Finding("E-REVIEWED", line, f"{document.reviewed_on} is still to come.")


def _answer(file: BankFile, document: QuestionDocument) -> Iterator[Finding]:
    spoken, written = _words(document.answer)
    is_open = document.kind == Kind.OPEN
    fitting = WORDS if is_open else WORDS_OF_OTHER_KINDS
    if spoken not in fitting:
        message = (
            f"The answer has {fitting[0]} to {fitting[-1]} words, code apart; this has {spoken}."
        )
        yield Finding("E-WORDS", file.line_of("## Answer"), message)
    minutes = (document.speak_seconds or 0) / 60
    line = file.line_of("speak:")
    if spoken > minutes * FASTEST:
        message = f"{spoken} words do not fit into {document.speak_seconds} seconds."
        yield Finding("E-PACE", line, message)
    if is_open and written < minutes * SLOWEST:
        message = f"{written} words do not fill {document.speak_seconds} seconds."
        yield Finding("E-PACE", line, message)


def _words(markdown: str) -> tuple[int, int]:
    """Outside code blocks, and all."""
    lines, _open = read_lines(markdown)
    counts = [(len(WORD.findall(line.text)), line.fenced) for line in lines]
    spoken = sum(count for count, is_code in counts if not is_code)
    return spoken, sum(count for count, _is_code in counts)


def _key_points(file: BankFile, document: QuestionDocument) -> Iterator[Finding]:
    points = document.key_points
    known: set[str] = set()
    for point in points:
        line = file.line_of(f"[{point.weight}] {point.text}")
        if not point.accept:
            message = f"Say how people may put this too, with “accept”: {point.text}"
            yield Finding("E-PART", line, message)
        if len(WORD.findall(point.text)) < FEWEST_WORDS_OF_A_POINT:
            message = f"A key point is a full statement, not a keyword: {point.text}"
            yield Finding("E-POINT", line, message)
        for text in (point.text, *point.accept):
            if text.casefold() in known:
                message = f"This is said twice: {text}"
                yield Finding("E-POINT", line, message)
            known.add(text.casefold())
    if points and max(point.weight for point in points) < MUST_HAVE:
        message = "Give the weight 3 to what no good answer leaves out."
        yield Finding("E-POINT", file.line_of("## Key points"), message)


def _study_parts(file: BankFile, document: QuestionDocument) -> Iterator[Finding]:
    for misconception in document.misconceptions:
        if not misconception.why:
            message = f"Say why this is wrong: {misconception.text}"
            yield Finding("E-PART", file.line_of(misconception.text), message)
    for follow_up in document.follow_ups:
        if not follow_up.expect:
            message = f"Say what to expect: {follow_up.prompt}"
            yield Finding("E-PART", file.line_of(follow_up.prompt), message)
    needed: dict[str, Sequence[object]] = {"hint": document.hints}
    if document.kind == Kind.OPEN:
        needed |= {"misconception": document.misconceptions, "follow-up": document.follow_ups}
    for name, parts in needed.items():
        if not parts:
            yield Finding("E-PART", file.line_of("kind:"), f"Write at least one {name}.")


def _options(file: BankFile, document: QuestionDocument) -> Iterator[Finding]:
    if document.kind not in CHOICE_KINDS:
        return
    options, line = document.options, file.line_of("## Options")
    for option in options:
        if not option.because:
            message = f"Say why this is {_verdict(option)}: {option.text}"
            yield Finding("E-PART", file.line_of(f"{_mark(option)} {option.text}"), message)
    fewest = FEWEST_OPTIONS.get(document.kind, 2)
    if len(options) < fewest:
        yield Finding("E-OPTIONS", line, f"Write at least {fewest} options.")
    if all(option.is_correct for option in options):
        yield Finding("E-OPTIONS", line, "Everybody who ticks all is right: write a wrong option.")
    if document.kind == Kind.BOOLEAN and {option.text for option in options} != TRUE_AND_FALSE:
        yield Finding("E-OPTIONS", line, "The options are “True” and “False”.")


def _mark(option: OptionText) -> str:
    return "[x]" if option.is_correct else "[ ]"


def _verdict(option: OptionText) -> str:
    return "right" if option.is_correct else "wrong"


RULES: tuple[Rule, ...] = (
    _empty_sections,
    _form,
    _facts,
    _answer,
    _key_points,
    _study_parts,
    _options,
)


def _alike(files: Sequence[BankFile]) -> Iterator[Problem]:
    """Prompts that a list of questions would not tell apart."""
    telling = [
        (file, words)
        for file in files
        if file.document and (words := _telling_words(file.document.prompt))
    ]
    for (first, words), (file, others) in combinations(telling, 2):
        if len(words & others) >= ALIKE * len(words | others):
            message = f"This asks almost the same as {first.path.name}."
            yield Problem(file.path, Finding("E-ALIKE", file.line_of("# "), message))


def _telling_words(prompt: str) -> frozenset[str]:
    words = NAME.findall(prompt.casefold())
    return frozenset(word.removesuffix("s") for word in words if word not in GLUE)
