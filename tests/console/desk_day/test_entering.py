"""At the desk a visit is moved, cancelled, entered, with its reason."""

import pytest
import sqlalchemy as sa

from booking.models import Appointment, AppointmentState, Quota, Share
from tests.console.desk_day.ways import at, last_step, now_of, trail
from tests.console.people import name
from tests.console.wards import PHONE


def test_the_clinic_moves_a_visit_with_its_reason(clerk, clinic, visit, database):
    page = clerk.read(f"/desk/visits/{visit.appointment.id}")
    to = f"{clinic.slots[2].id}/online"
    assert to in page

    answer = clerk.send(f"/desk/visits/{visit.appointment.id}/move", place=to, reason="doctor_away")

    assert answer.status_code == 303
    assert now_of(database, visit).state is AppointmentState.MOVED
    assert last_step(database, visit).why == "doctor_away"


def test_the_clinic_cancels_a_visit_with_its_reason(clerk, clinic, visit, database):
    answer = clerk.send(f"/desk/visits/{visit.appointment.id}/cancel", reason="by_phone")

    assert answer.status_code == 303
    assert now_of(database, visit).state is AppointmentState.CANCELLED_BY_CLINIC
    assert last_step(database, visit).why == "by_phone"


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("cancel", {"reason": ""}),
        ("cancel", {"reason": "bored"}),
        ("move", {"reason": "asked", "place": ""}),
        ("move", {"reason": "asked", "place": "slot/none"}),
    ],
    ids=["no reason", "unknown reason", "no place", "unknown share"],
)
def test_without_a_choice_nothing_is_changed(clerk, visit, database, act, fields):
    answer = clerk.send(f"/desk/visits/{visit.appointment.id}/{act}", **fields)

    assert answer.status_code == 400
    assert "yy-problem" in answer.text
    assert now_of(database, visit).state is AppointmentState.BOOKED


def test_what_is_over_cannot_be_cancelled_any_more(clerk, visit, database):
    path = f"/desk/visits/{visit.appointment.id}/cancel"
    clerk.send(path, reason="asked")

    answer = clerk.send(path, reason="urgent")

    assert answer.status_code == 409
    assert "yy-problem" in answer.text


def test_a_number_finds_who_stands_there_and_she_walks_in(clerk, clinic, database, cast):
    page = clerk.send(at(clinic, "who"), phone=PHONE).text
    assert "林晓雨（本人）" in page
    assert "people_found" in trail(database)

    answer = clerk.send(
        at(clinic, "enter"), patient=cast.mother.id, place=f"{clinic.slots[0].id}/online",
        key="walk", phone=PHONE,
    )  # fmt: skip

    assert answer.status_code == 303
    assert "1 号" in clerk.read(at(clinic))


def test_a_child_walks_in_with_who_looks_after_it(clerk, clinic, database, cast, child):
    name(database, cast.newcomer, phone="13900001234")
    page = clerk.send(at(clinic, "who"), phone="13900001234").text
    assert f"{cast.newcomer.id}/{child.id}" in page

    clerk.send(
        at(clinic, "enter"), patient=f"{cast.newcomer.id}/{child.id}",
        place=f"{clinic.slots[0].id}/online", key="walk",
    )  # fmt: skip

    page = clerk.read(at(clinic))
    assert "小满" in page
    assert "由林晓雨预约" in page


def test_a_doctor_adds_a_place(clerk, clinic, database, cast):
    slot = clinic.slots[0]

    clerk.send(at(clinic, "enter"), patient=cast.mother.id, place=f"{slot.id}/extra", key="add")

    with database.transaction() as session:
        assert session.get_one(Quota, (slot.id, Share.EXTRA)).places == 1
    assert "加号" in clerk.read(at(clinic))


def test_a_number_that_nobody_has_is_told(clerk, clinic, cast):
    assert "没有找到这个手机号" in clerk.send(at(clinic, "who"), phone="13000000000").text


@pytest.mark.parametrize(
    "missing", ["patient", "place", "key"], ids=["nobody", "no place", "no key"]
)
def test_without_a_choice_nobody_is_entered(clerk, clinic, cast, database, missing):
    fields = {"patient": cast.mother.id, "place": f"{clinic.slots[0].id}/online", "key": "walk"}

    answer = clerk.send(at(clinic, "enter"), **{**fields, missing: ""})

    assert answer.status_code == 400
    with database.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Appointment)) == 0


def test_nobody_is_entered_from_another_hospital(clerk, clinic, database, cast):
    answer = clerk.send(
        at(clinic, "enter"), patient="per_unknown", place=f"{clinic.slots[0].id}/online", key="k"
    )

    assert answer.status_code == 404
