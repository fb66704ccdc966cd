"""What others may ask of this room."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from accounts.models import Person
from conversation.models import Alarm
from core.clock import beijing_moment
from core.db import Session
from core.errors import NotFound
from scheduler.models import Letter, Reminder, ReminderKind, ReminderState, TickRun
from scheduler.models_channels import ChannelMeter, ChannelTemplate
from scheduler.models_wishes import Wording
from scheduler.rhythm import EVERY, stuck_after
from scheduler.speech.editions import Spoken, current


@dataclass(frozen=True)
class SaidLine:
    """A letter that was written to somebody, with the reasons it carried."""

    letter: Letter
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True)
class Unreached:
    """A person whom no channel reached, with what she has not been told yet."""

    person: Person
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True)
class Why:
    """Why something was said: the reason, the rule with its source, the letter and its words.

    `spoken` is None when the rule is not among those that are spoken by now.
    """

    reminder: Reminder
    spoken: Spoken | None
    letter: Letter | None
    wording: Wording | None


def reminders_of(
    session: Session, *, person_id: str, hospital_id: str, limit: int = 50
) -> list[Reminder]:
    """Return a person's reminders in this hospital, latest due first."""
    return list(
        session.scalars(
            sa.select(Reminder)
            .where(Reminder.person_id == person_id, Reminder.hospital_id == hospital_id)
            .order_by(Reminder.due_at.desc(), Reminder.id)
            .limit(limit)
        )
    )


def said(session: Session, *, person_id: str, hospital_id: str, limit: int = 50) -> list[SaidLine]:
    """Return the letters written to a person of this hospital, the newest first."""
    letters = session.scalars(
        sa.select(Letter)
        .where(Letter.person_id == person_id, Letter.hospital_id == hospital_id)
        .order_by(Letter.claimed_at.desc(), Letter.id.desc())
        .limit(limit)
    ).all()
    carried: dict[str | None, list[Reminder]] = {}
    of_letters = sa.and_(
        Reminder.person_id == person_id, Reminder.letter_id.in_([letter.id for letter in letters])
    )
    for one in session.scalars(sa.select(Reminder).where(of_letters).order_by(Reminder.due_at)):
        carried.setdefault(one.letter_id, []).append(one)
    return [SaidLine(letter, tuple(carried.get(letter.id, ()))) for letter in letters]


def reasons(session: Session, *, person_id: str, reminder_id: str) -> Why:
    """Return why something was said to a person (为什么发给我).

    Raises:
        NotFound: no such reminder, or somebody else's.
    """
    reminder = session.get(Reminder, reminder_id)
    if reminder is None or reminder.person_id != person_id:
        raise NotFound
    letter = session.get(Letter, reminder.letter_id) if reminder.letter_id else None
    wording = session.get(Wording, letter.wording_id) if letter and letter.wording_id else None
    return Why(reminder, current().rules.get(reminder.rule), letter, wording)


def undeliverable(session: Session, *, hospital_id: str, limit: int = 100) -> list[Reminder]:
    """Return the reminders that no channel could deliver, newest first: somebody must call."""
    return list(
        session.scalars(
            sa.select(Reminder)
            .where(Reminder.hospital_id == hospital_id, Reminder.listed_at.is_not(None))
            .order_by(Reminder.listed_at.desc(), Reminder.id)
            .limit(limit)
        )
    )


def unreachable(session: Session, *, hospital_id: str, limit: int = 100) -> list[Unreached]:
    """Return whom no channel reached, each with what she was not told, the newest first.

    `limit` bounds the reminders looked at, not the people.
    """
    people: dict[str, list[Reminder]] = {}
    for one in undeliverable(session, hospital_id=hospital_id, limit=limit):
        people.setdefault(one.person_id, []).append(one)
    known = session.scalars(sa.select(Person).where(Person.id.in_(people)))
    by_id = {person.id: person for person in known}
    return [Unreached(by_id[person_id], tuple(hers)) for person_id, hers in people.items()]


