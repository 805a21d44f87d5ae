"""Which sittings, and the draw of a new one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Max, Q

from interviews import deadlines
from interviews.deadlines import ResolvedTerms
from interviews.drawing import Candidate, Pool, PoolTooSmall, draw
from interviews.models.assignments import Assignment
from interviews.models.blueprints import Section, named
from interviews.models.events import SittingEvent
from questions.weaknesses import weak_questions

if TYPE_CHECKING:
    from accounts.models import User
    from interviews.models.sittings import Sitting


class SittingQuerySet(models.QuerySet["Sitting"]):
    def of(self, user: User) -> SittingQuerySet:
        return self.filter(learner=user)

    def in_progress(self) -> SittingQuerySet:
        """Not closed in the database; `overdue` ones among them are about to be."""
        return self.filter(state=self.model.State.IN_PROGRESS)

    def overdue(self, now: datetime) -> SittingQuerySet:
        """In progress, though the time is over with its grace: of the whole or of a question.

        Not those whose clock stands.
        """
        over = now - deadlines.GRACE
        running = self.in_progress().filter(paused_at=None)
        return running.filter(Q(deadline_at__lt=over) | Q(step_ends_at__lt=over))

    def over(self) -> SittingQuerySet:
        """Closed, and the voided ones."""
        return self.exclude(state=self.model.State.IN_PROGRESS)

    def closed(self) -> SittingQuerySet:
        """Handed in, whether marked yet or not; voided ones do not count."""
        states = self.model.State
        return self.filter(state__in=(states.SUBMITTED, states.MARKED, states.RELEASED))

    def lock(self) -> None:
        """Hold these rows until the transaction ends, always in the same order."""
        list(self.order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def counting(self) -> SittingQuerySet:
        """Those that use up one of the sittings allowed: all but the voided ones."""
        return self.exclude(state=self.model.State.VOIDED)

    def draw(
        self,
        assignment: Assignment,
        *,
        learner: User,
        terms: ResolvedTerms,
        now: datetime,
        seed: int | None = None,
    ) -> Sitting:
        """A new sitting with its items, responses and deadline. The caller holds the lock.

        Raises PoolTooSmall when a section cannot be filled.
        """
        from interviews.models.items import Item
        from interviews.models.responses import Response

        sections = list(assignment.blueprint.sections.all())
        if not sections:
            raise PoolTooSmall(Pool(0, assignment.blueprint.title, 1, []), available=0)
        seed = secrets.randbelow(2**63) if seed is None else seed
        pace = terms.pace_for(assignment.blueprint.drawn_count)
        pools, revisions = pools_for(
            learner,
            sections,
            with_private=assignment.blueprint.is_quick,
            leans_to_weak=assignment.blueprint.leans_to_weak,
        )
        drawn = draw(pools, seed)
        used = self.of(learner).filter(assignment=assignment).aggregate(last=Max("number"))["last"]
        sitting = self.create(
            assignment=assignment,
            learner=learner,
            number=(used or 0) + 1,
            seed=seed,
            started_at=now,
            deadline_at=deadlines.deadline(now, terms).at,
            is_one_at_a_time=assignment.blueprint.navigation == "one_at_a_time",
            points=sum(section.points * len(drawn[section.pk]) for section in sections),
            time_limit=terms.full_time and terms.full_time - terms.extra_time,
            think_time=pace and pace.think,
            answer_time=pace and pace.answer,
            follow_up_time=pace and pace.follow_up,
        )
        places = [(section, each) for section in sections for each in drawn[section.pk]]
        items = Item.objects.bulk_create(
            Item(
                sitting=sitting,
                revision_id=revisions[question_id],
                section_title=section.title,
                position=position,
                points=section.points,
            )
            for position, (section, question_id) in enumerate(places)
        )
        Response.objects.bulk_create(Response(item=item) for item in items)
        if sitting.is_one_at_a_time:
            sitting.open_step(items[0].response, at=now)
        sitting.note(
            SittingEvent.Kind.STARTED,
            at=now,
            actor=learner,
            new_deadline_at=sitting.deadline_at,
        )
        return sitting


def pools_for(
    learner: User, sections: Sequence[Section], *, with_private: bool, leans_to_weak: bool
) -> tuple[list[Pool], dict[int, int]]:
    """What each section may ask, and the revision each question has today."""
    from interviews.models.items import Item

    asked = Item.objects.filter(sitting__learner=learner).values_list("revision__question")
    last_used = dict(asked.annotate(Max("sitting__started_at")))
    weak = weak_questions(learner) if leans_to_weak else set()
    revisions: dict[int, int] = {}
    pools = []
    for section, name in named(sections):
        found = section.candidates(learner, with_private=with_private)
        current = list(found.values_list("pk", "current_revision"))
        revisions.update(current)
        pools.append(
            Pool(
                section.pk,
                name,
                section.count,
                [Candidate(pk, last_used.get(pk), pk in weak) for pk, _revision in current],
                leans_to_weak=leans_to_weak,
                fixed=section.hand_picked.exists(),
            )
        )
    return pools, revisions
