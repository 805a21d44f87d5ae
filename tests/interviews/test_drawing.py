import time
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from interviews.drawing import Candidate, Pool, PoolTooSmall, draw

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)


def unseen(*question_ids, is_weak=False):
    return [Candidate(pk, None, is_weak=is_weak) for pk in question_ids]


def seen(question_id, *, days, is_weak=False):
    """Used so many days after long ago."""
    return Candidate(question_id, LONG_AGO + timedelta(days=days), is_weak=is_weak)


def pool(section_id, count, candidates, **options):
    return Pool(section_id, f"Section {section_id}", count, candidates, **options)


def everything_drawn(sections):
    return [question_id for question_ids in sections.values() for question_id in question_ids]


def test_no_sections_draw_nothing():
    assert draw([], 1) == {}


def test_a_section_that_asks_nothing_is_empty():
    assert draw([pool(1, 0, unseen(1, 2)), pool(2, 0, [])], 1) == {1: [], 2: []}


def test_every_section_gets_its_number_from_its_own_pool():
    sections = draw([pool(1, 2, unseen(1, 2, 3)), pool(2, 3, unseen(4, 5, 6, 7))], 1)
    assert len(sections[1]) == 2
    assert len(sections[2]) == 3
    assert set(sections[1]) < {1, 2, 3}
    assert set(sections[2]) < {4, 5, 6, 7}


def test_unseen_questions_come_before_seen_ones():
    candidates = [seen(1, days=0), *unseen(2, 3), seen(4, days=1)]
    for seed in range(20):
        assert set(draw([pool(1, 2, candidates)], seed)[1]) == {2, 3}


def test_then_come_the_least_recently_used():
    candidates = [seen(1, days=9), seen(2, days=3), seen(3, days=5), *unseen(4)]
    assert draw([pool(1, 3, candidates)], 1) == {1: [4, 2, 3]}


def test_a_question_in_two_pools_is_asked_once():
    sections = draw([pool(1, 2, unseen(1, 2, 3, 4)), pool(2, 2, unseen(1, 2, 3, 4))], 5)
    assert sorted(everything_drawn(sections)) == [1, 2, 3, 4]


def test_a_question_listed_twice_counts_once():
    with pytest.raises(PoolTooSmall) as refusal:
        draw([pool(1, 2, unseen(1, 1))], 1)
    assert refusal.value.available == 1


def test_an_early_section_does_not_starve_a_later_one():
    for seed in range(20):
        sections = draw([pool(1, 1, unseen(1, 2)), pool(2, 1, unseen(1))], seed)
        assert sections == {1: [2], 2: [1]}


def test_a_chain_of_sections_gives_way_to_the_last():
    pools = [pool(section, 1, unseen(section, section + 1)) for section in range(1, 9)]
    sections = draw([*pools, pool(9, 1, unseen(1))], 3)
    assert sections == {**{section: [section + 1] for section in range(1, 9)}, 9: [1]}


def test_a_section_takes_its_only_unseen_question_from_one_that_has_others():
    first = pool(1, 1, unseen(1, 2))
    second = pool(2, 1, [*unseen(1), seen(3, days=0)])
    for seed in range(20):
        assert draw([first, second], seed) == {1: [2], 2: [1]}


def test_a_section_leaning_to_weak_asks_weak_questions_first():
    candidates = [*unseen(1, 2, 3), *unseen(4, is_weak=True), seen(5, days=0, is_weak=True)]
    for seed in range(20):
        assert draw([pool(1, 2, candidates, leans_to_weak=True)], seed)[1][0] == 4


def test_leaning_to_weak_never_puts_a_seen_question_before_an_unseen_one():
    candidates = [seen(1, days=0, is_weak=True), *unseen(2)]
    assert draw([pool(1, 1, candidates, leans_to_weak=True)], 1) == {1: [2]}


def test_among_seen_ones_a_weak_question_goes_before_an_older_one():
    candidates = [seen(1, days=0), seen(2, days=5, is_weak=True)]
    assert draw([pool(1, 1, candidates, leans_to_weak=True)], 1) == {1: [2]}
    assert draw([pool(1, 1, candidates)], 1) == {1: [1]}


