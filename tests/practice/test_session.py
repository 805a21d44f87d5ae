"""The session as a person walks through it, by plain forms: no script runs here."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from practice.models import Card, Change, Review, StudyDay, StudySettings
from practice.pacing import catch_up
from questions.models import KeyPoint, QuestionRevision
from tests.conftest import client_of
from tests.factories import NOON, make_card, make_choice_question, make_question, suspend

TODAY = NOON.date()
SESSION, ANSWER = "/practice/session/", "/practice/session/answer/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def text_of(response) -> str:
    return unescape(response.content.decode())


def values(response, name: str) -> list[str]:
    """What the page's hidden fields and choices of this name hold, in order."""
    return re.findall(rf'name="{name}" value="([^"]+)"', text_of(response))


def showing(response) -> str:
    return values(response, "showing")[0]


def check(client, page, *, query: str = "", **data):
    return client.post(SESSION + query, {"showing": showing(page), "do": "check", **data})


def judge(client, page, rating: int = 3, *, query: str = "", **data):
    data = {"showing": showing(page), "rating": rating, **data}
    return client.post(ANSWER + query, data, follow=True)


def undo(client, page, query: str = ""):
    data = {"review": values(page, "review")[0]}
    return client.post(reverse("practice:undo") + query, data, follow=True)


def outlined(page) -> list[str]:
    return re.findall(r'grade-suggested" name="rating" value="(\d)"', text_of(page))


def test_visitor_is_asked_to_log_in(client, db):
    assert client.get(SESSION).status_code == 302
    for name in ("answer", "undo", "suspend", "bury"):
        assert client.post(reverse(f"practice:{name}")).status_code == 302


def test_session_from_the_first_question_to_the_end(alice, alice_client):
    make_question("What is an image?", answer="A read-only template.", hints=("Layers",))
    page = alice_client.get(SESSION)
    assert "What is an image?" in text_of(page)
    assert "A read-only template." not in text_of(page)
    page = check(alice_client, page, text="A template")
    assert "A template" in text_of(page)
    assert "A read-only template." in text_of(page)
    page = judge(alice_client, page, 3, text="A template")
    assert "Done for now" in text_of(page)
    assert "What moved" in text_of(page)
    review = Review.objects.get()
    assert (review.answer, review.rating, review.kind) == ("A template", 3, "learn")


def test_level_is_a_hint_and_waits_for_the_reveal(alice_client):
    make_question(level="senior")
    page = alice_client.get(SESSION)
    assert "Senior" not in text_of(page)
    assert "Senior" in text_of(check(alice_client, page))


def test_interviewer_notes_are_never_shown(alice_client):
    make_question(interviewer_notes="Do not tell")
    assert "Do not tell" not in text_of(check(alice_client, alice_client.get(SESSION)))


def test_reveal_shows_what_belongs_to_the_answer(alice_client):
    make_question(misconceptions=("It is a virtual machine",), follow_ups=("And then?",))
    page = text_of(check(alice_client, alice_client.get(SESSION)))
    for part in ("It is a virtual machine", "Multi-stage builds"):
        assert part in page
    assert "And then?" not in page


def test_problem_is_reported_against_the_text_that_was_read(alice_client, now):
    question = make_question("First wording?")
    shown = alice_client.get(SESSION)
    newer = question.revisions.create(number=2, prompt="Second wording?", frozen_at=now)
    type(question).objects.update(current_revision=newer)
    page = text_of(check(alice_client, shown))
    assert "First wording?" in page
    assert f"/bank/question/{question.slug}/report/?revision=1&" in page


def test_own_question_is_mended_instead_of_reported(alice, alice_client):
    question = make_question(private_to=alice)
    page = text_of(check(alice_client, alice_client.get(SESSION)))
    assert "Report a problem" not in page
    assert f"/bank/question/{question.slug}/edit/" in page


def test_card_that_does_not_stick_says_so_at_the_reveal(alice, alice_client):
    make_card(alice, due_on=TODAY, is_leech=True, lapse_count=5)
    page = alice_client.get(SESSION)
    assert "does not stick" not in text_of(page)
    assert "You forgot it 5 times" in text_of(check(alice_client, page))


