"""What others may ask of this room."""

from datetime import date

import sqlalchemy as sa

from core.db import Session
from core.errors import NotFound
from handbook.models import Dating, Pregnancy, PregnancyEvent, PregnancyState
from handbook.schedule import load
from handbook.timeline import Item, items


def pregnancy_of(session: Session, *, person_id: str) -> Pregnancy | None:
    """Return her ongoing pregnancy, else the newest one, or None."""
    is_over = Pregnancy.state != PregnancyState.ONGOING
    return session.scalar(
        sa.select(Pregnancy)
        .where(Pregnancy.person_id == person_id)
        .order_by(is_over, Pregnancy.id.desc())
        .limit(1)
    )


def pregnancies_of_family(session: Session, *, family_id: str, hospital_id: str) -> list[Pregnancy]:
    """Return the pregnancies of a family of this hospital, newest first."""
    return list(
        session.scalars(
            sa.select(Pregnancy)
            .where(Pregnancy.family_id == family_id, Pregnancy.hospital_id == hospital_id)
            .order_by(Pregnancy.id.desc())
        )
    )


def pregnancy_in(session: Session, *, pregnancy_id: str, hospital_id: str) -> Pregnancy:
    """Return a pregnancy of this hospital.

    Raises:
        NotFound: no such pregnancy, or of another hospital.
    """
    pregnancy = session.get(Pregnancy, pregnancy_id)
    if pregnancy is None or pregnancy.hospital_id != hospital_id:
        raise NotFound
    return pregnancy


def datings_of(session: Session, *, pregnancy_id: str) -> list[Dating]:
    """Return every dating of a pregnancy, newest first."""
    of_pregnancy = sa.select(Dating).where(Dating.pregnancy_id == pregnancy_id)
    return list(session.scalars(of_pregnancy.order_by(Dating.id.desc())))


def events_of(session: Session, *, pregnancy_id: str) -> list[PregnancyEvent]:
    """Return what happened to a pregnancy, oldest first."""
    of_pregnancy = sa.select(PregnancyEvent).where(PregnancyEvent.pregnancy_id == pregnancy_id)
    order = (PregnancyEvent.made_at, PregnancyEvent.old_state.nulls_first(), PregnancyEvent.id)
    return list(session.scalars(of_pregnancy.order_by(*order)))


def items_of(pregnancy: Pregnancy, *, today: date) -> list[Item]:
    """Return the timeline of a pregnancy; empty unless it is ongoing, so nothing follows a loss."""
    if pregnancy.state is not PregnancyState.ONGOING:
        return []
    return items(
        load(pregnancy.schedule),
        last_period_day=pregnancy.last_period_day,
        today=today,
        source=pregnancy.dating_source,
    )
