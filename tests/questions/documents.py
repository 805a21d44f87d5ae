"""Generated questions, as a person could have written them in the editor."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from questions.formats.document import (
    FollowUpText,
    KeyPointText,
    Kind,
    Level,
    OptionText,
    QuestionDocument,
    ReferenceText,
)
from questions.formats.markdown import prose_findings, tidy_prose

# A question of many parts, the same with many of them changed, and another one.
WHOLE = QuestionDocument(
    slug="layers",
    prompt="What does this print?",
    kind=Kind.OUTPUT,
    license="CC-BY-4.0",
    source="Studyhub original",
    answer="A layer is kept.",
    expected_output="one",
    key_points=(KeyPointText("It is kept read-only", 3, accept=("nobody writes to it",)),),
    hints=("What is kept?",),
    follow_ups=(FollowUpText("Why?"),),
    references=(ReferenceText("Layers", "https://docs.example.org/layers"),),
)
CHANGED = replace(
    WHOLE,
    license="MIT",
    expected_output="two",
    key_points=(KeyPointText("It is kept read-only", 1, accept=("nobody writes to it",)),),
    hints=("What is thrown away?",),
    follow_ups=(FollowUpText("Why so?"),),
    references=(ReferenceText("Layers", "https://evil.example.org/layers"),),
)
OTHER = replace(WHOLE, slug="volumes", prompt="What does that print?")

words = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"),
        exclude_characters="\ufeff\ufffe\uffff",
    ),
    min_size=1,
    max_size=12,
)
marks = st.sampled_from(
    [
        *("*", "**x**", "`a{b}`", "__init__", "~=#{}:", "<b>", "&amp;", "\\", "`", "1.", "#", "-x"),
        *("=1+1", "+x", "@x", "'", '"a, b"', "[a](b)", "->", "|", ">", "//", "::", "$CATEGORY:"),
        *("]]>", "\\n", "{{c1::x}}", "T", "TRUE", "![i](j)", "https://example.org/?a=1&b=2"),
    ]
)
texts = st.lists(words | marks, min_size=1, max_size=6).map(" ".join)
blocks = st.one_of(
    texts,
    st.builds("- {}\n- {}".format, texts, texts),
    st.builds("```sh\n{}\n\n  # {}\n```".format, texts, texts),
    st.builds("### {}\n\n{}".format, texts, texts),
    st.builds("> {}\n>\n> {}".format, texts, texts),
)
proses = (
    st.lists(blocks, max_size=3)
    .map(lambda parts: tidy_prose("\n\n".join(parts)))
    .filter(lambda text: not prose_findings(text))
)
slugs = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)


@st.composite
def documents(draw: st.DrawFn) -> QuestionDocument:
    kind = draw(st.sampled_from(Kind))
    return QuestionDocument(
        slug=draw(slugs),
        prompt=draw(texts),
        kind=kind,
        level=draw(st.none() | st.sampled_from(Level)),
        topic="/".join(draw(st.lists(slugs.filter(lambda s: s != "default"), max_size=2))),
        tags=tuple(sorted(draw(st.sets(slugs, max_size=3)))),
        context=draw(proses),
        answer=draw(proses),
        options=draw(options_of(kind)),
        steps=draw(st.lists(texts, min_size=3, max_size=4).map(tuple))
        if kind is Kind.ORDERING
        else (),
        expected_output=draw(texts | st.just("  a\n\n b\n")) if kind is Kind.OUTPUT else "",
    )


def options_of(kind: Kind) -> st.SearchStrategy[tuple[OptionText, ...]]:
    right = st.builds(OptionText, texts, st.just(True), st.just("") | texts)
    wrong = st.builds(OptionText, texts, st.just(False), st.just("") | texts)
    if kind is Kind.BOOLEAN:
        return st.builds(
            lambda is_true, why: (
                OptionText("True", is_true, why),
                OptionText("False", not is_true),
            ),
            st.booleans(),
            st.just("") | texts,
        )
    if kind is Kind.SINGLE:
        return st.builds(
            lambda one, others: (one, *others), right, st.lists(wrong, min_size=1, max_size=3)
        )
    if kind is Kind.MULTIPLE:
        return st.builds(lambda one, two, other: (one, two, other), right, right, wrong)
    return st.just(())
