"""What a typed answer covers, and the vectors kept so that it is told at once."""

from __future__ import annotations

import pytest

from feedback.findings import Method, Status
from questions import matching
from questions.matching import assess
from questions.models import AcceptPhrase, RevisionVectors
from tests import fake_engine
from tests.factories import make_question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch):
    matching._prepared.cache_clear()
    monkeypatch.setattr(matching, "engine", fake_engine)
    yield fake_engine
    matching._prepared.cache_clear()


def make_volume_question(**fields):
    points = (("Named volumes outlive the container", 3), ("They are managed by Docker", 1))
    return make_question("What is a named volume?", key_points=points, **fields)


def test_findings_come_by_key_point_in_their_order():
    revision = make_volume_question().current_revision
    matched = assess(revision, "Named volumes outlive the container.")
    first, second = revision.key_points.all()
    assert matched.by_point[first.pk].status == Status.COVERED
    assert matched.by_point[second.pk].status == Status.NOT_FOUND
    assert matched.numbered == {1: matched.by_point[first.pk], 2: matched.by_point[second.pk]}
    assert matched.is_basic


def test_a_question_without_key_points_gives_nothing():
    revision = make_question(key_points=()).current_revision
    matched = assess(revision, "Anything at all")
    assert matched.by_point == {}
    assert not RevisionVectors.objects.exists()
