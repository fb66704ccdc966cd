"""The hand of the clock: each tick runs every few seconds, and says when it last did.

APScheduler only beats; what is due stands in our own tables (its store drops jobs that fell due
while it was down: docs/why/ticks.md). Several workers may run side by side.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.dialects import postgresql

from accounts.actions import note_unionid
from accounts.queries import without_unionid
from booking import check, waiting
from booking.attendance import sweeps
from booking.drawing import actions as drawing
from booking.protecting import keeping
from booking.release import freeing
from booking.supply import generation
from booking.supply.reserves import return_reserves
from conversation import receipts
from core.clock import SystemClock, beijing, beijing_date
from core.db import Session
from core.house import House
from core.ids import new_id
from core.log import REQUEST
from scheduler import actions, answering, figures, follow_up, learning, sending, shelf, union
from scheduler.channels.outlets import Outlets
from scheduler.channels.posting import Post
from scheduler.channels.sms import FileSms, HttpSms, Sms
from scheduler.models import TickRun
from scheduler.rhythm import EVERY, NIGHT_HOUR
from wechat.assistant import Assistant
from wechat.errors import NotFollower
from wechat.login import Login
from wechat.messages import Messenger
from wechat.statistics import Statistics

log = logging.getLogger(__name__)

BATCH = 50
"""Answers and strangers taken at once."""


@dataclass(frozen=True)
class Worker:
    """What the ticks work with; without `mini` nothing goes through the mini-program.

    Without `statistics` nobody asks how often articles were read.
    """

    house: House
    messenger: Messenger
    login: Login
    mini: Messenger | None = None
    assistant: Assistant | None = None
    statistics: Statistics | None = None

    @property
    def outlets(self) -> Outlets:
        """Return the accounts and templates letters go through."""
        settings = self.house.settings
        return Outlets(
            official=settings.oa_appid,
            mini=settings.mp_appid,
            templates={"visit": settings.template_appointment, "care": settings.template_care},
            assistant=settings.assistant_status if self.assistant is not None else "",
            has_sms=self.sms is not None,
        )

    @property
    def post(self) -> Post:
        """Return what letters are handed to."""
        base = self.house.settings.base_url
        return Post(base, self.messenger, self.mini, self.assistant, self.sms)

    @property
    def sms(self) -> Sms | None:
        """Return the carrier of text messages that the settings name, if any."""
        settings = self.house.settings
        if settings.sms_url:
            return HttpSms(settings.sms_url, settings.sms_token)
        return FileSms(Path(settings.sms_file)) if settings.sms_file else None


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
    """Hand due reminders to whatever carries them."""
    return sending.send(worker.house, worker.post, worker.outlets)


def answer(worker: Worker) -> int:
    """Hand answers of staff to the platform."""
    return answering.answer(worker.house, worker.messenger, most=BATCH)


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
            now = house.clock.now()
            note_unionid(session, identity_id=identity.id, unionid=unionid, now=now)
    return len(strangers)


def unite(worker: Worker) -> int:
    """Let persons who turned out to be one become one."""
    with worker.house.database.transaction() as session:
        return union.unite_seen(session, now=worker.house.clock.now())


def follow(worker: Worker) -> int:
    """Put what fell through onto the staff's worklist."""
    with worker.house.database.transaction() as session:
        return follow_up.refresh(session, now=worker.house.clock.now())


def erase(worker: Worker) -> int:
    """Erase receipts, unanswered questions of the bot and reports that outlived their use."""
    now = worker.house.clock.now()
    with worker.house.database.transaction() as session:
        return receipts.erase_old(session, now=now) + actions.erase_reports(session, now=now)


def holds(worker: Worker) -> int:
    """Let go of places that were held too long, and show those that were withheld long enough."""
    now = worker.house.clock.now()
    with worker.house.database.transaction() as session:
        return sweeps.expire_holds(session, now=now) + freeing.show_freed(session, now=now)


def reserves(worker: Worker) -> int:
    """Give what the reserved shares did not use back to all."""
    with worker.house.database.transaction() as session:
        return return_reserves(session, now=worker.house.clock.now())


def lists(worker: Worker) -> int:
    """Close the waiting lists of tomorrow, rank those who wait anew, and offer what is free."""
    now = worker.house.clock.now()
    with worker.house.database.transaction() as session:
        closed = waiting.close_lists(session, now=now) + waiting.rank_anew(session, now=now)
        return closed + freeing.serve_free(session, now=now)


def slots(worker: Worker) -> int:
    """Make the slots of the coming weeks."""
    with worker.house.database.transaction() as session:
        return generation.generate_ahead(session, now=worker.house.clock.now())


def draws(worker: Worker) -> int:
    """Promise the seeds of tomorrow's draws, and hold those that are due, each by itself."""
    now = worker.house.clock.now()
    with worker.house.database.transaction() as session:
        drawing.prepare(session, now=now)
    served = 0
    while True:
        with worker.house.database.transaction() as session:
            held = drawing.hold_next(session, now=now)
        if held is None:
            return served
        served += held


def protect(worker: Worker) -> int:
    """Keep places of scans and OGTT for those whose windows close."""
    with worker.house.database.transaction() as session:
        return keeping.protect(session, now=worker.house.clock.now())


def no_shows(worker: Worker) -> int:
    """Close the days that are over."""
    with worker.house.database.transaction() as session:
        return sweeps.sweep_no_shows(session, now=worker.house.clock.now())


def nightly(worker: Worker) -> int:
    """Once a night prove the books of booking, keep yesterday's figures, erase what is old."""
    now = worker.house.clock.now()
    if beijing(now).hour < NIGHT_HOUR:
        return 0
    with worker.house.database.transaction() as session:
        if not figures.begin_night(session, day=beijing_date(now), now=now):
            return 0
        check.nightly(session, now=now)
        learning.redraw_all(session, now=now)
        kept = figures.keep(session, day=beijing_date(now) - timedelta(days=1))
        return kept + actions.erase_old(session, now=now)


def articles(worker: Worker) -> int:
    """Publish the articles whose moment has come."""
    return shelf.publish_due(worker.house)


def readings(worker: Worker) -> int:
    """Collect how often articles were read, and how often ours were named."""
    return shelf.collect(worker.house, worker.statistics)


ACTS: Mapping[str, Callable[[Worker], int]] = {
    "answer": answer, "send": send, "plan": plan, "holds": holds, "acquaint": acquaint,
    "unite": unite, "reserves": reserves, "lists": lists, "follow": follow, "erase": erase,
    "draws": draws, "protect": protect,
    "slots": slots, "no_shows": no_shows, "nightly": nightly,
    "articles": articles, "readings": readings,
}  # fmt: skip

TICKS = tuple(Tick(name, every, ACTS[name]) for name, every in EVERY.items())
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
    """Start beating; the caller stops it with `shutdown()`, which waits for running ticks.

    Everything beats once at the start: a house that has just been opened has its slots, and no
    tick that is merely waiting for its first interval is taken for a stuck one.
    """
    beat, opened_at = BackgroundScheduler(timezone="UTC"), SystemClock().now()
    for tick in TICKS:
        beat.add_job(
            run, "interval", args=(tick, worker), seconds=tick.every.total_seconds(),
            name=tick.name, max_instances=1, coalesce=True, misfire_grace_time=None,
            next_run_time=opened_at,
        )  # fmt: skip
    beat.start()
    return beat


def _write_down(session: Session, tick_run: TickRun) -> None:
    values = {column.name: getattr(tick_run, column.name) for column in TickRun.__table__.columns}
    session.execute(
        postgresql.insert(TickRun)
        .values(values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )
