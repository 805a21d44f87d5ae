"""Files that mean harm, or only look so: a clear error or a reading, soon and within bounds."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from questions.formats.detection import detect
from questions.formats.document import UnreadableFile
from questions.formats.readers import READERS, Format
from tests.questions.reading import DATA, lines_lost, sample, words_lost
from tests.questions.test_anki_format import new_deck
from tests.questions.workbooks import HEADER, by_hand

ROOT = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024
SECONDS = 5
SAMPLES = {
    "details_docker.md": Format.DETAILS,
    "numbered_linux.md": Format.NUMBERED,
    "choice_git.md": Format.CHOICE,
    "qa_sql.txt": Format.QA,
    "lines_kubernetes.txt": Format.LINES,
    "cards_comma.csv": Format.CSV,
    "cards_semicolon.csv": Format.CSV,
    "cards_tab.tsv": Format.CSV,
    "anki_notes.txt": Format.CSV,
    "anki_cards.txt": Format.CSV,
    "gift_moodle.txt": Format.GIFT,
    "moodle4_export.xml": Format.MOODLE_XML,
    "aiken.txt": Format.AIKEN,
    "docker_notes.txt": Format.NOTES,
}
TEXT_FORMATS = [Format.DETAILS, Format.NUMBERED, Format.CHOICE, Format.QA, Format.LINES]
# Each is 2 MB, which is as much as a file may have.
LARGE = {
    "one line": "'a' * SIZE",
    "blank lines": "'\\n' * SIZE",
    "opening braces": "'{\\n' * (SIZE // 2)",
    "questions of two characters": "'a{}\\n\\n' * (SIZE // 5)",
    "blanks behind a number": "'1. ' + ' ' * (SIZE - 9)",
    "blanks behind a letter": "'q' + ' ' * (SIZE - 9)",
    "one-liners": "'1. a?\\n' * (SIZE // 6)",
    "fences": "'```a\\n' * (SIZE // 5)",
    "backticks": "'` `` ' * (SIZE // 5)",
    "stars": "'*a ' * (SIZE // 3)",
    "details": "'<details><summary>a' * (SIZE // 19)",
    "comments": "'<!-- -->' * (SIZE // 8)",
    "elements": "'<quiz>' + '<a/>' * (SIZE // 4 - 9)",
    "deep html": "'question,answer\\na,' + '<b>' * (SIZE // 3 - 9)",
    "small tags": "'question,answer\\na,' + '<i>x</i>' * (SIZE // 8 - 9)",
    "rows": "'question,answer\\n' + 'a,b\\n' * (SIZE // 4 - 9)",
    "quotes": "'question,answer\\n' + '\\x22' * (SIZE - 99)",
    "underlined": "'a?\\n---\\n\\n' * 30_000",
    "folds": "'## 1. a?\\n' + '<details><summary>Answer</summary>\\n' * 40_000",
    "blanks behind an answer": "'# 1. a?\\nA) a\\nB) b\\nanswer' + ' ' * (SIZE - 99) + 'x'",
    "options": "'# 1. a?\\n' + '- [x] a\\n' * 90_000",
    "answers in braces": "'a? {' + '~%' * (SIZE // 2 - 9) + '}'",
    "blanks behind a heading's letter": "'# 1. a?\\n# 2. a?\\n# q' + ' ' * (SIZE - 99) + 'x'",
    "blank lines in a cell": "'question,answer\\n\x22a' + '\\n  ' * 90_000 + '\\nb\x22,b'",
    "address without an end": "'# 1. a?\\n# 2. a?\\n# 3. [a](' + 'x' * (SIZE - 99)",
    "addresses": "'# 1. a?\\n# 2. a?\\n# 3. a?\\n' + '<a href=x>' * (SIZE // 10 - 9)",
    "links": "'# 1. ' + '[a](' * (SIZE // 4 - 9)",
}
READ = """
import sys
from questions.formats.document import UnreadableFile
from questions.formats.detection import detect
from questions.formats.text_files import decode
from questions.formats.readers import READERS
SIZE = 2 * 1024 * 1024
try:
    text, _findings = decode(({expression}).encode()[:SIZE])
    for format, reader in READERS.items():
        try:
            if reader.knows(text):
                reader.read(text)
        except UnreadableFile:
            pass
except UnreadableFile as error:
    print(error.finding.code)
