"""A question's page: who may open it, and what it tells to whom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from questions.models import FollowUp, Question
from questions.revising import add_revision, document_of
from tests import factories


def url_of(question: Question) -> str:
    return reverse("questions:question", args=[question.slug])


def test_shared_question_is_public(client, db):
    question = factories.make_question(
        "What is a volume?",
        answer="Storage apart from containers.",
        key_points=(("It outlives the container", 3), ("It has a driver", 1)),
        accept={"It outlives the container": ("it survives docker rm",)},
        hints=("Think of docker rm.",),
        misconceptions=("A volume is a layer",),
        follow_ups=("And a bind mount?",),
        applies_to="Docker 29",
        license="CC-BY-4.0",
    )
    page = client.get(url_of(question)).content.decode()
    for text in (
        *("What is a volume?", "Storage apart from containers.", "It outlives the container"),
        *("must have", "nice to have", "it survives docker rm", "Think of docker rm."),
        *("A volume is a layer", "And a bind mount?", "Docker 29", "CC-BY-4.0"),
        *('rel="noopener"', f"?question={question.slug}"),
    ):
        assert text in page


def test_strangers_get_404_for_a_private_question(
    client, alice, alice_client, bob_client, ines_client, edda_client
):
    question = factories.make_question("What did I note?", private_to=alice, status="draft")
    assert alice_client.get(url_of(question)).status_code == 200
    for stranger in (client, bob_client, ines_client, edda_client):
        assert stranger.get(url_of(question)).status_code == 404


def test_editors_alone_see_drafts_of_the_bank(client, alice_client, ines_client, edda_client, db):
    question = factories.make_question(status="draft")
    assert "Only editors see" in edda_client.get(url_of(question)).content.decode()
    for other in (client, alice_client, ines_client):
        assert other.get(url_of(question)).status_code == 404


def test_retired_and_missing_questions_are_not_found(client, alice_client):
    question = factories.make_question(status="retired")
    for visitor in (client, alice_client):
        assert visitor.get(url_of(question)).status_code == 404
        assert visitor.get("/bank/question/nothing/").status_code == 404


def test_question_without_text_is_not_found(client, db):
    Question.objects.create(slug="empty", status="published")
    assert client.get("/bank/question/empty/").status_code == 404


def test_interviewer_notes_are_for_instructors_and_editors(
    client, alice_client, ines_client, edda_client, db
):
    question = factories.make_question(interviewer_notes="Watch for guessing.")
    for reader in (ines_client, edda_client):
        assert "Watch for guessing." in reader.get(url_of(question)).content.decode()
    for other in (client, alice_client):
        assert "Watch for guessing." not in other.get(url_of(question)).content.decode()


def test_notes_of_ones_own_question_are_ones_own(alice, alice_client):
    question = factories.make_question(private_to=alice, interviewer_notes="Ask Otto first.")
    assert "Ask Otto first." in alice_client.get(url_of(question)).content.decode()


def test_options_say_which_is_right_only_in_the_answer(client, db):
    question = factories.make_choice_question()
    page = client.get(url_of(question)).content.decode()
    tried, answer = page.split('id="answer"')
    assert "choice-right" not in tried
    assert "choice-right" in answer


def test_steps_are_tried_out_of_order(client, db):
    question = factories.make_question(kind="ordering", steps=("Write", "Build", "Push"))
    context = client.get(url_of(question)).context
    assert [step.text for step in context["steps"]] == ["Build", "Push", "Write"]


def test_follow_up_leads_only_to_what_one_may_see(client, alice, db):
    there = factories.make_question("What is next?", slug="next-one")
    factories.make_question("What is hidden?", slug="hidden-one", private_to=alice)
    question = factories.make_question()
    for slug in ("next-one", "hidden-one"):
        FollowUp.objects.create(
            revision=question.current_revision, prompt=f"To {slug}?", next_slug=slug
        )
    page = client.get(url_of(question)).content.decode()
    assert url_of(there) in page
    assert "What is hidden?" not in page


def test_earlier_revisions_are_listed_with_their_notes(client, now, db):
    question = factories.make_question("What is a volume?")
    document = document_of(question.current_revision)
    add_revision(
        question,
        replace(document, prompt="What is a Docker volume?"),
        author=None,
        now=now,
        change="typo",
        change_note="Says Docker",
    )
    page = client.get(url_of(question)).content.decode()
    assert "2 revisions" in page
    assert "Says Docker" in page


def test_text_of_a_question_is_shown_as_text(client, db):
    question = factories.make_question(
        "<script>alert(1)</script>",
        key_points=(("<img src=x onerror=alert(2)>", 3),),
        hints=("<b>bold</b>",),
    )
    page = client.get(url_of(question)).content.decode()
    for text in ("<script>alert", "<img src=x", "<b>bold"):
        assert text not in page


@pytest.mark.parametrize("count", [1, 12])
def test_queries_are_fixed(client, db, django_assert_num_queries, count):
    texts = tuple(f"Text {number}" for number in range(count))
    question = factories.make_question(
        key_points=tuple((text, 2) for text in texts),
        accept=dict.fromkeys(texts, ("another way",)),
        hints=texts,
        misconceptions=texts,
        follow_ups=texts,
        tags=tuple(f"tag-{number}" for number in range(count)),
    )
    url = url_of(question)
    with django_assert_num_queries(10):
        client.get(url)
