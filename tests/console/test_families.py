"""Families: found, read (and written down), and a loss recorded calmly."""

from datetime import date, timedelta
from operator import attrgetter

import pytest

from accounts.models import AuditRow
from booking.models import Care
from handbook.actions import open_pregnancy
from handbook.models import LossKind, Pregnancy, PregnancyState
from handbook.timeline import read_dating
from scheduler.models import Reminder, ReminderKind, ReminderState
from tests import scene, world
from tests.console.people import by, name

PHONE = "13800005678"
TODAY = date(2026, 6, 1)
LOST = {"kind": "miscarriage", "day": "2026-05-30", "note": "电话告知"}


@pytest.fixture
def lin(database, cast):
    """Lin, with her name and number."""
    name(database, cast.mother, phone=PHONE)
    return cast.mother


@pytest.fixture
def pregnancy(database, cast, lin):
    """Lin is 12 weeks pregnant today."""
    reading = read_dating(source="last_period", day=TODAY - timedelta(days=84), today=TODAY)
    with database.transaction() as session:
        return open_pregnancy(
            session, person=lin, reading=reading, actor=by(cast.care_worker), now=world.NOW
        )


@pytest.fixture
def losses(lin, pregnancy):
    """Where the loss of Lin's pregnancy is recorded."""
    return f"/families/{lin.family_id}/losses/{pregnancy.id}"


@pytest.fixture
def state(database, pregnancy):
    def read():
        with database.transaction() as session:
            return session.get_one(Pregnancy, pregnancy.id).state

    return read


def acts(database):
    with database.transaction() as session:
        return [row.act for row in session.query(AuditRow).order_by(AuditRow.number)]


def test_the_list_shows_no_more_than_it_must(desk, lin):
    page = desk("clerk").read("/families/")

    assert "林**" in page
    assert "138****5678" in page
    assert "林晓雨" not in page
    assert PHONE not in page


def test_a_phone_number_leads_to_its_family_and_stands_in_no_address(desk, lin):
    answer = desk("clerk").send("/families/", phone="138 0000 5678")

    assert answer.status_code == 303
    assert answer.location == f"/console/families/{lin.family_id}"


def test_a_number_nobody_has_is_said_so(desk, lin):
    answer = desk("clerk").send("/families/", phone="13911112222")

    assert answer.status_code == 200
    assert "没有找到这个手机号" in answer.text


def test_a_search_for_nothing_shows_the_list(desk):
    assert desk("clerk").send("/families/", phone=" ").location == "/console/families/"


def test_a_number_of_two_families_shows_both(desk, database, cast, lin):
    name(database, cast.newcomer, phone=PHONE)

    answer = desk("clerk").send("/families/", phone=PHONE)

    assert lin.family_id in answer.text
    assert cast.newcomer.family_id in answer.text


def test_a_house_without_families_says_so(desk):
    assert "还没有家庭" in desk("stranger").read("/families/")


def test_a_long_list_goes_on(desk, monkeypatch, cast):
    monkeypatch.setattr("console.families.LINES", 1)
    clerk = desk("clerk")
    newest, next_one = sorted((cast.mother, cast.newcomer), key=attrgetter("id"), reverse=True)

    page = clerk.read("/families/")
    page_after = clerk.read(f"/families/?after={newest.id}")

    assert newest.family_id in page
    assert f'href="/console/families/?after={newest.id}"' in page
    assert next_one.family_id in page_after


def test_reading_a_family_is_written_down(desk, database, lin):
    desk("clerk").read(f"/families/{lin.family_id}")

    assert acts(database)[-1] == "read_family"


def test_the_file_shows_people_pregnancy_timeline_and_consents(desk, lin, pregnancy):
    page = desk("care_worker").read(f"/families/{lin.family_id}")

    assert "林晓雨" in page
    assert PHONE in page
    assert "孕12周+0天" in page
    assert "2026年12月14日" in page
    assert "NT 超声" in page
    assert "按末次月经2026年3月9日推算" in page
    assert "《" in page
    assert "已同意：孕期与健康手册" in page
    assert "已同意：微信消息提醒" in page


def test_a_family_without_a_handbook_says_so(desk, cast):
    page = desk("clerk").read(f"/families/{cast.newcomer.family_id}")

    assert "还没有建册" in page
    assert "未登记姓名的孕产妇" in page
    assert "没有预约" in page


