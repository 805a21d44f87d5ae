"""Question files as a format of Django's own `loaddata` and `dumpdata`: --format md.

Loading takes the file's word for it, over text edited here too (which stays as history);
`seed_questions` is the careful way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.core.serializers.base import DeserializationError, SerializationError
from django.utils import timezone

from questions.formats.document import QuestionDocument, UnreadableFile
from questions.formats.markdown import parse_question, write_question
from questions.formats.text_files import decode
from questions.locking import lock_questions
from questions.models import Question
from questions.revising import document_of
from questions.seeding import bring_in


class LoadedQuestion:
    """What `loaddata` asks of a deserialised object: `object`, and `save` that stores it whole."""

    m2m_data = None
    deferred_fields = None

    def __init__(self, document: QuestionDocument) -> None:
        self.document = document
        self.object = Question.objects.filter(slug=document.slug).first() or Question(
            slug=document.slug
        )

    def save(self, save_m2m: bool = True, using: str | None = None, **options: Any) -> None:
        if self.object.private_to_id:
            raise DeserializationError(f"{self.document.slug} is the id of a private question.")
        lock_questions(None)
        self.object = bring_in(self.document, now=timezone.now())


class Serializer:
    """One published question; a file never holds more."""

    internal_use_only = False

    def serialize(
        self, queryset: Iterable[Any], *, stream: IO[str] | None = None, **options: Any
    ) -> str:
        questions = list(queryset)
        if len(questions) != 1 or not isinstance(questions[0], Question):
            raise SerializationError("A question file holds one question: name it with --pks.")
        if not questions[0].current_revision:
            raise SerializationError("This question has no finished text yet.")
        self.text = write_question(document_of(questions[0].current_revision))
        if stream:
            stream.write(self.text)
        return self.text

    def getvalue(self) -> str:
        return self.text


def Deserializer(  # noqa: N802 (the name Django looks for)
    stream_or_string: IO[Any] | str | bytes, **options: Any
) -> Iterator[LoadedQuestion]:
    source = stream_or_string
    content = source if isinstance(source, str | bytes) else source.read()
    try:
        text, _notes = decode(content.encode() if isinstance(content, str) else content)
    except UnreadableFile as error:
        raise DeserializationError(str(error)) from error
    document, findings = parse_question(text)
    if document is None:
        told = [f"line {found.line}: {found.code} {found.message}" for found in findings]
        raise DeserializationError("\n".join(told))
    yield LoadedQuestion(document)
