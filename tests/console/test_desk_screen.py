"""The screen of a waiting room: numbers for everybody, names for nobody, one seal a clinic."""

import re
from datetime import timedelta

import pytest

from booking.attendance import visits
from booking.steps import By
from tests import scene, world
from tests.console.people import by, name
from tests.console.wards import PHONE


@pytest.fixture
def clinic(database, cast):
    """Lin has checked in for a visit of today, Mei has been called."""
    name(database, cast.mother, phone=PHONE)
    staff = By(by(cast.clerk), "came", world.NOW)
    with database.transaction() as session:
        clinic = scene.desk(session, cast.hospital, day=scene.TODAY, hours=((11, 30), (12, 0)))
        for person in (cast.newcomer, cast.mother):
            visit = scene.booked(session, person, clinic.slots[0], hospital=cast.hospital)
            visits.check_in(
                session, hospital_id=cast.hospital.id, appointment_id=visit.appointment.id, by=staff
            )
        visits.call_next(
            session, hospital_id=cast.hospital.id, clinic_id=clinic.clinic.id, by=staff
        )
    return clinic


@pytest.fixture
def address(desk, cast, clinic):
    page = desk("clerk").read(f"/desk/{clinic.clinic.id}/")
    return re.search(r'href="(/console/screen/[^"]+)"', page)[1]


def test_anybody_sees_numbers_and_no_name(console, client, address):
    answer = console.test_client().get(address)

    called, following = answer.text.split("准备")
    assert answer.status_code == 200
    assert "<strong>1</strong>" in called
    assert "<span>2</span>" in following
    assert "林" not in answer.text


def test_the_screen_asks_again_by_itself(client, address):
    page = client.get(address).text

    assert f'hx-get="{address}" hx-trigger="every 5s"' in page


def test_an_empty_room_is_asked_to_wait(database, client, address, clock):
    clock.set_to(world.NOW + timedelta(days=1))

    assert "请稍候" in client.get(address).text


@pytest.mark.parametrize("seal", ["0" * 64, "密"])
def test_a_seal_that_is_not_of_the_clinic_opens_nothing(client, cast, clinic, seal):
    assert client.get(f"/console/screen/{clinic.clinic.id}/{seal}").status_code == 404


def test_the_seal_of_one_clinic_opens_no_other(database, client, cast, clinic, address):
    with database.transaction() as session:
        other = scene.desk(session, cast.hospital, name="超声", day=scene.TODAY)

    path = address.replace(clinic.clinic.id, other.clinic.id)

    assert client.get(path).status_code == 404
