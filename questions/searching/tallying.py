"""How many questions have each word of a search, as far as that matters."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from questions.models import SearchEntry
from questions.wording import Wanted, tolerance

FEW = 3  # fewer questions than this, and a word may be misspelt


class Tallies:
    """Of the words of one search: counted up to FEW, and once however often they are asked for."""

    def __init__(self, words: tuple[str, ...], *, user: User | AnonymousUser) -> None:
        self.words = words
        self.user = user
        self._whole: dict[str, int] = {}
        self._begun: dict[str, int] = {}

    def few(self) -> dict[str, int]:
        """Those that may be misspelt, as few questions have them or what begins so; and how many."""
        begun = self._of_begun(self._few_whole())
        return {word: own for word, own in begun.items() if own < FEW}

    def occur(self, words: tuple[str, ...], *, begun: bool = False) -> bool:
        """Whether any question has all of these: cheap, where a common word that is begun is not."""
        missing = [word for word, own in self._of_whole(words).items() if not own]
        if missing and not begun:
            return False
        if missing:
            counts = self._of_begun([*missing, *self._few_whole()])
            if not all(counts[word] for word in missing):
                return False
        if len(words) == 1:
            return True
        together = Wanted(words, whole=0 if begun else len(words))
        return SearchEntry.objects.tally([together], seen_by=self.user.pk, most=1) == [1]

    def _few_whole(self) -> list[str]:
        words = [word for word in self.words if tolerance(word)]
        return [word for word, own in self._of_whole(words).items() if own < FEW]

    def _of_whole(self, words: Iterable[str]) -> dict[str, int]:
        """Of all words at once: that takes little longer than of one."""
        if not self._whole:
            self._whole = tallied(self.words, most=FEW, user=self.user)
        return {word: self._whole[word] for word in words}

    def _of_begun(self, words: Iterable[str]) -> dict[str, int]:
        """Of no more than these: a beginning takes longer."""
        words = dict.fromkeys(words)
        unknown = [word for word in words if word not in self._begun]
        self._begun |= tallied(unknown, whole=0, most=FEW, user=self.user)
        return {word: self._begun[word] for word in words}


def tallied(
    words: Iterable[str], *, whole: int = 1, most: int, user: User | AnonymousUser
) -> dict[str, int]:
    words = list(words)
    wanted = [Wanted((word,), whole=whole) for word in words]
    counts = SearchEntry.objects.tally(wanted, seen_by=user.pk, most=most)
    return dict(zip(words, counts, strict=True))
