"""Births, the lives of children, and calm words where a life ends."""

from datetime import date, timedelta

import pytest

from accounts.models import Purpose
from handbook.actions import open_pregnancy
from handbook.actions_dating import set_fetuses
from handbook.models import Pregnancy, PregnancyState
from handbook.queries_children import children_of_family
from handbook.timeline import read_dating
from tests import world
from tests.console.people import by, name
from tests.console.wards import TODAY, agree, caregiver

GIRL = {"count": "1", "rank-1": "1", "day-1": "2026-05-30", "sex-1": "female", "weight-1": "3250"}


TWINS = {
    **GIRL, "count": "2", "time-1": "03:25", "name-1": "大宝", "rank-2": "2", "day-2": "2026-05-31",
    "sex-2": "male", "time-2": "00:10", "is_one_stillborn": "yes", "note": "剖宫产",
}  # fmt: skip


LATE = {"kind": "mother", "rank-1": "1", "day-1": "2025-12-01", "gestation": "35+2"}


@pytest.fixture
def pregnancy(database, cast):
    """Lin is 40 weeks pregnant today."""
    name(database, cast.mother, phone="13800005678")
    reading = read_dating(source="last_period", day=TODAY - timedelta(days=280), today=TODAY)
    with database.transaction() as session:
        return open_pregnancy(
            session, person=cast.mother, reading=reading, actor=by(cast.care_worker), now=world.NOW
        )


@pytest.fixture
def agreed(database, cast):
    """Lin agrees to children's records."""
    with database.transaction() as session:
        agree(session, cast.mother, Purpose.CHILD_RECORD)


@pytest.fixture
def births(pregnancy):
    return f"/families/{pregnancy.family_id}/births/{pregnancy.id}"


@pytest.fixture
def dad(database, child):
    with database.transaction() as session:
        return caregiver(session, child.family_id)


@pytest.fixture
def childhood(child):
    return f"/families/{child.family_id}/children/{child.id}"


@pytest.fixture
def born(database, cast):
    """Return Lin's children."""

    def read():
        with database.transaction() as session:
            return children_of_family(
                session, family_id=cast.mother.family_id, hospital_id=cast.hospital.id
            )

    return read


def state(database, thing):
    with database.transaction() as session:
        return session.get_one(type(thing), thing.id).state


def test_without_her_consent_the_page_says_what_to_do_and_records_the_birth_alone(
    desk, database, births, pregnancy, born
):
    care_worker = desk("care_worker")
    page = care_worker.read(f"{births}/")

    answer = care_worker.send(f"{births}/", count="0", day="2026-05-30")

    assert "妈妈还没有同意建立儿童健康档案" in page
    assert 'name="sex-1"' not in page
    assert answer.status_code == 303
    assert state(database, pregnancy) is PregnancyState.DELIVERED
    assert born() == []


def test_a_child_without_her_consent_is_refused_with_what_to_do(desk, births, pregnancy, born):
    answer = desk("care_worker").send(f"{births}/", **GIRL)

    assert answer.status_code == 409
    assert "请妈妈在小程序里同意后再登记宝宝" in answer.text
    assert born() == []


def test_a_birth_opens_the_childs_record(desk, births, agreed, born):
    answer = desk("care_worker").send(f"{births}/", **GIRL)

    assert answer.status_code == 303
    assert [(one.birth_day, one.sex, one.weight_g) for one in born()] == [
        (date(2026, 5, 30), "female", 3250)
    ]


def test_twins_are_recorded_at_once_each_with_its_moment(
    desk, database, births, agreed, born, pregnancy
):
    desk("care_worker").send(f"{births}/", **TWINS)

    assert [(one.birth_rank, one.name, one.weight_g) for one in born()] == [
        (1, "大宝", 3250), (2, None, None),
    ]  # fmt: skip
    assert [one.birth_at.hour for one in born()] == [19, 16]
    with database.transaction() as session:
        assert session.get_one(Pregnancy, pregnancy.id).delivery_day == date(2026, 5, 31)


