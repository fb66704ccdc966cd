"""What others may ask of plannings."""

import sqlalchemy as sa

from core.db import Session
from handbook.care.layers import ScheduleItem
from handbook.care.schedule import load
from handbook.planning.models import Planning, PlanningEvent, PlanningState
from handbook.planning.rules import before_pregnancy


def planning_of(session: Session, *, person_id: str) -> Planning | None:
    """Return her planning that has not ended, or None."""
    return session.scalar(
        sa.select(Planning).where(
            Planning.person_id == person_id, Planning.state == PlanningState.PLANNING
        )
    )


def plannings_of_family(session: Session, *, family_id: str, hospital_id: str) -> list[Planning]:
    """Return the plannings of a family of this hospital, ended ones too, newest first."""
    of_family = (Planning.family_id == family_id, Planning.hospital_id == hospital_id)
    return list(session.scalars(sa.select(Planning).where(*of_family).order_by(Planning.id.desc())))


def events_of_planning(session: Session, *, planning_id: str) -> list[PlanningEvent]:
    """Return the steps of a planning, oldest first."""
    steps = sa.select(PlanningEvent).where(PlanningEvent.planning_id == planning_id)
    return list(session.scalars(steps.order_by(PlanningEvent.made_at, PlanningEvent.id)))


def advice_of(planning: Planning) -> list[ScheduleItem]:
    """Return what its edition asks for before a pregnancy, with sources and without any date."""
    return before_pregnancy(load(planning.schedule).items)
