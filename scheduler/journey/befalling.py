"""What each happening of a history changes in its family; pure but for the family it is given."""

from datetime import datetime
from functools import singledispatch

from booking.models import AppointmentState
from core.clock import beijing_date, beijing_moment
from handbook.models import PregnancyState
from handbook.models_lives import ChildState
from handbook.standing.stretches import Edge
from scheduler.journey import histories
from scheduler.journey.family import Family, Mother, Newborn, Pause, Visit
from scheduler.speech.points import targets_of, traits_of


@singledispatch
def befall(happening: histories.Happening, family: Family, *, now: datetime) -> None:
    """Let something become known of a family.

    Raises:
        ValueError: it cannot happen to this family.
    """
    raise TypeError(type(happening))


@befall.register
def _(happening: histories.Expecting, family: Family, *, now: datetime) -> None:
    if family.pregnancies and family.pregnancy.state == PregnancyState.ONGOING:
        raise ValueError("she is expecting already")
    family.pregnancies.append(
        Mother(
            f"pregnancy{len(family.pregnancies) + 1}",
            family.schedules.pregnancy,
            happening.last_period_day,
            now,
            now,
        )  # fmt: skip
    )


@befall.register
def _(happening: histories.Redated, family: Family, *, now: datetime) -> None:
    pregnancy = _ongoing(family)
    pregnancy.last_period_day, pregnancy.known_at = happening.last_period_day, now


@befall.register
def _(happening: histories.Several, family: Family, *, now: datetime) -> None:
    pregnancy = _ongoing(family)
    pregnancy.fetuses, pregnancy.known_at = happening.children, now


@befall.register
def _(happening: histories.Born, family: Family, *, now: datetime) -> None:
    pregnancy = _ongoing(family)
    day = histories.check_birth_day(happening, last_period_day=pregnancy.last_period_day)
    pregnancy.state, pregnancy.delivery_day = PregnancyState.DELIVERED, day
    pregnancy.known_at = pregnancy.closed_at = now
    for _number in range(happening.children):
        child = Newborn(
            f"child{len(family.children) + 1}", family.schedules.child, pregnancy.id, day,
            (day - pregnancy.last_period_day).days, now, now, sex=happening.sex,
            plan=happening.plan or None,
        )  # fmt: skip
        child.set_next_visit(last_visit_day=day)
        family.children.append(child)


@befall.register
def _(happening: histories.Discharged, family: Family, *, now: datetime) -> None:
    pregnancy, day = family.pregnancy, happening.day
    if pregnancy.state != PregnancyState.DELIVERED:
        raise ValueError("nobody is born yet")
    pregnancy.discharge_day, pregnancy.known_at = day, now
    for child in family.children:
        if child.pregnancy_id == pregnancy.id:
            child.discharge_day, child.known_at = day, now
            child.set_next_visit(last_visit_day=day)


@befall.register
def _(happening: histories.Lost, family: Family, *, now: datetime) -> None:
    pregnancy = _ongoing(family)
    pregnancy.state, pregnancy.closed_at = PregnancyState.ENDED, now
    for visit in family.visits:
        visit.is_lost |= visit.subject_id == pregnancy.id


@befall.register
def _(happening: histories.Died, family: Family, *, now: datetime) -> None:
    child = family.child(happening.child)
    if child.state == ChildState.DIED:
        raise ValueError("its death is known already")
    _leave(family, child, ChildState.DIED, now)
    rest = [one for one in family.children if one.pregnancy_id == child.pregnancy_id]
    if all(one.state == ChildState.DIED for one in rest):
        by_id = {one.id: one for one in family.pregnancies}
        by_id[child.pregnancy_id].quiet_at = now


@befall.register
def _(happening: histories.MovedAway, family: Family, *, now: datetime) -> None:
    for child in family.children:
        if child.state == ChildState.LIVING:
            _leave(family, child, ChildState.MOVED_AWAY, now)
    family.pauses.append(Pause(f"pause{len(family.pauses) + 1}", now, None, None))


@befall.register
def _(happening: histories.Paused, family: Family, *, now: datetime) -> None:
    until = None if happening.until is None else beijing_moment(happening.until)
    kind = None if happening.kind is None else happening.kind.value
    family.pauses.append(Pause(f"pause{len(family.pauses) + 1}", now, until, kind))


@befall.register
def _(happening: histories.Resumed, family: Family, *, now: datetime) -> None:
    for pause in family.pauses:
        if pause.holds(now):
            pause.until_at = now


@befall.register
def _(happening: histories.OptedOut, family: Family, *, now: datetime) -> None:
    family.unwanted.add(happening.kind)


@befall.register
def _(happening: histories.Booked, family: Family, *, now: datetime) -> None:
    whose = family.subject_of(happening.item, child=happening.child)
    if whose.lived().over is not None:
        raise ValueError("nothing is booked for whom it is over")
    starts_at = beijing_moment(
        happening.visit_day, hour=happening.hour.hour, minute=happening.hour.minute
    )
    if starts_at <= now:
        raise ValueError("a place is booked before its hour")
    number = len(family.visits) + 1
    family.visits.append(
        Visit(
            f"appointment{number}",
            number,
            whose.id,
            happening.item,
            traits_of(whose.schedule, happening.item).care or "antenatal",
            starts_at,
            now,
            now,
            happening.through,
            child_id=whose.id if isinstance(whose, Newborn) else None,
        )  # fmt: skip
    )


@befall.register
def _(happening: histories.Came, family: Family, *, now: datetime) -> None:
    visit = family.visit(happening.item)
    if beijing_date(visit.starts_at) > happening.day:
        raise ValueError("nobody comes before the day")
    visit.step(AppointmentState.SEEN, now=now)
    _record(family, happening.item, child=happening.child, now=now)


@befall.register
def _(happening: histories.Missed, family: Family, *, now: datetime) -> None:
    visit = family.visit(happening.item)
    if visit.starts_at > now:
        raise ValueError("nobody misses what is to come")
    visit.step(AppointmentState.NO_SHOW, now=now)


@befall.register
def _(happening: histories.CancelledByClinic, family: Family, *, now: datetime) -> None:
    family.visit(happening.item).step(AppointmentState.CANCELLED_BY_CLINIC, now=now)


@befall.register
def _(happening: histories.Recorded, family: Family, *, now: datetime) -> None:
    _record(family, happening.item, child=happening.child, now=now)


def _ongoing(family: Family) -> Mother:
    if family.pregnancy.state != PregnancyState.ONGOING:
        raise ValueError("no pregnancy goes on")
    return family.pregnancy


def _leave(family: Family, child: Newborn, state: ChildState, now: datetime) -> None:
    child.state, child.closed_at = state, now
    child.plan_from_day = child.plan_to_day = None
    for visit in family.visits:
        visit.is_child_gone |= visit.child_id == child.id


def _record(family: Family, item: str, *, child: int, now: datetime) -> None:
    whose = family.subject_of(item, child=child)
    target = targets_of(whose.schedule, Edge.OPENS).get(item)
    if isinstance(whose, Newborn) and whose.plan == item:
        whose.set_next_visit(last_visit_day=beijing_date(now))
    elif target is not None and target.position:
        family.given[whose.id, target.vaccines[0]] += 1
    else:
        family.done.add((whose.id, item))
