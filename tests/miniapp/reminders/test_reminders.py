"""我的提醒: what is coming, what was said, what she wants, and for how long nothing is said."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.models import AuditRow, Purpose
from core.clock import beijing_moment
from handbook.models_lives import Guardian, GuardianKind
from scheduler.models import ReminderKind
from scheduler.preferences import choices_of, pause
from tests import scene
from tests.miniapp.family import add_child, agree
from tests.miniapp.reminders.conftest import EVENING
from tests.world import NOW

UNTIL = date(2026, 6, 20)
LIN_S = ("appointment", "care_window", "after_visit", "stage_letter")


def page(signed):
    answer = signed.get("/reminders")
    assert answer.status_code == 200, answer.text
    return answer.json


def kinds(told):
    return {one["kind"]: one["is_wanted"] for one in told["kinds"]}


@pytest.mark.usefixtures("expecting", "booked")
def test_what_is_coming_is_told_with_its_day_its_words_and_its_reason(lin):
    told = page(lin)

    first = told["coming"][0]
    assert (first["kind"], first["when"]) == ("appointment", "6月2日 周二 18:00")
    assert first["text"].startswith("您明天有预约：产前检查")
    assert first["why_now"] == "前一天傍晚提醒，还来得及准备，也来得及改期"
    assert told["is_agreed"] is True
    assert [one["day"] for one in told["coming"]] == sorted(one["day"] for one in told["coming"])


@pytest.mark.usefixtures("expecting", "booked")
def test_who_did_not_agree_to_messages_is_told_that_nothing_comes(lin, database, cast):
    with database.transaction() as session:
        withdraw_consent(session, person=cast.mother, purpose=Purpose.MESSAGES, now=NOW)

    told = page(lin)

    assert (told["is_agreed"], told["coming"]) == (False, [])


@pytest.mark.usefixtures("sent")
def test_what_was_said_is_told_as_she_read_it(lin):
    [said] = page(lin)["said"]

    assert said["when"] == "6月2日 18:00"
    assert said["lines"] == [
        "产前检查", "2026年6月3日 08:30", "产科普通门诊 门诊楼3层301室", "请带好母子健康手册",
    ]  # fmt: skip
    assert (said["channel"], said["outcome"]) == ("公众号通知", "已发出")


@pytest.mark.usefixtures("expecting", "sent")
def test_nobody_elses_messages_are_told(mei):
    assert page(mei)["said"] == []


@pytest.mark.usefixtures("expecting", "booked")
def test_a_kind_that_is_switched_off_is_not_coming_any_more_and_can_be_undone(lin):
    off = lin.put("/reminders/kinds/appointment", {"is_wanted": False}).json
    on = lin.put("/reminders/kinds/appointment", {"is_wanted": True}).json

    assert kinds(off)["appointment"] is False
    assert "appointment" not in {one["kind"] for one in off["coming"]}
    assert kinds(on)["appointment"] is True
    assert "appointment" in {one["kind"] for one in on["coming"]}


def test_a_choice_is_hers_and_is_written_down(lin, session, cast):
    lin.put("/reminders/kinds/after_visit", {"is_wanted": False})

    mine = choices_of(session, person_id=cast.mother.id)
    others = choices_of(session, person_id=cast.newcomer.id)
    assert (mine[ReminderKind.AFTER_VISIT], others[ReminderKind.AFTER_VISIT]) == (False, True)
    acts = session.scalars(sa.select(AuditRow.act).where(AuditRow.act == "reminders_off")).all()
    assert len(acts) == 1


def test_an_unknown_kind_is_not_there(lin):
    assert lin.put("/reminders/kinds/gossip", {"is_wanted": False}).status_code == 404


@pytest.mark.usefixtures("expecting")
def test_the_switches_are_those_that_speak_to_her(lin, mei):
    assert tuple(kinds(page(lin))) == LIN_S
    assert tuple(kinds(page(mei))) == ("appointment", "after_visit")


@pytest.mark.usefixtures("sent_of_care")
def test_after_a_loss_nothing_of_the_pregnancy_is_told(lin, database, cast, pregnancy):
    before = page(lin)
    with database.transaction() as session:
        scene.bereaved(session, session.merge(pregnancy))

    told = page(lin)

    assert (len(before["said"]), "care_window" in kinds(before)) == (1, True)
    assert (told["said"], told["coming"]) == ([], [])
    assert tuple(kinds(told)) == ("appointment", "after_visit")


@pytest.mark.usefixtures("expecting", "booked")
def test_a_pause_says_its_days_and_leaves_what_she_booked(lin):
    told = lin.post("/reminders/pause", {"until_day": f"{UNTIL}"}).json

    assert told["pause"] == {"since_day": "2026-06-01", "until_day": "2026-06-20"}
    assert kinds(told)["appointment"] is True


def test_another_day_replaces_the_first_and_its_end_ends_all_of_it(lin):
    lin.post("/reminders/pause", {"until_day": f"{UNTIL}"})
    longer = lin.post("/reminders/pause", {"until_day": "2026-07-01"}).json
    ended = lin.post("/reminders/resume").json
    again = lin.post("/reminders/resume").json

    assert longer["pause"]["until_day"] == "2026-07-01"
    assert (ended["pause"], again["pause"]) == (None, None)


def test_a_pause_that_would_be_over_is_refused(lin):
    refused = lin.post("/reminders/pause", {"until_day": "2026-06-01"})

    assert (refused.status_code, refused.json["code"]) == (409, "scheduler.pause_over")


@pytest.mark.usefixtures("expecting", "booked")
def test_away_she_is_told_of_her_own_visit_and_of_what_cannot_be_made_up(
    lin, beat, messenger, clock
):
    lin.post("/reminders/pause", {"until_day": f"{UNTIL}"})

    clock.moment = EVENING
    beat()

    assert [one.values["thing1"] for one in messenger.sent] == ["NT 超声等2项", "产前检查"]


def test_who_leaves_later_is_not_silent_until_then(lin):
    told = lin.post("/reminders/pause", {"from_day": "2026-06-10", "until_day": f"{UNTIL}"}).json

    assert told["pause"] == {"since_day": "2026-06-10", "until_day": f"{UNTIL}"}


@pytest.mark.usefixtures("pregnancy")
def test_what_a_pause_held_back_is_said_when_it_ends(lin, beat, messenger, clock):
    lin.post("/reminders/pause", {"until_day": "2026-07-01"})
    clock.moment = beijing_moment(date(2026, 6, 18), hour=10)
    beat()
    while_paused = list(messenger.sent)

    lin.post("/reminders/resume")
    beat()

    assert while_paused == []
    assert [one.values["thing1"] for one in messenger.sent] == ["中孕期血清学筛查（中唐）"]


def test_a_childs_reminders_go_to_each_who_looks_after_it_by_their_own_choice(
    lin, mei, session, cast
):
    child_id = add_child(lin)
    agree(mei, Purpose.MESSAGES)
    session.add(
        Guardian(
            id="grd_mei", person_id=cast.newcomer.id, child_id=child_id, kind=GuardianKind.FATHER,
            since_at=NOW, until_at=None, end_reason=None,
        )
    )  # fmt: skip
    session.flush()

    [both] = page(lin)["heard"]
    [one] = mei.put("/reminders/kinds/child_care", {"is_wanted": False}).json["heard"]
    [none] = lin.put("/reminders/kinds/child_care", {"is_wanted": False}).json["heard"]

    assert both["child"] == "小满"
    assert both["people"] == [
        {"who": "妈妈", "is_me": True, "hears": True},
        {"who": "爸爸", "is_me": False, "hears": True},
    ]
    assert (both["sentence"], one["sentence"]) == ("每一位都会收到", "只发给打开了提醒的人")
    assert none["sentence"] == "现在没有人会收到，请至少留一位"


@pytest.mark.usefixtures("expecting", "booked", "templates")
def test_templates_are_asked_for_while_they_are_needed(lin, beat):
    assert lin.get("/reminders/templates").json == {"items": ["TPL_MINI_ONCE"]}


@pytest.mark.usefixtures("templates")
def test_who_is_told_nothing_is_asked_for_no_template(lin):
    assert lin.get("/reminders/templates").json == {"items": []}


def test_a_pause_without_an_end_says_so(lin, session, cast):
    pause(
        session, person=cast.mother, kind=None, until_at=None, from_at=NOW - timedelta(days=1),
        actor=scene.her(cast.mother), now=NOW - timedelta(days=1),
    )  # fmt: skip

    assert page(lin)["pause"] == {"since_day": "2026-05-31", "until_day": None}
