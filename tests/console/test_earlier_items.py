"""What had lapsed before a family came, worked off item by item."""

from datetime import timedelta

import pytest

from accounts.audit import PROGRAM
from handbook.follow_up.earlier import Lapsed, tell_earlier
from handbook.follow_up.queries import items_left
from tests import world
from tests.console.wards import TODAY


@pytest.fixture
def earlier(database, pregnancy):
    """Lin came late: what had lapsed is one task."""
    lapsed = [Lapsed(key, TODAY - timedelta(days=9), pregnancy.id, None)
              for key in ("anc1", "nt")]  # fmt: skip
    with database.transaction() as session:
        (task_id,) = tell_earlier(session, lapsed=lapsed, actor=PROGRAM, now=world.NOW)
        items = [one.id for one in items_left(session, task_id=task_id)]
    return f"/worklist/{task_id}", items


def test_earlier_items_are_worked_off_one_by_one(desk, earlier):
    task, (first, second) = earlier
    care_worker = desk("care_worker")

    page = care_worker.read(f"{task}/")
    care_worker.send(f"{task}/items/{first}", outcome="elsewhere")
    half = care_worker.read(f"{task}/")
    care_worker.send(f"{task}/items/{second}", outcome="not_needed")

    assert "建档前过期的项目" in page
    assert "NT 超声" in page
    assert "办完了" not in page
    assert "已在别处做过</span>" in half
    assert "已完成" in care_worker.read(f"{task}/")


def test_a_task_of_items_is_not_finished_before_they_are_settled(desk, earlier):
    task, _ = earlier

    answer = desk("care_worker").send(f"{task}/completion")

    assert answer.status_code == 409
    assert "这里还有没问清的项目" in answer.text


@pytest.mark.parametrize(
    ("outcome", "status"), [("", 400), ("done", 400), ("recorded", 409)],
    ids=["none", "made-up", "told to the handbook"],
)  # fmt: skip
def test_an_outcome_that_there_is_not_settles_nothing(desk, earlier, outcome, status):
    task, items = earlier

    answer = desk("care_worker").send(f"{task}/items/{items[0]}", outcome=outcome)

    assert answer.status_code == status


def test_an_item_that_there_is_not_is_not_found(desk, earlier):
    task, _ = earlier

    assert desk("care_worker").send(f"{task}/items/fei_x", outcome="arranged").status_code == 404
