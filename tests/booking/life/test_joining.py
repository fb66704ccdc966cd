"""Joining the waiting list, what she sees of it, and what its log answers."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking import waiting
from booking.errors import (
    AlreadyWaiting,
    NothingToWaitFor,
    OnlineClosed,
    PlaceFree,
)
from booking.models import Appointment
from booking.models_waiting import (
    AppealState,
    MissedVisit,
)
from booking.queries_waiting import Outcome, queue_of_clinic, waiting_of, why_not_me
from core.errors import NotFound
from handbook.models import Pregnancy
from handbook.risk.colours import Colour
from tests.booking.life.clinic_day import DAY, ClinicDay, by
from tests.world import NOW

SOON = timedelta(seconds=1)


def test_nobody_waits_where_a_place_is_free(day: ClinicDay) -> None:
    with pytest.raises(PlaceFree) as refused:
        day.waits(0)

    assert refused.value.details == {
        "slot_id": day.slots[0].id, "said": "6月3日 周三 08:30-09:00"
    }  # fmt: skip


def test_nobody_waits_for_what_is_not_shown(full: ClinicDay) -> None:
    far = full.wish(0, from_day=DAY + timedelta(days=30), to_day=DAY + timedelta(days=31))

    with pytest.raises(NothingToWaitFor):
        waiting.join(full.session, wish=far, now=NOW)


def test_a_patient_waits_once_for_a_clinic(full: ClinicDay) -> None:
    entry = full.waits(0)
    again = full.waits(0)

    with pytest.raises(AlreadyWaiting) as refused:
        waiting.join(full.session, wish=full.wish(0, key="another"), now=NOW)
    assert again.id == entry.id
    assert refused.value.details == {"waiting_id": entry.id}


def test_who_is_closed_on_line_does_not_wait_either(full: ClinicDay) -> None:
    rows = full.session.scalars(sa.select(Appointment)).all()
    full.session.add_all(
        MissedVisit(
            appointment_id=one.id, hospital_id=one.hospital_id, person_id=one.person_id,
            missed_at=NOW - timedelta(days=1), counts=True, appeal=AppealState.NONE,
        )
        for one in rows
    )  # fmt: skip

    with pytest.raises(OnlineClosed):
        full.waits(4)


@pytest.mark.parametrize("whose", ["another hospital's", "closed"])
def test_a_clinic_that_is_not_for_her_is_not_found(full: ClinicDay, whose: str) -> None:
    full.clinic.is_open = whose != "closed"
    full.clinic.hospital_id = {
        "closed": full.cast.hospital.id, "another hospital's": full.cast.other_hospital.id
    }[whose]  # fmt: skip

    with pytest.raises(NotFound):
        full.waits(0)


def test_somebody_elses_entry_is_not_found(full: ClinicDay) -> None:
    entry = full.waits(0)

    with pytest.raises(NotFound):
        waiting.leave(full.session, person_id=full.people[1].id, waiting_id=entry.id, by=by())


def test_she_sees_what_she_waits_for_and_what_is_offered(
    full: ClinicDay, hers: Appointment
) -> None:
    entry = full.waits(0)
    [before] = waiting_of(full.session, person_id=entry.person_id)
    full.cancels(hers)

    [after] = waiting_of(full.session, person_id=entry.person_id)

    assert (before.entry.id, before.clinic.id, before.offer) == (entry.id, full.clinic.id, None)
    assert (after.offer, after.slot) == (full.offer_of(entry), full.slots[0])


def test_staff_see_the_list_in_the_order_of_being_served(
    full: ClinicDay, pregnancy: Pregnancy
) -> None:
    full.coloured(pregnancy, Colour.YELLOW)
    green, yellow = full.waits(0), full.waits(1, NOW + SOON, pregnancy=pregnancy)

    listed = queue_of_clinic(
        full.session, hospital_id=full.cast.hospital.id, clinic_id=full.clinic.id
    )
    elsewhere = queue_of_clinic(
        full.session, hospital_id=full.cast.other_hospital.id, clinic_id=full.clinic.id
    )

    assert [one.entry.id for one in listed] == [yellow.id, green.id]
    assert elsewhere == []


def test_the_log_answers_why_not_me(full: ClinicDay, hers: Appointment) -> None:
    first, second = full.waits(0), full.waits(1, NOW + SOON)
    full.cancels(hers, NOW + 2 * SOON)
    full.expires(NOW + timedelta(minutes=20))

    told = {
        entry.id: [one.outcome for one in why_not_me(full.session, waiting_id=entry.id)]
        for entry in (first, second)
    }

    assert told == {
        first.id: [Outcome.HAD_IT, Outcome.OFFERED],
        second.id: [Outcome.OFFERED, Outcome.BEFORE_YOU],
    }