"""


def csv_of(front: str, back: str) -> bytes:
    rows = (f"{front},{back}\n".replace("#", str(place)) for place in range(MANY))
    return f"question,answer\n{''.join(rows)}".encode()


def gift_of(question: str) -> bytes:
    return "".join(question.replace("#", str(place)) for place in range(MANY)).encode()


def deck_of(front: str, back: str) -> bytes:
    return new_deck([(front.replace("#", str(place)), back, "") for place in range(MANY)])


def sheet_of(front: str, back: str) -> bytes:
    cell = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
    rows = (
        f'<row r="{row}">{cell.format(f"A{row}", escape(front))}{cell.format(f"B{row}", escape(back))}'
        "</row>".replace("#", str(row))
        for row in range(2, MANY + 2)
    )
    return by_hand(HEADER + "".join(rows))


# What may be imported is read within the bounds too, whatever its format.
MANY = 9_900
FULL = {
    "cells with little HTML": lambda: csv_of("a#? <b>x</b>", "<i>y</i><br>"),
    "cells with lists": lambda: csv_of("<u>a#</u>?", "<ul><li>y</li></ul>"),
    "GIFT with little HTML": lambda: gift_of("a#? <b>x</b>{=<i>y</i> ~<i>z</i>}\n\n"),
    "GIFT with many answers": lambda: gift_of("a#? {=&lt;" + "~&lt;" * 36 + "}\n\n"),
    "deck with lists": lambda: deck_of("a# <b>x</b><br>?", "<i>y</i><ul><li>z</li></ul>"),
    "deck with signs": lambda: deck_of("a# &lt;x&gt;?", "&amp;&lt;y&gt;"),
    "spreadsheet with little HTML": lambda: sheet_of("a#? <b>x</b>", "<i>y</i><br>z"),
}
READ_FILE = """
import sys
from questions.formats.document import UnreadableFile
from questions.formats.files import candidates_of, read_file
data = sys.stdin.buffer.read()
try:
    format, reading = read_file(data)
    candidates_of(data, read_as=format, reading=reading)
except UnreadableFile as error:
    print(error.finding.code)
