"""The inbox: alarms first, conversations, answers."""

from datetime import timedelta

import pytest

from accounts.models import AuditRow
from console import csrf
from conversation import actions
from conversation.models import Alarm, Delivery, Message, Speaker
from handbook.actions import Loss, open_pregnancy, record_loss
from handbook.models import LossKind
from handbook.timeline import read_dating
from tests import world
from tests.console.people import by, name

ASKED = "糖耐那天早上能喝水吗"
BLEEDING = actions.Danger("p_bleed", "go_now", "1", "bleed")


@pytest.fixture
def asking(database, cast):
    """Lin asks for a person."""
    with database.transaction() as session:
        conversation = actions.hear(
            session, person=cast.mother, hospital_id=cast.hospital.id, now=world.NOW
        )
        actions.keep(session, person=cast.mother, speaker=Speaker.FAMILY, text=ASKED, now=world.NOW)
        actions.call_person(conversation, now=world.NOW)
    return cast.mother


@pytest.fixture
def bleeding(database, cast):
    """Mei wrote of a danger sign after Lin asked."""
    with database.transaction() as session:
        conversation = actions.hear(
            session, person=cast.newcomer, hospital_id=cast.hospital.id, now=world.NOW
        )
        actions.raise_alarm(
            session, person=cast.newcomer, conversation=conversation, danger=BLEEDING,
            now=world.NOW,
        )  # fmt: skip
    return cast.newcomer


def every(database, table):
    with database.transaction() as session:
        return session.query(table).order_by(*table.__table__.primary_key).all()


def test_an_empty_inbox_says_so(desk):
    assert "没有人在等" in desk("care_worker").read("/inbox/")


def test_alarms_come_before_those_who_wait(desk, asking, bleeding):
    page = desk("care_worker").read("/inbox/")

    assert page.index(bleeding.id) < page.index(asking.id)
    assert "阴道出血" in page
    assert "立即就医" in page


def test_the_list_shows_who_waits_since_when_and_no_word(desk, clock, asking):
    clock.set_to(world.NOW + timedelta(minutes=7))

    page = desk("care_worker").read("/inbox/")

    assert "7分钟前" in page
    assert "等待回复" in page
    assert ASKED not in page


def test_a_sign_without_a_name_is_still_an_alarm(desk, database, bleeding):
    with database.transaction() as session:
        session.query(Alarm).update({"sign": "not_named_yet"})

    assert "危险信号" in desk("care_worker").read("/inbox/rows")


def test_every_page_says_that_an_alarm_stands_open(desk, bleeding):
    care_worker = desk("care_worker")

    assert 'hx-get="/console/inbox/alarms"' in care_worker.read("/families/")
    assert "1 位家庭有危险信号" in care_worker.read("/inbox/alarms")


def test_no_bar_without_an_alarm(desk, asking):
    assert desk("care_worker").read("/inbox/alarms").strip() == ""


def test_opening_a_conversation_opens_its_alarms_and_is_written_down(
    desk, database, cast, bleeding
):
    page = desk("care_worker").read(f"/inbox/{bleeding.id}")

    assert "care_worker老师 刚刚查看" in page
    assert [alarm.opened_by for alarm in every(database, Alarm)] == [cast.care_worker.id]
    assert "read_conversation" in [row.act for row in every(database, AuditRow)]


def test_an_alarm_that_was_opened_stands_beside_the_conversation_for_a_week(
    desk, clock, cast, bleeding
):
    desk("care_worker").read(f"/inbox/{bleeding.id}")
    clock.set_to(world.NOW + timedelta(days=6))
    within = desk("care_worker").read(f"/inbox/{bleeding.id}")
    clock.set_to(world.NOW + timedelta(days=7))

    after = desk("care_worker").read(f"/inbox/{bleeding.id}")

    assert "阴道出血" in within
    assert "care_worker老师 6天前查看" in within
    assert "阴道出血" not in after


def test_the_words_that_an_open_page_asks_for_are_written_down_as_read(desk, database, asking):
    page = desk("care_worker").read(f"/inbox/{asking.id}/words")

    assert ASKED in page
    assert "read_conversation" in [row.act for row in every(database, AuditRow)]


def test_an_open_page_learns_of_a_new_alarm_without_opening_it(desk, database, bleeding):
    page = desk("care_worker").read(f"/inbox/{bleeding.id}/words")

    assert "新的危险信号：阴道出血" in page
    assert [alarm.opened_by for alarm in every(database, Alarm)] == [None]


def test_an_answer_waits_to_be_sent(desk, database, cast, asking):
    answer = desk("care_worker").send(f"/inbox/{asking.id}/answers", text="可以喝几小口白水。")

    assert answer.location == f"/console/inbox/{asking.id}"
    said = every(database, Message)[-1]
    assert (said.text, said.delivery) == ("可以喝几小口白水。", Delivery.PENDING)
    assert said.staff_id == cast.care_worker.id


