"""Writing a question with its preview, offering it, and the editor who takes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from accounts.models import User
from questions import editing, offering
from questions.models import Offer, Question, QuestionRevision, Report
from tests import factories
from tests.browser.test_practice import sign_in
from tests.questions.test_editing import ready_question

type Enter = Callable[[User], None]


@pytest.fixture
def enter(page: Page, live_server: Any) -> Enter:
    def sign_in_as(person: User) -> None:
        page.context.clear_cookies()
        sign_in(page.context, live_server, person)

    return sign_in_as


def test_preview_follows_the_text(page: Page, live_server: Any, alice: User, enter: Enter) -> None:
    enter(alice)
    page.goto(f"{live_server.url}/bank/new/")
    page.fill("[name=prompt]", "What does `tmpfs` do?")
    page.fill("[name=answer]", "It keeps files **in memory**.")
    preview = page.locator("#preview")
    expect(preview.locator("code")).to_have_text("tmpfs")
    expect(preview.locator("strong", has_text="in memory")).to_be_visible()


def test_question_that_carries_on_is_found_while_one_types(
    page: Page, live_server: Any, alice: User, enter: Enter
) -> None:
    factories.make_question("How are `volumes` shared?", slug="shared")
    own = factories.make_question(private_to=alice, slug="own-abcd", follow_ups=("And then?",))
    enter(alice)
    page.goto(f"{live_server.url}/bank/question/{own.slug}/edit/")
    words = page.get_by_label("Find a question to carry on with")
    words.press_sequentially("volum")
    expect(page.locator("#follow_ups-0-found")).to_contain_text("1 question found.")
    expect(words).to_be_focused()
    page.get_by_label("How are volumes shared?").check()
    expect(page.locator("#preview")).to_contain_text("Carries on with: How are volumes shared?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert own.revisions.get(number=2).follow_ups.get().next_slug == "shared"


def test_parts_are_moved_removed_and_added_by_keyboard(
    page: Page, live_server: Any, alice: User, enter: Enter
) -> None:
    own = factories.make_question(
        private_to=alice, slug="own-abcd", misconceptions=("One", "Two", "Three")
    )
    enter(alice)
    page.goto(f"{live_server.url}/bank/question/{own.slug}/edit/")
    beliefs = page.get_by_label("What people believe")
    page.get_by_role("button", name="Up: Misconception 3").press("Enter")
    expect(beliefs.nth(1)).to_have_value("Three")
    expect(page.get_by_role("button", name="Up: Misconception 2")).to_be_focused()
    page.keyboard.press("Enter")
    expect(beliefs.first).to_have_value("Three")
    expect(page.get_by_role("button", name="Down: Misconception 1")).to_be_focused()
    page.get_by_role("button", name="Remove: Misconception 2").press("Space")
    expect(beliefs).to_have_count(2)
    expect(beliefs.nth(1)).to_be_focused()
    page.get_by_role("button", name="One more misconception").press("Enter")
    expect(beliefs.nth(2)).to_be_focused()
    page.keyboard.type("Four")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    texts = own.revisions.get(number=2).misconceptions.values_list("text", flat=True)
    assert list(texts) == ["Three", "Two", "Four"]


def test_question_goes_from_its_author_to_the_bank(
    page: Page, live_server: Any, alice: User, edda: User, enter: Enter
) -> None:
    question = ready_question(private_to=alice, status="draft", slug="what-is-it-abcd")
    enter(alice)
    page.goto(f"{live_server.url}/bank/question/{question.slug}/")
    page.get_by_role("link", name="Offer to the bank").click()
    page.locator("[name=consents]").check()
    page.get_by_role("button", name="Offer it").click()
    expect(page.get_by_text("An editor has not decided yet.")).to_be_visible()

    enter(edda)
    page.goto(f"{live_server.url}/admin/questions/question/")
    page.get_by_role("link", name="Offered by people").click()
    page.locator("#result_list tbody a").click()
    page.get_by_role("button", name="Accept and publish").click()
    expect(page.get_by_text("It is in the bank, and published.")).to_be_visible()
    assert Offer.objects.get().state == "accepted"
    assert Question.objects.shared().filter(pk=question.pk).exists()


def test_pages_of_an_author_have_no_violation(
    alice: User, edda: User, enter: Enter, audit: Any, now: Any
) -> None:
    factories.make_question(slug="next-one")
    signs = {"strong": ["Names both"], "weak": ["Guesses"], "expect": ["A tar file"]}
    own = ready_question(
        private_to=alice,
        slug="own-abcd",
        misconceptions=("`rm` is safe", "It is a layer"),
        follow_ups=({"prompt": "And then?", "next_slug": "next-one", **signs}, "Bare?"),
    )
    unready = factories.make_question(private_to=alice, level="", slug="unready-abcd")
    declined = ready_question(private_to=alice, slug="declined-abcd")
    offer = offering.offer(declined, author=alice, name="Alice", now=now)
    offering.decline(offer, editor=edda, reason="Too narrow.", now=now)
    enter(alice)
    for path in (
        f"question/{own.slug}/edit/",
        f"question/{own.slug}/offer/",
        f"question/{unready.slug}/offer/",
        f"question/{declined.slug}/",
        "mine/",
    ):
        assert audit(f"/bank/{path}") == []


def test_comparison_has_no_violation(edda: User, enter: Enter, audit: Any, now: Any) -> None:
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    draft.answers.update(text="Several FROM lines in one file.")
    enter(edda)
    assert audit(f"/admin/questions/question/{question.pk}/compare/") == []


def test_chosen_kind_opens_the_parts_it_needs(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime
) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    enter(edda)
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    expect(page.locator("#id_options-0-text")).to_be_hidden()
    page.select_option("#id_kind", "single")
    expect(page.locator("#id_options-0-text")).to_be_visible()
    expect(page.locator("#id_steps-0-text")).to_be_hidden()
    page.select_option("#id_kind", "output")
    expect(page.locator("#id_expected_output")).to_be_visible()


def test_enter_never_writes_over_a_colleague(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime
) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    enter(edda)
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    draft.prompt = "Theirs?"
    draft.save()
    page.fill("#id_prompt", "Mine?")
    for _ in range(2):
        page.press("#id_change_note", "Enter")
        expect(page.get_by_role("button", name="Save mine over it")).to_be_visible()
    draft.refresh_from_db()
    assert draft.prompt == "Theirs?"


def test_pages_of_an_editor_have_no_violation(
    edda: User, enter: Enter, audit: Any, now: datetime
) -> None:
    question = ready_question(prompt="What does `FROM` do?", tags=("images",), answer="A *base*.")
    draft = editing.start_draft(question, author=edda, now=now)
    enter(edda)
    for path in (
        "question/",
        "question/add/",
        f"question/{question.pk}/change/",
        f"questionrevision/{question.current_revision_id}/change/",
        f"questionrevision/{draft.pk}/change/",
        f"questionrevision/{draft.pk}/discard/",
    ):
        assert audit(f"/admin/questions/{path}") == []


@pytest.mark.parametrize("width", [390, 1280])
def test_fields_of_a_draft_are_as_tall_as_their_text(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime, width: int
) -> None:
    draft = editing.start_draft(
        ready_question(prompt="What is it? " * 20, answer="A line.\n\n" * 30), author=edda, now=now
    )
    enter(edda)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    page.fill("#id_key_points-0-text", "Several FROM lines in one file. " * 12)
    cut = """fields => fields.filter(field => field.scrollHeight > field.clientHeight + 1)
        .map(field => field.id)"""
    assert page.locator("textarea:visible").evaluate_all(cut) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_editor_finds_what_a_follow_up_of_a_draft_carries_on_with(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime, width: int
) -> None:
    factories.make_question("How are `volumes` shared?", slug="shared")
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    enter(edda)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    words = page.locator("#id_follow_ups-0-words")
    words.press_sequentially("volum")
    found = page.locator("#follow_ups-0").get_by_role("status")
    expect(found).to_have_text("1 question found. Choose it above, and it carries on.")
    expect(words).to_be_focused()
    words.press("Enter")
    expect(found).to_have_text("1 question found. Choose it above, and it carries on.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("How are volumes shared?")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert draft.follow_ups.get().next_slug == "shared"

    page.locator("#id_follow_ups-1-words").fill("nowhere")
    page.locator("#follow_ups-1").get_by_role("button", name="Find").click()
    expect(page.locator("#follow_ups-1").get_by_role("status")).to_contain_text("No question of")


@pytest.mark.parametrize("part", ["key_points", "follow_ups"])
def test_rows_of_a_draft_are_added_and_removed_by_keyboard(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime, part: str
) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    enter(edda)
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    group = page.locator(f"#{part}-group")
    add, remove = (group.get_by_role("button", name=name) for name in ("Add another", "Remove"))
    for key in ("Space", "Enter"):
        rows = remove.count()
        add.press(key)
        expect(remove).to_have_count(rows + 1)
        added = page.locator(f"#id_{part}-TOTAL_FORMS").input_value()
        first = "text" if part == "key_points" else "prompt"
        expect(page.locator(f"#id_{part}-{int(added) - 1}-{first}")).to_be_focused()
    remove.last.press("Space")
    expect(remove).to_have_count(rows)
    expect(add).to_be_focused()


def test_link_to_a_mistake_shows_what_the_field_is_and_what_is_wrong_there(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime
) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    enter(edda)
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    page.fill("#id_follow_ups-0-prompt", "And then?")
    page.fill("#id_follow_ups-0-words", "nothing like it")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("link", name="Find a question to carry on with").click()
    expect(page.locator("#id_follow_ups-0-words")).to_be_focused()
    row = page.locator("#follow_ups-0")
    expect(row.get_by_text("Find a question to carry on with:")).to_be_in_viewport(ratio=1)
    expect(row.get_by_text("or clear these words")).to_be_in_viewport(ratio=1)


def test_long_names_do_not_widen_the_comparison_on_a_phone(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime
) -> None:
    User.objects.filter(pk=edda.pk).update(name="Edda Editor of Long Names " * 3)
    question = ready_question()
    draft = editing.start_draft(question, author=edda, now=now)
    draft.answers.update(text="Another answer")
    editing.publish_draft(draft, actor=edda, now=now)
    enter(edda)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}/admin/questions/question/{question.pk}/compare/")
    expect(page.get_by_label("To:")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def stay_when_asked(page: Page) -> list[str]:
    """The kinds of questions that came."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return asked


