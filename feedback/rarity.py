"""How much a word tells: nothing for a function word, most for a rare one."""

from __future__ import annotations

import math
import threading
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

from feedback.words import vocabulary

FIRST_WORD = 1996  # "the": before it stand single letters, digits and marks
STOP_WORDS = frozenset(
    """
    a about above after again all almost also although always am an and another any anyone
    anything are around as at away back be became because become becomes been before being below
    between both but by came can cannot come could d did do does doing done down during each either
    else enough etc even ever every everything few for from further gave get gets getting give given
    gives go goes going gone got had has have having he hence her here hers herself him himself his
    how however i if in instead into is it its itself just kind know let like ll lot m made make
    makes making many may me might mine more most much must my myself near need neither no nor not
    now of off often on once one only onto or other others otherwise our ours out over own per
    please put quite rather re really s same say says see seem seems shall she should simply since
    so some someone something sometimes somewhat soon still such t take takes than that the their
    theirs them themselves then there therefore these they thing things this those though through
    thus till to together too toward towards under unless until up upon us use used uses using
    usually ve very via want was way we well went were what whatever when where whereas whether
    which while who whole whom whose why will with within without would yes yet you your yours
    yourself
    """.split()
)


class Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


class PluralStemmer:
    """Stands in where snowballstemmer is not installed."""

    def stemWord(self, word: str) -> str:
        return word[:-1] if len(word) > 3 and word.endswith("s") else word


def make_stemmer() -> Stemmer:
    try:
        return cast(Stemmer, import_module("snowballstemmer").stemmer("english"))
    except ImportError:
        return PluralStemmer()


one_at_a_time = threading.Lock()  # a stemmer keeps the word that it works on
stemmer = make_stemmer()


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    if not word.isalpha():
        return word
    with one_at_a_time:
        return stemmer.stemWord(word)


@lru_cache(maxsize=20_000)
def rarity(word: str) -> float:
    """0 to 1: the logarithm of the word's rank in BERT's vocabulary, which goes by frequency.

    A word that is not in it is rarer than all that are. Letters and digits have no rank and
    count as the middle.
    """
    if word in STOP_WORDS:
        return 0.0
    known = vocabulary()
    ranks = [known[form] for form in (word, stem(word)) if form in known]
    if not ranks:
        return 1.0
    if min(ranks) < FIRST_WORD:
        return 0.5
    return math.log(min(ranks) - FIRST_WORD + 2) / math.log(len(known))
