"""The engine's figures on the labelled pairs, and the bank's own check."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from feedback import engine
from feedback.evaluation import GOALS, WORDS, Goals, evaluate, read_pairs, some_words
from feedback.findings import Method, PointText, Status
from feedback.prepared import Prepared
from questions import bank
from questions.formats.document import Kind, QuestionDocument
from studyhub.management.commands.check_feedback import PAIRS

HELD_OUT = Path(__file__).with_name("held_out_pairs.csv")


def test_engine_reaches_its_goals(model: None) -> None:
    report = evaluate(read_pairs(PAIRS), method=Method.MODEL)
    assert report.f1 >= 0.82
    assert report.check_precision >= 0.95
    assert report.check_recall >= 0.80
    assert report.right_sentences >= 0.95


def test_engine_does_as_well_on_networks_databases_git_and_http(model: None) -> None:
    report = evaluate(read_pairs(HELD_OUT), method=Method.MODEL)
    assert report.f1 >= 0.85
    assert report.check_precision >= 0.95
    assert report.check_recall >= 0.75
    assert report.right_sentences >= 0.90


@pytest.mark.parametrize("path", [PAIRS, HELD_OUT])
def test_words_alone_reach_goals_of_their_own(path: Path) -> None:
    report = evaluate(read_pairs(path), method=Method.LEXICAL)
    goals = GOALS[Method.LEXICAL]
    assert report.f1 >= goals.f1
    assert report.check_precision >= goals.check_precision
    assert report.check_recall >= goals.check_recall


def test_figures_are_printed_and_written(
    tmp_path: Path, model: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.evaluation.times_per_answer", lambda pairs, ready: (0.001, 0.2))
    printed, file = StringIO(), tmp_path / "figures.json"
    call_command("check_feedback", method="lexical", json=file, stdout=printed)
    assert "contradictions, precision" in printed.getvalue()
    assert "1 ms of one core, 0.2 times a loop" in printed.getvalue()
    assert 0 < json.loads(file.read_text())["f1"] < 1


def test_time_is_taken_of_sentences_not_read_before() -> None:
    words = [f"word{at}" for at in range(50)]
    answers = [some_words(words, leave_out=run) for run in (3, 4, 5)]
    assert [len(answer.split()) for answer in answers] == [WORDS] * 3
    for answer in answers:
        sentences = {" ".join(answer.split()[at : at + 10]) for at in range(0, WORDS, 10)}
        others = " / ".join(each for each in answers if each != answer)
        assert not any(sentence in others for sentence in sentences)
    assert len(some_words(["one"], leave_out=3).split()) == WORDS


def test_figures_below_the_goals_fail(model: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GOALS, Method.LEXICAL, Goals(0.99, check_precision=0, check_recall=0))
    with pytest.raises(CommandError, match="Below the goals: F1"):
        call_command("check_feedback", method="lexical", stdout=StringIO())


@pytest.fixture(scope="module")
def open_questions() -> list[QuestionDocument]:
    documents = [file.document for file in bank.read_whole(bank.FOLDER)]
    found = [each for each in documents if each and each.kind == Kind.OPEN and each.key_points]
    assert found
    return found


def ready(document: QuestionDocument) -> Prepared:
    points = [PointText(point.text, point.accept) for point in document.key_points]
    return engine.prepare(document.prompt, points)


def test_bank_answers_cover_all_of_their_own_points(
    model: None, open_questions: list[QuestionDocument]
) -> None:
    for document in open_questions:
        findings = engine.assess(ready(document), document.answer).findings
        missed = [
            point.text
            for point, finding in zip(document.key_points, findings, strict=True)
            if finding.status != Status.COVERED
        ]
        assert not missed, document.slug


def test_bank_points_and_accepted_phrasings_cover_their_point(
    model: None, open_questions: list[QuestionDocument]
) -> None:
    for document in open_questions:
        prepared = ready(document)
        for place, point in enumerate(document.key_points):
            for text in (point.text, *point.accept):
                finding = engine.assess(prepared, text).findings[place]
                assert finding.status == Status.COVERED, text


def test_bank_questions_pasted_back_cover_nothing(
    model: None, open_questions: list[QuestionDocument]
) -> None:
    for document in open_questions:
        findings = engine.assess(ready(document), document.prompt).findings
        assert {finding.status for finding in findings} == {Status.NOT_FOUND}


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", PAIRS.read_text().splitlines()[0] + "\n"])
def test_file_without_pairs_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(text)
    with pytest.raises(CommandError) as refused:
        call_command("check_feedback", path, method="lexical")
    assert refused.value.returncode == 2
