"""Who uses Studyhub: people, their preferences and roles, and cohorts of learners."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.study_days import study_day
from studyhub.codes import readable_code


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("Choose a time zone from the list."))


def make_invite_code() -> str:
    return readable_code(10)


class CohortClosedError(Exception):
    """Nobody new may join: the invite link is closed, or the cohort archived."""


class OnlyInstructorError(Exception):
    """The last instructor cannot leave: nobody could run the cohort then."""


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Everyone may learn; instructing and editing are extra roles."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_instructor = models.BooleanField(
        _("instructor"), default=False, help_text=_("May run cohorts and assign interviews.")
    )
    is_editor = models.BooleanField(
        _("editor"), default=False, help_text=_("May edit the question bank in the admin.")
    )
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    day_start_hour = models.PositiveSmallIntegerField(
        _("day starts at"),
        default=4,
        validators=[MaxValueValidator(23)],
        help_text=_("Studying after midnight still counts for the day before, until this hour."),
    )
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    time_factor = models.DecimalField(
        _("time factor"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("1.00"),
        validators=[MinValueValidator(Decimal("1.00")), MaxValueValidator(Decimal("4.00"))],
        help_text=_("Multiplies the time of every interview, such as 1.50 for half as much again."),
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(day_start_hour__lte=23), name="user_day_start_is_an_hour"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Who may enter the admin; what they may do there is RoleBackend's to say."""
        return self.is_superuser or self.is_editor

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def study_day(self, moment: datetime) -> date:
        """The day that studying at this moment counts for, by the person's clock and day start."""
        return study_day(moment, self.zone, day_starts_at=time(self.day_start_hour))

    def erase(self, *, now: datetime) -> None:
        """Empty this row of everything personal, where others' results still point to it.

        Only `dashboard.erasing` calls this; who left can neither log in nor be found by name.
        """
        self.email = f"{uuid.uuid4()}@erased.invalid"
        self.name = gettext("Someone who left")
        self.time_zone = "UTC"
        self.time_factor = Decimal("1.00")
        self.is_active = self.is_superuser = self.is_instructor = self.is_editor = False
        self.joined_at, self.last_login = now, None
        self.set_unusable_password()
        self.save()


class CohortQuerySet(models.QuerySet["Cohort"]):
    def start(self, name: str, *, instructor: User, now: datetime) -> Cohort:
        """A new cohort with its first instructor: neither is without the other."""
        with transaction.atomic():
            cohort = self.create(name=name, created_at=now)
            cohort.put_in(instructor, role=Membership.Role.INSTRUCTOR, now=now)
        return cohort

    def taught_by(self, user: User) -> CohortQuerySet:
        return self.filter(
            memberships__user=user,
            memberships__role=Membership.Role.INSTRUCTOR,
            memberships__left_at=None,
        )

    def joined_by(self, user: User) -> CohortQuerySet:
        return self.filter(
            memberships__user=user,
            memberships__role=Membership.Role.LEARNER,
            memberships__left_at=None,
        )

    def active(self) -> CohortQuerySet:
        return self.filter(archived_at=None)

    def only_taught_by(self, user: User) -> CohortQuerySet:
        """Cohorts with learners that nobody else teaches."""
        members = Membership.objects.current().filter(cohort=models.OuterRef("pk"))
        return self.taught_by(user).filter(
            models.Exists(members.filter(role=Membership.Role.LEARNER)),
            ~models.Exists(members.filter(role=Membership.Role.INSTRUCTOR).exclude(user=user)),
        )

    def with_learner_count(self) -> CohortQuerySet:
        """Each with `learner_count`: who is in it now, instructors apart."""
        learners = Membership.objects.current().filter(
            cohort=models.OuterRef("pk"), role=Membership.Role.LEARNER
        )
        count = learners.order_by().values("cohort").annotate(count=models.Count("pk"))
        return self.annotate(
            learner_count=Coalesce(models.Subquery(count.values("count")), 0),
        )

    def with_instructors(self) -> CohortQuerySet:
        """Each with its current instructors in `instructors`, by one query for all."""
        return self.prefetch_related(
            models.Prefetch(
                "memberships",
                queryset=Membership.objects.current()
                .filter(role=Membership.Role.INSTRUCTOR)
                .select_related("user")
                .order_by("joined_at", "pk"),
                to_attr="instructors",
            )
        )


