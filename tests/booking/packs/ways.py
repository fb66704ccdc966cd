"""What somebody does without a network, and what it left behind."""

from datetime import timedelta

import sqlalchemy as sa

from accounts.models import AuditRow
from booking.attendance.pack_files import Act
from booking.models import Step
from booking.models_pack import PackAct, PackLine
from tests.world import NOW

MINUTE = timedelta(minutes=1)
ALL_OF_IT = ("check_in", "call", "recall", "call", "finish")


def walk_in(name, *, number=900, at=NOW):
    key = f"{number:032x}"
    return Act(key=key, visit=key, act=PackAct.WALK_IN, at=at, name=name)


def steps(session, visit):
    found = sa.select(Step).where(Step.appointment_id == visit.appointment.id)
    return session.scalars(found.order_by(Step.number)).all()


def lines(session):
    return session.scalars(sa.select(PackLine).order_by(PackLine.at, PackLine.key)).all()


def audited(session):
    return session.scalars(sa.select(AuditRow.act).order_by(AuditRow.number)).all()
