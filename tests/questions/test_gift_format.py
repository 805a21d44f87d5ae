"""GIFT: every construct of it, read; what has no counterpart is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.formats.document import Kind, UnreadableFile
from questions.formats.gift import read_gift
from questions.formats.gift_grammar import escaped, unescaped
from tests.questions.reading import codes, lines_lost, prompts, read, sample

QUIZ = sample("gift_moodle.txt")


def entry_about(start: str):
    found = [entry for entry in read("gift", QUIZ).entries if entry.prompt.startswith(start)]
    assert len(found) == 1
    return found[0]


def one(text: str):
    (entry,) = read_gift(text).entries
    return entry


def test_every_question_is_found_with_its_kind():
    assert [(entry.line, entry.kind.value) for entry in read("gift", QUIZ).entries] == [
        (5, "open"),
        (10, "single"),
        (17, "multiple"),
        (23, "boolean"),
        (25, "boolean"),
        (27, "single"),
        (29, "open"),
        (31, "open"),
        (33, "open"),
        (35, "open"),
        (43, "open"),
        (49, "open"),
    ]


def test_essay_keeps_its_key_tags_topic_and_feedback():
    document = entry_about("What is the difference").document
    assert (document.slug, document.topic) == ("image-or-container", "docker/images")
    assert document.tags == ("getting-started", "images")
    assert document.answer == "An image is a template; a container is a running process."


def test_html_is_converted_and_feedback_explains_each_option():
    entry = entry_about("Which of these adds a layer")
    assert [(o.text, o.is_correct, o.because) for o in entry.options] == [
        ("`RUN`", True, "It writes files."),
        ("EXPOSE", False, "It is only documentation."),
        ("LABEL", False, ""),
    ]
    assert entry.answer == "See the reference."


def test_weights_say_which_options_are_right():
    options = entry_about("Which of these copy").options
    assert [(o.text, o.is_correct) for o in options] == [
        ("COPY", True),
        ("ADD", True),
        ("ENV", False),
    ]


def test_feedback_of_true_and_false_goes_to_its_option():
    options = entry_about("An image can be changed").options
    assert [(o.text, o.is_correct, o.because) for o in options] == [
        ("True", False, "Its digest would differ."),
        ("False", True, "Right."),
    ]


def test_escapes_are_undone():
    entry = entry_about("What prints")
    assert entry.prompt == "What prints { a = 1 }: and a ~ in #sh?"
    assert [o.text for o in entry.options] == ['echo "{ a = 1 }"', "printf ~", "cat C:\\temp"]


def test_missing_word_leaves_a_gap():
    entry = entry_about("Docker was released in")
    assert entry.prompt == "Docker was released in _____ by dotCloud."
    assert entry.answer == "- 2013\n- the year 2013"


def test_pairs_and_numbers_become_answers_and_are_told():
    assert entry_about("Match").answer.startswith("- docker ps → containers\n")
    assert entry_about("How many bytes").answer == "1024"
    told = [line for code, line in codes(read("gift", QUIZ)) if code == "W-GIFT"]
    assert told == [29, 31, 33, 35, 49]


def test_description_broken_braces_and_comments_are_told():
    found = codes(read("gift", QUIZ))
    assert ("W-DESCRIPTION", 41) in found
    assert ("E-GIFT", 45) in found
    assert ("I-COMMENT", 9) in found
    assert ("I-COMMENT", 1) not in found


def test_stem_of_two_paragraphs_is_context_and_prompt():
    entry = entry_about("Which one asks")
    assert entry.document.context == "Two paragraphs stand in this stem."


def test_category_holds_for_what_follows():
    assert entry_about("What is the default").document.topic == "docker/networks"


@pytest.mark.parametrize(
    ("text", "kind", "answer"),
    [
        ("Why? {}", Kind.OPEN, ""),
        ("Why? {=so}", Kind.OPEN, "so"),
        ("Why? {#35}", Kind.OPEN, "35"),
        ("Why?{TRUE}", Kind.BOOLEAN, ""),
        ("Why?{\n=a\n\n~b\n}", Kind.SINGLE, ""),
        ("::T::[markdown]**Why**? {=a ~b####because}", Kind.SINGLE, "because"),
    ],
)
def test_small_questions(text, kind, answer):
    entry = one(text)
    assert (entry.prompt, entry.kind, entry.answer) == ("Why?", kind, answer)


def test_option_that_is_right_in_part_is_not_right():
    text = "Where? {~%25%Here#Nearly. ~%50%There =Elsewhere ~Nowhere}"
    entry = one(text)
    assert entry.kind is Kind.SINGLE
    assert [option.is_correct for option in entry.options] == [False, False, True, False]
    assert [found.message for found in read_gift(text).findings if found.code == "W-GIFT"] == [
        "An answer is right or wrong here, so what it is worth in part was left out: 25, 50 per cent."
    ]


def test_options_that_are_right_together_are_all_right():
    entry = one("Which? {~%50%a ~%50%b ~%-100%c}")
    assert entry.kind is Kind.MULTIPLE
    assert [option.is_correct for option in entry.options] == [True, True, False]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("{#3:2}", "3 ± 2"),
        ("{#1..5}", "1 to 5"),
        ("{#=1822:0#Right. =%50%1822:2#Close.}", "- 1822: Right.\n- 1822 ± 2 (50 %): Close."),
        ("{=two#Yes. =%50%too}", "- two: Yes.\n- too (50 %)"),
        ("{two}", "two"),
    ],
)
def test_compared_answers_keep_their_worth_and_feedback(answers, said):
    assert one(f"How many? {answers}").answer == said


def test_answer_may_name_a_format_of_its_own():
    entry = one("[html]<p>Which <b>one</b>?</p>{=<p>a</p>#[html]<i>Yes</i> ~[markdown]*b*}")
    assert [option.text for option in entry.options] == ["a", "*b*"]
    assert entry.options[0].because == "*Yes*"


def test_question_of_countless_answers_is_refused_soon():
    found = read_gift("Why? {=a ~b}\n\nWhy not? {" + "~%" * 400_000 + "}").findings
    assert [(each.code, each.line) for each in found if each.code.startswith("E-")] == [
        ("E-GIFT", 3)
    ]


@given(st.text())
def test_escaping_is_undone_exactly(text):
    assert unescaped(escaped(text)) == text


@settings(max_examples=300)
@given(st.text(alphabet="{}=~#:\\\n/%[]>-a ?1TF$", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        reading = read_gift(text)
    except UnreadableFile:
        return
    assert lines_lost(text, reading) == []


def test_no_line_is_lost():
    assert lines_lost(QUIZ, read("gift", QUIZ)) == []
    assert len(prompts(read("gift", QUIZ))) == 12


@pytest.mark.parametrize(
    "braces",
    ["{some text =a ~b}", "{x = 5}", "{#3 =5}", "{1:MC:=a~b}", "{T or F: =a}", "{C# =a#b}"],
)
def test_text_before_the_first_answer_is_told_with_what_to_do(braces):
    reading = read("gift", f"What is it? {braces}\n\nWhy? {{}}\n")
    assert prompts(reading) == ["Why?"]
    (found,) = [each for each in reading.findings if each.is_error]
    assert (found.code, found.line) == ("E-GIFT", 1)
    assert "before the first" in found.message


@pytest.mark.parametrize(
    ("braces", "because"),
    [
        ("{T#wrong#right#third}", ["right#third", "wrong"]),
        ("{F#So it does in C.#Not in C# of course.}", ["So it does in C.", "Not in C# of course."]),
        ("{TRUE#}", ["", ""]),
        ("{x\\=5}", []),
    ],
)
def test_further_hash_of_a_feedback_is_text(braces, because):
    (entry,) = read("gift", f"Is it so? {braces}\n").entries
    assert [option.because for option in entry.options] == because
