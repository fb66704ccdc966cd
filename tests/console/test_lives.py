"""Pregnancies and children in full: where items stand, records, and what is refused where."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.actions import withdraw_consent
from accounts.models import Purpose, SubjectKind
from accounts.rules import Actor
from handbook.actions import Loss, open_pregnancy, record_loss
from handbook.actions_births import record_delivery
from handbook.actions_records import Given, Measured, measure, report_dose, report_visit
from handbook.births import Delivery
from handbook.models import LossKind
from handbook.models_records import MeasurementKind
from handbook.queries_records import doses_of, measurements_of, visits_of
from handbook.telling import Seen
from handbook.timeline import read_dating
from tests import world
from tests.console.people import by, name
from tests.console.wards import TODAY, acts, child_of

WEIGHED = {"day": "2026-06-01", "mother_weight": "61.5"}


@pytest.fixture
def lin(database, cast):
    name(database, cast.mother, phone="13800005678")
    return cast.mother


@pytest.fixture
def pregnancy(database, cast, lin):
    """Lin is 20 weeks pregnant today."""
    reading = read_dating(source="last_period", day=TODAY - timedelta(days=140), today=TODAY)
    with database.transaction() as session:
        return open_pregnancy(
            session, person=lin, reading=reading, actor=by(cast.care_worker), now=world.NOW
        )


@pytest.fixture
def life(lin, pregnancy):
    return f"/families/{lin.family_id}/lives/{pregnancy.id}"


@pytest.fixture
def child(database, cast):
    with database.transaction() as session:
        return child_of(session, cast)


@pytest.fixture
def childhood(child):
    return f"/families/{child.family_id}/lives/{child.id}"


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


@pytest.fixture
def nt_reported(database, pregnancy, lin):
    """Lin said that her NT was done."""
    with database.transaction() as session:
        return report_visit(
            session, subject=pregnancy, item_key="nt", now=world.NOW,
            seen=Seen(TODAY - timedelta(days=54), "<b>市二院</b>"),
            actor=Actor(SubjectKind.PERSON, lin.id),
        )  # fmt: skip


def visits(database, pregnancy):
    with database.transaction() as session:
        return visits_of(session, subject=pregnancy)


def values(database, subject):
    with database.transaction() as session:
        return [(row.kind.value, row.value) for row in measurements_of(session, subject=subject)]


def test_items_stand_in_groups_each_with_its_reason_and_source(desk, life):
    page = desk("care_worker").read(f"{life}/")

    assert "孕20周+0天" in page
    assert "yy-group-window_open" in page
    assert "系统超声" in page
    assert "按末次月经" in page
    assert "《" in page


def test_what_a_family_reports_looks_different_from_what_staff_confirm(desk, life, nt_reported):
    care_worker = desk("care_worker")
    before = care_worker.read(f"{life}/")

    care_worker.send(f"{life}/visits", key="nt", day="2026-04-08")
    after = care_worker.read(f"{life}/")

    assert "家长自报，待确认" in before
    assert "yy-told-staff" not in before
    assert 'value="2026-04-08"' in before
    assert "医务人员确认 2026年4月8日" in after
    assert "家长自报 2026年4月8日" in after


def test_a_place_that_a_family_wrote_is_only_text(desk, life, nt_reported):
    page = desk("care_worker").open(f"{life}/").text

    assert "&lt;b&gt;市二院" in page
    assert "<b>市二院" not in page


def test_a_confirmed_visit_is_in_the_record(desk, database, life, pregnancy):
    answer = desk("care_worker").send(
        f"{life}/visits", key="us_anomaly", day="2026-05-30", place="本院"
    )

    assert answer.status_code == 303
    assert answer.location.endswith(f"/lives/{pregnancy.id}/#us_anomaly")
    assert [(one.item_key, one.confirmed_place) for one in visits(database, pregnancy)] == [
        ("us_anomaly", "本院")
    ]


@pytest.mark.parametrize(
    ("day", "status", "sentence"),
    [
        ("", 400, "请填写日期。"),
        ("2026-06-02", 409, "这个日期太早，或者还没有到"),
        ("2025-01-01", 409, "这个日期太早，或者还没有到"),
    ],
    ids=["none", "to come", "before the pregnancy"],
)
def test_a_visit_that_cannot_be_is_refused_beside_its_form(
    desk, database, life, pregnancy, day, status, sentence
):
    answer = desk("care_worker").send(f"{life}/visits", key="nt", day=day, place="本院")

    assert answer.status_code == status
    assert answer.text.count('class="yy-problem"') == 1
    assert sentence in answer.text
    assert 'value="本院"' in answer.text
    assert visits(database, pregnancy) == []


def test_a_record_that_was_wrong_is_taken_back(desk, database, life, pregnancy, nt_reported):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{life}/withdrawals", record_id=nt_reported.id)

    assert answer.status_code == 303
    assert visits(database, pregnancy) == []
    assert acts(database)[-1] == "withdraw_record"


def test_a_record_of_somebody_else_cannot_be_taken_back(desk, childhood, nt_reported):
    answer = desk("care_worker").send(f"{childhood}/withdrawals", record_id=nt_reported.id)

    assert answer.status_code == 404


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


def test_what_she_measured_herself_is_marked_as_hers(desk, life, measured, lin):
    measured("mother_weight", "60.5", actor=Actor(SubjectKind.PERSON, lin.id))

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


@pytest.mark.parametrize(
    ("count", "status", "sentence"),
    [("9", 409, "胎数请填 1 到"), ("two", 400, "请填数字")],
    ids=["too many", "words"],
)
def test_a_number_of_children_that_cannot_be_is_refused(desk, life, count, status, sentence):
    answer = desk("care_worker").send(f"{life}/fetuses", count=count)

    assert answer.status_code == status
    assert sentence in answer.text


def test_after_a_birth_the_mothers_own_items_and_the_way_home_are_there(
    desk, database, cast, life, pregnancy, measured
):
    with database.transaction() as session:
        record_delivery(
            session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
            delivery=Delivery(TODAY), actor=by(cast.care_worker), now=world.NOW,
        )  # fmt: skip
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{life}/discharge", day="2026-06-01")
    page = care_worker.read(f"{life}/")

    assert answer.status_code == 303
    assert "产后42天" in page
    assert "出院" in page
    assert "fundal_height" not in page


@pytest.mark.parametrize("day", ["", "2026-06-01"], ids=["no day", "not born yet"])
def test_a_way_home_before_the_birth_is_refused(desk, life, day):
    assert "yy-problem" not in desk("care_worker").read(f"{life}/")
    assert desk("care_worker").send(f"{life}/discharge", day=day).status_code in {400, 409}


def test_after_a_loss_nothing_of_the_pregnancy_is_offered(desk, database, cast, life, pregnancy):
    with database.transaction() as session:
        record_loss(
            session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
            loss=Loss(LossKind.MISCARRIAGE, TODAY, "<i>轻声</i>"), actor=by(cast.care_worker),
            now=world.NOW,
        )  # fmt: skip

    page = desk("care_worker").open(f"{life}/").text

    assert "系统不再发送任何有关这次怀孕的消息" in page
    assert "系统超声" not in page
    assert "登记测量" not in page
    assert "&lt;i&gt;轻声" in page


def test_without_consent_no_record_is_shown(desk, database, lin, life, nt_reported):
    with database.transaction() as session:
        withdraw_consent(session, person=lin, purpose=Purpose.HANDBOOK, now=world.NOW)
    care_worker = desk("care_worker")

    page = care_worker.read(f"{life}/")
    answer = care_worker.send(f"{life}/visits", key="nt", day="2026-06-01")

    assert "她没有同意建立母子健康手册" in page
    assert "市二院" not in page
    assert answer.status_code == 409


def test_an_earlier_pregnancy_is_one_step_away(desk, database, cast, lin, life, pregnancy):
    with database.transaction() as session:
        record_loss(
            session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
            loss=Loss(LossKind.MISCARRIAGE, TODAY, ""), actor=by(cast.care_worker), now=world.NOW,
        )  # fmt: skip
        reading = read_dating(source="last_period", day=TODAY, today=TODAY)
        later = open_pregnancy(
            session, person=lin, reading=reading, actor=by(cast.care_worker), now=world.NOW
        )

    page = desk("care_worker").read(f"/families/{lin.family_id}/lives/{later.id}/")

    assert f'href="/console{life}/"' in page
    assert "已终止 · 预产期" in page


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


def test_reading_a_life_is_written_down(desk, database, life):
    desk("clerk").read(f"{life}/")

    assert acts(database)[-1] == "read_family"


def test_a_clerk_reads_and_is_offered_nothing_to_write(desk, life):
    clerk = desk("clerk")

    page = clerk.read(f"{life}/")
    answer = clerk.send(f"{life}/measurements", **WEIGHED)

    assert "确认已做" not in page
    assert "登记测量" not in page
    assert answer.status_code == 403


def test_staff_of_another_hospital_find_no_life(desk, life):
    stranger = desk("stranger")

    assert stranger.open(f"{life}/").status_code == 404
    assert stranger.send(f"{life}/measurements", **WEIGHED).status_code == 404


def test_a_life_is_not_found_under_another_family(desk, cast, pregnancy, child):
    care_worker = desk("care_worker")

    for_lin = care_worker.open(f"/families/{cast.mother.family_id}/lives/{child.id}/")
    for_mei = care_worker.open(f"/families/{cast.newcomer.family_id}/lives/{pregnancy.id}/")

    assert for_lin.status_code == for_mei.status_code == 404


@pytest.mark.parametrize("username", ["author", "reviewer", "manager"])
def test_who_does_not_read_families_sees_no_life(desk, life, username):
    assert desk(username).open(f"{life}/").status_code == 403


@pytest.mark.parametrize(
    "path", ["visits", "doses", "measurements", "withdrawals", "fetuses", "discharge"]
)
def test_no_record_is_written_without_the_mark_of_the_sign_in(desk, life, path):
    answer = desk("care_worker").client.post(f"/console{life}/{path}", data=WEIGHED)

    assert answer.status_code == 400
