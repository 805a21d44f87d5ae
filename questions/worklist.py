"""What waits for an editor: piles of questions. Apps above add those that only they can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from questions import links
from questions.models import LinkCheck, Question, QuestionQuerySet, QuestionRevision, Report

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """`name` stands in the address. `choose` takes the bank and the day.

    `page`: the name of a page of its own that says more than the list of questions does. `is_on`:
    False where nobody finds out what belongs here.
    """

    name: str
    title: StrOrPromise
    choose: Callable[[QuestionQuerySet, date], QuestionQuerySet]
    page: str = ""
    is_on: Callable[[], bool] = lambda: True


PILES: dict[str, Pile] = {}


def add_pile(pile: Pile) -> None:
    """Called once, when an app is ready."""
    PILES[pile.name] = pile


def piles() -> dict[str, Pile]:
    """Those there are on this site."""
    return {name: pile for name, pile in PILES.items() if pile.is_on()}


def questions_in(pile: Pile, today: date) -> QuestionQuerySet:
    """Of the bank, without what is retired: nobody is asked that any more."""
    bank: QuestionQuerySet = Question.objects.filter(private_to=None)
    return pile.choose(bank.exclude(status=Question.Status.RETIRED), today)


def counts(today: date) -> list[tuple[Pile, int]]:
    """Each pile with its number of questions. One query, however many piles there are."""
    shown = piles()
    numbers = Question.objects.aggregate(
        **{
            name.replace("-", "_"): Count(
                "pk", filter=Q(pk__in=questions_in(pile, today).values("pk"))
            )
            for name, pile in shown.items()
        }
    )
    return [(pile, numbers[name.replace("-", "_")]) for name, pile in shown.items()]


def _reported(questions: QuestionQuerySet, _today: date) -> QuestionQuerySet:
    open_reports = Report.objects.filter(revision__question=OuterRef("pk"), state=Report.State.OPEN)
    return questions.filter(Exists(open_reports))


def _drafts(questions: QuestionQuerySet, _today: date) -> QuestionQuerySet:
    """Nothing is published yet, or another text waits."""
    drafts = QuestionRevision.objects.filter(question=OuterRef("pk"), frozen_at=None)
    return questions.filter(~Q(status=Question.Status.PUBLISHED) | Exists(drafts))


def _not_reviewed(questions: QuestionQuerySet, today: date) -> QuestionQuerySet:
    """Nobody stood by the text within a year."""
    reviewed = Q(current_revision__reviewed_on__gt=today - A_YEAR)
    return questions.filter(status=Question.Status.PUBLISHED).exclude(reviewed)


def _with_dead_links(questions: QuestionQuerySet, _today: date) -> QuestionQuerySet:
    """A reference of the published text is broken, or has moved for good."""
    dead = links.leads_to(LinkCheck.objects.to_mend(), revision="current_revision")
    return questions.filter(dead, status=Question.Status.PUBLISHED)


add_pile(Pile(name="reported", title=_("Reported"), choose=_reported))
add_pile(Pile(name="drafts", title=_("Drafts waiting"), choose=_drafts))
add_pile(Pile(name="not-reviewed", title=_("Not reviewed for a year"), choose=_not_reviewed))
add_pile(
    Pile(
        name="links",
        title=_("Broken or moved links"),
        choose=_with_dead_links,
        page="admin:questions_question_links",
        is_on=lambda: bool(settings.CHECK_LINKS),
    )
)
