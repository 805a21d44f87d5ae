"""Slips in prompts: a word that nobody knows beside exactly one that the bank uses.

Only what can hardly be anything else is told. Silence costs a person nothing; a false alarm teaches
them not to read what is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from string import ascii_lowercase
from typing import NamedTuple

from django.db.models import Q

from accounts.models import User
from feedback.spelling import is_slip
from feedback.words import vocabulary
from questions.formats.text_files import PROMPT_LENGTH
from questions.mending import without_code
from questions.models import Spelling

SHORTEST = 5
MOST_WORDS = 500
OFTEN = 3
# One row for each word: the first trigram of a word stands for its first letter.
FIRSTS = [f"  {letter}" for letter in ascii_lowercase]
MOST_KNOWN = 200_000
LETTERS = re.compile("[a-z]{5,}")
# Words apart from all that makes a name of code: digits, dots, slashes, hyphens, capitals within.
WORD = re.compile(
    r"(?<![\w.,/\\@#$%&*+=~^|<>{}\[\]_-])[A-Za-z][a-z]{4,}(?:['’]s)?(?![\w/\\@#$%&*+=~^|<>{}\[\]_-]|[.,]\w)"
)
ENDINGS = (
    *("s", "es", "ed", "d", "er", "ers", "or", "ors", "ing", "ings", "ly", "ness", "ment", "ments"),
    *(
        "able",
        "ible",
        "ability",
        "ation",
        "ations",
        "ion",
        "ions",
        "ity",
        "al",
        "ally",
        "ish",
        "ist",
    ),
    *(
        "ful",
        "less",
        "like",
        "wise",
        "ize",
        "izes",
        "ized",
        "izing",
        "ise",
        "ises",
        "ised",
        "ising",
    ),
    *("ization", "isation", "ism", "y", "ies", "ied", "ier", "iest", "est", "ic", "ical", "ive"),
    *("up", "in", "on", "out", "off", "down", "over", "by", "to"),
)
OPENINGS = (
    *(
        "un",
        "re",
        "de",
        "pre",
        "non",
        "sub",
        "co",
        "dis",
        "mis",
        "over",
        "under",
        "out",
        "up",
        "in",
    ),
    *("im", "inter", "multi", "auto", "anti", "semi", "super", "hyper", "micro", "meta", "cross"),
)
BRITISH = (("s", "z"), ("our", "or"), ("ll", "l"), ("ae", "e"), ("oe", "e"), ("mme", "m"))


class Slip(NamedTuple):
    word: str
    instead: str


def slips(prompts: Sequence[str], *, among: Iterable[str], owner: User | None) -> list[list[Slip]]:
    """Of each prompt. `among` are all texts of the file, which tell what somebody means to write.

    One query at most, and none where every word is known English.
    """
    words = [list(_words(prompt[:PROMPT_LENGTH])) for prompt in prompts]
    english = vocabulary()
    unknown = {word.lower() for found in words for word, _ in found if word.lower() not in english}
    unknown = {word for word in unknown if not _is_derived(word, english)}
    if not unknown or len(unknown) > MOST_WORDS:
        return [[] for _prompt in prompts]
    bank, own = _spellings(owner)
    known = bank | own
    meant: dict[str, str] = {}
    for word in unknown - known:
        if not _is_derived(word, known) and (instead := _only_neighbour(word, bank, english)):
            meant[word] = instead
    counts = _counts({*meant, *meant.values()}, among)
    # Who writes it so again and again, and more often than the other, means it.
    meant = {
        word: instead
        for word, instead in meant.items()
        if counts[word] < OFTEN or counts[word] < counts[instead]
    }
    return [list(_slips(found, meant)) for found in words]


def _words(prompt: str) -> Iterator[tuple[str, bool]]:
    """Each with whether it may be a name, which may be spelt in any way."""
    bare = without_code(prompt)
    for match in WORD.finditer(bare):
        word = re.sub("['’]s$", "", match[0])
        is_first = not bare[: match.start()].strip("\"'“‘( ")
        if len(word) >= SHORTEST:
            yield word, word[0].isupper() and not is_first


def _slips(words: Iterable[tuple[str, bool]], meant: dict[str, str]) -> Iterator[Slip]:
    for word, may_be_name in dict(words).items():
        instead = meant.get(word.lower())
        if instead and (not may_be_name or sorted(instead) == sorted(word.lower())):
            yield Slip(word, instead.capitalize() if word[0].isupper() else instead)


def _spellings(owner: User | None) -> tuple[set[str], set[str]]:
    whose = Q(private_to=None) if owner is None else Q(private_to=None) | Q(private_to=owner)
    rows = Spelling.objects.filter(whose, trigram__in=FIRSTS).values_list("private_to", "word")
    bank: set[str] = set()
    own: set[str] = set()
    for private_to, word in rows[:MOST_KNOWN]:
        (own if private_to else bank).add(word)
    return bank, own


def _counts(words: Collection[str], texts: Iterable[str]) -> dict[str, int]:
    """How often each stands in the file."""
    counts = dict.fromkeys(words, 0)
    for text in texts if counts else ():
        for word in LETTERS.findall(text.lower()):
            if word in counts:
                counts[word] += 1
    return counts


def _is_derived(word: str, known: Collection[str]) -> bool:
    """A form of a known word, or two of them together: sharding, unmount, hashmap."""
    return any(
        base in known or f"{base}e" in known or f"{base}y" in known or base[:-1] in known
        for base in _bases(word)
    ) or any(word[:cut] in known and word[cut:] in known for cut in range(3, len(word) - 2))


def _bases(word: str) -> Iterator[str]:
    stems = [word, *(word[len(each) :] for each in OPENINGS if word.startswith(each))]
    for stem in stems:
        if stem is not word and len(stem) >= 3:
            yield stem
        for ending in ENDINGS:
            if stem.endswith(ending) and len(stem) - len(ending) >= 3:
                yield stem.removesuffix(ending)


def _only_neighbour(word: str, bank: Collection[str], english: Collection[str]) -> str:
    """ "" unless one word alone lies a letter away, and it is of the bank."""
    found = {other for other in _edits(word) if other in bank or other in english}
    if len(found) != 1:
        return ""
    other = found.pop()
    is_meant = other in bank and is_slip(word, other) and not _is_other_form(word, other)
    return other if is_meant else ""


def _is_other_form(word: str, other: str) -> bool:
    """Apart in the ending alone, or as they spell it on the other side of the Atlantic."""
    return word[:-2] == other[:-2] or any(
        word.replace(*pair) == other.replace(*pair) for pair in BRITISH
    )


def _edits(word: str) -> Iterator[str]:
    """All that lie one letter away: left out, swapped, another, or one more."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
            for letter in ascii_lowercase:
                if letter != after[0]:
                    yield before + letter + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
