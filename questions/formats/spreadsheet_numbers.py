"""Numbers of a spreadsheet as a person sees them there: dates, percentages, leading zeros."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

GENERAL = "General"
# Those that every program knows without being told; the others in the file are written out.
BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"},
    **dict.fromkeys((14, 15), "yyyy-mm-dd"),
    **{16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm"},
    **{21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0"},
    **dict.fromkeys((37, 38), "#,##0"),
    **dict.fromkeys((39, 40), "#,##0.00"),
}
LONGEST_NUMBER = 40
MOST_DECIMALS = 15
LARGEST_SHOWN = 1e15
# Words in quotes, one letter behind a backslash, colours and currencies in brackets, a pad, a fill.
LITERAL = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[(?![hms]+\])[^\]]*\]|_.|\*.', re.IGNORECASE
)
# Which numbers a section is for, if not by their sign.
CONDITION = re.compile(r"\[[<>=]")
ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
# The number as it is; letters of a date are in neither of these.
AS_IT_IS = re.compile(r"\s*(?:general|@)\s*", re.IGNORECASE)
POWER = re.compile(r"[0#?]E[+-]", re.IGNORECASE)
PLAIN = re.compile(r"([^#0?,.%]*)((?:[#?0],?)*0?)(?:\.([0#?]+))?(%?)([^#0?,.%]*)")
SECTIONS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 (of no zone)
# Its programs count a 29 February 1900 that never was.
FIRST_MARCH_1900 = 60
LAST_DAY = 2_958_466
# The sections of a format that are not the first.
NEGATIVE, ZERO = 1, 2


class Shape(NamedTuple):
    """One section of a number format: days, a clock, a time that passed, or digits."""

    has_day: bool = False
    has_clock: bool = False
    has_seconds: bool = False
    is_elapsed: bool = False
    digits: tuple[str, str, str, str, str] | None = None


def shown(number: str, code: str, *, is_1904: bool = False) -> str:
    """`code` is the number format. What it does not understand comes as the plain number."""
    try:
        value = float(number) if len(number) <= LONGEST_NUMBER else None
    except ValueError:
        value = None
    if value is None or not isfinite(value):
        return number
    shapes = _shapes(code)
    has_conditions = bool(CONDITION.search(code))
    shape = shapes[0] if has_conditions else _of_sign(value, shapes)
    if shape.is_elapsed:
        return _duration(value) or plain(value)
    if shape.has_day or shape.has_clock:
        return _moment(value, shape, is_1904=is_1904) or plain(value)
    if not shape.digits or has_conditions:
        return plain(value)
    is_said = value < 0 and shape is not shapes[0] and _says_other(shape, shapes[0])
    return _with_decimals(abs(value) if is_said else value, *shape.digits) or plain(value)


def _of_sign(value: float, shapes: list[Shape]) -> Shape:
    if value == 0 and len(shapes) > ZERO:
        return shapes[ZERO]
    return shapes[NEGATIVE] if value < 0 and len(shapes) > NEGATIVE else shapes[0]


def _says_other(shape: Shape, positive: Shape) -> bool:
    """Words, a sign or brackets around a negative number; a colour alone is not told in text."""
    return _around(shape) != _around(positive)


def _around(shape: Shape) -> tuple[str, str]:
    before, _whole, _decimals, _percent, behind = shape.digits or ("",) * 5
    return before.strip(), behind.strip()


def plain(value: float) -> str:
    """As many digits as spreadsheets keep: 0.1 + 0.2 is 0.3."""
    if value == int(value) and abs(value) < LARGEST_SHOWN:
        return str(int(value))
    return f"{value:.15g}"


@lru_cache(1_000)
def _shapes(code: str) -> list[Shape]:
    """Of its up to four sections: for what is positive, negative, zero, and text."""
    return [_shape(section) for section in SECTIONS.split(code)]


def _shape(section: str) -> Shape:
    bare = LITERAL.sub("", section)
    if not bare.strip():
        words = LITERAL.sub(_literal, section)
        return Shape(digits=(words, "", "", "", "")) if words.strip() else Shape()
    if AS_IT_IS.fullmatch(bare) or POWER.search(bare):
        return Shape()
    if ELAPSED.search(bare):
        return Shape(is_elapsed=True)
    has_clock = bool(re.search("[hs]", bare, re.IGNORECASE))
    # Beside hours or seconds “m” are minutes.
    has_day = bool(re.search("[yde]" if has_clock else "[ydem]", bare, re.IGNORECASE))
    if has_clock or has_day:
        return Shape(has_day, has_clock, has_seconds="s" in bare.lower())
    match = PLAIN.fullmatch(LITERAL.sub(_literal, section))
    if not match:
        return Shape()
    before, whole, decimals, percent, behind = match.groups(default="")
    if whole.endswith(","):  # it counts in thousands
        return Shape()
    return Shape(digits=(before, whole, decimals, percent, behind))


def _moment(value: float, shape: Shape, *, is_1904: bool) -> str:
    """As 2026-11-23 14:05, whatever the order of the format: that is no matter of the file but of
    whoever opens it."""
    if not 0 <= value < LAST_DAY:
        return ""
    if not is_1904 and value < FIRST_MARCH_1900:
        value += 1
    try:
        at = (EPOCH_1904 if is_1904 else EPOCH) + timedelta(seconds=round(value * 86_400))
    except OverflowError:
        return ""
    clock = f"{at:%H:%M:%S}" if shape.has_seconds else f"{at:%H:%M}"
    day = f"{at.year:04}-{at:%m-%d}"
    return " ".join([*[day] * shape.has_day, *[clock] * shape.has_clock])


def _duration(value: float) -> str:
    if not 0 <= value < LAST_DAY:
        return ""
    minutes, seconds = divmod(round(value * 86_400), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _with_decimals(
    value: float, before: str, whole: str, decimals: str, percent: str, behind: str
) -> str:
    """Percent, decimals, thousands and leading zeros, with what stands before and behind.

    Without a place for digits it is words alone, and so it is at nothing without a place for a 0.
    """
    if abs(value) >= LARGEST_SHOWN:
        return ""
    value = value * 100 if percent else value
    text = f"{abs(value):{',' if ',' in whole else ''}.{min(len(decimals), MOST_DECIMALS)}f}"
    whole_part, _point, part = text.partition(".")
    while len(part) > decimals.count("0") and part.endswith("0"):
        part = part[:-1]
    whole_part = whole_part.rjust(min(whole.count("0"), MOST_DECIMALS), "0")
    is_nothing = not set(text) - set("0.,")
    sign = "-" if value < 0 and not is_nothing else ""
    written = f"{whole_part}.{part}" if part else whole_part
    if not whole + decimals or (is_nothing and "0" not in whole + decimals):
        written = ""
    return f"{sign}{before}{written}{percent}{behind}".strip().translate(RESTORED)


# What stands in quotes is not to be taken for signs of the format.
HIDDEN = {ord(sign): chr(0xE000 + place) for place, sign in enumerate("#0?,.%")}
RESTORED = {ord(hidden): chr(sign) for sign, hidden in HIDDEN.items()}


def _literal(match: re.Match[str]) -> str:
    return (match[1] or match[2] or match[3] or "").translate(HIDDEN)
