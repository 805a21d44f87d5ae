"""The question files that are shipped: reading them, and what is wrong with them as a whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from questions.formats.document import Finding, QuestionDocument, Status, UnreadableFile
from questions.formats.markdown import parse_question
from questions.formats.notes import fingerprint
from questions.formats.publishing import PARTS, gaps_by_part
from questions.formats.text_files import decode

FOLDER = Path(__file__).parent / "fixtures"
DEEPEST_THREAD = 3
# How the line begins where a part stands in a file.
PART_STARTS = {
    "prompt": "# ",
    "context": "# ",
    "topic": "topic:",
    "level": "level:",
    "speak_seconds": "speak:",
    "answer": "## Answer",
    "key_points": "## Key points",
    "interviewer_notes": "## Interviewer notes",
    "references": "## References",
    **{part: f"## {section}" for section, part in PARTS.items()},
}


@dataclass(frozen=True, slots=True)
class BankFile:
    """`document` is None if the file cannot be read; `findings` say why."""

    path: Path
    text: str
    document: QuestionDocument | None
    findings: tuple[Finding, ...]

    def line_of(self, start: str) -> int:
        """The first line that begins so, whatever its indent; 1 if none does."""
        lines = self.text.splitlines()
        return next(
            (n for n, line in enumerate(lines, 1) if line.lstrip(" -").startswith(start)), 1
        )

    def line_with(self, text: str) -> int:
        """The first line that holds the text; 1 if the file breaks it over lines."""
        lines = self.text.splitlines()
        return next((number for number, line in enumerate(lines, 1) if text in line), 1)


@dataclass(frozen=True, slots=True)
class Problem:
    path: Path
    finding: Finding


class InvalidBank(ValueError):
    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems in the question files")
        self.problems = problems


def paths(folder: Path) -> list[Path]:
    return sorted((folder / "bank").rglob("*.md"))


def digest(folder: Path) -> str:
    """The same as long as no file was added, changed, moved or removed."""
    total = hashlib.sha256()
    for path in [*paths(folder), folder / "topics.json"]:
        total.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def read(path: Path) -> BankFile:
    try:
        text, findings = decode(path.read_bytes())
    except UnreadableFile as error:
        return BankFile(path, "", None, (error.finding,))
    document, more = parse_question(text)
    return BankFile(path, text, document, (*findings, *more))


def read_whole(folder: Path) -> list[BankFile]:
    """Every file of the bank. Raises InvalidBank unless all of it is fit to be shipped."""
    files = [read(path) for path in paths(folder)]
    if found := list(problems(files, folder=folder)):
        raise InvalidBank(found)
    return files


def problems(files: Sequence[BankFile], *, folder: Path) -> Iterator[Problem]:
    for file in files:
        for finding in [*file.findings, *_own_findings(file, folder=folder)]:
            yield Problem(file.path, finding)
    yield from _repeated(files)
    yield from _broken_threads(files)


def _own_findings(file: BankFile, *, folder: Path) -> Iterator[Finding]:
    if not (document := file.document):
        return
    if document.slug != file.path.stem:
        message = f"The id is {document.slug}, but the file is called {file.path.name}."
        yield Finding("E-ID", file.line_of("id:"), message)
    place = file.path.parent.relative_to(folder / "bank").as_posix()
    if document.topic != place:
        message = f"The topic is {document.topic or 'missing'}, but the folder is {place}."
        yield Finding("E-TOPIC", file.line_of("topic:"), message)
    if document.status == Status.PUBLISHED:
        for part, message in gaps_by_part(document):
            yield Finding("E-GAP", file.line_of(PART_STARTS[part]), message)


def _repeated(files: Sequence[BankFile]) -> Iterator[Problem]:
    known: dict[str, BankFile] = {}
    ids = Counter(file.path.stem for file in files)
    for file in files:
        if ids[file.path.stem] > 1:
            message = f"There are {ids[file.path.stem]} files of this name."
            yield Problem(file.path, Finding("E-ID", 1, message))
        if not file.document:
            continue
        first = known.setdefault(fingerprint(file.document.prompt), file)
        if first is not file:
            message = f"This asks the same as {first.path.name}."
            yield Problem(file.path, Finding("E-REPEATED", file.line_of("# "), message))


def _broken_threads(files: Sequence[BankFile]) -> Iterator[Problem]:
    known = {file.path.stem: file for file in files}
    for slug, file in known.items():
        for target in _next_slugs(file):
            line = file.line_of(f"next: {target}")
            if target not in known:
                message = f"There is no question with the id {target}."
                yield Problem(file.path, Finding("E-NEXT", line, message))
            elif _is_withdrawn(known[target]):
                message = f"{target} is not published, so nobody can go on to it."
                yield Problem(file.path, Finding("E-NEXT", line, message))
            elif slug in _reachable(target, known):
                message = f"Following {target} leads back to this question."
                yield Problem(file.path, Finding("E-CYCLE", line, message))
            elif _leads_on(target, known, times=DEEPEST_THREAD):
                message = f"The thread through {target} leads on more than {DEEPEST_THREAD} times."
                yield Problem(file.path, Finding("E-DEPTH", line, message))


def _is_withdrawn(file: BankFile) -> bool:
    return file.document is not None and file.document.status != Status.PUBLISHED


def _next_slugs(file: BankFile) -> list[str]:
    follow_ups = file.document.follow_ups if file.document else ()
    return [follow_up.next_slug for follow_up in follow_ups if follow_up.next_slug]


def _leads_on(slug: str, known: dict[str, BankFile], *, times: int) -> bool:
    places = {slug}
    for _ in range(times):
        places = {target for place in places & known.keys() for target in _next_slugs(known[place])}
    return bool(places)


def _reachable(slug: str, known: dict[str, BankFile]) -> set[str]:
    found: set[str] = set()
    waiting = [slug]
    while waiting:
        slug = waiting.pop()
        if slug in known and slug not in found:
            found.add(slug)
            waiting += _next_slugs(known[slug])
    return found
