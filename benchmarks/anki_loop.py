"""The same loop in the anki package, where it is installed: it is no dependency of the site."""

from __future__ import annotations

from importlib import import_module
from time import process_time
from typing import Any

DECK_CONFIG = 1


class AnkiLoop:
    """A deck as large as ours, with as long a log. `first_queue` is in milliseconds of CPU."""

    def __init__(self, folder: str, *, cards: int, reviews: int) -> None:
        """Raises ImportError without the package."""
        # Itself first: the package imports in a circle.
        Collection = import_module("anki.collection").Collection
        self.card_class = import_module("anki.cards").Card
        self.good = import_module("anki.scheduler.v3").CardAnswer.GOOD
        path = f"{folder}/anki-{cards}.anki2"
        _fill(Collection(path), cards=cards, reviews=reviews)
        self.col = Collection(path)
        began = process_time()
        self.col.sched.get_queued_cards()
        self.first_queue = 1000 * (process_time() - began)

    def review(self) -> None:
        """With the words on the buttons, as its window asks for them."""
        queued = self.col.sched.get_queued_cards().cards[0]
        card = self.card_class(self.col, backend_card=queued.card)
        card.start_timer()
        card.render_output()
        self.col.sched.describe_next_states(queued.states)
        answer = self.col.sched.build_answer(card=card, states=queued.states, rating=self.good)
        self.col.sched.answer_card(answer)

    def close(self) -> None:
        self.col.close()


def opened(folder: str, *, cards: int, reviews: int) -> AnkiLoop | None:
    """None without the package."""
    try:
        return AnkiLoop(folder, cards=cards, reviews=reviews)
    except ImportError:
        return None


def _fill(col: Any, *, cards: int, reviews: int) -> None:
    request = import_module("anki.collection").AddNoteRequest
    col.set_config("fsrs", True)
    basic, requests = col.models.by_name("Basic"), []
    for number in range(cards):
        note = col.new_note(basic)
        note["Front"] = f"What happens to a container's data when it is removed? {number}"
        note["Back"] = "It goes, unless a volume holds it."
        requests.append(request(note, DECK_CONFIG))
    col.add_notes(requests)
    config = col.decks.get_config(DECK_CONFIG)
    config["new"]["perDay"], config["rev"]["perDay"] = 30, 300
    col.decks.save(config)
    col.db.execute(
        """update cards set type = 2, queue = 2, ivl = 1 + id * 37 % 200, reps = 10, factor = 2500,
        due = ? + id * 7919 % 600 - 60, data = '{"s":' || (1 + id * 37 % 200) || ',"d":5}'
        where id % 10""",
        col.sched.today,
    )
    col.db.execute(
        """insert into revlog (id, cid, usn, ease, ivl, lastIvl, factor, time, type)
        with recursive series(n) as (select 0 union all select n + 1 from series where n < ?),
        seen(id, place) as (select id, row_number() over (order by id) from cards where id % 10)
        select 1500000000000 + series.n * ? + seen.place, seen.id, -1, 3, 10, 5, 2500, 40000, 1
        from series, seen limit ?""",
        reviews // (cards * 9 // 10),
        cards,
        reviews,
    )
    col.close()
