"""The search: what it finds, in which order, for whom, and how its index is kept."""

from __future__ import annotations

import re
from importlib import import_module
from io import StringIO
from itertools import product

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from questions import editing, revising, searching
from questions.deleting import delete_or_retire
from questions.formats.document import KeyPointText, Kind, QuestionDocument
from questions.models import Question, SearchEntry, Spelling, Tag
from questions.models.search import Row
from questions.searching import Found, Search, find, looking, ranking
from questions.searching.tallying import FEW
from questions.wording import PARTS, Wanted, says, stem, words_of
from tests import factories

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def prompts(words: str, user: User | AnonymousUser = VISITOR, **filters: object) -> list[str]:
    found = search(words, user, **filters).pks
    questions = Question.objects.select_related("current_revision").in_bulk(found)
    return [str(questions[pk]) for pk in found]


def search(words: str, user: User | AnonymousUser = VISITOR, **filters: object) -> Found:
    return find(Search(words=words, **filters), user=user)


def make(
    prompt: str, *, answer: str = "Yes.", point: str = "It is so", **fields: object
) -> Question:
    return factories.make_question(prompt, answer=answer, key_points=((point, 3),), **fields)


def make_document(prompt: str) -> QuestionDocument:
    points = tuple(KeyPointText(f"{prompt} {number}", 2) for number in range(3))
    return QuestionDocument(
        slug="written", prompt=prompt, kind=Kind.OPEN, answer="Yes.", key_points=points
    )


def reported() -> str:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("rebuild_search_index", "--check", stdout=out)
    assert ended.value.code == 1
    return out.getvalue()


def is_current() -> bool:
    out = StringIO()
    call_command("rebuild_search_index", "--check", stdout=out)
    return "as it should be" in out.getvalue()


def test_prompt_comes_before_tags_before_key_points_before_answer():
    make("In the answer?", answer="The kernel does it.")
    make("In a key point?", point="The kernel isolates")
    make("In a tag?", tags=("kernel",))
    make("Does the kernel do it?")
    assert prompts("kernel") == [
        "Does the kernel do it?",
        "In a tag?",
        "In a key point?",
        "In the answer?",
    ]


def test_whole_words_come_before_mere_beginnings():
    make("How is a volumetric shadow drawn?")
    make("How is one volume shared by hosts that drift apart?")
    assert prompts("volume")[0].startswith("How is one volume")


def test_neighbours_come_before_words_apart():
    make("Which cache has layers that build on a disk?")
    make("Where does Docker keep what its build cache and layers need?")
    assert prompts("build cache")[0].startswith("Where does Docker")


def test_shorter_prompt_then_older_question_break_ties():
    make("What is a volume made of in the end?")
    make("What is a volume?")
    make("Why a volume?")
    assert prompts("volume") == [
        "What is a volume?",
        "Why a volume?",
        "What is a volume made of in the end?",
    ]


def test_word_found_in_the_prompt_outweighs_one_found_deeper():
    make("How do containers share a host?", answer="By its network.")
    make("Who shares what?", answer="Containers share the network.")
    assert prompts("containers network")[0] == "How do containers share a host?"


@pytest.mark.parametrize("words", ["volumes", "VOLUME", "volu", "what is a volume", "vólume"])
def test_case_accents_plurals_beginnings_and_little_words_do_not_matter(words):
    make("What is a volume?")
    assert prompts(words) == ["What is a volume?"]


@pytest.mark.parametrize("words", ["multist", "multistage", "multi-st", "multi st", "multistages"])
def test_compound_is_found_however_it_is_joined(words):
    make("What is staged?", answer="A multi-stage build is.")
    make("What is a multi-stage build?")
    make("Who has many stages?")
    assert prompts(words) == ["What is a multi-stage build?", "What is staged?"]


def test_plural_in_the_text_is_found_by_the_singular():
    make("Which policies hold?")
    assert prompts("policy") == ["Which policies hold?"]


def test_every_word_must_be_there():
    make("What is a volume?")
    assert prompts("volume kubelet") == []


