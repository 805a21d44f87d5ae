"""Which findings are about which question of a file, however many there are of both."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter

from questions.formats.document import Entry, Finding

line_of = attrgetter("line")


class Findings:
    """Each is about the entries whose lines it stands in, and whose part it names."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.by_part: dict[int, list[Finding]] = {}
        for found in sorted(findings, key=line_of):
            self.by_part.setdefault(found.part, []).append(found)

    def about(self, entry: Entry) -> Sequence[Finding]:
        found = self.by_part.get(entry.part, [])
        return found[slice(*_within(found, entry.line, entry.end_line))]

    def about_none(self, entries: Iterable[Entry]) -> list[Finding]:
        """Lines that were not understood, and words about the file as a whole."""
        stretches: dict[int, list[tuple[int, int]]] = {}
        for entry in entries:
            stretches.setdefault(entry.part, []).append((entry.line, entry.end_line))
        left = [
            each
            for part, found in self.by_part.items()
            for each in _outside(found, stretches.get(part, []))
        ]
        return sorted(left, key=line_of)


def _within(found: Sequence[Finding], line: int, end_line: int) -> tuple[int, int]:
    return bisect_left(found, line, key=line_of), bisect_right(found, end_line, key=line_of)


def _outside(found: Sequence[Finding], stretches: Sequence[tuple[int, int]]) -> list[Finding]:
    left: list[Finding] = []
    behind = 0
    for line, end_line in sorted(stretches):
        first, last = _within(found, line, end_line)
        left += found[behind:first]
        behind = max(behind, last)
    return [*left, *found[behind:]]
