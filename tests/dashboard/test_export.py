"""All my data as one file: what is in it, and what must not be."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from dashboard import exporting
from interviews.models import Goal, Mark
from practice.changing import change_cards
from practice.models import (
    Adjustment,
    Card,
    Change,
    Parameters,
    Review,
    Round,
    StudyDay,
    StudySettings,
)
from questions.models import Topic
from studyhub.http import as_bytes
from tests.factories import (
    NOON,
    make_assignment,
    make_blueprint,
    make_card,
    make_cohort,
    make_overrule,
    make_question,
    make_review,
    make_sitting,
)

URL = "/account/export/"


def download(client):
    response = client.post(URL)
    assert response.streaming
    return json.loads(b"".join(response.streaming_content))


def test_export_holds_what_was_fitted_to_ones_own_reviews(alice, bob, alice_client):
    for user in (alice, bob):
        Parameters.objects.create(user=user, numbers=[0.2], review_count=2_000, fitted_at=NOON)
    (fitted,) = download(alice_client)["parameters"]
    assert (fitted["numbers"], fitted["review_count"]) == ([0.2], 2_000)
    assert fitted["version"] == Parameters.objects.get(user=alice).version


def test_export_holds_the_days_one_gets_ready_for(alice, bob, ines, alice_client):
    for user, title in ((alice, "Interview at Acme"), (bob, "Interview elsewhere")):
        goal = Goal.objects.create(user=user, title=title, interview_on=NOON.date(), outcome="well")
        goal.topics.add(Topic.objects.at("docker/volumes"))
    foreign = make_blueprint(owner=ines, title="The real exam")
    shipped = make_blueprint(title="Incident drill")
    for blueprint in (foreign, shipped):
        day = NOON.date().replace(year=2027 + (blueprint is shipped))
        Goal.objects.create(user=alice, interview_on=day, blueprint=blueprint)
    first, second, third = download(alice_client)["goals"]
    assert first.pop("created_at")
    assert first == {
        "interview_on": "2026-11-23",
        "title": "Interview at Acme",
        "outcome": "well",
        "topics": ["docker/volumes"],
        "interview": None,
    }
    assert (second["interview"], third["interview"]) == (None, "Incident drill")


def test_the_page_says_what_is_in_the_file(alice_client):
    page = alice_client.get(URL).content.decode()
    assert "every review" in page
    assert "Download" in page


def test_a_visitor_is_asked_to_log_in(client, db):
    assert client.post(URL)["Location"].startswith("/account/login/")


def test_the_file_comes_as_a_download_that_nothing_keeps(alice_client):
    response = alice_client.post(URL)
    assert response["Content-Disposition"].startswith('attachment; filename="studyhub-2')
    assert response["Cache-Control"] == "no-store"


def test_somebody_with_nothing_gets_a_whole_file(alice_client):
    data = download(alice_client)
    assert data["profile"]["email"] == "alice@example.org"
    assert data["study_settings"] is None
    assert [data[name] for name in ("questions", "cards", "reviews", "sittings")] == [[]] * 4


def test_my_questions_come_with_their_text(alice_client, alice):
    make_question("Why?", private_to=alice, hints=("Think",), accept={"Smaller image": ("slim",)})
    make_question("Shared?")
    (question,) = download(alice_client)["questions"]
    assert question["text"]["prompt"] == "Why?"
    assert question["text"]["hints"] == ["Think"]
    assert question["text"]["key_points"][1]["accept"] == ["slim"]


def test_cards_and_reviews_come_with_their_question(alice_client, alice):
    review = make_review(make_card(alice, due_on=NOON.date()), answer="Because “layers”")
    review.card.move_due(NOON.date(), now=NOON)
    data = download(alice_client)
    assert data["cards"][0]["question"] == data["reviews"][0]["question"]
    assert data["reviews"][0]["parameter_version"] == "fsrs6-default"
    assert (data["reviews"][0]["id"], data["reviews"][0]["revision"]) == (str(review.pk), 1)
    assert data["adjustments"][0]["kind"] == "move"
    assert data["cards"][0]["prompt"] == "What is a multi-stage build?"
    assert data["reviews"][0]["answer"] == review.answer


def everything_practised(user) -> None:
    """A row of each kind of what practice keeps."""
    card = make_card(user, due_on=NOON.date())
    card.keep_note("Layers!", now=NOON)
    make_review(card)
    card.move_due(NOON.date(), now=NOON)
    change_cards(
        Card.objects.filter(pk=card.pk),
        Change.Kind.SUSPEND,
        user=user,
        change_id=uuid4(),
        now=NOON,
    )
    Round.objects.create(user=user, cards=[card.pk], started_at=NOON)
    StudyDay.objects.create(user=user, study_day=NOON.date(), reviews=1)
    StudySettings.objects.create(user=user)
    Parameters.objects.create(user=user, fitted_at=NOON)


@pytest.mark.parametrize(
    ("name", "model", "left_out"),
    [
        ("study_settings", StudySettings, "id user"),
        ("study_days", StudyDay, "id user"),
        # The band only sorts, by the stability.
        ("cards", Card, "id user band"),
        ("reviews", Review, "card user"),
        ("adjustments", Adjustment, "id card"),
        # For undoing the newest only.
        ("changes", Change, "user before after"),
        # Its cards are told as questions.
        ("rounds", Round, "user cards"),
        ("parameters", Parameters, "id user"),
    ],
)
def test_export_leaves_out_no_field_of_practice(alice, alice_client, name, model, left_out):
    everything_practised(alice)
    exported = download(alice_client)[name]
    row = exported if name == "study_settings" else exported[0]
    fields = {field.name for field in model._meta.concrete_fields}
    assert fields - row.keys() == set(left_out.split())


def test_rounds_name_their_questions_in_order_and_what_was_changed_is_told_together(
    alice, bob, alice_client
):
    for user in (bob, alice):
        everything_practised(user)
    data = download(alice_client)
    first, second = make_card(alice), make_card(alice)
    Round.objects.update(cards=[second.pk, 0, first.pk])
    (made,) = download(alice_client)["rounds"]
    assert made["questions"] == [second.question.slug, first.question.slug]
    (change,) = data["changes"]
    assert (change["kind"], change["number"]) == ("suspend", 1)
    assert data["cards"][0]["note"] == "Layers!"


def test_points_i_overruled_come_with_my_words(alice_client, alice):
    overrule = make_overrule(user=alice, excerpt="It stays.")
    make_overrule(user=alice, source="interview", excerpt="Not released yet.")
    (row,) = download(alice_client)["overruled_points"]
    assert (row["excerpt"], row["key_point"]) == ("It stays.", overrule.key_point.text)
    assert (row["said"], row["status"], row["state"]) == ("covered", "not_found", "waiting")


def test_memberships_past_and_present_are_in_it(alice_client, alice, ines, now):
    make_cohort(name="Autumn", instructor=ines, learners=(alice,)).remove(alice, now=now)
    (membership,) = download(alice_client)["memberships"]
    assert (membership["cohort"], membership["role"]) == ("Autumn", "learner")
    assert membership["left_at"].startswith("2026-11-23")


def make_marked(alice, ines, now, **fields):
    assignment = make_assignment(instructor=ines, learners=(alice,))
    sitting = make_sitting(
        assignment,
        alice,
        questions=(make_question(),),
        answers=("Several stages",),
        submitted_at=now,
        score=8,
        **fields,
    )
    Mark.objects.create(item=sitting.items.get(), marker=ines, score=8, comment="Well said")
    return sitting


def test_a_released_interview_comes_with_answers_and_marks(alice_client, alice, ines, now):
    make_marked(alice, ines, now, state="released", released_at=now)
    (sitting,) = download(alice_client)["sittings"]
    assert sitting["score"] == "8.00"
    assert sitting["items"][0]["response"]["text"] == "Several stages"
    assert sitting["items"][0]["marks"][0]["comment"] == "Well said"


def test_an_interview_says_since_when_and_for_how_long_it_was_paused(
    alice_client, alice, ines, now
):
    assignment = make_assignment(instructor=ines, learners=(alice,))
    minute = timedelta(minutes=1)
    make_sitting(assignment, alice, paused_at=now, paused_for=3 * minute, started_at=now)
    (sitting,) = download(alice_client)["sittings"]
    assert sitting["paused_at"] == now.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert sitting["paused_for"] == "P0DT00H03M00S"


def test_marks_that_are_not_released_stay_out(alice_client, alice, ines, now):
    make_marked(alice, ines, now, state="marked", marked_at=now)
    (sitting,) = download(alice_client)["sittings"]
    assert sitting["score"] is None
    assert sitting["items"][0]["marks"] == []
    assert sitting["items"][0]["response"]["text"] == "Several stages"


def test_questions_of_a_running_interview_stay_out(alice_client, alice, ines):
    assignment = make_assignment(instructor=ines, learners=(alice,))
    make_sitting(assignment, alice, questions=(make_question("Secret?"),))
    data = download(alice_client)
    assert data["sittings"][0]["items"] == []
    assert "Secret?" not in json.dumps(data)


def test_nothing_of_others_is_in_my_file(alice_client, alice, bob, ines, now):
    make_review(make_card(bob), answer="Bob wrote this")
    make_marked(bob, ines, now, state="released", released_at=now)
    make_overrule(user=bob, excerpt="Bob said so")
    make_question("Of Bob?", private_to=bob)
    text = json.dumps(download(alice_client))
    assert "bob" not in text.lower()
    assert "Several stages" not in text


def test_queries_do_not_grow_with_the_data(alice, ines, now, django_assert_num_queries):
    def count_all():
        return len(list(exporting.export(alice, now=now)))

    for _number in range(2):
        card = make_card(alice)
        make_review(card)
        Round.objects.create(user=alice, cards=[card.pk])
        make_marked(alice, ines, now, state="released", released_at=now)
        make_question(private_to=alice)
        Goal.objects.create(user=alice, interview_on=now.date())
    with django_assert_num_queries(31):
        count_all()
    for _number in range(3):
        card = make_card(alice)
        make_review(card)
        Round.objects.create(user=alice, cards=[card.pk])
        make_marked(alice, ines, now, state="released", released_at=now)
        make_question(private_to=alice)
        Goal.objects.create(user=alice, interview_on=now.date())
    with django_assert_num_queries(31):
        count_all()


def test_pieces_are_joined_before_they_are_sent():
    pieces = ["x" * 10_000] * 20
    sent = list(as_bytes(iter(pieces)))
    assert b"".join(sent) == b"x" * 200_000
    assert max(len(piece) for piece in sent) <= 80_000
    assert len(sent) < 5


@pytest.mark.parametrize("value", ["ü", 'a"b', "\u2028", None])
def test_every_text_comes_back_as_it_was(value):
    assert json.loads(exporting.encode(value)) == value
    assert json.loads(json.dumps(value, cls=DjangoJSONEncoder)) == value