@pytest.mark.parametrize("words", ["dokcer", "dcker", "dockerr", "dicker"])
def test_misspelt_word_finds_what_was_meant_and_says_so(words):
    make("What does docker do?")
    found = search(words)
    assert found.is_corrected
    assert found.words == ("docker",)
    assert prompts(words) == ["What does docker do?"]


def test_two_letters_of_a_long_word_may_be_wrong():
    make("What is Kubernetes?")
    assert prompts("kubernetis") == ["What is Kubernetes?"]
    assert prompts("kuberntis") == ["What is Kubernetes?"]


def test_one_right_and_one_wrong_word():
    make("Where does docker keep volumes?")
    assert search("docker volmes").words == ("docker", "volumes")


def test_most_frequent_of_the_nearest_words_is_meant():
    make("What is a cable?")
    for number in range(3):
        make(f"What is table {number}?")
    assert search("zable").words == ("table",)


def test_rare_spelling_offers_the_frequent_one():
    make("What is a contianer?")
    for number in range(3):
        make(f"What is container {number}?")
    found = search("contianer")
    assert not found.is_corrected
    assert len(found.matches) == 1
    assert found.did_you_mean == "container"


def test_nothing_near_finds_nothing():
    make("What is a volume?")
    found = search("xylophone")
    assert (found.matches, found.did_you_mean, found.is_corrected) == ([], "", False)


def test_private_questions_are_found_by_their_owner_only(alice, bob, edda):
    make("What is my zeppelin?", private_to=alice, status="draft")
    assert prompts("zeppelin", alice) == ["What is my zeppelin?"]
    for stranger in (VISITOR, bob, edda):
        assert prompts("zeppelin", stranger) == []


def test_no_spelling_tells_of_private_questions(alice, bob):
    make("What is my zeppelin?", private_to=alice, status="draft")
    assert search("zepelin", alice).words == ("zeppelin",)
    for stranger in (VISITOR, bob):
        assert search("zepelin", stranger).words == ("zepelin",)


def test_spellings_go_with_the_account(alice):
    make("What is my zeppelin?", private_to=alice, status="draft")
    alice.delete()
    assert not Spelling.objects.filter(word="zeppelin").exists()
    assert is_current()


@pytest.mark.parametrize("status", ["draft", "review", "retired"])
def test_only_what_is_published_in_the_bank_is_found(status, edda):
    make("What is a volume?", status=status)
    assert prompts("volume", edda) == []


def test_own_retired_question_is_not_found(alice):
    make("What is a volume?", private_to=alice, status="retired")
    assert prompts("volume", alice) == []


def test_filters_narrow_what_the_words_find(alice):
    make("What is a volume?", topic="docker/storage", tags=("disk",), level="junior")
    make("What is a volume claim?", topic="kubernetes", tags=("disk-claim",), level="mid")
    make("What is my volume?", private_to=alice)
    assert prompts("volume", topic="docker") == ["What is a volume?"]
    assert prompts("volume", tags=("disk",)) == ["What is a volume?"]
    assert prompts("volume", levels=("mid",)) == ["What is a volume claim?"]
    assert prompts("volume", alice, whose="mine") == ["What is my volume?"]
    assert len(prompts("volume", alice)) == 3
    assert len(prompts("volume", alice, whose="shared")) == 2
    assert prompts("volume", kinds=("single",)) == []


def test_topic_finds_what_lies_in_those_below(alice):
    make("What is a volume?", topic="docker/storage/volumes")
    make("What is my volume?", topic="docker/storage", private_to=alice)
    make("What is a volume claim?", topic="docker-compose")
    for topic, found in {"docker": 2, "docker/storage": 2, "docker/storage/volumes": 1}.items():
        assert len(prompts("volume", alice, topic=topic)) == found
    assert prompts("volume", topic="kubernetes") == []


def test_migration_marks_the_topics_above(alice):
    make("What is a volume?", topic="docker/storage/volumes")
    make("What is my volume?", topic="docker/storage", private_to=alice)
    make("What is a pod?", topic="kubernetes")
    for entry in SearchEntry.objects.all():
        entry.words = re.sub(r"(0topic\d+(?: 0own\d+)?)( 0topic\d+)+$", r"\1", entry.words)
        entry.save()
    assert reported().splitlines()[-1] == "2 differences."
    migration = import_module("questions.migrations.0008_search_parts")
    migration.mark_topics_above(apps, None)
    assert is_current()
    assert len(prompts("volume", alice, topic="docker")) == 2


