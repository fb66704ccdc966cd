"""What this room keeps of a person and of her children, to be told to her.

Left out, because her phone may be in other hands than hers: what touches an infection, the findings
of an assessment, and what staff wrote for staff. The hospital gives those to her in person.
"""

import sqlalchemy as sa

from accounts.models import Person
from core.copies import Copy
from handbook.follow_up.models import EarlierItem, FollowUpCall, FollowUpTask
from handbook.models import Aspect, Dating, Pregnancy, PregnancyEvent
from handbook.models_lives import Child, Guardian, LifeEvent
from handbook.models_records import DoseRecord, Measurement, VisitRecord
from handbook.planning.models import Planning, PlanningEvent
from handbook.risk.models import Referral, RiskAssessment, RiskScreening
from handbook.roster.models import HandbookClaim

Ids = sa.Select[str]


def copies(person: Person) -> list[Copy]:
    """Return what is kept here of her, of her pregnancies and of the children she looks after."""
    pregnancies = sa.select(Pregnancy.id).where(Pregnancy.person_id == person.id)
    children = sa.select(Guardian.child_id).where(
        Guardian.person_id == person.id, Guardian.until_at.is_(None)
    )
    return [
        *_plannings(person),
        *_pregnancies(pregnancies),
        *_children(person, children),
        *_records(pregnancies, children),
        *_care(pregnancies, children),
    ]


def _plannings(person: Person) -> list[Copy]:
    hers = sa.select(Planning.id).where(Planning.person_id == person.id)
    return [
        Copy(
            "planning",
            sa.select(Planning.id, Planning.state, Planning.opened_at, Planning.closed_at)
            .where(Planning.id.in_(hers))
            .order_by(Planning.id),
        ),
        Copy(
            "planning_event",
            sa.select(
                PlanningEvent.planning_id, PlanningEvent.before, PlanningEvent.after,
                PlanningEvent.made_by_kind, PlanningEvent.made_at,
            )
            .where(PlanningEvent.planning_id.in_(hers))
            .order_by(PlanningEvent.id),
        ),
        Copy(
            "handbook_claim",
            sa.select(HandbookClaim.state, HandbookClaim.made_at, HandbookClaim.answered_at)
            .where(HandbookClaim.person_id == person.id)
            .order_by(HandbookClaim.id),
        ),
    ]  # fmt: skip


def _pregnancies(ids: Ids) -> list[Copy]:
    return [
        Copy(
            "pregnancy",
            sa.select(
                Pregnancy.id, Pregnancy.state, Pregnancy.last_period_day, Pregnancy.due_day,
                Pregnancy.dating_source, Pregnancy.fetuses, Pregnancy.delivery_day,
                Pregnancy.discharge_day, Pregnancy.loss, Pregnancy.loss_day, Pregnancy.schedule,
                Pregnancy.opened_at, Pregnancy.closed_at,
            )
            .where(Pregnancy.id.in_(ids))
            .order_by(Pregnancy.id),
        ),
        Copy(
            "dating",
            sa.select(
                Dating.pregnancy_id, Dating.source, Dating.given_day, Dating.last_period_day,
                Dating.due_day, Dating.state, Dating.made_by_kind, Dating.made_at,
            )
            .where(Dating.pregnancy_id.in_(ids))
            .order_by(Dating.id),
        ),
        Copy(
            "pregnancy_event",
            sa.select(
                PregnancyEvent.pregnancy_id, PregnancyEvent.aspect, PregnancyEvent.before,
                PregnancyEvent.after, PregnancyEvent.made_by_kind, PregnancyEvent.made_at,
            )
            .where(PregnancyEvent.pregnancy_id.in_(ids))
            .order_by(PregnancyEvent.id),
        ),
    ]  # fmt: skip


