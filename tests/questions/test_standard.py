"""What the bank asks of its own questions: each rule refuses a file that breaks it, at its line."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from questions import bank, recognising, standard
from questions.formats.document import Kind

TODAY = date(2026, 12, 1)
OPEN = "docker-image-layers"
BOOLEAN = "docker-rm-keeps-image"
MULTIPLE = "docker-image-contents"
PLACE = "docker/containers-images"
OPEN_PROMPT = "What is an image layer, and why does an image consist of several?"
BOOLEAN_PROMPT = "Deleting a container also deletes the image it was started from."
REVIEWED = "reviewed: 2026-11-23\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three shipped questions, of which a test may spoil one."""
    target = tmp_path / "bank" / PLACE
    target.mkdir(parents=True)
    for slug in (OPEN, BOOLEAN, MULTIPLE):
        shutil.copy(bank.FOLDER / "bank" / PLACE / f"{slug}.md", target)
    shutil.copy(bank.FOLDER / "topics.json", tmp_path)
    change(tmp_path, OPEN, "  - next: docker-deleted-file-image-size\n", "")
    path = path_of(tmp_path, OPEN)
    path.write_text(re.sub(r"(?m)^reviewed: .*\n", REVIEWED, path.read_text()))
    return tmp_path


def path_of(folder: Path, slug: str) -> Path:
    return folder / "bank" / PLACE / f"{slug}.md"


def change(folder: Path, slug: str, before: str, after: str) -> int:
    """The first line that is different now."""
    path = path_of(folder, slug)
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    return text[: text.index(before)].count("\n") + 1


def found(folder: Path) -> list[str]:
    problems = standard.problems([bank.read(path) for path in bank.paths(folder)], today=TODAY)
    return [f"{each.path.stem}:{each.finding.line}: {each.finding.code}" for each in problems]


def section(folder: Path, slug: str, name: str) -> str:
    text = path_of(folder, slug).read_text()
    start = text.index(f"## {name}\n")
    return text[start : text.index("## ", start + 3)]


def test_question_that_keeps_the_standard_passes(folder: Path) -> None:
    assert found(folder) == []


@pytest.mark.parametrize(
    ("slug", "before", "after", "code"),
    [
        (OPEN, "status: published", "status: draft", "E-STATUS"),
        (OPEN, REVIEWED, "reviewed: 2026-12-02\n", "E-REVIEWED"),
        (OPEN, "license: CC-BY-4.0", "license: unknown", "E-PART"),
        (OPEN, "speak: 90", "speak: 60", "E-PACE"),
        (OPEN, "speak: 90", "speak: 240", "E-PACE"),
        (OPEN, "- [1] Layers are stacked by a union filesystem into one view",
         "- [1] Union filesystem", "E-POINT"),
        (OPEN, "- [1] Layers are stacked by a union filesystem into one view",
         "- [1] overlayfs merges the layers", "E-POINT"),
        (BOOLEAN, "- [ ] True", "- [ ] Yes", "E-OPTIONS"),
        (OPEN, "[docker image history](https:", "[docker image history](http:", "E-REFERENCE"),
        (BOOLEAN, "container/rm/", "image/rm/", "E-REFERENCE"),
    ],
)  # fmt: skip
def test_line_that_breaks_a_rule_is_named(
    folder: Path, slug: str, before: str, after: str, code: str
) -> None:
    line = change(folder, slug, before, after)

    told = found(folder)
    assert [each.split()[-1] for each in told] == [code]
    near = {"E-OPTIONS": "## Options", "E-REFERENCE": "](", "E-POINT": "["}.get(code)
    named = path_of(folder, slug).read_text().splitlines()[int(told[0].split(":")[1]) - 1]
    assert near in named if near else told == [f"{slug}:{line}: {code}"]


@pytest.mark.parametrize(
    ("slug", "gone"),
    [
        (OPEN, "  - accept: overlayfs merges the layers\n"),
        (OPEN, "  - expect: docker image history shows the size of each step\n"),
        (
            OPEN,
            "  - why: Metadata instructions such as CMD, ENV and LABEL do not create a filesystem "
            "layer.\n",
        ),
        (MULTIPLE, "  - because: All containers use the kernel of the host.\n"),
    ],
)
def test_item_without_its_explanation_is_named(folder: Path, slug: str, gone: str) -> None:
    line = change(folder, slug, gone, "")

    assert found(folder) == [f"{slug}:{line - 1}: E-PART"]


@pytest.mark.parametrize("name", ["Misconceptions", "Hints", "Follow-ups"])
def test_open_question_without_one_of_its_parts_is_refused(folder: Path, name: str) -> None:
    change(folder, OPEN, section(folder, OPEN, name), "")

    assert found(folder) == [f"{OPEN}:4: E-PART"]


@pytest.mark.parametrize("slug", [BOOLEAN, MULTIPLE])
def test_question_of_another_kind_has_a_hint_too(folder: Path, slug: str) -> None:
    change(folder, slug, section(folder, slug, "Hints"), "")

    assert found(folder) == [f"{slug}:4: E-PART"]


@pytest.mark.parametrize("line", ["tags: [cache, images, layers]\n", "source: Studyhub original\n"])
def test_question_without_tags_or_source_is_refused(folder: Path, line: str) -> None:
    change(folder, OPEN, line, "")

    assert [each.split()[-1] for each in found(folder)] == ["E-PART"]


