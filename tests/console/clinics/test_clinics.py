"""Institutions, clinics and doctors on their pages."""

import re

import pytest

from booking.models import Care
from booking.models_supply import Clinic, Doctor, Institution
from tests.console.clinics.sitting import count, one, times


def test_an_empty_house_says_what_to_do_first(clerk):
    page = clerk.read("/clinics/")

    assert "还没有门诊" in page
    assert 'href="/console/clinics/"' in page


def test_a_clinic_is_opened_once_however_often_its_form_is_sent(clerk, database, cast):
    page = clerk.read("/clinics/")
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    card = {"name": "孕妇学校", "care": "course", "room": "5层", "is_open": "yes", "key": key}

    first = clerk.send("/clinics/", **card)
    second = clerk.send("/clinics/", **card)

    clinic = one(database, Clinic)
    assert first.location == second.location == f"/console/clinics/{clinic.id}/"
    assert (clinic.name, clinic.care, clinic.is_pooled) == ("孕妇学校", Care.COURSE, False)


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("/clinics/", {"name": "", "care": "course", "room": "5层"}, "不能空着"),
        ("/clinics/", {"name": "门诊", "care": "magic", "room": "5层"}, "请先选择一项"),
        ("/clinics/institutions", {"name": "东县", "level": "moon"}, "请先选择一项"),
        ("/clinics/institutions", {"name": " ", "level": "county"}, "不能空着"),
        ("/clinics/doctors/", {"name": "李", "title": "", "rank": "1"}, "不能空着"),
        ("/clinics/doctors/", {"name": "李", "title": "主任", "rank": "高"}, "请填数字"),
    ],
    ids=["no name", "no care", "no level", "nameless place", "no title", "no rank"],
)
def test_what_cannot_be_read_is_said_beside_its_form(clerk, database, path, fields, sentence):
    answer = clerk.send(path, **fields)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert count(database, Clinic) + count(database, Institution) + count(database, Doctor) == 0


def test_institutions_stand_below_each_other(clerk, database):
    clerk.send("/clinics/institutions", name="市妇幼保健院", level="city")
    city = one(database, Institution)
    below = {"name": "东县妇幼保健院", "level": "county", "parent": city.id}

    answer = clerk.send("/clinics/institutions", **below)
    wrong = clerk.send("/clinics/institutions", **(below | {"level": "city"}))

    assert answer.status_code == 303
    assert wrong.status_code == 409
    assert "上级：市妇幼保健院" in clerk.read("/clinics/")


def test_what_a_clinic_is_can_be_changed_and_the_change_is_told(clerk, sitting, database):
    card = {"name": "高危门诊", "care": "antenatal", "room": "3层305室", "colours": "red"}

    answer = clerk.send(f"/clinics/{sitting.id}/card", **card)

    page = clerk.read(f"/clinics/{sitting.id}/card")
    assert answer.status_code == 303
    assert "产科普通门诊 → 高危门诊" in page
    assert "开放：是 → 否" in page
    assert "红色（高风险）" in page
    assert times(database, sitting) == []


def test_a_card_that_cannot_be_read_is_shown_again(clerk, clinic):
    answer = clerk.send(f"/clinics/{clinic.id}/card", name="", care="antenatal", room="3层")

    assert answer.status_code == 400
    assert "不能空着" in answer.text


def test_doctors_are_added_and_changed(clerk, database):
    card = {"name": "李敏", "title": "主任医师", "rank": "99", "is_active": "yes"}
    clerk.send("/clinics/doctors/", **card)
    doctor = one(database, Doctor)

    clerk.send(f"/clinics/doctors/{doctor.id}", name="李敏", title="主任医师", rank="1")
    wrong = clerk.send(f"/clinics/doctors/{doctor.id}", name="", title="主任医师", rank="1")

    assert doctor.rank == 9
    assert "不再出诊" in clerk.read("/clinics/doctors/")
    assert wrong.status_code == 400
    assert clerk.send("/clinics/doctors/doc_none", **card).status_code == 404
