"""Question lists with folded answers, as they stand in many repositories."""

from questions.formats.details import read_details
from tests.questions.reading import codes, lines_lost, prompts, read, sample

LIST = sample("details_docker.md")


def answer_to(start: str) -> str:
    found = [entry for entry in read("details", LIST).entries if entry.prompt.startswith(start)]
    assert len(found) == 1
    return found[0].answer


def test_every_summary_becomes_a_question():
    assert prompts(read("details", LIST)) == [
        "What is an image?",
        "What does `docker save` do?",
        "True or False? A container is a small virtual machine",
        "What is a digest?",
        "How are layers shared between images?",
        "What is a manifest list?",
        "A container cannot reach another one by name. What do you look at first?",
        "How do I publish a port on one address only?",
        "What is a bridge?",
        "What is overlay?",
    ]


def test_wrappers_of_bold_leave_no_trace():
    answer = "A read-only template made of layers. See `docker image ls`."
    assert answer_to("What is an image?") == answer


def test_tags_inside_code_are_text():
    assert "# summary: <details> in here is text" in answer_to("What does `docker save`")


def test_placeholders_are_no_answers():
    assert [answer_to(start) for start in ("What is a d", "How are", "What is a man")] == [""] * 3
    found = codes(read("details", LIST))
    assert [line for code, line in found if code == "W-NOANSWER"] == [31, 35, 42]


def test_indented_answer_does_not_become_code():
    answer = answer_to("How do I publish")
    assert answer.startswith("Name the address before the port:\n\n```sh\n")
    assert answer.endswith("```\n\nEverything else stays closed.")


def test_headings_in_an_answer_are_lowered_and_lists_kept():
    answer = answer_to("A container cannot")
    assert answer.startswith("- Whether both are on the same network")
    assert "\n\n### Then\n\nLook at the DNS server at **127.0.0.11**" in answer


def test_true_or_false_is_suggested_only():
    assert ("I-BOOLEAN", 25) in codes(read("details", LIST))


def test_block_that_never_ends_is_told():
    text = "<details><summary>One?</summary>1</details>\n<details><summary>Two?</summary>2\n"
    reading = read_details(text)
    assert prompts(reading) == ["One?"]
    assert ("W-UNCLOSED", 2) in codes(reading)


def test_empty_summary_is_told_with_its_lines():
    reading = read_details("<details>\n<summary> </summary>\nAn answer\n</details>\n")
    assert codes(reading) == [("E-EMPTY", 1)]
    assert "lines 1 to 4" in reading.findings[0].message


def test_no_line_is_lost():
    assert lines_lost(LIST, read("details", LIST)) == []


def test_words_beside_a_block_are_told_at_their_line():
    text = (
        "Intro <details><summary>One?</summary>1</details> trailing words\n\n"
        "- <details><summary>Two?</summary>\n2\n</details> <br>\n"
        "3. <details><summary>Three?</summary>3</details> and <details><summary>Four?</summary>4"
        "</details>\n"
    )
    reading = read_details(text)
    assert prompts(reading) == ["One?", "Two?", "Three?", "Four?"]
    found = [each for each in reading.findings if each.code == "W-OUTSIDE"]
    assert [(each.line, each.message.rpartition(": ")[2]) for each in found] == [
        (1, "Intro trailing words"),
        (6, "3. and"),
    ]


def test_text_above_the_summary_belongs_to_the_answer():
    text = "<details open>Above.\n\n<summary>One?</summary>\n\nBelow.</details>\n"
    (entry,) = read_details(text).entries
    assert (entry.prompt, entry.answer) == ("One?", "Above.\n\nBelow.")


def test_first_summary_asks_as_in_a_browser():
    text = "<details><summary>One?</summary>1\n<summary>Two?</summary>2</details>\n"
    (entry,) = read_details(text).entries
    assert (entry.prompt, entry.answer) == ("One?", "1\n**Two?**2")


def test_summary_that_never_ends_is_told():
    text = "<details><summary>One? 1</details>\n<details><summary>Two?</summary>2</details>\n"
    reading = read_details(text)
    assert (prompts(reading), codes(reading)) == (["Two?"], [("W-OUTSIDE", 1)])
