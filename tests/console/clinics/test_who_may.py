"""Clerks run clinics, managers set their rules, and nobody those of another hospital."""

import pytest

from booking.models import Care
from booking.supply.actions_supply import open_clinic
from tests.console.clinics.sitting import CLOSING, HOURS
from tests.world import NOW


@pytest.mark.parametrize(
    ("username", "path", "read", "written"),
    [
        ("clerk", "/clinics/", 200, 400),
        ("clerk", "/clinics/rules", 200, 403),
        ("manager", "/clinics/", 200, 403),
        ("manager", "/clinics/doctors/", 200, 403),
        ("author", "/clinics/", 403, 403),
        ("author", "/clinics/rules", 403, 403),
        ("care_worker", "/clinics/doctors/", 403, 403),
    ],
)  # fmt: skip
def test_clerks_run_clinics_and_managers_set_rules(desk, cast, username, path, read, written):
    somebody = desk(username)

    assert somebody.open(path).status_code == read
    assert somebody.send(path).status_code == written


def test_a_manager_sees_no_names(desk, cast, conflict, database):
    page = desk("manager").read("/clinics/conflicts/")

    assert f"{conflict.number} 号" in page
    assert "未登记姓名" not in page
    assert "照原来的时间看" not in page


@pytest.mark.parametrize(
    "path", ["", "card", "days/", "rules", "hours/tpl_none"],
    ids=["week", "card", "days", "rules", "hours"],
)  # fmt: skip
def test_a_clinic_of_another_hospital_is_not_found(desk, cast, database, path):
    with database.transaction() as session:
        theirs = open_clinic(
            session, hospital_id=cast.other_hospital.id, care=Care.ANTENATAL, name="门诊",
            room="1室", now=NOW,
        )  # fmt: skip

    assert desk("clerk").open(f"/clinics/{theirs.id}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("", {"weekdays": "0", "from_day": "2026-06-02"} | HOURS),
        ("card", {"name": "门诊", "care": "course", "room": "1"}),
        ("hours/tpl_none", {"from_day": "2026-06-02"} | HOURS),
        ("hours/tpl_none/end", {"last_day": "2026-06-02"}),
        ("days/extra", {"day": "2026-06-07", "reason": "加诊"} | HOURS),
        ("days/closing", CLOSING),
        ("days/closed", CLOSING),
        ("days/exceptions/exc_none/withdrawal", {}),
    ],
    ids=["week", "card", "hours", "end", "extra", "look", "close", "withdraw"],
)
def test_nothing_is_written_into_a_clinic_that_is_not_ours(clerk, path, fields):
    assert clerk.send(f"/clinics/cln_none/{path}", **fields).status_code == 404


def test_a_clinics_rules_that_are_not_ours_are_not_set(desk, cast):
    assert desk("manager").send("/clinics/cln_none/rules").status_code == 404
