"""Who enters the admin, and what nobody may see there."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from questions import editing
from questions.models import Import, Report, Tag
from tests import factories
from tests.conftest import client_of

LISTS = ["question", "topic", "tag", "import", "report"]


@pytest.fixture
def root_client(db: None) -> Client:
    return client_of(factories.make_user("root@example.org", is_superuser=True))


def lists() -> list[str]:
    return [f"/admin/questions/{name}/" for name in LISTS]


@pytest.mark.django_db
def test_strangers_are_sent_to_log_in() -> None:
    for url in lists():
        response = Client().get(url)
        assert response.status_code == 302
        assert "login" in response.url


@pytest.mark.parametrize("person", ["alice_client", "ines_client"])
def test_learners_and_instructors_are_kept_out(person: str, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(person)
    question = factories.make_question()
    draft = editing.start_draft(question, author=factories.make_user(), now=factories.NOON)
    pages = [
        *lists(),
        f"/admin/questions/question/{question.pk}/change/",
        f"/admin/questions/questionrevision/{draft.pk}/change/",
    ]
    for url in pages:
        assert client.get(url, follow=True).status_code == 403, url
    for url in (
        f"/admin/questions/question/{question.pk}/draft/",
        f"/admin/questions/questionrevision/{draft.pk}/discard/",
        "/admin/questions/questionrevision/preview/",
    ):
        assert client.post(url, {"text": "x"}, follow=True).status_code == 403, url
    draft.refresh_from_db()


@pytest.mark.parametrize("person", ["edda_client", "root_client"])
def test_editors_and_superusers_see_every_page(person: str, request: pytest.FixtureRequest) -> None:
    client = request.getfixturevalue(person)
    question = factories.make_question(tags=("build",))
    draft = editing.start_draft(question, author=factories.make_user(), now=factories.NOON)
    pages = [
        "/admin/",
        *lists(),
        "/admin/questions/question/add/",
        "/admin/questions/topic/add/",
        "/admin/questions/tag/add/",
        f"/admin/questions/question/{question.pk}/change/",
        f"/admin/questions/questionrevision/{draft.pk}/change/",
        f"/admin/questions/questionrevision/{question.current_revision_id}/change/",
    ]
    for url in pages:
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("person", ["edda_client", "root_client"])
def test_private_questions_of_others_are_nowhere(
    person: str, alice: User, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(person)
    question = factories.make_question(
        "My secret question", private_to=alice, tags=("my-employer",), topic="my-notes"
    )
    revision = question.current_revision
    report = Report.objects.create(revision=revision, text="My secret report")
    shared = factories.make_question("Shared question")
    pages = [
        *lists(),
        "/admin/questions/question/?q=secret",
        "/admin/questions/question/add/",
        f"/admin/questions/question/{shared.pk}/change/",
        "/admin/autocomplete/?app_label=questions&model_name=question&field_name=tags&term=my",
    ]
    for url in pages:
        page = client.get(url).content.decode()
        for secret in ("My secret", "my-employer", "my-notes", "My notes"):
            assert secret not in page, (url, secret)
    for url in (
        f"/admin/questions/question/{question.pk}/change/",
        f"/admin/questions/questionrevision/{revision.pk}/change/",
        f"/admin/questions/report/{report.pk}/change/",
        f"/admin/questions/tag/{Tag.objects.get().pk}/change/",
    ):
        assert client.get(url).status_code == 404, url
    assert client.post(f"/admin/questions/question/{question.pk}/draft/").status_code == 404
    assert client.post(f"/admin/questions/question/{question.pk}/delete/").status_code == 403
    assert question.revisions.count() == 1


def test_topic_above_a_private_one_is_as_private(edda_client: Client, alice: User) -> None:
    factories.make_question(private_to=alice, topic="divorce/lawyer")
    factories.make_question(topic="docker/images")
    for page in ("topic/", "question/", "question/add/"):
        text = edda_client.get(f"/admin/questions/{page}").content.decode()
        assert "ivorce" not in text, page
        assert "Docker" in text, page


def test_editors_see_their_own_private_questions(edda: User, edda_client: Client) -> None:
    factories.make_question("My own question", private_to=edda)
    assert "My own question" in edda_client.get("/admin/questions/question/").content.decode()


def test_files_of_a_person_are_not_listed(alice: User, edda_client: Client) -> None:
    Import.objects.create(owner=alice, name="diary.md", format="notes", sha256="0", data=b"x")
    kept = Import.objects.create(name="bank.md", format="md", sha256="1", data=b"abc")
    page = edda_client.get("/admin/questions/import/").content.decode()
    assert "diary.md" not in page
    assert "bank.md" in page
    url = f"/admin/questions/import/{kept.pk}/change/"
    assert "3\xa0bytes" in edda_client.get(url).content.decode()
    assert edda_client.post(url, {"name": "other.md"}).status_code == 403


def test_index_lists_no_revisions(edda_client: Client) -> None:
    page = edda_client.get("/admin/").content.decode()
    assert "/admin/questions/question/" in page
    assert "/admin/questions/questionrevision/" not in page


def test_list_of_revisions_leads_to_the_questions(edda_client: Client) -> None:
    response = edda_client.get("/admin/questions/questionrevision/")
    assert response.url == "/admin/questions/question/"


def test_the_admin_has_the_sites_icon(edda_client: Client) -> None:
    assert 'rel="icon"' in edda_client.get("/admin/").content.decode()
