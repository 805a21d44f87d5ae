"""The page of a draft, as an editor fills it in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from questions import editing
from questions.admin import draft_forms
from questions.forms import follow_ups as own
from questions.models import FollowUp, Question, QuestionRevision
from questions.revising import document_of
from tests import factories
from tests.conftest import client_of
from tests.questions.test_editing import correct, ready_question


def url_of(revision: QuestionRevision) -> str:
    return f"/admin/questions/questionrevision/{revision.pk}/change/"


def filled_in(response: Any) -> dict[str, Any]:
    """What the browser would send from this page, untouched."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


@pytest.fixture
def draft(edda: User, now: datetime) -> QuestionRevision:
    return editing.start_draft(ready_question(), author=edda, now=now)


def save(client: Client, draft: QuestionRevision, button: str = "_save", **fields: Any) -> Any:
    data = filled_in(client.get(url_of(draft)))
    changed = {name.replace("__", "-"): value for name, value in fields.items()}
    return client.post(url_of(draft), {**data, **changed, button: "1"}, follow=True)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def test_untouched_draft_saves_as_it_is(edda_client: Client, draft: QuestionRevision) -> None:
    before = document_of(draft)
    assert "The draft is saved." in text_of(save(edda_client, draft))
    assert document_of(QuestionRevision.objects.get(pk=draft.pk)) == before


def test_every_part_can_be_edited_and_published(
    edda: User, edda_client: Client, draft: QuestionRevision
) -> None:
    question = draft.question
    other = factories.make_question(slug="another-question")
    frozen = document_of(question.current_revision)
    response = save(
        edda_client,
        draft,
        "_publish",
        prompt="What is new?",
        level="senior",
        speak_seconds="90",
        context="A **scenario**",
        answer="The new answer",
        interviewer_notes="Listen",
        applies_to="Docker 29",
        reviewed_on="2026-11-22",
        license="CC-BY-4.0",
        source="Ours",
        authors="Edda\nIda",
        change="changed",
        change_note="All of it",
        key_points__0__text="First point",
        key_points__0__weight="3",
        key_points__0__accept="one way\n\n another way \none way",
        key_points__3__text="Now first of all",
        key_points__3__position="5",
        key_points__1__DELETE="on",
        misconceptions__0__why="Because",
        hints__1__text="A second hint",
        follow_ups__0__expect="A\nB",
        follow_ups__0__condition="if asked",
        follow_ups__0__next_slug=other.slug,
        references__1__title="Second",
        references__1__url="https://example.org/second",
    )
    assert "It is published." in text_of(response)
    question.refresh_from_db()
    draft.refresh_from_db()
    new = document_of(draft)
    assert question.current_revision == draft
    assert (draft.author, draft.change, draft.change_note) == (edda, "changed", "All of it")
    assert (new.prompt, new.level, new.speak_seconds) == ("What is new?", "senior", 90)
    assert (new.context, new.answer, new.interviewer_notes) == (
        "A **scenario**",
        "The new answer",
        "Listen",
    )
    assert (new.applies_to, new.reviewed_on) == ("Docker 29", "2026-11-22")
    assert (new.license, new.source, new.authors) == ("CC-BY-4.0", "Ours", ("Edda", "Ida"))
    assert [point.text for point in new.key_points] == [
        "Now first of all",
        "First point",
        "Build tools stay out",
    ]
    assert new.key_points[1].accept == ("one way", "another way")
    assert new.key_points[1].weight == 3
    assert new.misconceptions[0].why == "Because"
    assert new.hints == ("Think of FROM.", "A second hint")
    follow_up = new.follow_ups[0]
    assert (follow_up.expect, follow_up.strong, follow_up.weak) == (
        ("A", "B"),
        ("Two",),
        ("Three",),
    )
    assert (follow_up.condition, follow_up.next_slug) == ("if asked", other.slug)
    assert [reference.title for reference in new.references] == ["Multi-stage builds", "Second"]
    old = QuestionRevision.objects.get(question=question, number=1)
    assert document_of(old) == frozen


