"""The history of a question: comparing revisions, and restoring one."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from questions import editing
from questions.models import Question, QuestionRevision
from questions.revising import document_of, says_the_same
from tests.questions.test_editing import ready_question

LIST = "/admin/questions/question/"


def edited_question(edda: User, now: datetime, *, times: int = 1) -> Question:
    question = ready_question(slug="edited-one")
    for number in range(times):
        draft = editing.start_draft(question, author=edda, now=now)
        draft.answers.update(text=f"One Dockerfile with {number + 2} stages.")
        QuestionRevision.objects.filter(pk=draft.pk).update(change_note=f"Stages: {number + 2}")
        editing.publish_draft(draft, actor=edda, now=now)
    question.refresh_from_db()
    return question


def compare_url(question: Question, query: str = "") -> str:
    return f"{LIST}{question.pk}/compare/{query}"


def test_page_tells_what_the_newest_revision_changed(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = edited_question(edda, now)
    shown = edda_client.get(compare_url(question)).content.decode()
    assert "<h2>Model answer</h2>" in shown
    assert "<h2>Key points</h2>" not in shown
    assert "<ins>One Dockerfile with 2 stages.</ins>" in shown
    assert "Stages: 2" in shown
    assert "Clarified: says the same, better" in shown


def test_any_two_revisions_are_compared(edda: User, edda_client: Client, now: datetime) -> None:
    question = edited_question(edda, now, times=3)
    shown = edda_client.get(compare_url(question, "?before=2&after=4")).content.decode()
    assert "<del>2</del><ins>4</ins>" in shown
    shown = edda_client.get(compare_url(question, "?after=3")).content.decode()
    assert "<del>2</del><ins>3</ins>" in shown


def test_revisions_of_one_day_are_told_apart_by_time_and_person(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = edited_question(edda, now)
    editing.start_draft(question, author=edda, now=now)
    shown = edda_client.get(compare_url(question)).content.decode()
    frozen = question.revisions.get(number=2).frozen_at
    day = date_format(timezone.localtime(frozen), "j M Y, H:i")
    assert f"2: {day}, {edda}</option>" in shown
    assert "3: the draft</option>" in shown


def test_text_of_a_revision_is_escaped(edda: User, edda_client: Client, now: datetime) -> None:
    question = edited_question(edda, now)
    draft = editing.start_draft(question, author=edda, now=now)
    draft.answers.update(text="<script>alert(1)</script>")
    shown = edda_client.get(compare_url(question)).content.decode()
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown


@pytest.mark.parametrize("query", ["?before=9", "?after=x&before=y", "?before=-1&after=1"])
def test_revision_that_does_not_exist_is_not_found(
    edda: User, edda_client: Client, now: datetime, query: str
) -> None:
    assert edda_client.get(compare_url(edited_question(edda, now), query)).status_code == 404


def test_comparing_asks_the_same_however_long_the_history(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = edited_question(edda, now, times=2)
    url = compare_url(question, "?before=1&after=2")
    edda_client.get(url)
    with CaptureQueriesContext(connection) as few:
        edda_client.get(url)
    for number in range(4):
        draft = editing.start_draft(question, author=edda, now=now)
        draft.answers.update(text=f"Again {number}")
        editing.publish_draft(draft, actor=edda, now=now)
    with CaptureQueriesContext(connection) as many:
        edda_client.get(url)
    assert len(many) == len(few)


def test_old_revision_is_restored_as_a_draft(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = edited_question(edda, now)
    first = question.revisions.get(number=1)
    response = edda_client.post(f"{LIST}{question.pk}/restore/1/", follow=True)
    assert "Publish it to put it back." in response.content.decode()
    draft = question.revisions.get(frozen_at=None)
    assert says_the_same(document_of(draft), document_of(first))
    assert (draft.number, draft.change_note) == (3, "Restored from revision 1.")
    question.refresh_from_db()
    assert question.current_revision.number == 2
    editing.publish_draft(draft, actor=edda, now=now)
    question.refresh_from_db()
    assert question.current_revision.answers.get().text == first.answers.get().text


def test_restoring_twice_gives_one_draft(edda: User, edda_client: Client, now: datetime) -> None:
    question = edited_question(edda, now)
    for _ in range(2):
        edda_client.post(f"{LIST}{question.pk}/restore/1/")
    assert question.revisions.filter(frozen_at=None).count() == 1


def test_restoring_never_writes_over_a_draft(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = edited_question(edda, now)
    draft = editing.start_draft(question, author=edda, now=now)
    draft.hints.update(text="Being written")
    shown = edda_client.post(f"{LIST}{question.pk}/restore/1/", follow=True).content.decode()
    assert "Nothing is changed: this question has a draft." in shown
    assert draft.hints.get().text == "Being written"


def test_what_changes_the_score_is_restored_as_changed(edda: User, now: datetime) -> None:
    question = ready_question()
    first = question.current_revision
    draft = editing.start_draft(question, author=edda, now=now)
    draft.key_points.update(weight=2)
    editing.publish_draft(draft, actor=edda, now=now)
    restored = editing.restore_revision(first, author=edda, now=now)
    assert restored.change == QuestionRevision.Change.CHANGED


def test_restoring_what_a_change_replaced_is_a_change_too(edda: User, now: datetime) -> None:
    question = ready_question()
    first = question.current_revision
    for change, text in (("changed", "None of them."), ("typo", "None of those.")):
        draft = editing.start_draft(question, author=edda, now=now)
        draft.answers.update(text=text)
        draft.change = change
        draft.save()
        editing.publish_draft(draft, actor=edda, now=now)
        question.refresh_from_db()
    assert editing.restore_revision(first, author=edda, now=now).change == "changed"


def test_private_history_of_others_is_not_found(
    alice: User, edda: User, edda_client: Client
) -> None:
    private = ready_question(private_to=alice)
    assert edda_client.get(compare_url(private)).status_code == 404
    assert edda_client.post(f"{LIST}{private.pk}/restore/1/").status_code == 404
    assert private.revisions.count() == 1


def test_learners_have_no_history_pages(alice_client: Client) -> None:
    question = ready_question()
    assert alice_client.get(compare_url(question)).status_code in (302, 403, 404)
