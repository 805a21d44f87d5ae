"""What the engine says of a typed answer, and the learner's last word on it."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.models import Review
from questions.models import KeyPoint, Overrule, PointTally
from tests.factories import NOON, make_card, make_question, make_review
from tests.practice.test_session import ANSWER, SESSION, check, outlined, showing, text_of, undo

POINTS = (
    ("Named volumes outlive containers", 3),
    ("Bind mounts share one host folder with containers", 2),
    ("Temporary mounts stay in memory", 1),
)
SAID = "Named volumes outlive containers."
PERHAPS = "Bind mounts share one thing."
DENIED = "Temporary mounts do not stay in memory."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def points(db) -> list[KeyPoint]:
    question = make_question("What survives docker rm?", slug="docker-rm", key_points=POINTS)
    return list(question.current_revision.key_points.all())


def marks_on(page) -> dict[int, str]:
    """The radio buttons that are chosen, by key point."""
    found = re.findall(r'name="point-(\d+)" value="(\w+)" checked', text_of(page))
    return {int(pk): mark for pk, mark in found}


def as_form(marks: dict[int, str]) -> dict[str, str]:
    return {f"point-{pk}": mark for pk, mark in marks.items()}


def judge(client, page, rating: int, *, text: str, marks: dict[int, str] | None = None):
    told = as_form(marks_on(page) if marks is None else marks)
    data = {"showing": showing(page), "rating": rating, "text": text, **told}
    return client.post(ANSWER, data, follow=True)


def said_words(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(page)).split())


def test_key_points_are_read_once_where_nothing_was_typed(alice_client, points):
    page = alice_client.get(SESSION)
    with CaptureQueriesContext(connection) as used:
        page = check(alice_client, page, text="")
    assert points[0].text in text_of(page)
    assert len([each for each in used if 'FROM "questions_keypoint"' in each["sql"]]) == 1


def test_points_are_marked_as_the_engine_found_them(alice_client, points):
    first, second, third = points
    page = check(alice_client, alice_client.get(SESSION), text=f"{SAID} {PERHAPS}")
    assert marks_on(page) == {first.pk: "covered", third.pk: "missed"}
    words = said_words(page)
    assert f"Looks covered, because you wrote: {SAID}" in words
    assert f"Not sure: is this what you meant? {PERHAPS}" in words
    assert "Not found" in words
    assert "It cannot judge truth." in words


def test_sentence_that_may_say_the_opposite_is_shown_and_left_to_the_learner(alice_client, points):
    page = check(alice_client, alice_client.get(SESSION), text=DENIED)
    assert points[2].pk not in marks_on(page)
    assert f"Check this sentence: it may say the opposite. {DENIED}" in said_words(page)


def test_sentences_carry_the_number_of_their_point(alice_client, points):
    page = text_of(check(alice_client, alice_client.get(SESSION), text=f"{SAID} {PERHAPS}"))
    marked = re.findall(r'<mark class="found found-([\w-]+)" data-point="(\d)">', page)
    assert marked == [("covered", "1"), ("not-sure", "2")]
    for number in ("1", "2", "3"):
        assert f'data-cycle data-point="{number}"' in page


def test_answer_with_nothing_typed_is_ticked_by_hand(alice_client, points):
    page = check(alice_client, alice_client.get(SESSION), text="  ")
    assert marks_on(page) == {}
    assert "Tick each point that you said" in text_of(page)
    assert "Not found" not in text_of(page)
    assert "cannot judge truth" not in text_of(page)


def test_undecided_points_are_counted_in_words_and_hold_the_grade_back(alice_client, points):
    page = check(alice_client, alice_client.get(SESSION), text=f"{SAID} {PERHAPS}")
    assert "1 point is not decided: tick it if you said it." in text_of(page)
    assert outlined(page) == []  # Hard without it, Good with it
    marks = {**marks_on(page), points[1].pk: "covered"}
    text = f"{SAID} {PERHAPS}"
    again = check(alice_client, page, text=text, **as_form(marks))
    assert outlined(again) == ["3"]
    assert 'data-undecided-count="1" hidden' in text_of(again)


def test_undecided_point_that_changes_nothing_holds_nothing_back(alice_client, points):
    page = check(alice_client, alice_client.get(SESSION), text=PERHAPS)
    assert outlined(page) == ["1"]  # the must-have was not found


def test_learners_own_tick_is_kept_when_checking_again(alice_client, points):
    first, _second, third = points
    page = check(alice_client, alice_client.get(SESSION), text=SAID)
    again = check(
        alice_client, page, text=SAID, **as_form({first.pk: "missed", third.pk: "partly"})
    )
    assert marks_on(again) == {first.pk: "missed", third.pk: "partly"}


def test_review_says_who_said_so(alice_client, points):
    first, second, third = points
    text = f"{SAID} {PERHAPS}"
    page = check(alice_client, alice_client.get(SESSION), text=text)
    marks = {first.pk: "covered", third.pk: "covered"}
    judge(alice_client, page, 3, text=text, marks=marks)
    review = Review.objects.get()
    assert review.points == {str(first.pk): "covered", str(third.pk): "covered"}
    assert review.points_by == {str(first.pk): "engine", str(third.pk): "learner"}


def test_engines_word_is_not_taken_from_the_browser(alice_client, points):
    page = check(alice_client, alice_client.get(SESSION), text="Nothing of it.")
    judge(alice_client, page, 4, text=SAID, marks={points[0].pk: "covered"})
    review = Review.objects.get()
    assert (review.answer, review.points_by) == (SAID, {})
    assert not Overrule.objects.exists()


def test_judging_does_not_ask_the_engine_again(alice_client, points, engine, monkeypatch):
    page = check(alice_client, alice_client.get(SESSION), text=SAID)
    monkeypatch.setattr(engine, "assess", None)
    judge(alice_client, page, 3, text=SAID)
    assert Review.objects.get().points_by


def test_overruled_point_is_recorded_with_its_sentence(alice, alice_client, points):
    text = f"{SAID} {PERHAPS}"
    page = check(alice_client, alice_client.get(SESSION), text=text)
    marks = {points[0].pk: "covered", points[1].pk: "covered", points[2].pk: "missed"}
    judge(alice_client, page, 3, text=text, marks=marks)
    overrule = Overrule.objects.get()
    assert (overrule.key_point, overrule.excerpt) == (points[1], PERHAPS)
    assert (overrule.user, overrule.status, overrule.said) == (alice, "not_sure", "covered")


def test_page_sent_twice_overrules_and_counts_once(alice_client, points, clock):
    page = check(alice_client, alice_client.get(SESSION), text=PERHAPS)
    for _time in range(2):
        judge(alice_client, page, 3, text=PERHAPS, marks={points[1].pk: "covered"})
        clock.shift(timedelta(seconds=1))
    assert Overrule.objects.count() == 1
    assert PointTally.objects.get().judged == 1


def test_undo_takes_back_what_still_waits(alice_client, points, edda):
    page = check(alice_client, alice_client.get(SESSION), text=f"{SAID} {PERHAPS}")
    marks = {points[0].pk: "missed", points[1].pk: "covered"}
    page = judge(alice_client, page, 3, text=f"{SAID} {PERHAPS}", marks=marks)
    Overrule.objects.get(key_point=points[0]).decline(by=edda, now=NOON)
    undo(alice_client, page)
    assert [each.key_point for each in Overrule.objects.all()] == [points[0]]
    assert set(PointTally.objects.values_list("judged", flat=True)) == {0}


def test_undone_card_comes_back_with_the_marks_it_was_judged_by(alice_client, points):
    page = check(alice_client, alice_client.get(SESSION), text=SAID)
    marks = {points[0].pk: "partly", points[1].pk: "covered", points[2].pk: "missed"}
    page = undo(alice_client, judge(alice_client, page, 2, text=SAID, marks=marks))
    assert marks_on(page) == marks
    assert f"Looks covered, because you wrote: {SAID}" in said_words(page)
    judge(alice_client, page, 3, text=SAID)
    assert Review.objects.standing().get().points_by[str(points[2].pk)] == "engine"


def test_engine_is_woken_by_a_question_with_key_points_only(alice_client, monkeypatch):
    woken = []
    monkeypatch.setattr("feedback.engine.is_cold", lambda: True)
    monkeypatch.setattr("feedback.engine.warm", lambda: woken.append(True))
    make_question("No points?", key_points=())
    page = alice_client.get(SESSION)
    check(alice_client, page)
    alice_client.get(reverse("dashboard:today"))
    assert woken == []
    make_question("With points?", slug="with-points")
    alice_client.get(f"{SESSION}?question=with-points")
    assert woken == [True]


def test_words_typed_are_escaped_wherever_they_are_quoted(alice_client, points):
    page = check(alice_client, alice_client.get(SESSION), text=f"<script>x</script> {SAID}")
    assert b"<script>x" not in page.content


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "😀",
        "```\nFROM\n```",
        "數據卷",
        "\x00 \ud800".encode("utf-8", "replace").decode(),
        "a " * 10_000,
    ],
)
def test_any_answer_can_be_checked_and_judged(alice_client, points, text):
    page = check(alice_client, alice_client.get(SESSION), text=text)
    assert page.status_code == 200
    judge(alice_client, page, 1, text=text)
    assert Review.objects.get().rating == 1


def earlier_of(page) -> list[str]:
    answers = re.findall(r'<div class="prose typed">([^<]+)</div>\s*<ul', text_of(page))
    return [unescape(each) for each in answers]


def test_earlier_answers_stand_beside_with_what_they_covered(alice, alice_client, points):
    card = make_card(alice, points[0].revision.question, due_on=NOON.date())
    for days in range(1, 8):
        make_review(
            card,
            answer=f"Answer {days}",
            points={str(points[0].pk): "covered", str(points[1].pk): "partly"},
            points_by={str(points[0].pk): "engine"},
            reviewed_at=NOON - timedelta(days=days),
        )
    make_review(card, answer="Undone", voided_at=NOON)
    page = alice_client.get(SESSION)
    assert "Answer 1" not in text_of(page)
    page = check(alice_client, page, text="Now")
    assert earlier_of(page) == [f"Answer {days}" for days in range(1, 8)]
    assert "Your earlier answers" in text_of(page)
    assert "2 more" in text_of(page)
    assert "Undone" not in text_of(page)
    assert "Named volumes outlive containers (automatic)" in said_words(page)


def test_earlier_answers_cost_the_same_however_many(
    alice, alice_client, points, django_assert_max_num_queries
):
    card = make_card(alice, points[0].revision.question, due_on=NOON.date())
    page = alice_client.get(SESSION)
    check(alice_client, page, text="Now")  # the vectors are made once
    for number in range(3, 30):
        make_review(card, answer=f"Answer {number}", points={str(points[0].pk): "covered"})
        if number in (3, 29):
            with django_assert_max_num_queries(30):
                check(alice_client, page, text="Now")


def test_earlier_answers_of_somebody_else_are_not_shown(bob, alice_client, points):
    make_review(make_card(bob, points[0].revision.question), answer="Bob's words")
    page = check(alice_client, alice_client.get(SESSION), text="Now")
    assert "Bob's words" not in text_of(page)
    assert "Your earlier answers" not in text_of(page)