def test_draft_is_not_left_with_unsaved_text_unasked(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime
) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    asked = stay_when_asked(page)
    enter(edda)
    url = f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/"
    page.goto(url)
    page.get_by_role("link", name="To the question").click()
    expect(page).to_have_url(
        f"{live_server.url}/admin/questions/question/{draft.question_id}/change/"
    )
    assert asked == []

    page.goto(url)
    page.fill("#id_hints-0-text", "Think of more than FROM.")
    page.get_by_role("link", name="To the question").click(no_wait_after=True)
    expect(page.locator("#id_hints-0-text")).to_have_value("Think of more than FROM.")
    assert asked == ["beforeunload"]

    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert asked == ["beforeunload"]


def test_refused_draft_is_not_left_unasked_either(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime
) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    asked = stay_when_asked(page)
    enter(edda)
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    page.fill("#id_prompt", "Two\nlines")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    page.get_by_role("link", name="To the question").click(no_wait_after=True)
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    assert asked == ["beforeunload"]


def change_topic(page: Page) -> None:
    page.select_option("#id_topic", label="Git")


def add_tag(page: Page) -> None:
    page.locator(".select2-search__field").press_sequentially("stor")
    page.locator(".select2-results__option", has_text="storage").click()


def remove_tag(page: Page) -> None:
    page.locator(".select2-selection__choice__remove").first.click()


