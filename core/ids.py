"""Identifiers that tell their room, sort by time, and cannot be guessed."""

import secrets
from datetime import datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o, u to be misread."""

TIME_CHARACTERS = 10
CHANCE_CHARACTERS = 16

PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)
"""Two characters are written at once: a day of a large house takes a million ids."""


def new_id(prefix: str, *, now: datetime) -> str:
    """Return `prefix_` and 26 characters: 10 of time (milliseconds), 16 of chance (80 bits)."""
    milliseconds = int(now.timestamp() * 1000)
    return (
        f"{prefix}_{_written(milliseconds, TIME_CHARACTERS)}"
        f"{_written(secrets.randbits(5 * CHANCE_CHARACTERS), CHANCE_CHARACTERS)}"
    )


def _written(number: int, width: int) -> str:
    return "".join([PAIRS[(number >> 5 * place) & 1023] for place in range(width - 2, -1, -2)])
