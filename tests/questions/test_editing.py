"""Drafts: begun from what is current, published whole, discarded without a trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db.models import QuerySet

from accounts.models import User
from questions import editing
from questions.models import AcceptPhrase, FollowUp, Question, QuestionRevision, Tag
from questions.revising import add_revision, document_of, says_the_same
from tests import factories


def ready_question(**fields: object) -> Question:
    points = (("Several FROM lines", 3), ("Smaller image", 1), ("Build tools stay out", 2))
    question = factories.make_question(
        **{
            "key_points": points,
            "hints": ("Think of FROM.",),
            "misconceptions": ("It is faster.",),
            "accept": {"Smaller image": ("less to ship",)},
            **fields,
        }
    )
    FollowUp.objects.create(
        revision=question.current_revision,
        prompt="And then?",
        expect=["One"],
        strong=["Two"],
        weak=["Three"],
    )
    return question


def test_draft_says_all_that_is_current(edda: User, now: datetime) -> None:
    question = ready_question()
    before = question.current_revision
    draft = editing.start_draft(question, author=edda, now=now)
    assert draft.pk != before.pk
    assert (draft.number, draft.is_frozen, draft.author) == (2, False, edda)
    before = QuestionRevision.objects.get(pk=question.current_revision_id)
    assert says_the_same(document_of(before), document_of(draft))
    assert before.key_points.count() == draft.key_points.count() == 3


def test_starting_twice_gives_the_same_draft(edda: User, now: datetime) -> None:
    question = ready_question()
    first = editing.start_draft(question, author=edda, now=now)
    assert editing.start_draft(question, author=edda, now=now) == first


def test_published_draft_is_current_and_the_old_text_stays(edda: User, now: datetime) -> None:
    question = ready_question(status="draft")
    old = question.current_revision
    draft = editing.start_draft(question, author=edda, now=now)
    draft.prompt = "What is a *multi-stage* build?"
    draft.context = "Some **context**"
    draft.save()
    draft.answers.update(text="New **answer**")
    published = editing.publish_draft(draft, actor=edda, now=now)
    question.refresh_from_db()
    assert question.current_revision == published == draft
    assert question.status == "published"
    assert question.fingerprint
    assert published.frozen_at == now
    assert published.content_hash
    assert "<strong>context</strong>" in published.context_html
    assert "<strong>answer</strong>" in published.answers.get().html
    old.refresh_from_db()
    assert old.prompt == "What is a multi-stage build?"
    assert old.answers.get().text == "Several FROM lines in one Dockerfile."


def test_publishing_twice_changes_nothing(edda: User, now: datetime) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    draft.hints.update(text="Another hint")
    editing.publish_draft(draft, actor=edda, now=now)
    again = editing.publish_draft(draft, actor=edda, now=now + timedelta(hours=1))
    assert again == draft
    assert again.frozen_at == now
    assert question.revisions.count() == 2


def test_unchanged_draft_makes_no_revision(edda: User, now: datetime) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    assert editing.publish_draft(draft, actor=edda, now=now) == question.current_revision
    assert question.revisions.count() == 1
    assert editing.publish_draft(draft, actor=edda, now=now) == question.current_revision


def test_draft_kept_with_the_line_ends_of_a_browser_changes_nothing(
    edda: User, now: datetime
) -> None:
    question = ready_question(answer="One.\n\nTwo.", context="A\nB", interviewer_notes="C\nD")
    draft = editing.start_draft(question, author=edda, now=now)
    QuestionRevision.objects.filter(pk=draft.pk).update(
        context="A\r\nB", interviewer_notes="C\r\nD"
    )
    draft.answers.update(text="One.\r\n\r\nTwo.")
    assert editing.publish_draft(draft, actor=edda, now=now) == question.current_revision


def test_draft_that_is_not_ready_is_refused_with_reasons(edda: User, now: datetime) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    draft.references.all().delete()
    with pytest.raises(editing.NotReady) as refused:
        editing.publish_draft(draft, actor=edda, now=now)
    assert [finding.message for finding in refused.value.findings] == [
        "Name at least one reference."
    ]
    draft.refresh_from_db()
    question.refresh_from_db()
    assert not draft.is_frozen
    assert question.current_revision != draft


def test_questions_that_lead_to_each_other_are_not_both_published(
    edda: User, now: datetime
) -> None:
    one = ready_question(slug="one", status="draft")
    two = ready_question(slug="two", follow_ups=({"prompt": "So?", "next_slug": "one"},))
    FollowUp.objects.create(revision=one.current_revision, prompt="So?", next_slug="two")
    assert publish_unseen(one, actor=edda, now=now) == [
        "These questions lead on in a circle: one → two → one. Let a follow-up of one of them lead "
        "elsewhere or nowhere, then publish them."
    ]
    alone = replace(document_of(two.current_revision), follow_ups=())
    add_revision(two, alone, author=None, now=now)
    assert publish_unseen(one, actor=edda, now=now) == []


def test_private_question_may_name_what_only_its_file_knows(alice: User) -> None:
    follow_ups = ({"prompt": "So?", "next_slug": "nowhere"},)
    question = ready_question(private_to=alice, follow_ups=follow_ups)
    assert editing.gaps_of(question.current_revision) == []


def test_discarded_draft_is_gone_and_frozen_text_stays(edda: User, now: datetime) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    assert editing.discard_draft(draft)
    assert not editing.discard_draft(draft)
    assert not editing.discard_draft(question.current_revision)
    assert question.revisions.get() == question.current_revision


def test_private_question_keeps_its_status(alice: User, now: datetime) -> None:
    question = ready_question(private_to=alice, status="draft")
    editing.publish_question(question, actor=alice, now=now)
    question.refresh_from_db()
    assert question.status == "draft"


def test_draft_published_after_an_import_takes_the_next_number(edda: User, now: datetime) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    imported = QuestionRevision.objects.create(
        question=question, number=3, prompt="Imported?", frozen_at=now
    )
    question.current_revision = imported
    question.save()
    assert editing.publish_draft(draft, actor=edda, now=now).number == 4


def correct(question: Question, text: str, *, now: datetime) -> QuestionRevision:
    """As a file does: a new current revision beside the draft."""
    document = replace(document_of(question.current_revision), answer=text)
    return add_revision(question, document, author=None, now=now)


def publish_unseen(question: Question, *, actor: User, now: datetime) -> list[str]:
    """What each refused draft needs."""
    chosen = Question.objects.filter(pk=question.pk)
    _count, refused = editing.publish_questions(chosen, actor=actor, now=now)
    return [finding.message for _question, findings in refused for finding in findings]


def test_draft_published_unseen_undoes_no_newer_revision(edda: User, now: datetime) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    draft.hints.update(text="Another hint")
    QuestionRevision.objects.filter(pk=draft.pk).update(change_note="Another hint")
    newer = correct(question, "Corrected.", now=now + timedelta(hours=1))
    assert publish_unseen(question, actor=edda, now=now + timedelta(hours=2)) == [
        f"Revision {newer.number} was published after this draft began: compare first."
    ]
    question.refresh_from_db()
    assert question.current_revision == newer


def test_draft_published_unseen_says_what_changed(edda: User, now: datetime) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    assert publish_unseen(question, actor=edda, now=now) == []
    draft = editing.start_draft(question, author=edda, now=now)
    draft.hints.update(text="Another hint")
    assert publish_unseen(question, actor=edda, now=now) == ["Say in a few words what changed."]
    QuestionRevision.objects.filter(pk=draft.pk).update(change_note="Another hint")
    assert publish_unseen(question, actor=edda, now=now) == []
    question.refresh_from_db()
    assert question.current_revision == draft


def test_what_people_taught_meanwhile_is_kept(alice: User, edda: User, now: datetime) -> None:
    question = ready_question()
    point = question.current_revision.key_points.get(text="Smaller image")
    earlier = AcceptPhrase.objects.create(
        key_point=point, text="tiny", added_by=alice, added_at=now - timedelta(days=1)
    )
    draft = editing.start_draft(question, author=edda, now=now)
    mine = draft.key_points.get(text="Smaller image")
    assert mine.accept_phrases.get(text="tiny").added_by == alice
    mine.accept_phrases.filter(text="tiny").delete()
    AcceptPhrase.objects.create(
        key_point=point, text="slim", added_by=alice, added_at=now + timedelta(hours=1)
    )
    editing.publish_draft(draft, actor=edda, now=now + timedelta(hours=2))
    kept = set(mine.accept_phrases.values_list("text", flat=True))
    assert kept == {"less to ship", "slim"}
    earlier.refresh_from_db()
    assert earlier.key_point == point


def test_stamp_differs_once_something_is_saved(edda: User, now: datetime) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    stamp = editing.stamp_of(draft)
    assert editing.stamp_of(draft) == stamp
    AcceptPhrase.objects.filter(key_point__revision=draft).update(text="other words")
    assert editing.stamp_of(draft) != stamp


@pytest.mark.django_db
def test_retired_question_returns_published_only_if_it_is_ready(now: datetime) -> None:
    ready = ready_question(status="retired")
    unready = factories.make_question(status="retired")
    assert editing.put_back(ready, now=now)
    assert not editing.put_back(unready, now=now)
    statuses = set(Question.objects.values_list("pk", "status"))
    assert statuses == {(ready.pk, "published"), (unready.pk, "draft")}


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["draft", "review", "published"])
def test_retired_question_returns_as_what_it_was(status: str, now: datetime) -> None:
    question = ready_question(status=status)
    chosen = Question.objects.filter(pk=question.pk)
    for _ in range(2):  # retired twice, it still knows
        editing.retire(chosen, now=now)
    assert editing.put_back(question, now=now) == (status == "published")
    assert chosen.get().status == status


@pytest.mark.django_db
def test_merged_tags_are_replaced_everywhere() -> None:
    one = factories.make_question(tags=("build", "builds"))
    two = factories.make_question(tags=("builds",))
    blueprint = factories.make_blueprint(tags=("builds",))
    kept = Tag.objects.get(slug="build")
    editing.merge_tags([Tag.objects.get(slug="builds")], into=kept)
    for question in (one, two):
        assert [tag.slug for tag in question.tags.all()] == ["build"]
    assert blueprint.sections.get().tags.get() == kept
    assert not Tag.objects.filter(slug="builds").exists()


@pytest.mark.django_db
def test_question_is_used_once_somebody_has_a_card(alice: User) -> None:
    question = factories.make_question()
    assert not editing.is_used(question)
    factories.make_card(alice, question)
    assert editing.is_used(question)


# Several at once, that lead on to each other


def drafted(slug: str, to: str = "", *, editor: User, now: datetime) -> Question:
    """Not published yet; its draft leads on to another."""
    question = ready_question(slug=slug, status="draft", prompt=f"What is {slug}?")
    draft = editing.start_draft(question, author=editor, now=now)
    draft.change_note = "Leads on"
    draft.save()
    draft.follow_ups.update(next_slug=to)
    return question


def named(slugs: tuple[str, ...]) -> QuerySet[Question]:
    return Question.objects.filter(slug__in=slugs)


def published(*slugs: str) -> list[str]:
    shared = Question.objects.all().shared().filter(slug__in=slugs)
    return sorted(shared.values_list("slug", flat=True))


CHAIN = (("a", "b"), ("b", "c"), ("c", "d"), ("d", ""))


@pytest.mark.parametrize("chain", [CHAIN, CHAIN[::-1]])
def test_drafts_that_lead_on_to_each_other_are_published_in_one_run(
    edda: User, now: datetime, chain: tuple[tuple[str, str], ...]
) -> None:
    for slug, to in chain:
        drafted(slug, to, editor=edda, now=now)
    chosen = named(("a", "b", "c", "d"))
    assert editing.publish_questions(chosen, actor=edda, now=now) == (4, [])
    assert published("a", "b", "c", "d") == ["a", "b", "c", "d"]


def test_chain_that_is_too_deep_is_published_as_far_as_it_may_go(edda: User, now: datetime) -> None:
    for slug, to in (("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "")):
        drafted(slug, to, editor=edda, now=now)
    chosen = named(("a", "b", "c", "d", "e"))
    count, [(refused, findings)] = editing.publish_questions(chosen, actor=edda, now=now)
    assert (count, refused.slug) == (4, "a")
    assert "more than three questions deep" in findings[0].message


def test_draft_that_leads_on_to_an_unready_one_waits_with_it(edda: User, now: datetime) -> None:
    drafted("a", "b", editor=edda, now=now)
    unready = editing.draft_of(drafted("b", editor=edda, now=now))
    assert unready
    unready.references.all().delete()
    count, refused = editing.publish_questions(named(("a", "b")), actor=edda, now=now)
    told = {question.slug: found[0].message for question, found in refused}
    assert count == 0
    assert told == {
        "a": "A follow-up leads on to b, which is not published in the bank.",
        "b": "Name at least one reference.",
    }


def test_drafts_that_lead_round_in_a_circle_are_refused(edda: User, now: datetime) -> None:
    for slug, to in (("a", "b"), ("b", "c"), ("c", "a")):
        drafted(slug, to, editor=edda, now=now)
    count, refused = editing.publish_questions(named(("a", "b", "c")), actor=edda, now=now)
    assert (count, [question.slug for question, _found in refused]) == (0, ["a", "b", "c"])
    assert published("a", "b", "c") == []
    assert [found[0].message for _question, found in refused][1] == (
        "These questions lead on in a circle: b → c → a → b. Let a follow-up of one of them lead "
        "elsewhere or nowhere, then publish them."
    )


def test_draft_that_closes_a_circle_of_published_questions_names_it(
    edda: User, now: datetime
) -> None:
    """What counts of a published question is its text, not a draft that leads elsewhere."""
    one = ready_question(slug="one", prompt="One?")
    for slug, to in (("three", "one"), ("two", "three")):
        ready_question(
            slug=slug, prompt=f"{slug}?", follow_ups=({"prompt": "So?", "next_slug": to},)
        )
    for question, to in ((Question.objects.get(slug="two"), ""), (one, "two")):
        draft = editing.start_draft(question, author=edda, now=now)
        draft.change_note = "Leads elsewhere"
        draft.save()
        draft.follow_ups.update(next_slug=to)
    (said,) = publish_unseen(one, actor=edda, now=now)
    assert "in a circle: one → two → three → one." in said


def test_question_that_leads_into_a_circle_is_not_said_to_be_in_it(
    edda: User, now: datetime
) -> None:
    for slug, to in (("a", "b"), ("b", "c"), ("c", "b")):
        drafted(slug, to, editor=edda, now=now)
    (said,) = publish_unseen(Question.objects.get(slug="a"), actor=edda, now=now)
    assert said == "A follow-up leads on to b, which is not published in the bank."


def test_question_that_leads_to_itself_says_so(edda: User, now: datetime) -> None:
    (said,) = publish_unseen(drafted("a", "a", editor=edda, now=now), actor=edda, now=now)
    assert said == "a: This thread would lead back to the question itself."


def test_thread_turned_round_by_two_drafts_is_published_in_one_run(
    edda: User, now: datetime
) -> None:
    """The draft counts, not the text that it takes the place of."""
    one = ready_question(
        slug="one", prompt="One?", follow_ups=({"prompt": "So?", "next_slug": "two"},)
    )
    two = ready_question(slug="two", prompt="Two?")
    for question, to in ((one, ""), (two, "one")):
        draft = editing.start_draft(question, author=edda, now=now)
        draft.change_note = "Turned round"
        draft.save()
        draft.follow_ups.update(next_slug=to)
    assert editing.publish_questions(named(("one", "two")), actor=edda, now=now) == (2, [])


def test_questions_retired_together_come_back_together(edda: User, now: datetime) -> None:
    for slug, to in CHAIN:
        drafted(slug, to, editor=edda, now=now)
    chosen = named(("a", "b", "c", "d"))
    editing.publish_questions(chosen, actor=edda, now=now)
    editing.retire(Question.objects.filter(pk__in=chosen.values("pk")), now=now)
    assert editing.put_back_all(chosen, now=now) == (4, [])
    assert published("a", "b", "c", "d") == ["a", "b", "c", "d"]
