"""Real Chromium against a live server. Without Chromium these are left out, except in CI, where they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Browser, ConsoleMessage, Keyboard, Page, expect

# Playwright keeps an event loop in this thread; the ORM is still used by tests one at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine is no bug.
PATIENCE = 20_000  # milliseconds
expect.set_options(timeout=PATIENCE)

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if CHROMIUM or os.environ.get("CI"):
        return
    missing = pytest.mark.skip(reason="NOT TESTED IN A BROWSER: Chromium is not installed here")
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(missing)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    assert CHROMIUM, "CI must have Chromium: install the package chromium, or set CHROMIUM."
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(autouse=True)
def _live(live_server: Any, transactional_db: None) -> None:
    """Every browser test has a server and a database of its own."""
    call_command("createcachetable", verbosity=0)


@pytest.fixture(autouse=True)
def _keys_after_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page can be seen before its scripts have run, and until then a key means nothing."""
    keyboard = Page.keyboard

    def once_ready(page: Page) -> Keyboard:
        page.wait_for_load_state("domcontentloaded")
        return keyboard.__get__(page)

    monkeypatch.setattr(Page, "keyboard", property(once_ready))


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that fails its test on any error in the browser's console, CSP violations too."""
    problems: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "422" not in message.text and "404" not in message.text:
            problems.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(PATIENCE)
    yield page
    assert problems == []


SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]


@pytest.fixture
def audit(page: Page, browser: Browser, live_server: Any) -> Callable[[str], list[str]]:
    """Axe's findings on a path, as the person logged in on `page`, in both themes and sizes.

    In a context of its own: axe sets inline styles while it looks, which our policy refuses.
    """

    def look(path: str) -> list[str]:
        found = []
        for theme in ("light", "dark"):
            context = browser.new_context(
                bypass_csp=True, color_scheme=theme, storage_state=page.context.storage_state()
            )
            audited = context.new_page()
            audited.goto(live_server.url + path)
            for size in SIZES:
                audited.set_viewport_size(size)
                for rule in Axe().run(audited).response["violations"]:
                    html = rule["nodes"][0]["html"][:200]
                    found.append(f"{path} {theme} {size['width']}: {rule['id']} {html}")
                wide = audited.evaluate("document.documentElement.scrollWidth > innerWidth")
                if wide:
                    found.append(f"{path} {size['width']}: the page scrolls sideways")
            context.close()
        return found

    return look
