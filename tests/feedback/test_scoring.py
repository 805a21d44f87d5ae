"""One figure for an answer, and files of answers scored from the terminal."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import threading
from io import StringIO
from pathlib import Path
from statistics import correlation

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from feedback import engine
from feedback.encoder import Encoder
from feedback.evaluation import read_pairs
from feedback.findings import Method, Status
from feedback.scoring import Reference, make_reference, score

QUESTION = "What is a variable?"
REFERENCE = "A location in memory that can store a value. Its value can change while programs run."
HEADING = "id,question,reference,answer\n"


@pytest.fixture(params=[Method.MODEL, Method.LEXICAL])
def reference(request: pytest.FixtureRequest, model: None) -> Reference:
    return make_reference(QUESTION, REFERENCE, key_points=(), method=request.param)


def test_reference_itself_scores_all(reference: Reference) -> None:
    assert score(reference, REFERENCE).score == 1


@pytest.mark.parametrize("answer", ["", "?", QUESTION, "Bananas are yellow and summer was hot."])
def test_no_answer_scores_next_to_nothing(reference: Reference, answer: str) -> None:
    assert score(reference, answer).score < 0.1


def test_better_answer_scores_more(reference: Reference) -> None:
    answers = [
        "Bananas are yellow.",
        "It is in memory.",
        "A place in memory that stores a value.",
        "A place in memory that can store a value, which can change while the program runs.",
    ]
    scores = [score(reference, answer).score for answer in answers]
    assert scores == sorted(scores)
    assert scores[-1] > 0.7


def test_right_answers_in_other_words_score_above_wrong_ones(model: None) -> None:
    scores: dict[str, list[float]] = {"right": [], "wrong": []}
    with Path(__file__).with_name("answer_triples.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            reference = make_reference(
                row["question"], row["reference"], key_points=(), method=Method.MODEL
            )
            for kind, found in scores.items():
                found.append(score(reference, row[kind]).score)
    wins = [(right > wrong) for right in scores["right"] for wrong in scores["wrong"]]
    assert sum(wins) / len(wins) >= 0.78


@pytest.mark.parametrize(("method", "least"), [(Method.MODEL, 0.70), (Method.LEXICAL, 0.60)])
def test_scores_follow_the_grades_that_people_gave(
    model: None, method: Method, least: float
) -> None:
    with Path(__file__).with_name("graded_answers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    scores = []
    for row in rows:
        reference = make_reference(row["question"], row["reference"], key_points=(), method=method)
        scores.append(score(reference, row["answer"]).score)
    assert correlation(scores, [float(row["grade"]) for row in rows]) >= least


def test_quite_other_words_score_above_other_statements(model: None) -> None:
    """Pairs written to share next to no words with the reference: most are beyond the model."""
    scores: dict[bool, list[float]] = {True: [], False: []}
    for pair in read_pairs(Path(__file__).with_name("other_words_pairs.csv")):
        reference = make_reference(
            pair.question, pair.key_point, key_points=(), method=Method.MODEL
        )
        scores[pair.covered].append(score(reference, pair.sentence).score)
    wins = [(one > other) + (one == other) / 2 for one in scores[True] for other in scores[False]]
    assert sum(wins) / len(wins) >= 0.65
    assert sum(scores[False]) / len(scores[False]) < 0.1


def test_text_about_something_else_scores_nothing(model: None) -> None:
    reference = make_reference(
        "What is a multi-stage build?",
        "A Dockerfile with several FROM instructions where only the last stage ships.",
        key_points=(),
        method=Method.MODEL,
    )
    for answer in (
        "What is a multi-stage build?",
        "Bananas are yellow and grow in warm countries.",
        "asdf qwer zxcv",
        "yes",
    ):
        assert score(reference, answer).score < 0.02
    assert score(reference, "Several FROM lines, and only the final one is in the image").score > 0


def test_point_that_may_be_the_opposite_earns_nothing(model: None) -> None:
    reference = make_reference("Why?", "", key_points=["Images are read-only"], method=Method.MODEL)
    found = score(reference, "Images are not read-only")
    assert found.feedback.findings[0].status == Status.CHECK
    assert found.score == 0


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_text(encoding="utf-8"), newline="")))


@pytest.mark.parametrize("method", list(Method))
def test_file_is_scored_with_its_columns_kept(tmp_path: Path, model: None, method: str) -> None:
    points = json.dumps(["stores a value", "its value can change"]).replace('"', '""')
    source = written(
        tmp_path / "in.csv",
        "\ufeffgrade,answer,question,reference,key_points\r\n"
        f'5,"It stores a value,\nyes, ""really""",{QUESTION},A location in memory.,"{points}"\r\n'
        f"0,,{QUESTION},A location in memory.,\r\n",
    )
    target = tmp_path / "out.csv"
    call_command("score_answers", source, target, method=method, stdout=StringIO())
    first, second = rows_of(target)
    assert list(first) == [
        "grade",
        "answer",
        "question",
        "reference",
        "key_points",
        "score",
        "points",
    ]
    assert (first["grade"], first["answer"]) == ("5", 'It stores a value,\nyes, "really"')
    told = json.loads(first["points"])
    assert [sorted(point) for point in told] == [["score", "sentence", "status"]] * 2
    assert told[0]["status"] == "covered"
    assert told[0]["sentence"] in first["answer"].replace("\n", "\n")
    assert 0 < float(first["score"]) <= 1
    assert float(second["score"]) == 0
    assert len(json.loads(second["points"])) == 1


