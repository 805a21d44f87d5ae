"""Reporting a problem with a question."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from questions.models import Question, Report
from tests import factories

REPORT = {"reason": "outdated", "text": "Since 29."}


def url_of(question: Question) -> str:
    return reverse("questions:report", args=[question.slug])


@pytest.fixture
def question(db) -> Question:
    return factories.make_question("What is a volume?")


def test_report_is_filed_against_the_text_and_key_point(alice, alice_client, question):
    point = question.current_revision.key_points.first()
    data = {"reason": "outdated", "text": "Since 29.", "key_point": point.pk, "revision": "1"}
    response = alice_client.post(url_of(question), data, follow=True)
    assert "Thank you" in response.content.decode()
    report = Report.objects.get()
    assert (report.revision, report.key_point) == (question.current_revision, point)
    assert (report.reporter, report.reason, report.text) == (alice, "outdated", "Since 29.")


def test_report_keeps_the_revision_that_was_read(alice_client, question, now):
    first = question.current_revision
    newer = question.revisions.create(number=2, prompt="What now?", frozen_at=now)
    Question.objects.update(current_revision=newer)
    alice_client.post(url_of(question), {**REPORT, "revision": "1"})
    assert Report.objects.get().revision == first


def test_sending_twice_is_one_report(alice_client, question):
    for _time in range(2):
        alice_client.post(url_of(question), {"reason": "wrong", "text": "No."})
    assert Report.objects.count() == 1


def test_same_words_a_while_later_are_another_report(alice_client, question, now):
    for minutes in (0, 2):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            alice_client.post(url_of(question), {"reason": "wrong", "text": "No."})
    assert Report.objects.count() == 2


def test_two_people_report_the_same_words(alice_client, bob_client, question):
    for client in (alice_client, bob_client):
        client.post(url_of(question), {"reason": "wrong", "text": "No."})
    assert Report.objects.count() == 2


@pytest.mark.parametrize(
    "data",
    [{}, {"reason": "nonsense"}, {"reason": "other"}, {"reason": "wrong", "text": "x" * 2001}],
)
def test_bad_input_is_shown_again(alice_client, question, data):
    response = alice_client.post(url_of(question), {"revision": "1", **data})
    assert response.status_code == 422
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("reason", "said"),
    [("wrong", "Say in a few words what is wrong."), ("other", "Say in a few words what it is.")],
)
def test_report_that_says_nothing_is_asked_for_words(alice_client, question, reason, said):
    point = question.current_revision.key_points.first()
    data = {"reason": reason, "key_point": point.pk, "text": " \n"}
    shown = alice_client.post(url_of(question), data)
    assert shown.status_code == 422
    assert not Report.objects.exists()
    assert shown.context["form"].errors == {"text": [said]}
    page = shown.content.decode()
    assert f'value="{point.pk}" selected' in page
    assert re.search(rf'value="{reason}"[^>]* checked', page)


@pytest.mark.parametrize("reason", ["outdated", "unclear"])
def test_report_whose_kind_says_it_needs_no_words(alice_client, question, reason):
    alice_client.post(url_of(question), {"reason": reason})
    assert Report.objects.get().reason == reason


def test_key_point_of_another_question_is_refused(alice_client, question):
    other = factories.make_question().current_revision.key_points.first()
    data = {**REPORT, "key_point": other.pk}
    assert alice_client.post(url_of(question), data).status_code == 422


@pytest.mark.parametrize("number", ["7", "99999999999999999999"])
def test_revision_that_never_was_is_not_reported(alice_client, question, number):
    alice_client.post(url_of(question), {**REPORT, "revision": number})
    assert not Report.objects.exclude(revision__number=1).exists()


def test_visitors_are_asked_to_log_in(client, question):
    assert "/login/" in client.get(url_of(question))["Location"]
    assert client.post(url_of(question), REPORT).status_code == 302
    assert not Report.objects.exists()


def test_what_one_cannot_see_cannot_be_reported(alice, bob_client, ines_client, edda_client):
    private = factories.make_question(private_to=alice)
    for stranger in (bob_client, ines_client, edda_client):
        assert stranger.get(url_of(private)).status_code == 404
        assert stranger.post(url_of(private), REPORT).status_code == 404


def test_report_from_the_reveal_stays_on_the_page(alice_client, question):
    page = alice_client.get(url_of(question), headers={"HX-Request": "true"})
    assert page.content.decode().lstrip().startswith('<div class="stack panel" id="report">')
    sent = alice_client.post(url_of(question), REPORT, headers={"HX-Request": "true"})
    assert "An editor will look at it" in sent.content.decode()
    assert Report.objects.count() == 1


def test_report_leads_back_to_where_it_was_begun(alice_client, question):
    begun = alice_client.get(url_of(question), {"next": "/practice/session/?topic=a"})
    assert 'name="next" value="/practice/session/?topic=a"' in begun.content.decode()
    data = {**REPORT, "next": "/practice/session/?topic=a"}
    assert alice_client.post(url_of(question), data)["Location"] == data["next"]


def test_report_leads_to_no_other_site(alice_client, question):
    for bad in ("https://elsewhere.example/", "javascript:alert(1)"):
        assert bad not in alice_client.get(url_of(question), {"next": bad}).content.decode()
        sent = alice_client.post(url_of(question), {**REPORT, "next": bad})
        assert sent["Location"].startswith("/bank/question/")