@pytest.mark.parametrize("begun", ["vo", "volum", "volumetrical", "pol", "policies", "c", "é"])
def test_beginning_finds_just_what_begins_so(begun):
    said = ["volume", "volumetrically", "policies", "policy", "c", "vol 12", "évolué", "pods"]
    for word in said:
        make(f"{word}?")
    bare = begun.replace("é", "e")
    expected = {each for each in said if any(says(word, [bare]) for word in words_of(each))}
    assert {prompt.rstrip("?") for prompt in prompts(begun)} == expected


def test_counts_say_what_a_filter_would_leave():
    make("What is a volume?", topic="docker", level="junior", tags=("disk",))
    make("Why a volume?", topic="docker", level="mid")
    make("What is a pod?", topic="kubernetes", level="mid")
    asked = Search(words="volume", levels=("mid",))
    found = find(asked, user=VISITOR)
    counted = searching.counted_in_found(asked, found, user=VISITOR)
    facets = searching.facets(asked, counted)
    assert {choice.key: choice.count for choice in facets.levels} == {"junior": 1, "mid": 1}
    assert [branch.choice.count for branch in facets.topics] == [1]
    assert facets.tags == []


def test_no_more_than_the_most_are_found(monkeypatch):
    monkeypatch.setattr(looking, "MOST_FOUND", 3)
    monkeypatch.setattr(ranking, "MOST_RANKED", 2)
    for number in range(4):
        make(f"What is {number}?", answer="A volume.")
    make("What is a volume?")
    found = search("volume")
    assert found.is_cut
    assert prompts("volume") == ["What is a volume?", "What is 0?", "What is 1?"]


def test_whole_words_come_first_among_many_words_too(monkeypatch):
    monkeypatch.setattr(looking, "MOST_FOUND", 3)
    monkeypatch.setattr(looking, "LITTLE", 1)
    monkeypatch.setattr(ranking, "MOST_RANKED", 0)
    for number in range(3):
        make(f"Which pod has network volume {number}?")
    make("Which pod has a network vol?")
    assert prompts("pod network vol") == [
        "Which pod has a network vol?",
        "Which pod has network volume 0?",
        "Which pod has network volume 1?",
    ]


@pytest.mark.parametrize("most", range(1, 9))
def test_oldest_are_found_however_far_apart(most):
    keys = [1_999, 2_000, 15_999, 16_000, 89_999, 90_000, 300_000]
    Question.objects.bulk_create(Question(pk=key, slug=f"question-{key}") for key in keys)
    SearchEntry.objects.bulk_create(
        SearchEntry(question_id=key, is_listed=True, tags=" disk ", words="1volume") for key in keys
    )
    volume, pod, found = Wanted(("volume",)), Wanted(("pod",)), keys[:most]
    for at_once, tags in product((False, True), ((), ("ram", "disk"))):
        looked = SearchEntry.objects.looks(
            [volume], seen_by=None, tags=tags, at_once=at_once, most=most
        )
        assert keys_of(looked.above) == [found]
    looked = SearchEntry.objects.looks([volume], seen_by=None, tags=("ram",), most=most)
    assert looked.above == [[]]
    assert SearchEntry.objects.tally([volume, pod], seen_by=None, most=most) == [len(found), 0]


def keys_of(lists: list[list[Row]]) -> list[list[int]]:
    return [[row[0] for row in rows] for rows in lists]


@pytest.mark.parametrize(("known", "looks"), [(0, 3), (1, 1), (3, 0)])
def test_looks_end_where_enough_is_known(known, looks):
    """Of two volumes and a pod: what is found twice counts once."""
    keys = [make(f"What is {what}?").pk for what in ("a volume", "another volume", "a pod")]
    volume, pod = Wanted(("volume",)), Wanted(("pod",))
    looked = SearchEntry.objects.looks(
        [volume, volume, pod, pod],
        known=range(keys[-1] + 1, keys[-1] + 1 + known),
        seen_by=None,
        most=3,
    )
    assert keys_of(looked.above) == [keys[:2], keys[:2], keys[2:]][:looks]
    assert (looked.everything, looked.below) == (None, [])


