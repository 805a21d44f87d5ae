"""The interview room in real Chromium: whatever happens to net, tabs, clock and login, no text is lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from interviews.models import Mark, Response, ResponseRevision, Sitting
from tests import factories
from tests.browser.conftest import PATIENCE
from tests.browser.test_practice import sign_in

PASSWORD = "correct horse battery"
POINTS = (("Named volumes outlive the container", 2), ("Tags are movable names", 1))


@pytest.fixture
def context(browser, live_server, alice):
    alice.set_password(PASSWORD)
    alice.save(update_fields=["password"])
    context = browser.new_context(accept_downloads=True)
    sign_in(context, live_server, alice)
    yield context
    context.close()


@pytest.fixture
def open_page(context):
    """Opens pages that fail the test on any error but those of a net that was cut on purpose."""
    problems: list[str] = []

    def listen(message) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(message.text)

    def opened(url: str):
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.set_default_timeout(20_000)
        page.goto(url)
        return page

    yield opened
    assert problems == []


@pytest.fixture
def sitting(alice):
    questions = (factories.make_question("What is a volume?", key_points=POINTS),)
    return running(alice, alice, questions)


def running(learner, assigner, questions, **fields) -> Sitting:
    now = timezone.now()
    assignment = factories.make_assignment(instructor=assigner, learners=(learner,))
    fields = {"started_at": now, "deadline_at": now + timedelta(minutes=20), **fields}
    return factories.make_sitting(assignment, learner, questions=questions, **fields)


@pytest.fixture
def room_url(live_server, sitting):
    return live_server.url + reverse("interviews:room", args=[sitting.pk])


@pytest.fixture
def clock():
    """The server's clock stands still until it is moved; the browser's goes on."""
    with time_machine.travel(timezone.now(), tick=False) as travelling:
        yield travelling


def answer(page):
    return page.get_by_label("Your answer")


def is_saved(page) -> None:
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d:\d\d"))


def stored() -> str:
    return Response.objects.get().text


def wake(page) -> None:
    """The page asks for the time that is left, as its next beat would."""
    page.evaluate("() => { window.dispatchEvent(new Event('online')) }")


def kill(page) -> None:
    """As when the browser is killed: nothing more is sent, not even on leaving."""
    page.evaluate("() => { window.fetch = () => new Promise(() => {}) }")
    page.close(run_before_unload=False)


def test_what_is_typed_without_a_net_is_sent_when_it_is_back(open_page, context, room_url):
    page = open_page(room_url)
    context.set_offline(True)
    answer(page).fill("It outlives the container")
    expect(page.get_by_text("cannot reach us now")).to_be_visible()
    expect(page.locator("[data-saved]")).to_have_text("Not saved, trying again")
    context.set_offline(False)
    is_saved(page)
    expect(page.get_by_text("cannot reach us now")).to_be_hidden()
    assert stored() == "It outlives the container"
    assert (
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('journal'))") == []
    )


def test_what_is_taken_back_without_a_net_is_no_trouble_when_it_is_back(
    open_page, context, room_url
):
    page = open_page(room_url)
    answer(page).fill("It outlives")
    is_saved(page)
    context.set_offline(True)
    answer(page).fill("It outlives the container")
    expect(page.get_by_text("cannot reach us now")).to_be_visible()
    answer(page).fill("It outlives")
    context.set_offline(False)
    expect(page.get_by_text("cannot reach us now")).to_be_hidden()
    is_saved(page)
    assert stored() == "It outlives"
    assert not asks_before_leaving(page)


def test_what_arrived_unheard_is_taken_back_too(open_page, room_url):
    """The server has the longer text, and the page never heard so."""
    page = open_page(room_url)
    answer(page).fill("It outlives")
    is_saved(page)

    def lose(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/save/", lose, times=1)
    answer(page).fill("It outlives the container")
    expect(page.get_by_text("cannot reach us now")).to_be_visible()
    answer(page).fill("It outlives")
    expect(page.get_by_text("cannot reach us now")).to_be_hidden()
    is_saved(page)
    assert stored() == "It outlives"


def test_a_refused_text_that_is_taken_back_is_no_trouble(open_page, room_url):
    page = open_page(room_url)
    answer(page).evaluate("area => area.removeAttribute('maxlength')")
    answer(page).fill("a" * 20_001)
    expect(page.locator("[data-trouble-refused]")).to_be_visible()
    answer(page).fill("")
    expect(page.locator("[data-trouble]")).to_be_hidden()
    expect(page.locator("[data-saved]")).to_have_text("")


def test_what_is_not_saved_can_be_downloaded(open_page, context, room_url):
    page = open_page(room_url)
    context.set_offline(True)
    answer(page).fill("It outlives the container")
    button = page.get_by_role("button", name="Download what is not saved")
    expect(button).to_be_visible()
    with page.expect_download() as download:
        button.click()
    assert "1.\n\nIt outlives the container" in Path(download.value.path()).read_text()
    context.set_offline(False)
    is_saved(page)


@pytest.mark.parametrize("choice", ["Put it back", "Drop it"])
def test_a_tab_that_died_without_a_net_gives_its_text_back(open_page, context, room_url, choice):
    page = open_page(room_url)
    context.set_offline(True)
    answer(page).fill("It outlives the container")
    expect(page.get_by_text("cannot reach us now")).to_be_visible()
    kill(page)
    context.set_offline(False)
    page = open_page(room_url)
    expect(page.get_by_text("it was not saved")).to_be_visible()
    page.get_by_role("button", name=choice).click()
    expect(page.get_by_text("it was not saved")).to_be_hidden()
    if choice == "Put it back":
        is_saved(page)
        assert stored() == "It outlives the container"
    page.reload()
    expect(answer(page)).to_have_value(stored())
    expect(page.get_by_text("it was not saved")).to_be_hidden()


def test_putting_back_takes_nothing_away(open_page, context, room_url):
    page = open_page(room_url)
    context.set_offline(True)
    answer(page).fill("It outlives the container")
    expect(page.get_by_text("cannot reach us now")).to_be_visible()
    kill(page)
    context.set_offline(False)
    page = open_page(room_url)
    answer(page).fill("Typed since")
    answer(page).blur()
    is_saved(page)
    page.get_by_role("button", name="Put it back").click()
    expect(answer(page)).to_have_value("Typed since\n\nIt outlives the container")
    is_saved(page)


def test_what_was_chosen_without_a_net_is_given_back(open_page, context, live_server, alice):
    sitting = running(alice, alice, (factories.make_choice_question(),))
    url = live_server.url + reverse("interviews:room", args=[sitting.pk])
    page = open_page(url)
    context.set_offline(True)
    page.get_by_label("A tmpfs mount").check()
    expect(page.get_by_text("cannot reach us now")).to_be_visible()
    kill(page)
    context.set_offline(False)
    page = open_page(url)
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("A tmpfs mount")).to_be_checked()
    is_saved(page)
    assert len(Response.objects.get().choice) == 1


def test_a_text_that_arrived_is_not_offered_back(open_page, live_server, alice):
    questions = (factories.make_question("One?"), factories.make_question("Two?"))
    sitting = running(alice, alice, questions)
    url = live_server.url + reverse("interviews:room", args=[sitting.pk])
    page = open_page(url)
    answer(page).fill("First")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("Two?")).to_be_visible()
    assert (
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('journal'))") == []
    )
    page.goto(url)
    expect(answer(page)).to_have_value("First")
    expect(page.get_by_text("it was not saved")).to_be_hidden()


def open_slowly(context, url: str):
    """A page whose scripts are on their way, and what lets them arrive."""
    page, held = context.new_page(), []
    page.route(re.compile(r"/room\.js"), lambda route: held.append(route))
    page.goto(url, wait_until="commit")
    return page, lambda: held[0].continue_()


def test_what_is_typed_before_the_scripts_arrive_is_saved(context, room_url):
    page, let_scripts_run = open_slowly(context, room_url)
    answer(page).fill("Typed early")
    let_scripts_run()
    is_saved(page)
    assert stored() == "Typed early"
    expect(page.locator("[data-words]")).to_have_text("Words: 2")
    expect(page.get_by_text("it was not saved")).to_be_hidden()


def test_what_is_chosen_before_the_scripts_arrive_is_saved(context, live_server, alice):
    sitting = running(alice, alice, (factories.make_choice_question(),))
    url = live_server.url + reverse("interviews:room", args=[sitting.pk])
    page, let_scripts_run = open_slowly(context, url)
    page.get_by_label("A tmpfs mount").check()
    let_scripts_run()
    is_saved(page)
    assert len(Response.objects.get().choice) == 1


def test_what_is_typed_early_goes_above_what_is_offered_back(open_page, context, room_url):
    page = open_page(room_url)
    context.set_offline(True)
    answer(page).fill("Before the net was cut")
    expect(page.get_by_text("cannot reach us now")).to_be_visible()
    kill(page)
    context.set_offline(False)
    page, let_scripts_run = open_slowly(context, room_url)
    answer(page).fill("Typed early")
    let_scripts_run()
    expect(page.locator("[data-left-text]")).to_have_text("Before the net was cut")
    is_saved(page)
    page.get_by_role("button", name="Put it back").click()
    expect(answer(page)).to_have_value("Typed early\n\nBefore the net was cut")


def test_a_page_that_is_come_back_to_shows_what_is_stored(open_page, live_server, room_url):
    """Not what its fields held when it was left: that would be saved over the newer text."""
    page = open_page(room_url)
    answer(page).fill("Older")
    is_saved(page)
    page.goto(live_server.url + "/health/")
    other = open_page(room_url)
    answer(other).fill("Newer")
    is_saved(other)
    other.close()
    page.go_back()
    expect(page.locator("[data-words]")).to_have_text("Words: 1")
    expect(answer(page)).to_have_value("Newer")
    page.wait_for_timeout(2_500)
    assert stored() == "Newer"
    assert not ResponseRevision.objects.exists()


def test_two_tabs_keep_both_texts(open_page, room_url):
    first, second = open_page(room_url), open_page(room_url)
    answer(first).fill("From the first tab")
    is_saved(first)
    answer(second).fill("From the second tab")
    expect(second.get_by_text("answered in another tab too")).to_be_visible()
    expect(second.locator("[data-conflict-stored]")).to_have_text("From the first tab")
    second.get_by_role("button", name="Use what I wrote here").click()
    expect(second.get_by_text("answered in another tab too")).to_be_hidden()
    assert stored() == "From the second tab"
    kept = set(ResponseRevision.objects.values_list("text", flat=True))
    assert kept == {"From the first tab", "From the second tab"}


def kept() -> list[str]:
    """What was refused as another tab had saved."""
    return list(ResponseRevision.objects.values_list("text", flat=True))


@pytest.fixture
def conflict(open_page, room_url):
    """A page that wrote what another tab had answered already; both texts stand there."""
    page, other = open_page(room_url), open_page(room_url)
    answer(other).fill("From the other tab")
    is_saved(other)
    other.close()
    answer(page).fill("From here")
    expect(page.get_by_text("answered in another tab too")).to_be_visible()
    return page


def test_what_is_typed_on_in_a_conflict_is_kept_and_shown(conflict):
    with conflict.expect_response("**/save/"):
        answer(conflict).fill("From here, typed on")
    expect(conflict.locator("[data-conflict-here]")).to_have_text("From here, typed on")
    assert kept() == ["From here", "From here, typed on"]
    assert stored() == "From the other tab"
    conflict.get_by_role("button", name="Use what I wrote here").click()
    expect(conflict.get_by_text("answered in another tab too")).to_be_hidden()
    expect(answer(conflict)).to_have_value("From here, typed on")
    assert stored() == "From here, typed on"


def test_what_was_typed_in_a_conflict_is_kept_at_zero(clock, conflict):
    answer(conflict).fill("From here, to the end")
    clock.shift(timedelta(minutes=20))
    wake(conflict)
    expect(answer(conflict)).not_to_be_editable()
    clock.shift(timedelta(minutes=1))
    expect(conflict.get_by_role("heading", name="What happened")).to_be_visible()
    assert "From here, to the end" in kept()
    assert stored() == "From the other tab"


def test_nothing_leads_on_in_a_conflict_but_its_two_buttons(conflict):
    conflict.get_by_role("button", name="Save and hand in").click()
    expect(conflict.get_by_role("button", name="Use what I wrote here")).to_be_focused()
    assert stored() == "From the other tab"


def test_a_conflict_found_by_a_button_waits_for_a_choice_too(context, live_server, alice):
    """The page that answers shows both, and typing on decides nothing."""
    sitting = running(alice, alice, (factories.make_question("One?"),))
    url = live_server.url + reverse("interviews:room", args=[sitting.pk])
    page, let_scripts_run = open_slowly(context, url)
    answer(page).fill("From here")
    now = timezone.now()
    Response.objects.get().save_draft(text="From the other tab", base_number=0, now=now)
    page.unroute_all()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("answered in another tab too")).to_be_visible()
    with page.expect_response("**/save/"):
        answer(page).fill("From here, typed on")
    expect(page.locator("[data-conflict-here]")).to_have_text("From here, typed on")
    assert stored() == "From the other tab"
    page.get_by_role("button", name="Use what I wrote here").click()
    expect(page.get_by_text("answered in another tab too")).to_be_hidden()
    assert stored() == "From here, typed on"


def asks_before_leaving(page) -> bool:
    """Whether the browser would ask. (Playwright answers such a question itself, unseen.)"""
    return page.evaluate(
        "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    )


def test_leaving_is_asked_about_only_while_something_is_unsaved(open_page, context, room_url):
    page = open_page(room_url)
    assert not asks_before_leaving(page)
    context.set_offline(True)
    answer(page).fill("It outlives the container")
    assert asks_before_leaving(page)
    context.set_offline(False)
    is_saved(page)
    assert not asks_before_leaving(page)


def test_using_the_saved_text_asks_nothing_as_both_are_kept(conflict):
    assert not asks_before_leaving(conflict)
    asked = []
    conflict.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    answer(conflict).press_sequentially(" and on")
    conflict.get_by_role("link", name="Use the saved one").click()
    expect(answer(conflict)).to_have_value("From the other tab")
    assert asked == []
    expect(conflict.get_by_text("it was not saved")).to_be_hidden()


@pytest.mark.parametrize("way", ["saved by itself", "sent by a button"])
def test_leaving_is_asked_about_while_a_text_is_refused(open_page, room_url, way):
    page = open_page(room_url)
    answer(page).evaluate("area => area.removeAttribute('maxlength')")
    answer(page).fill("a" * 20_001)
    if way == "sent by a button":
        page.get_by_role("button", name="Save", exact=True).last.click()
        expect(page.locator("form#draft .field-error")).to_contain_text("at most 20000 characters")
    expect(page.locator("[data-trouble-refused]")).to_contain_text("at most 20000 characters")
    assert asks_before_leaving(page)
    answer(page).fill("Shorter")
    is_saved(page)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    assert not asks_before_leaving(page)


def test_the_same_text_in_both_tabs_is_no_conflict_any_more(conflict):
    answer(conflict).fill("From the other tab")
    is_saved(conflict)
    expect(conflict.get_by_text("answered in another tab too")).to_be_hidden()


def test_a_clock_set_wrong_changes_no_deadline(context, open_page, room_url):
    context.add_init_script(
        "const now = Date.now; Date.now = () => now() + (window.ahead ?? 3_600_000);"
    )
    page = open_page(room_url)
    face = page.locator("[data-clock-face]")
    expect(face).to_have_text(re.compile(r"19:\d\d"))
    page.evaluate("window.ahead = -7_200_000")
    answer(page).fill("Still in time")
    is_saved(page)
    expect(face).to_have_text(re.compile(r"19:\d\d"))
    assert Sitting.objects.get().is_in_progress


def test_a_tab_that_slept_for_ten_minutes_wakes_to_the_time_that_is_left(open_page, room_url):
    """Asleep, its own clock stands still: only the server knows that ten minutes are gone."""
    page = open_page(room_url)
    face = page.locator("[data-clock-face]")
    expect(face).to_have_text(re.compile(r"19:\d\d"))
    Sitting.objects.update(deadline_at=F("deadline_at") - timedelta(minutes=10))
    page.evaluate("() => { document.dispatchEvent(new Event('visibilitychange')) }")
    expect(face).to_have_text(re.compile(r"0?9:\d\d"))
    answer(page).fill("Awake again")
    is_saved(page)
    assert stored() == "Awake again"


@pytest.fixture
def may_run_ahead(context):
    """Pages whose own clock can be set ahead."""
    context.add_init_script(
        "const now = performance.now.bind(performance);"
        "performance.now = () => now() + (window.ahead ?? 0);"
    )


BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def may_stand_still(context):
    """Pages whose own clock can be stopped and moved on; they hear nothing of the server's."""
    context.clock.install(time=BEGIN)
    context.route("**/clock/", lambda route: route.abort())


