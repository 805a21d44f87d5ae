"""What each entry of somebody's file means here, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from functools import reduce

from django.utils.translation import gettext as _

from accounts.models import User
from questions import histories
from questions.formats.document import (
    Entry,
    Finding,
    QuestionDocument,
    Reading,
    SheetLines,
    Status,
    place_of,
)
from questions.formats.entries import WholeEntry
from questions.formats.files import AUTO, read_file
from questions.formats.lengths import too_long
from questions.formats.markdown import tidy_prose
from questions.formats.notes import fingerprint
from questions.formats.plain_text import Line, markdown_of
from questions.formats.publishing import publishing_gaps
from questions.formats.readers import Format
from questions.formats.text_files import PROMPT_LENGTH
from questions.histories import Brought
from questions.identifying import NAME_LENGTH, Ids, Known, are_alike, ids_of, known_here
from questions.mending import Mends, mended
from questions.models import Import, Question, QuestionRevision
from questions.origins import (
    LARGEST_NAME_IN_SOURCE,
    Facts,
    as_placed_here,
    facts_of,
    is_place,
    placed,
    signed_as_here,
    with_origin,
)
from questions.returning import in_the_bank, texts_that_stand
from questions.revising import content_hash, document_of, fingerprint_hash
from questions.spelling import slips
from questions.threads import thread_gaps

LARGEST_SHEET_IN_SOURCE = 31  # as spreadsheet programs allow
# Two prompts are compared letter by letter, in up to 0.1 microseconds each.
MOST_LETTERS_COMPARED = 30_000_000
# What a text file does not say is kept where its text replaces one that was edited here.
KEPT_WHEN_REPLACED = (
    *("context", "key_points", "misconceptions", "hints", "follow_ups", "references"),
    *("interviewer_notes", "speak_seconds", "level", "applies_to"),
)


class Outcome(StrEnum):
    """What importing an entry would do, and did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # edited here since the last import: ours stays
    UNREADY = "unready"  # ours is published, and this text could not be: ours stays
    DUPLICATE = "duplicate"  # asked before in the same file


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """`question` is the one here that asks the same; None if the entry is new or a duplicate.

    `suggestion` is one of the same file that is no longer in it and asks much the same as a new
    entry: perhaps its prompt was mended. A person decides. `lacks` says what publishing it needs.
    `external_key` is what the question is to be known by when the next version of the file comes.
    """

    entry: Entry
    document: QuestionDocument
    outcome: Outcome
    question: Question | None = None
    suggestion: Question | None = None
    lacks: str = ""
    external_key: str = ""

    @property
    def is_live(self) -> bool:
        """Learners of the bank see its text as soon as it is imported."""
        return bool(self.outcome is Outcome.CHANGED and self.question and self.question.is_shared)

    @property
    def is_asked_here(self) -> bool:
        """By a question of its own, once it is imported."""
        return self.outcome is not Outcome.DUPLICATE


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """`missing` came from an earlier version of this file and are no longer in it: they stay.

    `history` is what the file tells of the owner's learning; None if it was not asked. `sheets`
    are those of a spreadsheet, for `place_of`.
    """

    entries: tuple[PlannedEntry, ...]
    missing: tuple[Question, ...]
    findings: tuple[Finding, ...]
    history: Brought | None = None
    sheets: tuple[SheetLines, ...] = ()

    def having(self, outcome: str) -> list[PlannedEntry]:
        return [planned for planned in self.entries if planned.outcome == outcome]

    @property
    def conflicts(self) -> list[PlannedEntry]:
        return self.having(Outcome.CONFLICT)

    @property
    def to_do(self) -> list[PlannedEntry]:
        return [*self.having(Outcome.NEW), *self.having(Outcome.CHANGED)]


def read(data: bytes, *, format: str = AUTO) -> tuple[str, Reading]:
    """The format used, and what was read. Raises UnreadableFile if nothing can be made of it."""
    format_used, reading = read_file(data, format=format)
    return str(format_used), _fitting(reading)


def _fitting(reading: Reading) -> Reading:
    """Without what has no room here; each is told at its line."""
    entries: list[Entry] = []
    findings: list[Finding] = []
    for entry in reading.entries:
        reasons = list(too_long(_document(entry, name="")))
        if reasons:
            message = " ".join([*reasons, "This question is left out: shorten it, or split it."])
            findings.append(Finding("E-LENGTH", entry.line, message))
        else:
            entries.append(entry)
    if not findings:
        return reading
    return replace(reading, entries=tuple(entries), findings=(*reading.findings, *findings))


