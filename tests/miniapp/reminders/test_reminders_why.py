"""为什么发给我: what a message rests on, who answers for its words, what she may do about it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow
from content.library import drafts
from conversation.actions import hear
from core.clock import beijing_moment
from scheduler.models import Letter
from scheduler.told import lines_of
from scheduler.wordings import admit, approve, submit, write
from tests import scene, shelf
from tests.miniapp.family import add_child
from tests.miniapp.reminders.conftest import EVENING, SERUM
from tests.world import NOW

SERUM_KEY = "serum2"


def why(signed, letter_id):
    answer = signed.get(f"/letters/{letter_id()}")
    assert answer.status_code == 200, answer.text
    return answer.json


def reason(signed, letter_id):
    return why(signed, letter_id)["reasons"][0]


@pytest.mark.usefixtures("sent")
def test_the_page_a_message_opens_bears_its_letter_and_nothing_of_her(messenger, letter_id):
    [said] = messenger.sent

    assert said.opens.endswith(f"/m/enter?to=/pages/booking/index%3Fletter%3D{letter_id()}")


@pytest.mark.usefixtures("sent")
def test_a_message_about_an_appointment_says_what_it_rests_on(lin, booked, letter_id):
    told = why(lin, letter_id)

    [one] = told["reasons"]
    assert (told["when"], told["channel"], told["lines"][0]) == (
        "6月2日 18:00", "公众号通知", "产前检查",
    )  # fmt: skip
    assert (one["name"], one["kind_name"]) == ("产前检查", "预约提醒")
    assert one["anchor"] == "按你的预约：6月3日 周三 08:30-09:00，产科普通门诊 门诊楼3层301室"
    assert one["why_now"] == "前一天傍晚提醒，还来得及准备，也来得及改期"
    assert one["rule_source"] == "我们的建议：前一天傍晚下了班，也还来得及准备"
    assert one["edition"] == "怎么说、何时说（全国通用 2026 年版）"
    assert (one["report"], one["may_hush"], one["is_wanted"]) == (None, True, True)


@pytest.mark.usefixtures("sent")
def test_another_time_leads_to_moving_while_that_may_be_done_and_to_the_hospital_after(
    lin, booked, letter_id, clock
):
    clock.moment = EVENING - timedelta(hours=10)
    early = reason(lin, letter_id)["book"]
    clock.moment = beijing_moment(date(2026, 6, 3), hour=8)
    late = reason(lin, letter_id)["book"]

    assert early == {"appointment_id": booked["id"], "care": None, "item_key": None}
    assert late == {"appointment_id": None, "care": None, "item_key": None}


@pytest.mark.usefixtures("sent")
def test_after_it_was_cancelled_another_time_leads_to_booking(lin, booked, letter_id, clock):
    clock.moment = EVENING - timedelta(hours=10)
    lin.act(f"/appointments/{booked['id']}/cancel")

    assert reason(lin, letter_id)["book"] == {
        "appointment_id": None, "care": "antenatal", "item_key": None,
    }  # fmt: skip


@pytest.mark.usefixtures("sent")
def test_once_its_hour_has_come_nothing_can_be_changed_or_silenced(lin, letter_id, clock):
    clock.moment = beijing_moment(date(2026, 6, 3), hour=9)

    one = reason(lin, letter_id)

    assert (one["book"], one["may_hush"]) == (None, False)


@pytest.mark.usefixtures("sent_of_care")
def test_a_message_about_care_says_dating_window_and_guideline(lin, letter_id):
    [one] = why(lin, letter_id)["reasons"]

    assert one["name"] == "中孕期血清学筛查（中唐）"
    assert one["anchor"] == (
        "孕15周+0天到20周+6天，按末次月经2026年3月5日推算，就是2026年6月18日到2026年7月29日。"
    )
    assert one["source"].startswith("《")
    assert one["report"] == {
        "item_key": SERUM_KEY, "name": one["name"], "child_id": None, "dose": None,
    }  # fmt: skip


@pytest.mark.usefixtures("sent_of_care")
def test_what_she_says_was_done_is_not_asked_for_again(lin, letter_id):
    wish = reason(lin, letter_id)["report"]
    lin.post("/pregnancies/visits", {"item_key": wish["item_key"], "day": f"{SERUM}"})

    assert reason(lin, letter_id)["report"] is None
    coming = lin.get("/reminders").json["coming"]
    assert wish["name"] not in {one["what"] for one in coming}


@pytest.mark.usefixtures("sent_of_care")
def test_words_of_the_house_are_said_to_be_such(lin, letter_id):
    assert why(lin, letter_id)["reviewed"] == (
        "这段话用的是《怎么说、何时说（全国通用 2026 年版）》里的通用写法，本院没有另写。"
    )


def test_words_of_the_hospital_name_who_reviewed_them(
    lin, booked, letter_id, session, cast, beat, clock
):
    note = {"note": "早点来，人少"}
    written = write(session, staff=cast.author, rule="day_before", pieces=note, now=NOW)
    submit(session, staff=cast.author, wording_id=written.id, now=NOW)
    approve(session, staff=cast.reviewer, wording_id=written.id, now=NOW)
    session.flush()
    clock.moment = EVENING
    beat()

    told = why(lin, letter_id)

    assert told["lines"][-1] == "早点来，人少"
    assert told["reviewed"] == "这段话由reviewer老师 主治医师于2026年6月1日审核。"


def test_words_that_were_drawn_by_lot_are_said_to_be(
    lin, booked, letter_id, session, cast, beat, clock
):
    tried = write(session, staff=cast.author, rule="day_before", pieces={"note": "等您"}, now=NOW)
    submit(session, staff=cast.author, wording_id=tried.id, now=NOW)
    admit(session, staff=cast.reviewer, wording_id=tried.id, now=NOW)
    session.flush()
    clock.moment = EVENING
    beat()

    assert why(lin, letter_id)["reviewed"].endswith("是抽签定的，为的是找到更管用的一种。")


@pytest.fixture
def sent_of_child(lin, beat, clock):
    """Lin was told what her child, born in January, is due for."""
    child_id = add_child(lin)
    clock.moment = beijing_moment(date(2026, 7, 10), hour=9)
    beat()
    return child_id


def test_a_message_about_a_child_names_its_doses_and_visits(signed, sent_of_child, letter_id):
    told = why(signed("uoOA_lin"), letter_id)

    by_name = {one["name"]: one for one in told["reasons"]}
    dose = next(one for one in by_name.values() if one["report"] and one["report"]["dose"])
    assert dose["report"]["child_id"] == sent_of_child
    assert dose["book"]["item_key"].startswith(f"{sent_of_child}:dose:")
    assert {one["kind"] for one in told["reasons"]} == {"child_care"}


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("path", ["/letters/{}", "/letters/ltr_unknown"])
def test_nobody_reads_why_something_was_said_to_another(mei, letter_id, path):
    assert mei.get(path.format(letter_id())).status_code == 404


@pytest.mark.usefixtures("sent_of_care")
def test_after_a_loss_an_old_message_says_nothing(lin, letter_id, database, pregnancy):
    with database.transaction() as session:
        scene.bereaved(session, session.merge(pregnancy))

    assert lin.get(f"/letters/{letter_id()}").status_code == 404


@pytest.mark.usefixtures("sent")
def test_an_appointment_that_is_hushed_is_not_spoken_of_until_she_says_so(
    lin, letter_id, states, beat, messenger, clock
):
    reminder_id = reason(lin, letter_id)["reminder_id"]

    hushed = lin.post(f"/reminders/{reminder_id}/hush")
    before = (states()["hours_before"], reason(lin, letter_id)["is_hushed"])
    spoken = lin.post(f"/reminders/{reminder_id}/speak")
    after = (states()["hours_before"], reason(lin, letter_id)["is_hushed"])

    assert (hushed.status_code, spoken.status_code) == (204, 204)
    assert before == (("dropped", "hushed"), True)
    assert after == (("pending", None), False)
    assert states()["day_before"] == ("sent", None)


@pytest.mark.usefixtures("sent_of_care")
def test_what_was_not_even_planned_is_hushed_as_well_and_nothing_else(
    lin, letter_id, states, session, cast
):
    planned = set(states())
    reminder_id = reason(lin, letter_id)["reminder_id"]
    told_before = {one["what"] for one in lin.get("/reminders").json["coming"]}

    lin.post(f"/reminders/{reminder_id}/hush")

    new = {key: state for key, state in states().items() if key not in planned}
    assert new
    assert set(new.values()) == {("dropped", "hushed")}
    assert {key.split()[1] for key in new} == {SERUM_KEY}
    assert {one["what"] for one in lin.get("/reminders").json["coming"]} == told_before - {
        "中孕期血清学筛查（中唐）"
    }
    acts = session.scalars(sa.select(AuditRow.act).where(AuditRow.act == "reminder_hushed"))
    assert len(acts.all()) == 1


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("act", ["hush", "speak"])
def test_nobody_hushes_what_is_said_to_another(lin, mei, letter_id, act):
    reminder_id = reason(lin, letter_id)["reminder_id"]

    assert mei.post(f"/reminders/{reminder_id}/{act}").status_code == 404


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ({"date2": "6月3日", "thing1": "检查", "thing4": "备注"}, ["检查", "6月3日", "备注"]),
        ({"note": "备注", "what": "检查", "when": "6月3日"}, ["检查", "6月3日", "备注"]),
        ({"text": "一句话"}, ["一句话"]),
        ({"thing1": "检查", "thing4": ""}, ["检查"]),
    ],
    ids=["template", "assistant", "text", "an empty piece"],
)
def test_a_message_is_told_in_the_order_in_which_it_was_read(values, lines):
    assert lines_of(Letter(values=values)) == lines


@pytest.fixture
def sent_of_a_week(session, cast, beat, clock, lin):
    """Lin, who wrote the evening before, got the article of her 24th week."""
    scene.expecting(session, cast.mother, last_period_day=date(2026, 1, 8))
    draft = next(one.draft for one in drafts() if one.slug == "ogtt")
    shelf.publish_one(session, cast, draft)
    hear(
        session, person=cast.mother, hospital_id=cast.hospital.id,
        now=beijing_moment(date(2026, 6, 24), hour=20),
    )  # fmt: skip
    session.flush()
    clock.moment = beijing_moment(date(2026, 6, 25), hour=11)
    beat()


@pytest.mark.usefixtures("sent_of_a_week")
def test_a_letter_of_a_week_can_only_be_stopped_as_a_kind(lin, messenger):
    page, _, letter_id = messenger.sent[-1].text.partition("%26letter%3D")

    [one] = lin.get(f"/letters/{letter_id}").json["reasons"]

    assert "/m/enter?to=/pages/articles/article%3Fid%3Dart_" in page
    assert (one["name"], one["anchor"]) == ("孕周与月龄来信", "按孕周或月龄推算")
    assert (one["report"], one["book"], one["may_hush"]) == (None, None, False)
    assert lin.post(f"/reminders/{one['reminder_id']}/hush").status_code == 404
