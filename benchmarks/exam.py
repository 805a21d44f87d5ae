"""Many learners sit the same interview at once, through the production server on this machine.

python -m benchmarks.exam [--learners 500] [--minutes 3] [--database sqlite|postgresql] [--json FILE]

They start within the first minute (or the first third, if that is shorter), save every 15 seconds
(or four times in all, if it is shorter than a minute), look at the clock every 30, turn to the next
question every minute, and all hand in within the last 10 seconds. Then the same client sends the same rhythm of posts to a bare Django view that knows who
asks and writes one row. A save's time counts from the moment it was planned, so a client that
cannot keep up makes the figures worse, never better. Client, server and worker share the cores.
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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from statistics import quantiles
from typing import Any

import django
from django.core.management import call_command

from benchmarks.arguments import at_least, file_to_write
from benchmarks.http_client import Answer, Browser
from tests.postgres import free_port, own_server

SAVE_SECONDS, CLOCK_SECONDS, SUBMIT_SECONDS, BARE_SECONDS = 15, 30, 10, 60
SAVES_A_QUESTION = 4
SHORTEST, LONGEST = 0.3, 480  # minutes: those handing in take ten seconds
QUESTIONS = 6
WORDS = "A container shares the kernel of its host, and namespaces keep it apart from others. "
NUMBERS = re.compile(r'data-numbers="([\d: ]*)"')


@dataclass
class Tally:
    """What the client saw. Times in milliseconds; acknowledged: (learner, question) to number, text."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    acknowledged: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    acknowledgements: int = 0

    def requests(self) -> int:
        return sum(map(len, self.times.values()))

    def note(self, kind: str, planned: float) -> None:
        self.times.setdefault(kind, []).append(1000 * (time.perf_counter() - planned))


def main() -> None:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or the server would outlive us
    with database(options.database) as url, site(url) as folder:
        people, assignment, revision = make_exam(options.learners, minutes=options.minutes)
        with server(folder, workers=options.workers, threads=options.threads) as port:
            browsers = [Browser(port, key) for key in people]
            exam = asyncio.run(sit(browsers, f"/interviews/{assignment}/", options.minutes))
            bare = asyncio.run(post_bare([Browser(port, key) for key in people], revision))
        lost = count_lost(exam)
    report(options, exam, bare, lost)


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


def make_exam(learners: int, *, minutes: float) -> tuple[list[str], str, int]:
    """Session keys of learners who are logged in, the assignment's id, and any revision's key."""
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
    blueprint = Blueprint.objects.create(owner=instructor, title="Exam", minutes=ceil(minutes) + 5)
    blueprint.sections.create(count=QUESTIONS).topics.set([topic])
    assignment = Assignment.objects.create(
        blueprint=blueprint, assigned_by=instructor, reveal=blueprint.reveal
    )
    people = [
        User.objects.create_user(f"learner-{number}@example.org", None)
        for number in range(learners)
    ]
    assignment.learners.set(people)
    return [logged_in(each) for each in people], str(assignment.pk), revision.pk


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


async def sit(browsers: list[Browser], start: str, minutes: float) -> Tally:
    tally, began = Tally(), time.perf_counter()
    ends, starting = began + 60 * minutes, min(60.0, 20.0 * minutes)
    await asyncio.gather(
        *(
            Learner(
                number=number,
                browser=browser,
                tally=tally,
                starts=began + starting * number / len(browsers),
                saves_each=min(SAVE_SECONDS, SAVE_SECONDS * minutes),
                submits=ends - SUBMIT_SECONDS + SUBMIT_SECONDS * number / len(browsers),
            ).sit(start)
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
    room: str = ""
    numbers: list[int] = field(default_factory=list)

    async def sit(self, start: str) -> None:
        try:
            await self.begin(start)
            await asyncio.gather(self.write(), self.watch_clock())
            await self.hand_in()
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

    async def write(self) -> None:
        saves = int((self.submits - self.starts) / self.saves_each - 0.5)
        for save in range(saves):
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


async def post_bare(browsers: list[Browser], revision: int) -> Tally:
    """The same people post at the same rhythm, to the view that any page is measured against."""
    tally, began = Tally(), time.perf_counter() + 1

    async def one(number: int, browser: Browser) -> None:
        for turn in range(BARE_SECONDS // SAVE_SECONDS):
            planned = began + SAVE_SECONDS * (turn + number / len(browsers))
            await until(planned)
            try:
                answer = await browser.post("/bare/", {"revision": str(revision)})
            except (OSError, TimeoutError, EOFError) as error:
                tally.errors.append(f"bare view, learner {number}: {error!r}")
                continue
            tally.note("bare", planned)
            if answer.status != 200:
                tally.errors.append(f"bare view answered {answer.status}")
        await browser.close()

    await asyncio.gather(*(one(number, browser) for number, browser in enumerate(browsers)))
    return tally


def count_lost(tally: Tally) -> int:
    """Acknowledged saves that nothing came after, and whose text is not what is stored now."""
    from interviews.models import Response

    stored = {
        (int(email.split("@")[0].removeprefix("learner-")), position + 1): (number, text)
        for email, position, number, text in Response.objects.values_list(
            "item__sitting__learner__email", "item__position", "number", "text"
        )
    }
    return sum(stored.get(key) != said for key, said in tally.acknowledged.items())


def report(options: argparse.Namespace, exam: Tally, bare: Tally, lost: int) -> None:
    print(
        f"{options.learners} learners, {options.minutes:g} minutes, {options.database}, "
        f"{options.workers} processes of {options.threads} threads, {os.cpu_count()} cores\n"
    )
    print(f"{'request':<14}{'number':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'longest':>9}")
    for kind, times in [*exam.times.items(), *bare.times.items()]:
        p50, p95, p99 = percentiles(times)
        print(f"{kind:<14}{len(times):>8}{p50:>9.1f}{p95:>9.1f}{p99:>9.1f}{max(times):>9.1f}")
    p50, p95, p99 = percentiles(exam.times.get("save", []))
    bare_p50, _, bare_p99 = percentiles(bare.times.get("bare", []))
    errors = exam.errors + bare.errors
    figures = {
        "learners": options.learners,
        "requests": exam.requests(),
        "errors": len(errors),
        "acknowledged": exam.acknowledgements,
        "lost": lost,
        "p50_ms": round(p50, 2),
        "p95_ms": round(p95, 2),
        "p99_ms": round(p99, 2),
        "bare_p50_ms": round(bare_p50, 2),
        "bare_p99_ms": round(bare_p99, 2),
    }
    print(f"\nrequests {figures['requests']}, errors {len(errors)}")
    print(f"acknowledged saves {exam.acknowledgements}, lost {lost}")
    if bare_p50:
        print(f"a save beside a bare view: p50 {p50 / bare_p50:.2f}, p99 {p99 / bare_p99:.2f}")
    for error in errors[:10]:
        print(f"  {error}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def percentiles(times: list[float]) -> tuple[float, float, float]:
    """p50, p95 and p99; zeros where nothing was measured."""
    if len(times) < 2:
        return (times or [0.0])[0], (times or [0.0])[0], (times or [0.0])[0]
    cuts = quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


if __name__ == "__main__":
    main()
