"""Who may book what herself: windows, colours, shares, members, bookings; staff are not asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking.errors import (
    NamedForOthers,
    NotYetShown,
    TooEarlyForItem,
    TooLateForItem,
    TooManyBookings,
)
from booking.models import AppointmentState, Care, Quota, Share
from booking.models_supply import BookingPolicy
from booking.queries import Booked
from core.db import Session
from core.errors import NotFound, Refusal
from handbook.models import Pregnancy
from handbook.risk.colours import Colour
from handbook.risk.models import Referral
from handbook.risk.rules import Direction, ReferralStep
from tests import scene
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


@pytest.mark.parametrize("item_key", ["ogtt", None], ids=["for the item", "for the care"])
@pytest.mark.parametrize(
    ("when", "refusal"),
    [
        (OGTT_OPENS - timedelta(days=1), TooEarlyForItem),
        (OGTT_OPENS, None),
        (date(2026, 9, 23), None),
        (date(2026, 9, 24), None),
    ],
    ids=["a day early", "first day", "last day", "can be made up"],
)
def test_an_item_is_booked_in_its_window(
    day: ClinicDay, pregnancy: Pregnancy, when: date, refusal: type[Refusal] | None,
    item_key: str | None,
) -> None:  # fmt: skip
    lab = ogtt(day, when)
    wish = hers(lab, pregnancy_id=pregnancy.id, item_key=item_key)

    assert outcome(lab, wish) is refusal


def test_who_comes_too_early_is_told_the_window(day: ClinicDay, pregnancy: Pregnancy) -> None:
    wish = hers(ogtt(day, DAY), pregnancy_id=pregnancy.id, item_key="ogtt")

    with pytest.raises(TooEarlyForItem) as refused:
        books(day, wish)
    assert refused.value.details == {
        "item": "糖耐量检查（75克 OGTT）", "from_day": "2026-08-20", "to_day": "2026-09-23",
        "window": "8月20日～9月23日",
    }  # fmt: skip


def test_what_cannot_be_made_up_is_refused_after_its_window(
    day: ClinicDay, pregnancy: Pregnancy
) -> None:
    scan = replace(
        clinic_day(day.session, day.cast, care=Care.ULTRASOUND, starts=[at(date(2026, 6, 12), 8)]),
        people=day.people,
    )

    with pytest.raises(TooLateForItem):
        books(scan, hers(scan, pregnancy_id=pregnancy.id, item_key="nt"))


@pytest.mark.parametrize("item_key", ["ogtt_of_a_cat", "ogtt"])
def test_an_item_her_timeline_has_not_is_not_found(
    day: ClinicDay, pregnancy: Pregnancy, item_key: str
) -> None:
    scene.bereaved(day.session, pregnancy)

    with pytest.raises(NotFound):
        books(day, hers(day, pregnancy_id=pregnancy.id, item_key=item_key))


def test_a_staff_member_books_outside_the_window(day: ClinicDay, pregnancy: Pregnancy) -> None:
    lab = ogtt(day, DAY)
    wish = replace(lab.request(0, 0), pregnancy_id=pregnancy.id, item_key="ogtt")

    assert books(lab, wish).state is AppointmentState.BOOKED


def test_an_urgent_woman_is_asked_for_no_window(day: ClinicDay, pregnancy: Pregnancy) -> None:
    day.coloured(pregnancy, Colour.RED)
    lab = ogtt(day, DAY)

    assert outcome(lab, hers(lab, pregnancy_id=pregnancy.id)) is None


def test_what_is_not_released_is_told_when_it_will_be(day: ClinicDay) -> None:
    day.slots[0].shown_at = at(date(2026, 6, 2), 6, 30)
    day.session.flush()

    with pytest.raises(NotYetShown) as refused:
        books(day, hers(day))
    assert refused.value.details["said"] == "6月2日 06:30"


@pytest.mark.parametrize(
    ("colour", "refusal"),
    [(Colour.RED, None), (Colour.GREEN, NamedForOthers)],
)
def test_a_clinic_named_for_a_colour_is_booked_by_that_colour(
    day: ClinicDay, pregnancy: Pregnancy, colour: Colour, refusal: type[Refusal] | None
) -> None:
    day.clinic.colours = ["orange", "red"]
    day.coloured(pregnancy, colour)

    assert outcome(day, hers(day, pregnancy_id=pregnancy.id)) is refusal


@pytest.mark.parametrize("share", [Share.DESK, Share.EXTRA, Share.RETURN, Share.REFERRAL,
                                   Share.PROTECTED, Share.REMOTE])  # fmt: skip
def test_places_kept_for_others_are_not_booked_from_home(day: ClinicDay, share: Share) -> None:
    day.session.add(Quota(slot_id=day.slots[0].id, share=share, places=3))

    assert outcome(day, hers(day, share=share)) is NamedForOthers


def test_who_was_seen_in_a_clinic_comes_back_to_its_return_places(day: ClinicDay) -> None:
    day.session.add(Quota(slot_id=day.slots[2].id, share=Share.RETURN, places=1))
    day.books(0, 0).state = AppointmentState.SEEN
    day.session.flush()

    assert outcome(day, hers(day, 2, share=Share.RETURN)) is None


def test_who_is_referred_takes_a_referral_place(day: ClinicDay, pregnancy: Pregnancy) -> None:
    day.session.add(Quota(slot_id=day.slots[0].id, share=Share.REFERRAL, places=1))
    day.session.add(
        Referral(
            id="ref_1", pregnancy_id=pregnancy.id, hospital_id=pregnancy.hospital_id,
            direction=Direction.UP, institution="市妇幼", reason="-", step=ReferralStep.SENT,
            sent_at=NOW, answer_due_at=NOW,
        )
    )  # fmt: skip

    wish = hers(day, pregnancy_id=pregnancy.id, share=Share.REFERRAL)
    assert outcome(day, wish) is None


def test_a_seat_on_line_is_booked_in_a_class_only(session: Session, cast: Cast) -> None:
    lesson = clinic_day(
        session, cast, care=Care.COURSE, shares={Share.ONLINE: 1, Share.REMOTE: 200}
    )

    assert outcome(lesson, hers(lesson, share=Share.REMOTE)) is None
    assert (lesson.taken(0), lesson.taken(0, Share.REMOTE)) == (0, 1)


@pytest.mark.parametrize(
    ("free_on", "refusal"),
    [(date(2026, 6, 9), NamedForOthers), (date(2026, 6, 11), None)],
    ids=["a place for all in time", "none before it closes"],
)
def test_a_protected_place_is_for_whose_window_closes_before_the_next_free_one(
    day: ClinicDay, pregnancy: Pregnancy, free_on: date, refusal: type[Refusal] | None
) -> None:
    scan = replace(
        clinic_day(
            day.session, day.cast, care=Care.ULTRASOUND, starts=[at(DAY, 8)],
            shares={Share.PROTECTED: 1},
        ),
        people=day.people,
    )  # fmt: skip
    clinic_day(day.session, day.cast, care=Care.ULTRASOUND, people=0, starts=[at(free_on, 8)])

    wish = hers(scan, pregnancy_id=pregnancy.id, item_key="nt", share=Share.PROTECTED)
    assert outcome(scan, wish) is refusal


def test_three_bookings_in_a_week_are_enough(day: ClinicDay) -> None:
    for slot in range(3):
        books(day, hers(day, slot, key=str(slot)))
    more = replace(clinic_day(day.session, day.cast, starts=[at(DAY, 16)]), people=day.people)

    with pytest.raises(TooManyBookings) as refused:
        books(more, hers(more, key="more"))
    assert refused.value.details == {"bookings": 3, "days": 7}


def test_what_was_given_up_and_what_is_long_ago_is_not_counted(day: ClinicDay) -> None:
    booked = [books(day, hers(day, slot, key=str(slot))) for slot in range(3)]
    day.cancels(booked[0])
    booked[1].booked_at = NOW - timedelta(days=7)
    day.session.flush()

    assert outcome(day, hers(day, 0, key="again")) is None


def test_a_hospital_sets_its_own_count(day: ClinicDay) -> None:
    day.session.add(
        BookingPolicy(
            hospital_id=day.cast.hospital.id, values={"bookings_per_window": 1},
            made_by_id=day.cast.manager.id, made_at=NOW,
        )
    )  # fmt: skip
    books(day, hers(day))

    assert outcome(day, hers(day, 1, key="second")) is TooManyBookings
