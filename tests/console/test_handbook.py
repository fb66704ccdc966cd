"""The handbook on paper: all of a family's plan, nothing of a loss, and a trace of the reading."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.actions import give_consent, withdraw_consent
from accounts.models import AuditRow, Person, Purpose, SubjectKind
from accounts.notices import notice
from accounts.rules import Actor
from booking.models import Appointment
from console.presenters import handbook as presenters
from handbook.actions import Loss, record_loss
from handbook.actions_births import Delivery, Newborn, add_child, record_delivery
from handbook.actions_children import record_death
from handbook.actions_dating import set_fetuses
from handbook.actions_records import (
    Given,
    Measured,
    Seen,
    confirm_dose,
    confirm_visit,
    measure,
    report_visit,
)
from handbook.care.schedule import load
from handbook.care.vaccines import Sex
from handbook.models import LossKind
from handbook.models_lives import GuardianKind
from handbook.models_records import MeasurementKind
from handbook.standing.mothers import Standing
from tests import world
from tests.console.people import by, name

TODAY = date(2026, 6, 1)
PHONE = "13800005678"
BORN = date(2025, 11, 13)


@pytest.fixture
def lin(database, cast):
    name(database, cast.mother, phone=PHONE)
    return cast.mother


@pytest.fixture
def pregnancy(make, lin):
    """Lin is 12 weeks pregnant today."""
    return make.pregnancy(last_period_day=TODAY - timedelta(days=84))


@pytest.fixture
def paper(desk, lin, make):
    """Read what Lin would be handed; all that was made is written first."""

    def read(role="care_worker", family_id=lin.family_id):
        make.session.flush()
        return desk(role).read(f"/families/{family_id}/handbook/")

    return read


@pytest.fixture
def child(make, cast):
    """Mei's child, half a year old; she agreed to its record."""
    mei = make.session.get_one(Person, cast.newcomer.id)
    purpose = Purpose.CHILD_RECORD
    give_consent(
        make.session, person=mei, purpose=purpose, version=notice(purpose).version,
        channel="test", now=world.NOW,
    )  # fmt: skip
    return add_child(
        make.session, guardian=mei, kind=GuardianKind.MOTHER,
        newborn=Newborn(birth_day=BORN, sex=Sex.FEMALE, weight_g=3200, name="小满"),
        gestation_at_birth_days=275, actor=by(cast.clinician), now=world.NOW,
    )  # fmt: skip


def weigh(session, child, kilograms, day, *, actor):
    measured = Measured(MeasurementKind.CHILD_WEIGHT, Decimal(kilograms), day)
    measure(session, subject=child, measured=measured, actor=actor, now=world.NOW)


def test_it_says_who_where_when_and_by_what_it_was_dated(paper, pregnancy):
    page = paper()

    assert "测试第一妇幼保健院" in page
    assert "林晓雨" in page
    assert PHONE in page
    assert "<dt>预产期</dt><dd>2026年12月14日</dd>" in page
    assert "<dt>推算依据</dt><dd>末次月经</dd>" in page
    assert "孕12周+0天" in page
    assert "010-55550120" in page


def test_every_item_has_its_days_its_reason_and_its_source(paper, pregnancy):
    page = paper()

    assert "2026.5.25–6.14" in page
    assert "孕11周+0天到13周+6天" in page
    assert "2026.9.21 起" in page
    assert "<li>《孕前和孕期保健指南》（2018）" in page
    assert [item.name for item in load(pregnancy.schedule).items
            if item.anchor == "last_period" and item.name not in page] == []  # fmt: skip
    assert "△" in page


def test_what_a_doctor_orders_for_some_invites_nobody(paper, pregnancy):
    line = paper().partition("绒毛穿刺")[2].partition("</tr>")[0]

    assert "仅限" in line
    assert "现在可做" not in line


def test_a_source_is_listed_once(paper, pregnancy):
    sources = paper().partition('class="yy-paper-foot"')[2].split("<li>")[1:]

    assert len(sources) == len(set(sources)) > 1


def test_coming_appointments_are_listed_and_mark_their_item(paper, make, pregnancy):
    booked = make.appointment(pregnancy=pregnancy, starts_at=world.NOW + timedelta(days=2))
    make.session.get_one(Appointment, booked.id).item_key = "nt"
    make.appointment(starts_at=world.NOW + timedelta(days=3)).item_key = None

    page = paper()

    assert "已约好的" in page
    assert "产科普通门诊 · 3层301室" in page
    assert "已预约" in page


def test_past_appointments_are_not_listed(paper, make, pregnancy, clock):
    make.appointment(pregnancy=pregnancy, starts_at=world.NOW + timedelta(days=2))
    clock.set_to(world.NOW + timedelta(days=3))

    assert "已约好的" not in paper()