def test_answer_that_begins_with_indented_code_keeps_it(
    edda_client: Client, draft: QuestionRevision
) -> None:
    text = "    docker ps\n\nIt lists them."
    save(edda_client, draft, answer=text, context=f"\r\n{text}  \r\n")
    draft.refresh_from_db()
    assert (document_of(draft).answer, draft.context) == (text, text)


PROSE = "A **scenario**:\n\n```sh\nls\n\n  pwd\n```\n\nAnd then?"


def as_a_browser(response: Any) -> dict[str, Any]:
    """A browser ends every line of a text area with two characters."""
    return {
        name: value.replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in filled_in(response).items()
    }


def test_line_ends_of_a_browser_change_nothing(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = ready_question(
        kind="output",
        answer=PROSE,
        context=PROSE,
        interviewer_notes=PROSE,
        expected_output="  a\n\n b\n",
    )
    draft = editing.start_draft(question, author=edda, now=now)
    posted = as_a_browser(edda_client.get(url_of(draft)))
    posted |= {"change_note": "Nothing", "_publish": "1"}
    assert "nothing was changed" in text_of(edda_client.post(url_of(draft), posted, follow=True))
    assert question.revisions.get() == question.current_revision


def test_line_ends_of_a_browser_are_kept_in_no_part(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = ready_question(options=((PROSE, True), ("No", False)), steps=(PROSE, "2", "3"))
    draft = editing.start_draft(question, author=edda, now=now)
    before = document_of(draft)
    posted = as_a_browser(edda_client.get(url_of(draft)))
    posted |= {"key_points-0-text": "One\r\nstatement", "options-1-because": "Two\r\nlines"}
    edda_client.post(url_of(draft), {**posted, "_save": "1"})
    document = document_of(QuestionRevision.objects.get(pk=draft.pk))
    assert (document.options[0], document.steps) == (before.options[0], before.steps)
    assert document.key_points[0].text == "One statement"
    assert document.options[1].because == "Two lines"


def test_options_and_steps_can_be_edited(edda: User, edda_client: Client, now: datetime) -> None:
    draft = editing.start_draft(factories.make_choice_question(), author=edda, now=now)
    save(
        edda_client,
        draft,
        options__0__because="It outlives it",
        options__3__text="A bind mount",
        steps__0__text="A step",
    )
    document = document_of(QuestionRevision.objects.get(pk=draft.pk))
    assert [option.text for option in document.options][-1] == "A bind mount"
    assert document.options[0].because == "It outlives it"
    assert document.steps == ("A step",)
    assert document.answer == "Several FROM lines in one Dockerfile."


def test_draft_that_is_not_ready_is_kept_but_not_published(
    edda_client: Client, draft: QuestionRevision
) -> None:
    question = draft.question
    before = document_of(question.current_revision)
    response = save(
        edda_client,
        draft,
        "_publish",
        level="",
        change_note="Less",
        references__0__DELETE="on",
    )
    page = text_of(response)
    assert "The draft is saved, but it cannot be published yet." in page
    assert "Choose a level." in page
    assert "Name at least one reference." in page
    draft.refresh_from_db()
    question.refresh_from_db()
    assert not draft.is_frozen
    assert document_of(question.current_revision) == before


def test_prose_that_no_file_can_hold_is_kept_but_not_published(
    edda_client: Client, draft: QuestionRevision
) -> None:
    answer = "## Why\n\n```\nls"
    page = text_of(save(edda_client, draft, "_publish", change_note="More", answer=answer))
    assert '<a href="#id_answer">Line 1: Headings inside a text begin with ###.</a>' in page
    assert '<a href="#id_answer">Line 3: This code block is never closed.' in page
    draft.refresh_from_db()
    assert not draft.is_frozen
    assert draft.answers.get().text == answer


def test_unchanged_draft_says_so(edda_client: Client, draft: QuestionRevision) -> None:
    page = text_of(save(edda_client, draft, "_publish", change_note="Nothing"))
    assert "nothing was changed" in page
    assert not QuestionRevision.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"prompt": "Two\nlines"}, "Write the question in one line."),
        ({"prompt": ""}, "This field is required."),
        ({"prompt": "x" * 301}, "at most 300 characters"),
        ({"speak_seconds": "10"}, "Give 30 to 300 seconds."),
        ({"key_points__0__weight": "9"}, "Select a valid choice"),
        ({"references__0__url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"references__0__url": "ftp://example.org/"}, "Enter a valid URL."),
        ({"key_points__0__accept": "x" * 501}, "Keep each line to 500 characters."),
        ({"follow_ups__0__next_slug": "nowhere"}, "There is no question with this id"),
    ],
)
def test_mistakes_are_said_at_their_field(
    fields: dict[str, str], said: str, edda_client: Client, draft: QuestionRevision
) -> None:
    before = editing.stamp_of(draft)
    assert said in text_of(save(edda_client, draft, **fields))
    assert editing.stamp_of(draft) == before


