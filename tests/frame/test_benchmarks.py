"""A benchmark that was asked for nonsense says so at once, and does not measure it."""

from importlib import import_module

import pytest

NONSENSE = [
    ("practice", "--cards", "many", "'many'"),
    ("practice", "--cards", "100", "at least 5000"),
    ("practice", "--cards", "10000,", "''"),
    ("practice", "--reviews", "0", "at least 1"),
    ("dashboard", "--reviews", "-5", "at least 1"),
    ("exam", "--learners", "0", "at least 1"),
    ("search", "--questions", "3", "at least 1000"),
    *(
        (name, "--json", "no-such-folder/figures.json", "cannot be written")
        for name in ("practice", "dashboard", "exam", "search")
    ),
]


@pytest.mark.parametrize(("name", "option", "value", "said"), NONSENSE)
def test_nonsense_is_refused_before_any_work(monkeypatch, capsys, name, option, value, said):
    monkeypatch.setattr("sys.argv", [name, f"{option}={value}"])
    with pytest.raises(SystemExit) as ended:
        import_module(f"benchmarks.{name}").main()
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert option in error
    assert said in error
