"""What a recording is by its bytes, and which part of it a player asks for."""

from __future__ import annotations

import pytest

from interviews.audio import AudioType, ByteRange, NotSatisfiable, byte_range, sniff

EBML = b"\x1a\x45\xdf\xa3"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (EBML + b"\x9f\x42\x82\x84webm", AudioType.WEBM),
        (EBML + b"\x9f\x42\x82\x88matroska", None),
        (EBML + bytes(80) + b"webm", None),
        (b"OggS\x00\x02", AudioType.OGG),
        (b"\x00\x00\x00\x1cftypiso5", AudioType.MP4),
        (b"ftyp", None),
        (b"<html><script>alert(1)</script>", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"", None),
    ],
)
def test_a_container_is_known_by_its_first_bytes(head, found):
    assert sniff(head) == found


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-500", (90, 100)),
        ("bytes=-30", (70, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=99-99", (99, 100)),
        ("bytes=0-9, 20-29", None),
        ("seconds=0-9", None),
        ("bytes=a-b", None),
        ("", None),
    ],
)
def test_a_part_is_asked_for_as_browsers_do(header, part):
    assert byte_range(header, 100) == (part and ByteRange(*part))


@pytest.mark.parametrize(
    "header", ["bytes=100-", "bytes=500-600", "bytes=20-10", "bytes=-0", "bytes=-"]
)
def test_a_part_beyond_the_end_is_none(header):
    with pytest.raises(NotSatisfiable):
        byte_range(header, 100)
