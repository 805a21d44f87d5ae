"""What a review costs, at two sizes of deck, beside a bare view and beside Anki's own loop.

python -m benchmarks.practice [--cards 10000,100000] [--reviews 1000000] [--json FILE]

CPU milliseconds of one process, the median of many; figures of one run only compare with each
other, so the ratios are what counts. Calls of functions and statements to the database are the
same in every run, however busy the machine is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from datetime import datetime
from statistics import median
from time import process_time
from typing import Any
from uuid import uuid4

from benchmarks import anki_loop, bulk
from benchmarks.anki_loop import AnkiLoop
from benchmarks.arguments import at_least, file_to_write, numbers
from benchmarks.asking import Site, calls, milliseconds, statements
from benchmarks.site import temporary_site

ROUNDS = 150
COUNTED = 9  # requests; what they ask for differs a little from card to card
SMALLEST = 5_000  # a smaller deck runs out before the end
SHOWING = re.compile(r'name="showing" value="([^"]+)"')

type Figures = dict[str, float]


def main() -> None:
    options = arguments()
    sizes = options.cards
    with temporary_site() as folder:
        from django.utils import timezone

        now = timezone.now()
        print(f"Making {max(sizes)} questions, the cards, {options.reviews} reviews ...")
        bulk.make_bank(max(sizes))
        users = {
            size: bulk.make_learner(f"l{size}@example.org", cards=size, now=now) for size in sizes
        }
        bulk.make_log(options.reviews, now=now)
        first_queue(bulk.make_learner("first@example.org", cards=SMALLEST, now=now), now)
        figures = {
            size: measured(users[size], now, folder, size, options.reviews) for size in sizes
        }
        work = {size: counted(users[size]) for size in sizes}
    ratios = compared(figures, work, sizes)
    report(figures, work, ratios)
    if options.json:
        content = {
            "reviews": options.reviews,
            "milliseconds": figures,
            "work": work,
            "ratios": ratios,
        }
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--cards",
        type=numbers(SMALLEST),
        default="10000,100000",
        help="sizes of deck, commas between",
    )
    parser.add_argument(
        "--reviews", type=at_least(1), default=1_000_000, help="in the log, of everyone"
    )
    parser.add_argument(
        "--json", type=file_to_write, metavar="FILE", help="write the figures there too"
    )
    return parser.parse_args()


def measured(user: Any, now: datetime, folder: str, size: int, reviews: int) -> Figures:
    anki = anki_loop.opened(folder, cards=size, reviews=reviews)
    if anki is None:
        print("anki not installed", file=sys.stderr)
        return {**service(user, now), **pages(user)}
    figures = {**service(user, now, anki), **pages(user), "Anki: first queue": anki.first_queue}
    anki.close()
    return figures


def service(user: Any, now: datetime, anki: AnkiLoop | None = None) -> Figures:
    """Get next, render and answer, without HTTP and page frame, as the pages do it: after an

    answer they know the newest review, and the learner's wishes that came with its card. Anki's
    reviews are asked in turns with ours, so that a busy minute falls on both.
    """
    from practice.answering import Attempt
    from practice.models import StudySettings
    from practice.queue import allowance, counts, next_card
    from practice.showing import Showing

    today = user.study_day(now)
    parts: dict[str, list[float]] = {"get next": [], "render": [], "answer": []}
    beside: list[float] = []
    first = first_queue(user, now)
    count = median(
        milliseconds(lambda: counts(user, today=today, with_unseen=False)) for _ in range(20)
    )
    last = None
    for _number in range(ROUNDS):
        began = process_time()
        wish = last.card.wish() if last else StudySettings.objects.of(user)
        left = allowance(user, today=today, wish=wish, done=last.day if last else None)
        counted = counts(user, today=today, left=left, with_unseen=False)
        card = next_card(user, today=today, left=left, counted=counted, last=last)
        got = process_time()
        attempt = Attempt.first(card, Showing.of(card, shown_at=now))
        rendered = [attempt.revision.prompt, attempt.revision.context_html, attempt.showing.token]
        rendered += [attempt.model_answer.html, *(point.key_point.text for point in attempt.points)]
        rendered += [grade.words for grade in attempt.grades(today)]
        "".join(rendered)
        shown = process_time()
        last = card.review(
            3,
            review_id=uuid4(),
            revision=attempt.revision,
            review_count=card.review_count,
            now=now,
            **attempt.told,
        )
        done = process_time()
        for name, spent in (
            ("get next", got - began),
            ("render", shown - got),
            ("answer", done - shown),
        ):
            parts[name].append(1000 * spent)
        if anki:
            beside.append(milliseconds(anki.review))
    each = {name: median(spent) for name, spent in parts.items()}
    whole = median(map(sum, zip(*parts.values(), strict=True)))
    theirs = {"Anki: review": median(beside)} if beside else {}
    return {"first queue": first, "counts": count, **each, "review": whole, **theirs}


def first_queue(user: Any, now: datetime) -> float:
    """What a learner's session begins with. The first of a process writes its statements too."""
    from practice.queue import EVERYTHING, next_card, top_up

    today = user.study_day(now)

    def begin() -> None:
        top_up(user, EVERYTHING, today, now)
        next_card(user, today=today)

    return milliseconds(begin)


