"""Which card comes next, what is left today, and where new cards come from."""

import re
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from practice import scheduling
from practice.dealing import dealt
from practice.models import Card, Review, StudyDay, StudySettings
from practice.queue import EVERYTHING, Counts, Scope, _newest_topic, counts, next_card, top_up
from practice.undoing import undo_last
from questions.models import Question, QuestionRevision
from tests.factories import (
    NOON,
    bury,
    cram,
    make_card,
    make_choice_question,
    make_question,
    make_review,
    suspend,
)

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
    suspend(make_card(alice, due_on=ago(1)))
    buried = make_card(alice, due_on=ago(1))
    bury(buried)
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
    "weak=1&missed=1": set(),
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


@pytest.mark.parametrize("backlog", [5, 300])
def test_most_forgotten_is_found_in_any_backlog(alice, backlog):
    """Within a band of stability order is by day, so the choice may be a little off, never far."""
    random = Random(backlog)  # noqa: S311
    question, overdue = make_question(), []
    for _number in range(backlog):
        stability = random.lognormvariate(2, 1.5)
        late, interval = random.randrange(60), max(1, round(stability))
        overdue.append((late + interval) / stability)
        make_card(
            alice,
            copy_of(question),
            due_on=ago(late),
            stability=stability,
            reviewed_on=ago(late + interval),
        )
    card = next_card(alice, today=TODAY)
    chosen = (TODAY - card.reviewed_on).days / card.stability
    assert chosen >= max(overdue) / 1.5


def test_weak_points_are_a_scope(alice):
    weak, strong = make_card(alice, due_on=ago(1)), make_card(alice, due_on=ago(1))
    judged(weak, points={"1": "missed", "2": "covered"})
    judged(strong, points={"1": "covered"})
    assert list(Scope(weak=True).cards(alice, today=TODAY)) == [weak]
    undo_last(alice, NOON)
    undo_last(alice, NOON)
    assert not Scope(weak=True).cards(alice, today=TODAY).exists()


def test_missed_in_a_mock_is_a_scope_until_recalled_on_a_later_day(alice, alice_client):
    question = make_question(slug="missed")
    make_card(alice)
    alice_client.post("/practice/cards/add/", {"question": "missed", "missed": "1"})
    card = Card.objects.select_related("user").get(question=question)
    Card.objects.filter(pk=card.pk).update(missed_on=TODAY)
    scope = Scope(missed=True)
    judged(card)
    assert list(scope.cards(alice, today=TODAY)) == [card]
    judged(card, now=NOON + timedelta(days=30))
    assert not scope.cards(alice, today=TODAY + timedelta(days=31)).exists()


def test_card_missed_in_a_mock_is_made_good_by_cramming_and_missed_again_by_undo(alice):
    card = make_card(alice, due_on=TODAY + timedelta(days=90), missed_on=ago(3))
    missed = Scope(missed=True).cards(alice, today=TODAY)
    cram(card)
    judged(card, rating=1)
    assert list(missed.all()) == [card]
    judged(card, now=NOON + timedelta(minutes=1))
    assert not missed.exists()
    undo_last(alice, NOON)
    assert list(missed.all()) == [card]


def test_card_missed_in_a_mock_is_not_made_good_by_forgetting_it(alice):
    card = make_card(alice, due_on=ago(1), missed_on=ago(3))
    judged(card, rating=1)
    assert list(Scope(missed=True).cards(alice, today=TODAY)) == [card]


@pytest.mark.parametrize("query", ["weak=1", "missed=1"])
def test_what_has_no_card_is_neither_weak_nor_missed(alice, query):
    make_question()
    assert counts(alice, today=TODAY, scope=Scope.from_query(QueryDict(query))) == Counts()


def copy_of(question) -> Question:
    """Another question with the same text, for when a test needs many."""
    return Question.objects.create(
        slug=f"copy-{uuid4()}", current_revision=question.current_revision, status="published"
    )


def seen_topics(user) -> list[str]:
    return [card.question.topic.path for card in play(user)]


def test_topics_alternate_while_more_than_one_is_due(alice):
    for topic, number in (("docker", 4), ("git", 3), ("linux", 1)):
        for days in range(number):
            make_card(alice, make_question(topic=topic), due_on=ago(days))
    topics = seen_topics(alice)
    assert sorted(topics) == ["docker"] * 4 + ["git"] * 3 + ["linux"]
    twice = [number for number in range(7) if topics[number] == topics[number + 1]]
    assert all(len(set(topics[number:])) == 1 for number in twice)


