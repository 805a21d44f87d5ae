"""Two markers on one response: who opens it holds it, until they stop or are overruled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from interviews.models import Hold, Item, Mark, Response, Sitting, SittingEvent
from tests import factories

MINUTE, MILLISECOND = timedelta(minutes=1), timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def sitting(alice: User, ines: User, otto: User, now: datetime) -> Sitting:
    """Handed in by alice; ines and otto both teach her."""
    cohort = factories.make_cohort(instructor=ines, learners=(alice,))
    cohort.memberships.create(user=otto, role="instructor")
    return factories.make_sitting(
        factories.make_assignment(instructor=ines, cohorts=(cohort,)),
        alice,
        questions=(factories.make_question(key_points=()), factories.make_question("Why?")),
        answers=("Several FROM lines in one file.", "Signals."),
        state="submitted",
        submitted_at=now,
        closed_by="learner",
    )


@pytest.fixture
def item(sitting: Sitting) -> Item:
    return sitting.items.get(position=0)


def url_of(item: Item) -> str:
    return reverse("interviews:mark", args=[item.pk])


def form_of(state: str = "covered", **fields: str) -> dict[str, str]:
    return {"number": "0", "point-whole": state, **fields}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def is_folded(page: str) -> bool:
    assert ("data-marking" in page) is not ("Mark it all the same" in page)
    return "Mark it all the same" in page


def beat(client: Client, item: Item) -> Any:
    return client.post(reverse("interviews:hold", args=[item.pk]), headers={"HX-Request": "true"})


def test_a_second_marker_is_told_by_whom_since_when_and_until_when(
    item: Item, ines_client: Client, otto_client: Client, clock: Any, now: datetime
) -> None:
    clock.move_to(now + 3 * MINUTE)
    assert not is_folded(text_of(ines_client.get(url_of(item))))
    clock.move_to(now + 4 * MINUTE)
    assert beat(ines_client, item).status_code == 204
    clock.move_to(now + 5 * MINUTE)
    page = text_of(otto_client.get(url_of(item)))
    assert is_folded(page)
    assert "Ines is marking this response, since 12:03." in page
    assert "If Ines stops, it is free at 12:07." in page
    assert "Several FROM lines in one file." in page
    assert not is_folded(text_of(ines_client.get(url_of(item))))


def test_each_reads_the_times_on_their_own_clock(
    item: Item, ines_client: Client, otto: User, otto_client: Client
) -> None:
    User.objects.filter(pk=otto.pk).update(time_zone="Asia/Tokyo")
    ines_client.get(url_of(item))
    page = text_of(otto_client.get(url_of(item)))
    assert "since 21:00" in page
    assert "free at 21:03" in page


@pytest.mark.parametrize(
    ("after", "is_free"),
    [
        (3 * MINUTE - MILLISECOND, False),
        (3 * MINUTE, True),
        (3 * MINUTE + MILLISECOND, True),
    ],
)
def test_lock_expiry(
    item: Item, ines: User, otto: User, now: datetime, after: timedelta, is_free: bool
) -> None:
    assert Hold.objects.take(item, marker=ines, now=now)
    assert Hold.objects.take(item, marker=otto, now=now + after) is is_free
    hold = Hold.objects.get()
    assert hold.marker == (otto if is_free else ines)
    assert hold.taken_at == (now + after if is_free else now)
    assert hold.is_lasting(now + after)


@pytest.mark.parametrize("after", [3 * MINUTE - MILLISECOND, 3 * MINUTE, 3 * MINUTE + MILLISECOND])
def test_lock_expiry_counts_from_the_last_beat(
    item: Item, ines: User, otto: User, now: datetime, after: timedelta
) -> None:
    Hold.objects.take(item, marker=ines, now=now)
    assert Hold.objects.renew(item, marker=ines, now=now + 2 * MINUTE)
    is_over = after >= 3 * MINUTE
    assert Hold.objects.take(item, marker=otto, now=now + 2 * MINUTE + after) is is_over


def test_after_three_minutes_without_a_beat_the_page_is_free(
    item: Item, ines_client: Client, otto_client: Client, clock: Any, now: datetime
) -> None:
    ines_client.get(url_of(item))
    clock.move_to(now + 3 * MINUTE)
    page = text_of(otto_client.get(url_of(item)))
    assert not is_folded(page)
    assert "Ines" not in page
    assert Hold.objects.count() == 1


def test_who_comes_back_to_an_open_page_goes_on_if_nobody_came(
    item: Item, ines: User, ines_client: Client, otto_client: Client, clock: Any, now: datetime
) -> None:
    """A laptop was shut for ten minutes."""
    ines_client.get(url_of(item))
    clock.move_to(now + 10 * MINUTE)
    assert beat(ines_client, item).status_code == 204
    page = text_of(otto_client.get(url_of(item)))
    assert "Ines is marking this response, since 12:00." in page


def test_only_the_holder_renews(
    item: Item, ines: User, ines_client: Client, otto_client: Client, clock: Any, now: datetime
) -> None:
    ines_client.get(url_of(item))
    clock.move_to(now + MINUTE)
    told = beat(otto_client, item)
    assert told.status_code == 286
    assert "Ines is marking this response, since 12:00." in text_of(told)
    hold = Hold.objects.get()
    assert (hold.marker, hold.ends_at) == (ines, now + 3 * MINUTE)


def test_a_beat_for_what_nobody_opened_holds_nothing(item: Item, ines_client: Client) -> None:
    assert beat(ines_client, item).status_code == 204
    assert not Hold.objects.exists()


def test_marking_it_all_the_same_takes_it_and_the_first_is_told(
    item: Item, otto: User, ines_client: Client, otto_client: Client, clock: Any, now: datetime
) -> None:
    url = url_of(item) + "?by=question"
    ines_client.get(url)
    clock.move_to(now + 2 * MINUTE)
    assert otto_client.post(url, {"take": "1"}).url == url
    assert not is_folded(text_of(otto_client.get(url)))
    assert Hold.objects.get().marker == otto
    assert beat(otto_client, item).status_code == 204
    told = beat(ines_client, item)
    assert told.status_code == 286
    assert "Otto is marking this response, since 12:02." in text_of(told)
    assert "whoever saves second is shown both marks first" in text_of(told)
    clock.move_to(now + 6 * MINUTE)
    told = text_of(beat(ines_client, item))
    assert "Otto opened this response for marking at 12:02." in told
    assert not Mark.objects.exists()


def test_who_lost_it_and_saves_first_loses_nothing_and_neither_does_the_other(
    item: Item, ines_client: Client, otto_client: Client
) -> None:
    ines_client.get(url_of(item))
    otto_client.post(url_of(item), {"take": "1"})
    assert ines_client.post(url_of(item), form_of(comment="Ines says this")).status_code == 302
    response = otto_client.post(url_of(item), form_of("missed", comment="Otto says that"))
    assert response.status_code == 409
    page = text_of(response)
    assert not is_folded(page)
    assert "Ines saved another mark" in page
    assert "Ines says this" in page
    assert "Otto says that" in page


def test_what_was_typed_is_never_folded_away(
    item: Item, ines_client: Client, otto_client: Client
) -> None:
    """Her page was open before; now the other holds it, and what she sends cannot be saved."""
    otto_client.get(url_of(item))
    for wrong in (form_of("superb", comment="Kept"), form_of(suggest="1", comment="Kept")):
        page = text_of(ines_client.post(url_of(item), wrong))
        assert not is_folded(page)
        assert "Kept" in page
        assert "Otto is marking this response, since 12:00." in page
        assert "hx-trigger" not in page


def test_saving_gives_it_back(
    item: Item, ines_client: Client, otto_client: Client, clock: Any, now: datetime
) -> None:
    ines_client.get(url_of(item))
    ines_client.post(url_of(item), form_of(go="up"))
    assert not is_folded(text_of(otto_client.get(url_of(item))))


def test_what_could_not_be_saved_stays_held(
    item: Item, ines_client: Client, otto_client: Client
) -> None:
    ines_client.get(url_of(item))
    assert ines_client.post(url_of(item), form_of("superb")).status_code == 422
    assert is_folded(text_of(otto_client.get(url_of(item))))


def test_going_on_gives_it_back(
    sitting: Sitting, item: Item, ines: User, ines_client: Client, otto_client: Client
) -> None:
    ines_client.get(url_of(item))
    ines_client.get(url_of(sitting.items.get(position=1)))
    assert not is_folded(text_of(otto_client.get(url_of(item))))
    assert is_folded(text_of(otto_client.get(url_of(sitting.items.get(position=1)))))


def test_a_second_tab_on_another_response_takes_turns_with_the_first(
    sitting: Sitting, item: Item, ines_client: Client, otto_client: Client
) -> None:
    """The first tab is still open, so it has its response again at its next beat."""
    ines_client.get(url_of(item))
    ines_client.get(url_of(sitting.items.get(position=1)))
    assert beat(ines_client, item).status_code == 204
    assert is_folded(text_of(otto_client.get(url_of(item))))


def test_the_lists_say_who_is_marking_what(
    sitting: Sitting, item: Item, ines_client: Client, otto_client: Client, clock: Any, now: Any
) -> None:
    ines_client.get(url_of(item))
    lists = [
        reverse("interviews:marking", args=[sitting.pk]),
        reverse("interviews:assignment", args=[sitting.assignment_id]),
    ]
    for url in lists:
        assert text_of(otto_client.get(url)).count("being marked by Ines") == 1
        assert "being marked by" not in text_of(ines_client.get(url))
    clock.move_to(now + 3 * MINUTE)
    for url in lists:
        assert "being marked by" not in text_of(otto_client.get(url))


def test_a_look_changes_nothing_of_the_sitting(
    sitting: Sitting, item: Item, ines_client: Client, otto_client: Client
) -> None:
    models = (Sitting, SittingEvent, Item, Response, Mark)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    for client in (ines_client, otto_client):
        client.get(url_of(item))
        beat(client, item)
        client.post(url_of(item), {"take": "1"})
    assert before == [list(model.objects.order_by("pk").values()) for model in models]


def test_what_is_not_handed_in_is_held_by_nobody(
    sitting: Sitting, item: Item, ines_client: Client
) -> None:
    Sitting.objects.filter(pk=sitting.pk).update(state="in_progress", submitted_at=None)
    ines_client.get(url_of(item))
    ines_client.post(url_of(item), {"take": "1"})
    assert not Hold.objects.exists()


def test_in_a_mock_of_ones_own_nothing_is_held(ines: User, ines_client: Client, now: Any) -> None:
    assignment = factories.make_assignment(instructor=ines, learners=(ines,))
    sitting = factories.make_sitting(
        assignment,
        ines,
        questions=(factories.make_question(key_points=()),),
        state="submitted",
        submitted_at=now,
    )
    item = sitting.items.get()
    page = text_of(ines_client.get(url_of(item)))
    assert "data-marking" in page
    assert "hx-trigger" not in page
    ines_client.post(url_of(item), {"take": "1"})
    ines_client.get(reverse("interviews:result", args=[sitting.pk]))
    assert not Hold.objects.exists()


def test_learners_strangers_and_visitors_hold_nothing(
    item: Item, alice_client: Client, bob_client: Client, edda_client: Client, client: Client
) -> None:
    zoe = Client()
    zoe.force_login(
        factories.make_user(is_instructor=True), backend="accounts.backends.RoleBackend"
    )
    for stranger in (alice_client, bob_client, edda_client, zoe):
        assert beat(stranger, item).status_code == 404
        assert stranger.post(url_of(item), {"take": "1"}).status_code == 404
        assert stranger.get(url_of(item)).status_code == 404
    assert beat(client, item).status_code == 302
    assert not Hold.objects.exists()


def test_the_beat_is_only_sent(item: Item, ines_client: Client) -> None:
    url = reverse("interviews:hold", args=[item.pk])
    assert ines_client.get(url).status_code == 405
    assert ines_client.post(reverse("interviews:hold", args=[999_999])).status_code == 404


def test_lists_ask_as_little_however_many_are_being_marked(
    sitting: Sitting,
    otto_client: Client,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        revision = factories.make_question(f"Question {number}?").current_revision
        item = Item.objects.create(
            sitting=sitting, revision=revision, position=number + 2, points=10
        )
        Response.objects.create(item=item)
    for item in sitting.items.all():
        Hold.objects.take(item, marker=factories.make_user(is_instructor=True), now=now)
    with django_assert_max_num_queries(8):
        page = otto_client.get(reverse("interviews:marking", args=[sitting.pk]))
    assert text_of(page).count("being marked by") == 14
    with django_assert_max_num_queries(12):
        otto_client.get(reverse("interviews:assignment", args=[sitting.assignment_id]))
