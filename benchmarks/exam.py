"""Many learners sit the same interview at once, through the production server on this machine.

python -m benchmarks.exam [--learners 500] [--minutes 3] [--database sqlite|postgresql] [--json FILE]

They start within the first minute (or the first third, if that is shorter), save every 15 seconds
(or four times in all, if it is shorter than a minute), look at the clock every 30, turn to the next
question every minute, and all hand in within the last 10 seconds.

A save is measured against a bare Django view that knows who asks and writes one row, twice under
equal conditions. In the exam one learner in ten also posts to that view, in the rhythm of their
saves and in between them: so both meet the same pages, starts and handings in. Afterwards each has a
minute of its own: everybody's saves and nothing else, then everybody's bare posts and nothing else.
"Steady" is the part of the exam between the last start and the first handing in.

A request's time counts from the moment it was planned, so a client that cannot keep up makes the
figures worse, never better. Client, server and worker share the cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from statistics import quantiles
from typing import Any
from uuid import UUID

import django
from django.core.management import call_command

from benchmarks.arguments import at_least, file_to_write
from benchmarks.http_client import Answer, Browser
from tests.postgres import free_port, own_server

SAVE_SECONDS, CLOCK_SECONDS, SUBMIT_SECONDS, ALONE_SECONDS = 15, 30, 10, 60
BARE_ONE_IN = 10
SAVES_A_QUESTION = 4
SHORTEST, LONGEST = 0.3, 480  # minutes: those handing in take ten seconds
QUESTIONS = 6
WORDS = "A container shares the kernel of its host, and namespaces keep it apart from others. "
NUMBERS = re.compile(r'data-numbers="([\d: ]*)"')


type Stored = dict[tuple[int, int], tuple[int, str]]  # (learner, question) to number and text


@dataclass
class Tally:
    """What the client saw. Times in milliseconds, with the moment for which each was planned."""

    times: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    acknowledged: Stored = field(default_factory=dict)
    acknowledgements: int = 0
    steady: tuple[float, float] = (0.0, 0.0)  # between the last start and the first handing in

    def requests(self) -> int:
        return sum(map(len, self.times.values()))

    def note(self, kind: str, planned: float) -> None:
        taken = 1000 * (time.perf_counter() - planned)
        self.times.setdefault(kind, []).append((planned, taken))

    def taken(self, kind: str) -> list[float]:
        return [taken for _planned, taken in self.times.get(kind, [])]

    def taken_steadily(self, kind: str) -> list[float]:
        since, until = self.steady
        return [taken for planned, taken in self.times.get(kind, []) if since <= planned < until]


@dataclass(frozen=True, kw_only=True)
class Exam:
    """`people`: session keys of learners who are logged in. `rooms`: of another interview, which
    all of them have begun, for saves alone. `revision`: any, for the bare view to write of.
    """

    people: list[str]
    assignment: UUID
    begun_before: UUID
    rooms: list[str]
    revision: int

    @property
    def start(self) -> str:
        return f"/interviews/{self.assignment}/"

    def browsers(self, port: int) -> list[Browser]:
        return [Browser(port, key) for key in self.people]


def main() -> None:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or the server would outlive us
    with database(options.database) as url, site(url) as folder:
        exam = make_exam(options.learners, minutes=options.minutes)
        with server(folder, workers=options.workers, threads=options.threads) as port:
            tally = asyncio.run(sit(exam, port, options.minutes))
            alone = asyncio.run(measure_alone(exam, port))
        lost = count_lost(tally, exam.assignment) + count_lost(alone, exam.begun_before)
    report(options, tally, alone, lost)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learners", type=at_least(1), default=500)
    parser.add_argument("--minutes", type=minutes, default=3.0, help="0.3 to 480")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--workers", type=at_least(1), default=2, help="processes of the server")
    parser.add_argument("--threads", type=at_least(1), default=4, help="threads of each")
    parser.add_argument(
        "--json", type=file_to_write, metavar="FILE", help="write the figures there too"
    )
    return parser.parse_args()


def minutes(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0
    if not SHORTEST <= number <= LONGEST:
        raise argparse.ArgumentTypeError(
            f"must be a number from {SHORTEST} to {LONGEST}, not {value!r}"
        )
    return number


@contextmanager
def database(kind: str) -> Iterator[str | None]:
    """The URL of an empty PostgreSQL that keeps what it promises; None: SQLite beside the site."""
    if kind == "sqlite":
        yield None
        return
    with own_server(options=("-c max_connections=200",)) as url:
        if url is None:
            sys.exit("PostgreSQL is not installed here: install the package postgresql.")
        yield url


@contextmanager
def site(url: str | None) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="studyhub-exam-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="benchmarks.settings",
            SECRET_KEY=secrets.token_urlsafe(48),
            HTTPS="0",
            DEBUG="0",
            DATA_DIR=folder,
            DATABASE_URL=url or f"sqlite:///{folder}/exam.sqlite3",
            LOG_LEVEL="ERROR",
        )
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        yield folder


def make_exam(learners: int, *, minutes: float) -> Exam:
    from django.utils import timezone

    from accounts.models import User
    from interviews.models import Assignment, Blueprint
    from questions.models import KeyPoint, Question, QuestionRevision, Topic

    topic = Topic.objects.at("exam")
    for number in range(QUESTIONS):
        question = Question.objects.create(slug=f"exam-{number}", status="published", topic=topic)
        revision = QuestionRevision.objects.create(
            question=question, prompt=f"How is a container kept apart, part {number}?", level="mid"
        )
        KeyPoint.objects.create(revision=revision, text="It shares the host's kernel.", position=0)
        Question.objects.filter(pk=question.pk).update(current_revision=revision)
    instructor = User.objects.create_user("ines@example.org", None, is_instructor=True)
    blueprint = Blueprint.objects.create(owner=instructor, title="Exam", minutes=ceil(minutes) + 60)
    blueprint.sections.create(count=QUESTIONS).topics.set([topic])
    given, for_saves_alone = (
        Assignment.objects.create(
            blueprint=blueprint, assigned_by=instructor, reveal=blueprint.reveal
        )
        for _exam in range(2)
    )
    people = [
        User.objects.create_user(f"learner-{number}@example.org", None)
        for number in range(learners)
    ]
    given.learners.set(people)
    begun = [for_saves_alone.start(each, now=timezone.now()) for each in people]
    return Exam(
        people=[logged_in(each) for each in people],
        assignment=given.pk,
        begun_before=for_saves_alone.pk,
        rooms=[f"/interviews/sittings/{each.pk}/" for each in begun],
        revision=revision.pk,
    )


def logged_in(user: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@contextmanager
def server(folder: str, *, workers: int, threads: int) -> Iterator[int]:
    """The server and the worker as `manage.py run` starts them."""
    from studyhub.management.commands import run

    os.environ.update(WEB_WORKERS=str(workers), WEB_THREADS=str(threads))
    port = free_port()
    run.allow_open_files()
    children = [run.start(run.server_command("127.0.0.1", port)), run.start([*run.MANAGE, "work"])]
    try:
        wait_for(port)
        yield port
    finally:
        run.stop(children)


def wait_for(port: int) -> None:
    for _attempt in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=2).close()  # noqa: S310
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server did not answer within a minute.")


async def sit(exam: Exam, port: int, minutes: float) -> Tally:
    tally, began = Tally(), time.perf_counter()
    ends, starting = began + 60 * minutes, min(60.0, 20.0 * minutes)
    tally.steady = began + starting, ends - SUBMIT_SECONDS
    browsers = exam.browsers(port)
    await asyncio.gather(
        *(
            Learner(
                number=number,
                browser=browser,
                tally=tally,
                starts=began + starting * number / len(browsers),
                saves_each=min(SAVE_SECONDS, SAVE_SECONDS * minutes),
                submits=ends - SUBMIT_SECONDS + SUBMIT_SECONDS * number / len(browsers),
                revision=exam.revision if number % BARE_ONE_IN == 0 else None,
            ).sit(exam.start)
            for number, browser in enumerate(browsers)
        )
    )
    return tally


@dataclass
class Learner:
    number: int
    browser: Browser
    tally: Tally
    starts: float  # time.perf_counter()
    submits: float
    saves_each: float  # seconds
    revision: int | None = None  # posts to the bare view of this one too; None: not at all
    room: str = ""
    numbers: list[int] = field(default_factory=list)

    async def sit(self, start: str) -> None:
        await self.noting_errors(self.sit_through(start))

    async def sit_through(self, start: str) -> None:
        await self.begin(start)
        await asyncio.gather(self.write(), self.watch_clock(), self.post_bare())
        await self.hand_in()

    async def noting_errors(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (OSError, TimeoutError, EOFError, ValueError) as error:
            self.tally.errors.append(f"learner {self.number}: {error!r}")
        finally:
            await self.browser.close()

    async def begin(self, start: str) -> None:
        await until(self.starts)
        await self.get("start page", start, planned=self.starts)
        answer = await self.post("start", start, {"number": "1"}, expected=302)
        self.room = answer.headers["location"]
        self.numbers = self.numbers_in(await self.get("room", self.room))

    @property
    def saves(self) -> int:
        return int((self.submits - self.starts) / self.saves_each - 0.5)

    async def write(self) -> None:
        for save in range(self.saves):
            planned = self.starts + self.saves_each * (save + 1)
            item = 1 + save // SAVES_A_QUESTION % QUESTIONS
            await until(planned)
            if save and save % SAVES_A_QUESTION == 0:
                await self.get("room", f"{self.room}?item={item}", planned=planned)
                planned = time.perf_counter()
            await self.save(item, save, planned)

    async def save(self, item: int, save: int, planned: float) -> None:
        text = WORDS * (save % SAVES_A_QUESTION + 1) + str(save)
        data = {"item": str(item), "number": str(self.numbers[item - 1]), "text": text}
        page = {"writer": f"writer-{self.number}", "sequence": str(save + 1)}
        answer = await self.post("save", f"{self.room}save/", data | page, planned=planned)
        said = json.loads(answer.body)
        self.numbers[item - 1] = said["number"]
        self.tally.acknowledged[self.number, item] = (said["number"], text)
        self.tally.acknowledgements += 1

    async def watch_clock(self) -> None:
        # A page has a connection for its saves; its clock does not wait for them.
        browser = Browser(self.browser.port, self.browser.session_key)
        planned = self.starts + CLOCK_SECONDS + 5
        while planned < self.submits - 5:
            await until(planned)
            await self.get("clock", f"{self.room}clock/", planned=planned, browser=browser)
            planned += CLOCK_SECONDS
        await browser.close()

    async def post_bare(self) -> None:
        """As often as they save, each between two saves, on a connection of its own."""
        if self.revision is None:
            return
        browser = Browser(self.browser.port, self.browser.session_key)
        for post in range(self.saves):
            planned = self.starts + self.saves_each * (post + 0.5)
            await until(planned)
            answer = await browser.post("/bare/", {"revision": str(self.revision)})
            self.noted("bare", answer, planned, expected=200)
        await browser.close()

    async def hand_in(self) -> None:
        await until(self.submits)
        await self.get("hand-in page", f"{self.room}submit/", planned=self.submits)
        await self.post("hand in", f"{self.room}submit/", {}, expected=302)
        await self.post("skip", f"{self.room}predict/", {"go": "skip"}, expected=302)
        await self.get("result", f"{self.room}result/")

    async def get(
        self, kind: str, path: str, *, planned: float | None = None, browser: Browser | None = None
    ) -> Answer:
        planned = planned or time.perf_counter()
        return self.noted(kind, await (browser or self.browser).get(path), planned, expected=200)

    async def post(
        self,
        kind: str,
        path: str,
        data: dict[str, str],
        *,
        planned: float | None = None,
        expected: int = 200,
    ) -> Answer:
        planned = planned or time.perf_counter()
        return self.noted(kind, await self.browser.post(path, data), planned, expected=expected)

    def noted(self, kind: str, answer: Answer, planned: float, *, expected: int) -> Answer:
        self.tally.note(kind, planned)
        if answer.status != expected:
            raise ValueError(f"{kind} answered {answer.status}, not {expected}")
        return answer

    def numbers_in(self, answer: Answer) -> list[int]:
        found = NUMBERS.search(answer.body.decode())
        if not found:
            raise ValueError("the room does not show its responses' numbers")
        return [int(each.split(":")[1]) for each in found[1].split()]


async def until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.perf_counter()))


async def measure_alone(exam: Exam, port: int) -> Tally:
    """A minute of everybody's saves and nothing else, then one of posts to the bare view."""
    tally = Tally()
    savers = learners_alone(exam, port, tally)
    await asyncio.gather(*(each.noting_errors(each.write()) for each in savers))
    posters = learners_alone(exam, port, tally)
    await asyncio.gather(*(each.noting_errors(each.post_bare()) for each in posters))
    return tally


