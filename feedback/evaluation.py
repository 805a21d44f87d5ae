"""How well the engine does on pairs that people labelled."""

from __future__ import annotations

import csv
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from feedback.engine import assess, prepare
from feedback.findings import Finding, Method, PointText, Status
from feedback.prepared import Prepared

COLUMNS = {"question", "key_point", "answer_sentence", "type", "covered", "contradicts"}
MOST_SECONDS = 0.060  # of one core for an answer of 80 words
WORDS = 80
RUNS = 5
FIRST_LEFT_OUT = 3  # of the first run each third word is left out, of the next each fourth
LOOP = 100_000  # additions: 5 to 12 ms of a core


@dataclass(frozen=True)
class Goals:
    f1: float
    check_precision: float
    check_recall: float


# Words alone know no paraphrase: their goal is what they reach, less what may be chance.
GOALS = {
    Method.MODEL: Goals(f1=0.80, check_precision=0.85, check_recall=0.55),
    Method.LEXICAL: Goals(f1=0.65, check_precision=0.85, check_recall=0.55),
}


class UnreadablePairs(Exception):
    pass


@dataclass(frozen=True)
class Pair:
    """`contradicts`: the sentence says the opposite, so it covers nothing."""

    question: str
    key_point: str
    sentence: str
    kind: str
    covered: bool
    contradicts: bool


@dataclass(frozen=True)
class Report:
    """Coverage over the pairs that contradict nothing; `check_` over all. Shares are 0 to 1.

    `right_sentences`: of the points covered in an answer made of sentences about several points,
    how often the sentence shown is the one meant. `seconds`: of processor time for 80 words, and
    `loops`: the same in turns of a fixed loop, which differs less from machine to machine.
    """

    method: Method
    precision: float
    recall: float
    f1: float
    auc: float
    right_sentences: float
    check_precision: float
    check_recall: float
    statuses: dict[str, dict[str, int]]
    seconds: float
    loops: float

    def shortfalls(self) -> list[str]:
        goals = GOALS[self.method]
        figures = (
            ("F1", self.f1 >= goals.f1),
            ("precision of contradictions", self.check_precision >= goals.check_precision),
            ("recall of contradictions", self.check_recall >= goals.check_recall),
            ("time per answer", self.seconds <= MOST_SECONDS),
        )
        return [name for name, is_met in figures if not is_met]


def read_pairs(path: Path) -> list[Pair]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := COLUMNS - set(reader.fieldnames or ()):
                raise UnreadablePairs(f"{path}:1: There is no column {', '.join(sorted(missing))}.")
            pairs = [pair_of(row) for row in reader]
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadablePairs(f"{path}: {error}.") from error
    if not pairs:
        raise UnreadablePairs(f"{path}: There are no pairs.")
    return pairs


def pair_of(row: dict[str, str]) -> Pair:
    return Pair(
        question=row["question"],
        key_point=row["key_point"],
        sentence=row["answer_sentence"],
        kind=row["type"],
        covered=row["covered"] == "1",
        contradicts=row["contradicts"] == "1",
    )


def evaluate(pairs: Sequence[Pair], *, method: Method) -> Report:
    points = points_by_question(pairs)
    ready = {
        question: prepare(question, [PointText(text) for text in texts], method=method)
        for question, texts in points.items()
    }

    def find(pair: Pair) -> Finding:
        place = points[pair.question].index(pair.key_point)
        return assess(ready[pair.question], pair.sentence).findings[place]

    judged = [(pair, find(pair)) for pair in pairs]
    stated = [(pair, finding) for pair, finding in judged if not pair.contradicts]
    precision, recall = rates(stated, Status.COVERED, lambda pair: pair.covered)
    seconds, loops = times_per_answer(pairs, ready=ready)
    check_precision, check_recall = rates(judged, Status.CHECK, lambda pair: pair.contradicts)
    return Report(
        method=method,
        precision=precision,
        recall=recall,
        f1=share(2 * precision * recall, precision + recall),
        auc=auc(stated),
        right_sentences=right_sentences(pairs, points=points, ready=ready),
        check_precision=check_precision,
        check_recall=check_recall,
        statuses=statuses(judged),
        seconds=seconds,
        loops=loops,
    )