def test_card_that_does_not_stick_is_reported_without_leaving_the_session(alice, alice_client, now):
    card = make_card(alice, due_on=TODAY, is_leech=True, lapse_count=5)
    shown = alice_client.get(f"{SESSION}?question={card.question.slug}")
    newer = card.question.revisions.create(number=2, prompt="Second wording?", frozen_at=now)
    type(card.question).objects.update(current_revision=newer)
    page = check(alice_client, shown, query=f"?question={card.question.slug}")
    link = re.search(r"<a ([^>]+)>(?:(?!</a>).)*Tell the editors", text_of(page), re.DOTALL)
    report = reverse("questions:report", args=[card.question.slug])
    back = f"next=%2Fpractice%2Fsession%2F%3Fquestion%3D{card.question.slug}"
    assert f'href="{report}?revision=1&{back}"' in link[1]
    assert f'hx-get="{report}?revision=1" hx-target="#report-here"' in link[1]


def test_hints_come_one_by_one_and_are_recorded(alice_client):
    make_question(hints=("First hint", "Second hint"))
    page = alice_client.get(SESSION)
    assert "First hint" not in text_of(page)
    page = check(alice_client, page, do="hint", hints=0, text="so far")
    assert "First hint" in text_of(page)
    assert "Second hint" not in text_of(page)
    assert "so far" in text_of(page)
    page = check(alice_client, page, do="hint", hints=1)
    assert "Second hint" in text_of(page)
    judge(alice_client, check(alice_client, page, hints=2), hints=2)
    assert Review.objects.get().hints_used == 2


def test_grade_follows_from_the_key_points(alice_client):
    question = make_question(key_points=(("Must", 3), ("Nice", 1)))
    must, nice = KeyPoint.objects.filter(revision__question=question)
    page = check(alice_client, alice_client.get(SESSION))
    assert outlined(page) == []
    recounts = {("covered", "covered"): "4", ("covered", "missed"): "2", ("missed", "covered"): "1"}
    for (first, second), rating in recounts.items():
        marks = {f"point-{must.pk}": first, f"point-{nice.pk}": second}
        assert outlined(check(alice_client, page, **marks)) == [rating]
    judge(alice_client, page, 2, **{f"point-{must.pk}": "covered", f"point-{nice.pk}": "wrong"})
    assert Review.objects.get().points == {str(must.pk): "covered"}


def test_slow_answer_is_not_easy(alice_client, clock):
    question = make_question(key_points=(("Must", 3),))
    point = KeyPoint.objects.get(revision__question=question)
    page = alice_client.get(SESSION)
    clock.shift(timedelta(seconds=61))
    assert outlined(check(alice_client, page, **{f"point-{point.pk}": "covered"})) == ["3"]


def test_each_grade_says_when_the_card_comes_back(alice_client):
    make_question()
    page = check(alice_client, alice_client.get(SESSION))
    said = re.findall(r"<small>([^<]+)</small>", text_of(page))
    assert said[0] == "tomorrow"
    assert said[3].startswith("in ")
    judge(alice_client, page, 4)
    days = (Card.objects.get().due_on - TODAY).days
    assert said[3] == f"in {days} days"


def test_time_is_measured_here_and_has_an_end(alice_client, clock):
    make_question()
    make_question()
    page = alice_client.get(SESSION)
    clock.shift(timedelta(seconds=42))
    page = judge(alice_client, page, seconds=9999)
    clock.shift(timedelta(hours=3))
    judge(alice_client, page)
    assert sorted(Review.objects.values_list("seconds", flat=True)) == [42, 900]
    assert StudyDay.objects.get().seconds == 942


def test_double_tap_is_one_review(alice_client):
    make_question()
    page = check(alice_client, alice_client.get(SESSION))
    judge(alice_client, page)
    judge(alice_client, page)
    assert Review.objects.count() == 1
    assert StudyDay.objects.get().reviews == 1


def test_other_grade_from_the_same_page_points_to_undo(alice_client):
    make_question()
    page = check(alice_client, alice_client.get(SESSION))
    judge(alice_client, page, 3)
    assert "judged Good already" in text_of(judge(alice_client, page, 1))
    assert Review.objects.get().rating == 3


def test_second_tab_counts_once_and_loses_no_text(alice_client):
    make_question()
    one, two = alice_client.get(SESSION), alice_client.get(SESSION)
    judge(alice_client, one, 3)
    page = judge(alice_client, two, 1, text="typed in the second tab")
    assert "judged elsewhere" in text_of(page)
    assert "typed in the second tab" in text_of(page)
    assert Review.objects.get().rating == 3