@pytest.mark.parametrize("change", [change_topic, add_tag, remove_tag])
def test_question_is_not_left_with_an_unsaved_place_unasked(
    page: Page, live_server: Any, edda: User, enter: Enter, change: Callable[[Page], None]
) -> None:
    question = ready_question(tags=("docker", "images"))
    ready_question(prompt="Another?", topic="git", tags=("storage",))
    asked = stay_when_asked(page)
    enter(edda)
    url = f"{live_server.url}/admin/questions/question/{question.pk}/change/"
    page.goto(url)
    page.get_by_role("link", name="History").click()
    expect(page).to_have_url(url.replace("change", "history"))
    assert asked == []

    page.goto(url)
    change(page)
    page.get_by_role("button", name="Edit the text").click(no_wait_after=True)
    expect(page.get_by_role("button", name="Edit the text")).to_be_visible()
    assert asked == ["beforeunload"]
    assert editing.draft_of(question) is None

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert asked == ["beforeunload"]


def change_prompt(page: Page) -> None:
    page.fill("#id_prompt", "Another?")


def move_a_row(page: Page) -> None:
    page.get_by_role("button", name="Up: Misconception 2").press("Enter")
    expect(page.locator("#id_misconceptions-0-text")).to_have_value("Two")


def remove_a_row(page: Page) -> None:
    page.get_by_role("button", name="Remove: Misconception 2").press("Enter")
    expect(page.get_by_label("What people believe")).to_have_count(1)


