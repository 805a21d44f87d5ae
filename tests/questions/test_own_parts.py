"""The parts of one's own question there may be several of: moved, removed, led on, never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from questions.formats.document import (
    FollowUpText,
    KeyPointText,
    MisconceptionText,
    QuestionDocument,
)
from questions.formats.markdown import parse_question, write_question
from questions.forms.own import QuestionEditor
from questions.models import Question
from questions.revising import create_question, document_of
from questions.writing import BrokenThreads, create_own, save_own
from tests import factories
from tests.at_once import at_once
from tests.forms_sent import sent_by
from tests.questions.test_own_pages import CREATE, edit_url, form_data, make_own, rows
from tests.questions.test_revising import FULL

FIND = {"HX-Request": "true"}

RICH = replace(
    FULL,
    status="draft",
    answer="    docker run -d nginx\n\nAn indented block comes first.\\\nThen a hard break.",
    key_points=tuple(KeyPointText(f"Point {n}", 1 + n % 3, (f"so {n}",)) for n in range(25)),
    misconceptions=(
        MisconceptionText("`ADD` is for URLs", why="It copies too. " * 60 + "So no."),
        MisconceptionText("Second, without a why"),
    ),
    follow_ups=(
        *FULL.follow_ups,
        FollowUpText("And then?", strong=("long " * 150 + "sign", "two"), weak=("none",)),
        FollowUpText("Bare?"),
    ),
)


def parts(**written: list[dict[str, Any]]) -> dict[str, Any]:
    empty = {"misconceptions": [], "follow_ups": []}
    return {
        name: value
        for prefix, each in {**empty, **written}.items()
        for name, value in rows(prefix, *each).items()
    }


def own_text(question: Question) -> QuestionDocument:
    return document_of(Question.objects.get(pk=question.pk).current_revision)


def leading(slug: str, *targets: str, private_to: User | None = None) -> Question:
    follow_ups = tuple({"prompt": "Then?", "next_slug": target} for target in targets)
    return factories.make_question(
        f"What is {slug}?", slug=slug, follow_ups=follow_ups, private_to=private_to
    )


def choose_next(client: Client, question: Question, slug: str) -> Any:
    follow_ups = [{"prompt": "And then?", "next_slug": slug}]
    data = form_data(based_on=1, **parts(follow_ups=follow_ups))
    return client.post(edit_url(question), data)


# Nothing is lost


@pytest.mark.parametrize("document", [FULL, RICH])
def test_one_word_edited_keeps_everything_else_byte_for_byte(
    alice: User, alice_client: Client, now: datetime, document: QuestionDocument
) -> None:
    question = create_question(document, owner=alice, private_to=alice, now=now)
    before = write_question(own_text(question))
    assert parse_question(before)[0] == document
    data = sent_by(alice_client.get(edit_url(question)).text, form_id="editor")
    response = alice_client.post(edit_url(question), {**data, "prompt": "Which word changed?"})
    assert response.status_code == 302
    after = write_question(own_text(question))
    changes = {"version: 3": "version: 4", f"# {document.prompt}": "# Which word changed?"}
    for old, new in changes.items():
        assert old in before
        before = before.replace(old, new, 1)
    assert after == before


def test_copy_of_a_rich_question_differs_in_what_it_says_it_is_only(
    ines_client: Client, now: datetime
) -> None:
    create_question(RICH, owner=None, private_to=None, now=now, status="published")
    url = f"{CREATE}?copy={RICH.slug}"
    data = sent_by(ines_client.get(url).text, form_id="editor")
    ines_client.post(url, {**data, "prompt": "Which word changed?"})
    copy = Question.objects.latest("pk")
    assert own_text(copy) == replace(
        RICH,
        slug=copy.slug,
        version=1,
        prompt="Which word changed?",
        status="published",
        source=f"After {RICH.slug}, {RICH.source}",
    )


def test_page_opened_before_a_part_had_its_fields_keeps_it(
    alice: User, alice_client: Client, now: datetime
) -> None:
    question = create_question(RICH, owner=alice, private_to=alice, now=now)
    alice_client.post(edit_url(question), form_data(based_on=3))
    text = own_text(question)
    assert (text.misconceptions, text.follow_ups) == (RICH.misconceptions, RICH.follow_ups)
    page = alice_client.post(edit_url(question), form_data(action="add-points")).text
    sent = sent_by(page, form_id="editor")
    assert sent["follow_ups-0-prompt"] == RICH.follow_ups[0].prompt


@pytest.mark.parametrize("total", ["", "x", "9" * 5_000, "99999999"])
def test_page_that_counts_its_rows_wrongly_is_refused(alice_client: Client, total: str) -> None:
    data = form_data(**{"misconceptions-TOTAL_FORMS": total, "misconceptions-INITIAL_FORMS": "0"})
    assert alice_client.post(CREATE, data).status_code == 422
    assert alice_client.post(CREATE, {**data, "action": "preview"}).status_code == 200


# Misconceptions and follow-ups are written like the other parts


def test_misconceptions_and_follow_ups_are_saved_in_their_order(alice_client: Client) -> None:
    factories.make_question(slug="next-one")
    written = parts(
        misconceptions=[{"text": "It is\r\na layer", "why": "It is not."}, {"text": "Another"}],
        follow_ups=[
            {
                "prompt": "And backups?",
                "condition": "time is left",
                "expect": "A tar file\r\n\r\nA helper container",
                "strong": "Names both",
                "weak": "Guesses",
                "next_slug": "next-one",
            },
            {"prompt": "Second?"},
        ],
    )
    text = own_text(make_own(alice_client, **written))
    assert text.misconceptions == (
        MisconceptionText("It is a layer", "It is not."),
        MisconceptionText("Another"),
    )
    assert text.follow_ups == (
        FollowUpText(
            "And backups?",
            expect=("A tar file", "A helper container"),
            strong=("Names both",),
            weak=("Guesses",),
            condition="time is left",
            next_slug="next-one",
        ),
        FollowUpText("Second?"),
    )


@pytest.mark.parametrize(
    ("prefix", "row", "said"),
    [
        ("misconceptions", {"text": "x" * 501}, "at most 500 characters"),
        ("misconceptions", {"text": "x", "why": "y" * 20_001}, "at most 20000 characters"),
        ("misconceptions", {"text": "bell\x07"}, "invisible control character"),
        ("misconceptions", {"why": "Only a reason"}, "Write what people believe"),
        ("follow_ups", {"prompt": "x" * 301}, "at most 300 characters"),
        ("follow_ups", {"prompt": "x", "condition": "y" * 201}, "at most 200 characters"),
        ("follow_ups", {"prompt": "x", "expect": "y" * 20_001}, "at most 20000 characters"),
        ("follow_ups", {"prompt": "x", "weak": "bell\x07"}, "invisible control character"),
        ("follow_ups", {"prompt": "x", "expect": "a\n" * 21}, "at most 20 lines"),
        ("follow_ups", {"expect": "Only what is expected"}, "Write what is asked"),
        ("follow_ups", {"prompt": "x", "next_slug": "nowhere"}, "Choose a question of yours"),
        ("follow_ups", {"prompt": "x", "words": "volume"}, "Choose one of the questions found"),
    ],
)
def test_bad_part_is_told_at_its_field_and_kept(
    alice_client: Client, prefix: str, row: dict[str, str], said: str
) -> None:
    response = alice_client.post(CREATE, form_data(**parts(**{prefix: [row]})))
    page = response.text
    assert response.status_code == 422
    assert page.count(said) == 2  # at its field, and above them all with a link to it
    place, label, _error = response.context["editor"].errors[0]
    assert f'href="#{place}"' in page
    assert f'id="{place}"' in page
    assert label.startswith(("Misconception 1", "Follow-up 1"))
    name, value = next(iter(row.items()))
    assert sent_by(page, form_id="editor")[f"{prefix}-0-{name}"] == value
    assert not Question.objects.exists()


def test_more_rows_than_there_is_room_for_are_refused(alice_client: Client) -> None:
    many = [{"text": f"Belief {number}"} for number in range(21)]
    response = alice_client.post(CREATE, form_data(**parts(misconceptions=many)))
    assert response.status_code == 422
    summary = response.text.partition('role="alert"')[2].partition("</div>")[0]
    assert (
        '<a href="#misconceptions">Misconceptions</a>: There is room for 20 of them. Remove'
        in summary
    )
    page = alice_client.post(
        CREATE, form_data(action="add-misconceptions", **parts(misconceptions=many[:20]))
    ).text
    assert "There is room for 20 of them." in page


@pytest.mark.parametrize("prefix", ["misconceptions", "points", "options", "references"])
@pytest.mark.parametrize(
    ("action", "order"),
    [
        ("up-{}-4", "ACB"),
        ("up-{}-0", "ABC"),
        ("down-{}-0", "BAC"),
        ("down-{}-4", "ABC"),
        ("remove-{}-2", "AC"),
        ("remove-{}-3", "ABC"),
        ("remove-{}-99", "ABC"),
        ("up-{}", "ABC"),
    ],
)
def test_rows_move_and_go_without_a_script_and_nothing_is_saved(
    alice_client: Client, prefix: str, action: str, order: str
) -> None:
    """Their numbers are those of the page, whose second and fourth row are empty."""
    field = "url" if prefix == "references" else "text"
    written = rows(prefix, *({field: text} for text in ("A", "", "B", "", "C")))
    data = {**form_data(), **written, "action": action.format(prefix)}
    response = alice_client.post(CREATE, data)
    sent = sent_by(response.text, form_id="editor")
    found = [sent.get(f"{prefix}-{number}-{field}", "") for number in range(5)]
    assert "".join(found) == order
    assert response.status_code == 200
    assert not Question.objects.exists()


def test_row_removed_and_written_again_is_kept(
    alice: User, alice_client: Client, now: datetime
) -> None:
    question = create_question(RICH, owner=alice, private_to=alice, now=now)
    data = sent_by(alice_client.get(edit_url(question)).text, form_id="editor")
    for action in ("remove-misconceptions-1", "add-misconceptions"):
        page = alice_client.post(edit_url(question), {**data, "action": action}).text
        data = sent_by(page, form_id="editor")
    data["misconceptions-1-text"] = RICH.misconceptions[1].text
    alice_client.post(edit_url(question), {**data, "answer": "New."})
    assert own_text(question).misconceptions == RICH.misconceptions


@pytest.mark.parametrize("action", ["preview", "find-follow_ups-0", "up-follow_ups-0"])
def test_what_no_browser_sends_breaks_nothing(alice_client: Client, action: str) -> None:
    row = {"prompt": "a\0b", "next_slug": "a\0b", "words": "a\0b", "searched": "\0"}
    data = form_data(action=action, topic="a\0b", tags="\0", **parts(follow_ups=[row]))
    for headers in (FIND, {}):
        assert alice_client.post(CREATE, data, headers=headers).status_code == 200
    assert alice_client.post(CREATE, {**data, "action": ""}).status_code == 422


def test_follow_up_moves_whole(alice: User, alice_client: Client, now: datetime) -> None:
    question = create_question(RICH, owner=alice, private_to=alice, now=now)
    data = sent_by(alice_client.get(edit_url(question)).text, form_id="editor")
    moved = alice_client.post(edit_url(question), {**data, "action": "down-follow_ups-0"}).text
    data = sent_by(moved, form_id="editor")
    assert alice_client.post(edit_url(question), data).status_code == 302
    first, second, third = RICH.follow_ups
    assert own_text(question) == replace(RICH, version=4, follow_ups=(second, first, third))


def focused_in(page: str) -> str:
    """The one tag of the form that takes the keyboard."""
    form = page.split('id="editor"', 1)[1].split("</form>", 1)[0]
    [tag] = [part for part in form.split("<") if "autofocus" in part]
    assert "data-focus" in tag
    return tag


def test_keyboard_goes_on_where_it_was(alice_client: Client) -> None:
    data = form_data(**parts(misconceptions=[{"text": "A"}, {"text": "B"}, {"text": "C"}]))
    for action, focused in (
        ("up-misconceptions-2", "up-misconceptions-1"),
        ("up-misconceptions-1", "down-misconceptions-0"),
        ("down-misconceptions-1", "up-misconceptions-2"),
        ("remove-misconceptions-2", "id_misconceptions-1-text"),
        ("add-misconceptions", "id_misconceptions-3-text"),
    ):
        page = alice_client.post(CREATE, {**data, "action": action}).text
        assert focused in focused_in(page)
    data = form_data(**parts(misconceptions=[{"text": "A"}]))
    page = alice_client.post(CREATE, {**data, "action": "remove-misconceptions-0"}).text
    assert 'value="add-misconceptions"' in focused_in(page)


@pytest.mark.parametrize("action", ["", "find", "find-points-0", "up-nothing-0", "add-form", "up-"])
def test_button_that_is_not_on_the_page_checks_and_saves(alice_client: Client, action: str) -> None:
    assert alice_client.post(CREATE, form_data(action=action)).status_code == 302


# Which question carries on


def found_in(page: str) -> list[str]:
    """The ids that a page offers to choose from."""
    inputs = [tag for tag in page.split("<") if "-next_slug" in tag and 'type="radio"' in tag]
    return [tag.split('value="')[1].split('"')[0] for tag in inputs]


def search(client: Client, words: str, *, url: str = CREATE, **row: str) -> Any:
    follow_ups = [{"prompt": "And then?", "words": words, **row}]
    data = form_data(action="find-follow_ups-0", **parts(follow_ups=follow_ups))
    return client.post(url, data, headers=FIND)


def test_search_finds_what_this_person_may_practise(
    alice: User, bob: User, alice_client: Client, edda_client: Client
) -> None:
    factories.make_question("How are volumes shared?", slug="shared")
    factories.make_question("Which volumes did I lose?", slug="mine", private_to=alice)
    factories.make_question(
        "Which volumes are gone?", slug="gone", private_to=alice, status="retired"
    )
    factories.make_question("Which volumes has Bob?", slug="bobs", private_to=bob)
    factories.make_question("Which volumes are planned?", slug="planned", status="draft")
    page = search(alice_client, "volumes").text
    assert sorted(found_in(page)) == ["", "mine", "shared"]
    assert "<html" not in page
    assert "2 questions found" in page
    assert found_in(search(edda_client, "volumes").text) == ["", "shared"]
    assert found_in(search(alice_client, "shared").text) == ["", "shared"]
    assert found_in(search(alice_client, "bobs").text) == []
    assert "No question of yours or of the bank has these words" in (
        search(alice_client, "zebra").text
    )


def test_question_whose_id_was_typed_comes_first(alice: User, alice_client: Client) -> None:
    factories.make_question(
        "How is data kept?", slug="volumes", answer="In named volumes, say.", private_to=alice
    )
    for number in range(9):
        factories.make_question(f"Volumes: what of {number}?", slug=f"other-{number}")
    found = found_in(search(alice_client, "volumes").text)
    assert found[:2] == ["", "volumes"]
    assert len(found) == 9


def test_search_never_offers_the_question_itself(alice: User, alice_client: Client) -> None:
    question = factories.make_question("Which volumes?", private_to=alice)
    factories.make_question("Whose volumes?", private_to=alice, slug="other")
    page = search(alice_client, "volumes", url=edit_url(question)).text
    assert found_in(page) == ["", "other"]


def test_search_works_without_a_script_and_keeps_what_was_typed(alice_client: Client) -> None:
    factories.make_question("How are `volumes` shared?", slug="shared")
    data = form_data(
        action="find-follow_ups-1",
        **parts(follow_ups=[{"prompt": ""}, {"prompt": "And then?", "words": "volumes"}]),
    )
    page = alice_client.post(CREATE, data).text
    assert found_in(page) == ["", "shared"]
    assert "How are <code>volumes</code> shared?" in page
    sent = sent_by(page, form_id="editor")
    assert (sent["follow_ups-0-words"], sent["follow_ups-0-prompt"]) == ("volumes", "And then?")
    alice_client.post(CREATE, {**sent, "follow_ups-0-next_slug": "shared"})
    text = own_text(Question.objects.latest("pk"))
    assert text.follow_ups == (FollowUpText("And then?", next_slug="shared"),)


def test_words_that_were_not_looked_for_are_looked_for_instead_of_saved(
    alice_client: Client,
) -> None:
    factories.make_question("How are volumes shared?", slug="shared")
    follow_ups = [
        {"prompt": "One?", "words": "volumes"},
        {"prompt": "Two?", "words": "volumes"},
    ]
    response = alice_client.post(CREATE, form_data(**parts(follow_ups=follow_ups)))
    assert response.status_code == 422
    assert found_in(response.text) == ["", "shared"]  # of the first


@pytest.mark.parametrize("words", ["x" * 500, "\0", "  ", "<b>", "%", "🙂"])
def test_strange_words_find_nothing_and_break_nothing(alice_client: Client, words: str) -> None:
    response = search(alice_client, words)
    assert response.status_code == 200
    assert found_in(response.text) == []


def test_question_of_somebody_else_cannot_be_led_to(
    alice: User, bob: User, alice_client: Client
) -> None:
    question = factories.make_question(private_to=alice)
    factories.make_question("Secret?", slug="bobs", private_to=bob)
    factories.make_question("Planned?", slug="planned", status="draft")
    for slug in ("bobs", "planned", question.slug, "a" * 5_000, "a\0b", "<b>"):
        response = choose_next(alice_client, question, slug)
        assert response.status_code == 422
        assert "Secret?" not in response.text
    assert question.revisions.count() == 1


def test_question_that_was_led_to_before_stays_whoever_may_open_it(
    alice: User, bob: User, alice_client: Client
) -> None:
    factories.make_question("Secret?", slug="bobs", private_to=bob)
    question = leading("start", "bobs", "never-here", private_to=alice)
    page = alice_client.get(edit_url(question)).text
    assert found_in(page) == ["", "bobs", "", "never-here"]
    assert "bobs, which you cannot open here" in page
    assert "Secret?" not in page
    data = sent_by(page, form_id="editor")
    assert alice_client.post(edit_url(question), {**data, "answer": "New."}).status_code == 302
    assert [each.next_slug for each in own_text(question).follow_ups] == ["bobs", "never-here"]


def test_thread_may_not_lead_back_nor_be_too_deep(alice: User, alice_client: Client) -> None:
    start = leading("start", private_to=alice)
    leading("back", "start", private_to=alice)
    leading("far-back", "back", private_to=alice)
    leading("one", "two", private_to=alice)
    leading("two", "three")
    leading("three")
    for slug in ("back", "far-back"):
        response = choose_next(alice_client, start, slug)
        assert response.status_code == 422
        assert "This thread would lead back to the question itself." in response.text
    assert choose_next(alice_client, start, "one").status_code == 422  # two lead here already
    response = choose_next(alice_client, start, "two")
    assert "This thread would be more than three questions deep." in response.text
    assert choose_next(alice_client, start, "three").status_code == 302
    new = form_data(**parts(follow_ups=[{"prompt": "Then?", "next_slug": "far-back"}]))
    assert "more than three questions deep" in alice_client.post(CREATE, new).text


def test_threads_of_others_do_not_count(alice: User, bob: User, alice_client: Client) -> None:
    start = leading("start", private_to=alice)
    shared = leading("shared")
    leading("bobs", "start", private_to=bob)
    leading("bobs-other", "bobs", private_to=bob)
    leading("bobs-third", "bobs-other", private_to=bob)
    assert choose_next(alice_client, start, shared.slug).status_code == 302


@pytest.mark.usefixtures("shared_database")
def test_two_questions_saved_at_once_do_not_lead_to_each_other(alice: User, now: datetime) -> None:
    one, two = leading("one", private_to=alice), leading("two", private_to=alice)

    def save(question: Question, to: str) -> str:
        text = replace(own_text(question), follow_ups=(FollowUpText("Then?", next_slug=to),))
        own = Question.objects.get(pk=question.pk)
        author = User.objects.get(pk=alice.pk)
        try:
            save_own(own, text, based_on=1, author=author, now=now, change="typo", change_note="")
        except BrokenThreads as error:
            return error.problems[to]
        return "saved"

    told = at_once(partial(save, one, "two"), partial(save, two, "one"))
    assert sorted(told) == ["This thread would lead back to the question itself.", "saved"]


@pytest.mark.usefixtures("shared_database")
def test_question_made_while_another_is_saved_makes_no_thread_too_deep(
    alice: User, now: datetime
) -> None:
    one = leading("one", private_to=alice)
    for slug, to in (("two", "three"), ("three", "four"), ("four", "")):
        leading(slug, to, private_to=alice)

    def make() -> str:
        new = QuestionDocument(
            slug="", prompt="New?", follow_ups=(FollowUpText("Then?", next_slug="one"),)
        )
        return told(lambda owner: create_own(new, owner=owner, now=now))

    def save() -> str:
        own = Question.objects.get(pk=one.pk)
        text = replace(own_text(one), follow_ups=(FollowUpText("Then?", next_slug="two"),))
        known = {"based_on": 1, "now": now, "change": "typo", "change_note": ""}
        return told(lambda author: save_own(own, text, author=author, **known))

    def told(write: Callable[[User], Any]) -> str:
        try:
            write(User.objects.get(pk=alice.pk))
        except BrokenThreads as error:
            return str(error)
        return "saved"

    too_deep = "This thread would be more than three questions deep."
    assert sorted(at_once(make, save)) == [too_deep, "saved"]


def test_copy_keeps_what_it_leads_on_to_however_deep(alice: User, alice_client: Client) -> None:
    """What came with a file came so to the copy too; another link is checked."""
    leading("first", "second", private_to=alice)
    for slug, to in (("second", "third"), ("third", "fourth"), ("fourth", "fifth")):
        leading(slug, to, private_to=alice)
    url = f"{CREATE}?copy=first"
    data = sent_by(alice_client.get(url).text, form_id="editor")
    assert alice_client.post(url, {**data, "prompt": "Copied?"}).status_code == 302
    copied = Question.objects.get(current_revision__prompt="Copied?")
    assert [each.next_slug for each in own_text(copied).follow_ups] == ["second"]


def test_new_question_whose_thread_broke_meanwhile_is_kept_as_typed(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    leading("start", "between", private_to=alice)
    check = QuestionEditor._check_threads

    def and_then_another_tab(editor: QuestionEditor) -> None:
        check(editor)
        for slug, to in (("between", "late"), ("late", "last"), ("last", "")):
            leading(slug, to, private_to=alice)

    monkeypatch.setattr(QuestionEditor, "_check_threads", and_then_another_tab)
    new = form_data(
        prompt="New?", **parts(follow_ups=[{"prompt": "And then?", "next_slug": "start"}])
    )
    response = alice_client.post(CREATE, new)
    assert response.status_code == 422
    assert response.text.count("This thread would be more than three questions deep.") == 2
    assert "New?" in response.text
    assert not Question.objects.filter(current_revision__prompt="New?").exists()


def test_thread_that_broke_meanwhile_is_told_at_its_follow_up(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = leading("start", private_to=alice)
    leading("two", private_to=alice)

    def broken(*_given: Any, **_named: Any) -> None:
        raise BrokenThreads({"two": "This thread would lead back to the question itself."})

    monkeypatch.setattr("questions.views.own.save_own", broken)
    response = choose_next(alice_client, start, "two")
    assert response.status_code == 422
    assert response.text.count("This thread would lead back to the question itself.") == 2


@pytest.mark.parametrize("becomes", ["deleted", "of the bank"])
def test_question_that_is_nobodys_own_any_more_is_not_saved(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    start = leading("start", private_to=alice)
    leading("two", private_to=alice)

    def saved_late(question: Question, *given: Any, **named: Any) -> None:
        same = Question.objects.filter(pk=question.pk)
        if becomes == "deleted":
            same.delete()
        else:
            same.update(private_to=None)
        save_own(question, *given, **named)

    monkeypatch.setattr("questions.views.own.save_own", saved_late)
    assert choose_next(alice_client, start, "two").status_code == 404
    if becomes == "of the bank":
        assert not own_text(start).follow_ups


# The page


def test_preview_shows_beliefs_and_follow_ups_as_a_learner_sees_them(
    alice_client: Client, bob: User
) -> None:
    factories.make_question("How are `volumes` shared?", slug="shared")
    factories.make_question("Secret?", slug="bobs", private_to=bob)
    data = form_data(
        action="preview",
        **parts(
            misconceptions=[{"text": "`rm` is safe", "why": "It is <not>."}, {"why": "Alone"}],
            follow_ups=[
                {
                    "prompt": "And `tmpfs`?",
                    "condition": "time is left",
                    "expect": "In memory\n\nGone at the end",
                    "strong": "Says both",
                    "weak": "Guesses",
                    "next_slug": "shared",
                },
                {"prompt": "Secret too?", "next_slug": "bobs"},
            ],
        ),
    )
    page = alice_client.post(CREATE, data, headers=FIND).text
    for words in (
        *("Often believed, but wrong", "<code>rm</code> is safe", "It is &lt;not&gt;."),
        *(
            "Follow-up questions",
            "And <code>tmpfs</code>?",
            "Asked if:",
            "<li>Gone at the end</li>",
        ),
        *("A strong answer", "Guesses", "Carries on with:", "<code>volumes</code> shared?"),
    ):
        assert words in page
    assert "Alone" not in page
    assert "Secret?" not in page
    assert not Question.objects.filter(private_to__email="alice@example.org").exists()


def test_what_another_tab_saved_of_these_parts_stands_above_the_form(
    alice: User, alice_client: Client
) -> None:
    question = factories.make_question(private_to=alice)
    first = parts(
        misconceptions=[{"text": "From the first"}], follow_ups=[{"prompt": "First, and then?"}]
    )
    second = parts(
        misconceptions=[{"text": "From the second"}], follow_ups=[{"prompt": "Second, and then?"}]
    )
    alice_client.post(edit_url(question), form_data(based_on=1, **first))
    response = alice_client.post(edit_url(question), form_data(based_on=1, **second))
    assert response.status_code == 422
    above, form = response.text.split('id="editor"', 1)
    for words in ("From the first", "First, and then?"):
        assert words in above
    assert sent_by(response.text, form_id="editor")["misconceptions-0-text"] == "From the second"
    assert "Second, and then?" in form


@pytest.mark.parametrize("ask", ["page", "preview", "move", "refuse", "save"])
def test_queries_do_not_grow_with_the_follow_ups(
    alice: User, alice_client: Client, django_assert_max_num_queries: Any, ask: str
) -> None:
    for number in range(12):
        leading(f"next-{number}")

    def look(count: int) -> Callable[[], Any]:
        question = leading(f"start-{count}", private_to=alice)
        follow_ups = [{"prompt": f"{n}?", "next_slug": f"next-{n}"} for n in range(count)]
        beliefs = [{"text": f"Belief {n}"} for n in range(count)]
        data = form_data(based_on=1, **parts(follow_ups=follow_ups, misconceptions=beliefs))
        if ask == "page":
            alice_client.post(edit_url(question), data)
            return lambda: alice_client.get(edit_url(question))
        data |= {"preview": {"action": "preview"}, "move": {"action": "up-follow_ups-1"}}.get(
            ask, {}
        )
        data |= {"prompt": ""} if ask == "refuse" else {}
        return lambda: alice_client.post(edit_url(question), data)

    few, many = look(2), look(12)
    with django_assert_max_num_queries(80) as queries:
        few()
    with django_assert_max_num_queries(len(queries)):
        many()


def test_search_asks_few_queries_however_much_it_finds(
    alice_client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        factories.make_question(f"How are volumes shared, {number}?")
    with django_assert_max_num_queries(30) as queries:
        search(alice_client, "volumes")
    for number in range(20):
        factories.make_question(f"How are volumes moved, {number}?")
    with django_assert_max_num_queries(len(queries)):
        page = search(alice_client, "volumes").text
    assert len(found_in(page)) == 9


@pytest.mark.parametrize("action", ["preview", "up-follow_ups-1", "find-follow_ups-0"])
def test_stranger_gets_no_part_of_a_question(alice: User, bob_client: Client, action: str) -> None:
    question = factories.make_question(private_to=alice, misconceptions=("Hers",))
    url = reverse("questions:edit", args=[question.slug])
    assert bob_client.get(url).status_code == 404
    assert bob_client.post(url, form_data(action=action), headers=FIND).status_code == 404
