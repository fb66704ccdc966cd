"""What falls to staff in a journey: overdue items, what lapsed before, aftercare, who is unreached.

Days, sightings and clocks are those of the worklist (`scheduler/follow_up.py`), asked of one family
instead of a table.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from core.clock import beijing_date
from core.dates import long_day
from core.words import label
from handbook.follow_up.clocks import CLOCKS, Clock
from handbook.follow_up.rules import TaskKind
from handbook.models import PregnancyState
from handbook.models_lives import ChildState
from handbook.risk.refresh import overdue_item, unreachable
from handbook.standing.stretches import Edge, Target
from scheduler.journey.entries import Entry, Sort
from scheduler.journey.family import Family, Mother, Newborn
from scheduler.journey.naming import name_of, source_of
from scheduler.speech.points import days_of, targets_of

DAY = timedelta(days=1)


def aftercare(family: Family, *, now: datetime) -> Iterator[Entry]:
    """Yield the aftercare of the losses that became known just now."""
    lost = [
        one.id
        for one in family.pregnancies
        if one.state == PregnancyState.ENDED and one.closed_at == now
    ]
    died = [
        one.pregnancy_id
        for one in family.children
        if one.state == ChildState.DIED and one.closed_at == now
    ]
    for subject_id in (*lost, *died):
        yield Entry(
            at=now, sort=Sort.TASK, subject_id=subject_id, task=TaskKind.LOSS_AFTERCARE,
            title=label("scheduler.journey_aftercare"), text=_until(CLOCKS.loss_aftercare, now),
            why=CLOCKS.loss_aftercare.section,
        )  # fmt: skip


def earlier(family: Family, *, now: datetime) -> Iterator[Entry]:
    """Yield the task about what had lapsed before a life became known, just now, as it is."""
    today = beijing_date(now)
    for one in family.lives():
        if one.known_at != now:
            continue
        keys = [key for key, last_day in _late(family, one) if last_day < today]
        family.told_late |= {(one.id, key) for key in keys}
        if keys:
            names = "、".join(name_of(one.schedule, key) for key in keys)
            yield Entry(
                at=now, sort=Sort.TASK, subject_id=one.id, task=TaskKind.EARLIER_ITEMS,
                item_keys=tuple(keys), title=label("scheduler.journey_earlier"),
                text=f"{names}。{_until(CLOCKS.earlier_items, now)}",
                why=CLOCKS.earlier_items.section, edition=one.schedule,
            )  # fmt: skip


def overdue(family: Family, *, from_day: date, to_day: date) -> Iterator[Entry]:
    """Yield what is required and falls overdue on one of these days, both included."""
    for one in family.lives():
        known_day = beijing_date(one.known_at)
        for key, last_day in _late(family, one):
            if from_day <= last_day + DAY <= to_day and last_day >= known_day:
                family.told_late.add((one.id, key))
                seen = overdue_item(
                    item_key=key, to_day=last_day, pregnancy_id=None, child_id=None
                )  # fmt: skip
                name = name_of(one.schedule, key)
                yield Entry(
                    at=seen.due_at, sort=Sort.TASK, subject_id=one.id, task=seen.kind,
                    item_keys=(key,), title=label("scheduler.journey_overdue").format(name=name),
                    why=source_of(one.schedule, key), edition=one.schedule,
                )  # fmt: skip


def calls(family: Family, *, since: datetime, now: datetime) -> Iterator[Entry]:
    """Yield the task about whom no message reaches, while a pregnancy goes on."""
    if not family.pregnancies or family.pregnancy.state != PregnancyState.ONGOING:
        return
    seen = unreachable(person_id="", since_day=beijing_date(since))
    yield Entry(
        at=now, sort=Sort.TASK, subject_id=family.pregnancy.id, task=seen.kind,
        title=label("scheduler.journey_unreached"), why=label("scheduler.journey_unreached_why"),
    )  # fmt: skip


def _late(family: Family, one: Mother | Newborn) -> Iterator[tuple[str, date]]:
    """Yield what can be late in a life that goes on, is not in the record, and its last day."""
    lived = one.lived()
    if lived.over is not None:
        return
    for key, target in targets_of(one.schedule, Edge.OVERDUE).items():
        days = days_of(target, lived.life)
        if days is None or days[1] is None or (one.id, key) in family.told_late:
            continue
        if not _is_done(family, one.id, target):
            yield key, days[1]
    if lived.plan is not None and (one.id, lived.plan[0]) not in family.told_late:
        yield lived.plan[0], lived.plan[2]


def _is_done(family: Family, subject_id: str, target: Target) -> bool:
    if not target.position:
        return (subject_id, target.key) in family.done
    given = sum(family.given[subject_id, each] for each in target.vaccines)
    return given >= target.position


def _until(clock: Clock, now: datetime) -> str:
    runs_out_at = clock.runs_out_at(day=beijing_date(now), now=now)
    return label("scheduler.journey_until").format(day=long_day(beijing_date(runs_out_at)))
