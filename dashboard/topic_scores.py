"""How much of the key points was said, topic by topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from practice.judging import SHARE_SAID, Mark

# Beyond these the answers are too old to say anything about today.
NEWEST_ANSWERS = 500


type Topic = tuple[str, str]
"""A topic's name and its path, which is empty for questions without a topic."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One review of a question. `points` maps key points to marks; none for a choice."""

    question: int
    topic: Topic
    points: Mapping[str, str]
    is_choice: bool
    is_recalled: bool

    @property
    def share_said(self) -> float | None:
        """0 to 1, partly counting half; a choice counts wholly or not. None: nothing was marked."""
        if self.points:
            return fmean(SHARE_SAID[Mark(mark)] for mark in self.points.values())
        return float(self.is_recalled) if self.is_choice else None


@dataclass(frozen=True, slots=True)
class TopicScore:
    topic: str
    path: str
    percent: int
    questions: int


def topic_scores(newest_first: Iterable[Answered]) -> list[TopicScore]:
    """The average over the newest answer to each question; the weakest topic first."""
    shares: dict[Topic, list[float]] = {}
    seen: set[int] = set()
    for answered in newest_first:
        share = answered.share_said
        if share is None or answered.question in seen:
            continue
        seen.add(answered.question)
        shares.setdefault(answered.topic, []).append(share)
    scores = [
        TopicScore(name, path, round(100 * fmean(each)), len(each))
        for (name, path), each in shares.items()
    ]
    return sorted(scores, key=lambda score: (score.percent, score.topic))