def stand_still(page) -> None:
    page.wait_for_load_state()
    page.clock.pause_at(BEGIN + timedelta(minutes=5))


def pass_time(page, *, until: timedelta) -> None:
    """Until so much is left, to the second."""
    page.clock.run_for(300)
    minutes, seconds = page.locator("[data-clock-face]").inner_text().split(":")
    left = timedelta(minutes=int(minutes), seconds=int(seconds))
    page.clock.fast_forward((left - until) // timedelta(milliseconds=1))


@pytest.fixture
def at_zero(clock, may_run_ahead, open_page, room_url):
    """A room whose time is over; within the grace, for as long as the server's clock stands."""
    page = open_page(room_url)
    clock.shift(timedelta(minutes=20))
    page.evaluate("() => { window.ahead = 1_200_000 }")
    expect(page.locator("[data-clock-face]")).to_have_text("00:00")
    expect(answer(page)).not_to_be_editable()
    return page


def is_on_the_result(page) -> None:
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()


def test_at_zero_the_last_words_are_saved_and_the_result_opens(
    clock, may_run_ahead, open_page, room_url
):
    page = open_page(room_url)
    clock.shift(timedelta(minutes=20))
    answer(page).evaluate(
        """area => {
            area.value = "The last words";
            area.dispatchEvent(new Event("input", { bubbles: true }));
            window.ahead = 1_200_000;
        }"""
    )
    expect(page.get_by_text("Time is up. Handing in what is saved")).to_be_visible()
    expect(answer(page)).not_to_be_editable()
    clock.shift(timedelta(minutes=1))
    is_on_the_result(page)
    assert stored() == "The last words"
    assert Sitting.objects.get().closed_by == Sitting.ClosedBy.TIMER
    assert not ResponseRevision.objects.exists()


def test_the_page_before_handing_in_keeps_the_clock_and_is_left_at_zero(
    clock, may_run_ahead, open_page, live_server, sitting
):
    page = open_page(live_server.url + reverse("interviews:submit", args=[sitting.pk]))
    expect(page.locator("[data-clock-face]")).to_have_text(re.compile(r"^(20:00|19:\d\d)$"))
    page.keyboard.press("t")
    expect(page.locator("[data-clock-said]")).to_have_text(re.compile("Time left"))
    clock.shift(timedelta(minutes=20))
    page.evaluate("() => { window.ahead = 1_200_000 }")
    expect(page.get_by_text("Time is up. Handing in what is saved")).to_be_visible()
    clock.shift(timedelta(minutes=1))
    is_on_the_result(page)
    assert Sitting.objects.get().closed_by == Sitting.ClosedBy.TIMER


def test_the_page_before_handing_in_shows_no_clock_that_stands(open_page, live_server, sitting):
    said = {"reason": "Fire alarm", "actor": factories.make_user(is_instructor=True)}
    sitting.pause(now=timezone.now(), **said)
    page = open_page(live_server.url + reverse("interviews:submit", args=[sitting.pk]))
    expect(page.get_by_role("heading", name="Hand in?")).to_be_visible()
    expect(page.get_by_role("timer")).to_have_count(0)
    Sitting.objects.get().resume(now=timezone.now(), **said)
    wake(page)
    expect(page.get_by_role("timer")).to_be_visible()


def test_a_login_that_ran_out_at_zero_is_renewed_and_the_result_opens(clock, at_zero):
    Session.objects.all().delete()
    dialog = at_zero.get_by_role("dialog", name="Log in again")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(at_zero.locator("[data-trouble]")).to_be_hidden()
    clock.shift(timedelta(minutes=1))
    is_on_the_result(at_zero)


def test_a_net_that_is_gone_at_zero_is_told_and_the_result_opens_when_it_is_back(
    clock, context, at_zero
):
    context.set_offline(True)
    expect(at_zero.get_by_text("What is saved counts all the same")).to_be_visible()
    clock.shift(timedelta(minutes=1))
    context.set_offline(False)
    is_on_the_result(at_zero)


def test_a_net_that_comes_back_at_zero_takes_its_warning_away(context, at_zero):
    context.set_offline(True)
    expect(at_zero.get_by_text("What is saved counts all the same")).to_be_visible()
    context.set_offline(False)
    expect(at_zero.get_by_text("What is saved counts all the same")).to_be_hidden()
    expect(answer(at_zero)).not_to_be_editable()


def test_a_login_that_ran_out_on_a_paused_page_leads_to_the_login(open_page, sitting, room_url):
    said = {"reason": "Fire alarm", "actor": factories.make_user(is_instructor=True)}
    sitting.pause(now=timezone.now(), **said)
    page = open_page(room_url)
    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    Session.objects.all().delete()
    wake(page)
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_page_that_thinks_time_is_up_too_early_is_told_to_go_on(
    may_run_ahead, open_page, room_url
):
    page = open_page(room_url)
    answer(page).fill("Not over yet")
    with page.expect_response("**/save/"):
        page.evaluate("() => { window.ahead = 3_600_000 }")
    is_saved(page)
    expect(page.locator("[data-clock-face]")).to_have_text(re.compile(r"19:\d\d"))
    expect(answer(page)).to_be_editable()
    assert stored() == "Not over yet"
    assert Sitting.objects.get().is_in_progress


@pytest.mark.parametrize("left", [timedelta(minutes=20), timedelta(0)])
def test_a_limit_that_is_lifted_is_told_and_no_clock_stands_still(clock, open_page, room_url, left):
    Sitting.objects.update(deadline_at=timezone.now() + left)
    page = open_page(room_url)
    face = page.locator("[data-clock-face]")
    expect(face).to_have_text(re.compile(r"^(19:\d\d|00:00)$"))
    if not left:
        expect(answer(page)).not_to_be_editable()
    page.get_by_role("button", name="Hide the clock").click()
    Sitting.objects.update(deadline_at=None)
    wake(page)
    expect(face).to_have_text("No time limit")
    expect(page.get_by_role("button", name=re.compile("the clock"))).to_have_count(0)
    expect(page.locator("[data-clock-said]")).to_have_text("No time limit")
    answer(page).fill("No hurry")
    is_saved(page)
    page.locator("[data-clock-said]").evaluate("place => { place.textContent = '' }")
    page.keyboard.press("Alt+t")
    expect(page.locator("[data-clock-said]")).to_have_text("No time limit")


def test_a_login_that_ran_out_is_renewed_over_the_text(open_page, room_url):
    page = open_page(room_url)
    Session.objects.all().delete()
    answer(page).fill("Written while logged out")
    dialog = page.get_by_role("dialog", name="Log in again")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Password")).to_be_focused()
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Log in", exact=True).click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in", exact=True).click()
    expect(dialog).to_be_hidden()
    is_saved(page)
    expect(answer(page)).to_have_value("Written while logged out")
    assert stored() == "Written while logged out"


