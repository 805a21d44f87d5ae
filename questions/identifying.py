"""Which question here a question of a file is: by its id there first, by its prompt otherwise."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Q

from accounts.models import User
from questions.formats.document import Entry, QuestionDocument
from questions.formats.entries import WholeEntry
from questions.formats.notes import fingerprint
from questions.formats.readers import Format
from questions.models import Question
from questions.origins import with_origin

NAME_LENGTH = 200  # of a file
LONGEST_KEY = 200
# Two prompts less alike than this are two questions. More alike they may still be, so it only
# suggests: "debug a container that exits" is close to "debug a pod that exits".
LEAST_LIKENESS = 0.6
# Ids that stay a question's own wherever it stands; others may count from 1 in each file.
WITH_LASTING_IDS = {Format.MARKDOWN, Format.APKG}


@dataclass(frozen=True, slots=True)
class Ids:
    """What a file calls a question: an id of ours, and the key that it is kept under otherwise.

    `is_repeated`: another question of the file is called the same, so it says nothing.
    """

    slug: str = ""
    key: str = ""
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Questions here that may be those of a file. `by_print` has the oldest first."""

    by_slug: Mapping[str, Question]
    by_key: Mapping[str, Question]
    by_print: Mapping[str, Sequence[Question]]

    def matched_by_ids(
        self, ids: Sequence[Ids], documents: Sequence[QuestionDocument], *, name: str, format: str
    ) -> dict[int, Question]:
        """By the place of an entry; each question once. No key takes one from a slug."""
        found = {
            place: self.by_slug[each.slug]
            for place, each in enumerate(ids)
            if each.slug in self.by_slug
        }
        taken = {question.pk for question in found.values()}
        for place, (each, document) in enumerate(zip(ids, documents, strict=True)):
            question = self.by_key.get(each.key)
            if place in found or not question or question.pk in taken:
                continue
            if _is_called_so(question, document, name=name, format=format):
                found[place] = question
        return found

    def asking(
        self, prompt: str, context: str, *, is_repeated: bool, but: Collection[int]
    ) -> Question | None:
        """“What does this print?” is asked of many texts: then the context tells them apart."""
        found = [each for each in self.by_print.get(prompt, ()) if each.pk not in but]
        for question in found:
            if question.current_revision and question.current_revision.context == context:
                return question
        return None if is_repeated and context else next(iter(found), None)

    def free_key(self, ids: Ids, question: Question | None) -> str:
        """Empty if another question is known by it."""
        return ids.key if self.by_key.get(ids.key, question) == question else ""


def ids_of(
    entries: Sequence[Entry],
    documents: Sequence[QuestionDocument],
    *,
    asked: Sequence[tuple[str, str]],
    format: str,
) -> list[Ids]:
    """In the order of the entries; nothing for one that was `asked` before."""
    names, slugs = [], []
    seen: set[tuple[str, str]] = set()
    for entry, document, each in zip(entries, documents, asked, strict=True):
        slug = "" if each in seen else document.slug
        own = entry.external_key if isinstance(entry, WholeEntry) and each not in seen else ""
        seen.add(each)
        names.append(own or slug)
        slugs.append(slug)
    once = {each for each, count in Counter(names).items() if count == 1}
    slugs_once = {each for each, count in Counter(slugs).items() if count == 1}
    return [
        Ids(
            slug if slug in slugs_once else "",
            external_key(name, format=format) if name in once else "",
            is_repeated=bool(name) and name not in once,
        )
        for name, slug in zip(names, slugs, strict=True)
    ]


def external_key(name: str, *, format: str) -> str:
    if not name:
        return ""
    # Both hold the same tables.
    key = f"{Format.CSV if format == Format.XLSX else format}:{name}"
    if len(key) <= LONGEST_KEY and key.isprintable():
        return key
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def known_here(ids: Sequence[Ids], prints: Sequence[str], *, owner: User | None) -> Known:
    """Among the private questions of `owner`, or in the bank. A few queries."""
    slugs = {each.slug for each in ids if each.slug}
    own = with_origin(Question.objects.filter(private_to=owner))
    found = own.filter(Q(fingerprint__in=prints) | Q(slug__in=slugs)).order_by("pk")
    by_print: dict[str, list[Question]] = {}
    for question in found:
        by_print.setdefault(question.fingerprint, []).append(question)
    keys = {each.key for each in ids if each.key}
    called = own.filter(external_key__in=keys).order_by()
    return Known(
        {each.slug: each for each in found if each.slug in slugs},
        {each.external_key: each for each in called} if keys else {},
        by_print,
    )


def are_alike(matcher: SequenceMatcher[str]) -> bool:
    # The first two are cheap and never smaller.
    ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(ratio() >= LEAST_LIKENESS for ratio in ratios)


def _is_called_so(
    question: Question, document: QuestionDocument, *, name: str, format: str
) -> bool:
    """Two quizzes may both count from 1, so an id that came in another file must ask much the same."""
    file = question.imported_from
    if format in WITH_LASTING_IDS or (file and file.name == name[-NAME_LENGTH:]):
        return True
    prompt = question.current_revision.prompt if question.current_revision else ""
    texts = fingerprint(prompt), fingerprint(document.prompt)
    return are_alike(SequenceMatcher(None, *texts, autojunk=False))
