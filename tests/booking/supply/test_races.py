"""Clerks and families at the same moment, with real commits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from accounts.actions import meet
from booking.errors import SlotFull
from booking.models import LIVE, Appointment, Quota, Share, Slot
from booking.models_supply import Template
from booking.supply.actions_weeks import Week, change_template
from booking.supply.closing import Closing, Way, close_sessions
from booking.supply.conflicts import conflicts
from booking.supply.generation import generate_ahead
from core.errors import NotFound
from tests.booking.supply.weeks import MONDAY, MORNING, Weekly, by, opened
from tests.world import NOW

NEXT_MONDAY = date(2026, 6, 8)
FAMILIES = 24
WIDE = replace(MORNING, shares={Share.ONLINE: FAMILIES})

pytestmark = pytest.mark.slow


@pytest.fixture
def open_house(real_database, real_cast):
    """A clinic that sits on Mondays, and many families who want the first slot of one."""
    with real_database.transaction() as session:
        weekly = opened(session, real_cast)
        weekly.sits(MONDAY, sitting=WIDE)
        slot = weekly.slots(day=NEXT_MONDAY)[0]
        people = [
            meet(
                session,
                hospital=real_cast.hospital,
                appid=real_cast.hospital.oa_appid,
                openid=f"oOA_{number}",
                unionid=None,
                now=NOW,
            )  # fmt: skip
            for number in range(FAMILIES)
        ]
    return weekly.clinic, slot, people


def wants(database, cast, clinic, slot, person):
    """Book; say whether a place was had."""
    try:
        with database.transaction() as session:
            Weekly(session, cast, clinic).booked(slot, person=person)
    except (SlotFull, NotFound):
        return False
    return True


def close(database, cast, clinic):
    closing = Closing(cast.hospital.id, clinic.id, NEXT_MONDAY, NEXT_MONDAY, "停诊", Way.CANCEL)
    with database.transaction() as session:
        return close_sessions(session, closing=closing, by=by(cast))


def shorten(database, cast, clinic):
    with database.transaction() as session:
        template = session.scalars(sa.select(Template)).one()
        change_template(
            session, hospital_id=cast.hospital.id, template_id=template.id,
            week=Week(replace(WIDE, slot_minutes=60), MONDAY, date(2026, 6, 2)), by=by(cast),
        )  # fmt: skip


@pytest.mark.parametrize("act", [close, shorten], ids=["closed", "made longer"])
def test_nobody_books_what_is_not_there_any_more_unseen(real_database, real_cast, open_house, act):
    clinic, slot, people = open_house

    with ThreadPoolExecutor(9) as crowd:
        asked = [
            crowd.submit(wants, real_database, real_cast, clinic, slot, person)
            for person in people[: FAMILIES // 2]
        ]
        clerk = crowd.submit(act, real_database, real_cast, clinic)
        asked += [
            crowd.submit(wants, real_database, real_cast, clinic, slot, person)
            for person in people[FAMILIES // 2 :]
        ]
        clerk.result()
        had = sum(one.result() for one in asked)

    with real_database.transaction() as session:
        live = session.execute(
            sa.select(Appointment, Slot)
            .join(Slot, Slot.id == Appointment.slot_id)
            .where(sa.text(LIVE))
        ).all()
        told = {one.slot.id for one in conflicts(session, hospital_id=clinic.hospital_id, now=NOW)}
        closed = session.scalars(
            sa.select(Quota.places - Quota.taken)
            .join(Slot, Slot.id == Quota.slot_id)
            .where(Slot.is_closed)
        ).all()
        written = session.scalar(sa.select(sa.func.count()).select_from(Appointment))
    assert had == written
    assert {each.id for _, each in live if each.is_closed} <= told
    assert {(one.during.lower, one.during.upper) for one, _ in live} <= {
        (each.starts_at, each.ends_at) for _, each in live
    }
    assert set(closed) <= {0}


def test_several_who_generate_at_once_make_each_slot_once(real_database, real_cast):
    with real_database.transaction() as session:
        weekly = opened(session, real_cast)
        weekly.sits(MONDAY)
        slots = [one.id for one in weekly.slots()]
        session.execute(sa.delete(Quota))
        session.execute(sa.delete(Slot))

    def generate():
        with real_database.transaction() as session:
            return generate_ahead(session, now=NOW)

    with ThreadPoolExecutor(4) as clerks:
        made = [one.result() for one in [clerks.submit(generate) for _ in range(4)]]

    assert sum(made) == len(slots)
