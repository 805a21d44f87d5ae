"""In which order questions are listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db.models import F

from questions.models import QuestionQuerySet, SearchEntry
from questions.models.search import Row
from questions.searching.looking import Match, as_matches, is_cut
from questions.wording import PARTS, PROMPT, TAGS, is_prefix, stem

MOST_RANKED = 150
POINTS = {1: 8, 2: 4, 3: 2, 4: 1}


def found_deep(pks: Iterable[int], words: Sequence[str]) -> set[int]:
    """Those that have one of the words neither in the prompt nor in the tags. One query."""
    texts = SearchEntry.objects.words_by_key(pks)
    seen, looks = 2 * POINTS[TAGS], [_looks(word) for word in words]
    return {
        pk for pk, text in texts.items() if any(_points(f" {text} ", each) < seen for each in looks)
    }


def ranked(found: Sequence[Row], words: Sequence[str]) -> list[Match]:
    """Weighed word by word: all, or the first where there may be more than were found.

    Ties go to the shorter prompt, then the older question.
    """
    first = MOST_RANKED if is_cut(found) else len(found)
    matches = as_matches(found, worded=first)
    looks = [_looks(word) for word in words]
    pairs = [
        f" {PROMPT}{one} {PROMPT}{other}" for one, other in zip(words, words[1:], strict=False)
    ]

    def weight(match: Match) -> tuple[int, int, int]:
        """Less is better: a word counts by the best part it is in, whole ones and neighbours more."""
        text = f" {match.words} "
        points = sum([_points(text, each) for each in looks])
        neighbours = sum([pair in text for pair in pairs])
        return -(points + 4 * neighbours), text.count(f" {PROMPT}"), match.pk

    return [*sorted(matches[:first], key=weight), *matches[first:]]


def _points(text: str, looks: Sequence[tuple[str, int]]) -> int:
    """The text has a blank before each word and after the last."""
    for look, points in looks:
        if look in text:
            return points
    return 0


@lru_cache(maxsize=200)
def _looks(word: str) -> tuple[tuple[str, int], ...]:
    """What to look for, and what it counts; the best first."""
    looks: list[tuple[str, int]] = []
    for part in PARTS:
        looks += [(f" {part}{form} ", 2 * POINTS[part] + 1) for form in {word, stem(word)}]
        looks += [(f" {part}{word}", 2 * POINTS[part])] if is_prefix(word) else []
    return tuple(looks)


def in_bank_order(questions: QuestionQuerySet) -> QuestionQuerySet:
    return questions.order_by(
        F("topic__position").asc(nulls_last=True), F("topic__path").asc(nulls_last=True), "slug"
    )
