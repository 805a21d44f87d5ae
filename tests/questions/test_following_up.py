"""Which follow-up an interviewer would ask next."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from questions.following_up import Missed, assess_follow_up, choose_follow_up


@dataclass(frozen=True)
class Asked:
    prompt: str
    expect: list[str] = field(default_factory=list)


VOLUMES = Asked("And its data?", ["Named volumes keep the data"])
LAYERS = Asked("And its size?", ["Layers shared between images count once"])
ANYTHING = Asked("Anything else?")


pytestmark = pytest.mark.usefixtures("plain_engine")


def chosen(missed: list[Missed], *follow_ups: Asked) -> Asked | None:
    return choose_follow_up(follow_ups, missed, question="What is kept?")


def test_what_leads_back_to_a_missed_point_is_asked():
    for point, expected in (("Named volumes keep data", VOLUMES), ("Images share layers", LAYERS)):
        assert chosen([Missed(point, 2)], ANYTHING, VOLUMES, LAYERS) == expected


def test_heavier_point_goes_first():
    missed = [Missed("Named volumes keep data", 1), Missed("Layers are shared between images", 3)]
    assert chosen(missed, VOLUMES, LAYERS) == LAYERS


def test_authors_order_holds_where_nothing_was_missed_or_nothing_leads_back():
    assert chosen([], LAYERS, VOLUMES) == LAYERS
    assert chosen([Missed("Signals reach the first process", 3)], LAYERS, VOLUMES) == LAYERS


def test_no_follow_up_is_none():
    assert chosen([Missed("Anything", 3)]) is None


def test_answer_is_assessed_against_what_is_expected():
    feedback = assess_follow_up(VOLUMES, "Named volumes keep the data.")
    assert [finding.status for finding in feedback.findings] == ["covered"]
    assert assess_follow_up(VOLUMES, "  ") is None
    assert assess_follow_up(ANYTHING, "Something") is None
