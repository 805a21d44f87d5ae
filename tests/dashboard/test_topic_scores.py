"""How much was said, topic by topic."""

from __future__ import annotations

import pytest

from dashboard.topic_scores import Answered, TopicScore, topic_scores

DOCKER, GIT = ("Docker", "docker"), ("Git", "git")


def answered(question: int = 1, topic=DOCKER, *marks: str, **fields) -> Answered:
    points = {str(number): mark for number, mark in enumerate(marks)}
    return Answered(question, topic, points, **{"is_choice": False, "is_recalled": True, **fields})


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        (answered(1, DOCKER, "covered", "covered"), 1.0),
        (answered(1, DOCKER, "covered", "partly", "missed", "missed"), 0.375),
        (answered(1, DOCKER), None),
        (answered(is_choice=True), 1.0),
        (answered(is_choice=True, is_recalled=False), 0.0),
    ],
)
def test_partly_counts_half_and_a_choice_wholly_or_not(answer, share):
    assert answer.share_said == share


def test_only_the_newest_answer_to_a_question_counts():
    newest_first = [answered(1, DOCKER, "covered"), answered(1, DOCKER, "missed")]
    assert topic_scores(newest_first) == [TopicScore("Docker", "docker", 100, 1)]


def test_an_answer_without_marks_leaves_the_one_before_standing():
    newest_first = [answered(1, DOCKER), answered(1, DOCKER, "missed")]
    assert topic_scores(newest_first) == [TopicScore("Docker", "docker", 0, 1)]


def test_the_weakest_topic_comes_first():
    newest_first = [
        answered(1, DOCKER, "covered"),
        answered(2, GIT, "missed"),
        answered(3, DOCKER, "partly"),
    ]
    assert topic_scores(newest_first) == [
        TopicScore("Git", "git", 0, 1),
        TopicScore("Docker", "docker", 75, 2),
    ]


def test_without_answers_there_are_no_topics():
    assert topic_scores([]) == []
