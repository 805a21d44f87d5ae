"""The engine's figures on the labelled pairs, and the bank's own check."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from feedback import engine
from feedback.evaluation import evaluate, read_pairs
from feedback.findings import Method, PointText, Status
from questions.management.commands.check_feedback import PAIRS


def test_engine_reaches_its_goals(model: None) -> None:
    report = evaluate(read_pairs(PAIRS), method=Method.MODEL)
    assert report.f1 >= 0.80
    assert report.check_precision >= 0.85
    assert report.check_recall >= 0.55
    assert report.right_sentences >= 0.90


def test_figures_are_printed_and_written(tmp_path: Path, model: None) -> None:
    printed, file = StringIO(), tmp_path / "figures.json"
    with pytest.raises(CommandError, match="Below the goals: F1"):
        call_command("check_feedback", method="lexical", json=file, stdout=printed)
    assert "contradictions, precision" in printed.getvalue()
    assert 0 < json.loads(file.read_text())["f1"] < 1


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", PAIRS.read_text().splitlines()[0] + "\n"])
def test_file_without_pairs_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(text)
    with pytest.raises(CommandError) as refused:
        call_command("check_feedback", path, method="lexical")
    assert refused.value.returncode == 2
