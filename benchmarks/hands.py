"""Workers in processes of their own, that may be killed as a machine kills them.

They are forked from one process that has read the program already, so that a new one stands at
once. A flaw takes one of their safeguards away: the control of a storm, which must find something.
"""

import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping, MutableSequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from multiprocessing.process import BaseProcess
from typing import Any

from core.house import opened
from scheduler import actions, sending, ticks
from scheduler.channels.posting import REFUSALS
from scheduler.letters import asked, deciding
from scheduler.rhythm import EVERY
from scheduler.sending import page_of
from scheduler.ticks import Tick, Worker
from wechat.assembly import assemble

PAUSE_SECONDS = 0.02
PATIENCE_SECONDS = 300
ENDLESS = timedelta(days=36_500)

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload([__name__])


class Flaw(StrEnum):
    """The safeguard that is taken away."""

    NONE = "none"
    NO_LEASE = "no_lease"
    """What somebody claimed is free for the next at once."""
    ENDLESS_LEASE = "endless_lease"
    """What a dead worker claimed never comes back."""
    SENT_FIRST = "sent_first"
    """Sent inside the transaction, written down afterwards, and under a new id each time."""
    BLIND = "blind"
    """The truth is not asked: whether the pregnancy goes on."""


@dataclass(frozen=True)
class Manner:
    """How workers work: `batch` women at once."""

    flaw: Flaw
    batch: int


@dataclass
class Hands:
    """Some workers; whoever is killed is replaced."""

    environment: Mapping[str, str]
    count: int
    manner: Manner
    kills: int = 0
    _at_work: list[BaseProcess] = field(default_factory=list)
    _found_nothing: Any = None
    """By worker, how often it looked and found nothing to send."""

    def begin(self) -> None:
        """Let all of them work."""
        self._found_nothing = FORK.RawArray("q", self.count)
        self._at_work = [self._one(which) for which in range(self.count)]

    def kill(self, which: int) -> None:
        """Kill one with -9, in the middle of whatever it does; another one takes its place."""
        self._at_work[which].kill()
        self._at_work[which].join(PATIENCE_SECONDS)
        self._at_work[which] = self._one(which)
        self.kills += 1

    def stop(self) -> None:
        """Kill all, and wait until they are gone."""
        for one in self._at_work:
            one.kill()
        for one in self._at_work:
            one.join(PATIENCE_SECONDS)
        self._at_work = []

    def wait_until_idle(self) -> None:
        """Wait until each looked once more, from now on, and found nothing to send.

        Raises:
            TimeoutError: that takes too long.
        """
        is_idle, deadline = self.idle(), time.monotonic() + PATIENCE_SECONDS
        while not is_idle():
            if time.monotonic() > deadline:
                raise TimeoutError("the workers find no end")
            time.sleep(PAUSE_SECONDS)

    def idle(self) -> Callable[[], bool]:
        """Return what says whether each looked once more, from now on, and found nothing."""
        before = list(self._found_nothing)
        # The first of two looks may have begun before now.
        return lambda: all(
            now >= then + 2 for now, then in zip(self._found_nothing, before, strict=True)
        )

    def _one(self, which: int) -> BaseProcess:
        given = (dict(self.environment), self.manner, self._found_nothing, which)
        one = FORK.Process(target=work, args=given, daemon=True)
        one.start()
        return one


@contextmanager
def hands(environment: Mapping[str, str], *, count: int, manner: Manner) -> Iterator[Hands]:
    """Let workers work while the block runs; none is left behind."""
    found = Hands(environment, count, manner)
    found.begin()
    try:
        yield found
    finally:
        found.stop()


def work(
    environment: Mapping[str, str], manner: Manner, found_nothing: MutableSequence[int], which: int
) -> None:
    """Send what is due, again and again, until killed."""
    logging.disable(logging.CRITICAL)
    sending.BATCH = manner.batch
    _spoil(manner.flaw)
    send = _send_first if manner.flaw is Flaw.SENT_FIRST else ticks.send

    def counted(worker: Worker) -> int:
        sent = send(worker)
        found_nothing[which] += not sent
        return sent

    with opened({**os.environ, **environment}) as house:
        wechat = assemble(house.settings, engine=house.database.engine, clock=house.clock)
        worker = Worker(house, wechat.messenger, wechat.login)
        while True:
            ticks.run(Tick("send", EVERY["send"], counted), worker)
            time.sleep(PAUSE_SECONDS)


def _spoil(flaw: Flaw) -> None:
    if flaw is Flaw.NO_LEASE:
        vars(deciding)["LEASE"] = timedelta()
    elif flaw is Flaw.ENDLESS_LEASE:
        vars(deciding)["LEASE"] = ENDLESS
    elif flaw is Flaw.BLIND:
        is_lost = "(pregnancy.state = 'ended' or pregnancy.quiet_at is not null)"
        asked.APPOINTMENTS = asked.APPOINTMENTS.replace(is_lost, "false")


def _send_first(worker: Worker) -> int:
    now = worker.house.clock.now()
    with worker.house.database.transaction() as session:
        letters = actions.claim(session, outlets=worker.outlets, limit=sending.BATCH, now=now)
        outcomes = []
        for letter in letters:
            try:
                worker.messenger.send_template(
                    letter.openid, letter.template_id, letter.values, url=page_of(letter),
                    client_msg_id=os.urandom(8).hex(),
                )  # fmt: skip
            except REFUSALS as refused:
                outcomes.append(actions.Outcome(letter, code=refused.code))
            else:
                outcomes.append(actions.Outcome(letter, msg_id=letter.letter_id))
        actions.record(session, outcomes, now=now)
    return len(outcomes)
