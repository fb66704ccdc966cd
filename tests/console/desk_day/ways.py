"""Where the desk's pages are, and what they left behind."""

import sqlalchemy as sa

from accounts.models import AuditRow
from booking.models import Appointment, Step
from tests import scene

DAY = {"day": scene.TODAY, "hours": ((11, 30), (12, 0), (14, 0))}


def at(clinic, rest=""):
    return f"/desk/{clinic.clinic.id}/{rest}"


def step(clinic, visit, which):
    return at(clinic, f"visits/{visit.appointment.id}/{which}")


def now_of(database, visit):
    with database.transaction() as session:
        return session.get_one(Appointment, visit.appointment.id)


def trail(database):
    with database.transaction() as session:
        return session.scalars(sa.select(AuditRow.act).order_by(AuditRow.number)).all()


def last_step(database, visit):
    with database.transaction() as session:
        found = sa.select(Step).where(Step.appointment_id == visit.appointment.id)
        return session.scalars(found.order_by(Step.number.desc())).first()
