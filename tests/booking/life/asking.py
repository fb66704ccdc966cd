"""What person 0 asks for by her own phone, and what she gets."""

from dataclasses import replace
from datetime import date

from booking import actions
from booking.actions import Request
from booking.models import Appointment, Care
from core.errors import Refusal
from tests import scene
from tests.booking.life.clinic_day import ClinicDay, at, clinic_day
from tests.world import NOW


def hers(day: ClinicDay, slot: int = 0, key: str = "hers", **said: object) -> Request:
    """Return person 0's own wish, by her own phone."""
    wish = replace(day.request(0, slot, key), actor=scene.her(day.people[0]), channel="client")
    return replace(wish, **said)


def books(day: ClinicDay, wish: Request) -> Appointment:
    return actions.book(day.session, request=wish, now=NOW).appointment


def ogtt(day: ClinicDay, when: date) -> ClinicDay:
    """Return an OGTT clinic on a day."""
    return replace(
        clinic_day(day.session, day.cast, places=5, care=Care.OGTT, starts=[at(when, 8)]),
        people=day.people,
    )


def outcome(day: ClinicDay, wish: Request) -> type[Refusal] | None:
    """Return what a wish is refused with, None if it is booked."""
    try:
        books(day, wish)
    except Refusal as refused:
        return type(refused)
    return None