"""


def within_bounds() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (3 * SECONDS, 3 * SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (300 * MEGABYTE, 300 * MEGABYTE))


@pytest.mark.parametrize("expression", LARGE.values(), ids=LARGE.keys())
def test_large_file_is_read_or_refused_within_bounds(expression: str) -> None:
    """All formats it may be in, one after the other, in 15 s of the processor and 300 MB."""
    done = subprocess.run(  # noqa: S603 (our own interpreter and text)
        [sys.executable, "-c", READ.replace("{expression}", expression)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)},
        preexec_fn=within_bounds,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("data", FULL.values(), ids=FULL.keys())
def test_file_of_ten_thousand_questions_is_read_or_refused_within_bounds(
    data: Callable[[], bytes],
) -> None:
    """With whatever else it may be, in the same time and memory as all formats of a text."""
    done = subprocess.run(  # noqa: S603 (our own interpreter and text)
        [sys.executable, "-c", READ_FILE],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)},
        preexec_fn=within_bounds,
        input=data(),
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    assert done.returncode == 0


@pytest.mark.parametrize(("name", "format"), SAMPLES.items())
def test_best_offer_for_a_sample_is_its_format(name: str, format: Format) -> None:
    assert detect(sample(name))[0].format is format


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "docker_notes.txt"])
def test_notes_dialect_finds_nothing_in_other_formats(name: str) -> None:
    assert Format.NOTES not in [candidate.format for candidate in detect(sample(name))]


LINES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                *(
                    "# 1. A?",
                    "## Q2: b",
                    "Answer:",
                    "Q: c?",
                    "A: d",
                    "1. e? f",
                    "- [x] g",
                    "- [ ] h",
                ),
                *(
                    "<details>",
                    "<summary>i?</summary>",
                    "</details>",
                    "```",
                    "~~~",
                    "***",
                    "***** ",
                ),
                *("  j", "\tk", "", "<b>l</b>", "TODO", "---", "2) m?"),
            ]
        ),
    ),
    max_size=25,
).map("\n".join)


# Whatever marks any dialect knows; each "@" becomes a word of its own.
MARKS = {
    sort: pieces.replace("⏎", "\n").replace("⇥", "\t").split("¦")
    for sort, pieces in {
        "words": "@¦@ @¦@?¦@. @¦@: @¦@-@¦(@)",
        "blanks": " ¦  ¦    ¦⇥¦⏎⏎",
        "headings": "# ¦## 1. ¦### Q2: ¦#### ¦1. ### ¦⏎---⏎¦⏎===⏎¦**3. @?**",
        "numbers": "1. ¦2) ¦Q: ¦Q. ¦Q3. ¦Question 4 - ¦5.",
        "labels": "A: ¦A. ¦A-¦Answer:¦**Answer:** ¦### Solution⏎¦a.",
        "options": "A) ¦B) ¦C. ¦- [x] ¦- [ ] ¦- B: ¦(x) ¦Answer: B ¦ANSWER: A",
        "lists": "- ¦* ¦  - ¦   ",
        "marks": "**¦*¦_¦`¦``¦```¦~~~¦[¦]¦](¦\\¦|¦TODO¦*****⏎",
        "code": "⏎```sh⏎@⏎```⏎¦⏎  ~~~⏎  @⏎  ~~~⏎",
        "folds": "<details>¦</details>¦<summary>¦</summary>¦<details><summary>@?</summary>"
        "¦<summary>Answer</summary>¦<summary>Hint</summary>",
        "tags": "<b>¦</b>¦<br>¦<p>¦</p>¦<code>¦</code>¦<li>¦<@>¦< @¦<!-- @ -->¦&amp;¦&lt;@&gt;"
        "¦<a href='https://@.org/'>¦<a href=\"@/@.md\">¦<a href=#a>¦</a>¦<img src='@.png' alt='@'>"
        "¦![@](@)¦[@](@)¦[@](#a)¦[@](https://@.org/@_(@))",
        "cells": ',¦;¦"¦""¦"@",¦"@⏎@"¦@,@',
        "gift": "{¦}¦=¦~¦#¦####¦->¦::¦%50%¦//¦[html]¦T¦F¦{}¦\\=",
    }.items()
}
LETTERS = "bcdfgklm"


# A question of each dialect, and the marks it knows.
DIALECTS = {
    Format.NOTES: ("Q. @?\n*****\n@", ["numbers"]),
    Format.DETAILS: ("<details><summary>@?</summary>\n@ </details>", ["folds"]),
    Format.NUMBERED: ("## 1. @?\n@", ["headings", "labels"]),
    Format.CHOICE: ("### 1. @?\n- [x] @\n- [ ] @", ["headings", "options"]),
    Format.QA: ("Q: @?\nA: @", ["numbers", "labels"]),
    Format.LINES: ("1. @? @", ["numbers"]),
    Format.AIKEN: ("@?\nA. @\nB. @\nANSWER: A", ["options"]),
    Format.GIFT: ("@ {=@ ~@}", ["gift"]),
    Format.CSV: ("question,answer\n@,@\n", ["cells"]),
}
# Where HTML is read as such, what nobody would see of it goes.
OF_HTML = {Format.GIFT, Format.CSV}


@st.composite
def marked_texts(draw: st.DrawFn, format: Format) -> tuple[str, list[str]]:
    """Lines around a question that mix text with marks of a few sorts, and the words in them."""
    question, known = DIALECTS[format]
    others = sorted(MARKS.keys() - ({"tags"} if format in OF_HTML else set()))
    sorts = [*known, *draw(st.lists(st.sampled_from(others), max_size=3, unique=True))]
    pieces = [piece for sort in ["words", "blanks", *sorts] for piece in MARKS[sort]]
    line = st.lists(st.sampled_from(pieces), max_size=6).map("".join)
    lines = st.lists(line, max_size=6)
    within = (draw(line | st.just("@")) if sign == "@" else sign for sign in question)
    above = [] if format is Format.CSV else draw(lines)
    template = "\n".join([*above, "".join(within), *draw(lines)])
    words = [f"zw{LETTERS[n // 8 % 8]}{LETTERS[n % 8]}{LETTERS[n // 64]}" for n in range(512)]
    following = iter(words)
    text = "".join(next(following) if sign == "@" else sign for sign in template)
    return text, words[: template.count("@")]


@pytest.mark.parametrize("format", DIALECTS)
@settings(max_examples=200)
@given(st.data())
def test_no_word_of_any_text_is_lost(format: Format, data: st.DataObject) -> None:
    text, words = data.draw(marked_texts(format))
    try:
        reading = READERS[format].read(text)
    except UnreadableFile:
        return
    assert words_lost(words, text, reading) == []


@settings(max_examples=200)
@given(LINES, st.sampled_from(TEXT_FORMATS))
@example("\r0\n# 0.", Format.NUMBERED)
def test_no_line_of_any_text_is_lost(text: str, format: Format) -> None:
    try:
        reading = READERS[format].read(text)
    except UnreadableFile:
        return
    assert lines_lost(text, reading) == []


@settings(max_examples=300)
@given(st.text() | LINES, st.sampled_from(TEXT_FORMATS + [Format.CSV, Format.GIFT]))
def test_any_text_is_read_or_refused(text: str, format: Format) -> None:
    reader = READERS[format]
    codes = ["E-"]
    try:
        codes += [finding.code for finding in reader.read(text).findings if reader.knows(text)]
    except UnreadableFile as error:
        codes.append(error.finding.code)
    assert {code[:2] for code in codes} <= {"E-", "W-", "I-"}


def test_samples_are_all_named() -> None:
    assert {path.name for path in DATA.iterdir()} == set(SAMPLES)
