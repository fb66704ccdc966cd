"""JSON about several visits at once: a whole course (全程预约), and visits of one family."""

from collections.abc import Mapping

from booking import actions, courses, proposals, queries
from booking.eligibility import check_shown
from booking.models import Share
from booking.models_supply import Doctor
from booking.proposals import Proposal
from core.dates import when
from core.db import Session
from core.errors import NotFound
from core.words import label
from handbook.models import Pregnancy, PregnancyState
from handbook.queries import pregnancy_of
from miniapp import guard
from miniapp.booking_asked import CHANNEL, key, request_for
from miniapp.booking_told import by_day, doctors_of, out, slot_out
from miniapp.guard import api, herself, house, today
from miniapp.shapes_booking import (
    BookedOut,
    CourseIn,
    NeighboursQuery,
    ProposalOut,
    ProposalQuery,
    ProposalsOut,
    SlotsOut,
    TogetherIn,
)

SEATS_OF_TWO = 2


@api.get("/course/proposal")
@api.input(ProposalQuery, location="query")
@api.output(ProposalsOut)
def propose(query_data: ProposalQuery) -> ProposalsOut:
    """Propose a place for every visit of her timeline that is left; nothing is booked."""
    with house().database.transaction() as session:
        found = proposals.propose_course(
            session, pregnancy=_ongoing(session), clinic_id=query_data.clinic_id,
            weekday=query_data.weekday, half_day=query_data.half_day, today=today(),
            now=house().clock.now(),
        )  # fmt: skip
        places = [one.place for one in found if one.place is not None]
        named = doctors_of(session, places, hospital=guard.hospital(session))
        return ProposalsOut(items=[_proposal_out(one, named) for one in found])


@api.post("/course")
@api.input(CourseIn)
@api.output(BookedOut, status_code=201)
def book_course(json_data: CourseIn) -> BookedOut:
    """Book visits of her timeline in one act: all of them or none."""
    given = key()
    with house().database.transaction() as session:
        person, hospital = guard.me(session), guard.hospital(session)
        booked = courses.book_course(
            session,
            request=courses.CourseRequest(
                person=person, hospital_id=hospital.id, pregnancy_id=_ongoing(session).id,
                picks=[courses.Pick(one.item_key, one.slot_id) for one in json_data.picks],
                channel=CHANNEL, key=given, actor=herself(person),
            ),
            now=house().clock.now(),
        )  # fmt: skip
        return BookedOut(items=[out(session, one) for one in booked])


@api.get("/appointments/<appointment_id>/neighbours")
@api.input(NeighboursQuery, location="query")
@api.output(SlotsOut)
def neighbours(appointment_id: str, query_data: NeighboursQuery) -> SlotsOut:
    """List free times of a care just before or after an appointment: two visits on one way."""
    with house().database.transaction() as session:
        hospital = guard.hospital(session)
        held = queries.appointment_of(
            session, person_id=guard.me(session).id, appointment_id=appointment_id
        )
        found = queries.neighbours(
            session, hospital_id=hospital.id, slot=held.slot, care=query_data.care,
            now=house().clock.now(),
        )  # fmt: skip
        return SlotsOut(care=query_data.care, days=by_day(session, found, hospital=hospital))


@api.get("/slots/<slot_id>/neighbours")
@api.input(NeighboursQuery, location="query")
@api.output(SlotsOut)
def slot_neighbours(slot_id: str, query_data: NeighboursQuery) -> SlotsOut:
    """List free times of a care for somebody else of the family: in a slot, just before or after.

    The slot itself is among them if it is of that care and has room for two.
    """
    now = house().clock.now()
    with house().database.transaction() as session:
        guard.me(session)
        hospital = guard.hospital(session)
        place = queries.place(session, hospital_id=hospital.id, slot_id=slot_id, share=Share.ONLINE)
        check_shown(place, now=now)
        found = queries.neighbours(
            session, hospital_id=hospital.id, slot=place.slot, care=query_data.care, now=now
        )
        if place.clinic.care == query_data.care and place.free >= SEATS_OF_TWO:
            found.append(place)
        return SlotsOut(care=query_data.care, days=by_day(session, found, hospital=hospital))


@api.post("/appointments/together")
@api.input(TogetherIn)
@api.output(BookedOut, status_code=201)
def book_together(json_data: TogetherIn) -> BookedOut:
    """Book visits of one family at the same or neighbouring times: all of them or none."""
    given = key()
    with house().database.transaction() as session:
        person, hospital = guard.me(session), guard.hospital(session)
        requests = [
            request_for(
                session, person=person, hospital=hospital, asked=asked, key=f"{given}/{number}"
            )
            for number, asked in enumerate(json_data.visits)
        ]
        booked = actions.book_together(session, requests=requests, now=house().clock.now())
        return BookedOut(items=[out(session, one) for one in booked])


def _ongoing(session: Session) -> Pregnancy:
    pregnancy = pregnancy_of(session, person_id=guard.me(session).id)
    if pregnancy is None or pregnancy.state is not PregnancyState.ONGOING:
        raise NotFound
    return pregnancy


def _proposal_out(one: Proposal, doctors: Mapping[str, Doctor]) -> ProposalOut:
    slot = None if one.place is None else one.place.slot
    return ProposalOut(
        item_key=one.item_key, name=one.name, from_day=one.from_day, to_day=one.to_day,
        slot=None if one.place is None else slot_out(one.place, doctors),
        when=None if slot is None else when(slot.starts_at, slot.ends_at),
        why_not=one.why_not,
        sentence=None if one.why_not is None else label(f"miniapp.course_{one.why_not}"),
        also=list(one.also),
    )  # fmt: skip
