"""Blueprints: the builder without scripts, the counts, the sample, copies and the archive."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from interviews.models import Blueprint, HandPicked, Item
from questions.models import Topic
from tests import factories

NEW = "/interviews/teach/blueprints/new/"


def filled(*sections: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The builder's form as a browser posts it."""
    data = {
        "title": "Networks",
        "minutes": "20",
        "navigation": "free",
        "speech": "off",
        "reveal": "on_release",
        "sections": str(len(sections)),
        "do": "save",
    }
    for number, section in enumerate(sections):
        usual = {"count": "1", "points": "10"}
        for name, value in {**usual, **section}.items():
            data[f"section-{number}-{name}"] = value
    return {**data, **fields}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def bank(db: None) -> None:
    for level in ("junior", "junior", "mid"):
        factories.make_question("About ports?", level=level, topic="docker/networking")
    factories.make_question("About volumes?", topic="docker/storage", tags=("volumes",))


def test_a_blueprint_is_built_with_its_filters(bank: None, ines: User, ines_client: Client) -> None:
    topic = Topic.objects.get(path="docker/networking")
    section = {"title": "Ports", "topics": [topic.pk], "levels": ["junior"], "count": "2"}
    response = ines_client.post(NEW, filled(section, {"tags": "volumes", "points": "5"}))
    blueprint = Blueprint.objects.get()
    assert response.url == reverse("interviews:blueprint", args=[blueprint.pk])
    assert (blueprint.owner, blueprint.minutes, blueprint.reveal) == (ines, 20, "on_release")
    ports, volumes = blueprint.sections.all()
    assert (ports.title, ports.count, ports.levels) == ("Ports", 2, ["junior"])
    assert list(ports.topics.all()) == [topic]
    assert [tag.slug for tag in volumes.tags.all()] == ["volumes"]
    assert volumes.points == 5


@pytest.mark.parametrize("url", [NEW, "/interviews/quick/"])
def test_topics_that_are_private_to_others_are_not_offered(
    bank: None, alice: User, ines_client: Client, url: str
) -> None:
    factories.make_question(private_to=alice, topic="divorce/lawyer")
    text = text_of(ines_client.get(url))
    assert "Docker" in text
    assert "Divorce" not in text


def test_each_section_says_how_many_match_and_are_drawn(bank: None, ines_client: Client) -> None:
    page = text_of(ines_client.post(NEW, filled({"levels": ["junior"], "count": "2"}, do="check")))
    assert "3 questions match, 2 are drawn." in page
    page = text_of(ines_client.post(NEW, filled({"tags": "volumes"}, do="check")))
    assert "1 question matches, 1 is drawn." in page


def test_counting_again_saves_nothing_and_scolds_nobody(bank: None, ines_client: Client) -> None:
    response = ines_client.post(NEW, filled({}, do="check", title=""))
    assert response.status_code == 200
    assert "needs another look" not in text_of(response)
    assert not Blueprint.objects.exists()


def test_a_section_asking_too_much_is_named(bank: None, ines_client: Client) -> None:
    response = ines_client.post(NEW, filled({"title": "Ports"}, {"title": "Disks", "count": "9"}))
    assert response.status_code == 422
    assert "“Disks” is to ask 9, but" in text_of(response)
    assert not Blueprint.objects.exists()


