"""What others may ask of this room."""

from dataclasses import dataclass
from datetime import UTC, date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from accounts.models import Hospital, Person
from core.db import Session, as_read, known, rows
from core.errors import NotFound
from handbook.care.layers import ScheduleItem
from handbook.care.make_up import FOR_MULTIPLES
from handbook.care.phrases import phrase
from handbook.care.schedule import Anchor, load
from handbook.dating import DEFAULT_REDATING
from handbook.models import (
    Dating,
    DatingSource,
    DatingState,
    Pregnancy,
    PregnancyEvent,
    PregnancyState,
    RedatingChoice,
)
from handbook.timeline import Item, dated

SPEAKER = """
select person.id as person_id, person.family_id, hospital.id as hospital_id, hospital.name,
       hospital.phone, hospital.emergency_phone,
       newest.id, newest.state, newest.schedule, newest.last_period_day, newest.due_day,
       newest.dating_source, newest.fetuses, newest.delivery_day, newest.discharge_day,
       newest.quiet_at
from wechat_identity
join hospital on hospital.oa_appid = wechat_identity.appid
join person on person.id = wechat_identity.person_id
left join lateral (
    select * from pregnancy where pregnancy.person_id = person.id
    order by state <> 'ongoing', id desc limit 1
) as newest on true
where wechat_identity.appid = %(appid)s and wechat_identity.openid = %(openid)s
"""


@dataclass(frozen=True)
class Speaker:
    """Who somebody is, which hospital she speaks to, and her pregnancy as in `pregnancy_of`."""

    person: Person
    hospital: Hospital
    pregnancy: Pregnancy | None


def speaker(session: Session, *, appid: str, openid: str) -> Speaker:
    """Return who speaks behind an openid of an Official Account; one statement.

    Raises:
        NotFound: nobody is known by it, or no hospital has the account.
    """
    found = rows(session, SPEAKER, {"appid": appid, "openid": openid})
    if not found:
        raise NotFound
    stands = speaker_in(found[0], appid=appid)
    return Speaker(
        person=known(session, stands.person),
        hospital=known(session, stands.hospital),
        pregnancy=None if stands.pregnancy is None else known(session, stands.pregnancy),
    )


def speaker_in(row: Any, *, appid: str) -> Speaker:  # noqa: ANN401 - a row of any such statement
    """Return what a row with the columns of `SPEAKER` tells, no session knowing of it."""
    hospital = {
        "id": row.hospital_id, "name": row.name, "phone": row.phone,
        "emergency_phone": row.emergency_phone, "oa_appid": appid,
    }  # fmt: skip
    return Speaker(
        person=as_read(Person, {"id": row.person_id, "family_id": row.family_id}),
        hospital=as_read(Hospital, hospital),
        pregnancy=None if row.id is None else as_read(Pregnancy, _pregnancy(row)),
    )


def _pregnancy(row: Any) -> dict[str, object]:  # noqa: ANN401 - as above
    return {
        "id": row.id, "person_id": row.person_id, "state": PregnancyState(row.state),
        "schedule": row.schedule, "last_period_day": row.last_period_day, "due_day": row.due_day,
        "dating_source": DatingSource(row.dating_source), "fetuses": row.fetuses,
        "delivery_day": row.delivery_day, "discharge_day": row.discharge_day,
        "quiet_at": None if row.quiet_at is None else row.quiet_at.astimezone(UTC),
    }  # fmt: skip


def pregnancy_of(session: Session, *, person_id: str) -> Pregnancy | None:
    """Return her ongoing pregnancy, else the newest one, or None."""
    is_over = Pregnancy.state != PregnancyState.ONGOING
    return session.scalar(
        sa.select(Pregnancy)
        .where(Pregnancy.person_id == person_id)
        .order_by(is_over, Pregnancy.id.desc())
        .limit(1)
    )


def pregnancies_of_family(session: Session, *, family_id: str, hospital_id: str) -> list[Pregnancy]:
    """Return the pregnancies of a family of this hospital, newest first."""
    return list(
        session.scalars(
            sa.select(Pregnancy)
            .where(Pregnancy.family_id == family_id, Pregnancy.hospital_id == hospital_id)
            .order_by(Pregnancy.id.desc())
        )
    )


def pregnancy_in(session: Session, *, pregnancy_id: str, hospital_id: str) -> Pregnancy:
    """Return a pregnancy of this hospital.

    Raises:
        NotFound: no such pregnancy, or of another hospital.
    """
    pregnancy = session.get(Pregnancy, pregnancy_id)
    if pregnancy is None or pregnancy.hospital_id != hospital_id:
        raise NotFound
    return pregnancy


