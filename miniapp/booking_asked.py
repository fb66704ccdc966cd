"""What a family asks for when it books: by which key, for whom, for which item."""

from dataclasses import dataclass
from datetime import date

from flask import request

from accounts.models import Hospital, Person
from booking import queries
from booking.actions import Request
from booking.models import Care, Share
from booking.rules import item_for
from booking.steps import By
from core.clock import beijing_date
from core.db import Session
from core.errors import BadRequest, NotFound
from handbook.models import PregnancyState
from handbook.models_lives import Child, ChildState
from handbook.queries import items_of, pregnancy_of
from handbook.queries_children import child_of_guardian
from handbook.standing.mothers import Standing
from handbook.standing.queries import standing_of_child
from miniapp.guard import herself, house, today
from miniapp.shapes_booking import AppointmentIn

CHANNEL = "client"
"""The door, as appointments name it."""

LONGEST_KEY = 80
CHILD_PREFIX = "chd_"


@dataclass(frozen=True)
class Patient:
    """Whom a visit is for, and what for: herself with her pregnancy, or a child of hers."""

    child: Child | None
    pregnancy_id: str | None
    item_key: str | None


def key() -> str:
    """Return the idempotency key that every writing call bears.

    Raises:
        BadRequest: there is none, or it is too long.
    """
    given = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(given) <= LONGEST_KEY:
        raise BadRequest
    return given


def by(person: Person) -> By:
    """Return who takes a step now, with the key of the call.

    Raises:
        BadRequest: the call bears no key.
    """
    return By(herself(person), "asked", house().clock.now(), key())


def request_for(
    session: Session, *, person: Person, hospital: Hospital, asked: AppointmentIn, key: str
) -> Request:
    """Return what somebody asks for as booking takes it.

    Raises:
        NotFound: no such slot, or no such child of hers.
    """
    place = queries.place(
        session, hospital_id=hospital.id, slot_id=asked.slot_id, share=Share(asked.share)
    )
    patient = patient_of(
        session, person, child_id=asked.child_id, wished=asked.item_key, care=place.clinic.care,
        day=beijing_date(place.slot.starts_at),
    )  # fmt: skip
    return Request(
        person=person, hospital_id=hospital.id, slot_id=asked.slot_id,
        pregnancy_id=patient.pregnancy_id, item_key=patient.item_key, channel=CHANNEL, key=key,
        actor=herself(person), child=patient.child, share=Share(asked.share),
    )  # fmt: skip


def patient_of(
    session: Session, person: Person, *, child_id: str | None, wished: str | None, care: Care,
    day: date,
) -> Patient:  # fmt: skip
    """Return whom a visit of this care on this day is for, and which item it serves.

    The item is the one she came from if it is on the list of the patient, else the one that closes
    first; it is never taken from a client's word alone. An item of a child names its child:
    "chd_...:key".

    Raises:
        NotFound: no such child, or not hers to look after, or not any more.
    """
    named, _, rest = (wished or "").partition(":")
    if named.startswith(CHILD_PREFIX):
        return _for_child(session, person, named, wished=rest, care=care, day=day)
    if child_id is not None:
        return _for_child(session, person, child_id, wished=wished, care=care, day=day)
    return _for_herself(session, person, wished=wished, care=care, day=day)


def _for_child(
    session: Session, person: Person, child_id: str, *, wished: str | None, care: Care, day: date
) -> Patient:
    child = child_of_guardian(session, person_id=person.id, child_id=child_id)
    if child.state is not ChildState.LIVING:
        raise NotFound
    booked = queries.live_by_item(
        session, person_id=person.id, since=house().clock.now(), child_id=child.id
    )
    left = [
        stand
        for stand in standing_of_child(session, child=child, booked=booked, today=day)
        if stand.care == care
    ]
    if wished in {stand.key for stand in left}:
        return Patient(child, None, wished)
    open_then = [one for one in left if one.standing in {Standing.WINDOW_OPEN, Standing.OVERDUE}]
    first = min(open_then, key=lambda one: one.to_day or date.max, default=None)
    return Patient(child, None, None if first is None else first.key)


def _for_herself(
    session: Session, person: Person, *, wished: str | None, care: Care, day: date
) -> Patient:
    pregnancy = pregnancy_of(session, person_id=person.id)
    if pregnancy is None or pregnancy.state is PregnancyState.ENDED or pregnancy.quiet_at:
        return Patient(None, None, None)
    items = items_of(pregnancy, today=today())
    if wished not in {item.key for item in items if item.care == care}:
        taken = queries.live_by_item(session, person_id=person.id, since=house().clock.now())
        item = item_for(items, care=care, day=day, taken=taken)
        wished = None if item is None else item.key
    # A pregnancy that has ended well says nothing of a visit that serves none of its items.
    is_hers = pregnancy.state is PregnancyState.ONGOING or wished is not None
    return Patient(None, pregnancy.id if is_hers else None, wished)
