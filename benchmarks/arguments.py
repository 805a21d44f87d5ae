"""What the benchmarks may be asked for; anything else ends them at once, with status 2."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path


def at_least(least: int) -> Callable[[str], int]:
    def number(value: str) -> int:
        if not (value.isascii() and value.isdigit()) or int(value) < least:
            raise ArgumentTypeError(f"must be a number of at least {least}, not {value!r}")
        return int(value)

    return number


def numbers(least: int) -> Callable[[str], list[int]]:
    """Numbers with commas between them, each once, the smallest first."""
    number = at_least(least)
    return lambda value: sorted({number(each) for each in value.split(",")})


def file_to_write(value: str) -> Path:
    """Said before the work of minutes, not after it."""
    path = Path(value)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ArgumentTypeError(f"cannot be written: {value!r}")
    return path