def test_reference_that_a_file_may_hold_may_be_typed(
    edda_client: Client, draft: QuestionRevision
) -> None:
    url = "http://intranet/page"
    assert "is saved" in text_of(save(edda_client, draft, references__0__url=url))
    assert document_of(QuestionRevision.objects.get(pk=draft.pk)).references[0].url == url


def test_thread_may_not_lead_back(edda_client: Client, draft: QuestionRevision) -> None:
    other = factories.make_question(slug="other")
    FollowUp.objects.create(
        revision=other.current_revision, prompt="Then?", next_slug=draft.question.slug
    )
    for slug in ("other", draft.question.slug):
        page = text_of(save(edda_client, draft, follow_ups__0__next_slug=slug))
        assert "lead back to the question itself" in page


def test_thread_may_not_be_too_deep(edda_client: Client, draft: QuestionRevision) -> None:
    for number in range(3):
        deeper = factories.make_question(slug=f"level-{number}")
        FollowUp.objects.create(
            revision=deeper.current_revision, prompt="Then?", next_slug=f"level-{number + 1}"
        )
    page = text_of(save(edda_client, draft, follow_ups__0__next_slug="level-0"))
    assert "more than three questions deep" in page
    assert "is saved" in text_of(save(edda_client, draft, follow_ups__0__next_slug="level-2"))


def test_thread_may_not_be_too_deep_for_the_questions_that_lead_here(
    edda_client: Client, draft: QuestionRevision
) -> None:
    here = draft.question.slug
    for slug, target in (("first", "second"), ("second", here), ("next", "last")):
        leading = factories.make_question(slug=slug)
        FollowUp.objects.create(revision=leading.current_revision, prompt="Then?", next_slug=target)
    page = text_of(save(edda_client, draft, follow_ups__0__next_slug="next"))
    assert "more than three questions deep" in page
    factories.make_question(slug="last")
    assert "is saved" in text_of(save(edda_client, draft, follow_ups__0__next_slug="last"))


def test_parts_of_a_follow_up_have_one_name_wherever_they_are_written() -> None:
    def labels(form: Any) -> dict[str, str]:
        return {name: str(form.base_fields[name].label) for name in own.FollowUpForm.base_fields}

    assert labels(draft_forms.FollowUpForm) == labels(own.FollowUpForm)


def test_preview_names_the_parts_of_a_follow_up_as_their_fields_do(
    edda: User, edda_client: Client, now: datetime
) -> None:
    follow_up = {
        "prompt": "So?",
        "condition": "one is named",
        "expect": ["Two."],
        "next_slug": "other",
    }
    question = ready_question(follow_ups=(follow_up,))
    page = text_of(edda_client.get(url_of(question.current_revision)))
    for words in ("Asked if: one is named", "What to expect: Two.", "Carries on with: other"):
        assert words in page


def test_retired_question_is_named_as_what_a_follow_up_leads_to(
    edda_client: Client, draft: QuestionRevision
) -> None:
    factories.make_question(slug="gone", status="retired")
    fields = {"follow_ups__0__next_slug": "gone", "change_note": "Leads on"}
    page = text_of(save(edda_client, draft, "_publish", **fields))
    said = "A follow-up leads on to gone, which is not published in the bank."
    assert f'<a href="#follow_ups-group">{said}</a>' in page
    draft.refresh_from_db()
    assert not draft.is_frozen


