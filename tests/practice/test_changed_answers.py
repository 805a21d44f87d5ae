"""An editor says that what is right is now different: learners are told, and decide."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.models import Card
from questions import editing
from tests.factories import make_card
from tests.questions.test_editing import ready_question

CARDS = "/practice/cards/"
TOLD = "The answer has changed since you last judged it."


def learnt(user, question=None, rating=3) -> Card:
    card = make_card(user, question or ready_question())
    judge(card, timezone.now() - timedelta(days=1), rating)
    return card


def judge(card, now, rating=3):
    card.refresh_from_db()
    revision = card.question.current_revision
    card.review(rating, review_id=uuid4(), revision=revision, now=now)


def publish(question, change, editor, note="It is now so") -> None:
    question.refresh_from_db()
    draft = editing.start_draft(question, author=editor, now=timezone.now())
    draft.answers.update(text=f"Otherwise, {draft.number}.")
    draft.change, draft.change_note = change, note
    draft.save()
    editing.publish_draft(draft, actor=editor, now=timezone.now())


def page(client, url) -> str:
    return unescape(client.get(url).content.decode())


@pytest.mark.parametrize("change", ["typo", "clarified"])
def test_what_says_the_same_is_kept_quiet(change, alice, alice_client, edda):
    card = learnt(alice)
    before = Card.objects.values().get()
    publish(card.question, change, edda)
    assert TOLD not in page(alice_client, f"{CARDS}{card.pk}/")
    assert not Card.objects.answer_changed().exists()
    assert Card.objects.values().get() == before


def test_changed_answer_is_told_and_moves_nothing(alice, alice_client, edda):
    card = learnt(alice)
    before = Card.objects.values().get()
    publish(card.question, "changed", edda)
    publish(card.question, "typo", edda)
    told = page(alice_client, f"{CARDS}{card.pk}/")
    assert TOLD in told
    assert "It is now so" in told
    assert "Answer changed" in page(alice_client, f"{CARDS}?state=changed")
    assert f"{CARDS}?state=changed" in page(alice_client, "/practice/")
    assert Card.objects.values().get() == before


def test_earlier_review_is_one_button_and_the_new_answer_ends_it(alice, alice_client, edda):
    card = learnt(alice, rating=4)
    publish(card.question, "changed", edda)
    url = f"{CARDS}{card.pk}/"
    assert "Review it today" in page(alice_client, url)
    today = alice.study_day(timezone.now())
    data = {"change": uuid4(), "which": "ticked", "card": card.pk, "day": today, "action": "move"}
    alice_client.post(CARDS, data)
    card.refresh_from_db()
    assert card.due_on == today
    assert "Review it today" not in page(alice_client, url)
    assert TOLD in page(alice_client, url)
    judge(Card.objects.select_related("question__current_revision").get(), timezone.now())
    assert TOLD not in page(alice_client, url)
    assert not Card.objects.answer_changed().exists()


def test_new_card_has_no_answer_to_unlearn(alice, alice_client, edda):
    card = make_card(alice, ready_question())
    publish(card.question, "changed", edda)
    assert TOLD not in page(alice_client, f"{CARDS}{card.pk}/")
    assert not Card.objects.answer_changed().exists()


def test_only_the_learners_own_judgement_counts(alice, bob, alice_client, edda):
    card = learnt(alice)
    publish(card.question, "changed", edda)
    judge(make_card(bob, card.question), timezone.now())
    assert list(Card.objects.answer_changed()) == [card]


def test_list_asks_the_same_for_one_changed_answer_and_for_many(alice, alice_client, edda):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert alice_client.get(f"{CARDS}?state=changed").status_code == 200
        return len(asked)

    publish(learnt(alice).question, "changed", edda)
    few = queries()
    for place in range(3):
        question = ready_question(prompt=f"What is {place}?", slug=f"what-is-{place}")
        publish(learnt(alice, question).question, "changed", edda)
    assert queries() == few
