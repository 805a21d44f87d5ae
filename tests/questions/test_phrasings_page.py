"""The worklist: who sees it, what it counts, and what a decision does."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from questions.models import AcceptPhrase, Overrule, PointTally
from tests import factories
from tests.factories import make_overrule, make_question

pytestmark = pytest.mark.django_db

PAGE = "/bank/phrasings/"


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False):
        yield


def decide(client, overrule, decision: str = "accept", query: str = "", **data):
    """As the form on the page sends it."""
    fields = {"decision": decision, "text": overrule.excerpt, **data}
    return client.post(f"{PAGE}{overrule.pk}/{query}", fields, headers=data.pop("headers", {}))


def test_visitors_are_asked_to_log_in(client):
    assert client.get(PAGE).status_code == 302
    assert client.post(f"{PAGE}{make_overrule().pk}/").status_code == 302


def test_learners_without_questions_of_their_own_find_nothing_there(alice_client):
    overrule = make_overrule()
    assert alice_client.get(PAGE).status_code == 404
    assert decide(alice_client, overrule).status_code == 404
    assert alice_client.post(f"{PAGE}{overrule.pk}/undo/").status_code == 404
    assert Overrule.objects.get().state == "waiting"


@pytest.mark.parametrize("person", ["edda_client", "ines_client"])
def test_editors_and_instructors_see_the_words_but_no_name(person, alice, request):
    make_overrule(user=alice, excerpt="It simply stays.")
    shown = request.getfixturevalue(person).get(PAGE).content.decode()
    assert "It simply stays." in shown
    assert "Alice" not in shown
    assert "alice@" not in shown


def test_private_questions_are_their_owners_business(alice, alice_client, edda_client):
    overrule = make_overrule(make_question(private_to=alice), user=alice, excerpt="Just mine.")
    assert "Just mine." in alice_client.get(PAGE).content.decode()
    assert "Just mine." not in edda_client.get(PAGE).content.decode()
    assert decide(edda_client, overrule).status_code == 404
    assert decide(alice_client, overrule).status_code == 302
    assert AcceptPhrase.objects.get().text == "Just mine."


def test_nothing_waiting_says_so(edda_client):
    shown = edda_client.get(PAGE).content.decode()
    assert "Nothing waits for you" in shown


def test_each_point_shows_how_often_it_was_overruled(edda_client):
    question = make_question()
    point = question.current_revision.key_points.first()
    for said, status in (("covered", "not_found"), ("covered", "not_sure"), ("missed", "covered")):
        make_overrule(question, said=said, status=status)
    PointTally.objects.create(key_point=point, judged=12)
    shown = edda_client.get(PAGE)
    counts = shown.context["works"][0][0].points[0]
    assert (counts.not_found, counts.wrongly_found, counts.share) == (2, 1, 25)
    assert "25 % of 12" in shown.content.decode()


def test_words_can_be_mended_before_they_are_accepted(edda, edda_client):
    overrule = make_overrule()
    response = decide(edda_client, overrule, text="  The data\r\n stays ")
    assert response.url == PAGE
    overrule.refresh_from_db()
    assert (overrule.state, overrule.decided_by, overrule.phrase.text) == (
        "accepted",
        edda,
        "The data stays",
    )


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "nul\0"])
def test_bad_words_are_refused_and_what_was_typed_stays(text, edda_client):
    overrule = make_overrule()
    response = decide(edda_client, overrule, text=text)
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert Overrule.objects.get().state == "waiting"
    assert not AcceptPhrase.objects.exists()


def test_a_page_reloaded_after_a_refusal_is_the_worklist(edda_client):
    overrule = make_overrule()
    response = edda_client.get(f"{PAGE}{overrule.pk}/?page=2")
    assert response.url == f"{PAGE}?page=2"


def test_declining_needs_no_words(edda_client):
    overrule = make_overrule()
    assert decide(edda_client, overrule, "decline", text="").status_code == 302
    assert Overrule.objects.get().state == "declined"
    assert not AcceptPhrase.objects.exists()


@pytest.mark.parametrize("decision", ["", "drop"])
def test_an_unknown_decision_changes_nothing(decision, edda_client):
    assert decide(edda_client, make_overrule(), decision).status_code == 400
    assert Overrule.objects.get().state == "waiting"


def test_a_point_wrongly_found_is_only_noted(edda_client):
    overrule = make_overrule(said="missed", status="covered", excerpt="It does not stay.")
    assert "Wrongly found in:" in edda_client.get(PAGE).content.decode()
    decide(edda_client, overrule, text="")
    assert Overrule.objects.get().state == "accepted"
    assert "You noted:" in edda_client.get(PAGE).content.decode()


def test_the_second_of_two_editors_is_told(edda_client, ines_client):
    overrule = make_overrule()
    decide(edda_client, overrule, "decline")
    response = ines_client.post(
        f"{PAGE}{overrule.pk}/", {"decision": "accept", "text": "Data stays"}, follow=True
    )
    assert "decided already" in response.content.decode()
    assert not AcceptPhrase.objects.exists()


def test_a_rewritten_point_takes_no_words(edda_client):
    question = make_question()
    overrule = make_overrule(question)
    question.current_revision = make_question("Another text").current_revision
    type(question).objects.filter(pk=question.pk).update(
        current_revision=question.revisions.create(
            number=2, prompt="Other", frozen_at=factories.NOON
        )
    )
    assert "rewritten since" in edda_client.get(PAGE).content.decode()
    response = edda_client.post(
        f"{PAGE}{overrule.pk}/", {"decision": "accept", "text": "Data"}, follow=True
    )
    assert "Nothing is changed" in response.content.decode()
    assert Overrule.objects.get().state == "waiting"


def test_the_last_decision_can_be_undone_for_an_hour(edda_client, ines_client, now):
    overrule = make_overrule()
    decide(edda_client, overrule, text="Data stays")
    undo = f"{PAGE}{overrule.pk}/undo/"
    assert undo in edda_client.get(PAGE).content.decode()
    assert undo not in ines_client.get(PAGE).content.decode()
    ines_client.post(undo)
    assert AcceptPhrase.objects.exists()
    edda_client.post(undo)
    assert Overrule.objects.get().state == "waiting"
    assert not AcceptPhrase.objects.exists()
    decide(edda_client, overrule, text="Data stays")
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        assert undo not in edda_client.get(PAGE).content.decode()


def test_topic_and_question_narrow_it(edda_client):
    one = make_question("Which network?", topic="docker/networking/bridge")
    other = make_question("Which volume?", topic="docker/storage")
    for question in (one, other):
        make_overrule(question)
    for query in ("topic=docker/networking", f"question={one.slug}"):
        shown = edda_client.get(f"{PAGE}?{query}").content.decode()
        assert "Which network?" in shown
        assert "Which volume?" not in shown
    assert "Nothing waits here" in edda_client.get(f"{PAGE}?question=none").content.decode()


def test_the_filter_stays_after_a_decision(edda_client):
    question = make_question()
    overrule, _other = make_overrule(question), make_overrule(question)
    assert decide(edda_client, overrule, query="?topic=docker").url == f"{PAGE}?topic=docker"


def test_with_htmx_the_list_comes_back_alone(edda_client):
    question = make_question()
    overrule, _other = make_overrule(question), make_overrule(question, excerpt="It waits.")
    response = edda_client.post(
        f"{PAGE}{overrule.pk}/",
        {"decision": "accept", "text": "Data stays"},
        headers={"hx-request": "true"},
    )
    shown = response.content.decode()
    assert shown.lstrip().startswith('<div class="stack stack-large" id="worklist">')
    assert "You accepted:" in shown
    assert "It waits." in shown


def test_a_question_with_many_shows_the_first(edda_client):
    question = make_question()
    for _each in range(23):
        make_overrule(question)
    shown = edda_client.get(PAGE)
    work, forms = shown.context["works"][0]
    assert (work.waiting_count, len(forms), work.left_out) == (23, 20, 3)
    assert "3 more follow" in shown.content.decode()


def test_long_lists_come_in_pages_with_the_busiest_question_first(edda_client):
    for number in range(11):
        make_overrule(make_question(f"Question {number}?"))
    make_overrule(Overrule.objects.last().key_point.revision.question)
    first, second = (edda_client.get(f"{PAGE}?page={n}").context["works"] for n in (1, 2))
    assert [len(first), len(second)] == [10, 1]
    assert first[0][0].waiting_count == 2


def test_queries_do_not_grow_with_the_list(edda_client, django_assert_max_num_queries):
    def asked() -> int:
        with django_assert_max_num_queries(20) as queries:
            edda_client.get(PAGE)
        return len(queries)

    make_overrule()
    few = asked()
    for number in range(5):
        question = make_question(f"Question {number}?", topic=f"docker/topic-{number}")
        for _each in range(3):
            make_overrule(question)
    assert asked() == few


def test_editors_find_it_from_the_bank(edda_client, ines_client, alice_client):
    for client, is_there in ((edda_client, True), (ines_client, True), (alice_client, False)):
        page = client.get(reverse("questions:bank")).content.decode()
        assert (PAGE in page) is is_there


def test_the_admin_page_of_a_question_leads_there(edda_client):
    question = make_question()
    url = reverse("admin:questions_question_change", args=[question.pk])
    assert PAGE not in edda_client.get(url).content.decode()
    make_overrule(question)
    page = edda_client.get(url).content.decode()
    assert f"{PAGE}?question={question.slug}" in page
    assert "1 overruled point waits" in page


def test_instructors_find_it_from_the_page_for_teaching(ines_client):
    assert PAGE in ines_client.get(reverse("interviews:teach")).content.decode()
