"""Recordings that arrive at the very same moment, each in a thread and a transaction of its own."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from interviews.audio import AudioType
from interviews.models import Recording, Response, Sitting
from interviews.models.recordings import Kept
from interviews.speaking import receive
from interviews.tidying import tidy
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.usefixtures("shared_database")

TABS = 6


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.RECORDINGS_DIR = tmp_path / "recordings"
    return settings.RECORDINGS_DIR


@pytest.fixture
def response(shared_database):
    learner = factories.make_user()
    assignment = factories.make_assignment(
        blueprint=factories.make_blueprint(speech="allowed"), learners=(learner,)
    )
    sitting = factories.make_sitting(assignment, learner, questions=(factories.make_question(),))
    return Response.objects.get(item__sitting=sitting)


def send(response, now, upload: UUID) -> Kept:
    return receive(
        Response.objects.get(pk=response.pk),
        [factories.WEBM],
        upload=upload,
        audio_type=AudioType.WEBM,
        duration_ms=1_000,
        has_agreed=True,
        now=now,
    )


def names(folder) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_a_recording_sent_many_times_at_once_is_stored_once(response, folder, now):
    upload = uuid4()
    assert set(at_once(*[lambda: send(response, now, upload)] * TABS)) == {Kept.SAVED}
    assert names(folder) == {str(Recording.objects.get().pk)}
    kinds = list(response.sitting.events.values_list("kind", flat=True))
    assert sorted(kinds) == ["agreed", "spoken"]


def test_of_many_recorded_at_once_one_counts_and_one_file_stays(response, folder, now):
    assert set(at_once(*[lambda: send(response, now, uuid4())] * TABS)) == {Kept.SAVED}
    assert Recording.objects.count() == TABS
    assert names(folder) == {str(Recording.objects.kept().get().pk)}


def test_a_recording_racing_the_handing_in_is_whole_or_not_there(response, folder, now):
    def submit() -> bool:
        return Sitting.objects.get(pk=response.sitting.pk).submit(now=now)

    kept, _is_ours = at_once(lambda: send(response, now, uuid4()), submit)
    response.refresh_from_db()
    assert response.is_spoken is (kept == Kept.SAVED)
    assert len(names(folder)) == Recording.objects.count() == (1 if kept == Kept.SAVED else 0)


def test_tidying_at_once_with_uploads_takes_nothing_that_counts(response, folder, now):
    def tidy_up() -> int:
        return tidy(now)

    at_once(*[lambda: send(response, now, uuid4())] * 3, *[tidy_up] * 3)
    assert names(folder) == {str(Recording.objects.kept().get().pk)}
