"""Choosing what to practise."""

import re
from datetime import timedelta
from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.models import StudySettings
from practice.pacing import catch_up
from tests.factories import make_card, make_choice_question, make_question

START = "/practice/"
DAY = timedelta(days=1)


def text_of(response) -> str:
    return unescape(" ".join(response.content.decode().split()))


def test_visitor_is_asked_to_log_in(client, db):
    assert client.get(START).status_code == 302


def test_first_visit_says_how_to_begin(alice_client):
    assert "no questions to practise yet" in text_of(alice_client.get(START))


def test_new_questions_are_offered(alice_client):
    make_question()
    make_question()
    page = text_of(alice_client.get(START))
    assert "Learn 2 new cards" in page
    assert "Docker" in page


def test_due_cards_are_counted_by_topic_and_tag(alice, alice_client):
    today = alice.study_day(make_card(alice).added_at)
    question = make_question(topic="linux/shell", tags=("bash",))
    make_card(alice, question, due_on=today)
    page = alice_client.get(START)
    assert "Practise 1 due, 1 new" in text_of(page)
    linux = next(each for each in page.context["topics"] if each.topic.path == "linux")
    assert (linux.due, linux.questions, linux.below[0].due) == (1, 1, 1)
    assert [(each.tag.slug, each.due) for each in page.context["tags"]] == [("bash", 1)]


def dues(page) -> list[int]:
    """What topics and tags say is due."""
    topics = page.context["topics"]
    below = [each for topic in topics for each in topic.below]
    return [each.due for each in (*topics, *below, *page.context["tags"])]


def test_card_that_rests_for_a_sibling_is_not_due_by_topic_or_tag(alice, alice_client):
    today = alice.study_day(timezone.now())
    make_card(alice, make_question(tags=("images",)), due_on=today, sibling_seen_on=today)
    assert dues(alice_client.get(START)) == [0, 0, 0]


def test_nothing_is_due_by_topic_or_tag_on_a_holiday(alice, alice_client):
    today = alice.study_day(timezone.now())
    make_card(alice, make_question(tags=("images",)), due_on=today)
    assert dues(alice_client.get(START)) == [1, 1, 1]
    StudySettings.objects.create(user=alice).go_on_holiday(today, today + DAY)
    assert dues(alice_client.get(START)) == [0, 0, 0]


def test_private_questions_of_others_are_not_counted(alice_client, bob):
    make_question(private_to=bob, topic="secret")
    assert "Secret" not in text_of(alice_client.get(START))


def test_nothing_due_says_when_to_come_back(alice, alice_client):
    StudySettings.objects.create(user=alice, new_cards_a_day=0)
    card = make_card(alice)
    tomorrow = alice.study_day(card.added_at) + timedelta(days=1)
    fields = {"due_on": tomorrow, "reviewed_on": tomorrow, "stability": 1, "difficulty": 5}
    type(card).objects.update(**fields)
    assert "come back tomorrow" in text_of(alice_client.get(START))


def test_queries_do_not_grow_with_topics_and_cards(alice, alice_client):
    def queries_used() -> int:
        with CaptureQueriesContext(connection) as used:
            alice_client.get(START)
        return len(used)

    make_card(alice, make_question(tags=("a",)))
    alice_client.get(START)
    few = queries_used()
    for number in range(10):
        make_card(alice, make_question(topic=f"topic-{number}/below", tags=(f"tag-{number}",)))
    assert queries_used() <= few


def test_holiday_and_catching_up_are_said(alice, alice_client):
    today = alice.study_day(timezone.now())
    for number in range(4):
        make_card(alice, make_question(slug=f"q{number}"), due_on=today - DAY)
    wish = StudySettings.objects.create(user=alice, new_cards_a_day=0, reviews_a_day=3)
    assert b"Share it out over some days" in alice_client.get(START).content
    catch_up(alice, over_days=4, today=today)
    assert b": 1 review today." in alice_client.get(START).content
    wish.go_on_holiday(today, today + DAY)
    assert b"Change or end the holiday" in alice_client.get(START).content


def test_cards_missed_or_weak_can_be_chosen_within_the_schedule_if_there_are_any(
    alice, alice_client
):
    today = alice.study_day(timezone.now())
    make_card(alice, make_question(), due_on=today)
    assert 'name="missed"' not in text_of(alice_client.get(START))
    make_card(alice, make_question(), due_on=today, missed_on=today - DAY, missed_points=1)
    page = text_of(alice_client.get(START))
    form = page.partition('action="/practice/session/"')[2].partition("</form>")[0]
    assert 'name="missed" value="1"' in form
    assert 'name="weak" value="1"' in form


def test_quick_quiz_of_an_exact_choice_is_one_button(alice_client):
    make_choice_question("Which layer?", topic="docker")
    make_choice_question("Which signal?", topic="linux")
    form = text_of(alice_client.get(START)).partition('action="/practice/session/"')[2]
    button = re.search(r"<button ([^>]+)>Quick quiz of these</button>", form)
    assert 'name="quiz" value="1" formaction="/practice/round/"' in button[1]
    fields = "topic=linux&quiz=1"
    assert "1 question to draw from" in text_of(alice_client.get(f"/practice/round/?{fields}"))
    first = alice_client.post(f"/practice/round/?{fields}", {"number": "5"}, follow=True)
    assert "Which signal?" in text_of(first)