def make_entries(words: dict[int, str]) -> None:
    Question.objects.bulk_create(Question(pk=key, slug=f"question-{key}") for key in words)
    SearchEntry.objects.bulk_create(
        SearchEntry(question_id=key, is_listed=True, words=text) for key, text in words.items()
    )


ALL, IN_TAGS, IN_POINTS = [1, 2, 3, 4, 5, 6], [2, 6], [1, 2, 3, 6]


@pytest.mark.parametrize(
    ("most", "little", "everything", "below", "if_put_off"),
    [
        (7, 3, ALL, [], (ALL, [IN_TAGS, IN_POINTS])),
        (6, 3, ALL, [IN_TAGS, IN_POINTS], (ALL, [IN_TAGS, IN_POINTS])),
        (5, 3, ALL[:5], [IN_TAGS, IN_POINTS], (ALL[:5], [IN_TAGS, IN_POINTS])),
        (4, 3, ALL[:4], [IN_TAGS, IN_POINTS], (None, [IN_TAGS, IN_POINTS])),
        (2, 3, ALL[:2], [IN_TAGS], (None, [IN_TAGS])),
        (7, 1, None, [], (None, [])),
    ],
)
@pytest.mark.parametrize("first", [0, 30_000])
def test_what_is_below_is_looked_for_where_everything_is_too_much(
    most, little, everything, below, if_put_off, first
):
    """One question has the word in the prompt, one in the tags, two in key points, two in answers.

    PostgreSQL puts everything off where there is often some among the oldest, and leaves it out
    if one part has enough.
    """
    words = ["3volume", "2volume", "3volume", "4volume", "4volume", "1volume"]
    make_entries({first + place: each for place, each in enumerate(words, 1)})
    if connection.vendor == "postgresql" and not first:
        everything, below = if_put_off
    steps = [Wanted(("volume",), part) for part in PARTS]
    looked = SearchEntry.objects.looks(
        steps[:1], steps[3], steps[1:3], little=little, seen_by=None, most=most
    )
    assert keys_of(looked.above) == [[first + 6]]
    assert keys_of(looked.below) == [[first + key for key in keys] for keys in below]
    found = looked.everything and [row[0] for row in looked.everything]
    assert found == (everything and [first + key for key in everything])


def test_only_the_first_of_what_was_found_has_its_words():
    for number in range(3):
        make(f"What is volume {number}?", level="mid")
    [rows] = SearchEntry.objects.looks([Wanted(("volume",))], seen_by=None, most=3).above
    completed = SearchEntry.objects.completed(rows, worded=1)
    assert [row[0] for row in completed] == [row[0] for row in rows]
    assert [row[2] for row in completed] == ["mid"] * 3
    assert [bool(row[-1]) for row in completed] == [True, False, False]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's index stops by itself")
def test_bounds_are_those_of_the_index():
    """A key of each bound, and what its vector says it is below."""
    bounds = import_module("questions.migrations.0009_search_functions").BOUNDS
    keys = [1, *bounds]
    Question.objects.bulk_create(Question(pk=key, slug=f"question-{key}") for key in keys)
    SearchEntry.objects.bulk_create(
        SearchEntry(question_id=key, is_listed=True, words="1volume") for key in keys
    )
    for bound in bounds:
        below = SearchEntry.objects.filter(words__matches=Wanted((), marks=((f"0below{bound}",),)))
        assert set(below.values_list("pk", flat=True)) == {key for key in keys if key < bound}


@pytest.mark.parametrize(
    "words", ["'", '"', "*", "a:b & !c | (d)", "NEAR(x, y)", "AND OR NOT", "\\"]
)
def test_no_operator_of_an_engine_works(words):
    make("What is a volume?")
    assert prompts(words) == []


def test_queries_do_not_grow_with_what_is_found(django_assert_max_num_queries):
    for number in range(30):
        make(f"What is volume {number}?")
    for number in range(3):
        make(f"What is pod {number}?")
    with CaptureQueriesContext(connection) as few:
        assert len(search("pod").matches) == 3
    with django_assert_max_num_queries(len(few)):
        assert len(search("volume").matches) == 30
    assert len(few) <= 5


