"""Habits of public question lists that the plain samples of each format do not show."""

from __future__ import annotations

import pytest

from questions.formats.detection import best_reading, detect
from questions.formats.document import Kind
from questions.formats.readers import Format
from tests.questions.reading import codes, lines_lost, prompts, read

IN_A_LIST = """# Contents
1. [What is a volume?](#one)

1. ### What is a volume?

    Storage that outlives a container:

    ```sh
    # a comment <b>as it stands</b>
    docker volume ls
    ```

    **[⬆ Back to top](#contents)**

2. ### How do I mount one?
    With `-v`.

    ![A mount](images/mount.png)

3. ### Name its drivers

    `local`, and plugins.
"""
FOLDED_QUIZ = """###### 1. What does this print?

```python
print(1 + 1)
```

- A: `11`
- B: `2`

<details><summary><b>Answer</b></summary>
<p>

#### Answer: B

Numbers are added.

</p>
</details>

---

###### 2. What does this print?

```python
print("1" + "1")
```

- A: `11`
- B: `2`

<details><summary>Show answer</summary>

Answer: A. Texts are joined.
</details>
"""


def test_headings_in_a_numbered_list_begin_questions() -> None:
    reading = read("numbered", IN_A_LIST)

    assert prompts(reading) == ["What is a volume?", "How do I mount one?", "Name its drivers"]
    assert reading.entries[0].answer == (
        "Storage that outlives a container:\n\n```sh\n# a comment <b>as it stands</b>\n"
        "docker volume ls\n```"
    )
    assert lines_lost(IN_A_LIST, reading) == []
    assert [found for found in codes(reading) if found[0] != "W-NOT-A-QUESTION"] == [
        ("W-OUTSIDE", 1),
        ("I-LINK", 13),
        ("W-IMAGE", 18),
    ]
    assert reading.entries[1].answer == "With `-v`.\n\nA mount (images/mount.png)"


def test_folded_quiz_is_multiple_choice_and_its_folds_ask_nothing() -> None:
    assert detect(FOLDED_QUIZ)[0].format is Format.CHOICE
    first, second = read("choice", FOLDED_QUIZ).entries

    assert [option.is_correct for option in first.options] == [False, True]
    assert [option.text for option in first.options] == ["`11`", "`2`"]
    assert first.document.context == "```python\nprint(1 + 1)\n```"
    assert first.answer == "Numbers are added."
    assert [option.is_correct for option in second.options] == [True, False]
    assert second.answer == "Texts are joined."


def test_answer_folded_below_a_heading_is_its_answer() -> None:
    text = "## 1. Why?\nThink.\n<details>\n<summary>Solution</summary>\n\nSo.\n</details>\n"
    (entry,) = read("numbered", text).entries
    assert (entry.prompt, entry.document.context, entry.answer) == ("Why?", "Think.", "So.")


def test_hint_within_a_fold_belongs_to_its_question() -> None:
    text = (
        "<details><summary>4. What is an inode?</summary>\nA record.\n"
        "<details><summary>Hint</summary>ls -i</details>\nOf a file.\n</details>\n"
    )
    (entry,) = read("details", text).entries
    assert entry.prompt == "What is an inode?"
    assert entry.answer == "A record.\n\n**Hint**ls -i\n\nOf a file."


@pytest.mark.parametrize(
    "text",
    [
        "A list\n======\n\nWhat is DNS?\n------------\nNames.\n\nExplain NAT\n-----------\nA table.\n",
        "# A list\n\n**1. What is DNS?**\n\nNames.\n\n**2. Explain NAT**\n\nA table.\n",
        "# A list\n\n1. **What is DNS?**\n\nNames.\n\n2. **Explain NAT**\n\nA table.\n",
        "# A list\n\n## What is DNS?\nNames.\n\n## Explain NAT\nA table.\n\n## Sources\nNone.\n",
    ],
)
def test_headings_of_other_shapes_begin_questions_too(text: str) -> None:
    reading = read("numbered", text)
    found = [(entry.prompt, entry.answer) for entry in reading.entries]
    assert found == [("What is DNS?", "Names."), ("Explain NAT", "A table.")]
    assert lines_lost(text, reading) == []


def test_underlined_questions_with_a_q_are_no_notes() -> None:
    text = "".join(f"Q{n}. Why {n}?\n-------\nSo.\n\n" for n in (1, 2, 3))
    format, reading = best_reading(text)
    assert format is Format.NUMBERED
    assert [entry.answer for entry in reading.entries] == ["So."] * 3