def test_answer_to_a_question_edited_meanwhile_counts_for_the_text_seen(alice_client):
    question = make_question("Old prompt", answer="Old answer")
    page = alice_client.get(SESSION)
    seen = question.current_revision
    question.current_revision = QuestionRevision.objects.create(
        question=question, number=2, prompt="New prompt", frozen_at=NOON
    )
    question.save()
    page = check(alice_client, page)
    assert "Old answer" in text_of(page)
    judge(alice_client, page)
    assert Review.objects.get().revision == seen


def test_answer_is_not_revealed_once_the_question_is_withdrawn(alice_client):
    question = make_question(answer="Secret again")
    page = alice_client.get(SESSION)
    question.status = "draft"
    question.save()
    page = check(alice_client, page, text="my words")
    assert "Secret again" not in text_of(page)
    assert "withdrawn" in text_of(page)
    assert "my words" in text_of(page)


def test_invented_stamp_counts_for_nothing(alice_client):
    make_question()
    page = alice_client.post(ANSWER, {"showing": "made-up", "rating": 3, "text": "kept words"})
    assert "was not counted" in text_of(page)
    assert "kept words" in text_of(page)
    assert not Review.objects.exists()


def test_card_of_somebody_else_is_not_found(alice_client, bob, bob_client):
    make_card(bob, make_question(private_to=bob))
    page = bob_client.get(SESSION)
    assert check(alice_client, page).status_code == 404
    assert judge(alice_client, page).status_code == 404
    assert not Review.objects.exists()


def test_private_question_of_somebody_else_is_not_found(alice, alice_client, bob):
    theirs = make_question(private_to=bob, slug="private-to-bob")
    card = make_card(alice, theirs)
    assert alice_client.get(f"{SESSION}?card={card.pk}").status_code == 404
    page = alice_client.get(f"{SESSION}?question=private-to-bob")
    assert str(theirs) not in text_of(page)
    assert "Nothing to practise here" in text_of(page)


@pytest.mark.parametrize("rating", ["", "0", "5", "good"])
def test_grade_that_is_none_is_refused_and_the_text_kept(alice_client, rating):
    make_question()
    page = check(alice_client, alice_client.get(SESSION))
    page = judge(alice_client, page, rating, text="still here")
    assert page.status_code == 422
    assert "still here" in text_of(page)
    assert not Review.objects.exists()


def test_answer_too_long_is_refused_and_kept(alice_client):
    make_question()
    page = check(alice_client, alice_client.get(SESSION), text="x" * 20_001)
    assert page.status_code == 422
    assert "x" * 20_001 in text_of(page)


@pytest.mark.parametrize("query", ["?card=x", "?card=99", "?topic=%00", "?undone=x", "?tag="])
def test_odd_addresses_break_nothing(alice_client, query):
    assert alice_client.get(SESSION + query).status_code in (200, 404)


def test_again_is_asked_once_more_at_the_end(alice_client):
    make_question("First?", slug="a")
    make_question("Second?", slug="b")
    page = judge(alice_client, alice_client.get(SESSION), 1)
    assert "Second?" in text_of(page)
    page = judge(alice_client, page, 3)
    assert "First?" in text_of(page)
    page = check(alice_client, page)
    assert values(page, "rating") == ["1", "3"]
    assert "Done for now" in text_of(judge(alice_client, page, 3))
    assert Review.objects.filter(kind="relearn").count() == 1


def test_undo_after_the_last_card_brings_it_back_with_what_was_typed(alice_client):
    make_question("Only one?")
    page = judge(alice_client, alice_client.get(SESSION), 1, text="my answer")
    page = judge(alice_client, page, 3)
    assert "Done for now" in text_of(page)
    page = undo(alice_client, undo(alice_client, page))
    assert "Only one?" in text_of(page)
    assert "my answer" in text_of(page)
    assert Card.objects.get().due_on is None
    judge(alice_client, page, 4)
    assert Review.objects.standing().get().rating == 4