def plan(
    reading: Reading,
    *,
    owner: User | None,
    name: str = "",
    format: str = "",
    mends: Mends | None = None,
) -> ImportPlan:
    """Compares with the private questions of `owner`, or with the bank. A few queries, no writes.

    What was decided about the same prompts before counts again, unless `mends` say otherwise.
    """
    reading = mended(reading, _remembered(owner).then(mends or Mends()))
    documents = [_document(entry, name=name, sheets=reading.sheets) for entry in reading.entries]
    prints = [fingerprint_hash(document.prompt) for document in documents]
    repeated = {each for each, count in Counter(prints).items() if count > 1}
    asked = list(zip(prints, [document.context for document in documents], strict=True))
    ids = ids_of(reading.entries, documents, asked=asked, format=format)
    known = known_here(ids, prints, owner=owner)
    same = known.matched_by_ids(ids, documents, name=name, format=format)
    taken = {question.pk for question in same.values()}
    back = in_the_bank(documents) if owner and format in histories.CARRIED_BY else {}
    found: list[PlannedEntry] = []
    seen: set[tuple[str, str]] = set()
    for place, (entry, document) in enumerate(zip(reading.entries, documents, strict=True)):
        if asked[place] in seen:
            found.append(PlannedEntry(entry, document, Outcome.DUPLICATE))
            continue
        seen.add(asked[place])
        question = same.get(place)
        if not question and place in back:
            # Its text is the bank's, so nothing of it is for this import to change.
            question = back[place]
            found.append(PlannedEntry(entry, document, Outcome.UNCHANGED, question))
            continue
        question = question or known.asking(
            *asked[place], is_repeated=prints[place] in repeated, but=taken
        )
        outcome = _outcome(document, question, format=format)
        key = known.free_key(ids[place], question)
        found.append(PlannedEntry(entry, document, outcome, question, external_key=key))
    planned = [
        unless_unready(_with_facts(each, format=format, name=name), format=format, name=name)
        for each in _as_they_stand(found)
    ]
    told = [each for each in prints if each not in repeated]
    missing = _missing(name, planned=planned, prints=told, owner=owner)
    findings = [
        *reading.findings,
        *_findings(planned),
        *_id_findings(planned, ids, known),
        *_fact_findings(planned, owner=owner, format=format),
        *_spelling_findings(planned, owner=owner),
    ]
    return ImportPlan(
        entries=tuple(_with_suggestions(planned, missing)),
        missing=tuple(missing),
        findings=tuple(sorted(findings, key=lambda found: found.line)),
        sheets=reading.sheets,
    )


def reading_of(file: Import) -> Reading:
    return read(bytes(file.data), format=file.format)[1]


def plan_of(file: Import, reading: Reading | None = None) -> ImportPlan:
    reading, mends = reading or reading_of(file), Mends.from_json(file.mends)
    return plan(reading, owner=file.owner, name=file.name, format=file.format, mends=mends)


def _remembered(owner: User | None) -> Mends:
    """What they decided about prompts of earlier files, the latest last."""
    files = Import.objects.filter(owner=owner, confirmed_at__isnull=False, mends__isnull=False)
    kept = files.order_by("confirmed_at", "created_at").values_list("mends", flat=True)
    return reduce(Mends.then, map(Mends.from_json, kept), Mends())


def unless_unready(planned: PlannedEntry, *, format: str, name: str) -> PlannedEntry:
    """What learners see gives way to nothing that could not be published."""
    if not planned.is_live or not planned.question:
        return planned
    document = text_here(planned, format=format, name=name)
    # Where it leads on to already was asked when it was published.
    targets = {each.next_slug for each in document.follow_ups} - _led_to(planned.question)
    lacks = " ".join(
        [
            *(_(found.message) for found in publishing_gaps(document)),
            *thread_gaps(planned.question.slug, targets),
        ]
    )
    return replace(planned, outcome=Outcome.UNREADY, lacks=lacks) if lacks else planned


def _led_to(question: Question) -> set[str]:
    current = question.current_revision
    return {each.next_slug for each in current.follow_ups.all()} if current else set()


def _document(entry: Entry, *, name: str, sheets: Sequence[SheetLines] = ()) -> QuestionDocument:
    source = _source(entry, name=name, sheets=sheets)
    if isinstance(entry, WholeEntry) and entry.document:
        document = entry.document
        document = replace(document, status=Status.DRAFT, source=document.source or source)
    else:
        document = QuestionDocument(
            slug="",
            prompt=entry.prompt,
            kind=entry.kind,
            answer=tidy_prose(entry.answer),
            options=entry.options,
            source=source,
        )
    return _with_short_prompt(document)


