"""JSON about herself: signing in, name, phone, consents."""

import pytest
import sqlalchemy as sa

from accounts.models import Consent, Person, Purpose, SignIn
from accounts.notices import notice
from tests.miniapp.conftest import API, OWN
from wechat.errors import Busy
from wechat.login import Identity

PHONE = "13800000000"


def decide(client, purpose, decision="give", version=None):
    version = version or notice(purpose).version
    return client.post(
        "/consents", {"purpose": purpose.value, "version": version, "decision": decision}
    )


def people(session):
    return session.scalar(sa.select(sa.func.count()).select_from(Person))


def test_the_code_of_a_phone_signs_her_in(stranger, login):
    login.people["code-1"] = Identity("oMP_new")

    begun = stranger.post("/sessions", {"code": "code-1"})

    assert begun.status_code == 200
    assert set(begun.json) == {"token", "expires_at"}
    assert begun.json["expires_at"].endswith("+08:00")
    token = {"Authorization": f"Bearer {begun.json['token']}"}
    assert stranger.client.get(f"{API}/me", headers=token).status_code == 200


def test_a_code_signs_in_once(stranger, login):
    login.people["code-1"] = Identity("oMP_new")
    stranger.post("/sessions", {"code": "code-1"})

    again = stranger.post("/sessions", {"code": "code-1"})

    assert again.status_code == 401
    assert again.json["code"] == "core.sign_in_needed"


def test_the_platform_being_away_is_told_so(stranger, login, monkeypatch):
    def away(code):
        raise Busy(-1)

    monkeypatch.setattr(login, "openid_of_js_code", away)

    answer = stranger.post("/sessions", {"code": "code-1"})

    assert answer.status_code == 503
    assert answer.json["code"] == "core.unavailable"


def test_she_is_the_same_person_in_chat_and_mini_program(lin, cast):
    assert lin.get("/me").json["person"]["id"] == cast.mother.id


def test_the_same_phone_twice_is_one_person(signed, session, cast):
    before = people(session)

    signed("u-new")
    signed("u-new")

    assert people(session) == before + 1


def test_signing_out_ends_the_token(lin, session):
    gone = lin.delete("/sessions")

    assert (gone.status_code, gone.data) == (204, b"")
    assert lin.get("/me").status_code == 401
    assert session.scalars(sa.select(SignIn)).all() == []


def test_about_me_tells_her_hospital_and_her_decisions(lin):
    me = lin.get("/me").json

    given = {one["purpose"]: one["given"] for one in me["consents"]}
    assert me["person"] == {
        "id": me["person"]["id"], "name": None, "phone_tail": None, "role": "mother"
    }  # fmt: skip
    assert me["hospital"]["emergency_phone"] == "010-55550120"
    assert me["pregnancy"] is None
    assert given == {"handbook": True, "messages": True, "child_record": False, "sharing": False}


def test_every_purpose_comes_with_the_words_in_force(mei):
    consents = mei.get("/me").json["consents"]

    assert [one["purpose"] for one in consents] == [one.value for one in Purpose]
    assert [one for one in consents if not (one["title"] and one["text"] and one["version"])] == []
    assert {one["given_at"] for one in consents} == {None}


def test_about_me_tells_her_pregnancy(lin, expecting):
    pregnancy = lin.get("/me").json["pregnancy"]

    assert pregnancy["state"] == "ongoing"
    assert pregnancy["edd_day"] == "2026-12-10"
    assert pregnancy["gestation"] == "12周+4天"
    assert pregnancy["dating_source"] == "末次月经"


def test_her_name_is_kept_with_her_consent(lin):
    answer = lin.put("/me/name", {"name": " 林 晓雨 "})

    assert answer.status_code == 200
    assert answer.json["name"] == "林 晓雨"
    assert lin.get("/me").json["person"]["name"] == "林 晓雨"


def test_her_phone_number_is_kept_with_her_consent_and_shown_by_its_tail(lin, login):
    login.phones["phone-code"] = PHONE

    answer = lin.post("/me/phone", {"code": "phone-code"})

    assert answer.json == {"phone_tail": "0000"}
    assert lin.get("/me").json["person"]["phone_tail"] == "0000"
    assert PHONE not in lin.get("/me").text