def test_question_never_reviewed_is_refused(folder: Path) -> None:
    change(folder, OPEN, REVIEWED, "")

    assert found(folder) == [f"{OPEN}:1: E-REVIEWED"]


def test_section_without_text_is_named(folder: Path) -> None:
    line = change(folder, BOOLEAN, "## References", "## Interviewer notes\n\n## References")

    assert found(folder)[0] == f"{BOOLEAN}:{line}: E-EMPTY"


def test_heading_in_a_code_block_is_no_empty_section(folder: Path) -> None:
    code = "```text\n## Hints\n\n## References\n```\n\n## Options"
    change(folder, BOOLEAN, "## Options", code)

    assert found(folder) == []


def test_file_that_would_be_exported_otherwise_is_named_from_there_on(folder: Path) -> None:
    line = change(folder, OPEN, "tags: [cache, images", "tags: [images, cache")

    assert found(folder) == [f"{OPEN}:{line}: E-FORM"]


@pytest.mark.parametrize("count", [79, 221])
def test_model_answer_that_nobody_would_say_so_long_or_short_is_refused(
    folder: Path, count: int
) -> None:
    text = f"## Answer\n\n{'word ' * count}".rstrip()
    line = change(folder, OPEN, section(folder, OPEN, "Answer"), f"{text}\n\n")
    change(folder, OPEN, "speak: 90", f"speak: {60 * count // 120}")

    assert found(folder) == [f"{OPEN}:{line}: E-WORDS"]


def test_code_is_not_counted_as_spoken(folder: Path) -> None:
    change(folder, OPEN, "## Key points", f"```text\n{'word ' * 99}end\n```\n\n## Key points")

    assert found(folder) == []


def test_explanation_fits_into_its_time_too(folder: Path) -> None:
    answer = section(folder, BOOLEAN, "Answer")
    change(folder, BOOLEAN, answer, f"{answer.rstrip()} {'word ' * 40}".rstrip() + "\n\n")

    assert found(folder) == [f"{BOOLEAN}:8: E-PACE"]


def test_explanation_of_another_kind_has_a_length_too(folder: Path) -> None:
    text = "## Answer\n\nFalse. The image stays on the host.\n\n"
    line = change(folder, BOOLEAN, section(folder, BOOLEAN, "Answer"), text)

    assert found(folder) == [f"{BOOLEAN}:{line}: E-WORDS"]


def test_points_that_are_all_by_the_way_are_refused(folder: Path) -> None:
    path = path_of(folder, OPEN)
    path.write_text(path.read_text().replace("- [3] ", "- [2] "))
    line = path.read_text().splitlines().index("## Key points") + 1

    assert found(folder) == [f"{OPEN}:{line}: E-POINT"]


def test_multiple_choice_needs_options_and_a_wrong_one(folder: Path) -> None:
    path = path_of(folder, MULTIPLE)
    line = path.read_text().splitlines().index("## Options") + 1
    path.write_text(path.read_text().replace("- [ ] ", "- [x] "))
    assert found(folder) == [f"{MULTIPLE}:{line}: E-OPTIONS"]

    options = section(folder, MULTIPLE, "Options").splitlines(keepends=True)
    change(folder, MULTIPLE, "".join(options[2:8]), "")
    change(folder, MULTIPLE, "- [x] The Linux", "- [ ] The Linux")
    assert found(folder) == [f"{MULTIPLE}:{line}: E-OPTIONS"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("What do these three commands print?", "What does this command print?"),
        ("Which layers does an image have?", "What layers do the images have?"),
    ],
)
def test_prompts_that_a_list_would_not_tell_apart_are_refused(
    folder: Path, first: str, second: str
) -> None:
    change(folder, OPEN, OPEN_PROMPT, first)
    line = change(folder, BOOLEAN, BOOLEAN_PROMPT, second)

    assert found(folder) == [f"{BOOLEAN}:{line}: E-ALIKE"]


def test_same_words_about_another_thing_are_another_question(folder: Path) -> None:
    change(folder, OPEN, OPEN_PROMPT, "A Pod is stuck in Pending. Walk me through it.")
    change(folder, BOOLEAN, BOOLEAN_PROMPT, "A Pod is in CrashLoopBackOff. Walk me through it.")

    assert found(folder) == []


def test_retired_question_may_stay_as_it_was(folder: Path) -> None:
    change(folder, OPEN, REVIEWED, "")
    change(folder, OPEN, "status: published", "status: retired")

    assert found(folder) == []


def test_check_tells_file_line_and_code(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognising, "is_possible", lambda: True)
    line = change(folder, OPEN, "reviewed: 2026", "reviewed: 2999")
    with pytest.raises(CommandError) as caught:
        call_command("seed_questions", "--check", folder=folder)

    assert caught.value.returncode == 2
    expected = f"{path_of(folder, OPEN)}:{line}: E-REVIEWED 2999-11-23 is still to come."
    assert expected in capsys.readouterr().err


def test_every_topic_is_asked_about_in_every_kind() -> None:
    kinds: defaultdict[str, set[Kind]] = defaultdict(set)
    for path in bank.paths(bank.FOLDER):
        document = bank.read(path).document
        assert document
        kinds[document.topic].add(document.kind)

    assert len(kinds) == 16
    assert {topic: set(Kind) - asked for topic, asked in kinds.items() if asked != set(Kind)} == {}
