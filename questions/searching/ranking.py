"""In which order questions are listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.db.models import F

from questions.models import QuestionQuerySet, SearchEntry
from questions.models.search import Row
from questions.searching.looking import is_cut
from questions.wording import PARTS, PROMPT, TAGS, is_prefix, stem

MOST_RANKED = 150
POINTS = {1: 8, 2: 4, 3: 2, 4: 1}
AFTER_PROMPT = re.compile(f" [^{PROMPT}]")


def found_deep(pks: Iterable[int], words: Sequence[str]) -> set[int]:
    """Those that have one of the words neither in the prompt nor in the tags. One query."""
    texts = SearchEntry.objects.words_by_key(pks)
    seen, looks = 2 * POINTS[TAGS], [_looks(word) for word in words]
    return {
        pk
        for pk, text in texts.items()
        if any(_points(*_parted(text), each) < seen for each in looks)
    }


def ranked(found: Sequence[Row], words: Sequence[str]) -> list[Row]:
    """Weighed word by word: all, or the first where there may be more than were found.

    Ties go to the shorter prompt, then the older question.
    """
    first = MOST_RANKED if is_cut(found) else len(found)
    rows = SearchEntry.objects.completed(found, worded=first)
    looks = [_looks(word) for word in words]
    pairs = [
        f" {PROMPT}{one} {PROMPT}{other}" for one, other in zip(words, words[1:], strict=False)
    ]

    def weight(row: Row) -> tuple[int, int, int]:
        """Less is better: a word counts by the best part it is in, whole ones and neighbours more."""
        prompt, below = _parted(row[-1] or "")
        points = sum([_points(prompt, below, each) for each in looks])
        neighbours = sum([pair in prompt for pair in pairs])
        return -(points + 4 * neighbours), prompt.count(f" {PROMPT}"), row[0]

    return [*sorted(rows[:first], key=weight), *rows[first:]]


def _parted(text: str) -> tuple[str, str]:
    """The words of the prompt and those after it; each has a blank before it and after the last."""
    text = f" {text} "
    after = AFTER_PROMPT.search(text)
    end = after.start() if after else len(text)
    return text[: end + 1], text[end:]


def _points(prompt: str, below: str, looks: Looks) -> int:
    for look, points in looks.in_prompt:
        if look in prompt:
            return points
    for look, points in looks.below:
        if look in below:
            return points
    return 0


class Looks(NamedTuple):
    """What to look for, and what it counts; the best first."""

    in_prompt: list[tuple[str, int]]
    below: list[tuple[str, int]]


@lru_cache(maxsize=200)
def _looks(word: str) -> Looks:
    def looks(part: int) -> list[tuple[str, int]]:
        whole = [(f" {part}{form} ", 2 * POINTS[part] + 1) for form in {word, stem(word)}]
        begun = [(f" {part}{word}", 2 * POINTS[part])] if is_prefix(word) else []
        return whole + begun

    return Looks(looks(PROMPT), [look for part in PARTS[1:] for look in looks(part)])


def in_bank_order(questions: QuestionQuerySet) -> QuestionQuerySet:
    return questions.order_by(
        F("topic__position").asc(nulls_last=True), F("topic__path").asc(nulls_last=True), "slug"
    )
