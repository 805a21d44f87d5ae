"""What the dialects of public question lists share: bodies in Markdown, and text left over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from questions.formats.document import Entry, Finding, Kind, OptionText, QuestionDocument
from questions.formats.markdown_grammar import is_slug, tidy_prose
from questions.formats.plain_text import Line, escaped_line
from questions.formats.tags import as_markdown, without_tags
from questions.formats.text_files import PROMPT_LENGTH, lines_of

HIGHEST_HEADING = 3
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)(.*)")
# What people leave where an answer is to come.
NO_ANSWER = re.compile(
    r"[\s*_.\-]*|[*_\s]*(?:to be (?:completed|done|added)|todo|tbd|tba|coming soon|n/?a)[*_.\s]*",
    re.IGNORECASE,
)
BOLD = re.compile(r"\*\*(?!\*)(?:\\.|[^*\\])+\*\*", re.DOTALL)
TRUE_OR_FALSE = re.compile(r"\btrue or false\b", re.IGNORECASE)
# Keeps code from being read as marks; each scan ends at the next backtick.
MARK = re.compile(
    r"""
      \\(?P<escaped>[!-/:-@\[-`{-~])
    | (?P<code>(?<!`)(?P<ticks>`{1,3})(?!`)[^`]*(?<!`)(?P=ticks)(?!`))
    | !?\[(?P<link>[^\[\]\\`]*)\]\((?:<(?P<angled>[^<>\n]*)>|(?P<url>(?:[^()\s]++|\([^()\s]*+\))*+))\)
    | (?P<stars>\*{1,3})(?=[^\s*])(?P<strong>(?:\\.|[^*\\])+)(?<!\s)(?P=stars)(?!\*)
    # `__init__` is a name, so underscores are marks around several words only.
    | (?<![^\W_])(?P<lines>_{1,2})(?=[^\s_])(?P<words>(?:\\.|[^_\\])+)(?<!\s)(?P=lines)(?![^\W_])
    """,
    re.VERBOSE | re.DOTALL,
)


# Of a category's path in Moodle.
PLACES = {"", "$course$", "$module$", "$system$", "$category$", "top"}


def markdown_body(lines: Sequence[Line]) -> tuple[str, list[Finding]]:
    """Somebody's Markdown as ours: headings from ### down, the known tags as marks.

    Other tags stay as text, images become links, and links that only lead about the page go; each
    is reported. Nothing here is shown as HTML.
    """
    findings: list[Finding] = []
    written = []
    for line in dedented(lines):
        text = line.text
        if not line.is_code:
            text, found = as_markdown(demoted(text), line.number)
            findings += found
        written.append(text)
    return tidy_prose(without_gaps("\n".join(written))), findings


def without_gaps(text: str) -> str:
    """At most one blank line in a row, but for code."""
    if "\n" not in text and "\r" not in text:
        return text if text.strip() else ""
    lines, _findings = lines_of(text)
    return "\n".join(
        line.text
        for before, line in zip([None, *lines], lines, strict=False)
        if line.is_code or line.text.strip() or (before and (before.is_code or before.text.strip()))
    )


def dedented(lines: Sequence[Line]) -> list[Line]:
    """Without the indentation that all share: four blanks more and Markdown sees code."""
    texts = [line.text.expandtabs(4) for line in lines if line.text.strip()]
    shared = min((len(text) - len(text.lstrip(" ")) for text in texts), default=0)
    if not shared:
        return list(lines)
    return [Line(line.number, line.text.expandtabs(4)[shared:], line.is_code) for line in lines]


def demoted(text: str) -> str:
    """`#` and `##` belong to the question file."""
    heading = HEADING.fullmatch(text)
    if not heading:
        return text
    return f"{'#' * max(len(heading[1]), HIGHEST_HEADING)} {heading[2]}".rstrip()


def inline_text(text: str) -> str:
    """A prompt: one line of plain text, in which only code keeps its marks."""
    heading = HEADING.fullmatch(text.strip())
    text = without_closing(heading[2]) if heading else text
    return " ".join(unmarked(without_tags(text)).split())


def without_closing(heading: str) -> str:
    """`## Heading ##` ends as it began; the mark of “C#” is its own."""
    return re.sub(r"(?:^|(?<=\s))#+$", "", heading.rstrip()).rstrip()


def unmarked(text: str) -> str:
    """What `plain_text.escaped` undoes, and emphasis and links as words."""
    return MARK.sub(_bare, text)


def _bare(mark: re.Match[str]) -> str:
    if mark["escaped"] or mark["code"]:
        return mark["escaped"] or mark["code"]
    if mark["link"] is not None:
        address = mark["angled"] or mark["url"] or ""
        is_inside = address.startswith("#") or not address
        return mark["link"] if is_inside else f"{mark['link']} ({address})".strip()
    if mark["stars"]:
        return unmarked(mark["strong"])
    return unmarked(mark["words"]) if " " in mark["words"] else mark[0]


