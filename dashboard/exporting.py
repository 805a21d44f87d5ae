"""All a person's data as one JSON file, written piece by piece: memory does not grow with it.

What the person may not see yet stays out: the questions of an interview still running, and
marks that are not released.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch
from django.urls import reverse

from accounts.models import Membership, User
from interviews.models import AskedFollowUp, Goal, Item, Mark, Response, Sitting
from practice.models import (
    Adjustment,
    Card,
    Change,
    Parameters,
    Review,
    Round,
    StudyDay,
    StudySettings,
)
from questions.models import Offer, Overrule, Question, QuestionRevision

CHUNK = 200
# A round has up to a hundred cards.
ROUNDS_AT_ONCE = 20
VERSION = 1

type Row = dict[str, Any]


def export(user: User, *, now: datetime) -> Iterator[str]:
    """The pieces of the file, in order; about `CHUNK` rows are held at a time."""
    yield f'{{"format": "studyhub-account", "version": {VERSION}, "exported_at": {encode(now)}'
    yield f',\n"profile": {encode(profile(user))}'
    yield f',\n"study_settings": {encode(study_settings(user))}'
    lists = {
        "memberships": memberships(user),
        "questions": questions(user),
        "offers": offers(user),
        "overruled_points": overruled_points(user),
        "cards": cards(user),
        "reviews": reviews(user),
        "adjustments": adjustments(user),
        "changes": changes(user),
        "rounds": rounds(user),
        "study_days": study_days(user),
        "parameters": parameters(user),
        "goals": goals(user),
        "sittings": sittings(user),
    }
    for name, rows in lists.items():
        yield from written(name, rows)
    yield "}\n"


def written(name: str, rows: Iterable[Row]) -> Iterator[str]:
    yield f",\n{encode(name)}: ["
    for number, row in enumerate(rows):
        yield ("\n" if number == 0 else ",\n") + encode(row)
    yield "]"


def encode(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def profile(user: User) -> Row:
    fields = (
        "email name joined_at last_login time_zone day_start_hour theme time_factor"
        " is_instructor is_editor"
    )
    return fields_of(user, fields)


def study_settings(user: User) -> Row | None:
    """None: the person never changed the defaults."""
    chosen = StudySettings.objects.filter(user=user).first()
    fields = (
        "desired_retention new_cards_a_day reviews_a_day a_day_counts_from holiday_from holiday_until"
        " holiday_spread_days catch_up_a_day catch_up_until catch_up_today catch_up_on"
    )
    return fields_of(chosen, fields) if chosen else None


def memberships(user: User) -> Iterator[Row]:
    rows = Membership.objects.filter(user=user).select_related("cohort").order_by("joined_at")
    for membership in rows.iterator(CHUNK):
        yield {
            "cohort": membership.cohort.name,
            "role": membership.role,
            "joined_at": membership.joined_at,
            "left_at": membership.left_at,
        }


def questions(user: User) -> Iterator[Row]:
    """One's own questions with their newest text, whatever their status."""
    parts = ("answers", "key_points__accept_phrases", "misconceptions", "hints", "follow_ups")
    own = (
        Question.objects.filter(private_to=user)
        .select_related("topic", "current_revision")
        .prefetch_related("tags", *(f"current_revision__{part}" for part in parts))
        .prefetch_related("current_revision__references")
        .order_by("pk")
    )
    for question in own.iterator(CHUNK):
        yield {
            "id": question.slug,
            "status": question.status,
            "topic": question.topic.path if question.topic else None,
            "tags": [tag.slug for tag in question.tags.all()],
            "created_at": question.created_at,
            "updated_at": question.updated_at,
            "text": text_of(question.current_revision) if question.current_revision else None,
        }


def text_of(revision: QuestionRevision) -> Row:
    fields = (
        "number kind level prompt context expected_output interviewer_notes speak_seconds"
        " applies_to reviewed_on license source authors"
    )
    return {
        **fields_of(revision, fields),
        "answers": [
            fields_of(answer, "role text is_correct because") for answer in revision.answers.all()
        ],
        "key_points": [
            {
                **fields_of(point, "text weight"),
                "accept": [phrase.text for phrase in point.accept_phrases.all()],
            }
            for point in revision.key_points.all()
        ],
        "misconceptions": [fields_of(item, "text why") for item in revision.misconceptions.all()],
        "hints": [hint.text for hint in revision.hints.all()],
        "follow_ups": [
            fields_of(item, "prompt condition expect strong weak")
            for item in revision.follow_ups.all()
        ],
        "references": [fields_of(item, "title url") for item in revision.references.all()],
    }


