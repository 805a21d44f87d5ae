"""A deck from Anki with its history: looked at, ticked, brought along; and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from practice.models import Review
from questions.formats.anki_collection import history_of
from tests.browser.test_practice import sign_in
from tests.practice.anki_decks import deck
from tests.practice.test_anki_import import LEARNT


def test_history_is_brought_along_and_taken_back(
    page: Page, live_server: Any, alice: User, audit: Callable[[str], list[str]]
) -> None:
    sign_in(page.context, live_server, alice)
    data = deck(LEARNT, replace(LEARNT, prompt="And a node?"), now=timezone.now())
    page.goto(f"{live_server.url}/bank/import/")
    file = {"name": "pods.apkg", "mimeType": "application/octet-stream", "buffer": data}
    page.set_input_files("[name=file]", files=[file])
    page.get_by_role("button", name="Look at it").click()
    box = page.get_by_label("Bring my review history: 12 reviews of 2 cards")
    expect(box).not_to_be_checked()
    assert audit(page.url.removeprefix(live_server.url)) == []

    box.check()
    page.get_by_role("button", name="Import what is ticked").first.click()
    expect(page.get_by_text("12 reviews came along.")).to_be_visible()
    assert Review.objects.of(alice).count() == 12

    page.goto(f"{live_server.url}/practice/settings/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Take my cards to Anki").click()
    taken = download.value.path().read_bytes()
    assert len(history_of(taken).reviews) == 12