def test_single_choice_needs_exactly_one_correct_option(
    edda: User, edda_client: Client, now: datetime
) -> None:
    draft = editing.start_draft(factories.make_choice_question(), author=edda, now=now)
    fields = {"change_note": "More", "options__1__is_correct": "on"}
    page = text_of(save(edda_client, draft, "_publish", **fields))
    assert "Mark exactly one option as correct; now 2 are." in page
    assert "is saved" in text_of(save(edda_client, draft, **fields))


def test_ordering_needs_three_steps(edda: User, edda_client: Client, now: datetime) -> None:
    question = factories.make_question(kind="ordering", steps=("One", "Two"))
    draft = editing.start_draft(question, author=edda, now=now)
    page = text_of(save(edda_client, draft, "_publish", change_note="Less"))
    assert "Write at least three steps" in page


def test_publishing_a_change_asks_what_changed(
    edda_client: Client, draft: QuestionRevision
) -> None:
    page = text_of(save(edda_client, draft, "_publish", prompt="New?", change_note=""))
    assert "Say in a few words what changed." in page


def test_publishing_is_in_the_questions_history_with_its_kind_and_who_it_was(
    edda: User, edda_client: Client, draft: QuestionRevision
) -> None:
    fields = {"change": "typo", "change_note": "Said better", "answer": "Said better."}
    save(edda_client, draft, "_publish", **fields)
    url = reverse("admin:questions_question_history", args=[draft.question_id])
    history = text_of(edda_client.get(url))
    kind = "Typo or wording: nothing a learner must relearn"
    assert f"Published revision 2. {kind}. Said better" in history
    row = history[history.index("<tbody>") : history.index("</tbody>")]
    assert f"<td>{edda.name}</td>" in row
    assert edda.email not in row


def test_first_text_is_called_so_in_the_questions_history(
    edda_client: Client, edda: User, now: datetime
) -> None:
    question = ready_question(status="draft")
    draft = editing.start_draft(question, author=edda, now=now)
    Question.objects.filter(pk=question.pk).update(current_revision=None)
    question.revisions.exclude(pk=draft.pk).delete()
    save(edda_client, draft, "_publish")
    url = reverse("admin:questions_question_history", args=[question.pk])
    assert "Published revision 2. First text" in text_of(edda_client.get(url))


def test_a_wrong_address_is_said_above_the_form_and_at_its_field(
    edda_client: Client, draft: QuestionRevision
) -> None:
    page = text_of(save(edda_client, draft, references__0__url="not a url"))
    assert page.count("Enter a valid URL.") == 2


def test_frozen_revision_cannot_be_changed(
    edda: User, edda_client: Client, draft: QuestionRevision, now: datetime
) -> None:
    data = filled_in(edda_client.get(url_of(draft)))
    draft.hints.all().delete()
    editing.publish_draft(draft, actor=edda, now=now)
    before = editing.stamp_of(draft)
    response = edda_client.post(url_of(draft), {**data, "prompt": "Hacked"})
    assert response.status_code == 403
    discard = f"/admin/questions/questionrevision/{draft.pk}/discard/"
    assert edda_client.post(discard).status_code == 403
    assert editing.stamp_of(draft) == before
    page = text_of(edda_client.get(url_of(draft)))
    assert "Several FROM lines" in page
    assert 'name="prompt"' not in page
    assert 'name="_save"' not in page