def test_an_answer_appears_without_reloading_the_page(desk, asking):
    care_worker = desk("care_worker")

    answer = care_worker.client.post(
        f"/console/inbox/{asking.id}/answers",
        data={"text": "可以。"},
        headers={"HX-Request": "true", "X-CSRF": csrf.mark(care_worker.token)},
    )

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "可以。" in answer.text
    assert "待发送" in answer.text


@pytest.mark.parametrize(
    ("delivery", "failure", "words"),
    [
        (Delivery.SENT, None, "已发送"),
        (Delivery.FAILED, "wechat.window_closed", "发送失败：超过48小时"),
        (Delivery.FAILED, "wechat.misconfigured", "发送失败：系统设置有误，请联系信息科"),
    ],
    ids=["sent", "failed", "failed for a reason not for the desk"],
)
def test_the_fate_of_an_answer_is_shown(desk, database, asking, delivery, failure, words):
    care_worker = desk("care_worker")
    care_worker.send(f"/inbox/{asking.id}/answers", text="可以。")
    with database.transaction() as session:
        session.query(Message).filter(Message.speaker == Speaker.STAFF).update(
            {"delivery": delivery, "failure": failure}
        )

    assert words in care_worker.read(f"/inbox/{asking.id}")


@pytest.mark.parametrize("text", ["", "   ", "长" * 601], ids=["nothing", "blanks", "too long"])
def test_a_refused_answer_is_not_lost(desk, database, asking, text):
    answer = desk("care_worker").send(f"/inbox/{asking.id}/answers", text=text)

    assert answer.status_code == 422
    assert "请填写回复内容" in answer.text
    assert text in answer.text
    assert len(every(database, Message)) == 1


def test_after_two_days_of_silence_the_page_says_to_call(desk, database, clock, asking):
    name(database, asking, phone="13800005678")
    clock.set_to(world.NOW + timedelta(hours=48))

    page = desk("care_worker").read(f"/inbox/{asking.id}")

    assert "微信不允许现在回复" in page
    assert 'href="tel:13800005678"' in page
    assert "<textarea" not in page


def test_a_closed_conversation_leaves_the_inbox(desk, asking):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"/inbox/{asking.id}/closing")

    assert answer.location == "/console/inbox/"
    assert "没有人在等" in care_worker.read("/inbox/")


def test_the_page_says_how_far_she_is(desk, database, cast, asking):
    pregnant(database, cast)

    page = desk("care_worker").read(f"/inbox/{asking.id}")

    assert "孕12周+0天" in page


def test_after_a_loss_the_page_asks_for_silence_about_the_pregnancy(desk, database, cast, asking):
    pregnancy = pregnant(database, cast)
    with database.transaction() as session:
        record_loss(
            session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
            loss=Loss(LossKind.MISCARRIAGE, world.NOW.date(), ""), actor=by(cast.care_worker),
            now=world.NOW,
        )  # fmt: skip

    page = desk("care_worker").read(f"/inbox/{asking.id}")

    assert "不再提孕周" in page
    assert "孕12周" not in page


def test_words_are_text_not_html(desk, database, asking):
    with database.transaction() as session:
        actions.keep(
            session, person=asking, speaker=Speaker.FAMILY, text="<img src=x onerror=a()>",
            now=world.NOW,
        )  # fmt: skip

    answer = desk("care_worker").open(f"/inbox/{asking.id}")

    assert "<img src=x" not in answer.text


@pytest.mark.parametrize("path", ["", "/words"])
def test_staff_of_another_hospital_find_nothing(desk, asking, path):
    stranger = desk("stranger")

    assert stranger.open(f"/inbox/{asking.id}{path}").status_code == 404
    assert asking.id not in stranger.read("/inbox/")


def test_staff_of_another_hospital_cannot_answer(desk, database, asking):
    answer = desk("stranger").send(f"/inbox/{asking.id}/answers", text="你好")

    assert answer.status_code == 404
    assert len(every(database, Message)) == 1


@pytest.mark.parametrize("username", ["author", "reviewer", "clerk", "manager"])
def test_who_does_not_answer_families_sees_no_inbox(desk, username):
    somebody = desk(username)

    assert somebody.open("/inbox/").status_code == 403
    assert "/console/inbox/" not in somebody.read("/")


def pregnant(database, cast):
    today = world.NOW.date()
    reading = read_dating(source="last_period", day=today - timedelta(days=84), today=today)
    with database.transaction() as session:
        return open_pregnancy(
            session, person=cast.mother, reading=reading, actor=by(cast.care_worker),
            now=world.NOW,
        )  # fmt: skip
