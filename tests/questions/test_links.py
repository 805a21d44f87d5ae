"""Whether the pages that the bank refers to are still there: who looks when, and what is kept."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils.module_loading import import_string

from accounts.models import User
from questions import editing, links, tasks
from questions.management.commands import check_links as command
from questions.models import LinkCheck, Reference
from questions.web import Looker, Seen, Verdict
from tests.at_once import at_once
from tests.factories import NOON, make_link, make_question, make_user
from tests.questions.test_editing import ready_question

DAY = timedelta(days=1)
FINE, GONE = Seen(verdict=Verdict.FINE, status=200), Seen(verdict=Verdict.GONE, status=404)
TIMEOUT = Seen(verdict=Verdict.TIMEOUT)

pytestmark = pytest.mark.django_db


class Web:
    """Answers by address, or for a whole host; everything else is there."""

    def __init__(self, **answers: Seen) -> None:
        self.answers: dict[str, Seen] = answers
        self.asked: list[str] = []

    def look(self, url: str, *, now: datetime) -> Seen:
        self.asked.append(url)
        host = url.partition("://")[2].partition("/")[0]
        return self.answers.get(url) or self.answers.get(host) or FINE


def check(web: Web, *, now: datetime = NOON, **options: Any) -> links.Run:
    return links.check(web.look, now=now, **{"pause": timedelta(0), **options})


def outcomes() -> dict[str, str]:
    return dict(LinkCheck.objects.values_list("url", "outcome"))


# Which pages


def test_pages_of_published_questions_are_looked_at_once_each(alice: User) -> None:
    make_question(references=("https://a.org/x#one", "https://a.org/x#two", "https://b.org/"))
    make_question(references=("https://a.org/x",))
    make_question(private_to=alice, references=("https://private.org/",))
    make_question(status="draft", references=("https://draft.org/",))
    make_question(status="retired", references=("https://retired.org/",))
    web = Web()
    check(web)
    assert sorted(web.asked) == ["https://a.org/x", "https://b.org/"]
    assert outcomes() == {"https://a.org/x": "fine", "https://b.org/": "fine"}


def test_drafts_and_older_texts_are_not_looked_at(edda: User, now: datetime) -> None:
    question = ready_question(references=("https://old.org/",))
    draft = editing.start_draft(question, author=edda, now=now)
    draft.references.update(url="https://new.org/")
    web = Web()
    check(web)
    editing.publish_draft(draft, actor=edda, now=now)
    check(web)
    assert web.asked == ["https://old.org/", "https://new.org/"]
    assert outcomes() == {"https://new.org/": "fine"}


def test_page_is_the_same_for_the_database_and_for_us() -> None:
    urls = ("https://a.org/x#y#z", "https://a.org/#", "https://a.org/?q=1", "https://a.org/ü#ü")
    make_question(references=urls)
    for reference in links.with_page(Reference.objects.all()):
        assert reference.page == links.page_of(reference.url)


def test_sites_take_turns() -> None:
    """In the order of their addresses, a site would be asked for page after page."""
    a, b = (tuple(f"https://{host}.org/{number}" for number in range(3)) for host in "ab")
    make_question(references=(*a, *b))
    web = Web()
    check(web, limit=4)
    assert web.asked == [a[0], b[0], a[1], b[1]]


def test_looking_asks_the_database_the_same_for_few_pages_to_watch_and_for_many(
    django_assert_num_queries: Any,
) -> None:
    make_question(references=tuple(f"https://a.org/{number}" for number in range(40)))
    links.watch(now=NOON)
    savepoint, turn = 2, int(connection.vendor == "postgresql")
    with django_assert_num_queries(2 + savepoint + turn):
        links.watch(now=NOON)


# When


def test_page_is_looked_at_weekly() -> None:
    make_question()
    web = Web()
    for days in (0, 1, 6.9, 7):
        check(web, now=NOON + days * DAY)
    assert len(web.asked) == 2


def test_gone_page_is_broken_a_day_later_and_mended_when_it_is_back() -> None:
    make_question()
    web = Web(**{"docs.docker.com": GONE})
    told = []
    for days in (0, 0.5, 1, 8):
        if days == 8:
            web.answers = {}
        check(web, now=NOON + days * DAY)
        link = LinkCheck.objects.get()
        told.append((link.outcome, link.status, link.failing_since))
    assert told == [
        ("unreachable", 404, NOON),
        ("unreachable", 404, NOON),
        ("broken", 404, NOON),
        ("fine", 200, None),
    ]
    assert len(web.asked) == 3


def test_run_ends_after_its_time_and_leaves_the_rest_to_the_next() -> None:
    make_question(references=tuple(f"https://{number}.org/" for number in range(4)))
    web = Web()
    assert len(check(web, run_for=timedelta(0)).looked_at) == 1
    assert len(check(web, limit=2).looked_at) == 2
    assert len(check(web).looked_at) == 1
    assert len(set(web.asked)) == 4


def test_there_is_a_pause_between_two_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    make_question(references=("https://a.org/1", "https://a.org/2", "https://b.org/"))
    slept: list[float] = []
    monkeypatch.setattr(links.time, "sleep", slept.append)
    links.check(Web().look, now=NOON)
    assert slept == [1, 1]


def test_busy_site_is_left_alone_with_all_its_pages() -> None:
    busy = Seen(verdict=Verdict.BUSY, status=429, wait=timedelta(hours=5))
    make_question(references=("https://a.org/1", "https://a.org/2", "https://b.org/"))
    web = Web(**{"a.org": busy})
    check(web)
    assert web.asked == ["https://a.org/1", "https://b.org/"]
    make_question(references=("https://a.org/3",))
    check(web, now=NOON + timedelta(hours=4))
    assert len(web.asked) == 2
    check(Web(), now=NOON + timedelta(hours=5))
    assert outcomes()["https://a.org/2"] == outcomes()["https://a.org/3"] == "fine"


def test_what_an_editor_asks_for_comes_first() -> None:
    make_question(references=("https://a.org/1", "https://b.org/2"))
    check(Web())
    link = LinkCheck.objects.get(url="https://b.org/2")
    assert link.ask_again(now=NOON + DAY)
    web = Web()
    check(web, now=NOON + DAY)
    assert web.asked == ["https://b.org/2"]
    link.refresh_from_db()
    assert link.asked_at is None
    assert link.next_look_at == NOON + 8 * DAY


def test_nobody_asks_a_site_that_asked_to_be_left_alone() -> None:
    link = make_link(wait_until=NOON + timedelta(hours=1))
    assert not link.ask_again(now=NOON)
    assert link.ask_again(now=NOON + timedelta(hours=1))


# Offline


def test_machine_without_a_net_holds_nothing_against_links() -> None:
    make_question(references=("https://a.org/", "https://b.org/"))
    nowhere = Seen(verdict=Verdict.NO_SUCH_HOST)
    web = Web(**{"a.org": nowhere, "b.org": TIMEOUT})
    for hours in (0, 1, 30):
        run = check(web, now=NOON + timedelta(hours=hours))
        assert run.is_offline
        assert run.looked_at == []
    assert set(outcomes().values()) == {"waiting"}
    check(web, now=NOON + timedelta(hours=30, minutes=59))
    assert len(web.asked) == 6


def test_one_silent_site_is_compared_with_one_that_answered_before() -> None:
    """What fails is looked at daily, so that runs of nothing but failing links are common."""
    make_question(references=("https://dead.org/", "https://alive.org/"))
    web = Web(**{"dead.org": TIMEOUT})
    check(web)
    run = check(web, now=NOON + DAY)
    assert web.asked[-2:] == ["https://dead.org/", "https://alive.org/"]
    assert not run.is_offline
    assert LinkCheck.objects.get(url="https://dead.org/").failed_looks == 2
    web.answers["alive.org"] = TIMEOUT
    assert check(web, now=NOON + 2 * DAY).is_offline
    assert LinkCheck.objects.get(url="https://dead.org/").failed_looks == 2
    assert outcomes()["https://alive.org/"] == "fine"
    assert not LinkCheck.objects.exclude(claimed_until=None).exists()


def test_first_site_is_compared_with_one_that_nobody_looked_at() -> None:
    make_question(references=("https://dead.org/", "https://alive.org/"))
    links.watch(now=NOON)
    LinkCheck.objects.filter(url="https://alive.org/").update(next_look_at=NOON + DAY)
    web = Web(**{"dead.org": TIMEOUT, "alive.org": TIMEOUT})
    assert check(web).is_offline
    assert set(outcomes().values()) == {"waiting"}
    web.answers["alive.org"] = FINE
    assert not check(web, now=NOON + timedelta(hours=1)).is_offline
    assert outcomes() == {"https://dead.org/": "unreachable", "https://alive.org/": "fine"}


def test_address_that_is_not_public_is_no_comparison_either() -> None:
    make_question(references=("https://dead.org/", "http://10.0.0.1/"))
    links.watch(now=NOON)
    LinkCheck.objects.filter(host="10.0.0.1").update(next_look_at=NOON + DAY)
    inside = Seen(verdict=Verdict.NOT_PUBLIC)
    assert check(Web(**{"dead.org": TIMEOUT, "10.0.0.1": inside})).is_offline
    assert outcomes() == {"https://dead.org/": "waiting", "http://10.0.0.1/": "unreachable"}


def test_only_site_there_is_may_be_dead() -> None:
    make_question()
    assert not check(Web(**{"docs.docker.com": TIMEOUT})).is_offline
    assert set(outcomes().values()) == {"unreachable"}


def test_address_that_is_not_public_is_no_sign_of_a_net() -> None:
    make_question(references=("http://10.0.0.1/", "https://a.org/", "https://b.org/"))
    inside = Seen(verdict=Verdict.NOT_PUBLIC)
    run = check(Web(**{"10.0.0.1": inside, "a.org": TIMEOUT, "b.org": TIMEOUT}))
    assert run.is_offline
    assert outcomes()["http://10.0.0.1/"] == "unreachable"


# Where it moved


def moved_to(address: str) -> Seen:
    return Seen(verdict=Verdict.FINE, status=200, moved_to=address)


@pytest.mark.parametrize(
    "address",
    [
        "https://docs.docker.com/build/#here",
        "http://docs.docker.com/manuals/",
        "https://docs.docker.com/" + "x" * 500,
        "https://docs docker.com/",
        "",
    ],
)
def test_move_that_no_reference_should_follow_is_none(address: str) -> None:
    make_question()
    check(Web(**{"docs.docker.com": moved_to(address)}))
    assert set(outcomes().values()) == {"fine"}


def test_page_that_is_at_the_start_of_a_site_now_is_told_apart() -> None:
    def leads_home(url: str, to: str) -> bool:
        return LinkCheck(url=url, outcome="moved", moved_to=to).leads_home

    assert leads_home("https://a.org/docs/x", "https://a.org/")
    assert leads_home("https://a.org/docs/x", "https://b.org")
    assert not leads_home("https://a.org/docs/x", "https://a.org/docs/y")
    assert not leads_home("http://a.org/", "https://a.org/")


def test_new_address_makes_a_draft_that_says_what_changed(edda: User, now: datetime) -> None:
    question = ready_question(
        references=("https://a.org/old#part", "https://a.org/old", "https://b.org/")
    )
    link = make_link("https://a.org/old", outcome="moved", moved_to="https://a.org/new")
    draft = links.use_new_address(question, link, author=edda, now=now)
    assert draft is not None
    assert [each.url for each in draft.references.all()] == [
        "https://a.org/new#part",
        "https://a.org/new",
        "https://b.org/",
    ]
    assert (draft.change, draft.change_note) == ("typo", "A reference has a new address.")
    assert links.use_new_address(question, link, author=edda, now=now) == draft
    published = editing.publish_draft(draft, actor=edda, now=now)
    assert published.pk == draft.pk
    assert question.revisions.count() == 2


def test_new_address_goes_into_the_draft_there_is(edda: User, bob: User, now: datetime) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=bob, now=now)
    draft.change_note = "Half-way"
    draft.save()
    link = make_link(outcome="moved", moved_to="https://docs.docker.com/new/#top")
    assert links.use_new_address(question, link, author=edda, now=now) == draft
    draft.refresh_from_db()
    assert draft.change_note == "Half-way"
    assert draft.references.get().url == "https://docs.docker.com/new/#top"


def test_new_address_of_what_is_not_referred_to_changes_nothing(edda: User, now: datetime) -> None:
    question = ready_question()
    elsewhere = make_link("https://a.org/", outcome="moved", moved_to="https://b.org/")
    still_there = make_link(outcome="fine")
    for link in (elsewhere, still_there):
        assert links.use_new_address(question, link, author=edda, now=now) is None
    assert question.revisions.count() == 1


# Several at once


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_pages_and_never_ask_one_site_together(shared_database: None) -> None:
    make_question(references=tuple(f"https://{n % 3}.org/{n}" for n in range(12)))
    links.watch(now=NOON)

    def claim() -> list[tuple[str, str]]:
        due = LinkCheck.objects.due(NOON)[:2]
        return [(link.host, link.url) for link in links.claim(due, now=NOON)]

    one, other = at_once(claim, claim)
    assert one
    assert other
    assert not {host for host, _url in one} & {host for host, _url in other}


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_look_at_nothing_twice(shared_database: None) -> None:
    make_question(references=tuple(f"https://{n}.org/" for n in range(12)))
    web = Web()

    def run() -> int:
        return len(check(web, limit=6).looked_at)

    assert sum(at_once(run, run)) == 12
    assert len(web.asked) == len(set(web.asked)) == 12


@pytest.mark.django_db(transaction=True)
def test_two_editors_who_use_a_new_address_at_once_make_one_draft(shared_database: None) -> None:
    one, other = make_user(is_editor=True), make_user(is_editor=True)
    question = ready_question()
    link = make_link(outcome="moved", moved_to="https://docs.docker.com/new/")

    def use(editor: User) -> int:
        draft = links.use_new_address(question, link, author=editor, now=NOON)
        assert draft is not None
        return draft.pk

    first, second = at_once(lambda: use(one), lambda: use(other))
    assert first == second
    assert question.revisions.count() == 2
    assert Reference.objects.get(revision=first).url == "https://docs.docker.com/new/"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")
@pytest.mark.parametrize("late", ["note", "watch", "claim"])
def test_rows_are_locked_in_the_order_of_their_keys(shared_database: None, late: str) -> None:
    """Who comes second waits at the first row, and holds none that the other wants next."""
    first, second = make_link("https://a.org/1"), make_link("https://a.org/2")
    LinkCheck.objects.filter(pk=first.pk).update(status=200)  # it lies behind the other now
    is_locked = Event()

    def early() -> str:
        with transaction.atomic():
            LinkCheck.objects.filter(pk=first.pk).update(status=201)
            is_locked.set()
            assert is_waited_for()
            LinkCheck.objects.filter(pk=second.pk).update(status=201)
        return "early"

    def later() -> str:
        assert is_locked.wait(timeout=20)
        busy = Seen(verdict=Verdict.BUSY, status=429)
        if late == "note":
            second.note(busy, now=NOON)
        elif late == "watch":
            links.watch(now=NOON)
        else:
            links.claim(LinkCheck.objects.order_by("-pk"), now=NOON)
        return "late"

    assert at_once(early, later) == ["early", "late"]


def is_waited_for() -> bool:
    """Whether another connection comes to wait for what this one has locked, within 20 seconds."""
    waiting = "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        for _turn in range(400):
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return True
            time.sleep(0.05)
    return False


def test_claim_of_a_worker_that_died_ends_by_itself() -> None:
    make_question()
    links.watch(now=NOON)
    assert links.claim(LinkCheck.objects.due(NOON), now=NOON)
    assert not links.claim(LinkCheck.objects.due(NOON), now=NOON)
    later = NOON + links.CLAIM
    assert links.claim(LinkCheck.objects.due(later), now=later)


def test_worker_that_comes_too_late_notes_nothing() -> None:
    make_question()
    links.watch(now=NOON)
    (late,) = links.claim(LinkCheck.objects.due(NOON), now=NOON)
    later = NOON + links.CLAIM
    (link,) = links.claim(LinkCheck.objects.due(later), now=later)
    assert link.note(FINE, now=later)
    assert not late.note(GONE, now=later)
    assert outcomes() == {link.url: "fine"}


def test_failure_half_way_leaves_no_claim() -> None:
    make_question(references=("https://a.org/", "https://b.org/"))

    def look(url: str, *, now: datetime) -> Seen:
        if "b.org" in url:
            raise KeyboardInterrupt
        return FINE

    with pytest.raises(KeyboardInterrupt):
        links.check(look, now=NOON, pause=timedelta(0))
    assert not LinkCheck.objects.exclude(claimed_until=None).exists()
    assert outcomes() == {"https://a.org/": "fine", "https://b.org/": "waiting"}


# The worker


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Web:
    """In place of the internet; and nobody waits."""
    web = Web()
    monkeypatch.setattr(Looker, "look", lambda self, url, now: web.look(url, now=now))
    monkeypatch.setattr(links.time, "sleep", lambda seconds: None)
    return web


def test_nothing_is_asked_unless_it_is_switched_on(net: Web, settings: Any) -> None:
    make_question()
    assert settings.CHECK_LINKS is False
    assert "questions.tasks.check_links" not in settings.PERIODIC_JOBS
    tasks.check_links.call()
    with pytest.raises(CommandError) as refused:
        call_command("check_links")
    assert refused.value.returncode == 2
    assert net.asked == []
    assert not LinkCheck.objects.exists()


def test_worker_looks_every_five_minutes_if_it_is_switched_on(net: Web, settings: Any) -> None:
    settings.CHECK_LINKS = True
    make_question()
    with time_machine.travel(NOON, tick=False):
        import_string("questions.tasks.check_links").call()
    assert LinkCheck.objects.get().looked_at == NOON


# The command


@pytest.fixture
def on(settings: Any) -> None:
    settings.CHECK_LINKS = True


def run_command(*arguments: str, now: datetime = NOON) -> int:
    """Its exit status."""
    with time_machine.travel(now, tick=False):
        try:
            call_command("check_links", *arguments)
        except SystemExit as stopped:
            return int(str(stopped.code))
        except CommandError as error:
            return error.returncode
    return 0


def test_command_looks_at_all_that_is_due(
    net: Web, on: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_question(references=tuple(f"https://a.org/{number}" for number in range(40)))
    assert run_command() == 0
    assert capsys.readouterr().out == "Pages looked at: 40, there: 40.\n"
    assert run_command() == 0
    assert capsys.readouterr().out == "Pages looked at: 0, there: 0.\n"


def test_command_stops_at_its_limit(net: Web, on: None) -> None:
    make_question(references=tuple(f"https://a.org/{number}" for number in range(40)))
    assert run_command("--limit", "17") == 0
    assert len(net.asked) == 17
    for wrong in ("0", "-1", "many"):
        with pytest.raises(CommandError):
            call_command("check_links", "--limit", wrong)


def test_command_tells_what_is_broken_and_where_it_is_used(
    net: Web, on: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_question(slug="one", references=("https://a.org/gone#part", "https://b.org/old"))
    make_question(slug="two", references=("https://a.org/gone", "https://c.org/"))
    net.answers = {
        "https://a.org/gone": GONE,
        "https://b.org/old": moved_to("https://b.org/new"),
        "https://c.org/": Seen(verdict=Verdict.REFUSED, status=403),
    }
    assert run_command() == 0
    capsys.readouterr()
    assert run_command(now=NOON + DAY) == 1
    told = capsys.readouterr().out
    assert (
        "Broken: 1\n  https://a.org/gone: The page is not there (404), since 2026-11-23. one, two"
        in told
    )
    assert "https://b.org/old: https://b.org/new. one" in told
    assert (
        "https://c.org/: The site lets no program in, though it may let people in (403), since"
        in told
    )


def test_command_prints_one_json_object(
    net: Web, on: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_question(slug="one", references=("https://a.org/gone#part", "https://c.org/"))
    net.answers = {"a.org": GONE}
    run_command()
    capsys.readouterr()
    assert run_command("--json", now=NOON + DAY) == 1
    assert json.loads(capsys.readouterr().out) == {
        **{"looked_at": 1, "fine": 0, "moved": 0, "broken": 1, "unreachable": 0},
        "is_offline": False,
        "problems": [
            {
                **{"url": "https://a.org/gone", "outcome": "broken", "status": 404},
                **{"reason": "gone", "moved_to": "", "since": "2026-11-23T12:00:00+00:00"},
                "questions": ["one"],
            }
        ],
    }


def test_command_says_that_this_machine_is_offline(
    net: Web, on: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_question(references=("https://a.org/", "https://b.org/"))
    net.answers = {"a.org": TIMEOUT, "b.org": TIMEOUT}
    assert run_command("--json") == 2
    assert json.loads(capsys.readouterr().out)["is_offline"] is True


def test_command_asks_the_database_the_same_for_one_problem_and_for_many(
    django_assert_num_queries: Any,
) -> None:
    for number in range(8):
        make_link(f"https://a.org/{number}", outcome="broken")
        make_question(references=(f"https://a.org/{number}",))
    with django_assert_num_queries(2):
        assert len(command.problems_now()) == 8
