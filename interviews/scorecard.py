"""The result as Markdown, for whoever wants to keep it or send it on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from interviews.answering import in_words
from interviews.forms.marking import COVERAGES
from interviews.models import AskedFollowUp, Response, Sitting
from interviews.sheets import Sheet
from questions.templatetags.feedback import sentence_in
from studyhub.templatetags.times import duration


def scorecard_of(result: Mapping[str, Any]) -> str:
    """Of what the result page was given to show."""
    sitting: Sitting = result["sitting"]
    parts = [head(sitting, percent=result["percent"])]
    comparison = result["comparison"]
    if comparison:
        said = _("You expected %(expected)d %%; it was %(got)d %%.")
        parts.append(said % {"expected": comparison.expected, "got": comparison.got})
    for sheet in result["sheets"]:
        parts += question(sheet, are_shown=result["shown"].model_answers)
    return "\n\n".join(parts) + "\n"


def head(sitting: Sitting, *, percent: int | None) -> str:
    title = sitting.assignment.blueprint.title
    lines = [f"# {title}", date_format(localtime(sitting.started_at), "DATETIME_FORMAT")]
    if percent is not None:
        score = _("%(percent)d %%: %(score)s of %(points)d points")
        values = {"percent": percent, "score": plain(sitting.score), "points": sitting.points}
        lines.append(f"**{score % values}**")
    return "\n\n".join(lines)


def question(sheet: Sheet, *, are_shown: bool) -> Iterator[str]:
    item = sheet.item
    yield f"## {item.number}. {item.revision.prompt}"
    if sheet.mark:
        points = {"score": plain(sheet.mark.score), "points": item.points}
        yield f"**{_('%(score)s of %(points)d points') % points}**"
    if item.predicted_percent is not None:
        yield _("Expected: %(percent)d %%") % {"percent": item.predicted_percent}
    yield f"### {_('Your answer')}"
    yield from answered(
        item.response, in_words(item, text=item.response.text, choice=item.response.choice)
    )
    for number, time in sheet.times:
        if time.spent is not None:
            yield _("Time for %(number)s: %(time)s") % {
                "number": number,
                "time": duration(time.spent),
            }
    yield from model_answer(sheet)
    for asked in item.asked_follow_ups.all():
        yield from follow_up(asked, are_shown=are_shown)
    if sheet.points:
        yield f"### {_('Key points')}"
        yield "\n".join(key_points(sheet))
    if sheet.mark and sheet.mark.comment:
        yield f"### {_('Comment')}"
        yield sheet.mark.comment


def model_answer(sheet: Sheet) -> Iterator[str]:
    """Nothing while it is hidden: then the sheet has none."""
    right = [f"- {answer.text}" for answer in sheet.right_answers]
    if not sheet.model_answer and not right:
        return
    yield f"### {_('Model answer')}"
    if right:
        yield "\n".join(right)
    if sheet.model_answer:
        yield sheet.model_answer.text


def follow_up(asked: AskedFollowUp, *, are_shown: bool) -> Iterator[str]:
    yield f"### {asked.number} {asked.follow_up.prompt}"
    yield from answered(asked.response, asked.response.text)
    if are_shown and asked.follow_up.expect:
        yield _("Expected:")
        yield "\n".join(f"- {line}" for line in asked.follow_up.expect)


def key_points(sheet: Sheet) -> Iterator[str]:
    words = dict(COVERAGES)
    for text, state, finding, counts in sheet.points:
        judged = f" **{words[state]}**" if state else ""
        if not counts:
            judged += f" ({_('does not count in this interview')})"
        yield f"- {text}{judged}"
        sentence = sentence_in(finding, sheet.item.response.text) if finding else ""
        if sentence:
            yield f"  > {sentence}"


def answered(response: Response, words: str) -> Iterator[str]:
    """What was spoken cannot be printed: only that it was, and how long."""
    recording = response.recording
    if words or not recording:
        yield quoted(words)
    if recording and recording.duration:
        yield _("Spoken answer, %(length)s") % {"length": duration(recording.duration)}
    elif recording:
        yield _("Spoken answer")


def quoted(text: str) -> str:
    lines = text.splitlines() or [_("Nothing was written.")]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def plain(score: object) -> str:
    """Without zeros at the end."""
    return f"{score:f}".rstrip("0").rstrip(".") if score is not None else ""
