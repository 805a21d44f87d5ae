"""The result page: what it hides and shows, and marking one's own mock."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from interviews.models import Mark, Sitting
from tests import factories

MODEL = "Several FROM lines in one Dockerfile."
POINT = "Smaller image"


def make_closed(learner, instructor, *questions, reveal="on_submit", answers=(), **fields):
    blueprint = factories.make_blueprint(owner=instructor, reveal=reveal)
    assignment = factories.make_assignment(
        blueprint=blueprint, instructor=instructor, learners=(learner,)
    )
    sitting = factories.make_sitting(
        assignment, learner, questions=questions or (factories.make_question(),), answers=answers
    )
    sitting.submit(now=factories.NOON)
    Sitting.objects.filter(pk=sitting.pk).update(**fields)
    return sitting


def url(name, sitting):
    return reverse(f"interviews:{name}", args=[sitting.pk])


def page_of(client, sitting):
    return " ".join(client.get(url("result", sitting)).content.decode().split())


def ticks(sitting, *states, position=0):
    item = sitting.items.get(position=position)
    return {
        f"point-{item.pk}-{key}": state for key, state in zip(item.judged, states, strict=False)
    }


def test_until_release_nothing_is_revealed(alice, ines, alice_client):
    option = factories.make_choice_question(answer="Because it is a volume.")
    sitting = make_closed(
        alice, ines, factories.make_question(), option, reveal="on_release", answers=("My words",)
    )
    sitting.items.first().marks.create(
        score=Decimal("7.77"), comment="Neat", comment_html="<p>Neat</p>", marker=ines
    )
    page = page_of(alice_client, sitting)
    assert "My words" in page
    for hidden in (MODEL, POINT, "Because it is a volume", "7.77", "Neat", "A named volume"):
        assert hidden not in page


def test_on_submit_reveals_model_answers_but_no_marks(alice, ines, alice_client):
    sitting = make_closed(alice, ines)
    sitting.items.first().marks.create(score=Decimal("7.77"), comment_html="<p>Neat</p>")
    page = page_of(alice_client, sitting)
    assert MODEL in page
    assert POINT in page
    assert "7.77" not in page
    assert "Neat" not in page


def test_a_release_shows_marks_and_comments(alice, ines, alice_client, now):
    sitting = make_closed(alice, ines, reveal="on_release")
    item = sitting.items.get()
    item.mark(
        points=dict.fromkeys(item.judged, "partly"),
        comment="Neat",
        base_number=0,
        marker=ines,
        now=now,
    )
    Sitting.objects.get().release(actor=ines, now=now)
    page = page_of(alice_client, sitting)
    assert MODEL in page
    assert "50 %" in page
    assert "Neat" in page
    assert "Partly" in page


@pytest.mark.parametrize("reveal", ["on_submit", "on_release"])
def test_a_question_edited_since_is_shown_as_it_was_and_says_so(
    alice, ines, alice_client, now, reveal
):
    question = factories.make_question("What is an image?")
    sitting = make_closed(alice, ines, question, reveal=reveal)
    note = "This question was edited after your interview began."
    assert note not in page_of(alice_client, sitting)
    newer = question.revisions.create(number=2, kind="open", prompt="Newer", frozen_at=now)
    question.current_revision = newer
    question.save()
    page = page_of(alice_client, sitting)
    assert note in page
    assert "What is an image?" in page
    assert "Newer" not in page
    is_linked = reverse("questions:question", args=[question.slug]) in page
    assert is_linked is (reveal == "on_submit")


def test_a_voided_sitting_shows_no_model_answers(alice, ines, alice_client):
    page = page_of(alice_client, make_closed(alice, ines, state="voided"))
    assert "voided" in page
    assert MODEL not in page


def test_only_the_learner_has_this_page(alice, ines, bob_client, ines_client, otto_client):
    sitting = make_closed(alice, ines)
    for client in (bob_client, ines_client, otto_client):
        assert client.get(url("result", sitting)).status_code == 404


def test_own_mock_is_marked_by_its_learner(alice, alice_client):
    sitting = make_closed(alice, alice, factories.make_question(), factories.make_question())
    assert "2 answers are yours to mark" in page_of(alice_client, sitting)
    answer = alice_client.post(url("self_mark", sitting), ticks(sitting, "covered", "missed"))
    assert answer.url == url("result", sitting)
    page = page_of(alice_client, sitting)
    assert "So far: 7.5 of 10 points" in page
    alice_client.post(
        url("self_mark", sitting),
        {**ticks(sitting, "covered", "missed"), **ticks(sitting, "partly", "partly", position=1)},
    )
    sitting.refresh_from_db()
    assert (sitting.percent, sitting.state, Mark.objects.count()) == (63, "marked", 2)
    assert "63 %" in page_of(alice_client, sitting)


def test_saving_the_same_marks_again_changes_nothing(alice, alice_client):
    sitting = make_closed(alice, alice)
    for _click in range(2):
        alice_client.post(url("self_mark", sitting), ticks(sitting, "covered", "covered"))
    assert Mark.objects.count() == 1


def test_changing_ones_mind_makes_a_new_mark(alice, alice_client):
    sitting = make_closed(alice, alice)
    alice_client.post(url("self_mark", sitting), ticks(sitting, "covered", "covered"))
    alice_client.post(url("self_mark", sitting), ticks(sitting, "missed", "missed"))
    sitting.refresh_from_db()
    assert (sitting.percent, Mark.objects.count()) == (0, 2)


def test_an_answer_half_judged_is_named_and_ticks_are_kept(alice, alice_client):
    sitting = make_closed(alice, alice)
    answer = alice_client.post(url("self_mark", sitting), ticks(sitting, "covered"))
    assert answer.status_code == 422
    assert "Question 1: 1 point is still to judge" in answer.content.decode()
    assert 'value="covered" checked' in answer.content.decode()
    assert not Mark.objects.exists()


def test_an_invented_judgement_is_refused(alice, alice_client):
    sitting = make_closed(alice, alice)
    answer = alice_client.post(url("self_mark", sitting), ticks(sitting, "brilliant", "covered"))
    assert answer.status_code == 422
    assert not Mark.objects.exists()


def test_nobody_marks_an_assigned_or_a_running_interview_themselves(alice, ines, alice_client):
    assigned = make_closed(alice, ines)
    assert alice_client.post(url("self_mark", assigned)).status_code == 404
    own = factories.make_assignment(instructor=alice, learners=(alice,))
    running = factories.make_sitting(own, alice, deadline_at=None)
    assert alice_client.post(url("self_mark", running)).status_code == 404


def test_missed_questions_can_be_practised_next(alice, alice_client):
    missed = factories.make_choice_question(slug="missed-one")
    sitting = make_closed(alice, alice, missed)
    page = page_of(alice_client, sitting)
    assert 'value="missed-one"' in page
    assert reverse("practice:add") in page
    answer = alice_client.post(reverse("practice:add"), {"question": "missed-one"})
    assert answer["Location"] == reverse("practice:start")
    assert 'name="next"' not in page


def test_the_timeline_says_who_handed_in(alice, alice_client):
    page = page_of(alice_client, make_closed(alice, alice))
    assert "Handed in (Alice)" in page


def test_why_there_was_more_time_stays_with_the_instructors(alice, ines, alice_client, now):
    sitting = make_closed(alice, ines)
    sitting.note("extended", at=now, actor=ines, reason="A private matter")
    sitting.note("voided", at=now, actor=ines, reason="Fire alarm")
    page = page_of(alice_client, sitting)
    assert "Extended (Ines)" in page
    assert "A private matter" not in page
    assert "Voided (Ines): Fire alarm" in page


@pytest.mark.parametrize("kind", ["open", "output", "ordering"])
def test_every_kind_shows_answer_and_solution(alice, alice_client, kind):
    more = {"steps": ("first", "then")} if kind == "ordering" else {"expected_output": "42"}
    sitting = make_closed(alice, alice, factories.make_question(kind=kind, **more))
    assert "Nothing was written" in page_of(alice_client, sitting)


def test_the_result_asks_as_few_questions_for_many_items(
    alice, alice_client, django_assert_max_num_queries
):
    questions = tuple(factories.make_question() for _number in range(10))
    sitting = make_closed(alice, alice, *questions)
    with django_assert_max_num_queries(14):
        alice_client.get(url("result", sitting))