def fields_of(thing: object, fields: str) -> Row:
    return {field: getattr(thing, field) for field in fields.split()}


def offers(user: User) -> Iterator[Row]:
    """What the person offered to the bank, and what came of it."""
    fields = "name license state offered_at decided_at reason"
    rows = Offer.objects.filter(offered_by=user).order_by("offered_at", "pk")
    columns = rows.values("question__slug", "question__current_revision__prompt", *fields.split())
    for row in columns.iterator(CHUNK):
        question = row.pop("question__slug")
        yield {"question": question, "prompt": row.pop("question__current_revision__prompt"), **row}


def overruled_points(user: User) -> Iterator[Row]:
    """Where the person said otherwise than the automatic matching, with their words.

    Of interviews the words are among the answers, and who marks may not have released the rest.
    """
    fields = "excerpt status said state created_at decided_at"
    practice = Overrule.objects.filter(user=user, source=Overrule.Source.PRACTICE)
    rows = practice.order_by("created_at", "pk")
    columns = rows.values("key_point__text", "key_point__revision__question__slug", *fields.split())
    for row in columns.iterator(CHUNK):
        question = row.pop("key_point__revision__question__slug")
        yield {"question": question, "key_point": row.pop("key_point__text"), **row}


def cards(user: User) -> Iterator[Row]:
    fields = (
        "stability difficulty reviewed_on due_on interval_days review_count lapse_count relearn_on"
        " is_leech missed_points missed_on sibling_seen_on suspended_at buried_until added_at"
    )
    rows = Card.objects.filter(user=user).order_by("pk")
    named = (
        "question__slug",
        "question__current_revision__prompt",
        "note__text",
        "note__written_at",
    )
    for row in rows.values(*named, *fields.split()).iterator(CHUNK):
        question, prompt, note, noted_at = (row.pop(name) for name in named)
        yield {"question": question, "prompt": prompt, **row, "note": note, "noted_at": noted_at}


def reviews(user: User) -> Iterator[Row]:
    fields = (
        "id number reviewed_at study_day rating kind round answer choice points points_by hints_used"
        " confidence seconds seconds_to_answer retrievability stability_before difficulty_before"
        " reviewed_on_before due_on_before interval_before relearn_on_before"
        " stability_after difficulty_after due_on_after interval_after"
        " parameter_version voided_at imported_at"
    )
    rows = Review.objects.filter(user=user).order_by("reviewed_at", "pk")
    columns = rows.values("card__question__slug", "revision__number", *fields.split())
    for row in columns.iterator(CHUNK):
        question, revision = row.pop("card__question__slug"), row.pop("revision__number")
        yield {"question": question, "revision": revision, **row}


def adjustments(user: User) -> Iterator[Row]:
    """What else is in the log: cards learnt anew, and moved to another day."""
    rows = Adjustment.objects.filter(card__user=user).order_by("made_at", "pk")
    fields = ("kind", "number", "due_on", "change", "made_at", "voided_at")
    for row in rows.values("card__question__slug", *fields).iterator(CHUNK):
        yield {"question": row.pop("card__question__slug"), **row}


def changes(user: User) -> Iterator[Row]:
    """What was done to several cards at once; adjustments name theirs."""
    rows = Change.objects.filter(user=user).order_by("made_at", "pk")
    fields = ("id", "kind", "number", "made_at", "undone_at")
    yield from rows.values(*fields).iterator(CHUNK)


def rounds(user: User) -> Iterator[Row]:
    """Cramming and quizzes, with their questions in order; those that are deleted are left out."""
    begun = Round.objects.of(user).order_by("started_at", "pk").iterator(CHUNK)
    for some in batched(begun, ROUNDS_AT_ONCE):
        asked = Card.objects.of(user).filter(pk__in={pk for each in some for pk in each.cards})
        slugs = dict(asked.values_list("pk", "question__slug"))
        for each in some:
            questions = [slugs[pk] for pk in each.cards if pk in slugs]
            yield {**fields_of(each, "id started_at is_quiz scope"), "questions": questions}


