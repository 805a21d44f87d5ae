"""Parameters fitted to the log: when they are used, what they change, and what they leave alone."""

import os
from datetime import timedelta
from html import unescape
from importlib import import_module
from itertools import product
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from practice import fits, fitting, scheduling, tasks
from practice.fitting import Answered, Item, Verdict, decide, items, log_loss
from practice.models import Card, Parameters, Review, StudySettings
from practice.replaying import differences
from tests.factories import NOON, make_card, make_review

DEFAULTS = scheduling.DEFAULT_PARAMETERS
# First stabilities that say: what was judged Good once is known for a year.
HOLDS_LONG = (*DEFAULTS[:2], 100.0, 100.0, *DEFAULTS[4:])
# And the opposite.
FADES = (0.01, 0.01, 0.01, 0.01, *DEFAULTS[4:])
DAY = timedelta(days=1)


class FakeFitter:
    """Gives the parameters it was made with, and keeps what it was asked."""

    def __init__(self, numbers=HOLDS_LONG):
        self.numbers, self.asked = numbers, []

    def __call__(self, items):
        self.asked.append(items)
        return self.numbers


def histories(number: int, *, rating: int = 3):
    """Learnt, and 40 days later known: each of these is two reviews."""
    learnt = [NOON + timedelta(minutes=each) for each in range(number)]
    return [
        [
            Answered(at.date(), at, 3),
            Answered(at.date() + 40 * DAY, at + 40 * DAY, rating),
        ]
        for at in learnt
    ]


@pytest.fixture
def few(monkeypatch):
    """The thresholds of a small site."""
    monkeypatch.setattr(fitting, "SITE_REVIEWS", 20)
    monkeypatch.setattr(fitting, "OWN_REVIEWS", 20)


@pytest.fixture
def fake(monkeypatch):
    fitter = FakeFitter()
    monkeypatch.setattr(fitting, "installed_fitter", lambda: fitter)
    return fitter


def log_of(user, number: int = 12, **fields) -> None:
    """Cards learnt, and known 40 days later."""
    for each in range(number):
        card = make_card(user)
        at = NOON + timedelta(minutes=each)
        learnt = {"kind": "learn", "number": 1, "reviewed_at": at, "study_day": at.date()}
        later = at + 40 * DAY
        known = {"kind": "review", "number": 2, "reviewed_at": later, "study_day": later.date()}
        for told in (learnt, known):
            make_review(card, **{"rating": 3, **told, **fields})


def test_better_parameters_are_fitted_to_all_and_kept():
    fitter = FakeFitter()
    decision = decide(histories(50), DEFAULTS, fitter, least_reviews=100, least_gain=0.002)
    assert decision.verdict is Verdict.BETTER
    assert decision.parameters == pytest.approx(scheduling.within_bounds(HOLDS_LONG))
    assert decision.log_loss < decision.log_loss_before - 0.002
    assert [len(asked) for asked in fitter.asked] == [40, 50]


@pytest.mark.parametrize("numbers", [FADES, DEFAULTS])
def test_parameters_that_are_no_better_are_refused(numbers):
    fitter = FakeFitter(numbers)
    decision = decide(histories(50), DEFAULTS, fitter, least_reviews=100, least_gain=0.0)
    assert decision.verdict is Verdict.NO_BETTER
    assert decision.parameters is None


def test_gain_below_the_threshold_is_refused():
    found = histories(50)
    gain = decide(found, DEFAULTS, FakeFitter(), least_reviews=100, least_gain=0)
    least = gain.log_loss_before - gain.log_loss + 1e-9
    refused = decide(found, DEFAULTS, FakeFitter(), least_reviews=100, least_gain=least)
    assert refused.verdict is Verdict.NO_BETTER


def test_too_few_reviews_are_not_fitted_at_all():
    fitter = FakeFitter()
    decision = decide(histories(49), DEFAULTS, fitter, least_reviews=100, least_gain=0)
    assert decision.verdict is Verdict.TOO_FEW
    assert fitter.asked == []


def test_items_are_in_the_order_of_the_reviews_and_judged_on_the_newest():
    found = items([*reversed(histories(50))])
    assert [item.at for item in found] == sorted(item.at for item in found)
    fitter = FakeFitter()
    decide([*reversed(histories(50))], DEFAULTS, fitter, least_reviews=1, least_gain=0)
    assert fitter.asked[0] == found[:40]


