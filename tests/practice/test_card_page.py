"""One card's page: its history, its memory curve and what each judgement would bring."""

from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.curve import Seen, Stretch, curve
from practice.history import EVENTS_A_PAGE, History
from practice.models import Card
from practice.scheduling import Memory
from practice.undoing import undo_last
from tests.factories import NOON, make_card, make_question

TODAY = NOON.date()


def page_of(client, card, query="") -> str:
    return unescape(client.get(f"/practice/cards/{card.pk}/{query}").content.decode())


def judge(card: Card, rating: int, *, days_ago: int, now=None, **told) -> None:
    now = (now or timezone.now()) - timedelta(days=days_ago)
    revision = card.question.current_revision
    card.review(rating, review_id=uuid4(), revision=revision, now=now, **told)


def learnt(user) -> Card:
    """Learnt, known, forgotten, known."""
    card = make_card(user)
    for rating, days_ago in ((3, 60), (3, 55), (1, 30), (3, 25)):
        judge(card, rating, days_ago=days_ago)
    return card


def test_history_shows_answers_with_what_they_covered(alice, alice_client):
    card = make_card(alice)
    points = {str(each.pk): "covered" for each in card.question.current_revision.key_points.all()}
    judge(card, 3, days_ago=9, answer="Several stages, I said.", points=points, confidence=3)
    page = page_of(alice_client, card)
    assert "Several stages, I said." in page
    assert "Several FROM lines" in page
    assert "Certain" in page


def test_undone_reviews_and_resets_stay_in_the_history(alice, alice_client):
    card = learnt(alice)
    undo_last(alice, timezone.now())
    card.refresh_from_db()
    card.reset(now=timezone.now())
    page = page_of(alice_client, card)
    assert page.count("Undone") == 1
    assert "Learn anew" in page
    assert "It is new again since you reset it." in page


def test_answer_is_never_read_as_markup(alice, alice_client):
    card = make_card(alice)
    judge(card, 3, days_ago=1, answer="<script>alert(1)</script>")
    raw = alice_client.get(f"/practice/cards/{card.pk}/").content
    assert b"<script>alert(1)" not in raw


def test_history_is_split_into_pages_and_its_queries_do_not_grow(alice, alice_client):
    def look(card) -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(alice_client, card)
        return len(queries)

    card = learnt(alice)
    few = look(card)
    for number in range(EVENTS_A_PAGE + 1):
        judge(card, 3, days_ago=20 - number, answer=f"Answer {number}.")
    assert look(card) == few
    assert "Page 1 of 2" in page_of(alice_client, card)
    assert "Answer 0." in page_of(alice_client, card, "?page=2")


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
def test_judging_brings_what_the_page_promised(alice, rating):
    card = make_card(alice)
    judge(card, 3, days_ago=0, now=NOON)
    card.refresh_from_db()
    promised = History(card, today=TODAY).next_days()
    judge(card, rating, days_ago=0, now=NOON + (card.due_on - TODAY))
    assert promised[rating - 1].due_on == card.due_on


def test_curve_is_drawn_from_the_log_with_a_table_behind_it(alice, alice_client):
    card = learnt(alice)
    page = page_of(alice_client, card)
    assert "4 reviews in the schedule since" in page
    assert page.count('<path class="chart-line"') == 4
    assert page.count("chart-line series-2") == 1
    assert page.count('chart-point series-3"') == 1
    assert "style=" not in page


def test_new_card_has_no_curve(alice, alice_client):
    assert "Memory curve" not in page_of(alice_client, make_card(alice))


def test_reset_ends_the_curve(alice):
    card = learnt(alice)
    card.reset(now=timezone.now() - timedelta(days=5))
    drawn = History(card, today=alice.study_day(timezone.now())).curve()
    assert drawn is not None
    assert drawn.chart.forecast == ""
    assert len(drawn.chart.past) == 4


def test_curve_falls_until_the_review_and_stays_in_its_frame():
    first, second = TODAY - timedelta(days=20), TODAY - timedelta(days=10)
    past = [Stretch(Memory(5.0, 5.0, first), second)]
    now = Stretch(Memory(12.0, 5.0, second), TODAY + timedelta(days=20))
    seen = [Seen(first, None, True, ""), Seen(second, 0.8, True, "")]
    drawn = curve(past, now, seen, today=TODAY, desired_retention=0.9)
    for path in (*drawn.past, drawn.forecast):
        points = [tuple(map(float, each.split())) for each in path[1:].split(" L")]
        assert [y for _x, y in points] == sorted(y for _x, y in points)
        assert all(drawn.left <= x <= drawn.right for x, _y in points)
        assert all(drawn.top <= y <= drawn.base for _x, y in points)
    assert drawn.labels[0].day == first


def test_curve_of_a_card_learnt_today_can_be_drawn():
    now = Stretch(Memory(0.1, 9.0, TODAY), TODAY)
    drawn = curve([], now, [Seen(TODAY, None, True, "")], today=TODAY, desired_retention=0.9)
    assert drawn.labels == () or drawn.labels[0].day == TODAY


def test_long_history_is_drawn_with_few_points():
    days = [date(2020, 1, 1) + timedelta(days=10 * number) for number in range(201)]
    past = [
        Stretch(Memory(9.0, 5.0, day), following)
        for day, following in zip(days, days[1:], strict=False)
    ]
    drawn = curve(past, None, [], today=days[-1], desired_retention=0.9)
    assert sum(path.count(" L") for path in drawn.past) <= 400


def test_card_of_a_withdrawn_question_is_not_found(alice, alice_client):
    card = make_card(alice, make_question(status="retired"))
    assert alice_client.get(f"/practice/cards/{card.pk}/").status_code == 404


def change(client, card, **data):
    return client.post(f"/practice/cards/{card.pk}/", {"change": uuid4(), **data})


def test_card_is_changed_from_its_page_and_the_page_comes_back(alice, alice_client):
    card = learnt(alice)
    assert change(alice_client, card, action="suspend").url == f"/practice/cards/{card.pk}/"
    assert "1 card suspended." in page_of(alice_client, card)
    card.refresh_from_db()
    assert card.suspended_at


def test_change_refused_on_a_cards_page_is_explained_there(alice, alice_client):
    card, before = learnt(alice), Card.objects.values().get()
    refused = change(alice_client, card, action="move", days="3", day="2999-01-01")
    assert refused.status_code == 422
    assert refused.context["card"] == card
    page = unescape(refused.content.decode())
    assert "Choose today or a later day" in page
    assert 'name="days" type="number" min="-3650" max="3650" step="1" value="3"' in page
    assert Card.objects.values().get() == before


def test_a_cards_page_changes_no_other_card(alice, alice_client, bob):
    card, other, theirs = make_card(alice), make_card(alice), make_card(bob)
    said = {"change": uuid4(), "action": "suspend", "which": "ticked", "card": other.pk}
    alice_client.post(f"/practice/cards/{card.pk}/", said)
    assert change(alice_client, theirs, action="suspend").status_code == 404
    assert list(Card.objects.suspended()) == [card]
