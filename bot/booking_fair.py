"""The chat about fair places: drawn for, kept for her, or held because her session was closed."""

import re
from collections import defaultdict
from datetime import date

from booking.actions import Request
from booking.collecting import collecting_until
from booking.drawing import actions as drawing
from booking.models_supply import Clinic
from booking.pool import pooled
from booking.protecting.queries import OfHers, kept_for
from booking.queries import Booked, Place
from booking.rescuing import actions as rescuing
from booking.rescuing.queries import Offer, offers_to
from booking.rules import item_for
from booking.steps import By
from bot.booking_patients import Patient
from bot.speech import say, tap
from bot.turn import Turn
from core.clock import beijing_date
from core.dates import hour, short_day, when
from core.words import label
from handbook.queries import items_of

ANSWER = re.compile(r"^停诊改期(?P<act>接受|另选|不要)\s*(?P<number>\d{1,18})$")


def drawn(turn: Turn, place: Place, request: Request) -> str | None:
    """Note her wish if the slot is just being drawn, and say when; None if it can be booked.

    Raises:
        Refusal: what `booking.drawing.actions.ask` refuses.
    """
    until = collecting_until(turn.session, slot=place.slot, clinic=place.clinic, now=turn.now)
    if until is None:
        return None
    drawing.ask(turn.writing, request=request, now=turn.now)
    return say(
        "draw_asked", clinic=place.clinic.name,
        when=when(place.slot.starts_at, place.slot.ends_at),
        at=f"{short_day(beijing_date(until))} {hour(until)}",
    )  # fmt: skip


def kept_days(turn: Turn, clinic: Clinic, patient: Patient) -> dict[date, list[Place]]:
    """Return the places of a clinic that are kept for her, by day; none for a child."""
    days: dict[date, list[Place]] = defaultdict(list)
    if patient.child is not None or turn.ongoing is None:
        return days
    items = items_of(turn.ongoing, today=turn.today)
    item = item_for(items, care=clinic.care, day=turn.today, taken=())
    visit = OfHers(turn.ongoing.id, None if item is None else item.key)
    found = kept_for(
        turn.session, hospital_id=turn.hospital.id, visit=visit, care=clinic.care, now=turn.now
    )
    for place in pooled(one for one in found if one.clinic.id == clinic.id):
        days[beijing_date(place.slot.starts_at)].append(place)
    return days


def offered(turn: Turn) -> list[str]:
    """Return what is held for her because her session was closed, each with its three answers."""
    return [_line(one) for one in offers_to(turn.session, person_id=turn.person.id)]


def answered(turn: Turn) -> str | None:
    """Take her answer to a place that is held for her; None if the message is none.

    Another time is moved to from the one that is held: so she keeps it until she has the other.

    Raises:
        HoldExpired: the time to answer is over.
    """
    said = ANSWER.match(turn.text)
    if said is None:
        return None
    offers = offers_to(turn.session, person_id=turn.person.id)
    named = [one for one in offers if str(one.held.appointment.number) == said["number"]]
    if not named:
        return say("rescue_gone", appointments=tap("label_appointments", "我的预约"))
    act = rescuing.give_back if said["act"] == "不要" else rescuing.accept
    held = act(
        turn.writing, person_id=turn.person.id,
        appointment_id=named[0].held.appointment.id,
        by=By(turn.actor, "asked", turn.now, turn.key),
    )  # fmt: skip
    return _told(held, said["act"])


def _told(held: Booked, act: str) -> str:
    if act == "不要":
        return say("rescue_given_back", booking=tap("label_book", "预约"))
    number = held.appointment.number
    told = "rescue_accepted" if act == "接受" else "rescue_other"
    return say(
        told, when=when(held.slot.starts_at, held.slot.ends_at), clinic=held.clinic.name,
        room=held.clinic.room, number=number, move=tap("label_move", f"改约 {number}"),
    )  # fmt: skip


def _line(offer: Offer) -> str:
    held, lost = offer.held, offer.lost
    number, until = held.appointment.number, held.appointment.expires_at
    return say(
        "rescue_line", care=label(f"booking.{held.clinic.care}"),
        lost=when(lost.slot.starts_at, lost.slot.ends_at),
        when=when(held.slot.starts_at, held.slot.ends_at), clinic=held.clinic.name,
        until="" if until is None else f"{short_day(beijing_date(until))} {hour(until)}",
        accept=tap("label_accept", f"停诊改期接受 {number}"),
        other=tap("label_other_time", f"停诊改期另选 {number}"),
        give_back=tap("label_give_back", f"停诊改期不要 {number}"),
    )  # fmt: skip
