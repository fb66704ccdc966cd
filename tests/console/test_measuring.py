"""Measurements of a pregnancy: what is refused where, what staff must see, and the chart."""

from decimal import Decimal

import pytest

from accounts.models import SubjectKind
from accounts.rules import Actor
from handbook.actions_records import Measured, measure
from handbook.models_records import MeasurementKind
from handbook.queries_records import measurements_of
from tests import world
from tests.console.people import by
from tests.console.wards import TODAY

WEIGHED = {"day": "2026-06-01", "mother_weight": "61.5"}


@pytest.fixture
def life(pregnancy):
    return f"/families/{pregnancy.family_id}/lives/{pregnancy.id}"


@pytest.fixture
def measured(database, pregnancy, cast):
    """Write down a measurement of Lin, by staff unless she is named."""

    def write(kind, value, *, actor=None):
        with database.transaction() as session:
            return measure(
                session, subject=pregnancy, now=world.NOW, actor=actor or by(cast.care_worker),
                measured=Measured(MeasurementKind(kind), Decimal(value), TODAY),
            )  # fmt: skip

    return write


@pytest.fixture
def built(measured):
    """Lin's height, weight before and age are known."""
    measured("mother_height", 162)
    measured("mother_weight_before", 54)
    measured("mother_age", 29)


def values(database, subject):
    with database.transaction() as session:
        return [(row.kind.value, row.value) for row in measurements_of(session, subject=subject)]


def test_everything_measured_at_a_visit_is_written_at_once(desk, database, life, pregnancy):
    answer = desk("care_worker").send(
        f"{life}/measurements", **WEIGHED, systolic="118", diastolic="74", fundal_height="19"
    )

    assert answer.status_code == 303
    assert {kind for kind, _ in values(database, pregnancy)} == {
        "mother_weight", "systolic", "diastolic", "fundal_height",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"mother_weight": "abc"}, "请填数字"),
        ({"mother_weight": "NaN"}, "请填数字"),
        ({"mother_weight": "615"}, "妈妈的体重要在 30 到 200 千克之间"),
        ({"systolic": "118"}, "血压请把收缩压和舒张压两个数都填上。"),
        ({"mother_weight": ""}, "请至少填一项测量结果。"),
        ({"day": ""}, "请填写日期。"),
    ],
    ids=["words", "no number", "slip of the pen", "half a pressure", "nothing", "no day"],
)
def test_what_nobody_measures_is_refused_at_its_field(
    desk, database, life, pregnancy, typed, sentence
):
    answer = desk("care_worker").send(f"{life}/measurements", **{**WEIGHED, **typed})

    assert answer.status_code == 400
    assert sentence in answer.text
    assert values(database, pregnancy) == []


def test_every_wrong_field_is_told_and_nothing_typed_is_lost(desk, life):
    answer = desk("care_worker").send(
        f"{life}/measurements", **WEIGHED, systolic="999", diastolic="74", fetal_heart_rate="x"
    )

    assert answer.text.count("is-invalid") == 2
    assert 'value="61.5"' in answer.text
    assert 'value="999"' in answer.text


def test_a_childs_measure_does_not_fit_a_pregnancy(desk, life):
    answer = desk("care_worker").send(f"{life}/measurements", day="2026-06-01", child_weight="8")

    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("upper", "lower", "mark"),
    [
        (165, 100, "yy-alert-severe"),
        (141, 80, "yy-alert-high"),
        (90, 120, "yy-alert-doubtful"),
    ],
    ids=["severe", "high", "wrong way round"],
)
def test_a_pressure_that_staff_must_see_is_marked(desk, life, measured, upper, lower, mark):
    measured("systolic", upper)
    measured("diastolic", lower)

    assert mark in desk("care_worker").read(f"{life}/")


def test_an_ordinary_pressure_is_not_marked(desk, life, measured):
    measured("systolic", 118)
    measured("diastolic", 74)

    assert "yy-alert-" not in desk("care_worker").read(f"{life}/")


def test_what_she_measured_herself_is_marked_as_hers(desk, cast, life, measured):
    measured("mother_weight", "60.5", actor=Actor(SubjectKind.PERSON, cast.mother.id))

    page = desk("care_worker").read(f"{life}/")

    assert "yy-value-family" in page
    assert "60.5 千克" in page


def test_weight_gain_stands_beside_the_standard(desk, life, built, measured):
    measured("mother_weight", "58")

    page = desk("care_worker").read(f"{life}/")

    assert 'role="img"' in page
    assert "WS/T 801" in page


def test_a_weight_that_cannot_be_hers_does_not_hide_the_chart(desk, life, built, measured):
    measured("mother_weight", "190")

    page = desk("care_worker").read(f"{life}/")

    assert 'role="img"' in page
    assert "这次的体重和孕前体重差得太多" in page


def test_without_her_build_the_chart_says_what_is_missing(desk, life):
    assert "登记身高、孕前体重和年龄之后" in desk("care_worker").read(f"{life}/")


def test_her_build_is_asked_in_a_form_of_its_own(desk, database, life, pregnancy):
    answer = desk("care_worker").send(
        f"{life}/measurements", day="2026-06-01", mother_height="162", mother_age="x"
    )

    assert 'id="build"' in answer.text
    assert answer.text.count("is-invalid") == 1
    assert values(database, pregnancy) == []


def test_for_twins_the_standard_says_that_it_is_not_for_her(desk, life, built):
    care_worker = desk("care_worker")
    care_worker.send(f"{life}/fetuses", count="2")

    page = care_worker.read(f"{life}/")

    assert "怀双胞胎或多胞胎，体重增长没有统一的参考范围" in page
    assert "2 胎" in page
    assert "胎数改为 2" in page
