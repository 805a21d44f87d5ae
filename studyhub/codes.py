"""Random codes that people read to each other."""

from django.utils.crypto import get_random_string

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread aloud


def readable_code(length: int) -> str:
    """Not to be guessed: about five bits a character, from the system's randomness."""
    return get_random_string(length, READABLE)
