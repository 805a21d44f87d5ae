"""The bank's own check: what the files accept is recognised, and no misconception is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from questions import bank, matching, recognising
from tests import fake_engine

FILE = """---
id: volumes
version: 1
kind: open
level: junior
topic: docker
tags: [storage]
speak: 60
status: published
reviewed: 2026-11-23
license: CC-BY-4.0
source: Studyhub original
---

# What is a named volume?

## Answer

Named volumes outlive the container. {answer} Drivers put the files elsewhere.

{filling}

## Key points

- [3] Named volumes outlive the container
  - accept: {phrase}
- [1] Docker manages where they are kept
  - accept: Docker manages where that is kept
- [1] Drivers put the files elsewhere
  - accept: Drivers put all files elsewhere

## Misconceptions

- {misconception}
  - why: It is not so.

## Hints

1. What is left afterwards?

## Follow-ups

- Where are they?
  - expect: Ask with inspect

## References

- [Volumes](https://docs.docker.com/engine/storage/volumes/)
"""

UNKNOWN = "It is not in it"  # not a word that the fake engine goes by


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(matching, "engine", fake_engine)
    monkeypatch.setattr(recognising, "engine", fake_engine)
    monkeypatch.setattr(fake_engine, "is_available", lambda: True)
    return fake_engine


@pytest.fixture
def write(tmp_path: Path):
    (tmp_path / "topics.json").write_text("[]")
    path = tmp_path / "bank" / "docker" / "volumes.md"
    path.parent.mkdir(parents=True)

    def written(**parts: str) -> Path:
        good = {
            "answer": "Docker manages where they are kept.",
            "phrase": "Data stays when containers go",
            "misconception": "Volumes are slow",
            "filling": ("so " * 80).strip(),  # aloud, an answer takes its time
        }
        path.write_text(FILE.format(**{**good, **parts}))
        return tmp_path

    return written


def found(folder: Path) -> list[tuple[str, int]]:
    files = [bank.read(path) for path in bank.paths(folder)]
    return [(each.finding.code, each.finding.line) for each in recognising.problems(files)]


def test_a_sound_question_passes(write):
    assert found(write()) == []


def test_a_phrase_that_is_not_recognised_is_named_by_its_line(write):
    assert found(write(phrase=UNKNOWN)) == [("E-PHRASE", 26)]


def test_a_misconception_taken_for_a_point_is_named(write, monkeypatch):
    monkeypatch.setattr(matching, "CLEARLY", 1.0)
    folder = write(misconception="Named volumes outlive the image, the host and the container")
    assert found(folder) == [("E-MISCONCEPTION", 34)]


def test_a_model_answer_that_leaves_a_point_out_is_refused(write, capsys):
    folder = write(answer="")
    assert found(folder) == [("E-ANSWER", 27)]
    with pytest.raises(CommandError):
        call_command("seed_questions", "--check", folder=folder)
    told = capsys.readouterr()
    assert "volumes.md:27: E-ANSWER The model answer does not cover" in told.err
    assert "fit to be shipped" not in told.out


def test_errors_fail_the_check(write, capsys):
    with pytest.raises(CommandError):
        call_command("seed_questions", "--check", folder=write(phrase=UNKNOWN))
    assert "volumes.md:26: E-PHRASE" in capsys.readouterr().err


def test_without_the_model_the_check_is_not_passed(write, engine, monkeypatch):
    monkeypatch.setattr(engine, "is_available", lambda: False)
    with pytest.raises(CommandError, match="NOT CHECKED"):
        call_command("seed_questions", "--check", folder=write())
