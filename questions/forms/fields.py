"""The fields that the parts of a question are written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from questions.formats.document import Finding
from questions.formats.markdown import prose_findings, tidy_prose
from questions.formats.markdown_grammar import (
    character_findings,
    is_slug,
    normal_line_ends,
    one_line,
)

LONGEST_PROSE = 20_000
LONGEST_LINE = 500
MOST_LINES = 20
MOST_TAGS = 10
LONGEST_TAG = 40


class ProseField(forms.CharField):
    """Markdown that stays in its section when the question is written to a file."""

    def __init__(self, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", 4)
        attrs = {"rows": rows, "data-autogrow": True}
        widget = forms.Textarea(attrs=attrs)
        own = {"max_length": LONGEST_PROSE, "required": False, "widget": widget, "strip": False}
        super().__init__(**{**own, **kwargs})

    def to_python(self, value: Any) -> Any:
        return normal_line_ends(super().to_python(value) or "")

    def clean(self, value: Any) -> str:
        text = tidy_prose(super().clean(value))
        refuse(prose_findings(text))
        return text


class OutputField(forms.CharField):
    """What a program prints: its blanks and empty lines count."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False})

    def to_python(self, value: Any) -> Any:
        return normal_line_ends(super().to_python(value) or "")


def refuse(findings: Sequence[Finding]) -> None:
    if findings:
        raise ValidationError(
            [
                gettext("Line %(line)s: %(message)s")
                % {"line": found.line, "message": gettext(found.message)}
                for found in findings
            ]
        )


class LineField(forms.CharField):
    """A statement: one line, with room to see the whole of it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 1, "data-autogrow": True})
        super().__init__(**{"required": False, "widget": widget, **kwargs})

    def clean(self, value: Any) -> str:
        text = one_line(super().clean(value))
        refuse(character_findings(text))
        return text


class LinesField(forms.CharField):
    """One text a line, each at most `longest`; cleans into a tuple of them."""

    def __init__(self, *, longest: int = LONGEST_LINE, rows: int = 3, **kwargs: Any) -> None:
        self.longest = longest
        widget = forms.Textarea(attrs={"rows": rows, "data-autogrow": True})
        super().__init__(**{"required": False, "widget": widget, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = tuple(filter(None, (one_line(line) for line in super().clean(value).splitlines())))
        if len(lines) > MOST_LINES:
            raise ValidationError(gettext("Write at most %(most)s lines.") % {"most": MOST_LINES})
        if any(len(line) > self.longest for line in lines):
            raise ValidationError(
                gettext("Write at most %(most)s characters a line.") % {"most": self.longest}
            )
        refuse(character_findings("\n".join(lines)))
        return lines


class TagsField(forms.CharField):
    """Tags parted by commas or blanks."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> tuple[str, ...]:
        text = super().clean(value).lower().replace(",", " ")
        tags = tuple(dict.fromkeys(text.split()))
        wrong = [tag for tag in tags if not is_slug(tag) or len(tag) > LONGEST_TAG]
        if wrong:
            raise ValidationError(
                gettext(
                    "Use small letters, digits and single hyphens, such as multi-stage. "
                    "Not a tag: %(tag)s"
                )
                % {"tag": wrong[0]}
            )
        if len(tags) > MOST_TAGS:
            raise ValidationError(gettext("Write at most %(most)s tags.") % {"most": MOST_TAGS})
        return tags