def test_sections_that_take_each_others_questions_are_too_few(
    bank: None, ines_client: Client
) -> None:
    """Each alone has enough; together there are four questions for six."""
    response = ines_client.post(NEW, filled({"count": "3"}, {"count": "3"}))
    assert response.status_code == 422
    assert "“Section 2” is to ask 3" in text_of(response)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"minutes": "481"}, "less than or equal to 480"),
        ({"section-0-count": "51"}, "less than or equal to 50"),
        ({"section-0-count": ""}, "Say how many questions are drawn"),
        ({"section-0-points": "0"}, "greater than or equal to 1"),
        ({"section-0-tags": "volumes, vollumes"}, "No question has the tag vollumes."),
        ({"section-0-topics": "9999"}, "Select a valid choice"),
        ({"section-0-levels": "guru"}, "Select a valid choice"),
        ({"sections": "0"}, "Add a section"),
        ({"sections": "many"}, "Add a section"),
        ({"navigation": "sideways"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_stored(
    bank: None, ines_client: Client, wrong: dict[str, str], said: str
) -> None:
    response = ines_client.post(NEW, filled({}, **wrong))
    assert response.status_code == 422
    assert said in text_of(response)
    assert not Blueprint.objects.exists()


def test_sections_are_added_moved_and_removed_by_buttons(bank: None, ines_client: Client) -> None:
    two = ({"title": "First"}, {"title": "Second"})

    def titles(do: str) -> list[str]:
        response = ines_client.post(NEW, filled(*two, do=do))
        assert response.status_code == 200
        return [section.name for section in response.context["builder"].sections]

    assert titles("add") == ["First", "Second", "Section 3"]
    assert titles("remove-0") == ["Second"]
    assert titles("up-1") == titles("down-0") == ["Second", "First"]
    assert titles("up-0") == titles("down-1") == titles("remove-7") == ["First", "Second"]


def test_only_saving_asks_for_what_is_still_empty(bank: None, ines_client: Client) -> None:
    """A browser refuses other buttons, too, for an empty title, unless they say not to look."""
    page = ines_client.post(NEW, filled({}, {"picked": "about-tags", "q": "About"}, do="check"))
    buttons = re.findall(r"<button[^>]*name=\"do\"[^>]*>", page.content.decode())
    strict = [button for button in buttons if "formnovalidate" not in button]
    assert len(buttons) > 6
    assert [re.findall(r'value="([^"]*)"', button) for button in strict] == [["save"]]


def test_code_in_a_prompt_is_shown_as_code(bank: None, ines_client: Client) -> None:
    factories.make_question("What does `docker ps` show?", slug="ps")
    picked = ines_client.post(NEW, filled({"picked": "ps"}, do="check")).content.decode()
    found = ines_client.post(NEW, filled({"q": "docker"}, do="check")).content.decode()
    for page in (picked, found):
        assert "What does <code>docker ps</code> show?" in page


def test_questions_are_found_picked_and_kept_in_order(
    bank: None, ines: User, ines_client: Client
) -> None:
    one = factories.make_question("What is a bridge network?", slug="bridge-network")
    two = factories.make_question("What is an overlay network?", slug="overlay-network")
    page = ines_client.post(NEW, filled({"q": "overlay network"}, do="search-0"))
    assert page.context["builder"].sections[0].results == [two]
    page = ines_client.post(
        NEW, filled({"q": "network", "picked": [one.slug]}, do="pick-0-overlay-network")
    )
    assert page.context["builder"].sections[0].picked == [one, two]
    ines_client.post(NEW, filled({"picked": [two.slug, one.slug], "count": ""}))
    section = Blueprint.objects.get().sections.get()
    picked = HandPicked.objects.filter(section=section).values_list("question", flat=True)
    assert (list(picked), section.count) == ([two.pk, one.pk], 2)


def test_picked_questions_move_and_go(bank: None, ines_client: Client) -> None:
    slugs = ["ask-first", "ask-second"]
    questions = [factories.make_question(slug=slug) for slug in slugs]
    for do, expected in (
        ("later-0-ask-first", questions[::-1]),
        ("earlier-0-ask-second", questions[::-1]),
        ("drop-0-ask-first", questions[1:]),
    ):
        page = ines_client.post(NEW, filled({"picked": slugs}, do=do))
        assert page.context["builder"].sections[0].picked == expected


def test_a_strangers_private_question_is_neither_found_nor_picked(
    bank: None, bob: User, ines_client: Client
) -> None:
    secret = factories.make_question("My secret notes?", private_to=bob, slug="bobs-own")
    page = ines_client.post(NEW, filled({"q": "secret"}, do="search-0"))
    assert "My secret notes?" not in text_of(page)
    ines_client.post(NEW, filled({"picked": [secret.slug]}))
    assert not HandPicked.objects.exists()


def test_editing_shows_what_is_stored(bank: None, ines: User, ines_client: Client) -> None:
    ines_client.post(NEW, filled({"title": "Disks", "tags": "volumes"}, title="Storage"))
    url = reverse("interviews:blueprint_edit", args=[Blueprint.objects.get().pk])
    page = text_of(ines_client.get(url))
    assert 'value="Storage"' in page
    assert 'value="Disks"' in page
    assert 'value="volumes"' in page
    assert "1 question matches" in page


def test_an_edited_blueprint_changes_no_sitting(
    bank: None, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    blueprint = factories.make_blueprint(owner=ines, count=2)
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    sitting = assignment.start(alice, now=now)
    before = list(Item.objects.values())
    url = reverse("interviews:blueprint_edit", args=[blueprint.pk])
    assert ines_client.post(url, filled({"title": "Else", "count": "1"})).status_code == 302
    assert list(Item.objects.values()) == before
    sitting.refresh_from_db()
    assert sitting.points == 20


def test_the_sample_is_the_same_for_the_same_seed(
    bank: None, ines: User, ines_client: Client
) -> None:
    for number in range(20):
        factories.make_question(f"Question {number}?")
    blueprint = factories.make_blueprint(owner=ines, count=3)
    url = reverse("interviews:blueprint", args=[blueprint.pk])

    def drawn(seed: str) -> list[int]:
        (section,) = ines_client.get(url, {"seed": seed}).context["sections"]
        return [question.pk for question in section.questions]

    assert drawn("1") == drawn("1")
    assert len({tuple(drawn(str(seed))) for seed in range(1, 6)}) > 1
    assert drawn("nonsense") == drawn("1")
    assert not Item.objects.exists()


def test_a_blueprint_the_bank_outgrew_says_so(ines: User, ines_client: Client) -> None:
    blueprint = factories.make_blueprint(owner=ines, count=3)
    page = text_of(ines_client.get(reverse("interviews:blueprint", args=[blueprint.pk])))
    assert "“Docker” is to ask 3, but 0 questions are there for it." in page


def test_a_shipped_blueprint_is_copied_not_edited(
    bank: None, ines: User, ines_client: Client
) -> None:
    shipped = factories.make_blueprint(owner=None, tags=("volumes",), count=1)
    assert ines_client.get(reverse("interviews:blueprint", args=[shipped.pk])).status_code == 200
    for name in ("blueprint_edit", "blueprint_archive"):
        url = reverse(f"interviews:{name}", args=[shipped.pk])
        assert ines_client.post(url, filled({})).status_code == 404
    ines_client.post(reverse("interviews:blueprint_copy", args=[shipped.pk]))
    copy = Blueprint.objects.get(owner=ines)
    assert copy.title == "Docker screening (copy)"
    assert copy.plans() == shipped.plans()


def test_archived_blueprints_leave_the_list_and_come_back(
    bank: None, ines: User, ines_client: Client
) -> None:
    blueprint = factories.make_blueprint(owner=ines, title="Old one")
    ines_client.post(reverse("interviews:blueprint_archive", args=[blueprint.pk]))
    page = ines_client.get(reverse("interviews:blueprints"))
    assert (page.context["own"], list(page.context["archived"])) == ([], [blueprint])
    ines_client.post(reverse("interviews:blueprint_restore", args=[blueprint.pk]))
    assert ines_client.get(reverse("interviews:blueprints")).context["own"] == [blueprint]


def test_the_list_takes_as_many_queries_for_many_as_for_one(
    ines: User, ines_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        factories.make_blueprint(owner=ines, title=f"Blueprint {number}")
    with django_assert_max_num_queries(5):
        ines_client.get(reverse("interviews:blueprints"))


def test_htmx_gets_the_builder_alone_and_is_sent_on_after_saving(
    bank: None, ines_client: Client
) -> None:
    headers = {"HX-Request": "true"}
    page = ines_client.post(NEW, filled({}, do="add"), headers=headers).content.decode()
    assert page.strip().startswith("<form")
    saved = ines_client.post(NEW, filled({}), headers=headers)
    url = reverse("interviews:blueprint", args=[Blueprint.objects.get().pk])
    assert saved.headers["HX-Redirect"] == url
