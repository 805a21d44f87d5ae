"""Made-up data hold to every rule that real data hold to."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from dashboard.demo.answers import materials
from dashboard.demo.chances import chances
from dashboard.demo.making import make_demo
from dashboard.demo.people import EDITOR, INSTRUCTOR, LEARNER, PASSWORD
from dashboard.demo.study import study
from interviews import deadlines
from interviews.models import Assignment, Item, Sitting
from interviews.models.marking import Mark
from practice.models import Card, Review, StudyDay, StudySettings
from practice.replaying import differences
from questions.models import Question
from tests.conftest import client_of
from tests.factories import NOON, make_choice_question, make_question, make_user


def make(seed: int = 5, learners: int = 3, reviews: int = 300, sittings: int = 6) -> None:
    make_demo(
        learners=learners,
        reviews=reviews,
        sittings=sittings,
        seed=seed,
        now=NOON,
        say=lambda line: None,
    )


@pytest.fixture
def demo(db: None) -> None:
    make()


def test_cards_are_what_their_log_says(demo):
    assert Review.objects.count() == 300
    assert Card.objects.filter(lapse_count__gt=0).exists()
    call_command("rebuild_cards", check=True, verbosity=0)


def test_study_days_add_up_and_are_those_of_the_persons_clock(demo):
    sums: Counter[tuple[int, object, str]] = Counter()
    for review in Review.objects.select_related("user"):
        assert review.user.study_day(review.reviewed_at) == review.study_day
        assert review.reviewed_at < NOON
        for name, amount in StudyDay.amounts(review).items():
            sums[review.user_id, review.study_day, name] += amount
    names = ("reviews", "new_cards", "due_reviews", "recalled", "seconds")
    stored = {
        (day.user_id, day.study_day, name): getattr(day, name)
        for day in StudyDay.objects.all()
        for name in names
    }
    assert {key: number for key, number in stored.items() if number} == +sums


def test_every_state_of_a_sitting_is_there_with_its_deadline_and_score(demo):
    sittings = list(Sitting.objects.select_related("assignment__blueprint", "learner"))
    assert len(sittings) == 6
    assert {sitting.state for sitting in sittings} == set(Sitting.State.values)
    assert any(sitting.is_own_mock for sitting in sittings)
    for sitting in sittings:
        terms = sitting.assignment.terms_for(sitting.learner)
        assert sitting.deadline_at == deadlines.deadline(sitting.started_at, terms).at
        refusal = deadlines.start_refusal(terms, sitting.started_at, sittings_used=0)
        assert refusal is None
        assert sitting.events.filter(kind="started").count() == 1


def test_forgetting_is_about_as_likely_as_was_predicted(db):
    """Otherwise calibration and retention would show a scheduler that does not work."""
    make(learners=1, reviews=900, sittings=0)
    reviews = Review.objects.filter(kind="review")
    assert reviews.count() > 100
    predicted = sum(review.retrievability for review in reviews) / len(reviews)
    recalled = sum(review.is_recalled for review in reviews) / len(reviews)
    assert abs(predicted - recalled) < 0.12


def test_scores_are_those_of_the_marks(demo):
    for mark in Mark.objects.exclude(points={}).select_related("item__revision"):
        weights = mark.item.weights()
        given = mark.item.score_for(mark.points, adjustment=mark.adjustment, weights=weights)
        assert given == mark.score
    for sitting in Sitting.objects.exclude(score=None):
        items = Item.objects.filter(sitting=sitting).prefetch_related("marks")
        assert sitting.score == sum(item.newest_mark.score for item in items)
    released = Sitting.objects.get(state="released")
    assert released.submitted_at < released.marked_at <= released.released_at < NOON


def told() -> tuple[list[object], list[object]]:
    """All that a person would notice, without ids."""
    reviews = Review.objects.order_by("id").values_list(
        *("id", "user__name", "revision__prompt", "reviewed_at", "rating", "due_on_after"),
        *("answer", "confidence", "seconds", "card__is_leech"),
    )
    responses = Item.objects.order_by("sitting__started_at", "position").values_list(
        *("sitting__learner__email", "sitting__state", "sitting__score", "revision__prompt"),
        *("response__text", "marks__score", "sitting__assignment__cohorts__invite_code"),
    )
    return list(reviews), list(responses)


def made_and_dropped(seed: int) -> tuple[list[object], list[object]]:
    with transaction.atomic():
        make(seed)
        found = told()
        transaction.set_rollback(True)
    return found


def test_same_seed_makes_the_same_data(db):
    first = made_and_dropped(5)
    assert first[0]
    assert first[1]
    assert made_and_dropped(5) == first
    assert made_and_dropped(6) != first


def test_judging_step_by_step_gives_the_same_log(db):
    """The demo asks the database nothing between two reviews; the site does, at each."""
    user = make_user(time_zone="America/New_York")
    for _number in range(12):
        make_question()
        make_choice_question()
    bank = materials(Question.objects.order_by("pk"))
    until = NOON.date() - timedelta(days=1)
    diary = study(user, bank, reviews=250, until=until, first_pk=1, chance=chances(3, "study"))
    StudySettings.objects.create(user=user, desired_retention=diary.settings.desired_retention)
    for card in diary.cards:
        Card.objects.create(
            pk=card.pk, user=user, question_id=card.question_id, added_at=card.added_at
        )
    for made in diary.reviews:
        told = ("answer", "choice", "points", "points_by", "confidence", "hints_used", "seconds")
        Card.objects.get(pk=made.card_id).review(
            made.rating,
            review_id=made.pk,
            revision=made.revision,
            now=made.reviewed_at,
            **{name: getattr(made, name) for name in told},
        )
    stepwise = Review.objects.in_bulk()
    assert len(stepwise) == 250
    assert {review.kind for review in diary.reviews} == {"learn", "review", "relearn", "cram"}
    assert [values(stepwise[made.pk]) for made in diary.reviews] == [*map(values, diary.reviews)]
    by_pk = Card.objects.in_bulk()
    for card in diary.cards:
        derived = [getattr(card, name) for name in Card.DERIVED]
        assert [getattr(by_pk[card.pk], name) for name in Card.DERIVED] == derived
    days = {day.study_day: day for day in StudyDay.objects.all()}
    assert {on: values(day) for on, day in days.items()} == {
        on: values(day) for on, day in diary.days.items()
    }
    assert differences(user) == []


def values(row: Review | StudyDay) -> dict[str, object]:
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name != "id"}


def test_siblings_wait_as_they_do_on_the_site(db):
    user = make_user()
    first = make_question("One?", slug="one", follow_ups=({"prompt": "And?", "next_slug": "two"},))
    second = make_question("Two?", slug="two")
    bank = {each.question_pk: each for each in materials([first, second])}
    assert bank[first.pk].siblings == (second.pk,)
    assert bank[second.pk].siblings == (first.pk,)
    card = Card.objects.create(user=user, question=first)
    other = Card.objects.create(user=user, question=second)
    assert Card.objects.siblings_of(card, first.current_revision).get() == other
    assert Card.objects.siblings_of(other, second.current_revision).get() == card


def pages() -> dict[str, list[str]]:
    released = Sitting.objects.get(state="released")
    submitted = Sitting.objects.get(state="submitted")
    learner = ("dashboard:today", "dashboard:progress", "practice:start", "practice:session")
    learner += ("practice:cards", "interviews:list", "interviews:quick", "questions:bank")
    teacher = ("dashboard:today", "interviews:teach", "interviews:blueprints", "accounts:cohorts")
    editor = ("dashboard:today", "admin:index", "admin:questions_question_changelist")
    return {
        LEARNER: [
            *(reverse(name) for name in learner),
            reverse("interviews:result", args=[released.pk]),
        ],
        INSTRUCTOR: [
            *(reverse(name) for name in teacher),
            *(reverse("interviews:assignment", args=[pk]) for pk in own_mocks_apart()),
            reverse("interviews:marking", args=[submitted.pk]),
        ],
        EDITOR: [reverse(name) for name in editor],
    }


def own_mocks_apart() -> list[object]:
    return list(Assignment.objects.from_others().values_list("pk", flat=True))


def test_every_page_opens_for_those_whose_it_is(demo):
    for email, paths in pages().items():
        client = client_of(User.objects.get(email=email))
        for path in paths:
            response = client.get(path)
            assert response.status_code == 200, path


def test_those_who_are_shown_around_can_log_in(demo, client):
    for email in (LEARNER, INSTRUCTOR, EDITOR):
        response = client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
        assert response.status_code == 302
        client.post(reverse("account_logout"))


def test_real_people_are_never_mixed_with_made_up_ones(alice):
    with pytest.raises(CommandError, match="nothing was made") as refused:
        call_command("make_demo", learners=3, reviews=30, sittings=0)
    assert refused.value.returncode == 2
    assert User.objects.get() == alice


def test_asked_once_it_only_names_the_logins_the_second_time(demo, capsys):
    call_command("make_demo", once=True)
    assert LEARNER in capsys.readouterr().out
    assert Review.objects.count() == 300


@pytest.mark.parametrize("options", [{"learners": 0}, {"reviews": -1}, {"sittings": -1}])
def test_impossible_numbers_are_refused(db, options):
    with pytest.raises(CommandError, match="or more") as refused:
        call_command("make_demo", **options)
    assert refused.value.returncode == 2
    assert not User.objects.exists()


def test_more_reviews_are_shared_by_more_learners(db, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(
        "dashboard.management.commands.make_demo.make_demo",
        lambda **options: asked.append(options["learners"]),
    )
    for reviews in (0, 12_000, 1_000_000):
        call_command("make_demo", reviews=reviews, verbosity=0)
    assert asked == [24, 24, 666]


def test_own_mocks_are_marked_and_interviews_keep_what_was_promised(demo):
    for assignment in Assignment.objects.select_related("blueprint"):
        assert assignment.reveal == assignment.blueprint.reveal
    mocks = [each for each in Sitting.objects.all() if each.is_own_mock]
    assert mocks
    assert all(mock.score is not None for mock in mocks)


def test_new_cards_can_be_added_afterwards(demo):
    newest = Card.objects.order_by("-pk")[0].pk
    assert Card.objects.create(user=make_user(), question=Question.objects.first()).pk > newest
