"""The bank: what it shows to whom, its search, filters and counts."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from questions.indexing import index
from tests import factories

BANK = "/bank/"


def shown(client: Client, query: str = "") -> str:
    return client.get(BANK + query).content.decode()


def test_visitors_may_look_through_the_shared_bank(client, db):
    factories.make_question("What is a volume?")
    factories.make_question("What is a draft?", status="draft")
    page = shown(client)
    assert "What is a volume?" in page
    assert "What is a draft?" not in page


def test_private_questions_show_to_their_owner_only(client, alice, alice_client, bob_client):
    factories.make_question("What did I note?", private_to=alice, status="draft")
    assert "What did I note?" in shown(alice_client)
    for stranger in (client, bob_client):
        assert "What did I note?" not in shown(stranger)


def test_retired_questions_are_gone(alice_client, edda_client, db):
    factories.make_question("What was it?", status="retired")
    for client in (alice_client, edda_client):
        assert "What was it?" not in shown(client)


@pytest.mark.parametrize("words", ["overlay", "VXLAN swarm", "driver overlay"])
def test_words_are_found_in_prompt_key_points_and_answer(client, db, words):
    factories.make_question(
        "Which driver spans hosts?",
        answer="The overlay driver of swarm.",
        key_points=(("It wraps frames in VXLAN", 3),),
    )
    factories.make_question("What is a volume?")
    page = shown(client, f"?q={words}")
    assert "spans hosts?" in page
    assert "What is a volume?" not in page


def test_every_word_must_occur(client, db):
    factories.make_question("What is a volume?")
    assert "What is a volume?" not in shown(client, "?q=volume+kubernetes")


@pytest.mark.parametrize("words", ["100%25", "a_b", "%00", "%27%3B--", "%3Cscript%3E"])
def test_odd_words_are_only_words(client, db, words):
    factories.make_question("What is a volume?")
    page = client.get(f"{BANK}?q={words}")
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().replace("<script>alert", "")


def test_old_revisions_are_not_searched(client, db, now):
    question = factories.make_question("What is a volume?", answer="Older words.")
    newer = question.revisions.create(number=2, prompt="What is a volume?", frozen_at=now)
    question.current_revision = newer
    question.save()
    index([question.pk])
    assert "What is a volume?" not in shown(client, "?q=older")


@pytest.mark.parametrize(
    "query",
    ["?topic=docker", "?topic=docker/networking", "?tag=swarm", "?level=senior", "?kind=single"],
)
def test_filters_narrow(client, db, query):
    factories.make_choice_question(
        "Which one spans hosts?", topic="docker/networking", tags=("swarm",), level="senior"
    )
    factories.make_question("What is git?", topic="git")
    page = shown(client, query)
    assert "Which one spans hosts?" in page
    assert "What is git?" not in page


def test_topic_is_no_mere_beginning_of_a_path(client, db):
    factories.make_question("What is git?", topic="git")
    factories.make_question("What is GitHub?", topic="github")
    assert "What is GitHub?" not in shown(client, "?topic=git")


def test_several_tags_mean_any_of_them(client, db):
    factories.make_question("What is one?", tags=("one",))
    factories.make_question("What is two?", tags=("two",))
    page = shown(client, "?tag=one&tag=two")
    assert "What is one?" in page
    assert "What is two?" in page


def test_mine_and_shared_can_be_told_apart(alice, alice_client):
    factories.make_question("What is mine?", private_to=alice, status="draft")
    factories.make_question("What is ours?")
    assert "What is ours?" not in shown(alice_client, "?whose=mine")
    assert "What is mine?" not in shown(alice_client, "?whose=shared")


def test_counts_say_what_a_filter_would_give(client, db):
    factories.make_question(topic="docker/networking", level="senior")
    factories.make_question(topic="docker/storage", level="junior")
    factories.make_question(topic="git", level="junior")
    facets = client.get(BANK, {"topic": "docker"}).context["facets"]
    topics = {branch.choice.label: branch.choice.count for branch in facets.topics}
    assert topics == {"Docker": 2, "Git": 1}
    assert {choice.key: choice.count for choice in facets.levels} == {"junior": 1, "senior": 1}
    docker = next(branch for branch in facets.topics if branch.choice.is_chosen)
    assert [child.choice.label for child in docker.children] == ["Networking", "Storage"]


def test_counts_of_tags_leave_private_questions_of_others_out(alice, client):
    factories.make_question(private_to=alice, tags=("secret-plan",))
    assert "secret-plan" not in shown(client)


def test_nonsense_in_the_address_is_ignored(client, db):
    factories.make_question("What is a volume?")
    query = "?topic=../..&tag=A%20B&level=none&kind=none&whose=you&page=zero"
    assert "What is a volume?" in shown(client, query)


def test_practising_takes_the_same_scope(client, db):
    factories.make_question(topic="docker", tags=("build",), level="mid")
    page = shown(client, "?topic=docker&tag=build&level=mid&kind=open")
    assert "?topic=docker&amp;tag=build&amp;level=mid&amp;kind=open" in page
    assert "Practise these" in page
    quiz = (
        reverse("practice:round")
        + "?topic=docker&amp;tag=build&amp;level=mid&amp;kind=open&amp;quiz=1"
    )
    assert f'href="{quiz}"' in page
    assert f'href="{reverse("practice:round")}?quiz=1"' in shown(client)


def test_no_button_promises_what_practice_cannot_scope(client, db):
    factories.make_question("What is a volume?")
    assert "Practise these" not in shown(client, "?q=volume")
    assert "Quick quiz" not in shown(client, "?q=volume")


def test_long_list_has_pages_in_a_stable_order(client, db):
    made = [factories.make_question(f"Number {number}?").slug for number in range(31)]
    first, second = client.get(BANK).context["page"], client.get(BANK + "?page=2").context["page"]
    assert len(first) == 30
    assert {question.slug for question in [*first, *second]} == set(made)


def test_empty_bank_and_empty_search_say_what_to_do(client, alice_client):
    assert "The bank is still empty" in shown(client)
    assert "Bring your notes" in shown(alice_client)
    assert "No question fits" in shown(client, "?q=nothing")


def test_htmx_gets_only_the_results(client, db):
    factories.make_question("What is a volume?")
    response = client.get(BANK, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert "What is a volume?" in page
    assert "<html" not in page
    assert response["Vary"].startswith("HX-Request") or "HX-Request" in response["Vary"]


def test_queries_do_not_grow_with_the_rows(alice_client, django_assert_max_num_queries):
    for number in range(3):
        factories.make_question(topic=f"topic-{number}", tags=(f"tag-{number}",))
    with django_assert_max_num_queries(14) as few:
        alice_client.get(reverse("questions:bank"))
    most = len(few)
    for number in range(20):
        factories.make_question(topic=f"topic-{number}", tags=(f"tag-{number}", "common"))
    with django_assert_max_num_queries(most):
        alice_client.get(reverse("questions:bank"))


def test_code_in_a_prompt_is_shown_as_code(client, db):
    question = factories.make_question(
        "What does `docker ps` show?", key_points=(("Lists `running` ones", 3),)
    )
    assert "What does <code>docker ps</code> show?" in shown(client)
    page = client.get(reverse("questions:question", args=[question.slug])).content.decode()
    assert "Lists <code>running</code> ones" in page
    assert "<title>What does docker ps show?" in page


def test_best_question_comes_first_with_its_words_marked(client, db):
    factories.make_question("What survives?", answer="A volume does.", tags=("disk",))
    factories.make_question("What are `docker volumes` & <b>?", key_points=())
    page = shown(client, "?q=volume")
    assert "What are <code>docker <mark>volumes</mark></code> &amp; &lt;b&gt;?" in page
    assert page.index("<mark>volumes</mark>") < page.index("What survives?")
    assert page.count("Found in its answer") == 1


def test_misspelt_word_is_named_beside_what_was_found(client, db):
    factories.make_question("What is a volume?")
    page = shown(client, "?q=vloume")
    assert "No question says “vloume”. These say <strong>volume</strong>." in page
    assert "What is a <mark>volume</mark>?" in page


def test_rare_spelling_asks_whether_the_frequent_one_was_meant(client, db):
    factories.make_question("What is a contianer?", level="mid")
    for number in range(3):
        factories.make_question(f"What is container {number}?", level="mid")
    page = shown(client, "?q=contianer&level=mid")
    assert 'Did you mean <a href="?q=container&amp;level=mid">container</a>?' in page


def test_search_that_filters_leave_empty_offers_to_go_without(client, db):
    factories.make_question("What is a volume?", level="mid")
    page = shown(client, "?q=volume&level=senior")
    assert 'href="?q=volume"' in page
    assert "Search without filters" in page


def test_counts_beside_the_filters_follow_the_words(client, db):
    factories.make_question("What is a volume?", level="mid", tags=("disk",))
    factories.make_question("What is a pod?", level="mid", tags=("disk",))
    facets = client.get(BANK, {"q": "volume"}).context["facets"]
    assert [choice.count for choice in (*facets.levels, *facets.kinds, *facets.tags)] == [1, 1, 1]


def test_found_questions_have_pages(client, db):
    for number in range(31):
        factories.make_question(f"What is volume {number}?")
    page = shown(client, "?q=volume&page=2")
    assert "What is <mark>volume</mark> 30?" in page
    assert "Page 2 of 2" in page


def test_queries_of_a_search_do_not_grow_with_the_rows(alice_client, django_assert_max_num_queries):
    for number in range(3):
        factories.make_question(f"Volume {number}?", topic=f"topic-{number}")
    with django_assert_max_num_queries(28) as few:
        alice_client.get(BANK, {"q": "volume", "level": "junior"})
    for number in range(20):
        factories.make_question(f"Volume {number}?", topic=f"topic-{number}", tags=("common",))
    with django_assert_max_num_queries(len(few)):
        alice_client.get(BANK, {"q": "volume", "level": "junior"})


def test_question_hidden_since_it_was_indexed_is_not_shown(client, db):
    question = factories.make_question("What is a volume?")
    type(question).objects.filter(pk=question.pk).update(status="draft")
    assert "What is a <mark>volume</mark>?" not in shown(client, "?q=volume")