def test_logging_in_can_wait_and_the_text_stays(open_page, room_url):
    page = open_page(room_url)
    Session.objects.all().delete()
    answer(page).fill("Written while logged out")
    dialog = page.get_by_role("dialog", name="Log in again")
    dialog.get_by_role("button", name="Later").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    expect(answer(page)).to_have_value("Written while logged out")
    assert stored() == ""


def test_a_paused_room_waits_and_goes_on_with_its_text(open_page, room_url):
    said = {"reason": "Fire alarm", "actor": factories.make_user(is_instructor=True)}
    page = open_page(room_url)
    answer(page).fill("A place for data")
    Sitting.objects.get().pause(now=timezone.now(), **said)
    wake(page)
    expect(page.get_by_role("heading", name="Paused")).to_be_visible()
    expect(page.get_by_text("Fire alarm")).to_be_visible()
    expect(page.get_by_text("goes on by itself")).to_be_visible()
    assert stored() == "A place for data"
    Sitting.objects.get().resume(now=timezone.now(), **said)
    wake(page)
    expect(answer(page)).to_have_value("A place for data")


def test_the_time_left_is_told_on_a_key_even_if_the_clock_is_hidden(open_page, room_url):
    page = open_page(room_url)
    page.get_by_role("button", name="Hide the clock").click()
    face, said = page.locator("[data-clock-face]"), page.locator("[data-clock-said]")
    expect(face).to_be_hidden()
    answer(page).click()
    page.keyboard.press("Alt+t")
    expect(said).to_have_text(re.compile(r"^Time left: (20|1\d) min$"))
    expect(face).to_be_visible()
    expect(face).to_be_hidden(timeout=10_000)
    page.locator("h1").click()
    page.keyboard.press("t")
    expect(face).to_be_visible()
    assert answer(page).input_value() == ""


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(minutes=5, seconds=59), "Time left: 5 min"),
        (timedelta(minutes=2), "Time left: 2 min"),
        (timedelta(minutes=1, seconds=59), "Seconds left: 119"),
        (timedelta(minutes=1), "1 minute left"),
        (timedelta(seconds=30), "Seconds left: 30"),
    ],
)
def test_the_time_left_is_told_in_whole_minutes_and_near_the_end_in_seconds(
    may_stand_still, open_page, room_url, left, told
):
    page = open_page(room_url)
    stand_still(page)
    pass_time(page, until=left)
    page.keyboard.press("Alt+t")
    page.clock.run_for(100)
    expect(page.locator("[data-clock-said]")).to_have_text(told)


