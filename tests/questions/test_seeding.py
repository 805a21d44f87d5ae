"""The shipped questions come in, come in again, and leave alone what was changed here."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from questions import bank
from questions.editing import mark_reviewed
from questions.formats.markdown import parse_question, write_question
from questions.models import AcceptPhrase, Import, Question, QuestionRevision, Tag, Topic
from questions.revising import add_revision, create_question, document_of, with_parts
from questions.seeding import bring_in, seed
from tests.at_once import at_once

SLUG = "docker-image-layers"
PLACE = "docker/containers-images"

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two shipped questions and the topics, where a test may change them."""
    target = tmp_path / "bank" / PLACE
    target.mkdir(parents=True)
    for slug in (SLUG, "docker-rm-keeps-image"):
        shutil.copy(bank.FOLDER / "bank" / PLACE / f"{slug}.md", target)
    change_file(tmp_path, "  - next: ", "  - weak: ")
    shutil.copy(bank.FOLDER / "topics.json", tmp_path)
    return tmp_path


def path_of(folder: Path) -> Path:
    return folder / "bank" / PLACE / f"{SLUG}.md"


def change_file(folder: Path, before: str, after: str) -> None:
    path = path_of(folder)
    path.write_text(path.read_text().replace(before, after))


def rewrite(folder: Path, **changes: object) -> None:
    document, _findings = parse_question(path_of(folder).read_text())
    assert document
    path_of(folder).write_text(write_question(replace(document, **changes)))


def question() -> Question:
    return Question.objects.get(slug=SLUG)


def test_review_here_outlasts_the_older_one_in_the_file(
    folder: Path, edda: User, now: datetime
) -> None:
    rewrite(folder, reviewed_on="2025-02-01")
    seed(folder=folder, now=now)
    mark_reviewed(Question.objects.all(), by=edda, today=now.date())
    rewrite(folder, reviewed_on="2025-01-01")
    report = seed(folder=folder, now=now)

    assert SLUG in report.unchanged
    assert question().current_revision.reviewed_on == now.date()

    rewrite(folder, reviewed_on="2025-01-01", authors=("Somebody",))
    assert SLUG in seed(folder=folder, now=now).updated
    assert question().current_revision.authors == ["Somebody"]
    assert question().current_revision.reviewed_by == edda


def problems(folder: Path) -> list[str]:
    with pytest.raises(bank.InvalidBank) as caught:
        bank.read_whole(folder)
    return [f"{p.path.name}:{p.finding.line}: {p.finding.code}" for p in caught.value.problems]


def test_whole_bank_comes_in_as_it_was_written(now: datetime) -> None:
    report = seed(now=now)
    paths = bank.paths(bank.FOLDER)

    assert len(report.added) == len(paths) == Question.objects.shared().count()
    for revision in with_parts(QuestionRevision.objects.all()):
        assert (
            document_of(revision)
            == bank.read(
                bank.FOLDER / f"bank/{revision.question.topic.path}/{revision.question.slug}.md"
            ).document
        )
    topics = Topic.objects.values_list("title", flat=True)
    assert list(topics)[:3] == ["Docker", "Containers and images", "Dockerfile and builds"]


def test_second_time_asks_three_questions_and_changes_nothing(folder: Path, now: datetime) -> None:
    seed(folder, now=now)
    with CaptureQueriesContext(connection) as captured:
        report = seed(folder, now=now + timedelta(days=1))

    assert report.is_current
    assert len(captured) <= 3
    assert Import.objects.get().confirmed_at == now


def test_new_text_of_a_file_becomes_a_revision(folder: Path, now: datetime) -> None:
    seed(folder, now=now)
    rewrite(folder, answer="Other words.")
    report = seed(folder, now=now + timedelta(days=1))
    revision = question().current_revision

    assert (report.updated, report.unchanged) == ([SLUG], ["docker-rm-keeps-image"])
    assert (revision.number, revision.change) == (2, "clarified")
    assert not question().is_edited_here


@pytest.mark.parametrize("version", [1, 2, 99])
def test_correction_arrives_whatever_version_its_file_names(
    folder: Path, now: datetime, version: int
) -> None:
    rewrite(folder, version=5)
    seed(folder, now=now)
    for words in ("Corrected.", "Corrected again."):
        rewrite(folder, answer=words, version=version)
        assert seed(folder, now=now).updated == [SLUG]
        assert document_of(question().current_revision).answer == words
    rewrite(folder, version=version + 1)
    assert seed(folder, now=now).updated == []


