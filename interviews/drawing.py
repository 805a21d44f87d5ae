"""Which questions a sitting asks: a draw from the pools of a blueprint's sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import Random


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be drawn. `last_used_at` None: this learner has not seen it yet."""

    question_id: int
    last_used_at: datetime | None
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """A section's candidates and how many of them it asks.

    `fixed`: picked by hand, so the first ones are taken and asked in the order given.
    `leans_to_weak`: weak questions go before others that the learner has equally seen or not.
    """

    section_id: int
    name: str
    count: int
    candidates: Sequence[Candidate]
    leans_to_weak: bool = False
    fixed: bool = False


class PoolTooSmall(ValueError):
    """A section cannot be filled. `available` is what the sections before it leave for it."""

    def __init__(self, pool: Pool, *, available: int) -> None:
        super().__init__(f"“{pool.name}” asks {pool.count} questions but has {available}.")
        self.section_id = pool.section_id
        self.name = pool.name
        self.wanted = pool.count
        self.available = available


def draw(pools: Sequence[Pool], seed: int) -> dict[int, list[int]]:
    """Question ids by section id: each section full, no question twice, the best draw there is.

    Best: hand-picked first choices, then as few questions seen before as possible, then weak ones
    where a section leans to them, then those used longest ago; what is equal falls by the seed.

    This is a cheapest matching, found by shortest augmenting paths: a section that needs a question
    may take one from another section, which finds itself another. A section never ends up short
    because an earlier one took its only questions.
    """
    costs = cheapest_of_each(pools, cost=cost_function(pools, seed=seed))
    holder: dict[int, int] = {}
    for index, pool in enumerate(pools):
        for available in range(pool.count):
            path = cheapest_path(index, costs, holder=holder)
            if path is None:
                raise PoolTooSmall(pool, available=available)
            holder.update(path)
    return {pool.section_id: held(index, costs, holder=holder) for index, pool in enumerate(pools)}


type Cost = Callable[[Pool, int, Candidate], int]
type Costs = list[dict[int, int]]  # by pool: question id -> cost, cheapest first


def cost_function(pools: Sequence[Pool], *, seed: int) -> Cost:
    """What it costs a pool to ask the candidate at a position: the wishes as digits of one number.

    The base is so large that no sum of a lesser wish over a whole draw outweighs a greater one.
    """
    moments = {each.last_used_at for pool in pools for each in pool.candidates if each.last_used_at}
    recency = {moment: rank for rank, moment in enumerate(sorted(moments), start=1)}
    luck = shuffled_ranks(pools, seed=seed)
    largest = max(len(moments), len(luck), *(len(pool.candidates) for pool in pools), 1)
    base = 2 * largest * (1 + sum(pool.count for pool in pools))

    def cost(pool: Pool, position: int, candidate: Candidate) -> int:
        if pool.fixed:
            return position * base**4
        is_seen = candidate.last_used_at is not None
        is_strong = pool.leans_to_weak and not candidate.is_weak
        used = recency[candidate.last_used_at] if candidate.last_used_at else 0
        return ((is_seen * base + is_strong) * base + used) * base + luck[candidate.question_id]

    return cost


def shuffled_ranks(pools: Sequence[Pool], *, seed: int) -> dict[int, int]:
    """The same for the same seed and questions, in whatever order they come."""
    random = Random(seed)  # noqa: S311 (a draw must be repeatable; nothing here is secret)
    question_ids = sorted({each.question_id for pool in pools for each in pool.candidates})
    shuffled = sorted(question_ids, key=lambda _: random.random())
    return {question_id: rank for rank, question_id in enumerate(shuffled)}


def cheapest_of_each(pools: Sequence[Pool], *, cost: Cost) -> Costs:
    """No pool needs more than its cheapest N, where N questions are drawn in all:

    whatever the other draws take, one of the N is free, and it is no dearer than any beyond them.
    """
    drawn = sum(pool.count for pool in pools)
    costs: Costs = []
    for pool in pools:
        by_question: dict[int, int] = {}
        for position, candidate in enumerate(pool.candidates):
            by_question.setdefault(candidate.question_id, cost(pool, position, candidate))
        cheapest = sorted(by_question, key=by_question.__getitem__)[:drawn]
        costs.append({question_id: by_question[question_id] for question_id in cheapest})
    return costs


def cheapest_path(start: int, costs: Costs, *, holder: dict[int, int]) -> dict[int, int] | None:
    """The moves (question id -> its pool) that give pool `start` one question more, at least cost.

    Shortest paths by Bellman and Ford, as taking a question from another pool may save cost.
    None: there is no way.
    """
    distance = {start: 0}
    came_by: dict[int, tuple[int, int]] = {}  # pool -> the pool that took from it, and what
    improved = True
    while improved:
        improved = False
        for taker, question_id, loser, change in takeovers(costs, holder=holder):
            if taker not in distance:
                continue
            length = distance[taker] + change
            if loser not in distance or length < distance[loser]:
                distance[loser], came_by[loser] = length, (taker, question_id)
                improved = True

    ends = [
        (length + cost, pool, question_id)
        for pool, length in distance.items()
        for question_id, cost in first_free(costs[pool], holder=holder)
    ]
    if not ends:
        return None
    _, pool, question_id = min(ends)
    path = {question_id: pool}
    while pool != start:
        pool, question_id = came_by[pool]
        path[question_id] = pool
    return path


def first_free(by_question: dict[int, int], *, holder: dict[int, int]) -> Iterator[tuple[int, int]]:
    """A pool's cheapest question that no pool holds, with its cost; nothing if there is none."""
    free = (item for item in by_question.items() if item[0] not in holder)
    return islice(free, 1)


def takeovers(costs: Costs, *, holder: dict[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Every (taker, question, loser, change of cost) by which one pool could take from another."""
    for question_id, loser in holder.items():
        for taker, by_question in enumerate(costs):
            if taker != loser and question_id in by_question:
                change = by_question[question_id] - costs[loser][question_id]
                yield taker, question_id, loser, change


def held(index: int, costs: Costs, *, holder: dict[int, int]) -> list[int]:
    return [question_id for question_id in costs[index] if holder.get(question_id) == index]