def test_undo_proposes_what_was_proposed_before_however_long_was_read(alice_client, clock):
    right = make_choice_question(speak_seconds=60).current_revision.answers.get(is_correct=True)
    page = alice_client.get(SESSION)
    clock.shift(timedelta(seconds=20))
    page = check(alice_client, page, choice=right.pk)
    assert outlined(page) == ["4"]
    clock.shift(timedelta(seconds=130))
    for _time in range(2):
        page = undo(alice_client, judge(alice_client, page, 3, choice=right.pk))
        assert outlined(page) == ["4"]
    review = Review.objects.order_by("reviewed_at").first()
    assert (review.seconds, review.seconds_to_answer) == (150, 20)


def test_undo_stays_in_its_scope(alice_client):
    make_question(topic="docker")
    page = judge(alice_client, alice_client.get(f"{SESSION}?topic=docker"), query="?topic=docker")
    page = undo(alice_client, page, "?topic=docker")
    assert page.redirect_chain[0][0].startswith(f"{SESSION}?topic=docker&undone=")
    page = judge(alice_client, page, query="?topic=docker")
    assert page.redirect_chain[0][0] == f"{SESSION}?topic=docker"


def test_undo_named_twice_or_badly_undoes_once(alice_client):
    make_question()
    make_question()
    page = judge(alice_client, judge_page(alice_client))
    assert Review.objects.standing().count() == 2
    undo(alice_client, page)
    assert "nothing left to undo" in text_of(undo(alice_client, page))
    alice_client.post(reverse("practice:undo"), {"review": "nonsense"})
    assert Review.objects.standing().count() == 1


def judge_page(client):
    return judge(client, client.get(SESSION))


def test_old_page_that_undoes_says_that_there_is_a_newer_judgement(alice_client, clock):
    for _number in range(2):
        make_question()
    page = judge_page(alice_client)
    clock.shift(timedelta(seconds=9))
    judge(alice_client, page)
    old = undo(alice_client, page)
    assert "You have judged another card since." in text_of(old)
    assert Review.objects.standing().count() == 2


def test_any_device_can_undo(alice, alice_client):
    make_question("Undone elsewhere?")
    judge(alice_client, alice_client.get(SESSION))
    other = client_of(alice)
    assert "Undone elsewhere?" in text_of(undo(other, other.get(SESSION)))
    assert not Review.objects.standing().exists()


def test_undo_of_somebody_elses_review_does_nothing(alice_client, bob_client):
    make_question()
    page = judge_page(bob_client)
    undo(alice_client, page)
    assert Review.objects.standing().count() == 1


def test_suspend_and_bury_go_on_with_the_next_card(alice, alice_client):
    make_question("First?", slug="a")
    make_question("Second?", slug="b")
    page = alice_client.get(SESSION)
    card = values(page, "card")[0]
    page = alice_client.post(reverse("practice:suspend"), {"card": card}, follow=True)
    assert "Suspended." in text_of(page)
    assert "Second?" in text_of(page)
    card = values(page, "card")[0]
    page = alice_client.post(reverse("practice:bury"), {"card": card}, follow=True)
    assert "Put away until tomorrow." in text_of(page)
    assert Card.objects.get(pk=card).buried_until == TODAY + timedelta(days=1)


@pytest.mark.parametrize("name", ["suspend", "bury"])
def test_setting_a_card_aside_is_undone_before_the_judgement_before_it(alice_client, name):
    make_question("First?", slug="a")
    make_question("Second?", slug="b")
    page = judge(alice_client, alice_client.get(SESSION))
    tools = {each: values(page, each)[0] for each in ("card", "change")}
    for _tap in range(2):
        page = alice_client.post(reverse(f"practice:{name}"), tools, follow=True)
    assert text_of(page).count('data-key="z"') == 1
    undo_url = reverse("practice:undo_change", args=[tools["change"]])
    assert undo_url in text_of(page)
    assert reverse("practice:undo") + '"' not in text_of(page)
    page = alice_client.post(undo_url, {"next": SESSION}, follow=True)
    assert "Second?" in text_of(page)
    assert Review.objects.standing().count() == 1
    assert reverse("practice:undo") + '"' in text_of(page)
    page = alice_client.post(reverse(f"practice:{name}"), tools, follow=True)
    assert "Second?" in text_of(page)
    assert "That was undone in the meantime." in text_of(page)


