"""Notes as people keep them: found whole, shown as typed, and nothing dropped in silence."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from questions.formats.document import Reading, UnreadableFile
from questions.formats.notes import fingerprint, read_notes
from questions.formats.text_files import MOST_BYTES, decode

DOCKER_NOTES = Path(__file__).parent / "data" / "docker_notes.txt"
ROW = "*" * 23

# HTML is let through on purpose: what an answer loses to a tag would then be missing here.
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def shown(markdown: str) -> str:
    """What a reader sees of the Markdown, one block per line; list marks and tags are not text."""
    texts: list[str] = []
    for token in MARKDOWN.parse(markdown):
        if token.type == "inline":
            texts.append("".join(shown_inline(child) for child in token.children or []))
        elif token.type in ("fence", "code_block"):
            texts.append(f"{token.info}\n{token.content}")
        elif token.type == "hr":
            texts.append(token.markup[1:])  # the parser counts one character too many
    return "\n".join(texts)


def shown_inline(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.content if token.type in ("text", "code_inline") else ""


def codes(reading: Reading) -> list[tuple[str, int]]:
    return [(finding.code, finding.line) for finding in reading.findings]


def notes(*lines: str) -> Reading:
    return read_notes("\n".join(lines))


def answer_to(*lines: str) -> str:
    return notes("Q. Why?", ROW, *lines, ROW).entries[0].answer


def long_line() -> str:
    """Longer than anybody wraps, so the file it stands in is read line by line."""
    return ("word " * 41).strip() + "."


@pytest.fixture(scope="module")
def docker() -> Reading:
    text, findings = decode(DOCKER_NOTES.read_bytes())
    assert findings == []
    return read_notes(text)


# The notes this began from


def test_docker_notes_give_six_verbatim_prompts_at_their_lines(docker: Reading) -> None:
    assert [(entry.line, entry.end_line, entry.prompt) for entry in docker.entries] == [
        (1, 33, "What exactly difference between a docker contianer and virtual machine?"),
        (36, 46, "what is the difference between ADD and COPY in Dokcerfile?"),
        (
            48,
            75,
            "What are the types of different networking in docker? "
            "and what is the default network in Docker?",
        ),
        (78, 85, "What is multistage build in Dokcerfile?"),
        (87, 93, "What are distroless image?"),
        (95, 119, "How would you secure your container?"),
    ]


def test_docker_notes_give_findings_at_their_very_lines(docker: Reading) -> None:
    assert codes(docker) == [
        ("W-DOUBLE", 48),
        ("W-FOOTNOTE", 89),
        ("W-FOOTNOTE", 91),
        ("I-NO-CLOSING-SEP", 119),
    ]


def test_docker_notes_lose_no_word(docker: Reading) -> None:
    source = [
        re.sub(r"^Q\. ", "", line)
        for line in DOCKER_NOTES.read_text(encoding="utf-8").splitlines()
        if not re.fullmatch(r"\*+", line)
    ]
    result = [part for entry in docker.entries for part in (entry.prompt, shown(entry.answer))]
    # Colons after headings are the one thing that goes: `#### Bridge Network`.
    expected = re.sub(r"(?m)^((?:\w+ )+(?:Network|in Docker)):$", r"\1", "\n".join(source))
    assert " ".join("\n".join(result).split()) == " ".join(expected.split())


def test_docker_notes_keep_headings_terms_and_flags(docker: Reading) -> None:
    networks, copying, securing = (docker.entries[place].answer for place in (2, 1, 5))
    assert re.findall(r"(?m)^#### (.*)", networks) == [
        "Bridge Network",
        "Host Network",
        "Overlay Network",
        "MacVLAN Network",
        "None Network",
        "Default Networking in Docker",
    ]
    assert "\n\nTo summarize:\n\n- **ADD Command:** Ideal for" in copying
    assert "\n- **COPY Command:** Used to copy" in copying
    assert "use the --read-only flag" in securing


def test_docker_notes_offer_runs_of_short_paragraphs_as_key_points(docker: Reading) -> None:
    assert [len(entry.candidates) for entry in docker.entries] == [18, 0, 0, 0, 0, 12]
    assert docker.entries[0].candidates[3] == "They start up and shut down much faster than VMs."


# Stage 1: text (N1 to N3)


@pytest.mark.parametrize(
    ("data", "text", "found"),
    [
        pytest.param(b"\xef\xbb\xbfQ. a", "Q. a", [], id="byte order mark"),
        pytest.param("Q. é".encode(), "Q. é", [], id="UTF-8"),
        pytest.param(b"a\r\nb\rcaf\xe9", "a\nb\ncafé", [("W-ENCODING", 3)], id="Windows"),
        pytest.param(b"a\r\nb\rc\n", "a\nb\nc\n", [], id="line ends"),
        pytest.param(b"", "", [], id="empty"),
        pytest.param(b"a" * MOST_BYTES, "a" * MOST_BYTES, [], id="just small enough"),
    ],
)
def test_bytes_become_text(data: bytes, text: str, found: list[tuple[str, int]]) -> None:
    decoded, findings = decode(data)
    assert decoded == text
    assert [(finding.code, finding.line) for finding in findings] == found


@pytest.mark.parametrize(
    ("data", "code", "line", "words"),
    [
        (b"Q. a\0b", "E-BINARY", 1, "save it again as UTF-8"),
        ("Q. a".encode("utf-32"), "E-BINARY", 1, "save it again as UTF-8"),
        (b"a" * (MOST_BYTES + 1), "E-TOO-LARGE", 1, "Split it"),
        (b"one\n\x81\x8d", "E-ENCODING", 2, "save it as UTF-8"),
    ],
)
def test_unreadable_bytes_are_refused_kindly(data: bytes, code: str, line: int, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words) as refusal:
        decode(data)
    assert (refusal.value.finding.code, refusal.value.finding.line) == (code, line)


def test_line_ends_do_not_matter(docker: Reading) -> None:
    data = DOCKER_NOTES.read_bytes()
    for line_end in (b"\r\n", b"\r"):
        assert read_notes(decode(data.replace(b"\n", line_end))[0]) == docker
        assert read_notes(data.replace(b"\n", line_end).decode()) == docker


@pytest.mark.parametrize("fence", ["```", "~~~~", "   ```"])
def test_nothing_inside_a_fence_is_a_marker(fence: str) -> None:
    code = [f"{fence}text", "Q. not one?", "", ROW, "    # kept  ", fence.strip()]
    reading = notes("Q. Why?", ROW, *code, ROW)
    assert [entry.prompt for entry in reading.entries] == ["Why?"]
    assert reading.entries[0].answer == "\n".join(code)
    assert codes(reading) == []


def test_fence_that_never_ends_does_not_swallow_the_next_question() -> None:
    reading = notes("Q. One?", ROW, "```sh", "ls", ROW, "Q. Two?", ROW, "Text.", ROW)
    assert [entry.prompt for entry in reading.entries] == ["One?", "Two?"]
    assert shown(reading.entries[0].answer) == "```sh\nls"
    assert codes(reading) == [("W-FENCE", 3)]


# Stage 2: lines (N4 to N7)


@pytest.mark.parametrize(
    "row", ["*****", "*" * 7, "*" * 8, "*" * 98, "   *****", "*****   ", "\t*****"]
)
def test_five_asterisks_or_more_are_a_row(row: str) -> None:
    reading = notes("Q. Why?", row, "Because.", row)
    assert [(entry.prompt, entry.answer) for entry in reading.entries] == [("Why?", "Because.")]
    assert codes(reading) == []


@pytest.mark.parametrize(
    ("line", "shows"),
    [
        ("***", "***"),
        ("****", "****"),
        ("***** x", "***** x"),
        ("    *****", "*****"),
        ("---", "---"),
    ],
)
def test_other_asterisks_stay_in_the_answer(line: str, shows: str) -> None:
    assert shown(answer_to("One.", "", line, "", "Two.")) == f"One.\n{shows}\nTwo."


@pytest.mark.parametrize(
    "marker",
    [
        "Q.",
        "Q:",
        "Q)",
        "Q]",
        "Q -",
        "q.",
        "Q1.",
        "Q 12)",
        "Q1234:",
        "Q 7 -",
        "Question:",
        "QUESTION 3.",
        "question 4 -",
        "   Q.",
        "\tQ.",
    ],
)
def test_marker_opens_a_question(marker: str) -> None:
    assert notes(f"{marker} Why?", ROW, "So.", ROW).entries[0].prompt == "Why?"


def test_marker_needs_no_blank_behind_it() -> None:
    assert notes("Q.Why?", ROW, "So.", ROW).entries[0].prompt == "Why?"


@pytest.mark.parametrize(
    "line",
    [
        "Questions. Some?",
        "Q what?",
        "Q12345. no?",
        "    Q. too deep?",
        "Q-learning is learning.",
        "1. no?",
        "# Q. no?",
        "A: no?",
        "QA: no?",
    ],
)
def test_other_lines_open_none(line: str) -> None:
    with pytest.raises(UnreadableFile):
        notes(line, "Text.")


# Stage 3: entries (N8 to N13)


ENTRY_CASES = [
    pytest.param(
        ["Q. A?", ROW, "One.", "Q. B?", ROW, "Two.", ROW],
        [("A?", "One."), ("B?", "Two.")],
        [("W-NOSEP", 4)],
        id="N8 question directly below text",
    ),
    pytest.param(
        ["Q. A?", "", "One.", "", "Q. B?", "Two."],
        [("A?", "One."), ("B?", "Two.")],
        [],
        id="N8 no rows at all",
    ),
    pytest.param(
        ["Q. A?", "", ROW, "", "One.", "", ROW],
        [("A?", "One.")],
        [],
        id="N9 blank lines around rows",
    ),
    pytest.param(
        ["Q. A?", ROW, "Q. B?", ROW, "Two.", ROW],
        [("A?", ""), ("B?", "Two.")],
        [("W-NOANSWER", 1)],
        id="N9 row and then a question",
    ),
    pytest.param(["Q. A?", ROW, ""], [("A?", "")], [("W-NOANSWER", 1)], id="N9 row and the end"),
    pytest.param(
        ["Q. A?", "Q. B?"],
        [("A?", ""), ("B?", "")],
        [("W-NOANSWER", 1), ("W-NOANSWER", 2)],
        id="N9 prompts only",
    ),
    pytest.param(
        ["Q. A?", ROW, ROW, "One.", ROW], [("A?", "One.")], [], id="N9 two rows below the prompt"
    ),
    pytest.param(
        [
            "Q. What is the",
            "difference between",
            "  an image and",
            "a container?",
            ROW,
            "One.",
            ROW,
        ],
        [("What is the difference between an image and a container?", "One.")],
        [],
        id="N10 wrapped prompt",
    ),
    pytest.param(
        ["Q. a", "b", "c", "d", "e", ROW, "One.", ROW],
        [("a", "b\nc\nd\ne\n\nOne.")],
        [("W-NOT-A-QUESTION", 1), ("W-INNER-SEP", 6)],
        id="N10 more than three more lines are an answer",
    ),
    pytest.param(
        ["Q. What is the", "difference?", "", "One."],
        [("What is the", "difference?\n\nOne.")],
        [("W-NOT-A-QUESTION", 1)],
        id="N10 no underline, no wrapping",
    ),
    pytest.param(
        ["Q. A?", "One.", ROW, "Two.", "Three.", "Four.", ROW],
        [("A?", "One.\n\nTwo.\nThree.\nFour.")],
        [("W-INNER-SEP", 3)],
        id="N10 no wrapping behind a question mark",
    ),
    pytest.param(
        ["Q. a", "```", "b", "```", ROW, "One.", ROW],
        [("a", "```\nb\n```\n\nOne.")],
        [("W-NOT-A-QUESTION", 1), ("W-INNER-SEP", 5)],
        id="N10 code is no prompt",
    ),
    pytest.param(
        [ROW, "What is A?", ROW, "One.", ROW, "Why", "not B?", ROW, "Two.", ROW],
        [("What is A?", "One."), ("Why not B?", "Two.")],
        [("W-NOMARKER", 2), ("W-NOMARKER", 6)],
        id="N11 titles between rows",
    ),
    pytest.param(
        ["Q. A?", ROW, "One.", ROW, "Docker volumes", ROW, "Two.", ROW],
        [("A?", "One."), ("Docker volumes", "Two.")],
        [("W-NOMARKER", 5), ("W-NOT-A-QUESTION", 5)],
        id="N11 title after a question",
    ),
    pytest.param(
        ["Q. A?", ROW, "One.", ROW, "a", "b", "c", ROW, "Two.", ROW],
        [("A?", "One.\n\na\nb\nc\n\nTwo.")],
        [("W-INNER-SEP", 4), ("W-INNER-SEP", 8)],
        id="N11 three lines are no title",
    ),
    pytest.param(
        ["Q. A?", ROW, "One.", ROW, "t" * 201, ROW, "Two.", ROW],
        [("A?", f"One.\n\n{'t' * 201}\n\nTwo.")],
        [("W-INNER-SEP", 4), ("W-INNER-SEP", 6)],
        id="N11 a long line is no title",
    ),
    pytest.param(
        ["Q. A?", ROW, "One.", ROW, "Two.", ROW, "Q. B?", ROW, "Three.", ROW],
        [("A?", "One.\n\nTwo."), ("B?", "Three.")],
        [("W-INNER-SEP", 4)],
        id="N12 row inside an answer",
    ),
    pytest.param(
        ["Q. A?", ROW, "One.", "", ""],
        [("A?", "One.")],
        [("I-NO-CLOSING-SEP", 3)],
        id="N12 missing last row",
    ),
    pytest.param(
        ["My notes", "", "of March", ROW, ROW, "Q. A?", ROW, "One.", ROW],
        [("A?", "One.")],
        [("W-PREAMBLE", 1)],
        id="N13 text before the first question",
    ),
    pytest.param(
        ["Q.", ROW, "One.", ROW, "Q. B?", ROW, "Two.", ROW],
        [("B?", "Two.")],
        [("E-EMPTY", 1)],
        id="N16 nothing behind the marker",
    ),
    pytest.param(
        ["Q.", "Why?", ROW, "One.", ROW], [("Why?", "One.")], [], id="N16 prompt on the next line"
    ),
    pytest.param(
        ["Q. A? And B?", ROW, "One.", ROW],
        [("A? And B?", "One.")],
        [("W-DOUBLE", 1)],
        id="N15 two questions",
    ),
    pytest.param(["Q. A??", ROW, "One.", ROW], [("A??", "One.")], [], id="N15 one question"),
    pytest.param(
        ["Q. Explain A", ROW, "One.", ROW],
        [("Explain A", "One.")],
        [("W-NOT-A-QUESTION", 1)],
        id="N15 no question",
    ),
    pytest.param(
        ["Q.   Whta is  --read-only?  ", ROW, "One.", ROW],
        [("Whta is  --read-only?", "One.")],
        [],
        id="N14 verbatim but for the ends",
    ),
    pytest.param(
        [f"Q. {'a' * 300}?", ROW, "One.", ROW],
        [(f"{'a' * 300}?", "One.")],
        [("W-LONG-PROMPT", 1)],
        id="longer than a prompt can be",
    ),
]


@pytest.mark.parametrize(("lines", "entries", "found"), ENTRY_CASES)
def test_entries_are_found(
    lines: list[str], entries: list[tuple[str, str]], found: list[tuple[str, int]]
) -> None:
    reading = notes(*lines)
    assert [(entry.prompt, entry.answer) for entry in reading.entries] == entries
    assert codes(reading) == found


def test_findings_say_which_lines_are_left_out() -> None:
    reading = notes("My notes", "", "of March", "", "Q.", ROW, "One.", ROW, "Q. B?", ROW, "Two.")
    messages = {finding.code: finding.message for finding in reading.findings}
    assert messages["W-PREAMBLE"].startswith("Lines 1 to 3 stand before the first question")
    assert "lines 5 to 7 are not imported" in messages["E-EMPTY"]


@pytest.mark.parametrize("text", ["", "\n\n", ROW, "Just a sentence.", f"{ROW}\n{ROW}"])
def test_file_without_questions_says_what_to_write(text: str) -> None:
    with pytest.raises(UnreadableFile, match="begins with “Q.”") as refusal:
        read_notes(text)
    assert refusal.value.finding.code == "E-NOTHING-FOUND"


# Stage 5: answers (N17 to N22)


def test_line_of_200_characters_makes_each_line_a_paragraph() -> None:
    assert answer_to("One.", "Two.") == "One.\nTwo."
    assert answer_to("One.", "Two.", long_line()) == f"One.\n\nTwo.\n\n{long_line()}"


def test_row_or_code_of_any_length_leaves_lines_together() -> None:
    reading = notes("Q. Why?", "*" * 300, "One.", "Two.", "```", "c" * 300, "```", "*" * 300)
    assert reading.entries[0].answer.startswith("One.\nTwo.\n\n```")


@pytest.mark.parametrize(
    "text",
    [
        "docker run <image> </b> <!-- x --> <?php",
        "<div>",
        "<https://example.org>",
        "# comment",
        "#!/bin/sh",
        "> quoted",
        "--read-only",
        "-p 80:80",
        "- item",
        "+ item",
        "* item",
        "1. first",
        "2) second",
        "====",
        "2*3*4 and **bold** and *.txt and *.md",
        "__init__ _x_ snake_case_name",
        "~~struck~~",
        "~~~",
        "[text](https://example.org) and ![alt](x.png)",
        "[name]: https://example.org",
        "[one][two]",
        "&lt; &amp;&nbsp; &#35; a && b",
        r"C:\Users\x \* \\ \\\n sed s/\./x/ \_",
        "ends in a backslash\\",
        "`open and ``never` closed``` \\`",
        "a | b",
        "“quotes” -- and ... as typed",
        "TCP: one alone stays text",
        "#",
        "_____x",
        "\\",
    ],
)
def test_text_is_shown_as_typed(text: str) -> None:
    for lines in ([text], ["First line", text], ["First.", "", text, "", "Last."]):
        page = shown(answer_to(*lines))
        assert without_code_marks(text) in without_code_marks(page)


def without_code_marks(text: str) -> str:
    return text.replace("`", "")


def test_table_row_with_too_many_cells_keeps_them_all() -> None:
    page = shown(answer_to("a | b", "|---|---|", "1 | 2 | 3"))
    assert page == "a | b\n|---|---|\n1 | 2 | 3"


def test_code_marks_stay_code() -> None:
    assert answer_to("Use `docker run <image> *` or ``a ` b`` now.") == (
        "Use `docker run <image> *` or ``a ` b`` now."
    )


def test_each_marked_line_is_a_paragraph_of_its_own() -> None:
    assert (
        answer_to("Steps", "1. Build", "and tag", "2. Push")
        == "Steps\n\n1\\. Build\nand tag\n\n2\\. Push"
    )


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        ("Bridge Network:", True),
        ("Default Networking in Docker:", True),
        ("C #:", True),
        ("Topology:", True),
        ("To summarize:", False),
        ("Here are the types:", False),
        ("The following commands:", False),
        ("For example:", False),
        ("Note:", False),
        ("One two three four five six:", False),
        ("Sentence. Then:", False),
        ("lower case:", False),
        ("No colon", False),
    ],
)
def test_short_line_with_a_colon_is_a_heading(line: str, is_heading: bool) -> None:
    answer = answer_to(line, "", "Text.")
    assert answer.startswith("#### ") is is_heading
    assert shown(answer) == (line.removesuffix(":") if is_heading else line) + "\nText."


def test_last_line_is_no_heading() -> None:
    assert answer_to("Text.", "", "Bridge Network:") == "Text.\n\nBridge Network:"


def test_heading_may_be_followed_directly_in_an_unwrapped_file() -> None:
    assert answer_to("Bridge Network:", long_line()) == f"#### Bridge Network\n\n{long_line()}"
    assert answer_to("Bridge Network:", "Short.") == "Bridge Network:\nShort."


@pytest.mark.parametrize(
    ("lines", "markdown"),
    [
        (["ADD: one", "", "COPY: two"], "- **ADD:** one\n- **COPY:** two"),
        (["ADD: one", "COPY: two"], "- **ADD:** one\n- **COPY:** two"),
        (
            ["no:\tDo not restart.", "on-failure:\tRestart on errors."],
            "- **no:** Do not restart.\n- **on-failure:** Restart on errors.",
        ),
        (["--rm:\tremove", "-it:\t<tty>"], "- **--rm:** remove\n- **-it:** \\<tty>"),
        (["ADD: one", "more", "", "COPY: two"], "- **ADD:** one\n  more\n- **COPY:** two"),
        (["ADD: one", "", "COPY: two", "", "End."], "- **ADD:** one\n- **COPY:** two\n\nEnd."),
        (["ADD: one"], "ADD: one"),
        (["ADD: one", "", "Text.", "", "COPY: two"], "ADD: one\n\nText.\n\nCOPY: two"),
        (["add: one", "", "copy: two"], "add: one\n\ncopy: two"),
        (["Note: one", "", "Note: two"], "Note: one\n\nNote: two"),
        (
            ["One two three four five: a", "", "One two three four five: b"],
            "One two three four five: a\n\nOne two three four five: b",
        ),
    ],
)
def test_adjacent_terms_become_a_list(lines: list[str], markdown: str) -> None:
    assert answer_to(*lines) == markdown


def test_runs_of_three_short_paragraphs_are_candidates() -> None:
    entry = notes(
        "Q. Why?",
        ROW,
        "Intro:",
        "",
        "It is <fast>.",
        "",
        "- It is small.",
        "",
        "It",
        "scales.",
        ROW,
    ).entries[0]
    assert entry.candidates == ("It is <fast>.", "It is small.", "It scales.")
    assert shown(entry.answer) == "Intro\nIt is <fast>.\n- It is small.\nIt\nscales."


def test_two_short_paragraphs_are_no_run() -> None:
    assert (
        notes("Q. Why?", ROW, "One.", "", "Two.", "", long_line(), ROW).entries[0].candidates == ()
    )


@pytest.mark.parametrize(
    ("line", "is_flagged"),
    [
        ("A standard distribution1. And more.", True),
        ("A standard distribution12", True),
        ("Distribution1.", True),
        ("A bridge called docker0, which", False),
        ("The application1, which", False),
        ("Use python3. Or ext4. Or base64. Or cgroup2.", False),
        ("Runs on postgresql17. Or Windows11.", False),
        ("See application1.log", False),
        ("In 2024.", False),
    ],
)
def test_digit_behind_a_word_is_reported_and_kept(line: str, is_flagged: bool) -> None:
    reading = notes("Q. Why?", ROW, line, ROW)
    assert codes(reading) == ([("W-FOOTNOTE", 3)] if is_flagged else [])
    assert shown(reading.entries[0].answer) == line


def test_digit_at_a_line_end_counts_at_the_end_of_the_paragraph_only() -> None:
    assert codes(notes("Q. Why?", ROW, "An application1", "and an application2", ROW)) == [
        ("W-FOOTNOTE", 4)
    ]


# Stage 6: identity (N24)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("What is a Container?", "  what is a   container ", True),
        ("What is “multi-stage”?", "What is multi-stage?", True),
        ("Ｗhat is it?", "What is it?", True),
        ("Straße?", "STRASSE", True),
        ("What is C?", "What is C#?", False),
        ("What is C?", "What is C++?", False),
        ("ADD?", "COPY?", False),
        ("???", "!!!", False),
    ],
)
def test_fingerprint_looks_past_case_and_punctuation(one: str, other: str, is_same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other)) is is_same


# Nothing is lost, whatever is read

# Taken from both sides: rows, code marks and the colons of headings may go; nothing else may.
MAY_GO = re.compile(r"[\s*`~:]+")
ROWS = re.compile(r"(?m)^\s*\*{5,}\s*$")
MARKER = re.compile(r"\s*(?:Question|Q)\s*[0-9]{0,4}\s*[-.:)\]]\s*", re.IGNORECASE)

PIECES = st.sampled_from(
    ["Q. ", "Q", "Question 3) ", "?", ROW, "***", "`", "```", "~~~", "~~", "*", "_", "__", "__a__", "**a**", "[a](b)", "[a]: b",
     "]:", "<", "<b>", "&amp;", "\\", "|", "---", "|---|", "===", "#", "# ", "> ", "- ", "1. ", "2)", "    ",
     "\t", "Term: text", "no:\tx", "Bridge Network:", "word", "a" * 250, "application1", ":", "!", "\n", "\n\n"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, PIECES, st.just("\n"), st.text(max_size=6))).map("".join)


def what_remains(text: str) -> str:
    return MAY_GO.sub("", text)


@settings(max_examples=400)
@given(TEXTS)
@example("Q. a?\n`x\n```\nb\n```")
def test_no_character_is_lost(text: str) -> None:
    try:
        reading = read_notes(text)
    except UnreadableFile:
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").split("\n")
    accounted: set[int] = set()
    for entry in reading.entries:
        source = "\n".join(lines[entry.line - 1 : entry.end_line])
        result = entry.prompt.replace("\0", "\ufffd") + shown(entry.answer)
        unmarked = MARKER.sub("", source, count=1)
        assert what_remains(result) in (what_remains(source), what_remains(unmarked))
        assert result.count("*") >= ROWS.sub("", source).count("*")
        accounted.update(range(entry.line, entry.end_line + 1))
    for finding in reading.findings:
        if finding.code in ("W-PREAMBLE", "E-EMPTY"):
            first, last = map(int, re.findall(r"ines (\d+) to (\d+)", finding.message)[0])
            accounted.update(range(first, last + 1))
    left = [line for number, line in enumerate(lines, start=1) if number not in accounted]
    assert what_remains("".join(left)) == ""


@given(st.text(max_size=60))
def test_fingerprint_of_a_fingerprint_is_itself(prompt: str) -> None:
    assert fingerprint(fingerprint(prompt)) == fingerprint(prompt)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text, _findings = decode(data)
    except UnreadableFile:
        return
    assert "\r" not in text


# Other formats are left to their own readers

OTHER_FORMATS = {
    "a question file": "---\nid: docker-layers\nversion: 1\nkind: open\ntopic: docker\n---\n\n"
    "# What is a layer?\n\n## Answer\n\nA layer holds changes.\n\n***\n\n## Key points\n\n- [3] Changes\n",
    "GIFT": "// question: 1  name: Layers\n$CATEGORY: docker\n\n::Q1:: What is a layer? {\n=changes\n~a file\n}\n\n"
    "::Q2:: Explain volumes. {}\n",
    "CSV": 'Question,Answer\n"What is a layer?","A set of changes, read-only"\n"Q1","A1"\n',
    "TSV": "#separator:tab\nFront\tBack\nWhat is a layer?\tA set of changes\n",
    "details": "<details>\n<summary>What is a layer?</summary><br><b>\n\nA set of changes. ***\n</b></details>\n"
    * 3,
    "numbered headings": "# Docker\n\n## 1. What is a layer?\n\nChanges.\n\n### Q2: What is a volume?\n\nStorage.\n\n"
    "```sh\n# comment\n```\n",
    "multiple choice": "#### Q1. Which is it?\n\n- [ ] This\n- [x] That\n",
    "one-line notes": "1. What is a layer? A set of changes.\n2. What is a volume? Storage.\n",
    "Aiken": "What is a layer?\nA. A file\nB. A set of changes\nANSWER: B\n",
    "XML": '<?xml version="1.0"?>\n<quiz>\n<question type="essay">\n<name/></question></quiz>\n',
}


@pytest.mark.parametrize("text", OTHER_FORMATS.values(), ids=OTHER_FORMATS.keys())
def test_nothing_is_found_in_other_formats(text: str) -> None:
    with pytest.raises(UnreadableFile):
        read_notes(text)


# Large files come to an end: a search that grew with the square would take minutes to hours here.
# No clock is read, since a busy machine is no bug.

LARGE_FILES = {
    "one line": ("Q. " + "a" * MOST_BYTES, 1),
    "one line of words": ("Q. a?\n" + "word1 " * (MOST_BYTES // 6), 1),
    "one row": ("*" * MOST_BYTES, 0),
    "rows": ("*****\n" * 300_000, 0),
    "rows and blanks": ("*****\n\n" * 200_000, 0),
    "a row and a letter": ("*" * MOST_BYTES + "x", 0),
    "empty questions": ("Q.\n" * 100_000, 0),
    "questions": ("Q. a\n" * 10_000, 10_000),
    "questions and rows": ("Q. a\n*****\n" * 10_000, 10_000),
    "titles": ("*****\na\n" * 20_000, 10_000),
    "too many questions": ("Q. a\n" * 10_001, 0),
    "a marker and blanks": ("Q" + " " * MOST_BYTES, 0),
    "digits": ("Q" + "1" * MOST_BYTES, 0),
    "blank lines": ("\n" * MOST_BYTES, 0),
    "backticks": ("Q. a?\n" + "` `` " * (MOST_BYTES // 5), 1),
    "backticks of all lengths": (
        "Q. a?\n" + " ".join("`" * length for length in range(1, 2000)),
        1,
    ),
    "fences never closed": ("Q. a?\n" + "```a\n" * 200_000, 1),
    "fences of all lengths": (
        "Q. a?\n" + "\n".join("`" * length + "a" for length in range(2000, 3, -1)),
        1,
    ),
    "underscores": ("Q. a?\n" + "_" * MOST_BYTES, 1),
    "brackets": ("Q. a?\n" + "[" * MOST_BYTES, 1),
    "entities": ("Q. a?\n" + "&a" * (MOST_BYTES // 2), 1),
    "terms": ("Q. a?\n" + "A: b\n" * 200_000, 1),
    "pipes": ("Q. a?\n" + "|-" * (MOST_BYTES // 2) + "x", 1),
}


@pytest.mark.parametrize(("text", "count"), LARGE_FILES.values(), ids=LARGE_FILES.keys())
def test_large_file_is_read_to_its_end(text: str, count: int) -> None:
    try:
        entries = read_notes(text).entries
    except UnreadableFile:
        entries = ()
    assert len(entries) == count
