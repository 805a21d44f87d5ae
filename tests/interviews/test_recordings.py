"""Spoken answers: stored once and whole, heard by who may, taken back when the learner likes."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from dashboard.erasing import erase
from interviews import recording_files
from interviews.checks import recordings_are_private
from interviews.deadlines import GRACE
from interviews.models import Recording, Response, Sitting, SittingEvent
from interviews.models import recordings as rules
from interviews.quick import start_quick_mock
from interviews.tidying import tidy
from tests import factories
from tests.conftest import client_of
from tests.factories import WEBM, make_recording

SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)
OTHER = WEBM + b"and more"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    return settings.RECORDINGS_DIR


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What waits for the transaction to be stored is done at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def assignment(alice, ines):
    blueprint = factories.make_blueprint(owner=ines, speech="allowed", reveal="on_release")
    return factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))


@pytest.fixture
def sitting(assignment, alice, clock):
    questions = (
        factories.make_question("What is an image?"),
        factories.make_choice_question("Which survives?"),
    )
    return factories.make_sitting(assignment, alice, questions=questions)


@pytest.fixture
def response(sitting):
    return Response.objects.get(item__sitting=sitting, item__position=0)


def send(client, sitting, *, content=WEBM, name="answer.webm", content_type="audio/webm", **fields):
    audio = SimpleUploadedFile(name, content, content_type=content_type)
    data = {"item": 1, "upload": uuid4(), "agreed": "1", "duration_ms": 42_000, "audio": audio}
    return client.post(reverse("interviews:upload", args=[sitting.pk]), {**data, **fields})


def hear(client, recording, **headers):
    return client.get(reverse("interviews:recording", args=[recording.pk]), headers=headers)


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} if folder.exists() else set()


def kinds(sitting) -> list[str]:
    return list(sitting.events.values_list("kind", flat=True))


# Coming in


def test_what_is_recorded_is_stored_with_the_answer(alice_client, sitting, response, folder):
    answer = send(alice_client, sitting)
    body = answer.json()
    assert (answer.status_code, body["outcome"]) == (200, "saved")
    recording = Recording.objects.get()
    assert (recording.response, recording.sitting) == (response, sitting)
    assert (recording.mime_type, recording.size) == ("audio/webm", len(WEBM))
    assert recording.duration == timedelta(seconds=42)
    assert (folder / str(recording.pk)).read_bytes() == WEBM
    assert files(folder) == {str(recording.pk)}
    assert body["recording"]["saved_at"] == "12:00:00"
    assert body["remaining_ms"] == 20 * 60_000
    response.refresh_from_db()
    assert response.is_answered
    assert kinds(sitting) == ["agreed", "spoken"]
    assert sitting.events.get(kind="spoken").reason == "1"


def test_only_the_server_looks_into_the_folder(alice_client, sitting, folder):
    send(alice_client, sitting)
    (path,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_recorded_again_the_newer_counts_and_the_older_goes(
    alice_client, sitting, folder, now, committed
):
    send(alice_client, sitting)
    with committed():
        answer = send(alice_client, sitting, content=OTHER)
    assert answer.status_code == 200
    older, newer = Recording.objects.order_by("size")
    assert (older.superseded_at, newer.superseded_at) == (now, None)
    assert files(folder) == {str(newer.pk)}
    assert hear(alice_client, older).status_code == 404
    assert b"".join(hear(alice_client, newer)) == OTHER


def test_sent_twice_it_is_stored_once(alice_client, sitting, folder):
    upload = uuid4()
    first, again = [send(alice_client, sitting, upload=upload) for _time in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["recording"] == again.json()["recording"]
    assert Recording.objects.count() == len(files(folder)) == 1
    assert kinds(sitting).count("spoken") == 1


def test_a_retry_after_the_end_hears_that_it_was_stored(alice_client, sitting, clock):
    upload = uuid4()
    send(alice_client, sitting, upload=upload)
    clock.shift(timedelta(minutes=30))
    answer = send(alice_client, sitting, upload=upload)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "saved")
    assert not answer.json()["is_in_progress"]


@pytest.mark.parametrize("late", [False, True], ids=["at the last moment", "1 ms after it"])
def test_it_counts_until_the_deadline_and_its_grace(
    alice_client, sitting, response, clock, folder, late
):
    clock.move_to(sitting.deadline_at + GRACE + (MILLISECOND if late else timedelta(0)))
    answer = send(alice_client, sitting)
    assert answer.status_code == (409 if late else 200)
    response.refresh_from_db()
    assert response.is_spoken is not late
    assert len(files(folder)) == Recording.objects.count() == (0 if late else 1)


def test_too_late_it_says_what_is_kept(alice_client, sitting, response, clock):
    Response.objects.filter(pk=response.pk).update(text="Typed")
    send(alice_client, sitting)
    clock.shift(timedelta(minutes=30))
    answer = send(alice_client, sitting, content=OTHER)
    body = answer.json()
    assert body["outcome"] == "late"
    assert body["message"] == (
        "Time was up. Your last recording came too late, and is not stored. "
        "The one of 12:00:00 is kept, and counts. What you typed is kept, and counts."
    )
    page = alice_client.get(body["url"]).content.decode()
    assert "came too late, and is not stored" in page


def test_a_closing_while_the_bytes_are_written_refuses_them(
    alice_client, sitting, folder, monkeypatch, now
):
    write = recording_files.write

    def slow(pk, pieces):
        size = write(pk, pieces)
        sitting.submit(now=now)
        return size

    monkeypatch.setattr(recording_files, "write", slow)
    assert send(alice_client, sitting).status_code == 409
    assert files(folder) == set()


def test_nobody_is_recorded_who_has_not_agreed(alice_client, sitting, folder):
    answer = send(alice_client, sitting, agreed="")
    assert (answer.status_code, answer.json()["outcome"]) == (403, "not_agreed")
    assert files(folder) == set()
    send(alice_client, sitting)
    assert send(alice_client, sitting, agreed="", content=OTHER).status_code == 200
    assert kinds(sitting).count("agreed") == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"<html>not a sound</html>", 415), (b"RIFF    WAVE", 415), (b"", 422)],
)
def test_what_is_no_recording_is_refused_whatever_it_says_it_is(
    alice_client, sitting, folder, content, status
):
    answer = send(alice_client, sitting, content=content)
    assert (answer.status_code, answer.json()["outcome"]) == (status, "refused")
    assert answer.json()["message"]
    assert files(folder) == set()


def test_the_type_is_that_of_the_bytes(alice_client, sitting):
    send(alice_client, sitting, content=b"OggS" + WEBM, content_type="text/html", name="x.html")
    recording = Recording.objects.get()
    assert recording.mime_type == "audio/ogg"
    assert hear(alice_client, recording)["Content-Type"] == "audio/ogg"


@pytest.mark.parametrize("field", ["upload", "audio"])
def test_a_form_that_lacks_something_is_refused(alice_client, sitting, field):
    assert send(alice_client, sitting, **{field: ""}).status_code == 422


def test_a_length_that_is_claimed_is_bounded(alice_client, sitting):
    send(alice_client, sitting, duration_ms=99_999_999_999)
    assert Recording.objects.get().duration == rules.LONGEST


def test_a_recording_that_is_too_large_is_refused(alice_client, sitting, folder, monkeypatch):
    monkeypatch.setattr("interviews.forms.recordings.LARGEST", len(WEBM))
    assert send(alice_client, sitting).status_code == 200
    answer = send(alice_client, sitting, content=OTHER)
    assert answer.status_code == 413
    assert "at most 10 MB" in answer.json()["message"]
    assert len(files(folder)) == 1


def test_a_body_that_is_too_large_is_not_even_read(alice, sitting):
    """The token stands in the body, so without reading it nobody can know that it is missing."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="accounts.backends.RoleBackend")
    url = reverse("interviews:upload", args=[sitting.pk])
    large = strict.post(url, CONTENT_LENGTH=rules.LARGEST * 2)
    assert (large.status_code, large.json()["outcome"]) == (413, "refused")
    assert send(strict, sitting).status_code == 403
    assert not Recording.objects.exists()