def test_the_time_left_is_spoken_at_half_and_at_ten_five_and_one_minute(
    may_stand_still, open_page, live_server, alice
):
    now = timezone.now()
    questions = (factories.make_question("What is a volume?"),)
    length = timedelta(minutes=30)
    sitting = running(alice, alice, questions, started_at=now, deadline_at=now + length)
    page = open_page(live_server.url + reverse("interviews:room", args=[sitting.pk]))
    stand_still(page)
    page.evaluate(
        """() => {
            const place = document.querySelector("[data-clock-said]");
            window.told = [];
            new MutationObserver(() => place.textContent && told.push(place.textContent)).observe(
                place, { childList: true }
            );
        }"""
    )
    for minutes in (20, 15, 12, 10, 7, 5, 3, 1):
        pass_time(page, until=timedelta(minutes=minutes))
        page.clock.run_for(300)
    assert page.evaluate("told") == [
        "Time left: 15 min",
        "Time left: 10 min",
        "Time left: 5 min",
        "1 minute left",
    ]


def test_who_types_without_a_pause_is_saved_every_ten_seconds(may_stand_still, open_page, room_url):
    page = open_page(room_url)
    stand_still(page)
    saves = []
    page.on("request", lambda request: request.url.endswith("/save/") and saves.append(request))
    for _second in range(9):
        answer(page).press_sequentially("a")
        page.clock.run_for(1_000)
    assert saves == []
    answer(page).press_sequentially("a")
    with page.expect_request("**/save/"):
        page.clock.run_for(1_000)
    is_saved(page)
    assert stored() == "a" * 10


