"""A journey says what the worker says: the same reasons, at the same moments."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import give_consent
from accounts.audit import PROGRAM
from accounts.models import Purpose
from accounts.notices import notice
from core.clock import beijing_date, beijing_moment
from core.db import Session
from handbook.actions_births import record_birth, record_discharge
from handbook.births import Delivery, Newborn
from handbook.models import Pregnancy
from scheduler.journey.entries import Entry, Sort
from scheduler.journey.family import Schedules
from scheduler.journey.histories import (
    AnyHappening,
    Born,
    Discharged,
    Expecting,
    History,
    Lost,
    Redated,
)
from scheduler.journey.walking import journey
from scheduler.models import Letter, Reminder, ReminderState
from scheduler.speech.editions import current
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import PLAN_AND_SEND

DAY = timedelta(days=1)
LASTS = timedelta(days=33)
BEGUN = date(2026, 6, 1)
"""The day of `world.NOW`."""

Said = tuple[str, str, datetime]
Act = Callable[[], object]

LOSS = (
    Expecting(what="expecting", day=BEGUN, last_period=date(2026, 3, 9)),
    Redated(what="redated", day=date(2026, 6, 6), last_period=date(2026, 3, 11)),
    Lost(what="lost", day=date(2026, 6, 28)),
)
BIRTH = (
    Expecting(what="expecting", day=BEGUN, last_period=date(2025, 9, 1)),
    Born(what="born", day=date(2026, 6, 4), birth_day=date(2026, 6, 3)),
    Discharged(what="discharged", day=date(2026, 6, 7)),
)


BACK = (
    Expecting(what="expecting", day=BEGUN, last_period=date(2026, 3, 2)),
    Redated(what="redated", day=date(2026, 6, 2), at=time(4), last_period=date(2026, 3, 30)),
    Redated(what="redated", day=date(2026, 6, 5), last_period=date(2026, 3, 2)),
)
"""Her last call is dropped when her dates change, and true again when they change back."""


@pytest.fixture
def acts(session: Session, make: Make, clock: world.MovableClock) -> dict[str, Act]:
    """What happens to Lin in the house, by the name of the happening."""
    give_consent(
        session, person=make.cast.mother, purpose=Purpose.CHILD_RECORD,
        version=notice(Purpose.CHILD_RECORD).version, channel="test", now=world.NOW,
    )  # fmt: skip

    def hers() -> Pregnancy:
        return session.scalars(sa.select(Pregnancy)).one()

    def redate() -> None:
        by_moment = {each.moment: each for each in (*LOSS, *BACK) if isinstance(each, Redated)}
        hers().last_period_day = by_moment[clock.now()].last_period_day
        hers().known_at = clock.now()

    def bear() -> None:
        record_birth(
            session, hospital_id=hers().hospital_id, pregnancy_id=hers().id,
            delivery=Delivery(day=date(2026, 6, 3)),
            newborns=(Newborn(birth_day=date(2026, 6, 3)),), actor=PROGRAM, now=clock.now(),
        )  # fmt: skip

    def go_home() -> None:
        record_discharge(
            session, hospital_id=hers().hospital_id, pregnancy_id=hers().id,
            day=beijing_date(clock.now()), actor=PROGRAM, now=clock.now(),
        )  # fmt: skip

    return {
        "redated": redate, "born": bear, "discharged": go_home,
        "lost": lambda: make.loss(hers(), now=clock.now()),
    }  # fmt: skip


def foreseen(lines: Sequence[Entry]) -> set[Said]:
    return {
        (one.rule, one.occasion.split("/", 1)[1], line.at)
        for line in lines
        if line.sort is Sort.MESSAGE
        for one in line.reasons
    }


def said(session: Session) -> set[Said]:
    found = session.execute(
        sa.select(Reminder.rule, Reminder.occasion, Letter.claimed_at)
        .join(Letter, Letter.id == Reminder.letter_id)
        .where(Reminder.state == ReminderState.SENT)
    )
    return {(rule, occasion.split("/", 1)[1], at) for rule, occasion, at in found}


@pytest.mark.slow
@pytest.mark.parametrize(
    "happenings", [LOSS, BIRTH, BACK], ids=["redated and lost", "born, went home", "dated back"]
)
def test_a_journey_says_what_the_worker_says(
    session: Session, make: Make, beat: Beat, clock: world.MovableClock, acts: dict[str, Act],
    happenings: tuple[AnyHappening, ...],
) -> None:  # fmt: skip
    history = History(title="test", happenings=happenings, until=BEGUN + LASTS, letters=0)
    lines = journey(
        history, rules=current(), schedules=Schedules(), shelf=lambda *_asked: None
    )  # fmt: skip
    make.pregnancy(last_period_day=happenings[0].last_period_day)  # type: ignore[union-attr]
    happens = {each.moment: acts[each.what] for each in happenings[1:]}
    evenings = {beijing_moment(BEGUN + day * DAY, hour=20) for day in range(LASTS.days)}
    spoken = {line.at for line in lines if line.sort is Sort.MESSAGE}

    for moment in sorted({world.NOW, *evenings, *happens, *spoken}):
        clock.moment = moment
        happens.get(moment, int)()
        beat(*PLAN_AND_SEND)

    assert foreseen(lines)
    assert said(session) == foreseen(lines)
