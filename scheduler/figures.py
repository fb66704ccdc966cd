"""Figures of a day: how many reminders went which way, why not, and how long they dwelt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.clock import beijing_moment
from core.db import Session, changed, rows
from scheduler.models import PlanMark, ReminderFigure, ReminderKind

NIGHT = "nightly"
DAY = timedelta(days=1)

COUNTED = """
select reminder.hospital_id, (reminder.due_at at time zone 'Asia/Shanghai')::date as day,
       reminder.kind, coalesce(letter.channel, '') as channel,
       case when reminder.state in ('sent', 'undeliverable') and letter.sent_at is not null
            then letter.state else reminder.state end as outcome,
       coalesce(reminder.reason, '') as reason, count(*) as count,
       percentile_cont(0.5) within group (
           order by extract(epoch from letter.sent_at - reminder.next_at)) as p50,
       percentile_cont(0.99) within group (
           order by extract(epoch from letter.sent_at - reminder.next_at)) as p99
from reminder left join letter on letter.id = reminder.letter_id
where reminder.due_at >= %(since)s and reminder.due_at < %(until)s
and (%(hospital_id)s::text is null or reminder.hospital_id = %(hospital_id)s)
group by 1, 2, 3, 4, 5, 6
order by 1, 2, 3, 4, 5, 6
"""

DWELT = """
select coalesce(letter.channel, '') as channel,
       percentile_cont(0.5) within group (
           order by extract(epoch from letter.sent_at - reminder.next_at)) as p50,
       percentile_cont(0.99) within group (
           order by extract(epoch from letter.sent_at - reminder.next_at)) as p99
from reminder join letter on letter.id = reminder.letter_id
where reminder.due_at >= %(since)s and reminder.due_at < %(until)s
and reminder.hospital_id = %(hospital_id)s and letter.sent_at is not null
group by grouping sets ((letter.channel), ())
"""

CREDITS = """
select subscription.template_id, count(*) filter (where is_lasting) as lasting,
       coalesce(sum(credits), 0) as credits
from subscription
join person on person.id = subscription.person_id
join family on family.id = person.family_id
where family.hospital_id = %(hospital_id)s
group by subscription.template_id order by subscription.template_id
"""


@dataclass(frozen=True)
class Figure:
    """How many reminders that were due on a day went one way.

    `outcome` is the letter's state (accepted, delivered, failed) where one was sent, else the
    reminder's. Dwell is from the moment it might be said (night, cap and pause aside) to the
    moment the platform took it, in seconds; None where nothing was sent.
    """

    hospital_id: str
    day: date
    kind: ReminderKind
    channel: str
    outcome: str
    reason: str
    count: int
    dwell_p50_seconds: float | None
    dwell_p99_seconds: float | None


@dataclass(frozen=True)
class Dwell:
    """From the moment reminders might be said to the moment the platform took them."""

    p50_seconds: float
    p99_seconds: float


@dataclass(frozen=True)
class Credits:
    """What families allowed of a template: how many for good, and how many single messages."""

    template_id: str
    lasting: int
    credits: int


def counted(
    session: Session, *, hospital_id: str | None, from_day: date, to_day: date
) -> list[Figure]:
    """Return the figures of these days, both included, as the tables tell them now.

    Of one hospital, or (None) of all. Costs a pass over the reminders of these days.
    """
    given = {
        "hospital_id": hospital_id, "since": beijing_moment(from_day),
        "until": beijing_moment(to_day + DAY),
    }  # fmt: skip
    return [
        Figure(
            row.hospital_id, row.day, ReminderKind(row.kind), row.channel, row.outcome,
            row.reason, row.count, row.p50, row.p99,
        )
        for row in rows(session, COUNTED, given)
    ]  # fmt: skip


def dwelt(session: Session, *, hospital_id: str, from_day: date, to_day: date) -> dict[str, Dwell]:
    """Return how long reminders of these days (both included) dwelt, by channel; "": of all.

    Where nothing was sent there is nothing. Costs a pass over the reminders of these days.
    """
    given = {
        "hospital_id": hospital_id, "since": beijing_moment(from_day),
        "until": beijing_moment(to_day + DAY),
    }  # fmt: skip
    return {
        row.channel: Dwell(float(row.p50), float(row.p99))
        for row in rows(session, DWELT, given)
        if row.p50 is not None
    }


def kept(
    session: Session, *, hospital_id: str, from_day: date, to_day: date
) -> Sequence[ReminderFigure]:
    """Return the figures that were kept of these days, both included."""
    table = ReminderFigure
    return session.scalars(
        sa.select(table)
        .where(table.hospital_id == hospital_id, table.day.between(from_day, to_day))
        .order_by(table.day, table.kind, table.channel, table.outcome, table.reason)
    ).all()


def keep(session: Session, *, day: date) -> int:
    """Keep the figures of a day, replacing what was kept of it; say how many rows."""
    session.execute(sa.delete(ReminderFigure).where(ReminderFigure.day == day))
    found = counted(session, hospital_id=None, from_day=day, to_day=day)
    session.add_all(ReminderFigure(**vars(one)) for one in found)
    session.flush()
    return len(found)


def credits_in(session: Session, *, hospital_id: str) -> list[Credits]:
    """Return what the families of a hospital allowed, by template."""
    found = rows(session, CREDITS, {"hospital_id": hospital_id})
    return [Credits(row.template_id, row.lasting, int(row.credits)) for row in found]


def begin_night(session: Session, *, day: date, now: datetime) -> bool:
    """Take the night of a day; of all workers, and of all tries, one gets it."""
    began = postgresql.insert(PlanMark).values(
        name=NIGHT, edition="", swept_to_day=day, looked_at=now, step_number=0
    )
    taken = began.on_conflict_do_update(
        index_elements=["name"], set_={"swept_to_day": day, "looked_at": now},
        where=PlanMark.swept_to_day < day,
    )  # fmt: skip
    return changed(session, taken) == 1