def test_one_save_is_under_way_and_the_newest_text_goes_next(open_page, room_url):
    page, held, saves = open_page(room_url), [], []
    page.on("request", lambda request: request.url.endswith("/save/") and saves.append(request))
    page.route("**/save/", lambda route: route.continue_() if held else held.append(route))
    answer(page).fill("First")
    with page.expect_request("**/save/"):
        answer(page).blur()
    for text in ("Second", "Third"):
        answer(page).fill(text)
        answer(page).blur()
        wake(page)
    assert len(saves) == 1
    with page.expect_request("**/save/") as sent:
        held[0].continue_()
    assert "Third" in sent.value.post_data
    is_saved(page)
    assert Response.objects.values_list("text", "number").get() == ("Third", 2)


@pytest.mark.parametrize(
    ("luck", "waits"),
    [(0, (750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500)), (1, (1_250, 2_500, 5_000, 10_000))],
)
def test_without_a_net_the_waits_grow_and_are_not_the_same_for_everybody(
    may_stand_still, open_page, room_url, luck, waits
):
    page = open_page(room_url)
    stand_still(page)
    page.evaluate(
        """luck => {
            Math.random = () => luck;
            window.tries = [];
            window.fetch = async (url) => {
                if (url.endsWith("/save/")) tries.push(performance.now());
                throw new TypeError("No net");
            };
        }""",
        luck,
    )
    answer(page).fill("It outlives the container")
    page.clock.run_for(2_000 + sum(waits))
    tries = page.evaluate("tries")
    assert tuple(round(later - sooner) for sooner, later in pairwise(tries)) == waits


