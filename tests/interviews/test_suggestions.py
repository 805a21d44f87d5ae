"""What the engine suggests: who sees it when, where it is filled in, and what is learned from it."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from interviews import suggesting
from interviews.models import Mark, Sitting, Suggestion
from questions.models import AcceptPhrase, Overrule
from questions.models.overrules import PointTally
from tests import factories

POINTS = (
    ("Several FROM lines", 2),
    ("Smaller final image without compilers", 1),
    ("Caches are kept apart", 1),
)
ANSWER = "There are several FROM lines. The final image has it."
SIGNS = ("Looks covered", "Not sure:", "Not found", "data-point", 'class="finding', "Basic match")


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False):
        yield


def make_open_question(**fields):
    return factories.make_question(key_points=POINTS, **fields)


def make_sitting(learner, assigner, *, answer=ANSWER, reveal="on_submit", questions=(), **fields):
    blueprint = factories.make_blueprint(owner=assigner, reveal=reveal)
    assignment = factories.make_assignment(
        blueprint=blueprint, instructor=assigner, learners=(learner,)
    )
    return factories.make_sitting(
        assignment,
        learner,
        questions=questions or (make_open_question(),),
        answers=(answer,) * max(len(questions), 1),
        **fields,
    )


def make_closed(learner, assigner, **fields):
    sitting = make_sitting(learner, assigner, **fields)
    sitting.submit(now=factories.NOON)
    return sitting


def text_of(response):
    return " ".join(response.content.decode().split())


def result_of(client, sitting):
    return text_of(client.get(reverse("interviews:result", args=[sitting.pk])))


def questions_of(page):
    """The part about the questions, in which no request differs from the next."""
    return page[page.index('id="question-1"') : page.index("What happened")]


def checked(page):
    """The values of the radio buttons that are chosen, in order."""
    return [found[1] for found in re.finditer(r'type="radio"[^>]*value="(\w+)" checked', page)]


def self_mark(client, sitting, *states):
    item = sitting.items.get()
    data = {
        f"point-{item.pk}-{key}": state
        for key, state in zip(item.judged, states, strict=True)
        if state
    }
    return client.post(reverse("interviews:self_mark", args=[sitting.pk]), data, follow=True)


def mark_url(sitting):
    return reverse("interviews:mark", args=[sitting.items.get().pk])


def mark_form(sitting, *states, **fields):
    keys = sitting.items.get().judged
    said = {f"point-{key}": state for key, state in zip(keys, states, strict=True) if state}
    return {"number": "0", **said, **fields}


# Who sees it when


@pytest.mark.parametrize("state", ["submitted", "marked", "voided"])
def test_nothing_is_said_or_even_made_before_the_release(alice, ines, alice_client, state):
    sitting = make_closed(alice, ines, reveal="on_release")
    Sitting.objects.filter(pk=sitting.pk).update(state=state)
    page = result_of(alice_client, sitting)
    assert "several FROM lines" in page
    assert [sign for sign in SIGNS if sign in page] == []
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("assigner", ["alice", "ines"])
def test_no_page_of_a_running_interview_tells(alice, alice_client, assigner, request):
    sitting = make_sitting(alice, request.getfixturevalue(assigner))
    paths = [
        reverse("interviews:room", args=[sitting.pk]),
        reverse("interviews:result", args=[sitting.pk]),
        reverse("interviews:submit", args=[sitting.pk]),
        reverse("interviews:clock", args=[sitting.pk]),
        reverse("interviews:start", args=[sitting.assignment_id]),
        reverse("interviews:list"),
        reverse("dashboard:export"),
    ]
    for path in paths:
        response = alice_client.get(path, follow=True)
        page = b"".join(response) if response.streaming else response.content
        assert [sign for sign in SIGNS if sign.encode() in page] == [], path
    assert not Suggestion.objects.exists()


def test_saving_a_draft_tells_nothing(alice, alice_client):
    sitting = make_sitting(alice, alice)
    data = {"item": "1", "number": "0", "text": ANSWER + " More."}
    response = alice_client.post(reverse("interviews:save", args=[sitting.pk]), data)
    assert set(response.json()) == {
        *("outcome", "number", "saved_at", "is_in_progress", "place", "remaining_ms", "url")
    }
    assert not Suggestion.objects.exists()


def test_with_the_model_answers_the_findings_are_shown_but_no_marks(alice, ines, alice_client, now):
    sitting = make_closed(alice, ines)
    item = sitting.items.get()
    page = result_of(alice_client, sitting)
    assert "Looks covered, because you wrote: <q>There are several FROM lines.</q>" in page
    assert "Not sure: is this what you meant? <q>The final image has it.</q>" in page
    assert 'data-point="1"' in page
    assert "Your instructor decides." in page
    item.mark(points=dict.fromkeys(item.judged, "missed"), base_number=0, marker=ines, now=now)
    assert questions_of(result_of(alice_client, sitting)) == questions_of(page)
    assert checked(page) == []


def test_while_others_are_read_the_page_does_not_wait(alice, ines, alice_client):
    sitting = make_closed(alice, ines)
    with suggesting.reading:
        page = result_of(alice_client, sitting)
    assert "There are several FROM lines." in page
    assert "your answers are still to be matched" in page
    assert not Suggestion.objects.exists()
    again = result_of(alice_client, sitting)
    assert "Looks covered" in again
    assert "still to be matched" not in again
    with suggesting.reading:
        assert questions_of(result_of(alice_client, sitting)) == questions_of(again)


def test_ones_own_marks_wait_for_what_is_filled_in(alice, alice_client):
    sitting = make_closed(alice, alice)
    with suggesting.reading:
        assert checked(result_of(alice_client, sitting)) == ["covered", "missed"]


def test_released_marks_stand_beside_the_findings(alice, ines, alice_client, now):
    sitting = make_closed(alice, ines, reveal="on_release")
    item = sitting.items.get()
    item.mark(points=dict.fromkeys(item.judged, "missed"), base_number=0, marker=ines, now=now)
    Sitting.objects.get().release(actor=ines, now=now)
    page = result_of(alice_client, sitting)
    assert "Looks covered" in page
    assert page.count("segment-missed") == 0
    assert page.count("Missed") == 3


def test_strangers_see_nothing(alice, ines, bob_client, otto_client):
    sitting = make_closed(alice, ines)
    assert bob_client.get(reverse("interviews:result", args=[sitting.pk])).status_code == 404
    assert otto_client.get(mark_url(sitting)).status_code == 404
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("kind", ["output", "ordering"])
def test_what_the_server_scores_gets_no_suggestion(alice, alice_client, kind):
    more = {"steps": ("first", "then")} if kind == "ordering" else {"expected_output": "42"}
    sitting = make_closed(alice, alice, questions=(factories.make_question(kind=kind, **more),))
    assert [sign for sign in SIGNS if sign in result_of(alice_client, sitting)] == []


def test_a_hostile_answer_is_shown_as_it_was_typed(alice, alice_client):
    sitting = make_closed(alice, alice, answer="Several <script>alert(1)</script> FROM lines.")
    page = result_of(alice_client, sitting)
    assert "<script>alert" not in page
    assert "&lt;" in page


# Marking one's own mock


def test_ones_own_marks_are_filled_in_and_not_sure_is_left_open(alice, alice_client):
    page = result_of(alice_client, make_closed(alice, alice))
    assert checked(page) == ["covered", "missed"]
    assert "a point you leave open counts as missed" in page
    assert not Mark.objects.exists()


def test_where_all_is_clear_nothing_is_said_of_points_left_open(alice, alice_client):
    page = result_of(alice_client, make_closed(alice, alice, answer="Several FROM lines."))
    assert checked(page) == ["covered", "missed", "missed"]
    assert "leave open" not in page


def test_a_sentence_to_check_is_filled_in_as_missed_and_shown(alice, alice_client):
    page = result_of(alice_client, make_closed(alice, alice, answer="Not several FROM lines."))
    assert checked(page)[0] == "missed"
    assert "it may say the opposite" in page


def test_a_point_left_open_counts_as_missed_and_that_is_said(alice, alice_client):
    sitting = make_closed(alice, alice)
    page = text_of(self_mark(alice_client, sitting, "covered", "", "missed"))
    assert "1 answer marked." in page
    assert "1 point you left open counts as missed; you can still change it." in page
    assert list(Mark.objects.get().points.values()) == ["covered", "missed", "missed"]
    assert Sitting.objects.get().percent == 50


def test_with_nothing_typed_nothing_is_filled_in_and_the_answer_may_wait(alice, alice_client):
    sitting = make_closed(alice, alice, answer="  ")
    assert checked(result_of(alice_client, sitting)) == []
    self_mark(alice_client, sitting, "", "", "")
    assert not Mark.objects.exists()


def test_overruling_is_recorded_once_however_often_it_is_sent(alice, alice_client):
    sitting = make_closed(alice, alice)
    result_of(alice_client, sitting)
    for _click in range(2):
        self_mark(alice_client, sitting, "covered", "covered", "missed")
    overrule = Overrule.objects.get()
    assert (overrule.user, overrule.excerpt) == (alice, "The final image has it.")
    assert (overrule.said, overrule.source, overrule.state) == ("covered", "interview", "waiting")
    assert set(PointTally.objects.values_list("judged", flat=True)) == {1}


def test_changing_ones_mind_counts_only_what_changed(alice, alice_client):
    sitting = make_closed(alice, alice)
    self_mark(alice_client, sitting, "covered", "missed", "missed")
    self_mark(alice_client, sitting, "covered", "missed", "covered")
    assert Overrule.objects.get().said == "covered"
    assert sorted(PointTally.objects.values_list("judged", flat=True)) == [1, 1, 2]


def test_agreeing_overrules_nothing(alice, alice_client):
    self_mark(alice_client, make_closed(alice, alice), "covered", "missed", "missed")
    assert not Overrule.objects.exists()


# Marking by instructors


def test_a_suggestion_stands_beside_and_is_not_applied(alice, ines, ines_client):
    page = text_of(ines_client.get(mark_url(make_closed(alice, ines))))
    assert "because they wrote: <q>There are several FROM lines.</q>" in page
    assert 'data-point="1"' in page
    assert "It only suggests: you decide." in page
    assert checked(page) == []
    assert not Mark.objects.exists()


def test_suggestions_fill_only_what_is_undecided_and_save_nothing(alice, ines, ines_client):
    sitting = make_closed(alice, ines)
    form = mark_form(sitting, "partly", "", "", comment="Half of it", adjustment="-1", suggest="1")
    response = ines_client.post(mark_url(sitting), form)
    page = text_of(response)
    assert response.status_code == 200
    assert checked(page) == ["partly", "missed"]
    assert "Half of it" in page
    assert 'value="-1"' in page
    assert "Filled in, not saved yet." in page
    assert not Mark.objects.exists()
    assert not Overrule.objects.exists()


def test_what_is_not_sure_the_marker_must_decide(alice, ines, ines_client):
    sitting = make_closed(alice, ines)
    response = ines_client.post(mark_url(sitting), mark_form(sitting, "covered", "", "missed"))
    assert response.status_code == 422
    assert not Mark.objects.exists()


def test_nothing_is_offered_where_all_is_decided(alice, ines, ines_client, now):
    sitting = make_closed(alice, ines)
    item = sitting.items.get()
    item.mark(points=dict.fromkeys(item.judged, "missed"), base_number=0, marker=ines, now=now)
    page = text_of(ines_client.get(mark_url(sitting)))
    assert "Take the suggestions" not in page
    assert checked(page) == ["missed"] * 3


def test_a_marker_who_overrules_is_recorded_once_with_the_learners_words(alice, ines, ines_client):
    sitting = make_closed(alice, ines)
    for _click in range(2):
        form = mark_form(sitting, "missed", "covered", "missed")
        assert ines_client.post(mark_url(sitting), form).status_code == 302
    said = Overrule.objects.order_by("key_point").values_list("user", "said", "excerpt")
    assert list(said) == [
        (alice.pk, "missed", "There are several FROM lines."),
        (alice.pk, "covered", "The final image has it."),
    ]


def test_a_refused_mark_records_nothing(alice, ines, ines_client):
    sitting = make_closed(alice, ines)
    form = mark_form(sitting, "missed", "covered", "missed", adjustment="99")
    assert ines_client.post(mark_url(sitting), form).status_code == 422
    assert not Overrule.objects.exists()


def accepting(sitting, text="the final image has it"):
    key = list(sitting.items.get().judged)[1]
    return {f"accept-{key}": "on", f"phrase-{key}": text}


def test_words_can_be_accepted_while_marking(alice, ines, ines_client):
    sitting = make_closed(alice, ines)
    form = mark_form(sitting, "covered", "covered", "missed", **accepting(sitting))
    page = text_of(ines_client.post(mark_url(sitting), form, follow=True))
    assert "1 phrasing accepted. It counts from the next answer on." in page
    phrase = AcceptPhrase.objects.get()
    assert (phrase.text, phrase.added_by) == ("the final image has it", ines)
    assert Overrule.objects.get().state == "accepted"
    ines_client.post(mark_url(sitting), form)
    assert AcceptPhrase.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "text"), [("missed", "has it"), ("covered", ""), ("covered", "x" * 501)]
)
def test_words_that_cannot_be_accepted_are_refused(alice, ines, ines_client, state, text):
    sitting = make_closed(alice, ines)
    form = mark_form(sitting, "covered", state, "missed", **accepting(sitting, text))
    assert ines_client.post(mark_url(sitting), form).status_code == 422
    assert not Mark.objects.exists()
    assert not AcceptPhrase.objects.exists()


def test_words_for_somebody_elses_private_question_are_not_theirs_to_accept(
    alice, ines, otto, ines_client
):
    sitting = make_closed(alice, ines, questions=(make_open_question(private_to=otto),))
    assert "Covered in other words?" not in text_of(ines_client.get(mark_url(sitting)))
    form = mark_form(sitting, "covered", "covered", "missed", **accepting(sitting))
    assert ines_client.post(mark_url(sitting), form).status_code == 302
    assert Overrule.objects.get().state == "waiting"
    assert not AcceptPhrase.objects.exists()


# Made once, and never rewritten once it counts


def test_a_phrasing_accepted_counts_for_what_is_not_marked_yet(
    alice, bob, ines, ines_client, alice_client
):
    question = make_open_question()
    hers, his = (make_closed(learner, ines, questions=(question,)) for learner in (alice, bob))
    assert "Not sure:" in text_of(ines_client.get(mark_url(his)))
    form = mark_form(hers, "covered", "covered", "missed", **accepting(hers))
    ines_client.post(mark_url(hers), form)
    assert "Not sure:" not in text_of(ines_client.get(mark_url(his)))
    assert "Not sure:" in text_of(ines_client.get(mark_url(hers)))
    assert "Not sure:" in result_of(alice_client, hers)


def test_the_engine_is_asked_once_for_a_text(alice, alice_client, engine, monkeypatch):
    sitting = make_closed(alice, alice)
    before = result_of(alice_client, sitting)
    monkeypatch.setattr(engine, "assess", None)
    assert questions_of(result_of(alice_client, sitting)) == questions_of(before)


def test_another_engine_is_asked_anew_until_somebody_marks(
    alice, alice_client, engine, monkeypatch
):
    sitting = make_closed(alice, alice)
    result_of(alice_client, sitting)
    first = Suggestion.objects.get().digest
    monkeypatch.setattr(engine, "VERSION", "another")
    result_of(alice_client, sitting)
    second = Suggestion.objects.get().digest
    self_mark(alice_client, sitting, "covered", "missed", "missed")
    monkeypatch.setattr(engine, "VERSION", "a third")
    result_of(alice_client, sitting)
    assert first != second == Suggestion.objects.get().digest


def test_a_reopened_answer_is_looked_at_anew(alice, ines, ines_client, now):
    sitting = make_closed(alice, ines)
    ines_client.get(mark_url(sitting))
    sitting.reopen(deadline_at=now.replace(hour=13), reason="Fire alarm", actor=ines, now=now)
    sitting.items.get().response.save_draft(text="Caches are kept apart.", base_number=0, now=now)
    sitting.submit(now=now)
    page = text_of(ines_client.get(mark_url(sitting)))
    assert "because they wrote: <q>Caches are kept apart.</q>" in page
    assert Suggestion.objects.count() == 1


def test_findings_ask_no_more_queries_for_more_answers(
    alice, alice_client, django_assert_max_num_queries
):
    questions = tuple(make_open_question() for _number in range(10))
    sitting = make_closed(alice, alice, questions=questions)
    result_of(alice_client, sitting)
    with django_assert_max_num_queries(15):
        result_of(alice_client, sitting)


def test_marking_by_question_asks_as_little_for_thirty_learners(
    ines, ines_client, django_assert_max_num_queries
):
    question = make_open_question()
    learners = tuple(factories.make_user() for _number in range(30))
    blueprint = factories.make_blueprint(owner=ines)
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=learners)
    for learner in learners:
        factories.make_sitting(assignment, learner, questions=(question,), answers=(ANSWER,))
    Sitting.objects.update(state="submitted", submitted_at=factories.NOON)
    item = assignment.sittings.first().items.get()
    url = reverse("interviews:mark", args=[item.pk]) + "?by=question"
    ines_client.get(url)
    with django_assert_max_num_queries(20):
        ines_client.get(url)