def test_other_topic_is_found_behind_many_of_one(alice):
    for days in range(40):
        make_card(alice, make_question(topic="docker"), due_on=ago(50 + days), stability=1.0)
    make_card(alice, make_question(topic="git"), due_on=ago(1), stability=1.0)
    revision = (first := deal(alice)).question.current_revision
    first.review(3, review_id=uuid4(), revision=revision, now=NOON)
    assert deal(alice).question.topic.path == "git"


def related(user, **fields) -> tuple[Card, Card]:
    """Two cards, the second of which carries on the thread of the first."""
    second = make_question(slug="then")
    first = make_question(slug="first", follow_ups=({"prompt": "And?", "next_slug": "then"},))
    return make_card(user, first, **fields), make_card(user, second, **fields)


def judged(card, *, rating=3, now=NOON, **told) -> None:
    revision = card.question.current_revision
    card.review(rating, review_id=uuid4(), revision=revision, now=now, **told)


@pytest.mark.parametrize("seen_first", [0, 1])
@pytest.mark.parametrize("fields", [{"due_on": ago(1)}, {}])
def test_sibling_of_a_card_seen_today_waits_until_tomorrow(alice, seen_first, fields):
    cards = related(alice, **fields)
    judged(cards[seen_first])
    assert counts(alice, today=TODAY).total == 0
    assert deal(alice) is None
    tomorrow = TODAY + timedelta(days=1)
    assert next_card(alice, today=tomorrow) == cards[1 - seen_first]


@pytest.mark.parametrize("seen_first", [0, 1])
def test_sibling_of_a_card_that_was_dealt_waits_too(alice, seen_first):
    cards = related(alice, due_on=ago(1))
    judged(dealt(alice, cards[seen_first].pk))
    assert deal(alice) is None


def test_sibling_waits_though_the_text_of_today_leads_to_it_no_more(alice):
    first, second = related(alice, due_on=ago(1))
    shown = first.question.current_revision
    newer = QuestionRevision.objects.create(
        question=first.question, number=2, prompt="Shorter?", frozen_at=NOON
    )
    Question.objects.filter(pk=first.question_id).update(current_revision=newer)
    card = dealt(alice, first.pk)
    card.review(3, review_id=uuid4(), revision=shown, now=NOON)
    assert Card.objects.get(pk=second.pk).sibling_seen_on == TODAY


def test_siblings_are_not_looked_for_where_nothing_leads_on(alice):
    card = dealt(alice, make_card(alice, due_on=ago(1)).pk)
    with CaptureQueriesContext(connection) as queries:
        judged(card)
    assert not [each for each in queries if "questions_followup" in each["sql"]]


def test_sibling_is_asked_when_its_name_is_called(alice):
    judged(related(alice, due_on=ago(1))[0])
    assert deal(alice, Scope(question="then")).question.slug == "then"


def test_resting_siblings_leave_their_place_to_other_new_questions(alice):
    wish(alice, new_cards_a_day=3)
    make_question(slug="a", follow_ups=({"prompt": "b?", "next_slug": "b"},))
    make_question(slug="b", follow_ups=({"prompt": "e?", "next_slug": "e"},))
    for slug in "cde":
        make_question(slug=slug)
    judged(deal(alice))
    assert counts(alice, today=TODAY).new == 2
    assert [card.question.slug for card in play(alice)] == ["c", "d"]


@pytest.mark.parametrize(("first", "second"), [("a", "z"), ("z", "a")])
def test_sibling_that_has_no_card_yet_waits_as_well(alice, first, second):
    make_question(slug=first, follow_ups=({"prompt": "And?", "next_slug": second},))
    make_question(slug=second)
    judged(make_card(alice, Question.objects.get(slug="a")))
    assert counts(alice, today=TODAY).new == 0
    assert deal(alice) is None
    tomorrow = TODAY + timedelta(days=1)
    assert counts(alice, today=tomorrow).new == 1
    assert deal(alice, Scope(question="z")).question.slug == "z"


@pytest.mark.parametrize(("seen", "added"), [("first", "then"), ("then", "first")])
def test_sibling_whose_card_is_made_after_that_waits_as_well(alice, seen, added):
    make_question(slug="first", follow_ups=({"prompt": "And?", "next_slug": "then"},))
    make_question(slug="then")
    judged(make_card(alice, Question.objects.get(slug=seen)))
    Card.objects.add(alice, Question.objects.filter(slug=added), now=NOON)
    assert counts(alice, today=TODAY) == Counts()
    assert deal(alice) is None
    assert next_card(alice, today=TODAY + timedelta(days=1)).question.slug == added
    undo_last(alice, NOON)
    assert Card.objects.get(question__slug=added).sibling_seen_on is None