def test_what_was_done_says_by_whose_word(paper, make, cast, lin, pregnancy):
    seen = Seen(day=date(2026, 5, 20))
    confirm_visit(
        make.session, subject=pregnancy, item_key="anc1", seen=seen, actor=by(cast.care_worker),
        now=world.NOW,
    )  # fmt: skip
    report_visit(
        make.session, subject=pregnancy, item_key="us_early", seen=seen,
        actor=Actor(SubjectKind.PERSON, lin.id), now=world.NOW,
    )  # fmt: skip

    page = paper()

    assert "2026.5.20 医务人员确认" in page
    assert "2026.5.20 家长自报" in page


def test_twins_are_told_that_clinicians_set_the_plan(paper, make, cast, pregnancy):
    set_fetuses(
        make.session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id, count=2,
        actor=by(cast.clinician), now=world.NOW,
    )  # fmt: skip

    assert "由医生为您单独安排" in paper()


def test_after_a_birth_the_sheet_is_that_of_the_mother(paper, make, cast, lin):
    pregnancy = make.pregnancy(last_period_day=TODAY - timedelta(days=280))
    record_delivery(
        make.session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
        delivery=Delivery(day=TODAY), actor=by(cast.clinician), now=world.NOW,
    )  # fmt: skip

    page = paper()

    assert "<dt>分娩</dt><dd>2026年6月1日</dd>" in page
    assert "产后42天检查" in page
    assert "NT 超声" not in page


def test_a_loss_is_on_no_paper(paper, make, cast, pregnancy):
    record_loss(
        make.session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
        loss=Loss(LossKind.MISCARRIAGE, TODAY, ""), actor=by(cast.clinician), now=world.NOW,
    )  # fmt: skip

    page = paper()

    assert "还没有可以打印的内容" in page
    assert "预产期" not in page
    assert "流产" not in page


def test_a_child_has_a_sheet_of_its_own(paper, make, cast, child):
    confirm_dose(
        make.session, child=child, given=Given(vaccine="HepB", number=1, seen=Seen(day=BORN)),
        actor=by(cast.care_worker), now=world.NOW,
    )  # fmt: skip
    weigh(make.session, child, "7.10", date(2026, 5, 1), actor=by(cast.clinician))
    weigh(make.session, child, "7.50", TODAY, actor=by(cast.clinician))

    page = paper(family_id=cast.newcomer.family_id)

    assert "小满的保健" in page
    assert "<dt>出生</dt><dd>2025年11月13日</dd>" in page
    assert "女孩" in page
    assert "3200克" in page
    assert "2025.11.13 医务人员确认" in page
    assert "满8个月" in page
    assert "2026.6.1 宝宝的体重 7.5 千克" in page
    assert "7.1 千克" not in page
    assert "没有列出" in page
    assert "双价HPV疫苗第1剂" in page


def test_a_child_of_whom_little_is_known_has_a_sheet_too(paper, make, cast, child):
    child.sex = child.weight_g = child.name = None

    page = paper(family_id=cast.newcomer.family_id)

    assert "宝宝的保健" in page
    assert "性别" not in page


def test_without_a_guardians_consent_a_child_is_on_no_paper(paper, make, cast, child):
    mei = make.session.get_one(Person, cast.newcomer.id)
    withdraw_consent(make.session, person=mei, purpose=Purpose.CHILD_RECORD, now=world.NOW)

    assert "小满" not in paper(family_id=cast.newcomer.family_id)


def test_a_child_that_died_is_on_no_paper(paper, make, cast, child):
    record_death(
        make.session, child=child, day=TODAY, note="", actor=by(cast.clinician), now=world.NOW
    )

    assert "小满" not in paper(family_id=cast.newcomer.family_id)


def test_a_family_without_anything_says_so(paper, lin):
    page = paper("clerk")

    assert "还没有可以打印的内容" in page
    assert "林晓雨" in page


def test_reading_it_is_written_down(paper, make, pregnancy):
    paper("clerk")

    newest = make.session.query(AuditRow).order_by(AuditRow.number.desc()).first()

    assert newest.act == "read_family"


@pytest.mark.parametrize(("role", "status"), [("author", 403), ("stranger", 404)])
def test_who_may_not_read_it_is_turned_away(desk, lin, role, status):
    assert desk(role).open(f"/families/{lin.family_id}/handbook/").status_code == status


def test_the_family_page_leads_to_it(desk, lin):
    page = desk("clerk").read(f"/families/{lin.family_id}")

    assert f'href="/console/families/{lin.family_id}/handbook/"' in page


def test_every_standing_has_its_word():
    assert set(presenters.STANDINGS) == set(Standing)
