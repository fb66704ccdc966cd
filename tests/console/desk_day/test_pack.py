"""A clinic's day taken along: one file that needs nothing else, and the way back."""

import base64
import hashlib
import io
import json
import re

import pytest

from booking.attendance import pack
from booking.attendance.pack_files import Head
from booking.models import AppointmentState
from booking.steps import By
from console import csrf
from tests import scene
from tests.console.desk_day.ways import at, now_of, step, trail
from tests.console.wards import PHONE
from tests.world import NOW, PASSWORD

HOUR = NOW.isoformat()


@pytest.fixture
def page(clerk, clinic, visit):
    """The file of today, as it was exported."""
    return clerk.send(at(clinic, "pack/export"), day="2026-06-01").text


def taken_along(page):
    return json.loads(re.search(r'id="pack">(.*?)</script>', page)[1])


def result(page, *acts):
    along = taken_along(page)
    return json.dumps({"kind": along["kind"], "head": along["head"], "acts": acts}).encode()


def act(number, which, visit, **more):
    return {"key": f"{number:032x}", "visit": visit, "act": which, "at": HOUR, **more}


def hand_in(clerk, clinic, content):
    form = {csrf.FIELD: csrf.mark(clerk.token), "file": (io.BytesIO(content), "result.json")}
    return clerk.client.post(f"/console{at(clinic, 'pack/merge')}", data=form)


def read(clerk, answer):
    return clerk.read(answer.location.removeprefix("/console"))


def test_the_day_leads_to_its_pack(clerk, clinic, visit):
    assert at(clinic, "pack/") in clerk.read(at(clinic))


def test_the_file_bears_what_the_list_shows_and_no_more(page, visit):
    [coming] = taken_along(page)["visits"]

    assert coming == {
        "id": visit.appointment.id, "number": visit.appointment.number, "name": "林晓雨",
        "whose": "", "tail": "5678", "time": "11:30–12:00", "share": "线上", "state": "booked",
    }  # fmt: skip
    assert PHONE not in page


def test_the_file_asks_no_network_and_lets_only_its_own_script_run(page):
    script = re.search(r"<script>(.*?)</script>", page, re.S)[1]
    known = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert f"script-src 'sha256-{known}'" in page
    assert "default-src 'none'" in page
    assert re.findall(r"(?:src|href)=", page) == []


def test_the_file_says_whose_names_it_bears_and_until_when_it_counts(page):
    assert "里面有就诊人的姓名和手机尾号" in page
    assert "2026年6月9日 00:00 前有效" in page


def test_that_names_were_taken_along_is_written_down(page, database):
    assert "pack_issued" in trail(database)


def test_the_file_comes_as_a_download_with_a_name(clerk, clinic):
    answer = clerk.send(at(clinic, "pack/export"), day="2026-06-01")

    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_place_that_is_only_held_is_not_taken_along(clerk, clinic, visit, database):
    with database.transaction() as session:
        kept = session.merge(visit.appointment)
        kept.state, kept.expires_at = AppointmentState.HELD, NOW

    page = clerk.send(at(clinic, "pack/export"), day="2026-06-01").text

    assert taken_along(page)["visits"] == []


@pytest.mark.parametrize(("day", "status"), [("2026-05-31", 409), ("soon", 400)])
def test_no_other_day_than_one_to_come_is_taken_along(clerk, clinic, day, status):
    answer = clerk.send(at(clinic, "pack/export"), day=day)

    assert answer.status_code == status
    assert "断网前" in answer.text


def test_what_came_back_is_entered_and_told(clerk, clinic, page, visit, database):
    answer = hand_in(clerk, clinic, result(page, act(1, "check_in", visit.appointment.id)))

    told = read(clerk, answer)
    assert now_of(database, visit).state is AppointmentState.CHECKED_IN
    assert "收到 1 条新记录。" in told
    assert "登记 1 条，另有 0 条由人核对" in told


def test_the_same_file_twice_says_that_it_came_before(clerk, clinic, page, visit):
    file = result(page, act(1, "check_in", visit.appointment.id))
    hand_in(clerk, clinic, file)

    told = read(clerk, hand_in(clerk, clinic, file))

    assert "收到 0 条新记录，1 条以前已合并过，没有重复登记" in told