def test_page_loaded_again_after_a_later_judgement_undoes_that(alice_client, clock):
    for _number in range(3):
        make_question()
    page = alice_client.get(SESSION)
    tools = {each: values(page, each)[0] for each in ("card", "change")}
    aside = alice_client.post(reverse("practice:bury"), tools, follow=True)
    clock.shift(timedelta(minutes=1))
    judge(alice_client, aside)
    page = alice_client.get(aside.redirect_chain[-1][0])
    assert reverse("practice:undo") + '"' in text_of(page)
    assert reverse("practice:undo_change", args=[tools["change"]]) not in text_of(page)


def test_change_of_somebody_else_is_not_found(alice, alice_client, bob):
    change = Change.objects.create(user=bob, kind="suspend", number=1)
    card = {"card": make_card(alice).pk, "change": change.pk}
    assert alice_client.post(reverse("practice:suspend"), card).status_code == 404
    assert Card.objects.get().suspended_at is None


def test_cards_of_somebody_else_cannot_be_set_aside(alice_client, bob):
    card = make_card(bob)
    for name in ("suspend", "unsuspend", "bury"):
        page = alice_client.post(reverse(f"practice:{name}"), {"card": card.pk})
        assert page.status_code == 404
        assert alice_client.post(reverse(f"practice:{name}"), {"card": "x"}).status_code == 404


def test_question_by_name_that_is_not_due_can_be_practised_anyway(alice, alice_client):
    question = make_question("Not due?", slug="not-due")
    card = make_card(alice, question, due_on=TODAY + timedelta(days=4))
    page = alice_client.get(f"{SESSION}?question=not-due")
    assert "comes back on Friday" in text_of(page)
    link = re.search(r'href="([^"]+)">Practise it anyway', text_of(page)).group(1)
    page = alice_client.get(link)
    judge(alice_client, page, 1, query="?question=not-due")
    card.refresh_from_db()
    assert Review.objects.get().kind == "cram"
    assert card.due_on == TODAY + timedelta(days=4)


def test_suspended_question_by_name_can_be_brought_back(alice, alice_client):
    suspend(make_card(alice, make_question("Set aside?", slug="set-aside")))
    page = alice_client.get(f"{SESSION}?question=set-aside")
    assert "suspended" in text_of(page)
    data = {"card": values(page, "card")[0]}
    url = reverse("practice:unsuspend") + "?question=set-aside"
    assert showing(alice_client.post(url, data, follow=True))


def test_end_of_a_scope_offers_what_is_left_elsewhere(alice_client):
    make_question(topic="linux")
    page = alice_client.get(f"{SESSION}?topic=linux/shell")
    assert "Practise 1 other" in text_of(page)


@pytest.mark.parametrize(("is_right", "rating"), [(True, "4"), (False, "1")])
def test_choice_is_scored_and_explained(alice_client, is_right, rating):
    revision = make_question(kind="single").current_revision
    for right, because in ((True, "Volumes live on."), (False, "It goes with the container.")):
        revision.answers.create(role="option", is_correct=right, because=because)
    chosen = revision.answers.get(role="option", is_correct=is_right)
    page = check(alice_client, alice_client.get(SESSION), choice=chosen.pk)
    assert ("Not right yet." in text_of(page)) is not is_right
    assert "Volumes live on." in text_of(page)
    assert "It goes with the container." in text_of(page)
    assert outlined(page) == [rating]


def test_choice_of_several_is_right_only_if_complete(alice_client):
    options = (("A", True), ("B", True), ("C", False))
    question = make_choice_question(kind="multiple", options=options)
    a, b, c = question.current_revision.answers.filter(role="option")
    page = alice_client.get(SESSION)
    scores = {(a.pk, b.pk): "4", (a.pk,): "1", (a.pk, b.pk, c.pk): "1", (): "1"}
    for choice, rating in scores.items():
        assert outlined(check(alice_client, page, choice=choice)) == [rating]
    judge(alice_client, page, choice=[a.pk, b.pk, 99_999, "x"])
    assert Review.objects.get().choice == [a.pk, b.pk]


def test_true_or_false_is_scored(alice_client):
    question = make_choice_question(kind="boolean", options=(("True", False), ("False", True)))
    true, false = question.current_revision.answers.filter(role="option")
    page = alice_client.get(SESSION)
    assert values(page, "choice") == [str(true.pk), str(false.pk)]
    assert outlined(check(alice_client, page, choice=false.pk)) == ["4"]
    assert outlined(check(alice_client, page, choice=true.pk)) == ["1"]


