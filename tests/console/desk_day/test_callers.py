"""Somebody calls: found by name or number, and booked, moved or cancelled by the clerk."""

import re

import pytest
import sqlalchemy as sa

from accounts.models import Person
from booking.models import Appointment, Quota, Share
from tests import scene, world
from tests.console.desk_day.ways import at, trail
from tests.console.people import name
from tests.console.wards import PHONE

NOBODY = "没有找到"


def calls(clinic, person, rest=""):
    return at(clinic, f"callers/{person.id}{rest}")


def place(clinic, number=0, share="online"):
    return f"{clinic.slots[number].id}/{share}"


def made(database):
    with database.transaction() as session:
        return session.scalars(sa.select(Appointment)).all()


@pytest.fixture
def own_place(database, clinic):
    """The desk has a place of its own at 11:30."""
    with database.transaction() as session:
        session.add(Quota(slot_id=clinic.slots[0].id, share=Share.DESK, places=1))


def test_the_clerk_asks_who_calls_and_keeps_the_time_in_mind(clerk, clinic):
    page = clerk.read(at(clinic, "callers/?slot=slt_one"))

    assert f'action="/console{at(clinic, "callers/?slot=slt_one")}"' in page


@pytest.mark.parametrize("words", ["晓雨", "5678", PHONE, "138 0000-5678"])
def test_who_is_known_here_is_found_and_opened(clerk, clinic, visit, cast, database, words):
    answer = clerk.send(at(clinic, "callers/"), words=words)

    assert (answer.status_code, answer.location) == (
        303, f"/console/desk/{clinic.clinic.id}/callers/{cast.mother.id}",
    )  # fmt: skip
    assert "people_found" in trail(database)


@pytest.mark.parametrize("words", ["王", "678", "1380000567", ""])
def test_who_is_not_meant_is_not_found(clerk, clinic, visit, words):
    assert NOBODY in clerk.send(at(clinic, "callers/"), words=words).text


def test_a_stranger_to_the_clinic_is_found_by_the_whole_number_only(clerk, clinic, cast):
    by_name = clerk.send(at(clinic, "callers/"), words="晓雨")
    by_number = clerk.send(at(clinic, "callers/"), words=PHONE)

    assert NOBODY in by_name.text
    assert by_number.status_code == 303


def test_of_two_the_clerk_chooses(clerk, clinic, visit, cast, database):
    name(database, cast.newcomer, phone="13900001234")
    with database.transaction() as session:
        scene.booked(session, cast.newcomer, clinic.slots[1], hospital=cast.hospital)

    page = clerk.send(at(clinic, "callers/?slot=slt_one"), words="林晓雨").text

    assert f"callers/{cast.mother.id}?slot=slt_one" in page
    assert "13900001234" in page


def test_her_page_shows_what_she_has_and_that_is_written_down(clerk, clinic, visit, cast, database):
    page = clerk.read(calls(clinic, cast.mother))

    assert "6月1日 周一 11:30–12:00" in page
    assert f'href="/console/desk/visits/{visit.appointment.id}"' in page
    assert "caller_read" in trail(database)


def test_what_she_gave_up_is_not_shown(clerk, clinic, visit, cast):
    clerk.send(f"/desk/visits/{visit.appointment.id}/cancel", reason="asked")

    assert "没有还没到的预约" in clerk.read(calls(clinic, cast.mother))


def test_she_is_booked_and_what_to_tell_her_is_shown(clerk, clinic, cast, database):
    answer = clerk.send(
        calls(clinic, cast.mother), patient=cast.mother.id, place=place(clinic, 2), key="call"
    )

    (booked,) = made(database)
    assert answer.location == f"/console/desk/visits/{booked.id}"
    assert (booked.person_id, booked.channel) == (cast.mother.id, "desk")
    assert "请转告：请带好身份证" in clerk.read(f"/desk/visits/{booked.id}")


