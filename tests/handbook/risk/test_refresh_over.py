"""The look at what fell due, over the whole hospital."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.models import Purpose
from core.clock import beijing_moment
from core.db import Session
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import DropReason, TaskKind, TaskState
from handbook.follow_up.sightings import Sighting
from handbook.models import Pregnancy
from handbook.models_lives import Child, ChildState
from handbook.models_records import DoseRecord
from handbook.risk.colours import Colour
from handbook.risk.refresh import unreachable
from tests import world
from tests.handbook.risk import ward
from tests.handbook.risk.refresh_told import late, look, tasks, visit


def test_a_birth_long_ago_asks_for_nothing(session: Session, watched: Pregnancy, now: datetime):
    ward.deliver(session, watched, day=ward.TODAY, now=now)

    assert look(session, now=now + timedelta(days=57)) == 0


def test_nothing_is_opened_after_a_loss(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    ward.lose(session, cast.care_worker, watched, now=now)

    assert look(session, late("visit_2", pregnancy=watched), now=now) == 0
    assert ward.kinds(session, cast.hospital.id) == [TaskKind.LOSS_AFTERCARE]


def test_what_a_loss_left_behind_is_swept(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    look(session, now=now)
    ward.deliver(session, watched, day=ward.TODAY, now=now)
    watched.quiet_at = now

    look(session, now=now + timedelta(hours=1))

    assert tasks(session) == [(TaskKind.HIGH_RISK_NO_VISIT, TaskState.DROPPED, DropReason.LOSS)]


def test_nothing_is_opened_for_who_took_her_consent_back(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=now)

    assert look(session, now=now) == 0


def test_an_overdue_item_comes_onto_the_worklist_once(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    opened = [look(session, late("visit_2", pregnancy=pregnancy), now=now) for _ in range(2)]

    assert opened == [1, 0]
    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.OVERDUE_ITEM, beijing_moment(date(2026, 5, 31)))
    ]


def test_an_overdue_visit_is_done_once_it_is_recorded(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    look(session, late("visit_2", pregnancy=pregnancy), now=now)
    visit(session, cast, pregnancy=pregnancy, day=ward.TODAY, now=now + timedelta(hours=1))

    look(session, now=now + timedelta(hours=2))

    assert tasks(session) == [(TaskKind.OVERDUE_ITEM, TaskState.DONE, None)]


def test_an_older_visit_of_a_plan_does_not_do_the_next_one(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    visit(session, cast, child=child, day=date(2026, 5, 1), now=now, item_key="preterm_low_risk")
    look(session, late("preterm_low_risk", child=child), now=now + timedelta(days=1))

    look(session, now=now + timedelta(days=2))

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.OVERDUE_ITEM]


def test_an_overdue_dose_is_done_once_it_is_recorded(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    look(session, late("dose:DTaP:1", child=child), now=now)
    before = ward.kinds(session, cast.hospital.id)
    session.add(
        DoseRecord(
            id="dos_1", child_id=child.id, vaccine="DTaP", number=1, reported_day=ward.TODAY,
            reported_by_id=cast.mother.id, reported_at=now + timedelta(hours=1),
        )
    )  # fmt: skip

    look(session, now=now + timedelta(hours=2))

    assert before == [TaskKind.OVERDUE_ITEM]
    assert ward.kinds(session, cast.hospital.id) == []


def test_a_child_that_is_gone_is_off_the_worklist_at_once_and_swept_later(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    look(session, late("visit_2", child=child), now=now)
    child.state, child.state_day, child.closed_at = ChildState.DIED, ward.TODAY, now
    session.flush()

    at_once = ward.kinds(session, cast.hospital.id)
    look(session, late("visit_2", child=child), now=now)

    assert at_once == []
    assert tasks(session) == [(TaskKind.OVERDUE_ITEM, TaskState.DROPPED, DropReason.CHILD_GONE)]


def test_whom_no_message_reaches_is_called(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    sighting = unreachable(person_id=cast.mother.id, since_day=date(2026, 5, 20))

    look(session, sighting, now=now)
    look(session, sighting, now=now)

    (task,) = session.scalars(sa.select(FollowUpTask)).all()
    assert (task.kind, task.person_id) == (TaskKind.UNREACHABLE, cast.mother.id)
    assert task.pregnancy_id == pregnancy.id


def test_an_unreachable_woman_is_not_called_about_it_after_a_loss(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    look(session, unreachable(person_id=cast.mother.id, since_day=ward.TODAY), now=now)

    ward.lose(session, cast.care_worker, pregnancy, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.LOSS_AFTERCARE]


def test_nobody_is_called_about_messages_who_has_nothing_here_any_more(
    session: Session, cast: world.Cast, now: datetime
):
    assert look(session, unreachable(person_id=cast.mother.id, since_day=ward.TODAY), now=now) == 0


def test_a_mother_of_a_living_child_whom_no_message_reaches_is_called(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    assert look(session, unreachable(person_id=cast.mother.id, since_day=ward.TODAY), now=now) == 1


def test_who_takes_her_consent_back_is_off_the_worklist_at_once(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    look(session, now=now)
    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=now)

    at_once = ward.kinds(session, cast.hospital.id)
    look(session, now=now)

    assert at_once == []
    assert tasks(session) == [
        (TaskKind.HIGH_RISK_NO_VISIT, TaskState.DROPPED, DropReason.CONSENT_WITHDRAWN)
    ]


def test_the_tasks_of_a_child_go_with_the_consent_to_its_record(
    session: Session, cast: world.Cast, child: Child, now: datetime
):
    look(session, Sighting(TaskKind.OVERDUE_ITEM, "x", now, child_id=child.id), now=now)
    before = ward.kinds(session, cast.hospital.id)

    withdraw_consent(session, person=cast.mother, purpose=Purpose.CHILD_RECORD, now=now)

    assert before == [TaskKind.OVERDUE_ITEM]
    assert ward.kinds(session, cast.hospital.id) == []


def test_the_report_of_a_red_risk_stays_due_without_consent(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, Colour.RED, now=now)

    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.REPORT_DUTY]
