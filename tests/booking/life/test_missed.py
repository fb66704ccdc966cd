"""Forgiving attendance: what counts, what takes it off again, and what is never closed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow, SubjectKind
from accounts.rules import Actor
from booking import actions
from booking.attendance import missed, sweeps, visits
from booking.errors import NotMissed, OnlineClosed
from booking.models import Appointment, Share, Slot
from booking.models_waiting import AppealState, Excuse, MissedVisit
from booking.rules import Attendance
from booking.supply.actions_supply import release_slots
from core.db import Session
from core.errors import NotFound
from handbook.risk.colours import Colour
from tests import scene
from tests.booking.life.clinic_day import DAY, HALF_HOUR, ClinicDay, at, by, clinic_day
from tests.world import NOW, Cast

AFTER = at(DAY, 0) + timedelta(days=10)
STARTS = [at(DAY + timedelta(days=number), 8) for number in range(10)]


@pytest.fixture
def days(session: Session, cast: Cast) -> ClinicDay:
    """Ten days with a slot each."""
    return clinic_day(session, cast, places=5, starts=STARTS)


def misses(day: ClinicDay, *slots: int, reminded: bool = True) -> list[Appointment]:
    """Let person 0 book these slots and come to none."""
    booked = [day.books(0, slot) for slot in slots]
    for one in booked:
        at_ = one.during.lower - timedelta(hours=14 if reminded else -1)
        missed.note_reminded(day.session, appointment_id=one.id, at=at_)
    day.session.expire_all()
    sweeps.sweep_no_shows(day.session, now=AFTER)
    return booked


def stands(day: ClinicDay, now: datetime = AFTER) -> Attendance:
    return missed.standing_of(
        day.session, person_id=day.people[0].id, hospital_id=day.cast.hospital.id, now=now
    )


def keeps(day: ClinicDay, slot: int) -> None:
    """Let person 0 come and be seen."""
    booked = day.books(0, slot)
    begins = day.slots[slot].starts_at
    day.checks_in(booked, begins)
    visits.finish(
        day.session, hospital_id=day.cast.hospital.id, appointment_id=booked.id,
        by=by("seen", begins + HALF_HOUR),
    )  # fmt: skip


def test_a_missed_visit_counts_after_a_delivered_reminder(days: ClinicDay) -> None:
    misses(days, 0)

    assert stands(days) == Attendance(1, None)


@pytest.mark.parametrize("reminded", [None, False], ids=["not reminded", "reminded too late"])
def test_without_a_reminder_in_time_it_does_not_count(
    days: ClinicDay, reminded: bool | None
) -> None:
    booked = days.books(0, 0)
    booked.reminded_at = None if reminded is None else booked.during.lower
    days.session.flush()

    swept = sweeps.sweep_no_shows(days.session, now=AFTER)

    assert (swept, stands(days)) == (1, Attendance(0, None))


def test_the_first_delivered_reminder_counts(days: ClinicDay) -> None:
    booked = days.books(0, 0)

    for hours in (20, 2):
        missed.note_reminded(
            days.session, appointment_id=booked.id, at=booked.during.lower - timedelta(hours=hours)
        )

    days.session.refresh(booked)
    assert booked.reminded_at == booked.during.lower - timedelta(hours=20)


def test_three_missed_visits_close_on_line_booking_until_a_day(days: ClinicDay) -> None:
    misses(days, 0, 1, 2)

    assert stands(days) == Attendance(3, DAY + timedelta(days=2 + 30))


def test_who_is_closed_books_nothing_on_line_but_the_desk_books_for_her(
    session: Session, days: ClinicDay
) -> None:
    misses(days, 0, 1, 2)
    release_slots(
        session, clinic_id=days.clinic.id, starts=[AFTER + timedelta(days=2)], lasts=HALF_HOUR,
        shares={Share.ONLINE: 2}, now=NOW,
    )  # fmt: skip
    later = session.scalars(sa.select(Slot).order_by(Slot.starts_at.desc())).first()
    days.slots = [later]
    hers = days.request(0, 0, "hers")
    herself = replace(hers, actor=scene.her(days.people[0]))

    with pytest.raises(OnlineClosed) as refused:
        actions.book(session, request=herself, now=AFTER)
    booked = actions.book(session, request=hers, now=AFTER)

    assert refused.value.details == {"until": "7月5日", "until_day": "2026-07-05"}
    assert booked.appointment.slot_id == later.id


@pytest.mark.parametrize("colour", [Colour.ORANGE, Colour.RED])
def test_an_urgent_woman_is_never_closed(days: ClinicDay, colour: Colour) -> None:
    misses(days, 0, 1, 2)
    pregnancy = days.expecting(0)
    days.coloured(pregnancy, colour)
    hers = replace(
        days.request(0, 9, "hers"), actor=scene.her(days.people[0]), pregnancy_id=pregnancy.id
    )

    booked = actions.book(days.session, request=hers, now=at(DAY + timedelta(days=8), 8))

    assert booked.appointment.pregnancy_id == pregnancy.id


@pytest.mark.parametrize("reason", list(Excuse))
def test_a_reason_is_accepted_with_one_tap(days: ClinicDay, reason: Excuse) -> None:
    [one, *_] = misses(days, 0, 1, 2)

    told = [
        missed.excuse(
            days.session, person_id=one.person_id, appointment_id=one.id, reason=reason, by=by()
        )
        for _ in range(2)
    ]

    assert told[0].excuse is reason
    assert stands(days) == Attendance(2, None)
    acts = sa.select(AuditRow.act).where(AuditRow.act == "missed_visit_excused")
    assert len(days.session.scalars(acts).all()) == 1


def test_visits_kept_in_a_row_clear_the_oldest_missed_one(days: ClinicDay) -> None:
    days.policy()
    first, second = misses(days, 0, 1)
    for slot in (2, 3):
        keeps(days, slot)
    before = stands(days)

    keeps(days, 4)

    cleared = {
        one.appointment_id: one.cleared_at is not None
        for one in days.session.scalars(sa.select(MissedVisit))
    }
    assert before == Attendance(2, None)
    assert cleared == {first.id: True, second.id: False}
    assert stands(days) == Attendance(1, None)


def test_visits_kept_once_clear_one_missed_visit_only(days: ClinicDay) -> None:
    misses(days, 0, 1)
    for slot in (2, 3, 4, 5):
        keeps(days, slot)

    assert stands(days) == Attendance(1, None)


def test_who_missed_nothing_is_cleared_of_nothing(days: ClinicDay) -> None:
    keeps(days, 0)

    assert missed.missed_of(
        days.session, person_id=days.people[0].id, hospital_id=days.cast.hospital.id
    ) == []  # fmt: skip


@pytest.fixture
def appealed(days: ClinicDay) -> MissedVisit:
    """The last of three missed visits, against which she appeals."""
    *_, last = misses(days, 0, 1, 2)
    return missed.appeal(
        days.session, person_id=last.person_id, appointment_id=last.id,
        words="医院临时停电，没能签到", by=by(now=AFTER),
    )  # fmt: skip


def decides(days: ClinicDay, appealed: MissedVisit, verdict: AppealState) -> MissedVisit:
    staff = Actor(SubjectKind.STAFF, days.cast.manager.id)
    return missed.decide_appeal(
        days.session, hospital_id=days.cast.hospital.id,
        appointment_id=appealed.appointment_id, verdict=verdict,
        by=by(now=AFTER, actor=staff),
    )  # fmt: skip


def test_an_appeal_is_answered_within_two_working_days(
    days: ClinicDay, appealed: MissedVisit
) -> None:
    [waiting] = missed.appeals_in(days.session, hospital_id=days.cast.hospital.id)
    elsewhere = missed.appeals_in(days.session, hospital_id=days.cast.other_hospital.id)

    # Saturday 13 June: Monday and Tuesday are the next working days.
    assert AFTER.date() == date(2026, 6, 12)
    assert waiting.answer_by_day == date(2026, 6, 16)
    assert waiting.missed.appeal_words == "医院临时停电，没能签到"
    assert elsewhere == []


@pytest.mark.parametrize(
    ("verdict", "after"),
    [
        (AppealState.UPHELD, Attendance(2, None)),
        (AppealState.DISMISSED, Attendance(3, date(2026, 7, 5))),
    ],
)
def test_an_upheld_appeal_clears_the_visit_and_a_dismissed_one_does_not(
    days: ClinicDay, appealed: MissedVisit, verdict: AppealState, after: Attendance
) -> None:
    decided = decides(days, appealed, verdict)

    assert (decided.appeal, decided.decided_by_id) == (verdict, days.cast.manager.id)
    assert stands(days) == after
    assert missed.appeals_in(days.session, hospital_id=days.cast.hospital.id) == []


def test_an_appeal_is_decided_once(days: ClinicDay, appealed: MissedVisit) -> None:
    decides(days, appealed, AppealState.DISMISSED)

    with pytest.raises(NotMissed):
        decides(days, appealed, AppealState.UPHELD)


def test_who_appeals_twice_has_appealed_once(days: ClinicDay, appealed: MissedVisit) -> None:
    again = missed.appeal(
        days.session, person_id=appealed.person_id, appointment_id=appealed.appointment_id,
        words="再说一次", by=by(),
    )  # fmt: skip

    assert again.appeal_words == "医院临时停电，没能签到"


def test_there_is_no_appeal_against_what_does_not_count(days: ClinicDay) -> None:
    [one] = misses(days, 0, reminded=False)

    with pytest.raises(NotMissed):
        missed.appeal(
            days.session, person_id=one.person_id, appointment_id=one.id, words="?", by=by()
        )


def test_nobody_speaks_for_somebody_elses_visit(days: ClinicDay) -> None:
    [one] = misses(days, 0)
    other = days.people[1].id

    with pytest.raises(NotFound):
        missed.excuse(
            days.session, person_id=other, appointment_id=one.id, reason=Excuse.IN_LABOUR, by=by()
        )
    with pytest.raises(NotFound):
        missed.decide_appeal(
            days.session, hospital_id=days.cast.other_hospital.id, appointment_id=one.id,
            verdict=AppealState.UPHELD, by=by(),
        )  # fmt: skip
