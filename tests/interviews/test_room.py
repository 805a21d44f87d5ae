"""The room's pages and the autosave, as a browser sees them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from interviews.answering import choice_of, places_of, shown_answers
from interviews.models import Response, Sitting
from tests import factories

SECOND = timedelta(seconds=1)
SECRETS = ("Several FROM lines", "Smaller image", "Say it in one sentence", "Ask about caching")


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def sitting(alice, clock):
    assignment = factories.make_assignment(learners=(alice,))
    secret = {"hints": (SECRETS[2],), "interviewer_notes": SECRETS[3]}
    questions = (
        factories.make_question("What is an image?", **secret),
        factories.make_question("What is a layer?", **secret),
    )
    return factories.make_sitting(assignment, alice, questions=questions)


def url(name, sitting):
    return reverse(f"interviews:{name}", args=[sitting.pk])


def draft(**fields):
    return {"item": 1, "number": 0, "text": "A template", **fields}


def stored(sitting, position=0):
    return Response.objects.get(item__sitting=sitting, item__position=position)


@pytest.mark.parametrize("name", ["room", "save", "clock", "submit", "result", "self_mark"])
def test_strangers_find_nothing_and_visitors_log_in(sitting, bob_client, client, name):
    method = "post" if name in ("save", "self_mark") else "get"
    assert getattr(bob_client, method)(url(name, sitting)).status_code == 404
    answer = getattr(client, method)(url(name, sitting))
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, reverse("account_login"))


def test_the_room_shows_one_question_and_hides_what_is_not_for_now(sitting, alice_client):
    page = alice_client.get(url("room", sitting)).content.decode()
    assert "What is an image?" in page
    assert "What is a layer?" not in page
    for secret in SECRETS:
        assert secret not in page


def test_each_question_has_its_page(sitting, alice_client):
    assert (
        "What is a layer?" in alice_client.get(url("room", sitting), {"item": 2}).content.decode()
    )
    assert alice_client.get(url("room", sitting), {"item": 3}).status_code == 404


def test_save_and_next_saves_and_goes_on(sitting, alice_client):
    answer = alice_client.post(url("room", sitting), draft(go="next"))
    assert answer.url == f"{url('room', sitting)}?item=2"
    assert stored(sitting).text == "A template"


@pytest.mark.parametrize(("go", "item"), [("2", 2), ("previous", 1), ("nonsense", 1), ("99", 2)])
def test_every_button_saves_before_it_leads_on(sitting, alice_client, go, item):
    answer = alice_client.post(url("room", sitting), draft(go=go))
    assert answer.url == f"{url('room', sitting)}?item={item}"
    assert stored(sitting).text == "A template"


def test_a_line_that_ends_counts_one_character_by_button_too(sitting, alice_client):
    """So many fit on the page, and by itself they are saved."""
    lines = "a\r\n" * 9_999 + "aa"
    assert len(lines) > 20_000
    assert alice_client.post(url("room", sitting), draft(text=lines, go="next")).status_code == 302
    assert stored(sitting).text == lines.replace("\r\n", "\n")


def test_a_flag_is_put_on_and_taken_off(sitting, alice_client):
    alice_client.post(url("room", sitting), draft(go="flag"))
    assert stored(sitting).is_flagged
    assert "answered, flagged" in alice_client.get(url("room", sitting)).content.decode()
    alice_client.post(url("room", sitting), draft(go="flag"))
    assert not stored(sitting).is_flagged


def test_a_conflict_shows_both_texts_and_only_its_own_button_decides(sitting, alice_client, now):
    stored(sitting).save_draft(text="From the other tab", base_number=0, now=now)
    answer = alice_client.post(url("room", sitting), draft(text="From this tab", go="next"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "From the other tab" in page
    assert "From this tab" in page
    assert fields_of(page) == {"number": "0", "instead_of": "1"}
    again = alice_client.post(url("room", sitting), draft(text="From this tab", go="2"))
    assert again.status_code == 409
    assert stored(sitting).text == "From the other tab"
    chosen = draft(text="From this tab", instead_of=1)
    assert alice_client.post(url("room", sitting), chosen).url == f"{url('room', sitting)}?item=1"
    assert stored(sitting).text == "From this tab"


def test_choosing_one_text_of_two_asks_again_if_a_third_came(sitting, alice_client, now):
    stored(sitting).save_draft(text="From the other tab", base_number=0, now=now)
    stored(sitting).save_draft(text="And once more", base_number=1, now=now)
    chosen = draft(text="From this tab", instead_of=1)
    assert alice_client.post(url("room", sitting), chosen).status_code == 409
    assert stored(sitting).text == "And once more"


def fields_of(page):
    """What a button of the conflict would send beside the text."""
    found = re.findall(r'name="(number|instead_of)" value="(\d+)"', page)
    return dict(found)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"text": "a" * 20_001}, 422),
        ({"number": "none"}, 422),
        ({"choice": ["x"]}, 422),
        ({"choice": ["7"]}, 422),
        ({"item": "9"}, 404),
        ({"item": "x"}, 404),
    ],
)
@pytest.mark.parametrize("name", ["room", "save"])
def test_what_makes_no_sense_is_refused(sitting, alice_client, fields, status, name):
    assert alice_client.post(url(name, sitting), draft(**fields)).status_code == status
    assert stored(sitting).number == 0


def test_autosave_says_what_is_stored_and_how_long_is_left(sitting, alice_client, clock):
    clock.shift(SECOND)
    answer = alice_client.post(url("save", sitting), draft())
    body = answer.json()
    assert (answer.status_code, body["outcome"], body["number"]) == (200, "saved", 1)
    assert body["saved_at"] == "12:00:01"
    assert body["remaining_ms"] == 20 * 60_000 - 1000
    again = alice_client.post(url("save", sitting), draft()).json()
    assert (again["outcome"], again["number"]) == ("saved", 1)


def test_a_refused_autosave_says_what_is_stored_and_how_long_is_left(sitting, alice_client, clock):
    stored(sitting).save_draft(text="A template", base_number=0, now=sitting.started_at)
    clock.shift(SECOND)
    answer = alice_client.post(url("save", sitting), draft(number=1, text="a" * 20_001))
    body = answer.json()
    assert (answer.status_code, body["outcome"], body["number"]) == (422, "refused", 1)
    assert body["remaining_ms"] == 20 * 60_000 - 1000
    assert body["is_in_progress"]


def test_autosave_in_conflict_sends_the_stored_text(sitting, alice_client, now):
    stored(sitting).save_draft(text="From the other tab", base_number=0, now=now)
    answer = alice_client.post(url("save", sitting), draft(text="From this tab"))
    body = answer.json()
    assert (answer.status_code, body["outcome"], body["number"]) == (409, "conflict", 1)
    assert body["stored"] == "From the other tab"


def test_a_late_autosave_closes_and_leads_to_the_result(sitting, alice_client, clock):
    clock.shift(timedelta(minutes=21))
    answer = alice_client.post(url("save", sitting), draft())
    body = answer.json()
    assert (answer.status_code, body["outcome"], body["is_in_progress"]) == (409, "late", False)
    assert body["url"] == url("result", sitting)
    result = alice_client.get(url("result", sitting)).content.decode()
    assert "Kept, but not counted" in result
    assert "A template" in result


def test_a_late_form_is_told_kindly_and_the_text_kept(sitting, alice_client, clock):
    clock.shift(timedelta(minutes=21))
    answer = alice_client.post(url("room", sitting), draft(go="next"), follow=True)
    assert answer.redirect_chain[-1][0] == url("result", sitting)
    assert "came too late" in answer.content.decode()
    assert stored(sitting).revisions.get().text == "A template"


@pytest.mark.parametrize(
    ("end", "said"),
    [("handed in", "You have handed in already."), ("voided", "This interview was voided.")],
)
def test_a_text_after_the_end_is_told_which_end_it_was(sitting, alice_client, ines, now, end, said):
    if end == "voided":
        sitting.void(reason="Fire alarm", actor=ines, now=now)
    else:
        sitting.submit(now=now)
    answer = alice_client.post(url("room", sitting), draft(go="next"), follow=True)
    page = answer.content.decode()
    assert f"{said} Your last text came too late: it is kept, but does not count." in page
    assert "Time was up" not in page


def test_asking_the_clock_early_closes_nothing(sitting, alice_client, clock):
    clock.shift(timedelta(minutes=20))
    body = alice_client.get(url("clock", sitting)).json()
    assert (body["is_in_progress"], body["remaining_ms"]) == (True, 0)
    clock.shift(timedelta(seconds=16))
    assert alice_client.get(url("clock", sitting)).json()["is_in_progress"] is False


def test_a_closed_room_leads_to_the_result(sitting, alice_client, clock):
    clock.shift(timedelta(hours=1))
    assert alice_client.get(url("room", sitting)).url == url("result", sitting)
    sitting.refresh_from_db()
    assert (sitting.closed_by, sitting.submitted_at) == ("timer", sitting.deadline_at)


def test_handing_in_names_what_is_unanswered_and_asks_first(sitting, alice_client, now):
    stored(sitting).save_draft(text="An answer", base_number=0, now=now)
    answer = alice_client.post(url("room", sitting), draft(text="An answer", number=1, go="submit"))
    assert answer.url == url("submit", sitting)
    page = alice_client.get(url("submit", sitting)).content.decode()
    assert "One question has no answer yet" in page
    assert Sitting.objects.get().is_in_progress
    answer = alice_client.post(url("submit", sitting))
    assert answer.url == url("result", sitting)
    assert Sitting.objects.get().closed_by == "learner"


def test_handing_in_twice_ends_on_the_result_both_times(sitting, alice_client):
    for _click in range(2):
        assert alice_client.post(url("submit", sitting)).url == url("result", sitting)
    assert Sitting.objects.get().events.filter(kind="submitted").count() == 1


def test_one_at_a_time_refuses_to_go_back(sitting, alice_client):
    Sitting.objects.update(is_one_at_a_time=True)
    answer = alice_client.post(url("room", sitting), draft(go="next"), follow=True)
    assert "What is a layer?" in answer.content.decode()
    back = alice_client.get(url("room", sitting), {"item": 1}, follow=True).content.decode()
    assert "cannot go back" in back
    assert "What is an image?" not in back
    alice_client.post(url("room", sitting), draft(text="Better", number=1, go="next"))
    assert stored(sitting).text == "A template"
    assert stored(sitting).revisions.get().text == "Better"


def test_one_at_a_time_the_list_shows_what_is_locked_and_what_is_to_come(
    alice, alice_client, clock
):
    """By an icon as well: on a phone the words are only for those who listen."""
    questions = tuple(factories.make_question(prompt) for prompt in ("One?", "Two?", "Three?"))
    sitting = factories.make_sitting(
        factories.make_assignment(learners=(alice,)), alice, questions=questions
    )
    Sitting.objects.filter(pk=sitting.pk).update(is_one_at_a_time=True)
    page = alice_client.post(url("room", sitting), draft(go="next"), follow=True).content.decode()
    links = re.findall(
        r'(?s)<span class="question-link([^"]*)".*?#([\w-]+)".*?<span>(.*?)</span>', page
    )
    assert links == [
        (" question-locked", "lock", "locked"),
        ("", "circle-dot", "now"),
        (" question-to-come", "circle-dashed", "to come"),
    ]


def test_a_choice_is_named_by_its_place(sitting, alice_client, alice, now):
    question = factories.make_choice_question()
    other = factories.make_assignment(learners=(alice,))
    sitting = factories.make_sitting(other, alice, questions=(question,))
    alice_client.post(url("save", sitting), {"item": 1, "number": 0, "choice": ["2"]})
    option = question.current_revision.answers.filter(role="option")[1]
    assert stored(sitting).choice == [option.pk]
    page = alice_client.get(url("room", sitting)).content.decode()
    assert 'value="2" checked' in page


def test_steps_come_shuffled_and_without_their_ids(alice, alice_client, sitting):
    question = factories.make_question(kind="ordering", steps=tuple("abcdefgh"))
    sitting = factories.make_sitting(
        factories.make_assignment(learners=(alice,)), alice, questions=(question,)
    )
    item = sitting.items.get()
    texts = [answer.text for answer in shown_answers(item)]
    assert texts != sorted(texts)
    assert texts == [answer.text for answer in shown_answers(sitting.items.get())]
    places = [3, 1, 0, 2, 4, 5, 6, 7]
    assert places_of(item, choice_of(item, places)) == places
    assert choice_of(item, [0] * 8) == []
    assert "Put these in order" in alice_client.get(url("room", sitting)).content.decode()


def test_the_room_asks_as_few_questions_for_many_items(
    alice, alice_client, clock, django_assert_max_num_queries
):
    questions = tuple(factories.make_question() for _number in range(12))
    sitting = factories.make_sitting(
        factories.make_assignment(learners=(alice,)), alice, questions=questions
    )
    with django_assert_max_num_queries(8):
        alice_client.get(url("room", sitting))


def test_an_autosave_asks_next_to_nothing_however_many_items(
    alice, alice_client, clock, django_assert_num_queries
):
    """Session and person, where it stands, the text; the first is noted beside it."""
    questions = tuple(factories.make_question() for _number in range(6))
    sitting = factories.make_sitting(
        factories.make_assignment(learners=(alice,)), alice, questions=questions
    )
    page = {"item": 5, "writer": "tab"}
    first = {**page, "number": 0, "text": "A", "sequence": 1}
    with django_assert_num_queries(5):
        assert alice_client.post(url("save", sitting), first).json()["number"] == 1
    again = {**page, "number": 1, "text": "A template", "sequence": 2}
    with django_assert_num_queries(4):
        assert alice_client.post(url("save", sitting), again).json()["number"] == 2
