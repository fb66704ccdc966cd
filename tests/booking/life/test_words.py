"""Everything of this life that people are shown has a Chinese name."""

from enum import StrEnum

import pytest

from booking.models import AppointmentState
from booking.models_waiting import AppealState, Excuse, HalfDay, WaitingState
from booking.proposals import WhyNot
from booking.queries_waiting import Outcome
from core.words import label, labels

NAMED: list[tuple[str, type[StrEnum]]] = [
    ("", AppointmentState), ("waiting_", WaitingState), ("half_", HalfDay),
    ("outcome_", Outcome), ("excuse_", Excuse), ("appeal_", AppealState), ("why_not_", WhyNot),
]  # fmt: skip


@pytest.mark.parametrize(("prefix", "kind"), NAMED, ids=[kind.__name__ for _, kind in NAMED])
def test_every_value_has_a_name(prefix: str, kind: type[StrEnum]) -> None:
    names = [label(f"booking.{prefix}{value}") for value in kind]

    assert len(set(names)) == len(kind)


@pytest.mark.parametrize(
    "why",
    ["asked", "moved", "offered", "hold_over", "day_over", "came_free", "closed", "over",
     "cancelled", "cancelled_by_clinic", "expired", "clinic_closed"],
)  # fmt: skip
def test_every_reason_the_room_gives_has_words(why: str) -> None:
    assert labels("booking")[f"why_{why}"]
