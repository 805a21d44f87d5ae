"""Anki's gaps: `{{c1::kernel}}` is asked for as […], or as its hint in `{{c1::kernel::what}}`."""

from __future__ import annotations

import re

GAP = re.compile(
    r"\{\{c[0-9]{1,3}::((?:(?!\{\{|\}\}).)*?)(?:::((?:(?!\{\{|\}\}).)*?))?\}\}", re.DOTALL
)


def has_gaps(text: str) -> bool:
    return bool(GAP.search(text))


def with_gaps(text: str) -> str:
    return GAP.sub(lambda gap: f"[{gap[2] or '…'}]", text)


def without_gaps(text: str) -> str:
    return GAP.sub(lambda gap: f"<b>{gap[1]}</b>", text)