def type_and_move(page: Page) -> None:
    page.fill("#id_prompt", "Another?")
    move_a_row(page)
    page.get_by_role("button", name="Up: Misconception 2").press("Enter")
    expect(page.locator("#id_misconceptions-0-text")).to_have_value("One")


def choose_what_carries_on(page: Page) -> None:
    page.get_by_label("Find a question to carry on with").press_sequentially("volum")
    page.get_by_label("How are volumes shared?").check()


def show_by_itself(page: Page) -> None:
    """As without htmx: the page comes back whole, with what was typed."""
    page.fill("#id_prompt", "Another?")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#id_prompt")).to_have_text("Another?")


def save_what_is_refused(page: Page) -> None:
    page.fill("#id_tags", "a_b")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Something needs another look.").first).to_be_visible()


@pytest.mark.parametrize(
    "change",
    [
        change_prompt,
        move_a_row,
        remove_a_row,
        type_and_move,
        choose_what_carries_on,
        show_by_itself,
        save_what_is_refused,
    ],
)
def test_own_question_is_not_left_with_unsaved_text_unasked(
    page: Page, live_server: Any, alice: User, enter: Enter, change: Callable[[Page], None]
) -> None:
    factories.make_question("How are `volumes` shared?", slug="shared")
    own = factories.make_question(
        private_to=alice, slug="own-abcd", misconceptions=("One", "Two"), follow_ups=("Then?",)
    )
    asked = stay_when_asked(page)
    enter(alice)
    url = f"{live_server.url}/bank/question/{own.slug}/edit/"
    page.goto(url)
    change(page)
    assert asked == []
    page.get_by_role("link", name="Cancel").click(no_wait_after=True)
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    assert asked == ["beforeunload"]

    if change is not save_what_is_refused:
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
    assert asked == ["beforeunload"]