def test_second_editor_sees_the_conflict_and_keeps_their_text(
    edda_client: Client, draft: QuestionRevision
) -> None:
    second = client_of(factories.make_user(is_editor=True))
    opened = filled_in(second.get(url_of(draft)))
    save(edda_client, draft, prompt="Hers?", key_points__0__DELETE="on")
    mine = {**opened, "prompt": "Mine?", "key_points-1-text": "My point", "_save": "1"}
    response = second.post(url_of(draft), mine)
    page = text_of(response)
    assert "Somebody else saved this draft" in page
    assert ">\nMine?</textarea>" in page
    assert "My point" in page
    assert page.index('<button hidden name="_save">') < page.index('name="_replace"')
    draft.refresh_from_db()
    assert draft.prompt == "Hers?"
    assert "Prompt" in response.context["differing"]

    mine["_replace"] = response.context["overtaken_by"]
    del mine["_save"]
    assert "The draft is saved." in text_of(second.post(url_of(draft), mine, follow=True))
    document = document_of(QuestionRevision.objects.get(pk=draft.pk))
    assert document.prompt == "Mine?"
    assert [point.text for point in document.key_points] == [
        "Several FROM lines",
        "My point",
        "Build tools stay out",
    ]
    assert document.key_points[1].accept == ("less to ship",)
    assert document.answer == "Several FROM lines in one Dockerfile."


def test_replacing_what_was_replaced_meanwhile_is_a_conflict_again(
    edda_client: Client, draft: QuestionRevision
) -> None:
    opened = filled_in(edda_client.get(url_of(draft)))
    save(edda_client, draft, prompt="First?")
    page = edda_client.post(url_of(draft), {**opened, "prompt": "Mine?", "_save": "1"})
    stale = page.context["overtaken_by"]
    save(edda_client, draft, prompt="Second?")
    edda_client.post(url_of(draft), {**opened, "prompt": "Mine?", "_replace": stale})
    draft.refresh_from_db()
    assert draft.prompt == "Second?"


def test_discarding_asks_first_and_says_whose_draft_it_is(
    edda_client: Client, draft: QuestionRevision
) -> None:
    url = f"/admin/questions/questionrevision/{draft.pk}/discard/"
    assert f'href="{url}"' in text_of(edda_client.get(url_of(draft)))
    page = text_of(edda_client.get(url))
    assert "This draft was begun on 23 November 2026." in page
    assert "You saved it last." in page
    other = client_of(factories.make_user(is_editor=True))
    assert "Edda saved it last." in text_of(other.get(url))
    assert QuestionRevision.objects.filter(pk=draft.pk).exists()


def test_discarding_leads_back_to_the_question(
    edda_client: Client, draft: QuestionRevision
) -> None:
    url = f"/admin/questions/questionrevision/{draft.pk}/discard/"
    response = edda_client.post(url)
    assert response.url == f"/admin/questions/question/{draft.question_id}/change/"
    assert not QuestionRevision.objects.filter(pk=draft.pk).exists()
    assert edda_client.post(url).status_code == 404
    assert edda_client.post(url_of(draft), {"prompt": "x"}).status_code == 404


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"


def test_hostile_markdown_is_harmless_in_previews(
    edda_client: Client, draft: QuestionRevision
) -> None:
    live = edda_client.post("/admin/questions/questionrevision/preview/", {"text": HOSTILE})
    save(edda_client, draft, context=HOSTILE, answer=HOSTILE, hints__0__text=HOSTILE)
    page = text_of(edda_client.get(url_of(draft)))
    for html in (text_of(live), page):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html


def test_preview_is_only_for_posts(edda_client: Client) -> None:
    assert edda_client.get("/admin/questions/questionrevision/preview/").status_code == 405


def test_draft_that_an_import_overtook_says_so(
    edda_client: Client, draft: QuestionRevision, now: datetime
) -> None:
    newer = QuestionRevision.objects.create(
        question=draft.question, number=3, prompt="Imported?", frozen_at=now.replace(hour=15)
    )
    Question.objects.filter(pk=draft.question_id).update(current_revision=newer)
    assert "was published after this draft began" in text_of(edda_client.get(url_of(draft)))


