"""Cohorts as instructors run them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Cohort, Membership, OnlyInstructorError, User
from tests.factories import make_cohort, make_user


@pytest.fixture
def cohort(ines, alice):
    return make_cohort(name="Autumn", instructor=ines, learners=(alice,))


def text_of(response):
    return response.content.decode()


def post(client, cohort, path, **form):
    return client.post(f"/account/cohorts/{cohort.pk}/{path}/", form, follow=True)


def test_a_first_cohort_is_one_step_away(ines_client):
    page = text_of(ines_client.get("/account/cohorts/"))
    assert "No cohort yet" in page
    assert 'href="/account/cohorts/create/"' in page


def test_making_a_cohort_shows_its_whole_invite_link(ines_client, ines):
    response = ines_client.post("/account/cohorts/create/", {"name": "Winter"}, follow=True)
    cohort = Cohort.objects.taught_by(ines).get()
    assert f"http://testserver/account/join/{cohort.invite_code}/" in text_of(response)
    assert "Nobody has joined yet" in text_of(response)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_cohort_needs_a_name(ines_client, name):
    response = ines_client.post("/account/cohorts/create/", {"name": name})
    assert response.status_code == 422
    assert not Cohort.objects.exists()


def test_renaming_keeps_the_cohort(ines_client, cohort):
    assert "Winter" in text_of(post(ines_client, cohort, "edit", name="Winter"))
    response = ines_client.post(f"/account/cohorts/{cohort.pk}/edit/", {"name": ""})
    assert response.status_code == 422
    assert Cohort.objects.get().name == "Winter"


def test_the_list_counts_learners_and_keeps_archived_ones_apart(ines_client, ines, alice, bob, now):
    one = make_cohort(name="One", instructor=ines, learners=(alice,))
    make_cohort(name="Two", instructor=ines, learners=(alice, bob))
    make_cohort(name="Old", instructor=ines, learners=(alice, bob), archived_at=now)
    one.memberships.filter(user=alice).update(left_at=now)
    page = text_of(ines_client.get("/account/cohorts/"))
    assert page.index("0 learners") < page.index("2 learners") < page.index("Archived")
    assert page.index("Archived") < page.index("Old")
    assert "1 learner<" not in page


def test_one_learner_is_not_counted_as_learners(ines_client, cohort):
    assert "1 learner<" in text_of(ines_client.get("/account/cohorts/"))


def test_queries_do_not_grow_with_cohorts_or_members(
    ines_client, ines, django_assert_max_num_queries
):
    learners = tuple(make_user() for _number in range(6))
    for number in range(6):
        made = make_cohort(name=f"Cohort {number}", instructor=ines, learners=learners)
    with django_assert_max_num_queries(5):
        ines_client.get("/account/cohorts/")
    with django_assert_max_num_queries(6):
        ines_client.get(f"/account/cohorts/{made.pk}/")


def test_closing_and_opening_the_link(ines_client, cohort):
    assert "nobody new can join" in text_of(
        post(ines_client, cohort, "invite/edit", change="close")
    )
    assert not Cohort.objects.get().is_open
    assert "/account/join/" in text_of(post(ines_client, cohort, "invite/edit", change="open"))


def test_a_new_link_ends_the_old_one(ines_client, cohort):
    post(ines_client, cohort, "invite/edit", change="renew")
    assert Cohort.objects.get().invite_code != cohort.invite_code
    assert ines_client.get(f"/account/join/{cohort.invite_code}/").status_code == 404


def test_a_made_up_change_of_the_link_changes_nothing(ines_client, cohort):
    post(ines_client, cohort, "invite/edit", change="burn")
    assert Cohort.objects.get().invite_code == cohort.invite_code


def test_members_stand_with_the_day_they_joined(ines_client, cohort, now):
    cohort.memberships.update(joined_at=now)
    page = text_of(ines_client.get(f"/account/cohorts/{cohort.pk}/"))
    assert "Alice" in page
    assert "23 November 2026" in page


def test_a_removed_learner_can_be_brought_back(ines_client, cohort, alice):
    page = text_of(post(ines_client, cohort, f"members/{alice.pk}/remove"))
    assert "1 person left" in page
    assert not Cohort.objects.joined_by(alice).exists()
    post(ines_client, cohort, f"members/{alice.pk}/return")
    assert Cohort.objects.joined_by(alice).get() == cohort
    assert cohort.memberships.filter(user=alice).count() == 1


def test_nobody_is_brought_into_a_cohort_they_never_joined(ines_client, cohort, bob):
    response = ines_client.post(f"/account/cohorts/{cohort.pk}/members/{bob.pk}/return/")
    assert response.status_code == 404
    assert not Cohort.objects.joined_by(bob).exists()


def test_more_time_for_a_learner(ines_client, cohort, alice):
    post(ines_client, cohort, f"members/{alice.pk}/edit", time_factor="1.50")
    assert User.objects.get(pk=alice.pk).time_factor == Decimal("1.50")


@pytest.mark.parametrize("factor", ["0.5", "4.01", "", "lots", "NaN", "1.555"])
def test_a_wrong_time_factor_is_refused_beside_the_learner(ines_client, cohort, alice, factor):
    url = f"/account/cohorts/{cohort.pk}/members/{alice.pk}/edit/"
    response = ines_client.post(url, {"time_factor": factor})
    assert response.status_code == 422
    assert "field-error" in text_of(response)
    assert User.objects.get(pk=alice.pk).time_factor == 1


def test_the_time_of_somebody_not_in_the_cohort_is_not_theirs_to_change(ines_client, cohort, bob):
    url = f"/account/cohorts/{cohort.pk}/members/{bob.pk}/edit/"
    assert ines_client.post(url, {"time_factor": "2"}).status_code == 404


def test_a_second_instructor_teaches_too(ines_client, otto_client, cohort, otto):
    post(ines_client, cohort, "instructors/add", email="OTTO@example.org")
    assert otto_client.get(f"/account/cohorts/{cohort.pk}/").status_code == 200


def test_learners_and_strangers_look_alike_to_who_adds_an_instructor(ines_client, cohort, bob):
    url = f"/account/cohorts/{cohort.pk}/instructors/add/"
    known = ines_client.post(url, {"email": bob.email})
    unknown = ines_client.post(url, {"email": "nobody@example.org"})
    for response in (known, unknown):
        assert response.status_code == 422
        assert "No instructor has this address." in text_of(response)
    assert not Cohort.objects.taught_by(bob).exists()


def test_the_last_instructor_stays(ines_client, cohort, ines, now):
    page = text_of(post(ines_client, cohort, f"members/{ines.pk}/remove"))
    assert "You are the only instructor here." in page
    with pytest.raises(OnlyInstructorError):
        cohort.remove(ines, now=now)
    assert Cohort.objects.taught_by(ines).exists()


def test_one_of_two_instructors_may_go(ines_client, cohort, ines, otto, now):
    cohort.add_instructor(otto, now=now)
    response = post(ines_client, cohort, f"members/{ines.pk}/remove")
    assert "You no longer teach Autumn." in text_of(response)
    assert ines_client.get(f"/account/cohorts/{cohort.pk}/").status_code == 404


def test_an_archived_cohort_takes_nobody_and_comes_back_whole(ines_client, cohort):
    assert "archived" in text_of(post(ines_client, cohort, "archive"))
    assert not Cohort.objects.get().can_be_joined
    post(ines_client, cohort, "archive", change="unarchive")
    assert Cohort.objects.get().can_be_joined


def test_archiving_twice_keeps_the_first_moment(cohort, now):
    cohort.archive(now=now)
    cohort.archive(now=now + timedelta(days=1))
    assert Cohort.objects.get().archived_at == now


def test_a_learner_who_becomes_instructor_keeps_one_row(cohort, otto, now):
    cohort.join(otto, now=now)
    cohort.add_instructor(otto, now=now + timedelta(days=1))
    membership = Membership.objects.get(user=otto)
    assert (membership.role, membership.joined_at) == ("instructor", now)


def test_a_cohort_leads_on_to_its_first_interview(cohort, ines_client):
    page = text_of(ines_client.get(f"/account/cohorts/{cohort.pk}/"))
    assert f"/interviews/teach/assign/?cohort={cohort.pk}" in page
    cohort.archived_at = cohort.created_at
    cohort.save(update_fields=["archived_at"])
    page = text_of(ines_client.get(f"/account/cohorts/{cohort.pk}/"))
    assert "/interviews/teach/assign/" not in page