def test_own_question_with_nothing_new_is_left_at_once(
    page: Page, live_server: Any, alice: User, enter: Enter
) -> None:
    """An empty row, words to find a question by, a row moved to and fro: nothing to lose."""
    own = factories.make_question(
        private_to=alice, slug="own-abcd", misconceptions=("One", "Two"), follow_ups=("Then?",)
    )
    asked = stay_when_asked(page)
    enter(alice)
    page.goto(f"{live_server.url}/bank/question/{own.slug}/edit/")
    page.get_by_role("button", name="One more key point").click()
    expect(page.locator("#id_points-2-text")).to_be_focused()
    page.get_by_label("Find a question to carry on with").press_sequentially("nowhere")
    expect(page.locator("#follow_ups-0-found")).to_contain_text("No question of yours")
    move_a_row(page)
    page.get_by_role("button", name="Up: Misconception 2").press("Enter")
    expect(page.locator("#id_misconceptions-0-text")).to_have_value("One")
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(f"{live_server.url}/bank/question/{own.slug}/")
    assert asked == []


def test_offer_is_not_left_with_a_name_that_was_typed_unasked(
    page: Page, live_server: Any, alice: User, enter: Enter
) -> None:
    own = ready_question(private_to=alice, status="draft", slug="own-abcd")
    asked = stay_when_asked(page)
    enter(alice)
    url = f"{live_server.url}/bank/question/{own.slug}/offer/"
    page.goto(url)
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(f"{live_server.url}/bank/question/{own.slug}/")
    assert asked == []

    page.goto(url)
    page.fill("#id_name", "A. Lice")
    page.get_by_role("link", name="Cancel").click(no_wait_after=True)
    expect(page.locator("#id_name")).to_have_value("A. Lice")
    assert asked == ["beforeunload"]

    page.locator("[name=consents]").check()
    page.get_by_role("button", name="Offer it").click()
    expect(page.get_by_text("An editor has not decided yet.")).to_be_visible()
    assert asked == ["beforeunload"]


def test_notes_are_not_left_unasked(
    page: Page, live_server: Any, alice: User, enter: Enter
) -> None:
    asked = stay_when_asked(page)
    enter(alice)
    page.goto(f"{live_server.url}/bank/import/")
    page.fill("#id_text", "Q. What is a volume?\n*****\nA place for data.\n*****")
    page.get_by_role("link", name="Cancel").click(no_wait_after=True)
    expect(page.get_by_role("button", name="Look at it")).to_be_visible()
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="1 question found")).to_be_visible()
    assert asked == ["beforeunload"]

    page.get_by_text("Mend the text").click()
    page.locator("#mend textarea").fill("Q. What is a mount?\n*****\nA place.\n*****")
    page.get_by_role("button", name="Import what is ticked").first.click(no_wait_after=True)
    expect(page.locator("#mend textarea")).to_be_visible()
    assert asked == ["beforeunload", "beforeunload"]
    assert not Question.objects.exists()

    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_role("heading", name="What is a mount?")).to_be_visible()
    page.get_by_role("button", name="Import what is ticked").first.click()
    expect(page.get_by_role("heading", name="What is a mount?")).to_have_count(0)
    assert asked == ["beforeunload", "beforeunload"]
    assert Question.objects.count() == 1


def test_report_is_not_left_unasked(
    page: Page, live_server: Any, alice: User, enter: Enter
) -> None:
    question = factories.make_question(slug="wrong-one")
    asked = stay_when_asked(page)
    enter(alice)
    url = f"{live_server.url}/bank/question/{question.slug}/report/"
    page.goto(url)
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(f"{live_server.url}/bank/question/{question.slug}/")
    assert asked == []

    page.goto(url)
    page.fill("[name=text]", "Since 29 it is not so.")
    page.get_by_role("link", name="Cancel").click(no_wait_after=True)
    expect(page.locator("[name=text]")).to_have_value("Since 29 it is not so.")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("An editor will look at it")).to_be_visible()
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("width", [390, 1280])
def test_saving_is_within_reach_wherever_one_is_in_the_form(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime, width: int
) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    enter(edda)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    save = page.get_by_role("button", name="Save draft")
    for place in ("#id_prompt", "#key_points-group", "#references-group"):
        page.locator(place).scroll_into_view_if_needed()
        expect(save).to_be_in_viewport(ratio=1)


