"""Nobody else sits at the desk, and no clinic of another hospital stands open."""

import pytest

from booking.models import AppointmentState
from tests import scene
from tests.console.desk_day.ways import at, now_of, step


@pytest.mark.parametrize(
    "path",
    [
        "", "enter", "waiting", "waiting/wai_none", "month", "columns", "callers/",
        "callers/per_none", "closing/", "paper/",
    ],
)  # fmt: skip
def test_a_clinic_of_another_hospital_is_not_found(clerk, foreign, path):
    assert clerk.open(at(foreign, path)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "find", "next", "who", "enter", "code", "callers/", "callers/per_none", "closing/",
        "closing/apt_none",
    ],
)  # fmt: skip
def test_nothing_is_done_in_a_clinic_of_another_hospital(clerk, foreign, path):
    assert clerk.send(at(foreign, path)).status_code == 404


@pytest.mark.parametrize("path", ["", "/move", "/cancel"])
def test_a_visit_of_another_hospital_is_not_found(clerk, foreign, database, cast, path):
    with database.transaction() as session:
        visit = scene.booked(session, cast.mother, foreign.slots[0], hospital=cast.other_hospital)
    target = f"/desk/visits/{visit.appointment.id}{path}"

    fields = {"place": f"{foreign.slots[1].id}/online", "reason": "asked"}
    answer = clerk.send(target, **fields) if path else clerk.open(target)

    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["author", "care_worker", "manager", "clinician"])
@pytest.mark.parametrize(
    "path",
    [
        "/desk/", "/desk/appeals/", "/desk/visits/apt_none", "/desk/month/", "/desk/columns/",
        "/desk/columns/fresh", "/desk/cln_none/fresh", "/desk/cln_none/callers/",
        "/desk/cln_none/closing/", "/desk/cln_none/paper/",
    ],
)  # fmt: skip
def test_only_who_runs_clinics_sits_at_the_desk(desk, cast, who, path):
    assert desk(who).open(path).status_code == 403


def test_no_step_is_taken_without_the_mark_of_the_sign_in(client, clerk, clinic, visit, database):
    answer = client.post(f"/console{step(clinic, visit, 'check_in')}")

    assert answer.status_code == 400
    assert now_of(database, visit).state is AppointmentState.BOOKED


def test_a_stranger_is_sent_to_sign_in(client, clinic):
    assert client.get(f"/console{at(clinic)}").status_code == 303
