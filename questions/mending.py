"""What people decide about the questions of a file: a prompt that asks two is split, a word is spelt
anew, the number of a footnote goes.

The file stays as it came. Each decision is kept with it under the prompt it was made about, and is
made again for the next version of the same notes: so both halves are found there as they are here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from questions.formats.document import Entry, Finding, Kind, QuestionDocument, Reading, Spelt
from questions.formats.entries import WholeEntry
from questions.formats.sections import HEADING, answer_findings, inline_text, paragraphs
from questions.formats.text_files import PROMPT_LENGTH, lines_of, prompt_findings
from questions.revising import fingerprint_hash

# The first question has the whole answer.
NOWHERE = 0
MOST_PARTS = 10
MOST_BEGINNINGS = 100
LONGEST_BEGINNING = 60
END_OF_QUESTION = re.compile("\\?+[\"'”’)\\]]*(?=\\s)")
WORD = re.compile(r"\w+")
CODE = re.compile(r"(`+).+?\1")
ABOUT_PROMPTS = {"W-DOUBLE", "W-NOT-A-QUESTION", "W-LONG-PROMPT"}


@dataclass(frozen=True, slots=True)
class Mends:
    """By the fingerprint of a prompt: after which paragraph its second question's answer begins,
    which words are spelt how, and which words of the answer lose the number they end in, for what
    is left of them. None: as it came, whatever was decided before."""

    splits: Mapping[str, int | None] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    numbers: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> Mends:
        return cls(**{name: kept.get(name, {}) for name in NAMES}) if kept else cls()

    def __bool__(self) -> bool:
        return bool(self.splits or self.words or self.numbers)

    @property
    def as_json(self) -> dict[str, Any] | None:
        return {name: dict(getattr(self, name)) for name in NAMES} if self else None

    def then(self, later: Mends) -> Mends:
        return Mends(
            {**self.splits, **later.splits},
            _then(self.words, later.words),
            _then(self.numbers, later.numbers),
        )

    def with_split(self, prompt: str, *, after: int | None) -> Mends:
        return replace(self, splits={**self.splits, fingerprint_hash(prompt): after})

    def with_word(self, prompt: str, word: str, *, instead: str | None) -> Mends:
        return self.then(Mends(words={fingerprint_hash(prompt): {word: instead}}))

    def with_number(self, prompt: str, word: str, *, instead: str | None) -> Mends:
        return self.then(Mends(numbers={fingerprint_hash(prompt): {word: instead}}))


NAMES = ("splits", "words", "numbers")
Words = Mapping[str, Mapping[str, str | None]]


def _then(before: Words, later: Words) -> Words:
    prompts = {*before, *later}
    return {each: {**before.get(each, {}), **later.get(each, {})} for each in prompts}


def mended(reading: Reading, mends: Mends) -> Reading:
    """As somebody decided, and told so."""
    if not mends:
        return reading
    reading = _without_numbers(reading, mends)
    entries: list[Entry] = []
    findings: list[Finding] = []
    anew: set[int] = set()
    for entry in reading.entries:
        parts = [
            replace(part, part=number) for number, part in enumerate(_parts(entry, mends), start=1)
        ]
        entries += parts
        if parts != [entry]:
            anew.add(entry.line)
            findings += [each for part in parts for each in _findings(part, parts)]
    stays = [
        found
        for found in reading.findings
        if found.code not in ABOUT_PROMPTS or found.line not in anew
    ]
    told = sorted([*stays, *findings], key=lambda found: found.line)
    return replace(reading, entries=tuple(entries), findings=tuple(told))


def came_as(entry: Entry) -> str:
    """The prompt in the file that its first part is of."""
    return entry.of_prompt or entry.as_it_came or entry.prompt


def _without_numbers(reading: Reading, mends: Mends) -> Reading:
    """Numbers that are told, and told to be gone; they stand in answers alone."""
    entries: list[Entry] = []
    gone: dict[int, str] = {}
    found_at = [
        (each.line, place)
        for place, each in enumerate(reading.findings)
        if each.code == "W-FOOTNOTE"
    ]
    found_at.sort()
    for entry in reading.entries:
        decided = mends.numbers.get(fingerprint_hash(entry.prompt), {})
        instead = {word: short for word, short in decided.items() if short}
        # A file may ask the same ten thousand times.
        first = bisect_left(found_at, (entry.line, 0))
        behind = bisect_left(found_at, (entry.end_line + 1, 0))
        found = {
            place: instead[reading.findings[place].words]
            for _line, place in found_at[first:behind]
            if reading.findings[place].words in instead
        }
        words = {reading.findings[place].words for place in found}
        entries.append(_shortened(entry, words, instead) if words else entry)
        gone |= found
    findings = [
        replace(each, code="I-FOOTNOTE", message=f"The number behind “{gone[place]}” was removed.")
        if place in gone
        else each
        for place, each in enumerate(reading.findings)
    ]
    return replace(reading, entries=tuple(entries), findings=tuple(findings))


def _shortened(entry: Entry, words: Collection[str], instead: Mapping[str, str]) -> Entry:
    ends = "|".join(map(re.escape, words))
    number = re.compile(rf"(?<![A-Za-z])({ends})(?=\.[\s\\]|\.?\\?$)")

    def shortened(text: str) -> str:
        lines, _findings = lines_of(text)
        return "\n".join(
            line.text if line.is_code else number.sub(lambda found: instead[found[1]], line.text)
            for line in lines
        )

    candidates = tuple(map(shortened, entry.candidates))
    return replace(entry, answer=shortened(entry.answer), candidates=candidates)


def can_be_split(entry: Entry) -> bool:
    """What has parts or an id of its own is a whole question, which its author may take apart."""
    document = entry.document if isinstance(entry, WholeEntry) else None
    is_plain = entry.kind == Kind.OPEN and not entry.options
    is_whole = document and (document.slug or document.key_points or document.follow_ups)
    return bool(is_plain and not is_whole and halves(entry.prompt) and entry.part < MOST_PARTS)


def beginnings(entry: Entry) -> list[tuple[int, str]]:
    """Where the answer of the second question may begin: after how many paragraphs, and its words.

    A heading belongs to what follows it.
    """
    blocks = paragraphs(entry.answer)[: MOST_BEGINNINGS + 1]
    return [
        (place, _first_words(block))
        for place, block in enumerate(blocks)
        if place and not HEADING.fullmatch(blocks[place - 1])
    ]


def _first_words(block: str) -> str:
    line = inline_text(block.strip().split("\n")[0]).strip("`~*-+> |")
    return line if len(line) <= LONGEST_BEGINNING else f"{line[: LONGEST_BEGINNING - 1].rstrip()}…"


def halves(prompt: str) -> tuple[str, str] | None:
    """Behind the first question mark; none within code."""
    bare = without_code(prompt[: 2 * PROMPT_LENGTH])
    end = END_OF_QUESTION.search(bare)
    second = prompt[end.end() :].strip() if end else ""
    if not end or not re.search(r"\w", second):
        return None
    return prompt[: end.end()].strip(), second


def without_code(text: str) -> str:
    """As long, with marks alone where code stands."""
    return CODE.sub(lambda code: "`" * len(code[0]), text)


def _parts(entry: Entry, mends: Mends) -> Iterator[Entry]:
    for _part in range(MOST_PARTS):
        asked = fingerprint_hash(entry.prompt)
        after = mends.splits.get(asked)
        whole, entry = entry, _spelt(entry, mends.words.get(asked, {}))
        pair = halves(entry.prompt) if after is not None and can_be_split(entry) else None
        if not pair or after is None:
            yield entry
            return
        first, second = _split(entry, pair, after=after, whole=whole.prompt)
        yield _spelt(first, mends.words.get(fingerprint_hash(first.prompt), {}))
        entry = second
    yield entry


def _split(entry: Entry, pair: tuple[str, str], *, after: int, whole: str) -> tuple[Entry, Entry]:
    blocks = paragraphs(entry.answer)
    after = after if NOWHERE < after < len(blocks) else len(blocks)
    answers = ["\n\n".join(blocks[:after]), "\n\n".join(blocks[after:])]
    if after == len(blocks):
        answers = [entry.answer, ""]
    first, second = (
        _with_text(entry, prompt=prompt, answer=answer)
        for prompt, answer in zip(pair, answers, strict=True)
    )
    behind = len(pair[0].split())
    spelt_of_first = tuple(each for each in entry.spelt if each.place < behind)
    spelt_of_second = tuple(
        each._replace(place=each.place - behind) for each in entry.spelt if each.place >= behind
    )
    if isinstance(second, WholeEntry):
        second = replace(second, external_key="")
    return (
        replace(first, of_prompt=whole, as_it_came="", spelt=spelt_of_first),
        replace(second, as_it_came="", spelt=spelt_of_second),
    )


def _spelt(entry: Entry, words: Mapping[str, str | None]) -> Entry:
    prompt = entry.prompt
    for word, instead in words.items():
        if instead:
            prompt = instead.join(re.split(rf"(?<!\w){re.escape(word)}(?!\w)", prompt))
    if prompt == entry.prompt:
        return entry
    return replace(
        _with_text(entry, prompt=prompt, answer=entry.answer),
        as_it_came=entry.prompt,
        spelt=(*entry.spelt, *_changed_words(entry.prompt, prompt)),
    )


def _with_text(entry: Entry, *, prompt: str, answer: str) -> Entry:
    if isinstance(entry, WholeEntry) and entry.document:
        document: QuestionDocument = replace(entry.document, prompt=prompt, answer=answer)
        return replace(entry, prompt=prompt, answer=answer, document=document)
    return replace(entry, prompt=prompt, answer=answer)


def _findings(part: Entry, parts: Sequence[Entry]) -> Iterator[Finding]:
    for word, instead in dict.fromkeys((each.word, each.instead) for each in part.spelt):
        message = f"“{word}” was changed to “{instead}”."
        yield Finding("I-SPELT", part.line, message, words=word, part=part.part)
    if part.of_prompt:
        message = "This question and the next stood in one prompt."
        yield Finding("I-SPLIT", part.line, message, part=part.part)
    found = [*prompt_findings(part)]
    if part.part > 1:
        found += answer_findings(part)
    for each in found:
        yield replace(each, part=part.part)


def _changed_words(before: str, after: str) -> Iterator[Spelt]:
    for place, (one, other) in enumerate(zip(before.split(), after.split(), strict=True)):
        for word, instead in zip(WORD.findall(one), WORD.findall(other), strict=False):
            if word != instead:
                yield Spelt(place, word, instead, prompt=before)
