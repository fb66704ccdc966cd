"""The ticks of fair places: draws are promised and held, places of scans are kept."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.drawing.actions import ask
from booking.models import Care, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.models_waiting import Draw, DrawOutcome
from core.db import Session
from scheduler import ticks
from scheduler.ticks import Worker
from tests import scene, world
from tests.make import Make
from tests.world import NOW

DRAWS, PROTECT = (
    next(tick for tick in ticks.TICKS if tick.name == name) for name in ("draws", "protect")
)


@pytest.mark.parametrize("tick", [DRAWS, PROTECT], ids=["draws", "protect"])
def test_in_an_empty_house_there_is_nothing_to_do(
    worker: Worker, cast: world.Cast, tick: ticks.Tick
) -> None:
    assert tick.act(worker) == 0


def test_a_draw_is_promised_before_and_held_at_its_time(
    session: Session, make: Make, worker: Worker, clock: world.MovableClock
) -> None:
    slot = make.slot(starts_at=NOW + timedelta(days=9))
    session.execute(sa.update(Clinic).values(is_drawn=True))
    session.execute(sa.update(Slot).values(shown_at=NOW + timedelta(hours=1)))
    DRAWS.act(worker)
    promised = session.scalars(sa.select(Draw.held_at)).all()
    clock.move_on(timedelta(hours=1))
    entry = ask(session, request=make.request(slot), now=clock.now())
    clock.move_on(timedelta(minutes=10))

    served = DRAWS.act(worker)

    session.refresh(entry)
    assert (promised, served, entry.outcome) == ([None], 1, DrawOutcome.WON)


def test_a_place_is_kept_for_whose_window_closes(
    session: Session, make: Make, worker: Worker
) -> None:
    make.pregnancy(last_period_day=scene.LAST_PERIOD)
    make.slot(places=2, starts_at=NOW + timedelta(days=8), care=Care.ULTRASOUND)

    assert PROTECT.act(worker) == 1

    kept = sa.select(Quota.places).where(Quota.share == Share.PROTECTED)
    assert session.scalars(kept).all() == [1]
