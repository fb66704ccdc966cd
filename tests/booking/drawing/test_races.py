"""Many ask at once and several workers draw at once: one entry each, one draw, no place twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.check import prove
from booking.drawing.actions import ask, hold_next
from booking.models_supply import Clinic
from booking.models_waiting import DrawOutcome, DrawRequest
from core.db import Database
from tests import scene
from tests.booking.life.clinic_day import ClinicDay
from tests.booking.storming import PLACES
from tests.races import at_once
from tests.world import NOW

pytestmark = pytest.mark.slow

ASKERS = 16
DRAWN = NOW + timedelta(minutes=10)


@pytest.fixture
def release(real_database: Database, crowd: ClinicDay) -> ClinicDay:
    """The clinic of the crowd releases its slots by draw this minute."""
    with real_database.transaction() as session:
        session.execute(sa.update(Clinic).values(is_drawn=True))
        session.execute(sa.text("update slot set shown_at = :now"), {"now": NOW})
    return crowd


def test_one_entry_a_patient_and_one_draw_of_them_all(
    release: ClinicDay, real_database: Database
) -> None:
    def asks(who: int) -> str:
        wish = replace(release.request(who, 0), actor=scene.her(release.people[who]))
        with real_database.transaction() as session:
            return ask(session, request=wish, now=NOW).id

    def draws(_: int) -> int | None:
        with real_database.transaction() as session:
            return hold_next(session, now=DRAWN)

    asked = at_once(asks, [who for who in range(ASKERS) for _ in range(2)])
    held = at_once(draws, range(4))

    with real_database.transaction() as session:
        ranked = session.execute(
            sa.select(DrawRequest.rank, DrawRequest.outcome).order_by(DrawRequest.rank)
        ).all()
        proof = prove(session)
    assert len(set(asked)) == ASKERS
    assert sorted(one or 0 for one in held) == [0, 0, 0, ASKERS]
    assert [row.rank for row in ranked] == list(range(1, ASKERS + 1))
    assert [row.outcome for row in ranked].count(DrawOutcome.WON) == PLACES
    assert proof == []
