"""Rounds: cramming and quizzes, outside the schedule."""

from datetime import timedelta
from html import unescape
from importlib import import_module
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from practice.models import Card, Review, Round
from practice.queue import EVERYTHING, Scope, counts, next_card
from practice.replaying import differences
from practice.rounds import MOST_CARDS, score, start_round
from practice.undoing import undo_last
from tests.factories import (
    NOON,
    bury,
    make_card,
    make_choice_question,
    make_question,
    make_review,
    suspend,
)

TODAY = NOON.date()
ROUND = "/practice/round/"


def begin(user, scope=EVERYTHING, *, number=10) -> Round:
    return start_round(user, scope, number=number, is_quiz=False, now=NOON)


def play(user, begun: Round, ratings: list[int]) -> list[Card]:
    """Judge what comes, a minute after the other; the cards in their order."""
    seen, scope = [], Scope(round=begun.pk)
    for minute, rating in enumerate(ratings, start=1):
        card = next_card(user, today=TODAY, scope=scope)
        seen.append(card)
        card.review(
            rating,
            review_id=uuid4(),
            revision=card.question.current_revision,
            now=NOON + timedelta(minutes=minute),
        )
    return seen


def stamp(page) -> str:
    return page.context["attempt"].showing.token


def text_of(response) -> str:
    return unescape(" ".join(response.content.decode().split()))


def test_visitor_is_asked_to_log_in(client, db):
    assert client.get(ROUND).status_code == 302


def test_round_asks_each_card_once_and_moves_nothing(alice):
    due, later = make_card(alice, due_on=TODAY), make_card(alice, due_on=TODAY + timedelta(days=9))
    make_question()  # new: it becomes a card
    before = list(Card.objects.order_by("pk").values("due_on", "stability"))
    begun = begin(alice)
    seen = play(alice, begun, [1, 3, 4])
    assert {due.pk, later.pk} < {card.pk for card in seen}
    assert next_card(alice, today=TODAY, scope=Scope(round=begun.pk)) is None
    assert set(Review.objects.values_list("kind", flat=True)) == {"cram"}
    assert list(Card.objects.order_by("pk").values("due_on", "stability"))[:2] == before
    assert counts(alice, today=TODAY).due == 1


def test_score_counts_what_was_known(alice):
    for _number in range(3):
        make_question()
    begun = begin(alice)
    play(alice, begun, [1, 3, 4])
    assert (score(begun).known, score(begun).asked, score(begun).percent) == (2, 3, 67)


def test_undo_asks_the_card_of_the_round_again(alice):
    for _number in range(2):
        make_question()
    begun = begin(alice)
    seen = play(alice, begun, [1, 3])
    undo_last(alice, NOON)
    assert next_card(alice, today=TODAY, scope=Scope(round=begun.pk)) == seen[-1]
    assert score(begun).asked == 1


def test_two_open_rounds_over_the_same_cards_leave_each_other_alone(alice):
    for _number in range(3):
        make_question()
    first, second = begin(alice), begin(alice)
    play(alice, second, [1, 1, 3])
    assert len(first.left(TODAY)) == 3
    assert score(first).asked == 0
    play(alice, first, [3, 3, 3])
    assert (score(first).known, score(second).known) == (3, 1)
    undo_last(alice, NOON)
    assert (len(first.left(TODAY)), len(second.left(TODAY))) == (1, 0)


def test_reviews_from_before_they_named_their_round_go_to_the_one_that_began_last(alice, bob):
    name_rounds = import_module("practice.migrations.0019_reviews_name_their_round").name_rounds
    card, others = make_card(alice), make_card(bob)
    earlier, later = (
        Round.objects.create(user=alice, cards=[card.pk, others.pk], started_at=NOON + minute)
        for minute in (timedelta(), timedelta(minutes=9))
    )
    first, second = (
        make_review(card, kind="cram", reviewed_at=NOON + timedelta(minutes=minute))
        for minute in (1, 10)
    )
    make_review(card, kind="review", reviewed_at=NOON + timedelta(minutes=11))
    make_review(others, kind="cram", reviewed_at=NOON + timedelta(minutes=11))
    name_rounds(apps, None)
    assert list(earlier.reviews()) == [first]
    assert list(later.reviews()) == [second]