def test_a_phone_code_that_is_spent_is_refused(lin):
    answer = lin.post("/me/phone", {"code": "spent"})

    assert (answer.status_code, answer.json["code"]) == (400, "core.bad_request")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/me/name", {"name": "美"}),
        ("POST", "/me/phone", {"code": "phone-code"}),
        ("POST", "/pregnancies", {"source": "last_period", "day": "2026-03-05"}),
    ],
    ids=["name", "phone", "pregnancy"],
)
def test_nothing_about_her_is_kept_without_its_own_consent(
    mei, login, cast, session, method, path, body
):
    login.phones["phone-code"] = PHONE
    decide(mei, Purpose.MESSAGES)
    decide(mei, Purpose.CHILD_RECORD)
    decide(mei, Purpose.SHARING)

    answer = mei.client.open(f"{API}{path}", method=method, json=body, headers=mei.headers | OWN)

    person = session.get_one(Person, cast.newcomer.id)
    assert answer.status_code == 409
    assert answer.json["code"] == "accounts.consent_needed"
    assert answer.json["details"] == {"purpose": "handbook"}
    assert (person.name, person.phone) == (None, None)
    assert login.phones == {"phone-code": PHONE}


@pytest.mark.parametrize("refused", list(Purpose))
def test_refusing_one_purpose_blocks_no_other(mei, refused):
    others = [purpose for purpose in Purpose if purpose is not refused]
    for purpose in others:
        assert decide(mei, purpose).status_code == 200

    given = {one["purpose"] for one in mei.get("/me").json["consents"] if one["given"]}
    assert given == {one.value for one in others}


@pytest.mark.parametrize("refused", [Purpose.MESSAGES, Purpose.CHILD_RECORD, Purpose.SHARING])
def test_the_handbook_needs_no_other_consent(mei, refused):
    decide(mei, Purpose.HANDBOOK)
    decide(mei, refused, "withdraw")

    opened = mei.post("/pregnancies", {"source": "last_period", "day": "2026-03-05"})

    assert opened.status_code == 201


def test_booking_and_reading_need_no_consent_at_all(mei, antenatal, articles):
    assert mei.book(antenatal.slots[0].id).status_code == 201
    assert mei.get("/articles").json["items"]
    assert mei.get("/timeline").json["state"] == "none"


def test_a_consent_is_taken_back_and_given_again(lin, session, cast):
    taken = decide(lin, Purpose.MESSAGES, "withdraw")
    again = decide(lin, Purpose.MESSAGES)

    rows = session.scalars(
        sa.select(Consent).where(
            Consent.person_id == cast.mother.id, Consent.purpose == Purpose.MESSAGES
        )
    ).all()
    assert taken.json == {"purpose": "messages", "given": False}
    assert again.json == {"purpose": "messages", "given": True}
    assert [one.withdrawn_at is None for one in rows].count(True) == 1
    assert len(rows) == 2


def test_words_that_are_no_longer_in_force_cannot_be_agreed_to(mei):
    answer = decide(mei, Purpose.HANDBOOK, version="2020-01")

    assert (answer.status_code, answer.json["code"]) == (409, "accounts.notice_changed")
    assert answer.json["message"] == "说明已更新，请阅读新的说明后再选择。"


SECRET = "秘密-7f3a"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/sessions", {"code": f"{SECRET}!"}),
        ("POST", "/sessions", {"code": 5}),
        ("POST", "/sessions", {"code": "a", "more": SECRET}),
        ("PUT", "/me/name", {"name": ""}),
        ("PUT", "/me/name", {"name": SECRET * 20}),
        ("PUT", "/me/name", [SECRET]),
        ("POST", "/me/phone", {}),
        ("POST", "/consents", {"purpose": SECRET, "version": "1", "decision": "give"}),
        ("POST", "/consents", {"purpose": "sharing", "version": "1", "decision": SECRET}),
        ("POST", "/pregnancies", {"source": "guess", "day": "2026-03-05"}),
        ("POST", "/pregnancies", {"source": "last_period", "day": SECRET}),
        ("POST", "/pregnancies", {"source": "last_period", "day": "2026-02-30"}),
        ("POST", "/datings/reading", {"text": SECRET * 100}),
        ("POST", "/appointments", {"slot_id": SECRET * 10}),
    ],
)
def test_what_is_sent_in_another_shape_is_refused_and_not_repeated(lin, method, path, body):
    answer = lin.client.open(
        f"{API}{path}", method=method, json=body,
        headers=lin.headers | OWN | {"Idempotency-Key": "k"},
    )  # fmt: skip

    assert answer.status_code in {400, 422}
    assert set(answer.json) == {"code", "message", "details"}
    assert answer.json["code"] == "core.bad_request"
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("body", "sort"),
    [
        (b"{", "application/json"),
        (b"", "application/json"),
        (b"name=x", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 2_000, "application/json"),
        (b'{"name": "\\ud800"}', "application/json"),
    ],
    ids=["half", "empty", "form", "not-utf8", "deep", "lone-surrogate"],
)
def test_what_is_no_json_is_refused(lin, body, sort):
    answer = lin.client.put(
        f"{API}/me/name", data=body, content_type=sort, headers=lin.headers | OWN
    )

    assert 400 <= answer.status_code < 500
    assert answer.json["message"]
