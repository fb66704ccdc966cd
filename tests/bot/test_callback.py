"""The address the platform pushes to: proof first, one answer, once."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from werkzeug.test import Client

from conversation.models import Receipt
from scheduler.models import (
    Channel,
    Letter,
    LetterState,
    Reminder,
    ReminderKind,
    ReminderState,
)
from tests import world
from tests.phone import MINIPROGRAM, OFFICIAL, in_xml, sealed
from wechat.crypto import seal, signature

MOMENT = world.NOW.timestamp()
PUSH = {
    "ToUserName": "gh_oa0001",
    "FromUserName": "oOA_mei",
    "CreateTime": str(int(MOMENT)),
    "MsgType": "text",
    "MsgId": "23000000001",
    "Content": "你好",
}


def receipts(session):
    return session.scalars(sa.select(Receipt.dedup_key)).all()


def post(client, query, body, *, path=OFFICIAL):
    return client.post(f"{path}?{query}", data=body)


def test_the_platform_may_check_the_address(client):
    moment = str(int(MOMENT))
    query = {"timestamp": moment, "nonce": "n", "echostr": "5838479218127813673"}
    query["signature"] = signature(world.SETTINGS.oa_token, moment, "n")

    answer = client.get(f"{OFFICIAL}?{urlencode(query)}")

    assert answer.status_code == 200
    assert answer.text == "5838479218127813673"


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": "0" * 40},
        {"echostr": "<script>"},
        {"timestamp": "1"},
        {"nonce": "other"},
    ],
    ids=["forged", "script", "stale", "nonce"],
)
def test_a_check_that_is_not_the_platforms_is_refused(client, changed):
    moment = str(int(MOMENT))
    query = {"timestamp": moment, "nonce": "n", "echostr": "1"}
    query["signature"] = signature(world.SETTINGS.oa_token, moment, "n")

    answer = client.get(f"{OFFICIAL}?{urlencode(query | changed)}")

    assert answer.status_code == 403
    assert answer.data == b""


FORGED = {
    "other-token": sealed(in_xml(PUSH), now=MOMENT, token="guess"),
    "other-account": sealed(in_xml(PUSH), now=MOMENT, appid="wxOTHER"),
    "other-recipient": sealed(in_xml(PUSH | {"ToUserName": "gh_other"}), now=MOMENT),
    "stale": sealed(in_xml(PUSH), now=MOMENT - 601),
    "from-the-future": sealed(in_xml(PUSH), now=MOMENT + 601),
    "not-xml": sealed("not xml at all", now=MOMENT),
    "half-xml": sealed("<xml><MsgType>text", now=MOMENT),
    "with-entities": sealed('<!DOCTYPE x [<!ENTITY e "e">]><xml>&e;</xml>', now=MOMENT),
    "bad-openid": sealed(in_xml(PUSH | {"FromUserName": "' or 1=1"}), now=MOMENT),
    "no-message-id": sealed(in_xml(PUSH | {"MsgId": "x"}), now=MOMENT),
    "plain-in-safe-mode": (sealed("", now=MOMENT)[0], in_xml(PUSH).encode()),
    "another-body": (sealed("", now=MOMENT)[0], sealed(in_xml(PUSH), now=MOMENT)[1]),
    "no-query": ("", sealed(in_xml(PUSH), now=MOMENT)[1]),
    "endless-query": ("&".join(f"a{number}=1" for number in range(50)), b"<xml></xml>"),
    "long-query": (f"{sealed('', now=MOMENT)[0]}&a={'%41' * 1000}", b"<xml></xml>"),
    "not-utf8-query": ("%ff=%ff&timestamp=%ff", b"<xml></xml>"),
    "empty": (sealed("", now=MOMENT)[0], b""),
    "binary": (sealed("", now=MOMENT)[0], bytes(range(256))),
}


@pytest.mark.parametrize("push", FORGED.values(), ids=FORGED.keys())
def test_what_is_not_provably_the_platforms_is_refused_and_leaves_no_trace(client, session, push):
    query, body = push

    answer = post(client, query, body)

    assert answer.status_code == 403
    assert answer.data == b""
    assert receipts(session) == []


def test_a_body_that_is_too_large_is_refused_unread(client, session):
    query, _ = sealed("", now=MOMENT)

    answer = post(client, query, b"x" * (64 * 1024 + 1))

    assert answer.status_code == 413
    assert receipts(session) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(client, method):
    assert client.open(OFFICIAL, method=method).status_code == 405


def test_a_long_message_is_read_too(mei):
    assert "糖耐" not in mei.say("糖" * 5_000)
    assert mei.answer.status_code == 200


def test_an_address_of_nobody_is_not_found(client):
    assert client.post("/wechat/nobody", data=b"<xml></xml>").status_code == 404


def test_a_flipped_bit_in_the_seal_is_refused(client):
    query, body = sealed(in_xml(PUSH), now=MOMENT)
    at = body.index(b"<Encrypt>") + 60
    flipped = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]

    assert post(client, query, flipped).status_code == 403


def test_a_repeated_push_gets_the_same_answer_and_one_receipt(mei, session):
    answer = mei.say("你好")

    again = mei.repeat_last()

    assert again == answer
    assert len(receipts(session)) == 1


def test_a_repetition_is_answered_as_before_even_when_the_truth_has_moved(lin, clock):
    answer = lin.say("我的产检")

    clock.move_on(timedelta(minutes=5))

    assert lin.repeat_last() == answer


def test_silence_is_repeated_as_silence(mei):
    mei.unfollow()

    mei.repeat_last()

    assert mei.answer.data == b"success"


@pytest.mark.parametrize(
    "fields",
    [
        {"MsgType": "text", "MsgId": "1", "Content": "下面出血了"},
        {"MsgType": "event", "Event": "user_enter_tempsession"},
        {"MsgType": "event", "Event": "subscribe_msg_popup_event",
         "List": [{"TemplateId": "T", "SubscribeStatusString": "accept"}]},
        {"MsgType": "event", "Event": "wxa_media_check"},
    ],
    ids=["text", "entered", "subscribed", "unknown"],
)  # fmt: skip
def test_pushes_of_the_mini_program_are_taken_in_silence(client, fields):
    whole = {"ToUserName": "gh_mp0001", "FromUserName": "oMP_1", "CreateTime": int(MOMENT)} | fields

    answer = post(client, *_in_json(whole), path=MINIPROGRAM)

    assert (answer.status_code, answer.data) == (200, b"success")


@pytest.mark.parametrize(
    ("status", "state"),
    [("success", ReminderState.SENT), ("failed:user block", ReminderState.UNDELIVERABLE)],
    ids=["delivered", "blocked"],
)
def test_a_delivery_report_is_written_down(mei, database, cast, session, status, state):
    with database.transaction() as writing:
        writing.add_all(_sent_reminder(cast))

    mei.event("TEMPLATESENDJOBFINISH", MsgID="777", Status=status)

    assert mei.answer.data == b"success"
    assert session.scalars(sa.select(Reminder.state)).one() is state


def test_a_refused_push_is_logged_without_a_word_of_it(client, caplog):
    forged = sealed(in_xml(PUSH | {"Content": "我的秘密"}), now=MOMENT, token="guess")

    post(client, *forged)

    [line] = caplog.records
    assert (line.message, line.code) == ("push refused", "signature")
    assert "oOA_mei" not in caplog.text


def test_pushes_are_counted_by_account_and_status(client, mei):
    mei.say("你好")
    post(client, "", b"")

    figures = client.get("/metrics", headers={"Authorization": "Bearer metrics-token"}).text
    assert 'yunyu_pushes_total{account="oa",status="200"}' in figures
    assert 'yunyu_pushes_total{account="oa",status="403"}' in figures


def test_every_other_path_goes_on_to_the_pages(program):
    assert Client(program).get("/healthz").json == {"alive": True}


def _in_json(fields):
    encrypted = seal(
        json.dumps(fields, ensure_ascii=False).encode(), aes_key=world.AES_KEY, appid="wxMP0001",
        prefix=b"p" * 16,
    )  # fmt: skip
    moment = str(int(MOMENT))
    query = {
        "timestamp": moment,
        "nonce": "n",
        "msg_signature": signature(world.SETTINGS.mp_token, moment, "n", encrypted),
    }
    return urlencode(query), json.dumps({"Encrypt": encrypted}).encode()


def _sent_reminder(cast):
    letter = Letter(
        id="ltr_1", hospital_id=cast.hospital.id, person_id=cast.mother.id,
        kind=ReminderKind.APPOINTMENT, channel=Channel.TEMPLATE, appid="wxOA0001",
        template_id="TPL", values={}, state=LetterState.ACCEPTED, claimed_at=world.NOW,
        platform_msg_id="777",
    )  # fmt: skip
    reminder = Reminder(
        id="rem_1", hospital_id=cast.hospital.id, person_id=cast.mother.id,
        kind=ReminderKind.APPOINTMENT, rule="day_before", edition="national-2026",
        occasion="apt_1", subject_id="apt_1", urgency=1, due_at=world.NOW, next_at=world.NOW,
        too_late_at=world.NOW, state=ReminderState.SENT, planned_at=world.NOW,
        settled_at=world.NOW, letter_id="ltr_1",
    )  # fmt: skip
    return [letter, reminder]
