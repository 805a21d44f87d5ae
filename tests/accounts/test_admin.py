"""People and cohorts in the admin: for superusers only."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import Cohort, User
from tests.conftest import client_of
from tests.factories import make_cohort, make_user

URL = "/admin/accounts/user/"
NEW = {
    "email": "New@Example.org",
    "name": "New",
    "is_active": "on",
    "time_zone": "UTC",
    "day_start_hour": "4",
    "theme": "system",
    "time_factor": "1.00",
}


@pytest.fixture
def root(db):
    return make_user("root@example.org", is_superuser=True)


@pytest.fixture
def root_client(root):
    return client_of(root)


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("path", [URL, f"{URL}add/", "/admin/accounts/cohort/"])
@pytest.mark.parametrize("person", ["alice", "ines"])
def test_learners_and_instructors_do_not_get_in(request, person, path):
    response = request.getfixturevalue(f"{person}_client").get(path, follow=True)
    assert response.status_code == 403


@pytest.mark.parametrize("path", [URL, f"{URL}add/", "/admin/accounts/cohort/"])
def test_an_editor_sees_no_people(edda_client, path):
    assert edda_client.get(path).status_code == 403
    assert "/admin/accounts/" not in text_of(edda_client.get("/admin/"))


def test_people_are_found_by_address_and_role(root_client, alice, ines, edda):
    assert "alice@example.org" in text_of(root_client.get(URL, {"q": "alice"}))
    teachers = text_of(root_client.get(URL, {"role": "instructor"}))
    assert "ines@example.org" in teachers
    assert "alice@example.org" not in teachers
    learners = text_of(root_client.get(URL, {"role": "learner"}))
    assert "alice@example.org" in learners
    assert "edda@example.org" not in learners


def test_a_person_is_added_without_a_password_and_told_how_to_get_one(root_client):
    page = text_of(root_client.post(f"{URL}add/", NEW, follow=True))
    person = User.objects.get(email="new@example.org")
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).primary
    assert "/account/password/reset/" in page


def test_no_password_is_shown_or_asked(root_client):
    alice = make_user("alice@example.org", "correct horse battery")
    page = text_of(root_client.get(f"{URL}{alice.pk}/change/"))
    assert alice.password not in page
    assert 'type="password"' not in page


def test_one_address_is_one_person_in_any_case(root_client, alice):
    page = text_of(root_client.post(f"{URL}add/", {**NEW, "email": "ALICE@example.org"}))
    assert "Somebody has this address already." in page


def test_a_superuser_makes_an_instructor(root_client, alice, alice_client):
    form = {**NEW, "email": alice.email, "is_instructor": "on"}
    root_client.post(f"{URL}{alice.pk}/change/", form)
    assert alice_client.get("/account/cohorts/").status_code == 200


def test_a_mended_address_is_the_one_to_log_in_with(root_client, alice):
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    root_client.post(f"{URL}{alice.pk}/change/", {**NEW, "email": "alice@new.example"})
    assert list(EmailAddress.objects.filter(user=alice).values_list("email", "primary")) == [
        ("alice@new.example", True)
    ]


def test_a_cohort_stands_with_its_members(root_client, ines, alice):
    cohort = make_cohort(name="Autumn", instructor=ines, learners=(alice,))
    page = text_of(root_client.get(f"/admin/accounts/cohort/{cohort.pk}/change/"))
    assert "alice@example.org" in page or "Alice" in page
    assert "Autumn" in text_of(root_client.get("/admin/accounts/cohort/", {"q": "alice"}))


def test_the_lists_cost_the_same_however_many_there_are(
    root_client, ines, django_assert_max_num_queries
):
    for number in range(8):
        make_cohort(name=f"Cohort {number}", instructor=ines, learners=(make_user(),))
    assert Cohort.objects.count() == 8
    with django_assert_max_num_queries(8):
        root_client.get("/admin/accounts/cohort/")
    with django_assert_max_num_queries(9):
        root_client.get(URL)