def test_text_edited_here_is_kept_while_the_file_is_the_same(folder: Path, now: datetime) -> None:
    seed(folder, now=now)
    ours = replace(document_of(question().current_revision), prompt="Ours?")
    add_revision(question(), ours, author=None, now=now)
    (folder / "bank" / PLACE / "docker-rm-keeps-image.md").unlink()
    report = seed(folder, now=now)

    assert (report.updated, report.left_alone) == ([], [])
    assert question().current_revision.prompt == "Ours?"


def test_text_edited_here_and_there_is_left_alone_with_the_reason(
    folder: Path, now: datetime
) -> None:
    seed(folder, now=now)
    ours = replace(document_of(question().current_revision), prompt="Ours?")
    add_revision(question(), ours, author=None, now=now)
    rewrite(folder, prompt="Theirs?")

    for _time in range(2):
        report = seed(folder, now=now)
        assert report.left_alone == [(SLUG, "It was edited here, and the file has changed too.")]
    assert question().current_revision.prompt == "Ours?"
    assert Import.objects.count() == 1


def test_place_follows_the_file_but_not_over_a_choice_made_here(
    folder: Path, now: datetime
) -> None:
    seed(folder, now=now)
    changed = question()
    changed.status = "retired"
    changed.save()
    rewrite(folder, tags=("layers",))
    report = seed(folder, now=now)

    assert report.updated == [SLUG]
    assert question().status == "retired"
    assert [tag.slug for tag in question().tags.all()] == ["layers"]
    assert question().revisions.count() == 1


def test_title_given_here_is_kept(folder: Path, now: datetime) -> None:
    seed(folder, now=now)
    Topic.objects.filter(path="docker").update(title="Our Docker")
    topics = json.loads((folder / "topics.json").read_text())
    topics[0]["fields"].update(title="Docker and friends", position=7)
    topics[1]["fields"].update(title="Images")
    (folder / "topics.json").write_text(json.dumps(topics))
    seed(folder, now=now)

    docker = Topic.objects.get(path="docker")
    assert (docker.title, docker.position) == ("Our Docker", 7)
    assert Topic.objects.get(path=PLACE).title == "Images"


def test_id_of_a_private_question_is_left_to_its_owner(
    folder: Path, now: datetime, alice: User
) -> None:
    document = bank.read(path_of(folder)).document
    assert document
    own = replace(document, prompt="Mine?")
    create_question(own, owner=alice, private_to=alice, now=now)
    report = seed(folder, now=now)

    assert report.left_alone == [(SLUG, "This id belongs to a private question.")]
    assert question().private_to == alice


def test_deleted_question_comes_back(folder: Path, now: datetime) -> None:
    seed(folder, now=now)
    question().delete()

    assert seed(folder, now=now).added == [SLUG]


def test_one_invalid_file_keeps_all_out(folder: Path, now: datetime) -> None:
    change_file(folder, "## Answer", "## Anwser")

    with pytest.raises(bank.InvalidBank):
        seed(folder, now=now)
    assert not Question.objects.exists()
    assert not Topic.objects.exists()
    assert not Tag.objects.exists()


def test_file_that_is_no_text_is_a_problem(folder: Path) -> None:
    path_of(folder).write_bytes(b"a\0b")

    assert problems(folder) == [f"{SLUG}.md:1: E-BINARY"]


def test_unknown_section_is_found_at_its_line(folder: Path) -> None:
    lines = path_of(folder).read_text().splitlines()
    change_file(folder, "## Hints", "## Hint")

    assert problems(folder) == [f"{SLUG}.md:{lines.index('## Hints') + 1}: E-SECTION"]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (f"id: {SLUG}", "id: docker-other", "2: E-ID"),
        (f"topic: {PLACE}", "topic: docker/storage", "6: E-TOPIC"),
        ("level: junior\n", "", "1: E-GAP"),
        ("- [3] A layer is", "- [1] An eighth\n- [1] A ninth\n- [3] A layer is", "32: E-GAP"),
    ],
)
def test_file_that_does_not_fit_is_found(folder: Path, before: str, after: str, found: str) -> None:
    assert before in path_of(folder).read_text()
    change_file(folder, before, after)

    assert problems(folder) == [f"{SLUG}.md:{found}"]


