"""What somebody says to a question: some of its points in their own words, or an option."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from practice.judging import MUST_HAVE, Mark
from practice.scheduling import Rating
from questions.models import Answer, FollowUp, Question, QuestionRevision

OPENINGS = (
    "",
    "",
    "",
    "As far as I know, ",
    "In short, ",
    "I would say ",
    "From memory: ",
    "Well, ",
)
LINKS = ("", "", "Also, ", "And ", "Besides, ", "Then ")
PLAIN = set("A An The It Its They This That There When If Only Each Every All Without With".split())
BLANKS = (
    "I do not remember.",
    "No idea any more.",
    "I have read about this, but cannot explain it.",
    "Something about the configuration, I am not sure.",
)
PARTS = ("answers", "key_points", "hints")


@dataclass(frozen=True, slots=True)
class Point:
    key: str
    weight: int
    text: str


@dataclass(frozen=True, slots=True)
class Material:
    """A question with what an answer to it is made of. `siblings` are keys of questions."""

    question_pk: int
    revision_pk: int
    kind: str
    level: str
    speak_seconds: int
    points: tuple[Point, ...]
    options: tuple[int, ...]
    right: tuple[int, ...]
    output: str
    hints: int
    siblings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    text: str = ""
    choice: list[int] = field(default_factory=list)
    points: dict[str, str] = field(default_factory=dict)


def materials(questions: Iterable[Question]) -> list[Material]:
    """Of the questions' current texts, in their order."""
    pks = [question.current_revision_id for question in questions]
    revisions = QuestionRevision.objects.prefetch_related(*PARTS).in_bulk(pks)
    siblings = related(list(revisions))
    return [material(revisions[pk], siblings.get(revisions[pk].question_id, ())) for pk in pks]


def material(revision: QuestionRevision, siblings: Iterable[int] = ()) -> Material:
    answers = [each for each in revision.answers.all() if each.role != Answer.Role.MODEL]
    is_ordering = revision.kind == QuestionRevision.Kind.ORDERING
    return Material(
        question_pk=revision.question_id,
        revision_pk=revision.pk,
        kind=revision.kind,
        level=revision.level,
        speak_seconds=revision.speak_seconds or 60,
        points=tuple(
            Point(str(each.pk), each.weight, each.text) for each in revision.key_points.all()
        ),
        options=tuple(each.pk for each in answers),
        right=tuple(each.pk for each in answers if each.is_correct or is_ordering),
        output=revision.expected_output,
        hints=len(revision.hints.all()),
        siblings=tuple(sorted(siblings)),
    )


def related(revision_pks: Sequence[int]) -> dict[int, set[int]]:
    """Questions that lead on to each other, both ways: what CardQuerySet.siblings_of finds."""
    links = FollowUp.objects.exclude(next_slug="").order_by()
    pairs = links.values_list("revision_id", "revision__question_id", "next_slug")
    by_slug = dict(
        Question.objects.filter(slug__in={slug for *_, slug in pairs}).values_list("slug", "pk")
    )
    known, found = set(revision_pks), dict[int, set[int]]()
    for revision_pk, question_pk, slug in pairs:
        other = by_slug.get(slug)
        if other is None or other == question_pk:
            continue
        found.setdefault(other, set()).add(question_pk)
        if revision_pk in known:
            found.setdefault(question_pk, set()).add(other)
    return found


def answer(asked: Material, rating: int, chance: Random) -> Said:
    """One that earns about this rating."""
    is_right = rating > Rating.AGAIN
    if asked.kind == QuestionRevision.Kind.OPEN:
        points = marked(asked.points, rating, chance)
        return Said(text=written(asked.points, points, chance), points=points)
    if asked.kind == QuestionRevision.Kind.OUTPUT:
        return Said(text=asked.output if is_right else chance.choice(("0", "an error", "nothing")))
    return Said(choice=list(asked.right) if is_right else wrong_choice(asked, chance))


def wrong_choice(asked: Material, chance: Random) -> list[int]:
    if asked.kind == QuestionRevision.Kind.ORDERING:
        steps = list(asked.right)
        steps[:2] = steps[1::-1]
        return steps
    wrong = [each for each in asked.options if each not in asked.right]
    picked = [chance.choice(wrong)] if wrong else []
    is_multiple = asked.kind == QuestionRevision.Kind.MULTIPLE
    return [*asked.right[1:], *picked] if is_multiple else picked


def marked(points: Sequence[Point], rating: int, chance: Random) -> dict[str, str]:
    """Which points such an answer says: see practice.judging for the other direction."""
    if rating == Rating.EASY:
        return {point.key: Mark.COVERED.value for point in points}
    musts = [point for point in points if point.weight >= MUST_HAVE]
    rest = [point for point in points if point.weight < MUST_HAVE]
    chance.shuffle(rest)
    said = {point.key: Mark.MISSED.value for point in points}
    if rating == Rating.AGAIN:
        lost = chance.choice(musts or [*points])
        for point in musts:
            if point is not lost and chance.random() < 0.4:
                said[point.key] = Mark.COVERED.value
        return said
    for point in musts:
        said[point.key] = Mark.COVERED.value
    whole = sum(point.weight for point in rest)
    bound = 0.5 * whole if rating == Rating.HARD else (0.5 + chance.random() / 2) * whole
    weight = 0
    for point in rest:
        is_more = rating == Rating.GOOD and weight < bound
        if is_more or weight + point.weight < bound:
            said[point.key] = Mark.COVERED.value
            weight += point.weight
        elif chance.random() < 0.2:
            said[point.key] = Mark.PARTLY.value
    return said


def written(points: Sequence[Point], said: dict[str, str], chance: Random) -> str:
    sentences = []
    for point in points:
        text = point.text.replace("`", "") if chance.random() < 0.6 else point.text
        if said[point.key] == Mark.COVERED:
            sentences.append(f"{text.rstrip('.')}.")
        elif said[point.key] == Mark.PARTLY:
            words = text.rstrip(".").split()
            sentences.append(" ".join(words[: max(3, len(words) // 2)]) + ".")
    if not sentences:
        return chance.choice(BLANKS)
    if chance.random() < 0.3:
        chance.shuffle(sentences)
    text = linked(chance.choice(OPENINGS), sentences[0])
    for sentence in sentences[1:]:
        text += " " + linked(chance.choice(LINKS), sentence)
    return text


def linked(link: str, sentence: str) -> str:
    """Without the link where the sentence begins with what may be a name or a command."""
    first = sentence.split()[0]
    return link + sentence[0].lower() + sentence[1:] if link and first in PLAIN else sentence
