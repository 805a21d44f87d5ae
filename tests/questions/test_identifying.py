"""A question of a file is known again by its id there, however its prompt was mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from questions.formats.document import QuestionDocument
from questions.formats.files import packed
from questions.formats.markdown import write_question
from questions.importing import carry_out, import_file, preview
from questions.mending import Mends
from questions.models import Import, Question
from questions.planning import ImportPlan
from questions.revising import add_revision, document_of
from tests.factories import make_card, make_question
from tests.questions.test_anki_format import archive, new_collection

pytestmark = pytest.mark.django_db

OWN = QuestionDocument(slug="my-own", prompt="What is a contianer?", answer="A process.")


def bring(data: bytes | str, owner: User | None, now: datetime, name: str = "quiz") -> ImportPlan:
    data = data.encode() if isinstance(data, str) else data
    return import_file(data, name=name, owner=owner, now=now)


def outcomes(done: ImportPlan) -> list[str]:
    return [str(planned.outcome) for planned in done.entries]


def ids_told(done: ImportPlan) -> list[int]:
    return [found.line for found in done.findings if found.code == "W-ID"]


def moodle(*questions: tuple[str, str], answer: str = "So.") -> str:
    return "\n".join(
        [
            "<quiz>",
            *(
                f'<question type="essay"><questiontext><text>{prompt}</text></questiontext>'
                f"<generalfeedback><text>{answer}</text></generalfeedback>"
                f"<idnumber>{key}</idnumber></question>"
                for key, prompt in questions
            ),
            "</quiz>",
        ]
    )


def gift(*questions: tuple[str, str]) -> str:
    return "\n\n".join(f"// [id:{key}]\n::{key}::{prompt} {{}}" for key, prompt in questions)


def deck(*questions: tuple[str, str]) -> bytes:
    notes = [(prompt, "So.", "") for _key, prompt in questions]
    return archive(**{"collection.anki2": new_collection(notes)})


@pytest.mark.parametrize("is_private", [True, False])
@pytest.mark.parametrize("write", [moodle, gift, deck])
def test_question_with_another_prompt_is_the_same_by_its_id(
    write, is_private: bool, now: datetime, alice: User
) -> None:
    owner = alice if is_private else None
    before = write(("runtime-1", "Which runtimes?"), ("Q-17", "What is a shim?"))
    assert outcomes(bring(before, owner, now)) == ["new", "new"]
    shim = Question.objects.get(current_revision__prompt="What is a shim?")
    card = make_card(alice, shim)
    after = write(("runtime-1", "Name two OCI runtimes."), ("Q-17", "And the thing beneath it?"))

    done = bring(after, owner, now)
    assert (outcomes(done), done.missing) == (["changed", "changed"], ())
    assert Question.objects.count() == 2
    card.refresh_from_db()
    assert card.question.current_revision.prompt == "And the thing beneath it?"
    assert outcomes(bring(after, owner, now)) == ["unchanged", "unchanged"]


def test_own_question_file_is_the_same_by_its_id_each_time(now: datetime, alice: User) -> None:
    bring(write_question(OWN), alice, now, "my-own.md")
    for prompt in ("What is a container?", "Tell me what containers are.", "Why containers?"):
        done = bring(write_question(replace(OWN, prompt=prompt)), alice, now, "my-own.md")
        assert (outcomes(done), done.missing) == (["changed"], ())
        assert Question.objects.get().current_revision.prompt == prompt


def test_id_of_ours_comes_before_the_id_of_a_file(now: datetime, alice: User) -> None:
    bring(write_question(OWN), alice, now, "my-own.md")
    ours = document_of(Question.objects.get().current_revision)
    other = write_question(replace(OWN, prompt="Which runtimes are there?"))
    both = packed([("a.md", other), ("b.md", write_question(replace(ours, prompt="Why?")))])
    done = bring(both, alice, now, "both.zip")
    assert outcomes(done) == ["new", "changed"]
    [told] = [found.message for found in done.findings if found.code == "W-ID"]
    assert told.startswith("Another question of this file is “What is a contianer?”")
    assert Question.objects.get(slug=ours.slug).current_revision.prompt == "Why?"
    assert Question.objects.exclude(slug=ours.slug).get().external_key == ""


def test_question_edited_here_is_kept_whatever_its_id(now: datetime, alice: User) -> None:
    bring(write_question(OWN), alice, now, "my-own.md")
    question = Question.objects.get()
    ours = replace(document_of(question.current_revision), answer="Ours.")
    add_revision(question, ours, author=alice, now=now)
    done = bring(write_question(replace(OWN, prompt="What else?")), alice, now, "my-own.md")
    assert outcomes(done) == ["conflict"]


def test_new_question_that_asks_what_another_asked_before_is_new(
    now: datetime, alice: User
) -> None:
    bring(moodle(("a", "What is one?")), alice, now)
    done = bring(moodle(("b", "What is one?"), ("a", "What is the first?")), alice, now)
    assert outcomes(done) == ["new", "changed"]
    done = bring(moodle(("b", "What is 1?"), ("a", "What is the first?")), alice, now)
    assert outcomes(done) == ["changed", "unchanged"]


def test_two_quizzes_that_count_from_one_stay_two(now: datetime, alice: User) -> None:
    bring(moodle(("1", "What is a shim?"), ("2", "What is a pod?")), alice, now, "first.xml")
    second = moodle(("1", "Why do processes need namespaces?"), ("2", "What is a pod, then?"))
    done = bring(second, alice, now, "second.xml")
    assert (outcomes(done), ids_told(done)) == (["new", "changed"], [2])
    assert Question.objects.filter(current_revision__prompt="What is a shim?").exists()
    assert outcomes(bring(second, alice, now, "second.xml")) == ["unchanged", "unchanged"]


def test_id_at_two_questions_of_a_file_says_nothing(now: datetime, alice: User) -> None:
    before = moodle(("x", "What is one?"), ("x", "And what are two?"), ("x", "What is one?"))
    done = bring(before, alice, now)
    assert (outcomes(done), ids_told(done)) == (["new", "new", "duplicate"], [2, 3])
    done = bring(moodle(("x", "And what are two?"), ("x", "What is one?")), alice, now)
    assert outcomes(done) == ["unchanged", "unchanged"]


def test_second_half_of_a_prompt_is_not_known_by_the_id_of_the_whole(
    now: datetime, alice: User
) -> None:
    data = moodle(("Q-1", "What is one? And what is two?")).encode()
    bring(data, alice, now)
    file = preview(data, name="quiz", owner=alice, now=now)
    mends = Mends().with_split("What is one? And what is two?", after=0)
    Import.objects.filter(pk=file.pk).update(mends=mends.as_json)
    file.refresh_from_db()
    assert outcomes(carry_out(file, now=now)) == ["changed", "new"]


def test_question_from_before_ids_were_kept_gets_its_own_with_the_next_import(
    now: datetime, alice: User
) -> None:
    bring(moodle(("Q-17", "What is a shim?")), alice, now)
    Question.objects.update(external_key="")
    assert outcomes(bring(moodle(("Q-17", "What is a shim?")), alice, now)) == ["unchanged"]
    assert outcomes(bring(moodle(("Q-17", "And what is this?")), alice, now)) == ["changed"]


def test_bank_question_in_a_deck_gets_no_key_from_a_learner(now: datetime, alice: User) -> None:
    make_question("What is one?", slug="one", answer="So.", key_points=(), references=())
    bring(deck(("", "What is one?")), alice, now)
    assert Question.objects.get(slug="one").external_key == ""
    assert Question.objects.get(private_to=alice).external_key == "apkg:guid1"


@pytest.mark.parametrize("is_private", [True, False])
def test_no_two_questions_of_one_owner_are_called_the_same(
    is_private: bool, alice: User, bob: User
) -> None:
    owner = alice if is_private else None
    Question.objects.create(slug="one", private_to=owner, external_key="gift:1")
    Question.objects.create(slug="two", private_to=bob, external_key="gift:1")
    for slug in ("three", "four"):
        Question.objects.create(slug=slug, private_to=owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.create(slug="five", private_to=owner, external_key="gift:1")


@pytest.mark.parametrize("key", ["k" * 400, "a&#x85;b", "Ü 17 · “x”"])
def test_any_id_is_kept(key: str, now: datetime, alice: User) -> None:
    bring(moodle((key, "What is a shim?")), alice, now)
    assert outcomes(bring(moodle((key, "And what is this?")), alice, now)) == ["changed"]