def test_options_keep_their_shuffled_place_through_a_showing(alice_client):
    make_choice_question(options=tuple((f"Option {n}", n == 1) for n in range(8)), hints=("x",))
    page = alice_client.get(SESSION)
    order = values(page, "choice")
    assert values(check(alice_client, page, do="hint"), "choice") == order


def test_steps_are_moved_and_scored_without_script(alice_client):
    question = make_question(kind="ordering", steps=("one", "two", "three"))
    right = [str(step.pk) for step in question.current_revision.answers.filter(role="step")]
    page = alice_client.get(SESSION)
    for place, pk in enumerate(right):
        while values(page, "choice").index(pk) > place:
            page = check(alice_client, page, do=f"up:{pk}", choice=values(page, "choice"))
    assert values(page, "choice") == right
    assert outlined(check(alice_client, page, choice=right)) == ["4"]
    assert outlined(check(alice_client, page, choice=right[::-1])) == ["1"]
    page = check(alice_client, page, do=f"down:{right[0]}", choice=right)
    assert values(page, "choice") == [right[1], right[0], right[2]]


def test_output_is_compared_without_trailing_blanks(alice_client):
    make_question(kind="output", expected_output="hello\n  world\n")
    page = alice_client.get(SESSION)
    assert outlined(check(alice_client, page, text="hello  \r\n  world")) == ["4"]
    assert outlined(check(alice_client, page, text="hello\nworld")) == ["1"]
    assert outlined(check(alice_client, page, text="")) == []


def test_confidence_is_kept_if_given(alice_client):
    make_question()
    page = check(alice_client, alice_client.get(SESSION), confidence=3)
    assert values(page, "confidence") == ["3"]
    judge(alice_client, page, confidence=3)
    assert Review.objects.get().confidence == 3


def test_htmx_gets_only_the_card(alice_client):
    make_question()
    make_question()
    page = alice_client.get(SESSION)
    htmx = {"HX-Request": "true"}
    data = {"showing": showing(page), "do": "check"}
    revealed = alice_client.post(SESSION, data, headers=htmx)
    assert "<html" not in text_of(revealed)
    assert text_of(revealed).lstrip().startswith('<div id="session"')
    data = {"showing": showing(page), "rating": 3}
    following = alice_client.post(ANSWER, data, headers=htmx)
    assert following.status_code == 200
    assert showing(following) != showing(page)
    data = {"review": values(following, "review")[0]}
    undone = alice_client.post(reverse("practice:undo"), data, headers=htmx)
    assert "Undone." in text_of(undone)


def test_what_was_typed_is_escaped(alice_client):
    make_question()
    page = check(alice_client, alice_client.get(SESSION), text="</textarea><script>x</script>")
    assert b"<script>x" not in page.content


def test_judgement_asks_little_of_the_database(alice, alice_client, django_assert_max_num_queries):
    for _number in range(4):
        make_card(alice, due_on=TODAY)
    page = check(alice_client, judge(alice_client, alice_client.get(SESSION)))
    data = {"showing": showing(page), "rating": 3}
    with django_assert_max_num_queries(25):
        assert alice_client.post(ANSWER, data, headers={"HX-Request": "true"}).status_code == 200


def test_queries_do_not_grow_with_cards_or_reviews(
    alice, alice_client, django_assert_max_num_queries
):
    for _number in range(12):
        make_card(alice, due_on=TODAY)
    with django_assert_max_num_queries(25):
        page = alice_client.get(SESSION)
    for _number in range(10):
        page = judge(alice_client, page)
    with django_assert_max_num_queries(25):
        page = check(alice_client, page)
    with django_assert_max_num_queries(60):
        judge(alice_client, page)
    data = {"showing": showing(check(alice_client, alice_client.get(SESSION))), "rating": 3}
    with django_assert_max_num_queries(22):
        alice_client.post(ANSWER, data, headers={"HX-Request": "true"})
    assert Review.objects.count() == 12
    Card.objects.update(due_on=TODAY + timedelta(days=3))
    with django_assert_max_num_queries(25):
        assert "Done for now" in text_of(alice_client.get(SESSION))