def test_what_changed_meanwhile_is_listed_with_who_and_how_it_stands(clerk, clinic, page, visit):
    clerk.send(f"/desk/visits/{visit.appointment.id}/cancel", reason="by_phone")

    told = read(
        clerk, hand_in(clerk, clinic, result(page, act(1, "check_in", visit.appointment.id)))
    )

    assert "林晓雨" in told
    assert "2026年6月1日 10:00 签到：当时系统里已是“医院已取消”，没有登记" in told


def test_a_visit_that_is_not_on_the_list_is_told_without_a_name(clerk, clinic, page):
    told = read(clerk, hand_in(clerk, clinic, result(page, act(1, "check_in", "apt_none"))))

    assert "没有名字的记录" in told
    assert "不在这一天的名单里，没有登记" in told


def test_a_walk_in_stands_on_the_page_until_somebody_settles_it(clerk, clinic, page):
    came = act(9, "walk_in", f"{9:032x}", name="王芳")
    hand_in(clerk, clinic, result(page, came, act(10, "call", came["visit"])))
    before = clerk.read(at(clinic, "pack/"))

    pack_id = taken_along(page)["head"]["pack"]
    clerk.send(at(clinic, f"pack/{pack_id}/settle"), visit=came["visit"])

    assert "王芳" in before
    assert "去现场取号" in before
    assert "王芳" not in clerk.read(at(clinic, "pack/"))


def test_a_file_of_another_clinic_leads_to_the_page_of_its_own(clerk, cast, clinic, page, database):
    with database.transaction() as session:
        other = scene.desk(session, cast.hospital, name="儿保门诊")

    answer = hand_in(clerk, other, result(page))

    assert at(clinic, "pack/") in answer.location


def test_what_is_no_result_file_is_refused_in_words(clerk, clinic):
    answer = hand_in(clerk, clinic, b"{}")

    assert answer.status_code == 400
    assert "这不是断网日包存下的结果文件" in answer.text


def test_a_form_without_a_file_is_refused(clerk, clinic):
    assert clerk.send(at(clinic, "pack/merge")).status_code == 400


def test_a_pack_that_came_too_late_is_refused_in_words(clerk, clinic, page, clock):
    clock.set_to(NOW.replace(day=9))
    clerk.client.post("/console/sign-out")
    clerk.client.post("/console/sign-in", data={"username": "clerk", "password": PASSWORD})

    answer = hand_in(clerk, clinic, result(page))

    assert answer.status_code == 409
    assert "只能在 6月9日 00:00 以前合并，已经过期" in answer.text
    assert "没有合并过，已过期" in answer.text


@pytest.mark.parametrize("rest", ["new=x&known=1", "new=1", "new=1&known=99999999"])
def test_an_address_that_tells_no_merge_says_nothing(clerk, clinic, rest):
    assert "合并好了" not in clerk.read(at(clinic, f"pack/?{rest}"))


@pytest.mark.parametrize("path", ["pack/export", "pack/merge", "pack/pck_none/settle"])
def test_nobody_else_takes_a_day_along_or_brings_it_back(desk, clinic, path):
    assert desk("author").send(at(clinic, path), day="2026-06-01").status_code == 403


def test_a_clinic_of_another_hospital_is_not_taken_along(clerk, foreign):
    assert clerk.open(at(foreign, "pack/")).status_code == 404
    assert clerk.send(at(foreign, "pack/export"), day="2026-06-01").status_code == 404


def test_a_pack_of_another_hospital_is_not_merged(clerk, clinic, foreign, cast, database, page):
    with database.transaction() as session:
        theirs = pack.issue(
            session, clinic=foreign.clinic, day=scene.TODAY,
            by=By(scene.HOSPITAL_PROGRAM, "asked", NOW),
        )  # fmt: skip
        head = Head.of(theirs).model_dump()
    file = json.dumps({"kind": "yunyu.pack-result.1", "head": head, "acts": []}).encode()

    assert hand_in(clerk, clinic, file).status_code == 404


def test_the_list_of_the_desk_and_the_file_offer_the_same_buttons(page, clerk, clinic, visit):
    clerk.send(step(clinic, visit, "check_in"))

    steps = taken_along(page)["steps"]

    assert [one["name"] for one in steps["checked_in"]] == ["叫号", "离开"]
    assert [one["after"] for one in steps["called"]] == ["seen", "checked_in", "left"]
