"""Spoken answers in real Chromium, with a microphone that beeps: consent, level, replay, redo, marking."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from interviews.models import Recording, Response, Sitting
from tests import factories
from tests.browser.conftest import CHROMIUM, FLAGS, PATIENCE, SIZES
from tests.browser.test_practice import sign_in

BEEPING = ["--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required"]
GRANTED = [*BEEPING, "--use-fake-ui-for-media-stream"]
PASSWORD = "correct horse battery"
SAVED = re.compile(r"Saved \d\d:\d\d:\d\d$")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    return settings.RECORDINGS_DIR


@pytest.fixture
def browser_with(playwright):
    """Browsers of this test, with flags of their own."""
    opened = []

    def launch(flags):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        opened.append(browser)
        return browser

    yield launch
    for browser in opened:
        browser.close()


@pytest.fixture
def open_page(browser_with, live_server):
    """Pages of a person, in a browser with a microphone; any error in the console fails the test."""
    problems: list[str] = []
    browsers: dict[str, object] = {}

    def listen(message) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(message.text)

    def opened(user, url, *, flags=GRANTED, **options):
        key = " ".join(flags)
        browser = browsers.setdefault(key, None) or browser_with(flags)
        browsers[key] = browser
        context = browser.new_context(**options)
        sign_in(context, live_server, user)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.set_default_timeout(PATIENCE)
        page.goto(live_server.url + url)
        return page

    yield opened
    assert problems == []


@pytest.fixture
def make_sitting(alice, ines):
    def make(*, speech="allowed", prompts=("What is an image?",), **fields) -> Sitting:
        navigation = fields.pop("navigation", "free")
        blueprint = factories.make_blueprint(owner=ines, speech=speech, navigation=navigation)
        assignment = factories.make_assignment(
            blueprint=blueprint, instructor=ines, learners=(alice,)
        )
        questions = tuple(factories.make_question(prompt) for prompt in prompts)
        now = timezone.now()
        fields = {"started_at": now, "deadline_at": now + timedelta(minutes=20), **fields}
        return factories.make_sitting(assignment, alice, questions=questions, **fields)

    return make


def room(sitting) -> str:
    return reverse("interviews:room", args=[sitting.pk])


def agree(page) -> None:
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Agree, and record").click()


def record(page, seconds: float = 2) -> None:
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.wait_for_timeout(seconds * 1000)
    page.get_by_role("button", name="Stop").click()


def status(page):
    return page.locator("[data-recorder-said]")


def length_of(page) -> float:
    """What the player says, once it knows; it hears it to the end for that."""
    audio = page.locator("audio").first
    audio.evaluate("audio => { if (audio.readyState === 0) audio.load() }")
    page.wait_for_function(
        "() => { const a = document.querySelector('audio'); return a.duration > 0 && a.duration < 1e6 }"
    )
    return audio.evaluate("audio => audio.duration")


def test_an_answer_is_spoken_replayed_redone_and_marked(
    open_page, make_sitting, alice, ines, folder
):
    sitting = make_sitting()
    page = open_page(alice, room(sitting))
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("heading", name="Before you are recorded")).to_be_focused()
    for promise in (
        "There is no picture",
        "whoever teaches and marks",
        "no program judges it",
        "delete it",
    ):
        expect(page.get_by_text(promise)).to_be_visible()
    assert Recording.objects.count() == 0
    page.get_by_role("button", name="Agree, and record").click()
    expect(status(page)).to_have_text("Recording")
    level = page.get_by_role("meter", name="How loud you are")
    heard = set()
    for _time in range(20):
        heard.add(round(level.evaluate("meter => meter.value"), 3))
        page.wait_for_timeout(100)
    assert len(heard) > 2
    assert max(heard) > 0.01
    expect(page.locator("[data-recorder-time]")).to_have_text(re.compile(r"0:0[2-9] of 5:00"))
    page.get_by_role("button", name="Stop").click()
    expect(status(page)).to_have_text(SAVED)
    first = Recording.objects.get()
    assert first.duration_ms >= 1_900
    assert length_of(page) > 1
    expect(page.locator(".question-link[aria-current]")).to_contain_text("answered")

    page.get_by_role("button", name="Record again").click()
    record(page, 1)
    expect(status(page)).to_have_text(SAVED)
    second = Recording.objects.kept().get()
    assert second.pk != first.pk
    assert [path.name for path in folder.iterdir()] == [str(second.pk)]

    page.reload()
    expect(page.get_by_role("button", name="Record again")).to_be_visible()
    expect(page.locator("audio")).to_have_attribute("src", re.compile(str(second.pk)))
    assert length_of(page) > 0.5
    page.get_by_role("button", name="Save and hand in").click()
    expect(page.get_by_text("Every question has an answer.")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Docker screening")

    item = sitting.items.get()
    marking = open_page(ines, reverse("interviews:mark", args=[item.pk]))
    player = marking.get_by_label("Spoken answer to question 1")
    player.evaluate("audio => audio.play()")
    marking.wait_for_function("() => document.querySelector('audio').currentTime > 0.2")
    assert length_of(marking) > 0.5
    expect(marking.get_by_text("Nothing was written")).to_have_count(0)
    expect(marking.get_by_text("listen to it, and judge")).to_be_visible()


def test_going_on_while_recording_keeps_what_was_said(open_page, make_sitting, alice):
    sitting = make_sitting(
        speech="only", navigation="one_at_a_time", prompts=("What is an image?", "And a layer?")
    )
    page = open_page(alice, room(sitting))
    expect(page.get_by_label("Your answer")).to_be_hidden()
    page.keyboard.press("r")
    page.get_by_role("button", name="Agree, and record").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.wait_for_timeout(1_000)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("And a layer?")
    assert Recording.objects.kept().get().response.step == (0, 0)
    page.keyboard.press("r")  # agreed to already
    record(page, 1)
    expect(status(page)).to_have_text(SAVED)
    assert Recording.objects.kept().count() == 2


def test_at_zero_what_was_said_is_stopped_and_stored(open_page, make_sitting, alice):
    sitting = make_sitting(recording_agreed_at=timezone.now())
    page = open_page(alice, room(sitting))
    Sitting.objects.update(deadline_at=timezone.now() + timedelta(seconds=8))
    page.reload()
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.locator("audio")).to_be_visible()
    page.wait_for_url(re.compile("result"))  # when the grace is over as well
    assert Recording.objects.kept().get().duration_ms > 500
    assert Response.objects.get().is_spoken


def test_nobody_speaks_longer_than_one_may(open_page, make_sitting, alice):
    page = open_page(alice, room(make_sitting()))
    page.locator("[data-recorder]").evaluate("box => { box.dataset.longest = '1500' }")
    agree(page)
    expect(page.locator("[data-recorder-time]")).to_contain_text("of 0:01")
    expect(status(page)).to_have_text(SAVED)
    assert 1_400 <= Recording.objects.get().duration_ms < 5_000


def test_closed_elsewhere_the_page_is_left_while_recording(open_page, make_sitting, alice):
    sitting = make_sitting()
    page = open_page(alice, room(sitting))
    agree(page)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    sitting.refresh_from_db()
    sitting.submit(now=timezone.now())
    page.evaluate("() => window.dispatchEvent(new Event('online'))")  # asks for the clock
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    assert not Recording.objects.exists()


def test_logged_out_meanwhile_it_is_saved_after_logging_in(open_page, make_sitting, alice):
    alice.set_password(PASSWORD)
    alice.save(update_fields=["password"])
    page = open_page(alice, room(make_sitting()))
    agree(page)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    Session.objects.all().delete()
    record(page, 1)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(status(page)).to_have_text(SAVED)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert Recording.objects.count() == 1


def test_without_a_net_it_is_sent_when_the_net_is_back(open_page, make_sitting, alice):
    page = open_page(alice, room(make_sitting()))
    agree(page)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.context.set_offline(True)
    record(page, 1)
    expect(status(page)).to_contain_text("Not saved, trying again")
    assert length_of(page) > 0.5  # it can be heard all the same
    page.context.set_offline(False)
    expect(status(page)).to_have_text(SAVED)
    assert Recording.objects.count() == 1


@pytest.mark.parametrize("is_held", [False, True])
def test_a_server_that_cannot_store_it_locks_nobody_in(open_page, make_sitting, alice, is_held):
    sitting = make_sitting(prompts=("What is an image?", "And a layer?"))
    page = open_page(alice, room(sitting))
    agree(page)
    record(page, 1)
    expect(status(page)).to_have_text(SAVED)
    before = page.locator("audio").get_attribute("src")
    page.route("**/recordings/", lambda route: route.fulfill(status=500, body="Broken"))
    page.get_by_role("button", name="Record again").click()
    record(page, 1)
    expect(status(page)).to_contain_text("Not saved, trying again")
    if is_held:
        page.get_by_role("button", name="Save and next").click()
    page.get_by_role("button", name="Go on without this recording").click()
    page.get_by_role("button", name="Go on without it").click()
    if not is_held:
        expect(status(page)).to_contain_text("Dropped.")
        expect(page.get_by_role("button", name="Go on without")).to_have_count(0)
        expect(page.get_by_role("button", name="Delete the recording")).to_be_visible()
        assert page.locator("audio").get_attribute("src") != before  # the one that is stored
        page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("And a layer?")
    assert Recording.objects.count() == 1


def test_a_recording_is_deleted_in_the_room(open_page, make_sitting, alice, folder):
    page = open_page(alice, room(make_sitting()))
    agree(page)
    record(page, 1)
    expect(status(page)).to_have_text(SAVED)
    page.get_by_label("Your answer").fill("Typed meanwhile")
    page.get_by_role("button", name="Delete the recording").click()
    page.get_by_role("button", name="Delete it").click()
    expect(status(page)).to_have_text("Deleted. Nothing of it is kept.")
    expect(page.locator("audio")).to_be_hidden()
    expect(page.get_by_label("Your answer")).to_have_value("Typed meanwhile")
    assert not Recording.objects.kept().exists()
    assert list(folder.iterdir()) == []


def test_who_may_not_use_the_microphone_types(open_page, make_sitting, alice):
    sitting = make_sitting(speech="only")
    page = open_page(alice, room(sitting), flags=[*BEEPING, "--deny-permission-prompts"])
    agree(page)
    expect(page.get_by_role("alert").get_by_text("does not let this page")).to_be_visible()
    answer = page.get_by_label("Your answer")
    expect(answer).to_be_focused()
    answer.fill("Typed instead")
    expect(page.locator("[data-saved]")).to_have_text(re.compile("Saved"))
    assert Response.objects.get().text == "Typed instead"


def test_who_rather_types_is_not_recorded(open_page, make_sitting, alice):
    page = open_page(alice, room(make_sitting(speech="only")))
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Rather type").click()
    expect(page.get_by_label("Your answer")).to_be_focused()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()


def test_without_a_recorder_it_says_so(open_page, make_sitting, alice):
    page = open_page(alice, "/")
    page.add_init_script("delete window.MediaRecorder")
    page.goto(page.url.rstrip("/") + room(make_sitting()))
    expect(page.get_by_text("This browser cannot record here")).to_be_visible()
    expect(page.get_by_role("button", name="Record")).to_be_hidden()
    expect(page.get_by_label("Your answer")).to_be_visible()


def test_without_scripts_one_types(open_page, make_sitting, alice):
    page = open_page(alice, room(make_sitting(speech="only")), java_script_enabled=False)
    expect(page.get_by_text("Recording needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Record")).to_be_hidden()
    page.get_by_text("Type, where speaking is not possible").click()
    page.get_by_label("Your answer").fill("Typed")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_label("Your answer")).to_have_value("Typed")
    assert Response.objects.get().text == "Typed"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_with_a_recording_has_a_violation(open_page, make_sitting, alice, ines, theme):
    sitting = make_sitting(prompts=("What is an image?", "And a layer?"))
    factories.make_recording(Response.objects.get(item__position=0), now=timezone.now())
    options = {"color_scheme": theme, "bypass_csp": True}
    page = open_page(alice, room(sitting), **options)
    assert violations(page) == []
    page.goto(page.url + "?item=2")
    Sitting.objects.filter(pk=sitting.pk).update(recording_agreed_at=None)
    page.reload()
    page.get_by_role("button", name="Record").click()
    assert violations(page) == []
    page.get_by_role("button", name="Agree, and record").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert violations(page) == []
    record(page)  # the pretended microphone beeps once a second
    expect(status(page)).to_have_text(SAVED)
    sitting.refresh_from_db()
    sitting.submit(now=timezone.now())
    page.goto(
        page.url.partition("/interviews")[0] + reverse("interviews:result", args=[sitting.pk])
    )
    assert violations(page) == []
    marking = open_page(
        ines, reverse("interviews:mark", args=[sitting.items.first().pk]), **options
    )
    assert violations(marking) == []


def violations(page) -> list[str]:
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        for rule in Axe().run(page).response["violations"]:
            found.append(f"{size['width']}: {rule['id']} {rule['nodes'][0]['html'][:200]}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{size['width']}: the page scrolls sideways")
    return found
