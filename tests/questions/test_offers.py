"""From one's own questions to the bank: offered, taken back, accepted or declined."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from dashboard.erasing import erase
from dashboard.exporting import offers as exported_offers
from practice.models import Card, Review
from questions import offering
from questions.editing import NotReady
from questions.models import Import, Offer, Question, QuestionRevision, Tag
from questions.revising import add_revision, document_of
from questions.writing import ChangedMeanwhile
from tests import factories
from tests.at_once import at_once
from tests.questions.test_editing import ready_question

OFFERS = "/admin/questions/offer/"
CONSENT = {"name": "Alice L.", "consents": "on"}


def own_question(owner: User, **fields: Any) -> Question:
    return ready_question(private_to=owner, status="draft", **fields)


def page_of(question: Question, verb: str = "") -> str:
    return f"/bank/question/{question.slug}/{verb}"


def offered(owner: User, now: datetime, **fields: Any) -> Offer:
    question = own_question(owner, **fields)
    return offering.offer(question, author=owner, name="Alice L.", now=now)


def accept(client: Client, offer: Offer, *, number: int | None = None) -> str:
    revision = Question.objects.get(pk=offer.question_id).current_revision
    data = {"number": number or revision.number}
    return client.post(f"{OFFERS}{offer.pk}/accept/", data, follow=True).content.decode()


def decline(client: Client, offer: Offer, reason: str = "Too narrow.") -> str:
    url = f"{OFFERS}{offer.pk}/decline/"
    return client.post(url, {"reason": reason}, follow=True).content.decode()


# The author


def test_own_question_is_offered_with_consent(alice: User, alice_client: Client) -> None:
    question = own_question(alice)
    assert page_of(question, "offer/") in alice_client.get(page_of(question)).content.decode()
    assert "CC BY 4.0" in alice_client.get(page_of(question, "offer/")).content.decode()
    shown = alice_client.post(page_of(question, "offer/"), CONSENT, follow=True).content.decode()
    assert "An editor has not decided yet." in shown
    offer = question.offers.get()
    assert (offer.offered_by, offer.name, offer.license) == (alice, "Alice L.", "CC-BY-4.0")
    assert "Offered" in alice_client.get("/bank/mine/?state=offered").content.decode()
    question.refresh_from_db()
    assert question.private_to == alice


@pytest.mark.parametrize("data", [{}, {"name": "Alice"}, {"consents": "on"}, {"name": "x" * 81}])
def test_without_name_or_consent_nothing_is_offered(
    alice: User, alice_client: Client, data: dict[str, str]
) -> None:
    question = own_question(alice)
    assert alice_client.post(page_of(question, "offer/"), data).status_code == 422
    assert not Offer.objects.exists()


def test_unready_question_says_what_it_needs(alice: User, alice_client: Client) -> None:
    question = factories.make_question(private_to=alice, topic="", level="")
    shown = alice_client.get(page_of(question, "offer/")).content.decode()
    assert "#id_level" in shown
    assert "#points" in shown
    assert "Write 3 to 8 key points; there are 2." in shown
    assert alice_client.post(page_of(question, "offer/"), CONSENT).status_code == 422
    assert not Offer.objects.exists()


def test_double_click_offers_once(alice: User, alice_client: Client) -> None:
    question = own_question(alice)
    for _ in range(2):
        alice_client.post(page_of(question, "offer/"), CONSENT)
    assert Offer.objects.count() == 1


@pytest.mark.usefixtures("shared_database")
def test_offers_at_once_are_one(now: datetime) -> None:
    alice = factories.make_user()
    question = own_question(alice)

    def offer() -> Offer:
        return offering.offer(question, author=alice, name="A", now=now)

    at_once(offer, offer, offer)
    assert Offer.objects.count() == 1


def test_offer_is_taken_back_and_made_again(
    alice: User, alice_client: Client, now: datetime
) -> None:
    offer = offered(alice, now)
    shown = alice_client.post(page_of(offer.question, "withdraw/"), follow=True).content.decode()
    assert "Taken back." in shown
    assert "Offer to the bank" in shown
    assert alice_client.post(page_of(offer.question, "withdraw/")).status_code == 302
    alice_client.post(page_of(offer.question, "offer/"), CONSENT)
    states = Offer.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "waiting"]


def test_strangers_find_no_offers(
    alice: User, bob_client: Client, edda_client: Client, client: Client, now: datetime
) -> None:
    offer = offered(alice, now)
    for stranger in (bob_client, edda_client):
        assert stranger.get(page_of(offer.question, "offer/")).status_code == 404
        assert stranger.post(page_of(offer.question, "offer/"), CONSENT).status_code == 404
        assert stranger.post(page_of(offer.question, "withdraw/")).status_code == 404
    assert client.get(page_of(offer.question, "offer/")).status_code == 302
    offer.refresh_from_db()
    assert offer.is_waiting


def test_retired_question_cannot_be_offered(alice: User, alice_client: Client) -> None:
    question = ready_question(private_to=alice, status="retired")
    assert alice_client.get(page_of(question, "offer/")).status_code == 404


def test_question_of_the_bank_cannot_be_offered(alice_client: Client) -> None:
    assert alice_client.get(page_of(ready_question(), "offer/")).status_code == 404


# The editor


def test_editor_sees_what_waits_and_reads_it(
    alice: User, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now, prompt="What is a bind mount?")
    head = edda_client.get("/admin/questions/question/").content.decode()
    assert "<strong>1</strong> Offered by people" in head
    shown = edda_client.get(f"{OFFERS}?state__exact=waiting").content.decode()
    assert "What is a bind mount?" in shown
    shown = edda_client.get(f"{OFFERS}{offer.pk}/change/").content.decode()
    for words in ("Alice L.", "Several FROM lines in one Dockerfile.", "Accept and publish"):
        assert words in shown


def test_editor_sees_where_an_offered_question_would_stand(
    alice: User, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now, topic="docker/storage", tags=("from-notes-txt", "volumes"))
    shown = edda_client.get(f"{OFFERS}{offer.pk}/change/").content.decode()
    assert "docker/storage" in shown
    assert '<div class="readonly">volumes</div>' in shown
    Question.objects.update(topic=None)
    shown = edda_client.get(f"{OFFERS}{offer.pk}/change/").content.decode()
    assert '<div class="readonly">None</div>' in shown


def test_credit_names_the_person_only_where_it_is_another_name(
    alice: User, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now)
    for name, shown in (("Pat", "Pat (Alice L.)"), ("Alice L.", "Alice L.")):
        User.objects.update(name="Alice L.")
        Offer.objects.update(name=name)
        page = edda_client.get(f"{OFFERS}{offer.pk}/change/").content.decode()
        assert f'<div class="readonly">{shown}</div>' in page


def test_reason_for_declining_is_asked_for_before_the_click(
    alice: User, edda_client: Client, now: datetime
) -> None:
    page = edda_client.get(f"{OFFERS}{offered(alice, now).pk}/change/").content.decode()
    (field,) = re.findall(r'<textarea name="reason"[^>]*>', page)
    assert " required" in field
    (help_id,) = re.findall(r'aria-describedby="([^"]+)"', field)
    assert f'<div class="help" id="{help_id}">' in page


def test_editor_no_longer_sees_what_was_declined_or_taken_back(
    alice: User, edda: User, edda_client: Client, now: datetime
) -> None:
    declined, withdrawn = offered(alice, now), offered(alice, now)
    offering.decline(declined, editor=edda, reason="No", now=now)
    offering.withdraw(withdrawn.question, now=now)
    for offer in (declined, withdrawn):
        response = edda_client.get(f"{OFFERS}{offer.pk}/change/")
        assert response.status_code == 404


def test_private_question_is_no_more_open_than_its_offer(
    alice: User, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now)
    assert edda_client.get(page_of(offer.question)).status_code == 404
    url = f"/admin/questions/question/{offer.question.pk}/change/"
    assert edda_client.get(url).status_code == 404


def test_accepted_question_is_everybodys_and_keeps_its_history(
    alice: User, bob: User, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now, tags=("build", "from-notes"), source="notes.txt: 3")
    file = Import.objects.create(name="notes.txt", format="notes", sha256="0", data=b"")
    Question.objects.update(imported_from=file, external_key="moodle-xml:17")
    card = factories.make_card(alice, offer.question)
    review = factories.make_review(card)
    shown = accept(edda_client, offer)
    assert "It is in the bank, and published." in shown
    question = Question.objects.visible_to(bob).get()
    assert question.pk == offer.question_id
    assert (question.status, question.external_key) == ("published", "")
    assert list(question.tags.values_list("slug", flat=True)) == ["build"]
    revision = question.current_revision
    assert (revision.license, revision.authors, revision.source) == ("CC-BY-4.0", ["Alice L."], "")
    assert (revision.change, revision.author) == ("typo", alice)
    assert Card.objects.get(user=alice, question=question) == card
    assert Review.objects.get().revision_id == review.revision_id
    assert Question.objects.practisable_by(alice).filter(pk=question.pk).exists()


@pytest.mark.parametrize(
    ("source", "is_of_file", "kept"),
    [
        ("Docker handbook, chapter 3", False, "Docker handbook, chapter 3"),
        ("Docker handbook, chapter 3", True, "Docker handbook, chapter 3"),
        ("my diary.txt: 3–9", True, ""),
    ],
)
def test_accepting_keeps_the_source_but_not_a_place_in_ones_file(
    alice: User, edda: User, now: datetime, source: str, is_of_file: bool, kept: str
) -> None:
    offer = offered(alice, now, source=source, authors=["Ann"])
    if is_of_file:
        file = Import.objects.create(name="my diary.txt", format="notes", sha256="0", data=b"")
        Question.objects.update(imported_from=file)
    question = offering.accept(offer, editor=edda, number=1, now=now)
    revision = Question.objects.get(pk=question.pk).current_revision
    assert (revision.source, revision.authors) == (kept, ["Ann", "Alice L."])


def test_accepted_question_leads_on_to_what_is_in_the_bank_only(
    alice: User, edda: User, now: datetime
) -> None:
    factories.make_question(slug="known")
    follow_ups = tuple({"prompt": f"{slug}?", "next_slug": slug} for slug in ("known", "unknown"))
    offer = offered(alice, now, follow_ups=follow_ups)
    number = offer.question.current_revision.number
    question = offering.accept(offer, editor=edda, number=number, now=now)
    question.refresh_from_db()
    kept = document_of(question.current_revision).follow_ups
    assert {each.prompt: each.next_slug for each in kept if each.prompt.endswith("known?")} == {
        "known?": "known",
        "unknown?": "",
    }


def test_offer_says_which_threads_end_in_the_bank(alice: User, alice_client: Client) -> None:
    factories.make_question(slug="known")
    ready_question(slug="own", private_to=alice)
    for to, is_told in (("known", False), ("own", True), ("", False)):
        follow_ups = ({"prompt": "Then?", "next_slug": to},)
        question = ready_question(private_to=alice, follow_ups=follow_ups)
        page = alice_client.get(reverse("questions:offer", args=[question.slug])).text
        assert ("carries on with a question that is not in the bank" in page) == is_told


def test_accepting_twice_changes_nothing_more(
    alice: User, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now)
    accept(edda_client, offer)
    numbers = QuestionRevision.objects.count()
    assert "this offer is not waiting any more (Accepted)" in accept(edda_client, offer)
    assert "this offer is not waiting any more (Accepted)" in decline(edda_client, offer)
    assert QuestionRevision.objects.count() == numbers
    offer.refresh_from_db()
    assert (offer.state, offer.reason) == ("accepted", "")


def test_text_changed_since_the_editor_read_it_is_not_accepted(
    alice: User, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now)
    read = offer.question.current_revision
    document = replace(document_of(read), answer="Something else.")
    add_revision(offer.question, document, author=alice, now=now)
    assert "changed the question while you were reading" in accept(
        edda_client, offer, number=read.number
    )
    offer.refresh_from_db()
    assert offer.is_waiting


def test_text_that_became_unready_is_not_accepted(
    alice: User, edda: User, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now)
    document = replace(document_of(offer.question.current_revision), references=())
    revision = add_revision(offer.question, document, author=alice, now=now)
    with pytest.raises(NotReady):
        offering.accept(offer, editor=edda, number=revision.number, now=now)
    assert "Name at least one reference." in accept(edda_client, offer)
    shown = edda_client.get(f"{OFFERS}{offer.pk}/change/").content.decode()
    assert "Accept and publish" not in shown


def test_declined_question_stays_private_and_its_author_reads_why(
    alice: User, alice_client: Client, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now)
    assert "Declined." in decline(edda_client, offer, "The bank asks <this> already.")
    shown = alice_client.get(page_of(offer.question)).content.decode()
    assert "The bank asks &lt;this&gt; already." in shown
    assert "Offer to the bank" in shown
    assert "Not taken: see why" in alice_client.get("/bank/mine/").content.decode()
    offer.question.refresh_from_db()
    assert offer.question.private_to == alice


def test_declining_needs_a_reason(alice: User, edda_client: Client, now: datetime) -> None:
    offer = offered(alice, now)
    assert "Say in a few words why not" in decline(edda_client, offer, " ")
    offer.refresh_from_db()
    assert offer.is_waiting


def test_what_its_author_retired_does_not_wait(alice: User, edda: User, now: datetime) -> None:
    offer = offered(alice, now)
    offer.question.retire(now=now)
    assert not Offer.objects.waiting().exists()
    with pytest.raises(offering.AlreadyDecided):
        offering.accept(offer, editor=edda, number=1, now=now)


def test_editor_is_told_that_the_bank_asks_it_already(
    alice: User, edda_client: Client, now: datetime
) -> None:
    offer = offered(alice, now)
    twin = ready_question(slug="twin")
    Question.objects.update(fingerprint="same")
    shown = edda_client.get(f"{OFFERS}{offer.pk}/change/").content.decode()
    assert "The bank asks this already:" in shown
    assert twin.slug in shown


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_only_editors_decide(
    alice: User, alice_client: Client, ines_client: Client, now: datetime, verb: str
) -> None:
    offer = offered(alice, now)
    for person in (alice_client, ines_client):
        data = {"number": 1, "reason": "Mine"}
        response = person.post(f"{OFFERS}{offer.pk}/{verb}/", data)
        assert response.status_code in (302, 403, 404)
    offer.refresh_from_db()
    assert offer.is_waiting


def test_offer_that_does_not_exist_is_not_found(edda_client: Client) -> None:
    for pk in ("999", "nonsense"):
        assert edda_client.post(f"{OFFERS}{pk}/accept/").status_code == 404


def test_list_of_offers_asks_the_same_for_one_and_for_many(
    alice: User, edda_client: Client, now: datetime
) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert edda_client.get(OFFERS).status_code == 200
        return len(queries)

    offered(alice, now)
    edda_client.get(OFFERS)
    few = ask()
    for _ in range(4):
        offered(factories.make_user(), now)
    assert ask() == few


# Afterwards


def test_author_finds_what_the_bank_took(
    alice: User, alice_client: Client, edda: User, now: datetime
) -> None:
    offer = offered(alice, now, prompt="What is a bind mount?")
    offering.accept(offer, editor=edda, number=1, now=now + timedelta(days=1))
    shown = alice_client.get("/bank/mine/").content.decode()
    assert "1 question of yours is in the bank" in shown
    shown = alice_client.get(page_of(offer.question)).content.decode()
    assert "You wrote this. The bank took it on 24 November 2026" in shown
    assert alice_client.get(page_of(offer.question, "edit/")).status_code == 404


def test_others_are_not_told_about_the_offer(
    alice: User, bob_client: Client, edda: User, now: datetime
) -> None:
    offer = offered(alice, now)
    offering.accept(offer, editor=edda, number=1, now=now)
    shown = bob_client.get(page_of(offer.question)).content.decode()
    assert "You wrote this." not in shown
    assert "Alice L." in shown


def test_leaving_takes_the_offers_along_but_not_what_the_bank_took(
    alice: User, edda: User, now: datetime
) -> None:
    taken, waiting = offered(alice, now), offered(alice, now)
    offering.accept(taken, editor=edda, number=1, now=now)
    erase(alice, now=now)
    assert list(Offer.objects.values_list("pk", "offered_by")) == [(taken.pk, None)]
    question = Question.objects.get()
    assert question.pk == taken.question_id
    assert question.current_revision.authors == ["Alice L."]
    assert waiting.question_id != question.pk


def test_offers_are_in_the_export_of_ones_data(alice: User, bob: User, now: datetime) -> None:
    offer = offered(alice, now)
    offered(bob, now)
    [row] = exported_offers(alice)
    assert (row["question"], row["state"], row["name"]) == (
        offer.question.slug,
        "waiting",
        "Alice L.",
    )


def test_changing_meanwhile_is_an_error_of_its_own(alice: User, edda: User, now: datetime) -> None:
    offer = offered(alice, now)
    with pytest.raises(ChangedMeanwhile):
        offering.accept(offer, editor=edda, number=7, now=now)
    assert not Tag.objects.exists()
