"""JSON about the waiting list: joined when all is full, offers taken or refused, and why not me."""

from booking import queries, queries_waiting, waiting
from booking.models_waiting import Waiting
from booking.queries_waiting import Waited
from booking.waiting import WaitingWish
from core.clock import beijing
from core.dates import when
from core.db import Session
from core.errors import NotFound
from core.words import label
from miniapp import guard
from miniapp.booking_asked import by, key, patient_of
from miniapp.booking_lives import hers
from miniapp.booking_told import out, said_moment, said_patient
from miniapp.guard import api, herself, house
from miniapp.shapes_booking import AppointmentOut
from miniapp.shapes_waiting import (
    AnswerOut,
    AnswersOut,
    OfferOut,
    WaitIn,
    WaitingListOut,
    WaitingOut,
)


@api.get("/waiting")
@api.output(WaitingListOut)
def waiting_list() -> WaitingListOut:
    """List what she waits for, with her place in each line and what is offered to her."""
    with house().database.transaction() as session:
        found = queries_waiting.waiting_of(session, person_id=guard.me(session).id)
        return WaitingListOut(items=[_out(session, one) for one in found])


@api.post("/waiting")
@api.input(WaitIn)
@api.output(WaitingOut, status_code=201)
def wait(json_data: WaitIn) -> WaitingOut:
    """Wait for a place in a clinic between two days, both included."""
    given = key()
    with house().database.transaction() as session:
        person, hospital = guard.me(session), guard.hospital(session)
        found = queries.clinics(session, hospital_id=hospital.id)
        clinic = next((one for one in found if one.id == json_data.clinic_id), None)
        if clinic is None:
            raise NotFound
        patient = patient_of(
            session, person, child_id=json_data.child_id, wished=json_data.item_key,
            care=clinic.care, day=json_data.from_day,
        )  # fmt: skip
        wish = WaitingWish(
            person=person, hospital_id=hospital.id, clinic_id=clinic.id, child=patient.child,
            pregnancy_id=patient.pregnancy_id, item_key=patient.item_key,
            from_day=json_data.from_day, to_day=json_data.to_day, half_day=json_data.half_day,
            key=given, actor=herself(person),
        )  # fmt: skip
        return _found(session, waiting.join(session, wish=wish, now=house().clock.now()))


@api.post("/waiting/<waiting_id>/leave")
@api.output(WaitingListOut)
def stop_waiting(waiting_id: str) -> WaitingListOut:
    """Leave the waiting list, and let go what is offered; tell what she still waits for."""
    with house().database.transaction() as session:
        person = guard.me(session)
        waiting.leave(session, person_id=person.id, waiting_id=waiting_id, by=by(person))
        found = queries_waiting.waiting_of(session, person_id=person.id)
        return WaitingListOut(items=[_out(session, one) for one in found])


@api.post("/waiting/<waiting_id>/take")
@api.output(AppointmentOut)
def take_offer(waiting_id: str) -> AppointmentOut:
    """Book the place that is offered to her."""
    with house().database.transaction() as session:
        person = guard.me(session)
        taken = waiting.take_offer(
            session, person_id=person.id, waiting_id=waiting_id, by=by(person)
        )
        return out(session, taken)


@api.post("/waiting/<waiting_id>/refuse")
@api.output(WaitingOut)
def refuse_offer(waiting_id: str) -> WaitingOut:
    """Refuse the place that is offered to her: it goes to the next, and she waits on."""
    with house().database.transaction() as session:
        person = guard.me(session)
        waiting.refuse_offer(session, person_id=person.id, waiting_id=waiting_id, by=by(person))
        entry = queries_waiting.entry_of(session, person_id=person.id, waiting_id=waiting_id)
        return _found(session, entry)


@api.get("/waiting/<waiting_id>/why")
@api.output(AnswersOut)
def why_not_me(waiting_id: str) -> AnswersOut:
    """Answer "why not me?": every place she waited for that came free, and what became of it."""
    with house().database.transaction() as session:
        queries_waiting.entry_of(session, person_id=guard.me(session).id, waiting_id=waiting_id)
        answers = queries_waiting.why_not_me(session, waiting_id=waiting_id)
    return AnswersOut(
        items=[
            AnswerOut(
                when=when(one.slot.starts_at, one.slot.ends_at),
                freed_at=beijing(one.freed.freed_at).isoformat(),
                outcome=one.outcome,
                sentence=label(f"miniapp.waiting_{one.outcome}"),
            )
            for one in answers
        ]
    )


def _found(session: Session, entry: Waiting) -> WaitingOut:
    found = queries_waiting.waiting_of(session, person_id=entry.person_id)
    return next(_out(session, one) for one in found if one.entry.id == entry.id)


def _out(session: Session, waited: Waited) -> WaitingOut:
    entry, clinic = waited.entry, waited.clinic
    policy = queries.policy_of(session, clinic=clinic)
    return WaitingOut(
        id=entry.id, state=entry.state, care=clinic.care, care_name=label(f"booking.{clinic.care}"),
        clinic_id=clinic.id, clinic=clinic.name, child_id=entry.child_id,
        patient=said_patient(entry.child_id, hers(session)), from_day=entry.from_day,
        to_day=entry.to_day, half_day=entry.half_day,
        position=waiting.position(session, waiting_id=entry.id),
        closes=label("miniapp.waiting_closes").format(
            time=f"{policy.waiting_closes_time:%H:%M}"
        ),
        offer=_offer(waited),
    )  # fmt: skip


def _offer(waited: Waited) -> OfferOut | None:
    offer, slot = waited.offer, waited.slot
    if offer is None or slot is None or offer.expires_at is None:
        return None
    return OfferOut(
        appointment_id=offer.id, when=when(slot.starts_at, slot.ends_at),
        expires_at=beijing(offer.expires_at).isoformat(), until=said_moment(offer.expires_at),
    )  # fmt: skip
