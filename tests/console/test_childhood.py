"""Children in full: their age, their doses, their curves; and who may see them."""

from decimal import Decimal

import pytest

from accounts.actions import withdraw_consent
from accounts.models import Purpose, SubjectKind
from accounts.rules import Actor
from handbook.actions_records import Given, Measured, measure, report_dose
from handbook.models_records import MeasurementKind
from handbook.queries_records import doses_of
from handbook.telling import Seen
from tests import world
from tests.console.people import by
from tests.console.wards import TODAY, child_of


@pytest.fixture
def life(pregnancy):
    return f"/families/{pregnancy.family_id}/lives/{pregnancy.id}"


@pytest.fixture
def childhood(child):
    return f"/families/{child.family_id}/lives/{child.id}"


def test_a_childs_visits_and_vaccines_stand_with_its_curves(desk, database, cast, child, childhood):
    with database.transaction() as session:
        for kind, value in (("child_weight", "7.6"), ("child_height", "67"), ("child_head", "43")):
            measured = Measured(MeasurementKind(kind), Decimal(value), TODAY)
            actor = by(cast.care_worker)
            measure(session, subject=child, measured=measured, actor=actor, now=world.NOW)

    page = desk("care_worker").read(f"{childhood}/")

    assert "小满" in page
    assert "6个月" in page
    assert "乙肝疫苗" in page
    assert page.count('role="img"') == 4
    assert "体重（按身长）" in page


def test_a_dose_is_confirmed_beside_what_the_family_said(desk, database, cast, child, childhood):
    with database.transaction() as session:
        report_dose(
            session, child=child, given=Given("HepB", 1, Seen(child.birth_day)), now=world.NOW,
            actor=Actor(SubjectKind.PERSON, cast.newcomer.id),
        )  # fmt: skip
    care_worker = desk("care_worker")

    answer = care_worker.send(
        f"{childhood}/doses", key="dose:HepB:1", day=child.birth_day.isoformat(), lot="A17"
    )
    page = care_worker.read(f"{childhood}/")

    assert answer.status_code == 303
    assert "批号 A17" in page
    with database.transaction() as session:
        assert [one.is_confirmed for one in doses_of(session, child_id=child.id)] == [True]


@pytest.mark.parametrize(
    ("key", "status"),
    [("dose:HepB:9", 409), ("dose:HepB", 400), ("dose:HepB:x", 400), ("nonsense", 400)],
    ids=["no such dose", "no number", "number in words", "no dose"],
)
def test_a_dose_that_there_is_not_is_refused(desk, childhood, key, status):
    answer = desk("care_worker").send(f"{childhood}/doses", key=key, day="2026-06-01")

    assert answer.status_code == status


def test_a_pregnancy_is_given_no_dose(desk, life):
    answer = desk("care_worker").send(f"{life}/doses", key="dose:HepB:1", day="2026-06-01")

    assert answer.status_code == 404


def test_a_length_that_cannot_be_true_is_told_beside_the_curves(desk, childhood):
    care_worker = desk("care_worker")
    care_worker.send(f"{childhood}/measurements", day="2026-06-01", child_height="160")

    assert "和宝宝的年龄对不上" in care_worker.read(f"{childhood}/")


@pytest.mark.parametrize(
    ("days", "gestation", "said"),
    [
        (5, 280, "5天"), (800, 280, "2岁2个月"), (731, 280, "2岁"),
        (100, 238, "矫正1个月"), (10, 238, "还没到原来的预产期"), (900, 238, "2岁5个月"),
    ],
    ids=["newborn", "two years and more", "two years", "preterm", "before 40+0", "no correction"],
)  # fmt: skip
def test_an_age_is_said_as_people_say_it(desk, database, cast, days, gestation, said):
    with database.transaction() as session:
        child = child_of(session, cast, days=days, gestation=gestation)

    assert said in desk("care_worker").read(f"/families/{child.family_id}/lives/{child.id}/")


def test_without_a_sex_nothing_is_compared(desk, database, cast):
    with database.transaction() as session:
        child = child_of(session, cast, sex=None, gestation=None, name=None)
    care_worker = desk("care_worker")
    life = f"/families/{child.family_id}/lives/{child.id}"
    care_worker.send(f"{life}/measurements", day="2026-06-01", child_weight="8")

    page = care_worker.read(f"{life}/")

    assert "还没有登记性别，不能和同龄孩子对照。" in page
    assert "宝宝" in page


def test_without_a_guardians_consent_no_record_of_a_child_is_shown(desk, database, cast, childhood):
    with database.transaction() as session:
        withdraw_consent(session, person=cast.newcomer, purpose=Purpose.CHILD_RECORD, now=world.NOW)

    page = desk("care_worker").read(f"{childhood}/")

    assert "没有看护人同意建立儿童健康档案" in page
    assert "乙肝疫苗" not in page