def points_by_question(pairs: Iterable[Pair]) -> dict[str, list[str]]:
    points: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        if pair.key_point not in points[pair.question]:
            points[pair.question].append(pair.key_point)
    return points


def rates(
    judged: Sequence[tuple[Pair, Finding]], status: Status, is_meant: Callable[[Pair], bool]
) -> tuple[float, float]:
    """Precision and recall of a status."""
    said = sum(finding.status == status for _, finding in judged)
    meant = sum(is_meant(pair) for pair, _ in judged)
    right = sum(finding.status == status and is_meant(pair) for pair, finding in judged)
    return share(right, said), share(right, meant)


def auc(judged: Sequence[tuple[Pair, Finding]]) -> float:
    """How often a pair that covers scores above one that does not."""
    yes = [finding.score for pair, finding in judged if pair.covered]
    no = [finding.score for pair, finding in judged if not pair.covered]
    wins = sum((one > other) + 0.5 * (one == other) for one in yes for other in no)
    return share(wins, len(yes) * len(no))


def right_sentences(
    pairs: Sequence[Pair], *, points: dict[str, list[str]], ready: dict[str, Prepared]
) -> float:
    """Each true sentence is put among those that cover the question's other points."""
    right = found = 0
    for pair in pairs:
        if not pair.covered:
            continue
        others = others_of(pair, pairs)
        answer = "\n".join(f"- {sentence}" for sentence in sorted([pair.sentence, *others]))
        place = points[pair.question].index(pair.key_point)
        finding = assess(ready[pair.question], answer).findings[place]
        if finding.status == Status.COVERED and finding.sentence:
            found += 1
            right += finding.sentence.of(answer) in pair.sentence
    return share(right, found)


def others_of(pair: Pair, pairs: Sequence[Pair]) -> list[str]:
    """One sentence for each other key point of the question, the first that covers it."""
    first: dict[str, str] = {}
    for other in pairs:
        if other.question == pair.question and other.covered:
            first.setdefault(other.key_point, other.sentence)
    return [sentence for point, sentence in first.items() if point != pair.key_point]


def statuses(judged: Iterable[tuple[Pair, Finding]]) -> dict[str, dict[str, int]]:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for pair, finding in judged:
        counted[pair.kind][finding.status] += 1
    return {kind: dict(counter) for kind, counter in counted.items()}


def times_per_answer(pairs: Sequence[Pair], *, ready: dict[str, Prepared]) -> tuple[float, float]:
    """The middle of all questions' times for an answer of 80 words, the model being loaded, in
    seconds and in turns of a fixed loop that tells how fast the processor is just then.

    The least of several runs: what else the machine does only ever adds to it. Each run leaves
    other words out of every sentence, for what was read before is partly remembered.
    """
    times = []
    for question, prepared in ready.items():
        words = [word for p in pairs if p.question == question for word in p.sentence.split()]
        runs = [some_words(words, leave_out=run + FIRST_LEFT_OUT) for run in range(RUNS)]
        times.append(min(seconds_for(prepared, answer) for answer in runs))
    seconds = sorted(times)[len(times) // 2]
    return seconds, seconds / min(seconds_of_loop() for _ in range(RUNS))


def some_words(words: Sequence[str], *, leave_out: int) -> str:
    """80 of the words, without each third, fourth, ... of them."""
    kept = [word for at, word in enumerate(words) if at % leave_out] or list(words)
    return " ".join((kept * WORDS)[:WORDS])


def seconds_for(prepared: Prepared, answer: str) -> float:
    start = time.process_time()
    assess(prepared, answer)
    return time.process_time() - start


def seconds_of_loop() -> float:
    start = time.process_time()
    sum(at * at for at in range(LOOP))
    return time.process_time() - start


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
