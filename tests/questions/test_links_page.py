"""The pile of links to mend, for editors: what was found, since when, and what to do about it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from questions import editing
from questions.models import LinkCheck, Question
from tests.factories import NOON, make_link, make_question, make_user
from tests.questions.test_editing import ready_question

LIST = "/admin/questions/question/"
PILE = f"{LIST}links/"
NEW = "https://docs.docker.com/manuals/build/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on(settings: Any) -> None:
    settings.CHECK_LINKS = True


def shown(client: Client, url: str = PILE, **query: str) -> str:
    """The page as a person reads it: one space between any two words."""
    response = client.get(url, query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def new_address(question: Question, link: LinkCheck) -> str:
    return f"{LIST}{question.pk}/links/{link.pk}/new-address/"


# Who


def test_strangers_and_learners_are_kept_out(alice_client: Client, ines_client: Client) -> None:
    question, link = make_question(), make_link(outcome="moved", moved_to=NEW)
    for client in (alice_client, ines_client):
        assert client.get(PILE, follow=True).status_code == 403
        for url in (new_address(question, link), f"{PILE}{link.pk}/again/"):
            assert client.post(url, follow=True).status_code == 403
    stranger = Client().get(PILE)
    assert stranger.status_code == 302
    assert "login" in stranger.url
    link.refresh_from_db()
    assert link.asked_at is None
    assert question.revisions.count() == 1


def test_questions_that_others_keep_to_themselves_are_not_mended(
    alice: User, edda_client: Client
) -> None:
    private = make_question(private_to=alice)
    link = make_link(outcome="moved", moved_to=NEW)
    assert edda_client.post(new_address(private, link)).status_code == 404
    assert private.revisions.count() == 1


def test_nothing_is_changed_by_opening_an_address(edda_client: Client) -> None:
    question, link = make_question(), make_link(outcome="moved", moved_to=NEW)
    for url in (new_address(question, link), f"{PILE}{link.pk}/again/"):
        assert edda_client.get(url).status_code == 405
    assert edda_client.post(f"{PILE}{link.pk + 1}/again/").status_code == 404
    assert (
        edda_client.post(f"{LIST}{question.pk}/links/{link.pk + 1}/new-address/").status_code == 404
    )


def test_site_that_does_not_look_has_no_such_pile(edda_client: Client, settings: Any) -> None:
    settings.CHECK_LINKS = False
    question, link = make_question(), make_link(outcome="moved", moved_to=NEW)
    assert "Broken or moved links" not in shown(edda_client, LIST)
    assert edda_client.get(PILE).status_code == 404
    assert edda_client.post(f"{PILE}{link.pk}/again/").status_code == 404
    assert edda_client.post(new_address(question, link)).status_code == 404
    draft = editing.start_draft(question, author=make_user(), now=NOON)
    assert "Links to mend" not in shown(
        edda_client, f"/admin/questions/questionrevision/{draft.pk}/change/"
    )


# What it says


def test_pile_that_was_never_looked_at_says_so(edda_client: Client) -> None:
    make_question()
    assert "No page has been looked at yet." in shown(edda_client)
    make_link()
    assert "No page has been looked at yet." in shown(edda_client)


def test_pile_with_nothing_in_it_says_so(edda_client: Client) -> None:
    make_question()
    make_link(outcome="fine")
    page = shown(edda_client)
    assert "no link of the bank is broken, and none has moved" in page
    assert (
        "The 1 page that the bank refers to has been looked at, the last on 23 November 2026, 12:00."
        in page
    )
    make_link("https://a.org/")
    page = shown(edda_client)
    assert "1 of 2 pages that the bank refers to have been looked at so far" in page
    assert "Nothing is to be mended among them." in page


def test_worker_that_seems_to_be_gone_is_told(edda_client: Client) -> None:
    make_link(outcome="fine", next_look_at=NOON + timedelta(days=3650))
    assert "Is the worker running?" not in shown(edda_client)
    make_link("https://a.org/", next_look_at=NOON - timedelta(days=3650))
    assert "1 page has been waiting" in shown(edda_client)
    asked_for_time = {"next_look_at": NOON - timedelta(days=3650)}
    make_link("https://b.org/", wait_until=NOON + timedelta(days=3650), **asked_for_time)
    assert "1 page has been waiting" in shown(edda_client)
    make_link("https://c.org/", wait_until=NOON - timedelta(days=3600), **asked_for_time)
    assert "2 pages have been waiting" in shown(edda_client)


def test_broken_link_is_told_with_its_reason_and_since_when(edda_client: Client) -> None:
    make_question("What is `FROM`?", references=("https://a.org/gone#part", "https://a.org/fine"))
    make_link("https://a.org/gone", outcome="broken", status=404)
    make_link("https://a.org/fine", outcome="fine")
    page = shown(edda_client)
    assert "What is <code>FROM</code>?" in page
    assert "The page is not there (404), since 20 November 2026." in page
    assert '<a href="https://a.org/gone#part"' in page
    assert "https://a.org/fine" not in page
    assert "Edit the text" in page


def test_moved_link_is_told_with_its_new_address(edda_client: Client) -> None:
    make_question(references=("https://docs.docker.com/build/#part",))
    make_link(outcome="moved", moved_to=NEW)
    page = shown(edda_client)
    assert f'It is now at: <a href="{NEW}#part"' in page
    assert "Use the new address" in page


def test_link_that_leads_to_the_start_of_a_site_is_not_taken_over_by_a_click(
    edda_client: Client,
) -> None:
    make_question()
    make_link(outcome="moved", moved_to="https://docs.docker.com/")
    page = shown(edda_client)
    assert "which often means that the page is no more" in page
    assert "Use the new address" not in page
    assert "Edit the text" in page


def test_what_could_not_be_reached_stands_apart_and_does_not_count(edda_client: Client) -> None:
    make_question()
    make_link(outcome="unreachable", reason="refused", status=403)
    page = shown(edda_client)
    assert "1 page could not be reached, which need not mean anything" in page
    assert "The site lets no program in, though it may let people in (403), since" in page
    assert re.search(r"<strong>0</strong> Broken or moved links", shown(edda_client, LIST))


def test_list_of_what_could_not_be_reached_ends_somewhere(edda_client: Client) -> None:
    make_link(outcome="fine")
    for number in range(52):
        make_link(f"https://a.org/{number}", outcome="unreachable")
    page = shown(edda_client)
    assert "52 pages could not be reached" in page
    assert "2 more are not shown." in page


def test_retired_and_private_questions_and_drafts_do_not_wait(
    alice: User, edda_client: Client
) -> None:
    make_question(slug="retired", status="retired")
    make_question(slug="private", private_to=alice)
    make_question(slug="draft", status="draft")
    make_link(outcome="broken")
    assert "Nothing is to be mended" in shown(edda_client)


def test_worklist_counts_the_questions_and_leads_to_the_pile(edda_client: Client) -> None:
    make_question(references=("https://a.org/1", "https://a.org/2"))
    make_question(references=("https://a.org/2#part",))
    make_question(slug="quiet-one")
    make_link("https://a.org/1", outcome="moved", moved_to=NEW)
    make_link("https://a.org/2", outcome="broken")
    page = shown(edda_client, LIST)
    assert f'<a href="{PILE}"><strong>2</strong> Broken or moved links</a>' in page
    assert "quiet-one" not in shown(edda_client, LIST, pile="links")


def test_broken_links_come_first_and_long_piles_have_pages(edda_client: Client) -> None:
    make_link("https://a.org/moved", outcome="moved", moved_to=NEW)
    make_link("https://a.org/gone", outcome="broken")
    for number in range(25):
        make_question(f"Moved {number}?", slug=f"a-{number}", references=("https://a.org/moved",))
    make_question("Broken?", slug="z", references=("https://a.org/gone",))
    first, second = shown(edda_client), shown(edda_client, page="2")
    assert "Broken?" in first
    assert "Page 1 of 2" in first
    assert second.count("Moved ") - second.count("Moved for good") == 1
    assert "Page 2 of 2" in shown(edda_client, page="99")
    assert "Page 1 of 2" in shown(edda_client, page="nonsense")


def test_pile_asks_the_database_the_same_for_one_question_and_for_many(
    edda: User, edda_client: Client
) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            shown(edda_client)
        return len(queries)

    def add(number: int) -> None:
        addresses = (
            f"https://a.org/{number}",
            f"https://b.org/{number}",
            f"https://c.org/{number}",
        )
        question = make_question(references=addresses)
        editing.start_draft(question, author=edda, now=NOON)
        make_link(addresses[0], outcome="broken")
        make_link(addresses[1], outcome="moved", moved_to=NEW)
        make_link(addresses[2], outcome="unreachable")

    add(0)
    shown(edda_client)
    few = ask()
    for number in range(1, 9):
        add(number)
    assert ask() == few


# What to do


def test_new_address_goes_into_a_draft_to_be_published(edda: User, edda_client: Client) -> None:
    question = ready_question(references=("https://docs.docker.com/build/#part",))
    link = make_link(outcome="moved", moved_to=NEW)
    response = edda_client.post(new_address(question, link), follow=True)
    draft = editing.draft_of(question)
    assert draft is not None
    assert draft.author == edda
    assert draft.references.get().url == f"{NEW}#part"
    page = " ".join(response.content.decode().split())
    assert response.redirect_chain[-1][0] == f"/admin/questions/questionrevision/{draft.pk}/change/"
    assert "The draft has the new address." in page
    assert "Before it can be published" not in page
    question.refresh_from_db()
    assert question.current_revision.references.get().url.endswith("/build/#part")
    page = shown(edda_client)
    assert "The draft does not lead there any more. It waits to be published." in page
    assert "Use the new address" not in page
    editing.publish_draft(draft, actor=edda, now=NOON)
    assert "Nothing is to be mended" in shown(edda_client)


def test_place_within_a_page_is_left_out_where_it_would_be_too_long(edda_client: Client) -> None:
    question = ready_question(references=(f"https://a.org/#{'part' * 60}",))
    link = make_link("https://a.org/", outcome="moved", moved_to=f"{NEW}{'x' * 300}")
    assert "It is now at:" in shown(edda_client)
    assert "questionrevision" in edda_client.post(new_address(question, link)).url
    draft = editing.draft_of(question)
    assert draft is not None
    assert draft.references.get().url == link.moved_to


def test_new_address_clicked_twice_makes_one_draft(edda_client: Client) -> None:
    question, link = ready_question(), make_link(outcome="moved", moved_to=NEW)
    for _ in range(2):
        assert "questionrevision" in edda_client.post(new_address(question, link)).url
    assert question.revisions.count() == 2


def test_address_that_somebody_mended_meanwhile_is_left_alone(edda_client: Client) -> None:
    question = ready_question(references=("https://a.org/",))
    link = make_link(outcome="moved", moved_to=NEW)
    response = edda_client.post(f"{new_address(question, link)}?page=2", follow=True)
    assert response.redirect_chain[-1][0] == f"{PILE}?page=2"
    assert "does not lead to this address any more" in response.content.decode()
    assert question.revisions.count() == 1


def test_editor_may_have_a_page_looked_at_again(
    edda_client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    make_question()
    link = make_link(outcome="broken", next_look_at=NOON + timedelta(days=3650))
    url = f"{PILE}{link.pk}/again/"
    with django_capture_on_commit_callbacks(execute=True):
        page = edda_client.post(url, follow=True).content.decode()
    assert "The worker looks at https://docs.docker.com/build/ next." in page
    assert "Is looked at next." in page
    with django_capture_on_commit_callbacks(execute=True):
        edda_client.post(url)
    assert [each.task_path for each in DBTaskResult.objects.all()] == [
        "questions.tasks.check_links"
    ]
    link.refresh_from_db()
    assert link.asked_at is not None
    assert link.next_look_at == link.asked_at


def test_site_that_asks_to_be_left_alone_is(edda_client: Client) -> None:
    link = make_link(outcome="unreachable", wait_until=NOON + timedelta(days=3650))
    page = edda_client.post(f"{PILE}{link.pk}/again/", follow=True).content.decode()
    assert "Nothing is changed: docs.docker.com asks to be left alone until" in page
    link.refresh_from_db()
    assert link.asked_at is None


def test_draft_says_which_of_its_links_are_to_be_mended(edda: User, edda_client: Client) -> None:
    question = ready_question(references=("https://a.org/gone", "https://a.org/old"))
    make_link("https://a.org/gone", outcome="broken", status=404)
    make_link("https://a.org/old", outcome="moved", moved_to="https://a.org/new")
    draft = editing.start_draft(question, author=edda, now=NOON)
    page = shown(edda_client, f"/admin/questions/questionrevision/{draft.pk}/change/")
    assert "Links to mend" in page
    assert "The page is not there (404), since 20 November 2026." in page
    assert '<a href="https://a.org/new"' in page
    draft.references.update(url="https://a.org/fine")
    page = shown(edda_client, f"/admin/questions/questionrevision/{draft.pk}/change/")
    assert "Links to mend" not in page


# What learners see


def test_broken_reference_stays_with_a_plain_note(
    client: Client, django_assert_num_queries: Any, settings: Any
) -> None:
    make_question(
        slug="one", references=("https://a.org/gone#part", "https://a.org/old", "https://a.org/403")
    )
    make_link("https://a.org/gone", outcome="broken")
    make_link("https://a.org/old", outcome="moved", moved_to=NEW)
    make_link("https://a.org/403", outcome="unreachable", reason="refused")
    shown(client, "/bank/question/one/")
    with django_assert_num_queries(11):
        page = shown(client, "/bank/question/one/")
    assert page.count("was not reachable when last looked at") == 1
    assert (
        '<a href="https://a.org/gone#part" rel="noopener">Multi-stage builds</a> '
        '<span class="soft small">was not reachable when last looked at, on 23 November 2026'
    ) in page
    settings.CHECK_LINKS = False
    with django_assert_num_queries(10):
        assert "was not reachable" not in shown(client, "/bank/question/one/")