def test_cramming_one_card_ahead_is_no_part_of_a_round(alice):
    card = make_card(alice, due_on=TODAY + timedelta(days=9))
    begun = begin(alice)
    revision = card.question.current_revision
    assert card.review(3, review_id=uuid4(), revision=revision, now=NOON).kind == "cram"
    assert begun.left(TODAY) == [card]


def test_suspended_cards_and_withdrawn_questions_are_not_asked(alice, bob):
    suspend(make_card(alice))
    make_question(private_to=bob)
    assert begin(alice) is None
    card = make_card(alice)
    begun = begin(alice)
    suspend(card)
    assert counts(alice, today=TODAY, scope=Scope(round=begun.pk)).total == 0


def test_card_put_away_until_tomorrow_is_not_asked_in_a_round_either(alice):
    for _number in range(2):
        make_question()
    begun = begin(alice)
    scope = Scope(round=begun.pk)
    first = next_card(alice, today=TODAY, scope=scope)
    bury(first)
    assert next_card(alice, today=TODAY, scope=scope) != first
    assert counts(alice, today=TODAY, scope=scope).total == 1
    assert first.pk not in begin(alice).cards


def test_round_draws_as_many_as_asked(alice):
    for _number in range(4):
        make_question()
    assert len(begin(alice, number=3).cards) == 3
    assert len(begin(alice, number=MOST_CARDS).cards) == 4


def test_round_of_weak_points_asks_only_those(alice):
    weak = make_card(alice, due_on=TODAY + timedelta(days=9), missed_points=1)
    make_card(alice)
    make_question()
    assert begin(alice, Scope(weak=True)).cards == [weak.pk]


def test_round_of_somebody_else_is_empty(alice, bob, alice_client):
    make_question()
    scope = Scope(round=begin(bob).pk)
    assert next_card(alice, today=TODAY, scope=scope) is None
    assert "Nothing to practise here" in text_of(
        alice_client.get(f"/practice/session/?{scope.query}")
    )


def test_queries_do_not_grow_with_the_round(alice):
    def queries_used() -> int:
        begun = begin(alice, number=100)
        with CaptureQueriesContext(connection) as used:
            next_card(alice, today=TODAY, scope=Scope(round=begun.pk))
            score(begun)
        return len(used)

    make_question()
    few = queries_used()
    for _number in range(10):
        make_question()
    assert queries_used() == few


def test_quick_quiz_from_start_to_score(alice, alice_client):
    make_question()
    make_choice_question("Which one?")
    assert "Quick quiz" in text_of(alice_client.get("/practice/"))
    assert "1 question to draw from" in text_of(alice_client.get(f"{ROUND}?quiz=1"))
    first = alice_client.post(f"{ROUND}?quiz=1", {"number": "5"}, follow=True)
    assert "Which one?" in text_of(first)
    url, page = first.redirect_chain[-1][0], first
    data = {"showing": stamp(page), "rating": "1"}
    end = alice_client.post(f"/practice/session/answer/?{urlsplit(url).query}", data, follow=True)
    assert "0 of 1" in text_of(end)
    assert "You knew 0 % of this quiz." in text_of(end)
    assert Review.objects.get().kind == "cram"
    assert Card.objects.get(question__current_revision__prompt="Which one?").due_on is None
    assert differences(alice) == []


def test_review_undone_within_a_round_is_judged_anew_within_the_schedule(alice, alice_client):
    card = make_card(alice, due_on=TODAY - timedelta(days=1))
    make_choice_question()
    review = card.review(1, review_id=uuid4(), revision=card.question.current_revision, now=NOON)
    query = f"?{Scope(round=begin(alice).pk).query}"
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        page = alice_client.post(
            f"/practice/session/undo/{query}", {"review": review.pk}, follow=True
        )
        alice_client.post(
            f"/practice/session/answer/{query}", {"showing": stamp(page), "rating": 3}
        )
    kinds = Review.objects.order_by("reviewed_at").values_list("kind", "rating")
    assert list(kinds) == [("review", 1), ("review", 3)]


