"""Institutions, clinics, doctors: written down, once, and only in one's own hospital."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow
from booking.errors import LevelUpsideDown
from booking.models import Care
from booking.models_supply import Level, SupplyChange
from booking.supply.actions_supply import (
    ClinicCard,
    DoctorCard,
    Place,
    add_clinic,
    add_doctor,
    add_institution,
    change_clinic,
    change_doctor,
)
from booking.supply.queries_supply import changes_of, institutions
from core.errors import NotFound
from tests.booking.supply.weeks import MONDAY, by

CITY = Place(Level.CITY, "市妇幼保健院", "和平路18号", "0555-5550100")
COUNTY = Place(Level.COUNTY, "东县妇幼保健院", "东街1号", "0555-5550200")
CARD = ClinicCard(Care.COURSE, "孕妇学校", "5层教室")
LI = DoctorCard("李医生", "主任医师", 1)


def given(cast, key=None):
    return {"hospital_id": cast.hospital.id, "by": by(cast, key)}


def test_institutions_stand_in_three_levels(session, cast):
    city = add_institution(session, place=CITY, **given(cast))
    county = add_institution(session, place=replace(COUNTY, parent_id=city.id), **given(cast))

    assert [one.parent_id for one in institutions(session, hospital_id=cast.hospital.id)] == [
        None, city.id,
    ]  # fmt: skip
    assert county.level is Level.COUNTY


def test_nobody_stands_below_a_lower_level(session, cast):
    county = add_institution(session, place=COUNTY, **given(cast))

    with pytest.raises(LevelUpsideDown):
        add_institution(session, place=replace(CITY, parent_id=county.id), **given(cast))


@pytest.mark.parametrize(
    ("add", "what"),
    [(add_institution, {"place": CITY}), (add_clinic, {"card": CARD}), (add_doctor, {"card": LI})],
    ids=["institution", "clinic", "doctor"],
)
def test_what_is_added_twice_with_one_key_is_added_once(session, cast, add, what):
    once = add(session, **what, **given(cast, "key-1"))
    again = add(session, **what, **given(cast, "key-1"))

    assert once is again
    written = session.scalars(sa.select(SupplyChange)).one()
    assert (written.subject_id, written.before, written.made_by_id) == (
        once.id, None, cast.clerk.id,
    )  # fmt: skip


def test_a_change_says_from_what_to_what_and_is_audited(session, cast):
    clinic = add_clinic(session, card=CARD, **given(cast))
    card = replace(CARD, name="孕妈妈课堂", colours=("yellow",))

    for _ in range(2):
        change_clinic(session, clinic_id=clinic.id, card=card, **given(cast, "key-1"))

    newest = changes_of(session, subject_id=clinic.id)[0]
    acts = session.scalars(
        sa.select(AuditRow.act).where(AuditRow.subject_id == clinic.id).order_by(AuditRow.number)
    ).all()
    assert (newest.before["name"], newest.after["name"]) == ("孕妇学校", "孕妈妈课堂")
    assert clinic.colours == ["yellow"]
    assert acts == ["open_clinic", "change_clinic"]


def test_a_clinic_that_shuts_and_opens_again_has_its_slots_again(weekly):
    weekly.sits(MONDAY)
    card = ClinicCard(Care.ANTENATAL, "产科普通门诊", "3层301室")
    count = len(weekly.slots())

    change_clinic(
        weekly.session, clinic_id=weekly.clinic.id, card=replace(card, is_open=False),
        **given(weekly.cast),
    )  # fmt: skip
    assert weekly.slots() == []

    change_clinic(weekly.session, clinic_id=weekly.clinic.id, card=card, **given(weekly.cast))
    assert len(weekly.slots()) == count


def test_a_doctor_is_changed_once(session, cast):
    doctor = add_doctor(session, card=LI, **given(cast))

    for _ in range(2):
        change_doctor(
            session, doctor_id=doctor.id, card=replace(LI, title="副主任医师", rank=2),
            **given(cast, "key-1"),
        )  # fmt: skip

    assert (doctor.title, doctor.rank) == ("副主任医师", 2)
    assert len(changes_of(session, subject_id=doctor.id)) == 2


def test_another_hospital_changes_nothing_of_ours(session, cast):
    ours = given(cast)
    clinic, doctor = add_clinic(session, card=CARD, **ours), add_doctor(session, card=LI, **ours)
    city = add_institution(session, place=CITY, **ours)
    theirs = ours | {"hospital_id": cast.other_hospital.id}

    with pytest.raises(NotFound):
        change_clinic(session, clinic_id=clinic.id, card=CARD, **theirs)
    with pytest.raises(NotFound):
        change_doctor(session, doctor_id=doctor.id, card=LI, **theirs)
    with pytest.raises(NotFound):
        add_clinic(session, card=replace(CARD, institution_id=city.id), **theirs)
    with pytest.raises(NotFound):
        add_institution(session, place=replace(COUNTY, parent_id=city.id), **theirs)
