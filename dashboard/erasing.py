"""Leaving for good: everything of a person goes, what belongs to others stays."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from accounts.models import Cohort, Membership, User
from interviews.models import Assignment, Blueprint, Item
from questions.models import Offer, Question


class StillNeededError(Exception):
    """Others depend on this person: see `cohorts_left_alone` and `is_last_administrator`."""


def cohorts_left_alone(user: User) -> models.QuerySet[Cohort]:
    """Cohorts with learners, which nobody would teach any more."""
    return Cohort.objects.only_taught_by(user)


def is_last_administrator(user: User) -> bool:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    return user.is_superuser and not others.exists()


def erase(person: User, *, now: datetime) -> None:
    """Delete the person and all that is theirs, in one transaction.

    Interviews they gave stay where somebody else sat them: those results are the learners'.
    Then an emptied row stands in the person's place, without name, address or password.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=person.pk)
        taught = Cohort.objects.select_for_update().filter(pk__in=Cohort.objects.taught_by(user))
        list(taught)  # held, so that nobody joins between the question and the deed
        if cohorts_left_alone(user).exists() or is_last_administrator(user):
            raise StillNeededError
        close_cohorts(user, now=now)
        delete_study(user)
        if has_results_of_others(user):
            delete_what_hangs_on(user)
            user.erase(now=now)
        else:
            user.delete()


def close_cohorts(user: User, *, now: datetime) -> None:
    """Cohorts without another instructor go if nobody else was ever in them, else to the archive."""
    members = Membership.objects.filter(cohort=models.OuterRef("pk")).exclude(user=user)
    instructors = members.current().filter(role=Membership.Role.INSTRUCTOR)
    alone = Cohort.objects.filter(
        ~models.Exists(instructors), pk__in=Cohort.objects.taught_by(user).values("pk")
    )
    Cohort.objects.filter(~models.Exists(members), pk__in=alone.values("pk")).delete()
    alone.filter(archived_at=None).update(archived_at=now, is_open=False)


def delete_study(user: User) -> None:
    """Sittings first: they hold on to assignments and texts, which hold on to nothing of ours."""
    user.sittings.all().delete()
    Assignment.objects.filter(assigned_by=user, sittings=None).delete()
    Blueprint.objects.filter(owner=user, assignments=None).delete()
    Offer.objects.filter(offered_by=user).exclude(state=Offer.State.ACCEPTED).delete()
    asked = Item.objects.filter(revision__question=models.OuterRef("pk"))
    Question.objects.filter(~models.Exists(asked), private_to=user).delete()


def has_results_of_others(user: User) -> bool:
    return (
        Assignment.objects.filter(assigned_by=user).exists()
        or Blueprint.objects.filter(owner=user).exists()
        or Question.objects.filter(private_to=user).exists()
    )


def delete_what_hangs_on(user: User) -> None:
    """Every row that would go with the person, but for what others' results need."""
    needed = {Assignment, Blueprint, Question}
    for relation in User._meta.related_objects:
        if relation.on_delete is models.CASCADE and relation.related_model not in needed:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: user})
            rows.delete()
