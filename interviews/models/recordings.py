"""Recordings: spoken answers. The row is here, its bytes are a file of the same id."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q, Sum
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from interviews import recording_files
from interviews.audio import AudioType
from interviews.models.events import SittingEvent
from interviews.models.responses import TIMED, Response
from interviews.models.sittings import Sitting

if TYPE_CHECKING:
    from accounts.models import User

LONGEST = timedelta(minutes=5)
# At the 32 kbit/s that the room asks for, five minutes are some 1.2 MB; browsers may take more.
LARGEST = 10 * 1024 * 1024
# Of one sitting: all that is kept, and how often anything was sent.
MOST_BYTES = 150 * 1024 * 1024
MOST_SENT = 400


class Kept(StrEnum):
    SAVED = "saved"
    LATE = "late"  # the sitting or the question is closed: what was kept before stays
    FULL = "full"  # the sitting has as much as one may have
    NOT_AGREED = "not_agreed"  # nobody is recorded who has not agreed to it


class RecordingQuerySet(models.QuerySet["Recording"]):
    def kept(self) -> RecordingQuerySet:
        """Those that count, at most one for each response: only these have a file."""
        return self.filter(superseded_at=None, deleted_at=None)


class Recording(models.Model):
    """One recording sent for a response. The newest counts; what was there before goes with it.

    `upload`: the page's own name for it, so that what is sent twice is stored once.
    `duration_ms`: as the page says, for people to read; None: it does not say.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="recordings")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="recordings")
    upload = models.UUIDField(editable=False)
    mime_type = models.CharField(
        max_length=10, choices=[(each.value, each.suffix) for each in AudioType]
    )
    size = models.PositiveIntegerField(help_text=_("In bytes."))
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    received_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[RecordingQuerySet] = RecordingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ("received_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("response", "upload"), name="recording_sent_once"),
            models.UniqueConstraint(
                fields=("response",),
                condition=Q(superseded_at=None, deleted_at=None),
                name="one_recording_that_counts",
            ),
            models.CheckConstraint(
                condition=Q(mime_type__in=[each.value for each in AudioType]),
                name="recording_type_is_known",
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="recording_is_not_empty"),
        )

    def __str__(self) -> str:
        return f"{self.get_mime_type_display()}, {self.size}"

    @property
    def is_kept(self) -> bool:
        return self.superseded_at is None and self.deleted_at is None

    @property
    def duration(self) -> timedelta | None:
        return None if self.duration_ms is None else timedelta(milliseconds=self.duration_ms)

    @property
    def file_name(self) -> str:
        """For whoever takes it away."""
        return f"answer-{self.id}.{AudioType(self.mime_type).suffix}"

    @transaction.atomic
    def delete_by(self, learner: User, *, now: datetime) -> bool:
        """The learner takes it back, whenever they like. False: it was gone. Locks the sitting.

        That there was one stays known; the bytes go once this is stored.
        """
        sitting = self.sitting
        sitting.lock()
        gone = Recording.objects.kept().filter(pk=self.pk).update(deleted_at=now)
        self.refresh_from_db(fields=["superseded_at", "deleted_at"])
        if not gone:
            return False
        set_spoken(self.response, False)
        sitting.note(
            SittingEvent.Kind.UNSAID, at=now, actor=learner, reason=self.response.step_number
        )
        transaction.on_commit(lambda: recording_files.remove([self.pk]))
        return True


@transaction.atomic
def keep(
    response: Response,
    *,
    pk: UUID,
    upload: UUID,
    has_agreed: bool,
    now: datetime,
    **fields: Any,
) -> Kept:
    """A row for the file of this id, in place of what the response had. Locks the sitting.

    Sent twice it is stored once. Where it is refused the file is the caller's to remove.
    """
    sitting = response.sitting
    sitting.lock()
    response.refresh_from_db(fields=[*TIMED, "is_spoken"])
    sitting.close_if_overdue(now)
    if response.recordings.filter(upload=upload).exists():
        return Kept.SAVED
    if not sitting.is_in_progress or response.is_locked:
        return Kept.LATE
    if not sitting.agree_to_be_recorded(has_agreed, now=now):
        return Kept.NOT_AGREED
    if is_full(sitting, besides=response, size=fields["size"]):
        return Kept.FULL
    response.begin(now=now)
    before = list(response.recordings.kept())
    Recording.objects.filter(pk__in=[each.pk for each in before]).update(superseded_at=now)
    sitting.recordings.create(pk=pk, response=response, upload=upload, received_at=now, **fields)
    set_spoken(response, True)
    sitting.note(
        SittingEvent.Kind.SPOKEN, at=now, actor=sitting.learner, reason=response.step_number
    )
    transaction.on_commit(lambda: recording_files.remove(each.pk for each in before))
    return Kept.SAVED


def set_spoken(response: Response, is_spoken: bool) -> None:
    response.is_spoken = is_spoken
    response.save(update_fields=["is_spoken"])


def is_full(sitting: Sitting, *, besides: Response, size: int) -> bool:
    """Whether one more would be too much; what it takes the place of does not count."""
    sent = Recording.objects.filter(sitting=sitting)
    others = sent.kept().exclude(response=besides).aggregate(total=Sum("size"))["total"] or 0
    return others + size > MOST_BYTES or sent.count() >= MOST_SENT


@receiver(post_delete, sender=Recording)
def remove_file(instance: Recording, **kwargs: Any) -> None:
    """Rows go with their sitting or their learner; then so does what was said."""
    pk = instance.pk
    transaction.on_commit(lambda: recording_files.remove([pk]))
