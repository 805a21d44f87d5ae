"""The session: a card, its answer, the judgement, and the next card."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from feedback import engine
from practice import noting, pacing
from practice.answering import LONGEST_TEXT, Attempt
from practice.dealing import dealt
from practice.earlier import earlier_answers
from practice.ending import session_end
from practice.following_up import offered_follow_up
from practice.models import AlreadyReviewed, Card, Change, Review, StudyDay
from practice.queue import EVERYTHING, Counts, Scope, allowance, counts, next_card, top_up
from practice.showing import Showing
from practice.undoing import undo_last, undoable
from studyhub.http import Request, render_page, safe_next, sends_csrf_token, wants_partial

CONFIDENCES = tuple(Review.Confidence)
RATINGS = frozenset(map(str, Review.Rating.values))


def session(request: Request) -> HttpResponse:
    """GET deals the next card (or the one asked for); POST checks what was answered to it."""
    scope = _scope(request)
    if request.method == "POST":
        return _worked_on(request, scope)
    if review := _undone(request):
        return _again(request, scope, review)
    if card := _asked_for(request):
        return _page(request, scope, _shown_now(card, request.received_at))
    return _next(request, scope, changed=_changed(request))


def _worked_on(request: Request, scope: Scope) -> HttpResponse:
    """Check the answer, give a hint, or move a step."""
    attempt = _attempt(request)
    if attempt is None:
        return _unreadable(request, scope)
    if not _may_practise(request, attempt.card):
        said = gettext("This question was withdrawn while you answered it, so it was left out.")
        return _next(request, scope, said=said, kept=attempt.text)
    if attempt.is_too_long:
        return _page(request, scope, attempt, error=_too_long(), status=422)
    is_kept = noting.keep_note(attempt.card, request.POST, now=request.received_at)
    what, _colon, which = request.POST.get("do", "check").partition(":")
    if what == "hint":
        attempt.hints_used += attempt.has_more_hints
    elif what in ("up", "down"):
        attempt.move(int(which) if which.isdecimal() else 0, by=-1 if what == "up" else 1)
    else:
        noted = noting.kept_words(request.POST["note"]) if is_kept else ""
        return _page(request, scope, attempt, is_revealed=True, noted=noted)
    return _page(request, scope, attempt)


@require_POST
def answer(request: Request) -> HttpResponse:
    """Judge the card. The same page sent twice counts once."""
    scope = _scope(request)
    attempt = _attempt(request)
    if attempt is None:
        return _unreadable(request, scope)
    rating = request.POST.get("rating", "")
    if rating not in RATINGS:
        error = gettext("Choose how well you knew it: Again, Hard, Good or Easy.")
        return _page(request, scope, attempt, is_revealed=True, error=error, status=422)
    if attempt.is_too_long:
        return _page(request, scope, attempt, is_revealed=True, error=_too_long(), status=422)
    note = noting.posted_note(request.POST)
    if note and noting.is_too_long(note):
        error = noting.too_long_words()
        return _page(request, scope, attempt, is_revealed=True, error=error, status=422)
    noting.keep_note(attempt.card, request.POST, now=request.received_at)
    try:
        review = attempt.judge(int(rating), now=request.received_at)
    except AlreadyReviewed:
        said = gettext("This card was judged elsewhere in the meantime, and that counts.")
        if scope.round:
            said = gettext(
                "This card was judged elsewhere in the meantime. Here it comes once more."
            )
        return _next(request, scope, said=said, kept=attempt.text)
    if review.rating != int(rating):
        said = gettext("This card was judged %s already. To change that, undo it.")
        return go_on(request, scope, said=said % review.get_rating_display())
    is_new = review.reviewed_at == request.received_at
    return go_on(request, scope, last=review if is_new else None)


@require_POST
def undo(request: Request) -> HttpResponse:
    """Take back the review that the page names, if it is still the newest."""
    scope = _scope(request)
    named = named_id(request.POST, "review")
    review = undo_last(request.user, request.received_at, expected=named) if named else None
    if url := safe_next(request):
        messages.info(
            request, _undone_words(review) if review else _not_undone_words(request, named)
        )
        return redirect(url)
    if review is None:
        return go_on(request, scope, said=_not_undone_words(request, named))
    if not _may_practise(request, review.card):
        return go_on(request, scope, said=gettext("Undone. The question has been withdrawn."))
    if wants_partial(request):
        return _again(request, scope, review)
    return redirect(_session_url_with(scope, undone=review.pk))


def _not_undone_words(request: Request, named: UUID | None) -> str:
    if named and Review.objects.of(request.user).standing().filter(pk=named).exists():
        return gettext("You have judged another card since. Undo now takes back that judgement.")
    return gettext("There was nothing left to undo here.")


def _undone_words(review: Review) -> str:
    said = gettext("Undone: “%(prompt)s”, judged %(rating)s.")
    prompt = Truncator(review.revision.prompt).chars(80)
    return said % {"prompt": prompt, "rating": review.get_rating_display()}


def go_on(
    request: Request,
    scope: Scope,
    *,
    said: str = "",
    changed: Change | None = None,
    last: Review | None = None,
) -> HttpResponse:
    """After a change: the next card for htmx, a redirect to it for everyone else.

    `changed` is what set a card aside. `last`, the newest review, saves asking for it, for its
    day and for the learner's settings again.
    """
    if wants_partial(request):
        return _next(request, scope, said=said, changed=changed, last=last)
    if changed:
        return redirect(_session_url_with(scope, changed=changed.pk))
    if said:
        messages.info(request, said)
    return redirect(session_url(scope))


def session_url(scope: Scope) -> str:
    return reverse("practice:session") + _query(scope)


def _scope(request: Request) -> Scope:
    return Scope.from_query(request.GET) if request.GET else EVERYTHING


def _session_url_with(scope: Scope, **named: UUID) -> str:
    return f"{session_url(scope)}{'&' if scope.query else '?'}{urlencode(named)}"


def aside_words(change: Change) -> str:
    if change.undone_at:
        return gettext("That was undone in the meantime.")
    if change.kind == Change.Kind.SUSPEND:
        return gettext("Suspended. The card stays among your cards until you bring it back.")
    return gettext("Put away until tomorrow.")


def _query(scope: Scope) -> str:
    query = scope.query
    return f"?{query}" if query else ""


def _next(
    request: Request,
    scope: Scope,
    *,
    said: str = "",
    changed: Change | None = None,
    kept: str = "",
    last: Review | None = None,
) -> HttpResponse:
    user, now = request.user, request.received_at
    today = user.study_day(now)
    done, wish = (last.day, last.card.wish()) if last else (None, None)
    if wish and wish.is_unsettled(today):
        # A new day began within the session: its share is worked out now, not with each card.
        pacing.settle(user, today)
        wish = None
    left = allowance(user, today=today, scope=scope, wish=wish, done=done)
    if request.method == "GET":
        # This changes nothing a learner sees: the cards were counted before they existed.
        top_up(user, scope, today, now, left=left)
    counted = counts(user, today=today, scope=scope, left=left, with_unseen=False)
    card = next_card(user, today=today, scope=scope, left=left, counted=counted, last=last)
    attempt = _shown_now(card, now) if card else None
    return _page(
        request,
        scope,
        attempt,
        counted=counted,
        done=left.reviews_done,
        newest=last,
        said=said,
        changed=changed,
        kept=kept,
    )


def _shown_now(card: Card, now: datetime) -> Attempt:
    return Attempt.first(card, Showing.of(card, shown_at=now))


def _again(request: Request, scope: Scope, review: Review) -> HttpResponse:
    """The card as it was when it was judged, to judge it anew."""
    now = request.received_at
    review.card.round_pk = review.round_id
    shown_at = now - timedelta(seconds=review.seconds)
    to_answer = review.seconds_to_answer
    answered_at = now if to_answer is None else shown_at + timedelta(seconds=to_answer)
    showing = Showing.of(review.card, shown_at=shown_at)
    showing = replace(showing, revision_pk=review.revision_id, answered_at=answered_at)
    attempt = Attempt.from_review(review.card, showing, review)
    said = gettext("Undone. Judge it again.")
    return _page(request, scope, attempt, is_revealed=True, said=said)


def _page(
    request: Request,
    scope: Scope,
    attempt: Attempt | None,
    *,
    is_revealed: bool = False,
    counted: Counts | None = None,
    done: int | None = None,
    newest: Review | None = None,
    said: str = "",
    changed: Change | None = None,
    kept: str = "",
    noted: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """`said` is what happened, `kept` what was typed for a card that is no longer before us.

    `changed` is what set the last card aside: newer than any judgement, so it is undone first.

    `noted` is what became of the note.

    `counted`, `done` and `newest` save asking for them again.
    """
    user, now = request.user, request.received_at
    today = user.study_day(now)
    if attempt and is_revealed:
        attempt.reveal(now=now)
    elif attempt and engine.is_cold() and attempt.key_points:
        engine.warm()
    newest = newest or undoable(user)
    left = counted or counts(user, today=today, scope=scope, with_unseen=False)
    done = StudyDay.objects.at(user, today).reviews if done is None else done
    note = None
    if attempt and is_revealed:
        action = session_url(scope)
        note = noting.note_on_page(attempt.card, request.POST, action=action, said=noted)
    context = {
        "scope": scope,
        "query": _query(scope),
        "needs_token": not sends_csrf_token(request),
        "left": left,
        "done": done,
        "all": done + left.total,
        "attempt": attempt,
        "is_revealed": is_revealed,
        "takes_focus": not error and _prompt_takes_focus(attempt, is_revealed=is_revealed),
        "grades": attempt.grades(today) if attempt and is_revealed else [],
        "confidences": CONFIDENCES,
        "end": None if attempt else session_end(user, today=today, scope=scope),
        "note": note,
        "earlier": earlier_answers(attempt.card) if attempt and is_revealed else [],
        "newest": newest,
        "can_undo": newest is not None and changed is None,
        "is_asked": attempt is not None,
        "offer": None if is_revealed else offered_follow_up(newest, now=now),
        "longest_text": LONGEST_TEXT,
        "said": aside_words(changed) if changed else said,
        "changed": changed,
        "kept": kept,
        "error": error,
    }
    return render_page(request, "practice/session.html", context, partial="session", status=status)


def _prompt_takes_focus(attempt: Attempt | None, *, is_revealed: bool) -> bool:
    """Unless something below it is the news: a hint, a verdict, a model answer."""
    if attempt is None:
        return False
    if is_revealed:
        return attempt.is_right is None and attempt.model_answer is None
    return not attempt.hints_used


def _unreadable(request: Request, scope: Scope) -> HttpResponse:
    said = gettext(
        "That page was too old to be read, so it was not counted. Here is the next card."
    )
    return _next(request, scope, said=said, kept=request.POST.get("text", ""))


def _too_long() -> str:
    words = gettext("An answer has room for %d characters. Yours is kept here; please shorten it.")
    return words % LONGEST_TEXT


def _attempt(request: Request) -> Attempt | None:
    """What was posted, for a card of this person's; None if our own stamp is missing or broken."""
    try:
        showing = Showing.read(request.POST.get("showing", ""))
    except BadSignature:
        return None
    card = dealt(request.user, showing.card_pk)
    if card is None:
        raise Http404
    card.round_pk = showing.round_pk
    return Attempt.read(card, showing, request.POST)


