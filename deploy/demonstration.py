"""The demonstration hospital: clinics with free slots, staff, and a library of articles."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from accounts.actions import StaffCard, add_staff
from accounts.models import Hospital, Role, Staff
from booking.actions import open_clinic, release_slots
from booking.models import Care
from content import actions
from content.library import drafts, experts
from content.queries import article_for_staff
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.house import House
from core.ids import new_id

PASSWORD = "yunyu-demo-2026"  # noqa: S105 - printed at every start, for the demonstration only
DAYS = 90
MORNING = [(8, 0), (8, 30), (9, 0), (9, 30), (10, 0), (10, 30), (11, 0)]
AFTERNOON = [(13, 30), (14, 0), (14, 30), (15, 0), (15, 30), (16, 0)]
HALF_HOUR = timedelta(minutes=30)
SUNDAY = 6

CLINICS = (
    (Care.ANTENATAL, "产科普通门诊", "门诊楼3层301室", 4),
    (Care.ANTENATAL, "产科专家门诊", "门诊楼3层305室", 1),
    (Care.ULTRASOUND, "产科超声室", "门诊楼2层超声科", 3),
    (Care.OGTT, "糖耐量检查室", "门诊楼2层检验科", 6),
    (Care.POSTPARTUM, "产后康复门诊", "门诊楼3层310室", 2),
    (Care.CHILD, "儿童保健门诊", "保健楼1层102室", 4),
    (Care.VACCINATION, "预防接种门诊", "保健楼1层108室", 6),
)

STAFF = (
    ("fang", "方敏", "产科门诊护士", (Role.CLERK,)),
    ("qin", "秦雨", "妇幼保健专干", (Role.CARE_WORKER,)),
    ("bai", "白芷", "产科主治医师", (Role.CLINICIAN,)),
    ("luo", "罗院长", "院长", (Role.MANAGER,)),
)


def fill(house: House) -> None:
    """Fill an empty house; nothing happens if there is a hospital already."""
    now = house.clock.now()
    with house.database.transaction() as session:
        if session.scalar(sa.select(sa.func.count()).select_from(Hospital)):
            return
        hospital = _hospital(session, appid=house.settings.oa_appid, now=now)
        for username, name, title, roles in STAFF:
            _staff(session, hospital, StaffCard(username, name, title, roles), now=now)
        _clinics(session, hospital, now=now)
        _library(session, hospital, now=now)


def _hospital(session: Session, *, appid: str, now: datetime) -> Hospital:
    hospital = Hospital(
        id=new_id("hos", now=now), name="示范市妇幼保健院", phone="0555-5550100",
        emergency_phone="0555-5550120", address="示范市和平路18号", oa_appid=appid,
        created_at=now,
    )  # fmt: skip
    session.add(hospital)
    session.flush()
    return hospital


def _staff(session: Session, hospital: Hospital, card: StaffCard, *, now: datetime) -> Staff:
    return add_staff(session, hospital_id=hospital.id, card=card, password=PASSWORD, now=now)


def _clinics(session: Session, hospital: Hospital, *, now: datetime) -> None:
    first = beijing_date(now)
    for care, name, room, places in CLINICS:
        clinic = open_clinic(
            session, hospital_id=hospital.id, care=care, name=name, room=room, now=now
        )
        release_slots(
            session, clinic_id=clinic.id, starts=_starts(first), lasts=HALF_HOUR, places=places,
            now=now,
        )  # fmt: skip


def _starts(first: date) -> Iterator[datetime]:
    for step in range(DAYS):
        day = first + timedelta(days=step)
        if day.weekday() != SUNDAY:
            for hour, minute in MORNING + AFTERNOON:
                yield beijing_moment(day, hour=hour, minute=minute)


def _library(session: Session, hospital: Hospital, *, now: datetime) -> None:
    """Take every article of the library through its whole life: written, reviewed, published."""
    people = {
        expert.key: _staff(
            session,
            hospital,
            StaffCard(
                expert.key,
                expert.name,
                f"{expert.department}{expert.title}",
                (Role.AUTHOR, Role.REVIEWER),
            ),
            now=now,
        )
        for expert in experts().values()
    }
    for one in drafts():
        author, reviewer = people[one.author], people[one.reviewer]
        article = actions.write(session, author=author, draft=one.draft, now=now)
        actions.submit(session, staff=author, article_id=article.id, now=now)
        file = article_for_staff(session, hospital_id=hospital.id, article_id=article.id)
        actions.approve(
            session, reviewer=reviewer, article_id=article.id,
            text_hash=file.version.text_hash, now=now,
        )  # fmt: skip
        actions.publish(session, staff=reviewer, article_id=article.id, now=now)
