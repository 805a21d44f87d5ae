"""The page on readiness: naming a day, what is expected on it, and what to practise until then."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard.preparation import Preparation
from interviews.models import Goal
from practice.models import Card, Review, StudySettings
from practice.queue import Scope, counts
from questions.models import Topic
from tests.factories import (
    NOON,
    make_blueprint,
    make_card,
    make_choice_question,
    make_question,
    make_review,
    make_user,
)

TODAY = NOON.date()
DAY = timedelta(days=1)
URL = reverse("dashboard:readiness")
POINTS = (("Several FROM lines", 3), ("Smaller image", 1))


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def words(page) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page.text)))


def goal(user, *paths: str, days: int = 10, **fields) -> Goal:
    made = Goal.objects.create(user=user, interview_on=TODAY + days * DAY, **fields)
    made.topics.set(Topic.objects.at(path) for path in paths or ("docker",))
    return made


def name_the_day(client, **fields):
    sent = {"interview_on": (TODAY + 10 * DAY).isoformat(), "topic": ["docker"], **fields}
    return client.post(URL, {name: value for name, value in sent.items() if value is not None})


def answered(user, number: int = 20, *, rating: int = 3, mark: str = "covered", **fields) -> Card:
    """One card with so many marked reviews; due today."""
    question = make_question(key_points=POINTS)
    card = make_card(user, question, due_on=TODAY, **fields)
    points = {str(each.pk): mark for each in question.current_revision.key_points.all()}
    for ago in range(1, number + 1):
        make_review(card, points=points, rating=rating, reviewed_at=NOON - ago * DAY, seconds=50)
    return card


def test_a_visitor_is_asked_to_log_in(client, db):
    assert client.get(URL).url.startswith(reverse("account_login"))


def test_without_a_day_the_page_asks_for_one(alice_client):
    make_question()
    page = alice_client.get(URL)
    assert "Name the day of an interview" in words(page)
    assert 'name="topic" value="docker"' in page.text
    assert "What to expect that day" not in page.text


def test_a_day_is_named_with_topics(alice, alice_client):
    make_question()
    response = name_the_day(alice_client, title="Interview at Acme")
    assert response.url == URL
    made = Goal.objects.get()
    assert (made.user, made.title, made.interview_on) == (
        alice,
        "Interview at Acme",
        TODAY + 10 * DAY,
    )
    assert [topic.path for topic in made.topics.all()] == ["docker"]
    assert "Interview at Acme: Thursday 3 December, in 10 days." in words(alice_client.get(URL))


def test_naming_another_day_moves_the_one_ahead(alice, alice_client):
    make_question()
    goal(alice, days=-5)
    name_the_day(alice_client)
    name_the_day(alice_client, interview_on=(TODAY + 3 * DAY).isoformat())
    days = Goal.objects.order_by("interview_on").values_list("interview_on", flat=True)
    assert list(days) == [TODAY - 5 * DAY, TODAY + 3 * DAY]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"interview_on": "2026-11-22"}, "That day has passed."),
        ({"interview_on": "2029-01-01"}, "two years at most"),
        ({"interview_on": "soon"}, "Enter a valid date."),
        ({"interview_on": None}, "This field is required."),
        ({"topic": None}, "Tick at least one topic"),
        ({"topic": ["docker", "cookery"]}, "There is no topic cookery."),
        ({"topic": None, "blueprint": "not-a-key"}, "no such interview for you to choose"),
        ({"title": "a" * 81}, "at most 80 characters"),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept(alice_client, fields, said):
    make_question()
    response = name_the_day(alice_client, **fields)
    assert response.status_code == 422
    assert said in words(response)
    assert not Goal.objects.exists()


def test_what_was_ticked_is_kept_with_an_error(alice_client):
    make_question()
    page = name_the_day(alice_client, interview_on="soon")
    assert 'value="docker" checked' in page.text


def test_topic_that_is_private_to_somebody_else_is_no_topic(bob, alice_client):
    make_question(private_to=bob, topic="divorce/lawyer")
    response = name_the_day(alice_client, topic=["divorce"])
    assert "There is no topic divorce." in words(response)


def test_topics_and_a_blueprint_at_once_are_refused(alice_client):
    make_question()
    response = name_the_day(alice_client, blueprint=make_blueprint().pk)
    assert response.status_code == 422
    assert "Choose topics or an interview, not both" in words(response)


def test_a_shipped_blueprint_may_be_chosen(alice_client):
    make_question()
    blueprint = make_blueprint(title="Incident drill")
    assert name_the_day(alice_client, topic=None, blueprint=blueprint.pk).status_code == 302
    page = words(alice_client.get(URL))
    assert "Asked: Incident drill" in page
    assert "1 question may be asked." in page


def test_a_blueprint_of_somebody_else_is_refused(ines, alice_client):
    foreign = make_blueprint(owner=ines, title="The real exam")
    response = name_the_day(alice_client, topic=None, blueprint=foreign.pk)
    assert response.status_code == 422
    assert "The real exam" not in response.text


def test_a_blueprint_that_has_gone_asks_to_choose_anew(alice, alice_client, ines):
    made = Goal.objects.create(
        user=alice, interview_on=TODAY + DAY, blueprint=make_blueprint(owner=ines)
    )
    assert "Choose anew below." in words(alice_client.get(URL))
    made.blueprint.delete()
    assert "Choose anew below." in words(alice_client.get(URL))


def test_somebody_else_finds_no_day_of_mine(alice, bob_client):
    mine = goal(alice, title="Interview at Northwind")
    assert "Northwind" not in bob_client.get(URL).text
    assert bob_client.post(reverse("dashboard:remove_goal", args=[mine.pk])).status_code == 404
    mine.interview_on = TODAY - DAY
    mine.save()
    url = reverse("dashboard:tell_outcome", args=[mine.pk])
    assert bob_client.post(url, {"outcome": "well"}).status_code == 404
    assert Goal.objects.get().outcome == ""


def test_a_day_is_removed_by_post_only(alice, alice_client):
    card, made = answered(alice), goal(alice)
    url = reverse("dashboard:remove_goal", args=[made.pk])
    assert alice_client.get(url).status_code == 405
    page = alice_client.post(url, follow=True)
    assert "Your cards and reviews are as before." in words(page)
    assert not Goal.objects.exists()
    assert card.reviews.count() == 20


def test_too_few_answers_give_no_figure_but_say_how_many(alice, alice_client):
    answered(alice, 17)
    goal(alice)
    page = words(alice_client.get(URL))
    assert "There is no figure yet: answer 3 more questions in practice" in page
    assert "What practice would change" not in page
    assert "The best next half hour" in page


def test_answers_without_marks_do_not_count(alice):
    answered(alice, 30)
    Review.objects.update(points={})
    found = Preparation(alice, goal(alice), NOON)
    assert (found.manner.marked, found.expected) == (0, None)


def test_the_share_expected_is_told_with_its_interval(alice, alice_client):
    answered(alice)
    made = goal(alice, title="Interview at Acme")
    found = Preparation(alice, made, NOON)
    low, high = found.interval
    page = words(alice_client.get(URL))
    assert f"Of all points, you would say{found.percent} %{low} to {high} %" in page
    assert low < found.percent < high
    assert "Questions answered before1of 1 that may be asked" in page


def test_the_weight_of_points_counts(alice):
    card = answered(alice, 1)
    must, nice = card.question.current_revision.key_points.order_by("-weight")
    Review.objects.update(points={str(must.pk): "covered", str(nice.pk): "missed", "x": "covered"})
    known = Preparation(alice, goal(alice), NOON).manner.known
    assert known.mean == pytest.approx((0.75 + 10 * 0.8) / 11)


def test_cramming_and_undone_reviews_say_nothing_of_ones_manner(alice):
    card = answered(alice, 1)
    for fields in ({"kind": "cram"}, {"voided_at": NOON}):
        make_review(card, points=Review.objects.first().points, **fields)
    assert Preparation(alice, goal(alice), NOON).manner.marked == 1


def test_what_practice_would_change_is_told_as_chart_and_table(alice, alice_client):
    answered(alice)
    for _number in range(30):
        make_choice_question(topic="docker/volumes")
    goal(alice)
    page = alice_client.get(URL)
    text = words(page)
    rows = re.findall(r"(\d+) minutes (\d+) % \+?(\d+)", text)
    assert [row[0] for row in rows] == ["0", "15", "30", "45", "60"]
    shares = [int(row[1]) for row in rows]
    assert shares[0] < shares[1] <= shares[4]
    assert all(int(row[2]) == int(row[1]) - shares[0] for row in rows)
    assert "without practice" in text
    assert 'class="chart-point"' in page.text


def test_the_half_hour_is_practised_within_the_schedule(alice, alice_client):
    due, new = answered(alice), make_question("What is a volume?", topic="docker/volumes")
    later = make_card(alice, make_question(), due_on=TODAY + 5 * DAY)
    other = make_question(topic="linux")
    goal(alice)
    page = alice_client.get(URL)
    url = unescape(re.search(r'href="(/practice/session/\?[^"]+)"', page.text)[1])
    assert due.question.slug in url
    assert new.slug in url
    assert later.question.slug not in url
    assert other.slug not in url
    alice_client.get(url)
    assert set(Card.objects.filter(user=alice).values_list("question", flat=True)) == {
        *(due.question_id, new.pk, later.question_id),
    }
    kinds = [Card.objects.get(question=pk).kind_on(TODAY) for pk in (due.question_id, new.pk)]
    assert kinds == ["review", "learn"]


def test_a_half_hour_says_why(alice, alice_client):
    answered(alice)
    make_question("What is a `volume`?", topic="docker/volumes")
    goal(alice)
    page = alice_client.get(URL)
    text = words(page)
    assert re.search(r"Recalled on that day \d+ times of 100; reviewed now, \d+ times\.", text)
    assert re.search(r"Not answered yet; learnt now, recalled on that day \d+ times of 100\.", text)
    assert "What is a <code>volume</code>?" in page.text


def test_with_nothing_due_or_new_an_interview_is_offered(alice, alice_client):
    answered(alice)
    Card.objects.update(due_on=TODAY + DAY)
    goal(alice)
    page = alice_client.get(URL)
    assert "Nothing of it is due or new today" in words(page)
    assert reverse("interviews:quick") in page.text


def test_suspended_and_buried_cards_may_be_asked_but_are_not_practised(alice):
    one, other = answered(alice), answered(alice)
    Card.objects.filter(pk=one.pk).update(suspended_at=NOON)
    Card.objects.filter(pk=other.pk).update(buried_until=TODAY + DAY)
    found = Preparation(alice, goal(alice), NOON)
    assert (found.expected.questions, found.picks) == (2, [])


def test_private_questions_of_others_and_retired_ones_are_not_asked(alice, bob):
    make_question(private_to=bob)
    make_question(status="retired")
    make_question(private_to=alice)
    assert Preparation(alice, goal(alice), NOON).question_count == 1


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Your interview is today"),
        (1, "Your interview is tomorrow"),
        (9, "9 days to your interview"),
    ],
)
def test_today_counts_the_days(alice, alice_client, days, said):
    answered(alice)
    made = goal(alice, days=days, title="Interview at Acme")
    page = words(alice_client.get(reverse("dashboard:today")))
    assert said in page
    assert f"you would say {Preparation(alice, made, NOON).percent} % of the points" in page


def test_today_makes_up_no_figure(alice, alice_client):
    goal(alice)
    page = words(alice_client.get(reverse("dashboard:today")))
    assert "10 days to your interview" in page
    assert "of the points" not in page


def test_days_are_those_of_the_learners_clock(alice, alice_client):
    alice.time_zone = "Pacific/Auckland"
    alice.save()
    make_question()
    goal(alice, days=1)
    with time_machine.travel(datetime(2026, 11, 23, 14, tzinfo=UTC), tick=False):
        assert "is tomorrow" in words(alice_client.get("/"))  # 3 in the morning: still the 23rd
    with time_machine.travel(datetime(2026, 11, 23, 16, tzinfo=UTC), tick=False):
        assert "is today" in words(alice_client.get("/"))
        assert name_the_day(alice_client, interview_on="2026-11-23").status_code == 422


def test_a_day_that_has_passed_is_asked_about(alice, alice_client):
    made = goal(alice, days=-2, title="Interview at Acme")
    page = words(alice_client.get(URL))
    assert "That day has passed. How did it go?" in page
    assert "Interview at Acme, Saturday 21 November 2026." in page
    assert "your interview" not in words(alice_client.get("/"))
    url = reverse("dashboard:tell_outcome", args=[made.pk])
    assert alice_client.post(url, {"outcome": "excellently"}).url == URL
    assert Goal.objects.get().outcome == ""
    alice_client.post(url, {"outcome": "well"})
    page = words(alice_client.get(URL))
    assert "How did it go?" not in page
    assert "Days that have passed" in page
    assert "It went well" in page


def test_a_day_ahead_has_no_outcome_yet(alice, alice_client):
    url = reverse("dashboard:tell_outcome", args=[goal(alice).pk])
    assert alice_client.post(url, {"outcome": "well"}).status_code == 404


def test_progress_leads_to_readiness(alice, alice_client):
    make_card(alice)
    assert URL in alice_client.get(reverse("dashboard:progress")).text


def test_queries_do_not_grow_with_questions_cards_and_reviews(alice, alice_client):
    answered(alice)
    goal(alice)
    with CaptureQueriesContext(
        connection,
    ) as few:
        alice_client.get(URL)
    for number in range(12):
        answered(alice, 3)
        make_question(topic=f"docker/part-{number}")
    with CaptureQueriesContext(connection) as many:
        alice_client.get(URL)
    assert len(many) == len(few)


def test_two_tabs_name_one_day(alice):
    stranger = make_user()
    for user in (alice, alice, stranger):
        Goal.objects.aim(
            user,
            interview_on=TODAY + DAY,
            title="",
            blueprint=None,
            topics=[Topic.objects.at("docker")],
            today=TODAY,
            now=NOON,
        )
    assert Goal.objects.of(alice).count() == 1


def test_questions_asked_for_by_name_are_not_held_back_by_the_days_limits(alice, alice_client):
    StudySettings.objects.create(user=alice, new_cards_a_day=0, reviews_a_day=1)
    slugs = [make_question().slug for _number in range(3)]
    scope = Scope.of_questions(slugs)
    assert Scope.from_query(QueryDict(scope.query)) == scope
    alice_client.get(f"{reverse('practice:session')}?{scope.query}")
    assert counts(alice, today=TODAY, scope=scope).new == 3
    assert Scope.of_questions(slugs[:1]) == Scope(question=slugs[0])
