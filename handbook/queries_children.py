"""What others may ask of children: always through a guardian, a family or a hospital."""

import sqlalchemy as sa

from accounts.models import Consent, Purpose, Staff
from accounts.rules import Act, check_may
from core.db import Session
from core.errors import NotFound
from handbook.errors import ChildConsentNeeded
from handbook.models_lives import Child, ChildState, Exposure, Guardian, LifeEvent


def children_of(session: Session, *, person_id: str) -> list[Child]:
    """Return the children that somebody looks after now, the oldest first.

    One that died is left out: nobody meets it again unasked.
    """
    alive = _of_guardian(person_id).where(Child.state != ChildState.DIED)
    return list(session.scalars(alive.order_by(Child.birth_day, Child.birth_rank, Child.id)))


def child_of_guardian(session: Session, *, person_id: str, child_id: str) -> Child:
    """Return a child that somebody looks after now.

    Raises:
        NotFound: no such child, or not this person's, or not any more.
    """
    child = session.scalar(_of_guardian(person_id).where(Child.id == child_id))
    if child is None:
        raise NotFound
    return child


def child_in(session: Session, *, child_id: str, hospital_id: str) -> Child:
    """Return a child of this hospital.

    Raises:
        NotFound: no such child, or of another hospital.
    """
    child = session.get(Child, child_id)
    if child is None or child.hospital_id != hospital_id:
        raise NotFound
    return child


def children_of_family(session: Session, *, family_id: str, hospital_id: str) -> list[Child]:
    """Return the children of a family of this hospital, the oldest first, whatever their state."""
    of_family = sa.select(Child).where(
        Child.family_id == family_id, Child.hospital_id == hospital_id
    )
    return list(session.scalars(of_family.order_by(Child.birth_day, Child.birth_rank, Child.id)))


def guardians_of(session: Session, *, child_id: str) -> list[Guardian]:
    """Return everybody who looks or looked after a child, in the order of their coming."""
    of_child = sa.select(Guardian).where(Guardian.child_id == child_id)
    return list(session.scalars(of_child.order_by(Guardian.since_at, Guardian.id)))


def life_of(session: Session, *, child_id: str) -> list[LifeEvent]:
    """Return what changed in a child's life, oldest first."""
    of_child = sa.select(LifeEvent).where(LifeEvent.child_id == child_id)
    order = (LifeEvent.made_at, LifeEvent.before.nulls_first(), LifeEvent.id)
    return list(session.scalars(of_child.order_by(*order)))


def exposure_of(session: Session, *, staff: Staff, child_id: str) -> Exposure | None:
    """Return the newest word on the mother's HBsAg at birth, or None if nobody gave one.

    Raises:
        Forbidden: this member of staff may not read infections.
        NotFound: no such child in this hospital.
    """
    check_may(staff.roles, Act.READ_INFECTIOUS)
    child_in(session, child_id=child_id, hospital_id=staff.hospital_id)
    of_child = sa.select(Exposure).where(Exposure.child_id == child_id)
    return session.scalar(of_child.order_by(Exposure.made_at.desc(), Exposure.id.desc()).limit(1))


def check_child_consent(session: Session, *, child_id: str) -> None:
    """Pass if somebody who looks after the child now agrees to its record.

    Raises:
        ChildConsentNeeded: nobody does.
    """
    agreed = sa.exists().where(
        Guardian.child_id == child_id,
        Guardian.until_at.is_(None),
        Consent.person_id == Guardian.person_id,
        Consent.purpose == Purpose.CHILD_RECORD,
        Consent.withdrawn_at.is_(None),
    )
    if not session.scalar(sa.select(agreed)):
        raise ChildConsentNeeded


def _of_guardian(person_id: str) -> sa.Select[Child]:
    return sa.select(Child).join(
        Guardian,
        sa.and_(
            Guardian.child_id == Child.id,
            Guardian.person_id == person_id,
            Guardian.until_at.is_(None),
        ),
    )
