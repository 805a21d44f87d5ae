"""The question file format: its round trip, its findings and its patience with hostile files."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.formats import front_matter
from questions.formats.document import (
    FollowUpText,
    KeyPointText,
    Kind,
    Level,
    MisconceptionText,
    OptionText,
    QuestionDocument,
    ReferenceText,
    Status,
)
from questions.formats.markdown import (
    InvalidQuestion,
    format_text,
    parse_question,
    prose_findings,
    publishing_gaps,
    tidy_prose,
    write_question,
)
from questions.formats.markdown_grammar import one_line

BANK = Path(__file__).parents[2] / "questions" / "fixtures" / "bank"
BANK_FILES = sorted(BANK.rglob("*.md"))


def read(text: str) -> QuestionDocument:
    document, findings = parse_question(text)
    assert findings == []
    assert document is not None
    return document


def found(text: str) -> list[tuple[str, int]]:
    return [(finding.code, finding.line) for finding in parse_question(text)[1]]


def question(*body: str, front: tuple[str, ...] = ("id: a-question",)) -> str:
    """With one line of front matter, the prompt stands on line 5 and `body` begins on line 7."""
    return "\n".join(["---", *front, "---", "", "# Why?", "", *body]) + "\n"


# The shipped bank


@pytest.mark.parametrize("path", BANK_FILES, ids=lambda path: path.stem)
def test_shipped_question_is_canonical_and_complete(path):
    text = path.read_bytes().decode()
    document = read(text)
    assert write_question(document) == text
    assert path.relative_to(BANK) == Path(document.topic) / f"{document.slug}.md"
    if document.status == Status.PUBLISHED:
        assert publishing_gaps(document) == []


def test_every_part_of_a_file_is_read():
    text = (BANK / "docker/dockerfile-builds/docker-add-vs-copy.md").read_text()
    document = read(text)
    assert document.kind == Kind.OPEN
    assert document.level == Level.JUNIOR
    assert document.tags == ("build", "dockerfile")
    assert document.speak_seconds == 75
    assert document.reviewed_on
    assert f"\nreviewed: {document.reviewed_on}\n" in text
    assert document.answer.startswith("Both put files into the **image** being built")
    assert document.key_points[0] == KeyPointText(
        "Both copy local files from the build context into the image",
        weight=3,
        accept=("both work with local files",),
    )
    assert document.misconceptions[1].why.startswith("The builder fetches the URL itself")
    assert document.hints[1] == "What happens to app.tar.gz in each case?"
    assert document.follow_ups[0].prompt.startswith("You write `COPY ../shared")
    assert document.references[0].url == "https://docs.docker.com/reference/dockerfile/#add"


def test_expected_output_is_read_without_its_fence():
    document = read((BANK / "docker/dockerfile-builds/docker-entrypoint-output.md").read_text())
    assert document.expected_output == "hello world"
    assert document.context.count("```") == 2


# The round trip, on questions nobody would write

AWKWARD = [
    "plain words", "a: b", "ends with:", "# no heading", "C #", "a #b", "## Hints", "- [x] no",
    "[2] two", "accept: this", "1. one", "```", "~~~", "---", "...", "'single'", 'say "hi"', "\\",
    "{a, b}", "no", "1.10", "2026-01-01", "null", "*", "&a", "!x", "@", "% 5", "| x", ">", "?", "-",
    "a\u2028b", "a\u00a0b", "\ufeffx", "naïve", "日本語", "🐳", "x](y", "<b>", "tab\tinside", "`#`",
]  # fmt: skip
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"))
lines = st.sampled_from(AWKWARD) | st.text(CHARACTERS, max_size=30)
texts = lines.map(one_line).filter(bool)
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
few_texts = st.lists(texts, max_size=3).map(tuple)
different_texts = st.lists(texts, max_size=3, unique=True).map(tuple)

blocks = st.one_of(
    lines,
    st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=40),
    st.builds("{} {}".format, st.sampled_from(["###", "####", "  ###"]), lines),
    st.builds("- {}\n  - {}\n    ## indented".format, lines, lines),
    st.builds("```{}\n{}\n# not a heading\n## Key points\n  \n```".format, slugs, lines),
    st.builds("~~~~\n{}\n~~~\n```\n## Answer\n~~~~".format, lines),
    st.builds("   `````\n{}\n```\n\n   ``````  ".format, lines),
)
proses = (
    st.lists(blocks, max_size=4)
    .map(lambda parts: tidy_prose("\n\n".join(parts)))
    .filter(lambda text: not prose_findings(text))
)
outputs = st.one_of(
    proses, st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t `~"))
)
extras = st.dictionaries(
    st.from_regex(front_matter.KEY, fullmatch=True).filter(
        lambda key: key not in front_matter.KEYS
    ),
    outputs | lines,
    max_size=3,
)
addresses = st.from_regex(
    r"https?://[a-z]{1,9}\.example/[a-z#()?=&%\]-]{0,12}", fullmatch=True
).filter(lambda address: "](" not in address)


@st.composite
def documents(draw):
    kind = draw(st.sampled_from(Kind))
    return QuestionDocument(
        slug=draw(slugs),
        prompt=draw(texts),
        kind=kind,
        version=draw(st.integers(1, 999)),
        level=draw(st.none() | st.sampled_from(Level)),
        topic="/".join(draw(st.lists(slugs, max_size=3))),
        tags=tuple(sorted(draw(st.sets(slugs, max_size=3)))),
        speak_seconds=draw(st.none() | st.integers(30, 300)),
        status=draw(st.sampled_from(Status)),
        reviewed_on=draw(st.none() | st.dates().map(str)),
        applies_to=draw(st.just("") | texts),
        license=draw(texts),
        source=draw(st.just("") | texts),
        authors=draw(different_texts),
        extra=draw(extras),
        context=draw(proses),
        answer=draw(proses),
        interviewer_notes=draw(proses),
        hints=draw(few_texts),
        **draw(parts_of(kind)),
        **draw(lists_of_parts()),
    )


def parts_of(kind):
    option = st.builds(OptionText, texts, because=st.just("") | texts)
    options = st.lists(option, max_size=3).map(tuple)
    correct = option.map(lambda option: replace(option, is_correct=True))
    if kind in (Kind.SINGLE, Kind.BOOLEAN):
        options = st.builds(lambda right, wrong: (*wrong, right), correct, options)
    if kind == Kind.MULTIPLE:
        options = st.builds(lambda right, wrong: (right, *wrong, right), correct, options)
    if kind in (Kind.SINGLE, Kind.BOOLEAN, Kind.MULTIPLE):
        return st.fixed_dictionaries({"options": options})
    if kind == Kind.ORDERING:
        return st.fixed_dictionaries({"steps": st.lists(texts, min_size=3, max_size=4).map(tuple)})
    if kind == Kind.OUTPUT:
        return st.fixed_dictionaries({"expected_output": outputs.filter(bool)})
    return st.just({})


def lists_of_parts():
    parts = {
        "key_points": st.builds(KeyPointText, texts, st.integers(1, 3), few_texts),
        "misconceptions": st.builds(MisconceptionText, texts, st.just("") | texts),
        "follow_ups": st.builds(
            FollowUpText,
            texts,
            expect=few_texts,
            strong=few_texts,
            weak=few_texts,
            condition=st.just("") | texts,
            next_slug=st.just("") | slugs,
        ),
        "references": st.builds(ReferenceText, texts, addresses),
    }
    return st.fixed_dictionaries(
        {name: st.lists(part, max_size=2).map(tuple) for name, part in parts.items()}
    )


@settings(max_examples=150, deadline=None)
@given(documents())
def test_written_question_is_read_back_the_same(document):
    text = write_question(document)
    assert read(text) == document
    assert format_text(text) == text


@settings(max_examples=80, deadline=None)
@given(documents(), st.randoms(use_true_random=False))
def test_formatting_an_untidy_file_keeps_its_meaning(document, random):
    canonical = write_question(document)
    untidy = made_untidy(canonical, random)
    assert read(untidy) == document
    assert format_text(untidy) == canonical


def made_untidy(text: str, random) -> str:
    """Front matter shuffled, sections shuffled, more blank lines, other line ends, a BOM."""
    lines = text.split("\n")
    end = lines.index("---", 1)
    front, body = lines[1:end], lines[end + 1 :]
    random.shuffle(front)
    sections, fence = [[]], None
    for line in body:
        if line.startswith("## ") and not fence:
            sections.append([])
        mark = line.strip().rstrip(" ")
        if fence:
            fence = None if set(mark) == {fence[0]} and len(mark) >= len(fence) else fence
        elif mark[:3] in ("```", "~~~") and not line.startswith("    "):
            run = len(mark) - len(mark.lstrip(mark[0]))
            fence = mark[:run] if mark[0] == "~" or "`" not in mark[run:] else None
        sections[-1].append(line)
    head, *rest = sections
    random.shuffle(rest)
    body = ["\n".join([*section, "", " \t"]) for section in [head, *rest]]
    untidy = "\n".join(["---  ", *front, "---\t", "", *body])
    return "\ufeff" + untidy.replace("\n", random.choice(["\n", "\r\n", "\r"]))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["---", "id: a", "kind: single", "kind: output", "x: [a]", "# Q", "## Answer", "## Hints",
             "## Options", "## Output", "## Key points", "## Follow-ups", "- [x] a", "- [ ] b  ",
             "- [2] c", "  - accept: d", "  - if: e", "* f", "1. g", "9) h", "```", "~~~ x", "   ```",
             "text  ", "", "\t", "### H"]
        )
        | lines,
        max_size=14,
    ),
    st.booleans(),
)  # fmt: skip
def test_any_file_is_either_refused_or_has_one_canonical_form(parts, has_head):
    text = "\n".join(["---", "id: a", "---", "# Q", *parts] if has_head else parts)
    document, findings = parse_question(text)
    if document is None:
        assert findings
        with pytest.raises(InvalidQuestion) as refused:
            format_text(text)
        assert refused.value.findings == findings
    else:
        canonical = format_text(text)
        assert read(canonical) == document
        assert format_text(canonical) == canonical


# Findings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("E-FRONT", 1)),
        ("# Why?\n", ("E-FRONT", 1)),
        ("---\nid: a\n# Why?\n", ("E-FRONT", 1)),
        ("---\n---\n# Why?\n", ("E-FRONT", 2)),
        ("---\n- a\n---\n# Why?\n", ("E-FRONT", 2)),
        (question(front=("id: a", "source: [a")), ("E-FRONT", 3)),
        (question(front=("id: a", "source: 'a")), ("E-FRONT", 3)),
        (question(front=("id: a", "x:", "  y: z")), ("E-FRONT", 4)),
        (question(front=("id: a", "tags: [a, [b]]")), ("E-FRONT", 3)),
        (question(front=("id: a", "source: |", "  a")), ("E-FRONT", 3)),
        (question(front=("id: a", "source: !!str a")), ("E-FRONT", 3)),
        (question(front=("id: a", "source: &x a", "license: *x")), ("E-FRONT", 3)),
        (question(front=("id: a", "...", "x: b")), ("E-FRONT", 4)),
        (question(front=("version: 1",)), ("E-KEY", 1)),
        (question(front=("version: 1", "id: Not A Slug")), ("E-KEY", 3)),
        (question(front=(f"id: {'a' * 81}",)), ("E-KEY", 2)),
        (question(front=("id: a", "version: 0")), ("E-KEY", 3)),
        (question(front=("id: a", "version: one")), ("E-KEY", 3)),
        (question(front=("id: a", "kind: essay")), ("E-KEY", 3)),
        (question(front=("id: a", "level: Junior")), ("E-KEY", 3)),
        (question(front=("id: a", "status: live")), ("E-KEY", 3)),
        (question(front=("id: a", "topic: Docker/x")), ("E-KEY", 3)),
        (question(front=("id: a", "topic: docker//x")), ("E-KEY", 3)),
        (question(front=("id: a", "tags: build")), ("E-KEY", 3)),
        (question(front=("id: a", "tags: [a, a]")), ("E-KEY", 3)),
        (question(front=("id: a", "tags: [C++]")), ("E-KEY", 3)),
        (question(front=("id: a", "speak: 1m")), ("E-KEY", 3)),
        (question(front=("id: a", "speak: 301")), ("E-KEY", 3)),
        (question(front=("id: a", f"source: {'a' * 201}")), ("E-KEY", 3)),
        (question(front=("id: a", "reviewed: 2026-02-30")), ("E-KEY", 3)),
        (question(front=("id: a", "reviewed: 20260228")), ("E-KEY", 3)),
        (question(front=("id: a", "source: [a]")), ("E-KEY", 3)),
        (question(front=("id: a", "ours: [a]")), ("E-KEY", 3)),
        (question(front=("id: a", "my key: b")), ("E-KEY", 3)),
        (question(front=("id: a", 'x: "\\0"')), ("E-KEY", 3)),
        (question(front=("id: a", "# later", "version: 1")), ("E-COMMENT", 3)),
        (question(front=("# first", "id: a")), ("E-COMMENT", 2)),
        (question(front=("id: a", "source: b # c")), ("E-COMMENT", 3)),
        (question(front=("id: a", "# last")), ("E-COMMENT", 3)),
        (question(front=("id: a", "tags: [a, # b", "  c]")), ("E-COMMENT", 3)),
        (question(front=("id: a", "id: b")), ("E-DUPLICATE", 3)),
        ("---\nid: a\n---\n", ("E-PROMPT", 4)),
        ("---\nid: a\n---\n\nText\n", ("E-PROMPT", 5)),
        ("---\nid: a\n---\n#\n", ("E-PROMPT", 4)),
        (f"---\nid: a\n---\n# {'a' * 301}\n", ("E-PROMPT", 4)),
        (question("# And why?"), ("E-PROMPT", 7)),
        (question("## Answer", "", "  # Because"), ("E-PROMPT", 9)),
        (question("## Key point", "", "- [3] a"), ("E-SECTION", 7)),
        (question("## answer"), ("E-SECTION", 7)),
        (question("##Anser"), ("E-SECTION", 7)),
        (question("   ## Notes"), ("E-SECTION", 7)),
        (question("## Answer", "a", "## Hints", "## Answer", "b"), ("E-DUPLICATE", 10)),
        (question("## Key points", "", "- Both copy"), ("E-WEIGHT", 9)),
        (question("## Key points", "", "- [4] Both copy"), ("E-WEIGHT", 9)),
        (question("## Key points", "", "- [] Both copy"), ("E-WEIGHT", 9)),
        (question("## Key points", "", "- [3]"), ("E-LIST", 9)),
        (question("## Key points", "", "Both copy"), ("E-LIST", 9)),
        (question("## Key points", "", "- [3] Both", "  copy"), ("E-LIST", 10)),
        (question("## Key points", "", "- [3] Both", "  - note: x"), ("E-LIST", 10)),
        (question("## Key points", "", "- [3] Both", "  - why: x"), ("E-LIST", 10)),
        (question("## Key points", "", "- [3] Both", "  - accept:"), ("E-LIST", 10)),
        (question("## Key points", "", "- [3] Both", "    - accept: x"), ("E-LIST", 10)),
        (question("## Key points", "", "- [3] Both", "\t- accept: x"), ("E-LIST", 10)),
        (question("## Key points", "", "  - accept: x", "- [3] Both"), ("E-LIST", 9)),
        (question("## Key points", "", "```", "- [3] Both", "```"), ("E-LIST", 9)),
        (question("## Misconceptions", "- a", "  - why: b", "  - why: c"), ("E-LIST", 10)),
        (question("## Hints", "", "- What kinds?"), ("E-LIST", 9)),
        (question("## Hints", "1. What?", "  - if: x"), ("E-LIST", 9)),
        (question("## Follow-ups", "- Why?", "  - next: Not a slug"), ("E-LIST", 9)),
        (question("## References", "- https://a.example"), ("E-LIST", 8)),
        (question("## References", "- [a](javascript:alert)"), ("E-LIST", 8)),
        (question("## References", "- [](https://a.example)"), ("E-LIST", 8)),
        (question("## Options", "- maybe", front=("id: a", "kind: single")), ("E-LIST", 9)),
        (question("## Answer", "```", "## Hints"), ("E-FENCE", 8)),
        (question("## Answer", "a" * 20_001), ("E-LENGTH", 8)),
        (question("## Hints", f"1. {'a' * 501}"), ("E-LENGTH", 8)),
        (question("## Key points", f"- [1] {'a' * 501}"), ("E-LENGTH", 8)),
        (question("## Follow-ups", "- a", f"  - if: {'a' * 201}"), ("E-LENGTH", 9)),
        (question("## References", f"- [{'a' * 201}](https://a.example)"), ("E-LENGTH", 8)),
        (question("## Answer", "a\x07b"), ("E-CHARACTER", 8)),
    ],
)
def test_mistake_is_found_at_its_line(text, expected):
    assert found(text) == [expected]


@pytest.mark.parametrize(
    ("kind", "body", "line"),
    [
        ("single", ["## Options", "- [ ] a", "- [ ] b"], 8),
        ("single", ["## Options", "- [x] a", "- [x] b"], 8),
        ("boolean", ["## Options", "- [x] True", "- [X] False"], 8),
        ("single", [], 3),
        ("multiple", ["## Options", "- [ ] a"], 8),
        ("ordering", ["## Sequence", "1. a", "2. b"], 8),
        ("output", ["## Answer", "a"], 3),
        ("output", ["## Output", "", "```", "```"], 8),
        ("open", ["## Options", "- [x] a"], 8),
        ("open", ["", "## Sequence", "1. a", "2. b", "3. c"], 9),
        ("multiple", ["## Options", "- [x] a", "## Output", "a"], 10),
    ],
)
def test_parts_that_do_not_fit_the_kind_are_found(kind, body, line):
    assert found(question(*body, front=("id: a", f"kind: {kind}"))) == [("E-KIND", line)]


@pytest.mark.parametrize(
    "body",
    [
        ["It prints:", "```", "a", "```"],
        ["```", "a", "```", "and more"],
        ["```", "a", "```", "```", "b", "```"],
        ["```", "a", "```", "", "```", "b", "```"],
    ],
)
def test_output_is_one_block(body):
    text = question("## Output", *body, front=("id: a", "kind: output"))
    assert found(text) == [("E-OUTPUT", 9)]


def test_all_mistakes_are_found_in_one_go():
    text = question("## Hint", "## Key points", "- [9] a", "- b", front=("id: A", "speak: x # y"))
    assert found(text) == [
        ("E-KEY", 2),
        ("E-COMMENT", 3),
        ("E-KEY", 3),
        ("E-SECTION", 8),
        ("E-WEIGHT", 10),
        ("E-WEIGHT", 11),
    ]


# What is kept and what is tidied


def test_front_matter_values_stay_text():
    text = question(front=("id: no", "applies_to: 1.10", "on: yes", "since: 2026-01-01"))
    document = read(text)
    assert (document.slug, document.applies_to) == ("no", "1.10")
    assert document.extra == {"on": "yes", "since": "2026-01-01"}
    assert "applies_to: 1.10\nlicense: unknown\non: yes\nsince: 2026-01-01\n" in format_text(text)


def test_quoted_hash_is_no_comment_and_stays_quoted():
    text = question(front=("id: a", "source: 'Notes #4, page # 2'", "x: a#b"))
    assert read(text).source == "Notes #4, page # 2"
    assert 'source: "Notes #4, page # 2"' in format_text(text)
    assert "x: a#b" in format_text(text)


def test_tags_are_sorted():
    text = question(front=("id: a", "tags: [b, a]"))
    assert read(text).tags == ("a", "b")
    assert "tags: [a, b]" in format_text(text)


def test_sections_inside_code_are_text():
    answer = "````md\n## Key points\n```\n# x\n~~~\n````"
    text = question("## Answer", "", answer)
    assert read(text).answer == answer


def test_trailing_blanks_go_except_in_code():
    text = question("## Answer", "a  ", "```  ", "b  ", "  ", "``` \t", "c\t")
    assert read(text).answer == "a\n```\nb  \n  \n```\nc"


def test_output_keeps_every_blank():
    text = question(
        "## Output", "  ```text", "   a  ", "", "  ```", front=("id: a", "kind: output")
    )
    assert read(text).expected_output == " a  \n"
    assert read(format_text(text)).expected_output == " a  \n"


def test_output_that_holds_a_fence_gets_a_longer_one():
    document = QuestionDocument("a", "Why?", kind=Kind.OUTPUT, expected_output="```\nx\n````")
    assert "\n`````\n```\nx\n````\n`````\n" in write_question(document)


def test_unfenced_output_is_fenced_by_formatting():
    text = question("## Output", "", "hello", front=("id: a", "kind: output"))
    assert "## Output\n\n```\nhello\n```\n" in format_text(text)


@pytest.mark.parametrize("prose", ["## Hints", "a\n# b", "```\nnever closed", "a\x00b"])
def test_prose_that_would_leave_its_section_is_not_written(prose):
    assert prose_findings(prose)
    for part in ("context", "answer", "interviewer_notes"):
        document = replace(QuestionDocument("a", "Why?"), **{part: prose})
        with pytest.raises(InvalidQuestion):
            write_question(document)


def test_address_cannot_be_taken_for_a_title():
    reference = ReferenceText("Docs [1](x)", "https://a.example/](https://b.example")
    document = QuestionDocument("a", "Why?", references=(reference,))
    assert read(write_question(document)).references == (
        ReferenceText("Docs [1](x)", "https://a.example/]%28https://b.example"),
    )


def test_text_from_a_form_is_tidied_when_written():
    document = QuestionDocument(
        "a", " Why\r\nso? ", answer="\r\na  \r\nb\r\n\r\n", hints=("one\n\ntwo",)
    )
    written = write_question(document)
    assert "# Why so?\n\n## Answer\n\na\nb\n\n## Hints\n\n1. one two\n" in written


# Hostile files


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        question("## Answer", "word " * 300_000),
        question("## References", "- [" + "](" * 90_000),
        question("## Key points", "- [" * 60_000),
        question("## Key points", " " * 190_000 + "x"),
        question("## Key points", *["-"] * 60_000),
        question("## Hints", "1" * 190_000),
        question("##" + " " * 190_000 + "x"),
        question("## Answer", "`" * 190_000),
        question("## Answer", *["~~~"] * 40_001),
        question(*["## Hints"] * 20_000),
        question("## Key points", *["  " * depth + "- a: b" for depth in range(400)]),
        question(front=("id: a", "x: " + "[" * 7_900)),
        question(front=("id: a", "x: " + "{a: " * 1_900)),
        question(front=("id: a", *[f"x{n}: " + "a" * 10 for n in range(60_000)])),
        question(front=("id: " + "a-" * 3_900,)),
        question(front=("id: a", "topic: " + "a" * 7_900 + "!")),
        question(front=("id: a", "a: &a [x, x]", *[f"{c}: &{c} [*a, *a, *a]" for c in "bcdefgh"])),
    ],
    ids=range(18),
)
def test_hostile_file_is_refused_quickly(text):
    started_at = time.process_time()
    document, findings = parse_question(text)
    assert document is None
    assert 1 <= len(findings) <= 100
    assert time.process_time() - started_at < 5
