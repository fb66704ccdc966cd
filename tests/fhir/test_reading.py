"""Schedules, slots and appointments as another system reads them, and what it is refused."""

from dataclasses import replace

import pytest

from booking.actions import book, cancel
from booking.models import AppointmentState, Care
from booking.steps import By
from fhir.resources import STATUS
from tests import scene, world
from tests.console import wards
from tests.fhir.conftest import outside
from tests.fhir.shapes import faults


def test_a_schedule_says_who_is_seen_where(his, clinic, doctor):
    schedule = f"{outside(clinic.clinic)}.{outside(doctor)}"

    told = his.read(f"/Schedule/{schedule}")

    assert told["active"] is True
    assert [one["type"] for one in told["actor"]] == ["HealthcareService", "Practitioner"]
    assert told["actor"][1]["display"] == "周医生 主任医师"
    assert told["serviceType"][0]["coding"][0]["code"] == Care.ANTENATAL


def test_a_clinic_s_team_is_a_schedule_of_its_own(his, clinic, doctor):
    team, named = outside(clinic.clinic), f"{outside(clinic.clinic)}.{outside(doctor)}"

    assert his.found("/Schedule") == [team, named]
    assert his.found(f"/Schedule?actor=Practitioner/{outside(doctor)}") == [named]
    assert his.found(f"/Schedule?practitioner={outside(doctor)}") == [named]


def test_a_schedule_without_slots_at_that_time_is_not_found(his, clinic):
    assert his.found("/Schedule?date=2026-06-03") == [outside(clinic.clinic)]
    assert his.found("/Schedule?date=2026-06-04") == []


def test_a_shut_clinic_is_inactive(his, clinic, session):
    clinic.clinic.is_open = False
    session.flush()

    assert his.found("/Schedule?active=false") == [outside(clinic.clinic)]
    assert his.found("/Schedule?active=true") == []


def test_a_slot_says_when_and_how_many_places_are_free(his, clinic, session):
    clinic.slots[0].external_id = "HIS-7"
    session.flush()

    told = his.read(f"/Slot/{outside(clinic.slots[0])}")

    assert (told["start"], told["end"]) == (
        "2026-06-03T08:30:00+08:00", "2026-06-03T09:00:00+08:00",
    )  # fmt: skip
    assert told["schedule"] == {"reference": f"Schedule/{outside(clinic.clinic)}"}
    assert told["identifier"][0]["value"] == "HIS-7"
    assert (told["status"], told["extension"][0]["valueInteger"]) == ("free", 1)


def test_a_slot_is_free_full_or_closed(his, clinic, booked, session):
    full, free = map(outside, clinic.slots)

    assert his.found("/Slot?status=busy") == [full]
    assert his.found("/Slot?status=free") == [free]
    clinic.slots[1].is_closed = True
    session.flush()
    assert his.found("/Slot?status=free,busy-unavailable") == [free]


def test_slots_are_found_by_practitioner_and_schedule(his, clinic, doctor):
    team, named = map(outside, clinic.slots)

    assert his.found(f"/Slot?practitioner={outside(doctor)}") == [named]
    assert his.found(f"/Slot?schedule=Schedule/{outside(clinic.clinic)}") == [team]
    schedule = f"{outside(clinic.clinic)}.{outside(doctor)}"
    assert his.found(f"/Slot?schedule={schedule}") == [named]


@pytest.mark.parametrize(
    ("dates", "count"),
    [
        ("start=2026-06-03", 2),
        ("start=eq2026-06-04", 0),
        ("start=ge2026-06-03", 2),
        ("start=gt2026-06-03", 0),
        ("start=le2026-06-03", 2),
        ("start=lt2026-06-03", 0),
        ("start=ge2026-06-03&start=lt2026-06-04", 2),
        ("start=gt2026-06-03T08:30:00%2B08:00", 1),
        ("start=gt2026-06-03T08:30:00+08:00", 1),
        ("start=ge2026-06-03T00:31Z", 1),
        ("start=le2026-06-03T00:30:00Z", 1),
        ("start=ge2026-06-01&start=ge2026-06-03T08:45:00Z", 0),
    ],
)
def test_slots_are_found_by_date(his, clinic, dates, count):
    assert len(his.found(f"/Slot?{dates}")) == count


def test_an_appointment_says_when_where_and_by_which_number(his, clinic, booked):
    told = his.read(f"/Appointment/{outside(booked.appointment)}")

    assert told["status"] == "booked"
    assert told["identifier"][0]["value"] == str(booked.appointment.number)
    assert told["slot"] == [{"reference": f"Slot/{outside(clinic.slots[0])}"}]
    assert (told["start"], told["end"]) == (
        "2026-06-03T08:30:00+08:00", "2026-06-03T09:00:00+08:00",
    )  # fmt: skip


def test_an_appointment_tells_nothing_of_her(his, session, cast, make, clinic):
    cast.mother.name, cast.mother.phone = "林晓雨", "13800000000"
    pregnancy = scene.expecting(session, session.merge(cast.mother))
    wish = make.request(clinic.slots[1], pregnancy=pregnancy)
    made = book(session, request=wish, now=world.NOW)

    text = his.ask(f"/Appointment/{outside(made.appointment)}").text

    for secret in ("林晓雨", "13800000000", pregnancy.id, outside(pregnancy), "oOA_lin"):
        assert secret not in text


