"""Conflicts are settled: kept, moved or cancelled; somebody else's are not found."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from booking.errors import ConflictSettled, TooFewPlaces
from booking.models import AppointmentState, Share
from booking.supply import settling
from booking.supply.actions_weeks import Week, change_template
from booking.supply.conflicts import conflicts
from booking.supply.generation import remake
from core.errors import NotFound
from tests.booking.supply.weeks import MONDAY, MORNING, by
from tests.world import NOW

NEXT_MONDAY = date(2026, 6, 8)
ONE = replace(MORNING, shares={Share.ONLINE: 2})


@pytest.fixture
def cut(weekly):
    """Monday shrinks to 08:00–08:30 with one place, while two are booked at both times."""
    template = weekly.sits(MONDAY, sitting=ONE)[0]
    first, second = weekly.slots(day=NEXT_MONDAY)
    people = [weekly.cast.mother, weekly.cast.newcomer]
    weekly.booked(first, person=people[0])
    weekly.booked(first, person=people[1])
    weekly.booked(second, person=people[0])
    shorter = replace(ONE, to_time=time(8, 30), shares={Share.ONLINE: 1})
    change_template(
        weekly.session, hospital_id=weekly.cast.hospital.id, template_id=template.id,
        week=Week(shorter, MONDAY, date(2026, 6, 2)), by=by(weekly.cast),
    )  # fmt: skip
    return weekly


def listed(weekly):
    return conflicts(weekly.session, hospital_id=weekly.cast.hospital.id, now=NOW)


def given(weekly, conflict, key=None):
    return {
        "hospital_id": weekly.cast.hospital.id, "slot_id": conflict.slot.id,
        "by": by(weekly.cast, key),
    }  # fmt: skip


def test_both_kinds_are_listed_soonest_first(cut):
    over, closed = listed(cut)

    assert (over.kind.value, len(over.appointments), over.planned) == ("over", 2, 1)
    assert (closed.kind.value, len(closed.appointments), closed.planned) == ("closed", 1, 0)
    assert len(settling.misfits(over)) == 1


@pytest.mark.parametrize("which", [0, 1], ids=["over", "closed"])
def test_what_is_kept_is_no_conflict_any_more(cut, which):
    conflict = listed(cut)[which]

    settling.keep(cut.session, **given(cut, conflict, "keep-1"))
    settling.keep(cut.session, **given(cut, conflict, "keep-1"))
    remake(cut.session, clinic=cut.clinic, now=NOW)

    slot = next(one for one in cut.slots(day=NEXT_MONDAY) if one.id == conflict.slot.id)
    taken = len(conflict.appointments)
    assert conflict.slot.id not in {one.slot.id for one in listed(cut)}
    assert cut.places(slot) == {"online": (taken, taken)}


def test_who_does_not_fit_any_more_is_moved(cut):
    over, _ = listed(cut)
    to = cut.slots(day=date(2026, 6, 15))[0]

    moved = settling.move(cut.session, to_slot_id=to.id, **given(cut, over, "move-1"))
    again = settling.move(cut.session, to_slot_id=to.id, **given(cut, over, "move-1"))

    assert [one.appointment.person_id for one in moved] == [cut.cast.newcomer.id]
    assert again == []
    assert cut.places(over.slot) == {"online": (1, 1)}
    assert cut.places(to) == {"online": (1, 1)}


def test_everybody_moves_or_nobody(cut):
    closed = listed(cut)[1]
    to = cut.slots(day=date(2026, 6, 15))[0]
    cut.booked(to)

    with pytest.raises(TooFewPlaces):
        settling.move(cut.session, to_slot_id=to.id, **given(cut, closed))


def test_who_does_not_fit_any_more_is_cancelled(cut):
    over, closed = listed(cut)
    cancelled = settling.cancel(cut.session, **given(cut, closed, "cancel-1"))

    assert [one.state for one in cancelled] == [AppointmentState.CANCELLED_BY_CLINIC]
    assert settling.cancel(cut.session, **given(cut, closed, "cancel-1")) == []
    assert [one.slot.id for one in listed(cut)] == [over.slot.id]
    assert cut.times(NEXT_MONDAY) == ["08:00"]


def test_what_somebody_settled_is_settled(cut):
    closed = listed(cut)[1]
    settling.cancel(cut.session, **given(cut, closed))

    with pytest.raises(ConflictSettled):
        settling.cancel(cut.session, **given(cut, closed))
    with pytest.raises(ConflictSettled):
        settling.keep(cut.session, **given(cut, closed) | {"slot_id": "slt_none"})


def test_another_hospital_settles_nothing_of_ours(cut):
    closed = listed(cut)[1]

    with pytest.raises(NotFound):
        settling.keep(
            cut.session, **given(cut, closed) | {"hospital_id": cut.cast.other_hospital.id}
        )


def test_a_conflict_is_over_when_its_time_has_come(cut):
    later = NOW + timedelta(days=8)

    assert conflicts(cut.session, hospital_id=cut.cast.hospital.id, now=later) == []