@pytest.mark.parametrize("mark", ["- [{}]", "* [{}]", "1. [{}]", "   2) [{}]", "[{}]", "({})"])
def test_boxes_come_with_any_mark_of_a_list(mark: str) -> None:
    boxes = "\n".join(f"{mark.format(box)} {text}" for box, text in (("x", "80"), (" ", "[]")))
    (entry,) = read("choice", f"1. Which port?\n\n{boxes}\n").entries
    assert [(option.text, option.is_correct) for option in entry.options] == [
        ("80", True),
        ("[]", False),
    ]


def test_code_with_braces_is_no_gift() -> None:
    lists = [
        IN_A_LIST.replace("docker volume ls", "f() {}"),
        "Q: What is {}?\nA: An empty object.\n\nQ: What is {=1}?\nA: Wrong.\n",
        "Some words.\n\nMore words.\n\n    main() {}\n\nThe end.\n",
    ]
    assert [[each.format for each in detect(text)] for text in lists] == [
        [Format.NUMBERED],
        [Format.QA],
        [],
    ]


def test_format_that_makes_little_of_a_file_is_not_the_first_offered() -> None:
    text = IN_A_LIST + "\n<details><summary>Why so?</summary>Because.</details>\n"
    assert [(each.format, each.count) for each in detect(text)] == [
        (Format.NUMBERED, 3),
        (Format.DETAILS, 1),
    ]
    assert best_reading(text)[0] is Format.NUMBERED


def test_layout_goes_links_stay_and_images_are_told() -> None:
    text = (
        "## 1. Why?\n<div align='center'><a href='https://example.org/a'>Docs</a></div>\n"
        "<img src='https://example.org/b.png' alt='A plan'> <script>x()</script>\n"
        "<a href='javascript:x()'>no</a>\n"
    )
    reading = read("numbered", text)
    assert reading.entries[0].answer.split("\n") == [
        "[Docs](https://example.org/a)",
        "[A plan](https://example.org/b.png) <script>x()</script>",
        "no",
    ]
    assert [found for found in codes(reading) if found[1] == 3] == [("W-HTML", 3), ("W-IMAGE", 3)]


def test_headings_between_questions_and_answers_are_told() -> None:
    pairs = "# Git\n- Q: What is HEAD?\n  - A: A name.\n    It moves.\n\n## More\n- Q: Why?\n  - A: So.\n"
    reading = read("qa", pairs)
    assert [entry.answer for entry in reading.entries] == ["A name.\nIt moves.", "So."]
    assert codes(reading) == [("W-OUTSIDE", 1), ("W-OUTSIDE", 6)]

    lines = "1. What is a pod? Containers.\n\n## Storage\n2.What is a volume? A disk.\n"
    reading = read("lines", lines)
    assert [entry.answer for entry in reading.entries] == ["Containers.", "A disk."]
    assert codes(reading) == [("W-OUTSIDE", 3)]


@pytest.mark.parametrize("format", ["qa", "notes"])
def test_number_may_stand_behind_the_full_stop(format: str) -> None:
    text = "Q.9 What is a lock?\n*****\nA: One at a time.\n"
    assert prompts(read(format, text)) == ["What is a lock?"] or format == "qa"
    assert read(format, text).entries[0].prompt.startswith("What is a lock?")


def test_terms_below_a_sentence_become_a_list_whole() -> None:
    (entry,) = read(
        "notes", "Q. Why?\n*****\nThere are three\nImage: a\nLayer: b\nVolume: c\n"
    ).entries
    assert entry.answer == "There are three\n\n- **Image:** a\n- **Layer:** b\n- **Volume:** c"


def test_aiken_may_have_small_letters() -> None:
    (entry,) = read("aiken", "Which port?\na) 80\nb) 443\nanswer: b\n").entries
    assert [option.is_correct for option in entry.options] == [False, True]
    assert entry.kind is Kind.SINGLE


def test_gaps_of_an_anki_text_are_asked_for() -> None:
    text = "#separator:tab\n#html:true\n#deck column:1\nlinux\tThe {{c1::kernel}} runs.\tAlways.\n"
    (entry,) = read("csv", text).entries
    assert (entry.prompt, entry.document.topic) == ("The […] runs.", "linux")
    assert entry.answer == "The **kernel** runs.\n\nAlways."


