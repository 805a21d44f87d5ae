"""Who may open what: every page of the account, for everyone who should not see it."""

import pytest

from accounts import urls
from tests.factories import make_cohort

INSTRUCTORS_ONLY = {
    "cohorts": ("get", "cohorts/"),
    "cohort_create": ("get", "cohorts/create/"),
    "cohort": ("get", "cohorts/{cohort}/"),
    "cohort_edit": ("get", "cohorts/{cohort}/edit/"),
    "cohort_archive": ("post", "cohorts/{cohort}/archive/"),
    "invite_edit": ("post", "cohorts/{cohort}/invite/edit/"),
    "instructor_add": ("post", "cohorts/{cohort}/instructors/add/"),
    "member_edit": ("post", "cohorts/{cohort}/members/{learner}/edit/"),
    "member_remove": ("post", "cohorts/{cohort}/members/{learner}/remove/"),
    "member_return": ("post", "cohorts/{cohort}/members/{learner}/return/"),
}
EVERYONE = {"settings": ("get", "settings/")}
ANYBODY = {"join", "leave"}  # test_join.py; test_settings.py
OF_A_COHORT = [name for name, (_method, path) in INSTRUCTORS_ONLY.items() if "{cohort}" in path]


@pytest.fixture
def cohort(ines, alice):
    return make_cohort(instructor=ines, learners=(alice,))


def ask(client, name, *, cohort, learner):
    method, path = (INSTRUCTORS_ONLY | EVERYONE)[name]
    url = "/account/" + path.format(cohort=cohort.pk, learner=learner.pk)
    return getattr(client, method)(url)


def test_every_page_is_in_this_table():
    names = {pattern.name for pattern in urls.urlpatterns}
    assert names == set(INSTRUCTORS_ONLY) | set(EVERYONE) | ANYBODY


@pytest.mark.parametrize("name", [*INSTRUCTORS_ONLY, *EVERYONE])
def test_a_visitor_is_asked_to_log_in(client, name, cohort, alice):
    response = ask(client, name, cohort=cohort, learner=alice)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("name", INSTRUCTORS_ONLY)
@pytest.mark.parametrize("person", ["alice", "bob", "edda"])
def test_who_does_not_teach_finds_nothing(request, name, person, cohort, alice):
    client = request.getfixturevalue(f"{person}_client")
    response = ask(client, name, cohort=cohort, learner=alice)
    assert response.status_code == 404


@pytest.mark.parametrize("name", OF_A_COHORT)
def test_an_instructor_of_others_finds_nothing(otto_client, name, cohort, alice):
    assert ask(otto_client, name, cohort=cohort, learner=alice).status_code == 404


@pytest.mark.parametrize("name", OF_A_COHORT)
def test_who_lost_the_role_or_the_cohort_finds_nothing(
    ines_client, otto, name, cohort, alice, ines, now
):
    cohort.add_instructor(otto, now=now)
    cohort.remove(ines, now=now)
    assert ask(ines_client, name, cohort=cohort, learner=alice).status_code == 404


@pytest.mark.parametrize("name", INSTRUCTORS_ONLY)
def test_the_instructor_finds_everything(ines_client, name, cohort, alice):
    response = ask(ines_client, name, cohort=cohort, learner=alice)
    assert response.status_code in (200, 302, 422)


@pytest.mark.parametrize("person", ["bob", "ines", "edda"])
def test_only_members_can_leave(request, person, cohort):
    client = request.getfixturevalue(f"{person}_client")
    assert client.post(f"/account/cohorts/{cohort.pk}/leave/").status_code == 404


@pytest.mark.parametrize(
    "name", [name for name, (method, _path) in INSTRUCTORS_ONLY.items() if method == "post"]
)
def test_changes_take_a_post(ines_client, name, cohort, alice):
    path = INSTRUCTORS_ONLY[name][1].format(cohort=cohort.pk, learner=alice.pk)
    assert ines_client.get(f"/account/{path}").status_code == 405


def test_the_list_shows_only_cohorts_one_teaches(otto_client, cohort):
    assert cohort.name not in otto_client.get("/account/cohorts/").content.decode()