def test_the_weak_question_goes_to_the_section_that_leans_to_it():
    candidates = [*unseen(1, is_weak=True), *unseen(2)]
    for seed in range(20):
        pools = [pool(1, 1, candidates), pool(2, 1, candidates, leans_to_weak=True)]
        assert draw(pools, seed) == {1: [2], 2: [1]}


def test_a_section_picked_by_hand_keeps_its_order():
    candidates = [seen(7, days=9), *unseen(3), seen(5, days=1)]
    for seed in range(20):
        assert draw([pool(1, 3, candidates, fixed=True)], seed) == {1: [7, 3, 5]}


def test_a_section_picked_by_hand_takes_its_first_questions():
    assert draw([pool(1, 2, [seen(9, days=1), *unseen(8, 7)], fixed=True)], 1) == {1: [9, 8]}


def test_a_section_picked_by_hand_keeps_its_questions_from_a_pool_before_it():
    for seed in range(20):
        sections = draw(
            [pool(1, 2, unseen(1, 2, 3, 4)), pool(2, 2, unseen(4, 2), fixed=True)], seed
        )
        assert sections[2] == [4, 2]
        assert set(sections[1]) == {1, 3}


def test_a_first_choice_by_hand_goes_before_another_section_asking_something_unseen():
    for seed in range(20):
        by_hand = pool(1, 1, unseen(1, 2), fixed=True)
        assert draw([by_hand, pool(2, 1, [*unseen(1), seen(3, days=0)])], seed) == {1: [1], 2: [3]}


def test_a_section_that_comes_last_still_gets_its_first_choice():
    weak = unseen(1, 3, is_weak=True)
    leaning = pool(1, 1, weak, leans_to_weak=True)
    by_hand = pool(3, 1, weak[::-1], fixed=True)
    for seed in range(20):
        sections = draw([leaning, pool(2, 1, [*unseen(2), weak[1]]), by_hand], seed)
        assert sections == {1: [1], 2: [2], 3: [3]}


def test_a_weak_question_is_left_to_the_leaning_section_that_a_last_one_pushes_to_it():
    weak = unseen(5, is_weak=True)
    one = pool(1, 1, [*unseen(3), *weak], leans_to_weak=True)
    other = pool(2, 1, [*unseen(1), *weak], leans_to_weak=True)
    for seed in range(20):
        sections = draw([one, other, pool(3, 1, [*unseen(1), *weak])], seed)
        assert sections == {1: [3], 2: [5], 3: [1]}


def test_a_pool_too_small_is_named_with_what_it_wants_and_has():
    with pytest.raises(PoolTooSmall, match="Section 2.*3.*2") as refusal:
        draw([pool(1, 1, unseen(1)), pool(2, 3, unseen(2, 3))], 1)
    error = refusal.value
    assert (error.section_id, error.name, error.wanted, error.available) == (2, "Section 2", 3, 2)


def test_pools_too_small_only_together_name_the_later_one():
    with pytest.raises(PoolTooSmall) as refusal:
        draw([pool(1, 2, unseen(1, 2, 3)), pool(2, 2, unseen(1, 2, 3))], 1)
    assert (refusal.value.section_id, refusal.value.available) == (2, 1)


def test_the_seed_decides_among_equals_and_every_question_has_its_chance():
    candidates = unseen(*range(1, 6))
    draws = [draw([pool(1, 2, candidates)], seed)[1] for seed in range(500)]
    times = [sum(pk in question_ids for question_ids in draws) for pk in range(1, 6)]
    assert all(150 < each < 250 for each in times)


def test_the_order_the_candidates_come_in_does_not_matter():
    candidates = [*unseen(8, 16, 24, 32), seen(40, days=1)]  # a set of these keeps no fixed order
    for seed in range(20):
        assert draw([pool(1, 3, candidates)], seed) == draw([pool(1, 3, candidates[::-1])], seed)


def test_thirty_questions_from_overlapping_pools_of_five_thousand_are_drawn_quickly():
    candidates = [
        Candidate(pk, None if pk % 3 else LONG_AGO + timedelta(minutes=pk)) for pk in range(5_000)
    ]
    pools = [pool(section, 3, candidates) for section in range(10)]
    began = time.perf_counter()
    sections = draw(pools, 1)
    assert len(set(everything_drawn(sections))) == 30
    assert time.perf_counter() - began < 2  # some 0.04 s; the room is for a busy machine