def test_category_that_is_no_topic_is_told_once() -> None:
    table = "Question,Answer,Topic\nWhy?,So.,My Notes\nHow?,Thus.,My Notes\nWho?,I.,docker/images\n"
    reading = read("csv", table)
    assert codes(reading) == [("W-TOPIC", 2)]
    assert [entry.document.topic for entry in reading.entries] == ["", "", "docker/images"]

    gift = (
        "$CATEGORY: $course$/top/My Notes\n\nWhy? {}\n\n$CATEGORY: $course$/docker\n\nHow? {=a}\n"
    )
    reading = read("gift", gift)
    assert ("W-TOPIC", 1) in codes(reading)
    assert [entry.document.topic for entry in reading.entries] == ["", "docker"]


OPEN = "".join(f"## {n}. Why {n}?\n\nBecause of {n}.\n\n" for n in range(4, 8))
BOXES = "".join(f"## {n}. Which {n}?\n\n- [x] this\n- [ ] that\n\n" for n in range(1, 4))
LETTERS = "".join(
    f"**{n}. What is {n}?**\nA) one\nB) two\n**Answer: B** because two\n\n" for n in range(1, 4)
)


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        (
            "## 1. What to check?\n- [ ] disk\n- [ ] net\n\n" + OPEN.replace("## 7. W", "W"),
            [(Format.NUMBERED, 4), (Format.CHOICE, 1)],
        ),
        (BOXES + OPEN, [(Format.NUMBERED, 7), (Format.CHOICE, 3)]),
        (BOXES + OPEN[: OPEN.index("## 5.")], [(Format.CHOICE, 3), (Format.NUMBERED, 4)]),
        (LETTERS, [(Format.CHOICE, 3), (Format.NUMBERED, 3)]),
        (LETTERS.replace("**", ""), [(Format.CHOICE, 3), (Format.LINES, 3)]),
    ],
)
def test_options_hide_no_open_questions_and_these_no_options(
    text: str, offers: list[tuple[Format, int]]
) -> None:
    assert [(each.format, each.count) for each in detect(text)] == offers
    format, reading = best_reading(text)
    assert (format, len(reading.entries)) == offers[0]


WIKI = "https://en.wikipedia.org/wiki/Fork_(system_call)"


@pytest.mark.parametrize(
    ("html", "answer", "prompt"),
    [
        (f'<a href="{WIKI}">fork</a>', f"[fork](<{WIKI}>)", f"fork ({WIKI})"),
        ('<a href="docs/x.md">docs</a>', "[docs](docs/x.md)", "docs (docs/x.md)"),
        ("<a href='my docs.md'>docs</a>", "[docs](<my docs.md>)", "docs (my docs.md)"),
        (
            '<a href="https://a.b/c"><code>x</code></a>',
            "[`x`](https://a.b/c)",
            "[`x`](https://a.b/c)",
        ),
        (
            "<a target=_blank href=https://a.b/?c=1&amp;d=2><b>an <i>x</i></b></a>",
            "[an *x*](https://a.b/?c=1&d=2)",
            "an *x* (https://a.b/?c=1&d=2)",
        ),
        ('<a href="https://a.b/c">[1]</a>', "[1] (https://a.b/c)", "[1] (https://a.b/c)"),
        ('<a href="https://a.b/c">goes on', "(https://a.b/c) goes on", "(https://a.b/c) goes on"),
        ('<a href="mailto:x@a.b">mail</a>', "[mail](mailto:x@a.b)", "mail (mailto:x@a.b)"),
    ],
)
def test_address_of_an_html_link_comes_along(html: str, answer: str, prompt: str) -> None:
    text = f"## 1. What is {html}\n\nSee {html}\n"
    (entry,) = read("numbered", text).entries
    assert entry.answer == f"See {answer}"
    assert entry.prompt == f"What is {prompt}"


@pytest.mark.parametrize("address", ["#top", "javascript:x()", "java&#115;cript:x()", "data:,x"])
def test_link_that_cannot_come_along_is_told(address: str) -> None:
    reading = read("numbered", f"## 1. Why?\n\nSee <a href='{address}'>the list</a> below.\n")
    assert reading.entries[0].answer == "See the list below."
    assert ("I-LINK", 3) in codes(reading)