def test_second_review_on_one_day_is_part_of_the_past_but_predicts_nothing():
    on = NOON.date()
    history = [Answered(on, NOON, 1), Answered(on, NOON, 3), Answered(on + 3 * DAY, NOON, 3)]
    (item,) = items([history])
    assert item.reviews == ((0, 1), (0, 3), (3, 3))


def test_log_loss_is_the_surprise_at_what_was_recalled():
    known, forgotten = items(histories(1)), items(histories(1, rating=1))
    assert log_loss(known, HOLDS_LONG) < log_loss(known, DEFAULTS) < log_loss(known, FADES)
    assert log_loss(forgotten, HOLDS_LONG) > log_loss(forgotten, DEFAULTS)


def test_numbers_a_hair_out_of_bounds_are_taken():
    numbers = [number * (1 + 1e-7) for number in DEFAULTS]
    numbers[20] = 0.8000000119
    scheduling.review(
        None,
        3,
        NOON.date(),
        desired_retention=0.9,
        seed=None,
        parameters=scheduling.within_bounds(numbers),
    )


@pytest.mark.parametrize(
    "left_out",
    [{"kind": "cram"}, {"kind": "relearn"}, {"voided_at": NOON}],
)
def test_cramming_repeats_and_what_was_undone_train_nothing(alice, left_out):
    log_of(alice, 3)
    card = make_card(alice)
    make_review(card, rating=3, number=1, **{"kind": "learn", **left_out})
    found = list(fits.histories(Review.objects.of(alice).scheduled()))
    assert [len(history) for history in found] == [2, 2, 2]


def test_history_begins_where_a_card_was_learnt_anew(alice):
    card = make_card(alice)
    for number, kind in enumerate(("review", "learn", "review", "learn", "review", "review")):
        make_review(card, rating=3, number=number, kind=kind)
    found = list(fits.histories(Review.objects.scheduled()))
    assert [len(history) for history in found] == [2, 3]


def test_site_is_fitted_from_everybodys_reviews(alice, bob, few):
    log_of(alice, 6)
    log_of(bob, 6)
    decision = fits.fit_site(FakeFitter(), now=NOON)
    assert (decision.verdict, decision.review_count) == (Verdict.BETTER, 24)
    for user in (alice, bob):
        assert Parameters.objects.in_use_by(user).values[2] == HOLDS_LONG[2]


def test_own_parameters_go_before_the_sites_and_are_nobody_elses(alice, bob, few):
    log_of(alice)
    fits.fit_learner(alice, FakeFitter(), now=NOON)
    assert Parameters.objects.in_use_by(alice).is_own
    assert Parameters.objects.in_use_by(bob).is_default


def test_own_parameters_must_beat_the_sites(alice, few):
    log_of(alice)
    fits.fit_site(FakeFitter(), now=NOON)
    assert fits.fit_learner(alice, FakeFitter(), now=NOON).verdict is Verdict.NO_BETTER
    assert not Parameters.objects.in_use_by(alice).is_own


def test_what_is_better_no_more_is_given_up(alice, few):
    log_of(alice)
    fits.fit_learner(alice, FakeFitter(), now=NOON)
    fits.fit_learner(alice, FakeFitter(FADES), now=NOON)
    assert Parameters.objects.in_use_by(alice).is_default
    assert Parameters.objects.count() == 1  # its reviews still name it


def test_only_one_fit_is_in_use(alice, few):
    log_of(alice)
    for _night in range(2):
        fits.fit_site(FakeFitter(), now=NOON)
        fits.fit_learner(alice, FakeFitter((*HOLDS_LONG[:2], 99.0, *HOLDS_LONG[3:])), now=NOON)
    assert Parameters.objects.filter(user=None, is_in_use=True).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Parameters.objects.create(numbers=list(DEFAULTS), fitted_at=NOON)


