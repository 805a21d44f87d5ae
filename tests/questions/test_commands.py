"""What a person at the terminal reads, and the exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from questions import bank
from questions.models import Question

pytestmark = pytest.mark.django_db


def broken_bank(folder: Path) -> Path:
    path = folder / "bank" / "docker" / "broken.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\nid: broken\nkind: essay\n---\n\n# Why?\n\n## Anwser\n")
    (folder / "topics.json").write_text("[]")
    return path


def test_seeding_tells_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_questions")
    call_command("seed_questions")

    told = capsys.readouterr().out.splitlines()
    count = len(bank.paths(bank.FOLDER))
    assert told[0] == f"Questions added: {count}, updated: 0, unchanged: 0, left alone: 0."
    assert told[1] == "Nothing to do: no file has changed since the last time."


def test_seeding_can_be_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "topics.json").write_text("[]")
    call_command("seed_questions", folder=tmp_path, verbosity=0)

    assert capsys.readouterr().out == ""


def test_shipped_bank_is_fit_to_be_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_questions", "--check")

    count = len(bank.paths(bank.FOLDER))
    assert capsys.readouterr().out == f"{count} question files are fit to be shipped.\n"
    assert not Question.objects.exists()


@pytest.mark.parametrize("arguments", [(), ("--check",)])
def test_invalid_files_are_named_by_line_and_nothing_is_written(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = broken_bank(tmp_path)
    with pytest.raises(CommandError, match="Nothing was written") as caught:
        call_command("seed_questions", *arguments, folder=tmp_path)

    assert caught.value.returncode == 2
    told = capsys.readouterr().err
    assert f"{path}:3: E-KEY" in told
    assert f"{path}:8: E-SECTION" in told
    assert not Question.objects.exists()


def test_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file") as caught:
        call_command("seed_questions", folder=tmp_path / "nowhere")

    assert caught.value.returncode == 2
