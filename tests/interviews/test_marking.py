"""Marking: what a judgement is worth, its versions, two markers, and the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from interviews.models import Item, Mark, Sitting, SittingEvent
from interviews.models.marking import MarkConflict, NotMarkable
from questions.models import Question
from tests import factories

POINTS = (("Several FROM lines", 3), ("Smaller image", 1))


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def questions(db: None) -> tuple[Question, ...]:
    return (
        factories.make_question("What is a multi-stage build?", key_points=POINTS),
        factories.make_question("Why one process?", key_points=()),
    )


@pytest.fixture
def sitting(alice: User, ines: User, questions: tuple[Question, ...], now: datetime) -> Sitting:
    cohort = factories.make_cohort(instructor=ines, learners=(alice,))
    return factories.make_sitting(
        factories.make_assignment(instructor=ines, cohorts=(cohort,)),
        alice,
        questions=questions,
        answers=("Several FROM lines in one file.", "Signals."),
        state="submitted",
        submitted_at=now,
        closed_by="learner",
    )


@pytest.fixture
def item(sitting: Sitting) -> Item:
    return sitting.items.get(position=0)


def said(item: Item, *states: str) -> dict[str, str]:
    return dict(zip(item.judged, states, strict=True))


def form_of(item: Item, *states: str, **fields: str) -> dict[str, str]:
    points = {f"point-{key}": state for key, state in said(item, *states).items()}
    return {"number": "0", **points, **fields}


def url_of(item: Item) -> str:
    return reverse("interviews:mark", args=[item.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


RUBRIC = [
    (("covered", "covered"), "0", "10.00"),
    (("missed", "missed"), "0", "0.00"),
    (("covered", "missed"), "0", "7.50"),
    (("missed", "covered"), "0", "2.50"),
    (("partly", "missed"), "0", "3.75"),
    (("partly", "partly"), "0", "5.00"),
    (("covered", "partly"), "0", "8.75"),
    (("covered", "missed"), "1.5", "9.00"),
    (("covered", "missed"), "-2.25", "5.25"),
    (("missed", "partly"), "-5", "0.00"),
    (("covered", "covered"), "3", "10.00"),
    (("missed", "missed"), "10", "10.00"),
    (("covered", "covered"), "-10", "0.00"),
]


@pytest.mark.parametrize(("states", "adjustment", "score"), RUBRIC)
def test_the_score_follows_from_key_points_and_adjustment(
    item: Item, ines: User, now: datetime, states: tuple[str, str], adjustment: str, score: str
) -> None:
    mark = item.mark(
        points=said(item, *states),
        adjustment=Decimal(adjustment),
        base_number=0,
        marker=ines,
        now=now,
    )
    assert mark.score == Decimal(score)


@pytest.mark.parametrize(("state", "score"), [("covered", 10), ("partly", 5), ("missed", 0)])
def test_without_key_points_the_answer_is_judged_as_a_whole(
    sitting: Sitting, ines: User, now: datetime, state: str, score: int
) -> None:
    item = sitting.items.get(position=1)
    assert item.mark(points={"whole": state}, base_number=0, marker=ines, now=now).score == score


@pytest.mark.parametrize("adjustment", ["10.01", "-11", "100"])
def test_an_adjustment_beyond_the_question_is_refused(
    item: Item, ines: User, ines_client: Client, now: datetime, adjustment: str
) -> None:
    with pytest.raises(ValueError, match="larger"):
        item.mark(points={}, adjustment=Decimal(adjustment), base_number=0, marker=ines, now=now)
    form = form_of(item, "covered", "missed", adjustment=adjustment)
    response = ines_client.post(url_of(item), form)
    assert response.status_code == 422
    assert "worth 10 points" in text_of(response)
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"adjustment": "lots"}, {"adjustment": "0.001"}, {"number": "x"}, {"comment": "x" * 5_001}],
)
def test_nonsense_is_refused(item: Item, ines_client: Client, wrong: dict[str, str]) -> None:
    form = form_of(item, "covered", "missed", **wrong)
    assert ines_client.post(url_of(item), form).status_code == 422
    assert not Mark.objects.exists()


def test_each_key_point_must_be_judged_and_only_in_three_ways(
    item: Item, ines_client: Client
) -> None:
    first, second = item.judged
    for form in ({"number": "0", f"point-{first}": "covered"}, form_of(item, "covered", "superb")):
        response = ines_client.post(url_of(item), form)
        assert response.status_code == 422
    assert "Choose covered, partly or missed." in text_of(
        ines_client.post(url_of(item), {"number": "0", f"point-{second}": "missed"})
    )


def test_another_questions_key_point_is_refused(item: Item, ines: User, now: datetime) -> None:
    with pytest.raises(ValueError, match="No such key points"):
        item.mark(points={"999999": "covered"}, base_number=0, marker=ines, now=now)


def test_the_same_form_sent_twice_makes_one_mark(item: Item, ines_client: Client) -> None:
    form = form_of(item, "covered", "missed", comment="Good")
    for _click in range(2):
        assert ines_client.post(url_of(item), form).status_code == 302
    assert item.marks.count() == 1


def test_a_changed_mark_is_a_new_version_and_the_old_one_stays(
    item: Item, ines_client: Client
) -> None:
    ines_client.post(url_of(item), form_of(item, "covered", "missed"))
    ines_client.post(url_of(item), form_of(item, "covered", "covered", number="1"))
    assert [mark.score for mark in item.marks.order_by("number")] == [Decimal("7.5"), 10]


def test_a_second_marker_is_shown_both_and_nothing_is_lost(
    item: Item, ines_client: Client, otto: User, otto_client: Client
) -> None:
    item.sitting.assignment.cohorts.get().memberships.create(user=otto, role="instructor")
    ines_client.post(url_of(item), form_of(item, "covered", "missed", comment="Ines says this"))
    mine = form_of(item, "missed", "covered", comment="Otto says that")
    response = otto_client.post(url_of(item), mine)
    assert response.status_code == 409
    page = text_of(response)
    assert "Ines saved another mark" in page
    assert "Ines says this" in page
    assert "Otto says that" in page
    assert item.marks.count() == 1
    assert 'name="number" value="1"' in page
    assert otto_client.post(url_of(item), {**mine, "number": "1"}).status_code == 302
    assert [mark.comment for mark in item.marks.order_by("number")] == [
        "Ines says this",
        "Otto says that",
    ]


def test_an_old_form_never_overwrites_a_newer_mark(
    item: Item, ines: User, otto: User, now: datetime
) -> None:
    covered, missed = said(item, "covered", "covered"), said(item, "missed", "missed")
    item.mark(points=covered, base_number=0, marker=ines, now=now)
    item.mark(points=missed, base_number=1, marker=ines, now=now)
    with pytest.raises(MarkConflict) as conflict:
        item.mark(points=covered, base_number=1, marker=otto, now=now)
    assert conflict.value.newest.number == 2


def test_the_last_item_makes_the_sitting_marked(
    sitting: Sitting, ines: User, ines_client: Client, now: datetime
) -> None:
    first, second = sitting.items.all()
    ines_client.post(url_of(first), form_of(first, "covered", "missed"))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.score) == ("submitted", None)
    ines_client.post(url_of(second), form_of(second, "partly"))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.score, sitting.marked_at) == ("marked", Decimal("12.5"), now)
    event = sitting.events.get(kind=SittingEvent.Kind.MARKED)
    assert event.actor == ines


@pytest.mark.parametrize("state", ["in_progress", "voided"])
def test_what_is_not_handed_in_cannot_be_marked(
    sitting: Sitting, ines: User, ines_client: Client, now: datetime, state: str
) -> None:
    Sitting.objects.filter(pk=sitting.pk).update(state=state)
    item = sitting.items.get(position=0)
    form = form_of(item, "covered", "missed")
    for response in (ines_client.get(url_of(item)), ines_client.post(url_of(item), form)):
        assert response.url == reverse("interviews:marking", args=[sitting.pk])
    with pytest.raises(NotMarkable):
        item.mark(points={}, base_number=0, marker=ines, now=now)
    assert not Mark.objects.exists()


def test_a_markers_look_closes_nothing(
    sitting: Sitting, ines_client: Client, now: datetime
) -> None:
    overdue = now - timedelta(hours=1)
    Sitting.objects.filter(pk=sitting.pk).update(
        state="in_progress", submitted_at=None, deadline_at=overdue
    )
    before = Sitting.objects.values().get()
    for url in (
        reverse("interviews:marking", args=[sitting.pk]),
        reverse("interviews:assignment", args=[sitting.assignment_id]),
        url_of(sitting.items.get(position=0)),
        "/interviews/teach/",
    ):
        ines_client.get(url)
    assert Sitting.objects.values().get() == before
    assert not SittingEvent.objects.exists()


def test_the_page_shows_all_that_was_written(
    sitting: Sitting, item: Item, ines_client: Client, now: datetime
) -> None:
    for kind, text in (("late", "One more thing"), ("conflict", "From the other tab")):
        item.response.revisions.create(kind=kind, text=text, received_at=now)
    page = text_of(ines_client.get(url_of(item)))
    for text in (
        "Several FROM lines in one file.",
        "Came too late",
        "One more thing",
        "Written in another tab",
        "From the other tab",
        "Several FROM lines in one Dockerfile.",  # the model answer
        "0 of 2 marked",
    ):
        assert text in page


def test_what_was_chosen_is_shown_with_the_servers_score(
    alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    question = factories.make_choice_question()
    cohort = factories.make_cohort(instructor=ines, learners=(alice,))
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    sitting = factories.make_sitting(assignment, alice, questions=(question,))
    item = sitting.items.get()
    wrong = question.current_revision.answers.get(text="A tmpfs mount")
    item.response.save_draft(choice=[wrong.pk], base_number=0, now=now)
    sitting.submit(now=now)
    page = text_of(ines_client.get(url_of(item)))
    assert "scored by itself" in page
    assert "A tmpfs mount" in page
    form = {"number": "1", "point-whole": "partly", "adjustment": "", "comment": "Half of it"}
    assert ines_client.post(url_of(item), form).status_code == 302
    sitting.refresh_from_db()
    assert (sitting.state, sitting.score) == ("marked", 5)


def test_a_comment_is_rendered_and_made_safe(item: Item, ines_client: Client) -> None:
    comment = "**Well said** <script>alert(1)</script>"
    ines_client.post(url_of(item), form_of(item, "covered", "covered", comment=comment))
    html = item.marks.get().comment_html
    assert "<strong>Well said</strong>" in html
    assert "<script" not in html


def test_saving_leads_on_by_learner_and_at_the_end_to_the_list(
    sitting: Sitting, ines_client: Client
) -> None:
    first, second = sitting.items.all()
    response = ines_client.post(url_of(first), form_of(first, "covered", "missed"))
    assert response.url == url_of(second)
    response = ines_client.post(url_of(second), form_of(second, "covered", go="previous"))
    assert response.url == url_of(first)
    response = ines_client.post(url_of(second), form_of(second, "covered", number="1"))
    assert response.url == reverse("interviews:marking", args=[sitting.pk])


def test_by_question_goes_through_all_learners_in_a_steady_order_with_names_folded_away(
    sitting: Sitting, questions: tuple[Question, ...], bob: User, ines_client: Client, now: datetime
) -> None:
    sitting.assignment.cohorts.get().memberships.create(user=bob)
    other = factories.make_sitting(
        sitting.assignment, bob, questions=questions, state="submitted", submitted_at=now
    )
    running = factories.make_user()
    factories.make_sitting(sitting.assignment, running, questions=questions)
    ones = sorted([sitting, other], key=lambda each: each.pk.hex)
    first, second = (each.items.get(position=0) for each in ones)
    page = ines_client.get(url_of(first) + "?by=question")
    assert "1 of 2" in text_of(page)
    assert "Whose response is it?" in text_of(page)
    response = ines_client.post(url_of(first) + "?by=question", form_of(first, "covered", "missed"))
    assert response.url == url_of(second) + "?by=question"
    assignment = reverse("interviews:assignment", args=[sitting.assignment_id])
    response = ines_client.post(
        url_of(second) + "?by=question", form_of(second, "missed", "missed")
    )
    assert response.url == assignment
    overview = text_of(ines_client.get(assignment))
    assert "2 of 2 marked" in overview
    assert "0 of 2 marked" in overview


def test_the_marking_page_takes_few_queries_however_much_there_is(
    ines: User,
    ines_client: Client,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    learners = tuple(factories.make_user() for _number in range(12))
    cohort = factories.make_cohort(instructor=ines, learners=learners)
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    many = tuple(factories.make_question(f"Question {number}?") for number in range(12))
    for learner in learners:
        sitting = factories.make_sitting(
            assignment, learner, questions=many, state="submitted", submitted_at=now
        )
    with django_assert_max_num_queries(17):
        ines_client.get(url_of(sitting.items.first()) + "?by=question")
    with django_assert_max_num_queries(7):
        ines_client.get(reverse("interviews:marking", args=[sitting.pk]))
    with django_assert_max_num_queries(11):
        ines_client.get(reverse("interviews:assignment", args=[assignment.pk]))


def test_code_in_a_prompt_is_shown_as_code_wherever_it_is_marked(
    alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    question = factories.make_question("Why `EXPOSE`?", key_points=(("It is `metadata`", 3),))
    assignment = factories.make_assignment(instructor=ines, learners=(alice,))
    sitting = factories.make_sitting(
        assignment, alice, questions=(question,), state="submitted", submitted_at=now
    )
    item = sitting.items.get()
    for path in (f"assignments/{assignment.pk}/", f"sittings/{sitting.pk}/", f"items/{item.pk}/"):
        assert "Why <code>EXPOSE</code>?" in text_of(ines_client.get(f"/interviews/teach/{path}"))
    assert "It is <code>metadata</code>" in text_of(ines_client.get(url_of(item)))
