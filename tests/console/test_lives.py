"""Pregnancies and children in full: where items stand, records, and what is refused where."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.actions import withdraw_consent
from accounts.models import Purpose, SubjectKind
from accounts.rules import Actor
from handbook.actions import Loss, open_pregnancy, record_loss
from handbook.actions_births import record_delivery
from handbook.actions_records import Measured, measure, report_visit
from handbook.births import Delivery
from handbook.models import LossKind
from handbook.models_records import MeasurementKind
from handbook.queries_records import visits_of
from handbook.telling import Seen
from handbook.timeline import read_dating
from tests import world
from tests.console.people import by
from tests.console.wards import TODAY, acts

WEIGHED = {"day": "2026-06-01", "mother_weight": "61.5"}


@pytest.fixture
def life(pregnancy):
    return f"/families/{pregnancy.family_id}/lives/{pregnancy.id}"


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
def nt_reported(database, cast, pregnancy):
    """Lin said that her NT was done."""
    with database.transaction() as session:
        return report_visit(
            session, subject=pregnancy, item_key="nt", now=world.NOW,
            seen=Seen(TODAY - timedelta(days=54), "<b>市二院</b>"),
            actor=Actor(SubjectKind.PERSON, cast.mother.id),
        )  # fmt: skip


def visits(database, pregnancy):
    with database.transaction() as session:
        return visits_of(session, subject=pregnancy)


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


def test_without_consent_no_record_is_shown(desk, database, cast, life, nt_reported):
    with database.transaction() as session:
        withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=world.NOW)
    care_worker = desk("care_worker")

    page = care_worker.read(f"{life}/")
    answer = care_worker.send(f"{life}/visits", key="nt", day="2026-06-01")

    assert "她没有同意建立母子健康手册" in page
    assert "市二院" not in page
    assert answer.status_code == 409


def test_an_earlier_pregnancy_is_one_step_away(desk, database, cast, life, pregnancy):
    with database.transaction() as session:
        record_loss(
            session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
            loss=Loss(LossKind.MISCARRIAGE, TODAY, ""), actor=by(cast.care_worker), now=world.NOW,
        )  # fmt: skip
        reading = read_dating(source="last_period", day=TODAY, today=TODAY)
        later = open_pregnancy(
            session, person=cast.mother, reading=reading, actor=by(cast.care_worker), now=world.NOW
        )

    page = desk("care_worker").read(f"/families/{pregnancy.family_id}/lives/{later.id}/")

    assert f'href="/console{life}/"' in page
    assert "已终止 · 预产期" in page


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
