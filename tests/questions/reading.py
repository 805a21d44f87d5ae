"""Sample collections as people keep them, and what every reader owes to each of their lines."""

from __future__ import annotations

import re
from pathlib import Path

from questions.formats.document import Reading
from questions.formats.readers import READERS, Format
from questions.formats.text_files import decode, with_line_feeds

DATA = Path(__file__).parent / "data"
RANGE = re.compile(r"Lines ([0-9]+) to ([0-9]+)")
# What only parts or wraps questions: rules, tags, comments, and the lines Anki begins with.
SCAFFOLD = re.compile(
    r"\s*(?:[-*_=]{3,}|</?details>|//.*|\$CATEGORY:.*|#[a-z ]+:.*|ANSWER:.*)\s*", re.IGNORECASE
)


def sample(name: str) -> str:
    return decode((DATA / name).read_bytes())[0]


def read(format: str, text: str) -> Reading:
    return READERS[Format(format)].read(text)


def codes(reading: Reading) -> list[tuple[str, int]]:
    return [(finding.code, finding.line) for finding in reading.findings]


def prompts(reading: Reading) -> list[str]:
    return [entry.prompt for entry in reading.entries]


def lines_lost(text: str, reading: Reading) -> list[str]:
    """Lines that neither an entry nor a finding accounts for."""
    taken = {finding.line for finding in reading.findings}
    for finding in reading.findings:
        for first, last in RANGE.findall(finding.message):
            taken.update(range(int(first), int(last) + 1))
    for entry in reading.entries:
        taken.update(range(entry.line, entry.end_line + 1))
    return [
        line
        for number, line in enumerate(with_line_feeds(text).split("\n"), start=1)
        if line.strip() and number not in taken and not SCAFFOLD.fullmatch(line)
    ]
