"""What must hold of the appointment desk is proved, and counters are set right."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from accounts.models import AuditRow
from booking import check
from booking.actions import cancel, hold
from booking.check import Fault, Repaired, nightly, prove, repair
from booking.models import Appointment, Quota, Step
from booking.steps import By
from core.db import Session
from tests.make import Make
from tests.world import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def booked(make: Make) -> Appointment:
    """One appointment, booked as usual."""
    return make.appointment()


def changed(session: Session, appointment: Appointment, **values: object) -> None:
    """Change the row behind everybody's back."""
    session.execute(sa.update(Appointment).where(Appointment.id == appointment.id).values(**values))


def counted(session: Session, appointment: Appointment, **values: int) -> None:
    session.execute(sa.update(Quota).where(Quota.slot_id == appointment.slot_id).values(**values))


def test_a_usual_life_breaks_no_rule(session: Session, make: Make) -> None:
    given_up = make.appointment(starts_at=NOW + timedelta(days=3))
    held = hold(session, request=make.request(make.slot(), key="held"), now=NOW)
    cancel(session, person_id=given_up.person_id, appointment_id=given_up.id,
           by=By(PROGRAM, "asked", LATER))  # fmt: skip

    faults = prove(session)

    assert held.appointment.expires_at is not None
    assert faults == []


def a_counter_too_high(session: Session, one: Appointment) -> None:
    counted(session, one, taken=3)


def more_rows_than_places(session: Session, one: Appointment) -> None:
    counted(session, one, taken=0, places=0)


def another_time(session: Session, one: Appointment) -> None:
    moved = sa.text("tstzrange(lower(during), upper(during) + interval '1 minute')")
    changed(session, one, during=moved)


def a_step_not_written(session: Session, one: Appointment) -> None:
    changed(session, one, state="checked_in")


def no_step_at_all(session: Session, one: Appointment) -> None:
    session.execute(sa.delete(Step).where(Step.appointment_id == one.id))


def a_step_out_of_its_life(session: Session, one: Appointment) -> None:
    written(session, one, before="booked", after="seen")
    changed(session, one, state="seen")


def a_step_from_nowhere(session: Session, one: Appointment) -> None:
    written(session, one, before="checked_in", after="called")
    changed(session, one, state="called")


def written(session: Session, one: Appointment, *, before: str, after: str) -> None:
    """Write a step with its audit row, as if it had been taken."""
    session.add(
        Step(appointment_id=one.id, before=before, after=after, why="asked", idempotency_key=None,
             made_by_kind=PROGRAM.kind, made_by_id=PROGRAM.id, made_at=LATER)
    )  # fmt: skip
    session.add(
        AuditRow(hospital_id=None, actor_kind=PROGRAM.kind, actor_id=PROGRAM.id,
                 act=f"appointment_{after}", subject_kind="appointment", subject_id=one.id,
                 request="", at=LATER)
    )  # fmt: skip
    session.flush()


def no_audit_row(session: Session, one: Appointment) -> None:
    session.execute(sa.delete(AuditRow).where(AuditRow.subject_id == one.id))


def a_booked_one_that_expires(session: Session, one: Appointment) -> None:
    changed(session, one, expires_at=LATER)


@pytest.mark.parametrize(
    ("spoil", "rules"),
    [
        (a_counter_too_high, {"counter"}),
        (more_rows_than_places, {"counter", "oversold"}),
        (another_time, {"time"}),
        (a_step_not_written, {"steps"}),
        (no_step_at_all, {"steps"}),
        (a_step_out_of_its_life, {"life"}),
        (a_step_from_nowhere, {"life"}),
        (no_audit_row, {"audit"}),
        (a_booked_one_that_expires, {"hold"}),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_what_breaks_a_rule_is_found(
    session: Session,
    booked: Appointment,
    spoil: Callable[[Session, Appointment], None],
    rules: set[str],
) -> None:
    spoil(session, booked)

    assert {fault.rule for fault in prove(session)} == rules


def test_two_appointments_at_one_time_are_found(session: Session, make: Make) -> None:
    first = make.appointment()
    second = make.appointment(starts_at=NOW + timedelta(days=5))
    session.execute(
        sa.text("alter table appointment drop constraint ex_appointment_patient_during")
    )
    changed(session, second, during=first.during)

    faults = [fault for fault in prove(session) if fault.rule == "overlap"]

    assert faults == [Fault("overlap", *sorted([first.id, second.id]))]


def test_a_fault_names_the_thing_and_what_was_found(session: Session, booked: Appointment) -> None:
    a_counter_too_high(session, booked)

    assert prove(session) == [
        Fault("counter", f"{booked.slot_id} online", "taken 3, rows 1"),
    ]


@pytest.mark.parametrize("said", [0, 3], ids=["too low", "too high"])
def test_a_wrong_counter_is_set_right(session: Session, booked: Appointment, said: int) -> None:
    counted(session, booked, taken=said)

    assert repair(session, now=LATER) == [Repaired(booked.slot_id, "online", said, 1)]
    assert prove(session) == []
    assert repair(session, now=LATER) == []


def test_a_repair_is_audited(session: Session, booked: Appointment) -> None:
    counted(session, booked, taken=3)

    repair(session, now=LATER)

    row = session.scalars(sa.select(AuditRow).where(AuditRow.act == "quota_repaired")).one()
    assert (row.subject_id, row.at, row.actor_id) == (booked.slot_id, LATER, PROGRAM.id)


def test_a_counter_that_was_set_right_meanwhile_is_left_alone(
    session: Session, booked: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [Fault("counter", f"{booked.slot_id} online", "taken 3, rows 1")]
    monkeypatch.setattr(check, "_broken", lambda session, rule: iter(seen))

    assert repair(session, now=LATER) == []


def test_a_night_repairs_and_writes_down_what_remains(
    session: Session, booked: Appointment
) -> None:
    more_rows_than_places(session, booked)
    counted(session, booked, places=1)
    no_audit_row(session, booked)

    night = nightly(session, now=LATER)

    assert (night.repaired_count, night.fault_count) == (1, 1)
    assert night.repaired == [
        {"slot_id": booked.slot_id, "share": "online", "said": 0, "taken": 1},
    ]
    assert [fault["rule"] for fault in night.faults] == ["audit"]
    assert check.last_proof(session) is night


def test_before_the_first_night_there_is_no_proof(session: Session) -> None:
    assert check.last_proof(session) is None