def test_written_question_is_found_and_its_old_text_is_not(alice, now):
    question = revising.create_question(
        make_document("What is a volume?"), owner=alice, private_to=alice, now=now
    )
    assert prompts("volume", alice) == ["What is a volume?"]
    revising.add_revision(question, make_document("What is a pod?"), author=alice, now=now)
    assert prompts("volume", alice) == []
    assert prompts("pod", alice) == ["What is a pod?"]
    assert is_current()


def test_retired_and_returned_question_goes_and_comes(now):
    question = make("What is a volume?")
    question.retire(now=now)
    assert prompts("volume") == []
    question.restore(now=now)
    assert prompts("volume") == []
    revising.place(question, topic="docker", tags=["disk"], status="published", now=now)
    assert prompts("disk") == ["What is a volume?"]
    editing.retire(Question.objects.filter(pk=question.pk), now=now)
    assert prompts("volume") == []
    assert is_current()


def test_deleted_question_is_gone_from_the_index(now):
    question = make("What is a volume?")
    delete_or_retire([question], now=now)
    assert prompts("volume") == []
    assert not SearchEntry.objects.exists()
    assert is_current()


def test_merged_tag_is_found_by_its_new_name():
    make("What is it?", tags=("k8s",))
    into = Tag.objects.create(slug="kubernetes")
    editing.merge_tags(Tag.objects.filter(slug="k8s"), into=into)
    assert prompts("kubernetes") == ["What is it?"]
    assert prompts("k8s") == []
    assert is_current()


def test_check_names_what_differs_and_rebuilding_mends_it():
    outdated, missing = make("What is a volume?", slug="one"), make("What is a pod?", slug="two")
    SearchEntry.objects.filter(pk=outdated.pk).update(words="1other")
    SearchEntry.objects.filter(pk=missing.pk).delete()
    assert reported().splitlines() == ["one: outdated", "two: missing", "2 differences."]
    call_command("rebuild_search_index", stdout=StringIO())
    assert is_current()
    assert prompts("volume") == ["What is a volume?"]
    assert prompts("pod") == ["What is a pod?"]


def test_rebuilding_forgets_spellings_that_no_question_has(now):
    question = make("What is a zeppelin?")
    question.delete()
    call_command("rebuild_search_index", stdout=StringIO())
    assert not Spelling.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its index itself")
def test_check_sees_that_the_full_text_index_differs_from_its_table():
    make("What is a volume?")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM questions_search_index_data WHERE id > 10")
    assert "differs from its table" in reported()


def has(text: str, whole: tuple[str, ...], begun: tuple[str, ...]) -> bool:
    words = text.split()
    same = all({word, stem(word)} & {*words, *map(stem, words)} for word in whole)
    return same and all(any(says(word, [each]) for word in words) for each in begun)


def test_index_finds_just_what_the_words_of_the_texts_say():
    said = ["pod pods", "pod net", "network pod", "netx ci", "cd ci", "c cd", "net c", "ci net pod"]
    for number, words in enumerate(said):
        prompt, *others = words.split()
        make(f"{prompt}?", point=" ".join(others) or "so", answer="so" if number % 2 else prompt)
    for one, other in product(["pod", "pods", "net", "ci", "cd", "c", "ne"], repeat=2):
        asked = tuple(dict.fromkeys((one, other)))
        expected = [each for each in said if has(each, asked[:-1], asked[-1:])]
        if len(expected) < FEW:
            expected = [each for each in said if has(each, (), asked)]
        assert set(prompts(f"{one} {other}")) == {f"{each.split()[0]}?" for each in expected}, asked


def test_order_is_kept_when_there_is_more_than_is_ranked(monkeypatch):
    monkeypatch.setattr(ranking, "MOST_RANKED", 2)
    for number in range(3):
        make(f"In answer {number}?", answer="The kernel.")
    make("In a key point?", point="The kernel isolates")
    make("In a tag?", tags=("kernel",))
    make("In the kernel?")
    assert prompts("kernel")[:3] == ["In the kernel?", "In a tag?", "In a key point?"]
