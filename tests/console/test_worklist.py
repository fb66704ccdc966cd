"""The worklist: aftercare first, the phone on asking, every call written down."""

from datetime import timedelta

import pytest

from accounts.audit import PROGRAM
from accounts.models import Purpose
from handbook.actions import Loss, open_pregnancy, record_loss
from handbook.follow_up.queries import Filters, worklist
from handbook.follow_up.rules import TaskKind
from handbook.follow_up.sightings import Sighting, open_found
from handbook.models import LossKind
from handbook.timeline import read_dating
from tests import world
from tests.console.people import by
from tests.console.wards import PHONE, TODAY, acts, agree, child_of


@pytest.fixture
def seen(database):
    """Put something on the worklist and return where its page is."""

    def see(kind, *, days=2, occasion="one", pregnancy=None, child=None, person=None, item=None):
        sighting = Sighting(
            kind, occasion, world.NOW + timedelta(days=days), item_key=item,
            pregnancy_id=pregnancy and pregnancy.id, child_id=child and child.id,
            person_id=person and person.id,
        )  # fmt: skip
        with database.transaction() as session:
            (task_id,) = open_found(session, sightings=[sighting], actor=PROGRAM, now=world.NOW)
        return f"/worklist/{task_id}"

    return see


@pytest.fixture
def task(seen, pregnancy):
    return seen(TaskKind.OVERDUE_ITEM, pregnancy=pregnancy, item="nt")


@pytest.fixture
def lost(database, cast, pregnancy):
    """Lin lost her pregnancy: her aftercare stands on the worklist."""
    with database.transaction() as session:
        record_loss(
            session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
            loss=Loss(LossKind.MISCARRIAGE, TODAY, ""), actor=by(cast.care_worker), now=world.NOW,
        )  # fmt: skip
        rows = worklist(session, hospital_id=cast.hospital.id, filters=Filters())
    return f"/worklist/{rows[0].task.id}/"


@pytest.fixture
def mei(database, cast):
    """Mei is pregnant as well; nobody knows her number."""
    with database.transaction() as session:
        agree(session, cast.newcomer, Purpose.HANDBOOK)
        reading = read_dating(source="last_period", day=TODAY - timedelta(days=70), today=TODAY)
        open_pregnancy(
            session, person=cast.newcomer, reading=reading, actor=by(cast.care_worker),
            now=world.NOW,
        )  # fmt: skip
    return cast.newcomer


def test_the_list_shows_no_more_than_it_must(desk, task):
    page = desk("care_worker").read("/worklist/")

    assert "林**" in page
    assert "林晓雨" not in page
    assert PHONE not in page
    assert "逾期未做" in page
    assert "2026年6月3日 10:00" in page
    assert "0 次" in page


def test_an_empty_list_says_so(desk):
    assert "没有要随访的" in desk("care_worker").read("/worklist/")


def test_aftercare_stands_first_and_speaks_gently(desk, mei, lost, seen):
    seen(TaskKind.UNREACHABLE, person=mei)

    page = desk("care_worker").read("/worklist/")

    assert page.index("失去宝宝后的关怀</h2>") < page.index("消息送不到</span><span")
    assert "先问候，听她说" in page


def test_after_a_loss_nobody_is_asked_to_come(desk, lost):
    page = desk("care_worker").read(lost)

    assert "已联系上" in page
    assert "答应来" not in page
    assert "不谈下一次怀孕" in page


def test_the_list_is_narrowed_by_kind(desk, mei, seen, task, lost):
    care_worker = desk("care_worker")
    seen(TaskKind.UNREACHABLE, person=mei)

    unreachable = care_worker.read("/worklist/?kind=unreachable")
    aftercare = care_worker.read("/worklist/?kind=loss_aftercare")

    assert unreachable.count('class="yy-task" role="row"') == 1
    assert "失去宝宝后的关怀</h2>" not in unreachable
    assert aftercare.count('class="yy-task" role="row"') == 1


@pytest.mark.parametrize(
    ("due", "count"), [("", 3), ("today", 1), ("late", 1)], ids=["any", "today", "late"]
)
def test_the_list_is_narrowed_by_time(desk, seen, pregnancy, due, count):
    seen(TaskKind.OVERDUE_ITEM, pregnancy=pregnancy, days=-1, occasion="late")
    seen(TaskKind.OVERDUE_ITEM, pregnancy=pregnancy, days=0, occasion="today")
    seen(TaskKind.OVERDUE_ITEM, pregnancy=pregnancy, days=5, occasion="later")

    page = desk("care_worker").read(f"/worklist/?due={due}")

    assert page.count('class="yy-task" role="row"') == count


def test_the_list_is_narrowed_to_mine(desk, task):
    care_worker = desk("care_worker")
    before = care_worker.read("/worklist/?mine=yes")

    care_worker.send(f"{task}/assignment")

    assert "没有要随访的" in before
    assert "care_worker老师" in care_worker.read("/worklist/?mine=yes")


def test_a_task_is_handed_to_a_colleague_who_may_follow_up(desk, cast, task):
    care_worker = desk("care_worker")
    offered = care_worker.read(f"{task}/")

    answer = care_worker.send(f"{task}/assignment", colleague=cast.clinician.id)

    assert answer.status_code == 303
    assert "clinician老师</option>" in offered
    assert "clerk老师</option>" not in offered
    assert "clinician老师" in care_worker.read("/worklist/")


def test_a_task_is_handed_to_nobody_who_may_not(desk, cast, task):
    answer = desk("care_worker").send(f"{task}/assignment", colleague=cast.clerk.id)

    assert answer.status_code == 404


