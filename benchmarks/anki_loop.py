"""The same loop in the anki package, where it is installed: it is no dependency of the site."""

from __future__ import annotations

from importlib import import_module
from statistics import median
from time import process_time

DECK_CONFIG = 1


def measured(folder: str, *, cards: int, reviews: int, rounds: int) -> dict[str, float] | None:
    """Milliseconds of CPU for the first queue and per review; None without the package.

    With as long a log as ours, and with the words on the buttons, as its window asks for them.
    """
    try:
        # Itself first: the package imports in a circle.
        collection = import_module("anki.collection")
        cards_module, scheduler = import_module("anki.cards"), import_module("anki.scheduler.v3")
    except ImportError:
        return None
    Card, Collection = cards_module.Card, collection.Collection
    AddNoteRequest, CardAnswer = collection.AddNoteRequest, scheduler.CardAnswer
    col = Collection(f"{folder}/anki-{cards}.anki2")
    col.set_config("fsrs", True)
    basic, requests = col.models.by_name("Basic"), []
    for number in range(cards):
        note = col.new_note(basic)
        note["Front"] = f"What happens to a container's data when it is removed? {number}"
        note["Back"] = "It goes, unless a volume holds it."
        requests.append(AddNoteRequest(note, DECK_CONFIG))
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
    col = Collection(f"{folder}/anki-{cards}.anki2")
    began = process_time()
    col.sched.get_queued_cards()
    first = process_time() - began
    times = []
    for _number in range(rounds):
        began = process_time()
        queued = col.sched.get_queued_cards().cards[0]
        card = Card(col, backend_card=queued.card)
        card.start_timer()
        card.render_output()
        col.sched.describe_next_states(queued.states)
        answer = col.sched.build_answer(card=card, states=queued.states, rating=CardAnswer.GOOD)
        col.sched.answer_card(answer)
        times.append(process_time() - began)
    col.close()
    return {"first queue": 1000 * first, "review": 1000 * median(times)}
