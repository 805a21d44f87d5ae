"""A question: its permanent identity, who may see it, and where it came from."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models.search import SearchEntry
from questions.models.topics import Tag, Topic, validate_slug

if TYPE_CHECKING:
    from accounts.models import User


class ImportQuerySet(models.QuerySet["Import"]):
    def open_to(self, user: User) -> ImportQuerySet:
        """A person's own files; for editors also those of the bank, which have no owner."""
        if user.is_editor or user.is_superuser:
            return self.filter(Q(owner=user) | Q(owner=None))
        return self.filter(owner=user)

    def abandoned(self, now: datetime) -> ImportQuerySet:
        """Looked at a day ago or longer, and never confirmed. What was begun can be finished."""
        old = self.filter(confirmed_at=None, created_at__lt=now - timedelta(days=1))
        return old.filter(questions=None)


class Import(models.Model):
    """A file somebody brought in, kept as it came, so that nothing is ever lost."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="imports",
    )
    name = models.CharField(_("file name"), max_length=200)
    format = models.CharField(_("format"), max_length=20)
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Empty while it is only a preview.")
    )
    mends = models.JSONField(
        null=True, editable=False, help_text=_("Prompts that were split, and words spelt anew.")
    )
    ticks = models.JSONField(
        null=True,
        editable=False,
        help_text=_("What was ticked on the pages of its preview, and what was not."),
    )

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name


class QuestionQuerySet(models.QuerySet["Question"]):
    def shared(self) -> QuestionQuerySet:
        """In the bank, for everyone: published there and not retired."""
        return self.filter(private_to=None, status=Question.Status.PUBLISHED)

    def visible_to(self, user: User | AnonymousUser) -> QuestionQuerySet:
        """What this person may open: the shared bank, and their own whatever its status.

        Editors also see what the bank holds as drafts, in review and retired.
        """
        if not user.is_authenticated:
            return self.shared()
        own = Q(private_to=user)
        if user.is_editor or user.is_superuser:
            return self.filter(own | Q(private_to=None))
        return self.filter(own | Q(private_to=None, status=Question.Status.PUBLISHED))

    def practisable_by(self, user: User) -> QuestionQuerySet:
        """What can be studied: published in the bank, or one's own; with text; not retired."""
        own = Q(private_to=user) & ~Q(status=Question.Status.RETIRED)
        shared = Q(private_to=None, status=Question.Status.PUBLISHED)
        return self.filter(shared | own, current_revision__isnull=False)

    def retire(self, *, now: datetime) -> int:
        """How many were not retired before."""
        standing = self.exclude(status=Question.Status.RETIRED)
        return standing.update(
            retired_from=F("status"), status=Question.Status.RETIRED, updated_at=now
        )

    def in_topic(self, topic: Topic) -> QuestionQuerySet:
        """In the topic or anywhere below it."""
        return self.filter(Q(topic=topic) | Q(topic__path__startswith=f"{topic.path}/"))


class QuestionManager(models.Manager["Question"].from_queryset(QuestionQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, slug: str) -> Question:
        found: Question = self.get(slug=slug)
        return found


class Question(models.Model):
    """The identity that learners' histories hang on. The text is in its revisions.

    `slug` is permanent and never derived anew from the text. `private_to` None means the bank.
    `origin_hash` is the content hash that last came from a file; where the current revision's
    differs, somebody edited the question here. `external_key` is what the file calls it that it came
    from, where that is not its slug: the format and the id there. `origin_facts` is the hash of what
    a question file last said besides the text; empty if none did. `retired_from` is the status it had before it was
    retired; empty for one that was never, or before this was kept.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    slug = models.CharField(_("id"), max_length=80, unique=True, validators=[validate_slug])
    topic = models.ForeignKey(
        Topic,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("topic"),
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="questions", verbose_name=_("tags"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    retired_from = models.CharField(max_length=9, choices=Status, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    private_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="private_questions",
        verbose_name=_("private to"),
        help_text=_("Empty for a question of the shared bank."),
    )
    current_revision = models.ForeignKey(
        "QuestionRevision",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("current revision"),
    )
    fingerprint = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    origin_hash = models.CharField(max_length=64, blank=True, editable=False)
    origin_facts = models.CharField(max_length=64, blank=True, editable=False)
    external_key = models.CharField(max_length=200, blank=True, editable=False)
    imported_from = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, blank=True, related_name="questions"
    )
    imported_line = models.PositiveIntegerField(null=True, blank=True, editable=False)
    imported_end_line = models.PositiveIntegerField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)

    objects = QuestionManager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("topic__position", "topic__path", "slug")
        indexes = (models.Index(fields=("private_to", "status"), name="question_visibility"),)
        constraints = (
            models.UniqueConstraint(
                fields=("external_key",),
                condition=Q(private_to=None) & ~Q(external_key=""),
                name="shared_key_once",
            ),
            models.UniqueConstraint(
                fields=("private_to", "external_key"),
                condition=~Q(external_key=""),
                name="own_key_once",
            ),
        )

    def __str__(self) -> str:
        return self.current_revision.prompt if self.current_revision else self.slug

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def is_edited_here(self) -> bool:
        """True if the text differs from what last came from a file, or never came from one."""
        revision = self.current_revision
        return revision is not None and revision.content_hash != self.origin_hash

    @property
    def is_shared(self) -> bool:
        """In the bank, for everyone."""
        return self.private_to_id is None and self.status == self.Status.PUBLISHED

    @property
    def is_listed(self) -> bool:
        """Whether those who may see it find it: published in the bank or private, not retired."""
        if self.private_to_id:
            return self.status != self.Status.RETIRED
        return self.is_shared

    def shows_notes_to(self, reader: User | AnonymousUser) -> bool:
        """The notes of the bank are for those who ask, never for candidates."""
        if not reader.is_authenticated:
            return False
        asks = reader.is_instructor or reader.is_editor or reader.is_superuser
        return asks or self.private_to_id == reader.pk

    def retire(self, *, now: datetime) -> None:
        """Asked of nobody any more; results keep pointing to it."""
        self._become(self.Status.RETIRED, now=now)

    def restore(self, *, now: datetime) -> None:
        """Back from retirement, as a draft."""
        if self.status == self.Status.RETIRED:
            self._become(self.Status.DRAFT, now=now)

    def become(self, status: str) -> None:
        """Remembers what it was before it is retired. Saves nothing."""
        if status == self.Status.RETIRED != self.status:
            self.retired_from = self.status
        self.status = status

    def _become(self, status: str, *, now: datetime) -> None:
        self.become(status)
        self.updated_at = now
        with transaction.atomic():
            self.save(update_fields=["status", "retired_from", "updated_at"])
            SearchEntry.objects.filter(question=self).update(is_listed=self.is_listed)