def test_a_form_that_is_sent_twice_books_once(clerk, clinic, cast, database):
    form = {"patient": cast.mother.id, "place": place(clinic), "key": "call"}

    clerk.send(calls(clinic, cast.mother), **form)
    clerk.send(calls(clinic, cast.mother), **form)

    assert len(made(database)) == 1


def test_she_is_booked_for_an_item_of_her_pregnancy(clerk, clinic, cast, database):
    with database.transaction() as session:
        pregnancy = scene.expecting(session, session.get_one(Person, cast.mother.id))
    page = clerk.read(calls(clinic, cast.mother))
    item = re.search(r'<option value="([\w-]+)" >[^<]+（\d+月', page)[1]

    clerk.send(
        calls(clinic, cast.mother), patient=cast.mother.id, place=place(clinic), item=item,
        key="call",
    )  # fmt: skip

    (booked,) = made(database)
    assert (booked.pregnancy_id, booked.item_key) == (pregnancy.id, item)


def test_a_child_is_booked_with_who_looks_after_it(clerk, clinic, cast, child, database):
    assert "给小满预约" in clerk.read(calls(clinic, cast.newcomer))

    clerk.send(calls(clinic, cast.newcomer), patient=child.id, place=place(clinic), key="call")

    (booked,) = made(database)
    assert (booked.person_id, booked.child_id) == (cast.newcomer.id, child.id)


def test_a_refusal_stands_beside_its_form_in_words(clerk, clinic, visit, cast):
    answer = clerk.send(
        calls(clinic, cast.mother), patient=cast.mother.id, place=place(clinic), key="again"
    )

    assert answer.status_code == 409
    assert "您在这个时间已经有一个预约" in answer.text


@pytest.mark.parametrize("missing", ["place", "key"])
def test_without_a_choice_nobody_is_booked(clerk, clinic, cast, database, missing):
    form = {"patient": cast.mother.id, "place": place(clinic), "key": "call", missing: ""}

    answer = clerk.send(calls(clinic, cast.mother), **form)

    assert answer.status_code == 400
    assert made(database) == []


def test_a_child_of_somebody_else_is_not_found(clerk, clinic, cast, child):
    form = {"patient": child.id, "place": place(clinic), "key": "call"}

    assert clerk.send(calls(clinic, cast.mother), **form).status_code == 404


def test_the_desks_own_place_stands_for_the_time(clerk, clinic, cast, own_place):
    page = clerk.read(calls(clinic, cast.mother))

    assert place(clinic, share="desk") in page
    assert place(clinic) not in page


def test_the_time_she_was_offered_is_chosen_already(clerk, clinic, cast):
    slot = clinic.slots[2].id

    page = clerk.read(calls(clinic, cast.mother, f"?slot={slot}"))

    assert f'<option value="{slot}/online" selected>' in page


def test_a_time_that_has_gone_meanwhile_is_said_to_be_gone(clerk, clinic, cast, database):
    slot = clinic.slots[2].id
    with database.transaction() as session:
        session.execute(sa.update(Quota).where(Quota.slot_id == slot).values(taken=Quota.places))

    page = clerk.read(calls(clinic, cast.mother, f"?slot={slot}"))

    assert "刚才选的时间没有能代约的号了" in page
    assert "/online" in page
    assert "selected" not in page


@pytest.mark.parametrize("asked", ["?day=2026-06-02", "?slot=slt_none&day=2026-07-01"])
def test_without_places_another_day_is_advised(clerk, clinic, cast, asked):
    assert "这四周没有空号" in clerk.read(calls(clinic, cast.mother, asked))


def test_who_has_left_is_not_found(clerk, clinic, cast, database):
    with database.transaction() as session:
        session.get_one(Person, cast.mother.id).closed_at = world.NOW

    assert clerk.open(calls(clinic, cast.mother)).status_code == 404
    assert NOBODY in clerk.send(at(clinic, "callers/"), words=PHONE).text
