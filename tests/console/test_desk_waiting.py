"""The waiting list and the appeals at the desk."""

import pytest
import sqlalchemy as sa

from booking import waiting
from booking.attendance import missed, visits
from booking.models_waiting import AppealState, HalfDay, MissedVisit
from booking.steps import By
from booking.waiting import WaitingWish
from tests import scene, world
from tests.console.people import by, name
from tests.console.wards import PHONE, acts


@pytest.fixture
def full(database, cast):
    """A clinic of Wednesday with one place, which Mei has."""
    name(database, cast.mother, phone=PHONE)
    with database.transaction() as session:
        return scene.desk(session, cast.hospital, hours=((8, 30),), places=1)


@pytest.fixture
def taken(database, cast, full):
    with database.transaction() as session:
        return scene.booked(session, cast.newcomer, full.slots[0], hospital=cast.hospital)


@pytest.fixture
def entry(database, cast, full, taken):
    """Lin waits for Wednesday."""
    wish = WaitingWish(
        person=cast.mother, hospital_id=cast.hospital.id, clinic_id=full.clinic.id,
        from_day=scene.WEDNESDAY, to_day=scene.WEDNESDAY, half_day=HalfDay.MORNING,
        pregnancy_id=None, item_key=None, key="wait", actor=scene.her(cast.mother),
    )  # fmt: skip
    with database.transaction() as session:
        return waiting.join(session, wish=wish, now=world.NOW)


@pytest.fixture
def clerk(desk, cast):
    return desk("clerk")


def test_nobody_waits(clerk, full):
    assert "没有人候补" in clerk.read(f"/desk/{full.clinic.id}/waiting")


def test_the_waiting_list_shows_who_waits_and_for_what(clerk, full, entry, database):
    page = clerk.read(f"/desk/{full.clinic.id}/waiting")

    assert "1　林晓雨" in page
    assert "2026年6月3日 上午" in page
    assert "waiting_list_read" in acts(database)


def test_why_not_me_has_no_answer_before_a_place_came_free(clerk, full, entry):
    page = clerk.read(f"/desk/{full.clinic.id}/waiting/{entry.id}")

    assert "还没有退回来的号" in page


def test_why_not_me_tells_every_place_that_came_free(clerk, full, entry, taken, database, cast):
    staff = By(by(cast.clerk), "by_phone", world.NOW)
    with database.transaction() as session:
        visits.cancel_by_clinic(
            session, hospital_id=cast.hospital.id, appointment_id=taken.appointment.id, by=staff
        )

    page = clerk.read(f"/desk/{full.clinic.id}/waiting/{entry.id}")

    assert "给您保留过" in page
    assert "医院取消" in page


@pytest.fixture
def appeal(database, cast, full, taken):
    """Mei missed her visit and appeals."""
    with database.transaction() as session:
        session.add(
            MissedVisit(
                appointment_id=taken.appointment.id, hospital_id=cast.hospital.id,
                person_id=cast.newcomer.id, missed_at=world.NOW, counts=True,
                appeal=AppealState.NONE,
            )
        )  # fmt: skip
        session.flush()
        missed.appeal(
            session, person_id=cast.newcomer.id, appointment_id=taken.appointment.id,
            words="路上堵车", by=By(scene.her(cast.newcomer), "asked", world.NOW),
        )  # fmt: skip
    return taken.appointment.id


def state(database):
    with database.transaction() as session:
        return session.scalars(sa.select(MissedVisit.appeal)).one()


def test_no_appeal_waits(clerk):
    assert "没有要答复的申诉" in clerk.read("/desk/appeals/")


def test_an_appeal_shows_her_words_and_its_last_day(clerk, appeal, database):
    page = clerk.read("/desk/appeals/")

    assert "路上堵车" in page
    assert "前答复" in page
    assert "appeals_read" in acts(database)


@pytest.mark.parametrize("verdict", ["upheld", "dismissed"])
def test_an_appeal_is_decided_once(clerk, appeal, database, verdict):
    first = clerk.send(f"/desk/appeals/{appeal}", verdict=verdict)
    second = clerk.send(f"/desk/appeals/{appeal}", verdict="upheld")

    assert (first.status_code, second.status_code) == (303, 409)
    assert state(database) == verdict


@pytest.mark.parametrize("verdict", ["", "asked", "none"])
def test_without_a_verdict_an_appeal_waits_on(clerk, appeal, database, verdict):
    assert clerk.send(f"/desk/appeals/{appeal}", verdict=verdict).status_code == 400
    assert state(database) is AppealState.ASKED


def test_an_appeal_that_there_is_not_is_not_found(clerk):
    assert clerk.send("/desk/appeals/apt_none", verdict="upheld").status_code == 404