def test_review_of_a_round_undone_is_judged_anew_outside_the_schedule(alice, alice_client):
    make_card(alice, due_on=TODAY - timedelta(days=1))
    query = f"?{Scope(round=begin(alice).pk).query}"
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        page = alice_client.get(f"/practice/session/{query}")
        answer = f"/practice/session/answer/{query}"
        alice_client.post(answer, {"showing": stamp(page), "rating": 1})
        undone = {"review": Review.objects.get().pk}
        page = alice_client.post(f"/practice/session/undo/{query}", undone, follow=True)
        alice_client.post(answer, {"showing": stamp(page), "rating": 3})
    assert set(Review.objects.values_list("kind", flat=True)) == {"cram"}
    assert Card.objects.get().due_on == TODAY - timedelta(days=1)


def test_review_of_a_round_undone_in_an_ordinary_session_stays_its_rounds(alice, alice_client):
    make_card(alice, due_on=TODAY - timedelta(days=1))
    begun = begin(alice)
    (seen,) = play(alice, begun, [1])
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        undone = {"review": Review.objects.get().pk}
        page = alice_client.post("/practice/session/undo/", undone, follow=True)
        alice_client.post("/practice/session/answer/", {"showing": stamp(page), "rating": 3})
    assert set(Review.objects.values_list("kind", "round")) == {("cram", begun.pk)}
    assert Card.objects.get().due_on == TODAY - timedelta(days=1)
    assert [(each.card, each.rating) for each in begun.reviews()] == [(seen, 3)]


def test_card_judged_in_another_round_meanwhile_comes_once_more_in_this_one(alice, alice_client):
    make_card(alice, due_on=TODAY - timedelta(days=1))
    first, second = begin(alice), begin(alice)
    query = f"?{Scope(round=second.pk).query}"
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        page = alice_client.get(f"/practice/session/{query}")
        play(alice, first, [3])
        data = {"showing": stamp(page), "rating": 3}
        page = alice_client.post(f"/practice/session/answer/{query}", data, follow=True)
        assert "judged elsewhere in the meantime. Here it comes once more." in text_of(page)
        data["showing"] = stamp(page)
        alice_client.post(f"/practice/session/answer/{query}", data)
    assert [each.reviews().count() for each in (first, second)] == [1, 1]


def test_review_undone_from_another_round_stays_its_own_rounds(alice, alice_client):
    make_card(alice, due_on=TODAY - timedelta(days=1))
    first = begin(alice)
    make_question()
    second = begin(alice)
    (seen,) = play(alice, first, [1])
    query = f"?{Scope(round=second.pk).query}"
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        undone = {"review": Review.objects.get().pk}
        page = alice_client.post(f"/practice/session/undo/{query}", undone, follow=True)
        answer = f"/practice/session/answer/{query}"
        alice_client.post(answer, {"showing": stamp(page), "rating": 3})
    assert [each.card for each in score(first).answers] == [seen]
    assert (score(first).known, score(second).asked) == (1, 0)


def test_reviews_of_a_round_are_found_by_index(alice):
    make_question()
    sql, params = begin(alice).reviews().query.sql_with_params()
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(explain + sql, params)
        assert "review_of_round" in str(cursor.fetchall())


def test_new_card_in_a_round_is_said_to_stay_new(alice_client):
    make_choice_question()
    page = alice_client.post(f"{ROUND}?quiz=1", {"number": "5"}, follow=True)
    data = {"showing": page.context["attempt"].showing.token, "do": "check"}
    revealed = text_of(alice_client.post(page.redirect_chain[-1][0], data))
    assert revealed.count("<small>stays new</small>") == 2


@pytest.mark.parametrize("number", ["", "7", "ten", "-5"])
def test_number_out_of_the_list_is_refused(alice_client, number):
    make_question()
    answer = alice_client.post(ROUND, {"number": number})
    assert answer.status_code == 422
    assert not Round.objects.exists()


def test_empty_choice_says_so(alice_client):
    page = text_of(alice_client.get(f"{ROUND}?topic=nowhere"))
    assert "There is nothing of this choice to ask" in page
    assert alice_client.post(f"{ROUND}?topic=nowhere", {"number": "5"}).status_code == 200


def test_scope_of_a_round_survives_its_query():
    scope = Scope(round=uuid4())
    assert Scope.from_query(QueryDict(scope.query)) == scope
    assert Scope.from_query(QueryDict("round=nonsense")) == EVERYTHING