def test_the_form_asks_for_as_many_as_are_expected(desk, database, cast, births, agreed, pregnancy):
    with database.transaction() as session:
        set_fetuses(
            session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id, count=2,
            actor=by(cast.care_worker), now=world.NOW,
        )  # fmt: skip
    care_worker = desk("care_worker")

    expected = care_worker.read(f"{births}/")
    one = care_worker.read(f"{births}/?count=1")
    none = care_worker.read(f"{births}/?count=0")

    assert "第 2 个出生的宝宝" in expected
    assert "其中有孩子出生时没有存活" in expected
    assert "第 2 个出生的宝宝" not in one
    assert "分娩日期" in none


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"day-1": ""}, 400, "请填写日期。"),
        ({"time-1": "半夜"}, 400, "时间请写"),
        ({"weight-1": "3.2"}, 400, "请填数字"),
        ({"weight-1": "32000"}, 409, "克"),
        ({"day-1": "2026-01-01"}, 409, "这个出生日期对不上本次孕期"),
        ({"discharge_day": "2026-05-01"}, 409, "这个日期太早"),
    ],
    ids=["no day", "time in words", "kilograms", "too heavy", "too early", "home before birth"],
)
def test_a_birth_that_cannot_be_is_refused_and_nothing_is_lost(
    desk, births, agreed, born, typed, status, said
):
    answer = desk("care_worker").send(f"{births}/", **{**GIRL, "name-1": "圆圆", **typed})

    assert answer.status_code == status
    assert said in answer.text
    assert 'value="圆圆"' in answer.text
    assert born() == []


def test_a_child_whose_family_comes_later_gets_a_record(
    desk, database, cast, agreed, pregnancy, born
):
    family = f"/families/{cast.mother.family_id}"
    care_worker = desk("care_worker")
    page = care_worker.read(f"{family}/children/new")

    answer = care_worker.send(f"{family}/children/", person=cast.mother.id, **LATE)

    assert "例如 38+2" in page
    assert answer.status_code == 303
    assert [one.gestation_at_birth_days for one in born()] == [247]


@pytest.mark.parametrize(
    ("typed", "status"),
    [({"gestation": "很早"}, 400), ({"kind": "aunt"}, 400), ({"day-1": "2026-06-02"}, 409)],
    ids=["weeks in words", "made-up kind", "not born yet"],
)
def test_a_child_that_cannot_be_is_refused(desk, cast, agreed, born, typed, status):
    answer = desk("care_worker").send(
        f"/families/{cast.mother.family_id}/children/", person=cast.mother.id, **{**LATE, **typed}
    )

    assert answer.status_code == status
    assert born() == []


def test_nobody_of_another_family_becomes_a_guardian(desk, cast, agreed, dad):
    path = f"/families/{cast.mother.family_id}/children/"

    assert desk("care_worker").send(path, person=dad.id, **LATE).status_code == 404


@pytest.mark.parametrize(("username", "status"), [("clerk", 403), ("stranger", 404)])
def test_who_may_not_record_changes_no_life(desk, births, childhood, username, status):
    somebody = desk(username)

    assert somebody.open(f"{births}/").status_code == status
    assert somebody.send(f"{births}/", **GIRL).status_code == status
    assert somebody.open(f"{childhood}/death").status_code == status
    assert somebody.send(f"{childhood}/death", day="2026-05-30").status_code == status
    assert somebody.send(f"{childhood}/moves", day="2026-05-30").status_code == status


@pytest.mark.parametrize("step", ["discharge", "fetuses"])
def test_a_step_of_somebody_else_is_not_found(desk, cast, pregnancy, step):
    path = f"/families/{cast.newcomer.family_id}/lives/{pregnancy.id}/{step}"

    answer = desk("care_worker").send(path, day="2026-06-01", count="1")

    assert answer.status_code == 404


def test_a_child_is_not_found_where_a_pregnancy_is_asked(desk, child, pregnancy):
    births = f"/families/{child.family_id}/births/{child.id}/"
    death = f"/families/{pregnancy.family_id}/children/{pregnancy.id}/death"
    care_worker = desk("care_worker")

    assert care_worker.send(births, **GIRL).status_code == 404
    assert care_worker.send(death, day="2026-05-30").status_code == 404
