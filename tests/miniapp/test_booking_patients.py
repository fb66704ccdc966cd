"""Whom a visit is booked for, and which item it serves: never taken from a client's word."""

import pytest
import sqlalchemy as sa

from booking.models import Appointment, Care, Share
from tests import scene
from tests.miniapp.family import add_child, stand_of


@pytest.fixture
def jabs(hospital):
    """A clinic for vaccinations."""
    return hospital.desk(care=Care.VACCINATION, name="预防接种门诊")


def only(session):
    return session.scalars(sa.select(Appointment)).one()


def test_a_visit_of_a_child_is_the_childs(lin, jabs, session):
    child_id = add_child(lin)

    booked = lin.act("/appointments", {"slot_id": jabs.slots[0].id, "child_id": child_id}).json

    told = lin.get(f"/appointments/{booked['id']}").json
    assert (booked["child_id"], told["patient"]) == (child_id, "小满")
    assert only(session).patient_number < 0
    assert only(session).item_key.startswith("dose:")


def test_an_item_of_a_childs_list_names_the_child_and_stands_as_booked(lin, jabs):
    child_id = add_child(lin)
    dose = stand_of(lin, child_id, "dose:DTaP:1")

    booked = lin.book(jabs.slots[0].id, item_key=dose["item_key"]).json

    stand = stand_of(lin, child_id, "dose:DTaP:1")
    assert booked["child_id"] == child_id
    assert (stand["standing"], stand["appointment_id"]) == ("booked", booked["id"])


def test_a_sibling_stays_unbooked(lin, jabs):
    first, second = add_child(lin), add_child(lin, rank=2, name="小米")
    dose = stand_of(lin, first, "dose:DTaP:1")
    lin.book(jabs.slots[0].id, item_key=dose["item_key"])

    assert stand_of(lin, second, "dose:DTaP:1")["appointment_id"] is None


def test_mother_and_child_may_have_the_same_time(lin, jabs, antenatal):
    child_id = add_child(lin)
    own = lin.book(antenatal.slots[0].id)

    answer = lin.act("/appointments", {"slot_id": jabs.slots[0].id, "child_id": child_id})

    assert (own.status_code, answer.status_code) == (201, 201)


def test_a_child_without_a_name_is_called_the_baby(lin, jabs):
    child_id = add_child(lin, name=None)

    booked = lin.act("/appointments", {"slot_id": jabs.slots[0].id, "child_id": child_id}).json

    assert lin.get(f"/appointments/{booked['id']}").json["patient"] == "宝宝"


def test_a_child_she_does_not_look_after_is_not_there(lin, mei, jabs):
    child_id = add_child(lin)

    answer = mei.act("/appointments", {"slot_id": jabs.slots[0].id, "child_id": child_id})

    assert answer.status_code == 404


def test_an_item_of_a_child_that_is_not_hers_is_not_booked(lin, jabs):
    answer = lin.book(jabs.slots[0].id, item_key="chd_of_others:dose:DTaP:1")

    assert answer.status_code == 404


@pytest.mark.parametrize("item_key", ["dose:CAT:1", "nt", None])
def test_an_item_that_the_child_has_not_is_not_taken(lin, jabs, session, item_key):
    child_id = add_child(lin)
    body = {"slot_id": jabs.slots[0].id, "child_id": child_id, "item_key": item_key}

    lin.act("/appointments", body)

    assert only(session).item_key not in {"dose:CAT:1", "nt"}


def test_after_a_birth_a_visit_that_serves_no_item_is_of_no_pregnancy(
    lin, expecting, hospital, database, session
):
    with database.transaction() as writing:
        [pregnancy] = writing.scalars(sa.select(scene.Pregnancy)).all()
        scene.delivered(writing, pregnancy)
    after = hospital.desk(care=Care.ANTENATAL, name="产科门诊")

    booked = lin.book(after.slots[0].id)

    assert booked.status_code == 201
    assert only(session).pregnancy_id is None


def test_after_a_loss_a_visit_is_booked_without_a_word_of_pregnancy(
    lin, expecting, hospital, database, session
):
    with database.transaction() as writing:
        [pregnancy] = writing.scalars(sa.select(scene.Pregnancy)).all()
        scene.bereaved(writing, pregnancy)
    desk = hospital.desk(care=Care.ULTRASOUND)

    booked = lin.book(desk.slots[0].id)

    assert booked.status_code == 201
    assert (only(session).pregnancy_id, only(session).item_key) == (None, None)


def test_a_seat_of_a_class_is_booked_online(lin, hospital, database, session):
    room = hospital.desk(care=Care.COURSE, name="孕妇学校")
    with database.transaction() as writing:
        writing.add(scene.Quota(slot_id=room.slots[0].id, share=Share.REMOTE, places=50))

    answer = lin.act("/appointments", {"slot_id": room.slots[0].id, "share": "remote"})

    assert answer.status_code == 201
    assert scene.taken(session, room.slots[0], Share.REMOTE) == 1


@pytest.mark.parametrize("share", ["desk", "referral", "extra"])
def test_a_share_of_others_is_refused(lin, antenatal, share):
    answer = lin.act("/appointments", {"slot_id": antenatal.slots[0].id, "share": share})

    assert answer.status_code == 422


def test_days_are_counted(lin, antenatal):
    told = lin.get("/days", care="antenatal").json

    assert told == {"care": "antenatal", "days": [{"day": "2026-06-03", "free": 8}]}
