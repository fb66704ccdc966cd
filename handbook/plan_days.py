"""The next visit of a child's follow-up plan, kept with the child so that it can be found."""

from core.db import Session
from handbook.care.plans import Plan, next_visit
from handbook.care.schedule import load
from handbook.models_lives import Child
from handbook.queries_records import visits_of


def plan_of(child: Child) -> Plan | None:
    """Return the plan that clinicians chose for a child, or None.

    Raises:
        KeyError: the child's edition has no such plan.
    """
    plans = {plan.key: plan for plan in load(child.schedule).plans}
    return None if child.plan is None else plans[child.plan]


def set_next_visit(session: Session, child: Child) -> None:
    """Work out the next visit anew: from the last one in the record, else from discharge or birth.

    Call it after anything that changes it: plan, edition, discharge, or a visit of the plan.
    """
    child.plan_from_day, child.plan_to_day = None, None
    session.flush()
    plan = plan_of(child)
    if plan is None:
        return
    visits = [each.day for each in visits_of(session, subject=child) if each.item_key == plan.key]
    last_visit_day = max(visits, default=child.discharge_day or child.birth_day)
    found = next_visit(
        plan, corrected_birthday=child.development_day, last_visit_day=last_visit_day
    )
    if found is not None:
        child.plan_from_day, child.plan_to_day = found
