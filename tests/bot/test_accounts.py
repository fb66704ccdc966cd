"""The chat about herself: she comes, she goes, and whether messages may be sent to her."""

import pytest
import sqlalchemy as sa

from accounts.models import Consent, Purpose, WechatIdentity
from tests import scene


def live_consents(session, person):
    given = sa.select(Consent.purpose).where(
        Consent.person_id == person.id, Consent.withdrawn_at.is_(None)
    )
    return set(session.scalars(given))


def test_who_follows_is_welcomed_and_asked_one_thing(chat):
    welcome = chat("oOA_new").follow()

    assert "测试第一妇幼保健院" in welcome
    assert "您的末次月经第一天是哪天" in welcome
    assert welcome.count("？") == 1


def test_the_welcome_names_where_to_call_in_an_emergency(chat):
    welcome = chat("oOA_new").follow()

    assert "120" in welcome
    assert "010-55550120" in welcome


def test_who_comes_back_with_a_handbook_is_not_asked_again(lin):
    lin.unfollow()

    welcome = lin.follow()

    assert "又见面了" in welcome
    assert "末次月经" not in welcome


def test_who_leaves_hears_nothing_and_is_no_follower_any_more(mei, session):
    mei.unfollow()

    left = sa.select(WechatIdentity.unfollowed_at).where(WechatIdentity.openid == "oOA_mei")
    assert mei.answer.data == b"success"
    assert session.scalar(left) is not None


def test_who_was_never_here_may_leave(chat):
    stranger = chat("oOA_never")

    stranger.unfollow()

    assert stranger.answer.data == b"success"


@pytest.mark.parametrize("text", ["开启提醒", "订阅提醒", "同意，开启提醒"])
def test_reminders_are_switched_on_by_her_word(mei, cast, session, text):
    answer = mei.say(text)

    assert "提醒已开启" in answer
    assert live_consents(session, cast.newcomer) == {Purpose.MESSAGES}


@pytest.mark.parametrize("text", ["关闭提醒", "不要再发了", "退订", "不要提醒我"])
def test_reminders_are_switched_off_by_her_word(lin, cast, session, text):
    answer = lin.say(text)

    assert "提醒已关闭" in answer
    assert live_consents(session, cast.mother) == {Purpose.HANDBOOK}


def test_cancelling_reminders_does_not_cancel_an_appointment(lin, cast, antenatal, database):
    with database.transaction() as session:
        scene.booked(session, cast.mother, antenatal.slots[0], hospital=cast.hospital)

    lin.say("取消提醒")

    assert "预约号" in lin.say("我的预约")


@pytest.mark.parametrize("greeting", ["你好", "HI", "菜单", "？"])
def test_a_greeting_is_answered_with_what_can_be_done(lin, greeting):
    answer = lin.say(greeting)

    assert "我的产检" in answer
    assert "预约产检" in answer


def test_a_greeting_of_a_newcomer_is_answered_with_the_one_question(mei):
    assert "您的末次月经第一天是哪天" in mei.say("你好")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("TIMELINE", "您今天孕12周+4天"),
        ("BOOKING", "想预约哪一项"),
        ("APPOINTMENTS", "您目前没有预约"),
        ("PERSON", "已经转给医务人员"),
    ],
)
def test_every_key_of_the_menu_is_answered(lin, key, expected):
    assert expected in lin.tap(key)


def test_a_key_of_an_older_menu_is_passed_over_in_silence(lin):
    lin.tap("GONE")

    assert lin.answer.data == b"success"


@pytest.mark.parametrize(
    ("sort", "fields"),
    [
        ("image", {"PicUrl": "https://mmbiz.example/1", "MediaId": "m1"}),
        ("video", {"MediaId": "m1"}),
        ("location", {"Location_X": "39.9", "Location_Y": "116.4"}),
        ("link", {"Title": "一", "Url": "https://example.com"}),
        ("voice", {"MediaId": "m1", "Format": "amr"}),
    ],
    ids=["image", "video", "place", "link", "voice-not-understood"],
)
def test_what_cannot_be_read_is_said_so_with_a_number_to_call(mei, sort, fields):
    answer = mei.message(sort, **fields)

    assert "只能看懂文字" in answer
    assert "120" in answer


def test_a_voice_message_that_was_understood_is_answered_like_words(lin):
    assert "您今天孕12周+4天" in lin.message("voice", MediaId="m1", Recognition="我的产检")


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "SCAN", "something_new"])
def test_other_events_are_passed_over_in_silence(mei, event):
    mei.event(event, EventKey="https://example.com")

    assert mei.answer.data == b"success"