def test_a_long_list_goes_on(desk, monkeypatch, seen, pregnancy):
    monkeypatch.setattr("console.worklist.LINES", 1)
    first = seen(TaskKind.OVERDUE_ITEM, pregnancy=pregnancy, days=1, occasion="first")
    second = seen(TaskKind.OVERDUE_ITEM, pregnancy=pregnancy, days=2, occasion="second")
    care_worker = desk("care_worker")

    page = care_worker.read("/worklist/")
    page_after = care_worker.read(f"/worklist/?after={first.removeprefix('/worklist/')}")

    assert f"{first}/" in page
    assert f"{second}/" not in page
    assert "更多" in page
    assert f"{second}/" in page_after


@pytest.mark.parametrize("query", ["kind=nonsense", "due=tomorrow"])
def test_a_list_that_there_is_not_is_not_found(desk, query):
    assert desk("care_worker").open(f"/worklist/?{query}").status_code == 404


def test_a_task_names_the_item_and_its_reading_is_written_down(desk, database, task):
    page = desk("care_worker").read(f"{task}/")

    assert "林晓雨" in page
    assert "NT 超声" in page
    assert PHONE not in page
    assert acts(database)[-1] == "read_family"


def test_the_phone_is_shown_on_asking_and_that_is_written_down(desk, database, task):
    answer = desk("care_worker").send(f"{task}/phone")

    assert f'href="tel:{PHONE}"' in answer.text
    assert "show_phone" in acts(database)


def test_who_has_no_phone_is_said_to_have_none(desk, mei, seen):
    task = seen(TaskKind.UNREACHABLE, person=mei)
    care_worker = desk("care_worker")

    assert "没有登记手机号" in care_worker.read(f"{task}/")
    assert care_worker.send(f"{task}/phone").status_code == 404


def test_a_call_is_written_down_with_the_next_day(desk, task):
    care_worker = desk("care_worker")

    answer = care_worker.send(
        f"{task}/calls", outcome="will_come", note="<b>周三来</b>", next_day="2026-06-03"
    )
    page = care_worker.open(f"{task}/").text

    assert answer.status_code == 303
    assert "答应来" in page
    assert "&lt;b&gt;周三来" in page
    assert "约定 2026年6月3日 再联系" in page
    assert "1 次" in care_worker.read("/worklist/")


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"outcome": ""}, 400, "请先选择一项。"),
        ({"next_day": "2026-05-31"}, 409, "下次随访日期不能早于今天。"),
        ({"next_day": "明天"}, 400, "请填写日期。"),
    ],
    ids=["no outcome", "yesterday", "day in words"],
)
def test_a_call_that_cannot_be_read_is_asked_again(desk, task, typed, status, said):
    call = {"outcome": "reached", "note": "说过了", "next_day": ""}

    answer = desk("care_worker").send(f"{task}/calls", **{**call, **typed})

    assert answer.status_code == status
    assert said in answer.text
    assert "说过了" in answer.text


def test_a_finished_task_leaves_the_list_and_takes_nothing_more(desk, task):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{task}/completion")

    assert answer.status_code == 303
    assert "没有要随访的" in care_worker.read("/worklist/")
    assert "已完成" in care_worker.read(f"{task}/")
    assert care_worker.send(f"{task}/calls", outcome="reached").status_code == 409


def test_a_task_is_dropped_with_a_reason(desk, task):
    care_worker = desk("care_worker")

    care_worker.send(f"{task}/dropping", reason="moved_away")

    assert "已迁出" in care_worker.read(f"{task}/")


@pytest.mark.parametrize(
    ("reason", "status", "said"),
    [("", 400, "请先选择一项。"), ("loss", 409, "请先在手册里登记")],
    ids=["none", "a loss"],
)
def test_a_task_is_not_dropped_without_a_reason_of_ours(desk, task, reason, status, said):
    answer = desk("care_worker").send(f"{task}/dropping", reason=reason)

    assert answer.status_code == status
    assert said in answer.text


def test_a_task_of_a_child_names_its_dose(desk, database, cast, seen):
    with database.transaction() as session:
        child = child_of(session, cast)
    task = seen(TaskKind.OVERDUE_ITEM, child=child, item="dose:HepB:2")

    assert "乙肝疫苗第2剂" in desk("care_worker").read(f"{task}/")


def test_a_task_of_a_guardian_may_name_an_item_too(desk, database, cast, seen):
    with database.transaction() as session:
        child_of(session, cast)
    task = seen(TaskKind.UNREACHABLE, person=cast.newcomer, item="nt")

    assert '<h2 id="why">nt</h2>' in desk("care_worker").read(f"{task}/")


def test_the_family_shows_what_is_to_be_followed_up(desk, pregnancy, task):
    assert f'href="/console{task}/"' in desk("care_worker").read(f"/families/{pregnancy.family_id}")
    assert "随访" not in desk("clerk").read(f"/families/{pregnancy.family_id}")


@pytest.mark.parametrize(
    ("username", "status"), [("clerk", 403), ("author", 403), ("stranger", 404)]
)
def test_who_follows_nobody_up_sees_no_task(desk, task, username, status):
    somebody = desk(username)

    assert somebody.open(f"{task}/").status_code == status
    assert somebody.send(f"{task}/phone").status_code == status
    assert somebody.send(f"{task}/completion").status_code == status
    assert somebody.send(f"{task}/calls", outcome="reached").status_code == status
    assert somebody.send(f"{task}/dropping", reason="mistake").status_code == status


@pytest.mark.parametrize("path", ["phone", "calls", "assignment", "completion", "dropping"])
def test_a_task_needs_the_mark_of_the_sign_in(desk, task, path):
    assert desk("care_worker").client.post(f"/console{task}/{path}").status_code == 400
