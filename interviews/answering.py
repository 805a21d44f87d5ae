"""How an item is answered on a page: what is shown to choose from, and what the choice means."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from django.utils.translation import gettext as _

from interviews.models import Item, Sitting
from questions.models import Answer


def shown_answers(item: Item) -> list[Answer]:
    """The options, or the steps shuffled: always alike for this item. Pages name them by place.

    Ids would tell: steps are stored in their right order. Reads `revision.answers`, prefetched.
    """
    answers = [each for each in item.revision.answers.all() if each.role != Answer.Role.MODEL]
    if item.revision.kind == "ordering":
        Random(f"{item.sitting.seed}-{item.pk}").shuffle(answers)  # noqa: S311 (no secret)
    return answers


def choice_of(item: Item, places: Sequence[int]) -> list[int]:
    """Answer ids for places on the page, from 1; in an order, 0 is a place still empty."""
    if not places:
        return []
    shown = shown_answers(item)
    if any(not 0 <= place <= len(shown) for place in places):
        raise ValueError("There is no such answer.")
    choice = [shown[place - 1].pk if place else 0 for place in places]
    if item.revision.kind == "ordering":
        return choice if any(choice) else []
    return sorted({pk for pk in choice if pk})


def places_of(item: Item, choice: Sequence[int]) -> list[int]:
    place = {answer.pk: number for number, answer in enumerate(shown_answers(item), start=1)}
    return [place.get(pk, 0) for pk in choice]


def in_words(item: Item, *, text: str, choice: Sequence[int]) -> str:
    """What somebody answered, as text; lines for what was chosen."""
    answers = {answer.pk: answer.text for answer in item.revision.answers.all()}
    lines = [answers.get(pk, "–") for pk in choice]
    return "\n".join([*lines, text] if text else lines)


def why_closed(sitting: Sitting) -> str:
    """Said to whoever sent something after that."""
    if sitting.state == Sitting.State.VOIDED:
        return _("This interview was voided.")
    if sitting.closed_by == Sitting.ClosedBy.LEARNER:
        return _("You have handed in already.")
    return _("Time was up.")
