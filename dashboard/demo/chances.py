"""Seeded randomness: the same seed gives the same data, whatever else is asked for."""

from __future__ import annotations

from math import exp
from random import Random
from uuid import UUID


def chances(seed: int, name: str) -> Random:
    """A generator of its own for each name, so that one more learner changes no other."""
    return Random(f"{seed}:{name}")  # noqa: S311 (nothing secret hangs on it)


def made_uuid(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def about(value: float, chance: Random, *, spread: float = 0.35) -> float:
    """Around the value and always above nothing; now and then far above, as times are."""
    return value * exp(chance.gauss(0, spread))
