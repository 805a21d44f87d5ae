"""Tables of answers (CSV) scored row by row."""

from __future__ import annotations

import csv
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from feedback.findings import Finding, Method
from feedback.scoring import Reference, Score, make_reference, score

NEEDED = ("question", "reference", "answer")
POINTS = "key_points"
ADDED = ("score", "points")

Row = dict[str, str]


class UnreadableTable(Exception):
    """`line` is the row's last line in the file, from 1."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")


@dataclass(frozen=True)
class Asked:
    """A row as it is to be scored."""

    row: Row
    key_points: tuple[str, ...]


def score_file(source: Path, target: Path, *, method: Method) -> int:
    """How many rows were scored. All is read before the first is: mistakes are told at once."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        columns = columns_of(reader, source)
        rows = list(asked(reader, source))
    return write_whole(target, columns=columns, rows=scored(rows, method=method))


def columns_of(reader: csv.DictReader[str], path: Path) -> list[str]:
    try:
        columns = list(reader.fieldnames or ())
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableTable(path, 1, told(error)) from error
    if not columns:
        raise UnreadableTable(path, 1, "The file is empty.")
    if missing := [name for name in NEEDED if name not in columns]:
        raise UnreadableTable(path, 1, f"There is no column {', '.join(missing)}.")
    if len(set(columns)) < len(columns):
        raise UnreadableTable(path, 1, "Two columns have the same name.")
    return [*columns, *(name for name in ADDED if name not in columns)]


def asked(reader: csv.DictReader[str], path: Path) -> Iterator[Asked]:
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError) as error:
            raise UnreadableTable(path, reader.line_num + 1, told(error)) from error
        if None in row or None in row.values():
            raise UnreadableTable(path, reader.line_num, "The row has not as many cells as row 1.")
        try:
            yield Asked(row, key_points_of(row.get(POINTS, "")))
        except ValueError as error:
            raise UnreadableTable(path, reader.line_num, f"{POINTS}: {error}.") from error


def told(error: Exception) -> str:
    return "The file is not UTF-8." if isinstance(error, UnicodeDecodeError) else f"{error}."


def key_points_of(text: str) -> tuple[str, ...]:
    if not text.strip():
        return ()
    try:
        points = json.loads(text)
    except RecursionError as error:
        raise ValueError("too many brackets inside each other") from error
    if not isinstance(points, list) or not all(isinstance(point, str) for point in points):
        raise ValueError("not a JSON list of strings")
    return tuple(points)


def scored(asked: Iterable[Asked], *, method: Method) -> Iterator[Row]:
    @lru_cache(maxsize=256)
    def reference_of(question: str, reference: str, key_points: Sequence[str]) -> Reference:
        return make_reference(question, reference, key_points=key_points, method=method)

    for each in asked:
        row = each.row
        found = score(
            reference_of(row["question"], row["reference"], each.key_points), row["answer"]
        )
        yield {**row, "score": f"{found.score:.4f}", "points": as_json(found, row["answer"])}


def as_json(found: Score, answer: str) -> str:
    points = [as_fields(finding, answer) for finding in found.feedback.findings]
    return json.dumps(points, ensure_ascii=False)


def as_fields(finding: Finding, answer: str) -> dict[str, str | float]:
    sentence = finding.sentence.of(answer) if finding.sentence else ""
    return {"status": finding.status, "score": finding.score, "sentence": sentence}


def write_whole(target: Path, *, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Into a file beside it first, which takes the target's place when all went well.

    A device or a pipe is written to as it is: nothing may take its place.
    """
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", newline="") as file:
            return write(file, columns=columns, rows=rows)
    place = target.resolve()  # of a link stays the link
    beside = place.with_name(f".{secrets.token_hex(8)}.csv")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            count = write(file, columns=columns, rows=rows)
        if place.exists():
            shutil.copymode(place, beside)
        os.replace(beside, place)
    except OSError as error:
        error.filename = str(target)
        raise
    finally:
        beside.unlink(missing_ok=True)
    return count


def write(file: IO[str], *, columns: Sequence[str], rows: Iterable[Row]) -> int:
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return count
