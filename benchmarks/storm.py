"""A storm over an evening of reminders: bad weather, workers killed at random, losses, a night.

Time is moved only while no worker has anything to do: nobody sleeps in the middle of a call.
"""

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from accounts.audit import PROGRAM
from benchmarks.evening import DUE, HOSPITAL_ID, Evening
from benchmarks.hands import Flaw, Hands, Manner, hands
from benchmarks.sky import Sky, Weather
from core.clock import beijing_date
from handbook.actions import Loss, record_loss
from handbook.models import LossKind
from scheduler.models import Letter, Reminder, ReminderState
from scheduler.sending import FRESH_SECONDS

FOUL = Weather(cut=0.02, busy=0.05, token_dies_every=10, takes_seconds=0.002)
EVENING = timedelta(minutes=30)
"""Within it all letters fall due."""

STEP, NIGHT = timedelta(minutes=5), timedelta(hours=13)
RUSHES = EVENING // STEP
PAUSES = (*[STEP] * (RUSHES + 6), NIGHT, STEP, NIGHT, NIGHT)
"""How time passes between one rush and the next."""

DARK = range(RUSHES // 2, RUSHES // 2 + 2)
"""The rushes before which everything goes dark: for ten minutes."""

QUOTA = 0.9
"""Of the letters, what the platform takes on the first day."""

LOOK_SECONDS = 0.001
APART = 40
"""Calls between two kills, at most."""

FRESH = timedelta(seconds=FRESH_SECONDS)
OPEN = (ReminderState.PENDING, ReminderState.SENDING)


@dataclass(frozen=True)
class Force:
    """How strong a storm is; `losses` women lose their pregnancy while it rages."""

    letters: int
    workers: int = 4
    kills: int = 0
    losses: int = 0
    weather: Weather = FOUL
    pauses: Sequence[timedelta] = PAUSES
    batch: int = 10
    """Women whose letters a worker claims at once: who kills it meets all of them."""


@dataclass(frozen=True)
class Aftermath:
    """What came of it; all but the last four must be 0."""

    lost: int
    """Open for ever; or sent by our books, and the platform took nothing."""
    doubled: int
    """Women who were told more than once."""
    after_loss: int
    """Messages whose truth was asked, or that arrived, after the loss had been recorded."""
    crossed: int
    """Calls for one woman at the same time."""
    taken: int
    calls: int
    kills: int
    states: Mapping[str, int] = field(default_factory=dict)


def rage(evening: Evening, sky: Sky, force: Force, *, flaw: Flaw = Flaw.NONE) -> Aftermath:
    """Let a storm go over an evening until everything has its end, and count what it did.

    1. Half of the losses are recorded; letters fall due for half an hour, in foul weather;
       workers are killed; the other losses are recorded meanwhile.
    2. In the middle nothing is answered for ten minutes; at the end the quota is used up.
    3. A night, and the next day.
    """
    chance = random.Random(7)  # noqa: S311 - which moment, not a secret
    evening.set_clock(DUE)
    foul = replace(force.weather, quota=int(QUOTA * force.letters))
    losing = chance.sample(range(1, force.letters + 1), force.losses)
    lost_at = _lose(evening, losing[::2])
    manner = Manner(flaw, force.batch)
    with hands(evening.environment, count=force.workers, manner=manner) as workers:
        for rush, pause in enumerate(force.pauses):
            sky.weather = replace(foul, is_dark=rush in DARK)
            due_kills = force.kills * min(rush + 1, RUSHES) // RUSHES
            _kill(workers, sky, chance, kills=due_kills)
            lost_at |= _lose(evening, losing[1::2][rush::RUSHES] if rush < RUSHES else [])
            workers.wait_until_idle()
            evening.move_clock(pause)
            if not _open(evening):
                break
        workers.wait_until_idle()
    return _counted(evening, sky, lost_at, kills=workers.kills)


def _kill(workers: Hands, sky: Sky, chance: random.Random, *, kills: int) -> None:
    """Kill workers in the middle of their work, each after some more calls of the platform."""
    is_idle = workers.idle()
    while workers.kills < kills and not is_idle():
        until = sky.calls + chance.randrange(1, APART)
        while sky.calls < until and not is_idle():
            time.sleep(LOOK_SECONDS)
        if not is_idle():
            workers.kill(chance.randrange(workers.count))


def _lose(evening: Evening, numbers: Sequence[int]) -> dict[str, datetime]:
    """Record losses; return the moments after which nothing may be said, by openid."""
    lost_at = {}
    for number in numbers:
        now = evening.house.clock.now()
        loss = Loss(LossKind.MISCARRIAGE, beijing_date(now), "")
        with evening.house.database.transaction() as session:
            record_loss(
                session, hospital_id=HOSPITAL_ID, pregnancy_id=f"prg_{number}", loss=loss,
                actor=PROGRAM, now=now,
            )  # fmt: skip
        lost_at[f"oEvening_{number}"] = evening.house.clock.now()
    return lost_at


def _open(evening: Evening) -> int:
    with evening.house.database.transaction() as session:
        is_open = sa.select(sa.func.count()).where(Reminder.state.in_(OPEN))
        return int(session.scalar(is_open) or 0)


def _counted(
    evening: Evening, sky: Sky, lost_at: Mapping[str, datetime], *, kills: int
) -> Aftermath:
    told = Counter(one.openid for one in sky.taken)
    with evening.house.database.transaction() as session:
        told_of = sa.select(Reminder.person_id, Reminder.state, Reminder.reason)
        reminders = session.execute(told_of).all()
        letters = session.execute(sa.select(Letter.id, Letter.claimed_at)).all()
        claimed = {row.id: row.claimed_at for row in letters}
    said = {f"oEvening_{person_id.removeprefix('per_')}" for person_id, state, reason in reminders
            if state is ReminderState.SENT and reason is None}  # fmt: skip
    late = [
        one for one in sky.taken
        if (since := lost_at.get(one.openid)) is not None
        and one.at > since
        and (claimed.get(one.client_msg_id, one.at) > since or one.at > since + FRESH)
    ]  # fmt: skip
    return Aftermath(
        lost=sum(state in OPEN for _, state, _ in reminders) + len(said - told.keys()),
        doubled=sum(times > 1 for times in told.values()), after_loss=len(late),
        crossed=sky.crossed, taken=len(sky.taken), calls=sky.calls, kills=kills,
        states=Counter(f"{state.value} {reason or ''}".strip() for _, state, reason in reminders),
    )  # fmt: skip
