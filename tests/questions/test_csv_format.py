"""Tables: CSV and TSV with a header, and Anki's text exports."""

import pytest

from questions.formats.detection import best_reading
from questions.formats.document import Level, UnreadableFile
from questions.formats.readers import Format
from questions.formats.tables import read_table
from tests.questions.reading import codes, lines_lost, prompts, read, sample

COMMA = sample("cards_comma.csv")


def test_quotes_commas_and_line_ends_stay_in_their_cells():
    second = read("csv", COMMA).entries[1]
    assert second.prompt == 'What does "volatile" mean in Java?'
    assert second.answer == "Reads see the last write.\nIt gives no atomicity."
    assert (second.line, second.end_line) == (3, 4)


def test_tags_and_levels_are_read():
    documents = [entry.document for entry in read("csv", COMMA).entries]
    assert documents[0].tags == ("locks", "threads")
    assert [each.level for each in documents] == [Level.MID, Level.SENIOR, None, None]


def test_html_becomes_markdown_and_scripts_stay_out():
    third = read("csv", COMMA).entries[2]
    assert third.prompt == "What is deadlock?"
    assert third.answer == "Each waits for the other:\n\n- A has 1\n- B has 2"


def test_what_is_left_out_is_told_at_its_line():
    assert codes(read("csv", COMMA)) == [
        ("W-COLUMN", 1),
        ("W-HTML", 5),
        ("W-LEVEL", 6),
        ("W-NOANSWER", 6),
        ("E-EMPTY", 7),
    ]


def test_semicolons_and_tabs_part_cells_too():
    assert prompts(read("csv", sample("cards_semicolon.csv"))) == [
        "What is a race condition?",
        "Was heißt „idempotent“?",
    ]
    assert read("csv", sample("cards_tab.tsv")).entries[1].answer == "A name, and its address"


def test_anki_notes_leave_their_keys_out():
    reading = read("csv", sample("anki_notes.txt"))
    assert prompts(reading) == ["What is a goroutine?", 'What does "select" do?']
    assert reading.entries[0].answer == "A function that runs **concurrently**.\nCheap: a few KB."
    assert reading.entries[0].document.tags == ("concurrency", "go")
    assert ("W-HTML", 8) in codes(reading)


def test_anki_cards_without_html_show_what_was_typed():
    assert prompts(read("csv", sample("anki_cards.txt"))) == ["What is a <T>?", "What is nil?"]


def test_text_cells_are_shown_as_they_were_typed():
    entry = read_table("Question,Answer\nWhat is *args?,__init__ and *x* and # y\n").entries[0]
    assert entry.prompt == "What is *args?"
    assert entry.answer == r"\_\_init\_\_ and \*x\* and # y"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "first line names its columns"),
        ("", "first line names its columns"),
        ('Question,Answer\n"never,closed\n', "Check its quotation marks"),
        ("Question,Answer\n" + "a,b\n" * 10_001, "more than 10,000 questions"),
    ],
)
def test_table_that_cannot_be_split_is_refused(text, message):
    with pytest.raises(UnreadableFile, match=message):
        read_table(text)


@pytest.mark.parametrize(
    "name",
    ["cards_comma.csv", "cards_semicolon.csv", "cards_tab.tsv", "anki_notes.txt", "anki_cards.txt"],
)
def test_no_line_is_lost(name):
    text = sample(name)
    header = [] if name.startswith("anki") or name == "cards_comma.csv" else text.split("\n")[:1]
    assert lines_lost(text, read("csv", text)) == header


def asked_by(cell):
    quoted = cell.replace('"', '""')
    (entry,) = read_table(f'Question,Answer\n"{quoted}",It is.\n').entries
    return entry.prompt, entry.document.context


LOOP = "for x in y:\n    print(x)\n\n    break"


@pytest.mark.parametrize(
    ("cell", "prompt", "beside"),
    [
        (f"What is printed?\n```py\n{LOOP}\n```", "What is printed?", f"```py\n{LOOP}\n```"),
        (f"What is printed?\n\n{LOOP}", "What is printed?", f"```\n{LOOP}\n```"),
        (f"What is printed?\n{LOOP}", "What is printed?", f"```\n{LOOP}\n```"),
        (f"{LOOP}\nWhat is printed?", "What is printed?", f"```\n{LOOP}\n```"),
        (f"Explain this.\n{LOOP}", "Explain this.", f"```\n{LOOP}\n```"),
        (
            "<p>What is printed?</p><pre>if x:\n    y()</pre>",
            "What is printed?",
            "```\nif x:\n    y()\n```",
        ),
        ("We run Linux.\n\nWhat is an inode?", "What is an inode?", "We run Linux."),
        ("What is\nan *inode*?", "What is an *inode*?", ""),
        ("<b>What</b> is<br>an inode?", "What is an inode?", ""),
        ("Which?\n- one\n  - two", "Which?", "\\- one\n\n\\- two"),
        ("x:\n    y()", "x: y()", ""),
        ("We run Linux.\n  What is an inode?", "We run Linux. What is an inode?", ""),
    ],
)
def test_code_beside_the_question_keeps_its_lines(cell, prompt, beside):
    assert asked_by(cell) == (prompt, beside)


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nQuestion;Answer\nWhy, oh why?;So; \n",
        '"sep=;"\nQuestion;Answer\nWhy, oh why?;So\n',
        'SEP=,\r\nFront,Back\r\n"Why, oh why?",So\r\n',
        "sep=\t\nQuestion\tAnswer\nWhy, oh why?\tSo\n",
        "sep=;;\n\nQuestion;Answer;\nWhy, oh why?;So;\n",
    ],
)
def test_line_in_which_excel_names_its_separator_is_no_header(text):
    format, reading = best_reading(text)
    assert format is Format.CSV
    (entry,) = reading.entries
    assert (entry.prompt, entry.answer) == ("Why, oh why?", "So")
    assert entry.line == text.count("\n")


def test_rule_below_the_names_is_no_question():
    text = "Question | Answer\n:---|---:\nWhy? | So.\n"
    assert prompts(read_table(text)) == ["Why?"]
