"""Cards that do not stick: forgotten more often than chance explains, whatever their number."""

from collections.abc import Iterable, Sequence

# One card in a hundred that the model describes well is suspected within 30 reviews; of cards
# recalled 6 times of 10 where the model expects 9, nine in ten are found, half within 12 reviews.
UNLIKELY = 0.005
FEWEST_LAPSES = 4
# A model is never certain: without this, forgetting once on the very next day would prove it wrong.
SUREST = 0.98

type Recall = tuple[float, bool]
"""The retrievability predicted before a review, 0 to 1, and whether the card was recalled."""


def is_leech(recalls: Iterable[Recall]) -> bool:
    """True if so many lapses are unlikely under the predictions. Practice within a day aside."""
    history = list(recalls)
    lapses = sum(not is_recalled for _predicted, is_recalled in history)
    if lapses < FEWEST_LAPSES:
        return False
    return chance_of_lapses([1 - min(each, SUREST) for each, _ in history], lapses) < UNLIKELY


def chance_of_lapses(forgetting: Sequence[float], lapses: int) -> float:
    """The chance of that many lapses or more, each review having its own chance to forget.

    The upper tail of the Poisson binomial distribution, exactly, in reviews x lapses steps.
    """
    exactly = [1.0] + [0.0] * (lapses - 1)
    for chance in forgetting:
        for number in range(lapses - 1, 0, -1):
            exactly[number] += chance * (exactly[number - 1] - exactly[number])
        exactly[0] *= 1 - chance
    return max(0.0, 1 - sum(exactly)) if lapses else 1.0
