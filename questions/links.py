"""Whether the pages that the bank refers to are still there: who looks when, and what is found.

Only the published texts of the bank are looked at. What people keep to themselves is not: by it
somebody could make the server ask for any address they like.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched, zip_longest
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Left, StrIndex
from django.utils.translation import gettext

from accounts.models import User
from questions import editing
from questions.dead_links import time_to_wait
from questions.locking import lock_links
from questions.models import LinkCheck, Question, QuestionRevision, Reference
from questions.models.links import LONGEST_URL
from questions.web import SILENT, Seen, Verdict

# As many as a run of the worker gets through; with a second between them nobody is pressed.
LINKS_AT_ONCE = 15
RUN_FOR = timedelta(seconds=20)
PAUSE = timedelta(seconds=1)
# Far longer than a run takes, whose looks end after 15 seconds each.
CLAIM = timedelta(minutes=10)
TRY_AGAIN_AFTER = timedelta(hours=1)
# Due for so long and not looked at: nobody seems to look.
LATE_AFTER = timedelta(days=2)

type Look = Callable[..., Seen]  # (url, *, now)


def page_of(url: str) -> str:
    """Without the fragment, which no site is asked for."""
    return url.partition("#")[0]


def with_page(references: QuerySet[Reference]) -> QuerySet[Any]:
    """Each with `page`: what `page_of` makes of its address."""
    mark = Value("#")
    cut = Left("url", StrIndex("url", mark) - 1)
    page = Case(When(url__contains="#", then=cut), default="url", output_field=CharField())
    return references.annotate(page=page)


def references_shown() -> QuerySet[Reference]:
    """Those of the bank's published texts."""
    shared = Question.objects.shared().values("current_revision")
    return Reference.objects.filter(revision__in=shared)


@transaction.atomic
def watch(*, now: datetime) -> None:
    """One row for each page that the bank refers to, and none for others."""
    lock_links()
    urls = references_shown().values_list("url", flat=True)
    pages = {page_of(url) for url in urls.distinct().iterator()}
    known = dict(LinkCheck.objects.values_list("url", "pk"))
    LinkCheck.objects.bulk_create(
        LinkCheck(url=page, host=host_of(page), next_look_at=now)
        for page in in_turn(pages - known.keys())
    )
    for keys in batched(sorted(pk for page, pk in known.items() if page not in pages), 500):
        gone = LinkCheck.objects.filter(pk__in=keys)
        gone.lock()
        gone.delete()


def in_turn(pages: Iterable[str]) -> list[str]:
    """The first of each host, then the second of each: no site is asked for one after another."""
    by_host = defaultdict(list)
    for page in sorted(pages):
        by_host[host_of(page)].append(page)
    rounds = zip_longest(*by_host.values())
    return [page for turn in rounds for page in turn if page is not None]


def host_of(page: str) -> str:
    try:
        return (urlsplit(page).hostname or "")[:255]
    except ValueError:
        return ""


@transaction.atomic
def claim(links: QuerySet[LinkCheck], *, now: datetime) -> list[LinkCheck]:
    """These, which nobody else gets meanwhile, nor any other of the same hosts.

    `links` must be free ones: they are chosen while all others who claim wait.
    """
    lock_links()
    found = list(links)
    keys = [link.pk for link in found]
    chosen = LinkCheck.objects.filter(pk__in=keys)
    chosen.lock()
    chosen.update(claimed_until=now + CLAIM)
    for link in found:
        link.claimed_until = now + CLAIM
    return found


def _release(link: LinkCheck, **changes: Any) -> None:
    """If it is still ours and nothing was noted of it."""
    if link.claimed_until:
        ours = LinkCheck.objects.filter(pk=link.pk, claimed_until=link.claimed_until)
        ours.update(claimed_until=None, **changes)
        link.claimed_until = None


def check(
    look: Look,
    *,
    now: datetime,
    limit: int = LINKS_AT_ONCE,
    run_for: timedelta = RUN_FOR,
    pause: timedelta = PAUSE,
) -> Run:
    """Look at what is due, one after another. Begins no look after `run_for`, but for the first."""
    watch(now=now)
    links = claim(LinkCheck.objects.due(now)[:limit], now=now)
    run = Run(look=look, now=now)
    try:
        for link in _paced(links, run_for=run_for, pause=pause):
            run.look_at(link)
        run.settle()
    finally:
        for link in links:
            _release(link)
    return run


def _paced(
    links: Sequence[LinkCheck], *, run_for: timedelta, pause: timedelta
) -> Iterator[LinkCheck]:
    ends_at = time.monotonic() + run_for.total_seconds()
    for number, link in enumerate(links):
        if number:
            if time.monotonic() + pause.total_seconds() > ends_at:
                return
            time.sleep(pause.total_seconds())
        yield link


