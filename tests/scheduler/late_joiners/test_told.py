"""Who comes late is told to staff in one task, and nothing that lapsed is ever left untold."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.audit import PROGRAM
from accounts.models import Purpose
from accounts.rules import Actor
from core.clock import beijing_date
from core.db import Session
from handbook.actions_births import add_child, record_delivery
from handbook.actions_children import move_away, record_death
from handbook.actions_dating import accept_dating, propose_dating
from handbook.actions_records import confirm_visit, withdraw
from handbook.actions_sex import set_sex
from handbook.births import Delivery, Newborn
from handbook.care.vaccines import Sex
from handbook.follow_up.earlier import tell_earlier
from handbook.follow_up.models import EarlierItem, FollowUpTask
from handbook.follow_up.queries import items_left
from handbook.follow_up.rules import DropReason, ItemOutcome, TaskKind, TaskState
from handbook.models import Pregnancy
from handbook.models_lives import Child, GuardianKind
from handbook.telling import Seen
from handbook.timeline import read_dating
from scheduler import follow_up
from tests import world
from tests.make import Make
from tests.scheduler.late_joiners.conftest import DAY, THIRTY_WEEKS, Tasks, agree, keys
from tests.world import NOW


def test_who_comes_late_is_one_task_with_all_that_lapsed(
    session: Session, task: FollowUpTask, cast: world.Cast, tasks: Tasks
):
    assert {"anc1", "first_labs", "us_early", "us_anomaly", "anc2"} <= keys(session, task)
    assert (task.family_id, task.person_id) == (cast.mother.family_id, cast.mother.id)
    assert tasks(TaskKind.OVERDUE_ITEM) == []


def test_to_look_again_tells_nothing_twice(session: Session, task: FollowUpTask, tasks: Tasks):
    before = keys(session, task)

    assert follow_up.refresh(session, now=NOW + timedelta(minutes=1)) == 0

    assert tasks(TaskKind.EARLIER_ITEMS) == [task]
    assert keys(session, task) == before


def test_who_comes_late_has_what_lapses_afterwards_as_tasks_of_their_own(
    session: Session, task: FollowUpTask, late: Pregnancy, tasks: Tasks
):
    closes = late.last_period_day + timedelta(days=32 * 7 + 6)

    follow_up.refresh(session, now=NOW + (closes + DAY - beijing_date(NOW)))

    assert {one.item_key for one in tasks(TaskKind.OVERDUE_ITEM)} == {"us_growth"}
    assert "us_growth" not in keys(session, task)


def test_what_lapses_while_nobody_looks_is_told_however_long_that_is(
    session: Session, task: FollowUpTask, tasks: Tasks
):
    follow_up.refresh(session, now=NOW + timedelta(days=60))

    assert {"us_growth", "bile"} & {one.item_key for one in tasks(TaskKind.OVERDUE_ITEM)}


def test_a_house_that_never_looked_tells_what_had_lapsed_in_one_task(
    session: Session, make: Make, tasks: Tasks
):
    make.pregnancy(last_period_day=THIRTY_WEEKS)

    follow_up.refresh(session, now=NOW)

    assert len(tasks(TaskKind.EARLIER_ITEMS)) == 1


def test_a_family_of_two_who_come_late_has_one_task(
    session: Session, late: Pregnancy, toddler: Child, tasks: Tasks
):
    follow_up.refresh(session, now=NOW)

    (found,) = tasks(TaskKind.EARLIER_ITEMS)
    whose = {(item.pregnancy_id, item.child_id) for item in items_left(session, task_id=found.id)}
    assert whose == {(late.id, None), (None, toddler.id)}


def test_who_comes_later_to_a_family_is_put_on_its_live_task(
    session: Session, task: FollowUpTask, toddler: Child, tasks: Tasks
):
    follow_up.refresh(session, now=NOW + timedelta(minutes=1))

    assert tasks(TaskKind.EARLIER_ITEMS) == [task]
    assert "c12" in keys(session, task)


def test_a_record_takes_its_item_off_the_task(
    session: Session, task: FollowUpTask, late: Pregnancy, staff: Actor
):
    seen = Seen(date(2026, 1, 20))
    confirm_visit(session, subject=late, item_key="nt", seen=seen, actor=staff, now=NOW)
    confirm_visit(session, subject=late, item_key="anc1", seen=seen, actor=staff, now=NOW)

    follow_up.refresh(session, now=NOW + timedelta(minutes=1))

    assert "anc1" not in keys(session, task)
    settled = sa.select(EarlierItem.outcome).where(EarlierItem.item_key == "anc1")
    assert session.scalar(settled) is ItemOutcome.RECORDED


def test_what_a_withdrawn_record_leaves_open_is_told_again(
    session: Session, task: FollowUpTask, late: Pregnancy, staff: Actor
):
    seen, later = Seen(date(2026, 1, 20)), NOW + timedelta(hours=3)
    record = confirm_visit(
        session, subject=late, item_key="anc1", seen=seen, actor=staff, now=NOW
    )  # fmt: skip
    follow_up.refresh(session, now=NOW + timedelta(minutes=1))
    withdraw(session, subject=late, record_id=record.id, actor=staff, now=later)

    follow_up.refresh(session, now=later)

    assert "anc1" in keys(session, task)


def test_what_a_corrected_dating_makes_late_is_put_onto_one_task(
    session: Session, cast: world.Cast, make: Make, staff: Actor, tasks: Tasks
):
    follow_up.refresh(session, now=NOW - DAY)
    pregnancy = make.pregnancy(last_period_day=date(2026, 5, 1))
    follow_up.refresh(session, now=NOW)
    reading = read_dating(source="clinician", day=THIRTY_WEEKS + 280 * DAY, today=beijing_date(NOW))
    dating = propose_dating(
        session, pregnancy=pregnancy, reading=reading, actor=staff, now=NOW + DAY
    )  # fmt: skip
    accept_dating(
        session, hospital_id=cast.hospital.id, dating_id=dating.id, actor=staff, now=NOW + DAY
    )

    follow_up.refresh(session, now=NOW + DAY)

    assert len(tasks(TaskKind.EARLIER_ITEMS)) == 1
    assert tasks(TaskKind.OVERDUE_ITEM) == []


def test_after_a_loss_nobody_asks_about_what_had_lapsed(
    session: Session, task: FollowUpTask, late: Pregnancy, make: Make
):
    make.loss(late)

    assert (task.state, task.reason) == (TaskState.DROPPED, DropReason.LOSS)


def test_a_loss_leaves_the_items_of_a_child_on_the_task(
    session: Session, late: Pregnancy, toddler: Child, make: Make, tasks: Tasks
):
    follow_up.refresh(session, now=NOW)
    make.loss(late)

    (found,) = tasks(TaskKind.EARLIER_ITEMS)

    assert {item.child_id for item in items_left(session, task_id=found.id)} == {toddler.id}


@pytest.mark.parametrize("leave", ["died", "moved_away"])
def test_of_a_child_that_is_gone_nobody_asks_what_had_lapsed(
    session: Session, toddler: Child, staff: Actor, tasks: Tasks, leave: str
):
    follow_up.refresh(session, now=NOW)
    (found,) = tasks(TaskKind.EARLIER_ITEMS)
    today = beijing_date(NOW)
    leaving = {
        "died": lambda: record_death(
            session, child=toddler, day=today, note="", actor=staff, now=NOW
        ),
        "moved_away": lambda: move_away(session, child=toddler, day=today, actor=staff, now=NOW),
    }  # fmt: skip

    leaving[leave]()

    assert (found.state, found.reason) == (TaskState.DROPPED, DropReason.CHILD_GONE)


def test_after_the_birth_nobody_asks_what_lapsed_in_pregnancy(
    session: Session, cast: world.Cast, task: FollowUpTask, late: Pregnancy, staff: Actor
):
    record_delivery(
        session, hospital_id=cast.hospital.id, pregnancy_id=late.id,
        delivery=Delivery(day=beijing_date(NOW)), actor=staff, now=NOW + timedelta(hours=1),
    )  # fmt: skip

    follow_up.refresh(session, now=NOW + timedelta(hours=2))

    assert (task.state, task.reason) == (TaskState.DROPPED, DropReason.OVERTAKEN)


def test_without_consent_nobody_asks_and_with_a_new_one_what_lapsed_is_asked_again(
    session: Session, cast: world.Cast, task: FollowUpTask, tasks: Tasks
):
    before, later = keys(session, task), NOW + timedelta(days=3)
    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=NOW)
    follow_up.refresh(session, now=NOW + DAY)
    assert tasks(TaskKind.EARLIER_ITEMS) == []

    agree(session, cast, Purpose.HANDBOOK, now=later)
    follow_up.refresh(session, now=later)

    (again,) = tasks(TaskKind.EARLIER_ITEMS)
    assert keys(session, again) >= before


def test_a_boy_is_not_asked_about_doses_of_girls(
    session: Session, cast: world.Cast, staff: Actor, tasks: Tasks
):
    agree(session, cast, Purpose.CHILD_RECORD, now=NOW)
    child = add_child(
        session, guardian=cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2012, 1, 1), sex=Sex.FEMALE), gestation_at_birth_days=None,
        actor=staff, now=NOW,
    )  # fmt: skip
    follow_up.refresh(session, now=NOW)
    (found,) = tasks(TaskKind.EARLIER_ITEMS)
    assert "dose:HPV2:1" in keys(session, found)

    set_sex(session, child=child, sex=Sex.MALE, reason="登记时填反", actor=staff, now=NOW + DAY)

    assert not {key for key in keys(session, found) if key.startswith("dose:HPV2")}
    assert follow_up.refresh(session, now=NOW + DAY) == 0


def test_nobody_is_asked_about_nothing(session: Session):
    assert tell_earlier(session, lapsed=(), actor=PROGRAM, now=NOW) == []
