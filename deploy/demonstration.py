"""The demonstration hospital: clinics with hours and slots, staff, and a library of articles."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time

import sqlalchemy as sa

from accounts.actions_hospital import HospitalCard, StaffCard, add_hospital, add_staff
from accounts.audit import PROGRAM
from accounts.models import Hospital, Role, Staff
from booking.models import Care, Share
from booking.models_supply import Level
from booking.steps import By
from booking.supply.actions_supply import (
    ClinicCard,
    DoctorCard,
    Place,
    add_clinic,
    add_doctor,
    add_institution,
)
from booking.supply.actions_weeks import Week, add_templates
from booking.supply.plan import Sitting
from content import actions
from content.library import drafts, experts
from content.queries import article_for_staff
from core.clock import beijing_date
from core.db import Session
from core.house import House
from deploy.stage import SUBSCRIPTIONS
from scheduler.models import Channel
from scheduler.wordings import set_template

PASSWORD = "yunyu-demo-2026"  # noqa: S105 - printed at every start, for the demonstration only
SUNDAY = 6
MORNING = (time(8), time(11, 30))
AFTERNOON = (time(13, 30), time(16, 30))
SLOT_MINUTES = 30

CLINICS = (
    (Care.ANTENATAL, "产科普通门诊", "门诊楼3层301室", 4),
    (Care.ANTENATAL, "产科专家门诊", "门诊楼3层305室", 1),
    (Care.ULTRASOUND, "产科超声室", "门诊楼2层超声科", 3),
    (Care.OGTT, "糖耐量检查室", "门诊楼2层检验科", 6),
    (Care.POSTPARTUM, "产后康复门诊", "门诊楼3层310室", 2),
    (Care.CHILD, "儿童保健门诊", "保健楼1层102室", 4),
    (Care.VACCINATION, "预防接种门诊", "保健楼1层108室", 6),
    (Care.COURSE, "孕妇学校", "保健楼5层大教室", 30),
)
"""Kind of care, name, room, and places on-line in each slot."""

EXPERTS = "产科专家门诊"
DOCTORS = (("何静仪", "主任医师", 1), ("许若兰", "副主任医师", 2))
"""They sit in turn at the experts' clinic: the first in the morning, the second after noon."""

SCHOOL_DAY = 5
SCHOOL = Sitting(time(9), time(10, 30), 90, {Share.ONLINE: 30, Share.DESK: 10, Share.REMOTE: 60})
"""A class on Saturdays, in the room and on-line."""

PLACES = (
    Place(Level.CITY, "示范市妇幼保健院", "示范市和平路18号", "0555-5550100"),
    Place(Level.COUNTY, "东湖县妇幼保健院", "东湖县湖滨路6号", "0555-5550200"),
    Place(Level.TOWN, "柳林镇卫生院", "东湖县柳林镇中街2号", "0555-5550300"),
)
"""Each stands below the one before it."""

HOSPITAL = HospitalCard("示范市妇幼保健院", "0555-5550100", "0555-5550120", "示范市和平路18号")
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
        hospital = add_hospital(session, card=HOSPITAL, oa_appid=house.settings.oa_appid, now=now)
        people = [
            _staff(session, hospital, StaffCard(username, name, title, roles), now=now)
            for username, name, title, roles in STAFF
        ]
        _subscriptions(session, people[-1], now=now)
        _clinics(session, hospital, now=now)
        _library(session, hospital, now=now)


def _staff(session: Session, hospital: Hospital, card: StaffCard, *, now: datetime) -> Staff:
    return add_staff(session, hospital_id=hospital.id, card=card, password=PASSWORD, now=now)


def _subscriptions(session: Session, manager: Staff, *, now: datetime) -> None:
    """Name the templates that need a consent for each message; their keys are the layouts' own."""
    for one in SUBSCRIPTIONS:
        set_template(
            session, staff=manager, channel=Channel(one.channel), layout=one.layout,
            template_id=one.id, keys={}, now=now,
        )  # fmt: skip


def _clinics(session: Session, hospital: Hospital, *, now: datetime) -> None:
    by, above = By(PROGRAM, "asked", now), None
    for place in PLACES:
        one = replace(place, parent_id=above)
        above = add_institution(session, hospital_id=hospital.id, place=one, by=by).id
    doctors = [
        add_doctor(session, hospital_id=hospital.id, card=DoctorCard(*card), by=by).id
        for card in DOCTORS
    ]
    for care, name, room, places in CLINICS:
        card = ClinicCard(care, name, room, is_pooled=name != EXPERTS)
        clinic = add_clinic(session, hospital_id=hospital.id, card=card, by=by)
        for sitting, weekdays in _week(name, places=places, doctors=doctors):
            add_templates(
                session, hospital_id=hospital.id, clinic_id=clinic.id, weekdays=weekdays,
                week=Week(sitting, 0, beijing_date(now)), by=by,
            )  # fmt: skip


def _week(
    name: str, *, places: int, doctors: Sequence[str]
) -> Iterator[tuple[Sitting, Collection[int]]]:
    """Yield the hours of a clinic's week: mornings and afternoons, but not on Sundays."""
    if name == CLINICS[-1][1]:
        yield SCHOOL, [SCHOOL_DAY]
        return
    sitting = doctors if name == EXPERTS else (None, None)
    for hours, doctor_id in zip((MORNING, AFTERNOON), sitting, strict=True):
        yield Sitting(*hours, SLOT_MINUTES, {Share.ONLINE: places}, doctor_id), range(SUNDAY)


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
