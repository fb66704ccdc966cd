"""What fell through is put before staff: late care, and mothers whom no reminder reaches."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import unfollow
from core.clock import beijing_moment
from core.db import Session
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import LIVE
from handbook.models import Pregnancy
from scheduler import follow_up, ticks
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import EVENING, PLAN_AND_SEND
from tests.scheduler.test_plans import LAST_PERIOD
from tests.world import NOW

FOLLOW = next(tick for tick in ticks.TICKS if tick.name == "follow")


def tasks(session: Session) -> list[FollowUpTask]:
    live = sa.select(FollowUpTask).where(FollowUpTask.state.in_(LIVE))
    return list(session.scalars(live.order_by(FollowUpTask.id)))


def test_an_empty_house_has_nobody_to_call(session: Session, cast: world.Cast) -> None:
    assert follow_up.refresh(session, now=NOW) == 0


@pytest.mark.usefixtures("both_due")
def test_a_mother_whom_no_reminder_reaches_is_put_before_staff_once(
    session: Session, beat: Beat, cast: world.Cast
) -> None:
    unfollow(session, appid="wxOA0001", openid="oOA_lin", now=NOW)
    beat(*PLAN_AND_SEND)

    beat(FOLLOW, FOLLOW)

    unreached = [task for task in tasks(session) if task.kind.value == "unreachable"]
    assert [task.person_id for task in unreached] == [cast.mother.id]


@pytest.mark.usefixtures("both_due")
def test_after_a_loss_nobody_calls_a_mother_about_a_reminder(
    session: Session, beat: Beat, make: Make, pregnancy: Pregnancy
) -> None:
    unfollow(session, appid="wxOA0001", openid="oOA_lin", now=NOW)
    beat(*PLAN_AND_SEND)
    make.loss(pregnancy, now=EVENING)

    beat(FOLLOW)

    assert [task for task in tasks(session) if task.kind.value == "unreachable"] == []


def test_care_that_is_late_is_put_before_staff(session: Session, make: Make) -> None:
    make.pregnancy(last_period_day=LAST_PERIOD)
    follow_up.refresh(session, now=NOW)
    now = beijing_moment(date(2026, 6, 3) + timedelta(days=7), hour=9)

    found = follow_up.refresh(session, now=now)

    late = {task.item_key for task in tasks(session)}
    assert found == len(tasks(session))
    assert "anc1" in late