def standing(session: Session) -> dict[str, int]:
    """Return how many reminders stand in each state, and how many alarms nobody has opened."""
    states = session.execute(sa.select(Reminder.state, sa.func.count()).group_by(Reminder.state))
    unopened = session.scalar(
        sa.select(sa.func.count()).select_from(Alarm).where(Alarm.opened_at.is_(None))
    )
    counts = dict.fromkeys((f"reminders_{state}" for state in ReminderState), 0)
    counts |= {f"reminders_{state}": count for state, count in states}
    return counts | {"unopened_alarms": unopened or 0}


def ticks(session: Session) -> list[TickRun]:
    """Return when each tick last ran, by name."""
    return list(session.scalars(sa.select(TickRun).order_by(TickRun.name)))


def stuck_ticks(session: Session, *, now: datetime) -> list[str]:
    """Return the names of the ticks that have not finished for too long, or never."""
    finished = {run.name: run.finished_at for run in ticks(session)}
    return [
        name
        for name in EVERY
        if (last := finished.get(name)) is None or now - last > stuck_after(name)
    ]


def load(session: Session, *, hospital_id: str, from_day: date, days: int) -> dict[date, int]:
    """Return how many reminders of a hospital are written down for each of `days` days.

    Days without any are not there; what lies further ahead than two days is not written yet
    (`scheduler/foresight.py::load_ahead`).
    """
    day = sa.cast(sa.func.timezone("Asia/Shanghai", Reminder.due_at), sa.Date)
    counted = (
        sa.select(day.label("day"), sa.func.count().label("many"))
        .where(
            Reminder.hospital_id == hospital_id,
            Reminder.due_at >= beijing_moment(from_day),
            Reminder.due_at < beijing_moment(from_day + timedelta(days=days)),
        )
        .group_by(day)
        .order_by(day)
    )
    return {row.day: row.many for row in session.execute(counted)}


def load_by_hour(
    session: Session, *, hospital_id: str, from_day: date, days: int
) -> dict[tuple[date, int], int]:
    """Return how many reminders are written down for each hour (0-23) of each of `days` days.

    Counted by the moment the rule named; the night, pauses and caps move the sending itself.
    """
    wall = sa.func.timezone("Asia/Shanghai", Reminder.due_at)
    day, hour = sa.cast(wall, sa.Date), sa.cast(sa.extract("hour", wall), sa.Integer)
    counted = (
        sa.select(day.label("day"), hour.label("hour"), sa.func.count().label("many"))
        .where(
            Reminder.hospital_id == hospital_id,
            Reminder.due_at >= beijing_moment(from_day),
            Reminder.due_at < beijing_moment(from_day + timedelta(days=days)),
        )
        .group_by(day, hour)
    )
    return {(row.day, row.hour): row.many for row in session.execute(counted)}


def waiting_of_kind(
    session: Session, *, hospital_id: str, kind: ReminderKind | None, until: datetime
) -> int:
    """Return how many reminders of a kind (None: of any), due by a moment, wait to be said."""
    waiting = sa.select(sa.func.count()).where(
        Reminder.hospital_id == hospital_id, Reminder.settled_at.is_(None), Reminder.due_at <= until
    )
    if kind is not None:
        waiting = waiting.where(Reminder.kind == kind)
    return session.scalar(waiting) or 0


def meters(session: Session, *, appids: Collection[str]) -> list[ChannelMeter]:
    """Return the meters of the channels of some accounts, by account and channel."""
    found = sa.select(ChannelMeter).where(ChannelMeter.appid.in_(appids))
    return list(session.scalars(found.order_by(ChannelMeter.appid, ChannelMeter.channel)))


def templates_in(session: Session, *, hospital_id: str) -> list[ChannelTemplate]:
    """Return the templates a hospital named, by channel and layout."""
    table = ChannelTemplate
    named = sa.select(table).where(table.hospital_id == hospital_id)
    return list(session.scalars(named.order_by(table.channel, table.layout)))
