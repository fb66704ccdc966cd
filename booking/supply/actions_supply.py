"""What can be done with supply: institutions, clinics and doctors; slots released by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import PROGRAM
from booking.errors import LevelUpsideDown
from booking.models import Care, Quota, Share, Slot
from booking.models_supply import Clinic, Doctor, Institution, Level, SupplyKind, Template
from booking.steps import By
from booking.supply.generation import remake
from booking.supply.queries_supply import clinic_in, doctor_in, institution_in
from booking.supply.trail import Subject, of_key, seen, write_down
from core.db import Session
from core.ids import new_id

LEVELS = tuple(Level)
"""The highest level first."""


@dataclass(frozen=True)
class Place:
    """What an institution is called, where it is, and which one stands above it."""

    level: Level
    name: str
    address: str
    phone: str
    parent_id: str | None = None


@dataclass(frozen=True)
class ClinicCard:
    """What a clinic is: its care, its room, for whom; see `booking.models_supply.Clinic`."""

    care: Care
    name: str
    room: str
    institution_id: str | None = None
    is_open: bool = True
    is_pooled: bool = True
    is_drawn: bool = False
    colours: tuple[str, ...] = ()


@dataclass(frozen=True)
class DoctorCard:
    """A doctor as families see them; `rank` 1 is the highest."""

    name: str
    title: str
    rank: int
    staff_id: str | None = None
    is_active: bool = True


def add_institution(session: Session, *, hospital_id: str, place: Place, by: By) -> Institution:
    """Add an institution to a hospital; the same key again is the same institution.

    Raises:
        NotFound: the one above it is not of this hospital.
        LevelUpsideDown: the one above it is not of a higher level.
    """
    if (same := of_key(session, hospital_id=hospital_id, key=by.key)) is not None:
        return institution_in(session, hospital_id=hospital_id, institution_id=same)
    _check_level(session, hospital_id=hospital_id, place=place)
    institution = Institution(
        id=new_id("ins", now=by.now), hospital_id=hospital_id, parent_id=place.parent_id,
        level=place.level, name=place.name, address=place.address, phone=place.phone,
    )  # fmt: skip
    session.add(institution)
    session.flush()
    subject = Subject(SupplyKind.INSTITUTION, institution.id, hospital_id)
    write_down(
        session, subject=subject, act="open_institution", before=None, after=seen(institution),
        by=by,
    )  # fmt: skip
    return institution


def open_clinic(
    session: Session, *, hospital_id: str, care: Care, name: str, room: str, now: datetime
) -> Clinic:
    """Open a clinic when a house is set up: no person of the staff does it."""
    card = ClinicCard(care, name, room)
    return add_clinic(session, hospital_id=hospital_id, card=card, by=By(PROGRAM, "asked", now))


def add_clinic(session: Session, *, hospital_id: str, card: ClinicCard, by: By) -> Clinic:
    """Open a clinic; the same key again is the same clinic.

    Raises:
        NotFound: the institution is not of this hospital.
    """
    if (same := of_key(session, hospital_id=hospital_id, key=by.key)) is not None:
        return clinic_in(session, hospital_id=hospital_id, clinic_id=same)
    clinic = Clinic(id=new_id("cln", now=by.now), hospital_id=hospital_id, policy={})
    _set_clinic(session, clinic, card)
    session.add(clinic)
    session.flush()
    write_down(
        session, subject=_of_clinic(clinic), act="open_clinic", before=None, after=seen(clinic),
        by=by,
    )  # fmt: skip
    return clinic


def change_clinic(
    session: Session, *, hospital_id: str, clinic_id: str, card: ClinicCard, by: By
) -> Clinic:
    """Change what a clinic is; one that is shut keeps its appointments until they are settled.

    Raises:
        NotFound: no such clinic or institution in this hospital.
    """
    clinic = clinic_in(session, hospital_id=hospital_id, clinic_id=clinic_id)
    if of_key(session, hospital_id=hospital_id, key=by.key) is not None:
        return clinic
    before = seen(clinic)
    _set_clinic(session, clinic, card)
    write_down(
        session, subject=_of_clinic(clinic), act="change_clinic", before=before,
        after=seen(clinic), by=by,
    )  # fmt: skip
    if before["is_open"] != card.is_open:
        remake(session, clinic=clinic, now=by.now)
    return clinic


def add_doctor(session: Session, *, hospital_id: str, card: DoctorCard, by: By) -> Doctor:
    """Add a doctor; the same key again is the same doctor."""
    if (same := of_key(session, hospital_id=hospital_id, key=by.key)) is not None:
        return doctor_in(session, hospital_id=hospital_id, doctor_id=same)
    doctor = Doctor(id=new_id("doc", now=by.now), hospital_id=hospital_id)
    _set_doctor(doctor, card)
    session.add(doctor)
    session.flush()
    subject = Subject(SupplyKind.DOCTOR, doctor.id, hospital_id)
    write_down(session, subject=subject, act="add_doctor", before=None, after=seen(doctor), by=by)
    return doctor


def change_doctor(
    session: Session, *, hospital_id: str, doctor_id: str, card: DoctorCard, by: By
) -> Doctor:
    """Change a doctor; the slots of one who has left are taken away, see `generation.remake`.

    Raises:
        NotFound: no such doctor in this hospital.
    """
    doctor = doctor_in(session, hospital_id=hospital_id, doctor_id=doctor_id)
    if of_key(session, hospital_id=hospital_id, key=by.key) is not None:
        return doctor
    before = seen(doctor)
    _set_doctor(doctor, card)
    subject = Subject(SupplyKind.DOCTOR, doctor.id, hospital_id)
    write_down(
        session, subject=subject, act="change_doctor", before=before, after=seen(doctor), by=by
    )
    if before["is_active"] != card.is_active:
        where = sa.select(Template.clinic_id).where(Template.doctor_id == doctor_id)
        sits = session.scalars(sa.select(Clinic).where(Clinic.id.in_(where)).order_by(Clinic.id))
        for clinic in sits.all():
            remake(session, clinic=clinic, now=by.now)
    return doctor


def release_slots(
    session: Session,
    *,
    clinic_id: str,
    starts: Iterable[datetime],
    lasts: timedelta,
    shares: Mapping[Share, int],
    now: datetime,
) -> None:
    """Release slots of a clinic's team by hand, shown at once; those that stand are left alone.

    They stand by themselves: no change of a template touches them, only a closure does.
    """
    rows = [
        {
            "id": new_id("slt", now=now), "clinic_id": clinic_id, "starts_at": begin,
            "ends_at": begin + lasts, "shown_at": now,
        }
        for begin in starts
    ]  # fmt: skip
    if not rows:
        return
    made = session.scalars(
        postgresql.insert(Slot).values(rows).on_conflict_do_nothing().returning(Slot.id)
    ).all()
    quotas = [
        {"slot_id": slot_id, "share": share, "places": places}
        for slot_id in made
        for share, places in shares.items()
    ]
    if quotas:
        session.execute(postgresql.insert(Quota).values(quotas))


def _check_level(session: Session, *, hospital_id: str, place: Place) -> None:
    if place.parent_id is None:
        return
    above = institution_in(session, hospital_id=hospital_id, institution_id=place.parent_id)
    if LEVELS.index(above.level) >= LEVELS.index(place.level):
        raise LevelUpsideDown


def _set_clinic(session: Session, clinic: Clinic, card: ClinicCard) -> None:
    if card.institution_id is not None:
        institution_in(session, hospital_id=clinic.hospital_id, institution_id=card.institution_id)
    clinic.care, clinic.name, clinic.room = card.care, card.name, card.room
    clinic.institution_id, clinic.is_open = card.institution_id, card.is_open
    clinic.is_pooled, clinic.is_drawn = card.is_pooled, card.is_drawn
    clinic.colours = list(card.colours)


def _set_doctor(doctor: Doctor, card: DoctorCard) -> None:
    doctor.name, doctor.title, doctor.rank = card.name, card.title, card.rank
    doctor.staff_id, doctor.is_active = card.staff_id, card.is_active


def _of_clinic(clinic: Clinic) -> Subject:
    return Subject(SupplyKind.CLINIC, clinic.id, clinic.hospital_id, clinic.id)
