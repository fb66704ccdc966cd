"""Which of several wordings a reminder gets, by lot, and how often each is drawn; pure.

The lot is the reminder's own name: nobody chooses who gets which words, every try of a reminder
gets the same ones, and anybody can draw it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from scheduler.policy import Learning

COMMON = ""
"""The rule's own words, where a hospital has none of its own in force."""

WHOLE = 100
Z_95 = 1.96


@dataclass(frozen=True)
class Seen:
    """What became of visits behind a wording.

    `sent` letters reached the platform; of their visits some `came`, some `missed`; `changed` were
    moved or cancelled by the family, which is an answer as well and counts as neither. The rest is
    to come, or was cancelled by the clinic.
    """

    sent: int = 0
    came: int = 0
    missed: int = 0
    changed: int = 0

    @property
    def judged(self) -> int:
        """Return how many visits say whether she came."""
        return self.came + self.missed


@dataclass(frozen=True)
class Words:
    """A hospital's own words (a row, or None: the rule's), and the lot that drew them, if any."""

    wording: Any
    lot_number: int | None

    @property
    def pieces(self) -> Mapping[str, str] | None:
        """Return the pieces that are worded otherwise than by the rule."""
        if self.wording is None:
            return None
        pieces: Mapping[str, str] = self.wording.pieces
        return pieces

    @property
    def wording_id(self) -> str | None:
        """Return the id of the wording, or None for the rule's own words."""
        return None if self.wording is None else str(self.wording.id)


def drawn(shares: Mapping[str, int], *, person_id: str, rule: str, occasion: str) -> str:
    """Return the wording a reminder gets; `shares` are percent by wording and make a hundred."""
    name = f"{rule}/{person_id}/{occasion}".encode()
    point = int.from_bytes(sha256(name).digest()[:8]) % WHOLE
    for wording_id, share in sorted(shares.items()):
        if point < share:
            return wording_id
        point -= share
    raise ValueError("shares make a hundred")


def shares_of(seen: Mapping[str, Seen], *, learning: Learning) -> dict[str, int]:
    """Return how often each wording is drawn, in percent: never less than the floor.

    As long as too little is known of any, all alike. Then what is clearly worse than the best (its
    whole interval lies below that of the best) gets the floor, and the others share the rest.
    """
    if min(one.judged for one in seen.values()) < learning.least_judged:
        return _alike(sorted(seen), WHOLE)
    intervals = {key: interval(one.came, one.judged) for key, one in seen.items()}
    best = max(low for low, _ in intervals.values())
    worse = {key: learning.floor_percent for key, (_, high) in intervals.items() if high < best}
    others = sorted(seen.keys() - worse.keys())
    return worse | _alike(others, WHOLE - sum(worse.values()))


def interval(came: int, judged: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, after Wilson (JASA 1927, 22:209-212); (0, 1) of none.

    Unlike the plain one it holds with few visits, and with shares near everybody.
    """
    if not judged:
        return 0.0, 1.0
    share, square = came / judged, Z_95**2
    middle = share + square / (2 * judged)
    spread = Z_95 * ((share * (1 - share) + square / (4 * judged)) / judged) ** 0.5
    whole = 1 + square / judged
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def _alike(wordings: list[str], percent: int) -> dict[str, int]:
    each, left = divmod(percent, len(wordings))
    return {key: each + (number < left) for number, key in enumerate(wordings)}
