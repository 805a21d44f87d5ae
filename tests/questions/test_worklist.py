"""What waits for an editor, at the head of the list of questions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from interviews.models import Mark
from questions import editing, worklist
from questions.models import Question, Report
from tests import factories
from tests.questions.test_editing import ready_question

LIST = "/admin/questions/question/"
TODAY = factories.NOON.date()


def slugs_in(pile: str) -> set[str]:
    found = worklist.questions_in(worklist.PILES[pile], TODAY)
    return set(found.values_list("slug", flat=True))


def count_of(pile: str) -> int:
    return {each.name: count for each, count in worklist.counts(TODAY)}[pile]


def fail(question: Question, *, times: int, rating: int = 1) -> None:
    for _ in range(times):
        card = factories.make_card(factories.make_user(), question)
        factories.make_review(card, rating=rating)


def mark(question: Question, *, scores: tuple[int, ...]) -> None:
    """One marked item worth ten points; the last score is the newest."""
    sitting = factories.make_sitting(
        factories.make_assignment(), factories.make_user(), questions=(question,)
    )
    item = sitting.items.get()
    for number, score in enumerate(scores, 1):
        Mark.objects.create(item=item, number=number, score=score)


def test_reported_questions_wait(db: None) -> None:
    reported, mended, _quiet = (ready_question(slug=slug) for slug in ("a", "b", "c"))
    Report.objects.create(revision=reported.current_revision)
    Report.objects.create(revision=mended.current_revision, state="resolved")
    assert slugs_in("reported") == {"a"}


def test_drafts_wait_until_they_are_published(edda: User, now: datetime) -> None:
    ready_question(slug="published")
    ready_question(slug="draft", status="draft")
    edited = ready_question(slug="edited")
    draft = editing.start_draft(edited, author=edda, now=now)
    draft.hints.all().delete()
    assert slugs_in("drafts") == {"draft", "edited"}
    editing.publish_draft(draft, actor=edda, now=now)
    assert slugs_in("drafts") == {"draft"}


def test_text_waits_for_review_after_a_year(db: None) -> None:
    ready_question(slug="never")
    ready_question(slug="long-ago", reviewed_on=TODAY - timedelta(days=365))
    ready_question(slug="recent", reviewed_on=TODAY - timedelta(days=364))
    ready_question(slug="not-yet-published", status="draft")
    assert slugs_in("not-reviewed") == {"never", "long-ago"}


def test_question_nobody_got_right_in_five_tries_waits(db: None) -> None:
    hard, young, known = (ready_question(slug=slug) for slug in ("hard", "young", "known"))
    fail(hard, times=5)
    fail(young, times=4)
    fail(known, times=5)
    fail(known, times=1, rating=2)
    assert slugs_in("never-right") == {"hard"}


def test_marks_of_interviews_count_as_tries(db: None) -> None:
    hard, known = ready_question(slug="hard"), ready_question(slug="known")
    fail(hard, times=4)
    fail(known, times=5)
    mark(hard, scores=(9, 3))
    mark(known, scores=(2, 4))
    assert slugs_in("never-right") == {"hard"}


def test_undone_reviews_are_no_tries(db: None, now: datetime) -> None:
    hard = ready_question(slug="hard")
    fail(hard, times=5)
    hard.cards.first().reviews.update(voided_at=now)
    assert slugs_in("never-right") == set()


def test_what_does_not_stick_with_somebody_waits(alice: User) -> None:
    ready_question(slug="sticks")
    factories.make_card(alice, ready_question(slug="leech"), is_leech=True)
    factories.make_card(alice, ready_question(slug="own", private_to=alice), is_leech=True)
    assert slugs_in("leeches") == {"leech"}


def test_retired_and_private_questions_do_not_wait(alice: User) -> None:
    for fields in ({"status": "retired"}, {"private_to": alice}):
        question = ready_question(**fields)
        Report.objects.create(revision=question.current_revision)
        fail(question, times=5)
    assert [count for _pile, count in worklist.counts(TODAY)] == [0] * len(worklist.piles())


def test_all_piles_are_counted_with_one_query(db: None, django_assert_num_queries: Any) -> None:
    ready_question()
    with django_assert_num_queries(1):
        assert count_of("not-reviewed") == 1


def test_list_shows_the_piles_and_narrows_down_to_one(edda_client: Client) -> None:
    reported = ready_question(slug="reported-one", reviewed_on=date(2099, 1, 1))
    Report.objects.create(revision=reported.current_revision)
    ready_question(slug="quiet-one")
    shown = edda_client.get(LIST).content.decode()
    assert '<a href="?pile=reported"><strong>1</strong> Reported</a>' in shown
    shown = edda_client.get(f"{LIST}?pile=reported").content.decode()
    assert 'aria-current="page"><strong>1</strong> Reported</a>' in shown
    assert "reported-one" in shown
    assert "quiet-one" not in shown


def test_list_asks_the_same_for_one_row_in_a_pile_and_for_many(edda_client: Client) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert edda_client.get(f"{LIST}?pile=not-reviewed").status_code == 200
        return len(queries)

    ready_question()
    edda_client.get(LIST)
    few = ask()
    for _ in range(5):
        ready_question()
    assert ask() == few


def test_unknown_pile_is_refused_kindly(edda_client: Client) -> None:
    assert edda_client.get(f"{LIST}?pile=nonsense", follow=True).status_code == 200


# Reviewed today


def test_review_is_marked_from_the_question_and_leads_back_to_the_pile(
    edda: User, edda_client: Client
) -> None:
    question = ready_question(slug="checked")
    response = edda_client.post(
        f"{LIST}{question.pk}/reviewed/?_changelist_filters=pile%3Dnot-reviewed"
    )
    assert response.url == f"{LIST}?pile=not-reviewed"
    question.refresh_from_db()
    assert question.current_revision.reviewed_on
    assert question.current_revision.reviewed_by == edda
    assert question.revisions.count() == 1
    history = edda_client.get(f"{LIST}{question.pk}/history/").content.decode()
    assert "Reviewed: the text is right." in history


def test_several_are_marked_as_reviewed_once(edda_client: Client) -> None:
    one, two = ready_question(), ready_question()
    data = {"action": "mark_reviewed", "_selected_action": [one.pk, two.pk]}
    shown = edda_client.post(LIST, data, follow=True).content.decode()
    assert "2 questions are marked as reviewed today." in shown
    shown = edda_client.post(LIST, data, follow=True).content.decode()
    assert "2 questions were reviewed today already." in shown


def test_private_questions_of_others_are_not_reviewed(alice: User, edda_client: Client) -> None:
    private = ready_question(private_to=alice)
    assert edda_client.post(f"{LIST}{private.pk}/reviewed/").status_code == 404


def test_only_editors_review(alice_client: Client) -> None:
    question = ready_question()
    assert alice_client.post(f"{LIST}{question.pk}/reviewed/").status_code in (302, 403, 404)
    question.refresh_from_db()
    assert question.current_revision.reviewed_on is None


def test_review_made_while_a_draft_was_written_is_not_lost(
    bob: User, edda: User, now: datetime
) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    draft.hints.update(text="Another hint")
    editing.mark_reviewed(Question.objects.all(), by=bob, today=TODAY)
    editing.publish_draft(draft, actor=edda, now=now)
    question.refresh_from_db()
    assert question.current_revision.reviewed_on == TODAY
    assert question.current_revision.reviewed_by == bob
