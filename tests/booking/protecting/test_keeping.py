"""Places of a scan clinic are kept for whose window closes, and are everybody's again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from booking import waiting
from booking.errors import NamedForOthers
from booking.models import Care, Quota, Share
from booking.protecting.keeping import protect
from booking.protecting.queries import kept_for
from booking.supply.reserves import return_reserves
from tests.booking.life.asking import books, hers
from tests.booking.life.clinic_day import at, clinic_day
from tests.world import NOW

NT_CLOSES = date(2026, 6, 10)
"""13 weeks and 6 days for a last period on 5 March."""

LAST = date(2026, 6, 9)
"""The only day of the clinic: the eve of it."""


@pytest.fixture
def scans(session, cast):
    """Four places on the last day but one of the window of person 0, and a place after it."""
    day = clinic_day(
        session, cast, care=Care.ULTRASOUND, places=2, people=8,
        starts=[at(LAST, 8), at(LAST, 9), at(date(2026, 6, 12), 8)],
    )  # fmt: skip
    day.expecting(0)
    return day


def places(day, share=Share.PROTECTED):
    day.session.expire_all()
    found = sa.select(Quota.slot_id, Quota.places).where(Quota.share == share)
    by_slot = dict(day.session.execute(found).all())
    return [by_slot.get(one.id, 0) for one in day.slots]


def test_a_place_is_kept_for_each_whose_window_closes(scans):
    changed = protect(scans.session, now=NOW)

    assert (changed, places(scans), places(scans, Share.ONLINE)) == (1, [1, 0, 0], [1, 2, 2])


def test_to_look_twice_changes_nothing(scans):
    protect(scans.session, now=NOW)

    assert protect(scans.session, now=NOW) == 0


def test_no_more_is_kept_than_the_policy_lets(scans):
    for who in range(1, 6):
        scans.expecting(who)

    protect(scans.session, now=NOW)

    assert places(scans) == [1, 1, 0]


@pytest.mark.parametrize("change", [{"protected_percent": 0}, {"reserves_return_hours": 168}])
def test_nothing_is_kept_where_the_hospital_wants_none_or_too_late(scans, change):
    scans.policy(**change)

    protect(scans.session, now=NOW + timedelta(days=2))

    assert places(scans) == [0, 0, 0]


def test_who_has_booked_needs_nothing_kept(scans):
    protect(scans.session, now=NOW)
    booked = scans.books(0, 2)
    booked.item_key, booked.pregnancy_id = "nt", _pregnancy(scans)

    protect(scans.session, now=NOW)

    assert (places(scans), places(scans, Share.ONLINE)) == ([0, 0, 0], [2, 2, 2])


def test_what_is_given_back_goes_to_who_waits_first(scans):
    protect(scans.session, now=NOW)
    for who, slot in ((1, 0), (2, 1), (3, 1), (4, 2), (5, 2)):
        scans.books(who, slot)
    wish = scans.wish(6, from_day=LAST, to_day=LAST)
    entry = waiting.join(scans.session, wish=wish, now=NOW)
    scans.session.execute(sa.text("update pregnancy set quiet_at = now()"))

    protect(scans.session, now=NOW)

    scans.session.refresh(entry)
    assert entry.state.value == "offered"


def test_a_template_that_plans_kept_places_keeps_them(weekly_scans):
    protect(weekly_scans.session, now=NOW)

    assert {one["protected"] for one in map(weekly_scans.places, weekly_scans.slots())} == {(1, 0)}


def test_unused_kept_places_return_to_all_at_their_time(scans):
    protect(scans.session, now=NOW)

    returned = return_reserves(scans.session, now=at(date(2026, 6, 8), 8))

    assert (returned, places(scans), places(scans, Share.ONLINE)) == (1, [0, 0, 0], [2, 2, 2])


def test_a_kept_place_is_shown_once_nothing_else_is_left_in_her_window(scans):
    protect(scans.session, now=NOW)
    wish = hers(scans, pregnancy_id=_pregnancy(scans), item_key="nt")
    before = told(scans, wish)
    for who, slot in ((1, 0), (2, 1), (3, 1)):
        scans.books(who, slot)

    [kept] = told(scans, wish)
    booked = books(scans, replace(wish, share=Share.PROTECTED))

    assert before == []
    assert (kept.slot.id, booked.share) == (scans.slots[0].id, Share.PROTECTED)


def test_a_window_that_outlasts_the_next_release_waits_for_it(scans):
    scans.policy(release_days=7)
    for who, slot in ((1, 0), (2, 0), (3, 1), (4, 1)):
        scans.books(who, slot)
    scans.session.add(Quota(slot_id=scans.slots[0].id, share=Share.PROTECTED, places=1))
    wish = hers(scans, pregnancy_id=_pregnancy(scans), item_key="nt", share=Share.PROTECTED)

    with pytest.raises(NamedForOthers):
        books(scans, wish)
    assert told(scans, wish) == []
    assert NOW.date() + timedelta(days=7) < NT_CLOSES


def told(day, wish):
    return kept_for(
        day.session, hospital_id=wish.hospital_id, visit=wish, care=Care.ULTRASOUND, now=NOW
    )


def _pregnancy(day):
    return day.session.scalars(sa.text("select id from pregnancy")).one()