def test_revision_published_while_the_page_was_open_is_not_undone_unseen(
    edda_client: Client, draft: QuestionRevision, now: datetime
) -> None:
    question = draft.question
    opened = filled_in(edda_client.get(url_of(draft)))
    newer = correct(question, "Corrected.", now=now + timedelta(hours=1))
    mine = {**opened, "change_note": "Mine", "prompt": "Mine?"}
    page = text_of(edda_client.post(url_of(draft), {**mine, "_publish": "1"}))
    assert "was published while you were writing: save the draft, then compare." in page
    assert ">\nMine?</textarea>" in page
    question.refresh_from_db()
    assert question.current_revision == newer
    page = text_of(save(edda_client, draft, "_publish", change_note="Mine", prompt="Mine?"))
    assert "It is published." in page


def test_what_is_missing_stands_beside_its_field(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = factories.make_question(topic="", level="", speak_seconds=None, status="draft")
    draft = editing.start_draft(question, author=edda, now=now)
    shown = edda_client.get(
        f"/admin/questions/questionrevision/{draft.pk}/change/"
    ).content.decode()
    assert '<a href="#id_level">Choose a level.</a>' in shown
    assert '<strong class="gap">Choose a level.</strong>' in shown
    assert '<a href="#key_points-group">Write 3 to 8 key points; there are 2.</a>' in shown
    assert "as a full statement. Write 3 to 8 key points; there are 2." in shown
    assert f'<a href="/admin/questions/question/{question.pk}/change/">Choose a topic.</a>' in shown


def test_what_keeps_a_draft_from_being_saved_is_told_at_the_top(
    edda_client: Client, draft: QuestionRevision
) -> None:
    shown = text_of(save(edda_client, draft, "_publish", prompt=""))
    assert "Nothing is saved yet. Please mend:" in shown
    assert '<a href="#id_prompt">Prompt</a>: This field is required.' in shown
    assert '<a href="#id_change_note">What changed</a>: Say in a few words' in shown


def test_mistake_in_a_row_is_told_at_the_top_and_leads_to_its_field(
    edda_client: Client, draft: QuestionRevision
) -> None:
    fields = {"follow_ups__0__prompt": "", "follow_ups__0__words": "nothing like it"}
    shown = text_of(save(edda_client, draft, **fields))
    field = '<a href="#id_follow_ups-0-words">Find a question to carry on with</a>'
    assert f"{field}: Choose one of the questions found, or clear these words." in shown
    assert '<a href="#id_follow_ups-0-prompt">What is asked</a>: This field is required.' in shown


def test_all_that_one_part_lacks_stands_in_its_heading(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = factories.make_choice_question(options=(("Only this", False),), status="draft")
    draft = editing.start_draft(question, author=edda, now=now)
    page = text_of(edda_client.get(url_of(draft)))
    lacks = ["Write at least 2 options.", "Mark exactly one option as correct, not 0."]
    assert f"Options. {' '.join(lacks)}" in page
    for each in lacks:
        assert f'<a href="#options-group">{each}</a>' in page


def test_what_was_lacking_before_is_not_told_with_the_mistakes(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = factories.make_choice_question(options=(("Only this", False),), status="draft")
    draft = editing.start_draft(question, author=edda, now=now)
    fields = {"options__1__text": "Or this", "change_note": "More"}
    page = text_of(save(edda_client, draft, "_publish", **fields))
    assert '<a href="#options-group">Options</a>' in page
    assert "Write at least 2 options." not in page


def folded(response: Any) -> set[str]:
    """The parts that are folded, by their heading in the form's context."""
    fieldsets = {each.name: each for each in response.context["adminform"] if each.name}
    inlines = {each.formset.prefix: each for each in response.context["inline_admin_formsets"]}
    return {str(name) for name, each in {**fieldsets, **inlines}.items() if each.is_collapsible}


def test_parts_that_a_kind_has_no_use_for_are_folded(
    edda: User, edda_client: Client, draft: QuestionRevision, now: datetime
) -> None:
    where_from = {"Where it comes from"}
    assert folded(edda_client.get(url_of(draft))) == {"Output", "options", "steps", *where_from}
    choice = editing.start_draft(factories.make_choice_question(), author=edda, now=now)
    assert folded(edda_client.get(url_of(choice))) == {"Output", "steps", *where_from}


def test_parts_that_hold_something_are_never_folded(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = factories.make_question(options=(("Yes", True),), expected_output="1")
    draft = editing.start_draft(question, author=edda, now=now)
    assert folded(edda_client.get(url_of(draft))) == {"steps", "Where it comes from"}


@pytest.mark.parametrize(
    ("kind", "part"), [("single", "options"), ("ordering", "steps"), ("output", "Output")]
)
def test_kind_just_chosen_opens_what_it_needs(
    kind: str, part: str, edda_client: Client, draft: QuestionRevision
) -> None:
    response = save(edda_client, draft, "_publish", kind=kind)
    assert "Nothing is saved yet." in text_of(response)
    assert part not in folded(response)


def test_page_of_a_text_names_its_question(edda_client: Client, draft: QuestionRevision) -> None:
    slug = draft.question.slug
    assert f"<title>Edit the text of {slug}" in text_of(edda_client.get(url_of(draft)))
    current = draft.question.current_revision
    assert f"<title>Revision 1 of {slug}" in text_of(edda_client.get(url_of(current)))


def test_frozen_text_says_whose_it_is_and_whether_it_is_the_first(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = ready_question(authors=["Ada", "Grace"])
    first = text_of(edda_client.get(url_of(question.current_revision)))
    assert "Ada, Grace" in first
    assert "First text" in first
    assert "Clarified: says the same" not in first
    second = text_of(edda_client.get(url_of(correct(question, "Better.", now=now))))
    assert "Clarified: says the same, better" in second


def test_day_of_review_in_a_draft_is_kept_with_who_gave_it(
    edda: User, edda_client: Client, draft: QuestionRevision
) -> None:
    save(edda_client, draft, reviewed_on="2026-11-22")
    other = client_of(factories.make_user(is_editor=True))
    save(other, draft, "_publish", change_note="Better", answer="Better.")
    draft.refresh_from_db()
    assert (str(draft.reviewed_on), draft.reviewed_by) == ("2026-11-22", edda)
    assert "22 November 2026, Edda" in text_of(edda_client.get(url_of(draft)))


def queries_of_saving(
    client: Client, *, parts: int, editor: User, now: datetime
) -> tuple[int, int]:
    """Of a draft with that many parts of each kind, opened and saved untouched."""
    ids = [f"next-{parts}-{number}" for number in range(parts)]
    for slug in ids:
        factories.make_question(slug=slug)
    question = ready_question(
        key_points=tuple((f"Point {number}", 2) for number in range(parts)),
        misconceptions=tuple(f"Belief {number}" for number in range(parts)),
        follow_ups=tuple({"prompt": "And then?", "next_slug": slug} for slug in ids),
    )
    draft = editing.start_draft(question, author=editor, now=now)
    with CaptureQueriesContext(connection) as opened:
        data = filled_in(client.get(url_of(draft)))
    with CaptureQueriesContext(connection) as saved:
        response = client.post(url_of(draft), {**data, "_save": "1"})
    assert response.status_code == 302
    return len(opened), len(saved)


def test_queries_of_a_draft_do_not_grow_with_its_parts(
    edda: User, edda_client: Client, now: datetime
) -> None:
    few = queries_of_saving(edda_client, parts=2, editor=edda, now=now)
    assert queries_of_saving(edda_client, parts=7, editor=edda, now=now) == few


def test_draft_does_not_bring_the_whole_bank(edda_client: Client, draft: QuestionRevision) -> None:
    factories.make_question(slug="far-away")
    assert "far-away" not in text_of(edda_client.get(url_of(draft)))


def test_question_to_carry_on_with_is_found_and_chosen(
    edda_client: Client, draft: QuestionRevision
) -> None:
    """By the button alone, as without JavaScript: nothing is saved until one is chosen."""
    factories.make_question("How are `volumes` shared?", slug="shared", status="draft")
    found = save(edda_client, draft, "_find", follow_ups__0__words="volumes", prompt="Mine?")
    page = text_of(found)
    assert "1 question found. Choose it above, and it carries on." in page
    assert "Choose one of the questions found, or clear these words." in page
    assert 'value="shared"' in page
    draft.refresh_from_db()
    assert draft.prompt != "Mine?"

    data = {**filled_in(found), "follow_ups-0-next_slug": "shared", "_save": "1"}
    data["follow_ups-0-searched"] = "volumes"
    assert "is saved" in text_of(edda_client.post(url_of(draft), data, follow=True))
    assert draft.follow_ups.get().next_slug == "shared"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nowhere-at-all", "No question of the bank has these words."),
        ("", "Write some words of the question to find it."),
        ("x" * 300, "at most 200 characters"),
    ],
)
def test_words_that_find_nothing_are_told(
    edda_client: Client, draft: QuestionRevision, words: str, said: str
) -> None:
    fields = {"_find": "follow_ups-0", "follow_ups__0__words": words}
    data = filled_in(edda_client.get(url_of(draft)))
    data |= {name.replace("__", "-"): value for name, value in fields.items()}
    assert said in text_of(edda_client.post(url_of(draft), data))


def test_what_a_follow_up_leads_to_stays_though_it_is_not_in_the_bank(
    edda_client: Client, draft: QuestionRevision
) -> None:
    draft.follow_ups.update(next_slug="gone-from-here")
    page = text_of(edda_client.get(url_of(draft)))
    assert "gone-from-here, which is not in the bank" in page
    assert "There is no question with this id" in text_of(save(edda_client, draft))
    assert draft.follow_ups.get().next_slug == "gone-from-here"


def test_questions_are_found_for_a_row_while_one_types(
    edda_client: Client, draft: QuestionRevision, alice: User
) -> None:
    factories.make_question("How are `volumes` shared?", slug="shared")
    factories.make_question("My volumes?", slug="mine-abcd", private_to=alice)
    url = reverse("admin:questions_questionrevision_find", args=[draft.pk])
    found = edda_client.get(url, {"row": "follow_ups-3", "words": "volumes\0", "next_slug": "x"})
    assert found.json()["said"] == "1 question found. Choose it above, and it carries on."
    choices = found.json()["choices"]
    assert 'name="follow_ups-3-next_slug"' in choices
    assert "shared" in choices
    assert "mine-abcd" not in choices
    odd = edda_client.get(url, {"row": '"><script>', "words": "y" * 5_000}).json()
    assert "<script>" not in odd["choices"]
    assert (
        draft.question.slug
        not in edda_client.get(url, {"words": draft.question.slug}).json()["choices"]
    )


@pytest.mark.parametrize("others", ["private", "draft"])
def test_many_that_are_not_published_hide_none_that_is(
    edda: User, edda_client: Client, draft: QuestionRevision, others: str
) -> None:
    """Neither drafts of the bank nor an editor's own, which no text of the bank leads on to."""
    whose: dict[str, Any] = {"private_to": edda} if others == "private" else {"status": "draft"}
    for number in range(40):
        factories.make_question("How are volumes shared?", slug=f"a-{number}", **whose)
    factories.make_question("Which of all these ways shares volumes best?", slug="published")
    url = reverse("admin:questions_questionrevision_find", args=[draft.pk])
    choices = edda_client.get(url, {"row": "follow_ups-0", "words": "volumes"}).json()["choices"]
    assert 'value="published"' in choices
    assert ('value="a-0"' in choices) == (others == "draft")


def test_only_editors_find_questions_for_a_draft(
    edda_client: Client, draft: QuestionRevision, alice: User
) -> None:
    url = reverse("admin:questions_questionrevision_find", args=[draft.pk])
    assert "shared" not in text_of(client_of(alice).get(url, {"words": "volumes"}))
    assert client_of(alice).get(url).status_code in (302, 404)
    missing = reverse("admin:questions_questionrevision_find", args=[draft.pk + 1_000])
    assert edda_client.get(missing).status_code == 404
    frozen = reverse(
        "admin:questions_questionrevision_find", args=[draft.question.current_revision_id]
    )
    assert edda_client.get(frozen).status_code == 403