def test_cards_are_made_with_one_query_more_for_those_that_wait(alice, bob):
    make_question(slug="first", follow_ups=({"prompt": "And?", "next_slug": "then"},))
    others = [make_question(slug=slug) for slug in ("then", "other")]
    judged(make_card(bob, Question.objects.get(slug="first")))
    with CaptureQueriesContext(connection) as used:
        Card.objects.add(alice, others, now=NOON)
    assert [each["sql"].split()[0] for each in used if "practice" in each["sql"]] == [
        "SELECT",
        "SELECT",
        "INSERT",
    ]
    assert not Card.objects.of(alice).filter(sibling_seen_on=TODAY)
    with CaptureQueriesContext(connection) as used:
        assert Card.objects.add(alice, others, now=NOON) == 0
    assert len(used) == 1


def test_undo_wakes_the_sibling(alice):
    first, second = related(alice, due_on=ago(1), interval_days=5)
    judged(first, rating=1)
    judged(first, now=NOON + timedelta(minutes=1))
    undo_last(alice, NOON)
    assert Card.objects.get(pk=second.pk).sibling_seen_on == TODAY
    undo_last(alice, NOON)
    assert Card.objects.get(pk=second.pk).sibling_seen_on is None


def test_undo_does_not_wake_what_another_sibling_made_rest(alice):
    make_question(slug="c")
    make_question(slug="b", follow_ups=({"prompt": "c?", "next_slug": "c"},))
    make_question(slug="a", follow_ups=({"prompt": "b?", "next_slug": "b"},))
    a, b, c = (make_card(alice, Question.objects.get(slug=slug), due_on=ago(1)) for slug in "abc")
    judged(a)
    judged(c, now=NOON + timedelta(minutes=1))
    undo_last(alice, NOON)
    assert Card.objects.get(pk=b.pk).sibling_seen_on == TODAY
    undo_last(alice, NOON)
    assert Card.objects.get(pk=b.pk).sibling_seen_on is None


def test_cramming_keeps_no_sibling_resting(alice):
    first, second = related(alice, due_on=ago(1), interval_days=5)
    cram(first)
    judged(first)
    first.round_pk = None
    judged(first, now=NOON + timedelta(minutes=1))
    undo_last(alice, NOON)
    assert Card.objects.get(pk=second.pk).sibling_seen_on is None


def test_siblings_of_other_people_are_left_alone(alice, bob):
    _first, second = related(bob, due_on=ago(1))
    judged(make_card(alice, Question.objects.get(slug="first")))
    assert Card.objects.get(pk=second.pk).sibling_seen_on is None


