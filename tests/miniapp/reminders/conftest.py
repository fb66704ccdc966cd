"""What is said to Lin before a test begins, by the worker itself."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from core.clock import beijing_moment
from core.db import Session
from core.house import House
from handbook.models import Pregnancy
from scheduler import ticks
from scheduler.models import Channel, Letter, Reminder
from scheduler.models_channels import ChannelTemplate
from tests import scene, world
from tests.miniapp.conftest import Signed
from wechat.login import FakeLogin
from wechat.messages import FakeMessenger

EVENING = beijing_moment(date(2026, 6, 2), hour=18)
"""The evening before Lin's appointment on Wednesday, 3 June."""

SERUM = date(2026, 6, 18)
"""The day on which a window of Lin's pregnancy opens."""


@pytest.fixture
def messenger() -> FakeMessenger:
    return FakeMessenger()


@pytest.fixture
def beat(
    database: world.UndoneDatabase, clock: world.MovableClock, messenger: FakeMessenger
) -> Callable[[], None]:
    """Plan and send what is due."""
    worker = ticks.Worker(House(world.SETTINGS, database, clock), messenger, FakeLogin())

    def once() -> None:
        for name in ("plan", "send"):
            next(tick for tick in ticks.TICKS if tick.name == name).act(worker)

    return once


@pytest.fixture
def pregnancy(database: world.UndoneDatabase, cast: world.Cast) -> Pregnancy:
    """Lin's: a window opens on 18 June."""
    with database.transaction() as session:
        return scene.expecting(session, cast.mother)


@pytest.fixture
def sent(booked: Any, beat: Callable[[], None], clock: world.MovableClock) -> None:
    """Lin was told of her appointment of tomorrow."""
    clock.moment = EVENING
    beat()


@pytest.fixture
def sent_of_care(
    pregnancy: Pregnancy, lin: Signed, beat: Callable[[], None], clock: world.MovableClock
) -> None:
    """Lin was told that a window of her pregnancy is open."""
    clock.moment = beijing_moment(SERUM, hour=10)
    beat()


@pytest.fixture
def templates(database: world.UndoneDatabase, cast: world.Cast) -> None:
    """Our hospital has a template of the mini-program for appointments."""
    with database.transaction() as session:
        session.add(
            ChannelTemplate(
                id="chn_1", hospital_id=cast.hospital.id, channel=Channel.MINI_ONCE,
                layout="visit", template_id="TPL_MINI_ONCE", keys={"thing3": "what"},
                made_by_id="stf", made_at=world.NOW,
            )
        )  # fmt: skip


@pytest.fixture
def letter_id(database: world.UndoneDatabase) -> Callable[[], str]:
    """Return the id of the letter that was sent last."""

    def newest() -> str:
        with database.transaction() as session:
            return session.scalars(sa.select(Letter.id).order_by(Letter.claimed_at.desc())).first()

    return newest


@pytest.fixture
def states(session: Session) -> Callable[[], dict[str, tuple[str, str | None]]]:
    """Return state and reason of every reminder, by rule and item."""

    def found() -> dict[str, tuple[str, str | None]]:
        session.expire_all()
        return {
            f"{one.rule} {one.item_key or ''}".strip(): (one.state.value, one.reason)
            for one in session.scalars(sa.select(Reminder))
        }

    return found
