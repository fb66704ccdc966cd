"""The hand of the clock: each tick runs every few seconds, and says when it last did.

APScheduler only beats; what is due stands in our own tables (its store drops jobs that fell due
while it was down: docs/why/ticks.md). Several workers may run side by side.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.dialects import postgresql

from accounts.actions import note_unionid
from accounts.queries import without_unionid
from conversation import outbox, receipts
from core.db import Session
from core.house import House
from core.ids import new_id
from core.log import REQUEST
from scheduler import actions, follow_up
from scheduler.models import ReminderKind, TickRun
from wechat.errors import NotFollower, PlatformError
from wechat.login import Login
from wechat.messages import Messenger

log = logging.getLogger(__name__)

BATCH = 50
"""Letters claimed at once: few, so that little time lies between the truth and the sending."""

FRESH_SECONDS = 20
"""A truth older than this is not spoken: behind a slow platform the rest of a batch is left to its
lease, and asked again."""


@dataclass(frozen=True)
class Worker:
    """What the ticks work with."""

    house: House
    messenger: Messenger
    login: Login

    @property
    def channel(self) -> actions.Channel:
        """Return the account and templates reminders go through."""
        settings = self.house.settings
        return actions.Channel(
            settings.oa_appid,
            {
                ReminderKind.APPOINTMENT: settings.template_appointment,
                ReminderKind.CARE_WINDOW: settings.template_care,
            },
        )


@dataclass(frozen=True)
class Tick:
    """One tick: its name, how often it runs, and what it does (says how much it did)."""

    name: str
    every: timedelta
    act: Callable[[Worker], int]


def plan(worker: Worker) -> int:
    """Write the reminders that are due soon."""
    with worker.house.database.transaction() as session:
        return actions.plan(session, now=worker.house.clock.now())


def send(worker: Worker) -> int:
    """Hand due reminders to the platform; in three steps, with no transaction open in between."""
    begun, spoken = time.monotonic(), 0
    with worker.house.database.transaction() as session:
        letters = actions.claim(
            session, channel=worker.channel, limit=BATCH, now=worker.house.clock.now()
        )
    for letter in letters:
        if time.monotonic() - begun > FRESH_SECONDS:
            break
        record = _spoken(worker, letter)
        with worker.house.database.transaction() as session:
            record(session)
        spoken += 1
    return spoken


def answer(worker: Worker) -> int:
    """Hand answers of staff to the platform, as `send` does."""
    house = worker.house
    with house.database.transaction() as session:
        outgoing = outbox.claim(
            session, appid=house.settings.oa_appid, limit=BATCH, now=house.clock.now()
        )
    for one in outgoing:
        try:
            worker.messenger.send_text(one.openid, one.text)
            record = partial(outbox.record_sent, number=one.number)
        except PlatformError as refused:
            record = partial(outbox.record_failed, number=one.number, failure=refused.code)
        with house.database.transaction() as session:
            record(session)
    return len(outgoing)


def acquaint(worker: Worker) -> int:
    """Ask the platform who a new follower is in all accounts of the hospital.

    A push names her only within its own account; with the unionid her first visit to the
    mini-program finds the handbook she opened in chat.
    """
    house = worker.house
    with house.database.transaction() as session:
        strangers = without_unionid(session, appid=house.settings.oa_appid, limit=BATCH)
    for identity in strangers:
        try:
            unionid = worker.login.unionid_of_follower(identity.openid)
        except NotFollower:
            # She left since; asked first every time, she would keep all others waiting.
            unionid = ""
        with house.database.transaction() as session:
            note_unionid(session, identity_id=identity.id, unionid=unionid)
    return len(strangers)


def follow(worker: Worker) -> int:
    """Put what fell through onto the staff's worklist."""
    with worker.house.database.transaction() as session:
        return follow_up.refresh(session, now=worker.house.clock.now())


def erase(worker: Worker) -> int:
    """Erase receipts and unanswered questions of the bot that outlived their use."""
    with worker.house.database.transaction() as session:
        return receipts.erase_old(session, now=worker.house.clock.now())


TICKS = (
    Tick("answer", timedelta(seconds=1), answer),
    Tick("send", timedelta(seconds=2), send),
    Tick("plan", timedelta(seconds=5), plan),
    Tick("acquaint", timedelta(seconds=10), acquaint),
    Tick("follow", timedelta(seconds=60), follow),
    Tick("erase", timedelta(seconds=60), erase),
)
"""Every tick of the house."""


def run(tick: Tick, worker: Worker) -> None:
    """Run a tick once and write down how it went; whatever it raises, the clock beats on."""
    started_at, begun = worker.house.clock.now(), time.monotonic()
    mark = REQUEST.set(new_id("tck", now=started_at))
    try:
        handled, failure = tick.act(worker), None
    except Exception as defect:
        log.exception("tick failed", extra={"tick": tick.name})
        handled, failure = 0, type(defect).__name__
    milliseconds = int((time.monotonic() - begun) * 1000)
    try:
        with worker.house.database.transaction() as session:
            _write_down(
                session, TickRun(
                    name=tick.name, started_at=started_at, finished_at=worker.house.clock.now(),
                    handled=handled, milliseconds=milliseconds, failure=failure,
                ),
            )  # fmt: skip
    except Exception:
        log.exception("tick not written down", extra={"tick": tick.name})
    finally:
        REQUEST.reset(mark)


def start(worker: Worker) -> BackgroundScheduler:
    """Start beating; the caller stops it with `shutdown()`, which waits for running ticks."""
    beat = BackgroundScheduler(timezone="UTC")
    for tick in TICKS:
        beat.add_job(
            run, "interval", args=(tick, worker), seconds=tick.every.total_seconds(),
            name=tick.name, max_instances=1, coalesce=True, misfire_grace_time=None,
        )  # fmt: skip
    beat.start()
    return beat


def _spoken(worker: Worker, letter: actions.Letter) -> Callable[[Session], None]:
    """Hand one letter over; return how to write down what came of it."""
    base = worker.house.settings.base_url
    try:
        sent = worker.messenger.send_template(
            letter.openid, letter.template_id, letter.values,
            url=f"{base}/m/enter?to={letter.page}", client_msg_id=letter.reminder_id,
        )  # fmt: skip
    except PlatformError as refused:
        return partial(
            actions.record_failed, reminder_id=letter.reminder_id, reason=refused.code,
            is_permanent=refused.permanent, now=worker.house.clock.now(),
        )  # fmt: skip
    return partial(
        actions.record_sent, reminder_id=letter.reminder_id, msg_id=sent.msg_id,
        now=worker.house.clock.now(),
    )  # fmt: skip


def _write_down(session: Session, tick_run: TickRun) -> None:
    values = {column.name: getattr(tick_run, column.name) for column in TickRun.__table__.columns}
    session.execute(
        postgresql.insert(TickRun)
        .values(values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )
