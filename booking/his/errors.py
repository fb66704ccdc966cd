"""Every no of a hospital's own system that is asked for its slots."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import BadRequest


@dataclass(frozen=True)
class Fault:
    """What is wrong in what was read: the line, and behind `his_fault_` a key of the labels."""

    line: int
    why: str


class Unreadable(BadRequest):
    """Some lines (`count`) cannot be used; nothing was taken over, not even from the others."""

    code = "booking.his_unreadable"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = sorted(faults, key=lambda one: one.line)