def test_a_sitting_holds_so_much_and_no_more(alice_client, sitting, response, monkeypatch, folder):
    monkeypatch.setattr(rules, "MOST_BYTES", len(WEBM))
    assert send(alice_client, sitting).status_code == 200
    assert send(alice_client, sitting).status_code == 200  # in place of the first
    answer = send(alice_client, sitting, content=OTHER)
    assert (answer.status_code, answer.json()["outcome"]) == (413, "full")
    monkeypatch.setattr(rules, "MOST_SENT", 2)
    assert send(alice_client, sitting).status_code == 413
    response.refresh_from_db()
    assert response.is_spoken


def test_what_is_chosen_is_not_spoken(alice_client, sitting):
    assert send(alice_client, sitting, item=2).status_code == 404


def test_where_it_is_not_allowed_there_is_nothing(alice_client, alice, ines, clock):
    assignment = factories.make_assignment(instructor=ines, learners=(alice,))
    sitting = factories.make_sitting(assignment, alice, questions=(factories.make_question(),))
    assert assignment.speech == "off"
    assert send(alice_client, sitting).status_code == 404


def test_strangers_send_nothing_and_visitors_log_in(sitting, bob_client, ines_client, client):
    assert send(bob_client, sitting).status_code == 404
    assert send(ines_client, sitting).status_code == 404
    assert send(client, sitting).status_code == 302


