"""The order of a draw: days left first, then a lot that anybody can recompute; pure.

How to check a draw that was held: the SHA-256 of the published seed is the digest that was shown
before; the lot of an entry is the SHA-256 of `seed:entry`, both as text, written in hexadecimal;
entries stand by days left, those without a window last, and within the same days by their lot.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One patient's wish in a draw, without a name; `days_left` None where no window closes."""

    id: str
    days_left: int | None


def digest_of(seed: str) -> str:
    """Return what is shown of a seed before the draw."""
    return hashlib.sha256(seed.encode()).hexdigest()


def lot(seed: str, entry_id: str) -> str:
    """Return the lot of an entry: nobody knows it before the seed, anybody can compute it after."""
    return hashlib.sha256(f"{seed}:{entry_id}".encode()).hexdigest()


def ordered(entries: Iterable[Entry], *, seed: str) -> list[Entry]:
    """Return the entries in the order they are served."""
    return sorted(
        entries,
        key=lambda one: (one.days_left is None, one.days_left or 0, lot(seed, one.id)),
    )


def verify(*, seed_digest: str, seed: str, entries: Sequence[Entry]) -> bool:
    """Say whether a draw was fair: the seed is the one promised, the order the one it gives."""
    return digest_of(seed) == seed_digest and ordered(entries, seed=seed) == list(entries)
