"""What a person at the terminal reads, and the exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from questions import bank, recognising
from questions.formats.markdown import write_question
from questions.models import Import, Question
from questions.revising import create_question, document_of
from tests.questions.documents import CHANGED, WHOLE

NOTES = Path(__file__).parent / "data" / "docker_notes.txt"
ROOT = Path(__file__).parents[2]

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


def test_shipped_bank_is_fit_to_be_shipped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for what the model recognises in it: `make check` asks that, and takes its time."""
    monkeypatch.setattr(recognising, "is_possible", lambda: True)
    monkeypatch.setattr(recognising, "problems", lambda files: [])
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


def test_dry_run_tells_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_questions", NOTES, "--dry-run")

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Read as notes."
    assert told[1].startswith(f"{NOTES}:48: W-DOUBLE ")
    assert told[-3:] == [
        "6 questions found.",
        "6 would be imported.",
        "This was a dry run: nothing was written.",
    ]
    assert not Question.objects.exists()
    assert not Import.objects.exists()


def test_import_tells_what_it_did_and_then_that_nothing_is_left(
    alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_questions", NOTES, "--owner", "Alice@example.org")
    assert capsys.readouterr().out.splitlines()[-1] == "6 were imported as drafts."

    call_command("import_questions", NOTES, "--owner", alice.email)
    assert capsys.readouterr().out.splitlines()[-2:] == ["6 are unchanged.", "Nothing to do."]
    assert alice.private_questions.count() == 6


def test_missing_questions_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Q. What is a pod?\n*****\nContainers.\n*****\nQ. Why?\n*****\nSo.\n")
    call_command("import_questions", path)
    path.write_text("Q. What is a pod?\n*****\nContainers.\n")
    capsys.readouterr()
    call_command("import_questions", path)

    assert capsys.readouterr().out.splitlines()[2:] == [
        "1 question found.",
        "1 is unchanged.",
        "1 question of an earlier import is no longer in the file. It stays:",
        "  Why?",
        "Nothing to do.",
    ]


def test_next_version_of_notes_names_what_changed_and_what_may_be_the_same(
    tmp_path: Path, alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "*****"
    file = tmp_path / "notes.txt"
    lines = ["Q. What is a contianer?", row, "A process.", row, "Q. What is a pod?", row, "Two."]
    file.write_text("\n".join(lines))
    call_command("import_questions", file, owner=alice.email)
    capsys.readouterr()
    lines[0], lines[-1] = "Q. What is a container?", "One or more."
    file.write_text("\n".join(lines))
    call_command("import_questions", file, owner=alice.email, dry_run=True)

    told = capsys.readouterr().out
    assert f"{file}:1: I-LIKE This is much like “What is a contianer?”" in told
    assert (
        f"1 would be updated.\n  {file}:5: What is a pod?\n"
        "    Model answer\n    - Two.\n    + One or more.\n"
    ) in told
    call_command("import_questions", file, owner=alice.email, json=True)
    found = json.loads(capsys.readouterr().out)
    assert [each["line"] for each in found["findings"] if each["code"] == "I-LIKE"] == [1]
    assert (found["imported"], found["updated"]) == (1, 1)


def test_difference_at_the_terminal_is_short_and_obeys_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.txt"
    lines = ["Q. What is a pod?", "*****", *(f"Line {number}.\n" for number in range(9))]
    file.write_text("\n".join(lines))
    call_command("import_questions", file)
    lines[2], lines[-1] = "Line \x1b[31mnone.\n", "Line nine.\n"
    file.write_text("\n".join(lines))
    capsys.readouterr()
    call_command("import_questions", file)

    told = capsys.readouterr().out.splitlines()
    assert told[told.index("1 was updated.") + 1 :] == [
        f"  {file}:1: What is a pod?",
        "    Model answer",
        "    - Line 0.",
        "    + Line �[31mnone.",
        "",
        "    …",
        "",
        "    - Line 8.",
        "    + Line nine.",
    ]


def test_every_part_that_a_file_would_change_is_told(
    tmp_path: Path, alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "layers.md"
    question = create_question(WHOLE, owner=alice, private_to=alice, now=timezone.now())
    file.write_text(write_question(CHANGED))
    call_command("import_questions", file, owner=alice.email, dry_run=True)

    told = capsys.readouterr().out.splitlines()
    assert told[told.index("1 would be updated.") + 2 : -1] == [
        "    Expected output",
        "    - one",
        "    + two",
        "    Key points",
        "    - [3] It is kept read-only",
        "    + [1] It is kept read-only",
        "          ≈ nobody writes to it",
        "    Hints",
        "    - What is kept?",
        "    + What is thrown away?",
        "    Follow-ups",
        "    - Why?",
        "    + Why so?",
        "    References",
        "    - Layers: https://docs.example.org/layers",
        "    + Layers: https://evil.example.org/layers",
        "    Licence",
        "    - CC-BY-4.0",
        "    + MIT",
    ]
    question.refresh_from_db()
    assert document_of(question.current_revision) == WHOLE


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_questions", NOTES, "--json")
    told = json.loads(capsys.readouterr().out)

    counts = {name: value for name, value in told.items() if isinstance(value, int | str)}
    assert counts == {
        "format": "notes",
        "found": 6,
        "imported": 6,
        "updated": 0,
        "unchanged": 0,
        "conflicts": 0,
        "unready": 0,
        "duplicates": 0,
    }
    assert [(found["code"], found["line"]) for found in told["findings"]] == [
        ("W-DOUBLE", 48),
        ("W-FOOTNOTE", 89),
        ("W-FOOTNOTE", 91),
        ("I-NO-CLOSING-SEP", 119),
    ]
    assert list(told) == [*counts, "missing", "questions", "findings"]
    first = told["questions"][0]
    assert list(first) == ["prompt", "answer", "kind", "options", "line"]
    assert (first["line"], first["kind"], first["options"]) == (1, "open", [])
    assert first["answer"].startswith("Docker containers and virtual machines")


def test_json_names_what_is_missing_and_counts_what_stands_twice(
    tmp_path: Path, alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.txt"
    kept = "Q. What is a pod?\n*****\nContainers.\n*****\n"
    file.write_text(f"{kept}Q. Why?\n*****\nSo.\n*****\nQ. Where?\n*****\nThere.\n")
    call_command("import_questions", file, owner=alice.email)
    file.write_text(f"{kept}Q. How does it restart?\n*****\nBy itself.\n*****\n{kept}")
    capsys.readouterr()
    call_command("import_questions", file, owner=alice.email, json=True)

    told = json.loads(capsys.readouterr().out)
    prompts = {each.slug: str(each) for each in alice.private_questions.all()}
    assert [each["prompt"] for each in told["missing"]] == ["Why?", "Where?"]
    assert all(prompts[each["id"]] == each["prompt"] for each in told["missing"])
    counts = ("imported", "updated", "unchanged", "conflicts", "unready", "duplicates")
    assert told["duplicates"] == 1
    assert sum(told[each] for each in counts) == told["found"] == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"a\0b", "E-BINARY This does not look like a text file"),
        (b"x" * 3_000_000, "E-TOO-LARGE This file is larger than 2 MB"),
        (b"Only prose.\n", "E-NOTHING-FOUND No question was found"),
        (b"---\nid: broken\nkind: essay\n---\n\n# Why?\n", "No question could be imported"),
    ],
)
def test_file_that_brings_nothing_is_told(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "notes.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=message) as caught:
        call_command("import_questions", path)

    assert caught.value.returncode == 2
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere.txt"], "E-FILE"),
        (["notes.txt", "--owner", "nobody@example.org"], "E-FILE"),
        (["notes.txt", "--history"], "E-FILE"),
        (["notes.txt", "--format", "apkg"], "E-ANKI"),
    ],
)
def test_json_is_one_object_whatever_fails(
    arguments: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("Q. Why?\n*****\nSo.\n")
    with pytest.raises(CommandError) as caught:
        call_command("import_questions", tmp_path / arguments[0], *arguments[1:], "--json")

    told = json.loads(capsys.readouterr().out)
    assert caught.value.returncode == 2
    assert (told["found"], told["questions"]) == (0, [])
    assert [(found["code"], found["line"]) for found in told["findings"]] == [(code, 1)]


def test_other_formats_that_a_file_may_be_in_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "quiz.md"
    path.write_text(
        "1. Which port?\n   1. [ ] 80\n   2. [x] 443\n2. Why?\n   - [x] a\n   - [ ] b\n" * 2
    )
    call_command("import_questions", path, "--dry-run")
    assert (
        capsys.readouterr()
        .out.splitlines()[1]
        .startswith(f"{path}:1: I-FORMAT Read as choice. It may also be: lines (4).")
    )
    call_command("import_questions", path, "--dry-run", "--format", "choice", "--json")
    told = json.loads(capsys.readouterr().out)
    assert "I-FORMAT" not in [found["code"] for found in told["findings"]]


def test_folder_without_question_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no Markdown file \(.md\)") as caught:
        call_command("import_questions", tmp_path)

    assert caught.value.returncode == 2


def test_unknown_owner_is_told() -> None:
    with pytest.raises(CommandError, match="nobody@example.org") as caught:
        call_command("import_questions", NOTES, "--owner", "nobody@example.org")

    assert caught.value.returncode == 2


def test_folder_of_question_files_is_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = bank.FOLDER / "bank" / "docker" / "networking"
    call_command("import_questions", shipped, "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["format"] == "markdown"
    assert told["imported"] == told["found"] == len(list(shipped.rglob("*.md")))


def test_format_may_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "quiz.txt"
    path.write_text("Which port?\nA. 80\nB. 443\nANSWER: B\n")
    call_command("import_questions", path, "--format", "aiken", "--json", "--dry-run")

    (question,) = json.loads(capsys.readouterr().out)["questions"]
    assert question["kind"] == "single"
    assert question["options"] == [
        {"text": "80", "is_correct": False},
        {"text": "443", "is_correct": True},
    ]
    with pytest.raises(CommandError) as caught:
        call_command("import_questions", path, "--format", "moodle-xml")
    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("import_questions", NOTES, "--owner", "alice@example.org"),
        ("import_questions", NOTES, "--dry-run"),
        ("export_questions", "written.csv", "--format", "csv"),
    ],
)
def test_database_without_tables_is_told_plainly(
    arguments: tuple[str | Path, ...], tmp_path: Path
) -> None:
    settings = {"DEBUG": "1", "DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(  # noqa: S603
        [sys.executable, ROOT / "manage.py", *arguments],
        cwd=tmp_path,
        env=os.environ | settings | {"DJANGO_SETTINGS_MODULE": "studyhub.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("missing or old. Run “manage.py migrate” first.\n")
    assert "Traceback" not in done.stderr
