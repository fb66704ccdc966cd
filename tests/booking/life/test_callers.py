"""A clerk finds who calls, and books her as the rules of the desk say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import SubjectKind
from accounts.rules import Actor
from booking.attendance import callers
from booking.errors import (
    NamedForOthers,
    NotYetShown,
    Overlapping,
    SlotFull,
    SlotPast,
    TooEarlyForItem,
    TooLateForItem,
)
from booking.models import AppointmentState, Care, Share
from core.clock import beijing_moment
from core.errors import NotFound
from tests import scene
from tests.booking.life.clinic_day import DAY, ClinicDay, at, clinic_day, in_share
from tests.console import wards
from tests.world import NOW

DAYS = {"since": beijing_moment(DAY), "until": beijing_moment(DAY.replace(day=30))}


def wish(day: ClinicDay, slot: int = 0, share: Share = Share.DESK, **said: object):
    asked = in_share(day.request(0, slot), share)
    by_staff = Actor(SubjectKind.STAFF, day.cast.clerk.id)
    return replace(asked, actor=by_staff, channel="desk", **said)


def books(day: ClinicDay, asked, now=NOW):
    return callers.book_for(day.session, request=asked, now=now).appointment


def offered(day: ClinicDay, now=NOW):
    left = callers.places_for_callers(day.session, clinic=day.clinic, now=now, **DAYS)
    return [(day.slots.index(one.slot), one.share) for one in left]


@pytest.mark.parametrize("share", [Share.DESK, Share.ONLINE])
def test_a_clerk_books_into_the_desks_places_and_those_of_all(busy, share):
    booked = books(busy, wish(busy, share=share))

    assert booked.state is AppointmentState.BOOKED
    assert (booked.channel, busy.taken(0, share)) == ("desk", 1)


def test_a_form_that_is_sent_twice_books_once(busy):
    first = books(busy, wish(busy))

    assert books(busy, wish(busy)) is first
    assert busy.taken(0, Share.DESK) == 1


def test_places_of_all_are_given_only_once_all_see_them(busy):
    busy.slots[0].shown_at = NOW + timedelta(days=1)
    busy.session.flush()

    with pytest.raises(NotYetShown):
        books(busy, wish(busy, share=Share.ONLINE))

    assert books(busy, wish(busy)).share is Share.DESK


@pytest.mark.parametrize("share", [Share.RETURN, Share.REFERRAL])
def test_a_share_that_is_kept_for_others_is_refused(session, cast, share):
    day = clinic_day(session, cast, shares={share: 1})

    with pytest.raises(NamedForOthers):
        books(day, wish(day, share=share))


@pytest.mark.parametrize(
    ("care", "item", "when", "refusal"),
    [
        (Care.OGTT, "ogtt", DAY.replace(month=7), TooEarlyForItem),
        (Care.ULTRASOUND, "nt", DAY.replace(day=12), TooLateForItem),
    ],
    ids=["early", "late"],
)
def test_an_item_is_booked_within_its_window(session, cast, care, item, when, refusal):
    day = clinic_day(session, cast, shares={Share.DESK: 1}, care=care, starts=[at(when, 8)])
    pregnancy = day.expecting(0)

    with pytest.raises(refusal):
        books(day, wish(day, pregnancy_id=pregnancy.id, item_key=item))


def test_without_an_item_the_clerk_knows_why(session, cast):
    when = DAY.replace(month=7, day=3)
    day = clinic_day(session, cast, shares={Share.DESK: 1}, care=Care.OGTT, starts=[at(when, 8)])
    pregnancy = day.expecting(0)

    assert books(day, wish(day, pregnancy_id=pregnancy.id)).item_key is None


def test_an_item_that_is_none_of_hers_is_not_found(busy):
    pregnancy = busy.expecting(0)

    with pytest.raises(NotFound):
        books(busy, wish(busy, pregnancy_id=pregnancy.id, item_key="nothing"))


def test_nobody_is_booked_twice_at_one_time(busy):
    books(busy, wish(busy))

    with pytest.raises(Overlapping):
        books(busy, wish(busy, key="again"))


def test_a_slot_that_has_begun_is_past(busy):
    with pytest.raises(SlotPast):
        books(busy, wish(busy), now=at(DAY, 8, 31))


def test_a_full_slot_is_refused(session, cast):
    day = clinic_day(session, cast, shares={Share.DESK: 0, Share.ONLINE: 1})
    day.books(1, 0)

    with pytest.raises(SlotFull):
        books(day, wish(day, share=Share.ONLINE))


def test_places_are_offered_from_the_desks_own_on(session, cast):
    day = clinic_day(session, cast, shares={Share.ONLINE: 1, Share.DESK: 1})
    day.slots[1].shown_at = NOW + timedelta(days=1)
    session.flush()

    assert offered(day) == [
        (0, Share.DESK), (0, Share.ONLINE), (1, Share.DESK), (2, Share.DESK), (2, Share.ONLINE),
    ]  # fmt: skip


def test_what_begins_too_soon_is_not_offered(busy):
    busy.policy(closes_before_minutes=60)

    assert {slot for slot, _ in offered(busy, now=at(DAY, 8))} == {1, 2}


def test_who_has_a_visit_or_had_one_lately_is_known(busy):
    busy.books(0, 0)
    busy.books(1, 1)
    busy.people[1].closed_at = NOW
    busy.session.flush()

    def known(now):
        found = callers.known_here(busy.session, clinic_id=busy.clinic.id, now=now)
        return [one.id for one in found]

    assert known(NOW) == [busy.people[0].id]
    assert known(NOW + callers.KNOWN_FOR + timedelta(days=3)) == []


def test_items_of_the_care_that_are_left_and_not_booked_can_be_chosen(session, cast):
    day = clinic_day(session, cast, shares={Share.DESK: 1}, care=Care.OGTT,
                     starts=[at(DAY.replace(month=8, day=25), 8)])  # fmt: skip
    pregnancy = day.expecting(0)

    def left():
        found = callers.items_left(
            session, patient=pregnancy, person=day.people[0], care=Care.OGTT, now=NOW
        )
        return [one.key for one in found]

    before = left()
    books(day, wish(day, pregnancy_id=pregnancy.id, item_key="ogtt"))

    assert (before, left()) == (["ogtt"], [])


def test_a_child_has_items_of_its_own_and_nobody_has_none(session, cast, busy):
    def left(patient, care=Care.CHILD):
        found = callers.items_left(
            session, patient=patient, person=cast.newcomer, care=care, now=NOW
        )
        return {one.care for one in found}

    child = wards.child_of(session, cast, days=30)

    assert left(child) == {"child"}
    assert left(None) == set()


@pytest.mark.parametrize("way", ["none", "going on", "lost"])
def test_a_visit_is_for_a_pregnancy_that_is_spoken_of(busy, way):
    pregnancy = None if way == "none" else busy.expecting(0)
    if way == "lost":
        scene.bereaved(busy.session, pregnancy)

    found = callers.pregnancy_for(busy.session, person=busy.people[0])

    assert (found is not None) == (way == "going on")