def test_a_transaction_that_fails_leaves_no_file(sitting, response, folder, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(Sitting, "note", fail)
    with pytest.raises(DatabaseError):
        make_recording(response)
    assert files(folder) == set()
    assert not Recording.objects.exists()


def test_a_disk_that_fails_leaves_no_half(sitting, response, folder, monkeypatch):
    def fail(handle):
        raise OSError("No space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        make_recording(response)
    assert files(folder) == set()


# One at a time


@pytest.fixture
def asked(alice, ines, clock, now):
    """Two questions, one at a time, with half a minute to think and a follow-up."""
    blueprint = factories.make_blueprint(
        owner=ines,
        speech="only",
        minutes=None,
        navigation="one_at_a_time",
        think_seconds=30,
        answer_seconds=120,
    )
    for prompt in ("What is an image?", "What is a layer?"):
        factories.make_question(prompt, follow_ups=("Authored first?", "Several FROM lines?"))
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    return assignment.start(alice, now=now)


def test_who_speaks_while_thinking_has_begun(alice_client, asked):
    assert send(alice_client, asked).status_code == 200
    assert "begun" in kinds(asked)


def test_a_locked_question_takes_no_recording(alice_client, asked, clock):
    clock.shift(timedelta(minutes=3))  # its time is over
    answer = send(alice_client, asked)
    assert answer.status_code == 409
    assert "That question is locked" in answer.json()["message"]


def test_what_was_not_asked_yet_is_not_there(alice_client, asked):
    assert send(alice_client, asked, item=2).status_code == 404


def test_a_spoken_answer_is_asked_on_in_the_authors_order(alice_client, asked):
    send(alice_client, asked)
    room = reverse("interviews:room", args=[asked.pk])
    alice_client.post(room, {"item": 1, "number": 0, "text": "", "go": "next"})
    asked.refresh_from_db()
    assert asked.reached_step == (0, 1)
    assert asked.response_asked().asked.follow_up.prompt == "Authored first?"
    assert send(alice_client, asked, depth=1, content=OTHER).status_code == 200
    assert asked.events.filter(kind="spoken").last().reason == "1.1"


# Hearing it


def test_the_learner_hears_it_at_any_time(alice_client, sitting, response, now):
    recording = make_recording(response)
    answer = hear(alice_client, recording)
    assert (answer.status_code, b"".join(answer)) == (200, WEBM)
    assert answer["Content-Type"] == "audio/webm"
    assert answer["Content-Length"] == str(len(WEBM))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Disposition"] == f'inline; filename="answer-{recording.pk}.webm"'
    sitting.submit(now=now)
    assert hear(alice_client, recording).status_code == 200


def test_the_instructor_hears_it_once_it_is_handed_in(ines_client, sitting, response, now):
    recording = make_recording(response)
    assert hear(ines_client, recording).status_code == 404
    sitting.submit(now=now)
    assert hear(ines_client, recording).status_code == 200
    before = SittingEvent.objects.count()
    hear(ines_client, recording)
    assert SittingEvent.objects.count() == before


@pytest.mark.parametrize("who", ["bob", "otto", "edda"])
def test_strangers_hear_nothing(request, sitting, response, now, who):
    recording = make_recording(response)
    sitting.submit(now=now)
    client = client_of(request.getfixturevalue(who))
    assert hear(client, recording).status_code == 404
    delete = reverse("interviews:recording_delete", args=[recording.pk])
    assert client.post(delete).status_code == 404
    assert Recording.objects.kept().exists()


def test_visitors_log_in_first(client, response):
    assert hear(client, make_recording(response)).status_code == 302


def test_a_quick_mock_is_heard_by_its_learner_alone(
    alice, alice_client, ines_client, bob_client, now
):
    factories.make_question("What is an image?")
    sitting = start_quick_mock(
        alice, pk=uuid4(), title="Docker", minutes=20, count=1, speech="allowed", now=now
    )
    with time_machine.travel(now, tick=False):
        send(alice_client, sitting)
    sitting.submit(now=now)
    recording = Recording.objects.get()
    found = [
        hear(client, recording).status_code for client in (alice_client, ines_client, bob_client)
    ]
    assert found == [200, 404, 404]


@pytest.mark.parametrize(
    ("asked_for", "start", "stop"),
    [("bytes=0-", 0, None), ("bytes=4-9", 4, 10), ("bytes=-5", -5, None)],
)
def test_a_player_gets_the_part_it_asks_for(alice_client, response, asked_for, start, stop):
    answer = hear(alice_client, make_recording(response), Range=asked_for)
    wanted = WEBM[start:stop]
    assert (answer.status_code, b"".join(answer)) == (206, wanted)
    assert answer["Content-Length"] == str(len(wanted))
    first = start % len(WEBM)
    assert answer["Content-Range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(WEBM)}"


def test_a_part_beyond_the_end_is_refused(alice_client, response):
    answer = hear(alice_client, make_recording(response), Range="bytes=99999-")
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(WEBM)}")


def test_a_part_of_a_version_we_do_not_name_is_all_of_it(alice_client, response):
    answer = hear(alice_client, make_recording(response), Range="bytes=0-3", **{"If-Range": '"x"'})
    assert (answer.status_code, b"".join(answer)) == (200, WEBM)


def test_asked_for_its_head_it_sends_no_sound(alice_client, response):
    url = reverse("interviews:recording", args=[make_recording(response).pk])
    answer = alice_client.head(url)
    assert (answer.status_code, b"".join(answer)) == (200, b"")
    assert answer["Content-Length"] == str(len(WEBM))


def test_a_file_that_is_missing_is_not_there(alice_client, response, folder, caplog):
    recording = make_recording(response)
    (folder / str(recording.pk)).unlink()
    assert hear(alice_client, recording).status_code == 404
    assert "is missing" in caplog.text


# Taking it back


@pytest.mark.parametrize("is_closed", [False, True])
def test_the_learner_takes_it_back(
    alice_client, sitting, response, folder, now, committed, is_closed
):
    recording = make_recording(response)
    if is_closed:
        sitting.submit(now=now)
    with committed():
        answer = alice_client.post(reverse("interviews:recording_delete", args=[recording.pk]))
    place = "result" if is_closed else "room"
    part = "#question-1" if is_closed else "?item=1"
    assert answer.url == reverse(f"interviews:{place}", args=[sitting.pk]) + part
    recording.refresh_from_db()
    response.refresh_from_db()
    assert recording.deleted_at == now
    assert not response.is_answered
    assert files(folder) == set()
    assert hear(alice_client, recording).status_code == 404
    assert kinds(sitting)[-1] == "unsaid"


def test_taken_back_twice_is_once(alice_client, sitting, response):
    recording = make_recording(response)
    url = reverse("interviews:recording_delete", args=[recording.pk])
    for _time in range(2):
        answer = alice_client.post(url, headers={"Accept": "application/json"})
        assert answer.json() == {"outcome": "deleted"}
    assert kinds(sitting).count("unsaid") == 1


def test_what_was_taken_back_is_not_stored_by_a_retry(alice_client, sitting, response):
    upload = uuid4()
    send(alice_client, sitting, upload=upload)
    recording = Recording.objects.get()
    alice_client.post(reverse("interviews:recording_delete", args=[recording.pk]))
    assert send(alice_client, sitting, upload=upload).json()["recording"] is None
    assert not Recording.objects.kept().exists()
    assert send(alice_client, sitting).json()["recording"]


def test_who_leaves_takes_their_voice_along(alice, response, folder, now, committed):
    make_recording(response)
    with committed():
        erase(alice, now=now)
    assert files(folder) == set()
    assert not Recording.objects.exists()


def test_a_deletion_that_is_rolled_back_keeps_the_file(alice, response, folder, committed):
    recording = make_recording(response)
    with committed(), transaction.atomic():
        alice.sittings.all().delete()
        transaction.set_rollback(True)
    assert files(folder) == {str(recording.pk)}


def test_who_teaches_and_leaves_takes_no_learners_voice_along(
    ines, response, folder, now, committed
):
    recording = make_recording(response)
    with committed():
        erase(ines, now=now)
    assert files(folder) == {str(recording.pk)}


# Tidying


def age(path: Path, by: timedelta, now) -> None:
    then = (now - by).timestamp()
    os.utime(path, (then, then))


def test_tidying_removes_what_nothing_names(response, folder, now):
    kept = make_recording(response)
    for name in (str(uuid4()), f"{uuid4()}.part", "unknown"):
        (folder / name).write_bytes(b"left by a crash")
    for path in folder.iterdir():
        age(path, timedelta(hours=2), now)
    young = folder / str(uuid4())
    young.write_bytes(b"about to get its row")
    age(young, timedelta(minutes=1), now)
    assert tidy(now) == 3
    assert files(folder) == {str(kept.pk), young.name}
    assert tidy(now) == 0


def test_tidying_removes_at_once_what_was_taken_back(response, folder, now, monkeypatch):
    recording = make_recording(response)
    path = folder / str(recording.pk)
    age(path, timedelta(minutes=1), now)
    recording.delete_by(recording.sitting.learner, now=now)
    path.touch()
    age(path, timedelta(minutes=1), now)
    assert tidy(now) == 1


def test_many_tidy_at_once(response, folder, now, monkeypatch):
    make_recording(response)
    stray = folder / str(uuid4())
    stray.write_bytes(b"left by a crash")
    age(stray, timedelta(hours=2), now)
    seen = list(recording_files.found(now))
    stray.unlink()  # by another worker, meanwhile
    monkeypatch.setattr(recording_files, "found", lambda now: iter(seen))
    tidy(now)
    assert len(files(folder)) == 1


def test_the_command_says_how_many(response, folder, capsys):
    make_recording(response)
    call_command("tidy_recordings")
    assert "0 files removed" in capsys.readouterr().out


def test_tidying_asks_no_more_for_many_files(response, folder, now, django_assert_num_queries):
    for _time in range(20):
        make_recording(response)
    with django_assert_num_queries(1):
        tidy(now)


# Where they lie


@pytest.mark.parametrize("served", ["STATIC_ROOT", "MEDIA_ROOT"])
def test_a_folder_that_is_served_is_refused(settings, served):
    assert recordings_are_private() == []
    settings.RECORDINGS_DIR = Path(getattr(settings, served)) / "recordings"
    (problem,) = recordings_are_private()
    assert "RECORDINGS_DIR lies inside" in problem.msg
