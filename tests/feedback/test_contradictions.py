"""What a contradiction is to the rules, in plain cases, and how often they are right."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.contradictions import opposes

PAIRS = Path(__file__).with_name("contradiction_pairs.csv")

REASONS = [
    ("negation", "Volumes are managed by Docker", "Volumes are not managed by Docker."),
    ("negation", "You should not share passwords", "Always share passwords."),
    ("negation", "The pod is restarted", "The pod is no longer restarted."),
    ("negation", "A with block closes the file", "A with block fails to close the file."),
    ("negation", "Threads share memory", "I don't think threads share memory."),
    ("negation", "The earth moves round the sun", "It is not true that the earth moves round the sun."),
    ("negation", "Fetching leaves out tests without changing the tree", "Fetching changes the tree."),
    ("negation", "Services select pods by labels", "Services select pods by names instead of labels."),
    ("opposite", "Data in a volume is kept", "Data in a volume is lost."),
    ("opposite", "A tuple is immutable", "A tuple is mutable."),
    ("opposite", "An index makes reads faster and writes slower", "An index makes writes faster."),
    ("opposite", "Arteries carry blood away from the heart", "Arteries carry blood to the heart."),
    ("opposite", "HTTP is stateless", "HTTP is stateful."),
    ("opposite", "The check runs before the commit", "The check runs after the commit."),
    ("opposite", "Friction slows the body down", "Friction speeds the body up."),
    ("opposite", "The current is halved", "The current is doubled."),
    ("opposite", "The stack grows downwards", "The stack grows upwards."),
    ("opposite", "Write permission lets you delete files", "Read permission lets you delete files."),
    ("number", "Insertion takes constant time", "Insertion takes linear time."),
    ("number", "A lookup takes O(1)", "A lookup takes O(n)."),
    ("negation", "HTTP keeps no state between requests", "HTTP keeps the state between requests."),
    ("number", "The default port is 80", "The default port is 8080."),
    ("number", "The default protocol is TCP", "The default protocol is UDP."),
    ("number", "A byte has eight bits", "A byte has 16 bits."),
    ("number", "Plastic B stretched the most", "Plastic A stretched the most."),
    ("swapped", "Ice is less dense than water", "Water is less dense than ice."),
    ("swapped", "A foreign key references a primary key", "A primary key references a foreign key."),
]  # fmt: skip

AGREEING = [
    ("EXPOSE only documents the port and does not publish it", "It is merely metadata, the port is not opened to the host."),
    ("Containers start faster than virtual machines", "Virtual machines are slower to start than containers."),
    ("Ice is less dense than water", "Water is denser than ice."),
    ("A router forwards packets", "A router not only forwards packets but also filters them."),
    ("A tuple is immutable", "A tuple cannot be changed."),
    ("A tuple is immutable", "A tuple is not mutable."),
    ("HTTPS uses port 443", "It is port 443, not port 80."),
    ("HTTPS uses port 443", "HTTP uses port 80 and HTTPS port 443."),
    ("A byte has 8 bits", "There are eight bits in a byte."),
    ("A table has only one clustered index", "A table cannot have more than one clustered index."),
    ("Containers share the kernel of the host", "no separate kernel, uses hosts"),
    ("A with block closes the file", "A with block never leaves the file open."),
    ("An index makes reads faster", "Without an index reads are slower."),
    ("Search only works on sorted data", "Search will not work unless the data is sorted."),
    ("A foreign key references a primary key", "A primary key is referenced by a foreign key."),
    ("Warm particles move faster", "When it is cold the particles move slower."),
    ("Volumes are managed by Docker", "Are volumes not managed by Docker?"),
    ("Volumes are managed by Docker", "The sea is not blue on rainy days."),
    ("SIGKILL cannot be caught or ignored", "A process can neither catch nor ignore SIGKILL."),
    ("EXPOSE does not publish the port", "You must still publish the port."),
]  # fmt: skip

AGREEING += [
    ("An alert fires unless the service answers", "If the service does not answer, an alert fires."),
    ("If new pods do not become ready the rollout stops", "If new pods never become ready, the rollout stops there."),
    ("It only rebuilds from the step that changed", "A step whose inputs have not changed is taken from the cache."),
    ("Running as root is not a proper fix", "Do not run as root."),
    ("Without a key you cannot enter the house", "With the key you can enter the house."),
    ("Addresses change on restart, so use names", "It may get another address under the same name after a restart."),
    ("Pack the import and the export", "I measure import and export."),
    ("Metals conduct heat and electricity well", "Metals conduct heat and electricity well because their electrons are not bound."),
    ("Pods that use more than they requested are evicted first", "Pods on the node that use more than they requested are evicted first."),
    ("A finding is not yet a proof", "A finding is not a proof."),
    ("Pods are removed when they fail", "Pods that do not pass the check are removed."),
    ("HTTP keeps no state between requests", "The server forgets everything after each HTTP request."),
    ("They have no nucleus", "The absence of a nucleus makes room."),
    ("Looking it up takes constant time", "It takes O(1) to look it up."),
    ("Friction slows the body down", "The body slows down by friction."),
]  # fmt: skip

COMPARED = "What is the difference between arteries and veins?"


@pytest.mark.parametrize(("reason", "key_point", "sentence"), REASONS)
def test_plain_contradiction_is_found(reason: str, key_point: str, sentence: str) -> None:
    assert opposes(key_point, sentence) == reason


@pytest.mark.parametrize(("key_point", "sentence"), AGREEING)
def test_agreement_is_left_alone(key_point: str, sentence: str) -> None:
    assert opposes(key_point, sentence) == ""


def test_what_is_said_of_the_other_side_is_swapped() -> None:
    said = "Veins carry blood away from the heart."
    assert opposes("Arteries carry blood away from the heart", said, question=COMPARED) == "swapped"


CONTAINERS = "How does a container differ from a virtual machine?"
KERNELS = "Containers share the host kernel; a VM has its own guest kernel on virtual hardware"


@pytest.mark.parametrize(
    ("phrase", "sentence", "reason"),
    [
        ("shared kernel", "A virtual machine shares the kernel of the host.", "swapped"),
        ("shared kernel", "A container shares the kernel of the host.", ""),
        ("no guest OS", "A container has its own guest operating system.", "negation"),
        ("no guest OS", "A VM has no guest operating system.", "swapped"),
        ("no guest OS", "A VM has its own guest operating system.", ""),
        (KERNELS, "Containers do not share the host kernel.", "negation"),
        (KERNELS, "A VM does not share the host kernel, a container does.", ""),
    ],
)
def test_short_phrase_is_about_what_its_key_point_is_about(
    phrase: str, sentence: str, reason: str
) -> None:
    assert opposes(phrase, sentence, question=CONTAINERS, point=KERNELS) == reason


def test_two_things_that_a_key_point_contrasts_are_told_apart() -> None:
    point = "A hub sends each frame to all ports; a switch only to the right one"
    assert opposes(point, "A switch sends each frame to all ports.") == "swapped"
    assert opposes(point, "A hub sends each frame to all ports.") == ""


@pytest.mark.parametrize(
    ("question", "point", "swapped"),
    [
        (
            "What are liveness and readiness probes?",
            "A failed liveness probe restarts the container",
            "A failed readiness probe restarts the container.",
        ),
        (
            "What are the requests and limits of a container?",
            "Limits are what a container cannot exceed",
            "Requests are what a container cannot exceed.",
        ),
    ],
)
def test_two_things_asked_about_at_once_are_told_apart(
    question: str, point: str, swapped: str
) -> None:
    assert opposes(point, swapped, question=question) == "swapped"
    assert opposes(point, f"{point}, I think.", question=question) == ""


def test_denying_it_of_the_other_side_agrees() -> None:
    said = "Veins do not carry blood away from the heart."
    assert opposes("Arteries carry blood away from the heart", said, question=COMPARED) == ""


def test_naming_both_sides_rightly_agrees() -> None:
    said = "Veins carry blood towards the heart, arteries away from it."
    assert opposes("Arteries carry blood away from the heart", said, question=COMPARED) == ""


def test_working_against_what_the_question_asks_for_is_opposite() -> None:
    question = "How do you make Docker images smaller?"
    said = "Multi-stage builds make the image larger."
    assert opposes("Use multi-stage builds", said, question=question) == "opposite"


@pytest.mark.parametrize(
    ("split", "precision", "recall"), [("tune", 0.95, 0.88), ("held", 0.85, 0.85)]
)
def test_rules_stay_as_good_as_measured(split: str, precision: float, recall: float) -> None:
    found = right = there = 0
    with PAIRS.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["split"] != split:
                continue
            fires = bool(opposes(row["key_point"], row["sentence"], question=row["question"]))
            found += fires
            there += row["contradicts"] == "1"
            right += fires and row["contradicts"] == "1"
    assert right / found >= precision
    assert right / there >= recall


VOCABULARY = "a not no without faster slower than TCP UDP 80 one pod pods is and , . but never"
WORDS = st.lists(
    st.sampled_from(VOCABULARY.split()),
    max_size=25,
).map(" ".join)  # fmt: skip


@given(st.one_of(st.text(max_size=200), WORDS), st.text(max_size=60))
def test_statement_never_opposes_itself(statement: str, question: str) -> None:
    assert opposes(statement, statement, question=question) == ""


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=100))
def test_any_text_is_read(key_point: str, sentence: str, question: str) -> None:
    assert opposes(key_point, sentence, question=question) in {
        "", "negation", "opposite", "number", "swapped",
    }  # fmt: skip


@given(WORDS, WORDS, WORDS)
def test_heaps_of_words_are_read(key_point: str, sentence: str, question: str) -> None:
    assert isinstance(opposes(key_point, sentence, question=question), str)


@given(st.lists(st.sampled_from(["quux", "zork", "flarn", "☃", "λ", "\u0000"]), max_size=40))
def test_trailing_nonsense_does_no_harm(extra: list[str]) -> None:
    said = " ".join(["Data in a volume is kept", *extra])
    assert opposes("Data in a volume is kept", said) == ""


@pytest.mark.parametrize(
    "piece", ["not ", "un", "a", "no more than ", "a-", "and ", "1.", "unlike a ", ", ", "is so ", "to be faster and not to be slower "]
)  # fmt: skip
def test_very_long_text_is_read_quickly(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    started_at = time.process_time()
    opposes(f"Volumes are kept {text}", f"Volumes are not kept {text} end", question=text)
    assert time.process_time() - started_at < 2