def is_no_answer(text: str) -> bool:
    return bool(NO_ANSWER.fullmatch(text))


def answer_findings(entry: Entry) -> Iterator[Finding]:
    if not entry.answer and not entry.options:
        message = "This question has no answer yet. It is imported without one."
        yield Finding("W-NOANSWER", entry.line, message)
    if entry.kind is Kind.OPEN and TRUE_OR_FALSE.search(entry.prompt):
        message = "This looks like true or false. Change its kind after the import if it is."
        yield Finding("I-BOOLEAN", entry.line, message)


def left_over(lines: Iterable[Line]) -> Iterator[Finding]:
    """One finding for each run of lines that belong to no question."""
    run: list[Line] = []
    for line in [*lines, None]:
        if line and line.text.strip() and (not run or line.number <= run[-1].number + 2):
            run.append(line)
        elif line and not line.text.strip():
            continue
        elif run:
            yield outside(run[0].number, run[-1].number)
            run = [line] if line else []


def outside(first: int, last: int) -> Finding:
    where = f"Line {first} belongs" if first == last else f"Lines {first} to {last} belong"
    return Finding("W-OUTSIDE", first, f"{where} to no question and will not be imported.")


def kind_of(options: Sequence[OptionText]) -> Kind:
    """As the options say: two that read true and false, several that are right, or one."""
    words = {option.text.strip().rstrip(".").casefold() for option in options}
    if words == {"true", "false"}:
        return Kind.BOOLEAN
    return Kind.MULTIPLE if sum(option.is_correct for option in options) > 1 else Kind.SINGLE


def option_findings(entry: Entry) -> Iterator[Finding]:
    if entry.options and not any(option.is_correct for option in entry.options):
        message = "No option is marked as right. It comes as a draft; mark one before practising."
        yield Finding("W-NOCORRECT", entry.line, message)


def topic_of(path: str, *, line: int) -> tuple[str, list[Finding]]:
    """Another program's category as a topic, if it is a path in our letters; else a word on it."""
    names = [name.strip() for name in path.strip().replace("::", "/").split("/")]
    names = [name for name in names if name.lower() not in PLACES]
    if not names or names == ["default"]:
        return "", []
    if all(map(is_slug, names)):
        return "/".join(names), []
    message = f"“{path.strip()[:80]}” is no path of a topic here, so no topic is set."
    return "", [Finding("W-TOPIC", line, message)]


def prompt_and_context(markdown: str, *, most: int = PROMPT_LENGTH) -> tuple[str, str]:
    """One line that asks, and the rest.

    It is the last paragraph that is all bold, else the last with a question mark, else the first.
    One that is too long is cut, and then the whole of the text is the context.
    """
    blocks = paragraphs(markdown)
    if not blocks:
        return "", ""
    plain = [place for place, block in enumerate(blocks) if not _is_set(block)]
    if not plain:
        return inline_text(_first_words(blocks))[:most], markdown
    bold = [place for place in plain if BOLD.fullmatch(blocks[place])]
    asking = [place for place in plain if blocks[place].rstrip("*_` ").endswith("?")]
    place = [*plain[:1], *asking[-1:], *bold[-1:]][-1]
    prompt = inline_text(blocks[place].replace("\n", " "))
    if len(prompt) > most:
        return f"{prompt[: most - 1]}…", markdown
    if len(blocks) > 1 and place == len(blocks) - 1:
        return prompt, tidy_prose(markdown[: markdown.rindex(blocks[place])])
    return prompt, "\n\n".join([*blocks[:place], *blocks[place + 1 :]])


def stem_of(document: QuestionDocument) -> str:
    """Context and prompt as one Markdown text, which `prompt_and_context` takes apart again."""
    prompt = escaped_line(document.prompt)
    return f"{document.context}\n\n**{prompt}**" if document.context else prompt


def _first_words(blocks: Sequence[str]) -> str:
    """Of a text that is all lists and tables; none if it is all code."""
    first = next((block for block in blocks if not block.lstrip().startswith(("```", "~~~"))), "")
    return first.strip().split("\n")[0].lstrip("-*+>| ")


def _is_set(block: str) -> bool:
    """Code, a list, a table or a quotation: nothing to put on one line."""
    is_table = block.lstrip().startswith("|") and "\n" in block
    return is_table or bool(re.match(r"\s*(?:```|~~~|[-*+>]\s|[0-9]+[.)]\s)", block))


def paragraphs(markdown: str) -> list[str]:
    """Blocks between blank lines; a fence is one block, whatever stands in it."""
    lines, _findings = lines_of(markdown)
    blocks: list[list[str]] = [[]]
    was_code = False
    for line in lines:
        if line.is_code != was_code or not (line.is_code or line.text.strip()):
            blocks.append([])
        if line.is_code or line.text.strip():
            blocks[-1].append(line.text)
        was_code = line.is_code
    return ["\n".join(block) for block in blocks if block]
