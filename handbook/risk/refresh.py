"""The look at everything that fell due: for the hand of the clock, as often as it likes.

Only visits that staff confirmed count here: what a family reports does not end the follow-up of a
woman at high risk.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.audit import PROGRAM
from core.clock import beijing_date, beijing_moment
from core.db import Session, rows
from handbook.follow_up.closing import close
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import TaskKind
from handbook.follow_up.sightings import Sighting, open_found
from handbook.follow_up.sweeping import sweep
from handbook.risk.duties import DUTIES, AfterBirth

DAY = timedelta(days=1)

ASSESSED = """
select pregnancy.id, pregnancy.delivery_day, newest.assessed_day, visit.day as visit_day,
       allowed.most_days
from pregnancy
join lateral (
    select colour, assessed_day from risk_assessment
    where risk_assessment.pregnancy_id = pregnancy.id
    order by assessed_day desc, made_at desc, id desc limit 1
) as newest on true
cross join lateral (
    select max(confirmed_day) as day from visit_record
    where visit_record.pregnancy_id = pregnancy.id and withdrawn_at is null
) as visit
left join risk_visit_interval as allowed
    on allowed.hospital_id = pregnancy.hospital_id and allowed.colour = newest.colour
where (
    pregnancy.state = 'ongoing' and (
        visit.day > newest.assessed_day
        or greatest(newest.assessed_day, visit.day) + allowed.most_days < %(today)s
    )
) or (
    pregnancy.state = 'delivered' and pregnancy.quiet_at is null
    and pregnancy.delivery_day between %(first_delivery)s and %(today)s
)
"""


@dataclass(frozen=True)
class Followed:
    """An assessed pregnancy: its days, and how many may pass between its visits, if anybody says.

    `delivery_day` is None while it is ongoing, `visit_day` as long as no visit was confirmed.
    """

    id: str
    delivery_day: date | None
    assessed_day: date
    visit_day: date | None
    most_days: int | None

    @property
    def last_day(self) -> date:
        """Return the day she was last seen."""
        return max(self.assessed_day, self.visit_day or self.assessed_day)


def refresh_worklist(session: Session, *, sightings: Iterable[Sighting], now: datetime) -> int:
    """End what is no longer true and open what fell due; return how many tasks are new.

    `sightings` are what was seen elsewhere: overdue items (`overdue_item`) and people whom no
    message reaches (`unreachable`). To look twice is harmless.
    """
    sweep(session, now=now)
    today = beijing_date(now)
    due = [one for each in _followed(session, today=today) for one in fallen_due(each, today=today)]
    _end_visited(session, due, now=now)
    return len(open_found(session, sightings=[*due, *sightings], actor=PROGRAM, now=now))


def overdue_item(
    *, item_key: str, to_day: date, pregnancy_id: str | None, child_id: str | None
) -> Sighting:
    """Return the sighting of an item that was not done until its last day."""
    return Sighting(
        TaskKind.OVERDUE_ITEM, f"{item_key}:{to_day}", beijing_moment(to_day + DAY),
        pregnancy_id=pregnancy_id, child_id=child_id, item_key=item_key,
    )  # fmt: skip


def unreachable(*, person_id: str, since_day: date) -> Sighting:
    """Return the sighting of a person whom no message has reached since a day."""
    return Sighting(
        TaskKind.UNREACHABLE, str(since_day), beijing_moment(since_day), person_id=person_id
    )


def fallen_due(followed: Followed, *, today: date) -> Iterator[Sighting]:
    """Return what has to be done for an assessed pregnancy by now."""
    if followed.delivery_day is not None:
        for each in DUTIES.reassessments_after_birth:
            yield from _after_birth(followed, each, followed.delivery_day, today=today)
        return
    if followed.visit_day is not None and followed.visit_day > followed.assessed_day:
        due_day = DUTIES.reassessment_at_visit.within.after(followed.visit_day)
        yield _sighting(followed, TaskKind.REASSESSMENT, f"visit:{followed.visit_day}", due_day)
    if followed.most_days is not None:
        due_day = followed.last_day + timedelta(days=followed.most_days)
        if due_day < today:
            occasion = f"seen:{followed.last_day}"
            yield _sighting(followed, TaskKind.HIGH_RISK_NO_VISIT, occasion, due_day)


def _after_birth(
    followed: Followed, duty: AfterBirth, delivery_day: date, *, today: date
) -> Iterator[Sighting]:
    opens_day = duty.opens.after(delivery_day)
    if followed.assessed_day < opens_day <= today:
        closes_day = duty.closes.after(delivery_day)
        yield _sighting(followed, TaskKind.REASSESSMENT, duty.key, closes_day)


def _sighting(followed: Followed, kind: TaskKind, occasion: str, last_day: date) -> Sighting:
    """Return a sighting whose time is over with the end of its last day."""
    return Sighting(kind, occasion, beijing_moment(last_day + DAY), pregnancy_id=followed.id)


def _followed(session: Session, *, today: date) -> list[Followed]:
    longest = max((each.closes for each in DUTIES.reassessments_after_birth), key=lambda s: s.rank)
    session.flush()
    given = {"today": today, "first_delivery": longest.negated().after(today)}
    return [Followed(*row) for row in rows(session, ASSESSED, given)]


def _end_visited(session: Session, due: Iterable[Sighting], *, now: datetime) -> None:
    """End the tasks about women who have been seen since, or whose interval was changed."""
    kind = TaskKind.HIGH_RISK_NO_VISIT
    true = [f"{each.pregnancy_id}:{each.occasion}" for each in due if each.kind is kind]
    which = (FollowUpTask.kind == kind) & FollowUpTask.occasion.not_in(true)
    close(session, which=which, reason=None, actor=PROGRAM, now=now)
