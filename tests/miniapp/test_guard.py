"""The guard of the JSON door: who is this, and did the request come from our own pages?"""

from datetime import timedelta

import pytest
from werkzeug.test import Client

from tests.miniapp.conftest import API, OWN

READ = ["/me", "/me/copy", "/me/leaving", "/timeline", "/care", "/slots?care=antenatal",
        "/appointments", "/articles", "/articles/art_1", "/days?care=antenatal", "/waiting",
        "/appointments/apt_1/check-in-code", "/appointments/apt_1/calendar.ics",
        "/course/proposal?clinic_id=cln_1", "/attendance", "/reminders",
        "/reminders/templates", "/letters/ltr_1"]  # fmt: skip
WRITTEN = [
    ("DELETE", "/sessions"), ("PUT", "/me/name"), ("POST", "/me/phone"), ("POST", "/consents"),
    ("POST", "/datings/reading"), ("POST", "/pregnancies"), ("POST", "/appointments"),
    ("POST", "/appointments/apt_1/cancel"), ("POST", "/me/leaving"),
    ("POST", "/holds"), ("POST", "/appointments/apt_1/move"), ("POST", "/waiting"),
    ("POST", "/waiting/wai_1/take"), ("POST", "/course"), ("POST", "/missed/apt_1/excuse"),
    ("PUT", "/reminders/kinds/appointment"), ("POST", "/reminders/pause"),
    ("POST", "/reminders/resume"), ("POST", "/reminders/rem_1/hush"),
    ("POST", "/reminders/rem_1/speak"),
]  # fmt: skip


@pytest.mark.parametrize("path", READ)
def test_nobody_reads_without_signing_in(stranger, path):
    answer = stranger.client.get(f"{API}{path}")

    assert answer.status_code == 401
    assert answer.json == {"code": "core.sign_in_needed", "message": "请先登录。", "details": {}}


@pytest.mark.parametrize(("method", "path"), WRITTEN)
def test_nobody_writes_without_signing_in(stranger, method, path):
    answer = stranger.client.open(f"{API}{path}", method=method, json={}, headers=OWN)

    assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path"), [*WRITTEN, ("POST", "/sessions")])
def test_a_write_that_does_not_come_from_our_own_page_is_refused(lin, method, path):
    answer = lin.client.open(f"{API}{path}", method=method, json={}, headers=lin.headers)

    assert answer.status_code == 403
    assert answer.json["code"] == "core.forbidden"


@pytest.mark.parametrize(
    "authorization", ["Bearer guess", "Basic abc", "Bearer", "Bearer \u00e9", "bearer x"]
)
def test_a_guessed_token_is_nobody(stranger, authorization):
    answer = stranger.client.get(f"{API}/me", headers={"Authorization": authorization})

    assert answer.status_code == 401


def test_a_token_of_staff_opens_no_familys_door(sign_in, program):
    desk = sign_in("care_worker")
    token = desk.get_cookie("yunyu_staff", path="/console").value

    answer = Client(program).get(f"{API}/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 401


def test_a_sign_in_ends_by_itself(lin, clock):
    clock.move_on(timedelta(days=365))

    assert lin.get("/me").status_code == 401


def test_every_answer_tells_the_hospitals_clock_and_is_kept_nowhere(lin):
    answer = lin.get("/me")

    assert answer.headers["X-Yunyu-Now"] == "2026-06-01T02:00:00+00:00"
    assert answer.headers["Cache-Control"] == "no-store"
