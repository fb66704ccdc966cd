"""What fell through is put before staff: late care, and mothers whom no reminder reaches."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import unfollow
from accounts.audit import PROGRAM
from booking.models import Slot
from booking.models_supply import Clinic
from booking.rescuing.holding import rescue
from booking.steps import By
from core.clock import beijing_moment
from core.db import Session
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import LIVE, TaskKind
from handbook.models import Pregnancy
from handbook.risk.colours import Colour
from handbook.risk.models import RiskAssessment
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


def test_who_lost_her_place_is_called_until_she_has_another(
    session: Session, make: Make, cast: world.Cast
) -> None:
    pregnancy = make.pregnancy(last_period_day=date(2026, 3, 5))
    session.add(
        RiskAssessment(
            id="rsk_1", pregnancy_id=pregnancy.id, hospital_id=pregnancy.hospital_id,
            table_key="national-2017", table_version="1", assessed_day=date(2026, 6, 1),
            colour=Colour.ORANGE, colours="[]", findings="[]", made_by=cast.clinician.id,
            made_at=NOW,
        )
    )  # fmt: skip
    lost = make.appointment(pregnancy=pregnancy)
    clinic = session.scalars(sa.select(Clinic)).one()
    session.execute(sa.update(Slot).values(is_closed=True))
    rescue(session, clinic=clinic, lost=[lost], by=By(PROGRAM, "clinic_closed", NOW))

    follow_up.refresh(session, now=NOW)
    [task] = [one for one in tasks(session) if one.kind is TaskKind.PLACE_LOST]
    urgency, person_id = task.urgency, task.person_id
    make.appointment(starts_at=NOW + timedelta(days=3), pregnancy=pregnancy)
    follow_up.refresh(session, now=NOW)

    assert (urgency, person_id) == (1, cast.mother.id)
    assert [one for one in tasks(session) if one.kind is TaskKind.PLACE_LOST] == []
