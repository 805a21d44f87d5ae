"""What the worker does for the bank, day by day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils.module_loading import import_string

from questions.importing import carry_out, import_file, preview
from questions.models import Import, Question
from questions.tasks import drop_previews
from tests.factories import NOON

DAY = timedelta(days=1)
NOTES = b"Q. What is a container?\n*****\nA process.\n"

pytestmark = pytest.mark.django_db


def drop(now) -> None:
    with time_machine.travel(now, tick=False):
        drop_previews.call()


def test_a_preview_left_for_a_day_is_dropped(alice):
    preview(NOTES, name="notes.txt", owner=alice, now=NOON)
    drop(NOON + DAY)
    assert Import.objects.count() == 1
    drop(NOON + DAY + timedelta(seconds=1))
    assert Import.objects.count() == 0


def test_what_was_imported_stays(alice):
    carry_out(preview(NOTES, name="notes.txt", owner=alice, now=NOON), now=NOON)
    import_file(NOTES, name="shared.txt", owner=None, now=NOON)
    drop(NOON + 30 * DAY)
    assert Import.objects.count() == 2
    assert Question.objects.filter(imported_from=None).count() == 0


def test_the_worker_does_this_every_day():
    assert settings.PERIODIC_JOBS["questions.tasks.drop_previews"] == DAY
    assert import_string("questions.tasks.drop_previews") is drop_previews