class Cohort(models.Model):
    """Learners whom one or more instructors accompany."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80)
    invite_code = models.CharField(max_length=10, unique=True, default=make_invite_code)
    is_open = models.BooleanField(
        _("invite link works"), default=True, help_text=_("Close it when everyone has joined.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def can_be_joined(self) -> bool:
        return self.is_open and self.archived_at is None

    def join(self, user: User, *, now: datetime) -> Membership:
        """Let the person in, as a learner. Who is in already stays as they are.

        Locks the cohort's row, so that nobody slips in while the link is being closed.
        """
        with transaction.atomic():
            cohort = Cohort.objects.select_for_update(no_key=True).get(pk=self.pk)
            current = cohort.memberships.current().filter(user=user).first()
            if current:
                return current
            if not cohort.can_be_joined:
                raise CohortClosedError
            return cohort.put_in(user, role=Membership.Role.LEARNER, now=now)

    def add_instructor(self, user: User, *, now: datetime) -> Membership:
        """Let the person teach here; a learner of this cohort becomes its instructor."""
        with transaction.atomic():
            return self.put_in(user, role=Membership.Role.INSTRUCTOR, now=now)

    def bring_back(self, user: User, *, now: datetime) -> None:
        """Undo a learner's removal. Who never was here is not let in."""
        left = self.memberships.filter(
            user=user, role=Membership.Role.LEARNER, left_at__isnull=False
        )
        left.update(left_at=None, joined_at=now)

    def remove(self, user: User, *, now: datetime) -> None:
        """End the person's membership; their results stay. Locks the cohort's row."""
        with transaction.atomic():
            Cohort.objects.select_for_update(no_key=True).get(pk=self.pk)
            current = self.memberships.current()
            others = current.filter(role=Membership.Role.INSTRUCTOR).exclude(user=user)
            is_instructor = current.filter(user=user, role=Membership.Role.INSTRUCTOR).exists()
            if is_instructor and not others.exists():
                raise OnlyInstructorError
            current.filter(user=user).update(left_at=now)

    def put_in(self, user: User, *, role: str, now: datetime) -> Membership:
        """One row per person and cohort, whoever races: made, or taken up again."""
        membership, is_new = Membership.objects.get_or_create(
            cohort=self, user=user, defaults={"role": role, "joined_at": now}
        )
        if not is_new and (membership.left_at or membership.role != role):
            if membership.left_at:
                membership.joined_at = now
            membership.role, membership.left_at = role, None
            membership.save(update_fields=["role", "joined_at", "left_at"])
        return membership

    def open_invites(self, is_open: bool) -> None:
        self.is_open = is_open
        self.save(update_fields=["is_open"])

    def renew_invite(self) -> None:
        """The old link stops working at once."""
        self.invite_code = make_invite_code()
        self.save(update_fields=["invite_code"])

    def archive(self, *, now: datetime) -> None:
        Cohort.objects.active().filter(pk=self.pk).update(archived_at=now)

    def unarchive(self) -> None:
        Cohort.objects.filter(pk=self.pk).update(archived_at=None)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        """Joined and not left."""
        return self.filter(left_at=None)


class Membership(models.Model):
    """A person's place in a cohort. Leaving is kept, so that rejoining is the same row."""

    class Role(models.TextChoices):
        LEARNER = "learner", _("Learner")
        INSTRUCTOR = "instructor", _("Instructor")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.LEARNER)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(fields=("cohort", "user"), name="one_membership_per_cohort"),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.cohort}"