def pages(user: Any) -> Figures:
    from feedback import engine

    engine.load()  # in the background of the first requests it would count as theirs
    return asked(user, milliseconds, ROUNDS // 2)


def counted(user: Any) -> Figures:
    figures = {}
    for measure in (calls, statements):
        for name, figure in asked(user, measure, COUNTED).items():
            figures[f"{name}, {measure.__name__}"] = figure
    return figures


def asked(user: Any, measure: Callable[[Callable[[], Any]], float], times: int) -> Figures:
    """The judgement sent by htmx, answered with the next card; and the bare view.

    That one in a plain Django, and behind all that stands before our own pages.
    """
    site = Site(user, headers={"HTTP_HX_REQUEST": "true"})
    plain = Site(user, is_plain=True)
    page = site.ask("GET", "/practice/session/")
    answered, bare, ours = [], [], []
    revision = str(user.cards.select_related("question")[0].question.current_revision_id)

    def answer() -> None:
        nonlocal page
        page = site.ask("POST", "/practice/session/answer/", data)

    for _number in range(times):
        data = {"showing": SHOWING.search(page).group(1), "rating": "3", "text": "It is lost."}
        answered.append(measure(answer))
        bare.append(measure(lambda: plain.ask("POST", "/bare/", {"revision": revision})))
        ours.append(measure(lambda: site.ask("POST", "/bare/", {"revision": revision})))
    return {
        "answer request": median(answered),
        "bare request": median(bare),
        "bare behind ours": median(ours),
    }


def compared(figures: dict[int, Figures], work: dict[int, Figures], sizes: list[int]) -> Figures:
    small, large, done = figures[min(sizes)], figures[max(sizes)], work[max(sizes)]
    ratios = {
        "review, largest deck to smallest": large["review"] / small["review"],
        "answer request to bare request": large["answer request"] / large["bare request"],
        "their calls": done["answer request, calls"] / done["bare request, calls"],
    }
    if "Anki: review" in large:
        ratios["review to Anki's"] = large["review"] / large["Anki: review"]
        ratios["first queue to Anki's"] = large["first queue"] / large["Anki: first queue"]
    return ratios


def report(figures: dict[int, Figures], work: dict[int, Figures], ratios: Figures) -> None:
    table("CPU milliseconds", figures, ".2f")
    table("work", work, ",.0f")
    print()
    for name, ratio in ratios.items():
        print(f"{name:<36}{ratio:>6.2f}")


def table(title: str, figures: dict[int, Figures], form: str) -> None:
    print(f"\n{title:<28}" + "".join(f"{size:>12,} cards" for size in figures))
    for name in next(iter(figures.values())):
        print(f"{name:<28}" + "".join(f"{each[name]:>18{form}}" for each in figures.values()))


if __name__ == "__main__":
    main()