def _with_short_prompt(document: QuestionDocument) -> QuestionDocument:
    """A prompt that is too long is cut, and stands whole in the context."""
    if len(document.prompt) <= PROMPT_LENGTH:
        return document
    whole = markdown_of([[Line(1, document.prompt)]])
    return replace(
        document,
        prompt=f"{document.prompt[: PROMPT_LENGTH - 1]}…",
        context=document.context or whole,
    )


def _source(entry: Entry, *, name: str, sheets: Sequence[SheetLines]) -> str:
    """Lines of a text; a sheet and a row of a spreadsheet."""
    sheet, line = place_of(entry.line, sheets)
    lines = f"{entry.line}–{entry.end_line}" if entry.end_line > entry.line else str(line)
    where = f"{sheet[:LARGEST_SHEET_IN_SOURCE]}, {line}" if sheet else lines
    return f"{name[-LARGEST_NAME_IN_SOURCE:]}: {where}" if name else ""


def is_place_in(file: Import, source: str) -> bool:
    """Whether the source only says where in this file a text stood."""
    return is_place(source, file.name)


def _as_they_stand(planned: Sequence[PlannedEntry]) -> list[PlannedEntry]:
    """What only seems to differ, by phrases that were learned here, is unchanged."""
    found = list(planned)
    differing = (Outcome.CHANGED, Outcome.CONFLICT)
    pairs, places = [], []
    for place, each in enumerate(planned):
        if each.question and each.outcome in differing:
            pairs.append((each.document, each.question))
            places.append(place)
    for same in texts_that_stand(pairs):
        found[places[same]] = replace(found[places[same]], outcome=Outcome.UNCHANGED)
    return found


def _outcome(document: QuestionDocument, question: Question | None, *, format: str) -> Outcome:
    if question is None:
        return Outcome.NEW
    current = question.current_revision
    if current is None:
        return Outcome.CONFLICT
    if content_hash(document) in (question.origin_hash, current.content_hash):
        return Outcome.UNCHANGED
    if format == Format.MARKDOWN and document.slug == question.slug:
        # The version says which text somebody had before them when they changed the file.
        is_next = document.version == current.number
        return Outcome.CHANGED if is_next else Outcome.CONFLICT
    # What no import brought (written here, or shipped) is not for an import to change.
    is_ours = question.imported_from_id is None or question.is_edited_here
    return Outcome.CONFLICT if is_ours else Outcome.CHANGED


def _with_facts(planned: PlannedEntry, *, format: str, name: str) -> PlannedEntry:
    """Question files also say where a question belongs and whose it is."""
    question, document = planned.question, planned.document
    if format != Format.MARKDOWN or question is None:
        return planned
    if planned.outcome not in (Outcome.UNCHANGED, Outcome.CHANGED):
        return planned
    facts = facts_of(question, document, file_name=name)
    if facts is Facts.BOTH:
        return replace(planned, outcome=Outcome.CONFLICT)
    if facts is Facts.THEIRS and planned.outcome is Outcome.UNCHANGED:
        # The file may have the text as it last came, which is not the one here.
        is_older = question.is_edited_here and content_hash(document) == question.origin_hash
        return replace(planned, outcome=Outcome.CONFLICT if is_older else Outcome.CHANGED)
    return planned


def _with_suggestions(
    planned: Sequence[PlannedEntry], missing: Sequence[Question]
) -> Iterator[PlannedEntry]:
    """Each question is suggested once, to the entry most like it."""
    new = [place for place, each in enumerate(planned) if each.outcome is Outcome.NEW]
    letters = sum(len(planned[place].document.prompt) for place in new)
    if letters * sum(len(str(question)) for question in missing) > MOST_LETTERS_COMPARED:
        missing = ()
    pairs = sorted(_likenesses(planned, new, missing), key=lambda pair: -pair[0])
    suggested: dict[int, Question] = {}
    for _likeness, place, question in pairs:
        if place not in suggested and question not in suggested.values():
            suggested[place] = question
    for place, each in enumerate(planned):
        yield replace(each, suggestion=suggested.get(place))


def _likenesses(
    planned: Sequence[PlannedEntry], new: Sequence[int], missing: Sequence[Question]
) -> Iterator[tuple[float, int, Question]]:
    matcher = SequenceMatcher(autojunk=False)
    for question in missing:
        current = question.current_revision
        matcher.set_seq2(fingerprint(current.prompt) if current else "")
        for place in new:
            matcher.set_seq1(fingerprint(planned[place].document.prompt))
            if are_alike(matcher):
                yield matcher.ratio(), place, question