def test_without_scripts_an_interview_is_written_and_handed_in(browser, live_server, alice):
    questions = (factories.make_question("One?"), factories.make_question("Two?"))
    sitting = running(alice, alice, questions)
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, alice)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(live_server.url + reverse("interviews:room", args=[sitting.pk]))
    expect(page.get_by_text(re.compile(r"^until (\d.+, )?\d\d:\d\d(:\d\d)?$"))).to_be_visible()
    for useless in ("Hide the clock", "Tell the time left", "Use what I wrote here"):
        expect(page.get_by_role("button", name=useless)).to_have_count(0)
    answer(page).fill("First")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two?")
    answer(page).fill("Second")
    page.get_by_role("button", name="Previous").click()
    expect(answer(page)).to_have_value("First")
    page.get_by_role("navigation", name="Questions").get_by_role("button", name="2").click()
    expect(answer(page)).to_have_value("Second")
    page.get_by_role("button", name="Save and hand in").click()
    expect(page.get_by_text("Every question has an answer.")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Handed in.")).to_be_visible()
    context.close()
    assert Sitting.objects.get().closed_by == Sitting.ClosedBy.LEARNER
    assert set(Response.objects.values_list("text", flat=True)) == {"First", "Second"}


def test_ones_own_mock_is_marked_from_suggestions(open_page, live_server, sitting):
    Response.objects.update(text="Named volumes outlive the container.")
    sitting.submit(now=timezone.now())
    page = open_page(live_server.url + reverse("interviews:result", args=[sitting.pk]))
    expect(page.locator("mark.found")).to_contain_text("Named volumes outlive the container.")
    points = page.locator(".key-point")
    expect(points.nth(0).get_by_label("Covered")).to_be_checked()
    points.nth(1).get_by_text("Covered", exact=True).click()
    page.get_by_role("button", name="Save my marks").click()
    expect(page.get_by_text("1 answer marked.")).to_be_visible()
    assert set(Mark.objects.get().points.values()) == {"covered"}


def test_the_suggestions_fill_the_undecided_points_on_a_key(
    browser, open_page, live_server, alice, ines
):
    sitting = running(
        alice,
        ines,
        (factories.make_question("What is a volume?", key_points=POINTS),),
        answers=("Named volumes outlive the container.",),
    )
    sitting.submit(now=timezone.now())
    context = browser.new_context()
    sign_in(context, live_server, ines)
    page = context.new_page()
    page.goto(live_server.url + reverse("interviews:mark", args=[sitting.items.get().pk]))
    points = page.locator(".key-point")
    expect(page.locator(".key-point input[type=radio]:checked")).to_have_count(0)
    points.nth(1).get_by_text("Partly").click()
    page.locator("h1").click()
    page.keyboard.press("s")
    expect(points.nth(0).get_by_label("Covered", exact=True)).to_be_checked()
    expect(points.nth(1).get_by_label("Partly")).to_be_checked()
    expect(page.get_by_text("Filled in, not saved yet.")).to_be_visible()
    assert not Mark.objects.exists()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("8.33 / 10").first).to_be_visible()
    assert list(Mark.objects.get().points.values()) == ["covered", "partly"]
    context.close()


