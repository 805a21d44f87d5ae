"""The page of one's cards: finding them and changing many at once."""

from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.browsing import Browse, conditions, state_of
from practice.models import Adjustment, Card, Change
from tests.factories import make_card, make_choice_question, make_question

CARDS = "/practice/cards/"


def today_of(user) -> date:
    return user.study_day(timezone.now())


def prompts(response) -> list[str]:
    return [facts.card.question.current_revision.prompt for facts in response.context["rows"]]


def posted(client, action, *cards, url=CARDS, **data):
    keys = [card.pk for card in cards]
    data = {"change": uuid4(), "which": "ticked", "action": action, "card": keys, **data}
    return client.post(url, data)


def make_one_of_each(user) -> dict[str, Card]:
    today, later = today_of(user), today_of(user) + timedelta(days=5)
    return {
        "due": make_card(user, make_question("due"), due_on=today),
        "new": make_card(user, make_question("new")),
        "learning": make_card(user, make_question("learning"), due_on=later, relearn_on=today),
        "later": make_card(user, make_question("later"), due_on=later, relearn_on=date(2020, 1, 1)),
        "buried": make_card(user, make_question("buried"), buried_until=later),
        "suspended": make_card(
            user, make_question("suspended"), suspended_at=timezone.now(), buried_until=later
        ),
    }


def test_every_card_is_in_one_state_and_the_list_agrees_with_the_card(alice, alice_client):
    cards = make_one_of_each(alice)
    leech = make_card(alice, make_question("leech"), due_on=today_of(alice), is_leech=True)
    for state, card in cards.items():
        found = prompts(alice_client.get(f"{CARDS}?state={state}"))
        assert found == ([state, "leech"] if state == "due" else [state])
        assert state_of(card, today_of(alice)) == state
    assert prompts(alice_client.get(f"{CARDS}?state=leech")) == ["leech"]
    assert state_of(leech, today_of(alice)) == "due"
    assert set(conditions(today_of(alice))) == {*cards, "leech", "changed"}


def test_states_say_how_many_cards_they_have(alice, alice_client):
    cards = make_one_of_each(alice)
    choices = {each.state: each.number for each in alice_client.get(CARDS).context["states"]}
    assert choices == {"": 6, **dict.fromkeys(cards, 1)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=branch", ["Which branch?"]),
        ("topic=git", ["Which branch?"]),
        ("topic=docker", ["Which layers?", "Which survives?"]),
        ("tag=images", ["Which layers?"]),
        ("kind=single", ["Which survives?"]),
        ("kind=single&tag=images", []),
        ("state=nonsense&kind=nonsense&order=nonsense&page=nonsense", None),
        ("q=%00", None),
    ],
)
def test_cards_are_found_by_words_topic_tag_and_kind(alice, alice_client, query, expected):
    make_card(alice, make_question("Which layers?", tags=("images",), topic="docker"))
    make_card(alice, make_question("Which branch?", topic="git/branches"))
    make_card(alice, make_choice_question("Which survives?", topic="docker/volumes"))
    found = prompts(alice_client.get(f"{CARDS}?{query}"))
    assert found == (
        ["Which layers?", "Which branch?", "Which survives?"] if expected is None else expected
    )


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("due", "abc"),
        ("stability", "bca"),
        ("difficulty", "cab"),
        ("lapses", "bac"),
        ("reviewed", "acb"),
        ("added", "cab"),
    ],
)
def test_cards_are_sorted_both_ways_with_new_ones_last(alice, alice_client, order, expected):
    today, now = today_of(alice), timezone.now()

    def make(name, *, due, stability, difficulty, lapses, seen, added):
        make_card(
            alice,
            make_question(name),
            due_on=today + timedelta(days=due),
            stability=stability,
            difficulty=difficulty,
            lapse_count=lapses,
            reviewed_on=today - timedelta(days=seen),
            added_at=now - timedelta(days=added),
        )

    make("a", due=1, stability=9.0, difficulty=5.0, lapses=2, seen=9, added=2)
    make("b", due=2, stability=1.0, difficulty=2.0, lapses=5, seen=1, added=3)
    make("c", due=3, stability=5.0, difficulty=9.0, lapses=0, seen=4, added=1)
    assert prompts(alice_client.get(f"{CARDS}?order={order}")) == list(expected)
    backwards = alice_client.get(f"{CARDS}?order={order}&reverse=1")
    assert prompts(backwards) == list(reversed(expected))
    make_card(alice, make_question("new"), added_at=now - timedelta(days=99))
    if order != "added":
        column = prompts(alice_client.get(f"{CARDS}?order={order}"))
        assert column[-1] == "new" or order == "lapses"


def test_what_is_looked_for_survives_its_own_query_string():
    browse = Browse.from_query(QueryDict("q=a+b&tag=x&state=due&order=lapses&reverse=1"))
    assert Browse.from_query(QueryDict(browse.query)) == browse


def test_queries_do_not_grow_with_cards_topics_or_tags(alice, alice_client):
    def look() -> int:
        with CaptureQueriesContext(connection) as queries:
            alice_client.get(f"{CARDS}?state=due&q=what")
        return len(queries)

    make_card(alice, make_question(tags=("one",)), due_on=today_of(alice))
    few = look()
    for number in range(12):
        question = make_question(topic=f"docker/part-{number}", tags=(f"tag-{number}",))
        make_card(alice, question, due_on=today_of(alice), is_leech=True)
    assert look() == few