def many_cards(user, number: int = 3_000, reviews: int = 600, **fields) -> None:
    question = make_question(slug="first", **fields)
    questions = Question.objects.bulk_create(
        Question(
            slug=f"many-{index}",
            current_revision=question.current_revision,
            topic=question.topic,
            status="published",
        )
        for index in range(number)
    )
    tagged = Question.tags.through
    tagged.objects.bulk_create(
        tagged(question=each, tag=tag) for tag in question.tags.all() for each in questions
    )
    Card.objects.bulk_create(
        Card(
            user=user,
            question=each,
            due_on=TODAY + timedelta(days=index % 300 - 20),
            reviewed_on=ago(30),
            stability=1.0 + index % 90,
            difficulty=5,
            band=scheduling.band(1.0 + index % 90),
            relearn_on=TODAY if index % 500 == 1 else None,
        )
        if index % 10
        else Card(user=user, question=each)
        for index, each in enumerate(questions)
    )
    Review.objects.bulk_create(
        Review(
            user=user,
            card=card,
            revision=question.current_revision,
            reviewed_at=NOON - timedelta(days=days),
            study_day=ago(days),
            rating=3,
            kind="review",
        )
        for days, card in enumerate(Card.objects.of(user).order_by("pk")[:reviews], start=1)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def plan_of(sql: str, params) -> str:
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(explain + sql, params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


READS_ALL = re.compile(
    r"(?:Seq Scan on|SCAN) (?:practice_card|practice_review|questions_question|[UV]0)\b(?! USING)"
)


@pytest.mark.parametrize("query", ["", "topic=docker&tag=images&level=junior&kind=open"])
def test_next_card_and_counts_go_by_index(alice, bob, query):
    """On rows enough for PostgreSQL to have a choice, and with nothing switched off."""
    many_cards(alice, topic="docker", tags=("images",))
    questions = Question.objects.exclude(slug="first")
    Card.objects.bulk_create(Card(user=bob, question=each) for each in questions[:200])
    scope = Scope.from_query(QueryDict(query))
    with CaptureQueriesContext(connection) as used:
        counted = counts(alice, today=TODAY, scope=scope, with_unseen=False)
        assert next_card(alice, today=TODAY, scope=scope, counted=counted)
    assert counted == Counts(again=6, due=100, new=10)
    asked = [each["sql"] for each in used if 'FROM "practice_' in each["sql"]]
    plans = {sql: plan_of(sql.replace("%", "%%"), ()) for sql in asked}
    for sql, plan in plans.items():
        assert not READS_ALL.search(plan), f"{sql}\n{plan}"
    (counting,) = [plan for sql, plan in plans.items() if "COUNT" in sql]
    assert "card_again" in counting
    assert counting.count("card_due") == 2  # the due and the new
    (dealing,) = [plan for sql, plan in plans.items() if "WITH bands" in sql]
    assert "card_overdue" in dealing
    (newest,) = [plan for sql, plan in plans.items() if 'FROM "practice_review"' in sql]
    assert "review_newest_first" in newest


@pytest.mark.parametrize("query", ["", "topic=docker&tag=images&level=junior&kind=open"])
@pytest.mark.parametrize(
    ("counted", "index"), [(Counts(new=10), "card_due"), (Counts(again=6), "card_again")]
)
def test_new_cards_and_those_to_see_again_go_by_index(alice, query, counted, index):
    """The two ways to the next card where none is due."""
    many_cards(alice, reviews=3_000, topic="docker", tags=("images",))
    scope = Scope.from_query(QueryDict(query))
    with CaptureQueriesContext(connection) as used:
        assert next_card(alice, today=TODAY, scope=scope, counted=counted)
    asked = [each["sql"] for each in used if 'FROM "practice_' in each["sql"]]
    plans = {sql: plan_of(sql.replace("%", "%%"), ()) for sql in asked}
    for sql, plan in plans.items():
        assert not READS_ALL.search(plan), f"{sql}\n{plan}"
    choosing, _dealing = [plan for sql, plan in plans.items() if 'FROM "practice_card"' in sql]
    assert index in choosing
    if counted.new:
        # In the index's own order: the first one found is the one to show.
        assert not re.search(r"Sort|TEMP B-TREE", choosing)


def test_the_newest_of_many_reviews_at_one_moment_is_found_without_sorting(alice, bob):
    """As an import brings them: otherwise the planner goes through all cards instead."""
    for user in (alice, bob):
        card = make_card(user, make_question())
        for number in range(200):
            make_review(card, number=number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = plan_of(*_newest_topic(alice.pk).query.sql_with_params())
    assert "review_newest_first" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_weak_points_missed_in_mocks_go_by_index(alice):
    many_cards(alice)
    Card.objects.filter(pk__in=Card.objects.due(TODAY)[:20]).update(
        missed_points=1, missed_on=TODAY
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE practice_card")
    with CaptureQueriesContext(connection) as used:
        scope = Scope(weak=True, missed=True)
        assert counts(alice, today=TODAY, scope=scope, with_unseen=False).due == 20
    (counting,) = [each["sql"] for each in used if "COUNT" in each["sql"]]
    assert not READS_ALL.search(plan_of(counting.replace("%", "%%"), ()))


def test_due_cards_in_their_order_go_by_index(alice):
    many_cards(alice)
    cards = EVERYTHING.cards(alice, today=TODAY).rested(TODAY)
    orders = {
        "card_due": cards.due(TODAY).order_by("due_on", "pk")[:10],
        "card_again": cards.again(TODAY),
    }
    for index, found in orders.items():
        plan = plan_of(*found.query.sql_with_params())
        assert index in plan
        assert "SCAN practice_card" not in plan
        assert "Seq Scan on practice_card" not in plan


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


def test_siblings_are_found_by_index(alice):
    first, _second = related(alice)
    links = "questions_followup"
    with CaptureQueriesContext(connection) as used:
        list(Card.objects.siblings_of(first, first.question.current_revision))
    (sql,) = [query["sql"] for query in used if f'FROM "{links}"' in query["sql"]]
    if connection.vendor == "sqlite":
        assert "SCAN" not in plan_of(sql.replace("%", "%%"), ())
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "Seq Scan" not in plan_of(sql, ())
