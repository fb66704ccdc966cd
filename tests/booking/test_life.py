"""Any order of booking and cancelling keeps the invariants of the desk."""

from datetime import timedelta

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.audit import PROGRAM
from accounts.models import AuditRow, Person
from booking.actions import book, cancel
from booking.errors import AlreadyCancelled, Overlapping, SlotFull
from booking.models import Appointment, AppointmentState, Slot
from core.db import Session
from tests.make import Make
from tests.world import NOW

PEOPLE, KEYS = 2, 6
STARTS = [NOW + timedelta(days=2), NOW + timedelta(days=2, minutes=15), NOW + timedelta(days=3)]


class Desk(RuleBasedStateMachine):
    """Two people, three slots of which two overlap, one and two places."""

    session: Session
    make: Make

    def __init__(self) -> None:
        super().__init__()
        self.undo = self.session.begin_nested()
        self.slots = [
            self.make.slot(starts_at=start, places=1 + number % 2)
            for number, start in enumerate(STARTS)
        ]
        self.people: list[Person] = [self.make.cast.mother, self.make.cast.newcomer]
        self.told: dict[tuple[str, str], str] = {}
        self.cancelled: set[str] = set()

    @rule(
        person=st.integers(0, PEOPLE - 1),
        slot=st.integers(0, len(STARTS) - 1),
        key=st.integers(0, KEYS - 1),
    )
    def books(self, person: int, slot: int, key: int) -> None:
        """I5: the same key is answered the same; a refusal changes nothing (I1 to I4)."""
        who = self.people[person]
        wish = self.make.request(self.slots[slot], person=who, key=str(key))
        known = self.told.get((who.id, str(key)))
        try:
            found = book(self.session, request=wish, now=NOW).appointment.id
        except (SlotFull, Overlapping):
            assert known is None
            return
        assert known in {None, found}
        self.told[who.id, str(key)] = found

    @rule(which=st.integers(0, 50))
    def cancels(self, which: int) -> None:
        """What was told of can be cancelled, once."""
        if not self.told:
            return
        (person_id, _), appointment_id = sorted(self.told.items())[which % len(self.told)]
        try:
            cancel(
                self.session, person_id=person_id, appointment_id=appointment_id, actor=PROGRAM,
                now=NOW,
            )  # fmt: skip
        except AlreadyCancelled:
            assert appointment_id in self.cancelled
            return
        assert appointment_id not in self.cancelled
        self.cancelled.add(appointment_id)

    @invariant()
    def no_slot_holds_more_than_its_places_and_each_counter_equals_its_rows(self) -> None:
        """I1 and I2."""
        for slot in self.slots:
            self.session.refresh(slot)
            live = [one for one in self._live() if one.slot_id == slot.id]
            assert len(live) == slot.taken <= slot.places

    @invariant()
    def nobody_is_in_two_places_at_once(self) -> None:
        """I3."""
        for person in self.people:
            held = sorted(
                (one.during.lower, one.during.upper)
                for one in self._live()
                if one.person_id == person.id
            )
            assert all(one[1] <= after[0] for one, after in zip(held, held[1:], strict=False))

    @invariant()
    def whatever_was_told_is_live_or_was_cancelled_and_audited_once(self) -> None:
        """I4 and I7."""
        live = {one.id for one in self._live()}
        assert live == set(self.told.values()) - self.cancelled
        acts = self.session.execute(
            sa.select(AuditRow.act, AuditRow.subject_id).where(
                AuditRow.subject_kind == "appointment"
            )
        ).all()
        expected = [("book", one) for one in set(self.told.values())]
        expected += [("cancel", one) for one in self.cancelled]
        assert sorted(tuple(act) for act in acts) == sorted(expected)

    def teardown(self) -> None:
        """Undo everything, for the next run."""
        self.undo.rollback()

    def _live(self) -> list[Appointment]:
        live = sa.select(Appointment).where(Appointment.state == AppointmentState.BOOKED)
        return list(self.session.scalars(live))


RUNS = settings(
    max_examples=40,
    stateful_step_count=20,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.slow
def test_the_invariants_of_the_desk_hold_in_any_order(session: Session, make: Make) -> None:
    Desk.session, Desk.make = session, make

    run_state_machine_as_test(Desk, settings=RUNS)

    assert session.scalars(sa.select(Slot)).all() == []


@pytest.mark.slow
def test_control_a_place_given_back_twice_is_found(
    session: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk.session, Desk.make = session, make
    monkeypatch.setattr("booking.actions.claim", _always)

    with pytest.raises((AssertionError, sa.exc.IntegrityError)):
        run_state_machine_as_test(Desk, settings=settings(RUNS, report_multiple_bugs=False))


def _always(session: Session, statement: sa.Update) -> bool:
    """Claim as it must not be done: win whatever was found."""
    session.execute(statement, execution_options={"synchronize_session": False})
    return True