def test_ticked_cards_are_changed_and_no_others(alice, alice_client):
    one, two, three = make_card(alice), make_card(alice), make_card(alice)
    page = posted(alice_client, "suspend", one, two)
    assert page.url == CARDS
    assert set(Card.objects.suspended()) == {one, two}
    assert "2 cards suspended" in unescape(alice_client.get(CARDS).content.decode())
    posted(alice_client, "unsuspend", one, three)
    assert set(Card.objects.suspended()) == {two}


def test_all_that_match_are_changed_also_those_on_other_pages(alice, alice_client):
    for _number in range(55):
        make_card(alice, make_question(tags=("images",)))
    other = make_card(alice)
    url = f"{CARDS}?tag=images"
    shown = list(Card.objects.exclude(pk=other.pk).values_list("pk", flat=True)[:50])
    posted(alice_client, "bury", url=url, which="page", shown=shown)
    assert Card.objects.buried(today_of(alice)).count() == 50
    assert posted(alice_client, "suspend", url=url, which="found").url == url
    assert Card.objects.suspended().count() == 55
    assert Change.objects.filter(number=55).exists()


def test_change_is_undone_from_the_page_once(alice, alice_client):
    card = make_card(alice, due_on=today_of(alice))
    posted(alice_client, "reset", card)
    assert b"Your last change" in alice_client.get(CARDS).content
    undo = f"{CARDS}changes/{Change.objects.get().pk}/undo/"
    for _tap in range(2):
        assert alice_client.post(undo, {"next": "//elsewhere.example"}).url == CARDS
    assert Adjustment.objects.get().voided_at
    assert b"Your last change" not in alice_client.get(CARDS).content


def test_due_day_is_moved_by_days_or_to_a_day(alice, alice_client):
    today = today_of(alice)
    card = make_card(alice, due_on=today)
    posted(alice_client, "move", card, days="3")
    card.refresh_from_db()
    assert card.due_on == today + timedelta(days=3)
    posted(alice_client, "move", card, day=str(today + timedelta(days=40)))
    card.refresh_from_db()
    assert card.due_on == today + timedelta(days=40)


@pytest.mark.parametrize(
    "bad",
    [
        {"card": []},
        {"card": ["x", "99999999999999999999", "\x00"]},
        {"which": "everything"},
        {"action": "delete"},
        {"action": ""},
        {"change": "no id"},
        {"action": "move"},
        {"action": "move", "days": "0"},
        {"action": "move", "days": "3", "day": "2999-01-01"},
        {"action": "move", "days": "many"},
        {"action": "move", "days": "999999"},
        {"action": "move", "day": "2020-01-01"},
        {"action": "move", "day": "9999-12-31"},
        {"action": "move", "day": "31.12."},
    ],
)
def test_impossible_change_is_refused_and_nothing_changes(alice, alice_client, bad):
    card = make_card(alice, due_on=today_of(alice))
    before = list(Card.objects.values())
    good = {"change": uuid4(), "which": "ticked", "action": "suspend", "card": [card.pk]}
    page = alice_client.post(CARDS, {**good, **bad})
    assert page.status_code == 422
    assert b"needs another look" in page.content
    assert list(Card.objects.values()) == before
    assert not Change.objects.exists()


def test_cards_of_others_are_out_of_reach(alice, alice_client, bob):
    theirs, mine = make_card(bob), make_card(alice)
    assert posted(alice_client, "suspend", theirs).status_code == 422
    posted(alice_client, "suspend", theirs, mine)
    assert list(Card.objects.suspended()) == [mine]
    assert alice_client.get(f"{CARDS}{theirs.pk}/").status_code == 404
    change = Change.objects.create(user=bob, kind="suspend", number=1)
    assert alice_client.post(f"{CARDS}changes/{change.pk}/undo/").status_code == 404
    assert posted(alice_client, "suspend", mine, change=change.pk).status_code == 404


def test_htmx_gets_the_list_alone(alice, alice_client):
    make_card(alice, make_question("Which layers?"))
    page = alice_client.get(CARDS, headers={"HX-Request": "true"}).content.decode()
    assert "Which layers?" in page
    assert "<html" not in page
    refused = alice_client.post(CARDS, {}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert b"<html" not in refused.content


def test_leech_is_offered_its_ways_out_on_the_list(alice, alice_client):
    card = make_card(alice, due_on=today_of(alice), is_leech=True, lapse_count=5)
    page = alice_client.get(f"{CARDS}?state=leech").content.decode()
    assert "does not stick" in page
    report = reverse("questions:report", args=[card.question.slug])
    assert f"{report}?revision=1&amp;next=%2Fpractice%2Fcards%2F%3Fstate%3Dleech" in page
    assert "hx-get" not in page[page.index(report) :].partition("Tell the editors")[0]


def test_card_page_says_where_the_memory_stands(alice, alice_client):
    card = make_card(alice, due_on=today_of(alice), difficulty=8.0, lapse_count=2)
    page = alice_client.get(f"{CARDS}{card.pk}/").content.decode()
    assert "hard for you" in page
    assert "about 90 %" in page
    new = make_card(alice)
    assert "Not learnt yet" in alice_client.get(f"{CARDS}{new.pk}/").content.decode()