def test_day_that_begins_within_a_session_has_its_share_worked_out_once(alice, alice_client, clock):
    for number in range(12):
        make_card(alice, make_question(slug=f"q{number}"), due_on=TODAY - timedelta(days=2))
    catch_up(alice, over_days=4, today=TODAY)
    page = alice_client.get(SESSION)
    clock.shift(timedelta(days=1))
    data = {"showing": showing(page), "rating": 3}
    alice_client.post(ANSWER, data, headers={"HX-Request": "true"})
    kept = StudySettings.objects.get()
    assert (kept.catch_up_on, kept.catch_up_today) == (TODAY + timedelta(days=1), 4)


def test_end_says_that_cards_are_suspended_and_no_new_ones_wished(alice, alice_client):
    StudySettings.objects.create(user=alice, new_cards_a_day=0)
    for number in range(2):
        make_card(alice, make_question(slug=f"q{number}"), suspended_at=NOON)
    make_question("Never seen?")
    page = text_of(alice_client.get(SESSION))
    assert "2 cards are suspended, so they are not asked." in page
    assert "ask for no new cards at all" in page
    assert "more come tomorrow" not in page


def test_end_says_that_a_card_put_away_comes_back_tomorrow(alice, alice_client):
    card = make_card(alice, make_question(slug="named"), due_on=TODAY - timedelta(days=1))
    url = reverse("practice:bury") + "?question=named"
    page = alice_client.post(url, {"card": card.pk}, follow=True)
    assert "it comes back tomorrow" in text_of(page)


def test_end_on_holiday_says_so(alice, alice_client):
    make_card(alice, due_on=TODAY)
    StudySettings.objects.of(alice).go_on_holiday(TODAY, TODAY)
    page = text_of(alice_client.get(SESSION))
    assert "You are on holiday" in page
    assert "/practice/settings/#holiday" in page


def test_end_on_holiday_names_no_day_before_the_holidays_end(alice, alice_client):
    for number in range(3):
        make_card(alice, make_question(slug=f"q{number}"), due_on=TODAY)
    StudySettings.objects.of(alice).go_on_holiday(TODAY, TODAY + timedelta(days=14))
    page = text_of(alice_client.get(SESSION))
    assert "3 cards come back on 8 December." in page
    assert "tomorrow" not in page


def test_end_before_a_holiday_names_the_day_after_it(alice, alice_client):
    make_card(alice, due_on=TODAY + timedelta(days=2))
    tomorrow = TODAY + timedelta(days=1)
    wish = StudySettings.objects.create(user=alice, new_cards_a_day=0)
    wish.go_on_holiday(tomorrow, TODAY + timedelta(days=9))
    assert "1 card comes back on 3 December." in text_of(alice_client.get(SESSION))


@pytest.mark.parametrize(
    ("reviews_a_day", "over_days", "said"),
    [(2, None, "2 cards come back"), (100, 3, "3 cards come back"), (0, None, "")],
)
def test_end_says_no_more_cards_than_the_next_day_asks_for(
    alice, alice_client, reviews_a_day, over_days, said
):
    for number in range(6):
        make_card(alice, make_question(slug=f"q{number}"), due_on=TODAY - timedelta(days=2))
    StudySettings.objects.create(user=alice, new_cards_a_day=0, reviews_a_day=reviews_a_day)
    StudyDay.objects.create(user=alice, study_day=TODAY, reviews=2, due_reviews=2)
    if over_days:
        catch_up(alice, over_days=over_days, today=TODAY)
        StudyDay.objects.update(due_reviews=3)
    page = text_of(alice_client.get(SESSION))
    assert said in page
    assert "6 cards" not in page
    assert "0 cards" not in page


def test_focus_goes_to_one_place_also_where_there_is_no_model_answer(alice_client):
    question = make_question()
    page = alice_client.get(SESSION)
    assert "data-focus" in re.search(r"<h1[^>]*>", text_of(page))[0]
    revealed = text_of(check(alice_client, page))
    assert "data-focus" not in re.search(r"<h1[^>]*>", revealed)[0]
    assert revealed.count(" data-focus") == 1
    question.current_revision.answers.all().delete()
    bare = text_of(check(alice_client, page))
    assert "data-focus" in re.search(r"<h1[^>]*>", bare)[0]