def test_settings_bring_the_parameters_in_use(alice, bob, django_assert_num_queries):
    def brought() -> Parameters:
        with django_assert_num_queries(1):
            wish = StudySettings.objects.of(alice)
            assert wish.desired_retention == 0.9
            assert wish.parameters.values
        return wish.parameters

    assert brought().is_default
    site = Parameters.objects.create(numbers=list(HOLDS_LONG), fitted_at=NOON)
    Parameters.objects.create(user=bob, numbers=list(DEFAULTS), fitted_at=NOON)
    assert (brought(), brought().values) == (site, HOLDS_LONG)
    StudySettings.objects.create(user=alice)
    own = Parameters.objects.create(user=alice, numbers=list(DEFAULTS), fitted_at=NOON)
    Parameters.objects.create(user=alice, numbers=list(HOLDS_LONG), fitted_at=NOON, is_in_use=False)
    assert (brought(), brought().version) == (own, own.version)
    assert StudySettings.objects.get(user=alice).parameters == own


def test_reviews_bear_the_version_that_scheduled_them_and_the_log_still_replays(alice, few):
    card = make_card(alice)
    revision = card.question.current_revision
    before = card.review(3, review_id=uuid4(), revision=revision, now=NOON)
    log_of(alice)
    Review.objects.exclude(pk=before.pk).update(parameter_version="fsrs6-default")
    fits.fit_learner(alice, FakeFitter(), now=NOON)
    in_use = Parameters.objects.in_use_by(alice)
    fresh = make_card(alice)
    promised = fresh.outcomes(NOON.date(), wish=StudySettings.objects.of(alice))
    after = fresh.review(3, review_id=uuid4(), revision=fresh.question.current_revision, now=NOON)
    assert (before.parameter_version, after.parameter_version) == ("fsrs6-default", in_use.version)
    assert after.due_on_after == promised[scheduling.Rating.GOOD].due_on
    assert after.stability_after == HOLDS_LONG[2]
    wrong = {each.row.pk for each in differences(alice) if isinstance(each.row, Card)}
    assert not wrong & {card.pk, fresh.pk}


def test_history_is_drawn_by_the_parameters_of_its_time(alice, alice_client):
    in_use = Parameters.objects.create(user=alice, numbers=list(HOLDS_LONG), fitted_at=NOON)
    card = make_card(alice)
    revision, now = card.question.current_revision, timezone.now()
    card.review(3, review_id=uuid4(), revision=revision, now=now - 9 * DAY)
    assert Parameters.objects.named([in_use.version, "fsrs6-default", "fsrs6-x", "anki"]) == {
        in_use.version: in_use
    }
    assert alice_client.get(f"/practice/cards/{card.pk}/").status_code == 200


def page_of(client) -> str:
    return " ".join(unescape(client.get("/practice/settings/").content.decode()).split())


def test_settings_say_which_parameters_are_in_use_and_why(alice, alice_client, fake):
    assert "with its default parameters: there are too few reviews here" in page_of(alice_client)
    assert "Your own are tried from 2000 reviews on" in page_of(alice_client)
    told = {"numbers": list(HOLDS_LONG), "review_count": 6000, "fitted_at": NOON}
    Parameters.objects.create(**told)
    assert "to 6000 reviews of everybody here" in page_of(alice_client)
    Parameters.objects.create(user=alice, **told)
    assert "fitted to your own 6000 reviews" in page_of(alice_client)


def test_settings_say_where_nothing_is_fitted(alice_client, monkeypatch):
    monkeypatch.setattr(fitting, "installed_fitter", lambda: None)
    page = page_of(alice_client)
    assert "this site does not fit any of its own" in page
    assert "Your own are tried" not in page


def test_command_says_what_it_found_and_a_dry_run_changes_nothing(alice, few, fake, capsys):
    log_of(alice)
    call_command("fit_parameters", "--dry-run")
    assert not Parameters.objects.exists()
    said = capsys.readouterr().out
    assert "The site: 24 reviews: better." in said
    assert "Log loss on the newest fifth" in said
    assert "A dry run: nothing was changed." in said
    call_command("fit_parameters", "--user", "ALICE@example.org")
    assert Parameters.objects.get().user == alice


def test_command_without_the_package_says_what_to_install(db, monkeypatch):
    monkeypatch.setattr(fitting, "installed_fitter", lambda: None)
    with pytest.raises(CommandError, match="fitting"):
        call_command("fit_parameters")


