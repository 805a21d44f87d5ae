"""The front matter of a question file: read as strings, then typed by schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import yaml

from questions.formats.markdown_grammar import (
    CONTROL,
    LONGEST_SLUG,
    SLUG,
    Findings,
    is_slug,
    one_line,
)
from questions.formats.publishing import SPEAK_SECONDS

KEYS = (
    "id",
    "version",
    "kind",
    "level",
    "topic",
    "tags",
    "speak",
    "status",
    "reviewed",
    "applies_to",
    "license",
    "source",
    "authors",
)
LIST_KEYS = {"tags", "authors"}
LONGEST = {"topic": 160, "applies_to": 160, "license": 60, "source": 200}
LONGEST_TAG = 40
LONGEST_FRONT_MATTER = 8_000  # characters; a parser in Python should not meet more

KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
NUMBER = re.compile(r"[1-9][0-9]{0,5}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TOPIC = re.compile(rf"{SLUG.pattern}(/{SLUG.pattern})*")


@dataclass(frozen=True, slots=True)
class Value:
    content: str | tuple[str, ...]
    line: int


class Unreadable(Exception):
    """Not a flat mapping of keys to texts and lists; `index` is the character where it shows."""

    def __init__(self, message: str, index: int) -> None:
        super().__init__(message)
        self.message = message
        self.index = index


class FrontMatter:
    """The keys of one file, each asked for by its type; what is wrong lands in `findings`."""

    def __init__(self, values: dict[str, Value], findings: Findings) -> None:
        self.values = values
        self.findings = findings

    def line_of(self, key: str) -> int:
        return self.values[key].line if key in self.values else 1

    def text(self, key: str) -> str:
        content = self.values[key].content if key in self.values else ""
        if isinstance(content, tuple):
            self._refuse(key, "is one text, not a list.")
            return ""
        text = one_line(content)
        if len(text) > LONGEST.get(key, LONGEST_FRONT_MATTER):
            self._refuse(key, f"has at most {LONGEST[key]} characters.")
        return text

    def slug(self, key: str) -> str:
        text = self.text(key)
        if not is_slug(text):
            self._refuse(
                key,
                f"is required: lower-case letters, digits and single hyphens, at most {LONGEST_SLUG}.",
            )
        return text

    def topic(self, key: str) -> str:
        text = self.text(key)
        if text and not TOPIC.fullmatch(text):
            self._refuse(key, "is a path of slugs, such as docker/networking.")
        return text

    def number(self, key: str) -> int | None:
        text = self.text(key)
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            self._refuse(key, "is a whole number from 1.")
            return None
        return int(text)

    def seconds(self, key: str) -> int | None:
        seconds = self.number(key)
        if seconds and seconds not in SPEAK_SECONDS:
            self._refuse(key, "is 30 to 300 seconds.")
        return seconds

    def day(self, key: str) -> str | None:
        text = self.text(key)
        if text and not _is_day(text):
            self._refuse(key, "is a day written as 2026-01-31.")
        return text or None

    def choice[Choice: StrEnum](self, key: str, choices: type[Choice]) -> Choice | None:
        text = self.text(key)
        if text and text not in choices:
            self._refuse(key, f"is one of: {', '.join(choices)}.")
            return None
        return choices(text) if text else None

    def tags(self, key: str) -> tuple[str, ...]:
        """Sorted, because tags are a set wherever they are kept."""
        tags = self.names(key)
        if not all(SLUG.fullmatch(tag) and len(tag) <= LONGEST_TAG for tag in tags):
            self._refuse(
                key, f"are lower-case letters, digits and hyphens, at most {LONGEST_TAG} each."
            )
        return tuple(sorted(tags))

    def names(self, key: str) -> tuple[str, ...]:
        content = self.values[key].content if key in self.values else ()
        if isinstance(content, str):
            if content:
                self._refuse(key, "is a list, such as [first, second].")
            return ()
        names = tuple(one_line(name) for name in content)
        if not all(names) or len(set(names)) < len(names):
            self._refuse(key, "has an empty or repeated entry.")
        return names

    def extra(self) -> dict[str, str]:
        extra = {}
        for key, value in self.values.items():
            if key in KEYS:
                continue
            if isinstance(value.content, tuple):
                self._refuse(key, "is not a key of ours; such keys are kept only as one text.")
            else:
                extra[key] = value.content
        return extra

    def _refuse(self, key: str, problem: str) -> None:
        self.findings.error("E-KEY", self.line_of(key), f"“{key}” {problem}")


def _is_day(text: str) -> bool:
    try:
        return bool(DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def read_front_matter(text: str, findings: Findings) -> FrontMatter | None:
    """The keys between the two `---` lines, where `text` begins on line 2; None if unreadable."""
    if len(text) > LONGEST_FRONT_MATTER:
        findings.error(
            "E-FRONT", 1, f"The front matter is longer than {LONGEST_FRONT_MATTER} characters."
        )
        return None
    values: dict[str, Value] = {}
    try:
        for key, content, index in _entries(text, findings):
            line = _line_at(text, index)
            _check_entry(key, content, line=line, known=values, findings=findings)
            values.setdefault(key, Value(content, line))
    except Unreadable as problem:
        findings.error("E-FRONT", _line_at(text, problem.index), problem.message)
        return None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        index = mark.index if mark else getattr(problem, "position", 0)
        reason = getattr(problem, "problem", None) or "a character is not allowed here"
        findings.error("E-FRONT", _line_at(text, index), f"This is not valid YAML: {reason}.")
        return None
    return FrontMatter(values, findings)


def _line_at(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 2


def _check_entry(
    key: str,
    content: str | tuple[str, ...],
    *,
    line: int,
    known: dict[str, Value],
    findings: Findings,
) -> None:
    if not KEY.fullmatch(key):
        findings.error("E-KEY", line, "A key has letters, digits and _ . - only, at most 64.")
    if key in known:
        findings.error("E-DUPLICATE", line, f"“{key}” is stated twice.")
    if any(CONTROL.search(part) for part in ([content] if isinstance(content, str) else content)):
        findings.error("E-KEY", line, f"“{key}” contains a control character.")


def _entries(text: str, findings: Findings) -> Iterator[tuple[str, str | tuple[str, ...], int]]:
    """Key, content and index of each entry, from YAML events: nothing is built, nothing expands."""
    events = _checked_events(text, findings)
    first = next(events)
    if isinstance(first, yaml.DocumentEndEvent | yaml.StreamEndEvent):
        raise Unreadable("The front matter is empty.", 0)
    if not isinstance(first, yaml.MappingStartEvent):
        raise Unreadable("The front matter is not a list of “key: value” lines.", 0)
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _scalar(event)
        yield key, _content(events), _start(event)
    for event in events:
        if not isinstance(event, yaml.DocumentEndEvent | yaml.StreamEndEvent):
            raise Unreadable("The front matter is one YAML document.", _start(event))


def _checked_events(text: str, findings: Findings) -> Iterator[yaml.Event]:
    """Events without their opening ones. YAML drops comments, so a # between scalars is one."""
    end_of_last = 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.ScalarEvent | yaml.StreamEndEvent):
            start = _start(event)
            comment = text.find("#", end_of_last, start)
            end_of_last = _end(event)
            if comment >= 0 and not getattr(event, "anchor", None) and not _tag(event):
                findings.error(
                    "E-COMMENT",
                    _line_at(text, comment),
                    "Comments in the front matter would be lost. Delete it, or quote the value.",
                )
        _refuse_fancy_yaml(event)
        if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            yield event


def _refuse_fancy_yaml(event: yaml.Event) -> None:
    index = _start(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or _tag(event):
        raise Unreadable("Anchors, aliases and tags are not used here.", index)
    if isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">"):
        raise Unreadable("Write the value on the line of its key.", index)


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0


def _tag(event: yaml.Event) -> str | None:
    return getattr(event, "tag", None)


def _scalar(event: yaml.Event) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise Unreadable("A value is one text or a flat list of texts.", _start(event))
    return str(event.value)


def _content(events: Iterator[yaml.Event]) -> str | tuple[str, ...]:
    first = next(events)
    if not isinstance(first, yaml.SequenceStartEvent):
        return _scalar(first)
    texts = []
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            break
        texts.append(_scalar(event))
    return tuple(texts)
