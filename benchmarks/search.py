"""What a search costs in a bank of many questions, beside a bare view.

python -m benchmarks.search [--questions 100000] [--database sqlite|postgresql] [--json FILE]

Milliseconds on the clock, for a person who has private questions too: what finds, ranks and counts
for the filters, and then the whole request as htmx sends it while somebody types. The questions are
sentences of the shipped bank, mixed, with names that each stand in few of them.
"""

from __future__ import annotations

import argparse
import gc
import json
from collections.abc import Iterator
from itertools import batched
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from benchmarks.arguments import at_least, file_to_write
from benchmarks.exam import database, site

ROUNDS = 25
PRIVATE_EVERY = 500
LEVELS = ("junior", "mid", "senior")
NAMES = 40_000

type Figures = dict[str, dict[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--questions", type=at_least(1_000), default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument(
        "--json", type=file_to_write, metavar="FILE", help="write the figures there too"
    )
    options = parser.parse_args()
    with database(options.database) as url, site(url):
        print(f"Making {options.questions} questions and their index ...", flush=True)
        user = make_bank(options.questions)
        gc.collect()
        gc.freeze()  # a server has no such heap of objects to look through
        figures, bare = measured(user)
    report(figures, bare)
    if options.json:
        content = {
            "database": options.database,
            "questions": options.questions,
            "milliseconds": figures,
            "bare": bare,
            "slowest": max(figure["search"] for figure in figures.values()),
        }
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def make_bank(number: int) -> Any:
    """One in PRIVATE_EVERY is private to the person who searches."""
    from django.db import connection, transaction
    from django.db.models import OuterRef, Subquery

    from accounts.models import User
    from questions import indexing
    from questions.models import Question, QuestionRevision, Tag, Topic

    user = User.objects.create_user("searching@example.org", None)
    texts = Texts()
    topics = [Topic.objects.at(path).pk for path in texts.topics]
    tags = [Tag.objects.get_or_create(slug=slug)[0].pk for slug in texts.tags]
    with transaction.atomic():
        for some in batched(range(number), 2_000):
            make_some(some, texts=texts, topics=topics, tags=tags, user=user)
        newest = QuestionRevision.objects.filter(question=OuterRef("pk")).values("pk")
        Question.objects.update(current_revision=Subquery(newest))
    began = perf_counter()
    indexing.rebuild()
    print(f"Indexed in {perf_counter() - began:.0f} s.", flush=True)
    with connection.cursor() as cursor:
        # What autovacuum does in time, and `manage.py` tasks on SQLite.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return user


class Texts:
    """What the questions are mixed from, the same in each run."""

    def __init__(self) -> None:
        from questions import bank

        documents = [file.document for file in bank.read_whole(bank.FOLDER) if file.document]
        self.random = Random(1)  # noqa: S311
        self.prompts = [document.prompt for document in documents]
        self.answers = [part for document in documents for part in document.answer.split("\n\n")]
        self.points = [point.text for document in documents for point in document.key_points]
        self.topics = sorted({document.topic for document in documents})
        self.tags = sorted({tag for document in documents for tag in document.tags})
        said = " ".join([*self.prompts, *self.points]).split()
        self.words = [word for word in said if len(word) > 3 and word.isalpha()]
        self.names = [self.name() for _number in range(NAMES)]

    def name(self) -> str:
        """Two halves of words that occur: letters follow one another as they do."""
        first, last = self.random.choices(self.words, k=2)
        return (
            f"{first[:4]}{self.random.choice('aeiou')}{self.random.choice('bdklmnrst')}{last[-4:]}"
        )

    def prompt(self) -> str:
        name = self.random.choice(self.names)
        return f"{self.random.choice(self.prompts).rstrip('?')} with {name}?"

    def answer(self) -> str:
        name = self.random.choice(self.names)
        return "\n\n".join([*self.random.choices(self.answers, k=3), f"See {name}."])


def make_some(numbers: Any, *, texts: Texts, topics: list[int], tags: list[int], user: Any) -> None:
    from questions.models import Answer, KeyPoint, Question, QuestionRevision

    pick = texts.random.choice
    questions = Question.objects.bulk_create(
        Question(
            slug=f"question-{number}",
            topic_id=pick(topics),
            status="published",
            private_to=None if number % PRIVATE_EVERY else user,
        )
        for number in numbers
    )
    revisions = QuestionRevision.objects.bulk_create(
        QuestionRevision(question=question, prompt=texts.prompt(), level=pick(LEVELS))
        for question in questions
    )
    Answer.objects.bulk_create(
        Answer(revision=revision, text=texts.answer()) for revision in revisions
    )
    KeyPoint.objects.bulk_create(
        KeyPoint(revision=revision, text=text, position=position)
        for revision in revisions
        for position, text in enumerate(texts.random.choices(texts.points, k=4))
    )
    has_tag = Question.tags.through
    has_tag.objects.bulk_create(
        has_tag(question=question, tag_id=tag)
        for question in questions
        for tag in {pick(tags), pick(tags)}
    )


def searches() -> Iterator[tuple[str, str]]:
    """What is asked, and the query of its address."""
    yield "one word", "q=volume"
    yield "common word", "q=docker"
    yield "word in most answers", "q=use"
    yield "two common words", "q=container+image"
    yield "a whole sentence", "q=what+is+the+difference+between+a+pod+and+a+container"
    yield "two letters typed", "q=co"
    yield "three letters typed", "q=kub"
    yield "second word begun", "q=docker+ne"
    yield "rare name", f"q={Texts().names[0]}"
    yield "misspelt word", "q=kuberntes"
    yield "misspelt and right", "q=dokcer+volume"
    yield "two misspelt words", "q=contaner+netwrok"
    yield "nothing like it", "q=xylophone"
    yield "words and filters", "q=container&level=mid&kind=open"
    yield "words and topic", "q=container&topic=docker"
    yield "mine only", "q=container&whose=mine"


def measured(user: Any) -> tuple[Figures, float]:
    from benchmarks.asking import Site
    from questions.models import QuestionRevision

    web = Site(user, headers={"HTTP_HX_REQUEST": "true"})
    revision = str(QuestionRevision.objects.values_list("pk", flat=True)[0])
    figures: Figures = {}
    for name, query in searches():
        took = [search_once(query, user) for _round in range(ROUNDS)]
        page = [clocked(lambda query=query: web.ask("GET", f"/bank/?{query}")) for _ in took]
        figures[name] = {
            "search": median(took),
            "95 in 100": quantiles(took, n=20)[-1],
            "page": median(page),
        }
    bare = median(
        clocked(lambda: web.ask("POST", "/bare/", {"revision": revision})) for _ in range(100)
    )
    return figures, bare


def search_once(query: str, user: Any) -> float:
    from django.http import QueryDict

    from questions.searching import Search, counted_in_found, facets, find

    search = Search.from_query(QueryDict(query))

    def once() -> None:
        found = find(search, user=user)
        facets(search, counted_in_found(search, found, user=user))

    return clocked(once)


def clocked(work: Any) -> float:
    began = perf_counter()
    work()
    return 1000 * (perf_counter() - began)


def report(figures: Figures, bare: float) -> None:
    print(f"\n{'milliseconds':<24}{'search':>10}{'95 in 100':>12}{'page':>10}{'to bare':>10}")
    for name, figure in figures.items():
        print(
            f"{name:<24}{figure['search']:>10.1f}{figure['95 in 100']:>12.1f}"
            f"{figure['page']:>10.1f}{figure['page'] / bare:>10.1f}"
        )
    print(f"\n{'bare view':<24}{bare:>32.1f}")
    slowest = max(figures, key=lambda name: figures[name]["search"])
    print(f"Slowest search: {slowest}, {figures[slowest]['search']:.1f} ms")


if __name__ == "__main__":
    main()
