"""What other programs give for an answer, in per cent: here an answer is right or it is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

WHOLE = 99.0
ANY = 0.001
PARTLY = (
    "An answer is right or wrong here, so what it is worth in part was left out: {shares} per cent."
)


def least_right(shares: Iterable[float]) -> float:
    """From here on an option is right: where one is wholly so, those right in part are not."""
    return WHOLE if max(shares, default=0.0) >= WHOLE else ANY


def lost_worth(shares: Sequence[float]) -> Iterator[str]:
    """A sentence if some are worth more than others."""
    given = {share for share in shares if share > 0}
    if len(given) > 1:
        listed = ", ".join(f"{share:g}" for share in sorted(given) if share < WHOLE)
        yield PARTLY.format(shares=listed)


def with_worth(text: str, share: float, feedback: str) -> str:
    """An answer that was to be compared letter by letter, as a line to read."""
    worth = "" if share >= WHOLE else (f" ({share:g} %)" if share > 0 else " (wrong)")
    behind = f": {feedback}" if feedback else ""
    return f"{text}{worth}{behind}".replace("\n", "\n  ")


def as_list(listed: Sequence[str]) -> str:
    return listed[0] if len(listed) == 1 else "\n".join(f"- {each}" for each in listed)
