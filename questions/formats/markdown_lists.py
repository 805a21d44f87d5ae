"""The lists of a question file: items, and below them a closed set of keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from questions.formats.markdown_grammar import (
    LONGEST_ITEM,
    LONGEST_PROSE,
    LONGEST_SUB_ITEM,
    REPEATABLE_SUB_KEYS,
    SUB_KEYS,
    Findings,
    Line,
    is_slug,
    one_line,
)

NUMBERED_SECTIONS = {"Sequence", "Hints"}

BULLET = re.compile(r"[-*+](?:[ \t]+(.*))?")
NUMBER = re.compile(r"[0-9]{1,9}[.)](?:[ \t]+(.*))?")
SUB_KEY = re.compile(r"([A-Za-z_-]+)[ \t]*:(.*)")


@dataclass(slots=True)
class Item:
    line: int
    text: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def all(self, key: str) -> tuple[str, ...]:
        return tuple(self.values.get(key, ()))

    def one(self, key: str) -> str:
        return "".join(self.values.get(key, ()))


def read_items(lines: list[Line], *, name: str, findings: Findings) -> list[Item]:
    """The understood items of the section `name`; the rest lands in `findings`."""
    items: list[Item] = []
    was_fenced = False
    for line in lines:
        if line.fenced and not was_fenced:
            findings.error("E-LIST", line.number, "A list has no code blocks.")
        elif line.text and not line.fenced:
            _read_line(line, name=name, items=items, findings=findings)
        was_fenced = line.fenced
    return [item for item in items if item.text]


def _read_line(line: Line, *, name: str, items: list[Item], findings: Findings) -> None:
    text = line.text.lstrip(" \t")
    indent = len(line.text.removesuffix(text).expandtabs(4))
    if indent >= 4:
        message = "Lists have two levels; the second is indented by two blanks."
        findings.error("E-LIST", line.number, message)
    elif indent >= 2:
        _read_sub_item(text, line=line.number, name=name, items=items, findings=findings)
    else:
        items.append(_read_item(text, line=line.number, name=name, findings=findings))


def _read_item(text: str, *, line: int, name: str, findings: Findings) -> Item:
    """An item that is not understood has no text; what stands below it is still looked at."""
    is_numbered = name in NUMBERED_SECTIONS
    match = (NUMBER if is_numbered else BULLET).fullmatch(text)
    item = Item(line, one_line(match[1] or "") if match else "")
    if not match:
        marker = "a number and a full stop" if is_numbered else "a hyphen"
        message = f"An item of {name} begins with {marker} and stays on one line."
        findings.error("E-LIST", line, message)
    elif not item.text:
        findings.error("E-LIST", line, "This item has no text.")
    check_length(item.text, LONGEST_ITEM.get(name, LONGEST_PROSE), line=line, findings=findings)
    return item


def _read_sub_item(
    text: str, *, line: int, name: str, items: list[Item], findings: Findings
) -> None:
    bullet = BULLET.fullmatch(text)
    match = SUB_KEY.fullmatch(bullet[1] or "") if bullet else None
    allowed = SUB_KEYS.get(name, ())
    if not items or not match or match[1] not in allowed:
        written = " or ".join(f"“- {key}: …”" for key in allowed)
        takes = f"only {written} below an item" if allowed else "nothing below its items"
        findings.error("E-LIST", line, f"{name} takes {takes}; keep an item on one line.")
        return
    key, value = match[1], one_line(match[2])
    values = items[-1].values.setdefault(key, [])
    if not value or (values and key not in REPEATABLE_SUB_KEYS):
        findings.error("E-LIST", line, f"“{key}” is empty, or there twice.")
    elif key == "next" and not is_slug(value):
        findings.error("E-LIST", line, "“next” is the id of another question.")
    check_length(value, LONGEST_SUB_ITEM.get(key, LONGEST_PROSE), line=line, findings=findings)
    values.append(value)


def check_length(text: str, longest: int, *, line: int, findings: Findings) -> None:
    if len(text) > longest:
        message = f"This has {len(text)} characters; there is room for {longest}."
        findings.error("E-LENGTH", line, message)
