"""What was learnt of the questions in a file: kept by the app that schedules, named in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from accounts.models import User
from questions.formats.document import Finding
from questions.formats.readers import Format
from questions.models import Question

CARRIED_BY = frozenset({Format.APKG})


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file adds to the log of reviews, or would; `first_on` and `last_on` their days."""

    reviews: int = 0
    cards: int = 0
    first_on: date | None = None
    last_on: date | None = None
    findings: tuple[Finding, ...] = ()


class Keeper(Protocol):
    """`questions` by the line of their entry."""

    def foresee(
        self,
        data: bytes,
        *,
        user: User,
        questions: Mapping[int, Question | None],
        now: datetime,
    ) -> Brought:
        """Writes nothing. A question of None is yet to be made."""

    def bring(
        self, data: bytes, *, user: User, questions: Mapping[int, Question], now: datetime
    ) -> Brought:
        """To be called in the transaction that imports the questions."""


def keeper() -> Keeper:
    return cast(Keeper, import_module(settings.HISTORY_KEEPER))
