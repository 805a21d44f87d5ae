"""Sample collections as people keep them, and what every reader owes to each of their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from questions.formats.document import Finding, Reading
from questions.formats.readers import READERS, Format
from questions.formats.text_files import decode, with_line_feeds

DATA = Path(__file__).parent / "data"
RANGE = re.compile(r"Lines ([0-9]+) to ([0-9]+)", re.IGNORECASE)
# What only parts or wraps questions: rules, tags, comments, and the lines Anki begins with.
SCAFFOLD = re.compile(
    r"\s*(?:[-*_=]{3,}|</?(?:details|summary)>|//.*|\$CATEGORY:.*|#[a-z ]+:.*|ANSWER:.*)\s*",
    re.IGNORECASE,
)
# Findings on what is kept whole, so that they excuse nothing that is lost on their line.
KEPT_WHOLE = {
    *("W-DOUBLE", "W-NOT-A-QUESTION", "W-LONG-PROMPT", "W-NOANSWER", "W-NOCORRECT", "I-BOOLEAN"),
    *("W-HTML", "W-IMAGE", "W-FENCE", "W-FOOTNOTE", "W-NOSEP", "W-NOMARKER", "I-NO-CLOSING-SEP"),
}


def sample(name: str) -> str:
    return decode((DATA / name).read_bytes())[0]


def read(format: str, text: str) -> Reading:
    return READERS[Format(format)].read(text)


def codes(reading: Reading) -> list[tuple[str, int]]:
    return [(finding.code, finding.line) for finding in reading.findings]


def prompts(reading: Reading) -> list[str]:
    return [entry.prompt for entry in reading.entries]


def words_lost(words: Iterable[str], text: str, reading: Reading) -> list[str]:
    """Those that no entry holds, and that stand on no line of a finding. Each is there once."""
    said = repr(reading.entries)
    left = [finding for finding in reading.findings if finding.code not in KEPT_WHOLE]
    told = _lines_told(left)
    lines = with_line_feeds(text).split("\n")
    kept = " ".join(lines[number - 1] for number in told if number <= len(lines))
    return [word for word in words if word not in said and word not in kept]


def _lines_told(findings: Iterable[Finding]) -> set[int]:
    told = set[int]()
    for finding in findings:
        told.add(finding.line)
        for first, last in RANGE.findall(finding.message):
            told.update(range(int(first), int(last) + 1))
    return told


def lines_lost(text: str, reading: Reading) -> list[str]:
    """Lines that neither an entry nor a finding accounts for."""
    taken = _lines_told(reading.findings)
    for entry in reading.entries:
        taken.update(range(entry.line, entry.end_line + 1))
    return [
        line
        for number, line in enumerate(with_line_feeds(text).split("\n"), start=1)
        if line.strip() and number not in taken and not SCAFFOLD.fullmatch(line)
    ]