def test_reminders_are_shown_with_what_became_of_them(desk, database, cast, lin):
    with database.transaction() as session:
        session.add(
            Reminder(
                id="rem_1", hospital_id=cast.hospital.id, person_id=lin.id,
                kind=ReminderKind.CARE_WINDOW, rule="window_opens", edition="national-2026",
                occasion="one", subject_id="prg_1", urgency=2, due_at=world.NOW,
                next_at=world.NOW, too_late_at=world.NOW, planned_at=world.NOW,
                state=ReminderState.UNDELIVERABLE, reason="not_following",
                settled_at=world.NOW, listed_at=world.NOW,
            )
        )  # fmt: skip

    page = desk("clerk").read(f"/families/{lin.family_id}")

    assert "无法送达" in page
    assert "她没有关注公众号" in page


def test_appointments_are_shown_with_where_and_when(desk, database, cast, lin):
    begins = world.NOW + timedelta(days=1)
    with database.transaction() as session:
        ward = scene.desk(
            session, cast.hospital, care=Care.ULTRASOUND, name="产科超声门诊",
            day=begins.date(), hours=[(10, 0)],
        )  # fmt: skip
        scene.booked(session, lin, ward.slots[0], hospital=cast.hospital)

    page = desk("clerk").read(f"/families/{lin.family_id}")

    assert "6月2日 周二 10:00–10:30" in page
    assert "产科超声门诊 · 门诊楼3层301室" in page
    assert "已预约" in page


@pytest.mark.parametrize("path", ["/families/{family}", "/families/{family}/losses/{pregnancy}/"])
def test_staff_of_another_hospital_find_nothing(desk, lin, pregnancy, path):
    answer = desk("stranger").open(path.format(family=lin.family_id, pregnancy=pregnancy.id))

    assert answer.status_code == 404


def test_a_pregnancy_is_not_found_under_another_family(desk, cast, pregnancy):
    path = f"/families/{cast.newcomer.family_id}/losses/{pregnancy.id}/"

    assert desk("care_worker").open(path).status_code == 404


@pytest.mark.parametrize("username", ["author", "reviewer", "manager"])
def test_who_does_not_read_families_sees_none(desk, cast, username):
    somebody = desk(username)

    assert somebody.open("/families/").status_code == 403
    assert somebody.open(f"/families/{cast.mother.family_id}").status_code == 403


def test_a_clerk_records_no_loss_and_is_not_offered_to(desk, lin, losses, state):
    clerk = desk("clerk")

    answer = clerk.send(f"{losses}/", **LOST)

    assert answer.status_code == 403
    assert "记录妊娠终止" not in clerk.read(f"/families/{lin.family_id}")
    assert state() is PregnancyState.ONGOING


def test_every_kind_of_loss_can_be_chosen(desk, losses):
    page = desk("care_worker").read(f"{losses}/")

    assert page.count('type="radio"') == len(LossKind)


def test_what_will_happen_is_shown_before_anything_happens(desk, losses, state):
    answer = desk("care_worker").send(f"{losses}/confirmation", **LOST)

    assert answer.status_code == 200
    assert "所有孕期提醒立即停止" in answer.text
    assert "自然流产" in answer.text
    assert "2026年5月30日" in answer.text
    assert state() is PregnancyState.ONGOING


def test_a_confirmed_loss_closes_the_pregnancy_and_empties_the_timeline(desk, lin, losses, state):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{losses}/", **LOST)
    page = care_worker.read(f"/families/{lin.family_id}")

    assert answer.status_code == 303
    assert state() is PregnancyState.ENDED
    assert "自然流产（2026年5月30日）" in page
    assert "NT 超声" not in page
    assert "孕12周" not in page


@pytest.mark.parametrize(
    "typed",
    [{"kind": ""}, {"kind": "other"}, {"day": ""}, {"day": "昨天"}],
    ids=["no kind", "made-up kind", "no day", "day in words"],
)
@pytest.mark.parametrize("step", ["/confirmation", "/"])
def test_a_loss_that_cannot_be_read_is_asked_again(desk, losses, state, step, typed):
    answer = desk("care_worker").send(f"{losses}{step}", **{**LOST, **typed})

    assert answer.status_code == 400
    assert "请选择情况并填写日期。" in answer.text
    assert "电话告知" in answer.text
    assert state() is PregnancyState.ONGOING


def test_a_day_before_the_pregnancy_is_refused_and_asked_again(desk, losses, state):
    answer = desk("care_worker").send(f"{losses}/", **{**LOST, "day": "2026-01-01"})

    assert answer.status_code == 409
    assert "这个日期不在本次孕期之内" in answer.text
    assert state() is PregnancyState.ONGOING


def test_a_loss_is_recorded_once(desk, losses):
    care_worker = desk("care_worker")
    care_worker.send(f"{losses}/", **LOST)

    answer = care_worker.send(f"{losses}/", **LOST)

    assert answer.status_code == 409
    assert "这份孕期手册已经结束" in answer.text