def _missing(
    name: str, *, planned: Sequence[PlannedEntry], prints: Sequence[str], owner: User | None
) -> list[Question]:
    if not name:
        return []
    found = {each.question.pk for each in planned if each.question}
    questions = Question.objects.filter(private_to=owner, imported_from__name=name[-NAME_LENGTH:])
    others = questions.exclude(fingerprint__in=prints).exclude(status=Question.Status.RETIRED)
    listed = with_origin(others).order_by("imported_line", "pk")
    return [question for question in listed if question.pk not in found]


def _findings(planned: Sequence[PlannedEntry]) -> Iterator[Finding]:
    for entry in planned:
        if entry.outcome == Outcome.DUPLICATE:
            message = _("This question stands in the file twice. Only the first is imported.")
            yield _about(entry, "W-DUPLICATE", message)
        if entry.outcome == Outcome.CONFLICT:
            message = _(
                "Here it is not the same: it was not imported, or was edited since. Ours is kept."
            )
            yield _about(entry, "W-CONFLICT", message)
        if entry.outcome == Outcome.UNREADY:
            message = _("It is published here and kept, because this text could not be: %(lacks)s")
            yield _about(entry, "W-UNREADY", message % {"lacks": entry.lacks})


def _id_findings(
    planned: Sequence[PlannedEntry], ids: Sequence[Ids], known: Known
) -> Iterator[Finding]:
    in_file = {entry.question for entry in planned}
    for entry, each in zip(planned, ids, strict=True):
        if each.is_repeated:
            message = _(
                "Another question of this file has the same id, so both are known by their prompts."
            )
            yield _about(entry, "W-ID", message)
        elif each.key and not entry.external_key and entry.outcome is Outcome.NEW:
            called = known.by_key[each.key]
            message = _(
                "“%(prompt)s” has the same id, and came from another file. They are taken for two "
                "questions."
            )
            if called in in_file:
                message = _(
                    "Another question of this file is “%(prompt)s”, which has the same id. They "
                    "are taken for two questions."
                )
            yield _about(entry, "W-ID", message % {"prompt": called})


def _fact_findings(
    planned: Sequence[PlannedEntry], *, owner: User | None, format: str
) -> Iterator[Finding]:
    """What the file says besides the text, and does not come to count."""
    for each in planned:
        question, entry = each.question, each.entry
        if question is None or not isinstance(entry, WholeEntry) or not entry.document:
            continue
        said = entry.document
        if format == Format.MARKDOWN:
            if owner is None and said.status != question.status:
                message = _("Its status stays “%(ours)s”: a file changes none.")
                yield _about(each, "I-STATUS", message % {"ours": question.status})
        elif question.private_to_id == (owner.pk if owner else None):
            here = as_placed_here(question, said)
            other = [said.topic] if said.topic not in ("", here.topic) else []
            other += [tag for tag in said.tags if tag not in here.tags]
            if other:
                message = _("Topic and tags stay as they are here, so this is left out: %(said)s.")
                yield _about(each, "I-PLACE", message % {"said": ", ".join(other)})


def _spelling_findings(planned: Sequence[PlannedEntry], *, owner: User | None) -> Iterator[Finding]:
    """Of new prompts alone: what is here already stays as it is."""
    new = [each for each in planned if each.outcome is Outcome.NEW]
    texts = [text for each in planned for text in (each.entry.prompt, each.entry.answer)]
    found = slips([each.entry.prompt for each in new], among=texts, owner=owner)
    for each, words in zip(new, found, strict=True):
        for word, instead in words:
            message = _("“%(word)s” is no word that is known here. Is it “%(instead)s”?")
            told = _about(each, "I-SPELLING", message % {"word": word, "instead": instead})
            yield replace(told, words=word, instead=instead)


def _about(planned: PlannedEntry, code: str, message: str) -> Finding:
    return Finding(code, planned.entry.line, message, part=planned.entry.part)


def text_here(planned: PlannedEntry, *, format: str, name: str) -> QuestionDocument:
    """As it would stand here."""
    question = planned.question
    if question is None or question.current_revision is None:
        return planned.document
    return text_for(
        question, planned.document, after=question.current_revision, format=format, name=name
    )


def text_for(
    question: Question,
    document: QuestionDocument,
    *,
    after: QuestionRevision,
    format: str,
    name: str,
) -> QuestionDocument:
    """The document as it would stand here after that revision, the current one."""
    if format == Format.MARKDOWN:
        return placed(question, document, file_name=name)
    document = signed_as_here(question, document, file_name=name)
    if not question.is_edited_here:
        return document
    before = document_of(after)
    kept = {part: getattr(before, part) for part in KEPT_WHEN_REPLACED}
    return replace(
        document,
        **{part: value for part, value in kept.items() if not getattr(document, part)},
    )
