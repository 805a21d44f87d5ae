"""One's own questions: list, create, edit, delete."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from practice.models import Card
from questions.deleting import delete_or_retire
from questions.formats.markdown import parse_question, write_question
from questions.models import Answer, Question, Topic
from questions.revising import document_of
from tests import factories

MINE, CREATE = "/bank/mine/", "/bank/new/"


def rows(prefix: str, *written: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(written), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(written):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def form_data(**changes: Any) -> dict[str, Any]:
    points = changes.pop("points", [{"text": "It outlives the container", "weight": 3}])
    options = changes.pop("options", [])
    references = changes.pop("references", [])
    return {
        "kind": "open",
        "prompt": "What is a volume?",
        "answer": "Storage apart from containers.",
        **rows("points", *points),
        **rows("options", *options),
        **rows("references", *references),
        **changes,
    }


def edit_url(question: Question) -> str:
    return reverse("questions:edit", args=[question.slug])


def make_own(client: Client, **changes: Any) -> Question:
    client.post(CREATE, form_data(**changes))
    return Question.objects.latest("pk")


# The list


def test_list_shows_only_ones_own(alice, bob, alice_client):
    factories.make_question("Mine?", private_to=alice, status="draft")
    factories.make_question("Bob's?", private_to=bob, status="draft")
    factories.make_question("Everybody's?")
    page = alice_client.get(MINE).content.decode()
    assert "Mine?" in page
    assert "Bob&#x27;s?" not in page
    assert "Everybody" not in page


def test_list_says_what_is_missing(alice, alice_client, now):
    bare = factories.make_question("Bare?", private_to=alice, status="draft", key_points=())
    done = factories.make_question("Done?", private_to=alice, status="draft")
    factories.make_card(alice, done, due_on=now.date())
    page = alice_client.get(MINE).content.decode()
    assert page.count("No key points yet") == 1
    assert f"{edit_url(bare)}#points" in page
    for state in ("no-key-points", "not-practised"):
        page = alice_client.get(f"{MINE}?state={state}").content.decode()
        assert "Bare?" in page
        assert "Done?" not in page


def test_retired_ones_show_only_when_asked_for(alice, alice_client):
    factories.make_question("Old?", private_to=alice, status="retired")
    assert "Old?" not in alice_client.get(MINE).content.decode()
    assert "Old?" in alice_client.get(MINE + "?state=retired").content.decode()


def test_queries_of_the_list_do_not_grow(alice, alice_client, django_assert_max_num_queries):
    factories.make_question(private_to=alice)
    with django_assert_max_num_queries(8) as few:
        alice_client.get(MINE)
    most = len(few)
    for _number in range(9):
        factories.make_question(private_to=alice)
    with django_assert_max_num_queries(most):
        alice_client.get(MINE)


def test_empty_list_leads_to_the_import(alice_client):
    assert "No questions of your own yet" in alice_client.get(MINE).content.decode()


@pytest.mark.parametrize("path", [MINE, CREATE, "/bank/mine/delete/", "/bank/import/"])
def test_visitors_are_asked_to_log_in(client, db, path):
    for response in (client.get(path), client.post(path)):
        assert response.status_code == 302
        assert "/login/" in response["Location"]


# Creating


def test_question_is_saved_with_all_its_parts(alice, alice_client):
    question = make_own(
        alice_client,
        context="A host.",
        points=[
            {"text": "One", "weight": 3, "accept": "first\nnumber one"},
            {"text": "", "weight": 2},
            {"text": "Two", "weight": 1},
        ],
        hints="Think.\n\nThink again.",
        references=[{"title": "Volumes", "url": "https://docs.docker.com/engine/storage/"}],
        tags="storage, Docker",
        level="mid",
        speak_seconds=60,
    )
    document = document_of(question.current_revision)
    assert (question.private_to, question.status) == (alice, "draft")
    assert [(p.text, p.weight, p.accept) for p in document.key_points] == [
        ("One", 3, ("first", "number one")),
        ("Two", 1, ()),
    ]
    assert document.hints == ("Think.", "Think again.")
    assert document.references[0].url == "https://docs.docker.com/engine/storage/"
    assert (document.tags, document.level, document.speak_seconds) == (
        ("docker", "storage"),
        "mid",
        60,
    )


def test_output_keeps_its_blanks_and_is_no_markdown(alice_client):
    question = make_own(alice_client, kind="output", expected_output="  a\r\n\r\n## b \r\n")
    assert document_of(question.current_revision).expected_output == "  a\n\n## b \n"
    page = alice_client.get(edit_url(question))
    assert page.context["editor"].form["expected_output"].value() == "  a\n\n## b \n"


def test_choice_question_keeps_its_options(alice_client):
    options = [
        {"text": "A volume", "is_correct": "on", "because": "It stays."},
        {"text": "A layer"},
    ]
    question = make_own(alice_client, kind="single", options=options)
    kept = question.current_revision.answers.filter(role=Answer.Role.OPTION)
    assert [(option.text, option.is_correct) for option in kept] == [
        ("A volume", True),
        ("A layer", False),
    ]


def test_saving_twice_makes_one_question(alice_client):
    for _time in range(2):
        assert alice_client.post(CREATE, form_data()).status_code == 302
    assert Question.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prompt": ""}, "This field is required"),
        ({"prompt": "x" * 301}, "at most 300 characters"),
        ({"answer": "## Not here"}, "Headings inside a text begin with ###."),
        ({"answer": "```\nopen"}, "never closed"),
        ({"kind": "nonsense"}, "not one of the available choices"),
        ({"kind": "single"}, "at least two different options"),
        ({"kind": "ordering", "steps": "One\nTwo"}, "at least three steps"),
        ({"kind": "output"}, "Write what it prints"),
        ({"kind": "output", "expected_output": " \n"}, "Write what it prints"),
        ({"kind": "output", "expected_output": "a\x07"}, "Line 1: There is an invisible"),
        ({"tags": "a_b"}, "Not a tag: a_b"),
        ({"tags": " ".join(f"t{n}" for n in range(11))}, "at most 10 tags"),
        ({"speak_seconds": "5"}, "greater than or equal to 30"),
        ({"references": [{"title": "x", "url": "javascript:alert(1)"}]}, "Enter a valid URL"),
        ({"references": [{"title": "x"}]}, "Write the address"),
        ({"points": [{"text": "", "accept": "said so"}]}, "Write the key point"),
        ({"topic": "nowhere"}, "not one of the available choices"),
    ],
)
def test_bad_input_is_told_at_its_field_and_kept(alice_client, changes, said):
    response = alice_client.post(CREATE, form_data(**changes))
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert "Storage apart" in page or "answer" in changes
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    "url", ["http://intranet/page", "HTTPS://Example.org/", "https://wiki_one:8080/a?b=(c)#d"]
)
def test_reference_that_a_file_may_hold_may_be_typed(alice_client, url):
    alice_client.post(CREATE, form_data(references=[{"title": "Wiki", "url": url}]))
    document = document_of(Question.objects.get().current_revision)
    assert document.references[0].url == url
    written, _findings = parse_question(write_question(document))
    assert written
    assert written.references == document.references


@pytest.mark.parametrize(
    "url", ["intranet/page", "http://", "https://a b", "https://a/<b>", "https://a/](b", "ftp://a/"]
)
def test_address_that_no_file_may_hold_is_refused(alice_client, url):
    response = alice_client.post(CREATE, form_data(references=[{"title": "Wiki", "url": url}]))
    assert "Enter a valid URL" in response.content.decode()
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("kind", "right"), [("single", 0), ("single", 2), ("boolean", 2), ("multiple", 0)]
)
def test_number_of_right_options_fits_the_kind(alice_client, kind, right):
    options = [
        {"text": f"Option {number}", **({"is_correct": "on"} if number < right else {})}
        for number in range(3)
    ]
    response = alice_client.post(CREATE, form_data(kind=kind, options=options))
    assert response.status_code == 422


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(alice_client):
    response = alice_client.post(CREATE, form_data(action="add-points", prompt="Half a"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "Half a" in page
    assert 'name="points-1-text"' in page
    assert not Question.objects.exists()


def test_preview_shows_every_part_as_others_see_it(alice_client):
    data = form_data(
        action="preview",
        kind="multiple",
        options=[{"text": "`tmpfs`", "is_correct": "on", "because": "In memory"}],
        points=[{"text": "It is gone at the end", "weight": 1}],
        references=[{"title": "Docs", "url": "https://docs.docker.com/"}],
        hints="Think of memory",
        steps="Not of this kind",
    )
    page = alice_client.post(CREATE, data, headers={"HX-Request": "true"}).content.decode()
    for words in ("<code>tmpfs</code>", "Right", "In memory", "It is gone", "Docs", "Think of"):
        assert words in page
    assert "Not of this kind" not in page


def test_preview_is_rendered_harmless_and_saves_nothing(alice_client):
    data = form_data(action="preview", answer="**bold** <script>alert(1)</script>")
    page = alice_client.post(CREATE, data, headers={"HX-Request": "true"}).content.decode()
    assert "<strong>bold</strong>" in page
    assert "<script" not in page
    assert "<html" not in page
    assert not Question.objects.exists()


# Editing


def test_topics_are_those_of_the_bank_and_ones_own(alice, bob, alice_client, bob_client):
    factories.make_question(private_to=alice, topic="divorce/lawyer")
    factories.make_question(topic="docker/images")
    Topic.objects.at("linux/kernel")
    free = {"docker", "docker/images", "linux", "linux/kernel"}
    for person, client, more in (
        (alice, alice_client, {"divorce", "divorce/lawyer"}),
        (bob, bob_client, set()),
    ):
        assert {topic.path for topic in Topic.objects.visible_to(person)} == free | more
        assert ("Divorce" in client.get(CREATE).content.decode()) == bool(more)
    bob_client.post(CREATE, form_data(topic="divorce/lawyer"))
    assert not Question.objects.filter(private_to=bob).exists()
    make_own(alice_client, topic="divorce/lawyer")
    assert Question.objects.filter(private_to=alice).count() == 2


def test_edit_is_a_new_revision(alice_client):
    question = make_own(alice_client)
    data = form_data(answer="Better.", based_on=1, change="typo", change_note="Shorter")
    alice_client.post(edit_url(question), data)
    question.refresh_from_db()
    revision = question.current_revision
    assert (revision.number, revision.change, revision.change_note) == (2, "typo", "Shorter")
    assert document_of(revision).answer == "Better."


def test_edit_shows_what_there_is(alice_client):
    question = make_own(alice_client, tags="storage", hints="Think.")
    page = alice_client.get(edit_url(question)).content.decode()
    for text in ("What is a volume?", "It outlives the container", "Think.", "storage"):
        assert text in page


def test_parts_without_a_field_survive_an_edit(alice, alice_client):
    question = factories.make_question(
        private_to=alice, misconceptions=("It is a layer",), follow_ups=("And then?",)
    )
    alice_client.post(edit_url(question), form_data(based_on=1))
    question.refresh_from_db()
    document = document_of(question.current_revision)
    assert document.misconceptions[0].text == "It is a layer"
    assert document.follow_ups[0].prompt == "And then?"


def test_second_tab_sees_both_versions_and_loses_nothing(alice_client):
    question = make_own(alice_client)
    alice_client.post(edit_url(question), form_data(answer="From the first tab.", based_on=1))
    late = form_data(answer="From the second tab.", based_on=1)
    response = alice_client.post(edit_url(question), late)
    page = response.content.decode()
    assert response.status_code == 422
    assert "From the first tab." in page
    assert "From the second tab." in page
    assert question.revisions.count() == 2
    assert 'name="based_on" value="2"' in page
    alice_client.post(edit_url(question), {**late, "based_on": 2})
    question.refresh_from_db()
    assert document_of(question.current_revision).answer == "From the second tab."


def test_saving_an_edit_twice_is_one_revision(alice_client):
    question = make_own(alice_client)
    for _time in range(2):
        response = alice_client.post(edit_url(question), form_data(answer="New.", based_on=1))
        assert response.status_code == 302
    assert question.revisions.count() == 2


def test_tags_and_topic_alone_make_no_revision(alice_client):
    question = make_own(alice_client)
    factories.make_question(topic="git")
    alice_client.post(edit_url(question), form_data(tags="new", topic="git", based_on=1))
    question.refresh_from_db()
    assert [tag.slug for tag in question.tags.all()] == ["new"]
    assert (question.topic.path, question.revisions.count()) == ("git", 1)


def test_ticked_statements_become_expected_key_points(alice_client):
    answer = "Volumes stay.\n\n- They have *drivers*\n- They can be shared"
    question = make_own(alice_client, answer=answer, points=[])
    page = alice_client.get(edit_url(question)).content.decode()
    assert "They have drivers" in page
    data = form_data(
        answer=answer, points=[], based_on=1, candidates=["Volumes stay.", "They have drivers"]
    )
    alice_client.post(edit_url(question), data)
    question.refresh_from_db()
    points = question.current_revision.key_points.values_list("text", "weight")
    assert list(points) == [("Volumes stay.", 2), ("They have drivers", 2)]


@pytest.mark.parametrize("page", ["edit", "delete", "restore"])
def test_only_the_owner_changes_a_question(alice, bob_client, ines_client, edda_client, page):
    for question in (factories.make_question(private_to=alice), factories.make_question()):
        url = reverse(f"questions:{page}", args=[question.slug])
        for stranger in (bob_client, ines_client, edda_client):
            assert stranger.get(url).status_code in (404, 405)
            assert stranger.post(url, form_data()).status_code in (404, 405)
        assert question.revisions.count() == 1


# Deleting


def test_confirm_page_says_what_goes(alice, alice_client, now):
    question = factories.make_question("Mine?", private_to=alice)
    card = factories.make_card(alice, question, due_on=now.date())
    factories.make_review(card)
    factories.make_review(card)
    page = alice_client.get(reverse("questions:delete", args=[question.slug])).content.decode()
    assert "1 card" in page
    assert "2 reviews" in page
    assert Question.objects.count() == 1


def test_deleting_takes_cards_and_reviews_along(alice, alice_client, now):
    question = factories.make_question(private_to=alice)
    factories.make_review(factories.make_card(alice, question, due_on=now.date()))
    for _time in range(2):
        response = alice_client.post("/bank/mine/delete/", {"question": question.slug})
        assert response["Location"] == MINE
    assert not Question.objects.exists()
    assert not Card.objects.exists()


def test_question_with_results_is_retired_instead(alice, alice_client):
    question = factories.make_question("Asked?", private_to=alice)
    factories.make_sitting(
        factories.make_assignment(learners=(alice,)), alice, questions=(question,)
    )
    page = alice_client.get(reverse("questions:delete", args=[question.slug])).content.decode()
    assert "Retire this question?" in page
    alice_client.post("/bank/mine/delete/", {"question": question.slug})
    question.refresh_from_db()
    assert question.status == "retired"
    alice_client.post(reverse("questions:restore", args=[question.slug]))
    question.refresh_from_db()
    assert question.status == "draft"


def test_many_are_deleted_after_one_confirmation(alice, bob, alice_client):
    own = [factories.make_question(private_to=alice).slug for _number in range(3)]
    others = [factories.make_question(private_to=bob).slug, factories.make_question().slug]
    page = alice_client.get("/bank/mine/delete/", {"question": own + others}).content.decode()
    assert "Delete 3 questions?" in page
    alice_client.post("/bank/mine/delete/", {"question": own + others})
    assert set(Question.objects.values_list("slug", flat=True)) == set(others)


def test_question_that_went_to_the_bank_meanwhile_is_not_deleted(alice):
    read = factories.make_question("Mine?", private_to=alice)
    Question.objects.filter(pk=read.pk).update(private_to=None)
    assert delete_or_retire([read], now=factories.NOON) == (0, 0)
    assert Question.objects.get().status == Question.Status.PUBLISHED
    read.refresh_from_db()
    assert delete_or_retire([read], now=factories.NOON) == (1, 0)


def test_nothing_ticked_deletes_nothing(alice, alice_client):
    factories.make_question(private_to=alice)
    assert alice_client.get("/bank/mine/delete/")["Location"] == MINE
    assert Question.objects.count() == 1


def test_own_copy_begins_with_the_whole_text(alice, alice_client):
    factories.make_question(
        "Shared prompt?", slug="shared", key_points=(("Several FROM lines", 3),)
    )
    page = alice_client.get("/bank/new/?copy=shared")
    assert "Shared prompt?" in page.text
    assert "Several FROM lines" in page.text
    assert page.context["editor"].form.initial.get("slug", "") == ""


def test_copy_says_what_it_was_made_from(alice, alice_client):
    factories.make_question(slug="shared", source="Studyhub original", authors=["Ann"])
    factories.make_question(slug="mine", private_to=alice, source="Lecture 3")
    for slug, source in (("shared", "After shared, Studyhub original"), ("mine", "Lecture 3")):
        alice_client.post(f"/bank/new/?copy={slug}", form_data(prompt=f"Which {slug}?"))
        assert Question.objects.latest("pk").current_revision.source == source
    assert Question.objects.earliest("pk").current_revision.authors == ["Ann"]


def test_copy_of_a_long_source_still_says_from_what(alice_client):
    factories.make_question(slug="shared", source="a" * 200)
    alice_client.post("/bank/new/?copy=shared", form_data())
    assert Question.objects.latest("pk").current_revision.source.startswith("After shared, aaa")


def test_copy_leaves_the_interviewer_notes_behind(alice_client, ines_client):
    factories.make_question(slug="shared", interviewer_notes="Watch for guessing.")
    for client, notes in ((alice_client, ""), (ines_client, "Watch for guessing.")):
        client.post("/bank/new/?copy=shared", form_data(prompt="Which one?"))
        revision = Question.objects.latest("pk").current_revision
        assert (revision.prompt, revision.interviewer_notes) == ("Which one?", notes)


def test_question_of_somebody_else_is_not_copied(alice_client, bob):
    factories.make_question(slug="secret", private_to=bob)
    assert alice_client.get("/bank/new/?copy=secret").status_code == 404
    assert alice_client.get("/bank/new/?copy=no-such-one").status_code == 404