@dataclass(slots=True, kw_only=True)
class Run:
    """Some looks by one who claimed the links. What answered is noted at once, silence at the end.

    `is_offline`: no site at all answered, so it is this machine, and nothing is held against a link.
    """

    look: Look
    now: datetime
    looked_at: list[LinkCheck] = field(default_factory=list)
    silent: list[tuple[LinkCheck, Seen]] = field(default_factory=list)
    left_alone: set[str] = field(default_factory=set)
    has_answer: bool = False
    is_offline: bool = False

    def look_at(self, link: LinkCheck) -> None:
        if link.host in self.left_alone:
            return
        seen = self.look(link.url, now=self.now)
        if seen.verdict in SILENT:
            self.silent.append((link, seen))
            return
        self.has_answer = self.has_answer or seen.verdict != Verdict.NOT_PUBLIC
        if time_to_wait(seen):
            self.left_alone.add(link.host)
        self._note(link, seen)

    def settle(self) -> None:
        """Whose silence was it?"""
        self.is_offline = bool(self.silent) and not (self.has_answer or self._anybody_answers())
        for link, seen in self.silent:
            if self.is_offline:
                _release(link, next_look_at=self.now + TRY_AGAIN_AFTER, asked_at=None)
            else:
                self._note(link, seen)

    def _note(self, link: LinkCheck, seen: Seen) -> None:
        if link.note(seen, now=self.now):
            self.looked_at.append(link)

    def _anybody_answers(self) -> bool:
        """Whether a page elsewhere does: the one that was there last, or one nobody looked at yet.

        Where there is none, several silent sites at once are taken for a sign of the contrary.
        """
        hosts = {link.host for link, _seen in self.silent}
        elsewhere = LinkCheck.objects.free(self.now).filter(failing_since=None)
        seen_last = F("looked_at").desc(nulls_last=True)
        chosen = elsewhere.exclude(host__in=hosts).order_by(seen_last, "pk")[:1]
        for other in claim(chosen, now=self.now):
            seen = self.look(other.url, now=self.now)
            if seen.verdict in SILENT:
                _release(other)
                return False
            self._note(other, seen)
            return seen.verdict != Verdict.NOT_PUBLIC
        return len(hosts) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A reference of a question, and what its page came to."""

    reference: Reference
    link: LinkCheck

    @property
    def new_address(self) -> str:
        return moved(self.reference.url, self.link)


def moved(url: str, link: LinkCheck) -> str:
    """The new address of a reference, to the same place within the page.

    To the page as a whole if a reference has no room for more.
    """
    fragment = url.partition("#")[2]
    if not fragment or "#" in link.moved_to:
        return link.moved_to
    complete = f"{link.moved_to}#{fragment}"
    return complete if len(complete) <= LONGEST_URL else link.moved_to


def found_in(revisions: Iterable[int | None]) -> defaultdict[int, list[Found]]:
    """What is to be mended in each of these texts, in the order of its references. Two queries."""
    references = list(
        with_page(Reference.objects.filter(revision__in=[pk for pk in revisions if pk]))
    )
    pages = {reference.page for reference in references}
    links = {link.url: link for link in LinkCheck.objects.to_mend().filter(url__in=pages)}
    found = defaultdict[int, list[Found]](list)
    for reference in references:
        if link := links.get(reference.page):
            found[reference.revision_id].append(Found(reference=reference, link=link))
    return found


def mark_broken(revision: QuestionRevision) -> None:
    """References whose page is gone have it as `broken`. One query, where links are looked at."""
    if not settings.CHECK_LINKS:
        return
    references: list[Any] = list(revision.references.all())
    pages = {page_of(reference.url) for reference in references}
    broken = LinkCheck.objects.filter(outcome=LinkCheck.Outcome.BROKEN, url__in=pages)
    found = {link.url: link for link in broken}
    for reference in references:
        reference.broken = found.get(page_of(reference.url))


def leads_to(links: QuerySet[LinkCheck], *, revision: str) -> Exists:
    """For a queryset whose `revision` is a text: whether a reference of it leads to one of these."""
    links = links.filter(url=OuterRef("page"))
    references = Reference.objects.filter(revision=OuterRef(revision))
    return Exists(with_page(references).filter(Exists(links)))


@transaction.atomic
def use_new_address(
    question: Question, link: LinkCheck, *, author: User, now: datetime
) -> QuestionRevision | None:
    """The draft there is, or a new one, in which the reference leads to where the page is now.

    None: the text has no such reference, or the page is not known to have moved. Locks the question.
    """
    current = editing.locked(question.pk).current_revision
    draft = editing.draft_of(question)
    text = draft or current
    if text is None or not link.moved_to:
        return None
    references = with_page(Reference.objects.filter(revision=text)).filter(page=link.url)
    if not references:
        new = page_of(link.moved_to)
        is_done = draft and any(page_of(each.url) == new for each in draft.references.all())
        return draft if is_done else None
    if draft is None:
        draft = editing.start_draft(question, author=author, now=now)
        draft.change = QuestionRevision.Change.TYPO
        draft.change_note = gettext("A reference has a new address.")
        draft.save(update_fields=["change", "change_note"])
    for reference in with_page(Reference.objects.filter(revision=draft)).filter(page=link.url):
        reference.url = moved(reference.url, link)
        reference.save(update_fields=["url"])
    return draft