def test_command_names_an_unknown_person(db, fake):
    with pytest.raises(CommandError, match="nobody@example.org"):
        call_command("fit_parameters", "--user", "nobody@example.org")


def test_command_says_when_there_are_too_few(db, fake, capsys):
    call_command("fit_parameters")
    assert "0 reviews: too few reviews." in capsys.readouterr().out


def count_days(user) -> None:
    for review in Review.objects.filter(user=user):
        review.user.study_days.get_or_create(study_day=review.study_day)
    user.study_days.update(new_cards=15, due_reviews=0)


def test_nightly_task_fits_the_site_and_those_with_enough(alice, bob, few, fake, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.fit_learner.__class__, "enqueue", lambda _task, pk: asked.append(pk))
    log_of(alice)
    count_days(alice)
    log_of(bob, 1)
    tasks.fit_parameters.call()
    assert Parameters.objects.get().user is None
    assert asked == [alice.pk]


@pytest.mark.parametrize("numbers", [HOLDS_LONG, FADES])
def test_nothing_is_fitted_anew_until_the_log_has_grown_whatever_came_of_it(
    alice, bob, few, fake, numbers
):
    fake.numbers = numbers
    log_of(alice)
    count_days(alice)
    assert fits.learners_to_fit() == [alice.pk]
    assert fits.site_has_grown()
    tasks.fit_learner.call(alice.pk)
    fits.fit_site(fake, now=NOON)
    assert fits.learners_to_fit() == []
    assert not fits.site_has_grown()
    log_of(alice, 2)
    alice.study_days.update(new_cards=17)
    log_of(bob, 10)
    count_days(bob)
    assert fits.learners_to_fit() == [alice.pk, bob.pk]
    assert fits.site_has_grown()


def test_trial_does_not_count_as_tried(alice, few, fake):
    log_of(alice)
    count_days(alice)
    fits.fit_learner(alice, fake, now=NOON, is_trial=True)
    fits.fit_site(fake, now=NOON, is_trial=True)
    assert fits.learners_to_fit() == [alice.pk]
    assert fits.site_has_grown()


def test_site_is_tried_again_also_where_its_log_is_longer_than_a_fit_takes(
    alice, few, fake, monkeypatch
):
    monkeypatch.setattr(fits, "MOST_REVIEWS", 20)
    log_of(alice, 20)
    fits.fit_site(fake, now=NOON)
    assert not fits.site_has_grown()
    log_of(alice, 1)
    assert not fits.site_has_grown()
    log_of(alice, 2)
    assert fits.site_has_grown()


def test_task_without_the_package_does_nothing(alice, few, monkeypatch):
    monkeypatch.setattr(fitting, "installed_fitter", lambda: None)
    log_of(alice)
    tasks.fit_parameters.call()
    tasks.fit_learner.call(alice.pk)
    assert not Parameters.objects.exists()


def real_package():
    if os.environ.get("CI"):
        # There it is installed, and a test that is skipped says nothing.
        return import_module(fitting.PACKAGE)
    return pytest.importorskip(
        fitting.PACKAGE, reason="fsrs-rs-python, the extra `fitting`, is not here"
    )


def test_real_package_finds_what_made_the_log():
    """A log in which everything is known: what it fits is surprised less than the defaults."""
    real_package()
    fitter = fitting.installed_fitter()
    decision = decide(histories(400), DEFAULTS, fitter, least_reviews=100, least_gain=0.002)
    assert decision.verdict is Verdict.BETTER
    scheduling.review(
        None, 3, NOON.date(), desired_retention=0.9, seed=None, parameters=decision.parameters
    )


def test_real_package_and_our_formulas_are_equally_surprised():
    """Item by item: in a mean the package counts newer reviews for more."""
    package = real_package()
    for days, rating, later, last in product((0, 1, 20), (1, 2, 3, 4), (0, 5), (1, 3)):
        item = Item(NOON, ((0, rating), (days, last), (later, rating), (9, last)))
        reviews = [package.FSRSReview(judged, each) for each, judged in item.reviews]
        theirs = package.FSRS(list(DEFAULTS)).evaluate([package.FSRSItem(reviews)])
        assert log_loss([item], DEFAULTS) == pytest.approx(theirs.log_loss, rel=1e-4)