def _children(person: Person, ids: Ids) -> list[Copy]:
    return [
        Copy(
            "child",
            sa.select(
                Child.id, Child.name, Child.birth_day, Child.birth_at, Child.birth_rank, Child.sex,
                Child.gestation_at_birth_days, Child.weight_g, Child.discharge_day, Child.state,
                Child.state_day, Child.schedule, Child.opened_at,
            )
            .where(Child.id.in_(ids))
            .order_by(Child.id),
        ),
        Copy(
            "guardian",
            sa.select(Guardian.child_id, Guardian.kind, Guardian.since_at, Guardian.until_at,
                Guardian.end_reason,
            )
            .where(Guardian.person_id == person.id)
            .order_by(Guardian.id),
        ),
        Copy(
            "life_event",
            sa.select(
                LifeEvent.child_id, LifeEvent.aspect, LifeEvent.before, LifeEvent.after,
                LifeEvent.day, LifeEvent.made_by_kind, LifeEvent.made_at,
            )
            .where(LifeEvent.child_id.in_(ids), LifeEvent.aspect != Aspect.EXPOSURE)
            .order_by(LifeEvent.id),
        ),
    ]  # fmt: skip


def _records(pregnancies: Ids, children: Ids) -> list[Copy]:
    visits = sa.or_(VisitRecord.pregnancy_id.in_(pregnancies), VisitRecord.child_id.in_(children))
    measured = sa.or_(Measurement.pregnancy_id.in_(pregnancies), Measurement.child_id.in_(children))
    return [
        Copy(
            "visit_record",
            sa.select(
                VisitRecord.pregnancy_id, VisitRecord.child_id, VisitRecord.item_key,
                VisitRecord.reported_day, VisitRecord.reported_place, VisitRecord.confirmed_day,
                VisitRecord.confirmed_place, VisitRecord.withdrawn_at,
            )
            .where(visits)
            .order_by(VisitRecord.id),
        ),
        Copy(
            "dose_record",
            sa.select(
                DoseRecord.child_id, DoseRecord.vaccine, DoseRecord.number, DoseRecord.lot,
                DoseRecord.reported_day, DoseRecord.reported_place, DoseRecord.confirmed_day,
                DoseRecord.confirmed_place, DoseRecord.withdrawn_at,
            )
            .where(DoseRecord.child_id.in_(children))
            .order_by(DoseRecord.id),
        ),
        Copy(
            "measurement",
            sa.select(
                Measurement.pregnancy_id, Measurement.child_id, Measurement.kind,
                Measurement.value, Measurement.unit, Measurement.day, Measurement.made_by_kind,
                Measurement.withdrawn_at,
            )
            .where(measured)
            .order_by(Measurement.id),
        ),
    ]  # fmt: skip


def _care(pregnancies: Ids, children: Ids) -> list[Copy]:
    tasks = sa.or_(FollowUpTask.pregnancy_id.in_(pregnancies), FollowUpTask.child_id.in_(children))
    return [
        Copy(
            "risk_screening",
            sa.select(RiskScreening.pregnancy_id, RiskScreening.screened_day)
            .where(RiskScreening.pregnancy_id.in_(pregnancies))
            .order_by(RiskScreening.id),
        ),
        Copy(
            "risk_assessment",
            sa.select(
                RiskAssessment.pregnancy_id, RiskAssessment.assessed_day, RiskAssessment.colour
            )
            .where(RiskAssessment.pregnancy_id.in_(pregnancies))
            .order_by(RiskAssessment.id),
        ),
        Copy(
            "referral",
            sa.select(
                Referral.pregnancy_id, Referral.direction, Referral.institution, Referral.step,
                Referral.sent_at,
            )
            .where(Referral.pregnancy_id.in_(pregnancies))
            .order_by(Referral.id),
        ),
        Copy(
            "follow_up_task",
            sa.select(
                FollowUpTask.kind, FollowUpTask.item_key, FollowUpTask.state,
                FollowUpTask.opened_at, FollowUpTask.closed_at,
            )
            .where(tasks)
            .order_by(FollowUpTask.id),
        ),
        Copy(
            "follow_up_earlier_item",
            sa.select(EarlierItem.item_key, EarlierItem.to_day, EarlierItem.outcome)
            .join(FollowUpTask, FollowUpTask.id == EarlierItem.task_id)
            .where(tasks)
            .order_by(EarlierItem.id),
        ),
        Copy(
            "follow_up_call",
            sa.select(FollowUpCall.outcome, FollowUpCall.made_at)
            .join(FollowUpTask, FollowUpTask.id == FollowUpCall.task_id)
            .where(tasks)
            .order_by(FollowUpCall.id),
        ),
    ]  # fmt: skip
