"""Conflicts and rules on their pages."""

import re

import pytest

from booking.models import Appointment, AppointmentState
from booking.models_supply import BookingPolicy
from tests.console.clinics.sitting import count, one


@pytest.mark.parametrize(
    ("way", "state"),
    [("keep", AppointmentState.BOOKED), ("cancel", AppointmentState.CANCELLED_BY_CLINIC)],
)
def test_a_conflict_is_settled(clerk, conflict, database, way, state):
    answer = clerk.send(f"/clinics/conflicts/{conflict.slot_id}", way=way)

    with database.transaction() as session:
        assert session.get_one(Appointment, conflict.id).state is state
    assert answer.status_code == 303
    assert "没有要处理的" in clerk.read("/clinics/conflicts/")


def test_a_conflict_is_settled_by_moving(clerk, conflict, database):
    page = clerk.read("/clinics/conflicts/")
    to = re.search(r'<option value="(slt_[^"]+)"', page)[1]

    clerk.send(f"/clinics/conflicts/{conflict.slot_id}", way="move", to=to)

    with database.transaction() as session:
        assert session.get_one(Appointment, conflict.id).state is AppointmentState.MOVED


@pytest.mark.parametrize("fields", [{"way": "burn"}, {"way": "move"}], ids=["no way", "nowhere"])
def test_how_a_conflict_is_settled_must_be_said(clerk, conflict, fields):
    answer = clerk.send(f"/clinics/conflicts/{conflict.slot_id}", **fields)

    assert answer.status_code == 400
    assert "请先选择一项" in answer.text


def test_a_settled_conflict_is_said_to_be(clerk, conflict):
    clerk.send(f"/clinics/conflicts/{conflict.slot_id}", way="cancel")

    answer = clerk.send(f"/clinics/conflicts/{conflict.slot_id}", way="cancel")

    assert answer.status_code == 409


def test_the_rules_show_defaults_and_their_origin(desk, cast, clinic):
    page = desk("clerk").read("/clinics/rules")

    assert "14（默认）" in page
    assert "北京大学第一医院放 91 天" in page
    assert "只有管理者可以修改" in page
    assert "readonly" in page


def test_the_manager_sets_rules_of_the_hospital_and_of_a_clinic(desk, cast, clinic, database):
    manager = desk("manager")

    manager.send("/clinics/rules", rule_release_days="7", rule_hold_minutes="")
    manager.send(f"/clinics/{clinic.id}/rules", rule_hold_minutes="5")

    assert one(database, BookingPolicy).values == {"release_days": 7}
    page = manager.read(f"/clinics/{clinic.id}/rules")
    assert "7（本院）" in page
    assert "锁号几分钟：— → 5" in page
    assert "修改预约规则" in manager.read("/clinics/rules")


@pytest.mark.parametrize("where", ["hospital", "clinic"])
def test_a_rule_beyond_its_limits_is_said(desk, cast, clinic, database, where):
    path = {"hospital": "/clinics/rules", "clinic": f"/clinics/{clinic.id}/rules"}[where]

    answer = desk("manager").send(path, rule_release_days="400")

    assert answer.status_code == 400
    assert "“提前几天放号”请填 1 到 180 之间的数字" in answer.text
    assert count(database, BookingPolicy) == 0