def learners_alone(exam: Exam, port: int, tally: Tally) -> list[Learner]:
    """In the rhythm of the exam; four saves or posts each."""
    began = time.perf_counter()
    starts = [began + SAVE_SECONDS * each / len(exam.people) for each in range(len(exam.people))]
    return [
        Learner(
            number=number,
            browser=browser,
            tally=tally,
            starts=starts[number],
            submits=starts[number] + ALONE_SECONDS + SAVE_SECONDS,
            saves_each=SAVE_SECONDS,
            revision=exam.revision,
            room=exam.rooms[number],
            numbers=[0] * QUESTIONS,
        )
        for number, browser in enumerate(exam.browsers(port))
    ]


def count_lost(tally: Tally, assignment: UUID) -> int:
    """Acknowledged saves that nothing came after, and whose text is not what is stored now."""
    from interviews.models import Response

    stored: Stored = {
        (int(email.split("@")[0].removeprefix("learner-")), position + 1): (number, text)
        for email, position, number, text in Response.objects.filter(
            item__sitting__assignment=assignment
        ).values_list("item__sitting__learner__email", "item__position", "number", "text")
    }
    return sum(stored.get(key) != said for key, said in tally.acknowledged.items())


def report(options: argparse.Namespace, exam: Tally, alone: Tally, lost: int) -> None:
    print(
        f"{options.learners} learners, {options.minutes:g} minutes, {options.database}, "
        f"{options.workers} processes of {options.threads} threads, {os.cpu_count()} cores\n"
    )
    compared = {
        "in the exam": (exam.taken("save"), exam.taken("bare")),
        "steady": (exam.taken_steadily("save"), exam.taken_steadily("bare")),
        "alone": (alone.taken("save"), alone.taken("bare")),
    }
    rows = {kind: exam.taken(kind) for kind in exam.times}
    for when in ("steady", "alone"):
        rows |= dict(zip((f"save, {when}", f"bare, {when}"), compared[when], strict=True))
    print(f"{'request':<14}{'number':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'longest':>9}")
    for kind, times in rows.items():
        p50, p95, p99 = percentiles(times)
        longest = max(times, default=0.0)
        print(f"{kind:<14}{len(times):>8}{p50:>9.1f}{p95:>9.1f}{p99:>9.1f}{longest:>9.1f}")
    p50, p95, p99 = percentiles(rows.get("save", []))
    errors = exam.errors + alone.errors
    figures = {
        "learners": options.learners,
        "requests": exam.requests(),
        "errors": len(errors),
        "acknowledged": exam.acknowledgements,
        "lost": lost,
        "p50_ms": round(p50, 2),
        "p95_ms": round(p95, 2),
        "p99_ms": round(p99, 2),
        **figures_of("bare", rows.get("bare", [])),
        **figures_of("steady", rows["save, steady"]),
        **figures_of("bare_steady", rows["bare, steady"]),
        **figures_of("alone", rows["save, alone"]),
        **figures_of("bare_alone", rows["bare, alone"]),
    }
    print(f"\nrequests {figures['requests']}, errors {len(errors)}")
    print(
        f"acknowledged saves {exam.acknowledgements}, {alone.acknowledgements} alone; lost {lost}"
    )
    for when, (saves, posts) in compared.items():
        if posts and saves:
            said = [
                f"p{share} {one / other:.2f}"
                for share, one, other in zip(
                    (50, 95, 99), percentiles(saves), percentiles(posts), strict=True
                )
            ]
            print(f"a save beside a bare view, {when}: {', '.join(said)}")
    for error in errors[:10]:
        print(f"  {error}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def figures_of(name: str, times: list[float]) -> dict[str, float]:
    p50, _p95, p99 = percentiles(times)
    return {f"{name}_p50_ms": round(p50, 2), f"{name}_p99_ms": round(p99, 2)}


def percentiles(times: list[float]) -> tuple[float, float, float]:
    """p50, p95 and p99; zeros where nothing was measured."""
    if len(times) < 2:
        return (times or [0.0])[0], (times or [0.0])[0], (times or [0.0])[0]
    cuts = quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


if __name__ == "__main__":
    main()