def test_preview_stands_beside_its_field_from_the_start_and_as_tall(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime
) -> None:
    draft = editing.start_draft(
        ready_question(answer="It is **small**.\n\n" * 12), author=edda, now=now
    )
    enter(edda)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    pane = page.get_by_role("region", name="Preview: Model answer")
    expect(pane.locator("strong").first).to_have_text("small")
    beside, field = pane.bounding_box(), page.locator("#id_answer").bounding_box()
    assert beside
    assert field
    assert beside["x"] > field["x"] + field["width"]
    assert abs(beside["height"] - field["height"]) <= 1
    assert page.locator(".live-preview").count() == 1


@pytest.mark.parametrize("path", ["question", "topic", "report", "tag"])
def test_list_shows_every_column_on_a_phone(
    page: Page, live_server: Any, edda: User, enter: Enter, path: str
) -> None:
    question = ready_question(topic="kubernetes/workloads-and-scheduling", tags=("docker",))
    point = question.current_revision.key_points.first()
    Report.objects.create(
        revision=question.current_revision, key_point=point, text="Out of date. " * 20
    )
    enter(edda)
    page.set_viewport_size({"width": 390, "height": 2000})
    page.goto(f"{live_server.url}/admin/questions/{path}/")
    cells = page.locator("#result_list tbody :is(td, th):visible").all()
    for cell in cells:
        expect(cell).to_be_in_viewport(ratio=1)
        assert cell.evaluate("cell => cell.getBoundingClientRect().right <= innerWidth")
    assert cells


def test_cells_say_on_a_phone_what_they_count(
    page: Page, live_server: Any, edda: User, enter: Enter
) -> None:
    ready_question(topic="git")
    enter(edda)
    page.set_viewport_size({"width": 390, "height": 2000})
    for path, words in (("question", "Reports 0"), ("topic", "Questions 1")):
        page.goto(f"{live_server.url}/admin/questions/{path}/")
        expect(page.get_by_text(words)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_button_of_an_action_stands_beside_it(
    page: Page, live_server: Any, edda: User, enter: Enter, width: int
) -> None:
    ready_question()
    enter(edda)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/admin/questions/question/")
    chosen, run = page.locator("[name=action]"), page.get_by_role("button", name="Run")
    left, right = chosen.bounding_box(), run.bounding_box()
    assert left
    assert right
    assert abs(left["y"] + left["height"] / 2 - right["y"] - right["height"] / 2) < 10
    assert 0 <= right["x"] - left["x"] - left["width"] < 20
    for action, asked in (("add_tag", "tag"), ("export", "format"), ("retire", "")):
        chosen.select_option(action)
        for name in ("tag", "format"):
            expect(page.locator(f"[name={name}]")).to_be_visible(visible=name == asked)


def test_formats_of_an_export_can_be_read_whole(
    page: Page, live_server: Any, edda: User, enter: Enter
) -> None:
    ready_question()
    enter(edda)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/admin/questions/question/")
    page.locator("[name=action]").select_option("export")
    formats = page.locator("[name=format]")
    width = formats.evaluate("select => select.getBoundingClientRect().width")
    wanted = formats.evaluate(
        "select => { select.style.maxWidth = 'none'; return select.getBoundingClientRect().width }"
    )
    assert width == wanted


def test_refused_draft_says_so_once(
    page: Page, live_server: Any, edda: User, enter: Enter, now: datetime
) -> None:
    draft = editing.start_draft(ready_question(), author=edda, now=now)
    enter(edda)
    page.goto(f"{live_server.url}/admin/questions/questionrevision/{draft.pk}/change/")
    page.fill("#id_prompt", "Two\nlines")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    expect(page.get_by_text("Please correct")).to_be_hidden()
    QuestionRevision.objects.filter(pk=draft.pk).update(context="Theirs.")
    page.fill("#id_prompt", "Mine?")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(":text('Somebody else saved this draft'):visible")).to_have_count(1)
