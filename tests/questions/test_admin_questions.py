"""The list of questions, a question's page, and what can be done with several at once."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from questions import editing, offering
from questions.indexing import index
from questions.matching import make_vectors
from questions.models import Question, QuestionRevision, Report, Tag, Topic
from tests import factories
from tests.questions.test_editing import ready_question

LIST = "/admin/questions/question/"


def run(client: Client, action: str, *questions: Question, **fields: str) -> str:
    data = {"action": action, "_selected_action": [each.pk for each in questions], **fields}
    return client.post(LIST, data, follow=True).content.decode()


def page(client: Client, url: str = LIST) -> str:
    return client.get(url).content.decode()


def page_of(question: Question) -> str:
    return f"{LIST}{question.pk}/change/"


def test_list_asks_the_same_for_one_row_and_for_many(
    edda: User, edda_client: Client, now: datetime
) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert edda_client.get(LIST).status_code == 200
        return len(queries)

    editing.start_draft(ready_question(tags=("a",)), author=edda, now=now)
    edda_client.get(LIST)
    few = ask()
    for number in range(6):
        question = ready_question(tags=("a", f"tag-{number}"), topic=f"docker/topic-{number}")
        Report.objects.create(revision=question.current_revision)
        editing.start_draft(question, author=edda, now=now)
    assert ask() == few


def test_list_says_what_each_question_is(edda: User, edda_client: Client, now: datetime) -> None:
    question = ready_question(slug="multi-stage", reviewed_on=now.date())
    Report.objects.create(revision=question.current_revision)
    editing.start_draft(question, author=edda, now=now)
    shown = page(edda_client)
    for words in ("multi-stage", "Open answer", "Junior", "has a draft, for everyone"):
        assert words in shown
    assert '<td class="field-key_points"><span class="cell-label">Points</span> 3</td>' in shown
    assert '<td class="field-reports"><span class="cell-label">Reports</span> 1</td>' in shown


def test_code_in_a_question_is_shown_without_its_backticks(
    edda: User, edda_client: Client, alice: User, now: datetime
) -> None:
    question = ready_question(prompt="What does `COPY` do?", slug="copy")
    draft = editing.start_draft(question, author=edda, now=now)
    draft.follow_ups.update(prompt="And `ADD`?")
    report = Report.objects.create(revision=question.current_revision)
    offered = ready_question(prompt="What is `RUN`?", private_to=alice)
    offer = offering.offer(offered, author=alice, name="Alice", now=now)
    assert "What does <code>COPY</code> do?" in page(edda_client)
    assert "What is <code>RUN</code>?" in page(edda_client, "/admin/questions/offer/")
    assert "<code>COPY</code>" in page(edda_client, "/admin/questions/report/")
    for path in (
        f"question/{question.pk}/change/",
        f"question/{question.pk}/history/",
        f"report/{report.pk}/change/",
        f"offer/{offer.pk}/change/",
        f"questionrevision/{question.current_revision_id}/change/",
    ):
        assert "`" not in page(edda_client, f"/admin/questions/{path}")
    shown = page(edda_client, f"/admin/questions/questionrevision/{draft.pk}/change/")
    assert '<span class="inline_label">And ADD?' in shown


def test_question_to_be_deleted_is_named_without_backticks(edda_client: Client) -> None:
    question = ready_question(prompt="What does `COPY` do?", status="draft")
    assert "`" not in page(edda_client, f"{LIST}{question.pk}/delete/")


def test_topic_filter_indents_without_underlined_blanks(edda_client: Client) -> None:
    topic = Topic.objects.at("docker/dockerfile-builds")
    shown = page(edda_client)
    assert f'topic={topic.path}" class="depth-1">{topic.title}</a>' in shown.replace("%2F", "/")
    assert "\N{NO-BREAK SPACE}" not in shown


def test_header_greets_by_name(edda: User, edda_client: Client) -> None:
    edda.name = "Edda"
    edda.save()
    assert "<strong>Edda</strong>" in page(edda_client)
    assert edda.email not in page(edda_client)


def test_draft_is_told_to_be_seen_by_nobody_else(edda_client: Client) -> None:
    ready_question(status="draft")
    assert "for everyone" not in page(edda_client, LIST)


def test_status_of_a_question_with_only_a_draft_leads_to_the_draft(
    edda: User, edda_client: Client, now: datetime
) -> None:
    begun = editing.begin_question(
        "New?", slug="begun", topic=None, tags=[], kind="open", author=edda, now=now
    )
    draft = editing.draft_of(begun)
    response = edda_client.post(f"{LIST}{begun.pk}/change/", {"status": "published"})
    url = f"/admin/questions/questionrevision/{draft.pk}/change/"
    assert f'<a href="{url}">Publish its draft.</a>' in response.content.decode()


def test_nothing_done_is_told_as_no_success(edda_client: Client) -> None:
    question = ready_question()
    for action in ("mark_reviewed", "retire"):
        run(edda_client, action, question)
        assert "0 questions" not in run(edda_client, action, question)
    run(edda_client, "put_back", question)
    assert "0 questions" not in run(edda_client, "put_back", question)


def test_questions_can_be_narrowed_down(edda: User, edda_client: Client, now: datetime) -> None:
    first = ready_question(slug="first-one", tags=("alpha",))
    factories.make_choice_question(
        slug="second-one", topic="git", status="retired", level="senior", private_to=edda
    )
    Report.objects.create(revision=first.current_revision)
    editing.start_draft(first, author=edda, now=now)
    for query in (
        "status__exact=published",
        "topic=docker",
        "kind=open",
        "level=junior",
        "draft=yes",
        "reports=open",
        "sharing=shared",
        "q=alpha",
        "q=multi-stage",
    ):
        shown = page(edda_client, f"{LIST}?{query}")
        assert "first-one" in shown, query
        assert "second-one" not in shown, query
    for query in ("draft=no", "reports=none", "sharing=private", "level=senior", "kind=single"):
        assert "first-one" not in page(edda_client, f"{LIST}?{query}"), query


def test_ready_drafts_are_published_and_others_say_why(
    edda: User, edda_client: Client, now: datetime
) -> None:
    ready, unready = ready_question(), factories.make_question(slug="unready", status="draft")
    draft = editing.start_draft(ready, author=edda, now=now)
    draft.hints.all().delete()
    QuestionRevision.objects.filter(pk=draft.pk).update(change_note="No hints")
    shown = run(edda_client, "publish", ready, unready)
    assert "1 question is published." in shown
    assert "1 question is not published. It needs something first:" in shown
    assert ">unready</a>: Write 3 to 8 key points; there are 2." in shown
    ready.refresh_from_db()
    unready.refresh_from_db()
    assert ready.current_revision == draft
    assert unready.status == "draft"


def test_several_are_retired_and_put_back(edda_client: Client) -> None:
    one, two = ready_question(), ready_question()
    assert "2 questions are retired." in run(edda_client, "retire", one, two)
    assert set(Question.objects.values_list("status", flat=True)) == {"retired"}
    assert "1 question was retired already." in run(edda_client, "retire", one)
    assert "2 questions are published again." in run(edda_client, "put_back", one, two)
    assert set(Question.objects.values_list("status", flat=True)) == {"published"}


def test_what_was_in_review_is_put_back_in_review(edda_client: Client) -> None:
    question = ready_question(slug="unread", status="review")
    topic = question.topic_id
    data = {"status": "retired", "topic": topic}
    edda_client.post(f"{LIST}{question.pk}/change/", data)
    question.refresh_from_db()
    assert question.status == "retired"
    shown = run(edda_client, "put_back", question)
    assert "1 question is back as it was, not published:" in shown
    question.refresh_from_db()
    assert question.status == "review"


def test_what_is_put_back_unready_says_why(edda_client: Client) -> None:
    unready = factories.make_question(slug="unready", status="retired")
    shown = run(edda_client, "put_back", unready)
    assert "so it is back as a draft:" in shown
    assert ">unready</a>: Write 3 to 8 key points; there are 2." in shown


def test_chosen_questions_are_exported_in_the_chosen_format(edda_client: Client) -> None:
    chosen, _other = ready_question(slug="chosen"), ready_question(slug="other")
    data = {"action": "export", "format": "json", "_selected_action": [chosen.pk]}
    response = edda_client.post(LIST, data)
    assert response["Content-Type"] == "application/json"
    assert [each["slug"] for each in response.json()["questions"]] == ["chosen"]


def test_question_without_text_is_left_out_of_the_export(
    edda: User, edda_client: Client, now: datetime
) -> None:
    begun = editing.begin_question(
        "New?", slug="begun", topic=None, tags=[], kind="open", author=edda, now=now
    )
    shown = run(edda_client, "export", begun, format="csv")
    assert "1 question is left out: it has no published text yet." in shown


def test_tag_is_added_to_several(edda_client: Client) -> None:
    one, two = ready_question(), ready_question()
    assert "2 questions have the tag build." in run(edda_client, "add_tag", one, two, tag="build")
    assert Tag.objects.get(slug="build").questions.count() == 2
    assert "Nothing is changed. Write the tag" in run(edda_client, "add_tag", one, tag=" ")
    said = "Nothing is changed: “Not a tag!” cannot be a tag. Use small letters"
    assert said in run(edda_client, "add_tag", one, tag="Not a tag!")
    assert Tag.objects.count() == 1


def test_no_action_says_where_on_the_page_its_field_is(edda_client: Client) -> None:
    """On a phone it is below."""
    shown = page(edda_client) + run(edda_client, "add_tag", ready_question(), tag="")
    assert "beside" not in shown


@pytest.mark.parametrize("tag", ["Not a tag!", " "])
def test_refused_tag_keeps_the_rows_that_are_chosen(edda_client: Client, tag: str) -> None:
    one, two, other = (ready_question() for _ in range(3))
    chosen = [one.pk, two.pk]
    data = {"action": "add_tag", "index": "0", "tag": tag, "_selected_action": chosen}
    response = edda_client.post(f"{LIST}?status__exact=published", data)
    shown = response.content.decode()
    assert "Nothing is changed" in shown
    ticked = re.findall(r'<input checked [^>]*value="(\d+)"', shown)
    assert sorted(map(int, ticked)) == chosen
    assert '<option value="add_tag" selected>' in shown
    assert f'name="tag" value="{tag}"' in shown or not tag.strip()
    corrected = edda_client.post(LIST, {**data, "tag": "a-tag"}, follow=True).content.decode()
    assert "2 questions have the tag a-tag." in corrected
    assert not other.tags.exists()


def test_actions_never_reach_private_questions(alice: User, edda_client: Client) -> None:
    private = factories.make_question(private_to=alice)
    run(edda_client, "retire", private)
    private.refresh_from_db()
    assert private.status == "published"


def test_new_question_begins_with_a_draft(edda: User, edda_client: Client) -> None:
    topic = Topic.objects.at("docker")
    response = edda_client.post(
        f"{LIST}add/",
        {"prompt": "What is a tmpfs mount?", "kind": "single", "topic": topic.pk, "slug": ""},
    )
    question = Question.objects.get()
    draft = question.revisions.get()
    assert response.url == f"/admin/questions/questionrevision/{draft.pk}/change/"
    assert (question.slug, question.status, question.owner) == (
        "what-is-a-tmpfs-mount",
        "draft",
        edda,
    )
    assert (draft.kind, draft.prompt, draft.is_frozen) == (
        "single",
        "What is a tmpfs mount?",
        False,
    )
    assert edda_client.get(response.url).status_code == 200
    assert edda_client.get(page_of(question)).status_code == 200


@pytest.mark.parametrize(
    "fields", [{"prompt": ""}, {"slug": "Not good"}, {"slug": "taken"}, {"kind": "essay"}]
)
def test_bad_new_question_is_refused(fields: dict[str, str], edda_client: Client) -> None:
    ready_question(slug="taken")
    data = {"prompt": "New?", "kind": "open", "slug": "new", **fields}
    assert "errorlist" in edda_client.post(f"{LIST}add/", data).content.decode()
    assert Question.objects.count() == 1


def test_page_shows_the_text_its_revisions_and_reports(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = ready_question()
    Report.objects.create(revision=question.current_revision, text="That is out of date")
    shown = page(edda_client, page_of(question))
    for words in ("Build tools stay out", "less to ship", "Revision 1", "That is out of date"):
        assert words in shown
    assert "Edit the text" in shown
    editing.start_draft(question, author=edda, now=now)
    assert "Go on with the draft" in page(edda_client, page_of(question))


def test_preview_shows_code_as_learners_see_it(
    edda: User, edda_client: Client, now: datetime
) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    draft.prompt = "What does `COPY` do?"
    draft.save()
    draft.key_points.update(text="`COPY` takes <files>")
    shown = page(edda_client, f"/admin/questions/questionrevision/{draft.pk}/change/")
    assert '<p class="preview-prompt">What does <code>COPY</code> do?</p>' in shown
    assert "<code>COPY</code> takes &lt;files&gt;" in shown


def test_first_text_is_no_change(edda_client: Client) -> None:
    shown = page(edda_client, page_of(ready_question()))
    assert "First text" in shown
    assert "Clarified" not in shown


def test_edit_the_text_leads_to_the_draft(edda_client: Client) -> None:
    question = ready_question()
    urls = {edda_client.post(f"{LIST}{question.pk}/draft/").url for _time in range(2)}
    draft = editing.draft_of(question)
    assert urls == {f"/admin/questions/questionrevision/{draft.pk}/change/"}
    assert edda_client.get(f"{LIST}{question.pk}/draft/").status_code == 405


def test_id_is_permanent(edda_client: Client) -> None:
    question = ready_question(slug="permanent", tags=("old",))
    new = Tag.objects.create(slug="new")
    data: dict[str, Any] = {"slug": "other", "topic": "", "status": "review", "tags": [new.pk]}
    edda_client.post(page_of(question), data)
    question.refresh_from_db()
    assert (question.slug, question.status, question.topic) == ("permanent", "review", None)
    assert [tag.slug for tag in question.tags.all()] == ["new"]


def test_text_that_is_not_ready_cannot_be_set_published(edda_client: Client) -> None:
    question = factories.make_question(status="draft")
    data = {"topic": question.topic_id, "status": "published"}
    shown = edda_client.post(page_of(question), data).content.decode()
    assert "It cannot be published yet." in shown
    assert "Write 3 to 8 key points" in shown
    question.refresh_from_db()
    assert question.status == "draft"


def test_question_with_results_cannot_be_deleted(alice: User, edda_client: Client) -> None:
    question = ready_question()
    factories.make_review(factories.make_card(alice, question))
    assert "Retire it instead" in page(edda_client, page_of(question))
    assert edda_client.post(f"{LIST}{question.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Question.objects.filter(pk=question.pk).exists()


def test_what_is_deleted_is_told_in_the_words_of_the_bank(edda_client: Client) -> None:
    question = ready_question(status="draft", tags=("build",))
    index([question.pk])
    make_vectors(question.current_revision)
    page = edda_client.get(f"{LIST}{question.pk}/delete/").content.decode()
    assert "Key points: 3" in page
    for internal in ("Search entr", "Question_tags", "relationship", "ectors"):
        assert internal not in page
    edda_client.post(f"{LIST}{question.pk}/delete/", {"post": "yes"})
    assert not Question.objects.exists()


def test_question_nobody_used_can_be_deleted(
    edda: User, edda_client: Client, now: datetime
) -> None:
    question = ready_question()
    editing.start_draft(question, author=edda, now=now)
    edda_client.post(f"{LIST}{question.pk}/delete/", {"post": "yes"})
    assert not QuestionRevision.objects.exists()


def test_report_names_who_sent_it_without_a_link_that_editors_may_not_follow(
    alice: User, edda_client: Client
) -> None:
    revision = ready_question().current_revision
    report = Report.objects.create(revision=revision, reporter=alice, reason="wrong")
    shown = page(edda_client, f"/admin/questions/report/{report.pk}/change/")
    assert str(alice) in shown
    assert "/admin/accounts/" not in shown


def test_reports_are_resolved_and_declined(edda_client: Client) -> None:
    report = Report.objects.create(revision=ready_question().current_revision)
    url = "/admin/questions/report/"
    for action, said, state in (
        ("resolve", "1 report is resolved.", "resolved"),
        ("decline", "1 report is declined.", "declined"),
    ):
        data = {"action": action, "_selected_action": report.pk}
        assert said in edda_client.post(url, data, follow=True).content.decode()
        report.refresh_from_db()
        assert report.state == state
    shown = page(edda_client, f"{url}{report.pk}/change/")
    assert "revision 1, which they saw" in shown


def test_code_in_a_reported_key_point_is_shown_without_its_backticks(edda_client: Client) -> None:
    question = factories.make_question(key_points=(("`COPY` takes <files>", 3),))
    point = question.current_revision.key_points.get()
    report = Report.objects.create(revision=question.current_revision, key_point=point)
    url = "/admin/questions/report/"
    for place in (url, f"{url}{report.pk}/change/", page_of(question)):
        assert "<code>COPY</code> takes &lt;files&gt;" in page(edda_client, place)
        assert "`COPY`" not in page(edda_client, place)


def test_queries_of_the_reports_do_not_grow(
    edda_client: Client, django_assert_max_num_queries: Any
) -> None:
    def report() -> None:
        revision = ready_question().current_revision
        Report.objects.create(revision=revision, key_point=revision.key_points.first())

    report()
    with django_assert_max_num_queries(20) as few:
        page(edda_client, "/admin/questions/report/")
    for _number in range(5):
        report()
    with django_assert_max_num_queries(len(few)):
        page(edda_client, "/admin/questions/report/")


def test_topics_stand_in_their_tree(edda_client: Client) -> None:
    for path, position in (("git", 2), ("docker", 1), ("git/rebase", 1), ("docker/z", 1)):
        topic = Topic.objects.at(path)
        topic.position = position
        topic.save()
    topics = edda_client.get("/admin/questions/topic/").context["cl"].result_list
    assert [topic.path for topic in topics] == ["docker", "docker/z", "git", "git/rebase"]


def test_topic_needs_the_one_above_it(edda_client: Client) -> None:
    data = {"path": "aws/s3", "title": "S3", "position": "0"}
    shown = edda_client.post("/admin/questions/topic/add/", data).content.decode()
    assert "Make the topic “aws” first." in shown
    edda_client.post("/admin/questions/topic/add/", {**data, "path": "aws", "title": "AWS"})
    edda_client.post("/admin/questions/topic/add/", data)
    assert Topic.objects.get(path="aws/s3").parent.path == "aws"
    bad = edda_client.post("/admin/questions/topic/add/", {**data, "path": "AWS S3"})
    assert "Use slugs separated by slashes" in bad.content.decode()


def test_used_topics_and_tags_cannot_be_deleted(edda_client: Client) -> None:
    question = ready_question(tags=("build",))
    for url in (
        f"/admin/questions/topic/{question.topic_id}/delete/",
        f"/admin/questions/topic/{question.topic.parent_id}/delete/",
        f"/admin/questions/tag/{question.tags.get().pk}/delete/",
    ):
        assert edda_client.post(url, {"post": "yes"}).status_code == 403, url


def test_tags_are_merged_after_a_second_look(edda_client: Client) -> None:
    question = ready_question(tags=("build", "builds"))
    kept, other = Tag.objects.order_by("slug")
    data: dict[str, Any] = {"action": "merge", "_selected_action": [kept.pk, other.pk]}
    url = "/admin/questions/tag/"
    assert "Keep this tag" in edda_client.post(url, data).content.decode()
    assert Tag.objects.count() == 2
    refused = edda_client.post(url, {**data, "merge": "Merge", "into": ""})
    assert "This field is required." in refused.content.decode()
    done = edda_client.post(url, {**data, "merge": "Merge", "into": kept.pk}, follow=True)
    assert "1 tag was merged into build." in done.content.decode()
    assert [tag.slug for tag in question.tags.all()] == ["build"]
    assert Tag.objects.get() == kept


def test_list_of_a_bank_without_topics_opens(edda_client: Client) -> None:
    assert edda_client.get(LIST).status_code == 200


def test_editors_find_drafts_by_prompt_and_everything_by_its_answer(edda_client: Client) -> None:
    factories.make_question("What is retired?", answer="A zeppelin.", status="retired")
    factories.make_question("What is a volume?")
    assert "What is retired?" in page(edda_client, f"{LIST}?q=zeppelins")
    assert "What is a volume?" not in page(edda_client, f"{LIST}?q=zeppelins")