def test_two_that_ask_the_same_are_found(folder: Path) -> None:
    other = bank.read(folder / "bank" / PLACE / "docker-rm-keeps-image.md").document
    assert other
    rewrite(folder, prompt=f"  {other.prompt.upper()} ")

    assert [found.split()[-1] for found in problems(folder)] == ["E-REPEATED"]


def test_thread_that_leads_nowhere_or_back_is_found(folder: Path) -> None:
    document = bank.read(path_of(folder)).document
    assert document
    first, *others = document.follow_ups
    rewrite(folder, follow_ups=(replace(first, next_slug="docker-nowhere"), *others))
    assert [found.split()[-1] for found in problems(folder)] == ["E-NEXT"]

    rewrite(folder, follow_ups=(replace(first, next_slug=SLUG), *others))
    assert [found.split()[-1] for found in problems(folder)] == ["E-CYCLE"]


def test_thread_to_a_question_that_is_not_published_is_found(folder: Path) -> None:
    document = bank.read(path_of(folder)).document
    assert document
    first, *others = document.follow_ups
    rewrite(folder, follow_ups=(replace(first, next_slug="docker-rm-keeps-image"), *others))
    bank.read_whole(folder)

    other = path_of(folder).with_name("docker-rm-keeps-image.md")
    other.write_text(other.read_text().replace("status: published", "status: retired"))
    assert [found.split()[-1] for found in problems(folder)] == ["E-NEXT"]


def copy_as(folder: Path, slug: str, *, prompt: str, leads_to: str = "") -> None:
    document = bank.read(path_of(folder)).document
    assert document
    follow_ups = (replace(document.follow_ups[0], next_slug=leads_to),)
    copy = replace(document, slug=slug, prompt=prompt, follow_ups=follow_ups)
    path_of(folder).with_name(f"{slug}.md").write_text(write_question(copy))


def test_thread_that_leads_on_too_often_is_found_where_it_begins(folder: Path) -> None:
    copy_as(folder, "third", prompt="Third?")
    copy_as(folder, "second", prompt="Second?", leads_to="third")
    copy_as(folder, "first", prompt="First?", leads_to="second")
    copy_as(folder, "opening", prompt="Opening?", leads_to="first")
    bank.read_whole(folder)

    copy_as(folder, "third", prompt="Third?", leads_to="docker-rm-keeps-image")
    assert [found.split()[-1] for found in problems(folder)] == ["E-DEPTH"]
    assert problems(folder)[0].startswith("opening.md:")


def test_cycle_further_down_a_thread_is_told_once_for_each_in_it(folder: Path) -> None:
    copy_as(folder, "second", prompt="Second?", leads_to="first")
    copy_as(folder, "first", prompt="First?", leads_to="second")
    copy_as(folder, "opening", prompt="Opening?", leads_to="first")

    codes = {found.split(":")[0]: found.split()[-1] for found in problems(folder)}
    assert codes["first.md"] == codes["second.md"] == "E-CYCLE"
    assert codes["opening.md"] == "E-DEPTH"


def test_bringing_in_one_file_twice_is_bringing_it_in_once(folder: Path, now: datetime) -> None:
    document = bank.read(path_of(folder)).document
    assert document
    bring_in(document, now=now)
    again = bring_in(document, now=now + timedelta(days=1))

    assert again.revisions.count() == 1
    assert not again.is_edited_here
    assert again.updated_at == now


@pytest.mark.usefixtures("shared_database")
def test_two_servers_starting_at_once_seed_once(folder: Path, now: datetime) -> None:
    reports = at_once(*[lambda: seed(folder, now=now)] * 3)

    assert sorted(len(report.added) for report in reports) == [0, 0, 2]
    assert Question.objects.count() == QuestionRevision.objects.count() == 2
    assert Import.objects.count() == 1


def test_a_learned_phrase_is_no_change_of_the_text(folder: Path, now: datetime, edda: User) -> None:
    seed(folder, now=now)
    point = question().current_revision.key_points.first()
    AcceptPhrase.objects.create(key_point=point, text="As people say it", added_by=edda)
    other = path_of(folder).with_name("docker-rm-keeps-image.md")
    other.write_text(other.read_text().replace("\n# ", "\n# Again: ", 1))
    assert SLUG in seed(folder, now=now).unchanged

    rewrite(folder, prompt="What is a layer made of?")
    assert seed(folder, now=now).updated == [SLUG]
    phrases = AcceptPhrase.objects.filter(key_point__revision=question().current_revision)
    assert phrases.filter(text="As people say it", added_by=edda).exists()
