"""What Today and Progress cost a learner with a long log, beside a bare view.

python -m benchmarks.dashboard [--reviews 50000] [--json FILE]

CPU milliseconds of one process, the median of many; figures of one run only compare with each
other, so the ratios are what counts.
"""

from __future__ import annotations

import argparse
import json
from statistics import median
from typing import Any

from benchmarks import bulk
from benchmarks.arguments import at_least, file_to_write
from benchmarks.asking import Site, milliseconds
from benchmarks.site import temporary_site

ROUNDS = 60
QUESTIONS = 5_000
BARE = "/bare/read/"
PAGES = {"today": "/", "progress": "/progress/", "bare": BARE}


def main() -> None:
    options = arguments()
    with temporary_site():
        learner = make_learner(options.reviews)
        found = sizes(learner)
        print(", ".join(f"{number:,} {name}" for name, number in found.items()))
        figures = measured(Site(learner), Site(learner, is_plain=True))
    ratios = {f"{name} to bare": figures[name] / figures["bare"] for name in ("today", "progress")}
    report(figures, ratios)
    if options.json:
        content = {"learner": found, "milliseconds": figures, "ratios": ratios}
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--reviews", type=at_least(1), default=50_000, help="the learner has so many"
    )
    parser.add_argument(
        "--json", type=file_to_write, metavar="FILE", help="write the figures there too"
    )
    return parser.parse_args()


def make_learner(reviews: int) -> Any:
    """One with years of practice and some results, in a bank too large to know it all."""
    from django.utils import timezone

    from accounts.models import User
    from dashboard.demo.making import make_demo
    from dashboard.demo.people import LEARNER

    print(f"Making {QUESTIONS:,} questions and {reviews:,} reviews ...")
    bulk.make_bank(QUESTIONS)
    now = timezone.now()
    make_demo(learners=1, reviews=reviews, sittings=20, seed=1, now=now, say=lambda line: None)
    return User.objects.get(email=LEARNER)


def sizes(learner: Any) -> dict[str, int]:
    return {
        "reviews": learner.reviews.count(),
        "study days": learner.study_days.count(),
        "cards": learner.cards.count(),
        "interviews": learner.sittings.count(),
    }


def measured(site: Site, plain: Site) -> dict[str, float]:
    """Taken in turn, so that a busy moment of the machine meets all of them."""
    sites = {path: plain if path == BARE else site for path in PAGES.values()}
    for path, each in sites.items():
        each.ask("GET", path)
    spent: dict[str, list[float]] = {name: [] for name in PAGES}
    for _number in range(ROUNDS):
        for name, path in PAGES.items():
            spent[name].append(milliseconds(lambda path=path: sites[path].ask("GET", path)))
    return {name: median(each) for name, each in spent.items()}


def report(figures: dict[str, float], ratios: dict[str, float]) -> None:
    print("\nCPU milliseconds")
    for name, figure in figures.items():
        print(f"{name:<24}{figure:>10.2f}")
    print()
    for name, ratio in ratios.items():
        print(f"{name:<24}{ratio:>10.2f}")


if __name__ == "__main__":
    main()
