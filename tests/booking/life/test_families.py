"""Several patients of one family: members, children, neighbouring times."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from booking import actions, waiting
from booking.errors import (
    TooEarlyForItem,
    TooManyMembers,
)
from booking.models import Care, Quota
from booking.queries import Booked, neighbours
from core.db import Session
from handbook.care.schedule import CURRENT_CHILD
from handbook.models import Pregnancy
from handbook.models_lives import Child, ChildState
from tests.booking.life.asking import books, hers, ogtt, outcome
from tests.booking.life.clinic_day import DAY, ClinicDay, at, clinic_day
from tests.world import NOW, Cast

OGTT_OPENS = date(2026, 8, 20)
Ask = Callable[..., Booked]


@pytest.fixture
def day(session: Session, cast: Cast) -> ClinicDay:
    """A clinic with five places a slot; person 0 is 12 weeks and 4 days pregnant."""
    return clinic_day(session, cast, places=5)


@pytest.fixture
def pregnancy(day: ClinicDay) -> Pregnancy:
    return day.expecting(0)


def child_of(day: ClinicDay, rank: int) -> Child:
    """Return one more child of person 0."""
    child = Child(
        id=f"chd_{rank}", family_id=day.people[0].family_id, hospital_id=day.cast.hospital.id,
        schedule=CURRENT_CHILD, birth_day=date(2025, 6, 1), birth_rank=rank,
        state=ChildState.LIVING, opened_at=NOW, known_at=NOW,
    )  # fmt: skip
    day.session.add(child)
    day.session.flush()
    return child


def test_one_phone_books_for_five(day: ClinicDay) -> None:
    day.policy(bookings_per_window=50)
    children = [child_of(day, rank) for rank in range(1, 7)]
    for child in children[:5]:
        books(day, hers(day, 0, key=child.id, child=child))

    with pytest.raises(TooManyMembers) as refused:
        books(day, hers(day, 1, key="sixth", child=children[5]))
    again = outcome(day, hers(day, 1, key="first again", child=children[0]))

    assert refused.value.details == {"members": 5}
    assert again is None


def test_two_children_come_at_the_same_time_and_count_as_one_booking(day: ClinicDay) -> None:
    day.policy(bookings_per_window=1)
    wishes = [
        hers(day, 0, key=child.id, child=child) for child in (child_of(day, 1), child_of(day, 2))
    ]

    booked = actions.book_together(day.session, requests=wishes, now=NOW)

    assert {one.slot.id for one in booked} == {day.slots[0].id}
    assert [one.appointment.child_id for one in booked] == ["chd_1", "chd_2"]


def test_a_child_is_booked_in_the_window_of_its_item(day: ClinicDay) -> None:
    child = child_of(day, 1)
    clinic = replace(
        clinic_day(day.session, day.cast, care=Care.CHILD, starts=[at(DAY, 16)]),
        people=day.people,
    )

    assert outcome(clinic, hers(clinic, child=child, item_key="c24")) is TooEarlyForItem
    assert outcome(clinic, hers(clinic, child=child, item_key="c12")) is None


def test_neighbouring_places_of_another_care_are_found_nearest_first(
    session: Session, day: ClinicDay
) -> None:
    clinic_day(
        session, day.cast, care=Care.CHILD, people=0,
        starts=[at(DAY, 7), at(DAY, 8, 30), at(DAY, 9), at(DAY, 10), at(DAY, 10, 30)],
    )  # fmt: skip

    near = neighbours(
        session, hospital_id=day.cast.hospital.id, slot=day.slots[0], care=Care.CHILD, now=NOW
    )

    assert [one.slot.starts_at for one in near] == [at(DAY, 9), at(DAY, 7), at(DAY, 10)]


def test_nobody_waits_for_days_outside_the_window(day: ClinicDay, pregnancy: Pregnancy) -> None:
    lab = ogtt(day, DAY)
    lab.session.execute(sa.update(Quota).values(taken=Quota.places))
    wish = lab.wish(0, pregnancy=pregnancy)

    with pytest.raises(TooEarlyForItem):
        waiting.join(day.session, wish=wish, now=NOW)
