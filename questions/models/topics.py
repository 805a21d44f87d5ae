"""How questions are found: a tree of topics, and flat tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"

validate_slug = RegexValidator(
    rf"^{SLUG}\Z", _("Use small letters, digits and single hyphens, such as multi-stage-build.")
)
validate_path = RegexValidator(
    rf"^{SLUG}(?:/{SLUG})*\Z", _("Use slugs separated by slashes, such as docker/networking.")
)


def with_all_above(paths: Iterable[str]) -> set[str]:
    steps = (path.split("/") for path in paths)
    return {"/".join(each[:depth]) for each in steps for depth in range(1, len(each) + 1)}


class TopicManager(models.Manager["Topic"]):
    def visible_to(self, user: User) -> models.QuerySet[Topic]:
        """All but those that only other people's private questions have, there or below.

        Asks twice: what lies below a topic is known by its path alone.
        """
        paths = self.order_by().distinct().values_list("path", flat=True)
        in_sight = Q(questions__private_to=None) | Q(questions__private_to=user)
        seen = paths.filter(in_sight, questions__isnull=False)
        used = paths.filter(questions__isnull=False)
        return self.exclude(path__in=with_all_above(used) - with_all_above(seen))

    def get_by_natural_key(self, path: str) -> Topic:
        return self.get(path=path)

    def at(self, path: str) -> Topic:
        """The topic at this path; it and what is missing above it are made."""
        parent_path, _slash, slug = path.rpartition("/")
        parent = self.at(parent_path) if parent_path else None
        title = slug.replace("-", " ").capitalize()
        return self.get_or_create(path=path, defaults={"parent": parent, "title": title})[0]


class Topic(models.Model):
    """A place in the tree. `path` is the slugs from the root, such as docker/networking."""

    path = models.CharField(_("path"), max_length=160, unique=True, validators=[validate_path])
    title = models.CharField(_("title"), max_length=80)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = TopicManager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("position", "path")

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.path,)


class TagManager(models.Manager["Tag"]):
    def get_by_natural_key(self, slug: str) -> Tag:
        return self.get(slug=slug)


class Tag(models.Model):
    slug = models.CharField(_("tag"), max_length=40, unique=True, validators=[validate_slug])

    objects = TagManager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug

    def natural_key(self) -> tuple[str]:
        return (self.slug,)