def test_room_result_and_marking_have_no_violation(page, audit, live_server, sitting, alice, ines):
    sign_in(page.context, live_server, alice)
    assert audit(reverse("interviews:room", args=[sitting.pk])) == []
    assert audit(reverse("interviews:submit", args=[sitting.pk])) == []
    sitting.pause(reason="Fire alarm", actor=ines, now=timezone.now())
    assert audit(reverse("interviews:room", args=[sitting.pk])) == []
    sitting.resume(reason="All clear", actor=ines, now=timezone.now())
    Response.objects.update(text="Named volumes do not outlive the container. Tags move.")
    sitting.submit(now=timezone.now())
    assert audit(reverse("interviews:result", args=[sitting.pk])) == []
    questions = (factories.make_question("And a tag?", key_points=POINTS),)
    given = running(alice, ines, questions, answers=("Tags are names that move.",))
    given.submit(now=timezone.now())
    assert audit(reverse("interviews:result", args=[given.pk])) == []
    page.context.clear_cookies()
    sign_in(page.context, live_server, ines)
    assert audit(reverse("interviews:mark", args=[given.items.get().pk])) == []


@pytest.mark.parametrize("width", [390, 360])
def test_choices_of_a_point_stand_in_one_line_on_a_phone(page, live_server, sitting, alice, width):
    Response.objects.update(text="Named volumes outlive the container.")
    sitting.submit(now=timezone.now())
    sign_in(page.context, live_server, alice)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + reverse("interviews:result", args=[sitting.pk]))
    choices = page.locator(".key-point .segment")
    expect(choices.first).to_be_visible()
    tops = {round(choices.nth(at).bounding_box()["y"]) for at in range(3)}
    assert len(tops) == 1
