"""Away for a month: silent; what cannot be made up is told before, or after, or by a person."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from core.clock import beijing_moment
from core.db import Session
from handbook.models import Pregnancy
from scheduler.away import leave
from scheduler.errors import PauseOver
from scheduler.models import Reminder, ReminderState
from scheduler.models_wishes import Pause, PauseWhy
from scheduler.preferences import pauses_of, wake
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import PLAN_AND_SEND
from wechat.messages import FakeMessenger

DAY = timedelta(days=1)
LAST_PERIOD = date(2026, 3, 5)
"""By it the last day for serum2 and anc2 is 29 July, and neither can be made up."""

TODAY, LEAVES, LAST_DAY, BACK = (
    date(2026, 7, 6), date(2026, 7, 10), date(2026, 7, 29), date(2026, 8, 10),
)  # fmt: skip
Away = Callable[..., int]
State = tuple[ReminderState, str | None]


@pytest.fixture
def lin(make: Make, clock: world.MovableClock) -> Pregnancy:
    pregnancy = make.pregnancy(last_period_day=LAST_PERIOD)
    clock.moment = beijing_moment(TODAY, hour=10)
    return pregnancy


@pytest.fixture
def away(session: Session, cast: world.Cast, clock: world.MovableClock) -> Away:
    def says(from_day: date = LEAVES, until_day: date = BACK) -> int:
        return leave(
            session, person=cast.mother, from_day=from_day, until_day=until_day, actor=PROGRAM,
            now=clock.now(),
        )  # fmt: skip

    return says


def states(session: Session, rule: str) -> dict[str, State]:
    session.expire_all()
    found = session.scalars(sa.select(Reminder).where(Reminder.rule == rule))
    return {one.item_key or "": (one.state, one.reason) for one in found}


SENT: State = (ReminderState.SENT, None)
WAITS: State = (ReminderState.PENDING, None)


@pytest.mark.usefixtures("lin")
def test_last_calls_of_the_days_she_is_away_are_said_before_she_leaves(
    session: Session, away: Away, beat: Beat, messenger: FakeMessenger
) -> None:
    told = away()

    beat(*PLAN_AND_SEND)

    assert told == 3
    assert states(session, "last_call") == {"serum2": SENT, "anc2": SENT, "nipt": SENT}
    assert "2026年7月29日" in messenger.sent[-1].values["date2"]


@pytest.mark.usefixtures("lin")
def test_who_leaves_today_is_told_all_the_same(session: Session, away: Away, beat: Beat) -> None:
    away(from_day=TODAY)

    beat(*PLAN_AND_SEND)

    assert states(session, "last_call")["serum2"] == SENT


@pytest.mark.usefixtures("lin")
def test_a_last_call_that_was_written_for_later_is_brought_forward(
    session: Session, away: Away, beat: Beat, clock: world.MovableClock
) -> None:
    clock.moment = beijing_moment(date(2026, 7, 22), hour=10)
    beat(*PLAN_AND_SEND)
    before = states(session, "last_call")["serum2"]

    away(from_day=date(2026, 7, 23))
    beat(*PLAN_AND_SEND)

    assert (before, states(session, "last_call")["serum2"]) == (WAITS, SENT)


@pytest.mark.slow
@pytest.mark.usefixtures("lin")
def test_what_opens_while_she_is_away_waits_until_she_is_back(
    session: Session, away: Away, beat: Beat, clock: world.MovableClock
) -> None:
    away()
    clock.moment = beijing_moment(date(2026, 7, 23), hour=10)
    beat(*PLAN_AND_SEND)
    while_away = states(session, "window_opens")["us_anomaly"]

    clock.moment = beijing_moment(BACK, hour=10)
    beat(*PLAN_AND_SEND)

    assert (while_away, states(session, "window_opens")["us_anomaly"]) == (WAITS, SENT)


@pytest.fixture
def dated_late(
    session: Session, make: Make, away: Away, clock: world.MovableClock, beat: Beat
) -> None:
    """Somebody whose dates become known only while she is away, a day before a last call."""
    clock.moment = beijing_moment(TODAY, hour=10)
    away()
    make.pregnancy(last_period_day=LAST_PERIOD)
    clock.moment = beijing_moment(LAST_DAY - 5 * DAY + DAY, hour=10)
    beat(*PLAN_AND_SEND)


@pytest.mark.usefixtures("dated_late")
def test_what_will_be_lost_before_she_is_back_is_told_by_a_person(session: Session) -> None:
    found = states(session, "last_call")

    assert found["serum2"] == (ReminderState.UNDELIVERABLE, "away")


@pytest.mark.usefixtures("dated_late")
def test_back_earlier_she_is_told_herself(
    session: Session, cast: world.Cast, clock: world.MovableClock, beat: Beat
) -> None:
    wake(session, person_id=cast.mother.id, actor=PROGRAM, now=clock.now())

    beat(*PLAN_AND_SEND)

    assert states(session, "last_call")["serum2"] == SENT


@pytest.mark.usefixtures("lin")
def test_her_own_appointments_are_told_while_she_is_away(
    make: Make, lin: Pregnancy, away: Away, beat: Beat, clock: world.MovableClock,
    messenger: FakeMessenger,
) -> None:  # fmt: skip
    make.appointment(starts_at=beijing_moment(LEAVES + 3 * DAY, hour=9), pregnancy=lin)
    away(until_day=LEAVES + 5 * DAY)
    clock.moment = beijing_moment(LEAVES + 2 * DAY, hour=18)

    beat(*PLAN_AND_SEND)

    assert "TPL_APPOINTMENT" in [one.template_id for one in messenger.sent]


@pytest.mark.usefixtures("lin")
def test_one_absence_follows_another(
    session: Session, cast: world.Cast, away: Away, clock: world.MovableClock
) -> None:
    away()

    away(until_day=LEAVES + DAY)

    live = pauses_of(session, person_id=cast.mother.id, now=clock.now())
    assert {(one.why, one.from_at, one.until_at) for one in live} == {
        (PauseWhy.AWAY, beijing_moment(LEAVES), beijing_moment(LEAVES + DAY))
    }
    assert len(session.scalars(sa.select(Pause)).all()) == 2 * len(live)


@pytest.mark.usefixtures("lin")
@pytest.mark.parametrize(
    ("from_day", "until_day"),
    [(LEAVES, LEAVES), (TODAY - 5 * DAY, TODAY)],
    ids=["back at once", "back already"],
)
def test_nobody_is_back_before_she_leaves(away: Away, from_day: date, until_day: date) -> None:
    with pytest.raises(PauseOver):
        away(from_day, until_day)
