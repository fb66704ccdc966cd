"""What the desk sees of days to come, and what is new on a day since somebody looked."""

import pytest
import sqlalchemy as sa

from booking.attendance.queries_calendar import DayPlaces, days_between, slots_on
from booking.attendance.queries_news import Mark, News, news, read_mark
from booking.models import Share, Slot
from core.errors import NotFound
from tests.booking.life.clinic_day import DAY, EVE, ClinicDay, at, clinic_day

DESK_AND_ONLINE = {Share.ONLINE: 2, Share.DESK: 1}


@pytest.fixture
def days(session, cast):
    """Two slots on Wednesday, one of them just before midnight, and one on Thursday."""
    starts = [at(DAY, 8), at(DAY, 23, 30), at(DAY.replace(day=4), 0)]
    return clinic_day(session, cast, shares=DESK_AND_ONLINE, starts=starts)


def news_of(day: ClinicDay, since: Mark | None = None, clinic_id: str | None = None) -> News:
    return news(
        day.session, hospital_id=day.cast.hospital.id,
        clinic_ids=[clinic_id or day.clinic.id], day=DAY, since=since,
    )  # fmt: skip


def test_each_day_has_its_places_of_every_share(days):
    days.books(0, 1)

    found = days_between(days.session, clinic_ids=[days.clinic.id], first=EVE, last=DAY)

    assert found == {DAY: DayPlaces(open_slots=2, closed_slots=0, places=6, taken=1)}
    assert found[DAY].free == 5


def test_closed_slots_are_counted_apart_and_have_no_places(days):
    days.slots[0].is_closed = True
    days.session.flush()

    found = days_between(days.session, clinic_ids=[days.clinic.id], first=DAY, last=DAY)

    assert found == {DAY: DayPlaces(open_slots=1, closed_slots=1, places=3, taken=0)}


def test_days_of_several_clinics_are_added_up(days, cast):
    other = clinic_day(days.session, cast, people=0, starts=[at(DAY, 8)])

    ids = [days.clinic.id, other.clinic.id]
    found = days_between(days.session, clinic_ids=ids, first=DAY, last=DAY)

    assert found[DAY].places == 7


def test_no_clinic_has_no_days(days):
    assert days_between(days.session, clinic_ids=[], first=DAY, last=DAY) == {}


def test_the_slots_of_a_day_tell_what_is_left(days):
    days.books(0, 0)
    days.slots[1].is_closed = True
    days.session.flush()

    found = slots_on(days.session, clinic_ids=[days.clinic.id], day=DAY)

    assert [(one.slot.id, one.places, one.taken, one.free) for one in found] == [
        (days.slots[0].id, 3, 1, 2), (days.slots[1].id, 3, 0, 0),
    ]  # fmt: skip


def test_a_slot_without_places_is_shown_as_full(days):
    session = days.session
    session.add(
        Slot(
            id="slt_bare", clinic_id=days.clinic.id, starts_at=at(DAY, 9), ends_at=at(DAY, 10),
            shown_at=at(DAY, 0),
        )
    )  # fmt: skip
    session.flush()

    found = slots_on(session, clinic_ids=[days.clinic.id], day=DAY)

    assert [one.free for one in found if one.slot.id == "slt_bare"] == [0]


def test_a_day_on_which_nothing_happened_has_no_news(days):
    before = news_of(days)
    days.books(0, 2)

    after = news_of(days, before.mark)

    assert (before, after) == (News(Mark(0, 0), frozenset()), before)


def test_a_step_is_new_once(days):
    before = news_of(days)
    booked = days.books(0, 0)

    first = news_of(days, before.mark)
    second = news_of(days, first.mark)

    assert first.appointment_ids == {booked.id}
    assert (second.mark, second.appointment_ids) == (first.mark, frozenset())


def test_what_is_moved_away_is_news_too(days):
    booked = days.books(0, 0)
    before = news_of(days)

    days.moves(booked, 2)

    assert news_of(days, before.mark).appointment_ids == {booked.id}


def test_a_step_that_was_numbered_earlier_but_written_later_changes_the_mark(days):
    days.books(0, 0)
    seen = news_of(days).mark

    late = Mark(seen.steps - 1, seen.last)

    assert news_of(days, late).mark != late


def test_another_hospital_hears_nothing(days):
    days.books(0, 0)

    found = news(
        days.session, hospital_id=days.cast.other_hospital.id, clinic_ids=[days.clinic.id],
        day=DAY,
    )  # fmt: skip

    assert found.mark == Mark(0, 0)


def test_a_mark_is_read_as_it_is_written():
    assert read_mark(str(Mark(12, 3456))) == Mark(12, 3456)


@pytest.mark.parametrize("text", ["", "12", "12-", "a-b", "-1-2", "1-2-3", "１-２"])
def test_what_is_no_mark_is_not_found(text):
    with pytest.raises(NotFound):
        read_mark(text)


def test_asking_for_news_rides_on_indexes(days):
    asked = []

    def keep(connection, cursor, statement, parameters, context, executemany):
        asked.append((statement, parameters))

    connection = days.session.connection()
    sa.event.listen(connection, "before_cursor_execute", keep)
    news_of(days, Mark(1, 1))
    sa.event.remove(connection, "before_cursor_execute", keep)
    connection.exec_driver_sql("set local enable_seqscan = off")

    (statement, parameters) = asked[0]
    plan = connection.exec_driver_sql(f"explain {statement}", parameters).scalars().all()

    assert len(asked) == 1
    assert "Seq Scan" not in "\n".join(plan)
