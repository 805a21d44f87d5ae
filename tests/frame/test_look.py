"""The look holds its promises: contrast in both themes, icons drawn, nothing inline."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.formats import date_format

STATIC = Path(settings.BASE_DIR) / "static"
# The admin's pages have colours and style sheets of their own, on top of Django's.
SHEETS = [path for path in (STATIC / "css").rglob("*.css") if not path.name.startswith("admin-")]
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))

TEXT = [
    "ink",
    "ink-soft",
    "accent",
    "accent-strong",
    "covered",
    "partly",
    "missed",
    "info",
    "danger",
]
GROUNDS = ["paper", "surface", "sunken", "raised", "hover"]
CODE = ["code-keyword", "code-string", "code-number", "code-name", "code-comment"]
TEXT_PAIRS = [
    *((text, ground) for text in TEXT for ground in GROUNDS),
    *((name, f"{name}-soft") for name in TEXT[2:] if name != "accent-strong"),
    *(("ink", f"{name}-soft") for name in TEXT[2:] if name != "accent-strong"),
    ("accent-strong", "accent-soft"),
    ("danger-strong", "danger-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    *((name, ground) for name in CODE for ground in ("surface", "sunken")),
]
CONTROL_PAIRS = [("line-strong", ground) for ground in ("paper", "surface", "sunken", "raised")]


def colours() -> dict[str, tuple[str, str]]:
    css = (STATIC / "css/tokens.css").read_text() + (STATIC / "css/components/code.css").read_text()
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT_PAIRS, 4.5), (CONTROL_PAIRS, 3.0)])
def test_what_must_be_read_stands_out(
    theme: int, pairs: list[tuple[str, str]], least: float
) -> None:
    colour = {name: both[theme] for name, both in colours().items()}
    faint = [pair for pair in pairs if contrast(colour[pair[0]], colour[pair[1]]) < least]
    assert faint == []


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_heat_map_gets_stronger_step_by_step(theme: int) -> None:
    colour = colours()
    steps = [colour[f"level-{level}"][theme] for level in range(5)]
    distances = [contrast(step, colour["surface"][theme]) for step in steps]
    assert all(weaker < stronger for weaker, stronger in pairwise(distances))


def test_every_icon_named_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img/icons.svg").read_text()))
    named = {
        (path.name, name)
        for path in TEMPLATES
        for name in re.findall(r'components/icon\.html" with name="([\w-]+)"', path.read_text())
    }
    assert named
    assert {(page, name) for page, name in named if name not in drawn} == set()


def test_no_template_styles_or_scripts_inline() -> None:
    inline = re.compile(r"""\sstyle=|<style|\son\w+=["']|<script(?![^>]*(src=|application/json))""")
    assert [path.name for path in TEMPLATES if inline.search(path.read_text())] == []


def test_every_style_sheet_is_in_the_index() -> None:
    index = (STATIC / "css/app.css").read_text()
    sheets = {str(path.relative_to(STATIC / "css")) for path in SHEETS}
    assert set(re.findall(r'url\("(.+?)"\)', index)) == sheets - {"app.css"}


def test_every_colour_used_has_a_token() -> None:
    css = "\n".join(path.read_text() for path in SHEETS)
    used = set(re.findall(r"var\(--([\w-]+)", css))
    defined = set(re.findall(r"--([\w-]+):", css))
    assert used - defined == set()


def test_times_are_shown_by_one_clock():
    moment = datetime(2026, 11, 23, 16, 31, tzinfo=UTC)
    assert date_format(moment, "DATETIME_FORMAT") == "23 Nov 2026, 16:31"
    assert date_format(moment, "TIME_FORMAT") == "16:31"
    assert date_format(moment, "DATE_FORMAT") == "23 Nov 2026"
