"""Settings from the environment say what to mend."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from studyhub import env


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("THE_KEY_FILE", str(tmp_path / "key"))
    assert env.text("THE_KEY") == "from a file"


def test_a_missing_secret_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("THE_KEY_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match=r"THE_KEY_FILE: cannot read .*nowhere"):
        env.text("THE_KEY")


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("Yes", True), ("off", False), ("", False)]
)
def test_flags(monkeypatch, value, expected):
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", True) is expected


@pytest.mark.parametrize(
    ("read", "value", "message"),
    [
        (lambda: env.flag("SETTING", True), "maybe", "SETTING must be 1 or 0, not 'maybe'"),
        (lambda: env.number("SETTING", 1), "ten", "SETTING must be a whole number, not 'ten'"),
        (
            lambda: env.choice("SETTING", "A", ("A", "B")),
            "C",
            "SETTING must be one of A, B, not 'C'",
        ),
    ],
)
def test_a_bad_value_is_named(monkeypatch, read, value, message):
    monkeypatch.setenv("SETTING", value)
    with pytest.raises(ImproperlyConfigured, match=message):
        read()


def test_a_list_ignores_spaces_and_empty_places(monkeypatch):
    monkeypatch.setenv("HOSTS", " a.example , b.example,")
    assert env.words("HOSTS") == ["a.example", "b.example"]


def test_a_kept_secret_stays_the_same_and_is_private(tmp_path):
    first = env.kept_secret(tmp_path / "var" / "key")
    assert env.kept_secret(tmp_path / "var" / "key") == first
    assert len(first) > 40
    assert (tmp_path / "var" / "key").stat().st_mode & 0o077 == 0
