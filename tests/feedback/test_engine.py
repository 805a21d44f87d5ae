"""What the engine says of answers: good ones, thin ones, pasted ones, and no answers at all."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from feedback import engine
from feedback.encoder import Encoder, ModelMissing
from feedback.findings import Feedback, Method, PointText, Status
from feedback.phrases import is_heap
from feedback.prepared import OutdatedVectors, Prepared
from tests.feedback.conftest import POINTS, QUESTION, Assess

NOTHING = {Status.NOT_FOUND}


def statuses(feedback: Feedback) -> list[Status]:
    return [finding.status for finding in feedback.findings]


def test_good_answer_covers_each_point_and_shows_where(assess: Assess) -> None:
    answer = (
        "An image is a template that is read-only. A container is an instance of an"
        " image, and it is running.\n- On top of the image layers a container adds a writable layer."
    )
    feedback = assess(answer)
    assert statuses(feedback) == [Status.COVERED] * 3
    shown = [finding.sentence.of(answer) for finding in feedback.findings if finding.sentence]
    assert shown[0] == "An image is a template that is read-only."
    assert shown[2].startswith("On top of")


def test_matched_words_are_named_with_what_they_stand_for(model: None) -> None:
    prepared = engine.prepare("What does ADD do?", [PointText("ADD fetches files from URLs")])
    answer = "Well.   With ADD you download a file straight from the web."
    (finding,) = engine.assess(prepared, answer).findings
    assert finding.status == Status.COVERED
    pairs = {(match.said.of(answer), match.meant) for match in finding.matches}
    assert {("ADD", "ADD"), ("file", "files")} <= pairs


def test_mistyped_words_are_understood(assess: Assess) -> None:
    answer = "a contaner is an runing instanse of an image"
    assert statuses(assess(answer))[1] == Status.COVERED


def test_accepted_phrasing_counts_as_the_point(assess: Assess) -> None:
    points = [PointText("Volumes outlive containers", ("nothing is lost when you run rm",))]
    feedback = assess("nothing is lost when you run rm", question="Why volumes?", points=points)
    assert statuses(feedback) == [Status.COVERED]


def test_opposite_is_to_be_checked_and_says_why(assess: Assess) -> None:
    finding = assess("An image is not a read-only template.").findings[0]
    assert (finding.status, finding.reason) == (Status.CHECK, "negation")
    assert finding.sentence is not None


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "   \n\t ",
        "no",
        "?!?",
        QUESTION,
        QUESTION.lower().rstrip("?"),
        f"{QUESTION}\n{QUESTION}",
        "for i in range(10):\n    print(i ** 2)",
        "容器共享主机内核，虚拟机不共享。",
        "Быстрая лиса прыгает через ленивую собаку",
        "الحاويات تشترك في النواة",
        "😀😀😀",
        "\x00\x01\ufffd\ud800",
        "Bananas are yellow and the summer was hot.",
        "asdf qwer zxcv uiop hjkl",
    ],
)
def test_what_is_no_answer_covers_nothing(assess: Assess, answer: str) -> None:
    assert set(statuses(assess(answer))) == NOTHING


def test_question_of_several_lines_pasted_back_covers_nothing(assess: Assess) -> None:
    question = "Look at this:\n\n```sh\ndocker ps -a\n```\nWhat is shown?"
    points = [PointText("docker ps shows containers"), PointText("-a shows stopped ones too")]
    assert set(statuses(assess(question, question=question, points=points))) == NOTHING


def test_answer_may_be_a_word_of_the_question(assess: Assess) -> None:
    question, points = "Which is faster, the stack or the heap?", [PointText("The stack")]
    assert statuses(assess("stack", question=question, points=points)) == [Status.COVERED]


@pytest.mark.parametrize(
    "answer",
    [
        "A virtual machine shares the kernel of the host."
        " A container has its own guest operating system.",
        "VMs share the kernel",
        "Containers do not share the host kernel.",
    ],
)
def test_swapped_roles_and_denied_clauses_are_to_be_checked(assess: Assess, answer: str) -> None:
    point = PointText(
        "Containers share the host kernel; a VM has its own guest kernel on virtual hardware",
        ("share the kernel", "no guest OS"),
    )
    question = "How does a container differ from a virtual machine?"
    assert statuses(assess(answer, question=question, points=[point])) == [Status.CHECK]


def test_two_things_of_a_key_point_changed_round_are_to_be_checked(assess: Assess) -> None:
    point = PointText("A tag can be moved, and only the digest identifies the exact content")
    answer = "A digest can be moved, but a tag identifies the exact content."
    feedback = assess(answer, question="How do you name images?", points=[point])
    assert statuses(feedback) == [Status.CHECK]


def test_denying_a_clause_of_a_longer_point_is_to_be_checked(assess: Assess) -> None:
    point = PointText("Gravity is a force that pulls objects together and grows with their mass")
    feedback = assess("Gravity does not pull objects", question="What is gravity?", points=[point])
    assert statuses(feedback) == [Status.CHECK]


@pytest.mark.parametrize("word", ["template", "image", "running", "layer", "container", "writable"])
def test_one_word_covers_no_statement(assess: Assess, word: str) -> None:
    assert set(statuses(assess(word))) == NOTHING


def test_random_words_cover_nothing(assess: Assess) -> None:
    words = "garden violin river quickly orange mountain sings yesterday bread soft".split()
    chance = random.Random(7)  # noqa: S311
    for _ in range(20):
        assert set(statuses(assess(" ".join(chance.choices(words, k=12))))) == NOTHING


@pytest.mark.parametrize("joint", [" ", ", ", "\t"])
def test_words_heaped_up_are_never_sure_to_cover_anything(assess: Assess, joint: str) -> None:
    words = "read-only template image running instance container thin writable layer top".split()
    assert Status.COVERED not in statuses(assess(joint.join(words)))


@pytest.mark.parametrize(
    "sentence",
    [
        "image: read-only template; container: running instance of image + thin writable layer",
        "Create a directory, write `memory.max`, `cpu.max` and `pids.max`, and put the process in.",
        "It multiplies: 50 routes times 5 status codes times 200 pods are 50,000 series for one.",
        "docker run --rm --name web --publish 80:80 nginx",
        "",
    ],
)
def test_terse_notes_and_code_are_no_heap(sentence: str) -> None:
    assert not is_heap(sentence)


@pytest.mark.parametrize("piece", ["word ", "x", "a. ", "- b\n", "```\n", "容", "why? "])
def test_twenty_thousand_characters_are_answered(assess: Assess, piece: str) -> None:
    assert len(assess((piece * 20_000)[:20_000]).findings) == len(POINTS)


def test_points_pasted_back_are_covered(assess: Assess) -> None:
    assert set(statuses(assess("\n".join(point.text for point in POINTS)))) == {Status.COVERED}


def test_point_in_another_script_is_found_by_its_characters(assess: Assess) -> None:
    points = [PointText("容器共享主机内核"), PointText("镜像是只读模板")]
    feedback = assess("镜像是只读模板", question="区别?", points=points)
    assert statuses(feedback) == [Status.NOT_FOUND, Status.COVERED]
    assert feedback.method == Method.LEXICAL


@pytest.mark.parametrize(
    ("question", "points"),
    [("", POINTS), (QUESTION, ()), ("", (PointText(""), PointText("...", ("", "the"))))],
)
def test_question_may_lack_words_or_points(
    assess: Assess, question: str, points: tuple[PointText, ...]
) -> None:
    feedback = assess("An image is a template", question=question, points=points)
    assert len(feedback.findings) == len(points)


@pytest.mark.parametrize("method", list(Method))
def test_stored_question_says_the_same(model: None, method: Method) -> None:
    answer = "Images cannot be changed. A container is started from an image."
    prepared = engine.prepare(QUESTION, POINTS, method=method)
    restored = Prepared.from_bytes(prepared.to_bytes())
    assert restored.method == method
    assert statuses(engine.assess(restored, answer)) == statuses(engine.assess(prepared, answer))


@pytest.mark.parametrize("spoil", [lambda data: b"", lambda data: data[:-1], lambda data: data[1:]])
def test_damaged_vectors_are_refused(model: None, spoil: object) -> None:
    data = engine.prepare(QUESTION, POINTS).to_bytes()
    with pytest.raises(OutdatedVectors):
        Prepared.from_bytes(spoil(data))  # type: ignore[operator]


def test_vectors_of_another_version_are_refused(
    model: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = engine.prepare(QUESTION, POINTS).to_bytes()
    monkeypatch.setattr("feedback.prepared.VERSION", "another")
    with pytest.raises(OutdatedVectors):
        Prepared.from_bytes(data)


def test_file_that_is_not_the_model_is_refused_and_words_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"not the model")
    encoder = Encoder(path=path)
    with pytest.raises(ModelMissing):
        encoder.encode(["text"])
    monkeypatch.setattr(engine, "encoder", Encoder(path=path))
    prepared = engine.prepare(QUESTION, POINTS)
    assert prepared.method == Method.LEXICAL
    assert not engine.is_available()


def test_model_that_cannot_be_run_leaves_words(
    model: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ImportError("no onnxruntime for this processor")

    stored = engine.prepare(QUESTION, POINTS)
    monkeypatch.setattr(engine, "encoder", Encoder())
    monkeypatch.setattr(Encoder, "session_of", fail)
    assert engine.assess(stored, POINTS[0].text).method == Method.LEXICAL
    assert engine.prepare(QUESTION, POINTS).method == Method.LEXICAL


def test_without_the_model_words_are_used_even_for_stored_vectors(
    model: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = engine.prepare(QUESTION, POINTS)
    monkeypatch.setattr("feedback.encoder.model_file", lambda: None)
    monkeypatch.setattr(engine, "encoder", Encoder())
    assert engine.prepare(QUESTION, POINTS).method == Method.LEXICAL
    assert engine.assess(stored, POINTS[0].text).method == Method.LEXICAL
    engine.warm()


def test_basic_matching_loads_neither_numpy_nor_the_model() -> None:
    program = (
        "import sys; from feedback import engine; from feedback.findings import *;"
        "p = engine.prepare('Why?', [PointText('images are read-only')], method=Method.LEXICAL);"
        "f = engine.assess(engine.Prepared.from_bytes(p.to_bytes()), 'images are read-only');"
        "assert f.findings[0].status == Status.COVERED;"
        "assert not {'numpy', 'onnxruntime', 'django'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603


STATUS = Path("/proc/self/status")  # what Linux says of a process, its peak of memory among it


@pytest.mark.skipif(not STATUS.exists(), reason="needs Linux")
def test_long_answers_take_little_memory() -> None:
    program = (
        "import re; from pathlib import Path; from feedback import engine;"
        "from feedback.findings import PointText;"
        "points = [PointText(f'A container adds a thin writable layer {n}') for n in range(9)];"
        "prepared = engine.prepare('What is a container?', points);"
        "[engine.assess(prepared, (piece * 20_000)[:20_000])"
        " for piece in ('the thin layer, ', 'It runs on layers. ', 'layer kernel ', '- one\\n')];"
        f"print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('{STATUS}').read_text())[1])"
    )
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)  # noqa: S603
    assert int(told.stdout) < 275_000  # a page or a command adds some 25 MB


def test_model_is_loaded_once_for_many_threads(
    model: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[int] = []
    loaded = engine.encoder.session
    encoder = Encoder()
    monkeypatch.setattr(encoder, "load", lambda: loads.append(1) or loaded)
    monkeypatch.setattr(engine, "encoder", encoder)
    prepared = engine.prepare(QUESTION, POINTS, method=Method.LEXICAL)
    told: list[list[Status]] = []

    def ask() -> None:
        prepared = engine.prepare(QUESTION, POINTS)
        told.append(statuses(engine.assess(prepared, POINTS[1].text)))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert len(told) == 6
    assert all(each == told[0] for each in told)
    assert prepared.method == Method.LEXICAL