def study_days(user: User) -> Iterator[Row]:
    """The sums of each day, also of reviews whose question is deleted since."""
    rows = StudyDay.objects.filter(user=user).order_by("study_day")
    fields = ("study_day", *StudyDay.DERIVED, "extra_reviews")
    yield from rows.values(*fields).iterator(CHUNK)


def parameters(user: User) -> Iterator[Row]:
    """What was fitted to this person's own reviews; reviews name the version."""
    fields = "version numbers review_count log_loss log_loss_before fitted_at is_in_use"
    for fitted in Parameters.objects.filter(user=user).order_by("pk"):
        yield fields_of(fitted, fields)


def goals(user: User) -> Iterator[Row]:
    """The days named to get ready for, and how it went. Of a foreign blueprint not even the title."""
    rows = Goal.objects.of(user).select_related("blueprint").prefetch_related("topics")
    for goal in rows.order_by("interview_on", "pk").iterator(CHUNK):
        blueprint = goal.blueprint
        is_mine = blueprint and blueprint.owner_id in (None, user.pk)
        yield {
            **fields_of(goal, "interview_on title outcome created_at"),
            "topics": [topic.path for topic in goal.topics.all()],
            "interview": blueprint.title if blueprint and is_mine else None,
        }


def sittings(user: User) -> Iterator[Row]:
    rows = (
        Sitting.objects.filter(learner=user)
        .select_related("assignment__blueprint")
        .prefetch_related("items__revision", "items__response__revisions", "items__marks")
        .prefetch_related("items__response__recordings")
        .prefetch_related(
            Prefetch("items__asked_follow_ups", AskedFollowUp.objects.with_responses())
        )
        .order_by("started_at", "pk")
    )
    for sitting in rows.iterator(CHUNK):
        is_score_seen = sitting.shown_to(user).marks
        is_running = sitting.state == Sitting.State.IN_PROGRESS
        yield {
            "interview": sitting.assignment.blueprint.title,
            **fields_of(sitting, "number state started_at deadline_at paused_at paused_for"),
            **fields_of(sitting, "submitted_at released_at"),
            "score": sitting.score if is_score_seen else None,
            "points": sitting.points,
            "items": [
                item_row(item, user, is_released=is_score_seen)
                for item in ([] if is_running else sitting.items.all())
            ],
        }


def item_row(item: Item, user: User, *, is_released: bool) -> Row:
    response: Response | None = getattr(item, "response", None)
    kept = response.revisions.all() if response else []
    return {
        "prompt": item.revision.prompt,
        "section": item.section_title,
        "points": item.points,
        "predicted_percent": item.predicted_percent,
        "response": fields_of(response, "text choice opened_at saved_at is_flagged")
        if response
        else None,
        "recordings": recording_rows(response),
        "not_counted": [fields_of(text, "kind text choice received_at") for text in kept],
        "follow_ups": [follow_up_row(asked) for asked in item.asked_follow_ups.all()],
        "marks": [
            mark_row(mark) for mark in item.marks.all() if is_released or mark.marker_id == user.pk
        ],
    }


def follow_up_row(asked: AskedFollowUp) -> Row:
    kept = asked.response.revisions.all()
    return {
        "prompt": asked.follow_up.prompt,
        "asked_at": asked.asked_at,
        "response": fields_of(asked.response, "text saved_at"),
        "recordings": recording_rows(asked.response),
        "not_counted": [fields_of(text, "kind text received_at") for text in kept],
    }


def recording_rows(response: Response | None) -> list[Row]:
    """The sound is fetched from its address, by its learner; None: it is not kept any more."""
    fields = "mime_type size duration_ms received_at superseded_at deleted_at"
    return [
        {
            "url": reverse("interviews:recording", args=[each.pk]) if each.is_kept else None,
            **fields_of(each, fields),
        }
        for each in (response.recordings.all() if response else ())
    ]


def mark_row(mark: Mark) -> Row:
    return fields_of(mark, "number points adjustment score comment marked_at")
