"""What the house asks of a hospital's own system that owns its slots, whatever it speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class HisSlot:
    """A slot `[starts_at, ends_at)` as the other system has it; no places: it is closed.

    `name` is its own and never another slot's; `line` is where it stands in what was read.
    """

    line: int
    name: str
    clinic_id: str
    doctor_id: str | None
    starts_at: datetime
    ends_at: datetime
    places: int


@dataclass(frozen=True)
class HisBooking:
    """An appointment of ours, by the number she says at the desk, that the other system has."""

    line: int
    number: int
    slot_name: str


@dataclass(frozen=True)
class Message:
    """A step of an appointment that the other system is told of.

    The same `key` is the same step, and a higher one of an appointment came later. `patient` tells
    two appointments of one patient from those of two; who she is she says at the desk.
    """

    key: int
    event: str
    appointment: int
    slot_name: str
    starts_at: datetime
    patient: str
    happened_at: datetime
    moved_to: int | None
    moved_to_slot_name: str | None


class Adapter(Protocol):
    """A way to one hospital's own system."""

    def slots(self) -> Sequence[HisSlot]:
        """Return the slots the system gives us to book.

        Raises:
            Unreadable: something in what it sent cannot be used.
        """
        ...

    def bookings(self) -> Sequence[HisBooking]:
        """Return the appointments of ours that the system has.

        Raises:
            Unreadable: something in what it sent cannot be used.
        """
        ...

    def push(self, messages: Sequence[Message]) -> None:
        """Tell the system of steps, in their order: all of them, or it raises.

        The same step may come again; the system goes by its key.
        """
        ...