def datings_of(session: Session, *, pregnancy_id: str) -> list[Dating]:
    """Return every dating of a pregnancy, newest first."""
    of_pregnancy = sa.select(Dating).where(Dating.pregnancy_id == pregnancy_id)
    return list(session.scalars(of_pregnancy.order_by(Dating.id.desc())))


def events_of(session: Session, *, pregnancy_id: str) -> list[PregnancyEvent]:
    """Return what happened to a pregnancy, oldest first."""
    of_pregnancy = sa.select(PregnancyEvent).where(PregnancyEvent.pregnancy_id == pregnancy_id)
    order = (PregnancyEvent.made_at, PregnancyEvent.before.nulls_first(), PregnancyEvent.id)
    return list(session.scalars(of_pregnancy.order_by(*order)))


def items_of(pregnancy: Pregnancy, *, today: date) -> list[Item]:
    """Return the timeline of a pregnancy: before birth its own items, after it the mother's.

    Empty when it was lost, and when no child of it lives any more. With more than one child
    expected only what still applies is there; `timeline_note` says so.
    """
    anchors = tuple(anchors_of(pregnancy).items())
    return list(
        _items(pregnancy.schedule, pregnancy.fetuses, anchors, pregnancy.dating_source, today)
    )


@lru_cache(maxsize=2048)
def _items(
    schedule: str, fetuses: int, anchors: tuple[tuple[Anchor, date], ...], source: str, today: date
) -> tuple[Item, ...]:
    # Mothers of the same days share a timeline, and working one out costs as much as the rest of
    # an answer. A released edition never changes, so what was true of these days stays true.
    rows = _rows(schedule, fetuses)
    return tuple(dated(rows, anchors=dict(anchors), today=today, source=source))


def rows_of(pregnancy: Pregnancy) -> tuple[ScheduleItem, ...]:
    """Return the items of its edition that apply to a pregnancy."""
    return _rows(pregnancy.schedule, pregnancy.fetuses)


def _rows(schedule: str, fetuses: int) -> tuple[ScheduleItem, ...]:
    rows = load(schedule).items
    if fetuses == 1:
        return rows
    return tuple(row for row in rows if row.key in FOR_MULTIPLES)


def anchors_of(pregnancy: Pregnancy) -> dict[Anchor, date]:
    """Return the days a pregnancy's items are counted from now; none when it is not spoken of."""
    if pregnancy.state is PregnancyState.ONGOING:
        return {Anchor.LAST_PERIOD: pregnancy.last_period_day}
    if pregnancy.state is PregnancyState.ENDED or pregnancy.quiet_at is not None:
        return {}
    days = {Anchor.DELIVERY: pregnancy.delivery_day, Anchor.DISCHARGE: pregnancy.discharge_day}
    return {anchor: day for anchor, day in days.items() if day is not None}


def timeline_note(pregnancy: Pregnancy) -> str:
    """Return what stands above the timeline: that clinicians set it, or nothing."""
    is_told = pregnancy.state is PregnancyState.ONGOING and pregnancy.fetuses > 1
    return phrase("multiples") if is_told else ""


def redating_rule_of(session: Session, *, hospital_id: str) -> str:
    """Return the key of the re-dating rule that a hospital chose, or that of the usual one."""
    choices = redating_choices(session, hospital_id=hospital_id)
    return choices[0].rule if choices else DEFAULT_REDATING


def redating_choices(session: Session, *, hospital_id: str) -> list[RedatingChoice]:
    """Return every choice of a re-dating rule of a hospital, newest first."""
    of_hospital = sa.select(RedatingChoice).where(RedatingChoice.hospital_id == hospital_id)
    newest_first = (RedatingChoice.made_at.desc(), RedatingChoice.id.desc())
    return list(session.scalars(of_hospital.order_by(*newest_first)))


def proposals_in(session: Session, *, hospital_id: str) -> list[Dating]:
    """Return the datings of a hospital's ongoing pregnancies that wait for an answer of staff."""
    return list(
        session.scalars(
            sa.select(Dating)
            .join(Pregnancy, Pregnancy.id == Dating.pregnancy_id)
            .where(
                Dating.state == DatingState.PROPOSED,
                Pregnancy.hospital_id == hospital_id,
                Pregnancy.state == PregnancyState.ONGOING,
            )
            .order_by(Dating.id)
        )
    )