def test_an_appointment_given_up_says_by_whom(his, session, cast, clinic, booked):
    by = By(scene.her(cast.mother), "asked", world.NOW)
    cancel(session, person_id=cast.mother.id, appointment_id=booked.appointment.id, by=by)

    told = his.read(f"/Appointment/{outside(booked.appointment)}")

    assert told["status"] == "cancelled"
    assert told["cancelationReason"]["coding"][0]["code"] == "pat"


@pytest.mark.parametrize("state", AppointmentState)
def test_every_state_of_an_appointment_has_a_status_of_r4(his, session, booked, state):
    booked.appointment.state = state
    session.flush()

    assert his.found(f"/Appointment?status={STATUS[state]}") == [outside(booked.appointment)]


def test_appointments_are_found_by_date_practitioner_and_slot(his, clinic, doctor, booked):
    made = [outside(booked.appointment)]

    assert his.found("/Appointment?date=ge2026-06-03&date=lt2026-06-04") == made
    assert his.found("/Appointment?date=lt2026-06-03") == []
    assert his.found(f"/Appointment?slot=Slot/{outside(clinic.slots[0])}") == made
    assert his.found(f"/Appointment?practitioner={outside(doctor)}") == []


def test_an_appointment_with_a_doctor_names_the_doctor(his, session, cast, clinic, doctor):
    made = scene.booked(session, cast.mother, clinic.slots[1], hospital=cast.hospital)

    told = his.read(f"/Appointment/{outside(made.appointment)}")

    assert told["participant"][2]["actor"]["display"] == "周医生 主任医师"


def test_pages_follow_one_another_without_gap_or_double(his, session, cast):
    hours = [(8, 0), (8, 30), (9, 0), (9, 30), (10, 0)]
    slots = scene.desk(session, cast.hospital, hours=hours).slots
    base = f"{world.SETTINGS.base_url}/fhir"

    first = his.read("/Slot?_count=2&start=ge2026-06-03")
    second = his.read(_next(first).removeprefix(base))
    third = his.read(_next(second).removeprefix(base))

    seen = [one["resource"]["id"] for page in (first, second, third) for one in page["entry"]]
    assert sorted(seen) == sorted(map(outside, slots))
    assert len(set(seen)) == 5
    assert [one["relation"] for one in third["link"]] == ["self"]
    assert first["entry"][0]["fullUrl"] == f"{base}/Slot/{seen[0]}"


def _next(page):
    return next(one["url"] for one in page["link"] if one["relation"] == "next")


def test_a_page_holds_no_more_than_the_most(his, clinic):
    assert len(his.found("/Slot?_count=999999999999")) == 2


@pytest.mark.parametrize(
    "asked",
    [
        "/Slot?patient=1", "/Slot?start=tomorrow", "/Slot?start=2026-13-01",
        "/Slot?start=0000-01-01",
        "/Slot?start=2026-06-03T08:30", "/Slot?status=open", "/Slot?status=free&status=busy",
        "/Slot?_count=0", "/Slot?_count=-1", "/Slot?_count=x", "/Slot?_count=²",
        "/Appointment?start=2026-06-03", "/Appointment?status=free", "/Schedule?active=yes",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(his, asked):
    answer = his.ask(asked)

    assert answer.status_code == 400
    assert answer.json["issue"][0]["code"] == "invalid"


@pytest.mark.parametrize(
    "path",
    ["/Slot/slt-none", "/Slot/slt_none", "/Schedule/x", "/Appointment/x", "/Patient", "/", ""],
)
def test_what_there_is_not_is_not_found(his, path):
    answer = his.ask(path)

    assert answer.status_code == 404
    assert answer.json["issue"][0]["code"] == "not-found"


def test_an_id_of_the_house_s_own_writing_is_not_found(his, clinic):
    assert his.ask(f"/Slot/{clinic.slots[0].id}").status_code == 404


@pytest.mark.parametrize("accept", ["application/fhir+json", "application/json", "text/html, */*"])
def test_json_is_given_to_who_accepts_it(his, accept):
    assert his.ask("/Slot", Accept=accept).status_code == 200


@pytest.mark.parametrize("asked", ["json", "application/json", "application/fhir+json"])
def test_json_is_given_under_each_of_its_names(his, asked):
    assert his.ask(f"/Slot?_format={asked}").status_code == 200


@pytest.mark.parametrize(
    ("path", "accept"), [("/Slot?_format=xml", "*/*"), ("/Slot", "application/fhir+xml")]
)
def test_another_format_is_refused(his, path, accept):
    assert his.ask(path, Accept=accept).status_code == 406


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(his, method):
    answer = his.client.open(
        "/fhir/Slot", method=method, headers={"Authorization": f"Bearer {his.token}"}
    )

    assert answer.status_code == 405
    assert faults(answer.json) == []
    assert answer.json["issue"][0]["code"] == "not-supported"


def test_an_appointment_of_a_child_names_the_child_and_not_the_mother(his, session, cast, make):
    child = wards.child_of(session, cast)
    slot = make.slot(care=Care.CHILD)
    wish = replace(make.request(slot, person=cast.newcomer), child=child)
    made = book(session, request=wish, now=world.NOW).appointment

    told = his.read(f"/Appointment/{outside(made)}")

    assert told["participant"][0]["actor"]["identifier"]["value"] == outside(child)
