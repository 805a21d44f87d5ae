"""Which card comes next, what is left today, and where new cards come from."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from practice.models import Card, StudyDay, StudySettings
from practice.queue import EVERYTHING, Counts, Scope, counts, next_card, top_up
from tests.factories import NOON, make_card, make_choice_question, make_question

TODAY = NOON.date()


def ago(days: int):
    return TODAY - timedelta(days=days)


def deal(user, scope=EVERYTHING):
    top_up(user, scope, TODAY, NOON)
    return next_card(user, today=TODAY, scope=scope)


def play(user, *, rating=3, scope=EVERYTHING) -> list[Card]:
    """Judge whatever comes until nothing does; the cards in their order."""
    seen = []
    while (card := deal(user, scope)) and len(seen) < 50:
        now = NOON + timedelta(seconds=len(seen))
        revision = card.question.current_revision
        card.review(rating, review_id=uuid4(), revision=revision, now=now)
        seen.append(card)
    return seen


def wish(user, **fields) -> None:
    StudySettings.objects.create(user=user, **fields)


def test_least_likely_to_be_recalled_comes_first(alice):
    steady = make_card(alice, due_on=ago(10), reviewed_on=ago(110), stability=100.0)
    shaky = make_card(alice, due_on=ago(5), reviewed_on=ago(6), stability=1.0)
    assert deal(alice).pk == shaky.pk
    assert [card.pk for card in play(alice)] == [shaky.pk, steady.pk]


def test_card_due_later_is_not_asked(alice):
    make_card(alice, due_on=TODAY + timedelta(days=1))
    assert deal(alice) is None
    assert counts(alice, today=TODAY) == Counts()


def test_suspended_and_buried_cards_are_not_asked(alice):
    make_card(alice, due_on=ago(1)).suspend(now=NOON)
    buried = make_card(alice, due_on=ago(1))
    buried.bury(now=NOON)
    assert deal(alice) is None
    assert next_card(alice, today=TODAY + timedelta(days=1)).pk == buried.pk


def test_card_of_a_retired_question_is_skipped(alice):
    make_card(alice, make_question(status="retired"), due_on=ago(1))
    assert deal(alice) is None
    assert counts(alice, today=TODAY).total == 0


def test_card_of_a_question_taken_back_by_its_owner_is_skipped(alice, bob):
    make_card(alice, make_question(private_to=bob), due_on=ago(1))
    make_card(alice, make_question(status="draft"))
    assert deal(alice) is None


def test_cards_of_other_people_are_not_asked(alice, bob):
    make_card(bob, make_question(private_to=bob), due_on=ago(1))
    assert deal(alice) is None


def test_new_questions_become_cards_up_to_the_days_number(alice):
    wish(alice, new_cards_a_day=2)
    for _number in range(5):
        make_question()
    assert counts(alice, today=TODAY).new == 2
    assert Card.objects.count() == 0
    assert top_up(alice, EVERYTHING, TODAY, NOON) == 2
    assert top_up(alice, EVERYTHING, TODAY, NOON) == 0
    assert counts(alice, today=TODAY).new == 2


def test_new_cards_used_up_today_come_back_tomorrow(alice):
    wish(alice, new_cards_a_day=2)
    for _number in range(3):
        make_question()
    assert len(play(alice)) == 2
    assert counts(alice, today=TODAY).new == 0
    assert counts(alice, today=TODAY + timedelta(days=1)).new == 1


def test_own_notes_come_before_the_bank(alice):
    wish(alice, new_cards_a_day=1)
    make_question(slug="a-in-the-bank")
    own = make_question(slug="z-own", private_to=alice)
    assert deal(alice).question == own


def test_reviews_stop_at_the_days_number(alice):
    wish(alice, reviews_a_day=2, new_cards_a_day=0)
    for days in range(5):
        make_card(alice, due_on=ago(days))
    assert counts(alice, today=TODAY).due == 2
    assert len(play(alice)) == 2


def test_new_cards_are_shared_evenly_among_due_ones(alice):
    wish(alice, new_cards_a_day=2)
    for days in range(4):
        make_card(alice, due_on=ago(days), interval_days=5)
    make_card(alice)
    make_card(alice)
    kinds = ["new" if card.review_count == 1 else "due" for card in play(alice)]
    assert kinds == ["due", "due", "new", "due", "new", "due"]


def test_again_comes_at_the_end_once(alice):
    card = make_card(alice, due_on=ago(1), interval_days=5)
    other = make_card(alice, due_on=ago(1), stability=50.0)
    revision = card.question.current_revision
    card.review(1, review_id=uuid4(), revision=revision, now=NOON)
    assert counts(alice, today=TODAY) == Counts(again=1, due=1)
    assert [each.pk for each in play(alice)] == [other.pk, card.pk]


def test_again_not_seen_by_midnight_is_forgotten_with_the_day(alice):
    card = make_card(alice, due_on=ago(1), relearn_on=ago(1))
    assert counts(alice, today=TODAY) == Counts(due=1)
    assert next_card(alice, today=TODAY) == card


def test_same_card_is_dealt_until_it_is_judged(alice):
    for days in range(3):
        make_card(alice, due_on=ago(days))
    assert deal(alice) == deal(alice)


def test_adding_questions_twice_makes_one_card(alice):
    questions = [make_question(), make_question()]
    assert Card.objects.add(alice, questions, now=NOON) == 2
    assert Card.objects.add(alice, [*questions, make_question()], now=NOON) == 1


SCOPES = {
    "topic=docker": {"build", "network"},
    "topic=docker/networking": {"network"},
    "topic=dock": set(),
    "topic=nowhere": set(),
    "tag=images": {"build"},
    "tag=images&tag=shell": {"build", "bash"},
    "level=senior": {"bash"},
    "level=junior&level=senior": {"build", "network", "bash"},
    "kind=single": {"network"},
    "question=bash": {"bash"},
    "topic=docker&kind=open": {"build"},
    "": {"build", "network", "bash"},
}


@pytest.mark.parametrize("query", SCOPES)
@pytest.mark.parametrize("is_new", [True, False])
def test_scope_narrows_what_is_asked(alice, query, is_new):
    questions = [
        make_question(slug="build", topic="docker/builds", tags=("images",)),
        make_choice_question(slug="network", topic="docker/networking"),
        make_question(slug="bash", topic="linux", tags=("shell",), level="senior"),
    ]
    if not is_new:
        for question in questions:
            make_card(alice, question, due_on=ago(1))
    scope = Scope.from_query(QueryDict(query))
    assert counts(alice, today=TODAY, scope=scope).total == len(SCOPES[query])
    assert {card.question.slug for card in play(alice, scope=scope)} == SCOPES[query]


@pytest.mark.parametrize("query", SCOPES)
def test_scope_survives_its_own_query(query):
    scope = Scope.from_query(QueryDict(query))
    assert Scope.from_query(QueryDict(scope.query)) == scope


def test_scope_leaves_out_what_makes_no_sense():
    query = QueryDict("topic=../etc&tag=Not%20a%20tag&level=wizard&kind=&question=%00")
    assert Scope.from_query(query) == EVERYTHING


def test_one_question_by_name_is_not_held_back_by_limits(alice):
    wish(alice, new_cards_a_day=0, reviews_a_day=0)
    make_question(slug="wanted")
    assert deal(alice, Scope(question="wanted")).question.slug == "wanted"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by the rows it has")
def test_next_card_and_counts_go_by_index(alice):
    cards = EVERYTHING.cards(alice, today=TODAY)
    plans = {
        "card_due (user_id=? AND due_on<?)": cards.due(TODAY).order_by("due_on", "pk"),
        "card_due (user_id=? AND due_on=?)": cards.new().order_by("pk"),
        "card_again (user_id=? AND relearn_on=?)": cards.again(TODAY),
    }
    for index, found in plans.items():
        plan = found.explain()
        assert f"practice_card USING INDEX {index}" in plan
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan


def test_queries_do_not_grow_with_the_cards(alice):
    def queries_used() -> int:
        with CaptureQueriesContext(connection) as used:
            deal(alice)
        return len(used)

    make_card(alice, due_on=ago(1))
    for _number in range(10):
        make_card(alice)
    few = queries_used()
    for days in range(30):
        make_card(alice, due_on=ago(days))
    assert queries_used() == few < 15


def test_study_day_is_not_made_by_looking(alice):
    deal(alice)
    assert not StudyDay.objects.exists()