# Small enough that every possible draw can be looked at.

used = st.none() | st.integers(0, 3).map(lambda days: LONG_AGO + timedelta(days=days))


@st.composite
def small_blueprints(draw_value, *, plain=False):
    """Plain: no section leans to weak questions or is picked by hand."""
    history = draw_value(st.lists(used, min_size=1, max_size=6))
    weak = draw_value(st.sets(st.sampled_from(range(len(history)))))
    members = st.lists(st.sampled_from(range(len(history))), unique=True)
    pools = []
    for section_id in range(draw_value(st.integers(1, 3))):
        candidates = [Candidate(pk, history[pk], pk in weak) for pk in draw_value(members)]
        options = {}
        if not plain:
            options = {
                "leans_to_weak": draw_value(st.booleans()),
                "fixed": draw_value(st.booleans()),
            }
        count = draw_value(st.integers(0, min(3, len(candidates) + 1)))
        pools.append(pool(section_id, count, candidates, **options))
    return pools


def possible_draws(pools, taken=()):
    """Every way to fill the sections: for each pool in turn, the candidates it asks."""
    if not pools:
        yield taken
        return
    asked = {one.question_id for chosen in taken for one in chosen}
    free = [one for one in pools[0].candidates if one.question_id not in asked]
    for chosen in combinations(free, pools[0].count):
        yield from possible_draws(pools[1:], (*taken, chosen))


def is_possible(pools):
    return next(possible_draws(pools), None) is not None


def chosen_by(sections, pools):
    return [
        [one for one in each.candidates if one.question_id in sections[each.section_id]]
        for each in pools
    ]


@given(small_blueprints(), st.integers())
def test_a_draw_is_found_whenever_there_is_one(pools, seed):
    if not is_possible(pools):
        with pytest.raises(PoolTooSmall):
            draw(pools, seed)
        return
    sections = draw(pools, seed)
    assert list(sections) == [each.section_id for each in pools]
    for each in pools:
        assert len(sections[each.section_id]) == each.count
        assert set(sections[each.section_id]) <= {one.question_id for one in each.candidates}
    assert len(everything_drawn(sections)) == len(set(everything_drawn(sections)))


@given(small_blueprints(plain=True), st.integers())
def test_no_other_draw_has_fewer_seen_or_older_questions(pools, seed):
    assume(is_possible(pools))

    def staleness(chosen):
        return sorted(one.last_used_at or NEVER for each in chosen for one in each)

    best = min(map(staleness, possible_draws(pools)))
    assert staleness(chosen_by(draw(pools, seed), pools)) == best


@given(small_blueprints(), st.integers())
def test_no_other_draw_keeps_the_wishes_of_the_sections_better(pools, seed):
    assume(is_possible(pools))

    def wishes_missed(chosen):
        pairs = list(zip(pools, chosen, strict=True))
        by_hand = [(each, ones) for each, ones in pairs if each.fixed]
        by_lot = [(each, one) for each, ones in pairs if not each.fixed for one in ones]
        return (
            sum(each.candidates.index(one) for each, ones in by_hand for one in ones),
            sum(one.last_used_at is not None for _, one in by_lot),
            sum(each.leans_to_weak and not one.is_weak for each, one in by_lot),
        )

    best = min(map(wishes_missed, possible_draws(pools)))
    assert wishes_missed(chosen_by(draw(pools, seed), pools)) == best


@given(small_blueprints(), st.integers())
def test_the_same_seed_draws_the_same_again(pools, seed):
    assume(is_possible(pools))
    assert draw(pools, seed) == draw(pools, seed)


@given(small_blueprints())
def test_a_refusal_names_the_first_section_that_cannot_be_filled(pools):
    assume(not is_possible(pools))
    with pytest.raises(PoolTooSmall) as refusal:
        draw(pools, 1)
    index = [each.section_id for each in pools].index(refusal.value.section_id)
    assert refusal.value.available < refusal.value.wanted == pools[index].count
    assert is_possible(pools[:index])
    assert not is_possible(pools[: index + 1])
