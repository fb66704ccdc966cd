"""The first page."""

from datetime import UTC, datetime

import pytest

from accounts.actions_hospital import StaffCard, add_staff
from conversation import actions
from tests import scene, world
from tests.console.test_articles import TEXT


@pytest.fixture
def waiting(database, cast):
    """Mei waits for a person, and a danger sign of hers stands open."""
    with database.transaction() as session:
        conversation = actions.hear(
            session, person=cast.newcomer, hospital_id=cast.hospital.id, now=world.NOW
        )
        actions.raise_alarm(
            session, person=cast.newcomer, conversation=conversation, now=world.NOW,
            danger=actions.Danger("n_breath", "call_120", "1", "breath"),
        )  # fmt: skip


def test_who_answers_families_sees_who_waits(desk, waiting):
    page = desk("care_worker").read("/")

    assert "危险信号未查看" in page
    assert "yy-tile-alarm" in page
    assert "呼吸困难、发绀" in page
    assert "拨打120" in page


def test_without_alarms_nothing_is_red(desk):
    page = desk("care_worker").read("/")

    assert "yy-tile-alarm" not in page
    assert "没有人在等" in page


def test_who_reviews_sees_what_is_to_be_reviewed(desk):
    author = desk("author")
    path = author.send("/articles/", **TEXT).location.removeprefix("/console")
    author.send(f"{path}/submission")

    page = desk("reviewer").read("/")

    assert TEXT["title"] in page
    assert "等待审核的文章" in page


def test_an_author_is_not_shown_the_reviewers_list(desk):
    page = desk("author").read("/")

    assert "待审核" in page
    assert "等待审核的文章" not in page


def test_families_are_not_shown_to_who_only_writes(desk, waiting):
    page = desk("author").read("/")

    assert "等待回复" not in page
    assert "呼吸困难" not in page


def test_who_runs_clinics_sees_how_many_are_still_to_come(desk, database, cast):
    with database.transaction() as session:
        today = scene.desk(session, cast.hospital, day=scene.TODAY, hours=[(23, 0)])
        later = scene.desk(session, cast.hospital, day=scene.WEDNESDAY)
        for slot in (today.slots[0], later.slots[0]):
            scene.booked(session, cast.mother, slot, hospital=cast.hospital)

    page = desk("clerk").read("/")

    assert '1</span><span class="yy-tile-label">今天还要来的' in page
    assert "请联系本院信息科" not in page


def test_who_has_no_work_here_is_told_whom_to_ask(desk, database, cast):
    card = StaffCard("newcomer", "新来的老师", "医师", ())
    with database.transaction() as session:
        add_staff(
            session, hospital_id=cast.hospital.id, card=card, password=world.PASSWORD, now=world.NOW
        )

    assert "请联系本院信息科" in desk("newcomer").read("/")


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [(15, "晚上好"), (16, "早上好"), (3, "早上好"), (4, "下午好"), (10, "晚上好")],
    ids=["23:00", "midnight", "11:00", "noon", "18:00"],
)
def test_the_greeting_fits_the_hour_in_beijing(desk, clock, hour, greeting):
    clock.set_to(datetime(2026, 6, 1, hour, tzinfo=UTC))

    assert greeting in desk("author").read("/")


def test_the_day_is_that_of_beijing(desk, clock):
    clock.set_to(datetime(2026, 5, 31, 16, tzinfo=UTC))

    assert "2026年6月1日 星期一" in desk("author").read("/")
