"""Where spoken answers are allowed, offered and shown; their storing is in test_recordings.py."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviews.models import Assignment, Blueprint, Recording, Response, Sitting
from interviews.shipping import seed_blueprints
from tests import factories
from tests.factories import make_recording

NEEDS = "Recording needs JavaScript"
NOTHING = "Nothing was written"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    return settings.RECORDINGS_DIR


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def make_sitting(alice, ines):
    def make(*prompts, speech="allowed", reveal="on_submit", **fields):
        blueprint = factories.make_blueprint(owner=ines, speech=speech, reveal=reveal, **fields)
        assignment = factories.make_assignment(
            blueprint=blueprint, instructor=ines, learners=(alice,)
        )
        prompts = prompts or ("What is an image?",)
        questions = tuple(factories.make_question(prompt) for prompt in prompts)
        return factories.make_sitting(assignment, alice, questions=questions)

    return make


def responses(sitting) -> list[Response]:
    return list(Response.objects.filter(item__sitting=sitting).order_by("item__position"))


def page_of(client, name, sitting, **query) -> str:
    return client.get(reverse(f"interviews:{name}", args=[sitting.pk]), query).content.decode()


def mark_page(client, sitting, position=0) -> str:
    item = sitting.items.get(position=position)
    return client.get(reverse("interviews:mark", args=[item.pk])).content.decode()


# Allowed or not


def test_blueprints_are_typed_unless_somebody_says_otherwise():
    assert Blueprint().speech == Assignment().speech == "off"


def test_a_blueprint_says_it_in_its_form_and_its_preview(ines_client, ines):
    factories.make_question()
    data = {
        **{"title": "Aloud", "description": "", "minutes": "20", "navigation": "free"},
        **{"think_seconds": "", "answer_seconds": "", "speech": "allowed", "reveal": "on_submit"},
        **{"sections": "1", "section-0-count": "1", "section-0-points": "10", "do": "save"},
    }
    url = reverse("interviews:blueprint_create")
    assert ines_client.post(url, {**data, "speech": "loud"}).status_code == 422
    ines_client.post(url, data)
    blueprint = Blueprint.objects.get(owner=ines)
    assert blueprint.speech == "allowed"
    page = ines_client.get(reverse("interviews:blueprint", args=[blueprint.pk])).content.decode()
    assert "Allowed: each may be typed, spoken, or both" in page
    assert blueprint.copy(owner=ines, title="Copy").speech == "allowed"


def test_what_was_promised_stays_when_the_blueprint_changes(ines_client, ines, alice):
    factories.make_question()
    cohort = factories.make_cohort(instructor=ines, learners=(alice,))
    blueprint = factories.make_blueprint(owner=ines, count=1, speech="only")
    form = {"blueprint": blueprint.pk, "cohorts": cohort.pk, "close_policy": "start_by"}
    ines_client.post(reverse("interviews:assign"), form)
    assignment = Assignment.objects.get()
    Blueprint.objects.update(speech="off")
    assert Assignment.objects.get(pk=assignment.pk).may_be_spoken
    page = ines_client.get(reverse("interviews:assignment", args=[assignment.pk]))
    assert "Only spoken; typed where" in page.content.decode()


@pytest.mark.parametrize(
    ("speech", "said"),
    [
        ("off", None),
        ("allowed", "may be answered aloud"),
        ("only", "Open questions are answered aloud"),
    ],
)
def test_the_start_page_says_it(alice_client, make_sitting, speech, said):
    sitting = make_sitting(speech=speech)
    page = page_of(alice_client, "start", sitting.assignment)
    assert ("Nothing is recorded before you agree" in page) is bool(said)
    assert said is None or said in page


def test_the_warm_up_is_spoken(db):
    seed_blueprints()
    spoken = Blueprint.objects.exclude(speech="off")
    assert [(each.title, each.speech) for each in spoken] == [("Ten-minute warm-up", "only")]


@pytest.mark.parametrize("ticked", [True, False])
def test_a_quick_mock_may_be_spoken(alice_client, ticked):
    factories.make_question()
    data = {"id": uuid4(), "minutes": 20, "count": 1, **({"speech": "on"} if ticked else {})}
    alice_client.post(reverse("interviews:quick"), data)
    sitting = Sitting.objects.get()
    assert sitting.assignment.may_be_spoken is ticked
    page = page_of(alice_client, "room", sitting)
    assert (NEEDS in page) is ticked
    assert ("Only you can listen to it." in page) is ticked


# The room


def test_the_room_records_only_where_it_is_allowed(alice_client, make_sitting):
    typed, spoken = make_sitting(speech="off"), make_sitting()
    assert NEEDS not in page_of(alice_client, "room", typed)
    page = page_of(alice_client, "room", spoken)
    assert NEEDS in page
    assert "Before you are recorded" in page
    assert "data-agreed" not in page


def test_only_the_room_that_records_may_play_what_the_page_has_made(alice_client, make_sitting):
    for speech, is_there in (("off", False), ("allowed", True)):
        url = reverse("interviews:room", args=[make_sitting(speech=speech).pk])
        policy = alice_client.get(url)["Content-Security-Policy"]
        assert ("media-src 'self' blob:" in policy) is is_there
        assert "'nonce-" in policy
        assert "frame-ancestors 'none'" in policy


def test_nothing_is_recorded_while_thinking(alice, alice_client, ines, now, clock):
    blueprint = factories.make_blueprint(
        **{"owner": ines, "count": 1, "speech": "allowed", "minutes": None},
        **{"navigation": "one_at_a_time", "think_seconds": 30, "answer_seconds": 60},
    )
    factories.make_question()
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    sitting = assignment.start(alice, now=now)
    assert NEEDS not in page_of(alice_client, "room", sitting)
    clock.shift(timedelta(seconds=31))
    assert NEEDS in page_of(alice_client, "room", sitting)


def test_where_it_is_spoken_only_typing_is_folded_away(alice_client, make_sitting):
    sitting = make_sitting(speech="only")
    assert "Type, where speaking is not possible" in page_of(alice_client, "room", sitting)
    assert " open>" not in page_of(alice_client, "room", sitting)
    Response.objects.update(text="Typed")
    assert "data-typing open>" in page_of(alice_client, "room", sitting)


def test_a_reload_shows_what_is_stored_and_asks_for_no_new_consent(alice_client, make_sitting):
    sitting = make_sitting()
    recording = make_recording(responses(sitting)[0])
    page = page_of(alice_client, "room", sitting)
    assert reverse("interviews:recording", args=[recording.pk]) in page
    assert "data-agreed" in page
    assert "Saved 12:00:00" in page
    assert "question-answered" in page


def test_a_spoken_answer_is_an_answer(alice_client, ines_client, make_sitting, now):
    sitting = make_sitting("What is an image?", "And a layer?", "And a volume?")
    for response in responses(sitting)[:2]:
        make_recording(response)
    page = page_of(alice_client, "submit", sitting)
    assert "One question has no answer yet" in page
    assert "item=3" in page
    sitting.submit(now=now)
    page = page_of(ines_client, "marking", sitting)
    assert page.count("<span>spoken</span>") == 2
    assert page.count("nothing written") == 1


# Afterwards


def test_result_and_marking_show_the_player_beside_the_text(
    alice_client, ines_client, make_sitting, now
):
    sitting = make_sitting()
    recording = make_recording(responses(sitting)[0])
    sitting.submit(now=now)
    source = f'src="{reverse("interviews:recording", args=[recording.pk])}"'
    delete = reverse("interviews:recording_delete", args=[recording.pk])
    result, marking = page_of(alice_client, "result", sitting), mark_page(ines_client, sitting)
    for page in (result, marking):
        assert source in page
        assert "Spoken answer" in page
        assert "not matched automatically" in page or page is result
        assert NOTHING not in page
    assert delete in result
    assert "csrfmiddlewaretoken" in result.partition(delete)[2][:400]
    assert delete not in marking


def test_who_marks_themselves_hears_that_speech_is_not_matched(alice, alice_client, now):
    blueprint = factories.make_blueprint(owner=alice, speech="allowed")
    assignment = factories.make_assignment(blueprint=blueprint, instructor=alice, learners=(alice,))
    sitting = factories.make_sitting(assignment, alice, questions=(factories.make_question(),))
    make_recording(responses(sitting)[0])
    sitting.submit(now=now)
    assert "What is spoken is not matched automatically" in page_of(alice_client, "result", sitting)


def test_the_engine_says_nothing_of_what_was_only_spoken(ines_client, make_sitting, now):
    sitting = make_sitting()
    make_recording(responses(sitting)[0])
    sitting.submit(now=now)
    page = mark_page(ines_client, sitting)
    assert "listen to it, and judge" in page
    assert "data-suggested" not in page


def test_both_pages_say_when_it_was_taken_back(alice_client, ines_client, make_sitting, now, alice):
    sitting = make_sitting()
    make_recording(responses(sitting)[0]).delete_by(alice, now=now)
    sitting.submit(now=now)
    assert "You deleted your spoken answer on 23 Nov" in page_of(alice_client, "result", sitting)
    marking = mark_page(ines_client, sitting)
    assert "deleted by the learner on 23 Nov" in marking
    assert "<audio" not in marking


def test_recorded_again_after_taking_it_back_it_is_there(ines_client, make_sitting, now, alice):
    sitting = make_sitting()
    make_recording(responses(sitting)[0]).delete_by(alice, now=now)
    make_recording(responses(sitting)[0])
    sitting.submit(now=now)
    marking = mark_page(ines_client, sitting)
    assert "<audio" in marking
    assert "deleted by the learner" not in marking


def test_spoken_follow_ups_are_heard_too(alice, alice_client, ines_client, ines, now):
    blueprint = factories.make_blueprint(
        owner=ines, count=1, speech="allowed", navigation="one_at_a_time"
    )
    factories.make_question(follow_ups=("And then?",))
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    sitting = assignment.start(alice, now=now)
    make_recording(responses(sitting)[0])
    alice_client.post(
        reverse("interviews:room", args=[sitting.pk]),
        {"item": 1, "number": 0, "text": "", "go": "next"},
    )
    assert "You answered aloud." in page_of(alice_client, "room", sitting)
    make_recording(Response.objects.get(asked__item__sitting=sitting))
    sitting.refresh_from_db()
    sitting.submit(now=now)
    sitting.predict({}, now=now)
    for page in (page_of(alice_client, "result", sitting), mark_page(ines_client, sitting)):
        assert "Spoken answer to question 1.1" in page
        assert page.count("<audio") == 2


def test_before_the_result_it_can_be_heard_again(alice_client, make_sitting, now):
    sitting = make_sitting("What is an image?", "And a layer?")
    make_recording(responses(sitting)[0])
    sitting.submit(now=now)
    Sitting.objects.update(predicted_at=None)
    page = page_of(alice_client, "predict", sitting)
    assert (page.count("<audio"), page.count(NOTHING)) == (1, 1)


def test_the_scorecard_says_that_it_was_spoken(alice_client, make_sitting, now):
    sitting = make_sitting()
    make_recording(responses(sitting)[0])
    sitting.submit(now=now)
    card = page_of(alice_client, "scorecard", sitting)
    assert "Spoken answer, 42 s" in card
    assert NOTHING not in card


def test_the_export_tells_where_each_is_fetched(alice, alice_client, make_sitting, now):
    sitting = make_sitting("What is an image?", "And a layer?")
    kept, gone = [make_recording(response) for response in responses(sitting)]
    gone.delete_by(alice, now=now)
    sitting.submit(now=now)
    answer = alice_client.post(reverse("dashboard:export"))
    (exported,) = json.loads(b"".join(answer.streaming_content))["sittings"]
    first, second = [item["recordings"] for item in exported["items"]]
    assert first[0]["url"] == reverse("interviews:recording", args=[kept.pk])
    assert (first[0]["mime_type"], first[0]["duration_ms"]) == ("audio/webm", 42_000)
    assert second[0]["url"] is None
    assert second[0]["deleted_at"]


@pytest.mark.parametrize("name", ["room", "submit", "result", "marking", "predict"])
def test_queries_do_not_grow_with_recordings(alice_client, ines_client, make_sitting, now, name):
    counts = set()
    for number in (1, 4):
        sitting = make_sitting(*(f"Question {number}-{each}?" for each in range(number)))
        for response in responses(sitting):
            make_recording(response)
            make_recording(response)
        if name not in ("room", "submit"):
            sitting.submit(now=now)
        if name == "predict":
            Sitting.objects.filter(pk=sitting.pk).update(predicted_at=None)
        client = ines_client if name == "marking" else alice_client
        url = reverse(f"interviews:{name}", args=[sitting.pk])
        client.get(url)
        counts.add(queries_of(client, url))
    assert len(counts) == 1
    assert Recording.objects.kept().count() == 5


def queries_of(client, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