def _asked_for(request: Request) -> Card | None:
    """The card named in the URL, also one that is not due: then it is cramming."""
    pk = request.GET.get("card", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    card = dealt(request.user, int(pk))
    if card is None or not _may_practise(request, card):
        raise Http404
    return card


def _undone(request: Request) -> Review | None:
    """The undone review named in the URL, unless its card has been judged since."""
    named = named_id(request.GET, "undone")
    if named is None:
        return None
    undone = Review.objects.of(request.user).filter(pk=named, voided_at__isnull=False)
    review = undone.select_related("card__question").first()
    if review is None or review.voided_at is None or not _may_practise(request, review.card):
        return None
    since = Review.objects.standing().filter(card=review.card, reviewed_at__gte=review.voided_at)
    return None if since.exists() else review


def _may_practise(request: Request, card: Card) -> bool:
    return bool(EVERYTHING.questions(request.user).filter(pk=card.question_id).exists())


def _changed(request: Request) -> Change | None:
    """What set a card aside, as the URL names it, while it can be undone and nothing is newer."""
    named = named_id(request.GET, "changed")
    if named is None:
        return None
    standing = request.user.card_changes.filter(pk=named, undone_at=None)
    change, newest = standing.exclude(before={}).first(), undoable(request.user)
    return None if change and newest and newest.reviewed_at > change.made_at else change


def named_id(data: QueryDict, name: str) -> UUID | None:
    try:
        return UUID(data.get(name, ""))
    except ValueError:
        return None