def test_file_is_scored_where_no_site_is_set_up(tmp_path: Path, model: None) -> None:
    source = written(tmp_path / "in.csv", HEADING + f"1,{QUESTION},{REFERENCE},{REFERENCE}\n")
    target = tmp_path / "out.csv"
    bare = {"PATH": os.environ["PATH"]}  # no SECRET_KEY, no database, no DEBUG
    manage = Path(__file__).parents[2] / "manage.py"
    command = [sys.executable, manage, "score_answers", source, target]
    subprocess.run(command, check=True, env=bare)  # noqa: S603
    assert float(rows_of(target)[0]["score"]) == 1


def test_heading_alone_gives_a_heading(tmp_path: Path) -> None:
    source, target = written(tmp_path / "in.csv", HEADING), tmp_path / "out.csv"
    call_command("score_answers", source, target, method="lexical", stdout=StringIO())
    assert target.read_text() == "id,question,reference,answer,score,points\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("question,answer\na,b\n", 1, "no column reference"),
        ("question,reference,answer,answer\n", 1, "same name"),
        (HEADING + "1,a,b,c\n2,a,b\n", 3, "as many cells"),
        (HEADING + "1,a,b,c,d\n", 2, "as many cells"),
        (HEADING + '1,a,b,"c\n', 2, "unexpected end"),
        ("question,reference,answer,key_points\na,b,c,[oops\n", 2, "key_points"),
        ('question,reference,answer,key_points\na,b,c,"[1, 2]"\n', 2, "list of strings"),
        (f"question,reference,answer,key_points\na,b,c,{'[' * 100_000}\n", 2, "too many brackets"),
        (HEADING + '1,a,b,"c" d\n', 2, "expected after"),
    ],
)
def test_bad_file_is_refused_with_its_line_and_nothing_is_written(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    source, target = written(tmp_path / "in.csv", text), tmp_path / "out.csv"
    target.write_text("as it was")
    with pytest.raises(CommandError, match=words) as refused:
        call_command("score_answers", source, target, method="lexical")
    assert refused.value.returncode == 2
    assert f"{source}:{line}:" in str(refused.value)
    assert target.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(HEADING.encode() + b"1,\xff\xfe,b,c\n")
    with pytest.raises(CommandError, match="not UTF-8"):
        call_command("score_answers", source, tmp_path / "out.csv", method="lexical")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file") as refused:
        call_command("score_answers", tmp_path / "in.csv", tmp_path / "out.csv", method="lexical")
    assert refused.value.returncode == 2


ROW = f"1,{QUESTION},{REFERENCE},{REFERENCE}\n"


def test_file_may_take_its_own_place_and_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = written(tmp_path / "in.csv", HEADING + ROW)
    path.chmod(0o600)
    (link := tmp_path / "link.csv").symlink_to(path)
    call_command("score_answers", path, link, method="lexical", stdout=StringIO())
    assert float(rows_of(path)[0]["score"]) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert link.is_symlink()


def test_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    source, pipe = written(tmp_path / "in.csv", HEADING + ROW), tmp_path / "pipe"
    os.mkfifo(pipe)
    told: list[str] = []
    reading = threading.Thread(target=lambda: told.append(pipe.read_text()))
    reading.start()
    call_command("score_answers", source, pipe, method="lexical", stdout=StringIO())
    reading.join(timeout=10)
    assert told[0].startswith("id,question,reference,answer,score,points\n1,")
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", [".", "nowhere/out.csv"])
def test_place_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    source = written(tmp_path / "in.csv", HEADING + ROW)
    with pytest.raises(CommandError) as refused:
        call_command("score_answers", source, tmp_path / name, method="lexical")
    assert refused.value.returncode == 2
    assert str(refused.value).startswith(f"{tmp_path / name}: ")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_mistake_in_the_last_row_is_told_before_any_is_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.scoring_files.score", lambda *_: pytest.fail("was scored"))
    source = written(tmp_path / "in.csv", HEADING + ROW + "2,a\n")
    with pytest.raises(CommandError, match="in.csv:3: "):
        call_command("score_answers", source, tmp_path / "out.csv", method="lexical")


@pytest.mark.parametrize("method", list(Method))
def test_long_and_odd_answers_are_scored_in_their_order(
    tmp_path: Path, model: None, method: Method
) -> None:
    answers = ["word " * 4_000, "x" * 20_000, "容器", "for i in range(3): print(i)", "\x00", ""]
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "question", "reference", "answer"])
        writer.writerows([at, QUESTION, REFERENCE, text] for at, text in enumerate(answers))
    call_command("score_answers", source, target, method=method, stdout=StringIO())
    rows = rows_of(target)
    assert [int(row["id"]) for row in rows] == list(range(len(answers)))
    assert [row["answer"] for row in rows] == answers
    assert all(0 <= float(row["score"]) < 0.2 for row in rows)
    assert all(len(json.loads(row["points"])) == 2 for row in rows)


@pytest.mark.parametrize("command", ["score_answers", "check_feedback"])
def test_asking_for_a_model_that_is_not_the_right_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (path := tmp_path / "model.onnx").write_bytes(b"not the model")
    monkeypatch.setattr(engine, "encoder", Encoder(path=path))
    source = written(tmp_path / "in.csv", HEADING + ROW)
    files = [source, tmp_path / "out.csv"] if command == "score_answers" else []
    with pytest.raises(
        CommandError, match=r"not the file it should be.*--method lexical"
    ) as refused:
        call_command(command, *files, method="model")
    assert refused.value.returncode == 2
    assert not (tmp_path / "out.csv").exists()


def test_words_are_used_where_nobody_asked_for_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "encoder", Encoder(path=tmp_path / "none.onnx"))
    source, target = written(tmp_path / "in.csv", HEADING + ROW), tmp_path / "out.csv"
    call_command("score_answers", source, target, stdout=StringIO())
    assert float(rows_of(target)[0]["score"]) == 1
