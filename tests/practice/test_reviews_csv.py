"""My reviews as a table that a spreadsheet opens and does not run."""

import csv
from datetime import timedelta
from io import StringIO

from django.urls import reverse

from practice.reviews_csv import lines
from tests.factories import NOON, make_card, make_question, make_review

URL = reverse("practice:export_reviews")


def table(client) -> list[dict[str, str]]:
    response = client.get(URL)
    assert response["Content-Type"].startswith("text/csv")
    assert "studyhub-reviews-" in response["Content-Disposition"]
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(StringIO(text, newline="")))


def test_each_review_is_a_row_the_oldest_first(alice, alice_client):
    card = make_card(alice, make_question("What is a layer?", slug="layer"))
    make_review(card, rating=3, seconds=40, confidence=2, voided_at=NOON)
    make_review(
        card,
        rating=1,
        reviewed_at=NOON - timedelta(days=3),
        points={"1": "covered", "2": "missed", "3": "missed"},
        retrievability=0.9,
    )
    first, second = table(alice_client)
    assert (first["question"], first["prompt"]) == ("layer", "What is a layer?")
    assert (first["rating"], first["predicted_recall"]) == ("1", "0.9")
    marks = (first["points_covered"], first["points_partly"], first["points_missed"])
    assert marks == ("1", "0", "2")
    assert (second["seconds"], second["confidence"]) == ("40", "2")
    assert second["undone_at"].startswith(NOON.date().isoformat())
    assert first["undone_at"] == ""


def test_answer_keeps_its_lines_and_is_no_formula(alice, alice_client):
    answer = '- one, "two"\n=HYPERLINK(1)'
    make_review(make_card(alice), answer=answer)
    assert table(alice_client)[0]["answer"] == f"'{answer}"


def test_nothing_of_others_is_in_it(bob, alice_client):
    make_review(make_card(bob))
    assert table(alice_client) == []


def test_visitor_is_asked_to_log_in(client, db):
    assert client.get(URL).status_code == 302


def test_export_page_offers_it(alice_client):
    assert URL in alice_client.get(reverse("dashboard:export")).content.decode()


def test_one_query_for_any_number(alice, django_assert_num_queries):
    card = make_card(alice)
    for _number in range(5):
        make_review(card)
    with django_assert_num_queries(1):
        assert len(list(lines(alice))) == 6  # with the header
