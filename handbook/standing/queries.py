"""Where every item of a pregnancy or a child stands: what was recorded, held against today."""

from collections.abc import Collection
from datetime import date

from core.db import Session
from handbook.care.rows import Anchor
from handbook.care.schedule import load
from handbook.care.vaccines import Child as Vaccinated
from handbook.models import Pregnancy
from handbook.models_lives import Child, ChildState
from handbook.plan_days import plan_of
from handbook.queries import anchors_of, rows_of
from handbook.queries_records import doses_of, visits_of
from handbook.standing.children import checklist_stands, dose_stands, plan_stand
from handbook.standing.mothers import Stand, stands


def standing_of_pregnancy(
    session: Session, *, pregnancy: Pregnancy, booked: Collection[str], today: date
) -> list[Stand]:
    """Return where each item stands, in the order of days; empty after a loss.

    `booked` are the keys of items that have an appointment.
    """
    return stands(
        rows_of(pregnancy),
        anchors=anchors_of(pregnancy),
        dated_by=pregnancy.dating_source,
        visits=visits_of(session, subject=pregnancy),
        booked=booked,
        today=today,
    )


def standing_of_child(
    session: Session, *, child: Child, booked: Collection[str], today: date
) -> list[Stand]:
    """Return where each visit, dose, self-check and planned follow-up stands, in order of days.

    Empty unless the child lives and is looked after here. `booked` as above; a dose's key is
    "dose:DTaP:2", that of a follow-up visit the key of its plan.
    """
    if child.state is not ChildState.LIVING:
        return []
    schedule = load(child.schedule)
    visits = visits_of(session, subject=child)
    found = stands(
        schedule.items, anchors=_anchors(child), dated_by=Anchor.BIRTH.value, visits=visits,
        booked=booked, today=today,
    )  # fmt: skip
    found += dose_stands(
        schedule, child=Vaccinated(child.birth_day, child.sex),
        given=doses_of(session, child_id=child.id), booked=booked, today=today,
    )  # fmt: skip
    found += checklist_stands(
        schedule, born=child.birth_day, gestation_at_birth=child.gestation_at_birth,
        development_day=child.development_day, visits=visits, today=today,
    )  # fmt: skip
    found += _planned(child, booked=booked, today=today)
    return sorted(found, key=lambda each: (each.from_day, each.key))


def _anchors(child: Child) -> dict[Anchor, date]:
    days = {Anchor.BIRTH: child.birth_day, Anchor.DISCHARGE: child.discharge_day}
    return {anchor: day for anchor, day in days.items() if day is not None}


def _planned(child: Child, *, booked: Collection[str], today: date) -> list[Stand]:
    plan = plan_of(child)
    if plan is None or child.plan_from_day is None or child.plan_to_day is None:
        return []
    days = (child.plan_from_day, child.plan_to_day)
    return [plan_stand(load(child.schedule), plan=plan, days=days, booked=booked, today=today)]
