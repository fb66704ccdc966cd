"""Whatever happens in whatever order: none after a loss, none at night, none twice, none lost."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.audit import PROGRAM
from core.clock import beijing, beijing_date, beijing_moment
from core.db import Session
from core.house import House
from handbook.actions_dating import set_fetuses
from scheduler import preferences
from scheduler.models import Letter, Reminder, ReminderKind, ReminderState
from scheduler.speech.editions import current
from scheduler.ticks import Worker
from tests import world
from tests.make import Make
from tests.scheduler.due import PLAN, SEND
from wechat.errors import AnswerLost, Busy, NotSubscribed
from wechat.login import FakeLogin
from wechat.messages import FakeMessenger

DAY = timedelta(days=1)
START = date(2026, 6, 1)


class History:
    """A family, a worker and a messenger, and what may happen to them."""

    def __init__(self, session: Session, worker: Worker, clock: world.MovableClock) -> None:
        cast, messenger = world.settle(session), worker.messenger
        assert isinstance(messenger, FakeMessenger)
        self.make, self.worker, self.clock = Make(session, cast), worker, clock
        self.session, self.cast, self.messenger = session, cast, messenger
        self.pregnancy = self.make.pregnancy(last_period_day=START - 80 * DAY)
        self.silent_from: int | None = None
        self.visit_at = world.NOW

    def act(self, what: str) -> None:
        """Let one thing happen, then let the worker beat."""
        getattr(self, what)()
        self.session.flush()
        PLAN.act(self.worker)
        SEND.act(self.worker)
        self.session.expire_all()

    def day(self) -> None:
        self.clock.move_on(DAY)

    def weeks(self) -> None:
        self.clock.move_on(23 * DAY)

    def night(self) -> None:
        tomorrow = beijing_date(self.clock.now()) + DAY
        self.clock.moment = beijing_moment(tomorrow, hour=3)

    def back(self) -> None:
        self.clock.move_on(-timedelta(hours=1))

    def book(self) -> None:
        self.visit_at = max(self.visit_at + timedelta(hours=1), self.clock.now() + 2 * DAY)
        self.make.appointment(
            starts_at=self.visit_at, pregnancy=self.pregnancy, now=self.clock.now()
        )

    def fail(self) -> None:
        self.messenger.fail_next(Busy(-1), AnswerLost(), NotSubscribed(43101))

    def twins(self) -> None:
        if self.silent_from is None:
            set_fetuses(
                self.session, hospital_id=self.cast.hospital.id, pregnancy_id=self.pregnancy.id,
                count=2, actor=PROGRAM, now=self.clock.now(),
            )  # fmt: skip

    def redate(self) -> None:
        if self.silent_from is None:
            self.pregnancy.last_period_day -= DAY
            self.pregnancy.known_at = self.clock.now()

    def pause(self) -> None:
        preferences.pause(
            self.session, person=self.cast.mother, kind=ReminderKind.CARE_WINDOW,
            until_at=self.clock.now() + 3 * DAY, from_at=self.clock.now(), actor=PROGRAM,
            now=self.clock.now(),
        )  # fmt: skip

    def lose(self) -> None:
        if self.silent_from is None:
            self.make.loss(self.pregnancy, now=self.clock.now())
            self.silent_from = len(self.messenger.sent)


ACTS = ("day", "weeks", "night", "back", "book", "fail", "twins", "redate", "pause", "lose")


@pytest.mark.slow
@settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=10))
def test_whatever_happens_nothing_is_said_that_must_not_be_and_nothing_is_lost(
    engine: sa.Engine, acts: list[str]
) -> None:
    with engine.connect() as connection:
        undone = connection.begin()
        database = world.UndoneDatabase(connection)
        clock, messenger = world.MovableClock(world.NOW), FakeMessenger()
        worker = Worker(House(world.SETTINGS, database, clock), messenger, FakeLogin())
        with database.transaction() as session:
            history = History(session, worker, clock)
            for act in acts:
                history.act(act)
            letters = session.scalars(sa.select(Letter)).all()
            reminders = session.scalars(sa.select(Reminder)).all()
        undone.rollback()

    said_after_loss = messenger.sent[history.silent_from :] if history.silent_from else []
    assert [one for one in said_after_loss if one.template_id == "TPL_CARE"] == []
    assert {beijing(one.claimed_at).hour for one in letters} <= set(range(7, 22))
    keys = [(one.rule, one.occasion) for one in reminders]
    assert len(keys) == len(set(keys))
    assert all((one.settled_at is None) == (one.state in OPEN) for one in reminders)
    overdue = [
        one for one in reminders if one.state in OPEN and one.too_late_at < clock.now() - DAY
    ]
    assert overdue == []
    final = [one for one in reminders if one.rule == "last_call"]
    assert all(
        one.state not in {ReminderState.DROPPED} or one.reason in TRUE_REASONS for one in final
    )


OPEN = {ReminderState.PENDING, ReminderState.SENDING}
TRUE_REASONS = {"pregnancy_closed", "dating_changed", "schedule_changed", "done", "booked"}
"""Why what cannot be made up may go unsaid: it is not true any more."""


def test_every_rule_says_what_becomes_of_what_is_too_late_and_of_what_reaches_nobody() -> None:
    rules = [one.rule for one in current().rules.values()]

    assert all(rule.source and rule.why_now for rule in rules)
